// What a part of the world looks like: its grey, made small. Two looks are laid over each other where phase correlation says, and
// compared there; so a place is known again from where one stands beside it, and how far the picture scrolled comes out too.
import type { Box } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import { LOOK_BYTES, LOOK_SIZE } from '../crystals/place/schema.ts';
import { makeSpectrum, type Spectrum, transform } from './fft.ts';

const { width: W, height: H } = LOOK_SIZE;

/** Grey levels from 1 to 255, row-major, `LOOK_SIZE`; 0 where something stood in front. */
export type Look = Uint8Array;

/** Frame pixels that a cell of a look stands for. */
export function cellOf(world: Box): readonly [w: number, h: number] {
	return [world[2] / W, world[3] / H];
}

/**
 * @param world  the part of the frame that is looked at, inside the frame
 * @param hides  boxes, frame pixels, in which something stands that does not belong to the place
 */
export function lookOf(frame: Frame, world: Box, hides: readonly Box[] = []): Look {
	const look = new Uint8Array(LOOK_BYTES);
	const [x0, y0, w, h] = world;
	for (let row = 0; row < H; row++) {
		const top = Math.floor(y0 + (row * h) / H);
		const bottom = Math.max(top + 1, Math.floor(y0 + ((row + 1) * h) / H));
		for (let col = 0; col < W; col++) {
			const left = Math.floor(x0 + (col * w) / W);
			const right = Math.max(left + 1, Math.floor(x0 + ((col + 1) * w) / W));
			let sum = 0;
			for (let y = top; y < bottom; y++) {
				const at = y * frame.stride;
				for (let x = left; x < right; x++) sum += frame.luma[at + x] as number;
			}
			look[row * W + col] = Math.max(1, Math.round(sum / ((bottom - top) * (right - left))));
		}
	}
	for (const [hx, hy, hw, hh] of hides) {
		const c0 = Math.max(0, Math.floor(((hx - x0) * W) / w));
		const c1 = Math.min(W, Math.ceil(((hx + hw - x0) * W) / w));
		const r0 = Math.max(0, Math.floor(((hy - y0) * H) / h));
		const r1 = Math.min(H, Math.ceil(((hy + hh - y0) * H) / h));
		for (let row = r0; row < r1; row++) for (let col = c0; col < c1; col++) look[row * W + col] = 0;
	}
	return look;
}

/** Takes what stood in front before from another look of the same place. */
export function fillIn(look: Look, other: Look): Look {
	return look.map((value, i) => (value === 0 ? (other[i] as number) : value));
}

/** Share of cells that differ by more than `by` grey levels, among those that both show. */
export function changedShareOf(a: Look, b: Look, by = 12): number {
	let both = 0;
	let changed = 0;
	for (let i = 0; i < LOOK_BYTES; i++) {
		const [one, other] = [a[i] as number, b[i] as number];
		if (one === 0 || other === 0) continue;
		both++;
		if (Math.abs(one - other) > by) changed++;
	}
	return both === 0 ? 1 : changed / both;
}

export interface Laid {
	/** Cells by which what is in the first look stands further right and down in the second. */
	readonly dx: number;
	readonly dy: number;
	/** Correlation of what both show, in [-1, 1]. */
	readonly score: number;
	/** Share of the look that both show. */
	readonly overlap: number;
}

/** Below this nothing is said of two looks: what they share is too small. */
const OVERLAP_LEAST = 0.3;
const PEAKS = 5;
/** A plain wall is like every plain wall: less than these grey levels of contrast speak for nothing. */
const CONTRAST_LEAST = 3;
/** Shifts that score so close to the best one cannot be told from it: a floor looks the same one tile further on. */
const SAME = 0.06;

