import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readProfile } from '../../../core/profile.ts';
import { seeded } from '../../../core/random.fixture.ts';
import { asked, illWritten, repeated, untrue } from './check.ts';
import { playNarrated, type Told } from './play.ts';

const MINUTES = 12;
const read = readProfile(readFileSync('public/profiles/practice.json', 'utf8'));
if (!read.ok) throw new Error('the profile of the practice game is not valid');
const { profile } = read;

it('tells the practice game by templates, each slot so, without repeats, and asks by surprise alone', async () => {
	const { told } = await playNarrated({ profile, seed: 5, ms: MINUTES * 60_000, random: seeded(5), linesPerHour: 12 });
	const spoken = told.filter((t) => t.by !== 'silence');
	const late = spoken.filter((t) => t.at > (MINUTES / 2) * 60_000);
	expect(spoken.length).toBeGreaterThan(30);
	expect(late.filter((t) => t.by === 'template').length / late.length).toBeGreaterThanOrEqual(0.6);
	expect(new Set(spoken.map((t) => t.form)).size).toBeGreaterThan(20);
	expect(untrue(told)).toEqual([]);
	expect(repeated(told)).toEqual([]);
	expect(spoken.flatMap((t) => illWritten(t.line))).toEqual([]);
	expect(asked(told)).toEqual({ unreasoned: [], mostInAnHour: expect.toSatisfy((n: number) => n <= 12) });
	// Every event has its reason, spoken or not.
	expect(told.filter((t) => t.why === '')).toEqual([]);
}, 60_000);

it('checks what it says it checks', () => {
	const one: Told = {
		at: 0,
		event: { type: 'hurt' },
		by: 'template',
		line: '',
		form: 'hurt: {x}',
		why: '',
		truth: {
			screen: 'play',
			elements: [],
			facts: {
				hp: 9,
				gold: 4,
				potions: 2,
				room: 'Crypt',
				quest: 'Open the chest',
				rats: 1,
				slimes: 0,
				message: 'The rat bites you for 3.',
			},
		},
		happened: [{ type: 'hurt', by: 'rat', damage: 3 }],
	};
	const wrong = (line: string): number => untrue([{ ...one, line }]).length;
	for (const line of [
		'9 hit points left.',
		'Three points to a rat in the Crypt.',
		'The rat says "Open the chest".',
		'No slimes, and the 2nd potion.',
	])
		expect(wrong(line), line).toBe(0);
	for (const line of [
		'8 hit points left.',
		'Four points to a rat.',
		'A slime bites.',
		'Down in the Meadow.',
		'So it is "Clear the Crypt".',
		'The 3rd potion.',
	])
		expect(wrong(line), line).toBeGreaterThan(0);
	for (const line of ['An rat.', 'A owl.', '3 point left.', 'One rats here.', 'Two potion.', 'A {foe}.', 'It has  gone.'])
		expect(illWritten(line), line).not.toEqual([]);
	expect(
		repeated([
			{ ...one, line: 'a' },
			{ ...one, line: 'b' },
		]),
	).toHaveLength(1);
	expect(asked([{ ...one, by: 'model', why: 'no-crystal: none' }]).unreasoned).toHaveLength(1);
});
