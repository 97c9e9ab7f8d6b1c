import type { Store } from '../../src/adapters/store.ts';
import { type EntryDraft, makeLedger } from '../../src/core/ledger.ts';

/** Tells the store's ledger of a session: entries with their times, the first with that number. */
export function tell(store: Store, session: string, first: number, entries: readonly (readonly [at: number, draft: EntryDraft])[]): void {
	let now = 0;
	const ledger = makeLedger({ session, next: first, now: () => now, persist: (entry) => store.appendLedger(entry) });
	for (const [at, draft] of entries) {
		now = at;
		ledger.append(draft);
	}
}
export const started: EntryDraft = { type: 'session', event: 'started', game: 'g', detail: '', playedMs: 0 };
