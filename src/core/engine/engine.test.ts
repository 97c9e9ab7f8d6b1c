import { describe, expect, it } from 'vitest';
import { makeBestEngine } from '../../adapters/engine.ts';
import type { Box } from '../geometry.ts';
import { BLUE, canvas, noise, RED } from '../perception/drawing.fixture.ts';
import { cutPatch, type Patch, preparePatch } from '../perception/match.ts';
import { plainMatcher } from '../perception/matcher.ts';
import type { Frame } from '../ports.ts';

const kinds = [
	['plain', plainMatcher],
	['wasm-simd', makeBestEngine()],
] as const;
const at = (frame: Frame, box: Box) => preparePatch(cutPatch(frame, box) as NonNullable<ReturnType<typeof cutPatch>>);

describe.each(kinds)('verify (%s)', (_, { verify }) => {
	const box: Box = [40, 20, 30, 18];
	const patch = at(canvas(160, 90).texture(box, 1).frame, box);

	it('scores 1 on the same pixels, and on dimmed ones', () => {
		expect(verify(canvas(160, 90).texture(box, 1).frame, patch, box).score).toBeCloseTo(1);
		expect(verify(canvas(160, 90).texture(box, 1).dim(box, 0.4, 10).frame, patch, box).score).toBeGreaterThan(0.99);
	});

	it('follows two pixels of jitter and no more', () => {
		const moved = (dx: number, dy: number) => canvas(160, 90).texture([40 + dx, 20 + dy, 30, 18], 1).frame;
		expect(verify(moved(2, -2), patch, box)).toMatchObject({ box: [42, 18, 30, 18] });
		expect(verify(moved(2, -2), patch, box).score).toBeCloseTo(1);
		expect(verify(moved(9, 9), patch, box).score).toBeLessThan(0.6);
	});

	it('is 0 on flat ground and -1 where the patch does not fit', () => {
		expect(verify(canvas(160, 90).frame, patch, box).score).toBe(0);
		expect(verify(canvas(30, 10).frame, patch, box).score).toBe(-1);
		expect(verify(canvas(160, 90).frame, patch, [Number.NaN, 0, 30, 18]).score).toBe(-1);
	});

	it('leaves masked pixels out', () => {
		const slot: Box = [10, 10, 30, 30];
		const digit: Box = [28, 28, 12, 12];
		const five = canvas(80, 60).texture(slot, 3).texture(digit, 50).frame;
		const seven = canvas(80, 60).texture(slot, 3).texture(digit, 70).frame;
		const pixels = cutPatch(five, slot) as NonNullable<ReturnType<typeof cutPatch>>;
		const mask = new Uint8Array(900).fill(255);
		for (let y = 17; y < 30; y++) mask.fill(0, y * 30 + 17, y * 30 + 30);
		expect(verify(seven, preparePatch(pixels), slot).score).toBeLessThan(0.95);
		expect(verify(seven, preparePatch({ ...pixels, mask }), slot).score).toBeCloseTo(1);
	});
});

describe.each(kinds)('search (%s)', (_, { searchAll, searchLost }) => {
	const search = (frame: Frame, patch: Patch, roi: Box) => searchLost(frame, [patch], roi)[0] ?? {};
	const world: Box = [0, 0, 704, 384];
	function ground() {
		const a = canvas(704, 384);
		for (let y = 0; y < 384; y += 32)
			for (let x = 0; x < 704; x += 32) a.texture([x, y, 32, 32], 900 + (((x / 32) * 7 + (y / 32) * 3) % 5)).dim([x, y, 32, 32], 0.3, 70);
		return a;
	}
	const sprite: Box = [0, 0, 24, 24];
	const patch = at(canvas(24, 24).texture(sprite, 5).frame, sprite);

	it('finds a sprite at any phase of the pyramid', () => {
		const next = noise(11);
		for (let i = 0; i < 24; i++) {
			const x = Math.floor(next() * 680);
			const y = Math.floor(next() * 360);
			const { best, second } = search(ground().texture([x, y, 24, 24], 5).frame, patch, world);
			expect(best).toMatchObject({ box: [x, y, 24, 24] });
			expect(best?.score).toBeCloseTo(1);
			expect(second?.score ?? 0).toBeLessThan(0.6);
		}
	});

	it('reports a twin as second best', () => {
		const frame = ground().texture([101, 77, 24, 24], 5).texture([333, 222, 24, 24], 5).frame;
		expect(search(frame, patch, world).second?.score).toBeCloseTo(1);
	});

	it('finds all instances and nothing where there is none', () => {
		const spots = [
			[101, 77],
			[302, 203],
			[555, 310],
			[411, 33],
			[435, 33],
		] as const;
		const a = ground();
		for (const [x, y] of spots) a.texture([x, y, 24, 24], 5);
		const found = searchAll(a.frame, patch, world, 0.85, 16).map((p) => `${p.box[0]},${p.box[1]}`);
		expect(found.sort()).toEqual(spots.map((s) => s.join(',')).sort());
		expect(searchAll(ground().frame, patch, world, 0.85, 16)).toEqual([]);
	});

	it('stays inside the roi and is empty when the roi cannot hold the patch', () => {
		const frame = ground().texture([101, 77, 24, 24], 5).frame;
		expect(searchAll(frame, patch, [200, 0, 300, 300], 0.85, 4)).toEqual([]);
		expect(search(frame, patch, [100, 76, 20, 20])).toEqual({});
		expect(search(frame, patch, [100, 76, 27, 27]).best?.box).toEqual([101, 77, 24, 24]);
	});
});

