// What is written when a session is over, by whomever: the page that played it, or the next one that opens.
import type { Store } from '../../src/adapters/store.ts';
import { makeReport, reportMarkdown } from '../../src/core/report.ts';
import { LOOKED_BACK_MS, talliesSince } from './graduation.ts';
import type { ReportView } from '../agent.protocol.ts';

/** Makes a session's report out of its entries and the life of its game, and keeps it. */
export async function writeReport(store: Store, told: Omit<Parameters<typeof makeReport>[0], 'life' | 'tallies'>): Promise<ReportView> {
	const running = { session: told.session.id, entries: told.entries };
	const report = makeReport({
		...told,
		life: await store.ledgerOfGame(told.profile.id),
		tallies: await talliesSince(store, told.session.endedAt - LOOKED_BACK_MS, running),
	});
	const { id: session, ...times } = told.session;
	const view: ReportView = {
		session,
		game: told.profile.id,
		...times,
		json: JSON.stringify(report, null, '\t'),
		markdown: reportMarkdown(report),
	};
	await store.putReport(view);
	return view;
}
