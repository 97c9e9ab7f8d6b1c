import { describe, expect, it } from 'vitest';
import { LOOK_BYTES, LOOK_SIZE } from '../crystals/place/schema.ts';
import { seeded } from '../random.fixture.ts';
import type { Look } from './look.ts';
import { makeScroll, type Scrolled } from './scroll.ts';

const CELL = [10, 10] as const;
/** Six cells wide and high: a shift by one of them shows the very same floor. */
const TILE = 60;

type Land = (x: number, y: number) => number;
/** A floor that repeats with each tile, without anything else. */
const floor: Land = (x, y) => 120 + 60 * Math.sin((2 * Math.PI * x) / TILE) + 40 * Math.cos((2 * Math.PI * y) / TILE);
/** Rubble: nothing repeats. */
const rubble: Land = (() => {
	const random = seeded(4);
	const grid = Array.from({ length: 64 * 64 }, () => 40 + 170 * random.next());
	const at = (i: number, j: number): number => grid[(((j % 64) + 64) % 64) * 64 + (((i % 64) + 64) % 64)] as number;
	return (x, y) => {
		const [i, j] = [Math.floor(x / 25), Math.floor(y / 25)];
		const [u, v] = [x / 25 - i, y / 25 - j];
		return (at(i, j) * (1 - u) + at(i + 1, j) * u) * (1 - v) + (at(i, j + 1) * (1 - u) + at(i + 1, j + 1) * u) * v;
	};
})();
const lookAt = (land: Land, x: number, y: number): Look =>
	Uint8Array.from({ length: LOOK_BYTES }, (_, i) =>
		land(x + CELL[0] * (i % LOOK_SIZE.width), y + CELL[1] * Math.floor(i / LOOK_SIZE.width)),
	);

/** Walks to the right by so many pixels every 100 ms. */
function walk(land: Land, steps: readonly number[]) {
	const scroll = makeScroll();
	scroll.restart(lookAt(land, 0, 0), 0);
	let x = 0;
	const seen: Scrolled[] = steps.map((step, i) => scroll.follow(lookAt(land, (x += step), 0), CELL, 100 * (i + 1)));
	const moved = seen.reduce((sum, one) => sum + (one.is === 'moved' ? one.by[0] : 0), 0);
	return { scroll, seen, moved, x };
}

describe('how far the picture scrolled', () => {
	it('is what was walked, also over a floor that looks the same at every tile', () => {
		// 32 pixels on show the same as 28 pixels back, which is less: only how the walk was going on tells them apart.
		const pace = [8, 16, 24, ...Array.from({ length: 40 }, () => 32), 16, 0, 0];
		const { moved, x, seen } = walk(floor, pace);
		expect(Math.abs(moved - x)).toBeLessThan(CELL[0]);
		expect(seen.every(({ is }) => is !== 'cut')).toBe(true);
	});

	it('is doubtful where another shift fits as well, and says by how much', () => {
		// Half a tile from a standstill: forward is as good as back.
		const { seen } = walk(floor, [30]);
		const doubts = seen.flatMap((one) => (one.is === 'moved' && one.doubtPx > 0 ? [one.doubtPx] : []));
		expect(doubts.length).toBeGreaterThan(0);
		for (const doubt of doubts) expect(Math.abs(doubt - TILE)).toBeLessThan(6);
		expect(walk(rubble, [30]).seen.every((one) => one.is !== 'moved' || one.doubtPx === 0)).toBe(true);
	});

	it('is rounded off to no drift over a long walk', () => {
		const { moved, x, scroll } = walk(
			rubble,
			Array.from({ length: 200 }, () => 13.3),
		);
		expect(Math.abs(moved - x)).toBeLessThan(10);
		expect(scroll.fastest).toBeCloseTo(0.133, 1);
	});

	it('is a cut when nobody walks so fast, though the picture fits', () => {
		const walked = Array.from({ length: 20 }, () => 13);
		expect(walk(rubble, [...walked, 150]).seen.at(-1)).toEqual({ is: 'cut' });
		expect(walk(rubble, [150]).seen.at(-1)).toMatchObject({ is: 'moved' });
	});
});
