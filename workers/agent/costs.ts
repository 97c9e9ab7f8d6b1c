// What an hour of play cost in each session before, for the trend. A session that is over costs what it cost: its figure is worked out
// of its ledger once and kept, so that a start reads what was played since the last one, and not the whole life of a game.
import type { Store } from '../../src/adapters/store.ts';
import { hourlyCosts, sessionsOf } from '../../src/core/history.ts';

/** @returns as `hourlyCosts` of the game's whole ledger */
export async function costsBefore(store: Store, game: string): Promise<number[]> {
	const key = `costs ${game}`;
	const before = (await store.getSetting(key)) ?? {};
	const kept: Record<string, readonly number[]> = {};
	const costs: number[] = [];
	let fresh = false;
	for (const { session, endedAt } of await store.sessionsOf(game)) {
		const known: unknown = (before as Readonly<Record<string, unknown>>)[session];
		const cost = isKept(known) ? known : hourlyCosts(sessionsOf(await store.ledgerOf(session)));
		costs.push(...cost);
		// One that nobody ended may be played on in another tab, or is ended later as of its last word.
		if (endedAt === 0) continue;
		kept[session] = cost;
		fresh ||= cost !== known;
	}
	if (fresh) void store.setSetting(key, kept);
	return costs;
}

/** The figure of one session; none of one too short, or of unknown price. */
function isKept(data: unknown): data is readonly number[] {
	return Array.isArray(data) && data.length <= 1 && data.every(Number.isFinite);
}
