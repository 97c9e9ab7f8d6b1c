// Zero-mean normalised cross-correlation in plain typed arrays: free of brightness and contrast, so a dimmed button still
// matches. What it cannot see (hue, a part that changes, a pointer on top) is answered by chroma, masks and block medians.
// See J. P. Lewis, "Fast Normalized Cross-Correlation" (1995).
import type { Box, Roi } from '../geometry.ts';
import { clip } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import { crop, cropChroma, deviation } from './pixels.ts';

/** Patches flatter than this match nearly anything; they are refused at learning. Grey levels. */
export const FLAT_BELOW = 8;
/** Least mean distance from grey for which a patch's hue is worth comparing. */
const COLOURFUL = 8;

/** What is looked for: pixels, row-major without padding. */
export interface PatchPixels {
	readonly width: number;
	readonly height: number;
	readonly luma: Uint8Array;
	/** 0 where the pixel says nothing (it changes), anything else where it counts. */
	readonly mask?: Uint8Array;
	/** Chroma at half resolution, rows of ceil(width / 2). */
	readonly u?: Uint8Array;
	readonly v?: Uint8Array;
}

/** One resolution of a patch, centred on its mean, zero outside the mask. */
interface Level {
	readonly width: number;
	readonly height: number;
	readonly centred: Float32Array;
	readonly mask: Float32Array | undefined;
	readonly n: number;
	/** Root of the sum of squares of `centred`. */
	readonly norm: number;
}
export interface Patch {
	readonly width: number;
	readonly height: number;
	readonly pixels: PatchPixels;
	/** Grey levels. */
	readonly deviation: number;
	readonly full: Level;
	readonly half: Level;
	readonly quarter: Level;
	/** Root mean square distance from grey; 0 without chroma. */
	readonly chromaEnergy: number;
}

export interface Placed {
	/** In [-1, 1]; 1 means equal up to brightness and contrast. */
	readonly score: number;
	readonly box: Box;
}

function makeLevel(width: number, height: number, luma: ArrayLike<number>, mask?: ArrayLike<number>): Level {
	let n = 0;
	let sum = 0;
	for (let i = 0; i < width * height; i++) {
		if (mask !== undefined && mask[i] === 0) continue;
		n++;
		sum += luma[i] as number;
	}
	const mean = n === 0 ? 0 : sum / n;
	const centred = new Float32Array(width * height);
	let squares = 0;
	for (let i = 0; i < centred.length; i++) {
		if (mask !== undefined && mask[i] === 0) continue;
		const value = (luma[i] as number) - mean;
		centred[i] = value;
		squares += value * value;
	}
	const weights = mask === undefined ? undefined : Float32Array.from({ length: centred.length }, (_, i) => (mask[i] === 0 ? 0 : 1));
	return { width, height, centred, mask: weights, n, norm: Math.sqrt(squares) };
}

/** Averages k × k blocks; a block counts when most of its pixels do. Odd rows and columns at the end are dropped. */
function shrinkPatch({ width, height, luma, mask }: PatchPixels, k: number): Level {
	const w = Math.max(1, Math.floor(width / k));
	const h = Math.max(1, Math.floor(height / k));
	const out = new Float32Array(w * h);
	const keep = mask === undefined ? undefined : new Uint8Array(w * h);
	for (let y = 0; y < h; y++) {
		for (let x = 0; x < w; x++) {
			let sum = 0;
			let n = 0;
			let held = 0;
			for (let dy = 0; dy < k && y * k + dy < height; dy++) {
				for (let dx = 0; dx < k && x * k + dx < width; dx++) {
					const at = (y * k + dy) * width + x * k + dx;
					n++;
					sum += luma[at] as number;
					if (mask === undefined || mask[at] !== 0) held++;
				}
			}
			out[y * w + x] = sum / n;
			if (keep !== undefined) keep[y * w + x] = held * 2 > n ? 1 : 0;
		}
	}
	return makeLevel(w, h, out, keep);
}

export function preparePatch(pixels: PatchPixels): Patch {
	const { width, height, luma, mask, u, v } = pixels;
	let energy = 0;
	if (u && v && u.length > 0) {
		for (let i = 0; i < u.length; i++) energy += ((u[i] as number) - 128) ** 2 + ((v[i] as number) - 128) ** 2;
		energy = Math.sqrt(energy / u.length);
	}
	return {
		width,
		height,
		pixels,
		deviation: deviation(luma, mask),
		full: makeLevel(width, height, luma, mask),
		half: shrinkPatch(pixels, 2),
		quarter: shrinkPatch(pixels, 4),
		chromaEnergy: energy,
	};
}

