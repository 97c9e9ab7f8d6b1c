// Which goal a plan pursues in a situation. A goal that was reached rests until its `when` has been untrue in between, or, without
// one, until all are reached and the game has gone round.
import { holds, truthOf } from '../../facts/literal.ts';
import type { Facts, StrategyGoal } from '../../question.ts';
import { inOrder, type StrategyData } from './schema.ts';

/** Whether a goal is over here. One without `until` never is. */
export function isReached(goal: StrategyGoal, facts: Facts): boolean {
	return goal.until.length > 0 && goal.until.every((l) => holds(l, facts));
}

/** The goal to pursue: the first that is neither resting nor reached and whose `when` holds for certain; undefined when none is. */
export function openGoal(data: Pick<StrategyData, 'goals'>, resting: ReadonlySet<string>, facts: Facts): StrategyGoal | undefined {
	return inOrder(data.goals).find((goal) => !resting.has(goal.name) && !isReached(goal, facts) && goal.when.every((l) => holds(l, facts)));
}

export interface Pursuit {
	/** Looks at the facts of a moment. @returns a goal that was being pursued and has been reached just now */
	see(facts: Facts): StrategyGoal | undefined;
	/** What is pursued; undefined when nothing of the plan is open. */
	readonly goal: StrategyGoal | undefined;
	/** Every goal that can be reached has been. */
	readonly complete: boolean;
}

/** Follows one plan through a session. */
export function pursue(data: Pick<StrategyData, 'goals'>): Pursuit {
	/** Not to be pursued again yet. */
	const resting = new Set<string>();
	/** Reached, or found so, in this round of the game. */
	const reached = new Set<string>();
	const ends = data.goals.filter((goal) => goal.until.length > 0);
	let goal: StrategyGoal | undefined;
	const complete = (): boolean => ends.length > 0 && ends.every(({ name }) => reached.has(name));
	return {
		see(facts) {
			const done = goal !== undefined && isReached(goal, facts) ? goal : undefined;
			for (const one of ends) if (isReached(one, facts)) reached.add(one.name);
			if (done !== undefined) resting.add(done.name);
			for (const one of data.goals) if (one.when.some((l) => truthOf(l, facts) === false)) resting.delete(one.name);
			goal = openGoal(data, resting, facts);
			if (goal === undefined && complete()) {
				goal = openGoal(data, new Set(), facts);
				if (goal !== undefined) {
					resting.clear();
					reached.clear();
				}
			}
			return done;
		},
		get goal() {
			return goal;
		},
		get complete() {
			return complete();
		},
	};
}
