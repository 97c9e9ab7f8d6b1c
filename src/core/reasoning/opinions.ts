// How far an answer is to be believed. Where it contradicts what answers before it bear out, either the rule is wrong or the answer is;
// the model is asked once more on the very same facts, and two voices decide, of which the rule is one. What was found out that way is
// how often this teacher errs, and that in turn says whether asking once more is worth its call: a teacher that keeps to its word is not
// asked twice.
import { actKey } from '../crystals/rule/apply.ts';
import type { Random } from '../ports.ts';
import type { Act, DecisionAnswer } from '../question.ts';

/** Decayed counts over answers that could be held against a rule in service. JSON. */
export interface TeacherState {
	readonly answers: number;
	/** Of these, taken back when asked once more. */
	readonly errors: number;
}
export interface TeacherRate extends TeacherState {
	/** η: share of answers that the teacher itself would not give again, with its 95 % interval. */
	readonly rate: number;
	readonly low: number;
	readonly high: number;
}

/** Before anything is known: one answer in twenty, as sure as after twenty of them. */
const PRIOR_ANSWERS = 20;
const PRIOR_ERRORS = 1;
/** A teacher may change: half is forgotten after 350 answers. */
const DECAY = 0.998;
/** An answer that is this likely an error is always asked about once more; a less likely one as often as it is likely. */
const DOUBTED_FROM = 0.2;
/** However sure a rule seems, the world may have changed under it. */
const RISK_LEAST = 0.05;
/** Answers at one point; after these the last one stands. */
export const OPINIONS_MOST = 3;

export interface Teacher {
	/** Chance that an answer is an error, given that it contradicts a rule which is wrong with chance `risk`. */
	doubt(risk: number): number;
	/** Whether it is asked about once more. */
	doubts(risk: number, random: Random): boolean;
	/** Notes what became of the answers at one point. */
	heard(answers: number, errors: number): void;
	rate(): TeacherRate;
	state(): TeacherState;
}

export function makeTeacher(from: TeacherState = { answers: 0, errors: 0 }): Teacher {
	let { answers, errors } = from;
	const mean = (): number => (errors + PRIOR_ERRORS) / (answers + PRIOR_ANSWERS);
	const doubt = (risk: number): number => {
		const wrong = Math.max(RISK_LEAST, risk);
		const eta = mean();
		return (eta * (1 - wrong)) / (eta * (1 - wrong) + (1 - eta) * wrong);
	};
	return {
		doubt,
		doubts(risk, random) {
			const p = doubt(risk);
			return p >= DOUBTED_FROM || random.next() < p;
		},
		heard(more, wrong) {
			const kept = DECAY ** more;
			answers = answers * kept + more;
			errors = errors * kept + wrong;
		},
		rate() {
			const rate = mean();
			const n = answers + PRIOR_ANSWERS;
			const half = 1.96 * Math.sqrt((rate * (1 - rate)) / (n + 1));
			return { answers, errors, rate, low: Math.max(0, rate - half), high: Math.min(1, rate + half) };
		},
		state: () => ({ answers, errors }),
	};
}

/** Whether an answer says, or would also accept, an act. */
export function accepts({ act, options }: Pick<DecisionAnswer, 'act' | 'options'>, other: Act): boolean {
	const key = actKey(other);
	return actKey(act) === key || options.some((o) => o.ok && actKey(o.act) === key);
}

/**
 * The answer that stands, of several on the same facts: the newest, once it accepts what the rule does or agrees with one before it.
 *
 * @param believed  the rule's act
 * @returns undefined while another is wanted
 */
export function standing<O extends { readonly answer: DecisionAnswer }>(opinions: readonly O[], believed: Act): O | undefined {
	const newest = opinions.at(-1);
	if (newest === undefined) return undefined;
	if (accepts(newest.answer, believed) || opinions.length >= OPINIONS_MOST) return newest;
	const agrees = ({ answer }: O): boolean => accepts(answer, newest.answer.act) || accepts(newest.answer, answer.act);
	return opinions.slice(0, -1).some(agrees) ? newest : undefined;
}