/** Cuts a patch out of a frame; undefined unless the whole box lies inside. */
export function cutPatch(frame: Frame, box: Box): PatchPixels | undefined {
	const inside = clip(box, frame);
	if (inside === undefined || inside[0] !== box[0] || inside[1] !== box[1] || inside[2] !== box[2] || inside[3] !== box[3])
		return undefined;
	const grey = crop(frame, box);
	if (grey === undefined) return undefined;
	return { ...grey, ...cropChroma(frame, box) };
}

/** Score of a level at one place of a plane; 0 where the plane is flat. The place must hold the whole level. */
function scoreAt(plane: Uint8Array, stride: number, level: Level, x: number, y: number): number {
	const { width, height, centred, mask, n } = level;
	let cross = 0;
	let sum = 0;
	let squares = 0;
	let t = 0;
	if (mask === undefined) {
		for (let row = 0; row < height; row++) {
			let from = (y + row) * stride + x;
			for (let col = 0; col < width; col++, from++, t++) {
				const value = plane[from] as number;
				cross += value * (centred[t] as number);
				sum += value;
				squares += value * value;
			}
		}
	} else {
		for (let row = 0; row < height; row++) {
			let from = (y + row) * stride + x;
			for (let col = 0; col < width; col++, from++, t++) {
				const value = (plane[from] as number) * (mask[t] as number);
				cross += value * (centred[t] as number);
				sum += value;
				squares += value * value;
			}
		}
	}
	return finish(cross, sum, squares, n, level.norm);
}

/** A window whose pixels differ by less than one grey level in the mean holds no picture, only noise. */
function finish(cross: number, sum: number, squares: number, n: number, norm: number): number {
	const variance = squares - (sum * sum) / n;
	if (variance < n || norm === 0) return 0;
	return cross / (norm * Math.sqrt(variance));
}

/** Score with the patch's top left corner at (x, y); undefined when it would not fit inside the frame. */
export function znccAt(frame: Frame, patch: Patch, x: number, y: number): number | undefined {
	if (!(x >= 0 && y >= 0 && x + patch.width <= frame.width && y + patch.height <= frame.height)) return undefined;
	return scoreAt(frame.luma, frame.stride, patch.full, x, y);
}

/**
 * Looks at a known place and, when the score there leaves room, at its neighbours.
 *
 * @param jitterPx  how far the element may have moved, in each direction
 * @returns the best place; score -1 when no place near fits the frame
 */
export function verify(frame: Frame, patch: Patch, [x, y]: Box, jitterPx = 2): Placed {
	const here = znccAt(frame, patch, x, y);
	let best = here ?? -1;
	let bestX = x;
	let bestY = y;
	// Above 0.97 a neighbour cannot matter. Below 0.2 a shift of two pixels never brought an element back (design §3 says 0.35;
	// thin text falls faster than icons).
	if (here === undefined || (best < 0.97 && best > 0.2)) {
		for (let dy = -jitterPx; dy <= jitterPx; dy++) {
			for (let dx = -jitterPx; dx <= jitterPx; dx++) {
				if (dx === 0 && dy === 0) continue;
				const score = znccAt(frame, patch, x + dx, y + dy);
				if (score !== undefined && score > best) {
					best = score;
					bestX = x + dx;
					bestY = y + dy;
				}
			}
		}
	}
	return { score: best, box: [bestX, bestY, patch.width, patch.height] };
}

interface Pyramid {
	readonly half: Plane;
	/** By phase: quarter planes that begin at half pixel (0, 0), (1, 0), (0, 1), (1, 1). The first serves most searches. */
	readonly quarters: (Quarter | undefined)[];
}
interface Quarter extends Plane {
	/** Integral images, (width + 1) × (height + 1). */
	readonly sums: Float64Array;
	readonly squares: Float64Array;
}
interface Plane {
	readonly width: number;
	readonly height: number;
	readonly data: Uint8Array;
}
// Built at most once a frame and only when something is searched for; it goes when the frame goes.
const pyramids = new WeakMap<Frame, Pyramid>();

