import { describe, expect, it } from 'vitest';
import { makeCascade, sealModel } from '../cascade.ts';
import type { Strategy } from '../crystals/strategy/schema.ts';
import { makeFactTable } from '../facts/snapshot.ts';
import { makeLedger, type QuestionEntry } from '../ledger.ts';
import type { ModelRequest } from '../ports.ts';
import type { Facts, StrategyAnswer, StrategyQuestion } from '../question.ts';
import { makeRuleIndex } from '../crystals/rule/rule-index.ts';
import { INSTRUCTIONS } from '../wire.ts';
import { deskOf, profileOf, receiptOf, situationOf, tierOf } from './desk.fixture.ts';
import { makeMind } from './mind.ts';
import { makePlanner, type PlanMemory } from './planner.ts';

const profile = profileOf({
	facts: [
		{ name: 'hp', type: 'number', min: 0, max: 100 },
		{ name: 'room', type: 'enum', values: ['town', 'wood', 'cave'] },
	],
});
const journey: StrategyAnswer = {
	goals: [
		{ name: 'Reach the cave', priority: 2, when: [{ f: 'room', op: '==', v: 'wood' }], until: [{ f: 'room', op: '==', v: 'cave' }] },
		{ name: 'Go home', priority: 1, when: [{ f: 'room', op: '==', v: 'cave' }], until: [{ f: 'room', op: '==', v: 'town' }] },
	],
	rules: [{ when: [{ f: 'hp', op: '<=', v: 10 }], action: { verb: 'drink', args: {} } }],
};

function setUp(from: { crystals?: ReturnType<typeof deskOf>['crystals']; memory?: PlanMemory } = {}) {
	const desk = deskOf(profile, from.crystals);
	const table = makeFactTable(profile);
	const rules = makeRuleIndex();
	const planner = makePlanner({ ...desk, table, rules, ...(from.memory === undefined ? {} : { memory: from.memory }) });
	return {
		desk,
		planner,
		rules,
		plan: () => [...desk.crystals.values()].find((c): c is Strategy => c.kind === 'strategy') as Strategy,
		walk(...rooms: string[]) {
			for (const room of rooms) planner.see({ room });
		},
	};
}

describe('a planner', () => {
	it('asks when it has no plan, and then not again while the plan holds', () => {
		const { planner, walk, rules } = setUp();
		expect(planner.attempt({ room: 'wood' })).toMatchObject({ outcome: 'miss', reason: 'no-crystal' });
		planner.crystallise({ room: 'wood' }, journey, receiptOf());
		expect(planner.goal).toBe('Reach the cave');
		expect(planner.attempt({ room: 'wood' })).toBeUndefined();
		walk('wood', 'cave');
		expect(planner.goal).toBe('Go home');
		expect(planner.attempt({ room: 'cave' })).toBeUndefined();
		expect(rules.all().map((rule) => rule.data.layer)).toEqual(['strategy']);
	});

	it('asks anew only when nothing of the plan has been open for a minute', () => {
		const { desk, planner, walk } = setUp();
		planner.crystallise({ room: 'wood' }, journey, receiptOf());
		walk('cave', 'town');
		expect(planner.goal).toBeUndefined();
		desk.clock.at += 59_000;
		expect(planner.attempt({ room: 'town' })).toBeUndefined();
		walk('wood', 'town');
		desk.clock.at += 59_000;
		expect(planner.attempt({ room: 'town' })).toBeUndefined();
		desk.clock.at += 1000;
		expect(planner.attempt({ room: 'town' })).toMatchObject({
			outcome: 'miss',
			reason: 'stale',
			detail: expect.stringContaining('all its goals are reached'),
		});
	});

	it('labels a plan by the goals that were reached, and lets it answer after four', () => {
		const { desk, planner, plan, walk } = setUp();
		planner.crystallise({ room: 'wood' }, journey, receiptOf());
		walk('wood', 'cave', 'town', 'wood', 'cave');
		expect(plan()).toMatchObject({ state: 'shadow', stat: { labels: 3 } });
		walk('town');
		expect(plan()).toMatchObject({ state: 'autonomous' });
		// The next session follows it without a model; one that does not fit there is not taken.
		const next = setUp({ crystals: desk.crystals });
		expect(next.planner.attempt({ room: 'town' })).toMatchObject({ outcome: 'miss', reason: 'no-crystal' });
		const attempt = next.planner.attempt({ room: 'wood' });
		expect(attempt).toMatchObject({ outcome: 'hit', used: [plan().id] });
		next.planner.follow(plan().id, { room: 'wood' });
		expect(next.planner.goal).toBe('Reach the cave');
		expect(plan().stat.used).toBe(1);
	});

	it('does not let a plan in shadow answer', () => {
		const { desk, planner } = setUp();
		planner.crystallise({ room: 'wood' }, journey, receiptOf());
		expect(setUp({ crystals: desk.crystals }).planner.attempt({ room: 'wood' })).toMatchObject({ outcome: 'miss', reason: 'shadow' });
	});

	it('holds it against a plan that had nothing for what came', () => {
		const { desk, planner, plan } = setUp();
		planner.crystallise({ room: 'wood' }, { ...journey, goals: journey.goals.slice(0, 1) }, receiptOf());
		planner.see({ room: 'town' });
		desk.clock.at += 60_000;
		expect(planner.attempt({ room: 'town' })).toMatchObject({ reason: 'stale' });
		const lost = plan();
		planner.crystallise({ room: 'town' }, { goals: [{ name: 'Shop', priority: 1, when: [], until: [] }], rules: [] }, receiptOf(2));
		expect(lost.stat).toMatchObject({ w: 1, labels: 1 });
		expect(planner.goal).toBe('Shop');
	});

	it('lets go of a plan that was retired by hand', () => {
		const { planner, plan } = setUp();
		planner.crystallise({ room: 'wood' }, journey, receiptOf());
		plan().state = 'retired';
		planner.see({ room: 'wood' });
		expect(planner.goal).toBeUndefined();
		expect(planner.attempt({ room: 'wood' })).toMatchObject({ reason: 'no-crystal' });
	});

	it('tells the next plan what came of the last', () => {
		const { planner, walk } = setUp();
		planner.crystallise({ room: 'wood' }, journey, receiptOf());
		walk('cave', 'town', 'wood', 'cave');
		const memory = JSON.parse(JSON.stringify(planner.memory())) as PlanMemory;
		const next = setUp({ memory });
		expect(next.planner.question({}, situationOf(), 1)).toMatchObject({
			ask: 'strategy',
			last: 'Reached: Reach the cave (2 times), Go home; open at the end: Go home.',
			conditions: [
				{ f: 'hp', type: 'number' },
				{ f: 'room', type: 'enum', values: ['town', 'wood', 'cave'] },
			],
		});
		expect(next.planner.memory()).toEqual(memory);
		expect(setUp().planner.question({}, situationOf(), 1).last).toBe('');
	});
});

