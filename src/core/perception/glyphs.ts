// A line of text cut into its pieces, and one piece held against the picture of another. No letters are known here: which
// picture stands for which character is learnt elsewhere (crystals/region/glyphs.ts).
import type { Crop } from '../ports.ts';

/** How a line was cut. What worked when it was learnt is done the same way when it is read, or pieces would not be alike. */
export interface Cut {
	/** The letters are darker than their ground. */
	readonly dark: boolean;
	/** 0: the letters stand on one ground. 1: on two, as on a bar that is half full; cut within the letters' side of the first. */
	readonly level: 0 | 1;
	/** `columns`: what shares a column is one piece (i, %, :). `parts`: what is connected is one (slanted faces). */
	readonly join: 'columns' | 'parts';
}
export const CUTS: readonly Cut[] = ([0, 1] as const).flatMap((level) =>
	(['columns', 'parts'] as const).flatMap((join) => [false, true].map((dark) => ({ dark, level, join }))),
);

/** Bounds of a piece's ink, pixels of the crop. */
export interface Piece {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}
export type CutLine =
	| { readonly ok: true; readonly pieces: readonly Piece[] }
	/** Something stands there that may be a letter and is none of the pieces. */
	| { readonly ok: false; readonly why: string };

/** Ink and ground must lie so many grey levels apart: codecs and blending move a level by about ten either way. */
const CONTRAST_LEAST = 24;
/** More than any number has; a textured ground falls into more. */
const PIECES_MAX = 24;
/** Both parts of the crop that a frame around the text covers, at the least. */
const FRAME_WIDE = 0.8;
const FRAME_HIGH = 0.6;

/** Cuts a line from left to right. */
export function cutLine(crop: Crop, cut: Cut): CutLine {
	const { width, height, luma } = crop;
	const level = threshold(luma, cut);
	if (level === undefined) return { ok: false, why: 'nothing stands out from its ground' };
	const parts = connected(crop, level, cut.dark);
	if (parts === undefined) return { ok: false, why: 'its ground is too busy' };
	const inside: Piece[] = [];
	const outside: Piece[] = [];
	for (const part of parts) {
		const upright = part.y === 0 || part.y + part.height === height;
		const left = part.x === 0;
		const right = part.x + part.width === width;
		if (upright) outside.push(part);
		else if (left !== right) return { ok: false, why: 'something is cut off at the edge' };
		else if (!left && !isFrame(part, parts, crop)) inside.push(part);
	}
	inside.sort((a, b) => a.x - b.x);
	const pieces: Piece[] = [];
	for (const part of inside) {
		const last = pieces.at(-1);
		if (last !== undefined && belongs(last, part, cut.join)) pieces[pieces.length - 1] = union(last, part);
		else pieces.push(part);
	}
	const [first] = pieces;
	if (first === undefined) return { ok: false, why: 'no text stands there' };
	if (pieces.length > PIECES_MAX) return { ok: false, why: 'its ground is too busy' };
	const tall = Math.max(...pieces.map((p) => p.height));
	const from = first.x;
	const to = Math.max(...pieces.map((p) => p.x + p.width));
	// A letter that reaches out of the crop must not be lost between the others.
	const lost = outside.some((p) => p.x + p.width > from && p.x < to && p.width <= 2 * tall && p.height < height);
	return lost ? { ok: false, why: 'something is cut off at the edge' } : { ok: true, pieces };
}

function belongs(last: Piece, next: Piece, join: Cut['join']): boolean {
	const shared = Math.min(last.x + last.width, next.x + next.width) - next.x;
	return join === 'columns' ? shared > 0 : 2 * shared >= Math.min(last.width, next.width);
}

