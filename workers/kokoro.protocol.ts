// The voice's worker as its adapter sees it. Types only. Errors cross with their reason in front: src/core/models/crossing.ts.
import type { Backend, ModelFiles } from '../src/core/models/runtime.ts';

export interface KokoroLoad {
	/** By the paths of the manifest: config.json, tokenizer.json, onnx/…, voices/NAME.bin. */
	readonly files: ModelFiles;
	readonly dtype: 'fp32' | 'fp16' | 'q8' | 'q4' | 'q4f16';
	readonly backend: Backend;
	/** Folder of onnxruntime's own files, absolute, with a slash at the end. */
	readonly engine: string;
	/** For `wasm-threads`. */
	readonly threads: number;
}

/** Exposed by comlink; one `speak` at a time. */
export interface KokoroApi {
	/** @returns the voices that can be asked for */
	load(options: KokoroLoad): Promise<readonly string[]>;
	/** Says the pieces one after the other; between them it listens for `stop`. */
	speak(
		call: number,
		pieces: readonly string[],
		voice: string,
	): Promise<{ readonly samples: Float32Array; readonly rate: number; readonly ms: number }>;
	/** The piece being said is finished, the rest is not begun. */
	stop(call: number): void;
}
