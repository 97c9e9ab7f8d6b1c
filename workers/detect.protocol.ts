// The worker that finds things in a picture, as others see it. Types only.
import type { DetectorSettings } from '../src/core/models/detect.ts';
import type { Backend, Blob, Detection, DetectorPicture } from '../src/core/models/runtime.ts';

export interface DetectOptions {
	/** Id of its manifest; no more than a name here. */
	readonly model: string;
	readonly network: Blob;
	readonly settings: DetectorSettings;
	readonly backend: Backend;
	/** Folder with a slash at the end that serves onnxruntime's wasm. */
	readonly engine: string;
	readonly threads: number;
}

/** Exposed by comlink. Errors cross as core/models/crossing.ts says. */
export interface DetectApi {
	/** @returns the size of its input in pixels */
	load(options: DetectOptions): Promise<readonly [width: number, height: number]>;
	detect(picture: DetectorPicture): Promise<readonly Detection[]>;
}
