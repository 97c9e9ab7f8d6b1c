import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFactTable } from '../../facts/snapshot.ts';
import type { Random } from '../../ports.ts';
import type { Profile } from '../../profile.ts';
import type { Act, DecisionAnswer, Facts, Literal } from '../../question.ts';
import { provenanceOf, scopeOf } from '../crystal.fixture.ts';
import { makeHarmBudget } from '../lifecycle.ts';
import { decideByRule } from './apply.ts';
import { crystalliseRule, labelOutcome } from './crystallise.ts';
import { ruleOf as rule } from './rule.fixture.ts';
import { makeRuleIndex } from './rule-index.ts';
import { LAYERS, readRule, RULE_MIGRATIONS, RULE_SCHEMA, type Rule } from './schema.ts';
import { makeTraces, type Versus } from './traces.ts';
import { parseRule, printRule, type RuleText } from './text.ts';

const provenance = provenanceOf({ ask: 'decision', entry: 7 });
const scope = scopeOf('320x240');
const never: Random = { next: () => 0.999_999 };
const always: Random = { next: () => 0 };
const profile: Pick<Profile, 'actions' | 'facts'> = {
	facts: [
		{ name: 'hp', type: 'number', min: 0, max: 100 },
		{ name: 'foes', type: 'count' },
		{ name: 'mood', type: 'enum', values: ['calm', 'angry', 'gone'] },
		{ name: 'potion', type: 'boolean' },
	],
	actions: [
		{ verb: 'click', args: { at: 'element' }, does: 'click', input: [{ click: 'left', at: '$at' }] },
		{ verb: 'drink', does: 'drink', input: [{ key: 'q' }] },
		{ verb: 'flee', does: 'flee', input: [{ key: 'w' }] },
		{ verb: 'sell', does: 'sell all', input: [{ key: 's' }], irreversible: true },
		{ verb: 'wait', args: { ms: 'number' }, does: 'wait', input: [{ waitMs: '$ms' }] },
	],
};
const drink = { verb: 'drink', args: {} };
const flee = { verb: 'flee', args: {} };
const low: Literal = { f: 'hp', op: '<=', v: 30 };

const decide = (rules: Rule[], facts: Facts, more: Partial<Parameters<typeof decideByRule>[2]> = {}) =>
	decideByRule(makeRuleIndex(rules), facts, { isIrreversible: ({ verb }) => verb === 'sell', random: never, ...more });

