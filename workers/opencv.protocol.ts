// The learning worker as others see it: OpenCV.js, 13 MB, loaded only when there is something to learn. Types only.

/** The same element seen several times, cut to the same size. */
export interface MaskRequest {
	readonly width: number;
	readonly height: number;
	/** At least 4, width × height bytes each. */
	readonly lumas: readonly Uint8Array[];
	/** Grey levels by which a pixel may vary and still count as resting; 4 when absent. */
	readonly restBelow?: number;
}

/** Exposed by comlink. Errors have the names `OpencvLoadError` or `OpencvInputError`. */
export interface OpencvApi {
	/** Loads OpenCV.js now. */
	warm(): Promise<void>;
	/** One byte a pixel: 255 where the element rests, 0 where it changes. */
	learnMask(request: MaskRequest): Promise<Uint8Array>;
	/** Mats alive on the wasm heap; 0 between calls. */
	liveMats(): number;
}
