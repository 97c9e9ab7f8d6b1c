import { describe, expect, it } from 'vitest';
import { changedBounds, changedIn, changedShare, compareTiles, makeChangeTracker } from './change.ts';
import { canvas, RED } from './drawing.fixture.ts';
import { plainMatcher } from './matcher.ts';

const { hashTiles } = plainMatcher;

describe('change map', () => {
	it('counts everything as changed at first and after another size', () => {
		const tracker = makeChangeTracker(hashTiles);
		expect(tracker.update(canvas(64, 32).frame)).toMatchObject({ share: 1, fresh: true });
		expect(tracker.update(canvas(64, 32).frame)).toMatchObject({ share: 0, fresh: false });
		expect(tracker.update(canvas(80, 32).frame)).toMatchObject({ share: 1, fresh: true });
	});

	it('marks the tile of one changed pixel, at the ragged edge too', () => {
		const a = canvas(70, 40);
		const tracker = makeChangeTracker(hashTiles);
		tracker.update(a.frame);
		const map = tracker.update(a.fill([69, 39, 1, 1], 91).frame);
		expect(map.changed).toBe(1);
		expect(changedIn(map, [64, 32, 6, 8])).toBe(true);
		expect(changedIn(map, [0, 0, 64, 32])).toBe(false);
	});

	it('sees a change of colour alone', () => {
		const a = canvas(64, 32);
		const tracker = makeChangeTracker(hashTiles);
		tracker.update(a.frame);
		expect(tracker.update(a.fill([16, 16, 8, 8], 90, RED).frame).changed).toBe(1);
	});

	it('gives the same hashes whatever the alignment', () => {
		const { frame } = canvas(64, 32).texture([3, 3, 40, 20], 1);
		const shifted = new Uint8Array(frame.luma.length + 1);
		shifted.set(frame.luma, 1);
		expect(compareTiles(hashTiles({ ...frame, luma: shifted.subarray(1) }), hashTiles(frame)).changed).toBe(0);
	});

	it('compares with a snapshot from before many frames', () => {
		const a = canvas(64, 32);
		const tracker = makeChangeTracker(hashTiles);
		tracker.update(a.frame);
		const then = tracker.snapshot();
		tracker.update(a.fill([0, 0, 4, 4], 1).frame);
		tracker.update(a.fill([40, 20, 4, 4], 1).frame);
		expect(compareTiles(tracker.last as NonNullable<typeof then>, then).changed).toBe(2);
	});

	it('says where and how much, leaving the play area out', () => {
		const a = canvas(64, 64);
		const tracker = makeChangeTracker(hashTiles);
		tracker.update(a.frame);
		const map = tracker.update(a.fill([20, 20, 20, 4], 1).frame);
		expect(changedBounds(map, [0, 0, 64, 64])).toEqual([16, 16, 32, 16]);
		expect(changedShare(map, [0, 0, 64, 64])).toBe(2 / 16);
		expect(changedShare(map, [0, 0, 64, 64], [16, 16, 32, 32])).toBe(0);
		expect(changedBounds(map, [0, 32, 64, 32])).toBeUndefined();
	});
});
