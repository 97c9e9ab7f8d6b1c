// A captured picture becomes a Frame without a canvas: I420 and NV12 carry luminance as their first plane, the four-byte
// formats get one pass. Buffers are reused, because a 1080p frame fifteen times a second is 47 MB/s of garbage otherwise.
import type { Box, Size } from '../geometry.ts';
import { clip } from '../geometry.ts';
import type { Crop, Frame } from '../ports.ts';

export const PIXEL_FORMATS = ['I420', 'NV12', 'RGBX', 'RGBA', 'BGRX', 'BGRA'] as const;
export type PixelFormat = (typeof PIXEL_FORMATS)[number];

/** How luma and chroma relate to red, green and blue; needed only to show a frame to a person or a model. */
export interface Colour {
	readonly matrix: 'bt601' | 'bt709';
	readonly fullRange: boolean;
}
export interface PictureFrame extends Frame {
	readonly colour: Colour;
}

/** Bytes as the capture hands them over. */
export interface RawPicture extends Size {
	readonly format: PixelFormat;
	readonly data: Uint8Array;
	/** Where each plane begins and how many bytes one of its rows takes, in the format's order. */
	readonly planes: readonly { readonly offset: number; readonly stride: number }[];
	readonly colour?: Colour;
}

/**
 * A ring of byte buffers. A frame built from them stays valid until `slots` more frames were built; copy it with `keepFrame`
 * to hold it longer.
 */
export interface FrameBuffers {
	/** A buffer of at least `bytes` for the capture to write into; the next slot of the ring. */
	raw(bytes: number): Uint8Array;
	/** Planes of the current slot, exactly as long as asked. */
	planes(lumaBytes: number, chromaBytes: number): Planes;
	/** Four bytes a pixel to full-range BT.601: luma of each pixel, chroma of each 2 × 2 block; `red` is its place in a pixel. */
	split(data: Uint8Array, offset: number, stride: number, width: number, height: number, red: 0 | 2, out: Planes): void;
}
export interface Planes {
	readonly luma: Uint8Array;
	readonly u: Uint8Array;
	readonly v: Uint8Array;
}

export function makeFrameBuffers(slots = 3): FrameBuffers {
	const raws: Uint8Array[] = [];
	const made: { luma: Uint8Array; u: Uint8Array; v: Uint8Array }[] = [];
	let slot = 0;
	const fit = (buffer: Uint8Array | undefined, bytes: number): Uint8Array =>
		buffer !== undefined && buffer.length >= bytes ? buffer : new Uint8Array(bytes);
	return {
		split: splitColour,
		raw(bytes) {
			slot = (slot + 1) % slots;
			const buffer = fit(raws[slot], bytes);
			raws[slot] = buffer;
			return buffer;
		},
		planes(lumaBytes, chromaBytes) {
			const before = made[slot];
			const next = { luma: fit(before?.luma, lumaBytes), u: fit(before?.u, chromaBytes), v: fit(before?.v, chromaBytes) };
			made[slot] = next;
			return { luma: next.luma.subarray(0, lumaBytes), u: next.u.subarray(0, chromaBytes), v: next.v.subarray(0, chromaBytes) };
		},
	};
}

const half = (n: number): number => (n + 1) >> 1;
const FULL_601: Colour = { matrix: 'bt601', fullRange: true };
const LIMITED_601: Colour = { matrix: 'bt601', fullRange: false };

/** Builds a frame; for I420 all planes and for NV12 the luminance are views of `raw.data`, not copies. */
export function makeFrame(raw: RawPicture, id: string, at: number, buffers: FrameBuffers): PictureFrame {
	const { width, height, data } = raw;
	const first = raw.planes[0] ?? { offset: 0, stride: width };
	const chromaStride = half(width);
	const chromaBytes = chromaStride * half(height);
	const base = { id, at, width, height };
	if (raw.format === 'I420') {
		const u = raw.planes[1] ?? { offset: first.offset + first.stride * height, stride: chromaStride };
		const v = raw.planes[2] ?? { offset: u.offset + u.stride * half(height), stride: u.stride };
		if (u.stride === v.stride) {
			return {
				...base,
				colour: raw.colour ?? LIMITED_601,
				luma: data.subarray(first.offset, first.offset + first.stride * height),
				stride: first.stride,
				u: data.subarray(u.offset, u.offset + u.stride * half(height)),
				v: data.subarray(v.offset, v.offset + v.stride * half(height)),
				chromaStride: u.stride,
			};
		}
	}
	if (raw.format === 'I420' || raw.format === 'NV12') {
		const luma = data.subarray(first.offset, first.offset + first.stride * height);
		const uv = raw.planes[1] ?? { offset: first.offset + first.stride * height, stride: 2 * chromaStride };
		const planes = buffers.planes(0, chromaBytes);
		const second = raw.planes[2];
		for (let y = 0, out = 0; y < half(height); y++) {
			let from = uv.offset + y * uv.stride;
			let fromV = raw.format === 'I420' && second ? second.offset + y * second.stride : from + 1;
			const step = raw.format === 'NV12' ? 2 : 1;
			for (let x = 0; x < chromaStride; x++, out++, from += step, fromV += step) {
				planes.u[out] = data[from] as number;
				planes.v[out] = data[fromV] as number;
			}
		}
		return { ...base, colour: raw.colour ?? LIMITED_601, luma, stride: first.stride, u: planes.u, v: planes.v, chromaStride };
	}
	const red = raw.format[0] === 'R' ? 0 : 2;
	const planes = buffers.planes(width * height, chromaBytes);
	buffers.split(data, first.offset, first.stride, width, height, red, planes);
	return { ...base, colour: FULL_601, luma: planes.luma, stride: width, u: planes.u, v: planes.v, chromaStride };
}

