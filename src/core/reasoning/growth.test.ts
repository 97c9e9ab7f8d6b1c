import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fires } from '../facts/literal.ts';
import type { Literal } from '../question.ts';
import { hull } from './growth.ts';

const place: Literal = { f: 'place', op: '==', v: 'wood' };
const upTo = (v: number): Literal => ({ f: 'hp', op: '<=', v });
const above = (v: number): Literal => ({ f: 'hp', op: '>', v });

describe('the hull of two rules', () => {
	it('spans both intervals, and names both values', () => {
		expect(hull([place, above(10), upTo(20)], [place, above(20), upTo(40)])).toEqual([place, above(10), upTo(40)]);
		expect(hull([place, upTo(20)], [place, upTo(30)])).toEqual([place, upTo(30)]);
		expect(hull([place, upTo(20)], [{ ...place, v: 'cave' }, upTo(20)])).toEqual([upTo(20), { f: 'place', op: 'in', v: ['wood', 'cave'] }]);
		expect(hull([place, above(20), upTo(40)], [place, above(30)])).toEqual([place, above(20)]);
	});

	it('is none where they differ in two facts, or where nothing is left', () => {
		expect(hull([place, upTo(20)], [{ ...place, v: 'cave' }, upTo(30)])).toBeUndefined();
		expect(hull([upTo(20)], [above(20)])).toBeUndefined();
		expect(hull([place], [place])).toBeUndefined();
	});

	it('holds wherever either does', () => {
		const bounds = fc
			.tuple(fc.option(fc.nat(9)), fc.option(fc.nat(9)))
			.map(([low, high]): Literal[] => [...(low === null ? [] : [above(low)]), ...(high === null ? [] : [upTo(high)])]);
		const values = fc
			.subarray(['wood', 'cave', 'town'], { minLength: 1 })
			.map((v): Literal[] => [v.length === 1 ? { f: 'place', op: '==', v: v[0] as string } : { f: 'place', op: 'in', v }]);
		const when = fc.tuple(bounds, fc.oneof(fc.constant<Literal[]>([]), values)).map(([a, b]) => [...a, ...b]);
		fc.assert(
			fc.property(when, when, fc.nat(10), fc.constantFrom('wood', 'cave', 'town'), (a, b, hp, where) => {
				const both = hull(a, b);
				if (both === undefined) return;
				const facts = { hp, place: where };
				if (fires(a, [], facts) || fires(b, [], facts)) expect(fires(both, [], facts)).toBe(true);
			}),
			{ seed: 31, numRuns: 500 },
		);
	});
});
