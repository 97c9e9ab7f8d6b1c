import { expect, it } from 'vitest';
import { mayAnswer, mayTeach, readUses, switchUse } from './device-use.ts';

it('lets a model answer in a real game and not in the practice game, until a person says otherwise', () => {
	expect(mayAnswer([], 'smol', 'decision', 'game').on).toBe(true);
	expect(mayAnswer([], 'smol', 'decision', 'practice')).toMatchObject({ on: false, why: expect.stringContaining('practice') });
	const uses = switchUse([], { model: 'smol', ask: 'decision', place: 'practice', on: true });
	expect(mayAnswer(uses, 'smol', 'decision', 'practice')).toEqual({ on: true, why: 'You switched it on.' });
	expect(mayAnswer(uses, 'smol', 'narration', 'practice').on).toBe(false);
	expect(mayAnswer(uses, 'other', 'decision', 'practice').on).toBe(false);
});

it('keeps one word a kind of question, the newest', () => {
	const on = { model: 'smol', ask: 'decision', place: 'game', on: true } as const;
	const uses = switchUse(switchUse(switchUse([], on), { ...on, on: false }), { ...on, ask: 'narration' });
	expect(uses).toHaveLength(2);
	expect(mayAnswer(uses, 'smol', 'decision', 'game').on).toBe(false);
});

it('leaves out what is stored and is none of it', () => {
	const good = { model: 'smol', ask: 'decision', place: 'game', on: true };
	expect(readUses([good, { ...good, ask: 'riddle' }, { ...good, on: 'yes' }, null])).toEqual([good]);
	expect(readUses('x')).toEqual([]);
});

it('lets the practice teacher answer until a person says otherwise', () => {
	expect(mayTeach([], 'practice', 'narration').on).toBe(true);
	const off = switchUse([], { model: 'practice', ask: 'narration', place: 'practice', on: false });
	expect(mayTeach(off, 'practice', 'narration')).toEqual({ on: false, why: 'You switched it off.' });
	expect(mayTeach(off, 'practice', 'decision').on).toBe(true);
	const again = switchUse(off, { model: 'practice', ask: 'narration', place: 'practice', on: true });
	expect(mayTeach(again, 'practice', 'narration')).toEqual({ on: true, why: 'You switched it on.' });
});
