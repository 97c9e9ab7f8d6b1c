// That it holds over crashes is shown by src/tools/proofs/faults/crashes.test.ts.
import { describe, expect, it } from 'vitest';
import type { BudgetMemory } from '../../src/core/budget.ts';
import { makePurse } from './purse.ts';

const game = 'g';

describe('a purse', () => {
	it('sends nothing when what it may cost cannot be written, says why, and owes nothing for it', async () => {
		let why = 'The disk is full.';
		let kept: BudgetMemory | undefined;
		const purse = await makePurse({
			clock: { now: () => 1e12, monotonic: () => 0 },
			from: undefined,
			session: { id: 's', game },
			async save(memory) {
				kept = memory;
				return why;
			},
		});
		let left = 0;
		const ask = () =>
			purse.spend(
				'cloud',
				0.01,
				async () => ++left,
				() => 0.01,
			);
		for (let i = 0; i < 6; i++) await expect(ask()).rejects.toThrow(/Nothing was sent.*The disk is full\./);
		expect(left).toBe(0);
		expect(kept?.session).toMatchObject({ calls: 0, usd: 0 });
		why = '';
		expect(await ask()).toBe(1);
	});

	it('has its reservation on the disk when the request leaves, and the true cost after it', async () => {
		const kept: BudgetMemory[] = [];
		const purse = await makePurse({
			clock: { now: () => 1e12, monotonic: () => 0 },
			from: undefined,
			session: { id: 's', game },
			async save(memory) {
				kept.push(memory);
				return '';
			},
		});
		await purse.spend(
			'cloud',
			0.05,
			async () => expect(kept.at(-1)?.session).toMatchObject({ usd: 0.05, calls: 1 }),
			() => 0.02,
		);
		expect(kept.at(-1)?.session).toMatchObject({ usd: 0.02, calls: 1, over: false });
		await purse.end();
		expect(kept.at(-1)?.session?.over).toBe(true);
	});
});