describe('a rule', () => {
	it('hits when its condition holds', () => {
		const hit = decide([rule('heal', {})], { hp: 30 });
		expect(hit).toMatchObject({ outcome: 'hit', act: drink, rule: { id: 'heal' } });
		expect(hit.outcome === 'hit' && hit.why).toContain('if hp <= 30 then drink()');
	});

	it('misses when its condition nearly holds', () => {
		expect(decide([rule('heal', {})], { hp: 31 })).toMatchObject({
			outcome: 'miss',
			reason: 'no-crystal',
			detail: 'none of 1 rules matches',
		});
		const index = makeRuleIndex([rule('heal', { when: [low, { f: 'foes', op: '>', v: 0 }] })]);
		expect(index.nearly({ hp: 40, foes: 2 }).map((r) => r.id)).toEqual(['heal']);
		expect(index.nearly({ hp: 40, foes: 0 })).toEqual([]);
	});

	it('misses when the fact it tests is stale, since the unknown is never guessed', () => {
		const table = makeFactTable(profile, { staleMs: 500 });
		table.observe('hp', 20, 0);
		expect(decide([rule('heal', {})], table.snapshot(500).values).outcome).toBe('hit');
		expect(decide([rule('heal', {})], table.snapshot(501).values)).toMatchObject({ outcome: 'miss', reason: 'no-crystal' });
	});

	it('is scored by what its group is worth by now', () => {
		const one = rule('a', {});
		const other = rule('b', { when: [{ f: 'mood', op: '==', v: 'gone' }] });
		const index = makeRuleIndex([one, other]);
		const scored = (): number => decideByRule(index, { hp: 3 }, { random: never }).score;
		const before = scored();
		other.stat = { ...other.stat, w: 20 };
		index.add(other);
		const after = scored();
		expect(after).toBeLessThan(before);
		expect(after).toBe(decide([one, other], { hp: 3 }).score);
		index.remove('b');
		expect(scored()).toBe(decide([one], { hp: 3 }).score);
	});

	it('survives its schema', () => {
		const { data } = rule('heal', { unless: [{ f: 'mood', op: 'in', v: ['gone'] }], expects: [{ f: 'hp', op: 'up', withinMs: 900 }] });
		const read = readRule(JSON.parse(JSON.stringify(data)), RULE_SCHEMA);
		expect(read).toEqual({ ok: true, data });
		expect(readRule({ ...data, when: [] }, RULE_SCHEMA)).toMatchObject({ ok: false, why: expect.stringContaining('when') });
		expect(readRule(data, RULE_SCHEMA + 1)).toMatchObject({ ok: false });
		expect(RULE_MIGRATIONS).toHaveLength(RULE_SCHEMA - 1);
	});

	it('is blocked by an exception, and by an unknown one where the act cannot be undone', () => {
		const unless: Literal[] = [{ f: 'potion', op: '==', v: false }];
		expect(decide([rule('heal', { unless })], { hp: 3, potion: false }).outcome).toBe('miss');
		expect(decide([rule('heal', { unless })], { hp: 3 }).outcome).toBe('hit');
		const sell = rule('sell', { unless, then: { verb: 'sell', args: {} } });
		sell.stat.clean = 300;
		const index = makeRuleIndex([sell], (verb) => verb === 'sell');
		expect(index.matching({ hp: 3 })).toEqual([]);
		expect(index.matching({ hp: 3, potion: true })).toEqual([sell]);
	});

	it('for an act that cannot be undone waits for the long ladder', () => {
		expect(decide([rule('sell', { then: { verb: 'sell', args: {} } })], { hp: 3 })).toMatchObject({
			outcome: 'miss',
			reason: 'below-threshold',
		});
	});

	it('does not fire for a target out of sight', () => {
		expect(decide([rule('heal', {})], { hp: 3 }, { possible: () => false })).toMatchObject({
			outcome: 'miss',
			reason: 'no-crystal',
			detail: expect.stringContaining('not in sight'),
		});
	});
});

