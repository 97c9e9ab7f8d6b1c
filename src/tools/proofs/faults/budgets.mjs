// Pages that die in the middle of a call outside.
import { buildModule } from '../../node-module.mjs';

const SEEDS = [1, 2, 3, 4, 5];
const CYCLES = 200;

/** @type {import('./rows.d.mts').Rows} */
export async function budgets() {
	const { module, remove } = await buildModule('src/tools/proofs/faults/node.ts');
	try {
		const rows = [];
		for (const seed of SEEDS) {
			const { most, left, sessions, refused, died } = await module.crashes(CYCLES, seed);
			const everywhere = Object.values(died).every((times) => times > 0);
			rows.push({
				fault: `a page dies ${CYCLES} times in the middle of a call outside, at each of its waits`,
				seed,
				expected: 'at most 4 calls leave in any session',
				seen: `at most ${most} of ${left} in ${sessions} sessions; ${refused} refused; ${JSON.stringify(died)}`,
				ok: everywhere && most === 4,
			});
		}
		const planted = await module.crashes(CYCLES, 1, true);
		rows.push({
			fault: 'the same, with reservations that are only said to be written (the check itself is checked)',
			seed: 1,
			expected: 'more than 4 calls leave in some session',
			seen: `at most ${planted.most}`,
			ok: planted.most > 4,
		});
		return rows;
	} finally {
		remove();
	}
}
