// Who pays for a call that leaves straight from the page. What it may cost is on the disk before it leaves and put right after it,
// so a page that dies anywhere in between comes back having spent too much rather than too little.
import { type BudgetMemory, type Caps, makeBudget } from '../../src/core/budget.ts';
import { TierError } from '../../src/core/cascade.ts';
import type { TierName } from '../../src/core/ledger.ts';
import type { Clock } from '../../src/core/ports.ts';

export interface Purse {
	/** `epoch` counts the pages of one session: above 1 it goes on after its page went away. */
	readonly session: { readonly id: string; readonly epoch: number };
	/**
	 * Sends one request that its caps allow.
	 *
	 * @param usd     the most it may cost; null when the price is not known
	 * @param send    called once, after what it may cost is on the disk
	 * @param costOf  what it cost by its reply; null leaves the reservation standing, as a failure does
	 * @throws TierError `cap-reached` when nothing was sent; whatever `send` throws
	 */
	spend<T>(tier: Exclude<TierName, 'crystal'>, usd: number | null, send: () => Promise<T>, costOf: (reply: T) => number | null): Promise<T>;
	/** Keeps the session from ageing. */
	alive(): Promise<void>;
	/** The session does not go on after this. */
	end(): Promise<void>;
}

export interface PurseOptions {
	readonly clock: Clock;
	readonly from: BudgetMemory | 'damaged' | undefined;
	readonly session: { readonly id: string; readonly game: string };
	readonly caps?: Caps;
	/** Resolves to '' once it is on the disk to stay, else to why it is not. */
	readonly save: (memory: BudgetMemory) => Promise<string>;
}

export async function makePurse({ save, ...options }: PurseOptions): Promise<Purse> {
	const budget = makeBudget(options);
	const keep = (): Promise<string> => save(budget.memory());
	// What fails here is told by the first call that is refused for it.
	await keep();
	return {
		session: budget.session,
		async spend(tier, usd, send, costOf) {
			const reserved = budget.reserve(tier, usd);
			if (!reserved.ok) throw new TierError('cap-reached', reserved.detail);
			const why = await keep();
			if (why !== '') {
				budget.refund(reserved.id);
				await keep();
				throw new TierError('cap-reached', `Nothing was sent, because what it may cost could not be written down first: ${why}`);
			}
			try {
				const reply = await send();
				budget.settle(reserved.id, costOf(reply));
				return reply;
			} catch (error) {
				budget.settle(reserved.id, null);
				throw error;
			} finally {
				// If this is not written the whole reservation stands on the disk, which is the safe side.
				await keep();
			}
		},
		async alive() {
			await keep();
		},
		async end() {
			budget.end();
			await keep();
		},
	};
}
