import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import { openStore } from '../../src/adapters/store.ts';
import { readSnapshot, snapshotOf } from '../../src/core/feed/snapshot.ts';
import { DAY, dayOf } from '../../src/core/graduation/day.fixture.ts';
import { MINUTE_MS } from '../../src/core/graduation/tally.ts';
import { emptySums, scorecard } from '../../src/core/scorecard.ts';
import { checkCrystal } from './crystals.ts';
import { findGraduation, graduationTold, talliesSince } from './graduation.ts';

it('a day of two sessions is found in the store, tallied once, and told with the signed head', async () => {
	const now = DAY + 1440 * MINUTE_MS;
	const store = await openStore({ name: 'graduation', now: () => now, checkData: checkCrystal });
	const entries = dayOf();
	for (const entry of entries) store.appendLedger(entry);
	await store.flush();
	const read = vi.spyOn(store, 'ledgerOf');
	const found = await findGraduation(store, now);
	expect(found).toMatchObject({ graduated: true, from: DAY });
	expect(read).toHaveBeenCalledTimes(2);
	await store.flush();
	expect(await findGraduation(store, now)).toEqual(found);
	expect(read).toHaveBeenCalledTimes(2);
	const running = { session: 'second', entries: entries.filter((e) => e.session === 'second' && e.at < DAY + 800 * MINUTE_MS) };
	expect((await talliesSince(store, DAY, running)).map((t) => [t.session, t.endedAt === null])).toEqual([
		['first', false],
		['second', true],
	]);
	const told = await graduationTold(store, found);
	expect(told).toMatchObject({ graduated: true, head: { link: entries.length, at: now }, key: { x: expect.any(String) } });
	const snapshot = snapshotOf(scorecard(emptySums()), told);
	expect(readSnapshot(snapshot)).toEqual({ ok: true, value: snapshot });
	await store.close();
});
