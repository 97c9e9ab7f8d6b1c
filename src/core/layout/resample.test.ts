import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PatchPixels } from '../perception/match.ts';
import { resamplePatch } from './resample.ts';

const patch = (width: number, height: number, of: (x: number, y: number) => number): PatchPixels => ({
	width,
	height,
	luma: Uint8Array.from({ length: width * height }, (_, i) => of(i % width, Math.floor(i / width))),
});

describe('resamplePatch', () => {
	it('gives a patch back as it is at factor 1', () => {
		const p = patch(9, 8, (x, y) => x * 20 + y);
		expect(resamplePatch(p, 1)).toBe(p);
	});

	it('averages 2 × 2 pixels at one half', () => {
		const p = patch(8, 8, (x, y) => 10 * x + y);
		expect([...resamplePatch(p, 0.5).luma.slice(0, 4)]).toEqual([6, 26, 46, 66]);
	});

	it('weighs a pixel by the part of it that is covered', () => {
		// 3 pixels into 2: the middle one belongs to both by halves.
		const p = patch(3, 3, (x) => [0, 90, 240][x] as number);
		expect([...resamplePatch(p, 2 / 3).luma.slice(0, 2)]).toEqual([30, 190]);
	});

	it('keeps a ramp a ramp when it grows', () => {
		const p = patch(16, 8, (x) => 10 * x);
		const { luma } = resamplePatch(p, 2);
		// Inside; the border has no neighbours to go by.
		for (let x = 6; x < 26; x++) expect(luma[4 * 32 + x]).toBeCloseTo(10 * ((x + 0.5) / 2 - 0.5), -0.4);
	});

	it('moves an edge by the shift', () => {
		const p = patch(16, 8, (x) => (x < 8 ? 0 : 200));
		expect(resamplePatch(p, 1, [0.5, 0]).luma[8]).toBe(100);
		expect(resamplePatch(p, 1, [0, 0.5]).luma[8]).toBe(200);
	});

	it('lets masked pixels lend nothing, and masks what mostly rests on them', () => {
		const p: PatchPixels = {
			...patch(8, 8, (x) => (x < 4 ? 100 : 255)),
			mask: Uint8Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 255 : 0)),
		};
		const { luma, mask } = resamplePatch(p, 1.5);
		for (let x = 0; x < 12; x++) {
			if (x < 6) expect([luma[x], mask?.[x]]).toEqual([100, 255]);
			else expect(mask?.[x]).toBe(0);
		}
	});

	it('keeps hues where they are, also in patches of odd size', () => {
		const cw = 8;
		const hue = Uint8Array.from({ length: 64 }, (_, i) => (i % cw < 4 ? 60 : 200));
		for (const width of [15, 16]) {
			const p: PatchPixels = { ...patch(width, 16, () => 90), u: hue, v: hue };
			const { u } = resamplePatch(p, 2);
			const wide = Math.ceil((width * 2) / 2);
			// The border between the hues stands at luma column 8 of the small patch, so at 16 of the large one: chroma 8.
			expect([u?.[3], u?.[12]], `width ${width}`).toEqual([60, 200]);
			expect(((u?.[7] as number) + (u?.[8] as number)) / 2).toBeCloseTo(130, -0.5);
			expect(u?.length).toBe(wide * 16);
		}
	});

	it('keeps the mean grey of any patch at any factor within a grey level and the edges', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 40 }),
				fc.integer({ min: 1, max: 40 }),
				fc.double({ min: 0.3, max: 3, noNaN: true }),
				(w, h, f) => {
					const { luma, width, height } = resamplePatch(
						patch(w, h, () => 77),
						f,
					);
					expect(luma.length).toBe(width * height);
					expect(luma.every((value) => value === 77)).toBe(true);
				},
			),
			{ seed: 1, numRuns: 50 },
		);
	});
});