describe.each(kinds)('what correlation cannot see (%s)', (_, { verify, chroma, blockMedian }) => {
	const bar: Box = [8, 8, 60, 16];
	it('tells twins of another colour apart by hue', () => {
		const patch = at(canvas(80, 40).texture(bar, 2, RED).frame, bar);
		expect(chroma(canvas(80, 40).texture(bar, 2, RED).frame, patch, bar)).toBeGreaterThan(0.9);
		expect(chroma(canvas(80, 40).texture(bar, 2, BLUE).frame, patch, bar)).toBeLessThan(0);
		expect(chroma(canvas(80, 40).texture(bar, 2).frame, patch, bar)).toBe(0);
	});

	it('has no opinion on the hue of grey things', () => {
		expect(chroma(canvas(80, 40).frame, at(canvas(80, 40).texture(bar, 2).frame, bar), bar)).toBeUndefined();
	});

	it('keeps the block median under a pointer that spoils the whole score', () => {
		const button: Box = [8, 4, 60, 30];
		const patch = at(canvas(80, 40).texture(button, 2).frame, button);
		const covered = canvas(80, 40).texture(button, 2).fill([44, 18, 16, 16], 255).frame;
		expect(verify(covered, patch, button).score).toBeLessThan(0.85);
		expect(blockMedian(covered, patch, button)).toBeGreaterThan(0.8);
		expect(blockMedian(canvas(80, 40).texture(button, 77).frame, patch, button)).toBeLessThan(0.6);
	});
});

describe.each(kinds)('scores by hand (%s)', (_, { verify }) => {
	const shown = (rows: readonly (readonly number[])[]): Frame => {
		const [height, width] = [rows.length, (rows[0] as readonly number[]).length];
		return { id: 'f', at: 0, width, height, stride: width, luma: Uint8Array.from(rows.flat()) };
	};
	const patch = preparePatch({ width: 2, height: 2, luma: Uint8Array.from([10, 20, 30, 40]) });

	// About their means the patch is (-15, -5, 5, 15), with 500 as its sum of squares.
	it.each([
		['the same, brighter and with twice the contrast', [50, 70], [90, 110], 1],
		['its negative', [40, 30], [20, 10], -1],
		// (-15, 5, -5, 15): 225 - 25 - 25 + 225 = 400 over √(500 × 500).
		['two pixels changed places', [10, 30], [20, 40], 400 / 500],
		// (-10, -10, -10, 30): 150 + 50 - 50 + 450 = 600 over √(500 × 1200).
		['one pixel stands out', [10, 10], [10, 50], 600 / Math.sqrt(500 * 1200)],
		// Squares about the mean add up to 2.75: less than one grey level for each of four pixels.
		['flat but for noise', [10, 10], [11, 12], 0],
	])('%s', (_what, first, second, score) => {
		expect(verify(shown([first, second]), patch, [0, 0, 2, 2], 0).score).toBeCloseTo(score, 12);
	});

	it('a masked pixel counts neither in the patch nor in the frame', () => {
		const masked = preparePatch({ width: 2, height: 2, luma: Uint8Array.from([10, 20, 30, 255]), mask: Uint8Array.from([1, 1, 1, 0]) });
		// (-10, 0, 10) with (-10, 10, 0): 100 over √(200 × 200).
		expect(
			verify(
				shown([
					[10, 30],
					[20, 0],
				]),
				masked,
				[0, 0, 2, 2],
				0,
			).score,
		).toBeCloseTo(0.5, 12);
	});
});
