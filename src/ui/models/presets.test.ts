import { describe, expect, it } from 'vitest';
import { draftOf, PRESETS, readDraft } from './presets.ts';

const ollama = PRESETS.find((p) => p.id === 'ollama')!;
const groq = PRESETS.find((p) => p.id === 'groq')!;

describe('a model server as typed', () => {
	it('needs nothing more than the preset for a server of one’s own', () => {
		const read = readDraft(draftOf(ollama), false);
		expect(read).toMatchObject({ ok: true, setting: { id: 'local', base: 'http://127.0.0.1:11434/v1', price: null } });
	});
	it('wants a key where the provider does, unless one is stored', () => {
		expect(readDraft(draftOf(groq), false)).toMatchObject({ ok: false, faults: { key: 'Groq wants a key' } });
		expect(readDraft(draftOf(groq), true).ok).toBe(true);
	});
	it('names the field that is wrong', () => {
		expect(readDraft({ ...draftOf(ollama), base: 'ftp://x' }, false)).toMatchObject({ ok: false, faults: { base: expect.any(String) } });
		expect(readDraft({ ...draftOf(ollama), base: 'http://me:secret@x/v1' }, false).ok).toBe(false);
		expect(readDraft({ ...draftOf(ollama), model: ' ' }, false)).toMatchObject({ ok: false, faults: { model: expect.any(String) } });
		expect(readDraft({ ...draftOf(ollama), inPerM: '0.1' }, false)).toMatchObject({
			ok: false,
			faults: { outPerM: 'both prices or neither' },
		});
		expect(readDraft({ ...draftOf(ollama), inPerM: '-1', outPerM: '2' }, false)).toMatchObject({
			ok: false,
			faults: { inPerM: expect.any(String) },
		});
	});
	it('keeps 0 as a price and reads a decimal comma', () => {
		const read = readDraft({ ...draftOf(ollama), inPerM: '0', outPerM: '0,34' }, false);
		expect(read).toMatchObject({ ok: true, setting: { price: { inPerM: 0, outPerM: 0.34 } } });
	});
});