function halve(data: Uint8Array, stride: number, width: number, height: number): Plane {
	const w = width >> 1;
	const h = height >> 1;
	const out = new Uint8Array(w * h);
	for (let y = 0, to = 0; y < h; y++) {
		let a = 2 * y * stride;
		let b = a + stride;
		for (let x = 0; x < w; x++, to++, a += 2, b += 2) {
			out[to] = ((data[a] as number) + (data[a + 1] as number) + (data[b] as number) + (data[b + 1] as number) + 2) >> 2;
		}
	}
	return { width: w, height: h, data: out };
}

function pyramidOf(frame: Frame): Pyramid {
	const known = pyramids.get(frame);
	if (known !== undefined) return known;
	const made = { half: halve(frame.luma, frame.stride, frame.width, frame.height), quarters: [] };
	pyramids.set(frame, made);
	return made;
}

function quarterOf(pyramid: Pyramid, phase: number): Quarter {
	const known = pyramid.quarters[phase];
	if (known !== undefined) return known;
	const { half } = pyramid;
	const [dx, dy] = [phase & 1, phase >> 1];
	const quarter = halve(half.data.subarray(dy * half.width + dx), half.width, half.width - dx, half.height - dy);
	const { width, height, data } = quarter;
	const line = width + 1;
	const sums = new Float64Array(line * (height + 1));
	const squares = new Float64Array(line * (height + 1));
	for (let y = 0, from = 0; y < height; y++) {
		let sum = 0;
		let square = 0;
		let to = (y + 1) * line + 1;
		for (let x = 0; x < width; x++, from++, to++) {
			const value = data[from] as number;
			sum += value;
			square += value * value;
			sums[to] = (sums[to - line] as number) + sum;
			squares[to] = (squares[to - line] as number) + square;
		}
	}
	const made: Quarter = { ...quarter, sums, squares };
	pyramid.quarters[phase] = made;
	return made;
}

interface Candidate {
	x: number;
	y: number;
	score: number;
}

/** Every local best of one phase of the quarter scale inside the roi, half pixels, best first. */
function scanQuarter(pyramid: Pyramid, phase: number, patch: Patch, roi: Box, floor: number, keep: number): Candidate[] {
	const level = patch.quarter;
	const { width, height, data, sums, squares } = quarterOf(pyramid, phase);
	const x0 = Math.max(0, Math.floor(roi[0] / 4));
	const y0 = Math.max(0, Math.floor(roi[1] / 4));
	const x1 = Math.min(width - level.width, Math.ceil((roi[0] + roi[2]) / 4) - level.width);
	const y1 = Math.min(height - level.height, Math.ceil((roi[1] + roi[3]) / 4) - level.height);
	if (x1 < x0 || y1 < y0) return [];
	const cols = x1 - x0 + 1;
	const rows = y1 - y0 + 1;
	const scores = new Float32Array(cols * rows);
	const line = width + 1;
	const { width: w, height: h, centred, n, norm } = level;
	for (let y = y0, to = 0; y <= y1; y++) {
		for (let x = x0; x <= x1; x++, to++) {
			if (level.mask !== undefined) {
				scores[to] = scoreAt(data, width, level, x, y);
				continue;
			}
			const a = y * line + x;
			const b = a + h * line;
			const sum = (sums[b + w] as number) - (sums[b] as number) - (sums[a + w] as number) + (sums[a] as number);
			const square = (squares[b + w] as number) - (squares[b] as number) - (squares[a + w] as number) + (squares[a] as number);
			const variance = square - (sum * sum) / n;
			// Flat ground is most of many pictures: the integral images tell it without reading a pixel.
			if (variance < n * 4 || norm === 0) continue;
			let cross = 0;
			for (let row = 0, t = 0; row < h; row++) {
				let from = (y + row) * width + x;
				for (let col = 0; col < w; col++, from++, t++) cross += (data[from] as number) * (centred[t] as number);
			}
			scores[to] = cross / (norm * Math.sqrt(variance));
		}
	}
	const found: Candidate[] = [];
	for (let r = 0, at = 0; r < rows; r++) {
		for (let c = 0; c < cols; c++, at++) {
			const score = scores[at] as number;
			if (score < floor) continue;
			let peak = true;
			for (let dr = -1; dr <= 1 && peak; dr++) {
				const rr = r + dr;
				if (rr < 0 || rr >= rows) continue;
				for (let dc = -1; dc <= 1; dc++) {
					const cc = c + dc;
					if (cc < 0 || cc >= cols) continue;
					if ((scores[rr * cols + cc] as number) > score) {
						peak = false;
						break;
					}
				}
			}
			if (peak) found.push({ x: 2 * (c + x0) + (phase & 1), y: 2 * (r + y0) + (phase >> 1), score });
		}
	}
	found.sort((a, b) => b.score - a.score);
	return found.length > keep ? found.slice(0, keep) : found;
}

