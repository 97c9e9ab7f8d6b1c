// One file for both programs: `vite build` makes the page (dist/page), `vite build --mode companion` the Node program
// (dist/companion). Vitest reads the same file.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import { defaultClientConditions, type Plugin, type UserConfig } from 'vite';
import solid from 'vite-plugin-solid';
import { defineConfig } from 'vitest/config';
import { embedded } from './src/tools/embed.mjs';
import { engineModule } from './src/tools/engine.mjs';
import { serviceWorker } from './src/tools/service-worker.mjs';
import { sharedEngines } from './src/tools/shared-engines.mjs';
import { trustedTemplates } from './src/ui/trusted-templates.ts';

const root = dirname(fileURLToPath(import.meta.url));
const at = (path: string): string => resolve(root, path);

/** Served as they are: address on the site → folder on disk and which of its files. */
const served = [
	{
		address: '/ort/',
		folder: at('node_modules/onnxruntime-web/dist'),
		// The plain pair for the CPU, the pair on promise integration for WebGPU; neither asyncify nor jsep.
		pick: (name: string) => /^ort-wasm-simd-threaded\.(jspi\.)?(mjs|wasm)$/.test(name),
	},
	{ address: '/wllama/', folder: at('node_modules/@wllama/wllama/esm/wasm'), pick: (name: string) => name === 'wllama.wasm' },
	{ address: '/models/ppocr-v6-tiny/', folder: at('models/ppocr-v6-tiny'), pick: () => true },
	{ address: '/models/', folder: at('models'), pick: (name: string) => name === 'ppocr-v6-tiny.json' },
];
/** All manifests in one list, so that nobody has to look for them at run time. */
const modelIndex = {
	address: '/models/index.json',
	text: () =>
		JSON.stringify(
			readdirSync(at('models'))
				.filter((name) => name.endsWith('.json'))
				.sort()
				.map((name) => JSON.parse(readFileSync(at(`models/${name}`), 'utf8')) as unknown),
		),
};
const types: Readonly<Record<string, string>> = {
	'.mjs': 'text/javascript',
	'.wasm': 'application/wasm',
	'.json': 'application/json',
	'.onnx': 'application/octet-stream',
	'.txt': 'text/plain; charset=utf-8',
};

/** The practice game's window has its own address, in development and in the build. */
const practiceWindow = { address: '/practice-window', source: 'src/practice/window.html', built: 'practice-window.html' };

function serveAsIs(): Plugin {
	let out = '';
	return {
		name: 'falsework:serve-as-is',
		configResolved(config) {
			out = resolve(config.root, config.build.outDir);
		},
		configureServer(server) {
			server.middlewares.use((request, response, next) => {
				const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
				if (path === practiceWindow.address || path === `/${practiceWindow.built}`) {
					request.url = `/${practiceWindow.source}`;
					next();
					return;
				}
				if (path === modelIndex.address) {
					response.setHeader('content-type', 'application/json');
					response.end(modelIndex.text());
					return;
				}
				for (const { address, folder, pick } of served) {
					const name = path.slice(address.length);
					if (!path.startsWith(address) || name.includes('..') || !pick(name)) continue;
					const file = join(folder, name);
					if (!existsSync(file) || !statSync(file).isFile()) continue;
					response.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream');
					response.setHeader('cross-origin-resource-policy', 'same-origin');
					response.end(readFileSync(file));
					return;
				}
				next();
			});
		},
		writeBundle: {
			sequential: true,
			handler() {
				for (const { address, folder, pick } of served) {
					if (!existsSync(folder)) continue;
					mkdirSync(join(out, address), { recursive: true });
					for (const name of readdirSync(folder).filter(pick)) cpSync(join(folder, name), join(out, address, name), { recursive: true });
				}
				writeFileSync(join(out, modelIndex.address), modelIndex.text());
				const window = join(out, practiceWindow.source);
				if (existsSync(window)) {
					// Its addresses lead from where its source lies to the root, which is where it is served.
					const up = '../'.repeat(practiceWindow.source.split('/').length - 1);
					writeFileSync(join(out, practiceWindow.built), readFileSync(window, 'utf8').replaceAll(`="${up}`, '="./'));
					rmSync(join(out, 'src'), { recursive: true, force: true });
				}
			},
		},
	};
}

/** `falsework:modules` writes which packages went into the build and into which of its scripts, for THIRD-PARTY-NOTICES. */
function listModules(into: Set<string>): Plugin {
	return {
		name: 'falsework:modules',
		generateBundle(_options, bundle) {
			for (const chunk of Object.values(bundle)) {
				if (chunk.type !== 'chunk') continue;
				for (const [id, module] of Object.entries(chunk.modules)) {
					if (module.renderedLength === 0) continue;
					into.add(id);
					const name = packageOf(id);
					if (name !== undefined) scripts.set(name, (scripts.get(name) ?? new Set()).add(chunk.fileName));
				}
			}
		},
	};
}
const seen = new Set<string>();
/** Scripts of the build by the package whose code they hold; those of engines built by themselves are not among them. */
const scripts = new Map<string, Set<string>>();
function packageOf(id: string): string | undefined {
	return /.*[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(id)?.[1]?.replaceAll('\\', '/');
}
function writeModules(): Plugin {
	let out = '';
	return {
		name: 'falsework:write-modules',
		configResolved(config) {
			out = resolve(config.root, config.build.outDir);
		},
		async closeBundle() {
			const { writeFile } = await import('node:fs/promises');
			const names = [...new Set([...seen].flatMap((id) => packageOf(id) ?? []))].sort();
			const packages = Object.fromEntries(names.map((name) => [name, [...(scripts.get(name) ?? [])].sort()]));
			// Lies beside the build, not in it: nobody should be served it.
			if (existsSync(out)) await writeFile(`${out}.packages.json`, `${JSON.stringify(packages, undefined, '\t')}\n`);
		},
	};
}

/** The runtime's wasm is served from /ort/; without the first condition a second copy of its 14 MB lands among the assets. */
const conditions = ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions];
const engines = sharedEngines({ conditions, modules: seen });

