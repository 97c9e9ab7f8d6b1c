// From a model's plan to a strategy and its rules, or to reasons why not. A plan speaks of situations to come, so nothing in it is
// held against this moment; what cannot be read or can never be is refused, each by its place in the answer.
import { actFault } from '../../facts/resolve.ts';
import { contradictionIn } from '../../facts/literal.ts';
import type { FactTable } from '../../facts/snapshot.ts';
import { canonicalJson } from '../../canonical.ts';
import type { Action } from '../../profile.ts';
import type { Facts, Literal, StrategyAnswer, StrategyGoal } from '../../question.ts';
import { type Crystal, freshStat, type Provenance, type Refusal, type Residue, type Scope } from '../crystal.ts';
import { applyStep, live } from '../lifecycle.ts';
import { type Rule, RULE_SCHEMA, type RuleData } from '../rule/schema.ts';
import { printLiteral, printRule } from '../rule/text.ts';
import { inOrder, STRATEGY_SCHEMA, type Strategy } from './schema.ts';

export interface PlanWorld {
	readonly table: FactTable;
	readonly actions: readonly Pick<Action, 'verb' | 'args'>[];
}
export interface StrategyCrystalliseInput extends PlanWorld {
	readonly answer: StrategyAnswer;
	/** Facts of the moment it was asked in, for the cuts. */
	readonly facts: Facts;
	readonly plans: readonly Strategy[];
	readonly rules: readonly Rule[];
	readonly provenance: Provenance;
	readonly scope: Scope;
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly id: (kind: 'strategy' | 'rule') => string;
}
export interface StrategyCrystallised {
	readonly residue: Residue;
	/** The plan to follow: a new one, or one known before that says the same; undefined when nothing of the answer stands. */
	readonly plan?: Strategy;
	/** `plan` is new. */
	readonly fresh: boolean;
	readonly rules: readonly Rule[];
}

interface Sound {
	readonly goals: readonly StrategyGoal[];
	readonly rules: readonly Pick<RuleData, 'when' | 'then'>[];
	readonly refused: readonly Refusal[];
}

/** What of a plan stands; the rest with its place and why. */
function soundParts({ goals, rules }: StrategyAnswer, { table, actions }: PlanWorld): Sound {
	const refused: Refusal[] = [];
	const faultIn = (literals: readonly Literal[], place: string): Refusal | undefined => {
		for (const [i, literal] of literals.entries()) {
			const why = table.fault(literal);
			if (why !== undefined) return { what: `${place}.${i}: ${printLiteral(literal)}`, why };
		}
		const never = contradictionIn(literals);
		return never && { what: `${place}: ${never.map(printLiteral).join(' and ')}`, why: 'can never be: one excludes the other' };
	};
	const names = new Set<string>();
	const soundGoals = goals.filter((goal, i) => {
		const place = `goals.${i}`;
		const fault =
			faultIn(goal.when, `${place}.when`) ??
			faultIn(goal.until, `${place}.until`) ??
			(names.has(goal.name) ? { what: `${place}.name: ${goal.name}`, why: 'another goal has this name' } : undefined);
		if (fault !== undefined) refused.push(fault);
		else names.add(goal.name);
		return fault === undefined;
	});
	const soundRules = rules.flatMap(({ when, action }, i) => {
		const place = `rules.${i}`;
		const wrong = actFault(action, { actions }, table);
		const fault =
			(when.length === 0 ? { what: `${place}.when`, why: 'a rule without a condition would always fire' } : undefined) ??
			faultIn(when, `${place}.when`) ??
			(wrong === undefined ? undefined : { what: `${place}.action: ${action.verb}`, why: wrong });
		if (fault === undefined) return [{ when, then: action }];
		refused.push(fault);
		return [];
	});
	return { goals: soundGoals, rules: soundRules, refused };
}

/** Why a plan is no plan; undefined when at least one of its goals stands. */
export function planFault(answer: StrategyAnswer, world: PlanWorld): string | undefined {
	const { goals, refused } = soundParts(answer, world);
	return goals.length > 0
		? undefined
		: refused
				.map(({ what, why }) => `${what}: ${why}`)
				.join('; ')
				.slice(0, 300);
}

export function crystalliseStrategy(input: StrategyCrystalliseInput): StrategyCrystallised {
	const { answer, table, facts, provenance, scope, at } = input;
	const sound = soundParts(answer, input);
	const refused = [...sound.refused];
	if (sound.goals.length === 0)
		return { residue: { none: 'all-refused', detail: refused.map((r) => `${r.what}: ${r.why}`).join('; ') }, fresh: false, rules: [] };
	const snapped = (literals: readonly Literal[]): Literal[] => literals.map((l) => table.snap(l, facts));
	const goals = inOrder(sound.goals).map((goal) => ({ ...goal, when: snapped(goal.when), until: snapped(goal.until) }));

	const rules: Rule[] = [];
	const common = { scope, createdAt: at, provenance, state: 'trial' as const, history: [], blobs: {} };
	for (const { when, then } of sound.rules) {
		const data: RuleData = {
			layer: 'strategy',
			when: snapped(when),
			unless: [],
			then,
			expects: [],
			until: [],
			origin: 'because',
			from: [String(provenance.entry)],
		};
		const name = printRule(data);
		if ([...input.rules, ...rules].some((rule) => rule.state !== 'retired' && rule.name === name)) continue;
		const rule: Rule = { ...common, id: input.id('rule'), kind: 'rule', name, schema: RULE_SCHEMA, stat: freshStat(), data };
		applyStep(rule, live(rule, { type: 'admitted' }, at));
		rules.push(rule);
	}

	const same = canonicalJson(goals);
	const twin = input.plans.find((plan) => plan.state !== 'retired' && canonicalJson(plan.data.goals) === same);
	if (twin !== undefined) {
		twin.data = { ...twin.data, from: [...twin.data.from, String(provenance.entry)].slice(-64) };
		return { residue: { made: rules as Crystal[], refused, labelled: [twin.id] }, plan: twin, fresh: false, rules };
	}
	const plan: Strategy = {
		...common,
		id: input.id('strategy'),
		kind: 'strategy',
		name: goals
			.map((goal) => goal.name)
			.join(', then ')
			.slice(0, 200),
		schema: STRATEGY_SCHEMA,
		stat: freshStat(),
		data: { goals, from: [String(provenance.entry)] },
	};
	applyStep(plan, live(plan, { type: 'admitted' }, at));
	return { residue: { made: [plan, ...rules] as Crystal[], refused, labelled: [] }, plan, fresh: true, rules };
}
