// The graduation test of all that is played here: tallies of the last days, the certificate, and the head that goes out each minute.
import type { Store } from '../../src/adapters/store.ts';
import type { FeedGraduation } from '../../src/core/feed/snapshot.ts';
import { bestGraduation, type Graduation } from '../../src/core/graduation/conditions.ts';
import { type SessionTally, talliesOf } from '../../src/core/graduation/tally.ts';
import type { LedgerEntry } from '../../src/core/ledger.ts';

/** A window is looked for in so many days; a certificate is kept by whoever wants one. */
export const LOOKED_BACK_MS = 7 * 24 * 3_600_000;
const TALLIES = 'tallies';
const VERSION = 2;

/**
 * Tallies of what was played since a time, whatever the game. A session that is over is tallied once and its tally kept.
 *
 * @param running  the session that is played, whose entries may not be on disk yet
 */
export async function talliesSince(
	store: Store,
	at: number,
	running?: { readonly session: string; readonly entries: readonly LedgerEntry[] },
): Promise<SessionTally[]> {
	const before = readKept(await store.getSetting(TALLIES));
	const kept: Record<string, SessionTally> = {};
	const tallies: SessionTally[] = [];
	let fresh = false;
	for (const { session, endedAt } of await store.sessionsSince(at)) {
		if (session === running?.session) continue;
		const tally = before[session] ?? talliesOf(await store.ledgerOf(session))[0];
		if (tally === undefined) continue;
		tallies.push(tally);
		// One that nobody ended may be played on in another tab.
		if (endedAt === 0) continue;
		kept[session] = tally;
		fresh ||= before[session] === undefined;
	}
	if (running !== undefined) tallies.push(...talliesOf(running.entries));
	if (fresh) void store.setSetting(TALLIES, { version: VERSION, kept });
	return tallies;
}

/** What stands there otherwise was written by another version, and is counted anew. */
function readKept(data: unknown): Readonly<Record<string, SessionTally>> {
	const { version, kept } = (data ?? {}) as { readonly version?: unknown; readonly kept?: Record<string, SessionTally> };
	return version === VERSION && kept !== undefined ? kept : {};
}

export async function findGraduation(store: Store, now: number, running?: Parameters<typeof talliesSince>[2]): Promise<Graduation> {
	return bestGraduation(await talliesSince(store, now - LOOKED_BACK_MS, running), now);
}

/** What goes out with the feed. */
export async function graduationTold(store: Store, found: Graduation): Promise<FeedGraduation> {
	const told = await store.tellHead();
	return {
		graduated: found.graduated,
		simulated: found.simulated,
		from: found.from,
		to: found.to,
		conditions: found.conditions.map(({ name, met, have, need }) => ({ name, met, have, need })),
		head: told?.head ?? null,
		key: told === undefined ? null : { x: told.key.x, y: told.key.y },
	};
}
