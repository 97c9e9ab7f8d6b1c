import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSats, msatOf, type Rate, rateFault, rateFor, readTransaction, type SatsRow, satsTotals } from './sats.ts';

const rate = (at: number, usdPerBtc: number): Rate => ({ at, usdPerBtc, from: 'typed in' });
const row = (more: Partial<SatsRow>): SatsRow => ({
	at: 0,
	kind: 'in',
	msat: 1000,
	source: 'wallet',
	receipt: 'r',
	note: '',
	usd: null,
	rateAt: null,
	until: null,
	simulated: false,
	...more,
});

describe('sats', () => {
	it('are whole millisatoshis, and spending is never told too low', () => {
		expect(msatOf(1, rate(0, 100_000))).toBe(1_000_000);
		expect(msatOf(0.0025, rate(0, 100_000))).toBe(2500);
		expect(msatOf(0.000_001, rate(0, 97_531))).toBe(2);
		fc.assert(
			fc.property(fc.double({ min: 0, max: 1e4, noNaN: true }), fc.double({ min: 1, max: 1e8, noNaN: true }), (usd, usdPerBtc) => {
				const msat = msatOf(usd, rate(0, usdPerBtc));
				expect(Number.isSafeInteger(msat) || msat > Number.MAX_SAFE_INTEGER).toBe(true);
				expect(msat * (1 + 1e-9)).toBeGreaterThanOrEqual((usd / usdPerBtc) * 1e11);
			}),
			{ seed: 1 },
		);
		expect([formatSats(21_000), formatSats(-1_500), formatSats(412_000_499)]).toEqual(['21 sats', '-1.5 sats', '412,000 sats']);
	});

	it('stand at the rate of their day', () => {
		const rates = [rate(300, 3), rate(100, 1), rate(200, 2)];
		expect([50, 100, 250, 999].map((at) => rateFor(rates, at)?.usdPerBtc)).toEqual([1, 1, 2, 3]);
		expect(rateFor([], 5)).toBeUndefined();
		for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e9]) expect(rateFault(wrong)).not.toBe('');
		expect(rateFault(96_400)).toBe('');
	});

	it('of windows that meet add up to the whole', () => {
		const kinds = fc.constantFrom('in', 'out', 'paid', 'fee', 'pending') as fc.Arbitrary<SatsRow['kind']>;
		const rows = fc.array(
			fc.record({
				at: fc.nat(1000),
				kind: kinds,
				msat: fc.nat(1e9),
				receipt: fc.constantFrom('a', 'b', 'c', 'd'),
				simulated: fc.boolean(),
			}),
		);
		fc.assert(
			fc.property(rows, fc.nat(1000), (drafts, cut) => {
				const all = drafts.map((draft) => row(draft));
				const [a, b, whole] = [satsTotals(all, 0, cut, 0), satsTotals(all, cut, 2000, 0), satsTotals(all, 0, 2000, 0)];
				for (const kind of ['in', 'out', 'paid', 'fee', 'pending'] as const) {
					expect(a[kind] + b[kind]).toBe(whole[kind]);
					expect(a.simulated[kind] + b.simulated[kind]).toBe(whole.simulated[kind]);
				}
			}),
			{ seed: 2 },
		);
	});

	it('that were pending and came through, or have lapsed, are pending no more', () => {
		const pending = row({ kind: 'pending', msat: 700, until: 5000 });
		expect(satsTotals([pending], 0, 10, 100).pending).toBe(700);
		expect(satsTotals([pending], 0, 10, 5000).pending).toBe(0);
		expect(satsTotals([pending, row({ kind: 'paid', msat: 700, at: 50 })], 0, 10, 100)).toMatchObject({ pending: 0, paid: 0 });
	});

	it('take a payment as wallets tell it, settled by its state or by its time alone', () => {
		const paid = { type: 'incoming', payment_hash: 'AB'.repeat(32), amount: 21_000, created_at: 1_700_000_000, settled_at: 1_700_000_005 };
		const now = 1_800_000_000_000;
		for (const state of ['settled', undefined, null])
			expect(readTransaction({ ...paid, state }, 'import', now, false)).toEqual({
				ok: true,
				rows: [row({ at: 1_700_000_005_000, msat: 21_000, source: 'import', receipt: 'ab'.repeat(32) })],
			});
		expect(readTransaction({ ...paid, state: 'expired' }, 'import', now, false)).toEqual({ ok: true, rows: [] });
		expect(readTransaction({ ...paid, settled_at: 0 }, 'import', now, false)).toMatchObject({ rows: [{ kind: 'pending' }] });
	});
});