describe('arbitration', () => {
	it('follows the earliest layer, then the higher score, then the more exact rule', () => {
		// Both acts were right wherever both rules matched.
		const versus = (): Versus => ({ n: 9, a: 9, b: 9, both: 9 });
		const late = rule('late', { layer: 'travel', then: flee }, 'autonomous', 50);
		const early = rule('early', { layer: 'reflex' }, 'autonomous', 8);
		expect(decide([late, early], { hp: 3 }, { versus })).toMatchObject({ rule: { id: 'early' } });
		expect(decide([rule('a', {}), rule('b', { then: flee }, 'autonomous', 9)], { hp: 3 }, { versus })).toMatchObject({
			rule: { id: 'b' },
		});
		expect(decide([rule('a', {}), rule('b', { when: [low, { f: 'foes', op: '>', v: 0 }] })], { hp: 3, foes: 1 })).toMatchObject({
			rule: { id: 'b' },
		});
	});

	it('asks when another trusted rule wants something else', () => {
		expect(decide([rule('a', {}), rule('b', { then: flee })], { hp: 3 })).toMatchObject({
			outcome: 'miss',
			reason: 'conflict',
			detail: '"a" says drink(), "b" says flee()',
		});
	});

	it('does not ask because what a tree just proposed wants something else, but because what a model just said does', () => {
		const proposed = rule('b', { then: flee, origin: 'induced' }, 'shadow', 0);
		expect(decide([rule('a', {}), proposed], { hp: 3 })).toMatchObject({ outcome: 'hit', rule: { id: 'a' } });
		expect(decide([rule('a', {}), rule('b', { then: flee }, 'shadow', 0)], { hp: 3 })).toMatchObject({ reason: 'conflict' });
		expect(decide([rule('a', {}), rule('b', { then: flee }, 'shadow', 2)], { hp: 3 })).toMatchObject({ reason: 'conflict' });
	});

	it('does not ask because of one in shadow that is much less sure, though the two never met', () => {
		const doubtful = rule('b', { then: flee, origin: 'induced' }, 'shadow', 17, 5);
		expect(decide([rule('a', {}, 'autonomous', 40), doubtful], { hp: 3 })).toMatchObject({ outcome: 'hit', rule: { id: 'a' } });
		expect(decide([rule('a', {}, 'autonomous', 8), doubtful], { hp: 3 })).toMatchObject({ reason: 'conflict' });
	});

	it('takes nothing of the score of one in service away because others of its kind failed', () => {
		const sure = rule('a', {}, 'autonomous', 40);
		const failed = Array.from({ length: 9 }, (_, n) => rule(`b${n}`, { when: [{ f: 'foes', op: '>', v: n }] }, 'shadow', 4, 9));
		const alone = decide([sure], { hp: 3 });
		expect(decide([sure, ...failed], { hp: 3 }).score).toBe(alone.score);
	});

	it('does not ask between acts that were both acceptable before', () => {
		const traces = makeTraces(makeFactTable(profile), 100);
		const { versus } = traces;
		const at = (entry: number, ok: Act[]) => ({ entry, facts: { hp: entry }, act: drink, ok, episode: 'e', layer: 'strategy' as const });
		for (const entry of [1, 2, 3]) traces.add(at(entry, [flee]));
		expect(decide([rule('a', {}), rule('b', { then: flee })], { hp: 3 }, { versus })).toMatchObject({ outcome: 'hit' });
		traces.add({ ...at(4, []), act: flee });
		traces.add(at(5, []));
		expect(decide([rule('a', {}), rule('b', { then: flee })], { hp: 3 }, { versus })).toMatchObject({ reason: 'conflict' });
	});

	it('follows one that was right wherever the other was, and counts where neither was against it', () => {
		const act = decide([rule('a', {}), rule('b', { then: flee })], { hp: 3 }, { versus: () => ({ n: 12, a: 11, b: 11, both: 11 }) });
		expect(act).toMatchObject({ outcome: 'hit', rule: { id: 'a' }, score: expect.closeTo(12 / 14, 2) });
		const more = decide([rule('a', {}), rule('b', { then: flee })], { hp: 3 }, { versus: () => ({ n: 12, a: 12, b: 11, both: 11 }) });
		expect(more.score).toBeGreaterThan(0.97);
	});

	it('follows the one of two that was right where both matched, however good the other is elsewhere', () => {
		const versus = (one: Rule): Versus => (one.id === 'wide' ? { n: 12, a: 0, b: 12, both: 0 } : { n: 12, a: 12, b: 0, both: 0 });
		const wide = rule('wide', {}, 'autonomous', 90);
		const exact = rule('exact', { when: [low, { f: 'foes', op: '>', v: 0 }], then: flee }, 'autonomous', 12);
		expect(decide([wide, exact], { hp: 3, foes: 1 })).toMatchObject({ reason: 'conflict' });
		expect(decide([wide, exact], { hp: 3, foes: 1 }, { versus })).toMatchObject({ outcome: 'hit', rule: { id: 'exact' } });
	});

	it('tells shadow, lost trust and absence apart', () => {
		expect(decide([rule('a', {}, 'shadow', 1)], { hp: 3 })).toMatchObject({ reason: 'shadow' });
		expect(decide([rule('a', {}, 'autonomous', 3, 2)], { hp: 3 })).toMatchObject({ reason: 'below-threshold' });
		expect(decide([rule('a', {}, 'autonomous', 8)], { hp: 3 }, { lambda: () => 0.99 })).toMatchObject({
			reason: 'below-threshold',
			score: expect.closeTo(0.978, 2),
		});
		expect(decide([rule('a', {}, 'quarantined')], { hp: 3 })).toMatchObject({
			reason: 'shadow',
			detail: expect.stringContaining('quarantined'),
		});
		expect(decide([rule('a', {}, 'retired')], { hp: 3 })).toMatchObject({ reason: 'no-crystal' });
		expect(decide([], { hp: 3 })).toMatchObject({ detail: 'no rule has been learnt yet' });
	});

	it('tries a rule out from shadow when chance says so', () => {
		expect(decide([rule('a', {}, 'shadow', 0)], { hp: 3 }, { random: always })).toMatchObject({
			outcome: 'hit',
			probability: expect.closeTo(0.0222, 3),
		});
	});
});