/** One pass from four bytes a pixel to full-range BT.601: luma of each pixel, chroma of each 2 × 2 block's top left pixels. */
function splitColour(data: Uint8Array, offset: number, stride: number, width: number, height: number, red: 0 | 2, out: Planes): void {
	const { luma, u, v } = out;
	const blue = 2 - red;
	const cw = half(width);
	for (let y = 0; y < height; y++) {
		let from = offset + y * stride;
		let to = y * width;
		for (let x = 0; x < width; x++, from += 4, to++) {
			luma[to] = (77 * (data[from + red] as number) + 150 * (data[from + 1] as number) + 29 * (data[from + blue] as number) + 128) >> 8;
		}
		if ((y & 1) === 1) continue;
		from = offset + y * stride;
		const below = y + 1 < height ? stride : 0;
		to = (y >> 1) * cw;
		for (let x = 0; x < width; x += 2, from += 8, to++) {
			const beside = x + 1 < width ? 4 : 0;
			const diagonal = from + below + beside;
			// Two pixels across the diagonal stand for the block: half the reads, and a bar or a potion keeps its hue.
			const r = (data[from + red] as number) + (data[diagonal + red] as number);
			const g = (data[from + 1] as number) + (data[diagonal + 1] as number);
			const b = (data[from + blue] as number) + (data[diagonal + blue] as number);
			u[to] = Math.min(255, (-43 * r - 85 * g + 128 * b + 65_792) >> 9);
			v[to] = Math.min(255, (128 * r - 107 * g - 21 * b + 65_792) >> 9);
		}
	}
}

/** A copy that no buffer reuse can touch. */
export function keepFrame<F extends Frame>(frame: F): F {
	return { ...frame, luma: frame.luma.slice(), ...(frame.u && frame.v ? { u: frame.u.slice(), v: frame.v.slice() } : {}) };
}

/** Cuts the part of `box` inside the frame out in grey; undefined when nothing of it is inside. */
export function crop(frame: Frame, box: Box): Crop | undefined {
	const inside = clip(box, frame);
	if (inside === undefined) return undefined;
	const [x, y, width, height] = inside;
	const luma = new Uint8Array(width * height);
	for (let row = 0; row < height; row++) {
		const from = (y + row) * frame.stride + x;
		luma.set(frame.luma.subarray(from, from + width), row * width);
	}
	return { width, height, luma };
}

/** Chroma that belongs to a box: rows and columns of the half-size planes that it touches. */
export function cropChroma(frame: Frame, [x, y, w, h]: Box): { readonly u: Uint8Array; readonly v: Uint8Array } | undefined {
	if (!frame.u || !frame.v || frame.chromaStride === undefined) return undefined;
	const cw = half(w);
	const ch = half(h);
	const u = new Uint8Array(cw * ch);
	const v = new Uint8Array(cw * ch);
	const maxX = half(frame.width) - 1;
	const maxY = half(frame.height) - 1;
	for (let row = 0, to = 0; row < ch; row++) {
		const line = Math.min(maxY, (y >> 1) + row) * frame.chromaStride;
		for (let col = 0; col < cw; col++, to++) {
			const from = line + Math.min(maxX, (x >> 1) + col);
			u[to] = frame.u[from] as number;
			v[to] = frame.v[from] as number;
		}
	}
	return { u, v };
}

/** Hash of every luminance pixel; equal pictures give equal hashes. Not a digest: for frozen detection and caches only. */
export function hashLuma(frame: Frame): number {
	return hashBox(frame, [0, 0, frame.width, frame.height]);
}

/** Hash of the luminance in `box`, which must lie inside the frame. */
export function hashBox(frame: Frame, [x0, y0, w, h]: Box): number {
	const { luma, stride } = frame;
	let a = 0x811c9dc5;
	for (let y = y0; y < y0 + h; y++) {
		let at = y * stride + x0;
		const end = at + w;
		for (; at + 4 <= end; at += 4) {
			const word =
				(luma[at] as number) | ((luma[at + 1] as number) << 8) | ((luma[at + 2] as number) << 16) | ((luma[at + 3] as number) << 24);
			a = Math.imul(a ^ word, 0x01000193);
			// A multiplication carries only upwards; folding back lets the high bytes of a word reach all of the hash.
			a ^= a >>> 15;
		}
		for (; at < end; at++) a = Math.imul(a ^ (luma[at] as number), 0x01000193);
		a ^= a >>> 13;
	}
	return a >>> 0;
}

/** Standard deviation of a patch in grey levels, over the pixels of `mask` when there is one. */
export function deviation(luma: Uint8Array, mask?: Uint8Array): number {
	let n = 0;
	let sum = 0;
	let squares = 0;
	for (let i = 0; i < luma.length; i++) {
		if (mask !== undefined && mask[i] === 0) continue;
		const value = luma[i] as number;
		n++;
		sum += value;
		squares += value * value;
	}
	if (n === 0) return 0;
	return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
}
