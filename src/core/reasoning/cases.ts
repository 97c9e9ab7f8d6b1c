// The nearest labelled case: where no rule and no skill decides, what a model answered in the moment most like this one may be done once
// more. Each case has a threshold of its own, learnt from how the answers given near it turned out; below six of them it is silent.
import { type Audit, floor, makeAudit, score } from '../crystals/lifecycle.ts';
import { actKey } from '../crystals/rule/apply.ts';
import { sureFrom } from '../crystals/skill/apply.ts';
import type { FactTable } from '../facts/snapshot.ts';
import { known } from '../facts/literal.ts';
import type { MissReason } from '../ledger.ts';
import type { Clock, Random } from '../ports.ts';
import type { Act, DecisionAnswer, Facts } from '../question.ts';
import { accepts } from './opinions.ts';

/** JSON. */
export interface Case {
	/** Ledger entry of the answer. */
	readonly entry: number;
	readonly facts: Facts;
	readonly act: Act;
	/** How alike a later moment was to which this was the nearest, and whether its act was right there; newest last. */
	readonly seen: readonly (readonly [likeness: number, right: boolean])[];
}
export interface NearestCase {
	readonly case: Case;
	/** Gower's coefficient, in [0, 1]. */
	readonly likeness: number;
}
export type CaseAttempt =
	| { readonly outcome: 'hit'; readonly act: Act; readonly score: number; readonly why: string }
	| {
			readonly outcome: 'miss';
			readonly reason: Extract<MissReason, 'no-crystal' | 'shadow' | 'below-threshold' | 'audit'>;
			readonly detail: string;
	  };

export interface Cases {
	/** @param possible  whether an act can be carried out now, and may be on the word of a case alone */
	decide(facts: Facts, possible: (act: Act) => boolean): CaseAttempt;
	/** A model's answer: the case nearest to it was right or not, and where it was not there is another one from now on. */
	learn(facts: Facts, answer: Pick<DecisionAnswer, 'act' | 'options'>, entry: number): void;
	/** What came of the newest act that a case decided. */
	outcome(harmful: boolean): void;
	/** An earlier answer, in a moment much like this one, for the same act; `but` one. */
	seconds(act: Act, facts: Facts, but?: number): number | undefined;
	memory(): readonly Case[];
}

/** design-crystals.md §9. */
const OBSERVED_LEAST = 6;
const OBSERVED_MOST = 40;
const CASES_MOST = 2000;
/** One answer speaks for another's act where the moments are this much alike. */
const SECONDS_FROM = 0.9;

const CASE = 'the case of entry ';

/** The entry of the case that decided, out of the reason that stands in the ledger; undefined where none did. */
export function caseOf(why: string): number | undefined {
	const [, entry] = new RegExp(`^as in ${CASE}(\\d+),`).exec(why) ?? [];
	return entry === undefined ? undefined : Number(entry);
}

export function makeCases(o: {
	readonly table: Pick<FactTable, 'get'>;
	readonly clock: Clock;
	readonly random: Random;
	readonly memory?: readonly Case[];
}): Cases {
	let cases: Case[] = [...(o.memory ?? [])];
	const audits: Audit = makeAudit();
	/** Lowest and highest of each number met. */
	const ranges = new Map<string, [low: number, high: number]>();
	for (const { facts } of cases) widen(facts);
	/** What decided last. */
	let served: NearestCase | undefined;

	function widen(facts: Facts): void {
		for (const [fact, value] of Object.entries(facts)) {
			if (typeof value !== 'number') continue;
			const [low, high] = ranges.get(fact) ?? [value, value];
			ranges.set(fact, [Math.min(low, value), Math.max(high, value)]);
		}
	}
	/** What conditions may rest on; texts and places would never come again. */
	function tells(fact: string, facts: Facts): boolean {
		const kind = o.table.get(fact)?.kind;
		return kind !== 'text' && kind !== 'position' && typeof known(facts, fact) !== 'object';
	}
	/** @see J. C. Gower, "A General Coefficient of Similarity and Some of Its Properties" (1971); known on one side only counts as unlike */
	function likeness(a: Facts, b: Facts): number {
		let same = 0;
		let all = 0;
		for (const fact of new Set([...Object.keys(a), ...Object.keys(b)])) {
			if (!tells(fact, a) || !tells(fact, b)) continue;
			all++;
			const [x, y] = [known(a, fact), known(b, fact)];
			if (typeof x === 'number' && typeof y === 'number') {
				const [low, high] = ranges.get(fact) ?? [x, x];
				same += high === low ? (x === y ? 1 : 0) : Math.max(0, 1 - Math.abs(x - y) / (high - low));
			} else if (x !== undefined && x === y) same++;
		}
		return all === 0 ? 0 : same / all;
	}
	function nearest(facts: Facts, of: readonly Case[] = cases): NearestCase | undefined {
		let best: NearestCase | undefined;
		// Of equals the newest: the world may have changed.
		for (const one of of) {
			const alike = likeness(one.facts, facts);
			if (best === undefined || alike >= best.likeness) best = { case: one, likeness: alike };
		}
		return best;
	}
	function observe({ case: one, likeness: alike }: NearestCase, right: boolean): void {
		const seen = [...one.seen, [alike, right] as const].slice(-OBSERVED_MOST);
		cases = cases.map((other) => (other.entry === one.entry ? { ...one, seen } : other));
	}

	return {
		decide(facts, possible) {
			served = undefined;
			const near = nearest(facts);
			if (near === undefined) return { outcome: 'miss', reason: 'no-crystal', detail: 'no case was labelled yet' };
			const { entry, act, seen } = near.case;
			const said = `${CASE}${entry}, ${near.likeness.toFixed(2)} alike`;
			if (seen.length < OBSERVED_LEAST)
				return { outcome: 'miss', reason: 'shadow', detail: `${said}: ${seen.length} of ${OBSERVED_LEAST} answers near it` };
			const need = sureFrom(seen);
			if (need === undefined || near.likeness < need)
				return { outcome: 'miss', reason: 'below-threshold', detail: `${said}, ${need?.toFixed(2) ?? 'more than any'} needed` };
			if (!possible(act)) return { outcome: 'miss', reason: 'no-crystal', detail: `${said}: its act cannot be done here` };
			const from = seen.filter(([alike]) => alike >= need);
			const k = from.filter(([, right]) => right).length;
			const s = score({ k, w: from.length - k });
			if (audits.draw(s, o.clock.monotonic(), o.random).audit)
				return { outcome: 'miss', reason: 'audit', detail: `asked to check ${said}` };
			served = near;
			const why = `as in ${said}; right ${k} of ${from.length} times, floor ${floor({ k, w: from.length - k }).toFixed(2)}`;
			return { outcome: 'hit', act, score: s, why };
		},
		learn(facts, answer, entry) {
			widen(facts);
			const near = nearest(facts);
			const right = near !== undefined && accepts(answer, near.case.act);
			if (near !== undefined) observe(near, right);
			if (right) return;
			cases = [...cases, { entry, facts, act: answer.act, seen: [] }];
			if (cases.length > CASES_MOST) cases = cases.slice(-CASES_MOST);
		},
		outcome(harmful) {
			if (served !== undefined) observe(served, !harmful);
			served = undefined;
		},
		seconds(act, facts, but) {
			const key = actKey(act);
			const near = nearest(
				facts,
				cases.filter((one) => one.entry !== but),
			);
			return near !== undefined && near.likeness >= SECONDS_FROM && actKey(near.case.act) === key ? near.case.entry : undefined;
		},
		memory: () => cases,
	};
}
