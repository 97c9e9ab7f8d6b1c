// A page that went away in the middle of a session wrote no report. What it had told the ledger is all there, so the next page that
// opens writes the report in its place.
import type { Store } from '../../src/adapters/store.ts';
import { makeLedger } from '../../src/core/ledger.ts';
import { playedMs, sumUp } from '../../src/core/scorecard.ts';
import type { ReportView } from '../agent.protocol.ts';
import { nameOfGame } from './backups.ts';
import { writeReport } from './reports.ts';

const ENDED_BY = 'the page went away';
const NOTE = 'The page went away before this session could end: what it did up to the last word it stored stands here.';

/**
 * Ends the sessions that nobody plays any more, as of their last entry, and writes their reports.
 *
 * @param before  milliseconds since 1970 at which no tab played: sessions that began later may be running
 * @returns the reports, oldest first
 */
export async function endUnfinished(store: Store, before: number): Promise<ReportView[]> {
	const written: ReportView[] = [];
	for (const { session, game, startedAt } of await store.unfinishedSessions()) {
		if (startedAt >= before) continue;
		const told = await store.ledgerOf(session);
		const first = told[0];
		const last = told.at(-1);
		if (first === undefined || last === undefined) continue;
		const endedAt = told.reduce((latest, { at }) => Math.max(latest, at), 0);
		const ledger = makeLedger({
			session,
			next: (await store.lastEntry()) + 1,
			now: () => endedAt,
			persist: (entry) => store.appendLedger(entry),
		});
		const end = ledger.append({ type: 'session', event: 'ended', game, detail: ENDED_BY, playedMs: playedMs(sumUp(told)) });
		const scopes = (await store.scopes()).filter((scope) => scope.game === game);
		const report = await writeReport(store, {
			profile: { id: game, name: await nameOfGame(store, game) },
			session: { id: session, startedAt: first.at, endedAt, endedBy: ENDED_BY },
			entries: [...told, end],
			crystals: (await Promise.all(scopes.map((scope) => store.loadCrystals(scope)))).flat(),
			notes: [NOTE],
		});
		written.push(report);
	}
	return written;
}