/** Best score of a level within `reach` of (x, y) on a plane. */
function climb(
	data: Uint8Array,
	stride: number,
	width: number,
	height: number,
	level: Level,
	x: number,
	y: number,
	reach: number,
): Candidate {
	const best: Candidate = { x, y, score: -1 };
	const y1 = Math.min(height - level.height, y + reach);
	const x1 = Math.min(width - level.width, x + reach);
	for (let yy = Math.max(0, y - reach); yy <= y1; yy++) {
		for (let xx = Math.max(0, x - reach); xx <= x1; xx++) {
			const score = scoreAt(data, stride, level, xx, yy);
			if (score > best.score) {
				best.score = score;
				best.x = xx;
				best.y = yy;
			}
		}
	}
	return best;
}

/** Full-scale scores of the places worth a look, best first, at most one within a template radius. */
function findPlaces(frame: Frame, patch: Patch, roi: Roi, floor: number, keep: number, phases: number): Placed[] {
	const inside = clip(roi, frame);
	if (inside === undefined || patch.width > inside[2] || patch.height > inside[3]) return [];
	const pyramid = pyramidOf(frame);
	const { half } = pyramid;
	// A sprite between two quarter pixels loses about half its score there, so many weak candidates are followed; each is cheap.
	// A tiny one is 4 × 4 pixels at that scale and hardly stands out at all: more are followed.
	const tiny = Math.min(patch.width, patch.height) < 20;
	const coarse: Candidate[] = [];
	for (let phase = 0; phase < phases; phase++)
		coarse.push(
			...scanQuarter(pyramid, phase, patch, inside, Math.min(tiny ? 0.15 : 0.3, floor - 0.4), tiny ? 300 : phases > 1 ? 160 : 64),
		);
	const middle: Candidate[] = [];
	for (const { x, y } of coarse) {
		const at = climb(half.data, half.width, half.width, half.height, patch.half, x, y, 2);
		if (at.score > floor - 0.25 || middle.length < 4) middle.push(at);
	}
	middle.sort((a, b) => b.score - a.score);
	const found: Placed[] = [];
	const [rx, ry, rw, rh] = inside;
	for (const near of apart(middle, patch.width / 8, patch.height / 8).slice(0, keep + 8)) {
		const at = climb(frame.luma, frame.stride, frame.width, frame.height, patch.full, 2 * near.x, 2 * near.y, 1);
		const top = at.score > floor - 0.3 ? climb(frame.luma, frame.stride, frame.width, frame.height, patch.full, at.x, at.y, 1) : at;
		if (top.x < rx || top.y < ry || top.x + patch.width > rx + rw || top.y + patch.height > ry + rh) continue;
		found.push({ score: top.score, box: [top.x, top.y, patch.width, patch.height] });
	}
	found.sort((a, b) => b.score - a.score);
	const kept: Placed[] = [];
	for (const place of found) {
		if (kept.every((other) => isApart(place.box, other.box))) kept.push(place);
	}
	return kept.slice(0, keep);
}

function apart(candidates: readonly Candidate[], dx: number, dy: number): Candidate[] {
	const kept: Candidate[] = [];
	for (const c of candidates) {
		if (kept.every((k) => Math.abs(k.x - c.x) > dx || Math.abs(k.y - c.y) > dy)) kept.push(c);
	}
	return kept;
}

/** More than one template radius (half a side) between the two. */
export function isApart(a: Box, b: Box): boolean {
	return Math.abs(a[0] - b[0]) > a[2] / 2 || Math.abs(a[1] - b[1]) > a[3] / 2;
}

export interface Search {
	/** Undefined when the roi cannot hold the patch or shows nothing of its kind. */
	readonly best?: Placed;
	/** The best place outside one template radius of the first. */
	readonly second?: Placed;
	/** Not found by its anchors and not looked for with care this time: nothing is known of it. */
	readonly unsure?: boolean;
}

/** Looks for one element in a region: quarter scale first, then half and full around what stands out there. */
export function search(frame: Frame, patch: Patch, roi: Roi): Search {
	const [best, second] = findPlaces(frame, patch, roi, 0.7, 8, 1);
	return { ...(best ? { best } : {}), ...(second ? { second } : {}) };
}

