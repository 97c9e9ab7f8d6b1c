import { describe, expect, it } from 'vitest';
import { readMarkdown, readSpans } from './markdown.ts';

describe('readMarkdown', () => {
	it('reads the forms a report uses', () => {
		const blocks = readMarkdown(
			'# Session\n\nTen minutes\nof play.\n\n- one\n- two\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n\n```\nx < y\n```\n',
		);
		expect(blocks).toEqual([
			{ type: 'heading', level: 1, text: 'Session' },
			{ type: 'paragraph', text: 'Ten minutes of play.' },
			{ type: 'list', items: ['one', 'two'] },
			{ type: 'table', head: ['a', 'b'], rows: [['1', '2']] },
			{ type: 'code', text: 'x < y' },
		]);
	});
	it('leaves HTML as the text it is', () => {
		expect(readMarkdown('<img src=x onerror=alert(1)>')).toEqual([{ type: 'paragraph', text: '<img src=x onerror=alert(1)>' }]);
	});
	it('ends on text that stops half way', () => {
		expect(readMarkdown('```\nopen')).toEqual([{ type: 'code', text: 'open' }]);
		expect(readMarkdown('#no heading\n-no list')).toHaveLength(1);
	});
});

it('finds bold and code within a line', () => {
	expect(readSpans('**92 %** of `perception` local')).toEqual([
		{ text: '92 %', strong: true, code: false },
		{ text: ' of ', strong: false, code: false },
		{ text: 'perception', strong: false, code: true },
		{ text: ' local', strong: false, code: false },
	]);
});
