import { beforeEach, describe, expect, it } from 'vitest';
import { provenanceOf, scopeOf } from '../crystals/crystal.fixture.ts';
import { crystalliseScreen, type ScreenSeen } from '../crystals/screen/crystallise.ts';
import type { ScreenCrystal } from '../crystals/screen/schema.ts';
import type { Box } from '../geometry.ts';
import { canvas, type Canvas } from '../perception/drawing.fixture.ts';
import type { TileGrid } from '../perception/change.ts';
import { plainMatcher } from '../perception/matcher.ts';
import { makeNewness, type NewnessWatch } from './newness.ts';

// 20 × 12 tiles; all but the left four columns are the world.
const world: Box = [64, 0, 256, 192];
const make = {
	id: 's',
	scope: scopeOf('320x192'),
	provenance: provenanceOf(),
} as const;
const room = (): Canvas => canvas(320, 192).texture(world, 3);
const tilesOf = (picture: Canvas): TileGrid => plainMatcher.hashTiles(picture.frame);

let watch: NewnessWatch;
let screen: ScreenCrystal;
function confirmed(picture: Canvas, known?: ScreenCrystal): ScreenCrystal {
	const tiles = tilesOf(picture);
	const ground = watch.ground(tiles, []);
	const seen: ScreenSeen = {
		slug: 'play',
		columns: tiles.cols,
		rows: tiles.rows,
		tiles: tiles.hashes,
		explained: watch.explained(tiles, []),
		...(ground === undefined ? {} : { world: ground }),
	};
	return crystalliseScreen(known, seen, make);
}
beforeEach(() => {
	watch = makeNewness(world);
	watch.see(tilesOf(room()), 0);
	screen = confirmed(room());
});
function shown(picture: Canvas, at: number, boxes: readonly Box[] = []) {
	watch.see(tilesOf(picture), at);
	return watch.measure(screen, boxes, at);
}
const chest: Box = [128, 48, 80, 64];

describe('what came into the world', () => {
	it('is new once it has stayed for three seconds on ground that is known', () => {
		const withChest = room().texture(chest, 9);
		expect(shown(withChest, 100).what).toBeUndefined();
		expect(shown(withChest, 3000).inside.tiles).toBe(0);
		const stayed = shown(withChest, 3100);
		expect(stayed.inside).toMatchObject({ block: 20, at: [8, 3, 5, 4] });
		expect(stayed.what).toContain('20 tiles around [128, 48, 80, 64] came into the world and stayed');
		expect(shown(withChest, 3200, [chest]).what).toBeUndefined();
		expect(shown(room(), 3300).inside.tiles).toBe(0);
	});

	it('is nothing while it walks', () => {
		for (let step = 0; step < 60; step++) {
			const [, y, w, h] = chest;
			expect(shown(room().texture([80 + 2 * step, y, w, h], 9), 100 * step).inside.block).toBeLessThan(18);
		}
	});

	it('is ground from the answer on that found nothing in it', () => {
		const withChest = room().texture(chest, 9);
		shown(withChest, 100);
		screen = confirmed(withChest, screen);
		expect(shown(withChest, 9000).inside.tiles).toBe(0);
	});

	it('cannot be told in a room that no model has seen', () => {
		const other = canvas(320, 192).texture(world, 4);
		shown(other, 100);
		expect(shown(other.texture(chest, 9), 9000)).toMatchObject({ inside: { tiles: 0 } });
	});
});

describe('what stands outside the world unexplained', () => {
	it('is measured on every look, and asked about from the learnt level on', () => {
		const few = room().texture([0, 0, 64, 64], 7);
		expect(shown(few, 100)).toMatchObject({ outside: { block: 16 }, levels: { outside: { block: 18 } } });
		expect(shown(few, 100).what).toBeUndefined();
		expect(shown(room().texture([0, 0, 64, 80], 7), 200).what).toContain('20 tiles around [0, 0, 64, 80] changed');
		screen.data = { ...screen.data, usual: { outside: Array.from({ length: 50 }, () => [0, 0] as [number, number]), inside: [] } };
		expect(shown(few, 300).what).toContain('16 tiles');
	});

	it('is asked about at growing distances while models find nothing new in it, and at once again after they did', () => {
		const waits: number[] = [];
		let at = 0;
		for (let i = 0; i < 8; i++) {
			at += watch.wait('play', at);
			watch.answered('play', false, at);
			waits.push(watch.wait('play', at));
		}
		expect(waits).toEqual([1200, 2400, 4800, 9600, 19_200, 38_400, 60_000, 60_000]);
		expect(watch.wait('menu', at)).toBe(0);
		watch.answered('play', true, at);
		expect(watch.wait('play', at)).toBe(0);
	});
});
