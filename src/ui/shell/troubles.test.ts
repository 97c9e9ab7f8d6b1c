import { describe, expect, it } from 'vitest';
import { TROUBLES } from './troubles.ts';

describe('first-run failures', () => {
	it.each(Object.entries(TROUBLES))('%s says what happened, what works and the next click', (_, text) => {
		expect(text.title).not.toBe('');
		expect(text.what.length).toBeGreaterThan(30);
		expect(text.works.length).toBeGreaterThan(0);
		expect(text.next.length).toBeGreaterThan(0);
	});
	it('gives no click the name of a button that stands elsewhere on the page', () => {
		const taken = ['Share game window', 'Play the practice game', 'Start', 'Pause', 'Stop everything'];
		for (const { next } of Object.values(TROUBLES)) for (const { label } of next) expect(taken).not.toContain(label);
	});
});
