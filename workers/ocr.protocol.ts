// The text reader's worker as others see it. Types only.
import type { Box } from '../src/core/geometry.ts';
import type { Backend, ModelFiles } from '../src/core/models/runtime.ts';
import type { Crop, TextHint } from '../src/core/ports.ts';

export interface OcrOptions {
	/** Id of its manifest; no more than a name here. */
	readonly model: string;
	/** `det.onnx`, `rec.onnx` and `keys.txt`, verified. */
	readonly files: ModelFiles;
	readonly backend: Backend;
	/** Folder that holds onnxruntime's wasm, with a slash at the end. */
	readonly engine: string;
	/** For `wasm-threads`. */
	readonly threads: number;
}

export interface OcrLine {
	readonly text: string;
	/** Mean probability of the characters, in [0, 1]. */
	readonly confidence: number;
	/** Probability of the least certain of them. */
	readonly least: number;
}
export interface OcrPageLine extends OcrLine {
	/** Pixels of the picture given. */
	readonly box: Box;
}

/** Exposed by comlink; one request at a time. Errors have the names `OcrNotReadyError` or `OcrModelError`. */
export interface OcrApi {
	/** Hands it the files; loads nothing. */
	init(options: OcrOptions): void;
	/** Loads the recogniser now, instead of at the first line; `page` the detector as well. */
	warm(page?: boolean): Promise<void>;
	/** Reads one line. */
	readLine(crop: Crop, hint?: TextHint): Promise<OcrLine>;
	/** Finds and reads all text of a picture: a second or so, and a call of tier `device`. Between two lines a `stop` is heeded. */
	readPage(page: Crop): Promise<readonly OcrPageLine[]>;
	/** The page that is being read is not wanted any more; what was read of it so far is given. */
	stop(): void;
	/** Frees the networks. */
	dispose(): Promise<void>;
}
