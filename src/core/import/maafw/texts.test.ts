import { describe, expect, it } from 'vitest';
import { isNumberForm, spelledOut } from './texts.ts';

describe('spelledOut', () => {
	it.each([
		['Start', ['Start']],
		['^开始$', ['开始']],
		['.*确认.*', ['确认']],
		['OK|Confirm', ['OK', 'Confirm']],
		['(?:go|fly) home', ['go home', 'fly home']],
		['colou?r', ['color', 'colour']],
		['[开關]始', ['开始', '關始']],
		['Lv\\.1', ['Lv.1']],
		['1.5', ['1.5']],
		['a(b|c(d|e))', ['ab', 'acd', 'ace']],
		['^.-[1-3]{1}$', ['.-1', '.-2', '.-3']],
		['[01]{2}', ['00', '01', '10', '11']],
		['路段\\d', [...'0123456789'].map((d) => `路段${d}`)],
	])('spells %s out', (expression, texts) => {
		expect(spelledOut(expression)).toEqual(texts);
	});

	it.each([
		'\\d+',
		'a+',
		'x{2,}',
		'\\d\\d',
		'[a-z]',
		'[9-0]',
		'[^a]',
		'(?!a)b',
		'(?=a)',
		'^$',
		'',
		'a|',
		'(a',
		'a)',
		'(a|b)(c|d)(e|f)(g|h)(i|j)(k|l)',
		'\\p{L}',
		'('.repeat(500),
	])('leaves %s open', (expression) => {
		expect(spelledOut(expression)).toBeUndefined();
	});
});

it('knows the forms of one number', () => {
	for (const form of ['\\d+', '^\\d+$', '[0-9]+', '^(\\d+)$', '\\d{1,3}', '\\d']) expect(isNumberForm(form)).toBe(true);
	for (const form of ['\\d+/\\d+', '\\d+级', 'a', '\\D+', '']) expect(isNumberForm(form)).toBe(false);
});
