import { expect, it } from 'vitest';
import { crystalOf } from '../crystal.fixture.ts';
import { fill } from './apply.ts';
import { editPhrase, readText } from './by-hand.ts';
import { induce } from './induce.ts';
import { type Phrase, phraseText } from './schema.ts';

function phraseOf(line: string, event: { type: string; [value: string]: string | number }): Phrase {
	const induced = induce([{ line, event }]);
	if (!induced.ok) throw new Error(induced.why);
	const { parts } = induced;
	return crystalOf<Phrase>({
		id: 'p',
		kind: 'phrase',
		state: 'autonomous',
		data: { event: event.type, parts, from: [], examples: [{ line, event }], open: ['a name'] },
	});
}
const hurt = { type: 'hurt', hp: 9, foe: 'cave-bear' };

it('reads the text that it writes', () => {
	for (const line of ['I keep 9 hit points.', 'A Cave Bear! Nine times.', "The cave bear's turn."]) {
		const { data } = phraseOf(line, hurt);
		expect(readText(phraseText(data))).toMatchObject({ ok: true });
	}
});

it('rewrites a phrase, which has to prove itself anew, and takes it back', () => {
	const phrase = phraseOf('I keep 9 hit points.', hurt);
	const done = editPhrase(phrase, 'Ah, {hp} hit {"point"~hp} left, thank you {foe:words}.', 5);
	expect(done).toMatchObject({ ok: true, act: { what: 'edit', before: 'I keep {hp} hit {"point"~hp}.' } });
	expect([phrase.state, phrase.data.open, phrase.data.earlier]).toEqual(['shadow', [], [{ at: 5, text: 'I keep {hp} hit {"point"~hp}.' }]]);
	expect(fill(phrase.data, { ...hurt, hp: 1 })).toBe('Ah, 1 hit point left, thank you cave bear.');
	if (done.ok) done.act.takeBack(6);
	expect([phrase.state, phraseText(phrase.data)]).toEqual(['autonomous', 'I keep {hp} hit {"point"~hp}.']);
});

it('says what is wrong with a text', () => {
	const phrase = phraseOf('I keep 9 hit points.', hurt);
	const why = (text: string): string => {
		const done = editPhrase(phrase, text, 5);
		return done.ok ? 'done' : done.why;
	};
	expect(why(' ')).toContain('nothing');
	expect(why('x'.repeat(301))).toContain('300 characters at most');
	expect(why('I {hp')).toContain('brace is open');
	expect(why('I {hp:loud}')).toContain('"loud" in "{hp:loud}" is no way');
	expect(why('I {:lower}')).toContain('names no value');
	expect(why('<b>I</b>')).toContain('markup');
	expect(why(phraseText(phrase.data))).toBe('it says that already');
});
