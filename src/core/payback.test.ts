import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry, QuestionEntry } from './ledger.ts';
import { paybackOf } from './payback.ts';
import { scorecard, sumUp } from './scorecard.ts';

let n = 0;
function question(more: Partial<QuestionEntry>): QuestionEntry {
	return {
		type: 'question',
		n: n++,
		at: n,
		session: 's1',
		tick: 1,
		ask: 'perception',
		tier: 'cloud',
		misses: [],
		latencyMs: 800,
		model: 'm',
		calls: 1,
		promptTokens: 900,
		completionTokens: 100,
		usd: 0.01,
		simulated: false,
		made: [],
		used: [],
		why: '',
		violation: false,
		...more,
	};
}
const paid = (made: string[], more: Partial<QuestionEntry> = {}): QuestionEntry => question({ made, ...more });
const answered = (used: string[], more: Partial<QuestionEntry> = {}): QuestionEntry =>
	question({ tier: 'crystal', calls: 0, usd: 0, promptTokens: 0, completionTokens: 0, latencyMs: 4, used, ...more });
const rowOf = (entries: LedgerEntry[], id: string) => paybackOf(entries).find((r) => r.crystal === id);

describe('payback of a crystal', () => {
	it('shares what an answer cost among all it made, and what an answer saved among all that gave it', () => {
		const entries = [paid(['a', 'b']), answered(['a']), answered(['a', 'b']), answered(['a'])];
		expect(rowOf(entries, 'a')).toMatchObject({ ask: 'perception', used: 3, cost: { usd: 0.005, tokens: 500, ms: 400 } });
		expect(rowOf(entries, 'a')?.saved.usd).toBeCloseTo(0.025, 12);
		expect(rowOf(entries, 'a')?.net.ms).toBeCloseTo(2.5 * 800 - 10 - 400, 9);
		expect(rowOf(entries, 'b')?.net.usd).toBeCloseTo(0, 12);
	});

	it('lists what has not paid back first', () => {
		const rows = paybackOf([paid(['idle']), paid(['busy']), answered(['busy']), answered(['busy'])]);
		expect(rows.map((r) => [r.crystal, Math.sign(r.net.usd ?? Number.NaN)])).toEqual([
			['idle', -1],
			['busy', 1],
		]);
	});

	it('does not guess: an unknown price, and a question that no model ever answered here, leave it open', () => {
		expect(rowOf([paid(['a'], { usd: null }), answered(['a'])], 'a')).toMatchObject({
			cost: { usd: null },
			saved: { usd: null },
			net: { usd: null },
		});
		expect(rowOf([answered(['brought'], { ask: 'decision' })], 'brought')).toMatchObject({ ask: null, saved: { usd: null, ms: null } });
	});

	it('adds up to the very sums of the scorecard', () => {
		const asks = ['perception', 'decision'] as const;
		const id = fc.constantFrom('a', 'b', 'c', 'd');
		const some = fc.uniqueArray(id, { minLength: 1, maxLength: 3 });
		const entry = fc.oneof(
			fc
				.tuple(fc.constantFrom(...asks), some, fc.constantFrom(0.01, 0.5), fc.nat(900))
				.map(([ask, made, usd, latencyMs]) => paid(made, { ask, usd, latencyMs })),
			fc.tuple(fc.constantFrom(...asks), some).map(([ask, used]) => answered(used, { ask })),
		);
		fc.assert(
			fc.property(fc.array(entry, { maxLength: 60 }), (drawn) => {
				const entries = [...asks.map((ask) => paid(['a'], { ask })), ...drawn];
				const rows = paybackOf(entries);
				const card = scorecard(sumUp(entries));
				const sum = (of: (row: (typeof rows)[number]) => number | null): number =>
					rows.reduce((all, row) => all + (of(row) ?? Number.NaN), 0);
				expect(sum((r) => r.cost.usd)).toBeCloseTo(card.spentUsd ?? Number.NaN, 9);
				expect(sum((r) => r.saved.usd)).toBeCloseTo(card.saved.usd ?? 0, 9);
			}),
			{ seed: 5, numRuns: 100 },
		);
	});
});
