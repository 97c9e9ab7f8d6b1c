import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truthOf } from '../../facts/literal.ts';
import type { Facts, Literal } from '../../question.ts';
import { byArbitration, makeRuleIndex, ruleFires } from './rule-index.ts';
import { ruleOf } from './rule.fixture.ts';
import { LAYERS, type Rule } from './schema.ts';

const literal: fc.Arbitrary<Literal> = fc.oneof(
	fc.record({
		f: fc.constantFrom('hp', 'foes'),
		op: fc.constantFrom('<=' as const, '>' as const, '==' as const, '!=' as const),
		v: fc.oneof(fc.nat(6), fc.constantFrom(2.5, -1, 1e300, Number.MAX_VALUE)),
	}),
	fc.record({
		f: fc.constantFrom('mood', 'screen', 'hp'),
		op: fc.constantFrom('==' as const, '!=' as const),
		v: fc.constantFrom('calm', 'angry'),
	}),
	fc.record({
		f: fc.constantFrom('mood', 'foes'),
		op: fc.constant('in' as const),
		v: fc.subarray(['calm', 'angry', 3, 'gone', 5], { minLength: 1 }),
	}),
	fc.record({ f: fc.constantFrom('potion', 'mood'), op: fc.constantFrom('==' as const, '!=' as const), v: fc.boolean() }),
);
const someFacts = fc.record(
	{
		hp: fc.oneof(fc.nat(7), fc.constantFrom(2.5, 4.5, -9, 1e301), fc.constant('calm')),
		foes: fc.oneof(fc.nat(7), fc.tuple(fc.nat(3), fc.nat(3))),
		mood: fc.constantFrom('calm', 'angry', 'odd', true),
		potion: fc.boolean(),
		screen: fc.constantFrom('calm', 'x'),
	},
	{ requiredKeys: [] },
) as fc.Arbitrary<Facts>;
const someRules = fc
	.array(
		fc.record({
			layer: fc.constantFrom(...LAYERS),
			when: fc.array(literal, { minLength: 1, maxLength: 4 }),
			unless: fc.array(literal, { maxLength: 2 }),
			verb: fc.constantFrom('drink', 'sell'),
			k: fc.nat(4),
		}),
		{ minLength: 1, maxLength: 150 },
	)
	.map((all) =>
		all.map(({ layer, when, unless, verb, k }, i) => ruleOf(`r${i}`, { layer, when, unless, then: { verb, args: {} } }, 'shadow', k)),
	);
const someSteps = fc.array(fc.tuple(fc.nat(149), fc.constantFrom('add', 'remove', 'label', 'rewrite', 'retire')), { maxLength: 60 });
const isIrreversible = (verb: string): boolean => verb === 'sell';

/** Rules that come, go, change and are labelled, told to the index; and those that are left, in the order of arbitration. */
function played(rules: readonly Rule[], steps: readonly (readonly [number, string])[], bytesMost?: number) {
	const half = rules.slice(0, rules.length >> 1);
	const index = makeRuleIndex(half, isIrreversible, bytesMost);
	const left = new Map(half.map((r) => [r.id, r]));
	const put = (r: Rule): void => {
		index.add(r);
		left.set(r.id, r);
	};
	for (const r of rules.slice(half.length)) put(r);
	for (const [n, what] of steps) {
		const r = rules[n % rules.length] as Rule;
		if (what === 'remove') {
			index.remove(r.id);
			left.delete(r.id);
			continue;
		}
		if (what === 'label') r.stat = { ...r.stat, k: r.stat.k + 1 };
		if (what === 'rewrite') r.data = { ...r.data, when: r.data.when.slice(-1), layer: 'reflex' };
		if (what === 'retire') r.state = 'retired';
		put(r);
	}
	return { index, left: [...left.values()].sort(byArbitration) };
}
const ids = (rules: readonly Rule[]): string[] => rules.map((r) => r.id);
const strict = (r: Rule): boolean => isIrreversible(r.data.then.verb);

