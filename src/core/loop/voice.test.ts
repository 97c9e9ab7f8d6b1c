import { describe, expect, it } from 'vitest';
import type { Phrase } from '../crystals/phrase/schema.ts';
import type { NarrationAnswer, NarrationEvent } from '../question.ts';
import { deskOf, profileOf, receiptOf } from './desk.fixture.ts';
import { makeVoice, type VoiceOptions } from './voice.ts';

const MINUTE = 60_000;
function setUp(
	desk = deskOf(profileOf({ narration: { persona: 'A bard from Oakham', events: ['pickup'] } })),
	memory?: VoiceOptions['memory'],
) {
	const voice = makeVoice({ ...desk, random: { next: () => 0.5 }, ...(memory === undefined ? {} : { memory }) });
	return {
		desk,
		voice,
		/** As the loop does it: the line of a crystal is spoken at once, silence and questions are left to the test. */
		say(event: NarrationEvent): string {
			const attempt = voice.attempt(event);
			if (attempt === undefined) return 'silence';
			if (attempt.outcome === 'miss') return attempt.reason;
			voice.spoken(event, attempt.answer.line, attempt.used);
			return attempt.answer.line;
		},
		answer: (event: NarrationEvent, line: string, variants: string[] = []) =>
			voice.crystallise(event, { line, slots: {}, variants } satisfies NarrationAnswer, receiptOf(7)),
	};
}
const sword: NarrationEvent = { type: 'pickup', item: 'sword', gold: 12 };
const pickup = (item: string, gold: number): NarrationEvent => ({ type: 'pickup', item, gold });

describe('what is said of an event', () => {
	it('is asked for the first time, and said by phrases with its own values from then on', () => {
		const { desk, say, answer } = setUp();
		expect(say(sword)).toBe('surprise');
		expect(answer(sword, 'A sword, and 12 gold.', ['Look, a sword!'])).toMatchObject({ made: [{ kind: 'phrase' }, { kind: 'phrase' }] });
		expect([...desk.crystals.values()].map((c) => c.state)).toEqual(['shadow', 'shadow']);
		// Two more events that its slots can be filled from, unspoken.
		expect([say(pickup('shield', 3)), say(pickup('rope', 4))]).toEqual(['silence', 'silence']);
		const spoken = [say(pickup('axe', 30)), say(pickup('key', 8))];
		expect(spoken.toSorted()).toEqual(expect.arrayContaining([expect.stringMatching(/^Look, an? (axe|key)!$/)]));
		expect(new Set(spoken).size).toBe(2);
		expect(spoken.join(' ')).toContain('gold');
		expect(spoken.join(' ')).not.toMatch(/sword|12/);
		expect(desk.changes.filter(({ change }) => change.to === 'autonomous')).toHaveLength(2);
	});

	it('is never what one of the last 20 lines said', () => {
		const { desk, voice, say, answer } = setUp();
		say(sword);
		answer(sword, 'A sword lies here.', ['Look, a sword.', 'The sword is ours.', 'We take the sword.']);
		const lines: string[] = [];
		for (let i = 0; i < 60; i++) {
			desk.clock.at += 15 * MINUTE;
			// Every third line is about something else, so that old ones leave the twenty.
			if (i % 3 === 0) voice.spoken({ type: 'other' }, `other ${i}`, []);
			const line = say(pickup('sword', i));
			lines.push(...(i % 3 === 0 ? [`other ${i}`] : []), ...(line === 'silence' ? [] : [line]));
		}
		const repeated = lines.flatMap((line, i) => (lines.indexOf(line) < i ? [i - lines.lastIndexOf(line, i - 1)] : []));
		expect(repeated.length).toBeGreaterThan(0);
		expect(Math.min(...repeated)).toBeGreaterThan(20);
	});

	it('is nothing when no phrase fits and the hour’s six questions are spent', () => {
		const { desk, say } = setUp();
		for (const kind of 'abcdef') expect(say({ type: kind })).toBe('surprise');
		expect(say({ type: 'g' })).toBe('silence');
		expect(say({ type: 'a' })).toBe('silence');
		desk.clock.at += 61 * MINUTE;
		expect(say({ type: 'g' })).toBe('no-crystal');
	});

	it('is not asked when a pack brought phrases for it', () => {
		const first = setUp();
		first.say(sword);
		first.answer(sword, 'A sword lies here.');
		expect(setUp(deskOf(first.desk.profile, first.desk.crystals)).say(sword)).not.toBe('surprise');
	});
});

it('does not ask again about a kind known from the session before', () => {
	const first = setUp();
	first.say({ type: 'night' });
	first.say(sword);
	const memory = JSON.parse(JSON.stringify(first.voice.memory())) as VoiceOptions['memory'];
	const later = setUp(deskOf(first.desk.profile), memory);
	// Nothing was learnt of it, so it is asked for, but as a gap and not as a surprise.
	expect(later.say(sword)).toBe('no-crystal');
	expect(setUp(deskOf(first.desk.profile)).say(sword)).toBe('surprise');
	// The hour's questions are remembered as well.
	expect(['a', 'b', 'c', 'd'].map((type) => later.say({ type }))).toEqual(['surprise', 'surprise', 'surprise', 'silence']);
});

it('lets the names of the game and its persona stand in a line, and no others', () => {
	const { say, answer, desk } = setUp();
	say(sword);
	expect(answer(sword, 'The bard of Oakham takes a sword.', ['Then Bruno takes a sword.'])).toMatchObject({
		made: [{ name: 'pickup: The bard of Oakham takes a {item}.' }],
		refused: [{ why: expect.stringContaining('Bruno') }],
	});
	expect((desk.crystals.values().next().value as Phrase).data.from).toEqual(['7']);
});

it('refuses a line with markup or braces', () => {
	const { voice } = setUp();
	const answer = (line: string): NarrationAnswer => ({ line, slots: {}, variants: [] });
	expect(voice.verify(answer('<b>Gold!</b>'), sword)).toContain('markup');
	expect(voice.verify(answer('Gold for {item}!'), sword)).toContain('braces');
	expect(voice.verify(answer('Gold!'), sword)).toBeUndefined();
});

it('sends the last eight lines and the persona with a question', () => {
	const { voice } = setUp();
	for (let i = 0; i < 12; i++) voice.spoken(sword, `line ${i}`, []);
	const question = voice.question(sword, { id: 'f', at: 0, width: 192, height: 128 }, 3);
	expect(question).toMatchObject({ ask: 'narration', event: sword, persona: 'A bard from Oakham', tick: 3 });
	expect(question.recent).toEqual(Array.from({ length: 8 }, (_, i) => `line ${i + 4}`));
});
