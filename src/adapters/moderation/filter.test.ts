// The gate with the lists behind it, against abuse from a list that they do not have and innocent look-alikes.
import { describe, expect, it } from 'vitest';
import { seeded } from '../../core/random.fixture.ts';
import { abusive, innocent } from '../../tools/moderation/texts.ts';
import { tryGate } from '../../tools/moderation/try-gate.ts';
import { words } from './filter.ts';

describe('the filter', () => {
	it('reads tricks as the letters they stand for, and leaves innocent neighbours alone', () => {
		for (const text of [
			'sh1t',
			'ＳＨＩＴ',
			's\u200bh\u200bi\u200bt',
			'shiiiit',
			's h i t',
			's.h.i.t',
			'ѕһіт',
			'bull-shit',
			'fu ck',
			'BigShit99',
		])
			expect(words.judge(text).verdict, text).toBe('abusive');
		for (const text of [
			'Scunthorpe',
			'a bastard sword',
			'wish it',
			'the pen is here',
			'Dick Turpin',
			'assassin',
			'pussycat',
			'5/5',
			'Éowyn',
		])
			expect(words.judge(text).verdict, text).toBe('clean');
	});

	it('says that it cannot tell where it cannot', () => {
		for (const text of ['дверь открыта', 'f***', 'see www.example.org', 'a'.repeat(3000)])
			expect(words.judge(text).verdict, text).toBe('doubtful');
	});
});

it('lets none of 500 abusive texts out', () => {
	const tried = tryGate(abusive(500, seeded(7)));
	expect(tried.out.map(({ text, trick }) => `${trick}: ${text}`)).toEqual([]);
});

it('refuses at most 2 % of 500 innocent look-alikes', () => {
	const tried = tryGate(innocent(500, seeded(7)));
	expect(tried.held.map(({ text }) => text).length, tried.held.map(({ text }) => text).join(' | ')).toBeLessThanOrEqual(10);
});
