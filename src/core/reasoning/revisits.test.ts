import { describe, expect, it } from 'vitest';
import { makeRevisits } from './revisits.ts';

describe('the same situation again', () => {
	it('is doubted the more, the oftener it is met, and never at its first visit', () => {
		const { doubt } = makeRevisits();
		expect([1, 2, 3, 4].map((visits) => doubt(visits, 0.02))).toEqual([0, expect.closeTo(1 / 3), expect.closeTo(2 / 3), 1]);
	});

	it('is trusted where answers find nothing wrong with it, and doubted again where they do', () => {
		const { doubt, label } = makeRevisits();
		for (let n = 0; n < 16; n++) label(2, false);
		expect(doubt(2, 0.02)).toBe(0);
		expect(doubt(3, 0.02)).toBeCloseTo(2 / 3);
		for (let n = 0; n < 3; n++) label(2, true);
		// Three of nineteen are harmful: no more than a fifth of them may act.
		expect(doubt(2, 0.02)).toBeGreaterThan(0.8);
	});

	it('is no more than what is allowed: as much as acts unasked is harmful as often as believed', () => {
		const { doubt, label } = makeRevisits();
		for (let n = 0; n < 1000; n++) label(2, n % 10 === 0);
		expect((1 - doubt(2, 0.02)) * 0.1).toBeCloseTo(0.02, 2);
	});

	it('is remembered in the next session', () => {
		const one = makeRevisits();
		for (let n = 0; n < 9; n++) one.label(2 + (n % 2), n === 4);
		const next = makeRevisits(JSON.parse(JSON.stringify(one.state())) as ReturnType<typeof one.state>);
		for (const visits of [2, 3]) expect(next.doubt(visits, 0.02)).toBe(one.doubt(visits, 0.02));
	});
});
