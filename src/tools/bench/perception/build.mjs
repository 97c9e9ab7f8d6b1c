// Builds our contenders: the page with its worker, and one file for Node.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { engineModule } from '../../engine.mjs';
import { root } from '../../files.mjs';

const here = import.meta.dirname;

/**
 * @returns {Promise<{ node: string, workerBytes: number }>} the module for Node (the page's is `page.js` in `out`), and how many bytes
 *   the worker takes gzipped
 */
export async function buildContenders(out) {
	const common = { root, configFile: false, publicDir: false, logLevel: 'warn', mode: 'production', plugins: [engineModule()] };
	await build({
		...common,
		build: {
			outDir: out,
			emptyOutDir: true,
			target: 'es2022',
			modulePreload: { polyfill: false },
			rolldownOptions: {
				input: { page: join(here, 'page.ts') },
				preserveEntrySignatures: 'strict',
				output: { entryFileNames: '[name].js' },
			},
		},
		worker: { format: 'es', plugins: () => [engineModule()] },
	});
	await build({
		...common,
		build: {
			outDir: join(out, 'node'),
			emptyOutDir: true,
			target: 'node20',
			ssr: true,
			rolldownOptions: { input: { node: join(here, 'node.ts') }, output: { format: 'es', entryFileNames: '[name].mjs' } },
		},
	});
	const scripts = readdirSync(join(out, 'assets')).filter((name) => name.endsWith('.js'));
	const workerBytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(out, 'assets', name)), { level: 9 }).length, 0);
	return { node: join(out, 'node', 'node.mjs'), workerBytes };
}
