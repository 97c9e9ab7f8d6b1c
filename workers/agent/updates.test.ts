import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/adapters/store.ts';
import { type Crystal, type Scope, scopeKey } from '../../src/core/crystals/crystal.ts';
import { provenanceOf } from '../../src/core/crystals/crystal.fixture.ts';
import { crystalliseTemplates } from '../../src/core/crystals/template/crystallise.ts';
import type { Box } from '../../src/core/geometry.ts';
import { canvas } from '../../src/core/perception/drawing.fixture.ts';
import { plainMatcher } from '../../src/core/perception/matcher.ts';
import { loadOlder, startUpdateCheck } from './updates.ts';

const scope = (gameVersion: string): Scope => ({ game: 'g', gameVersion, language: 'en', layout: '320x200' });
const places: Record<string, Box> = { heart: [16, 16, 40, 24], coin: [80, 16, 40, 24], map: [144, 16, 40, 24], shop: [16, 120, 40, 24] };
const picture = (...names: string[]) =>
	names.reduce((drawn, name) => drawn.texture(places[name] as Box, Object.keys(places).indexOf(name) + 1), canvas(320, 200));

function learnt(): Crystal[] {
	const names = Object.keys(places);
	const { made } = crystalliseTemplates(
		{
			screen: 'play',
			elements: names.map((name) => ({
				name,
				kind: 'icon',
				box: [...(places[name] as Box)] as [number, number, number, number],
				stable: true,
			})),
			facts: [],
		},
		picture(...names).frame,
		[],
		{
			scope: scope('1'),
			provenance: provenanceOf(),
			boxFormat: 'pixels',
			exact: true,
			newId: (name) => name,
		},
	);
	for (const crystal of made) {
		crystal.state = 'autonomous';
		crystal.stat = { ...crystal.stat, k: 40, labels: 40, clean: 40 };
		crystal.data = { ...crystal.data, screens: { play: { seen: 9, of: 9 } } };
	}
	return [...made];
}

function storeOf(
	stored: readonly Crystal[],
): Pick<Store, 'loadCrystals' | 'getSetting' | 'setSetting'> & { settings: Map<string, unknown> } {
	const settings = new Map<string, unknown>();
	return {
		settings,
		loadCrystals: async (wanted) => stored.filter((c) => scopeKey(c.scope) === scopeKey(wanted)).map((c) => ({ ...c })),
		getSetting: async (key) => settings.get(key),
		setSetting: async (key, value) => {
			settings.set(key, value);
			return true;
		},
	};
}
let at = 0;
const clock = { now: () => 1000 + at, monotonic: () => at };

async function open(version: string, store: ReturnType<typeof storeOf>) {
	const crystals = new Map<string, Crystal>();
	for (const c of await store.loadCrystals(scope(version))) crystals.set(c.id, c);
	const said: string[] = [];
	const shared = {
		store: store as unknown as Store,
		scope: scope(version),
		crystals,
		clock,
		save: (c: Crystal) => void crystals.set(c.id, c),
	};
	const from = await loadOlder(shared);
	const check = startUpdateCheck({ ...shared, matcher: plainMatcher, changed: () => {}, told: (text) => void said.push(text) });
	return { crystals, from, check, said };
}

describe('a game update', () => {
	it('leaves what was known as candidates, which are trusted again by four looks and no model, and lists the rest', async () => {
		const store = storeOf(learnt());
		expect((await open('1', store)).check).toBeUndefined();
		const { crystals, from, check, said } = await open('2', store);
		expect(from).toBe('1');
		expect([...crystals.values()].map((c) => [c.state, c.stat.k, c.scope.gameVersion])).toEqual(
			Object.keys(places).map(() => ['shadow', 0, '2']),
		);
		for (let i = 0; i < 4; i++) {
			at += 2000;
			check?.see(picture('heart', 'coin', 'map').frame);
			// Between two looks nothing is looked at.
			check?.see(picture('shop').frame);
		}
		expect([...crystals.values()].map((c) => c.state)).toEqual(['autonomous', 'autonomous', 'autonomous', 'shadow']);
		expect(said).toEqual(['3 as before; 1 gone (shop)']);
		expect(check?.text()).toBe('After the update: 3 as before; 1 gone (shop).');
	});

	it('changes nothing for a version that is known already, or a game that was never played', async () => {
		const store = storeOf(learnt());
		const { crystals, from } = await open('1', store);
		expect(from).toBeUndefined();
		expect([...crystals.values()].every((c) => c.state === 'autonomous')).toBe(true);
		expect(await open('2', storeOf([]))).toMatchObject({ from: undefined, check: undefined });
	});
});
