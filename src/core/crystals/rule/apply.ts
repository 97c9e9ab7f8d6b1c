// Which of the rules that fire (rule-index.ts) is followed, or why none is and a model has to be asked.
import type { MissReason } from '../../ledger.ts';
import type { Random } from '../../ports.ts';
import type { Act, Facts } from '../../question.ts';
import { type Limit, type Tuning, TUNING } from '../../reasoning/tuning.ts';
import { type ActPolicy, betaQuantile, canAct, floor, groupScore, score } from '../lifecycle.ts';
import { byArbitration, type RuleIndex } from './rule-index.ts';
import { LAYERS, type Rule } from './schema.ts';
import { printAct, printRule } from './text.ts';
import type { Versus } from './traces.ts';

/** One text for an act, so that equal acts compare equal whatever the order of their arguments. */
export function actKey(act: Act): string {
	return `${act.verb}(${Object.entries(act.args)
		.map(([name, value]) => `${name}=${JSON.stringify(value)}`)
		.sort()
		.join(',')})`;
}
export interface RulePolicy {
	readonly random: Random;
	/** For the choice among acts that are as good as each other; without it the best known is taken. */
	readonly draw?: Random;
	/** Of a verb: what it does cannot be undone. */
	readonly isIrreversible?: (act: Act) => boolean;
	/** From the shared harm budget of its limits. */
	readonly lambda?: (limit: Limit, rule: Rule) => number;
	/** How two rules did where both matched before: what each is worth elsewhere then says nothing here. */
	readonly versus?: (a: Rule, b: Rule) => Versus;
	/** Whether the act can be carried out now; a rule whose target is out of sight does not fire. */
	readonly possible?: (act: Act) => boolean;
	readonly tuning?: Tuning;
}
export type RuleAttempt =
	| {
			readonly outcome: 'hit';
			readonly rule: Rule;
			readonly act: Act;
			/** Under its group's prior: what the harm budget counts with, here and when the act's outcome is known. */
			readonly score: number;
			/** Below 1 when it was tried out from shadow. */
			readonly probability: number;
			readonly limit: Limit;
			readonly why: string;
	  }
	| {
			readonly outcome: 'miss';
			readonly reason: Extract<MissReason, 'no-crystal' | 'shadow' | 'conflict' | 'below-threshold' | 'act-failed'>;
			readonly detail: string;
			/** Best score of a rule that fired, 0 when none did: a decision point for the harm budget all the same. */
			readonly score: number;
			/** Of the best rule that fired; those of the strategy layer when none did. */
			readonly limit: Limit;
	  };

/** A rule that others speak against must keep this score after them. */
const ACTS_FROM = 0.8;
/** Answers in which two rules met, from which on those decide between them. */
const MET_LEAST = 2.9;

/** What is asked of a rule before it acts by itself. */
export function limitOf(
	rule: Pick<Rule, 'data'>,
	{ isIrreversible, tuning = TUNING }: Pick<RulePolicy, 'isIrreversible' | 'tuning'>,
): Limit {
	return tuning.limits[isIrreversible?.(rule.data.then) === true ? 'irreversible' : rule.data.layer];
}

type Sums = ReadonlyMap<string, { readonly k: number; readonly w: number }>;
const groupOf = ({ data }: Rule): string => `${data.origin} ${data.layer}`;
const sumsOf = new WeakMap<RuleIndex, { readonly version: number; readonly sums: Sums }>();

/** Evidence of all rules in service of the same origin and layer; between two labels it stays what it is. Those that did not get so far
 *  say nothing of one that did. */
function groupSums(index: RuleIndex): Sums {
	const before = sumsOf.get(index);
	if (before?.version === index.version) return before.sums;
	const sums = new Map<string, { readonly k: number; readonly w: number }>();
	for (const rule of index.all()) {
		if (rule.state !== 'autonomous') continue;
		const { k, w } = sums.get(groupOf(rule)) ?? { k: 0, w: 0 };
		sums.set(groupOf(rule), { k: k + rule.stat.k, w: w + rule.stat.w });
	}
	sumsOf.set(index, { version: index.version, sums });
	return sums;
}

