// How pixels are compared, as the rest of the core sees it: one interface, so that templates do not know whether the arithmetic
// runs in WebAssembly or in plain typed arrays.
import type { Box, Roi } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import { hashTiles, type TileGrid } from './change.ts';
import { blockMedian, chroma, type Patch, type Placed, type Search, search, searchAll, verify } from './match.ts';

export interface Matcher {
	/** Looks at a known place and its neighbours; score -1 when no place near fits the frame. */
	verify(frame: Frame, patch: Patch, box: Box, jitterPx?: number): Placed;
	/** As `verify`, for many at once. */
	verifyAll(frame: Frame, wanted: readonly { readonly patch: Patch; readonly box: Box }[], jitterPx?: number): readonly Placed[];
	/** Every place in the region that scores at least `threshold`, best first, none within a template radius of another. */
	searchAll(frame: Frame, patch: Patch, roi: Roi, threshold: number, max: number, thorough?: boolean): readonly Placed[];
	/** The best and the second best place of each of many lost patches, in one pass over the region. */
	searchLost(frame: Frame, patches: readonly Patch[], roi?: Roi): readonly Search[];
	/** Cosine of hues, see `chroma`. */
	chroma(frame: Frame, patch: Patch, box: Box): number | undefined;
	/** Median of 3 × 3 block scores, see `blockMedian`. */
	blockMedian(frame: Frame, patch: Patch, box: Box): number | undefined;
	/** Hashes of the frame's 16 × 16 tiles. */
	hashTiles(frame: Frame, into?: TileGrid): TileGrid;
}

/** Plain typed arrays: what runs where WebAssembly SIMD does not, and what it is held against in tests. */
export const plainMatcher: Matcher = {
	verify,
	verifyAll: (frame, wanted, jitterPx) => wanted.map(({ patch, box }) => verify(frame, patch, box, jitterPx)),
	searchAll,
	searchLost: (frame, patches, roi = [0, 0, frame.width, frame.height]) => patches.map((patch) => search(frame, patch, roi)),
	chroma,
	blockMedian,
	hashTiles,
};
