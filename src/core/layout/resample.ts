// A patch drawn larger or smaller, as near as possible to how a game would draw it: averaged over the pixel's area going down,
// Catmull-Rom going up. What comes out stands in only until real pixels of the new size have been seen.
import { type PatchPixels } from '../perception/match.ts';

/** Sides of a patch after scaling. */
export function scaledSize(side: number, factor: number): number {
	return Math.max(1, Math.round(side * factor));
}

/** For each output pixel of one axis: the first source pixel that matters and the weights from there on, which sum to 1. */
interface Taps {
	readonly first: Int32Array;
	readonly weights: readonly Float64Array[];
}

/**
 * @param shift  of the picture inside its pixels, in output pixels: an edge at 10.4 is drawn with the shift 0.4
 */
function tapsOf(from: number, to: number, factor: number, shift: number): Taps {
	const first = new Int32Array(to);
	const weights: Float64Array[] = [];
	for (let i = 0; i < to; i++) {
		// Middles lie on middles, so rounding the size moves no edge by more than half a pixel.
		const centre = (i + 0.5 - shift - to / 2) / factor + from / 2;
		const reach = factor < 1 ? 0.5 / factor : 2;
		const lo = Math.floor(centre - reach);
		const hi = Math.ceil(centre + reach);
		const row = new Float64Array(hi - lo);
		let sum = 0;
		for (let s = lo; s < hi; s++) {
			const w = factor < 1 ? Math.max(0, Math.min(s + 1, centre + reach) - Math.max(s, centre - reach)) : catmullRom(s + 0.5 - centre);
			row[s - lo] = w;
			sum += w;
		}
		for (let k = 0; k < row.length; k++) row[k] = (row[k] as number) / sum;
		first[i] = lo;
		weights.push(row);
	}
	return { first, weights };
}

/** See E. Catmull, R. Rom, "A class of local interpolating splines" (1974). */
function catmullRom(distance: number): number {
	const t = Math.abs(distance);
	if (t >= 2) return 0;
	return t < 1 ? 1.5 * t ** 3 - 2.5 * t ** 2 + 1 : -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2;
}

function apply(values: Float64Array, width: number, height: number, x: Taps, y: Taps): Float64Array {
	const columns = x.first.length;
	const rows = y.first.length;
	const across = new Float64Array(columns * height);
	for (let row = 0; row < height; row++) {
		for (let i = 0; i < columns; i++) {
			const from = x.first[i] as number;
			const weights = x.weights[i] as Float64Array;
			let sum = 0;
			for (let k = 0; k < weights.length; k++) {
				// Beyond its edge a patch is taken to go on as it ends.
				const at = Math.min(width - 1, Math.max(0, from + k));
				sum += (weights[k] as number) * (values[row * width + at] as number);
			}
			across[row * columns + i] = sum;
		}
	}
	const out = new Float64Array(columns * rows);
	for (let j = 0; j < rows; j++) {
		const from = y.first[j] as number;
		const weights = y.weights[j] as Float64Array;
		for (let k = 0; k < weights.length; k++) {
			const line = Math.min(height - 1, Math.max(0, from + k)) * columns;
			const weight = weights[k] as number;
			if (weight === 0) continue;
			for (let i = 0; i < columns; i++) out[j * columns + i] = (out[j * columns + i] as number) + weight * (across[line + i] as number);
		}
	}
	return out;
}

function bytesOf(values: Float64Array): Uint8Array {
	return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.round(value))));
}

/**
 * Scales one plane.
 *
 * @param mask  pixels that are 0 here say nothing: they lend nothing to their neighbours
 * @returns the plane, and where a mask was given the new mask: 255 where at least half of a pixel's weight counts
 */
function scalePlane(
	plane: Uint8Array,
	width: number,
	height: number,
	x: Taps,
	y: Taps,
	mask?: Uint8Array,
): { readonly values: Uint8Array; readonly mask?: Uint8Array } {
	if (mask === undefined) return { values: bytesOf(apply(Float64Array.from(plane), width, height, x, y)) };
	const kept = Float64Array.from(mask, (m) => (m === 0 ? 0 : 1));
	const sums = apply(
		Float64Array.from(plane, (value, i) => value * (kept[i] as number)),
		width,
		height,
		x,
		y,
	);
	const share = apply(kept, width, height, x, y);
	const counts = Uint8Array.from(share, (s) => (s >= 0.5 ? 255 : 0));
	return { values: bytesOf(sums.map((sum, i) => (counts[i] === 0 ? 0 : sum / (share[i] as number)))), mask: counts };
}

/**
 * The patch at another size; luma, mask and chroma alike. Factor 1 without a shift gives it back as it is.
 *
 * @param factor  of both axes: an interface drawn larger keeps its shapes
 * @param shift   of the picture inside its pixels, see `tapsOf`
 */
export function resamplePatch(patch: PatchPixels, factor: number, shift: readonly [x: number, y: number] = [0, 0]): PatchPixels {
	const { width, height } = patch;
	if (factor === 1 && shift[0] === 0 && shift[1] === 0) return patch;
	const w = scaledSize(width, factor);
	const h = scaledSize(height, factor);
	const { values, mask } = scalePlane(
		patch.luma,
		width,
		height,
		tapsOf(width, w, factor, shift[0]),
		tapsOf(height, h, factor, shift[1]),
		patch.mask,
	);
	const { u, v } = patch;
	if (!u || !v) return { width: w, height: h, luma: values, ...(mask ? { mask } : {}) };
	const x = chromaTaps(width, w, factor, shift[0]);
	const y = chromaTaps(height, h, factor, shift[1]);
	const cw = (width + 1) >> 1;
	const ch = (height + 1) >> 1;
	return {
		width: w,
		height: h,
		luma: values,
		...(mask ? { mask } : {}),
		u: scalePlane(u, cw, ch, x, y).values,
		v: scalePlane(v, cw, ch, x, y).values,
	};
}

/** Chroma planes of odd patches reach half a sample beyond them, so their middle is not the patch's. */
function chromaTaps(from: number, to: number, factor: number, shift: number): Taps {
	const odd = ((from & 1) / 4) * factor - (to & 1) / 4;
	return tapsOf((from + 1) >> 1, (to + 1) >> 1, factor, shift / 2 + odd);
}
