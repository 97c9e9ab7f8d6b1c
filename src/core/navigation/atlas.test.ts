import { describe, expect, it } from 'vitest';
import type { Crystal } from '../crystals/crystal.ts';
import { layPlace } from '../crystals/place/crystallise.ts';
import { LOOK_BYTES, type Place } from '../crystals/place/schema.ts';
import { makeRoute } from '../crystals/route/crystallise.ts';
import { readRoute, type Route, routeText, screenNode } from '../crystals/route/schema.ts';
import { provenanceOf, scopeOf } from '../crystals/crystal.fixture.ts';
import { seeded } from '../random.fixture.ts';
import { makeAtlas, PLACES_MOST } from './atlas.ts';
import type { Look } from './look.ts';

function lookBy(seed: number): Look {
	const random = seeded(seed);
	const coarse = Array.from({ length: 16 * 8 }, () => 20 + 200 * random.next());
	return Uint8Array.from({ length: LOOK_BYTES }, (_, i) => coarse[Math.floor((i >> 6) / 4) * 16 + Math.floor((i & 63) / 4)] as number);
}
function atlasOf(crystals = new Map<string, Crystal>()) {
	let at = 1_000_000;
	let made = crystals.size;
	const atlas = makeAtlas({
		scope: scopeOf(),
		crystals,
		now: () => at,
		newId: (kind) => `${kind}-${made++}`,
		save: (crystal) => void crystals.set(crystal.id, crystal),
		changed: () => {},
	});
	const lay = (look: number, room: string): Place =>
		atlas.lay({ area: `a${made}`, screen: 'play', xy: [10, 10], view: [0, 0], look: lookBy(look), marks: { room } }) as Place;
	const walk = (from: Place, to: Place, at_: string): Route =>
		atlas.walked(
			{ graph: 'world', from: from.id, to: to.id, moves: [{ verb: 'click', args: { at: at_ } }], origin: 'walk' },
			{ ms: 1000, interrupts: [], episode: `${from.id} ${to.id}`, at },
		) as Route;
	return { atlas, crystals, lay, walk, pass: (ms: number) => (at += ms) };
}

