import { describe, expect, it } from 'vitest';
import { provenanceOf, scopeOf } from '../crystal.fixture.ts';
import { recogniseScreen, type Sighting } from './apply.ts';
import { crystalliseScreen, groundOf, type ScreenSeen, unexplainedTiles } from './crystallise.ts';
import { readScreenData, SCREEN_SCHEMA } from './schema.ts';

const on = (screens: Record<string, [seen: number, of: number]>): Sighting['screens'] =>
	Object.fromEntries(Object.entries(screens).map(([name, [seen, of]]) => [name, { seen, of }]));
const sighting = (element: string, screens: Record<string, [number, number]>, more: Partial<Sighting> = {}): Sighting => ({
	element,
	trusted: true,
	found: true,
	fixed: true,
	screens: on(screens),
	...more,
});
const hud = [sighting('heart', { play: [5, 5], talk: [3, 3] }), sighting('coin', { play: [5, 5], talk: [3, 3] })];
const next = sighting('next', { play: [0, 5], talk: [3, 3] });

describe('which screen it is', () => {
	it('is the one whose elements all stand in their places', () => {
		expect(recogniseScreen(['play', 'talk'], [...hud, { ...next, found: false }])).toMatchObject({
			outcome: 'known',
			screen: 'play',
			required: 2,
		});
	});

	it('is the one with more of its own when another is a part of it', () => {
		expect(recogniseScreen(['play', 'talk'], [...hud, next])).toMatchObject({ outcome: 'known', screen: 'talk', required: 3 });
	});

	it('is stale when most of a screen is there, naming what is not', () => {
		const guess = recogniseScreen(['play'], [hud[0] as Sighting, { ...(hud[1] as Sighting), found: false }]);
		expect(guess).toMatchObject({ outcome: 'unknown', reason: 'stale', why: expect.stringContaining('coin') });
	});

	it('is unknown when nothing fits', () => {
		expect(
			recogniseScreen(
				['play'],
				hud.map((s) => ({ ...s, found: false })),
			),
		).toMatchObject({ outcome: 'unknown', reason: 'no-crystal' });
		expect(recogniseScreen([], [])).toMatchObject({ outcome: 'unknown', reason: 'no-crystal' });
	});

	it('is a conflict when two screens have equally many elements and all are there', () => {
		const both = [sighting('a', { one: [3, 3], two: [3, 3] }), sighting('b', { one: [3, 3], two: [3, 3] })];
		expect(recogniseScreen(['one', 'two'], both)).toMatchObject({ outcome: 'unknown', reason: 'conflict' });
	});

	it('is only in shadow while fewer than two of its elements are trusted', () => {
		const fresh = hud.map((s) => ({ ...s, trusted: false }));
		expect(recogniseScreen(['play'], fresh)).toMatchObject({ outcome: 'shadow', screen: 'play' });
	});

	const many = (n: number, screens: Record<string, [number, number]>): Sighting[] =>
		Array.from({ length: n }, (_, i) => sighting(`e-${i}`, screens));
	const without = (sightings: Sighting[], ...hidden: number[]): Sighting[] =>
		sightings.map((s, i) => (hidden.includes(i) ? { ...s, found: false } : s));

	it('is not known while an element is missing that never proved itself: it may be what tells it from an unnamed one', () => {
		const parts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((name) => sighting(name, { talk: [5, 5] }));
		const rest = parts.slice(1);
		const lost = { ...(parts[0] as Sighting), found: false };
		expect(recogniseScreen(['talk'], [lost, ...rest])).toMatchObject({ outcome: 'known', missing: ['a'] });
		expect(recogniseScreen(['talk'], [{ ...lost, trusted: false }, ...rest])).toMatchObject({ outcome: 'unknown', reason: 'stale' });
	});

	it('is still known with one of five covered or two of ten, and names them; not with one of four or two of nine', () => {
		expect(recogniseScreen(['play'], without(many(5, { play: [50, 50] }), 2))).toMatchObject({
			outcome: 'known',
			screen: 'play',
			trusted: 4,
			missing: ['e-2'],
		});
		expect(recogniseScreen(['play'], without(many(10, { play: [50, 50] }), 0, 7))).toMatchObject({
			outcome: 'known',
			missing: ['e-0', 'e-7'],
		});
		expect(recogniseScreen(['play'], without(many(4, { play: [50, 50] }), 2))).toMatchObject({ outcome: 'unknown', reason: 'stale' });
		expect(recogniseScreen(['play'], without(many(9, { play: [50, 50] }), 0, 6))).toMatchObject({ outcome: 'unknown', reason: 'stale' });
	});

	it('is not taken for a look-alike that shows one element of its own', () => {
		const shared = many(8, { shop: [9, 9], bank: [9, 9] });
		const own = sighting('vault', { shop: [0, 9], bank: [9, 9] });
		expect(recogniseScreen(['shop', 'bank'], [...shared, own])).toMatchObject({ outcome: 'known', screen: 'bank', required: 9 });
		expect(recogniseScreen(['shop', 'bank'], [...shared, { ...own, found: false }])).toMatchObject({ outcome: 'known', screen: 'shop' });
		// Covered elsewhere, the difference still decides.
		expect(recogniseScreen(['shop', 'bank'], [...without(shared, 3), own])).toMatchObject({ outcome: 'known', screen: 'bank' });
	});

	it('is none of ours when an element of another screen stands on it', () => {
		const hud10 = many(10, { play: [9, 9] });
		const ok = sighting('ok', { menu: [9, 9], play: [0, 9] });
		const menu = sighting('title', { menu: [9, 9], play: [0, 9] }, { found: false });
		expect(recogniseScreen(['play', 'menu'], [...hud10, ok, menu])).toMatchObject({ outcome: 'unknown', reason: 'stale' });
	});

	it('is a conflict while the one difference was seen only once', () => {
		const shared = many(3, { shop: [1, 1], bank: [1, 1] });
		expect(recogniseScreen(['shop', 'bank'], [...shared, sighting('vault', { shop: [0, 1], bank: [1, 1] })])).toMatchObject({
			outcome: 'known',
		});
		expect(
			recogniseScreen(['shop', 'bank'], [...shared, sighting('vault', { shop: [0, 1], bank: [1, 1] }, { found: false })]),
		).toMatchObject({ outcome: 'unknown', reason: 'conflict' });
	});

	it('does not hang on an element that is there only sometimes', () => {
		const guest = sighting('mira', { play: [2, 5] }, { found: false });
		expect(recogniseScreen(['play'], [...hud, guest])).toMatchObject({ outcome: 'known', screen: 'play' });
	});
});