function lookAtEach(left: readonly Rule[], facts: Facts): string[] {
	return ids(left.filter((r) => r.state !== 'retired' && ruleFires(r, facts, strict(r))));
}
function nearlyByEach(left: readonly Rule[], facts: Facts): string[] {
	return ids(
		left.filter((r) => {
			const truths = r.data.when.map((l) => truthOf(l, facts));
			return (
				r.state !== 'retired' &&
				truths.length > 1 &&
				truths.filter((t) => t !== true).length === 1 &&
				truths.includes(false) &&
				ruleFires({ ...r, data: { ...r.data, when: [] } }, facts, strict(r))
			);
		}),
	);
}

describe('many at once', () => {
	it('finds what one after the other finds, in the same order, and goes on from there', () => {
		fc.assert(
			fc.property(someRules, someFacts, (rules, facts) => {
				const third = Math.floor(rules.length / 3);
				const index = makeRuleIndex(rules.slice(0, third), isIrreversible);
				index.addAll(rules.slice(third, -1));
				for (const rule of rules.slice(-1)) index.add(rule);
				const each = makeRuleIndex([], isIrreversible);
				for (const rule of rules) each.add(rule);
				expect(index.all()).toEqual(each.all());
				expect(index.matching(facts)).toEqual(each.matching(facts));
			}),
			{ seed: 7, numRuns: 60 },
		);
	});
});

describe('the index', () => {
	it('finds exactly the rules that a look at each would find, in order, while rules come, go and are labelled', () => {
		fc.assert(
			fc.property(someRules, someSteps, fc.array(someFacts, { minLength: 1, maxLength: 6 }), (rules, steps, snapshots) => {
				const { index, left } = played(rules, steps);
				expect(ids(index.all())).toEqual(ids(left));
				expect(index.size).toBe(left.length);
				for (const facts of snapshots) {
					const expected = lookAtEach(left, facts);
					expect(ids(index.matching(facts))).toEqual(expected);
					expect(index.first(facts)?.id).toBe(expected[0]);
					expect(index.first(facts, (r) => r.id !== expected[0])?.id).toBe(expected[1]);
					expect(ids(index.nearly(facts, 1000))).toEqual(nearlyByEach(left, facts));
				}
			}),
			{ seed: 3, numRuns: 300 },
		);
	});

	it('answers the same where its masks are not given the room', () => {
		fc.assert(
			fc.property(someRules, someSteps, someFacts, fc.nat(400), (rules, steps, facts, bytesMost) => {
				const { index, left } = played(rules, steps, bytesMost);
				expect(ids(index.matching(facts))).toEqual(lookAtEach(left, facts));
				expect(ids(index.nearly(facts, 1000))).toEqual(nearlyByEach(left, facts));
				// A fifth of what is held is room to grow.
				expect(index.sizeBytes).toBeLessThanOrEqual(1.25 * bytesMost + 32);
			}),
			{ seed: 4, numRuns: 100 },
		);
	});

	it('stays in order when many rules of one rank come one after another', () => {
		const rules = Array.from({ length: 700 }, (_, i) => ruleOf(`r${(i * 389) % 700}`, { when: [{ f: 'hp', op: '>', v: i % 40 }] }));
		const index = makeRuleIndex();
		for (const r of rules) index.add(r);
		expect(ids(index.all())).toEqual(ids([...rules].sort(byArbitration)));
		expect(index.matching({ hp: 20 })).toHaveLength(rules.filter((r) => Number(r.data.when[0]?.v) < 20).length);
	});

	it('takes no fact from a prototype', () => {
		const names = ['constructor', 'toString', 'valueOf'].map((f) => ruleOf(f, { when: [{ f, op: '!=', v: 'x' }] }));
		expect(makeRuleIndex(names).matching({})).toEqual([]);
	});

	it('stops at the first rule that is taken', () => {
		const index = makeRuleIndex([ruleOf('b', {}), ruleOf('a', {}), ruleOf('best', {}, 'autonomous', 20)]);
		const seen: string[] = [];
		expect(index.first({ hp: 1 }, (r) => seen.push(r.id) === 2)?.id).toBe('a');
		expect(seen).toEqual(['best', 'a']);
	});
});
