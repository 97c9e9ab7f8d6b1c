import { describe, expect, it } from 'vitest';
import { seeded } from '../../core/random.fixture.ts';
import { compare, deltaTable, type Measured } from './compare.ts';

const run = (recording: string, seed: number, more: Partial<Measured> = {}): Measured => ({
	recording,
	seed,
	perception: 0.9,
	decision: 0.8,
	narration: 0.7,
	cost: 0.4,
	skills: 3,
	wrong: 0.01,
	...more,
});
const worse = (before: readonly Measured[], after: readonly Measured[]) =>
	compare(before, after)
		.filter((d) => d.worse)
		.map((d) => d.metric);
const both = ['a', 'b'].flatMap((name) => [1, 2, 3].map((seed) => run(name, seed)));

describe('a sovereignty delta', () => {
	it('is nothing where nothing differs', () => {
		expect(worse(both, both)).toEqual([]);
		expect(compare(both, both).every(({ delta }) => delta === 0)).toBe(true);
	});

	it('names the metric that fell in one recording of two', () => {
		const after = both.map((one) => (one.recording === 'a' ? { ...one, perception: 0.85 } : one));
		expect(worse(both, after)).toEqual(['perception']);
		expect(worse(after, both)).toEqual([]);
	});

	it('holds a higher cost and more wrong answers against a change', () => {
		expect(
			worse(
				both,
				both.map((one) => ({ ...one, cost: 0.5, wrong: 0.03 })),
			),
		).toEqual(['cost', 'wrong']);
	});

	it('takes what differs between seeds for chance', () => {
		const noisy = [0.6, 0.8, 0.9].map((decision, i) => run('a', i, { decision }));
		const alike = [0.55, 0.85, 0.8].map((decision, i) => run('a', i, { decision }));
		expect(worse(noisy, alike)).toEqual([]);
	});

	it('raises a false alarm about once in a thousand', () => {
		const random = seeded(7);
		// The sum of twelve uniform numbers less 6 is all but normal.
		const normal = () => Array.from({ length: 12 }, () => random.next()).reduce((a, b) => a + b, -6);
		const side = () => ['a', 'b', 'c'].flatMap((name) => [1, 2, 3].map((seed) => run(name, seed, { decision: 0.5 + 0.1 * normal() })));
		let alarms = 0;
		for (let i = 0; i < 4000; i++) alarms += worse(side(), side()).length;
		expect(alarms).toBeLessThan(14);
	});

	it('leaves out what was never asked, and refuses to compare different recordings', () => {
		const silent = both.map((one) => ({ ...one, narration: null }));
		expect(compare(silent, silent).find(({ metric }) => metric === 'narration')).toMatchObject({ before: null, worse: false });
		expect(() => compare([run('a', 1)], [run('b', 1)])).toThrow('share no recording');
	});

	it('reads as a table', () => {
		const table = deltaTable(
			compare(
				both,
				both.map((one) => ({ ...one, decision: 0.7 })),
			),
		);
		expect(table).toContain('| Decision sovereignty | 80.0 % | 70.0 % | -10.0 % | ± 0.5 % | **worse** |');
		expect(table).toContain('| API cost | $0.400/h | $0.400/h | $0.000/h | ± $0.005/h | the same |');
	});
});
