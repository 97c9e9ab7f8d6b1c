// The records: the ledger of every browser that plays through this companion, and what is counted of it. Each batch is one
// transaction, ledger and sums together, so that one can never be ahead of the other.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { LedgerEntry, QuestionEntry } from '../../core/ledger.ts';
import { readEntry } from '../../core/read-entry.ts';
import {
	commandRow,
	minuteRow,
	type RecordsView,
	type Row,
	type RowsAsked,
	type RowsTold,
	type SessionSpan,
	sessionRow,
	spanAfter,
	TABLES,
	type TableName,
} from '../../core/records.ts';
import {
	msatOf,
	type Rate,
	rateFault,
	rateFor,
	readTransaction,
	type SatsAdded,
	type SatsRow,
	satsTotals,
	type SatsView,
} from '../../core/sats.ts';
import { accumulate, emptySums, type Sums } from '../../core/scorecard.ts';
import { type Db, databaseBytes, explain, openDatabase, removeDatabase, transaction, type Value } from './database.ts';

/** Longest entry, as JSON. */
const ENTRY_LIMIT = 256 * 1024;
const ROWS_MOST = 1000;
/** What of a set-aside row is kept to be looked at. */
const CONTENT_KEPT = 4000;

/** A session, and how many of its entries are here or were refused for good. */
export interface Held {
	readonly session: string;
	readonly entries: number;
}
interface Playing {
	sums: Sums;
	span: SessionSpan | undefined;
	/** Place of the next entry. */
	next: number;
	/** Entries that are here. */
	entries: number;
	/** Minutes as they stand in the file. */
	written: string[];
	/** An entry came in between: the sums are to be added up anew. */
	stale: boolean;
}

const SESSION_TABLES: ReadonlySet<TableName> = new Set(['ledger', 'metrics_minute', 'metrics_session', 'commands', 'set_aside']);
/** What puts a table's rows in order. */
const ORDER: Readonly<Record<TableName, string>> = {
	ledger: 'at, session, pos',
	metrics_minute: 'session, minute',
	metrics_session: 'started_at, session',
	commands: 'at, session, n',
	crystals: 'id',
	sats: 'at, id',
	rates: 'at',
	set_aside: 'id',
};

export class Records {
	readonly #dataDir: string;
	readonly #warn: (line: string) => void;
	readonly #now: () => number;
	#db: Db | undefined;
	readonly #playing = new Map<string, Playing>();
	#trouble = '';

	constructor(dataDir: string, warn: (line: string) => void, now: () => number = Date.now) {
		this.#dataDir = dataDir;
		this.#warn = warn;
		this.#now = now;
	}

