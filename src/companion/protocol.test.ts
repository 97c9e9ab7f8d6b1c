import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameOfKeysym, keysymOf } from './input/keysyms.ts';
import { Expected } from './input/own-input.ts';
import { refusedCombination } from './input/safety.ts';
import { findAntiCheat } from './anti-cheat.ts';
import { Pairing, CODE_WINDOW_MS, LOCK_MS, ONE_TIME_MS } from './pairing.ts';
import { openingMessage, pageMessage, readMessage } from './protocol.ts';
import { tempDir } from './testing/companion.ts';
import { readTrackLabel } from './window.ts';

describe('messages of the wire', () => {
	it('are refused, never thrown over, whatever they hold', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.json(),
					fc.object().map((o) => JSON.stringify(o)),
				),
				(text) => {
					expect(readMessage(pageMessage, text).ok).toBe(false);
					expect(readMessage(openingMessage, text).ok).toBe(false);
				},
			),
			{ numRuns: 2000, seed: 3 },
		);
	});

	it('are read only when every field is as agreed', () => {
		const good = {
			type: 'act',
			epoch: 1,
			seq: 2,
			act: { id: 3, verb: 'v', steps: [{ do: 'wait', ms: 5 }], frame: { width: 4, height: 5, ageMs: 6 } },
			heard: { at: 7, agoMs: 8 },
		};
		expect(readMessage(pageMessage, JSON.stringify(good)).ok).toBe(true);
		const bad = [
			{ ...good, epoch: 1.5 },
			{ ...good, seq: -1 },
			{ ...good, heard: undefined },
			{ ...good, heard: { at: 7, agoMs: -1 } },
			{ ...good, act: { ...good.act, steps: [{ do: 'shell', run: 'ls' }] } },
			{ ...good, act: { ...good.act, steps: [{ do: 'click', button: 'left', at: { x: 1e9, y: 0 }, holdMs: 0 }] } },
			{ ...good, act: { ...good.act, steps: [{ do: 'click', button: 'left', at: { x: null, y: 0 }, holdMs: 0 }] } },
			{ ...good, act: { ...good.act, frame: { width: 4, height: 5, ageMs: -1 } } },
			{ ...good, act: { ...good.act, steps: Array.from({ length: 33 }, () => ({ do: 'wait', ms: 1 })) } },
		];
		for (const one of bad) expect([one, readMessage(pageMessage, JSON.stringify(one)).ok]).toEqual([one, false]);
	});

	it('name the key __proto__ in any spelling', () => {
		for (const text of ['{"__proto__":1}', '{"a":{"__proto__":1}}', '{"\\u005f_proto__":1}'])
			expect(readMessage(pageMessage, text)).toEqual({ ok: false, detail: 'a "__proto__" key' });
	});
});

describe('what may be known and pressed', () => {
	it('reads the label of a shared source', () => {
		expect(readTrackLabel('window:41943047:0')).toEqual({ kind: 'window', id: 41943047 });
		for (const [label, reason] of [
			['screen:1:0', 'monitor'],
			['web-contents-media-stream://1:2', 'tab'],
			['window:x:0', 'unknown-source'],
			['', 'unknown-source'],
		] as const) {
			expect(readTrackLabel(label)).toMatchObject({ kind: 'refused', reason });
		}
	});

	it('always refuses what leaves the game', () => {
		for (const keys of [
			['Meta'],
			['Super'],
			['PrintScreen'],
			['Print'],
			['F12'],
			['Alt', 'Tab'],
			['Alt', 'F4'],
			['Alt', 'F2'],
			['Control', 'Alt', 't'],
			['Ctrl', 'Alt', 'Delete'],
			['Control', 'Escape'],
			['Control', 'V'],
			['Shift', 'Insert'],
		]) {
			expect([keys, refusedCombination(keys)]).toEqual([keys, expect.any(String)]);
		}
		for (const keys of [['a'], ['Shift', 'a'], ['Control', 's'], ['Alt', 'a'], ['Escape'], ['F5']])
			expect(refusedCombination(keys)).toBeUndefined();
	});

	it('knows keys by name, both ways', () => {
		for (const key of ['a', 'Z', 'Space', 'Enter', 'Escape', 'ArrowUp', 'F5', 'é', '1', '/'])
			expect(nameOfKeysym(keysymOf(key) ?? 0)).toBe(key);
		for (const key of ['', 'Fly', 'F99', 'constructor', '\n']) expect(keysymOf(key)).toBeUndefined();
	});

	it('recognises anti-cheat by process name', () => {
		expect(findAntiCheat(['bash', 'EasyAntiCheat.exe'])).toBe('Easy Anti-Cheat');
		expect(findAntiCheat(['vgc'])).toBe('Riot Vanguard');
		expect(findAntiCheat(['bash', 'toString', 'chromium'])).toBeUndefined();
	});

	it('takes each announced event once, and repeats of a held key', () => {
		const expected = new Expected();
		expected.announce('key a down');
		expect(expected.takes('key a down')).toBe(true);
		expect(expected.takes('key a down')).toBe(true);
		expected.announce('key a up');
		expect(expected.takes('key a up')).toBe(true);
		expect(expected.takes('key a down')).toBe(false);
		expect(expected.takes('key a up')).toBe(false);
		expected.announceMove({ x: 10, y: 10 });
		expect(expected.explains({ x: 11, y: 10 })).toBe(true);
		expect(expected.explains({ x: 40, y: 10 })).toBe(false);
	});
});

describe('codes', () => {
	it('run out', () => {
		let now = 0;
		const pairing = new Pairing(
			tempDir(),
			() => undefined,
			() => now,
		);
		const once = pairing.makeOneTimeCode();
		const { digits } = pairing.digits();
		now += CODE_WINDOW_MS + 1;
		expect(pairing.pair('o', digits).ok).toBe(false);
		now += ONE_TIME_MS;
		expect(pairing.pair('o', once).ok).toBe(false);
	});

	it('unlock after ten minutes, whatever the wall clock says', () => {
		let now = 0;
		const pairing = new Pairing(
			tempDir(),
			() => undefined,
			() => now,
		);
		for (let i = 0; i < 5; i++) pairing.pair('o', 'x');
		expect(pairing.pair('o', pairing.digits().digits)).toMatchObject({ ok: false, reason: 'locked' });
		now += LOCK_MS + 1;
		expect(pairing.pair('o', pairing.digits().digits).ok).toBe(true);
	});
});
