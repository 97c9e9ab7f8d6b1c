// Whether a call is worth its price where a rule could act: ask when f(1 − s) · H + V > c. All of it is time of play, measured here: a
// harmful act costs what passed until it showed, a call what passed until its answer came, and its money as the play it would pay for.
import type { Clock } from '../ports.ts';
import { label, score, whatIsMissing } from '../crystals/lifecycle.ts';
import type { Rule } from '../crystals/rule/schema.ts';
import type { Limit } from './tuning.ts';

export interface Price {
	/** A decision point begins. */
	begin(): void;
	/** An answer came. */
	paid(usd: number | null): void;
	/** A local act turned out harmful. */
	lost(limit: Limit): void;
	/**
	 * @param risk      f(1 − s)
	 * @param trial  it would act only by chance, and nothing but an answer would label it: the episode that the label would be of
	 */
	isWorth(rule: Rule, limit: Limit, risk: number, trial?: string): boolean;
}

/** The session's default cap of $0.25 is taken for an hour of play. */
const MS_PER_USD = 4 * 3_600_000;
/** However fast a model answers, being asked is not free: it fills logs, keeps a machine warm, and teaches little twice. */
const CALL_LEAST_MS = 1000;
const HOUR_MS = 3_600_000;
/** Labels of a rule are counted over this time at least. */
const SINCE_LEAST_MS = 900_000;
/** For so long a rule that was helped on its way is thought to be of use. */
const USEFUL_HOURS = 2;
const SMOOTHING = 0.1;

export function makePrice(clock: Clock): Price {
	let begun = clock.monotonic();
	let callMs: number | undefined;
	const lostMs = new Map<number, number>();
	const smooth = (before: number | undefined, now: number): number => (before === undefined ? now : before + SMOOTHING * (now - before));
	return {
		begin() {
			begun = clock.monotonic();
		},
		paid(usd) {
			callMs = smooth(callMs, clock.monotonic() - begun + (usd ?? 0) * MS_PER_USD);
		},
		lost({ delta }) {
			lostMs.set(delta, smooth(lostMs.get(delta), clock.monotonic() - begun));
		},
		isWorth(rule, { delta }, risk, trial) {
			const cost = Math.max(CALL_LEAST_MS, callMs ?? 0);
			const harm = risk * (lostMs.get(delta) ?? 0);
			return harm + (trial === undefined ? 0 : gain(rule, trial) * cost) > cost;
		},
	};

	/** P(one label lets it act) × the calls that would save. */
	function gain(rule: Rule, episode: string): number {
		const { stat, createdAt } = rule;
		const at = clock.now();
		if (whatIsMissing({ ...rule, stat: label(stat, false, { episode, at }) }) !== undefined) return 0;
		const hours = Math.max(SINCE_LEAST_MS, at - createdAt) / HOUR_MS;
		return score(stat) * (stat.labels / hours) * USEFUL_HOURS;
	}
}