const word = fc.oneof(
	fc.constantFrom('start-button', 'if', 'true', 'a b', '"quoted" # not', 'then', '3', '', 'Ä\n'),
	fc.string({ maxLength: 12 }),
);
const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map((n) => (Object.is(n, -0) ? 0 : n));
const factName = fc.constantFrom('hp', 'me.hp-max', 'sees.wolf', 'x1');
const anyLit: fc.Arbitrary<Literal> = fc.oneof(
	fc.record({ f: factName, op: fc.constantFrom('<=' as const, '>' as const), v: anyNumber }),
	fc.record({ f: factName, op: fc.constantFrom('==' as const, '!=' as const), v: fc.oneof(anyNumber, fc.boolean(), word) }),
	fc.record({ f: factName, op: fc.constant('in' as const), v: fc.array(fc.oneof(anyNumber, word), { maxLength: 4 }) }),
);
const anyRule: fc.Arbitrary<RuleText> = fc.record({
	layer: fc.constantFrom(...LAYERS),
	when: fc.array(anyLit, { minLength: 1, maxLength: 4 }),
	unless: fc.array(anyLit, { maxLength: 3 }),
	then: fc.record({
		verb: fc.constantFrom('click', 'walk-to', 'use'),
		args: fc.dictionary(
			fc.constantFrom('at', 'to', 'someName', 'in'),
			fc.oneof(anyNumber, word, fc.record({ fact: factName }), fc.tuple(anyNumber, anyNumber)),
			{ noNullPrototype: true },
		),
	}),
	expects: fc.array(
		fc.oneof(
			fc.record({ f: factName, op: fc.constantFrom('up' as const, 'down' as const), withinMs: fc.nat(600_000) }),
			fc.record({
				f: factName,
				op: fc.constantFrom('==' as const, '!=' as const),
				v: fc.oneof(anyNumber, fc.boolean(), word),
				withinMs: fc.nat(600_000),
			}),
		),
		{ maxLength: 3 },
	),
	until: fc.array(anyLit, { maxLength: 2 }),
});

describe('the harm budget', () => {
	it('lets the best confirmed rules act on after harm, and the others once models keep agreeing with them', () => {
		const budget = makeHarmBudget();
		const old = rule('old', { when: [{ f: 'hp', op: '<=', v: 10 }] }, 'autonomous', 150);
		const young = rule('young', { when: [{ f: 'hp', op: '>', v: 10 }] }, 'autonomous', 5);
		const attempt = (hp: number) => decide([old, young], { hp }, { lambda: () => budget.lambda });
		for (let i = 0; i < 60; i++) budget.point(attempt(i % 2 ? 5 : 50).score);
		for (let i = 0; i < 30; i++) budget.taken(attempt(50).score, i < 8);
		expect(attempt(5).outcome).toBe('hit');
		expect(attempt(50)).toMatchObject({ outcome: 'miss', reason: 'below-threshold', detail: expect.stringContaining('harm budget') });
		young.stat.k = 100;
		expect(attempt(50).outcome).toBe('hit');
	});
});

describe("a rule's text", () => {
	it('reads as a sentence', () => {
		const text =
			'combat: if hp <= 0.35 and foes > 0 unless potion == false or mood in [calm, gone] then use(item: potion, at: $pos, to: [3, 4]) expect hp up within 2000 until hp > 0.9';
		const parsed = parseRule(`${text}   # autonomous 0.94 (41/2)`);
		expect(parsed).toMatchObject({
			ok: true,
			rule: { layer: 'combat', then: { verb: 'use', args: { item: 'potion', at: { fact: 'pos' }, to: [3, 4] } } },
		});
		expect(parsed.ok && printRule(parsed.rule)).toBe(text);
	});

	it('is the same rule after printing and parsing', () => {
		fc.assert(
			fc.property(anyRule, fc.string({ maxLength: 20 }), (r, comment) => {
				const parsed = parseRule(printRule(r, comment));
				expect(parsed.ok && parsed.rule).toEqual(r);
			}),
			{ seed: 3, numRuns: 500 },
		);
	});

	it.each([
		['if hp <= 3 then drink()', 0, 'no layer'],
		['combat: if hp ~ 3 then drink()', 14, 'no meaning'],
		['combat: if hp <= then drink()', 17, 'a value is expected'],
		['combat: if hp <= 3 then drink(', 30, 'a value is expected'],
		['combat: if hp <= 3 then walk(to: [1])', 33, 'a point is [x, y]'],
		['combat: if hp <= 3 then drink() please', 32, 'the end is expected'],
	])('names the place of a fault in %s', (text, at, message) => {
		const parsed = parseRule(text);
		expect(parsed).toMatchObject({ ok: false, message: expect.stringContaining(message) });
		expect(parsed).toMatchObject({ at });
	});
});

