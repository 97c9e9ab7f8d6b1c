// The text reader's worker as others see it. Types only.
import type { Box } from '../src/core/geometry.ts';
import type { Crop, TextHint } from '../src/core/ports.ts';

export interface OcrOptions {
	/** Folder that holds `ppocr-v6-tiny.json` and `ppocr-v6-tiny/`, with a slash at the end; absolute, or from the origin's root. */
	readonly models: string;
	/** Folder that holds `ort-wasm-simd-threaded.mjs` and `.wasm`, with a slash at the end. */
	readonly runtime: string;
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
	/** Says where things are; loads nothing. */
	init(options: OcrOptions): void;
	/** Loads the recogniser now, instead of at the first line. */
	warm(): Promise<void>;
	/** Reads one line. */
	readLine(crop: Crop, hint?: TextHint): Promise<OcrLine>;
	/** Finds and reads all text of a picture: a second or so, and a call of tier `device`. */
	readPage(page: Crop): Promise<readonly OcrPageLine[]>;
	/** Frees the networks. */
	dispose(): Promise<void>;
}
