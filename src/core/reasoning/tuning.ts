// Every number that the decision learner can be tuned by, with the values that hold in play. The tuner (`npm run research`) varies
// them over recorded traces; nothing else in the learner is a number of its own choosing.
import { DECAY, DELTA, DOUBT, KAPPA, PRIOR } from '../crystals/lifecycle.ts';
import type { InduceTuning } from '../crystals/rule/induce.ts';
import type { Layer } from '../crystals/rule/schema.ts';

/** What is asked of a rule before it acts by itself. */
export interface Limit {
	/** δ: share of harmful acts allowed. */
	readonly delta: number;
	/** Confidence under the flat prior, and success floor L, that an autonomous rule must still have. */
	readonly score: number;
	readonly floor: number;
}

export interface Tuning {
	/** By layer; acts that cannot be undone have limits of their own in every layer. */
	readonly limits: Readonly<Record<Layer | 'irreversible', Limit>>;
	/** κ: share of local acts that a model is asked about as well. */
	readonly kappa: number;
	readonly auditsPerHour: number;
	/** Labels that a group's mean is worth in the score of one of its rules. */
	readonly prior: number;
	/** Harmful labels held against a rule at least, however clean its group. */
	readonly doubt: number;
	/** Weight kept by older evidence with each new label. */
	readonly decay: number;
	/** Labelled decisions kept. */
	readonly traces: number;
	/** Trees are grown after so many labels, and again at each so many times as many. */
	readonly induceFrom: number;
	readonly induceEach: number;
	readonly induce: InduceTuning;
}

const usual: Limit = { delta: DELTA, score: 0.8, floor: 0.6 };
// A detour on the way or while idle costs little; for that the rule itself must be surer.
const loose: Limit = { delta: 0.05, score: 0.9, floor: 0.8 };

export const TUNING: Tuning = {
	limits: {
		reflex: usual,
		combat: usual,
		strategy: usual,
		dialogue: usual,
		quest: usual,
		travel: loose,
		idle: loose,
		irreversible: { ...usual, delta: 0.005 },
	},
	kappa: KAPPA,
	auditsPerHour: 8,
	prior: PRIOR,
	doubt: DOUBT,
	decay: DECAY,
	traces: 20_000,
	induceFrom: 40,
	induceEach: 1.25,
	induce: { leafLeast: 4, leavesMost: 200, cutsMost: 32 },
};
