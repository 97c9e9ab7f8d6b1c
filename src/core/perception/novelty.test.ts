import { describe, expect, it } from 'vitest';
import { compareTiles } from './change.ts';
import { canvas } from './drawing.fixture.ts';
import { exceeds, learntLevel, unexplained, type Usual } from './novelty.ts';
import type { Box } from '../geometry.ts';
import { plainMatcher } from './matcher.ts';

const { hashTiles } = plainMatcher;

const world: Box = [0, 32, 128, 96];
function changed(...boxes: Box[]) {
	const a = canvas(128, 128);
	const before = hashTiles(a.frame);
	for (const box of boxes) a.fill(box, 200);
	return compareTiles(hashTiles(a.frame), before);
}

describe('unexplained change', () => {
	it('is nothing when recognised things cover it', () => {
		const map = changed([16, 0, 32, 16]);
		expect(unexplained(map, [[18, 2, 28, 10]], world)).toMatchObject({ outside: { tiles: 0, share: 0, block: 0 }, inside: { tiles: 0 } });
	});

	it('parts the play area from the rest', () => {
		const { outside, inside } = unexplained(changed([16, 0, 32, 16], [64, 64, 32, 32]), [], world);
		expect(outside).toEqual({ tiles: 2, share: 2 / 16, block: 2, at: [1, 0, 2, 1] });
		expect(inside).toEqual({ tiles: 4, share: 4 / 48, block: 4, at: [4, 4, 2, 2] });
	});

	it('explains a moved thing at its old and new place, not beside', () => {
		const map = changed([0, 64, 16, 16], [32, 64, 16, 16], [96, 96, 16, 16]);
		expect(
			unexplained(
				map,
				[
					[0, 64, 16, 16],
					[32, 64, 16, 16],
				],
				world,
			).inside,
		).toMatchObject({ tiles: 1, block: 1, at: [6, 6, 1, 1] });
	});

	it('measures the largest connected block, corners not touching', () => {
		const { outside } = unexplained(changed([0, 0, 16, 16], [16, 16, 16, 16], [64, 0, 48, 16]), []);
		expect(outside).toMatchObject({ tiles: 5, block: 3, at: [4, 0, 3, 1] });
	});

	it('takes boxes outside the frame', () => {
		expect(
			unexplained(changed([0, 0, 16, 16]), [
				[-50, -50, 20, 20],
				[500, 500, 20, 20],
			]).outside.tiles,
		).toBe(1);
	});
});

describe('the learnt level', () => {
	const all = 3600;
	it('starts at a small panel, or four of them scattered', () => {
		expect(learntLevel([], all)).toEqual({ tiles: 69, block: 18 });
	});

	it('is not moved by one answer that overlooked a window, and is by several', () => {
		const overlooked: Usual = [400, 300];
		expect(learntLevel([overlooked], all).block).toBe(18);
		const restless = Array.from({ length: 12 }, (): Usual => [60, 40]);
		expect(learntLevel(restless, all).block).toBe(41);
	});

	it('sinks to the size of a button where nothing ever moves, once evidence outweighs the prior', () => {
		const quiet = (n: number): Usual[] => Array.from({ length: n }, (): Usual => [1, 1]);
		expect(learntLevel(quiet(10), all).block).toBe(18);
		expect(learntLevel(quiet(45), all)).toEqual({ tiles: 24, block: 6 });
	});

	it('never takes a tenth of the screen for usual', () => {
		expect(
			learntLevel(
				Array.from({ length: 50 }, (): Usual => [3000, 3000]),
				all,
			).block,
		).toBe(361);
	});

	it('is exceeded by one block or by many small ones', () => {
		const level = learntLevel([], all);
		expect(exceeds({ tiles: 18, share: 0.1, block: 18 }, level)).toBe(true);
		expect(exceeds({ tiles: 68, share: 0.1, block: 4 }, level)).toBe(false);
		expect(exceeds({ tiles: 69, share: 0.1, block: 4 }, level)).toBe(true);
	});
});
