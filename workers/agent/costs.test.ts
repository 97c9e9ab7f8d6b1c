import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import { openStore } from '../../src/adapters/store.ts';
import { hourlyCosts, sessionsOf } from '../../src/core/history.ts';
import type { EntryDraft } from '../../src/core/ledger.ts';
import { costsBefore } from './costs.ts';
import { checkCrystal } from './crystals.ts';
import { started, tell } from './told.fixture.ts';

const HOUR = 3_600_000;
const asked = (usd: number | null): EntryDraft => ({
	type: 'question',
	tick: 1,
	ask: 'decision',
	tier: 'cloud',
	misses: [],
	latencyMs: 10,
	model: 'm',
	calls: 1,
	promptTokens: 1,
	completionTokens: 1,
	usd,
	simulated: false,
	made: [],
	used: [],
	why: '',
	violation: false,
});
const ended = (playedMs: number): EntryDraft => ({ type: 'session', event: 'ended', game: 'g', detail: 'time', playedMs });

it('the costs before are those of the whole ledger, and of a session that is over its entries are read once', async () => {
	const store = await openStore({ name: 'costs', now: () => 1, checkData: checkCrystal });
	const read = vi.spyOn(store, 'ledgerOf');
	const readNow = (): string[] => read.mock.calls.splice(0).map(([session]) => session);
	const whole = async (): Promise<number[]> => hourlyCosts(sessionsOf(await store.ledgerOfGame('g')));
	const play = (session: string, first: number, at: number, usd: number | null, playedMs: number, over = true): void =>
		tell(store, session, first, [[at, started], [at + 1, asked(usd)], ...(over ? [[at + playedMs, ended(playedMs)] as const] : [])]);
	play('a', 1, 0, 0.5, HOUR);
	play('short', 11, 2 * HOUR, 0.5, 1000);
	play('unpriced', 21, 3 * HOUR, null, HOUR);
	expect(await costsBefore(store, 'g')).toEqual([0.5]);
	expect(readNow()).toEqual(['a', 'short', 'unpriced']);
	play('b', 31, 5 * HOUR, 0.25, HOUR);
	play('cut off', 41, 7 * HOUR, 0.25, HOUR, false);
	expect(await costsBefore(store, 'g')).toEqual([0.5, 0.25]);
	expect(readNow()).toEqual(['b', 'cut off']);
	expect(await costsBefore(store, 'g')).toEqual(await whole());
	expect(readNow()).toEqual(['cut off']);
	// What is no figure is worked out anew.
	await store.setSetting('costs g', { a: 'dear', short: [], unpriced: [], b: [0.25] });
	expect(await costsBefore(store, 'g')).toEqual([0.5, 0.25]);
	expect(readNow()).toEqual(['a', 'cut off']);
	expect(await costsBefore(store, 'another')).toEqual([]);
});
