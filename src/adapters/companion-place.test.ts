import { describe, expect, it } from 'vitest';
import { companionPlace, lackAfterSilence } from './companion-place.ts';

describe('where the companion is', () => {
	it('is at the address of the page it serves', () =>
		expect(companionPlace(new URL('http://127.0.0.1:4953/'))).toEqual({ url: 'http://127.0.0.1:4953', own: true }));
	it.each(['https://host.example/falsework/', 'http://localhost:8080/', 'https://127.0.0.1.evil.example/'])(
		'is on this computer, and has to be asked for, from %s',
		(page) => expect(companionPlace(new URL(page))).toEqual({ url: 'http://127.0.0.1:4953', own: false }),
	);
});

describe('a look that got no answer', () => {
	const away = companionPlace(new URL('https://host.example/'));
	it.each([
		['granted', 'silent'],
		['denied', 'denied'],
		['prompt', 'unanswered'],
		['unknown', 'blocked'],
	] as const)('with the permission %s means %s', (permission, lack) => expect(lackAfterSilence(away, true, permission)).toBe(lack));
	it('can never be answered where the page is not secure', () => expect(lackAfterSilence(away, false, 'prompt')).toBe('insecure'));
	it('at its own address means that it does not run', () =>
		expect(lackAfterSilence({ url: 'http://127.0.0.1:4953', own: true }, true, 'denied')).toBe('not-running'));
});