// ---- crystallising ------------------------------------------------------------------------------------------------------

function answer(more: Partial<DecisionAnswer> = {}): DecisionAnswer {
	return {
		act: drink,
		options: [],
		because: [low],
		unless: [],
		expects: [],
		until: [],
		scope: 'situation',
		confidence: 0.5,
		missing: [],
		...more,
	};
}
function workshop() {
	const table = makeFactTable(profile);
	table.define({ id: 'screen', kind: 'enum', open: true });
	for (const [hp, foes, mood, potion] of [
		[90, 0, 'calm', false],
		[20, 2, 'angry', true],
	] as const) {
		table.observe('hp', hp, 0);
		table.observe('foes', foes, 0);
		table.observe('mood', mood, 0);
		table.observe('potion', potion, 0);
	}
	table.observe('screen', 'room', 0);
	const index = makeRuleIndex();
	const traces = makeTraces(table, 100);
	let made = 0;
	let entry = 0;
	return {
		table,
		index,
		traces,
		ask(a: DecisionAnswer, facts: Facts, episode = `e${entry}`) {
			entry++;
			return crystalliseRule({
				answer: a,
				facts,
				table,
				actions: profile.actions,
				traces,
				index,
				provenance: { ...provenance, entry },
				scope,
				episode,
				at: entry,
				id: () => `r${made++}`,
				elements: new Set(['start']),
			});
		},
	};
}
const now = { screen: 'room', hp: 20, foes: 2, mood: 'angry', potion: true };

