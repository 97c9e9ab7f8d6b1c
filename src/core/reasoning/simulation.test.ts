// The learner at play, in rooms it has never seen, with a teacher that is right, one that errs and lies, and a world whose keys are
// swapped under its hands. Seeds are named; the shares are pooled over them.
import { describe, expect, it } from 'vitest';
import { simulate, type SimOptions } from './simulate.fixture.ts';

interface Pooled {
	/** Of all decisions. */
	readonly local: number;
	/** Of local acts: off every shortest way. */
	readonly harm: number;
}
/** Share of local acts and of harm among them from one decision to another, over all seeds. */
function play(seeds: readonly number[], options: Omit<SimOptions, 'seed'>): (from: number, to: number) => Pooled {
	const runs = seeds.map((seed) => simulate({ each: 100, ...options, seed }));
	return (from, to) => {
		let acts = 0;
		let local = 0;
		let harm = 0;
		for (const run of runs) {
			for (const one of run.slice(from / 100, to / 100)) {
				acts += 100;
				local += one.local * 100;
				harm += one.harm * one.local * 100;
			}
		}
		return { local: local / acts, harm: harm / local };
	};
}

describe('a learner in rooms', () => {
	it('decides most by itself within two hours of play, mostly as the shortest way does', () => {
		const share = play([1, 2], { decisions: 1600 });
		expect(share(0, 100).local).toBeLessThan(0.5);
		const { local, harm } = share(1000, 1600);
		expect(local).toBeGreaterThan(0.7);
		expect(harm).toBeLessThan(0.05);
	});

	it('decides most by itself under a teacher that errs and lies, and does not follow him into harm @full', () => {
		const share = play([1, 2], { decisions: 1600, teacher: { reasons: true, wrong: 0.1, lying: 0.1 } });
		const { local, harm } = share(800, 1600);
		expect(local).toBeGreaterThan(0.5);
		expect(harm).toBeLessThan(0.045);
	});

	it('notices swapped keys, and harms no more than before within a hundred decisions', () => {
		const share = play([1, 2, 3, 4, 5, 6, 7, 8], { decisions: 1600, swapAt: 1001 });
		const before = share(600, 1000);
		const after = share(1100, 1600);
		expect(after.harm).toBeLessThan(Math.max(0.045, 1.2 * before.harm));
		expect(after.local).toBeGreaterThan(0.35);
	});
});