	/** @throws RecordsError */
	open(): Db {
		return (this.#db ??= openDatabase(this.#dataDir, this.#warn));
	}

	/**
	 * Takes entries of the ledger, of one session or of several. Those that are here already change nothing, so a page may send again
	 * what it is not sure of.
	 *
	 * @throws RecordsError when they could not be written: none of them was
	 */
	append(entries: readonly unknown[]): readonly Held[] {
		return this.#write((db) => {
			const touched = new Set<string>();
			for (const data of entries) {
				const text = JSON.stringify(data) ?? 'undefined';
				const read = text.length > ENTRY_LIMIT ? ({ ok: false, why: 'entry: too long' } as const) : readEntry(data);
				const session = sessionIn(data);
				if (!read.ok) {
					this.#setAside(db, { meantFor: 'ledger', found: 'refused', why: read.why, content: text, session, n: numberIn(data) });
					if (session !== null) touched.add(session);
					continue;
				}
				touched.add(read.entry.session);
				this.#add(db, read.entry, text);
			}
			for (const session of touched) this.#writeSums(db, session);
			return [...touched].map((session) => ({ session, entries: this.#of(db, session).entries + refusedOf(db, session) }));
		});
	}

	sessions(): readonly Held[] {
		const db = this.open();
		return all(db, 'SELECT session, count(*) AS n FROM ledger GROUP BY session').map(({ session, n }) => ({
			session: String(session),
			entries: Number(n) + refusedOf(db, String(session)),
		}));
	}

	view(): RecordsView {
		const db = this.open();
		const tables = TABLES.map((name) => ({ name, rows: countOf(db, `SELECT count(*) AS n FROM ${name}`) }));
		return {
			tables,
			bytes: databaseBytes(this.#dataDir),
			setAside: tables.find(({ name }) => name === 'set_aside')?.rows ?? 0,
			trouble: this.#trouble,
		};
	}

	/** Rows of one table, in its order; entries of the ledger that are not what was written are set aside on the way. */
	rows({ table, session, after = 0, limit = ROWS_MOST, newest = false }: RowsAsked): RowsTold {
		const db = this.open();
		const by = session !== undefined && SESSION_TABLES.has(table) ? ' WHERE session = ?' : '';
		const order = newest
			? ORDER[table]
					.split(', ')
					.map((column) => `${column} DESC`)
					.join(', ')
			: ORDER[table];
		const most = Math.min(ROWS_MOST, Math.max(1, limit));
		const rows = all(db, `SELECT * FROM ${table}${by} ORDER BY ${order} LIMIT ? OFFSET ?`, [
			...(by === '' ? [] : [session as string]),
			most,
			after,
		]);
		const next = rows.length < most ? null : after + most;
		if (table !== 'ledger') return { rows, next };
		const damaged = rows.filter((row) => !this.#isWhole(row));
		if (damaged.length > 0) this.#write((writing) => this.#setAsideDamaged(writing, damaged));
		return { rows: rows.filter((row) => !damaged.includes(row)), next: next === null ? null : next - damaged.length };
	}

	// ── sats ──

	/** Payments as a wallet or a file tells them. */
	addPayments(payments: readonly unknown[], source: 'wallet' | 'import', simulated: boolean): SatsAdded {
		return this.#write((db) => {
			const refused: string[] = [];
			let added = 0;
			let known = 0;
			for (const data of payments) {
				const read = readTransaction(data, source, this.#now(), simulated);
				const why = read.ok ? read.rows.map((row) => contradiction(db, row)).find((fault) => fault !== '') : read.why;
				if (why !== undefined && why !== '') {
					refused.push(why);
					this.#setAside(db, { meantFor: 'sats', found: 'refused', why, content: JSON.stringify(data) ?? 'undefined' });
				} else if (read.ok) {
					const fresh = read.rows.reduce((sum, row) => sum + addSats(db, row), 0);
					if (fresh > 0) added++;
					else known++;
				}
			}
			return { added, known, refused };
		});
	}

	/** @returns '' = done, or what is wrong with it */
	addRate(usdPerBtc: number, from: string): string {
		const fault = rateFault(usdPerBtc);
		if (fault !== '') return fault;
		this.#write((db) => {
			db.run('INSERT OR REPLACE INTO rates (at, usd_per_btc, source) VALUES (?, ?, ?)', [this.#now(), usdPerBtc, from.slice(0, 200)]);
			const rates = ratesOf(db);
			for (const row of all(db, `SELECT usd, entry FROM ledger WHERE ${UNCONVERTED}`))
				convert(db, rates, JSON.parse(String(row['entry'])) as QuestionEntry, Number(row['usd']));
		});
		return '';
	}

	/** @param from  totals of what happened from then, and before `to`; milliseconds since 1970 */
	sats(from: number, to: number): SatsView {
		const db = this.open();
		const one = (sql: string): Row => all(db, sql)[0] ?? {};
		const waiting = one(`SELECT count(*) AS calls, coalesce(sum(usd), 0) AS usd FROM ledger WHERE ${UNCONVERTED}`);
		return {
			totals: satsTotals(satsRows(db, 'SELECT * FROM sats'), from, to, this.#now()),
			rates: ratesOf(db),
			unconverted: { calls: Number(waiting['calls']), usd: Number(waiting['usd']) },
			unpriced: countOf(db, 'SELECT coalesce(sum(unpriced), 0) AS n FROM metrics_session'),
			setAside: countOf(db, "SELECT count(*) AS n FROM set_aside WHERE meant_for = 'sats'"),
			rows: countOf(db, 'SELECT count(*) AS n FROM sats'),
			newest: satsRows(db, 'SELECT * FROM sats ORDER BY at DESC, id DESC LIMIT 50'),
		};
	}

	close(): void {
		this.#playing.clear();
		this.#db?.close();
		this.#db = undefined;
	}

	erase(): void {
		this.close();
		removeDatabase(this.#dataDir);
		this.#trouble = '';
	}

	// ── inside ──

	#write<T>(inside: (db: Db) => T): T {
		try {
			const db = this.open();
			const result = transaction(db, () => inside(db));
			this.#trouble = '';
			return result;
		} catch (error) {
			// The sums in memory may be ahead of the file now.
			this.#playing.clear();
			const told = explain(error, join(this.#dataDir, 'records.sqlite'));
			if (told.message !== this.#trouble) this.#warn(told.message);
			this.#trouble = told.message;
			throw told;
		}
	}

	#add(db: Db, entry: LedgerEntry, text: string): void {
		const { session, n } = entry;
		const known = all(db, 'SELECT entry FROM ledger WHERE session = ? AND n = ?', [session, n])[0];
		if (known !== undefined) {
			if (known['entry'] !== text)
				this.#setAside(db, {
					meantFor: 'ledger',
					found: 'refused',
					why: `entry ${n} is here already and says something else`,
					content: text,
					session,
					n,
				});
			return;
		}
		// One that was found damaged goes back to its place; what it did was told before.
		const lost = all(
			db,
			"SELECT pos FROM set_aside WHERE session = ? AND n = ? AND found = 'damaged' AND NOT EXISTS (SELECT 1 FROM ledger AS l WHERE l.session = set_aside.session AND l.pos = set_aside.pos)",
			[session, n],
		)[0];
		const playing = this.#of(db, session);
		const { usd, unpriced } = moneyOf(entry);
		db.run('INSERT INTO ledger (session, pos, n, at, type, usd, unpriced, entry, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
			session,
			lost === undefined ? playing.next++ : Number(lost['pos']),
			n,
			entry.at,
			entry.type,
			usd,
			unpriced,
			text,
			sha256(text),
		]);
		playing.entries++;
		if (entry.type === 'question' && usd !== null) convert(db, ratesOf(db), entry, usd);
		if (lost !== undefined) {
			playing.stale = true;
			return;
		}
		if (!playing.stale) playing.sums = accumulate(playing.sums, entry);
		playing.span = spanAfter(playing.span, entry);
		if (entry.type === 'act') put(db, 'commands', commandRow(entry, decisionOf(db, entry.session, entry.of)));
		else if (entry.type === 'state')
			db.run(
				`INSERT INTO crystals (id, kind, name, state, changed_at, why) VALUES (?, ?, ?, ?, ?, ?)
				 ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, state = excluded.state,
				 changed_at = excluded.changed_at, why = excluded.why WHERE coalesce(changed_at, 0) <= excluded.changed_at`,
				[entry.crystal, entry.kind, entry.name, entry.to, entry.at, entry.why],
			);
		else if (entry.type === 'question') this.#noteCrystals(db, entry);
	}

	#noteCrystals(db: Db, entry: QuestionEntry): void {
		for (const id of new Set(entry.made))
			db.run(
				`INSERT INTO crystals (id, made_at, made_by) VALUES (?, ?, ?)
				 ON CONFLICT (id) DO UPDATE SET made_at = coalesce(made_at, excluded.made_at), made_by = coalesce(made_by, excluded.made_by)`,
				[id, entry.at, `${entry.ask} by ${entry.tier ?? 'nobody'}`],
			);
		if (entry.tier !== 'crystal') return;
		for (const id of new Set(entry.used))
			db.run(
				`INSERT INTO crystals (id, uses, used_at) VALUES (?, 1, ?)
				 ON CONFLICT (id) DO UPDATE SET uses = uses + 1, used_at = max(coalesce(used_at, 0), excluded.used_at)`,
				[id, entry.at],
			);
	}

	/** What is known of a session: out of memory, or added up anew from its entries. */
	#of(db: Db, session: string): Playing {
		const known = this.#playing.get(session);
		if (known !== undefined) return known;
		const rows = all(db, 'SELECT * FROM ledger WHERE session = ? ORDER BY pos', [session]);
		const damaged = rows.filter((row) => !this.#isWhole(row));
		this.#setAsideDamaged(db, damaged);
		const playing: Playing = {
			sums: emptySums(),
			span: undefined,
			next: 0,
			entries: rows.length - damaged.length,
			written: [],
			stale: false,
		};
		for (const row of rows) {
			playing.next = Number(row['pos']) + 1;
			if (damaged.includes(row)) continue;
			const entry = JSON.parse(String(row['entry'])) as LedgerEntry;
			playing.sums = accumulate(playing.sums, entry);
			playing.span = spanAfter(playing.span, entry);
		}
		this.#playing.set(session, playing);
		return playing;
	}

	#writeSums(db: Db, session: string): void {
		if (this.#playing.get(session)?.stale === true) this.#playing.delete(session);
		const { sums, span, written } = this.#of(db, session);
		if (span === undefined) return;
		for (const minute of sums.minutes) {
			const row = minuteRow(session, minute);
			const text = JSON.stringify(row);
			if (written[minute.minute] === text) continue;
			put(db, 'metrics_minute', row);
			written[minute.minute] = text;
		}
		put(db, 'metrics_session', sessionRow(session, sums, span));
	}

	#isWhole(row: Row): boolean {
		const text = String(row['entry']);
		if (sha256(text) !== row['sha256']) return false;
		const read = readEntry(JSON.parse(text));
		return read.ok && read.entry.n === row['n'] && read.entry.session === row['session'];
	}

	#setAsideDamaged(db: Db, rows: readonly Row[]): void {
		for (const row of rows) {
			const { session, pos, n } = row;
			this.#warn(
				`Row ${String(pos)} of session ${String(session)} in the records is damaged; it is set aside, and the page's own is taken when it is there.`,
			);
			this.#setAside(db, {
				meantFor: 'ledger',
				found: 'damaged',
				why: `row ${String(pos)} is not what was written`,
				content: String(row['entry']),
				session: String(session),
				pos: Number(pos),
				n: Number(n),
			});
			db.run('DELETE FROM ledger WHERE session = ? AND pos = ?', [String(session), Number(pos)]);
			this.#playing.delete(String(session));
		}
	}

	#setAside(
		db: Db,
		aside: {
			readonly meantFor: TableName;
			readonly found: 'refused' | 'damaged';
			readonly why: string;
			readonly content: string;
			readonly session?: string | null;
			readonly pos?: number;
			readonly n?: number | null;
		},
	): void {
		db.run('INSERT OR IGNORE INTO set_aside (at, meant_for, found, session, pos, n, why, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
			this.#now(),
			aside.meantFor,
			aside.found,
			aside.session ?? null,
			aside.pos ?? null,
			aside.n ?? null,
			aside.why.slice(0, 500),
			aside.content.slice(0, CONTENT_KEPT),
		]);
	}
}

