import { describe, expect, it } from 'vitest';
import { changedBounds, changedIn, changedShare, compareTiles, makeChangeTracker } from './change.ts';
import { canvas, noise, RED } from './drawing.fixture.ts';
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

	it('sees every small change: a pixel, two that swap, a line that moves, a tile a little brighter', () => {
		const size = { width: 32, height: 32 };
		const before = canvas(size.width, size.height).texture([0, 0, 32, 32], 7, RED);
		const then = hashTiles(before.frame);
		const next = noise(5);
		const pick = (below: number): number => Math.floor(next() * below);
		for (let n = 0; n < 4000; n++) {
			const luma = before.frame.luma.slice();
			const [at, other, by] = [pick(luma.length), pick(luma.length), 1 + pick(254)];
			if (n % 4 === 0) luma[at] = (luma[at] as number) + by;
			else if (n % 4 === 1) [luma[at], luma[other]] = [luma[other] as number, luma[at] as number];
			else if (n % 4 === 2) luma.copyWithin((other & ~31) % 992, at & ~31, (at & ~31) + 32);
			else for (let i = 0; i < 16; i++) for (let k = 0; k < 16; k++) luma[i * 32 + k] = (luma[i * 32 + k] as number) + by;
			const same = luma.every((value, i) => value === before.frame.luma[i]);
			expect(compareTiles(hashTiles({ ...before.frame, luma }), then).changed > 0).toBe(!same);
		}
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
