import { describe, expect, it } from 'vitest';
import { makeFactTable } from '../facts/snapshot.ts';
import type { Act } from '../question.ts';
import { caseOf, makeCases } from './cases.ts';

const table = makeFactTable({
	facts: [
		{ name: 'hp', type: 'number' },
		{ name: 'mood', type: 'enum', values: ['calm', 'angry'] },
		{ name: 'line', type: 'text' },
	],
});
const clock = { now: () => 0, monotonic: () => 0 };
/** Never audits. */
const random = { next: () => 0.999_999 };
const drink: Act = { verb: 'drink', args: {} };
const flee: Act = { verb: 'flee', args: {} };
const any = (): boolean => true;
const answer = (act: Act) => ({ act, options: [] });
const low = (hp: number, line = 'a') => ({ hp, mood: 'calm', line });

function learnt(times: number) {
	const cases = makeCases({ table, clock, random });
	cases.learn({ hp: 100, mood: 'angry' }, answer(flee), 1);
	for (let n = 0; n <= times; n++) cases.learn(low(10 + n, `line ${n}`), answer(drink), 2 + n);
	return cases;
}

describe('the nearest labelled case', () => {
	it('serves from the sixth answer near it on, where the moment is as much like it', () => {
		expect(learnt(5).decide(low(12), any)).toMatchObject({ outcome: 'miss', reason: 'shadow', detail: expect.stringContaining('5 of 6') });
		expect(learnt(6).decide(low(12), any)).toMatchObject({ outcome: 'hit', act: drink });
		expect(learnt(6).decide({ hp: 60, mood: 'calm' }, any)).toMatchObject({ outcome: 'miss', reason: 'below-threshold' });
	});

	it('says in its reason which one it was', () => {
		const served = learnt(6).decide(low(12), any);
		expect(served.outcome === 'hit' && caseOf(served.why)).toBe(2);
		expect(caseOf('no case was labelled yet')).toBeUndefined();
	});

	it('is silent again once what it led to was harmful', () => {
		const cases = learnt(6);
		for (let n = 0; n < 3; n++) {
			cases.decide(low(12), any);
			cases.outcome(true);
		}
		expect(cases.decide(low(12), any).outcome).toBe('miss');
	});

	it('is never served where its answers were wrong as often, however alike the moments are', () => {
		const cases = makeCases({ table, clock, random });
		for (let n = 0; n < 20; n++) cases.learn(low(10), answer(n % 2 === 0 ? drink : flee), n);
		expect(cases.decide(low(10), any).outcome).toBe('miss');
	});

	it('does nothing that may not be done', () => {
		expect(learnt(6).decide(low(12), () => false)).toMatchObject({ outcome: 'miss', reason: 'no-crystal' });
	});

	it('seconds the act of another answer, not of its own, and not in another moment', () => {
		const cases = makeCases({ table, clock, random });
		cases.learn(low(10), answer(drink), 7);
		expect(cases.seconds(drink, low(10))).toBe(7);
		expect(cases.seconds(drink, low(10), 7)).toBeUndefined();
		expect(cases.seconds(flee, low(10))).toBeUndefined();
		expect(cases.seconds(drink, { hp: 10, mood: 'angry' })).toBeUndefined();
	});

	it('knows in the next session what it knew', () => {
		const kept = JSON.parse(JSON.stringify(learnt(6).memory()));
		expect(makeCases({ table, clock, random, memory: kept }).decide(low(12), any)).toMatchObject({ outcome: 'hit', act: drink });
	});
});
