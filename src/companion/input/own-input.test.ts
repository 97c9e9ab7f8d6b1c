import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Expected } from './own-input.ts';

describe('what was announced', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('explains each event once, and a held key as often as it repeats', () => {
		const expected = new Expected();
		expected.announce('button left down');
		expect(expected.takes('button left down')).toBe(true);
		expect(expected.takes('button left down')).toBe(false);
		expected.announce('key a down');
		for (let i = 0; i < 3; i++) expect(expected.takes('key a down')).toBe(true);
		expected.announce('key a up');
		expect(expected.takes('key a up')).toBe(true);
		expect(expected.takes('key a down')).toBe(false);
	});

	it('explains that the sibling lets go of what we hold, and no second press of a button', () => {
		const expected = new Expected();
		for (const what of ['button left', 'key a'] as const) {
			expected.announce(`${what} down`);
			expect(expected.takes(`${what} down`)).toBe(true);
			expect(expected.takes(`${what} up`)).toBe(true);
		}
		expect(expected.takes('button left down')).toBe(false);
		expected.announce('button left up');
		expect(expected.takes('button left up')).toBe(true);
		expect(expected.takes('button left up')).toBe(false);
	});

	it('explains the pointer at a place whose successor was announced before it was seen there', () => {
		const expected = new Expected();
		expected.announceMove({ x: 320, y: 240 });
		expected.announceMove({ x: 32, y: 24 });
		expect(expected.explains({ x: 320, y: 240 })).toBe(true);
		expect(expected.explains({ x: 33, y: 23 })).toBe(true);
	});

	it('still explains what a busy machine tells a second late, and nothing after three', () => {
		const expected = new Expected();
		expected.announceMove({ x: 320, y: 240 });
		expected.announceMove({ x: 32, y: 24 });
		expected.announce('button left up');
		vi.advanceTimersByTime(1500);
		expect(expected.explains({ x: 320, y: 240 })).toBe(true);
		expect(expected.takes('button left up')).toBe(true);
		expected.announce('button left up');
		vi.advanceTimersByTime(3001);
		expect(expected.explains({ x: 320, y: 240 })).toBe(false);
		expect(expected.takes('button left up')).toBe(false);
	});

	it('takes a pointer that went elsewhere for somebody’s hand, and rests where that hand left it', () => {
		const expected = new Expected();
		expected.announceMove({ x: 32, y: 24 });
		expect(expected.explains({ x: 35, y: 24 })).toBe(false);
		expect(expected.explains({ x: 35, y: 24 })).toBe(true);
	});
});
