// Reads text with PP-OCRv6 tiny on onnxruntime-web. The runtime and both networks load when first needed and stay; who asks
// sends one request at a time (adapters/ocr.ts): a run blocks this thread, so a queue here would never see the newer request.
import * as Comlink from 'comlink';
import * as ort from 'onnxruntime-web/webgpu';
import { allowedClasses, pageTensor, readCtc, readTwice, type Tensor, textBoxes } from '../src/core/perception/ocr.ts';
import type { Crop, TextHint } from '../src/core/ports.ts';
import { alphabetOf } from './ocr/alphabet.ts';
import type { OcrApi, OcrLine, OcrOptions, OcrPageLine } from './ocr.protocol.ts';

const MODEL = 'ppocr-v6-tiny';

interface Manifest {
	readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

let options: OcrOptions | undefined;
let manifest: Promise<Manifest> | undefined;
let keys: Promise<readonly string[]> | undefined;
const sessions = new Map<'det' | 'rec', Promise<ort.InferenceSession>>();

function fail(name: string, message: string, cause?: unknown): Error {
	const error = new Error(message, { cause });
	error.name = name;
	return error;
}

async function fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
	const where = `${options?.models ?? ''}${path}`;
	let response: Response;
	try {
		response = await fetch(where);
	} catch (cause) {
		throw fail('OcrModelError', `The text reader's file ${where} could not be fetched.`, cause);
	}
	if (!response.ok) throw fail('OcrModelError', `The text reader's file ${where} is missing (HTTP ${response.status}).`);
	return new Uint8Array(await response.arrayBuffer());
}

async function fetchChecked(path: string): Promise<Uint8Array<ArrayBuffer>> {
	manifest ??= fetchBytes(`${MODEL}.json`).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Manifest);
	const entry = (await manifest).files.find((file) => `${MODEL}/${file.path}` === path);
	if (entry === undefined) throw fail('OcrModelError', `${MODEL}.json does not list ${path}.`);
	const bytes = await fetchBytes(path);
	// crypto.subtle is absent on plain http other than loopback; the length still tells a cut file.
	const digest = crypto.subtle === undefined ? undefined : new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	const hex = digest === undefined ? entry.sha256 : [...digest].map((b) => b.toString(16).padStart(2, '0')).join('');
	if (bytes.length !== entry.bytes || hex !== entry.sha256) {
		throw fail(
			'OcrModelError',
			`The text reader's file ${path} is damaged: ${bytes.length} bytes, ${entry.bytes} expected. Reload the page to fetch it again.`,
		);
	}
	return bytes;
}

/** Keeps what loads once; a failure is forgotten, so that the next request tries again. */
function session(which: 'det' | 'rec'): Promise<ort.InferenceSession> {
	const known = sessions.get(which);
	if (known !== undefined) return known;
	const loading = load(which);
	sessions.set(which, loading);
	loading.catch(() => {
		sessions.delete(which);
		manifest = undefined;
	});
	return loading;
}

async function load(which: 'det' | 'rec'): Promise<ort.InferenceSession> {
	if (options === undefined) throw fail('OcrNotReadyError', 'The text reader was used before init.');
	const { runtime } = options;
	ort.env.wasm.wasmPaths = { mjs: `${runtime}ort-wasm-simd-threaded.mjs`, wasm: `${runtime}ort-wasm-simd-threaded.wasm` };
	// A second thread needs shared memory and a core to spare beside the game, the browser and the loop.
	ort.env.wasm.numThreads = self.crossOriginIsolated && navigator.hardwareConcurrency > 4 ? 2 : 1;
	ort.env.logLevel = 'error';
	const bytes = await fetchChecked(`${MODEL}/${which}.onnx`);
	try {
		return await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
	} catch (cause) {
		throw fail(
			'OcrModelError',
			`The text reader's network ${which} could not be started: ${cause instanceof Error ? cause.message : String(cause)}`,
			cause,
		);
	}
}

function characters(): Promise<readonly string[]> {
	if (keys === undefined) {
		keys = fetchChecked(`${MODEL}/keys.txt`).then((bytes) => new TextDecoder().decode(bytes).replace(/\n$/, '').split('\n'));
		keys.catch(() => {
			keys = undefined;
			manifest = undefined;
		});
	}
	return keys;
}

async function run(which: 'det' | 'rec', tensor: Tensor): Promise<{ data: Float32Array; dims: readonly number[]; free: () => void }> {
	const network = await session(which);
	const input = new ort.Tensor('float32', tensor.data, [...tensor.dims]);
	const outputs = await network.run({ [network.inputNames[0] as string]: input });
	const output = outputs[network.outputNames[0] as string] as ort.Tensor;
	return { data: output.data as Float32Array, dims: output.dims, free: () => output.dispose() };
}

/** By charset and language: a place is read again and again with the same hint. */
const alphabets = new Map<string, Uint8Array | undefined>();
const ALPHABETS_KEPT = 64;

function allowedBy(hint: TextHint | undefined, table: readonly string[]): Uint8Array | undefined {
	if (hint === undefined) return undefined;
	const key = `${hint.language ?? ''} ${hint.charset ?? ''}`;
	if (!alphabets.has(key)) {
		if (alphabets.size >= ALPHABETS_KEPT) alphabets.clear();
		const has = alphabetOf(hint);
		alphabets.set(key, has === undefined ? undefined : allowedClasses(table, has));
	}
	return alphabets.get(key);
}

async function recognise(crop: Crop, hint?: TextHint): Promise<OcrLine> {
	const table = await characters();
	const allowed = allowedBy(hint, table);
	return readTwice(crop, async (tensor) => {
		const output = await run('rec', tensor);
		try {
			const [, steps = 0, classes = 0] = output.dims;
			return readCtc(output.data, steps, classes, table, allowed);
		} finally {
			output.free();
		}
	});
}

const api: OcrApi = {
	init(given) {
		options = given;
	},
	async warm() {
		await Promise.all([session('rec'), characters()]);
	},
	readLine: recognise,
	async readPage(page) {
		const tensor = pageTensor(page);
		const output = await run('det', tensor);
		let boxes;
		try {
			boxes = textBoxes(output.data, tensor.dims[3], page.width, page.height);
		} finally {
			output.free();
		}
		const lines: OcrPageLine[] = [];
		for (const box of boxes) {
			const [x, y, width, height] = box;
			const luma = new Uint8Array(width * height);
			for (let row = 0; row < height; row++)
				luma.set(page.luma.subarray((y + row) * page.width + x, (y + row) * page.width + x + width), row * width);
			const line = await recognise({ width, height, luma });
			if (line.text !== '') lines.push({ ...line, box });
		}
		return lines;
	},
	async dispose() {
		const all = [...sessions.values()];
		sessions.clear();
		for (const one of all) await (await one.catch(() => undefined))?.release();
	},
};

Comlink.expose(api);
