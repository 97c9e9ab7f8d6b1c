import { expect, it } from 'vitest';
import { playedSession } from './ledger.fixture.ts';
import { seeded } from './random.fixture.ts';
import { readEntry } from './read-entry.ts';

const envelope = { n: 1, at: 1_796_088_052_873, session: 's' };

it('takes what play writes, as it is', () => {
	const entries = [
		...playedSession(seeded(1), 's', 1_796_088_052_873, 300),
		{ ...envelope, type: 'sats', movedAt: 1_796_000_000_000, direction: 'in', msat: 21_000, receipt: 'ab', detail: '' },
		{ ...envelope, type: 'strike', event: 'asked', sort: 'call', key: 'k', what: 'w', times: 3, evidence: [1, 2, 3], draft: 'd' },
	];
	for (const entry of entries) expect(readEntry(JSON.parse(JSON.stringify(entry)))).toEqual({ ok: true, entry });
});

it('names the first fault of what cannot be counted', () => {
	const rested = { ...envelope, type: 'rested', ticks: 1 };
	expect(readEntry(rested).ok).toBe(true);
	for (const [wrong, where] of [
		[{ ...rested, ticks: -1 }, /^ticks/],
		[{ ...rested, at: Number.NaN }, /^at/],
		[{ ...rested, type: 'oracle' }, /^type/],
		[null, /^entry/],
	] as const)
		expect(readEntry(wrong)).toEqual({ ok: false, why: expect.stringMatching(where) });
});
