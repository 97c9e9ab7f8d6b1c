// Whether two answers to one question say the same, as far as it matters: a better tier's answer labels a doubted one.
import { actKey } from '../crystals/rule/apply.ts';
import type { Answers, LiveAsk } from '../question.ts';

/** undefined: the two cannot be compared. */
export function sameAnswer<A extends LiveAsk>(ask: A, doubted: Answers[A], better: Answers[A]): boolean | undefined {
	if (ask === 'decision') {
		const [a, b] = [doubted, better] as [Answers['decision'], Answers['decision']];
		const key = actKey(a.act);
		// The better tier may have found another act just as good.
		return actKey(b.act) === key || b.options.some((option) => option.ok && actKey(option.act) === key);
	}
	if (ask === 'perception') {
		const [a, b] = [doubted, better] as [Answers['perception'], Answers['perception']];
		if (a.screen !== b.screen) return false;
		const told = new Map(b.facts.map((f) => [f.name, f.value]));
		// Positions are told to the pixel by nobody.
		return a.facts.every(({ name, value }) => Array.isArray(value) || !told.has(name) || told.get(name) === value);
	}
	return undefined;
}