describe('the atlas', () => {
	it('parts two places that were taken for one, when the same step leads elsewhere from each', () => {
		const { atlas, lay, walk } = atlasOf();
		const [hall, twin, cave, tower] = [lay(3, 'H'), lay(3, 'H'), lay(4, 'C'), lay(5, 'T')];
		walk(twin, cave, 'door');
		atlas.merge(twin, hall, 'looks the same');
		expect(atlas.resolve(twin.id)).toBe(hall.id);
		walk(hall, tower, 'door');
		expect(atlas.resolve(twin.id)).toBe(twin.id);
		expect(twin.data.merges.at(-1)).toMatchObject({ with: hall.id, undone: true });
		expect(atlas.from(hall.id).map(({ data }) => data.to)).toEqual([tower.id]);
	});

	it('expects ways that nobody walked to take as long as their length does on that terrain, and goes by it', () => {
		const { atlas } = atlasOf();
		const at = (x: number, y: number): Place =>
			atlas.lay({ area: 'a', screen: 'play', xy: [x, y], view: [x, y], look: lookBy(1), marks: {} }) as Place;
		const told = (from: Place, to: Place, terrain: string): Route =>
			atlas.plan({ graph: 'world', from: from.id, to: to.id, moves: [], origin: 'plan', terrain }, provenanceOf()) as Route;
		const [a, b, swamp, c] = [at(0, 0), at(300, 0), at(0, 300), at(300, 300)];
		const unknown = told(a, swamp, 'swamp');
		// Before anything was walked nothing is known of speed.
		expect(atlas.expectedMs(unknown)).toBe(8000);
		const walked = (route: Route, ms: number, times: number): void => {
			const { from, to } = route.data;
			for (let i = 0; i < times; i++)
				atlas.walked({ graph: 'world', from, to, moves: [], origin: 'walk' }, { ms, interrupts: [], episode: `w${i}`, at: 1_000_000 });
		};
		walked(told(a, b, 'road'), 1000, 6);
		expect(atlas.expectedMs(unknown)).toBeCloseTo(1000, 0);
		const wade = told(b, swamp, 'swamp');
		walked(wade, 12_000, 6);
		// 424 pixels of swamp took 12 s six times.
		expect(atlas.expectedMs(unknown)).toBeGreaterThan(5500);
		const [bySwamp, byRoad] = [told(swamp, c, 'swamp'), told(b, c, 'road')];
		expect(atlas.expectedMs(byRoad)).toBeLessThan(2500);
		expect(atlas.way(a.id, c.id, {})?.map(({ id }) => id)).toEqual([expect.any(String), byRoad.id]);
		// What is walked straight is as slow on the way back, and through the same.
		expect(atlas.from(swamp.id).find(({ data }) => data.to === b.id)?.data).toMatchObject({ terrain: 'swamp', ms: { n: 0, mean: 12_000 } });
		expect(atlas.expectedMs(bySwamp)).toBeGreaterThan(atlas.expectedMs(byRoad));
	});

	it('goes round a way that failed, and comes back to it when its time is over', () => {
		const { atlas, lay, walk, pass } = atlasOf();
		const [a, b, c] = [lay(1, 'A'), lay(2, 'B'), lay(3, 'C')];
		const short = walk(a, c, 'gate');
		walk(a, b, 'door');
		walk(b, c, 'door');
		expect(atlas.way(a.id, c.id, {})).toEqual([short]);
		atlas.failed(short, 'the way is blocked', 'j1');
		expect(atlas.way(a.id, c.id, {})?.length).toBe(2);
		expect(short.data.blockedUntil).toBe(1_030_000);
		pass(31_000);
		atlas.failed(short, 'the way is blocked', 'j2');
		expect(short.data.blockedUntil - 1_031_000).toBe(60_000);
		// Nothing else leads on from B but this, shut or not.
		const on = atlas.from(b.id)[0] as Route;
		atlas.failed(on, 'the way is blocked', 'j3');
		expect(atlas.way(b.id, c.id, {})).toEqual([on]);
	});

	it('makes two look-alikes one only when their neighbours agree, and takes that back for good', () => {
		const { atlas, lay, walk } = atlasOf();
		const [a, b, hall, twin] = [lay(1, 'A'), lay(2, 'B'), lay(3, 'H'), lay(3, 'H')];
		expect(atlas.consider(twin)).toBe(twin);
		walk(hall, a, 'west');
		walk(twin, a, 'west');
		expect(atlas.consider(twin).id).toBe(hall.id);
		expect(atlas.resolve(twin.id)).toBe(hall.id);
		expect(atlas.mergedInto(hall.id)).toEqual([twin.id]);
		expect(atlas.split(twin.id, 'it proved different')).toBe(true);
		expect(atlas.consider(twin)).toBe(twin);
		expect(twin.data.merges).toMatchObject([{ with: hall.id, undone: true }]);

		const [left, right] = [lay(4, 'L'), lay(4, 'L')];
		walk(left, a, 'east');
		walk(right, b, 'east');
		expect(atlas.consider(right)).toBe(right);
	});

	it('makes one of three that look the same, as soon as their neighbours are one', () => {
		const { atlas, lay, walk, pass } = atlasOf();
		const [a, hall] = [lay(1, 'A'), lay(3, 'H')];
		pass(1000);
		const [second, third] = [lay(3, 'H'), lay(3, 'H')];
		for (const one of [hall, second, third]) walk(one, a, 'west');
		expect(atlas.consider(third).id).toBe(hall.id);
		expect(atlas.mergedInto(hall.id).toSorted()).toEqual([second.id, third.id]);

		// One that could be either of two that are not one stays itself.
		const [b, left, right, either] = [lay(2, 'B'), lay(4, 'L'), lay(4, 'L'), lay(4, 'L')];
		walk(left, a, 'east');
		walk(right, b, 'east');
		for (const to of [left, right, either]) walk(hall, to, 'gate');
		expect(atlas.consider(either)).toBe(either);
	});

	it('joins again what it parted, once what spoke against it is one place', () => {
		const { atlas, lay, walk } = atlasOf();
		const [hall, twin, cave, dark] = [lay(3, 'H'), lay(3, 'H'), lay(4, 'C'), lay(5, 'C')];
		walk(twin, cave, 'door');
		atlas.merge(twin, hall, 'looks the same');
		walk(hall, dark, 'door');
		expect(atlas.consider(twin)).toBe(twin);
		atlas.merge(dark, cave, 'the same by night');
		expect(atlas.consider(twin).id).toBe(hall.id);
		// What a person parted stays so.
		atlas.split(twin.id, 'a person said so');
		expect(atlas.consider(twin)).toBe(twin);
	});

	it('leaves out what is damaged, names it, and deletes nothing', () => {
		const { crystals, lay, walk } = atlasOf();
		const [a, b] = [lay(1, 'A'), lay(2, 'B')];
		const good = walk(a, b, 'door');
		const bad = (id: string, change: object): void => {
			const route = makeRoute(
				{ graph: 'world', from: a.id, to: b.id, moves: [], origin: 'walk' },
				{ id, scope: scopeOf(), at: 1, provenance: provenanceOf(), name: id },
			);
			Object.assign(route.data, change);
			crystals.set(id, route);
		};
		bad('loop', { to: a.id });
		bad('gone', { to: 'place-99' });
		bad('nan', { ms: { n: 1, mean: Number.NaN, m2: 0 } });
		a.data.into = 'place-98';
		const stored = crystals.size;
		const { atlas } = atlasOf(crystals);
		expect(atlas.faults.map(({ what }) => /\((.*)\)/.exec(what)?.[1])).toEqual([a.id, 'loop', 'gone', 'nan']);
		expect(atlas.way(a.id, b.id, {})).toEqual([good]);
		expect(crystals.size).toBe(stored);
		expect(readRoute({ ...good.data, ms: { n: 1, mean: Number.NaN, m2: 0 } }, 1).ok).toBe(false);
		expect(readRoute({ ...good.data, to: good.data.from }, 1)).toMatchObject({ ok: false });
		expect(routeText(good.data)).toContain('door');
	});

	it('keeps the most seen of too many places, and finds ways among them', () => {
		const crystals = new Map<string, Crystal>();
		const look = lookBy(1);
		for (let i = 0; i < 100_000; i++) {
			const place = layPlace(
				{ area: 'a', screen: 'play', xy: [i, 0], view: [i, 0], look, marks: {} },
				{ id: `place-${i}`, scope: scopeOf(), at: i },
			);
			place.data.seen = 100_000 - i;
			crystals.set(place.id, place);
		}
		const { atlas } = atlasOf(crystals);
		expect(atlas.places()).toHaveLength(PLACES_MOST);
		expect(atlas.faults).toHaveLength(100_000 - PLACES_MOST);
		expect(atlas.faults[0]?.what).toContain('place-20000');
		expect(atlas.way('place-0', 'place-1', {})).toBeUndefined();
		expect(atlas.find(screenNode('play'))).toBeUndefined();
	});
});
