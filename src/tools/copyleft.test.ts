import { describe, expect, it } from 'vitest';
import { copyleftFaults, isCopyleft } from './copyleft.mjs';

const VOICE = 'assets/kokoro.worker-Co_XA3nM.js';

describe('code under the GPL', () => {
	it('is known by its licence, and where a package hides it by name', () => {
		expect(isCopyleft('something', 'GPL-3.0-or-later')).toBe(true);
		expect(isCopyleft('something', 'AGPL-3.0')).toBe(true);
		expect(isCopyleft('phonemizer', 'Apache-2.0')).toBe(true);
		expect(isCopyleft('kokoro-js', 'Apache-2.0')).toBe(false);
		expect(isCopyleft('uiohook-napi', 'MIT, and LGPL-3.0-or-later')).toBe(false);
	});

	it('may be in the voice’s script, started as a worker', () => {
		const built = new Map([
			[VOICE, 'var espeak'],
			['assets/models.worker-AAAAAAAA.js', `new Worker(new URL("./kokoro.worker-Co_XA3nM.js", import.meta.url), { type: "module" })`],
		]);
		expect(copyleftFaults('phonemizer', [VOICE], built)).toEqual([]);
	});

	it('may be in no other script', () => {
		expect(copyleftFaults('phonemizer', [VOICE, 'assets/index-BBBBBBBB.js'], new Map())).toEqual([
			expect.stringContaining('in assets/index-BBBBBBBB.js'),
		]);
		expect(copyleftFaults('phonemizer', [], new Map())).toHaveLength(1);
	});

	it('may be imported by no other script, at once or later', () => {
		for (const code of [
			`import"./kokoro.worker-Co_XA3nM.js"`,
			`import{a}from"./kokoro.worker-Co_XA3nM.js"`,
			`await import(\`./kokoro.worker-Co_XA3nM.js\`)`,
		])
			expect(copyleftFaults('phonemizer', [VOICE], new Map([['assets/index-BBBBBBBB.js', code]]))).toEqual([
				expect.stringContaining('assets/index-BBBBBBBB.js imports'),
			]);
	});
});