/**
 * Every place in the region that scores at least `threshold`, best first, none within a template radius of another.
 *
 * @param thorough  looks at four phases of the coarse scale instead of one: four times the time, and what lies between two
 *   coarse pixels is found too
 */
export function searchAll(frame: Frame, patch: Patch, roi: Roi, threshold: number, max: number, thorough = false): Placed[] {
	return findPlaces(frame, patch, roi, threshold, max, thorough ? 4 : 1).filter((place) => place.score >= threshold);
}

/**
 * Cosine between the hues of patch and frame, as distances from grey: about 0.95 for the same thing, below 0 for a blue bar
 * where a red one was learnt. Undefined when the patch is grey or either has no chroma.
 */
export function chroma(frame: Frame, patch: Patch, [x, y]: Box): number | undefined {
	const { u, v, mask } = patch.pixels;
	if (!u || !v || !frame.u || !frame.v || frame.chromaStride === undefined || patch.chromaEnergy < COLOURFUL) return undefined;
	const cw = (patch.width + 1) >> 1;
	const ch = (patch.height + 1) >> 1;
	const maxX = ((frame.width + 1) >> 1) - 1;
	const maxY = ((frame.height + 1) >> 1) - 1;
	let cross = 0;
	let ours = 0;
	let theirs = 0;
	let n = 0;
	for (let row = 0, at = 0; row < ch; row++) {
		const line = Math.min(maxY, (y >> 1) + row) * frame.chromaStride;
		for (let col = 0; col < cw; col++, at++) {
			if (mask !== undefined && mask[Math.min(patch.height - 1, 2 * row) * patch.width + Math.min(patch.width - 1, 2 * col)] === 0)
				continue;
			const from = line + Math.min(maxX, (x >> 1) + col);
			const pu = (u[at] as number) - 128;
			const pv = (v[at] as number) - 128;
			const fu = (frame.u[from] as number) - 128;
			const fv = (frame.v[from] as number) - 128;
			cross += pu * fu + pv * fv;
			ours += pu * pu + pv * pv;
			theirs += fu * fu + fv * fv;
			n++;
		}
	}
	if (n === 0 || ours === 0) return undefined;
	// A greyed-out twin has no hue to compare: its noise would point anywhere.
	if (theirs / n < 4) return 0;
	return cross / Math.sqrt(ours * theirs);
}

/**
 * Median of the scores of 3 × 3 blocks: a pointer over a third of a button spoils some blocks and leaves the median. Blocks
 * without texture do not vote. Undefined when fewer than three blocks have texture or the patch does not fit.
 */
export function blockMedian(frame: Frame, patch: Patch, [x, y]: Box): number | undefined {
	if (x < 0 || y < 0 || x + patch.width > frame.width || y + patch.height > frame.height) return undefined;
	const { luma, mask } = patch.pixels;
	const scores: number[] = [];
	for (let by = 0; by < 3; by++) {
		for (let bx = 0; bx < 3; bx++) {
			const x0 = Math.floor((bx * patch.width) / 3);
			const x1 = Math.floor(((bx + 1) * patch.width) / 3);
			const y0 = Math.floor((by * patch.height) / 3);
			const y1 = Math.floor(((by + 1) * patch.height) / 3);
			let n = 0;
			let st = 0;
			let stt = 0;
			let sf = 0;
			let sff = 0;
			let stf = 0;
			for (let row = y0; row < y1; row++) {
				for (let col = x0; col < x1; col++) {
					const at = row * patch.width + col;
					if (mask !== undefined && mask[at] === 0) continue;
					const t = luma[at] as number;
					const f = frame.luma[(y + row) * frame.stride + x + col] as number;
					n++;
					st += t;
					stt += t * t;
					sf += f;
					sff += f * f;
					stf += t * f;
				}
			}
			if (n < 9) continue;
			const vt = stt - (st * st) / n;
			const vf = sff - (sf * sf) / n;
			if (vt < 16 * n) continue;
			scores.push(vf < n ? 0 : (stf - (st * sf) / n) / Math.sqrt(vt * vf));
		}
	}
	if (scores.length < 3) return undefined;
	scores.sort((a, b) => a - b);
	const middle = scores.length >> 1;
	return scores.length % 2 === 1 ? (scores[middle] as number) : ((scores[middle - 1] as number) + (scores[middle] as number)) / 2;
}
