// Patches as the kernels read them; the layouts are in kernels.ts.
import type { PatchPixels } from '../perception/match.ts';
import { probesOf } from './anchors.ts';

/**
 * Most pixels a side of what is correlated at the coarse scale, where places are only proposed: the stray correlation of 256
 * pixels is 0.06 already, and more adds time alone.
 */
const COARSE_SIDE = 16;
/** Pixels that a patch needs at a scale to stand out there: correlation of n random pixels strays by 1 / √n. */
const COARSE_PIXELS = 36;

export const padded = (width: number): number => (width + 15) & ~15;

export interface Scale {
	readonly width: number;
	readonly height: number;
	readonly luma: Uint8Array;
	readonly mask?: Uint8Array | undefined;
}

/** Averages k × k blocks over the pixels that count; a block counts when most of its pixels do. The rest at the end is dropped. */
export function shrink({ width, height, luma, mask }: Scale, k: number): Scale {
	const w = Math.max(1, Math.floor(width / k));
	const h = Math.max(1, Math.floor(height / k));
	const out = new Uint8Array(w * h);
	const kept = mask === undefined ? undefined : new Uint8Array(w * h);
	for (let y = 0, to = 0; y < h; y++) {
		for (let x = 0; x < w; x++, to++) {
			let sum = 0;
			let held = 0;
			let all = 0;
			for (let row = y * k; row < y * k + k && row < height; row++) {
				for (let col = x * k; col < x * k + k && col < width; col++) {
					all++;
					if (mask !== undefined && mask[row * width + col] === 0) continue;
					held++;
					sum += luma[row * width + col] as number;
				}
			}
			if (held > 0) out[to] = Math.round(sum / held);
			if (kept !== undefined) kept[to] = held * 2 > all ? 255 : 0;
		}
	}
	return { width: w, height: h, luma: out, mask: kept };
}

export function levelBytes({ width, height, mask }: Scale): number {
	return 64 + padded(width) * height + padded(width) * (mask === undefined ? 1 : height);
}

export function writeLevel(buffer: ArrayBuffer, at: number, { width, height, luma, mask }: Scale): void {
	const stride = padded(width);
	const lumaAt = at + 64;
	const maskAt = lumaAt + stride * height;
	const bytes = new Uint8Array(buffer);
	bytes.fill(0, lumaAt, maskAt + stride * (mask === undefined ? 1 : height));
	let n = 0;
	let sum = 0;
	let squares = 0;
	if (mask === undefined) bytes.fill(255, maskAt, maskAt + width);
	for (let y = 0, from = 0; y < height; y++) {
		for (let x = 0; x < width; x++, from++) {
			if (mask !== undefined) {
				if (mask[from] === 0) continue;
				bytes[maskAt + y * stride + x] = 255;
			}
			const value = luma[from] as number;
			bytes[lumaAt + y * stride + x] = value;
			n++;
			sum += value;
			squares += value * value;
		}
	}
	const view = new DataView(buffer, at, 64);
	[width, height, stride, lumaAt, maskAt, mask === undefined ? 0 : stride, n, 0].forEach((value, k) => view.setInt32(4 * k, value, true));
	view.setFloat64(32, sum, true);
	view.setFloat64(40, n === 0 ? 0 : squares - (sum * sum) / n, true);
}

export function hueBytes({ width, height }: PatchPixels): number {
	return 64 + 3 * padded((width + 1) >> 1) * ((height + 1) >> 1);
}

/** @returns false when the patch has no hue to write */
export function writeHue(buffer: ArrayBuffer, at: number, { width, height, mask, u, v }: PatchPixels): boolean {
	if (u === undefined || v === undefined) return false;
	const cols = (width + 1) >> 1;
	const rows = (height + 1) >> 1;
	const stride = padded(cols);
	const plane = stride * rows;
	const bytes = new Uint8Array(buffer);
	bytes.fill(0, at + 64, at + 64 + 3 * plane);
	let n = 0;
	let squares = 0;
	for (let y = 0, from = 0; y < rows; y++) {
		for (let x = 0; x < cols; x++, from++) {
			if (mask !== undefined && mask[Math.min(height - 1, 2 * y) * width + Math.min(width - 1, 2 * x)] === 0) continue;
			const to = at + 64 + y * stride + x;
			const du = (u[from] as number) - 128;
			const dv = (v[from] as number) - 128;
			bytes[to] = du;
			bytes[to + plane] = dv;
			bytes[to + 2 * plane] = 255;
			n++;
			squares += du * du + dv * dv;
		}
	}
	const view = new DataView(buffer, at, 64);
	[cols, rows, stride, at + 64, at + 64 + plane, at + 64 + 2 * plane, n, 0].forEach((value, k) => view.setInt32(4 * k, value, true));
	view.setFloat64(32, squares, true);
	return n > 0 && squares > 0;
}

