// Of the rules that fire (rule-index.ts), which is followed.
import type { MissReason } from '../../ledger.ts';
import type { Random } from '../../ports.ts';
import type { Profile } from '../../profile.ts';
import type { Act, Facts } from '../../question.ts';
import { type ActPolicy, canAct, DELTA, DELTA_IRREVERSIBLE, floor, groupScore, score } from '../lifecycle.ts';
import { byArbitration, type RuleIndex } from './rule-index.ts';
import { LAYERS, type Rule } from './schema.ts';
import { printAct, printRule } from './text.ts';

/** One text for an act, so that equal acts compare equal whatever the order of their arguments. */
export function actKey(act: Act): string {
	return `${act.verb}(${Object.entries(act.args)
		.map(([name, value]) => `${name}=${JSON.stringify(value)}`)
		.sort()
		.join(',')})`;
}

export interface RulePolicy {
	readonly profile: Pick<Profile, 'actions'>;
	readonly random: Random;
	/** From the shared harm budget. */
	readonly lambda?: number;
	/** True when earlier cases show that both acts were acceptable wherever both rules matched: then they do not conflict. */
	readonly compatible?: (a: Rule, b: Rule) => boolean;
	/** Whether the act can be carried out now; a rule whose target is out of sight does not fire. */
	readonly possible?: (act: Act) => boolean;
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
			readonly why: string;
			/** Every rule that matched, this one included: to be labelled when a model is asked as well. */
			readonly matching: readonly Rule[];
	  }
	| {
			readonly outcome: 'miss';
			readonly reason: Extract<MissReason, 'no-crystal' | 'shadow' | 'conflict' | 'below-threshold'>;
			readonly detail: string;
			/** Best score of a rule that fired, 0 when none did: a decision point for the harm budget all the same. */
			readonly score: number;
			readonly matching: readonly Rule[];
	  };

/** A rule that others speak against must keep this score after them. */
const ACTS_FROM = 0.8;

/** Scores under the prior of all rules of the same origin and layer; sums are taken once, at the first use. */
function calibrator(index: RuleIndex): (rule: Rule) => number {
	let groups: Map<string, { k: number; w: number }> | undefined;
	return (rule) => {
		if (groups === undefined) {
			groups = new Map();
			for (const { data, stat } of index.all()) {
				const key = `${data.origin} ${data.layer}`;
				const sum = groups.get(key) ?? { k: 0, w: 0 };
				groups.set(key, { k: sum.k + stat.k, w: sum.w + stat.w });
			}
		}
		return groupScore(rule.stat, groups.get(`${rule.data.origin} ${rule.data.layer}`) ?? { k: 0, w: 0 });
	};
}

/** Follows one of the rules that fire, or says why none can be. */
export function decideByRule(index: RuleIndex, facts: Facts, policy: RulePolicy): RuleAttempt {
	const matching = index.matching(facts);
	let bestScore = 0;
	const miss = (reason: Extract<RuleAttempt, { outcome: 'miss' }>['reason'], detail: string): RuleAttempt => ({
		outcome: 'miss',
		reason,
		detail,
		score: bestScore,
		matching,
	});
	if (matching.length === 0)
		return miss('no-crystal', index.size === 0 ? 'no rule has been learnt yet' : `none of ${index.size} rules matches`);
	const firing = matching.filter((rule) => policy.possible?.(rule.data.then) ?? true);
	if (firing.length === 0) return miss('no-crystal', `${matching.length} rules match, but what they act on is not in sight`);

	const ready: { readonly rule: Rule; readonly s: number; readonly probability: number; readonly why: string }[] = [];
	let refused = '';
	const calibrated = calibrator(index);
	for (const rule of firing) {
		if (rule.state === 'autonomous') bestScore = Math.max(bestScore, calibrated(rule));
		const irreversible = policy.profile.actions.some((a) => a.verb === rule.data.then.verb && a.irreversible);
		const limits: ActPolicy = {
			irreversible,
			calibrated: calibrated(rule),
			delta: irreversible ? DELTA_IRREVERSIBLE : DELTA,
			...(policy.lambda === undefined ? {} : { lambda: policy.lambda }),
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
	const best = ready.toSorted((a, b) => byArbitration(a.rule, b.rule))[0] as (typeof ready)[number];
	const { rule } = best;
	// Only what has shown something of its own speaks against: a fresh rule in shadow is a question, not an objection.
	const against = firing
		.filter((other) => other.state === 'autonomous' || (other.state === 'shadow' && other.stat.k >= 0.99))
		.filter((other) => LAYERS.indexOf(other.data.layer) <= LAYERS.indexOf(rule.data.layer))
		.filter((other) => actKey(other.data.then) !== actKey(rule.data.then) && !policy.compatible?.(rule, other))
		.toSorted((a, b) => score(b.stat) - score(a.stat))[0];
	const capped = against === undefined ? 1 : Math.min(best.s, 1 - score(against.stat) / 2);
	if (against !== undefined && capped < ACTS_FROM) {
		return miss('conflict', `"${rule.name}" says ${printAct(rule.data.then)}, "${against.name}" says ${printAct(against.data.then)}`);
	}
	const why = `${printRule(rule.data)}; ${best.why}, floor ${floor(rule.stat).toFixed(2)}`;
	return { outcome: 'hit', rule, act: rule.data.then, score: calibrated(rule), probability: best.probability, why, matching };
}
