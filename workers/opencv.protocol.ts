// The learning worker as others see it: OpenCV.js, 13 MB, loaded only when there is something to learn. Types only.
import type { Box } from '../src/core/geometry.ts';
import type { Crop } from '../src/core/ports.ts';

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
	/**
	 * Fits a model's rough box to the contours it nearly encloses.
	 *
	 * @param page  the picture around the element, or the whole frame
	 * @param box   in pixels of `page`
	 * @returns the fitted box, or `box` when no contour fits it well
	 */
	tighten(page: Crop, box: Box): Promise<Box>;
	/** Mats alive on the wasm heap; 0 between calls. */
	liveMats(): number;
}
