import { describe, expect, it } from 'vitest';
import type { Phrase } from '../crystals/phrase/schema.ts';
import type { NarrationAnswer, NarrationEvent } from '../question.ts';
import { deskOf, profileOf, receiptOf } from './desk.fixture.ts';
import type { Around } from './loop.ts';
import { makeVoice, type VoiceOptions } from './voice.ts';

const MINUTE = 60_000;
const around: Around = { screen: 'play', used: [], failed: false, asking: false };
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
			const attempt = voice.attempt(event, around);
			if (attempt.outcome === 'silence') return 'silence';
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
		desk.clock.at += MINUTE;
		const spoken = [say(pickup('axe', 30))];
		desk.clock.at += MINUTE;
		spoken.push(say(pickup('key', 8)));
		expect(spoken.toSorted()).toEqual(expect.arrayContaining([expect.stringMatching(/^Look, an? (axe|key)!$/)]));
		expect(new Set(spoken).size).toBe(2);
		expect(spoken.join(' ')).toContain('gold');
		expect(spoken.join(' ')).not.toMatch(/sword|12/);
		expect(desk.changes.filter(({ change }) => change.to === 'autonomous')).toHaveLength(2);
	});

	it('is never a phrase of one of the last 20 lines, nor in words of its type’s last 20', () => {
		const { desk, voice, say, answer } = setUp();
		say(sword);
		answer(sword, 'A sword lies here.', ['Look, a sword.', 'The sword is ours.', 'We take the sword.']);
		const lines: { event: string; line: string; phrase: string }[] = [];
		for (let i = 0; i < 200; i++) {
			desk.clock.at += 15 * MINUTE;
			// Lines about something else, so that old ones leave the twenty.
			voice.spoken({ type: 'other' }, `other ${i}`, []);
			lines.push({ event: 'other', line: `other ${i}`, phrase: '' });
			const attempt = voice.attempt(pickup(i % 2 ? 'sword' : `relic${i}`, i), around);
			if (attempt.outcome !== 'hit') continue;
			voice.spoken({ type: 'pickup' }, attempt.answer.line, attempt.used);
			lines.push({ event: 'pickup', line: attempt.answer.line, phrase: attempt.used[0] as string });
		}
		const mine = lines.filter((l) => l.event === 'pickup');
		expect(mine.length).toBeGreaterThan(20);
		for (const [i, { phrase }] of lines.entries())
			if (phrase !== '') expect(lines.slice(Math.max(0, i - 20), i).map((l) => l.phrase)).not.toContain(phrase);
		for (const [i, { line }] of mine.entries()) expect(mine.slice(Math.max(0, i - 20), i).map((l) => l.line)).not.toContain(line);
	});

	it('is nothing when no phrase fits and the lines are spent, and that is said', () => {
		const { desk, voice, say } = setUp();
		for (const kind of 'ab') expect(say({ type: kind })).toBe('surprise');
		expect(voice.attempt({ type: 'g' }, around)).toEqual({
			outcome: 'silence',
			why: expect.stringMatching(/^no phrase for "g" yet; first "g", .* bits .*; no line by a model is left now$/),
		});
		expect(say({ type: 'a' })).toBe('silence');
		desk.clock.at += 61 * MINUTE;
		expect(say({ type: 'g' })).toBe('surprise');
	});

	it('is asked as often as the person allows', () => {
		const desk = deskOf(profileOf());
		const allowed = { lines: 2 };
		const voice = makeVoice({ ...desk, random: { next: () => 0.5 }, linesPerHour: () => allowed.lines });
		const asked = (n: number) =>
			Array.from({ length: n }, (_, i) => voice.attempt({ type: `k${i}` }, around)).filter((a) => a.outcome === 'miss').length;
		expect(asked(9)).toBe(1);
		allowed.lines = 60;
		expect(asked(9)).toBe(9);
		allowed.lines = 0;
		expect(asked(9)).toBe(0);
	});

	it('does not spend a line while another is being asked for', () => {
		const { voice } = setUp();
		expect(voice.attempt(sword, { ...around, asking: true })).toMatchObject({
			outcome: 'silence',
			why: expect.stringContaining('another line is being asked for'),
		});
		for (const kind of 'ab') expect(voice.attempt({ type: kind }, around).outcome).toBe('miss');
	});

	it('is not asked when a pack brought phrases for it', () => {
		const first = setUp();
		first.say(sword);
		first.answer(sword, 'A sword lies here.');
		expect(setUp(deskOf(first.desk.profile, first.desk.crystals)).say(sword)).not.toBe('surprise');
	});
});

it('goes on from the session before: what was spoken of, and the hour’s lines', () => {
	const first = setUp();
	first.say(sword);
	first.voice.spoken(sword, 'A sword.', []);
	const memory = JSON.parse(JSON.stringify(first.voice.memory())) as VoiceOptions['memory'];
	const later = setUp(deskOf(first.desk.profile), memory);
	expect(later.say(sword)).toBe('silence');
	expect(setUp(deskOf(first.desk.profile)).say(sword)).toBe('surprise');
	expect(['a', 'b', 'c'].map((type) => later.say({ type }))).toEqual(['surprise', 'silence', 'silence']);
});

it('lets the names of the game and its persona stand in a line, and no others', () => {
	const { say, answer, desk } = setUp();
	say(sword);
	expect(answer(sword, 'The bard of Oakham takes a sword.', ['Then Bruno takes a sword.'])).toMatchObject({
		made: [
			{ name: 'pickup: The bard of Oakham takes a {item}.', state: 'shadow' },
			{ name: 'pickup: Then Bruno takes a {item}.', state: 'trial' },
		],
		refused: [{ why: expect.stringContaining('Bruno') }],
	});
	expect((desk.crystals.values().next().value as Phrase).data.from).toEqual(['7']);
});

it('refuses a line with markup or braces, and half a sentence', () => {
	const { voice } = setUp();
	const answer = (line: string): NarrationAnswer => ({ line, slots: {}, variants: [] });
	expect(voice.verify(answer('<b>Gold!</b>'), sword)).toContain('markup');
	expect(voice.verify(answer('Gold for {item}!'), sword)).toContain('braces');
	expect(voice.verify(answer('The event is a classic example of a '), sword)).toContain('cut');
	expect(voice.verify(answer('Gold!'), sword)).toBeUndefined();
	expect(voice.verify(answer('“Gold …”'), sword)).toBeUndefined();
});

it('sends the last eight lines and the persona with a question', () => {
	const { voice } = setUp();
	for (let i = 0; i < 12; i++) voice.spoken(sword, `line ${i}`, []);
	const question = voice.question(sword, { id: 'f', at: 0, width: 192, height: 128 }, 3);
	expect(question).toMatchObject({ ask: 'narration', event: sword, persona: 'A bard from Oakham', tick: 3 });
	expect(question.recent).toEqual(Array.from({ length: 8 }, (_, i) => `line ${i + 4}`));
});
