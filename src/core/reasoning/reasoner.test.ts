import { describe, expect, it } from 'vitest';
import { provenanceOf, scopeOf } from '../crystals/crystal.fixture.ts';
import type { StateChange } from '../crystals/crystal.ts';
import type { Rule } from '../crystals/rule/schema.ts';
import { makeFactTable } from '../facts/snapshot.ts';
import type { Act, DecisionAnswer, Facts, Literal } from '../question.ts';
import { makeReasoner, type ReasonerOptions } from './reasoner.ts';

const forward: Act = { verb: 'forward', args: {} };
const left: Act = { verb: 'left', args: {} };
const free: Literal = { f: 'front', op: '==', v: 'free' };

function answerOf(act: Act, because: Literal[], more: Partial<DecisionAnswer> = {}): DecisionAnswer {
	return { act, options: [], because, unless: [], expects: [], until: [], scope: 'situation', confidence: 0.9, missing: [], ...more };
}
/** A learner in a world of one fact, with chance that never says yes unless given. */
function setUp(more: Partial<ReasonerOptions> = {}) {
	const table = makeFactTable({ facts: [{ name: 'front', type: 'enum', values: ['wall', 'free', 'goal'] }] });
	for (const value of ['wall', 'free']) table.observe('front', value, 0);
	let made = 0;
	let entry = 0;
	const clock = { at: 0, now: () => clock.at, monotonic: () => clock.at };
	const changes: { readonly rule: Rule; readonly change: StateChange }[] = [];
	const reasoner = makeReasoner({
		table,
		actions: [{ verb: 'forward' }, { verb: 'left' }],
		random: { next: () => 0.999_999 },
		clock,
		scope: scopeOf('any'),
		newId: (kind) => `${kind}-${made++}`,
		changed: (rule, change) => changes.push({ rule, change }),
		...more,
	});
	return {
		reasoner,
		changes,
		clock,
		answer: (facts: Facts, answer: DecisionAnswer, decision?: ReturnType<typeof reasoner.decide>) =>
			reasoner.learn({ facts, episode: `e${entry}` }, answer, provenanceOf({ ask: 'decision', entry: ++entry }), decision),
	};
}
function taught(more: Partial<ReasonerOptions> = {}) {
	const set = setUp(more);
	for (let i = 0; i < 5; i++) set.answer({ front: 'free' }, answerOf(forward, [free]));
	return set;
}

