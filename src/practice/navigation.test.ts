import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readKind } from '../core/crystals/kinds.ts';
import { readProfile } from '../core/profile.ts';
import { seeded } from '../core/random.fixture.ts';
import { median } from '../tools/statistics.ts';
import { makeWalker, walkLand } from './walks.fixture.ts';

const read = readProfile(readFileSync(new URL('../../public/profiles/practice.json', import.meta.url), 'utf8'));
if (!read.ok) throw new Error(JSON.stringify(read.faults));
const profile = read.profile;
const door = (name: string) => ({ verb: 'click', args: { at: `door-${name}` } });

describe('the five rooms', () => {
	it('are known after one walk, and gone to and fro without asking, also in the next session', () => {
		const walker = makeWalker(profile, 3, seeded(1));
		const go = (name: string) => {
			walker.act(door(name));
			for (let i = 0; i < 100 && walker.truth().room.toLowerCase() !== name; i++) walker.tick();
			for (let i = 0; i < 10; i++) walker.tick();
		};
		for (let i = 0; i < 10; i++) walker.tick();
		for (const name of ['cellar', 'village', 'meadow', 'shrine', 'meadow', 'village']) go(name);
		// Each room once: coming back is seen to be coming back.
		expect(walker.navigator.names().toSorted()).toEqual(['Cellar', 'Meadow', 'Shrine', 'Village']);
		expect(walker.travel('Shrine', 60_000)).toBeDefined();
		expect(walker.truth().room).toBe('Shrine');

		for (const { kind, schema, data, blobs } of walker.crystals.values())
			expect(readKind(kind, schema, structuredClone(data), blobs)).toMatchObject({ ok: true });
		const next = makeWalker(profile, 3, seeded(2), {}, walker.crystals);
		for (let i = 0; i < 30; i++) next.tick();
		expect(next.navigator.pose).toMatchObject({ state: 'fixed' });
		expect(next.travel('Cellar', 60_000)).toBeDefined();
		expect(next.truth().room).toBe('Cellar');
		expect(walker.asked + next.asked).toBe(0);
	});
});

describe('the larger land with look-alike rooms', () => {
	it('is laid out by its scrolling alone and gone again without asking @full', {
		timeout: 240_000,
	}, () => {
		const walker = makeWalker(profile, 1, seeded(1), { land: 'warren' });
		const nodes = walkLand(walker, 1);
		const { looks, lost, off, wrong } = walker.tally;
		// Half a tile; a place is at least four tiles from the next.
		expect(median(off)).toBeLessThan(16);
		expect(lost).toBeLessThan(0.01 * looks);
		expect(wrong).toBe(0);
		const random = seeded(9);
		const ids = [...nodes.keys()];
		const draw = (): number => ids[Math.floor(random.next() * ids.length)] as number;
		// How many arrive is the proof's to say (`npm run prove -- navigation`).
		for (let i = 0; i < 3; i++) walker.travel(nodes.get(draw()) as string, 120_000);
		expect(walker.asked).toBe(0);
	});
});
