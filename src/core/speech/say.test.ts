import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardinal, ordinal, romanValue, sayable } from './say.ts';

describe('a text is said', () => {
	it.each([
		['I have 1,204 gold.', 'I have one thousand two hundred four gold.'],
		['3/20 rats', 'three of twenty rats'],
		['Down to 41 HP!', 'Down to forty one hit points!'],
		['1 HP left', 'one hit point left'],
		['HP is low', 'hit points is low'],
		['+250 XP', 'plus two hundred fifty experience points'],
		['the 3rd time, the 22nd door', 'the third time, the twenty second door'],
		['Chapter IV', 'Chapter four'],
		['Act I', 'Act one'],
		['King Henry VIII rises', 'King Henry the eighth rises'],
		['I see V.', 'I see V.'],
		['Mira’s relic', "Mira's relic"],
		['4.5 seconds', 'four point five seconds'],
		['87 % done', 'eighty seven percent done'],
		['Potion x3', 'Potion times three'],
		['Sword of +5', 'Sword of plus five'],
		['it is -3 outside', 'it is minus three outside'],
		['at 12:05', 'at twelve oh five'],
		['Lv. 12 Mage', 'level twelve Mage'],
		['41HP', 'forty one hit points'],
		['DANGER ahead — run…', 'Danger ahead, run.'],
		['salt & iron_ore', 'salt and iron ore'],
		['007', 'zero zero seven'],
		['2024', 'two thousand twenty four'],
		['<b>Hi</b> ★', 'b Hi b'],
		['★ → ★', 'to'],
		['…', ''],
	])('%s', (text, said) => {
		expect(sayable(text)).toBe(said);
	});

	it('without a digit or a sign left, whatever it is', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
				const said = sayable(text);
				expect(said).not.toMatch(/[0-9%&#<>{}=+*/\\]| {2}/);
				expect(said).not.toContain('undefined');
				expect(sayable(said)).toBe(said);
			}),
			{ seed: 4, numRuns: 500 },
		);
	});
});

it('counts', () => {
	expect([0, 7, 13, 20, 21, 100, 110, 1000, 12_345, 1_000_001].map(cardinal)).toEqual([
		'zero',
		'seven',
		'thirteen',
		'twenty',
		'twenty one',
		'one hundred',
		'one hundred ten',
		'one thousand',
		'twelve thousand three hundred forty five',
		'one million one',
	]);
	expect([1, 2, 3, 5, 8, 9, 12, 20, 21, 100].map(ordinal)).toEqual([
		...['first', 'second', 'third', 'fifth', 'eighth', 'ninth', 'twelfth', 'twentieth', 'twenty first', 'one hundredth'],
	]);
	expect(['IV', 'IX', 'XLII', 'MCMXCIV', 'IIII', 'MIX', 'ABC', ''].map(romanValue)).toEqual([
		4,
		9,
		42,
		1994,
		undefined,
		1009,
		undefined,
		undefined,
	]);
});
