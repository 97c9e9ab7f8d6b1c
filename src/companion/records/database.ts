// SQLite as WebAssembly over Node's own files: nothing to compile, and a commit is on the disk when it returns. Of the builds there
// are, node-sqlite3-wasm is the one that reads and writes a file page by page and asks for fsync; the others keep the whole database
// in memory under Node and leave writing it out to their user.
//
// It knows no locks of the operating system: a folder beside the file is its lock, and a process that is killed leaves it behind. So
// the file is held for as long as it is open, and who holds it is written down.
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';

export type Db = InstanceType<typeof sqlite.Database>;
export type Value = string | number | null;

/** The records cannot be read or written; play goes on without. */
export class RecordsError extends Error {
	override readonly name = 'RecordsError';
	readonly kind: 'disk-full' | 'in-use' | 'newer' | 'failed';
	constructor(kind: RecordsError['kind'], message: string, cause?: unknown) {
		super(message, { cause });
		this.kind = kind;
	}
}

const FILE = 'records.sqlite';

/**
 * Opens the records of a data folder, or begins them. A file that SQLite cannot read is kept beside as `records.sqlite.damaged-N`.
 *
 * @param warn  hears what was found damaged
 * @throws RecordsError
 */
export function openDatabase(dataDir: string, warn: (line: string) => void): Db {
	const path = join(dataDir, FILE);
	takeOver(path);
	try {
		return openChecked(path);
	} catch (error) {
		if (!isDamage(error)) throw explain(error, path);
		const kept = freeName(path);
		renameSync(path, kept);
		rmSync(`${path}-journal`, { force: true });
		try {
			const db = openChecked(path);
			const saved = salvage(db, kept);
			warn(
				`${path} is damaged (${messageOf(error)}). It is kept as ${kept} and a new one is begun: pages send their ledgers again, and ${saved} rows of sats and rates could be taken over.`,
			);
			return db;
		} catch (again) {
			throw explain(again, path);
		}
	}
}

export function databaseBytes(dataDir: string): number {
	const path = join(dataDir, FILE);
	return existsSync(path) ? statSync(path).size : 0;
}

export function removeDatabase(dataDir: string): void {
	for (const end of ['', '-journal', '.owner']) rmSync(join(dataDir, `${FILE}${end}`), { force: true });
}

/** @throws RecordsError when another process has it */
function takeOver(path: string): void {
	const owner = `${path}.owner`;
	if (existsSync(`${path}.lock`)) {
		const pid = existsSync(owner) ? Number(readFileSync(owner, 'utf8')) : 0;
		if (pid !== 0 && pid !== process.pid && isAlive(pid))
			throw new RecordsError(
				'in-use',
				`${path} is in use by process ${pid}. Stop it, or give this companion a folder of its own by --data.`,
			);
		rmdirSync(`${path}.lock`);
	}
	writeFileSync(owner, String(process.pid), { mode: 0o600 });
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

function openChecked(path: string): Db {
	// Begun here, so that it is this person's alone from the start.
	closeSync(openSync(path, 'a', 0o600));
	const db = new sqlite.Database(path);
	try {
		db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;');
		const version = Number(db.get('PRAGMA user_version')?.['user_version']);
		if (version > SCHEMA_VERSION)
			throw new RecordsError('newer', `${path} was written by a newer Falsework (its tables are of version ${version}).`);
		if (version === 0) db.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
		const check = db.get('PRAGMA quick_check(1)')?.['quick_check'];
		if (check !== 'ok') throw new Error(`malformed: ${String(check)}`);
		return db;
	} catch (error) {
		db.close();
		throw error;
	}
}

/** What no page can send again, as far as it can still be read. */
function salvage(db: Db, from: string): number {
	let saved = 0;
	let old: Db | undefined;
	try {
		old = new sqlite.Database(from, { readOnly: true });
		for (const table of ['rates', 'sats']) {
			for (const row of old.all(`SELECT * FROM ${table}`)) {
				const names = Object.keys(row);
				try {
					db.run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, Object.values(row) as Value[]);
					saved++;
				} catch {
					// What cannot stand in a table is left in the old file.
				}
			}
		}
	} catch {
		// Too damaged to be read: the old file is all there is.
	}
	old?.close();
	return saved;
}

const isDamage = (error: unknown): boolean =>
	!(error instanceof RecordsError) && /malformed|not a database|no such table|duplicate column|already exists/.test(messageOf(error));

function freeName(path: string): string {
	for (let n = 1; ; n++) if (!existsSync(`${path}.damaged-${n}`)) return `${path}.damaged-${n}`;
}

export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** What SQLite says, as a person can use it. */
export function explain(error: unknown, path: string): RecordsError {
	if (error instanceof RecordsError) return error;
	const said = messageOf(error);
	if (/disk is full|disk I\/O error/.test(said))
		return new RecordsError(
			'disk-full',
			`${path} cannot be written (${said}): the disk is full, or the file may not grow. Make room; play goes on, and what is missing is written then.`,
			error,
		);
	if (/locked|busy/.test(said)) return new RecordsError('in-use', `${path} is in use by another process.`, error);
	return new RecordsError('failed', `${path} cannot be used: ${said}`, error);
}

/** Runs all or nothing. @throws what was thrown inside */
export function transaction<T>(db: Db, inside: () => T): T {
	db.exec('BEGIN IMMEDIATE');
	try {
		const result = inside();
		db.exec('COMMIT');
		return result;
	} catch (error) {
		try {
			if (db.inTransaction) db.exec('ROLLBACK');
		} catch {
			// A disk that is full rolls back by itself; what matters is the first error.
		}
		throw error;
	}
}
