import { describe, expect, it } from 'vitest';
import { makeFactTable } from '../../facts/snapshot.ts';
import type { Facts, Literal, StrategyAnswer, StrategyGoal } from '../../question.ts';
import { provenanceOf, scopeOf } from '../crystal.fixture.ts';
import { readKind } from '../kinds.ts';
import { ruleOf } from '../rule/rule.fixture.ts';
import { isReached, openGoal, pursue } from './apply.ts';
import { crystalliseStrategy, planFault } from './crystallise.ts';
import { readStrategy, STRATEGY_MIGRATIONS, STRATEGY_SCHEMA, strategyText } from './schema.ts';

const is = (f: string, v: Literal['v']): Literal => ({ f, op: '==', v });
const goal = (name: string, priority: number, when: Literal[], until: Literal[]): StrategyGoal => ({ name, priority, when, until });
const quest = goal('Clear the crypt', 2, [is('quest', 'crypt')], [{ f: 'rats', op: '<=', v: 0 }]);
const rest = goal('Rest', 3, [{ f: 'hp', op: '<=', v: 10 }], [{ f: 'hp', op: '>', v: 30 }]);
const alive = goal('Stay alive', 0, [], []);
const plan = { goals: [quest, rest] };

describe('a plan', () => {
	it('pursues the highest goal whose condition holds for certain', () => {
		expect(openGoal(plan, new Set(), { quest: 'crypt', hp: 5, rats: 2 })?.name).toBe('Rest');
		expect(openGoal(plan, new Set(), { quest: 'crypt', hp: 20, rats: 2 })?.name).toBe('Clear the crypt');
		expect(openGoal(plan, new Set(), { quest: 'town', hp: 20, rats: 2 })).toBeUndefined();
	});

	it('has nothing to pursue where what it rests on is not known', () => {
		expect(openGoal(plan, new Set(), { rats: 2 })).toBeUndefined();
		expect(isReached(quest, {})).toBe(false);
		expect(isReached(alive, {})).toBe(false);
	});

	it('tells of a goal that was pursued and reached, once', () => {
		const pursuit = pursue(plan);
		expect(pursuit.see({ quest: 'crypt', hp: 40, rats: 2 })).toBeUndefined();
		expect(pursuit.goal?.name).toBe('Clear the crypt');
		expect(pursuit.see({ quest: 'crypt', hp: 40, rats: 0 })?.name).toBe('Clear the crypt');
		expect(pursuit.see({ quest: 'crypt', hp: 40, rats: 0 })).toBeUndefined();
		// Found so, though nobody pursued it.
		expect(pursuit.complete).toBe(true);
	});

	it('lets a reached goal rest until its condition was untrue in between', () => {
		const pursuit = pursue(plan);
		for (const hp of [5, 40]) pursuit.see({ hp });
		pursuit.see({ hp: 8 });
		expect(pursuit.goal?.name).toBe('Rest');
		const still = pursue({ goals: [goal('Reach the town', 1, [], [is('room', 'town')]), goal('Sell', 0, [], [is('gold', 5)])] });
		for (const room of ['wood', 'town', 'wood']) still.see({ room, gold: 0 });
		expect(still.goal?.name).toBe('Sell');
	});

	it('begins again when all is reached and the game goes round', () => {
		const pursuit = pursue({ goals: [goal('Reach the town', 1, [], [is('room', 'town')])] });
		for (const room of ['wood', 'town']) pursuit.see({ room });
		expect(pursuit.goal).toBeUndefined();
		expect(pursuit.complete).toBe(true);
		pursuit.see({ room: 'wood' });
		expect(pursuit.goal?.name).toBe('Reach the town');
		expect(pursuit.complete).toBe(false);
	});

	it('survives its schema, and reads aloud', () => {
		const data = { goals: [rest, quest], from: ['3'] };
		expect(readStrategy(JSON.parse(JSON.stringify(data)), STRATEGY_SCHEMA)).toEqual({ ok: true, data });
		expect(readKind('strategy', STRATEGY_SCHEMA, data, {})).toEqual({ ok: true, schema: STRATEGY_SCHEMA, data });
		expect(readStrategy({ goals: [], from: [] }, STRATEGY_SCHEMA)).toMatchObject({ ok: false, why: expect.stringContaining('goals') });
		expect(readStrategy({ goals: [rest, rest], from: [] }, STRATEGY_SCHEMA)).toMatchObject({
			ok: false,
			why: expect.stringContaining('same name'),
		});
		expect(readStrategy(data, STRATEGY_SCHEMA + 1)).toMatchObject({ ok: false });
		expect(STRATEGY_MIGRATIONS).toHaveLength(STRATEGY_SCHEMA - 1);
		expect(strategyText({ goals: [quest, rest] })).toBe(
			'Rest when hp <= 10 until hp > 30\nClear the crypt when quest == crypt until rats <= 0',
		);
	});
});

