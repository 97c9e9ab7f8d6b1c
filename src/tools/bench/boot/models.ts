// The page's half of `npm run bench -- boot`: the product's own adapters and workers on real weights, each thing done once a call, so
// that boot.mjs can let others take turns with it; and tesseract.js on the same pictures.
import '../../../adapters/trusted.ts';
import { makeOcrReader, type OcrReader } from '../../../adapters/ocr.ts';
import { drivers } from '../../../adapters/runtimes/drivers.ts';
import { type ModelManifest, readManifest } from '../../../core/models/manifest.ts';
import type { ModelFiles, Running } from '../../../core/models/runtime.ts';
import { contextOf } from '../../../practice/draw.ts';

const never = new AbortController().signal;
const manifests = import.meta.glob<unknown>('../../../../models/*.json', { import: 'default', eager: true });
const running = new Map<string, Running>();
let reader: OcrReader | undefined;

function manifestOf(id: string): ModelManifest {
	const read = readManifest(manifests[`../../../../models/${id}.json`]);
	if ('fault' in read) throw new Error(`models/${id}.json: ${read.fault}`);
	return read.manifest;
}

async function filesOf(id: string): Promise<ModelFiles> {
	const listed = manifestOf(id).files.map(async ({ path }) => {
		const response = await fetch(`/weights/${id}/${path}`);
		if (!response.ok) throw new Error(`${id}/${path}: HTTP ${response.status}`);
		return [path, await response.blob()] as const;
	});
	return Object.fromEntries(await Promise.all(listed));
}

function use(id: string): Running {
	const it = running.get(id);
	if (it === undefined) throw new Error(`${id} is not loaded.`);
	return it;
}

/** By the driver of its runtime, on one thread: the natives get one as well. @returns ms */
export async function load(id: string): Promise<number> {
	const manifest = manifestOf(id);
	const files = await filesOf(id);
	const begun = performance.now();
	const engines = { ort: `${location.origin}/ort/`, wllama: `${location.origin}/wllama/` };
	running.set(id, await drivers[manifest.runtime]({ manifest, files, backend: 'wasm', engines, cancel: never }));
	return performance.now() - begun;
}

export async function unload(id: string): Promise<void> {
	await running.get(id)?.close();
	running.delete(id);
}

interface Picture {
	readonly canvas: OffscreenCanvas;
	readonly grey: { readonly width: number; readonly height: number; readonly luma: Uint8Array };
}
const pictures = new Map<string, Picture>();

/** Keeps a picture under a name; not timed. */
export async function show(name: string, base64: string, type: string): Promise<void> {
	const bitmap = await createImageBitmap(await (await fetch(`data:${type};base64,${base64}`)).blob());
	const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
	const ctx = contextOf(canvas);
	ctx.drawImage(bitmap, 0, 0);
	const { data } = ctx.getImageData(0, 0, bitmap.width, bitmap.height);
	const luma = Uint8Array.from(
		{ length: bitmap.width * bitmap.height },
		(_, i) => (77 * (data[4 * i] as number) + 150 * (data[4 * i + 1] as number) + 29 * (data[4 * i + 2] as number) + 128) >> 8,
	);
	pictures.set(name, { canvas, grey: { width: bitmap.width, height: bitmap.height, luma } });
}

function picture(name: string): Picture {
	const it = pictures.get(name);
	if (it === undefined) throw new Error(`No picture "${name}" was shown.`);
	return it;
}

export interface Timed {
	readonly ms: number;
}

/** One known line, as the loop reads it. */
export async function line(name: string): Promise<Timed & { readonly text: string }> {
	if (reader === undefined) {
		const model = 'ppocr-v6-tiny';
		reader = makeOcrReader({
			model,
			files: () => filesOf(model),
			runtime: '/ort/',
			start: () => new Worker(new URL('../../../../workers/ocr.worker.ts', import.meta.url), { type: 'module', name: 'ocr' }),
			budgetMs: 30_000,
		});
		await reader.warm();
	}
	const { grey } = picture(name);
	const begun = performance.now();
	const { text } = await reader.readLine(grey, never, undefined, { language: 'en' });
	return { ms: performance.now() - begun, text };
}

/** All text of a frame, as a call of tier `device`. */
export async function page(name: string): Promise<Timed & { readonly lines: number }> {
	const { reader: pages } = use('ppocr-v6-tiny');
	const begun = performance.now();
	const lines = await pages?.readPage(picture(name).grey, never);
	return { ms: performance.now() - begun, lines: lines?.length ?? 0 };
}

export async function embed(text: string): Promise<Timed & { readonly dimensions: number; readonly head: number[] }> {
	const begun = performance.now();
	const got = await use('minilm-l6-v2-int8').embedder?.embed([text], never);
	if (got === undefined) throw new Error('The model of sentences embeds nothing.');
	return { ms: performance.now() - begun, dimensions: got.dimensions, head: [...got.vectors.slice(0, got.dimensions)] };
}

export async function speak(text: string, voice: string): Promise<Timed & { readonly seconds: number }> {
	const begun = performance.now();
	const said = await use('kokoro-82m-v1.0-int8').speaker?.speak(text, voice, never);
	if (said === undefined) throw new Error('The voice does not speak.');
	return { ms: performance.now() - begun, seconds: said.samples.length / said.rate };
}

export async function write(system: string, user: string, maxTokens: number): Promise<Timed & { readonly tokens: number }> {
	const begun = performance.now();
	const got = await use('smollm2-135m-instruct').writer?.complete({ system, user, maxTokens }, never);
	return { ms: performance.now() - begun, tokens: got?.completionTokens ?? 0 };
}

interface Tesseract {
	setParameters(parameters: Record<string, string>): Promise<unknown>;
	recognize(picture: OffscreenCanvas): Promise<{ data: { text: string } }>;
}
let peer: Promise<Tesseract> | undefined;
let mode = '';

/** tesseract.js with its English model; `single`: as one line, else the whole page. */
export async function tesseract(name: string, single: boolean): Promise<Timed & { readonly text: string }> {
	const base = `${location.origin}/peers-js/node_modules/`;
	peer ??= (
		import(/* @vite-ignore */ `${base}tesseract.js/dist/tesseract.esm.min.js`) as Promise<{
			default: { createWorker(languages: string, engine: number, options: object): Promise<Tesseract> };
		}>
	).then((module) =>
		module.default.createWorker('eng', 1, {
			workerPath: `${base}tesseract.js/dist/worker.min.js`,
			corePath: `${base}tesseract.js-core`,
			langPath: `${location.origin}/weights/tesseract-eng`,
			gzip: true,
			cacheMethod: 'none',
			workerBlobURL: false,
		}),
	);
	const worker = await peer;
	const wanted = single ? '7' : '3';
	if (mode !== wanted) await worker.setParameters({ tessedit_pageseg_mode: wanted });
	mode = wanted;
	const { canvas } = picture(name);
	const begun = performance.now();
	const { data } = await worker.recognize(canvas);
	return { ms: performance.now() - begun, text: data.text.trim() };
}