/** What is needed of a look to lay it over others; made once. */
export interface Prepared {
	readonly look: Look;
	readonly spectrum: Spectrum;
}
export function prepare(look: Look): Prepared {
	const spectrum = makeSpectrum(W, H);
	let n = 0;
	let sum = 0;
	for (const value of look) {
		if (value === 0) continue;
		n++;
		sum += value;
	}
	const mean = n === 0 ? 0 : sum / n;
	for (let y = 0; y < H; y++) {
		for (let x = 0; x < W; x++) {
			const value = look[y * W + x] as number;
			spectrum.re[y * W + x] = value === 0 ? 0 : (value - mean) * (WINDOW_X[x] as number) * (WINDOW_Y[y] as number);
		}
	}
	transform(spectrum);
	return { look, spectrum };
}
/** Hann: the edges of a picture are no feature of what it shows. */
const hann = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / n));
const WINDOW_X = hann(W);
const WINDOW_Y = hann(H);
const scratch = makeSpectrum(W, H);

/** Cells by which the second look lies further right and down. */
export type Shift = readonly [dx: number, dy: number];

/** Where a shift is looked for. */
export interface Near {
	/** What is expected, tried with what is beside it. */
	readonly at: Shift;
	/** Cells about `about` beyond which nothing is looked for. */
	readonly within: number;
	/** What is expected unless given. */
	readonly about?: Shift;
}

/**
 * Lays one look over the other by phase correlation: its highest peaks, and what is expected, each held against both looks.
 *
 * @returns all that were tried, whole cells, the most alike first; none where they share too little
 * @see C. D. Kuglin and D. C. Hines, "The Phase Correlation Image Alignment Method" (1975)
 */
export function layings(a: Prepared, b: Prepared, near?: Near): readonly Laid[] {
	const about = near?.about ?? near?.at ?? [0, 0];
	const within = near?.within ?? Infinity;
	const { re, im } = scratch;
	for (let i = 0; i < LOOK_BYTES; i++) {
		const [ar, ai] = [a.spectrum.re[i] as number, a.spectrum.im[i] as number];
		const [br, bi] = [b.spectrum.re[i] as number, b.spectrum.im[i] as number];
		// conj(A) · B: its peak lies where B's content stands, seen from A's.
		const r = ar * br + ai * bi;
		const m = ar * bi - ai * br;
		const size = Math.hypot(r, m);
		re[i] = size < 1e-9 ? 0 : r / size;
		im[i] = size < 1e-9 ? 0 : m / size;
	}
	transform(scratch, true);
	const tried = new Set<number>();
	const found: Laid[] = [];
	const consider = (dx: number, dy: number): void => {
		const key = (dy + H) * 4 * W + dx + W;
		if (tried.has(key) || Math.hypot(dx - about[0], dy - about[1]) > within) return;
		tried.add(key);
		const { score, overlap } = alike(a.look, b.look, dx, dy);
		if (score > -1) found.push({ dx, dy, score, overlap });
	};
	consider(0, 0);
	if (near !== undefined)
		for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) consider(Math.round(near.at[0]) + dx, Math.round(near.at[1]) + dy);
	for (const at of peaks(re, within < W ? windowed(about, within) : undefined)) {
		const x = at % W;
		const y = (at - x) / W;
		// A shift to the right by 60 of 64 cells is one to the left by 4, and the other way round.
		for (const dx of x === 0 ? [0] : [x, x - W]) for (const dy of y === 0 ? [0] : [y, y - H]) consider(dx, dy);
	}
	return found.sort((p, q) => q.score - p.score);
}

/** How one look lies over the other where they are most alike; score -1 when they share too little anywhere. */
export function layOver(a: Prepared, b: Prepared): Laid {
	const [best] = layings(a, b);
	return best === undefined ? { dx: 0, dy: 0, score: -1, overlap: 0 } : sharpen(a.look, b.look, best);
}

/**
 * Of the shifts that cannot be told from the best one, the one nearest to what is expected: what repeats every few cells looks the same at
 * each of them, and only where one should be tells them apart.
 *
 * @param far  how far a shift is from what is expected, cells
 */