describe('a learner', () => {
	it('asks, learns, and then decides by itself', () => {
		const { reasoner, changes } = taught();
		expect(reasoner.decide({ facts: { front: 'wall' }, episode: 'x' })).toMatchObject({ outcome: 'miss', reason: 'no-crystal' });
		expect(reasoner.decide({ facts: { front: 'free' }, episode: 'x' })).toMatchObject({ outcome: 'hit', act: forward, audit: false });
		expect(changes.map(({ change }) => change.to)).toEqual(['shadow', 'autonomous']);
	});

	it('throws the dice of a decision point once, however often it is asked about it', () => {
		const dice = [0.9, 0.001, 0.001, 0.9];
		const random = { next: () => dice.shift() ?? 0.9 };
		const { reasoner, answer } = setUp({ random });
		answer({ front: 'free' }, answerOf(forward, [free]));
		const at = { facts: { front: 'free' }, episode: 'x' };
		for (let i = 0; i < 50; i++) expect(reasoner.decide({ ...at, n: 1 }).outcome).toBe('miss');
		expect(reasoner.decide({ ...at, n: 2 })).toMatchObject({ outcome: 'hit', probability: expect.closeTo(0.022, 3) });
	});

	it('has some local acts checked: the answer counts, and the act is the answer’s', () => {
		const { reasoner, answer } = taught({ random: { next: () => 0.5 }, tuning: { kappa: 1 } });
		const facts = { front: 'free' };
		const decision = reasoner.decide({ facts, episode: 'x' });
		expect(decision).toMatchObject({ outcome: 'hit', audit: true });
		const before = decision.outcome === 'hit' ? decision.rule.stat : undefined;
		expect(before).toMatchObject({ used: 0 });
		// A rule that five answers speak for: one that contradicts it is asked about once more.
		expect(answer(facts, answerOf(left, [free]), decision)).toMatchObject({ labels: [], again: expect.stringContaining('contradicts') });
		expect(answer(facts, answerOf(left, [free]))).toMatchObject({ labels: [{ harmful: true }] });
		expect(reasoner.memory().budgets?.['0.02']?.taken).toEqual([[expect.any(Number), true]]);
	});

	it('takes an answer for an error that is taken back: the rule is none the worse, and the teacher is known the better', () => {
		const { reasoner, answer } = taught();
		const facts = { front: 'free' };
		const rate = reasoner.teacher().rate;
		const { again, residue } = answer(facts, answerOf(left, [free]));
		expect(again).toContain('forward');
		expect(residue).toMatchObject({
			labelled: [reasoner.rules.all()[0]?.id],
			refused: [{ why: expect.stringContaining('asked once more') }],
		});
		expect(answer(facts, answerOf(forward, [free])).labels).toMatchObject([{ harmful: false }]);
		expect(reasoner.rules.all()[0]?.stat).toMatchObject({ w: 0, clean: 5 });
		expect(reasoner.teacher().rate).toBeGreaterThan(rate);
		expect(reasoner.memory().teacher).toMatchObject({ errors: 1 });
	});

	it('lets a contradiction count for less that nobody was asked about again', () => {
		const { reasoner, answer } = taught();
		const facts = { front: 'free' };
		expect(answer(facts, answerOf(left, [free])).again).toBeDefined();
		const [rule] = reasoner.rules.all();
		expect(rule?.stat.w).toBe(0);
		reasoner.decide({ facts, episode: 'later' });
		expect(rule).toMatchObject({ state: 'autonomous', stat: { clean: 0 } });
		expect(rule?.stat.w).toBeGreaterThan(0.5);
		expect(rule?.stat.w).toBeLessThan(0.9);
	});

	it('asks when the same act in the same place comes for the fourth time, and charges the rule', () => {
		const { reasoner } = taught();
		const at = { facts: { front: 'free' }, episode: 'x', place: 'corner' };
		const decisions = Array.from({ length: 4 }, () => reasoner.decide(at));
		expect(decisions.map((d) => d.outcome)).toEqual(['hit', 'hit', 'hit', 'miss']);
		expect(decisions[3]).toMatchObject({ reason: 'act-failed', detail: expect.stringContaining('stuck') });
		expect(reasoner.rules.all()[0]?.stat).toMatchObject({ clean: 0, used: 3 });
	});

	it('asks in parts of one game where no answer ever spoke of a case, however sure the rule is, and acts there once one has', () => {
		const table = makeFactTable({ facts: ['hand', 'pot'].map((name) => ({ name, type: 'enum', values: ['free', 'full'] })) });
		for (const value of ['full', 'free']) for (const hand of ['hand', 'pot']) table.observe(hand, value, 0);
		const { reasoner, answer } = setUp({ table });
		const fetch = answerOf(forward, [{ f: 'hand', op: '==', v: 'free' }]);
		for (let i = 0; i < 9; i++) answer({ hand: 'free', pot: 'free' }, fetch);
		expect(reasoner.decide({ facts: { hand: 'free', pot: 'free' }, episode: 'x', partial: true })).toMatchObject({
			outcome: 'hit',
			act: forward,
		});
		const full = { hand: 'free', pot: 'full' };
		// Of whole games three have been seen by then, each with its own cases: the rule is believed.
		expect(reasoner.decide({ facts: full, episode: 'x' })).toMatchObject({ outcome: 'hit', act: forward });
		const decision = reasoner.decide({ facts: full, episode: 'x', partial: true });
		expect(decision).toMatchObject({ outcome: 'miss', reason: 'no-crystal', detail: expect.stringContaining('with pot as it is here') });
		expect(reasoner.memory().budgets?.['0.02']?.points.at(-1)).toBe(0);
		answer(full, fetch, decision);
		expect(reasoner.decide({ facts: full, episode: 'x', partial: true })).toMatchObject({ outcome: 'hit', act: forward });
	});

	it('allows more harm on the way, and asks a surer rule for it', () => {
		const { reasoner, answer } = setUp();
		const facts = { front: 'free' };
		const point = { facts, layer: 'travel' as const };
		for (let i = 0; i < 6; i++)
			reasoner.learn({ ...point, episode: `e${i}` }, answerOf(forward, [free]), provenanceOf({ ask: 'decision', entry: i }));
		expect(reasoner.decide({ ...point, episode: 'x' })).toMatchObject({
			outcome: 'miss',
			reason: 'below-threshold',
			limit: { delta: 0.05 },
		});
		for (let i = 0; i < 6; i++) answer(facts, answerOf(forward, [free]));
		expect(reasoner.decide({ ...point, episode: 'x' })).toMatchObject({ outcome: 'hit' });
	});

	it('goes on in the next session where it stopped', () => {
		const first = taught();
		const memory = JSON.parse(JSON.stringify(first.reasoner.memory())) as ReturnType<typeof first.reasoner.memory>;
		const { reasoner } = setUp({ memory, rules: first.reasoner.rules.all() });
		expect(reasoner.memory()).toMatchObject({ traces: memory.traces, budgets: memory.budgets });
		expect(reasoner.decide({ facts: { front: 'free' }, episode: 'x' })).toMatchObject({ outcome: 'hit' });
	});
});
