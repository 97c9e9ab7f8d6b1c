// A name and how it stands towards the player, with all that moved it: what was said, who attacked whom, what was given.
import * as v from 'valibot';
import { SCREEN_TEXT_MOST } from '../../question.ts';
import type { Crystal } from '../crystal.ts';
import { SIGNS } from './events.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';

export const PERSON_SCHEMA = 1;
export const HEARD_MOST = 64;
export const HISTORY_MOST = 40;
export const READINGS_MOST = 4;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(80));
const attitude = v.pipe(v.number(), v.minValue(-1), v.maxValue(1));
const words = v.pipe(v.string(), v.maxLength(300));

export const personData = v.object({
	name,
	faction: v.optional(name),
	/** Towards the player at `at`: -1 hostile, 0 neither, 1 friendly. It drifts back to what is usual from there. */
	attitude,
	at: v.number(),
	/** What they said, each text once, and how that sounded. */
	heard: v.pipe(
		v.array(
			v.object({
				/** As read, the first as it was judged. */
				texts: v.pipe(
					v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(SCREEN_TEXT_MOST))),
					v.minLength(1),
					v.maxLength(READINGS_MOST),
				),
				attitude,
				because: words,
				at: v.number(),
				entry: v.number(),
			}),
		),
		v.maxLength(HEARD_MOST),
	),
	/** What moved it, newest last. */
	history: v.pipe(
		v.array(
			v.object({
				at: v.number(),
				from: attitude,
				to: attitude,
				by: v.picklist(['talk', ...SIGNS, 'hand']),
				/** The words it came from. */
				why: words,
			}),
		),
		v.maxLength(HISTORY_MOST),
	),
	/** How often each happened. */
	signs: v.object({ 'attacked-by': v.number(), attacked: v.number(), gave: v.number(), got: v.number() }),
});
export type PersonData = v.InferOutput<typeof personData>;
export type Person = Crystal<'person', PersonData>;

/** Each takes data of version `index + 1` to the next. */
export const PERSON_MIGRATIONS: Migrations = [];

export function readPerson(data: unknown, version: number): Stored<PersonData> {
	return readStored('person', { schema: personData, newest: PERSON_SCHEMA, migrations: PERSON_MIGRATIONS }, data, version);
}

export function attitudeWord(a: number): 'hostile' | 'unfriendly' | 'neutral' | 'friendly' | 'devoted' {
	if (a <= -0.6) return 'hostile';
	if (a < -0.15) return 'unfriendly';
	if (a <= 0.15) return 'neutral';
	return a < 0.75 ? 'friendly' : 'devoted';
}

export function personText({ name: who, faction, attitude: a, heard, signs }: PersonData): string {
	const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);
	const happened = [
		heard.length === 0 ? '' : `${heard.length} ${heard.length === 1 ? 'text' : 'texts'} heard`,
		signs['attacked-by'] === 0 ? '' : `attacked you ${times(signs['attacked-by'])}`,
		signs.attacked === 0 ? '' : `was attacked by you ${times(signs.attacked)}`,
		signs.gave === 0 ? '' : `gave you something ${times(signs.gave)}`,
		signs.got === 0 ? '' : `was given something ${times(signs.got)}`,
	].filter(Boolean);
	return [`${who}${faction === undefined ? '' : ` of ${faction}`} is ${attitudeWord(a)} (${a.toFixed(2)})`, ...happened].join('; ');
}
