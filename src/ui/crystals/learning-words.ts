// How the promise about local decisions stands, in words.
import { formatPercent } from '../primitives/format.ts';
import type { LearningView } from '../services.ts';

/** Evidence from which on "at most δ" is rejected at 5 % (design-crystals.md §5). */
const REJECTED = 20;

export function promiseWords({ delta, labels, harm, evidence, strict }: LearningView): string {
	const promised = `Promised: at most ${formatPercent(delta)} of what rules decide is harmful.`;
	if (harm === undefined) return `${promised} Nothing has told yet how their acts turn out.`;
	const seen = `Seen: ${formatPercent(harm.mean)} (${formatPercent(harm.low)} to ${formatPercent(harm.high)}, 95 %) by ${labels} acts that were checked.`;
	const broken = evidence >= REJECTED ? ' The promise does not hold.' : '';
	return `${promised} ${seen}${broken}${strict ? ' After an alarm, half of that is allowed for an hour.' : ''}`;
}

/** Answers from which on it is worth a word how often the model takes one back. */
const TOLD_FROM = 30;

/** How far the model's answers are to be believed; undefined while too few could be held against anything. */
export function teacherWords({ teacher: { answers, rate, low, high } }: LearningView): string | undefined {
	if (answers < TOLD_FROM) return undefined;
	const range = `${formatPercent(low)} to ${formatPercent(high)}, 95 %`;
	return `About ${formatPercent(rate)} (${range}) of the model’s answers are ones it takes back when it is asked once more about what sure rules contradict.`;
}
