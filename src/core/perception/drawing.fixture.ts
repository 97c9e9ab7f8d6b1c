// Small pictures for tests: a flat ground, textured tiles, sprites drawn from characters.
import type { Box } from '../geometry.ts';
import type { Frame } from '../ports.ts';

export interface Canvas {
	readonly frame: Frame & { readonly u: Uint8Array; readonly v: Uint8Array; readonly chromaStride: number };
	/** Fills a box with one grey, and one hue when given. */
	fill(box: Box, grey: number, hue?: readonly [u: number, v: number]): Canvas;
	/** Fills a box with a texture that is the same for the same seed, whatever the place. */
	texture(box: Box, seed: number, hue?: readonly [u: number, v: number], blot?: number): Canvas;
	/** Brightness and contrast of a box, as a dialog's shade over it. */
	dim(box: Box, gain: number, bias: number): Canvas;
	/** A new frame object with the same pixels as now, as the next frame of a stream. */
	shot(at?: number): Frame;
}

export const RED = [90, 220] as const;
export const BLUE = [220, 90] as const;

export function noise(seed: number): () => number {
	let s = seed * 2_654_435_761 + 1;
	return () => {
		s = (Math.imul(s, 1_664_525) + 1_013_904_223) | 0;
		return (s >>> 8) / 16_777_216;
	};
}

export function canvas(width: number, height: number, ground = 90): Canvas {
	const chromaStride = (width + 1) >> 1;
	const chromaRows = (height + 1) >> 1;
	const frame = {
		id: 'f0',
		at: 0,
		width,
		height,
		luma: new Uint8Array(width * height).fill(ground),
		stride: width,
		u: new Uint8Array(chromaStride * chromaRows).fill(128),
		v: new Uint8Array(chromaStride * chromaRows).fill(128),
		chromaStride,
	};
	const tint = ([x, y, w, h]: Box, hue: readonly [number, number] = [128, 128]): void => {
		for (let row = y >> 1; row < (y + h + 1) >> 1 && row < chromaRows; row++) {
			for (let col = x >> 1; col < (x + w + 1) >> 1 && col < chromaStride; col++) {
				frame.u[row * chromaStride + col] = hue[0];
				frame.v[row * chromaStride + col] = hue[1];
			}
		}
	};
	const each = ([x, y, w, h]: Box, set: (at: number, col: number, row: number) => void): void => {
		for (let row = 0; row < h; row++) {
			for (let col = 0; col < w; col++) {
				if (x + col >= 0 && y + row >= 0 && x + col < width && y + row < height) set((y + row) * width + x + col, col, row);
			}
		}
	};
	const self: Canvas = {
		frame,
		fill(box, grey, hue) {
			each(box, (at) => {
				frame.luma[at] = grey;
			});
			tint(box, hue);
			return self;
		},
		texture(box, seed, hue, blot = 5) {
			const next = noise(seed);
			// Blots of some pixels, like drawn icons: finer noise would not survive halving, and no game draws it.
			const cols = Math.ceil(box[2] / blot);
			const blots = Array.from({ length: cols * Math.ceil(box[3] / blot) }, () => 30 + Math.floor(next() * 200));
			each(box, (at, col, row) => {
				frame.luma[at] = blots[Math.floor(row / blot) * cols + Math.floor(col / blot)] as number;
			});
			tint(box, hue);
			return self;
		},
		dim(box, gain, bias) {
			each(box, (at) => {
				frame.luma[at] = Math.round((frame.luma[at] as number) * gain + bias);
			});
			return self;
		},
		shot: (at = 0) => ({ ...frame, at, luma: frame.luma.slice(), u: frame.u.slice(), v: frame.v.slice() }),
	};
	return self;
}
