import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { proveReplace } from '../bench/text-set/replace.ts';
import { faultsOf, splitOf } from './text.mjs';

const folder = join(import.meta.dirname, '..', 'bench', 'text-set');
const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as Parameters<typeof faultsOf>[0];

describe('the text set', () => {
	it('is whole: every line labelled, in its half, of three games and more', () => {
		expect(faultsOf(labels)).toEqual([]);
		expect(existsSync(join(folder, 'ATTRIBUTION.md'))).toBe(true);
	});

	it('names what is wrong with a set', () => {
		const line = { file: 'img/none.png', from: 'drawn' };
		const other = splitOf('HP 45') === 'learn' ? 'test' : 'learn';
		const faults = faultsOf({
			places: { hp: { game: 'one', kind: 'number', language: 'en', charset: '', replace: {} } },
			lines: [
				{ ...line, place: 'hp', text: 'HP 45', split: other },
				{ ...line, place: 'mp', text: ' hp45', split: splitOf('HP 45') },
			],
		}).join('\n');
		for (const said of [
			'img/none.png is not there',
			'its place "mp" is not described',
			'blanks around it',
			'" hp45" is learnt from and tested with',
			`"HP 45" belongs to the half "${splitOf('HP 45')}"`,
			'1 games are shown, 3 are needed',
			'lines are tested with, 150 are needed',
			'has no label',
		])
			expect(faults).toContain(said);
	});

	it('puts one text in one half, whatever its case, width and blanks', () => {
		expect(new Set(['HP 45/60', 'hp45/60', 'ＨＰ 45／60'].map(splitOf)).size).toBe(1);
	});
});

describe('confusions proven by told texts', () => {
	it('hold where one character was always another and all else was right', () => {
		expect(
			proveReplace([
				['2O/3O', '20/30'],
				['l7', '17'],
			]),
		).toEqual({ O: '0', l: '1' });
		expect(proveReplace([['OO', '0O']])).toEqual({});
		expect(proveReplace([['abc', 'ab']])).toEqual({});
		expect(
			proveReplace([
				['HP 4S', 'HP 45'],
				['SP 1', 'SP 1'],
			]),
		).toEqual({});
	});
});