describe('a model’s decision', () => {
	it('becomes a rule in shadow, and after four agreeing answers from three episodes it is asked no more', () => {
		const w = workshop();
		const first = w.ask(answer({ expects: [{ f: 'hp', op: 'up', withinMs: 500 }] }), now);
		expect(first.made).toMatchObject({
			name: 'strategy: if hp <= 30 then drink()',
			state: 'shadow',
			data: { origin: 'because', from: ['1'], expects: [{ f: 'hp' }] },
		});
		expect(first.residue).toMatchObject({ made: [{ id: 'r0' }], refused: [], labelled: [] });
		for (let i = 0; i < 3; i++) {
			const again = w.ask(answer(), { ...now, hp: 25 - i });
			expect(again.residue).toEqual({ made: [], refused: [], labelled: ['r0'] });
		}
		expect(decideByRule(w.index, now, { random: never })).toMatchObject({ reason: 'shadow' });
		const last = w.ask(answer(), now);
		expect(last.changes).toMatchObject([{ from: 'shadow', to: 'autonomous', why: expect.stringContaining('answer 5 agrees') }]);
		expect(decideByRule(w.index, now, { random: never })).toMatchObject({ outcome: 'hit', act: drink });
		expect(w.index.size).toBe(1);
	});

	it('is refused by name where it says what is not so or not known; what never varied yet may stand', () => {
		const w = workshop();
		w.table.define({ id: 'stuck', kind: 'boolean' });
		w.table.observe('stuck', false, 0);
		const { residue, made } = w.ask(
			answer({
				because: [
					low,
					{ f: 'foes', op: '>', v: 5 },
					{ f: 'gold', op: '>', v: 3 },
					{ f: 'stuck', op: '==', v: false },
					{ f: 'mood', op: '==', v: 'bored' },
				],
				unless: [{ f: 'potion', op: '==', v: true }],
				expects: [{ f: 'gold', op: 'up', withinMs: 5 }],
			}),
			{ ...now, stuck: false },
		);
		expect(made?.data.when).toEqual([low, { f: 'stuck', op: '==', v: false }]);
		expect('refused' in residue && residue.refused.map((r) => `${r.what}: ${r.why}`)).toEqual([
			'foes > 5: not true in this situation',
			'gold > 3: there is no fact "gold"',
			'mood == bored: "mood" is one of calm, angry, gone, not "bored"',
			'unless potion == true: is true in this situation, so it cannot be an exception',
			'expects gold: "gold" is not a number that can be read',
		]);
	});

	it('leaves nothing, and says so, when no condition stands or the act is not of this game', () => {
		const w = workshop();
		expect(w.ask(answer({ because: [{ f: 'hp', op: '>', v: 50 }] }), now).residue).toMatchObject({
			none: 'all-refused',
			detail: expect.stringContaining('no condition of it stands'),
		});
		expect(w.ask(answer({ act: { verb: 'fly', args: {} } }), now).residue).toMatchObject({
			none: 'all-refused',
			detail: expect.stringContaining('not an action'),
		});
		expect(w.ask(answer({ act: { verb: 'click', args: { at: 'dragon' } } }), now).residue).toMatchObject({
			detail: expect.stringContaining('no element "dragon"'),
		});
		expect(w.index.size).toBe(0);
	});

	it('may always rest on the screen, and keeps the name of the element it clicks', () => {
		const w = workshop();
		const { made } = w.ask(answer({ act: { verb: 'click', args: { at: 'start' } }, because: [{ f: 'screen', op: '==', v: 'room' }] }), now);
		expect(made?.data).toMatchObject({ when: [{ f: 'screen', v: 'room' }], then: { args: { at: 'start' } } });
	});

	it('that holds only here gets the screen as a condition', () => {
		expect(workshop().ask(answer({ scope: 'here' }), now).made?.name).toBe('strategy: if screen == room and hp <= 30 then drink()');
	});

	it('contradicted by an earlier case gets one more condition that tells them apart', () => {
		const w = workshop();
		w.ask(answer({ act: flee, because: [low], options: [{ act: flee, value: 1, ok: true }] }), { ...now, potion: false });
		const second = w.ask(answer(), now);
		expect(second.made?.name).toBe('strategy: if hp <= 30 and potion == true then drink()');
		expect(second.labels).toMatchObject([{ rule: { data: { then: flee } }, harmful: true }]);
	});

	it('contradicted where nothing tells the cases apart is dropped', () => {
		const w = workshop();
		w.ask(answer({ act: flee }), now);
		const second = w.ask(answer(), now);
		expect(second.made).toBeUndefined();
		expect(second.residue).toMatchObject({ labelled: ['r0'], refused: [{ why: expect.stringContaining('contradicted by answer 1') }] });
	});

	it('counts as agreement for a rule whose act it would also accept', () => {
		const w = workshop();
		w.ask(answer({ act: flee }), now);
		const second = w.ask(
			answer({
				options: [
					{ act: flee, value: 0, ok: true },
					{ act: drink, value: 1, ok: true },
				],
			}),
			now,
		);
		expect(second.labels).toMatchObject([{ harmful: false }]);
	});

	it('that an older rule already says of more situations makes no second rule', () => {
		const w = workshop();
		w.ask(answer(), now);
		expect(
			w.ask(
				answer({
					because: [
						{ f: 'hp', op: '<=', v: 22 },
						{ f: 'foes', op: '>', v: 0 },
					],
				}),
				now,
			).made,
		).toBeUndefined();
		expect(w.index.size).toBe(1);
	});

	it('asked as an audit labels and makes nothing', () => {
		const w = workshop();
		const result = crystalliseRule({
			answer: answer(),
			facts: now,
			table: w.table,
			actions: profile.actions,
			traces: w.traces,
			index: w.index,
			provenance,
			scope,
			episode: 'e',
			at: 1,
			id: () => 'x',
			mayMake: false,
		});
		expect(result.residue).toMatchObject({ none: 'audit' });
		expect(w.traces.size).toBe(1);
	});

	it('is kept as a case, the most alike first', () => {
		const w = workshop();
		w.ask(answer(), now);
		w.ask(answer({ act: flee, because: [{ f: 'hp', op: '>', v: 80 }] }), { ...now, hp: 90, foes: 0, mood: 'calm' });
		expect(w.traces.nearest({ ...now, hp: 89, foes: 0, mood: 'calm' }, 1)).toMatchObject([{ act: flee }]);
	});

	it('pays or costs by its outcome', () => {
		const r = rule('a', {}, 'autonomous', 8);
		expect(labelOutcome(r, 'none', '', { episode: 'e', at: 1 })).toBeUndefined();
		labelOutcome(r, 'good', 'hp going up came about', { episode: 'e', at: 2 });
		expect(r.stat.k).toBeGreaterThan(8);
		labelOutcome(r, 'harmful', 'x', { episode: 'e', at: 3 });
		expect(labelOutcome(r, 'harmful', 'hp going up did not come about', { episode: 'e', at: 4 })).toMatchObject({ to: 'quarantined' });
	});
});