/** What of a patch is looked for at a coarse scale. */
export interface Coarse extends Scale {
	/** Frame pixels to one of this scale: 1, 2 or 4. */
	readonly factor: 1 | 2 | 4;
	/** Where the part that is looked for begins, in pixels of this scale. */
	readonly left: number;
	readonly top: number;
}

/** Chooses the coarsest scale at which the patch still has enough pixels, and the part of it with most texture. */
export function coarseOf(pixels: Scale): Coarse {
	const enough = (k: number): boolean => {
		const w = Math.floor(pixels.width / k);
		const h = Math.floor(pixels.height / k);
		return Math.min(w, h) >= 4 ? w * h >= COARSE_PIXELS : Math.min(w, h) >= 2 && w * h >= 4 * COARSE_PIXELS;
	};
	const factor = enough(4) ? 4 : enough(2) ? 2 : 1;
	const whole: Scale = factor === 1 ? pixels : shrink(pixels, factor);
	return { ...liveliest(whole), factor };
}

function liveliest(scale: Scale): Scale & { left: number; top: number } {
	const width = Math.min(COARSE_SIDE, scale.width);
	const height = Math.min(COARSE_SIDE, scale.height);
	if (width === scale.width && height === scale.height) return { ...scale, left: 0, top: 0 };
	let best: (Scale & { left: number; top: number }) | undefined;
	let most = -1;
	for (let top = 0; ; top = Math.min(top + height / 2, scale.height - height)) {
		for (let left = 0; ; left = Math.min(left + width / 2, scale.width - width)) {
			const part = cut(scale, left, top, width, height);
			const spread = spreadOf(part);
			if (spread > most) {
				most = spread;
				best = { ...part, left, top };
			}
			if (left >= scale.width - width) break;
		}
		if (top >= scale.height - height) break;
	}
	return best as Scale & { left: number; top: number };
}

function cut({ width: own, luma, mask }: Scale, left: number, top: number, width: number, height: number): Scale {
	const of = (plane: Uint8Array): Uint8Array => {
		const out = new Uint8Array(width * height);
		for (let y = 0; y < height; y++) out.set(plane.subarray((top + y) * own + left, (top + y) * own + left + width), y * width);
		return out;
	};
	return { width, height, luma: of(luma), mask: mask === undefined ? undefined : of(mask) };
}

function spreadOf({ luma, mask }: Scale): number {
	let n = 0;
	let sum = 0;
	let squares = 0;
	for (let i = 0; i < luma.length; i++) {
		if (mask !== undefined && mask[i] === 0) continue;
		n++;
		sum += luma[i] as number;
		squares += (luma[i] as number) ** 2;
	}
	return n === 0 ? 0 : squares - (sum * sum) / n;
}

export function coarseBytes({ width, height }: Scale): number {
	return 64 + 2 * ((4 * ((width + 1) >> 1) * height + 15) & ~15);
}

/** @returns false when nothing of it stands out */
export function writeCoarse(buffer: ArrayBuffer, at: number, { width, height, luma, mask }: Scale): boolean {
	const pairs = (width + 1) >> 1;
	const plane = (4 * pairs * height + 15) & ~15;
	const values = new Int16Array(buffer, at + 64, plane / 2).fill(0);
	const inside = new Int16Array(buffer, at + 64 + plane, plane / 2).fill(0);
	let n = 0;
	let sum = 0;
	for (let i = 0; i < luma.length; i++) {
		if (mask !== undefined && mask[i] === 0) continue;
		n++;
		sum += luma[i] as number;
	}
	const mean = n === 0 ? 0 : Math.round(sum / n);
	const left = sum - n * mean;
	let squares = 0;
	for (let y = 0, from = 0; y < height; y++) {
		for (let x = 0; x < width; x++, from++) {
			if (mask !== undefined && mask[from] === 0) continue;
			const value = (luma[from] as number) - mean;
			values[y * 2 * pairs + x] = value;
			inside[y * 2 * pairs + x] = -1;
			squares += value * value;
		}
	}
	const spread = n === 0 ? 0 : squares - (left * left) / n;
	const view = new DataView(buffer, at, 64);
	[width, height, pairs, at + 64, at + 64 + plane, n].forEach((value, k) => view.setInt32(4 * k, value, true));
	[n === 0 ? 0 : 1 / n, n === 0 ? 0 : left / n, spread > 0 ? 1 / Math.sqrt(spread) : 0, Math.max(1, n)].forEach((value, k) =>
		view.setFloat32(24 + 4 * k, value, true),
	);
	return spread > 0;
}

/** @returns how many were written, 8 bytes each */
export function writeProbes(buffer: ArrayBuffer, at: number, pixels: PatchPixels): number {
	const probes = probesOf(pixels);
	const view = new DataView(buffer, at, 8 * probes.length);
	probes.forEach(({ x, y, luma }, k) => {
		view.setInt16(8 * k, x, true);
		view.setInt16(8 * k + 2, y, true);
		view.setInt32(8 * k + 4, luma, true);
	});
	return probes.length;
}