/** Paid-for entries of the ledger that are not in sats yet. */
const UNCONVERTED = `usd > 0 AND NOT EXISTS (SELECT 1 FROM sats WHERE kind = 'out' AND receipt = ledger.session || ' ' || ledger.n)`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function all(db: Db, sql: string, values: readonly Value[] = []): Row[] {
	return db.all(sql, [...values]) as unknown as Row[];
}

function countOf(db: Db, sql: string, values: readonly Value[] = []): number {
	return Number(all(db, sql, values)[0]?.['n']);
}

/** Entries that will never be taken: the page need not send them again. What was found damaged is none of them: the page's is wanted. */
function refusedOf(db: Db, session: string): number {
	return countOf(
		db,
		`SELECT count(DISTINCT n) AS n FROM set_aside WHERE session = ? AND meant_for = 'ledger' AND found = 'refused'
		 AND NOT EXISTS (SELECT 1 FROM ledger AS l WHERE l.session = set_aside.session AND l.n = set_aside.n)`,
		[session],
	);
}

/** Spending that has a rate becomes sats. */
function convert(db: Db, rates: readonly Rate[], entry: QuestionEntry, usd: number): void {
	const rate = rateFor(rates, entry.at);
	if (rate === undefined) return;
	addSats(db, {
		at: entry.at,
		kind: 'out',
		msat: msatOf(usd, rate),
		source: 'ledger',
		receipt: `${entry.session} ${entry.n}`,
		note: `${entry.ask}: ${entry.model}`.slice(0, 200),
		usd,
		rateAt: rate.at,
		until: null,
		simulated: entry.simulated,
	});
}