function page(): UserConfig {
	const entries = { index: at('index.html'), practiceWindow: at(practiceWindow.source) };
	return {
		// One build for the companion's address and for a folder of any static host: it names nothing from the root.
		base: './',
		plugins: [
			trustedTemplates(),
			solid(),
			tailwindcss(),
			engineModule(),
			serveAsIs(),
			engines.page(),
			embedded({ folder: at('src/embed'), modules: listModules(seen) }),
			serviceWorker({ source: at('workers/service-worker.ts'), modules: listModules(seen) }),
			listModules(seen),
			writeModules(),
		],
		resolve: { conditions },
		build: {
			outDir: 'dist/page',
			emptyOutDir: true,
			target: 'es2022',
			modulePreload: { polyfill: false },
			// The page's CSP knows no `data:` for scripts and styles: everything is a file.
			assetsInlineLimit: 0,
			chunkSizeWarningLimit: 1500,
			rolldownOptions: {
				checks: { pluginTimings: false },
				input: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
			},
		},
		worker: {
			format: 'es',
			plugins: () => [engines.worker(), engineModule(), listModules(seen)],
			rolldownOptions: {
				checks: { pluginTimings: false },
				// The server gives some workers headers of their own and knows them by the front of their name.
				output: {
					entryFileNames: 'assets/[name]-[hash].js',
					chunkFileNames: 'assets/[name]-[hash].js',
					assetFileNames: 'assets/[name]-[hash][extname]',
				},
			},
		},
		server: {
			host: '127.0.0.1',
			port: 4953,
			strictPort: true,
			headers: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
		},
		optimizeDeps: { exclude: ['@techstark/opencv-js', 'onnxruntime-web', '@huggingface/transformers', 'kokoro-js'] },
	};
}

/** Each page module of a folder as a script that keeps its exports, with workers as in the page. */
function pageModules(source: string, outDir: string): UserConfig {
	const folder = at(source);
	const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name) && name !== 'types.ts') : [];
	const same = page();
	return {
		...same,
		plugins: [solid(), engineModule(), serveAsIs(), engines.page()],
		build: {
			...same.build,
			outDir,
			rolldownOptions: {
				input: Object.fromEntries(names.map((name) => [name.slice(0, -3), join(folder, name)])),
				preserveEntrySignatures: 'strict',
				output: { entryFileNames: '[name].js' },
			},
		},
	};
}

const modes: Readonly<Record<string, () => UserConfig>> = {
	companion,
	/** `npm run bench`. */
	bench: () => pageModules('src/tools/bench', '.cache/bench'),
	/** The page's half of `npm run bench -- boot`. */
	boot: () => pageModules('src/tools/bench/boot', '.cache/boot'),
	/** src/tools/contract.mjs: the runtimes' adapters without the program around them. */
	contract: () => pageModules('src/tools/contract', '.cache/contract'),
	/** src/tools/proofs/speech.mjs and narration-device.mjs: the voice, and a writer of its lines, by themselves. */
	speech: () => pageModules('src/tools/speech', '.cache/speech'),
	/** e2e/fixtures/runtime-page.ts: one runtime by itself, for the browser specs. */
	e2e: () => pageModules('e2e/pages', '.cache/e2e'),
	/** src/tools/recordings.mjs: the recording of the practice game is drawn in a page. */
	recordings: () => pageModules('src/tools/recordings/page', '.cache/recordings'),
	test: () => ({ plugins: [engineModule()] }),
};

function companion(): UserConfig {
	// One entry: the watchdog is the same program started again as `cli.js watchdog DRIVER`.
	const entries = { cli: at('src/companion/cli.ts') };
	return {
		plugins: [listModules(seen), writeModules()],
		publicDir: false,
		ssr: { noExternal: true, external: ['ws', 'node-sqlite3-wasm', 'robotjs', 'uiohook-napi', 'x11'], target: 'node' },
		build: {
			outDir: 'dist/companion',
			emptyOutDir: true,
			target: 'node20',
			ssr: true,
			minify: false,
			sourcemap: true,
			rolldownOptions: {
				input: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
				output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', banner: '#!/usr/bin/env node' },
			},
		},
	};
}

export default defineConfig(({ mode }) => ({
	root,
	cacheDir: '.cache/vite',
	// Tests run in Node: with the page's conditions (Solid's plugin adds them too) `ws` would be its browser half.
	...(modes[mode] ?? page)(),
	test: {
		include: ['src/**/*.test.{ts,tsx}', 'workers/**/*.test.ts', 'e2e/**/*.test.mjs'],
		exclude: ['node_modules/**', 'dist/**', '.cache/**'],
		environment: 'node',
		testTimeout: 120_000,
		hookTimeout: 60_000,
		pool: 'forks' as const,
		maxWorkers: 2,
	},
}));
