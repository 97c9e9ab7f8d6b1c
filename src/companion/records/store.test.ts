import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterEach, describe, expect, it } from 'vitest';
import { playedSession } from '../../core/ledger.fixture.ts';
import type { LedgerEntry } from '../../core/ledger.ts';
import type { RowsAsked } from '../../core/records.ts';
import { seeded } from '../../core/random.fixture.ts';
import { scorecard, sumUp } from '../../core/scorecard.ts';
import { tempDir } from '../testing/companion.ts';
import { RecordsError } from './database.ts';
import { SCHEMA } from './schema.ts';
import { Records } from './store.ts';

const opened: Records[] = [];
afterEach(() => {
	for (const records of opened.splice(0)) records.close();
});
function open(dir = tempDir()): { readonly records: Records; readonly warned: string[]; readonly dir: string } {
	const warned: string[] = [];
	const records = new Records(
		dir,
		(line) => warned.push(line),
		() => 1_800_000_000_000,
	);
	opened.push(records);
	return { records, warned, dir };
}
function rowsOf(records: Records, asked: RowsAsked): Readonly<Record<string, unknown>>[] {
	const rows: Readonly<Record<string, unknown>>[] = [];
	for (let after: number | null = 0; after !== null; ) {
		const told = records.rows({ ...asked, after });
		rows.push(...told.rows);
		after = told.next;
	}
	return rows;
}
function batches<T>(items: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
/** Changes the file behind its keeper's back. */
function tamper(dir: string, change: (db: InstanceType<typeof sqlite.Database>) => void): void {
	const db = new sqlite.Database(join(dir, 'records.sqlite'));
	change(db);
	db.close();
}
const session = playedSession(seeded(1), 'test-1', 1_700_000_000_000, 60);

describe('the records', () => {
	it.each([2, 3, 4])('hold minutes that add up to the session, and both equal a recount (seed %i)', (seed) => {
		const random = seeded(seed);
		const { records, dir } = open();
		const entries = playedSession(random, 'test-1', 1_700_000_000_000, 400);
		for (const [i, batch] of batches(entries, 1 + Math.floor(random.next() * 60)).entries()) {
			// Some are sent twice, and the program is started anew in between.
			records.append(random.next() < 0.3 ? [...entries.slice(0, i), ...batch] : batch);
			if (random.next() < 0.2) records.close();
		}
		const again = open(dir);
		records.close();
		const card = scorecard(sumUp(entries));
		const [row] = rowsOf(again.records, { table: 'metrics_session' });
		const minutes = rowsOf(again.records, { table: 'metrics_minute' });
		const { perception, decision, narration } = card.metrics;
		expect(row).toMatchObject({
			session: 'test-1',
			game: 'test-game',
			ended_by: 'time',
			entries: entries.length,
			played_ms: card.playedMs,
			perception_local: perception.local,
			perception_total: perception.total,
			decision_total: decision.total,
			narration_total: narration.total,
			calls: card.calls,
			usd: card.spentUsd,
			acts: card.idle.acts,
			wrong: card.wrong.wrong,
		});
		expect(minutes).toHaveLength(card.minutes.length);
		for (const name of [
			'perception_local',
			'perception_total',
			'decision_local',
			'decision_total',
			'narration_local',
			'narration_total',
			'calls',
			'device_calls',
			'unpriced',
			'rested',
			'acts',
			'idle',
		]) {
			const sum = minutes.reduce((all, minute) => all + Number(minute[name]), 0);
			expect(`${name} ${sum}`).toBe(`${name} ${String(row?.[name])}`);
		}
		const stored = rowsOf(again.records, { table: 'ledger' }).map((one) => JSON.parse(String(one['entry'])) as LedgerEntry);
		expect(stored).toEqual(entries);
		expect(rowsOf(again.records, { table: 'commands' })).toHaveLength(card.idle.acts);
		const uses = rowsOf(again.records, { table: 'crystals' }).reduce((sum, crystal) => sum + Number(crystal['uses']), 0);
		expect(uses).toBe(entries.filter((e) => e.type === 'question' && e.tier === 'crystal').length);
	});

	it('tell of each act its frame, its reason and what came of it', () => {
		const { records } = open();
		records.append(session);
		const act = session.find((e) => e.type === 'act' && !e.done);
		expect(rowsOf(records, { table: 'commands' }).find((row) => row['n'] === act?.n)).toMatchObject({
			frame: `f${act?.type === 'act' ? act.tick : 0}`,
			verb: 'click',
			args: '{"at":"door"}',
			reason: expect.stringMatching(/^(crystal|cloud): seen before$/),
			outcome: 'rate: too many',
		});
	});

	it('set aside what is no entry, and what says something else than before', () => {
		const { records, warned } = open();
		const [first, ...rest] = session;
		const nonsense = [
			null,
			7,
			'x',
			{},
			{ ...first, n: -1 },
			{ ...first, at: Number.NaN },
			{ ...first, n: 900, at: 1e300 },
			{ ...first, n: 901, type: 'oracle' },
			{ ...rest.find((e) => e.type === 'question'), n: 902, usd: -5 },
		];
		expect(records.append([...session, ...nonsense])).toEqual([{ session: 'test-1', entries: session.length + 4 }]);
		records.append([...nonsense, { ...first, playedMs: 99 }]);
		expect(records.view().setAside).toBe(10);
		expect(rowsOf(records, { table: 'set_aside' }).map((row) => row['why'])).toContain('usd: Invalid value: Expected >=0 but received -5');
		expect(rowsOf(records, { table: 'ledger' })).toHaveLength(session.length);
		expect(warned).toEqual([]);
	});

	it('set a damaged row aside, count it, and take the page’s own in its place', () => {
		const { records, warned, dir } = open();
		records.append(session);
		const before = rowsOf(records, { table: 'metrics_session' });
		records.close();
		tamper(dir, (db) => {
			db.run(
				"UPDATE ledger SET entry = replace(entry, '\"calls\":1', '\"calls\":0') WHERE type = 'question' AND entry LIKE '%\"calls\":1%'",
			);
			db.run("UPDATE ledger SET entry = 'half a r' WHERE pos = 3");
		});
		const damaged = session.filter((e, pos) => pos === 3 || (e.type === 'question' && e.calls === 1)).length;
		expect(rowsOf(records, { table: 'ledger' })).toHaveLength(session.length - damaged);
		expect(records.view().setAside).toBe(damaged);
		expect(warned).toHaveLength(damaged);
		expect(records.sessions()).toEqual([{ session: 'test-1', entries: session.length - damaged }]);
		expect(records.append(session)).toEqual([{ session: 'test-1', entries: session.length }]);
		expect(rowsOf(records, { table: 'metrics_session' })).toEqual(before);
		expect(rowsOf(records, { table: 'ledger' }).map((row) => row['pos'])).toEqual(session.map((_, pos) => pos));
		expect(records.view().setAside).toBe(damaged);
	});

	it('say clearly that the disk is full, write nothing by halves, and go on when there is room', () => {
		const { records, warned } = open();
		const more = playedSession(seeded(2), 'test-2', 1_700_000_900_000, 2000);
		records.append(session);
		records.open().exec('PRAGMA max_page_count = 120');
		const write = () => records.append(more);
		expect(write).toThrow(RecordsError);
		expect(write).toThrow(/the disk is full.*Make room; play goes on/);
		expect(warned).toHaveLength(1);
		expect(records.view().trouble).toMatch(/the disk is full/);
		expect(records.sessions()).toEqual([{ session: 'test-1', entries: session.length }]);
		records.open().exec('PRAGMA max_page_count = 100000');
		expect(write()).toEqual([{ session: 'test-2', entries: more.length }]);
		expect(records.view().trouble).toBe('');
	});

	it('turn what was paid for into sats at the rate of its day, once for each entry, and tell what has no rate', () => {
		const { records } = open();
		const first = playedSession(seeded(5), 'real', 1_700_000_000_000, 120);
		const practice = playedSession(seeded(6), 'practice', 1_700_000_000_000, 60, 0.5, true);
		records.append([...first, ...practice]);
		const dollars = (entries: readonly LedgerEntry[]): number[] =>
			entries.flatMap((e) => (e.type === 'question' && e.usd !== null && e.usd > 0 ? [e.usd] : []));
		expect(records.sats(0, 2e12)).toMatchObject({ totals: { out: 0 }, unconverted: { calls: dollars([...first, ...practice]).length } });
		expect(records.addRate(0, 'typed in')).toMatch(/a number from 1/);
		expect(records.addRate(100_000, 'typed in')).toBe('');
		const later = playedSession(seeded(7), 'later', 1_900_000_000_000, 30);
		records.append([...later, ...first]);
		const msat = (entries: readonly LedgerEntry[]): number => dollars(entries).reduce((sum, usd) => sum + Math.ceil(usd * 1e6), 0);
		const { totals, unconverted, rows, unpriced } = records.sats(0, 2e12);
		expect(totals).toMatchObject({ in: 0, out: msat(first) + msat(later), simulated: { out: msat(practice) } });
		expect(unconverted).toEqual({ calls: 0, usd: 0 });
		expect(rows).toBe(dollars([...first, ...practice, ...later]).length);
		expect(unpriced).toBe([...first, ...practice, ...later].filter((e) => e.type === 'question' && e.usd === null).length);
		expect(records.sats(1_800_000_000_000, 2e12).totals.out).toBe(msat(later));
		expect(records.sats(0, 2e12).newest[0]).toMatchObject({
			kind: 'out',
			source: 'ledger',
			receipt: expect.stringMatching(/^later \d+$/),
			rateAt: 1_800_000_000_000,
		});
		const table = records.open();
		expect(() => table.run('UPDATE sats SET msat = 1')).toThrow(/never changed/);
		expect(() => table.run('DELETE FROM sats')).toThrow(/never deleted/);
	});

	it('keep a file that cannot be read, begin a new one, and take sats over', () => {
		const { records, dir } = open();
		records.append(session);
		records.addPayments(
			[
				{
					type: 'incoming',
					state: 'settled',
					payment_hash: 'a'.repeat(64),
					amount: 5000,
					created_at: 1_700_000_000,
					settled_at: 1_700_000_001,
				},
			],
			'wallet',
			false,
		);
		records.close();
		tamper(dir, (db) => db.exec("PRAGMA writable_schema = 1; DELETE FROM sqlite_schema WHERE name = 'metrics_minute'"));
		const again = open(dir);
		again.records.append(session);
		expect(again.warned.join()).toMatch(/is damaged .* kept as .*damaged-1.* 1 rows of sats/s);
		expect(existsSync(join(dir, 'records.sqlite.damaged-1'))).toBe(true);
		expect(again.records.sats(0, 2e12).totals.in).toBe(5000);
		again.records.close();
		const whole = readFileSync(join(dir, 'records.sqlite'));
		writeFileSync(join(dir, 'records.sqlite'), whole.fill(7, 0, 200));
		const third = open(dir);
		expect(third.records.append(session)).toEqual([{ session: 'test-1', entries: session.length }]);
	});

	it('are taken over from a program that is gone, and from no other', () => {
		const { records, dir } = open();
		records.append(session);
		records.close();
		mkdirSync(join(dir, 'records.sqlite.lock'));
		writeFileSync(join(dir, 'records.sqlite.owner'), '1');
		expect(() => records.append(session)).toThrow(/in use by process 1\b.*--data/);
		writeFileSync(join(dir, 'records.sqlite.owner'), '4194303');
		expect(records.append(session)).toHaveLength(1);
	});

	it('can be read by this person alone', () => {
		const { records, dir } = open();
		records.append(session);
		expect(statSync(join(dir, 'records.sqlite')).mode & 0o077).toBe(0);
	});
});

it('are as docs/records.md publishes them', () => {
	const [, published] = /```sql\n(.*?)\n```/s.exec(readFileSync('docs/records.md', 'utf8')) ?? [];
	expect(published).toBe(SCHEMA.trim());
});
