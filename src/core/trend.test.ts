import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trendOf } from './trend.ts';

const p = (values: readonly number[]): number => {
	const trend = trendOf(values);
	return trend.verdict === 'too few' ? Number.NaN : trend.p;
};

describe('the trend of a row of figures', () => {
	it('says nothing of fewer than five', () => {
		expect(trendOf([4, 3, 2, 1])).toEqual({ verdict: 'too few', n: 4 });
	});

	it('gives the exact chance where no two are equal, as scipy.stats.kendalltau does, one way', () => {
		expect(trendOf([5, 4, 3, 2, 1])).toMatchObject({ verdict: 'falling', s: -10 });
		expect(p([5, 4, 3, 2, 1])).toBeCloseTo(0.016666666666666666 / 2, 12);
		expect(p([0.4, 0.22, 0.25, 0.09, 0.02])).toBeCloseTo(0.08333333333333333 / 2, 12);
		expect(trendOf([1, 2, 3, 4, 5, 6, 7, 3.5])).toMatchObject({ verdict: 'rising', s: 20 });
		expect(p([1, 2, 3, 4, 5, 6, 7, 3.5])).toBeCloseTo(0.014136904761904762 / 2, 12);
		expect(trendOf([3, 1, 2, 5, 4, 6])).toMatchObject({ verdict: 'flat', s: 9 });
		expect(p([9, 8, 7, 6, 5, 4, 3, 2, 1.5, 2.5, 0.5])).toBeCloseTo(3.2567740901074234e-6 / 2, 12);
	});

	it('takes equal figures into account, as pymannkendall does, one way', () => {
		expect(p([5, 5, 4, 4, 3, 3, 2, 2, 1, 1])).toBeCloseTo(0.00037057721471467353 / 2, 7);
		expect(p([4, 4, 4, 3, 3, 1, 2, 2, 1, 1, 1, 5])).toBeCloseTo(0.04678952115450219 / 2, 6);
		expect(trendOf([0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).verdict).toBe('flat');
		expect(trendOf([7, 7, 7, 7, 7])).toEqual({ verdict: 'flat', n: 5, s: 0, p: 1 });
	});

	it('gives a row read backwards the same chance and the other sign', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 7 }), (row) => {
				const there = trendOf(row);
				const back = trendOf(row.toReversed());
				if (there.verdict === 'too few' || back.verdict === 'too few') return;
				expect(back.p).toBeCloseTo(there.p, 12);
				expect(back.s).toBe(0 - there.s);
			}),
			{ numRuns: 60 },
		);
	});
});
