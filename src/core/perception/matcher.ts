// How pixels are compared, as the rest of the core sees it: one interface, so that templates do not know whether the arithmetic
// runs in WebAssembly or in plain typed arrays.
import { makeEngine } from '../engine/engine.ts';
import { makeTwin } from '../engine/twin.ts';
import type { Box, Roi } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import type { TileGrid } from './change.ts';
import type { Patch, Placed, Search } from './match.ts';

export interface Matcher {
	/** Looks at a known place and, when the score there leaves room, at its neighbours; score -1 when no place near fits the frame. */
	verify(frame: Frame, patch: Patch, box: Box, jitterPx?: number): Placed;
	/** As `verify`, for many at once. */
	verifyAll(frame: Frame, wanted: readonly { readonly patch: Patch; readonly box: Box }[], jitterPx?: number): readonly Placed[];
	/** Every place in the region that scores at least `threshold`, best first, none within a template radius of another. */
	searchAll(frame: Frame, patch: Patch, roi: Roi, threshold: number, max: number): readonly Placed[];
	/**
	 * The best and the second best place of each of many lost patches, in one pass over the region: by their anchors, and those
	 * that are not found so in turn with care.
	 *
	 * @param careful  how many are looked for with care in this call; 1 unless given
	 */
	searchLost(frame: Frame, patches: readonly Patch[], roi?: Roi, careful?: number): readonly Search[];
	/**
	 * Cosine between the hues of patch and frame, as distances from grey: about 0.95 for the same thing, below 0 for a blue bar
	 * where a red one was learnt, 0 where the frame is grey. Undefined when the patch is grey, either has no chroma, or the box does
	 * not fit.
	 */
	chroma(frame: Frame, patch: Patch, box: Box): number | undefined;
	/**
	 * Median of the scores of 3 × 3 blocks: a pointer over a third of a button spoils some blocks and leaves the median. Blocks
	 * without texture do not vote. Undefined when fewer than three blocks have texture or the patch does not fit.
	 */
	blockMedian(frame: Frame, patch: Patch, box: Box): number | undefined;
	/** Hashes of the frame's 16 × 16 tiles; every pixel of a tile counts, colour included. */
	hashTiles(frame: Frame, into?: TileGrid): TileGrid;
}

/** Plain typed arrays: what runs where WebAssembly SIMD does not. */
export const plainMatcher: Matcher = makeEngine({ kind: 'plain', make: makeTwin });
