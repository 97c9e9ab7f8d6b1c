// The worker that turns sentences into vectors, as others see it. Types only.
import type { Backend, ModelFiles } from '../src/core/models/runtime.ts';

export interface EmbedOptions {
	/** Id of its manifest; no more than a name here. */
	readonly model: string;
	readonly files: ModelFiles;
	/** As transformers.js names it: `q8`, `fp32` … */
	readonly dtype: string;
	readonly backend: Backend;
	/** Folder with a slash at the end that serves onnxruntime's wasm. */
	readonly engine: string;
	readonly threads: number;
}
export interface Embedded {
	/** Unit vectors, row-major `texts.length × dimensions`; the buffer is transferred. */
	readonly vectors: Float32Array;
	readonly dimensions: number;
	readonly ms: number;
}

/** Exposed by comlink. Errors cross as core/models/crossing.ts says. */
export interface EmbedApi {
	/** @returns how many numbers a text becomes */
	load(options: EmbedOptions): Promise<number>;
	/** In batches; between two of them a `cancel` of the same `call` is heeded. */
	embed(texts: readonly string[], call: number): Promise<Embedded>;
	cancel(call: number): void;
}
