// What is looked for, and what a look-up answers. The score is zero-mean normalised cross-correlation: free of brightness and
// contrast, so a dimmed button still matches. What it cannot see (hue, a part that changes, a pointer on top) is answered by chroma,
// masks and block medians. See J. P. Lewis, "Fast Normalized Cross-Correlation" (1995).
import { type Box, clip } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import { crop, cropChroma, deviation } from './pixels.ts';

/** Patches flatter than this match nearly anything; they are refused at learning. Grey levels. */
export const FLAT_BELOW = 8;

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

export interface Patch {
	readonly width: number;
	readonly height: number;
	readonly pixels: PatchPixels;
	/** Grey levels. */
	readonly deviation: number;
	/** Root mean square distance from grey; 0 without chroma. */
	readonly chromaEnergy: number;
}

export interface Placed {
	/** In [-1, 1]; 1 means equal up to brightness and contrast. */
	readonly score: number;
	readonly box: Box;
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
