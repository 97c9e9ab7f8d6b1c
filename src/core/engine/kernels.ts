// What the engine computes, as functions over one block of memory. There are two makers: WebAssembly SIMD (assembly/) and plain
// TypeScript (twin.ts). Both take the same addresses and give the same bits, so that one is the other's oracle and its stand-in.
//
// Addresses are bytes. Records are little-endian and begin at multiples of 16:
//
// level   a patch at one scale     0 width, 4 height, 8 stride (a multiple of 16), 12 luma, 16 mask, 20 mask stride (0: one row for
//                                  all), 24 pixels that count; as f64: 32 their sum, 40 sum of squares about the mean.
//                                  Luma is 0 and the mask 0 outside the pixels that count; the mask is 255 elsewhere.
// hue     a patch's chroma         0 width, 4 height, 8 stride, 12 u, 16 v (distances from grey, signed), 20 mask, 24 pixels that
//                                  count; as f64: 32 sum of squares
// coarse  a patch for `coarse`     0 width, 4 height, 8 pairs in a row, 12 luma about its mean (i16), 16 mask (i16, 0 or -1),
//                                  20 pixels that count; as f32: 24 one over them, 28 mean of what is left, 32 one over the root of
//                                  the sum of squares, 36 the least sum of squares about the mean that a window must have
// request for `verify`             0 level, 4 x, 8 y, 16 score (f64); x, y and score are the answer
// target  of `resolve`             0 level, 4 probes, 8 their number, 12 places, 16 room for places
// probe   a pixel of a patch       0 x, 2 y (i16), 4 luma; dark ones first
// entry   of `resolve`             0 target, 4 x, 8 y of the anchor in the patch, 12 the next entry counted from 1
// place   that `resolve` keeps     0 score (f64), 8 x, 12 y; score -2 is an empty one
// peak    that `coarse` keeps      0 x, 4 y, 8 score (f32)

/** Bytes after whatever a kernel reads, which it may read too; what lies there never matters. */
export const SLACK = 64;

export interface Kernels {
	/** Four bytes a pixel → luma (no padding) and chroma; `red` is the place of red in a pixel, 0 or 2. */
	split(src: number, stride: number, width: number, height: number, red: number, luma: number, u: number, v: number): void;
	/** Averages 2 × 2 pixels; `width` and `height` are the result's. */
	half(src: number, stride: number, dst: number, dstStride: number, width: number, height: number): void;
	/** Hashes of the frame's tiles of 16 × 16; `u` 0: without colour; `sums` is room for 32 bytes for every 32 columns. */
	tiles(
		luma: number,
		stride: number,
		u: number,
		uStride: number,
		v: number,
		vStride: number,
		width: number,
		height: number,
		sums: number,
		hashes: number,
	): void;
	/** Integral images of values and squares, lines of `line` words, one line and one column of zeros first. */
	integral(plane: number, stride: number, width: number, height: number, sums: number, squares: number, line: number): void;
	/** Scores requests at their place, and within `reach` of it when the score is between `low` and `high` or it does not fit. */
	verify(
		plane: number,
		stride: number,
		width: number,
		height: number,
		requests: number,
		count: number,
		reach: number,
		low: number,
		high: number,
	): void;
	/** Cosine of a patch's hues with those at the addresses `u` and `v`. */
	chroma(u: number, v: number, stride: number, hue: number): number;
	/** Scores of a level's 3 × 3 blocks, f64, those that have any; gives their number. */
	blocks(from: number, stride: number, level: number, out: number): number;
	/** Finds the positions in [x0, x1) × [y0, y1) whose signature is known; 8 bytes each: y << 16 | x, signature. Gives their number. */
	scan(
		plane: number,
		stride: number,
		x0: number,
		y0: number,
		x1: number,
		y1: number,
		pairs: number,
		bias: number,
		known: number,
		line: number,
		out: number,
		room: number,
	): number;
	/** Tries what `scan` found on the plane of twice the size; places lie inside [x0, x1) × [y0, y1). */
	resolve(
		found: number,
		count: number,
		heads: number,
		entries: number,
		plane: number,
		stride: number,
		x0: number,
		y0: number,
		x1: number,
		y1: number,
		least: number,
	): void;
	/** Correlates a coarse patch with `cols` × `rows` positions and keeps the best local maxima; gives their number. */
	coarse(
		plane: number,
		stride: number,
		x0: number,
		y0: number,
		cols: number,
		rows: number,
		patch: number,
		sums: number,
		squares: number,
		line: number,
		floor: number,
		lines: number,
		out: number,
		room: number,
	): number;
}

/** Kernels and the memory they work on. */
export interface Bench {
	readonly buffer: ArrayBuffer;
	readonly kernels: Kernels;
}
/** Makes kernels over new zeroed memory of at least so many bytes. */
export type BenchMaker = (bytes: number) => Bench;
