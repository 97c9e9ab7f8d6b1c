import { expect, it } from 'vitest';
import { promiseWords, teacherWords } from './learning-words.ts';

const learning = {
	requests: [],
	delta: 0.02,
	labels: 0,
	evidence: 1,
	strict: false,
	teacher: { answers: 0, rate: 0.05, low: 0, high: 0.14 },
};

it('says what is promised, what was seen, and when the promise is broken', () => {
	expect(promiseWords(learning)).toBe(
		'Promised: at most 2 % of what rules decide is harmful. Nothing has told yet how their acts turn out.',
	);
	const seen = { ...learning, labels: 212, harm: { mean: 0.008, low: 0.001, high: 0.021 } };
	expect(promiseWords(seen)).toContain('Seen: 0.8 % (0.1 % to 2.1 %, 95 %) by 212 acts that were checked.');
	expect(promiseWords(seen)).not.toContain('does not hold');
	expect(promiseWords({ ...seen, evidence: 20, strict: true })).toContain('The promise does not hold. After an alarm');
});

it('says how often the model errs once enough of its answers could be checked', () => {
	expect(teacherWords(learning)).toBeUndefined();
	const teacher = { answers: 240, rate: 0.09, low: 0.05, high: 0.13 };
	expect(teacherWords({ ...learning, teacher })).toContain('About 9 % (5 % to 13 %, 95 %) of the model’s answers');
});
