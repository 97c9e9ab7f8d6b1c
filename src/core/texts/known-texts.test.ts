import { describe, expect, it } from 'vitest';
import { seeded } from '../random.fixture.ts';
import { makeKnownTexts } from './known-texts.ts';
import { misread } from './misread.fixture.ts';
import { canonicalText, misreadBy, namesIn } from './same-text.ts';

const known = (text: string) => ({ canonical: canonicalText(text), names: namesIn(text) });
const same = (text: string, read: string, others: readonly string[] = []): boolean => {
	const words = new Set(others.flatMap((other) => canonicalText(other).split(' ')));
	return misreadBy(known(text), canonicalText(read), (word) => words.has(word)) !== undefined;
};

describe('a reading', () => {
	it.each([
		['Beat what lurks there and bring me the relic.', 'Beat what lurks there and bring me the relic'],
		['Beat what lurks there and bring me the relic.', 'Beatwhat lurks thereand bring me the reiic.'],
		['Talk to Mira', 'Talk to Mlra'],
		['Return to the old mine at dawn', 'Retum to the old mine at dawn'],
		['Gold is what he wants', 'G0ld is what he wants'],
		['Ask the merchant for a lantern', 'Ask the merchznt for a lantern'],
		['Don’t wake the dragon', "Don't wake the dragon"],
	])('is of its text: %s / %s', (text, read) => {
		expect(same(text, read)).toBe(true);
	});

	it.each([
		['Bring 3 wolf pelts to Mira', 'Bring 8 wolf pelts to Mira'],
		['Bring three wolf pelts to Mira', 'Bring tree wolf pelts to Mira'],
		['Bring 13 wolf pelts to Mira', 'Bring 1 wolf pelts to Mira'],
		['You lose -5 honour with the guards here', 'You lose 5 honour with the guards here'],
		['Do enter the crypt by the back door', 'Do not enter the crypt by the back door'],
		['You must not enter the crypt tonight', 'You must now enter the crypt tonight'],
		['We will never help you again, stranger', 'We will ever help you again, stranger'],
		['Take the north road to the shrine', 'Take the south road to the shrine'],
		['Find my horse in the stables', 'Find my house in the stables'],
		['Talk to Mira', 'Talk to Mara'],
		['Speak to Aldrics in the tower', 'Speak to Aldrins in the tower'],
		['Attack the friend of the king', 'Attack the fiend of the king'],
		['Bring me the relic', 'Bring me the relics'],
		['Bring me the relic', 'Bring me the ring'],
		['Kill the rat', ''],
	])('is of another text: %s / %s', (text, read) => {
		expect(same(text, read)).toBe(false);
		expect(same(read, text)).toBe(false);
	});

	it('with a word that some other text has is of another text', () => {
		expect(same('Look for the bag in the cellar', 'Look for the hag in the cellar')).toBe(true);
		expect(same('Look for the bag in the cellar', 'Look for the hag in the cellar', ['A hag lives in the mill.'])).toBe(false);
	});
});

describe('known texts', () => {
	const texts = ['wolf', 'boar', 'raven', 'adder'].flatMap((beast) =>
		[3, 5, 8, 12].flatMap((n) =>
			['Oakham', 'Dunmere', 'Saltby'].map((town) => `The hunters of ${town} will pay for ${n} ${beast} hides, brought before winter.`),
		),
	);

	it('finds a text by each reading with the mistakes of a reader, and never another', () => {
		const index = makeKnownTexts();
		for (const text of texts) index.put(text, text);
		const random = seeded(7);
		let found = 0;
		for (let i = 0; i < 2000; i++) {
			const text = texts[i % texts.length] as string;
			const hit = index.find(misread(text, random, 0.01));
			if (hit === undefined) continue;
			found++;
			expect(hit.id).toBe(text);
		}
		expect(found / 2000).toBeGreaterThan(0.95);
	});

	it('forgets what is removed, and takes a text in the place of another', () => {
		const index = makeKnownTexts();
		index.put('a', 'Talk to Mira');
		index.put('b', 'Talk to Mira!');
		expect(index.find('talk to mira')?.id).toBe('a');
		index.put('a', 'Clear the Crypt');
		expect(index.find('talk to mira')?.id).toBe('b');
		index.remove('b');
		expect(index.find('talk to mira')).toBeUndefined();
		expect(index.size).toBe(1);
	});

	it('knows a text of 10,000 characters by all of them', () => {
		const long = 'Once there was a king who counted stones. '.repeat(240);
		const index = makeKnownTexts();
		index.put('long', long);
		expect(index.find(long)?.id).toBe('long');
		expect(index.find(`${long.slice(0, -3)}2s.`)).toBeUndefined();
	});
});
