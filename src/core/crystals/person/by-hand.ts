// A person says how somebody really stands.
import { type ByHand, moves } from '../by-hand.ts';
import { attitudeAt, moved } from './apply.ts';
import type { Person } from './schema.ts';

/** @param attitude  -1 hostile to 1 friendly; what happens from now on moves it like before */
export function attitudeByHand(person: Person, attitude: number, at: number): ByHand {
	if (person.state === 'retired') return { ok: false, why: `"${person.name}" is retired: take that back first` };
	if (!(attitude >= -1 && attitude <= 1)) return { ok: false, why: 'an attitude lies between -1 and 1' };
	const { data, state } = person;
	const before = attitudeAt(data, at);
	person.data = moved(data, before, attitude, 'hand', 'said by you', at);
	// What they said counts as it was meant: the mood does not drift back to what was misjudged.
	person.data = { ...person.data, heard: person.data.heard.map((heard) => ({ ...heard, attitude })) };
	return {
		ok: true,
		act: {
			what: 'edit',
			crystal: person,
			said: `attitude of ${person.name} set to ${attitude.toFixed(2)}`,
			before,
			after: attitude,
			change: moves(person, state, 'attitude set by hand', at),
			takeBack: (then) => {
				person.data = data;
				return moves(person, person.state, 'taken back: attitude set by hand', then);
			},
		},
	};
}
