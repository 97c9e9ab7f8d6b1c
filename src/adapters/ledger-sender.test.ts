import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { playedSession } from '../core/ledger.fixture.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { seeded } from '../core/random.fixture.ts';
import type { Called } from './companion.ts';
import { makeLedgerSender } from './ledger-sender.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const before = playedSession(seeded(1), 'before', 1_700_000_000_000, 1200);
const now = playedSession(seeded(2), 'now', 1_700_009_000_000, 40);

function setUp(has: readonly LedgerEntry[] = []) {
	const told = [...before];
	const records = new Map(has.map((entry) => [`${entry.session} ${entry.n}`, entry]));
	const troubles: string[] = [];
	let answer: Called<unknown> = { ok: true, value: {} };
	const batches: number[] = [];
	const sender = makeLedgerSender({
		source: {
			counts: async () =>
				[...new Set(told.map(({ session }) => session))].map((session) => ({
					session,
					entries: told.filter((e) => e.session === session).length,
				})),
			entriesOf: async (session) => told.filter((e) => e.session === session),
		},
		held: async () =>
			answer.ok
				? {
						ok: true,
						value: {
							sessions: [...new Set([...records.values()].map(({ session }) => session))].map((session) => ({
								session,
								entries: [...records.values()].filter((e) => e.session === session).length,
							})),
						},
					}
				: answer,
		send: async (entries) => {
			if (!answer.ok) return answer;
			batches.push(entries.length);
			for (const entry of entries) records.set(`${entry.session} ${entry.n}`, entry);
			return answer;
		},
		trouble: (text) => troubles.push(text),
	});
	return {
		sender,
		batches,
		troubles,
		play(entry: LedgerEntry) {
			told.push(entry);
			sender.tell(entry);
		},
		all: () => [...records.values()],
		told: () => told,
		fails(kind: string, message: string) {
			answer = { ok: false, kind, message };
		},
		works() {
			answer = { ok: true, value: {} };
		},
	};
}

it('gives a companion what it lacks, session by session, and then what is written', async () => {
	const it = setUp(before.slice(0, 700));
	it.play(now[0] as LedgerEntry);
	it.sender.connected();
	await vi.advanceTimersByTimeAsync(10);
	expect(it.all().map((e) => e.n)).toHaveLength(before.length + 1);
	expect(Math.max(...it.batches)).toBe(500);
	for (const entry of now.slice(1)) {
		it.play(entry);
		await vi.advanceTimersByTimeAsync(100);
	}
	await vi.advanceTimersByTimeAsync(1000);
	expect(it.all().slice(before.length)).toEqual(now);
	// Once a second, not once an entry.
	expect(it.batches.slice(4).length).toBeLessThan(8);
});

it('sends nothing while no companion is there, and misses nothing by it', async () => {
	const it = setUp();
	for (const entry of now) it.play(entry);
	await vi.advanceTimersByTimeAsync(60_000);
	expect(it.all()).toEqual([]);
	it.sender.connected();
	await vi.advanceTimersByTimeAsync(10);
	expect(it.all()).toEqual(it.told());
});

it('says why nothing is written, goes on playing, and writes it all when that has passed', async () => {
	const it = setUp();
	it.sender.connected();
	await vi.advanceTimersByTimeAsync(10);
	it.fails('disk-full', 'The disk is full.');
	for (const entry of now) it.play(entry);
	await vi.advanceTimersByTimeAsync(40_000);
	expect(it.troubles.filter((text) => text !== '')).toEqual(expect.arrayContaining(['The disk is full.']));
	expect(it.all()).toHaveLength(before.length);
	it.works();
	await vi.advanceTimersByTimeAsync(20_000);
	expect(it.all()).toEqual(it.told());
	expect(it.troubles.at(-1)).toBe('');
});

it('hands over what waits when it is asked to', async () => {
	const it = setUp();
	it.sender.connected();
	await vi.advanceTimersByTimeAsync(10);
	it.play(now[0] as LedgerEntry);
	await it.sender.flush();
	expect(it.all().at(-1)).toEqual(now[0]);
});
