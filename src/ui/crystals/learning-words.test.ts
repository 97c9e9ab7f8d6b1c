import { expect, it } from 'vitest';
import { promiseWords } from './learning-words.ts';

const learning = { requests: [], delta: 0.02, labels: 0, evidence: 1, strict: false };

it('says what is promised, what was seen, and when the promise is broken', () => {
	expect(promiseWords(learning)).toBe(
		'Promised: at most 2 % of what rules decide is harmful. Nothing has told yet how their acts turn out.',
	);
	const seen = { ...learning, labels: 212, harm: { mean: 0.008, low: 0.001, high: 0.021 } };
	expect(promiseWords(seen)).toContain('Seen: 0.8 % (0.1 % to 2.1 %, 95 %) by 212 acts that were checked.');
	expect(promiseWords(seen)).not.toContain('does not hold');
	expect(promiseWords({ ...seen, evidence: 20, strict: true })).toContain('The promise does not hold. After an alarm');
});
