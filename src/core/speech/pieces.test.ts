import { expect, it } from 'vitest';
import { SAID_CHARS, sentencesOf } from './pieces.ts';

const fixed = (text: string) => ({ text, slot: false });
const slot = (text: string) => ({ text, slot: true });

it('keeps what stays apart from what changes, and no word alone', () => {
	expect(sentencesOf([fixed('A '), slot('cave bear'), fixed(' comes out of the dark with '), slot('41'), fixed(' HP!')]).sentences).toEqual(
		[['A cave bear,', 'comes out of the dark with,', 'forty one HP!'.replace('HP', 'hit points')]],
	);
	expect(sentencesOf([fixed('Look at that, '), slot('Mira'), fixed('! It is over.')]).sentences).toEqual([
		['Look at that,', 'Mira!'],
		['It is over.'],
	]);
	expect(sentencesOf([fixed('The door is open. Go on.')]).sentences).toEqual([['The door is open.'], ['Go on.']]);
});

it('says a minute of a talk of 10,000 characters, and how much is left', () => {
	const talk = 'I was born by the mill, and my mother before me. '.repeat(205);
	const said = sentencesOf([fixed(talk)]);
	expect(said.sentences.flat().join(' ').length).toBeLessThanOrEqual(SAID_CHARS + 60);
	expect(said.left).toBeGreaterThan(8500);
	expect(
		sentencesOf([fixed('x'.repeat(10_000))])
			.sentences.flat()
			.every((piece) => piece.length <= 180),
	).toBe(true);
});

it('has nothing to say of what holds no word', () => {
	expect(sentencesOf([fixed('…'), slot('★')]).sentences).toEqual([]);
	expect(sentencesOf([]).sentences).toEqual([]);
	expect(sentencesOf([fixed('ドアが開いている。')]).sentences).toEqual([]);
});