export function likeliest(all: readonly Laid[], far: (laid: Laid) => number): Laid | undefined {
	const [best] = all;
	if (best === undefined) return undefined;
	const same = asGood(all, best);
	const nearest = same.reduce((a, b) => (far(b) < far(a) ? b : a));
	// Of those beside each other, the most alike one.
	return same.reduce((a, b) => (beside(b, nearest) && b.score > a.score ? b : a), nearest);
}
/** Those that cannot be told from it. */
export const asGood = (all: readonly Laid[], as: Laid): readonly Laid[] => all.filter(({ score }) => score >= as.score - SAME);
export const beside = (a: Laid, b: Laid): boolean => Math.abs(a.dx - b.dx) <= 1 && Math.abs(a.dy - b.dy) <= 1;

/** Where between the cells the looks are most alike: the top of a parabola through the scores beside it. */
export function sharpen(a: Look, b: Look, laid: Laid): Laid {
	const { dx, dy, score } = laid;
	const part = (before: number, after: number): number => {
		const bend = before + after - 2 * score;
		return before <= -1 || after <= -1 || bend >= -1e-9 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
	};
	return {
		...laid,
		dx: dx + part(alike(a, b, dx - 1, dy).score, alike(a, b, dx + 1, dy).score),
		dy: dy + part(alike(a, b, dx, dy - 1).score, alike(a, b, dx, dy + 1).score),
	};
}

/** Which cells of the surface are shifts that may be: a byte each. */
function windowed([x, y]: Shift, within: number): Uint8Array {
	const mask = new Uint8Array(LOOK_BYTES);
	for (let dy = Math.ceil(y - within); dy <= y + within; dy++)
		for (let dx = Math.ceil(x - within); dx <= x + within; dx++) mask[(((dy % H) + H) % H) * W + (((dx % W) + W) % W)] = 1;
	return mask;
}

/** The highest cells, none beside another. @param mask  those that count; all unless given */
function peaks(surface: Float64Array, mask?: Uint8Array): number[] {
	const found: number[] = [];
	for (let n = 0; n < PEAKS; n++) {
		let at = -1;
		let most = 0;
		for (let i = 0; i < LOOK_BYTES; i++) {
			const value = surface[i] as number;
			if (value <= most || mask?.[i] === 0) continue;
			const x = i % W;
			const y = (i - x) / W;
			if (found.some((f) => Math.abs((f % W) - x) <= 1 && Math.abs(Math.floor(f / W) - y) <= 1)) continue;
			most = value;
			at = i;
		}
		if (at < 0) break;
		found.push(at);
	}
	return found;
}

/** Correlation of two looks where the second lies `dx`, `dy` whole cells further right and down. */
export function alike(a: Look, b: Look, dx = 0, dy = 0): { readonly score: number; readonly overlap: number } {
	const x0 = Math.max(0, -dx);
	const x1 = Math.min(W, W - dx);
	const y0 = Math.max(0, -dy);
	const y1 = Math.min(H, H - dy);
	if ((x1 - x0) * (y1 - y0) < OVERLAP_LEAST * LOOK_BYTES) return { score: -1, overlap: 0 };
	let n = 0;
	let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
	for (let y = y0; y < y1; y++) {
		for (let x = x0; x < x1; x++) {
			const va = a[y * W + x] as number;
			const vb = b[(y + dy) * W + x + dx] as number;
			if (va === 0 || vb === 0) continue;
			n++;
			sa += va;
			sb += vb;
			saa += va * va;
			sbb += vb * vb;
			sab += va * vb;
		}
	}
	const overlap = n / LOOK_BYTES;
	if (overlap < OVERLAP_LEAST) return { score: -1, overlap };
	const varA = saa / n - (sa / n) ** 2;
	const varB = sbb / n - (sb / n) ** 2;
	if (varA < CONTRAST_LEAST ** 2 || varB < CONTRAST_LEAST ** 2) return { score: -1, overlap };
	return { score: (sab / n - (sa / n) * (sb / n)) / Math.sqrt(varA * varB), overlap };
}
