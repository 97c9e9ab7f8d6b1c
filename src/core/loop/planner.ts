// Goals for a session. A plan is followed until its own conditions fail: all of its goals reached, or none of them meant for what is.
// Only then is another looked for, among the plans learnt before first.
import type { Attempt, Receipt } from '../cascade.ts';
import type { Residue } from '../crystals/crystal.ts';
import { applyStep, live, used } from '../crystals/lifecycle.ts';
import type { Rule } from '../crystals/rule/schema.ts';
import { openGoal, type Pursuit, pursue } from '../crystals/strategy/apply.ts';
import { crystalliseStrategy, planFault } from '../crystals/strategy/crystallise.ts';
import type { Strategy } from '../crystals/strategy/schema.ts';
import { conditionsOffered, type FactTable } from '../facts/snapshot.ts';
import { type Facts, questionHead, type StrategyAnswer, type StrategyQuestion } from '../question.ts';
import { type Desk, provenanceOf } from './desk.ts';
import type { Situation } from './situation.ts';

export interface PlannerOptions extends Desk {
	readonly table: FactTable;
	/** Rules known, for telling which of a plan's are new; and where those go. */
	readonly rules: { all(): readonly Rule[]; add(rule: Rule): void };
	readonly memory?: PlanMemory;
}
/** What the next plan should know of this session. JSON. */
export interface PlanMemory {
	/** Goals reached, by name. */
	readonly reached: Readonly<Record<string, number>>;
	/** What was pursued last; empty when nothing was. */
	readonly open: string;
}

export interface Planner {
	/** What is pursued now, by name; undefined while nothing is. */
	readonly goal: string | undefined;
	/** Looks at the facts of a tick. */
	see(facts: Facts): void;
	/** Whether another plan is to be looked for now, and what the crystals say to that; undefined while the one there is holds. */
	attempt(facts: Facts): Attempt<StrategyAnswer> | undefined;
	question(facts: Facts, situation: Situation, tick: number): StrategyQuestion;
	/** Why an answer is no plan; undefined when it is one. */
	verify(answer: StrategyAnswer): string | undefined;
	crystallise(facts: Facts, answer: StrategyAnswer, receipt: Receipt): Residue;
	/** A plan learnt before is followed from here on. */
	follow(id: string, facts: Facts): void;
	memory(): PlanMemory;
}

/** None of a plan's goals was open for so long: passing through a menu or a fall is no reason to plan anew. */
const LOST_MS = 60_000;
/** Goals are counted by name, and names come from models. */
const REACHED_MAX = 40;

export function makePlanner(o: PlannerOptions): Planner {
	const { profile, crystals, clock, table } = o;
	let plan: Strategy | undefined;
	let pursuit: Pursuit | undefined;
	let lostAt: number | undefined;
	const before = o.memory;
	const reached = new Map<string, number>();
	let round = 0;

	const plans = (): Strategy[] => [...crystals.values()].filter((c): c is Strategy => c.kind === 'strategy');
	function label(of: Strategy, harmful: boolean, because: string, episode: string): void {
		const at = clock.now();
		const step = live(of, { type: 'label', harmful, context: { episode, at }, because }, at);
		applyStep(of, step);
		o.save(of);
		if (step.change !== undefined) o.changed(of, step.change);
	}
	function take(next: Strategy, facts: Facts): void {
		plan = next;
		pursuit = pursue(next.data);
		lostAt = undefined;
		pursuit.see(facts);
	}
	const isLost = (): boolean => lostAt !== undefined && clock.monotonic() - lostAt >= LOST_MS;

	return {
		get goal() {
			return pursuit?.goal?.name;
		},
		see(facts) {
			if (plan === undefined || pursuit === undefined) return;
			// Taken out of service by hand.
			if (plan.state === 'retired' || plan.state === 'quarantined') {
				plan = undefined;
				pursuit = undefined;
				return;
			}
			const done = pursuit.see(facts);
			if (done !== undefined) {
				if (reached.has(done.name) || reached.size < REACHED_MAX) reached.set(done.name, (reached.get(done.name) ?? 0) + 1);
				label(plan, false, `"${done.name}" was reached`, `${done.name} ${round++}`);
			}
			if (pursuit.goal !== undefined) lostAt = undefined;
			else lostAt ??= clock.monotonic();
		},
		attempt(facts) {
			if (plan !== undefined && !isLost()) return undefined;
			const last = plan;
			const known = plans().filter((one) => one !== last);
			const fits = known.toReversed().find((one) => one.state === 'autonomous' && openGoal(one.data, new Set(), facts) !== undefined);
			if (fits !== undefined)
				return { outcome: 'hit', used: [fits.id], why: `the plan "${fits.name}" fits`, answer: { goals: fits.data.goals, rules: [] } };
			if (last !== undefined) {
				const why = pursuit?.complete === true ? 'all its goals are reached' : 'none of its goals is meant for what is here';
				return { outcome: 'miss', reason: 'stale', detail: `"${last.name}": ${why}` };
			}
			const waiting = known.filter((one) => one.state === 'shadow');
			return waiting.length > 0
				? { outcome: 'miss', reason: 'shadow', detail: `${waiting.length} plans are known, none with four goals reached that fits here` }
				: { outcome: 'miss', reason: 'no-crystal', detail: 'no plan has been made yet' };
		},
		question(facts, situation, tick) {
			return {
				...questionHead('strategy', profile.id, tick, situation.frame),
				screen: situation.screen,
				facts: table.varying(facts, 60),
				conditions: conditionsOffered(table),
				goal: profile.goal,
				actions: profile.actions.map(({ verb, args, does }) => ({ verb, does, ...(args === undefined ? {} : { args }) })),
				last: summary(reached.size > 0 || pursuit !== undefined ? now() : before),
			};
		},
		verify: (answer) => planFault(answer, { table, actions: profile.actions }),
		crystallise(facts, answer, receipt) {
			const at = clock.now();
			const last = plan;
			const done = crystalliseStrategy({
				answer,
				facts,
				table,
				actions: profile.actions,
				plans: plans(),
				rules: o.rules.all(),
				provenance: provenanceOf(receipt, at, 'strategy'),
				scope: o.scope,
				at,
				id: (kind) => o.newId(kind),
			});
			for (const rule of done.rules) {
				o.rules.add(rule);
				o.save(rule);
			}
			if (done.plan === undefined) return done.residue;
			// It had nothing for this situation, and another has.
			if (last !== undefined && last !== done.plan && pursuit?.complete !== true)
				label(last, true, 'none of its goals was meant for what came', `lost ${round++}`);
			o.save(done.plan);
			take(done.plan, facts);
			return done.residue;
		},
		follow(id, facts) {
			const found = plans().find((one) => one.id === id);
			if (found === undefined) return;
			found.stat = used(found.stat, clock.now());
			o.save(found);
			take(found, facts);
		},
		memory: () => (reached.size > 0 || pursuit !== undefined ? now() : (before ?? { reached: {}, open: '' })),
	};

	function now(): PlanMemory {
		return { reached: Object.fromEntries(reached), open: pursuit?.goal?.name ?? '' };
	}
}

function summary(memory: PlanMemory | undefined): string {
	if (memory === undefined) return '';
	const told = Object.entries(memory.reached).map(([name, times]) => (times === 1 ? name : `${name} (${times} times)`));
	const parts = [told.length === 0 ? 'No goal was reached' : `Reached: ${told.join(', ')}`];
	if (memory.open !== '') parts.push(`open at the end: ${memory.open}`);
	return `${parts.join('; ')}.`.slice(0, 600);
}
