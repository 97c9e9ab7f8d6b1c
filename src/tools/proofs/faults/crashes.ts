// Pages that die at every wait of a call outside, each time to come back to the same disk: what leaves must stay within the cap.
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { openStore } from '../../../adapters/store.ts';
import { type BudgetMemory, type Caps, readBudget } from '../../../core/budget.ts';
import { seeded } from '../../../core/random.fixture.ts';
import { makePurse } from '../../../../workers/agent/purse.ts';

/** Between the wish to ask and the word that it was paid. */
export const DEATHS = [
	'before the reservation is written',
	'when it is written, before that is told',
	'when the call has left, before its answer',
	'when it was answered, before that is written',
	'when all is written, before that is told',
] as const;
export type Death = (typeof DEATHS)[number];

const CAP = 4;
const caps: Caps = { minute: { usd: 1, calls: 100 }, session: { usd: 1, calls: CAP }, day: { usd: 50, calls: 10_000 } };
const never = new Promise<never>(() => undefined);

export interface Crashes {
	/** Times that a page died so. */
	readonly died: Readonly<Record<Death, number>>;
	readonly sessions: number;
	/** Calls that left in the session that sent the most. */
	readonly most: number;
	readonly left: number;
	readonly refused: number;
}

/**
 * One page a cycle, on one disk (fake-indexeddb in memory); one in ten ends its session on purpose, so that many sessions are seen.
 *
 * @param lies  a reservation is said to be written and is not: the fault that the cycles are there to find
 */
export async function crashes(cycles: number, seed: number, lies = false): Promise<Crashes> {
	const engine = { indexedDB: new IDBFactory(), IDBKeyRange };
	const random = seeded(seed);
	const left = new Map<string, number>();
	const died = Object.fromEntries(DEATHS.map((death) => [death, 0])) as Record<Death, number>;
	let refused = 0;
	for (let cycle = 1; cycle <= cycles; cycle++) {
		const wall = Date.UTC(2026, 0, 1, 12) + 1000 * cycle;
		const store = await openStore({ ...engine, now: () => wall });
		const death = DEATHS[Math.floor(random.next() * DEATHS.length)] as Death;
		const ends = random.next() < 0.1;
		let saves = 0;
		let buried = (): void => undefined;
		const dead = new Promise<void>((resolve) => {
			buried = resolve;
		});
		const dies = async (at: Death): Promise<void> => {
			if (death !== at) return;
			died[at]++;
			buried();
			await never;
		};
		const save = async (memory: BudgetMemory): Promise<string> => {
			// The first is of the session, the second of the reservation, the third of what it cost in truth.
			const [reserves, settles] = [++saves === 2, saves === 3];
			if (reserves) await dies('before the reservation is written');
			if (settles) await dies('when it was answered, before that is written');
			if (!(lies && reserves) && !(await store.setSetting('budget', memory)))
				throw new Error(`The store of cycle ${cycle} does not write.`);
			if (reserves) await dies('when it is written, before that is told');
			if (settles) await dies('when all is written, before that is told');
			return '';
		};
		const purse = await makePurse({
			clock: { now: () => wall, monotonic: () => wall },
			caps,
			from: readBudget(await store.getSetting('budget')),
			session: { id: `session ${cycle}`, game: 'g' },
			save,
		});
		const { id } = purse.session;
		const send = async (): Promise<void> => {
			left.set(id, (left.get(id) ?? 0) + 1);
			await dies('when the call has left, before its answer');
		};
		const over = async (): Promise<void> => {
			refused++;
			if (ends) await purse.end();
		};
		await Promise.race([dead, purse.spend('cloud', 0.01, send, () => 0.001).catch(over)]);
		await store.close();
	}
	const counts = [...left.values()];
	return { died, sessions: left.size, most: Math.max(0, ...counts), left: counts.reduce((sum, n) => sum + n, 0), refused };
}
