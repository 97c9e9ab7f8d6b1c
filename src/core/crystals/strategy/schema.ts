// A strategy is a session's plan made durable: goals in order of priority, each with when it is pursued and until when. The rules
// of a plan are crystals of their own, of layer `strategy`.
import * as v from 'valibot';
import { type StrategyGoal, strategyGoal } from '../../question.ts';
import type { Crystal } from '../crystal.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';
import { printLiteral } from '../rule/text.ts';

export const STRATEGY_SCHEMA = 1;

export const strategyData = v.object({
	goals: v.pipe(
		v.array(strategyGoal),
		v.minLength(1),
		v.maxLength(12),
		v.check((goals) => new Set(goals.map((g) => g.name)).size === goals.length, 'two goals have the same name'),
	),
	/** Ledger entries it came from. */
	from: v.pipe(v.array(v.string()), v.maxLength(64)),
});
export type StrategyData = v.InferOutput<typeof strategyData>;
export type Strategy = Crystal<'strategy', StrategyData>;

/** Each takes data of version `index + 1` to the next. */
export const STRATEGY_MIGRATIONS: Migrations = [];

export function readStrategy(data: unknown, version: number): Stored<StrategyData> {
	return readStored('strategy', { schema: strategyData, newest: STRATEGY_SCHEMA, migrations: STRATEGY_MIGRATIONS }, data, version);
}

/** The plan for people, a goal a line, highest first. */
export function strategyText(data: Pick<StrategyData, 'goals'>): string {
	return inOrder(data.goals).map(goalText).join('\n');
}

function goalText({ name, when, until }: StrategyGoal): string {
	const side = (word: string, literals: StrategyGoal['when']): string =>
		literals.length === 0 ? '' : ` ${word} ${literals.map(printLiteral).join(' and ')}`;
	return `${name}${side('when', when)}${side('until', until)}`;
}

/** Highest priority first; of equal ones in the order of the plan. */
export function inOrder(goals: readonly StrategyGoal[]): readonly StrategyGoal[] {
	return goals.toSorted((a, b) => b.priority - a.priority);
}