describe('an answer', () => {
	const table = makeFactTable({
		facts: [
			{ name: 'hp', type: 'number', min: 0, max: 100 },
			{ name: 'rats', type: 'count' },
			{ name: 'quest', type: 'enum', values: ['town', 'crypt'] },
			{ name: 'note', type: 'text' },
		],
	});
	const actions = [{ verb: 'drink' }, { verb: 'click', args: { at: 'element' as const } }];
	let ids = 0;
	const made = (answer: StrategyAnswer, more: Partial<Parameters<typeof crystalliseStrategy>[0]> = {}) =>
		crystalliseStrategy({
			answer,
			table,
			actions,
			facts: { hp: 20 } satisfies Facts,
			plans: [],
			rules: [],
			provenance: provenanceOf({ ask: 'strategy', entry: 9 }),
			scope: scopeOf('320x240'),
			at: 5,
			id: (kind) => `${kind}-${ids++}`,
			...more,
		});
	const drink = { when: [{ f: 'hp', op: '<=' as const, v: 10 }], action: { verb: 'drink', args: {} } };

	it('becomes a plan in shadow, and its rules rules of their own layer', () => {
		const done = made({ goals: [quest, rest], rules: [drink] });
		expect(done.plan).toMatchObject({
			kind: 'strategy',
			state: 'shadow',
			name: 'Rest, then Clear the crypt',
			data: { goals: [rest, quest], from: ['9'] },
		});
		expect(done.rules).toMatchObject([
			{ kind: 'rule', state: 'shadow', data: { layer: 'strategy', when: drink.when, then: drink.action, origin: 'because' } },
		]);
		expect(done.residue).toMatchObject({ made: [{ kind: 'strategy' }, { kind: 'rule' }], refused: [] });
	});

	it('is known again, and so is a rule', () => {
		const first = made({ goals: [quest], rules: [] });
		const name = made({ goals: [quest], rules: [drink] }).rules[0]?.name as string;
		const again = made({ goals: [quest], rules: [drink] }, { plans: [first.plan as never], rules: [{ ...ruleOf('r', {}), name }] });
		expect(again.plan).toBe(first.plan);
		expect(again).toMatchObject({ fresh: false, rules: [], residue: { labelled: [first.plan?.id] } });
		expect(again.plan?.data.from).toEqual(['9', '9']);
	});

	it.each([
		[
			'an unknown fact',
			{ goals: [quest, goal('Magic', 1, [is('magic', 3)], [])], rules: [] },
			'goals.1.when.0: magic == 3',
			'there is no fact "magic"',
		],
		[
			'a text in a condition',
			{ goals: [quest, goal('Read', 1, [], [is('note', 'x')])], rules: [] },
			'goals.1.until.0: note == x',
			'may not stand in a condition',
		],
		[
			'a value nobody has',
			{ goals: [quest, goal('Moon', 1, [is('quest', 'moon')], [])], rules: [] },
			'goals.1.when.0: quest == moon',
			'one of town, crypt',
		],
		[
			'ends that exclude each other',
			{
				goals: [
					quest,
					goal(
						'Never',
						1,
						[],
						[
							{ f: 'hp', op: '<=', v: 3 },
							{ f: 'hp', op: '>', v: 5 },
						],
					),
				],
				rules: [],
			},
			'goals.1.until: hp <= 3 and hp > 5',
			'one excludes the other',
		],
		[
			'a name twice',
			{ goals: [quest, { ...rest, name: quest.name }], rules: [] },
			'goals.1.name: Clear the crypt',
			'another goal has this name',
		],
		[
			'a rule of an unknown verb',
			{ goals: [quest], rules: [drink, { when: drink.when, action: { verb: 'fly', args: {} } }] },
			'rules.1.action: fly',
			'not an action',
		],
		['a rule that always fires', { goals: [quest], rules: [{ when: [], action: drink.action }] }, 'rules.0.when', 'would always fire'],
		[
			'a rule that never fires',
			{ goals: [quest], rules: [{ when: [is('quest', 'town'), is('quest', 'crypt')], action: drink.action }] },
			'rules.0.when: quest == town and quest == crypt',
			'one excludes the other',
		],
	] as const)('of which a part is wrong, %s, keeps the rest and names the part', (_name, answer, what, why) => {
		const done = made(answer as unknown as StrategyAnswer);
		expect(done.plan?.data.goals).toEqual([quest]);
		expect(done.residue).toMatchObject({ refused: [{ what, why: expect.stringContaining(why) }] });
		expect(planFault(answer as unknown as StrategyAnswer, { table, actions })).toBeUndefined();
	});

	it('of which no goal stands is no plan, and the model is told where', () => {
		const answer: StrategyAnswer = { goals: [goal('Magic', 1, [is('magic', 3)], [])], rules: [drink] };
		expect(planFault(answer, { table, actions })).toContain('goals.0.when.0: magic == 3');
		expect(made(answer)).toMatchObject({ fresh: false, rules: [], residue: { none: 'all-refused' } });
		expect(made(answer).plan).toBeUndefined();
	});
});
