import { describe, expect, it } from 'vitest';
import { LACKS } from './lacks.ts';

describe('a companion that is not at hand', () => {
	it.each(Object.entries(LACKS))('%s says what happened and what to do', (_, text) => {
		expect(text.title).not.toBe('');
		expect(text.what.length).toBeGreaterThan(60);
		expect(text.look).not.toBe('');
	});
	it('says something else for each reason', () => {
		expect(new Set(Object.values(LACKS).map(({ title }) => title)).size).toBe(Object.keys(LACKS).length);
	});
});