describe('a mind with a plan', () => {
	it('knows its goal as a fact, and tells it with every decision', () => {
		const desk = deskOf(profile);
		const mind = makeMind({ ...desk, random: { next: () => 0.9 } });
		const see = (facts: Facts) => mind.observe(situationOf({ facts }), { verb: 'none', at: 'none' });
		const facts = see({ room: 'wood' });
		expect(facts).not.toHaveProperty('goal');
		expect(mind.question(facts, situationOf(), 1, []).goal).toBe('win');
		mind.planner.crystallise(facts, journey, receiptOf());
		expect(see({ room: 'wood' })).toMatchObject({ goal: 'Reach the cave' });
		expect(mind.question(facts, situationOf(), 1, []).goal).toBe('Reach the cave, on the way to: win');
		see({ room: 'cave' });
		expect(see({ room: 'cave' })).toMatchObject({ goal: 'Go home' });
		expect(mind.memory().plan).toEqual({ reached: { 'Reach the cave': 1 }, open: 'Go home' });
	});

	it('leaves a profile its own fact of that name', () => {
		const own = profileOf({ facts: [...profile.facts, { name: 'goal', type: 'text' }] });
		const mind = makeMind({ ...deskOf(own), random: { next: () => 0.9 } });
		mind.planner.crystallise({}, { goals: [{ name: 'Shop', priority: 1, when: [], until: [] }], rules: [] }, receiptOf());
		expect(mind.observe(situationOf({ facts: { goal: 'the door' } }), { verb: 'none', at: 'none' })).toMatchObject({ goal: 'the door' });
	});
});

describe('a strategy question', () => {
	it('goes to the strongest first, and a fault in it is named in the second try', async () => {
		const { planner } = setUp();
		const asked: { readonly who: string; readonly fault: string | undefined; readonly question: StrategyQuestion }[] = [];
		const answers = [{ ...journey, goals: [{ name: 'Magic', priority: 1, when: [{ f: 'magic', op: '==', v: 1 }], until: [] }] }, journey];
		const model = (who: string) =>
			sealModel(async (request: ModelRequest) => {
				asked.push({ who, fault: request.fault, question: request.question as StrategyQuestion });
				return { text: JSON.stringify(answers[asked.length - 1]), model: who, promptTokens: 1, completionTokens: 1 };
			});
		const asks = new Set(['strategy' as const]);
		const tiers = [tierOf(model('near'), { id: 'near', name: 'local', label: 'near', asks }), tierOf(model('far'), { asks })];
		const ledger = makeLedger({ session: 's', next: 1, now: () => 0, persist: () => {} });
		const cascade = makeCascade({ ledger, clock: { now: () => 0, monotonic: () => 0 }, tiers: () => tiers, instructions: INSTRUCTIONS });
		const settling = cascade.settle<'strategy'>(
			{
				question: planner.question({ room: 'wood' }, situationOf(), 1),
				check: () => ({ outcome: 'miss', reason: 'no-crystal', detail: 'no plan holds' }),
				crystallise: (answer, receipt) => planner.crystallise({ room: 'wood' }, answer, receipt),
				verify: (answer) => planner.verify(answer),
				tick: 1,
			},
			new AbortController().signal,
		);
		if (settling.how === 'asking') await settling.settled;
		expect(asked.map(({ who }) => who)).toEqual(['far', 'far']);
		expect(asked[1]?.fault).toContain('goals.0.when.0: magic == 1: there is no fact "magic"');
		expect(ledger.entries()).toMatchObject([
			{ ask: 'strategy', tier: 'cloud', calls: 2, violation: false } satisfies Partial<QuestionEntry>,
		]);
		expect(planner.goal).toBe('Reach the cave');
	});
});
