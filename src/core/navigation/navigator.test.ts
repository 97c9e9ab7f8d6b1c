import { expect, it } from 'vitest';
import { LOOK_BYTES } from '../crystals/place/schema.ts';
import { deskOf, profileOf, receiptOf } from '../loop/desk.fixture.ts';
import type { FactWanted } from '../profile.ts';
import { seeded } from '../random.fixture.ts';
import { makeNavigator } from './navigator.ts';

/** What decisions are told of a journey to the one place that is known. */
function toldOfJourney(facts: readonly FactWanted[]) {
	const navigator = makeNavigator({ ...deskOf(profileOf({ facts: [...facts] })), random: seeded(1) });
	navigator.atlas.lay({
		area: 'a',
		screen: 'play',
		xy: [0, 0],
		view: [0, 0],
		look: new Uint8Array(LOOK_BYTES).fill(9),
		marks: { area: 'Mill' },
	});
	expect(navigator.goTo('mill')).toBe('');
	return navigator.facts;
}

it('tells where one is going by a name that the profile has no fact of, for that is another thing', () => {
	expect(toldOfJourney([])).toEqual({ 'travel.to': 'Mill' });
	expect(toldOfJourney([{ name: 'travel.to', type: 'text' }])).toEqual({});
});

it('takes a way between two places from a person, and says what of it is not there', () => {
	const navigator = makeNavigator({ ...deskOf(profileOf()), random: seeded(1) });
	for (const [i, name] of ['Mill', 'Ford', 'Camp'].entries())
		navigator.atlas.lay({
			area: 'a',
			screen: 'play',
			xy: [300 * i, 0],
			view: [300 * i, 0],
			look: new Uint8Array(LOOK_BYTES).fill(9),
			marks: { area: name },
		});
	const click = { verb: 'click', args: { at: 'bridge' } };
	const way = {
		waypoints: [
			{ place: 'Ford', action: click, terrain: '' },
			{ place: 'Camp', terrain: '' },
		],
	};
	expect(navigator.plan('Mill', 'Moon', way, receiptOf())).toBe('no place is called "Moon" any more');
	expect(navigator.plan('Mill', 'Camp', { waypoints: [{ place: 'Moon', terrain: '' }] }, receiptOf())).toContain(
		'no place is called "Moon"',
	);
	expect(navigator.atlas.routes()).toEqual([]);
	expect(navigator.plan('Mill', 'Camp', way, receiptOf())).toMatchObject({ made: [{}, {}], refused: [] });
	expect(navigator.atlas.routes().map(({ name, state, data }) => [name, state, data.moves, data.origin])).toEqual([
		['Mill → Ford', 'trial', [click], 'plan'],
		['Ford → Camp', 'trial', [], 'plan'],
	]);
});
