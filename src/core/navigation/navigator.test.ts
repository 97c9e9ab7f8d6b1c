import { expect, it } from 'vitest';
import { LOOK_BYTES } from '../crystals/place/schema.ts';
import { deskOf, profileOf } from '../loop/desk.fixture.ts';
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
