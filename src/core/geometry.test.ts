import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, centreOf, clip, contains, iou, makeMapping, overlap, toFrame, toScreen } from './geometry.ts';

const side = fc.integer({ min: 1, max: 4096 });

describe('boxes', () => {
	it('are clipped to the frame, and are nothing when they lie outside', () => {
		expect(clip([-10, 5, 30, 10], { width: 100, height: 80 })).toEqual([0, 5, 20, 10]);
		expect(clip([90.5, 70.2, 50, 50], { width: 100, height: 80 })).toEqual([90, 70, 10, 10]);
		expect(clip([100, 0, 5, 5], { width: 100, height: 80 })).toBeUndefined();
		expect(clip([0, 0, 0, 5], { width: 100, height: 80 })).toBeUndefined();
	});

	it('overlap by what they share', () => {
		const a: Box = [0, 0, 10, 10];
		expect(overlap(a, [5, 5, 10, 10])).toBe(25);
		expect(overlap(a, [10, 0, 5, 5])).toBe(0);
		expect(iou(a, a)).toBe(1);
		expect(iou(a, [5, 0, 10, 10])).toBeCloseTo(1 / 3);
		expect(contains(a, [2, 2, 8, 8])).toBe(true);
		expect(contains(a, [2, 2, 9, 8])).toBe(false);
	});

	it('have their centre inside', () => {
		fc.assert(
			fc.property(fc.nat(500), fc.nat(500), side, side, (x, y, w, h) => {
				const c = centreOf([x, y, w, h]);
				expect(contains([x, y, w, h], [c.x, c.y, 1, 1])).toBe(true);
			}),
		);
	});
});

describe('the mapping from frame to screen', () => {
	it('hits the very pixel when nothing is scaled', () => {
		const made = makeMapping({ width: 1280, height: 720 }, { x: 40, y: 60, width: 1280, height: 720 });
		expect(made.ok && toScreen(made.mapping, { x: 7, y: 9 })).toEqual({ x: 47, y: 69 });
		expect(made.ok && toFrame(made.mapping, { x: 47, y: 69 })).toEqual({ x: 7, y: 9 });
	});

	it('comes back within a pixel at any scale, and never leaves the window', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 64, max: 4096 }),
				fc.integer({ min: 64, max: 2160 }),
				fc.double({ min: 0.5, max: 3, noNaN: true }),
				fc.nat(),
				(width, height, scale, n) => {
					const placement = { x: 13, y: 21, width: Math.round(width * scale), height: Math.round(height * scale) };
					const made = makeMapping({ width, height }, placement);
					fc.pre(made.ok);
					if (!made.ok) return;
					const point = { x: n % width, y: (n >> 8) % height };
					const screen = toScreen(made.mapping, point);
					expect(screen).toBeDefined();
					if (screen === undefined) return;
					expect(screen.x).toBeGreaterThanOrEqual(placement.x);
					expect(screen.x).toBeLessThan(placement.x + placement.width);
					const back = toFrame(made.mapping, screen);
					const slack = Math.max(1, 1 / scale);
					expect(Math.abs((back?.x ?? -99) - point.x)).toBeLessThanOrEqual(slack);
					expect(Math.abs((back?.y ?? -99) - point.y)).toBeLessThanOrEqual(slack);
				},
			),
		);
	});

	it('refuses a capture of another shape, which would put every click beside its mark', () => {
		const made = makeMapping({ width: 1280, height: 720 }, { x: 0, y: 0, width: 1280, height: 750 });
		expect(made).toMatchObject({ ok: false, reason: expect.stringContaining('without borders') });
		expect(makeMapping({ width: 0, height: 720 }, { x: 0, y: 0, width: 1, height: 1 })).toMatchObject({ ok: false });
	});

	it('has no place for what lies outside', () => {
		const made = makeMapping({ width: 100, height: 50 }, { x: 0, y: 0, width: 200, height: 100 });
		if (!made.ok) throw new Error(made.reason);
		expect(toScreen(made.mapping, { x: 100, y: 0 })).toBeUndefined();
		expect(toScreen(made.mapping, { x: -1, y: 0 })).toBeUndefined();
		expect(toFrame(made.mapping, { x: 200, y: 0 })).toBeUndefined();
	});
});
