// Builds the service worker after the page, since it carries the list of the page's files with their hashes. The list is made
// here and not by workbox-build, which would bring 267 packages for these lines; what reads it is Workbox.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Address of the service worker beside the page; a fixed name, since the browser knows the worker by it. */
export const SERVICE_WORKER = 'sw.js';
/** What play needs beyond the page: kept once something was played, never fetched by the browser's install. */
const PART = /^ort\/ort-wasm-simd-threaded\.(mjs|wasm)$|^assets\/(opencv\.worker|onnxruntime)-/;
/** Engines of models: big, and of use only to who has a model for them. Kept when fetched, see src/adapters/models/engines.ts. */
const ENGINE = /^(ort|wllama)\/|^assets\/(transformers|onnxruntime|llm-(cpu|gpu)\.worker)-/;
/** Read by nobody who runs the page: the install dialog's pictures, licences, the embedded scorecard, this worker itself. Models are the model store's to keep. */
const LEFT_OUT = /^(screenshots|embed)\/|^models\/(?!index\.json$)|^sw\.js$|\/LICENSE$|\.map$/;
/** Whatever else is too big for the shell is kept when it is fetched, and not before. */
const BIG = /\.(wasm|onnx|gguf|bin)$/;
const BIG_BYTES = 1_000_000;
const HASHED = /^assets\/.+-[\w-]{8}\.\w+$/;

/**
 * What of a build is kept for the day without a network.
 *
 * @param {string} folder  the built page
 * @returns {{ shell: Entry[], parts: Entry[], late: Entry[] }} sorted by address; `revision` is null where the name holds the hash already
 * @typedef {{ url: string, revision: string | null, integrity: string }} Entry
 */
export function listKept(folder) {
	const shell = [];
	const parts = [];
	const late = [];
	for (const url of addressesUnder(folder)) {
		if (LEFT_OUT.test(url)) continue;
		const bytes = readFileSync(join(folder, url));
		const hash = createHash('sha256').update(bytes);
		const base64 = hash.copy().digest('base64');
		const entry = { url, revision: HASHED.test(url) ? null : hash.digest('hex').slice(0, 16), integrity: `sha256-${base64}` };
		if (PART.test(url)) parts.push(entry);
		else if (ENGINE.test(url) || BIG.test(url) || bytes.length > BIG_BYTES) late.push(entry);
		else shell.push(entry);
	}
	return { shell, parts, late };
}

/**
 * The files that a runtime runs on, for src/adapters/models/engines.ts, which fetches them once a model for it is here.
 *
 * @param {string} folder  the built page
 * @returns {Record<string, string[]>} addresses by runtime
 */
export function listEngines(folder) {
	const all = addressesUnder(folder);
	const own = {
		ort: /^ort\/|^assets\/(onnxruntime|(ocr|detect)\.worker)-/,
		transformers: /^ort\/|^assets\/(onnxruntime|transformers|(embed|vlm)\.worker)-/,
		kokoro: /^ort\/|^assets\/(onnxruntime|transformers|kokoro\.worker|phonemizer)-/,
		wllama: /^wllama\/|^assets\/llm-cpu\.worker-/,
		'web-llm': /^assets\/llm-gpu\.worker-/,
	};
	return Object.fromEntries(Object.entries(own).map(([runtime, mine]) => [runtime, all.filter((url) => mine.test(url))]));
}

function addressesUnder(folder, below = '') {
	return readdirSync(join(folder, below))
		.sort()
		.flatMap((name) => {
			const url = `${below}${name}`;
			return statSync(join(folder, url)).isDirectory() ? addressesUnder(folder, `${url}/`) : [url];
		});
}

/**
 * Vite plugin: writes `sw.js` beside the page.
 *
 * @param {{ source: string, modules: import('vite').Plugin }} options  `modules` hears which packages went in
 * @returns {import('vite').Plugin}
 */
export function serviceWorker({ source, modules }) {
	let out = '';
	return {
		name: 'falsework:service-worker',
		apply: 'build',
		configResolved(config) {
			out = resolve(config.root, config.build.outDir);
		},
		writeBundle: {
			sequential: true,
			order: 'post',
			async handler() {
				const { build } = await import('vite');
				writeFileSync(join(out, 'engines.json'), JSON.stringify(listEngines(out)));
				await build({
					root: dirname(source),
					configFile: false,
					logLevel: 'warn',
					publicDir: false,
					plugins: [modules],
					define: { 'process.env.NODE_ENV': '"production"', __KEPT__: JSON.stringify(listKept(out)) },
					build: {
						outDir: out,
						emptyOutDir: false,
						target: 'es2022',
						rolldownOptions: { input: source, output: { format: 'iife', entryFileNames: SERVICE_WORKER } },
					},
				});
			},
		},
	};
}
