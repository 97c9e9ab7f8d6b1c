import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fires } from '../../facts/literal.ts';
import { makeFactTable } from '../../facts/snapshot.ts';
import type { Act, Facts, Literal } from '../../question.ts';
import { actKey } from './apply.ts';
import { ruleOf } from './rule.fixture.ts';
import { makeTraces, readTraces, type Trace } from './traces.ts';

const table = makeFactTable({
	facts: [
		{ name: 'hp', type: 'number' },
		{ name: 'mood', type: 'enum', values: ['calm', 'angry', 'gone'] },
		{ name: 'potion', type: 'boolean' },
		{ name: 'said', type: 'text' },
	],
});
const acts: readonly Act[] = ['drink', 'flee', 'wait'].map((verb) => ({ verb, args: {} }));
const anyFacts = fc.record(
	{ hp: fc.nat(6), mood: fc.constantFrom('calm', 'angry', 'gone'), potion: fc.boolean(), said: fc.string({ maxLength: 3 }) },
	{ requiredKeys: [] },
) as fc.Arbitrary<Facts>;
const anyLiteral: fc.Arbitrary<Literal> = fc.oneof(
	fc.record({ f: fc.constant('hp'), op: fc.constantFrom('<=' as const, '>' as const, '==' as const, '!=' as const), v: fc.nat(6) }),
	fc.record({ f: fc.constant('mood'), op: fc.constantFrom('==' as const, '!=' as const), v: fc.constantFrom('calm', 'angry') }),
	fc.record({ f: fc.constant('mood'), op: fc.constant('in' as const), v: fc.subarray(['calm', 'gone'], { minLength: 1 }) }),
	fc.record({ f: fc.constant('potion'), op: fc.constant('==' as const), v: fc.boolean() }),
);
const anyTrace: fc.Arbitrary<Trace> = fc
	.record({
		entry: fc.nat(999),
		facts: anyFacts,
		act: fc.constantFrom(...acts),
		ok: fc.subarray([...acts]),
		episode: fc.constantFrom('a', 'b', 'c'),
		layer: fc.constantFrom('strategy' as const, 'travel' as const),
		outcome: fc.constantFrom(undefined, undefined, 'good' as const, 'harmful' as const),
	})
	.map(({ outcome, ...trace }) => (outcome === undefined ? trace : { ...trace, ok: [], outcome }));

/** What is kept of a trace: no texts. */
const kept = ({ said: _, ...facts }: Facts): Facts => facts;
function accepted({ act, ok, outcome }: Trace, key: string): boolean | undefined {
	if (outcome !== undefined) return actKey(act) === key ? outcome === 'good' : undefined;
	return [act, ...ok].some((one) => actKey(one) === key);
}