function union(a: Piece, b: Piece): Piece {
	const x = Math.min(a.x, b.x);
	const y = Math.min(a.y, b.y);
	return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/** The border of a plate, with the text inside it. */
function isFrame(part: Piece, parts: readonly Piece[], { width, height }: Crop): boolean {
	return (
		part.width >= FRAME_WIDE * width &&
		part.height >= FRAME_HIGH * height &&
		parts.some(
			(p) => p !== part && p.x > part.x && p.y > part.y && p.x + p.width < part.x + part.width && p.y + p.height < part.y + part.height,
		)
	);
}

/** The grey level from which on a pixel is ink; undefined when there is none. */
function threshold(luma: Uint8Array, { dark, level }: Cut): number | undefined {
	const counts = new Uint32Array(256);
	for (let i = 0; i < luma.length; i++) (counts[luma[i] as number] as number)++;
	const first = otsu(counts, 0, 256);
	if (level === 0 || first === undefined) return first;
	return dark ? otsu(counts, 0, first) : otsu(counts, first, 256);
}

/** The level that parts the two classes best, itself of the upper one. @see N. Otsu (1979) */
function otsu(counts: Uint32Array, from: number, to: number): number | undefined {
	let n = 0;
	let sum = 0;
	for (let i = from; i < to; i++) {
		n += counts[i] as number;
		sum += i * (counts[i] as number);
	}
	let below = 0;
	let belowSum = 0;
	let best = -1;
	let at: number | undefined;
	let apart = 0;
	for (let i = from; i < to - 1; i++) {
		below += counts[i] as number;
		belowSum += i * (counts[i] as number);
		if (below === 0 || below === n) continue;
		const between = (sum - belowSum) / (n - below) - belowSum / below;
		const value = below * (n - below) * between * between;
		if (value > best) {
			best = value;
			// Half-way between the means: a letter keeps its bounds when its ground or its antialiasing shifts a little.
			at = Math.round((belowSum / below + (sum - belowSum) / (n - below)) / 2);
			apart = between;
		}
	}
	return apart < CONTRAST_LEAST ? undefined : at;
}

/** Bounds of the connected ink (eight neighbours); undefined when there are too many to be text. */
function connected({ width, height, luma }: Crop, level: number, dark: boolean): Piece[] | undefined {
	const ink = new Uint8Array(width * height);
	for (let i = 0; i < ink.length; i++) ink[i] = (luma[i] as number) >= level === dark ? 0 : 1;
	const parts: Piece[] = [];
	const stack: number[] = [];
	for (let start = 0; start < ink.length; start++) {
		if (ink[start] === 0) continue;
		// Several strokes make a letter; ten to a piece are no letters any more.
		if (parts.length > 10 * PIECES_MAX) return undefined;
		let [left, top, right, bottom] = [width, height, 0, 0];
		ink[start] = 0;
		stack.push(start);
		for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
			const x = at % width;
			const y = (at - x) / width;
			if (x < left) left = x;
			if (x > right) right = x;
			if (y < top) top = y;
			if (y > bottom) bottom = y;
			for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
				for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
					const next = ny * width + nx;
					if (ink[next] === 0) continue;
					ink[next] = 0;
					stack.push(next);
				}
			}
		}
		parts.push({ x: left, y: top, width: right - left + 1, height: bottom - top + 1 });
	}
	return parts;
}

/** A piece's picture with one pixel of ground around it: without it a full stop would be a flat patch, and flat patches score nothing. */
export const RIM = 1;

export function patchOf(crop: Crop, { x, y, width, height }: Piece): Uint8Array {
	const out = new Uint8Array((width + 2 * RIM) * (height + 2 * RIM));
	for (let row = 0; row < height + 2 * RIM; row++) {
		const from = (y - RIM + row) * crop.width + x - RIM;
		out.set(crop.luma.subarray(from, from + width + 2 * RIM), row * (width + 2 * RIM));
	}
	return out;
}

/** A picture with mean 0 and length 1, so that a score is one sum of products. */
export function unit(patch: Uint8Array): Float32Array {
	let sum = 0;
	for (let i = 0; i < patch.length; i++) sum += patch[i] as number;
	const mean = sum / patch.length;
	let squares = 0;
	for (let i = 0; i < patch.length; i++) squares += ((patch[i] as number) - mean) ** 2;
	const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
	return Float32Array.from(patch, (p) => (p - mean) * scale);
}

/** Bounds found at half height may differ by this with the part of a pixel at which a letter is drawn. */
const JITTER = 1;

/**
 * Best normalised cross-correlation of a picture with the place of a piece, up to one pixel off.
 *
 * @param size  of the ink of the picture; `unit` has a rim more on each side
 * @returns in [-1, 1]; -1 when the sizes differ by more than a pixel
 */
export function likeness(
	crop: Crop,
	piece: Piece,
	size: { readonly width: number; readonly height: number },
	picture: Float32Array,
): number {
	if (Math.abs(size.width - piece.width) > JITTER || Math.abs(size.height - piece.height) > JITTER) return -1;
	let best = -1;
	for (let dy = -JITTER; dy <= JITTER; dy++) {
		for (let dx = -JITTER; dx <= JITTER; dx++) {
			best = Math.max(best, correlate(crop, piece.x - RIM + dx, piece.y - RIM + dy, size, picture));
		}
	}
	return best;
}

function correlate(
	{ width, height, luma }: Crop,
	x: number,
	y: number,
	size: { readonly width: number; readonly height: number },
	picture: Float32Array,
): number {
	const w = size.width + 2 * RIM;
	const h = size.height + 2 * RIM;
	if (x < 0 || y < 0 || x + w > width || y + h > height) return -1;
	let sum = 0;
	let squares = 0;
	let product = 0;
	for (let row = 0, i = 0; row < h; row++) {
		for (let at = (y + row) * width + x, end = at + w; at < end; at++, i++) {
			const p = luma[at] as number;
			sum += p;
			squares += p * p;
			product += p * (picture[i] as number);
		}
	}
	const spread = squares - (sum * sum) / (w * h);
	return spread <= 0 ? -1 : product / Math.sqrt(spread);
}
