import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store.ts';
import type { EntryDraft } from '../../src/core/ledger.ts';
import type { Report } from '../../src/core/report.ts';
import { checkCrystal } from './crystals.ts';
import { started, tell } from './told.fixture.ts';
import { endUnfinished } from './unfinished.ts';

let stores = 0;
const open = (): Promise<Store> => openStore({ name: `unfinished-${stores++}`, now: () => 1, checkData: checkCrystal });

const act: EntryDraft = { type: 'act', tick: 1, act: { verb: 'wait', args: {} }, done: true, reason: '', idle: false };

describe('a session whose page went away', () => {
	it('is ended as of its last word, and gets its report once', async () => {
		const store = await open();
		tell(store, 'lost', 1, [
			[1000, started],
			[61_000, act],
		]);
		const [report, ...more] = await endUnfinished(store, 5_000_000);
		expect(more).toEqual([]);
		expect(report).toMatchObject({ session: 'lost', startedAt: 1000, endedAt: 61_000, endedBy: 'the page went away' });
		expect(JSON.parse(report?.json ?? '') as Report).toMatchObject({ session: { playedMs: 60_000 }, idle: { acts: 1 } });
		expect(report?.markdown).toContain('The page went away before this session could end');
		expect((await store.reports()).map((r) => r.session)).toEqual(['lost']);
		expect(await endUnfinished(store, 5_000_000)).toEqual([]);
		expect((await store.sessionsOf('g')).map((row) => row.endedAt)).toEqual([61_000]);
	});

	it('is told from one that ended, and from one that another tab may have begun', async () => {
		const store = await open();
		tell(store, 'ended', 1, [
			[1000, started],
			[2000, { type: 'session', event: 'ended', game: 'g', detail: 'time', playedMs: 1000 }],
		]);
		tell(store, 'running', 3, [[9000, started]]);
		expect(await endUnfinished(store, 9000)).toEqual([]);
		expect(await store.reports()).toEqual([]);
	});
});
