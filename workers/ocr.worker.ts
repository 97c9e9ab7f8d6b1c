// Reads text with PP-OCRv6 on onnxruntime-web, from files that this worker was handed. The runtime and both networks load when first
// needed and stay; who asks sends one request at a time (adapters/ocr.ts): a run blocks this thread, so a queue here would never see
// the newer request.
import '../src/adapters/trusted.ts';
import * as Comlink from 'comlink';
import * as ort from 'onnxruntime-web/webgpu';
import { allowedClasses, pageTensor, readCtc, readTwice, type Tensor, textBoxes } from '../src/core/perception/ocr.ts';
import type { Crop, TextHint } from '../src/core/ports.ts';
import { openNetwork, prepareOnnx } from './models/onnx.ts';
import { alphabetOf } from './ocr/alphabet.ts';
import type { OcrApi, OcrLine, OcrOptions, OcrPageLine } from './ocr.protocol.ts';

type Network = 'det' | 'rec';

let options: OcrOptions | undefined;
let keys: Promise<readonly string[]> | undefined;
const sessions = new Map<Network, Promise<ort.InferenceSession>>();
let stopped = false;

function fail(name: string, message: string, cause?: unknown): Error {
	const error = new Error(message, { cause });
	error.name = name;
	return error;
}

function file(path: string): { readonly model: OcrOptions; readonly blob: OcrOptions['files'][string] } {
	if (options === undefined) throw fail('OcrNotReadyError', 'The text reader was used before init.');
	const blob = options.files[path];
	if (blob === undefined) throw fail('OcrModelError', `The text reader's model ${options.model} lacks its file ${path}.`);
	return { model: options, blob };
}

/** Keeps what loads once; a failure is forgotten, so that the next request tries again. */
function session(which: Network): Promise<ort.InferenceSession> {
	const known = sessions.get(which);
	if (known !== undefined) return known;
	const loading = load(which);
	sessions.set(which, loading);
	loading.catch(() => sessions.delete(which));
	return loading;
}

async function load(which: Network): Promise<ort.InferenceSession> {
	const { model, blob } = file(`${which}.onnx`);
	try {
		// The runtime starts at the first of both and takes no new settings after that.
		prepareOnnx(model);
		return await openNetwork(blob, `${model.model}/${which}.onnx`, model.backend);
	} catch (cause) {
		throw fail('OcrModelError', cause instanceof Error ? cause.message : String(cause), cause);
	}
}

function characters(): Promise<readonly string[]> {
	if (keys === undefined) {
		keys = (async () =>
			new TextDecoder()
				.decode(await file('keys.txt').blob.arrayBuffer())
				.replace(/\n$/, '')
				.split('\n'))();
		keys.catch(() => {
			keys = undefined;
		});
	}
	return keys;
}

async function run(which: Network, tensor: Tensor): Promise<{ data: Float32Array; dims: readonly number[]; free: () => void }> {
	const network = await session(which);
	const input = new ort.Tensor('float32', tensor.data, [...tensor.dims]);
	try {
		const outputs = await network.run({ [network.inputNames[0] as string]: input });
		const output = outputs[network.outputNames[0] as string] as ort.Tensor;
		return { data: (await output.getData()) as Float32Array, dims: output.dims, free: () => output.dispose() };
	} finally {
		input.dispose();
	}
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
			// Class 0 is the blank between characters, the last one the blank between words.
			if (classes !== table.length + 2)
				throw fail(
					'OcrModelError',
					`The text reader's network knows ${classes - 2} characters and keys.txt lists ${table.length}: they are of different models.`,
				);
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
	async warm(page = false) {
		await Promise.all([session('rec'), characters()]);
		if (page) await session('det');
	},
	readLine: recognise,
	async readPage(page) {
		stopped = false;
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
			// A turn of the event loop, in which a `stop` arrives.
			await new Promise((resolve) => setTimeout(resolve, 0));
			if (stopped) break;
			const [x, y, width, height] = box;
			const luma = new Uint8Array(width * height);
			for (let row = 0; row < height; row++)
				luma.set(page.luma.subarray((y + row) * page.width + x, (y + row) * page.width + x + width), row * width);
			const line = await recognise({ width, height, luma });
			if (line.text !== '') lines.push({ ...line, box });
		}
		return lines;
	},
	stop() {
		stopped = true;
	},
	async dispose() {
		const all = [...sessions.values()];
		sessions.clear();
		for (const one of all) await (await one.catch(() => undefined))?.release();
	},
};

Comlink.expose(api);
