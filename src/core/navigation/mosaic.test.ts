import { describe, expect, it } from 'vitest';
import type { Frame } from '../ports.ts';
import { CELL_PX, makeMosaic, TILE_CELLS, TILE_PX } from './mosaic.ts';

/** A land whose brightness tells the place: 8-pixel squares in a pattern without an end. */
const landAt = (x: number, y: number): number => 30 + ((Math.floor(x / 8) * 37 + Math.floor(y / 8) * 91) % 200);

function frameOf(left: number, top: number, width = 320, height = 200): Frame {
	const luma = new Uint8Array(width * height);
	for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) luma[y * width + x] = landAt(left + x, top + y);
	return { id: 'f', at: 0, width, height, luma, stride: width };
}

describe('the stitched picture', () => {
	it('joins frames where they lie in the plane, across tiles', () => {
		const mosaic = makeMosaic();
		for (let left = TILE_PX - 400; left < TILE_PX + 200; left += 40) mosaic.lay('a', [left, 96], frameOf(left, 96), [0, 0, 320, 200], []);
		const tiles = mosaic.tiles('a', 0, 99);
		expect(tiles.map((t) => t.column)).toEqual(expect.arrayContaining([0, 1]));
		let seen = 0;
		for (const tile of tiles) {
			for (let y = 0; y < TILE_CELLS; y++) {
				for (let x = 0; x < TILE_CELLS; x++) {
					if (tile.seen[y * TILE_CELLS + x] === 0) continue;
					seen++;
					const px = tile.column * TILE_PX + x * CELL_PX;
					const py = tile.row * TILE_PX + y * CELL_PX;
					expect(tile.picture.luma[y * TILE_CELLS + x]).toBe(landAt(px, py));
				}
			}
		}
		expect(seen).toBeGreaterThan(200 * 40);
	});

	it('leaves out what moves and what stands beside the world', () => {
		const mosaic = makeMosaic();
		const frame = frameOf(-10, -20, 340, 240);
		mosaic.lay('a', [0, 0], frame, [10, 20, 320, 200], [[10 + 64, 20 + 32, 32, 32]]);
		const [tile] = mosaic.tiles('a', 0, 9);
		const seen = (x: number, y: number): number => tile?.seen[(y / CELL_PX) * TILE_CELLS + x / CELL_PX] ?? -1;
		expect([seen(60, 40), seen(64, 32), seen(92, 60), seen(96, 40), seen(316, 196), seen(320, 100)]).toEqual([1, 0, 0, 1, 1, 0]);
	});

	it('tells what changed since, and keeps no more tiles than it may', () => {
		const mosaic = makeMosaic(0, 3);
		mosaic.lay('a', [0, 0], frameOf(0, 0), [0, 0, 320, 200], []);
		const before = mosaic.revision;
		mosaic.lay('a', [2, 0], frameOf(2, 0), [0, 0, 320, 200], []);
		expect(mosaic.revision).toBe(before);
		for (let i = 1; i < 6; i++) mosaic.lay('a', [i * TILE_PX, 0], frameOf(i * TILE_PX, 0), [0, 0, 320, 200], []);
		expect(mosaic.tiles('a', 0, 99).map((t) => t.column)).toEqual([3, 4, 5]);
		expect(mosaic.tiles('a', mosaic.revision - 1, 99).map((t) => t.column)).toEqual([5]);
		expect(mosaic.tiles('b', 0, 99)).toEqual([]);
	});
});