/** Follows one of the rules that fire, or says why none can be. */
export function decideByRule(index: RuleIndex, facts: Facts, policy: RulePolicy): RuleAttempt {
	const tuning = policy.tuning ?? TUNING;
	const matching = index.matching(facts);
	let best = { score: 0, limit: tuning.limits.strategy };
	const miss = (reason: Extract<RuleAttempt, { outcome: 'miss' }>['reason'], detail: string): RuleAttempt => ({
		outcome: 'miss',
		reason,
		detail,
		...best,
	});
	if (matching.length === 0)
		return miss('no-crystal', index.size === 0 ? 'no rule has been learnt yet' : `none of ${index.size} rules matches`);
	const firing = matching.filter((rule) => policy.possible?.(rule.data.then) ?? true);
	if (firing.length === 0) return miss('no-crystal', `${matching.length} rules match, but what they act on is not in sight`);

	const ready: Ready[] = [];
	let refused = '';
	const sums = groupSums(index);
	const calibrated = (rule: Rule): number => groupScore(rule.stat, sums.get(groupOf(rule)) ?? { k: 0, w: 0 }, tuning.prior, tuning.doubt);
	for (const rule of firing) {
		const limit = limitOf(rule, policy);
		const s = calibrated(rule);
		if (rule.state === 'autonomous' && s > best.score) best = { score: s, limit };
		const limits: ActPolicy = {
			irreversible: limit === tuning.limits.irreversible,
			calibrated: s,
			delta: limit.delta,
			kappa: tuning.kappa,
			scoreLeast: limit.score,
			floorLeast: limit.floor,
			...(policy.lambda === undefined ? {} : { lambda: policy.lambda(limit, rule) }),
		};
		const may = canAct(rule, policy.random, limits);
		if (may.act) ready.push({ rule, s: score(rule.stat), probability: may.probability, why: may.why });
		else if (rule.state === 'autonomous') refused ||= `"${rule.name}": ${may.why}`;
	}
	if (ready.length === 0) {
		if (refused !== '') return miss('below-threshold', refused);
		const states = [...new Set(firing.map((rule) => rule.state))].join(', ');
		return miss(
			'shadow',
			`${firing.length} matching: ${states}; best confidence ${Math.max(...firing.map((r) => score(r.stat))).toFixed(2)}`,
		);
	}
	let conflict = '';
	for (const { rule, s, probability, why } of ready.toSorted((a, b) => byArbitration(a.rule, b.rule))) {
		let left = s;
		for (const other of firing) {
			const objection = objectionOf(rule, other, policy.versus);
			if (objection === undefined) continue;
			left = Math.min(left, objection);
			if (left >= ACTS_FROM) continue;
			conflict ||= `"${rule.name}" says ${printAct(rule.data.then)}, "${other.name}" says ${printAct(other.data.then)}`;
			break;
		}
		if (left < Math.min(s, ACTS_FROM)) continue;
		const chosen = amongEquals({ rule, s, probability, why }, ready, policy);
		return {
			outcome: 'hit',
			rule: chosen.rule,
			act: chosen.rule.data.then,
			score: left < s ? Math.min(left, calibrated(chosen.rule)) : calibrated(chosen.rule),
			probability: chosen.probability,
			limit: limitOf(chosen.rule, policy),
			why: `${printRule(chosen.rule.data)}; ${chosen.why}, floor ${floor(chosen.rule.stat).toFixed(2)}`,
		};
	}
	return miss('conflict', conflict);
}

interface Ready {
	readonly rule: Rule;
	readonly s: number;
	/** With which it may act now. */
	readonly probability: number;
	readonly why: string;
}

/** One verb with several arguments, each of them right wherever they met: Thompson sampling, so that none is forgotten. */
function amongEquals(first: Ready, ready: readonly Ready[], { draw, versus }: RulePolicy): Ready {
	if (draw === undefined || versus === undefined) return first;
	const { layer, then } = first.rule.data;
	const equals = ready.filter(({ rule }) => {
		if (rule === first.rule) return true;
		if (rule.data.layer !== layer || rule.data.then.verb !== then.verb || actKey(rule.data.then) === actKey(then)) return false;
		const met = versus(first.rule, rule);
		return met.n >= MET_LEAST && met.a > met.n - 0.5 && met.b > met.n - 0.5;
	});
	if (equals.length < 2) return first;
	const drawn = equals.map((one) => ({ one, worth: betaQuantile(draw.next(), 1 + one.rule.stat.k, 1 + one.rule.stat.w) }));
	return drawn.reduce((best, other) => (other.worth > best.worth ? other : best)).one;
}

/** What the other rule leaves of this one's score; undefined when it does not speak against it. */
function objectionOf(rule: Rule, other: Rule, versus: RulePolicy['versus']): number | undefined {
	// Only what has shown something of its own speaks against. The answer that a rule was made of has: of a fresh one it is what is
	// known, and a model is asked before the rule is overruled. What a tree proposed has shown nothing yet.
	const fresh = other.stat.labels === 0 && (other.data.origin === 'because' || other.data.origin === 'chain');
	if (other.state !== 'autonomous' && (other.state !== 'shadow' || (other.stat.k < 0.99 && !fresh))) return undefined;
	if (LAYERS.indexOf(other.data.layer) > LAYERS.indexOf(rule.data.layer) || actKey(other.data.then) === actKey(rule.data.then))
		return undefined;
	const met = versus?.(rule, other);
	if (met === undefined || met.n < MET_LEAST) {
		if (fresh) return 1 - score({ k: 1, w: 0 }) / 2;
		if (other.state === 'autonomous') return 1 - score(other.stat) / 2;
		// One of them is right at the most: the chance that it is this one, where one is.
		const mine = score(rule.stat) * (1 - score(other.stat));
		return mine / (mine + score(other.stat) * (1 - score(rule.stat)));
	}
	const mine = score({ k: met.a, w: met.n - met.a });
	const its = score({ k: met.b, w: met.n - met.b });
	// The other was never right where this one was not: nothing is lost by following this one.
	if (met.b - met.both < 0.5) return met.a > met.n - 0.5 ? undefined : mine;
	return mine > its ? Math.min(mine, 1 - its / 2) : Math.min(mine, 1 - score(other.stat) / 2);
}
