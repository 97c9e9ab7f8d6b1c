// What every runtime does, whatever engine is inside. A runtime lives in a worker of its own, is given files that the store has
// verified, and knows nothing of games, crystals or the loop. Its adapter bounds its time and gives its errors back as `RuntimeError`.
import type { Cancel } from '../ports.ts';
import type { DetectorSettings } from './detect.ts';
import type { ModelManifest, RuntimeName } from './manifest.ts';

/** Verified bytes of a model by the path its manifest gives; cheap to hand to a worker. */
export type ModelFiles = Readonly<Record<string, Blob>>;

/** The part of a `Blob` the core names; the browser's own fits. */
export interface Blob {
	readonly size: number;
	arrayBuffer(): Promise<ArrayBuffer>;
}

export type Backend = 'webgpu' | 'wasm-threads' | 'wasm' | 'browser';

export class RuntimeError extends Error {
	override readonly name = 'RuntimeError';
	constructor(
		readonly reason: 'unsupported' | 'load-failed' | 'out-of-memory' | 'gpu-lost' | 'timed-out' | 'cancelled' | 'crashed' | 'bad-input',
		/** A sentence that says what was tried, on what, and what follows. */
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}

export interface LoadedModel {
	readonly model: string;
	readonly runtime: RuntimeName;
	readonly backend: Backend;
	readonly loadMs: number;
	/** What a person should know of how it runs: "single-threaded: this page is not isolated". */
	readonly note: string;
}

/** A question for a model that writes. */
export interface Prompt {
	readonly system: string;
	readonly user: string;
	/** PNG; only for models that see. */
	readonly image?: Uint8Array;
	/** JSON Schema (draft 2020-12 subset) that the answer must fit; grammar or constraint where the runtime can, checked always. */
	readonly schema?: Readonly<Record<string, unknown>>;
	readonly maxTokens: number;
}
export interface Completion {
	readonly text: string;
	readonly promptTokens: number;
	readonly completionTokens: number;
	readonly ms: number;
	/** `length`: the answer was cut at maxTokens and is not whole. */
	readonly finish: 'stop' | 'length';
}
export interface Writer {
	/**
	 * One at a time: what comes meanwhile waits its turn.
	 *
	 * @param onText  hears each piece of the answer as it is written; the pieces together are `Completion.text`
	 * @throws RuntimeError
	 */
	complete(prompt: Prompt, cancel: Cancel, onText?: (piece: string) => void): Promise<Completion>;
}
export interface Embedder {
	/** Unit vectors, one a text, row-major `texts.length × dimensions`. @throws RuntimeError */
	embed(
		texts: readonly string[],
		cancel: Cancel,
	): Promise<{ readonly vectors: Float32Array; readonly dimensions: number; readonly ms: number }>;
}
export interface Speaker {
	readonly voices: readonly string[];
	/** Mono samples in [-1, 1]. @throws RuntimeError */
	speak(
		text: string,
		voice: string,
		cancel: Cancel,
	): Promise<{ readonly samples: Float32Array; readonly rate: number; readonly ms: number }>;
}
export interface Detection {
	readonly label: string;
	readonly score: number;
	/** Pixels of the picture given: x, y, width, height. */
	readonly box: readonly [number, number, number, number];
}
export interface DetectorPicture {
	readonly width: number;
	readonly height: number;
	/** Row-major, height × width × 4 bytes. */
	readonly rgba: Uint8Array;
	/** What a game's profile says of the network, in front of what its manifest says. */
	readonly as?: Partial<DetectorSettings>;
}
export interface Detector {
	/** Best first. @throws RuntimeError `bad-input` when the network's output is not of the layout named */
	detect(picture: DetectorPicture, cancel: Cancel): Promise<readonly Detection[]>;
}

export interface TextLine {
	readonly text: string;
	/** Mean probability of the characters, in [0, 1]. */
	readonly confidence: number;
	/** Pixels of the picture given: x, y, width, height. */
	readonly box: readonly [number, number, number, number];
}
export interface PageReader {
	/** @param luma row-major, height × width bytes, 0 black to 255 white */
	readPage(
		picture: { readonly width: number; readonly height: number; readonly luma: Uint8Array },
		cancel: Cancel,
	): Promise<readonly TextLine[]>;
}

export interface LoadOptions {
	readonly manifest: ModelManifest;
	readonly files: ModelFiles;
	/** What the host chose from the capabilities; a driver that cannot have it throws `unsupported`, it never falls back in silence. */
	readonly backend: Backend;
	/** Folders, absolute with a slash at the end, that serve the engines' own files: onnxruntime's wasm, wllama's wasm. */
	readonly engines: { readonly ort: string; readonly wllama: string };
	readonly cancel: Cancel;
	/** How far loading has come, in [0, 1], with a few words; runtimes that cannot tell never call it. */
	readonly onProgress?: (share: number, what: string) => void;
}
/** A model in memory. What it can do is there, what it cannot is absent. */
export interface Running {
	readonly loaded: LoadedModel;
	readonly writer?: Writer;
	readonly embedder?: Embedder;
	readonly speaker?: Speaker;
	readonly detector?: Detector;
	readonly reader?: PageReader;
	/** Ends its worker, which gives every byte back. */
	close(): Promise<void>;
	/** Called once when it ended by itself: crashed, out of memory, GPU lost. */
	onDeath(listener: (why: RuntimeError) => void): void;
}
/** One for each runtime: starts the worker and loads the model. @throws RuntimeError */
export type Driver = (options: LoadOptions) => Promise<Running>;
