import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Mutant, MUTANTS, simulate } from './simulate.ts';
import { describeFailure } from './report.ts';

/** Of a run that must keep every promise. */
async function keepsAll(seed: number): Promise<void> {
	const outcome = await simulate(seed);
	if (outcome.broken !== undefined) throw new Error(describeFailure(outcome));
}

describe('the simulated world', () => {
	it('keeps every promise in seeds 1 to 8', async () => {
		for (let seed = 1; seed <= 8; seed++) await keepsAll(seed);
	});

	it('keeps every promise in seeds 1 to 200 @full', { timeout: 900_000 }, async () => {
		for (let seed = 1; seed <= 200; seed++) await keepsAll(seed);
	});

	it('does the same again for the same seed', async () => {
		const [first, second] = [await simulate(3), await simulate(3)];
		expect(second).toEqual(first);
	});

	it('says of a failure its seed, its commit and how to run it again', () => {
		const text = describeFailure({ ...brokenOutcome, seed: 17 });
		expect(text).toMatch(/seed 17/);
		expect(text).toMatch(/commit [0-9a-f]{7}|commit unknown/);
		expect(text).toContain('node src/tools/simulator.mjs --seed 17');
	});

	it('is of the product as it is shipped: no planted bug is in it', () => {
		for (const path of ['session.ts', 'grip.ts', 'tiers.ts'].map((name) => `../../../workers/agent/${name}`))
			expect(readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')).not.toMatch(/simulator|mutant/i);
	});
});

// Each found a fault, and stays as the test of its repair.
describe('seeds that failed once', () => {
	it.each([[13, 'after a resize while the companion was away the old size was bound again, and nothing was pressed any more']])(
		'seed %i: %s',
		async (seed) => keepsAll(seed),
	);
});

// Seeds in which each bug shows first; a change of the world moves them, so they are looked for as far as seed 200.
describe('planted bugs', () => {
	it.each(Object.keys(MUTANTS) as Mutant[])('finds "%s" within 200 seeds', { timeout: 600_000 }, async (mutant) => {
		for (let seed = 1; seed <= 200; seed++) {
			const { broken } = await simulate(seed, mutant);
			if (broken?.kind === mutant) return;
		}
		throw new Error(`"${mutant}" (${MUTANTS[mutant]}) was not found in seeds 1 to 200.`);
	});
});

const brokenOutcome = {
	seed: 1,
	broken: { kind: 'stuck key', detail: 'w still down 400 ms after: the page is gone', atMs: 1234 },
	fingerprint: '0'.repeat(16),
	faults: {},
	counts: { acts: 0, done: 0, presses: 0, writes: 0, crashes: 0, calls: 0 },
	events: 0,
	simulatedMs: 1234,
} as const;
