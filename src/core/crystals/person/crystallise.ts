// From what a model says of somebody's words to how they stand, or why not. The name is the one asked about, and what is given as a
// reason stands in what they said.
import type { NpcAnswer } from '../../question.ts';
import { standsIn, unheardIn } from '../../texts/claims.ts';
import { type Crystal, freshStat, type Provenance, type Residue, type Scope } from '../crystal.ts';
import { applyStep, live } from '../lifecycle.ts';
import { heardTalk } from './apply.ts';
import { NO_SIGNS } from './events.ts';
import { HEARD_MOST, type Person, PERSON_SCHEMA, type PersonData } from './schema.ts';

export interface NpcWorld {
	readonly name: string;
	readonly text: string;
	/** Names met before. */
	readonly known: readonly string[];
}

/** Why an answer cannot be of these words; undefined when it can. */
export function npcFault(answer: NpcAnswer, { name, text, known }: NpcWorld): string | undefined {
	if (!standsIn(answer.name, [name])) return `name: asked about "${name}", answered about "${answer.name}"`;
	const there = [text, name, ...known];
	if (answer.faction !== undefined && !standsIn(answer.faction, there))
		return `faction "${answer.faction}" stands neither in the text nor among what is known`;
	const claim = unheardIn(answer.because, there);
	return claim === undefined ? undefined : `because: "${claim}" stands neither in the text nor among what is known`;
}

export interface NpcCrystalliseInput {
	readonly answer: NpcAnswer;
	readonly name: string;
	readonly text: string;
	readonly person?: Person;
	readonly provenance: Provenance;
	readonly scope: Scope;
	readonly at: number;
	readonly episode: string;
	readonly id: () => string;
}

/** Two answers about one way of speaking differ by less. */
const SAME_ATTITUDE = 0.4;

/** Takes the words in, and makes the person when nobody of that name is known. */
export function crystallisePerson(input: NpcCrystalliseInput): { readonly residue: Residue; readonly person: Person } {
	const { answer, name, text, provenance, at, episode } = input;
	const { attitude, because } = answer;
	const person = input.person ?? newPerson(input, provenance);
	const { heard, faction } = person.data;
	const again = heard.findIndex(({ texts }) => texts.includes(text));
	const before = heard[again];
	const said = { texts: before?.texts ?? [text], attitude, because, at, entry: provenance.entry };
	const told = before === undefined ? [...heard, said].slice(-HEARD_MOST) : heard.with(again, said);
	const named = answer.faction ?? faction;
	person.data = heardTalk(
		{ ...person.data, name: person.data.name || name, heard: told, ...(named === undefined ? {} : { faction: named }) },
		{ attitude, because: because === '' ? text : because },
		at,
		before === undefined,
	);
	if (before !== undefined) {
		// Asked because what came with a pack has to prove itself.
		const harmful = Math.abs(before.attitude - attitude) > SAME_ATTITUDE;
		applyStep(
			person,
			live(person, { type: 'label', harmful, because: 'a model judged the same words anew', context: { episode, at } }, at),
		);
	}
	const made = input.person === undefined ? [person as Crystal] : [];
	return { residue: { made, refused: [], labelled: made.length > 0 ? [] : [person.id] }, person };
}

/** Somebody of whom nothing is known yet. */
export function newPerson(
	{ name, scope, at, id }: Pick<NpcCrystalliseInput, 'name' | 'scope' | 'at' | 'id'>,
	provenance: Provenance,
): Person {
	const data: PersonData = {
		name: name.slice(0, 80),
		attitude: 0,
		at,
		heard: [],
		history: [],
		signs: NO_SIGNS,
	};
	const person: Person = {
		id: id(),
		kind: 'person',
		scope,
		name: data.name,
		schema: PERSON_SCHEMA,
		createdAt: at,
		provenance,
		state: 'trial',
		stat: freshStat(),
		history: [],
		data,
		blobs: {},
	};
	applyStep(person, live(person, { type: 'admitted' }, at));
	return person;
}
