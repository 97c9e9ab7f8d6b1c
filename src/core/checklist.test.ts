import { describe, expect, it } from 'vitest';
import { checkForesight, fillChecklist } from './checklist.ts';
import type { LedgerEntry, QuestionEntry } from './ledger.ts';
import type { Ask } from './question.ts';

const MINUTE = 60_000;
let n = 0;
function question(at: number, more: Partial<QuestionEntry> = {}): QuestionEntry {
	return {
		type: 'question',
		n: n++,
		at,
		session: 's1',
		tick: 1,
		ask: 'decision',
		kind: 'town',
		tier: 'cloud',
		misses: [],
		latencyMs: 800,
		model: 'm',
		calls: 1,
		promptTokens: 1,
		completionTokens: 1,
		usd: 0.01,
		simulated: false,
		made: [],
		used: [],
		why: '',
		violation: false,
		...more,
	};
}
const local = (at: number, used: string[], more: Partial<QuestionEntry> = {}): QuestionEntry =>
	question(at, { tier: 'crystal', calls: 0, usd: 0, used, ...more });
const about = { ask: 'decision' as Ask, kind: 'town', reason: 'no-crystal' as const, detail: 'no rule fires' };
const fill = (entries: LedgerEntry[], at: number, more: Partial<typeof about> = {}) => {
	const filled = fillChecklist({ ...about, ...more }, entries, at);
	if (typeof filled === 'string') throw new Error(filled);
	return filled;
};

describe('the falsework checklist', () => {
	it('says what the answer becomes, where it is kept, what it fills and what would end the repeat', () => {
		expect(fill([], 0)).toMatchObject({
			artefact: 'a rule of its reasons, or a skill of its plan',
			stored: expect.stringContaining('rules.json'),
			fills: 'decision of "town": no rule fires',
			ends: expect.stringContaining('the answers leave rules'),
		});
	});

	it('expects again what came before, asked or answered, and of such a kind alone', () => {
		const entries = [
			question(0),
			local(10 * MINUTE, ['r']),
			question(20 * MINUTE, { kind: 'crypt' }),
			question(25 * MINUTE, { ask: 'narration' }),
		];
		expect(fill(entries, 30 * MINUTE).again).toBeCloseTo(6);
		expect(fill(entries, 30 * MINUTE, { kind: 'shop' }).again).toBeCloseTo(2);
		// A question in the first second is not one a second.
		expect(fill([question(0)], 1000).again).toBeCloseTo(8);
	});

	it('forecasts by how often earlier answers of the ask came to be used', () => {
		const useless = [question(0, { made: ['a'] }), question(1, { made: ['b'] })];
		const used = [...useless, local(2, ['a']), local(3, ['b'])];
		const at = 60 * MINUTE;
		expect(fill(useless, at).delta / fill(useless, at).again).toBeCloseTo(1 / 4);
		expect(fill(used, at).delta / fill(used, at).again).toBeCloseTo(3 / 4);
	});

	it('cannot be filled for an ask that leaves nothing, nor where nobody says what was missing', () => {
		expect(fillChecklist({ ...about, ask: 'riddle' as Ask }, [], 0)).toContain('No artefact is known');
		expect(fillChecklist({ ...about, detail: '' }, [], 0)).toContain('cannot be told what the answer would fill');
	});
});

describe('the forecasts', () => {
	const checklist = { ...fill([], 0), delta: 10 };

	it('are held against what their artefacts answered in the hour after', () => {
		const entries = [
			question(0, { made: ['a', 'b'], checklist }),
			local(MINUTE, ['a']),
			local(2 * MINUTE, ['b', 'x']),
			local(3 * MINUTE, ['x']),
		];
		// One whole answer and half of another in ten minutes: nine an hour.
		expect(checkForesight(entries, 10 * MINUTE)).toEqual({ calls: 1, predicted: 10, realised: 9, error: 1 });
	});

	it('are left alone while too little has come after', () => {
		expect(checkForesight([question(0, { made: ['a'], checklist })], 4 * MINUTE)).toEqual({
			calls: 0,
			predicted: 0,
			realised: 0,
			error: 0,
		});
	});
});
