// The drivers of the runtimes by themselves, for the browser specs that look at one of them: no page, no store, no loop.
import '../../src/adapters/trusted.ts';
import * as Comlink from 'comlink';
import type { EmbedApi } from '../../workers/embed.protocol.ts';
import type { VlmApi } from '../../workers/vlm.protocol.ts';
import type { ModelManifest } from '../../src/core/models/manifest.ts';
import { type Backend, type LoadOptions, type ModelFiles, RuntimeError } from '../../src/core/models/runtime.ts';

export { askBuiltIn, probeCapabilities } from '../../src/adapters/models/probe.ts';
export { chooseBackend, fitness } from '../../src/core/models/capabilities.ts';
export { makeOcrReader } from '../../src/adapters/ocr.ts';
export { embedDriver } from '../../src/adapters/runtimes/embed.ts';
export { drivers } from '../../src/adapters/runtimes/drivers.ts';
export { transformersDriver } from '../../src/adapters/runtimes/transformers.ts';
export { ortDriver } from '../../src/adapters/runtimes/ort.ts';

/** As the store would hand them over. `folder` ends in a slash. */
export async function fetchFiles(folder: string, paths: readonly string[]): Promise<ModelFiles> {
	const files: Record<string, Blob> = {};
	for (const path of paths) {
		const response = await fetch(`${folder}${path}`);
		if (!response.ok) throw new Error(`${folder}${path}: HTTP ${response.status}`);
		files[path] = await response.blob();
	}
	return files;
}

export function manifestOf(id: string, files: ModelFiles, more: Partial<ModelManifest> = {}): ModelManifest {
	const listed = Object.entries(files).map(([path, { size }]) => ({ path, bytes: size, sha256: '', chunks: [] }));
	return {
		falsework: 1,
		id,
		name: id,
		what: '',
		purpose: 'embed',
		runtime: 'transformers',
		licence: '',
		terms: '',
		copyright: '',
		origin: '',
		revision: '',
		sources: [],
		files: listed,
		bytes: listed.reduce((sum, { bytes }) => sum + bytes, 0),
		needs: { memoryBytes: 0 },
		options: {},
		verified: false,
		embedded: false,
		...more,
	};
}

const never = new AbortController().signal;
export function loadOptions(manifest: ModelManifest, files: ModelFiles, backend: Backend = 'wasm', cancel = never): LoadOptions {
	return { manifest, files, backend, engines: { ort: `${location.origin}/ort/`, wllama: `${location.origin}/wllama/` }, cancel };
}

/** What a call threw, in a form that crosses to the test. */
export async function fault(work: () => Promise<unknown>): Promise<string> {
	try {
		await work();
		return 'nothing was thrown';
	} catch (error) {
		return error instanceof RuntimeError ? `${error.reason}: ${error.message}` : `not a RuntimeError: ${String(error)}`;
	}
}

/** White letters on black, as a game draws them. */
export function drawLines(
	lines: readonly string[],
	size = 24,
): { readonly width: number; readonly height: number; readonly luma: Uint8Array } {
	const [width, height] = [Math.max(...lines.map((line) => line.length)) * size, lines.length * size * 3];
	const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
	if (context === null) throw new Error('no canvas');
	context.fillStyle = '#fff';
	context.font = `${size}px sans-serif`;
	context.textBaseline = 'middle';
	for (const [i, line] of lines.entries()) context.fillText(line, size, size * (3 * i + 1.5));
	const { data } = context.getImageData(0, 0, width, height);
	return { width, height, luma: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4 + 3] as number) };
}

export const startOcr = (): Worker => new Worker(new URL('../../workers/ocr.worker.ts', import.meta.url), { type: 'module', name: 'ocr' });

/** The worker of sentence vectors without its adapter. */
export const startEmbed = (): Comlink.Remote<EmbedApi> =>
	Comlink.wrap<EmbedApi>(new Worker(new URL('../../workers/embed.worker.ts', import.meta.url), { type: 'module', name: 'embed' }));
/** The worker of models that see without its adapter. */
export const startVlm = (): Comlink.Remote<VlmApi> =>
	Comlink.wrap<VlmApi>(new Worker(new URL('../../workers/vlm.worker.ts', import.meta.url), { type: 'module', name: 'see' }));

/** A picture of one colour. */
export async function paint(colour: string, width = 64, height = 64): Promise<Uint8Array> {
	const canvas = new OffscreenCanvas(width, height);
	const context = canvas.getContext('2d');
	if (context === null) throw new Error('no canvas');
	context.fillStyle = colour;
	context.fillRect(0, 0, width, height);
	return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}
