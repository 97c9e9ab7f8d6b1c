import { describe, expect, it } from 'vitest';
import { provenanceOf, scopeOf } from '../crystal.fixture.ts';
import { readKind } from '../kinds.ts';
import { attitudeAt, HALF_LIFE_MS, happened, heardTalk, notMet, usualOf } from './apply.ts';
import { attitudeByHand } from './by-hand.ts';
import { newPerson } from './crystallise.ts';
import { PERSON_MIGRATIONS, PERSON_SCHEMA, type PersonData, personText, readPerson } from './schema.ts';

const personOf = () => newPerson({ name: 'Mira', scope: scopeOf(), at: 0, id: () => 'p1' }, provenanceOf());
const said = (data: PersonData, attitude: number, at: number, fresh = true): PersonData =>
	heardTalk(
		fresh ? { ...data, heard: [...data.heard, { texts: [`text ${at}`], attitude, because: 'words', at, entry: 1 }] } : data,
		{ attitude, because: 'words' },
		at,
		fresh,
	);

describe('an attitude', () => {
	it('begins with the first words, and moves towards what is said later', () => {
		const first = said(personOf().data, 0.5, 10);
		expect(first.attitude).toBe(0.5);
		expect(said(first, -0.5, 10).attitude).toBeLessThan(0.1);
		expect(said(first, 0.5, 10, false).attitude).toBe(0.5);
	});

	it('falls with a blow, rises with a gift, and never leaves its scale', () => {
		let data = said(personOf().data, 0.5, 0);
		data = happened(data, 'attacked-by', 'bites', 0);
		expect(data.attitude).toBe(-0.4);
		for (let i = 0; i < 30; i++) data = happened(data, 'attacked', 'hit', 1);
		expect(data.attitude).toBeLessThan(-0.95);
		for (let i = 0; i < 30; i++) data = happened(data, 'gave', 'gold', 2);
		expect(data.attitude).toBeGreaterThan(0.95);
		// Blow upon blow is one line.
		expect(data.history.map(({ by }) => by)).toEqual(['talk', 'attacked-by', 'attacked', 'gave']);
	});

	it('drifts back to how they speak, and who only ever struck stays an enemy', () => {
		const friend = happened(said(personOf().data, 0.5, 0), 'attacked-by', 'bites', 0);
		expect(attitudeAt(friend, HALF_LIFE_MS)).toBeCloseTo(0.05);
		expect(attitudeAt(friend, 50 * HALF_LIFE_MS)).toBe(0.5);
		const foe = happened(personOf().data, 'attacked-by', 'bites', 0);
		expect(usualOf(foe)).toBe(-0.6);
		expect(attitudeAt(foe, 50 * HALF_LIFE_MS)).toBe(-0.6);
	});

	it('survives its schema, reads aloud, and goes into a pack without its quarrels', () => {
		const data = happened(said(personOf().data, 0.5, 0), 'gave', 'gold', 1);
		expect(readPerson(JSON.parse(JSON.stringify(data)), PERSON_SCHEMA)).toEqual({ ok: true, data });
		expect(readKind('person', PERSON_SCHEMA, data, {})).toMatchObject({ ok: true });
		expect(readPerson({ ...data, attitude: 3 }, PERSON_SCHEMA)).toMatchObject({ ok: false });
		expect(PERSON_MIGRATIONS).toHaveLength(PERSON_SCHEMA - 1);
		expect(personText(data)).toBe('Mira is friendly (0.68); 1 text heard; gave you something once');
		expect(notMet(data)).toMatchObject({ attitude: 0.5, history: [], signs: { gave: 0 } });
	});

	it('is set by a person, who can take it back', () => {
		const person = personOf();
		person.data = said(person.data, 0.5, 0);
		const { data } = person;
		const done = attitudeByHand(person, -0.8, 5);
		expect(attitudeAt(person.data, 50 * HALF_LIFE_MS)).toBe(-0.8);
		expect(attitudeByHand(person, 2, 5)).toMatchObject({ ok: false });
		if (done.ok) done.act.takeBack(6);
		expect(person.data).toEqual(data);
	});
});