describe('traces', () => {
	it('match and judge exactly as a look at each would, after the oldest have gone', () => {
		fc.assert(
			fc.property(
				fc.array(anyTrace, { maxLength: 60 }),
				fc.array(anyLiteral, { minLength: 1, maxLength: 3 }),
				fc.array(anyLiteral, { maxLength: 2 }),
				fc.integer({ min: 1, max: 40 }),
				(all, when, unless, most) => {
					const traces = makeTraces(table, most);
					for (const trace of all) traces.add(trace);
					const left = all.slice(-most);
					expect(traces.size).toBe(left.length);
					const right = left.flatMap((one, i) => (fires(when, unless, kept(one.facts)) ? [i] : []));
					expect(traces.matching({ when, unless })).toEqual(right);
					for (const [i, one] of left.entries()) {
						expect(traces.get(i)).toMatchObject({ entry: one.entry, facts: kept(one.facts), episode: one.episode, layer: one.layer });
						for (const act of acts) expect(traces.accepts(i, actKey(act))).toBe(accepted(one, actKey(act)));
					}
				},
			),
			{ seed: 11, numRuns: 200 },
		);
	});

	it('are the same after they were put away, the newest of them', () => {
		fc.assert(
			fc.property(fc.array(anyTrace, { maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (all, newest) => {
				const traces = makeTraces(table, 35);
				for (const trace of all) traces.add(trace);
				const stored = JSON.parse(JSON.stringify(traces.memory(newest))) as ReturnType<typeof traces.memory>;
				const read = [...readTraces(stored)];
				const first = Math.max(0, traces.size - newest);
				expect(read).toEqual(Array.from({ length: traces.size - first }, (_, i) => ({ ...traces.get(first + i), ok: expect.anything() })));
				for (const [i, one] of read.entries())
					for (const act of acts) expect(accepted(one, actKey(act))).toBe(traces.accepts(first + i, actKey(act)));
			}),
			{ seed: 12, numRuns: 100 },
		);
	});

	it('tell how two rules did where both matched, however often they are asked in between', () => {
		const [a, b] = [
			ruleOf('a', { when: [{ f: 'hp', op: '<=', v: 3 }], then: acts[0] as Act }),
			ruleOf('b', { when: [{ f: 'mood', op: '!=', v: 'gone' }], then: acts[1] as Act }),
		];
		fc.assert(
			fc.property(fc.array(fc.tuple(anyTrace, fc.boolean()), { maxLength: 40 }), (all) => {
				const traces = makeTraces(table, 100);
				let want = { n: 0, a: 0, b: 0, both: 0 };
				for (const [one, ask] of all) {
					traces.add(one);
					if (ask) traces.versus(b, a);
					if (one.outcome !== undefined || !fires([...a.data.when, ...b.data.when], [], one.facts)) continue;
					const [first, second] = [a, b].map((rule) => accepted(one, actKey(rule.data.then)) === true);
					want = {
						n: want.n * 0.98 + 1,
						a: want.a * 0.98 + (first ? 1 : 0),
						b: want.b * 0.98 + (second ? 1 : 0),
						both: want.both * 0.98 + (first && second ? 1 : 0),
					};
				}
				const met = traces.versus(a, b);
				for (const key of ['n', 'a', 'b', 'both'] as const) expect(met[key]).toBeCloseTo(want[key], 9);
				expect(traces.versus(b, a)).toEqual({ n: met.n, a: met.b, b: met.a, both: met.both });
			}),
			{ seed: 13, numRuns: 100 },
		);
	});

	describe('say where an act was never spoken of', () => {
		const traces = makeTraces(table, 100);
		const key = actKey(acts[0] as Act);
		const one = (facts: Facts, act = acts[0] as Act): Trace => ({ entry: 1, facts, act, ok: [], episode: 'e', layer: 'strategy' });
		for (const hp of [10, 20, 12]) traces.add(one({ hp, mood: 'calm' }));
		traces.add(one({ hp: 90, mood: 'angry', potion: true }, acts[1]));

		it('never before four answers took it for right', () => {
			expect(traces.beyond(key, { hp: 99, mood: 'gone' }, 50)).toBeUndefined();
			traces.add(one({ hp: 14 }));
			expect(traces.beyond(key, { hp: 99 }, 50)).toBe('hp');
		});
		it('a word that was said of another act alone, and a number further off than theirs are apart', () => {
			expect(traces.beyond(key, { hp: 15, mood: 'calm' }, 50)).toBeUndefined();
			expect(traces.beyond(key, { hp: 15, mood: 'angry' }, 50)).toBe('mood');
			expect([0, 30].map((hp) => traces.beyond(key, { hp }, 50))).toEqual([undefined, undefined]);
			expect([-1, 31].map((hp) => traces.beyond(key, { hp }, 50))).toEqual(['hp', 'hp']);
		});
		it('and nothing of a fact that is not known here, or that none of them knew', () => {
			expect(traces.beyond(key, {}, 50)).toBeUndefined();
			expect(traces.beyond(key, { potion: true, said: 'what' }, 50)).toBeUndefined();
		});
	});

	it('of another world speak for and against nothing', () => {
		const traces = makeTraces(table, 100);
		const one = (entry: number): Trace => ({ entry, facts: { hp: 1 }, act: acts[0] as Act, ok: [], episode: 'e', layer: 'strategy' });
		for (let n = 0; n < 10; n++) traces.add(one(n));
		traces.begin(2);
		traces.add(one(10));
		expect(traces.matching({ when: [{ f: 'hp', op: '<=', v: 3 }], unless: [] })).toEqual([8, 9, 10]);
		expect(traces.nearest({ hp: 1 }, 9).map((t) => t.entry)).toEqual([10, 9, 8]);
		expect(traces.memory(50).rows).toHaveLength(3);
	});
});