function put(db: Db, table: TableName, row: Row): void {
	const names = Object.keys(row);
	db.run(`INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, Object.values(row));
}

function decisionOf(db: Db, session: string, n: number | undefined): QuestionEntry | undefined {
	if (n === undefined) return undefined;
	const row = all(db, "SELECT entry FROM ledger WHERE session = ? AND n = ? AND type = 'question'", [session, n])[0];
	return row === undefined ? undefined : (JSON.parse(String(row['entry'])) as QuestionEntry);
}

function moneyOf(entry: LedgerEntry): { readonly usd: number | null; readonly unpriced: number } {
	if (entry.type !== 'question') return { usd: null, unpriced: 0 };
	return { usd: entry.usd !== null && entry.usd > 0 ? entry.usd : null, unpriced: entry.usd === null ? entry.calls : 0 };
}

const sessionIn = (data: unknown): string | null => {
	const session = (data as { readonly session?: unknown } | null)?.session;
	return typeof session === 'string' ? session.slice(0, 300) : null;
};
const numberIn = (data: unknown): number | null => {
	const n = (data as { readonly n?: unknown } | null)?.n;
	return Number.isSafeInteger(n) ? (n as number) : null;
};

/** Why a row cannot be true beside one that is here; '' where it can, or is the same. */
function contradiction(db: Db, row: SatsRow): string {
	const known = satsRows(db, 'SELECT * FROM sats WHERE receipt = ? AND kind = ?', [row.receipt, row.kind])[0];
	if (known !== undefined && known.msat !== row.msat) return `payment_hash: told before with ${known.msat} msat, now with ${row.msat}`;
	const opposite = row.kind === 'in' ? 'paid' : row.kind === 'paid' ? 'in' : undefined;
	if (opposite !== undefined && satsRows(db, 'SELECT * FROM sats WHERE receipt = ? AND kind = ?', [row.receipt, opposite]).length > 0)
		return 'payment_hash: told before the other way round';
	return '';
}

/** @returns 1 when it was not here */
function addSats(db: Db, row: SatsRow): number {
	return db.run(
		'INSERT OR IGNORE INTO sats (at, kind, msat, source, receipt, note, usd, rate_at, until, simulated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
		[row.at, row.kind, row.msat, row.source, row.receipt, row.note, row.usd, row.rateAt, row.until, row.simulated ? 1 : 0],
	).changes;
}

function satsRows(db: Db, sql: string, values: readonly Value[] = []): SatsRow[] {
	return all(db, sql, values).map((row) => ({
		at: Number(row['at']),
		kind: row['kind'] as SatsRow['kind'],
		msat: Number(row['msat']),
		source: row['source'] as SatsRow['source'],
		receipt: String(row['receipt']),
		note: String(row['note']),
		usd: row['usd'] as number | null,
		rateAt: row['rate_at'] as number | null,
		until: row['until'] as number | null,
		simulated: row['simulated'] === 1,
	}));
}

function ratesOf(db: Db): Rate[] {
	return all(db, 'SELECT * FROM rates ORDER BY at').map((row) => ({
		at: Number(row['at']),
		usdPerBtc: Number(row['usd_per_btc']),
		from: String(row['source']),
	}));
}
