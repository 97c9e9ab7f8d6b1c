// Compiles the engine's kernels from source; `npm run build`, the development server and the tests all come through here.
// The result lies in .cache under the hash of what it was made from, so it is made once.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './files.mjs';

const sources = join(root, 'src', 'core', 'engine', 'assembly');
const cache = join(root, '.cache', 'engine');
const OPTIONS = ['-O3', '--runtime', 'stub', '--enable', 'simd', '--noAssert', '--importMemory'];

/** Folder that the kernels are compiled from. */
export const engineSources = sources;

/** The kernels as WebAssembly, compiled when the sources changed. */
export async function compileEngine() {
	const names = readdirSync(sources)
		.filter((name) => name.endsWith('.ts'))
		.sort();
	const { version } = createRequire(import.meta.url)('assemblyscript/package.json');
	const hash = createHash('sha256').update(`${version}\0${OPTIONS.join(' ')}\0`);
	for (const name of names)
		hash
			.update(`${name}\0`)
			.update(readFileSync(join(sources, name)))
			.update('\0');
	const file = join(cache, `${hash.digest('hex').slice(0, 24)}.wasm`);
	if (existsSync(file)) return readFileSync(file);
	mkdirSync(cache, { recursive: true });
	const asc = (await import('assemblyscript/asc')).default;
	const fresh = `${file}.${randomUUID()}`;
	const { error, stderr } = await asc.main([join(sources, 'index.ts'), ...OPTIONS, '--outFile', fresh]);
	if (error) throw new Error(`The engine could not be compiled: ${error.message}\n${stderr.toString()}`);
	// Two that compile at once, as the page and its workers in one build, write the same bytes; renaming keeps a reader from seeing
	// half of them.
	renameSync(fresh, file);
	for (const name of readdirSync(cache))
		if (name.endsWith('.wasm') && join(cache, name) !== file) rmSync(join(cache, name), { force: true });
	return readFileSync(file);
}

/** Vite plugin: `falsework:engine` exports the kernels' bytes. */
export function engineModule() {
	const id = '\0falsework:engine';
	return {
		name: 'falsework:engine',
		resolveId: (source) => (source === 'falsework:engine' ? id : undefined),
		async load(wanted) {
			if (wanted !== id) return undefined;
			for (const name of readdirSync(sources)) this.addWatchFile(join(sources, name));
			const text = (await compileEngine()).toString('base64');
			return `export const bytes = Uint8Array.from(atob('${text}'), (c) => c.charCodeAt(0));`;
		},
	};
}

/**
 * The engine for programs that run in Node without a bundler: what engine-entry.ts exports.
 *
 * @returns {Promise<typeof import('./engine-entry.ts')>}
 */
export async function loadEngine() {
	const { build } = await import('vite');
	const out = join(cache, 'node');
	await build({
		root,
		configFile: false,
		logLevel: 'error',
		plugins: [engineModule()],
		publicDir: false,
		build: {
			outDir: out,
			emptyOutDir: true,
			target: 'node20',
			minify: false,
			ssr: true,
			rolldownOptions: { input: { engine: join(root, 'src', 'tools', 'engine-entry.ts') }, output: { entryFileNames: 'engine.mjs' } },
		},
	});
	return import(pathToFileURL(join(out, 'engine.mjs')).href);
}