const provenance = provenanceOf();
const make = { id: 's1', scope: scopeOf('64x32'), provenance };
const seen = (tiles: number[], more: Partial<ScreenSeen> = {}): ScreenSeen => ({
	slug: 'play',
	columns: 4,
	rows: 2,
	tiles: Uint32Array.from(tiles),
	explained: new Uint8Array(8),
	...more,
});

describe('what is remembered of a screen', () => {
	it('round-trips through its schema', () => {
		const crystal = crystalliseScreen(undefined, seen([1, 2, 3, 4, 5, 6, 7, 8], { entry: 'title>click:start' }), make);
		expect(readScreenData(SCREEN_SCHEMA, JSON.parse(JSON.stringify(crystal.data)), crystal.blobs)).toEqual(crystal.data);
		expect(crystal.data.entries).toEqual({ 'title>click:start': 1 });
	});

	it('refuses blobs of another size and versions nobody knows', () => {
		const crystal = crystalliseScreen(undefined, seen([1, 2, 3, 4, 5, 6, 7, 8]), make);
		expect(readScreenData(SCREEN_SCHEMA, crystal.data, { ...crystal.blobs, varies: new Uint8Array(3) })).toContain('varies');
		expect(readScreenData(2, crystal.data, crystal.blobs)).toContain('version 2');
	});

	it('tells a change that nothing explains from one that a model has seen before', () => {
		let crystal = crystalliseScreen(undefined, seen([1, 1, 1, 1, 1, 1, 1, 1]), make);
		const changed = Uint32Array.from([1, 9, 1, 1, 1, 1, 1, 9]);
		const explained = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 1]);
		expect([...unexplainedTiles(crystal, changed, explained)]).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
		// The model looks and finds nothing new: from now on this tile may change.
		crystal = crystalliseScreen(crystal, seen([...changed], { explained }), make);
		expect([...unexplainedTiles(crystal, Uint32Array.from([1, 5, 1, 1, 1, 1, 1, 9]), explained)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
		expect(crystal.data.confirmed).toBe(2);
	});

	it('watches a tile again that has rested for eight answers', () => {
		const rest = seen([1, 1, 1, 1, 1, 1, 1, 1]);
		let crystal = crystalliseScreen(crystalliseScreen(undefined, rest, make), seen([1, 9, 1, 1, 1, 1, 1, 1]), make);
		crystal = crystalliseScreen(crystal, rest, make);
		const changes = (): number => unexplainedTiles(crystal, Uint32Array.from([1, 5, 1, 1, 1, 1, 1, 1]), new Uint8Array(8))[1] as number;
		expect(changes()).toBe(0);
		for (let i = 0; i < 8; i++) crystal = crystalliseScreen(crystal, rest, make);
		expect(changes()).toBe(1);
	});

	it('keeps what was usual, and the ground of the world, the newest of each', () => {
		const world = Uint8Array.from([0, 0, 0, 0, 1, 1, 1, 1]);
		let crystal = crystalliseScreen(undefined, seen([1, 2, 3, 4, 5, 6, 7, 7], { world }), make);
		expect([...groundOf(crystal)].toSorted()).toEqual([5, 6, 7]);
		for (let i = 0; i < 60; i++)
			crystal = crystalliseScreen(crystal, seen([1, 2, 3, 4, 5, 6, 7, 8 + i], { world, usual: { outside: [i, i], inside: [0, 0] } }), make);
		expect(crystal.data.usual.outside).toHaveLength(50);
		expect(crystal.data.usual.outside.at(-1)).toEqual([59, 59]);
		expect(groundOf(crystal).size).toBe(63);
		expect(readScreenData(SCREEN_SCHEMA, JSON.parse(JSON.stringify(crystal.data)), crystal.blobs)).toEqual(crystal.data);
	});

	it('reads a record written before there was a usual amount of change', () => {
		const crystal = crystalliseScreen(undefined, seen([1, 2, 3, 4, 5, 6, 7, 8]), make);
		const { usual: _, ...rest } = crystal.data;
		expect(readScreenData(SCREEN_SCHEMA, { ...rest, usualChange: 0 }, crystal.blobs)).toEqual(crystal.data);
	});
});
