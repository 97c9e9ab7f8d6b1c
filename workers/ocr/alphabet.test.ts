import { describe, expect, it } from 'vitest';
import { alphabetOf } from './alphabet.ts';

const has = (language: string, text: string) => [...text].map((c) => alphabetOf({ language })?.(c));

describe('what can stand in a text', () => {
	it('is its charset, in either width, whatever the language', () => {
		const digits = alphabetOf({ charset: '0123456789/', language: 'zh' });
		expect([...'7７/／O七'].map((c) => digits?.(c))).toEqual([true, true, true, true, false, false]);
	});

	it('is what its language writes: forms of one sign are kept apart', () => {
		expect(has('ja', '撃擊値值図竜')).toEqual([true, false, true, false, true, true]);
		expect(has('zh-Hans', '击擊龙龍')).toEqual([true, false, true, false]);
		expect(has('zh-TW', '击擊龙龍')).toEqual([false, true, false, true]);
		expect(has('ja', 'ポA7%。')).toEqual([true, true, true, true, true]);
	});

	it('is letters with their marks, digits and signs where words are Latin', () => {
		expect(has('de', 'aß9%–…’田Жぽ')).toEqual([true, true, true, true, true, true, true, false, false, false]);
		expect(has('ru', 'Жq')).toEqual([true, true]);
	});

	it('is open where nothing is known', () => {
		expect(alphabetOf({})).toBeUndefined();
		expect(alphabetOf({ charset: '' })).toBeUndefined();
		expect(alphabetOf({ language: 'ko' })).toBeUndefined();
		expect(alphabetOf({ language: 'no tag at all' })).toBeUndefined();
	});
});
