// What was learnt outlives the page. Three promises shape this file: a crystal is stored whole or not at all; a record that
// was damaged is set aside, never believed; and storage that fails never stops the play: writes wait in memory and are tried
// again, and one sentence says why.
import type { Table } from 'dexie';
import * as v from 'valibot';
import { canonicalJson } from '../core/canonical.ts';
import { type Crystal, KINDS, type Scope, scopeKey, STATES } from '../core/crystals/crystal.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { ASKS } from '../core/question.ts';
import { readEntry } from '../core/read-entry.ts';
import type { ReportView, StorageView } from '../../workers/agent.protocol.ts';
import { certificateFile, certificateOf, certificateText, type DeviceKey, linksFor } from '../core/graduation/certificate.ts';
import type { Head, Sha256, SignedHead } from '../core/graduation/chain.ts';
import type { Graduation } from '../core/graduation/conditions.ts';
import { appendLinks, linksOf, makeSha256, tellHead } from './chain.ts';
import { deviceSigner } from './device-key.ts';
import { sha256 } from './hex.ts';
import { makeSounds, type Sounds, soundsKept } from './sounds.ts';
import {
	type BlobRow,
	type CrystalRow,
	type Database,
	declareDatabase,
	type Engine,
	type LedgerRow,
	type SchemaVersion,
	type SessionRow,
	type SetAsideRow,
} from './store-schema.ts';

/** Ledger entries wait at most this long before they are written, many at a time. */
const FLUSH_MS = 250;
/** While storage fails it is tried again this often. */
const RETRY_MS = 5000;
/** An open that another tab blocks is not waited for any longer; it goes on by itself. */
const OPEN_LIMIT_MS = 3000;

export interface StoreTrouble {
	readonly reason: 'quota' | 'blocked' | 'newer' | 'closed' | 'refused';
	/** For people: what happened and what follows. */
	readonly sentence: string;
}

export interface Store {
	/** The crystals of one scope. Those that fail their hash or schema are set aside and counted, never thrown. */
	loadCrystals(scope: Scope): Promise<Crystal[]>;
	/** The layouts that crystals of this game, version and language were learnt in. */
	layoutsOf(scope: Omit<Scope, 'layout'>): Promise<string[]>;
	/** Every scope that has crystals. */
	scopes(): Promise<Scope[]>;
	/** Writes crystal, vectors and blobs in one transaction. Resolves to false while it is kept in memory only. */
	putCrystal(crystal: Crystal): Promise<boolean>;
	/** All of them in one transaction. */
	putCrystals(crystals: readonly Crystal[]): Promise<boolean>;
	/** Sequence number of the newest ledger entry, 0 when there is none. */
	lastEntry(): Promise<number>;
	/** Written within 250 ms. */
	appendLedger(entry: LedgerEntry): void;
	/** Resolves when everything handed over so far is on disk, or held in memory because it cannot be. */
	flush(): Promise<void>;
	/** Entries of one session, oldest first. */
	ledgerOf(session: string): Promise<LedgerEntry[]>;
	/** Entries by their numbers, of whatever session; those that are not there are left out. */
	entries(numbers: readonly number[]): Promise<LedgerEntry[]>;
	/** Entries of all sessions of a game, oldest first: the scorecard over its whole life. */
	ledgerOfGame(game: string): Promise<LedgerEntry[]>;
	/** All of it, oldest first. */
	wholeLedger(): Promise<LedgerEntry[]>;
	/** How many entries each session has. */
	ledgerCounts(): Promise<{ readonly session: string; readonly entries: number }[]>;
	/**
	 * Puts entries of a backup back. A session that is here already is left as it is; one whose numbers have been given to other
	 * entries since cannot come back, since a number stands for one entry.
	 *
	 * @param dry  counts and writes nothing
	 */
	restoreLedger(entries: readonly LedgerEntry[], dry?: boolean): Promise<LedgerRestored>;
	/** Oldest first. */
	sessionsOf(game: string): Promise<SessionRow[]>;
	/** Of all games: those that run, and those that ended at or after a time; oldest first. */
	sessionsSince(at: number): Promise<SessionRow[]>;
	/** Signs where the ledger's chain stands; undefined while nothing of it is on disk. */
	tellHead(): Promise<{ readonly head: SignedHead; readonly key: DeviceKey } | undefined>;
	/** A certificate of a window as a file, in pieces; a sentence why there can be none. */
	certificate(window: Pick<Graduation, 'from' | 'to'>): Promise<readonly string[] | string>;
	/** Of all games: those that run, and those whose page went away. Oldest first. */
	unfinishedSessions(): Promise<SessionRow[]>;
	putReport(report: ReportView): Promise<boolean>;
	/** Newest first. */
	reports(): Promise<ReportView[]>;
	/** Deletes the reports of these sessions; their ledger stays. @returns a sentence why not, '' = done */
	removeReports(sessions: readonly string[]): Promise<string>;
	/** Deletes the records that were set aside as damaged. @returns a sentence why not, '' = done */
	dropSetAside(): Promise<string>;
	/** All settings by key. */
	allSettings(): Promise<Record<string, unknown>>;
	getSetting(key: string): Promise<unknown>;
	/** JSON only; undefined removes it. */
	setSetting(key: string, value: unknown): Promise<boolean>;
	usage(): Promise<StorageView>;
	/** Pieces of speech. */
	readonly sounds: Sounds;
	/** Empties memory and disk. Resolves to a sentence when the disk could not be emptied, else to ''. */
	eraseEverything(): Promise<string>;
	/** Why nothing is being stored; '' when all is well. */
	trouble(): string;
	/** Called at each change of `trouble()`. @returns stops the calls */
	onTrouble(listener: (sentence: string, trouble: StoreTrouble | undefined) => void): () => void;
	/** Flushes, then lets go of the database. */
	close(): Promise<void>;
}

/** Entries of the ledger, counted. */
export interface LedgerRestored {
	readonly added: number;
	readonly known: number;
	/** Their numbers belong to others here. */
	readonly taken: number;
}

export interface StoreOptions extends Engine {
	readonly name?: string;
	readonly now: () => number;
	/** Checks a kind's own part on the way in, and may bring it to its kind's version in place; a text names the fault. */
	readonly checkData?: (crystal: Crystal) => string | undefined;
	/** For tests of upgrades. */
	readonly schemas?: readonly SchemaVersion[];
}

const text = v.string();
const count = v.pipe(v.number(), v.finite(), v.minValue(0));
/** The part all kinds share, as it stands in `CrystalRow.json`. */
const storedCrystal = v.looseObject({
	id: v.pipe(text, v.minLength(1)),
	kind: v.picklist(KINDS),
	scope: v.object({ game: text, gameVersion: text, language: text, layout: text }),
	name: text,
	schema: v.pipe(v.number(), v.integer(), v.minValue(1)),
	createdAt: count,
	provenance: v.looseObject({
		at: count,
		ask: v.picklist(ASKS),
		entry: count,
		tier: text,
		model: text,
		frameHash: text,
		promptTokens: count,
		completionTokens: count,
		usd: v.nullable(count),
	}),
	state: v.picklist(STATES),
	stat: v.looseObject({
		k: count,
		w: count,
		labels: count,
		clean: count,
		episodes: v.array(text),
		last: v.array(v.boolean()),
		used: count,
		alarm: count,
		lastUsedAt: count,
	}),
	history: v.array(v.object({ at: count, from: v.picklist(STATES), to: v.picklist(STATES), why: text })),
	data: v.unknown(),
	blobs: v.record(text, v.object({ sha256: text, bytes: count })),
});

/** A crystal as it goes to disk: text and bytes copied at the moment of the call, because the crystal lives on. */
interface CrystalWrite {
	readonly row: CrystalRow;
	readonly blobs: readonly BlobRow[];
}

const sha256OfText = (json: string): Promise<string> => sha256(new TextEncoder().encode(json));

const TROUBLES: Readonly<Record<StoreTrouble['reason'], string>> = {
	quota:
		'The browser has no room left, so what is learnt now lives in this tab only; free some storage or export a pack, and it will be saved.',
	blocked: 'Another tab with an older Falsework holds the store; close that tab. Until then what is learnt lives in this tab only.',
	newer: 'A newer Falsework has taken the store over; reload this page. Until then what is learnt lives in this tab only.',
	closed: 'The browser closed the store; it is being opened again, and meanwhile what is learnt lives in this tab only.',
	refused:
		'This browser refuses storage to this page (a private window, or site data is blocked); what is learnt lasts as long as this tab.',
};
const REASONS: Readonly<Record<string, StoreTrouble['reason']>> = {
	QuotaExceededError: 'quota',
	VersionError: 'newer',
	DatabaseClosedError: 'closed',
	InvalidStateError: 'closed',
	TransactionInactiveError: 'closed',
	AbortError: 'closed',
	TimeoutError: 'closed',
	OpenFailedError: 'refused',
	MissingAPIError: 'refused',
	SecurityError: 'refused',
	NotAllowedError: 'refused',
	UnknownError: 'refused',
};

/** What of an error is the outside's doing; undefined when it is our own mistake and must be seen. */
function troubleOf(error: unknown): StoreTrouble | undefined {
	const names: string[] = [];
	for (let at: unknown = error; typeof at === 'object' && at !== null && names.length < 6; ) {
		const { name, inner, cause, failures } = at as { name?: unknown; inner?: unknown; cause?: unknown; failures?: readonly unknown[] };
		if (typeof name === 'string') names.push(name);
		at = inner ?? cause ?? failures?.[0];
	}
	// Dexie wraps: an AbortError or OpenFailedError has the true reason inside, so the innermost known name counts.
	const name = names.reverse().find((candidate) => candidate in REASONS);
	return name === undefined ? undefined : asTrouble(REASONS[name] as StoreTrouble['reason']);
}
function asTrouble(reason: StoreTrouble['reason']): StoreTrouble {
	return { reason, sentence: TROUBLES[reason] };
}

/** Opens the store. Never rejects: where storage is refused or blocked the store works in memory and says so. */
export async function openStore(options: StoreOptions): Promise<Store> {
	const store = new DexieStore(options);
	await store.start();
	return store;
}

class DexieStore implements Store {
	readonly #db: Database;
	readonly #now: () => number;
	readonly #checkData: (crystal: Crystal) => string | undefined;
	readonly #newest: number;
	readonly sounds: Sounds;
	readonly #listeners = new Set<(sentence: string, trouble: StoreTrouble | undefined) => void>();
	#trouble: StoreTrouble | undefined;
	#setAside = 0;
	#hash: Sha256 | undefined;

	// What is not on disk yet. Reads look here first.
	readonly #crystals = new Map<string, CrystalWrite>();
	#ledger: LedgerEntry[] = [];
	readonly #reports = new Map<string, ReportView>();
	readonly #settings = new Map<string, unknown>();

	/** Blob hashes as last written, so that a crystal whose pixels stayed is not written with them again. */
	readonly #written = new Map<string, string>();
	/** One write at a time, in the order of the calls. */
	#queue: Promise<unknown> = Promise.resolve();
	#opening: Promise<void> | undefined;
	#flushTimer: ReturnType<typeof setTimeout> | undefined;
	#retryTimer: ReturnType<typeof setTimeout> | undefined;
	#closed = false;

	constructor({ name = 'falsework', now, checkData, schemas, indexedDB, IDBKeyRange }: StoreOptions) {
		const engine: Engine = { ...(indexedDB && { indexedDB }), ...(IDBKeyRange && { IDBKeyRange }) };
		this.#db = declareDatabase(name, engine, schemas);
		this.#newest = this.#db.verno;
		this.#now = now;
		this.sounds = makeSounds(() => (this.#db.isOpen() ? this.#db : undefined), now);
		this.#checkData = checkData ?? (() => undefined);
		this.#db.on('blocked', () => this.#fail(asTrouble('blocked')));
		this.#db.on('versionchange', (event) => {
			this.#db.close();
			// A version of null is a deletion (Erase everything in another tab): the store may be opened again.
			this.#fail(asTrouble(event.newVersion === null ? 'closed' : 'newer'));
			return false;
		});
		this.#db.on('close', () => {
			if (!this.#closed) this.#fail(asTrouble('closed'));
		});
	}

	async start(): Promise<void> {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const late = new Promise<void>((resolve) => {
			timer = setTimeout(() => {
				if (!this.#db.isOpen()) this.#fail(asTrouble('blocked'));
				resolve();
			}, OPEN_LIMIT_MS);
		});
		await Promise.race([this.#open(), late]);
		clearTimeout(timer);
	}

	/** Opens the database if it is not open; failures become trouble. */
	#open(): Promise<void> {
		if (this.#db.isOpen()) return Promise.resolve();
		this.#opening ??= (async () => {
			try {
				await this.#db.open();
				// Dexie opens a database of a newer version with the schema it finds; writing old records into it would harm it.
				if (this.#db.backendDB().version / 10 > this.#newest) {
					this.#db.close();
					this.#fail(asTrouble('newer'));
					return;
				}
				this.#setAside = await this.#db.setAside.count();
				await this.#recovered();
			} catch (error) {
				this.#fail(troubleOf(error) ?? asTrouble('refused'));
			} finally {
				this.#opening = undefined;
			}
		})();
		return this.#opening;
	}

	#fail(trouble: StoreTrouble): void {
		if (this.#closed) return;
		const changed = this.#trouble?.reason !== trouble.reason;
		this.#trouble = trouble;
		if (this.#retryTimer === undefined && trouble.reason !== 'newer') {
			this.#retryTimer = setTimeout(() => {
				this.#retryTimer = undefined;
				void this.#retry();
			}, RETRY_MS);
		}
		if (changed) this.#tell();
	}

	#tell(): void {
		for (const listener of this.#listeners) listener(this.trouble(), this.#trouble);
	}

	/** The database answers again: what waited in memory goes to disk, and only then is the trouble over. */
	async #recovered(): Promise<void> {
		const settled = await this.#drain();
		if (!settled || this.#trouble === undefined) return;
		this.#trouble = undefined;
		clearTimeout(this.#retryTimer);
		this.#retryTimer = undefined;
		this.#tell();
	}

	async #retry(): Promise<void> {
		if (this.#closed || this.#trouble === undefined) return;
		if (!this.#db.isOpen()) {
			// A blocked open is still under way and will end by itself.
			if (this.#opening === undefined) await this.#open();
			else this.#fail(this.#trouble);
			return;
		}
		await this.#inTurn(() => this.#recovered());
	}

	#inTurn<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.#queue.then(work);
		this.#queue = turn.catch(() => undefined);
		return turn;
	}

	/** Writes all that waits. @returns false when it has to go on waiting; throws only for mistakes of ours */
	async #drain(): Promise<boolean> {
		if (!this.#db.isOpen()) return false;
		const crystals = [...this.#crystals];
		// A copy: entries that come while these are written wait for the next time.
		const ledger = [...this.#ledger];
		const reports = [...this.#reports];
		const settings = [...this.#settings];
		if (crystals.length + ledger.length + reports.length + settings.length === 0) return true;
		const db = this.#db;
		const refused: LedgerEntry[] = [];
		const hash = (this.#hash ??= await makeSha256());
		try {
			await db.transaction(
				'rw',
				[db.crystals, db.blobs, db.vectors, db.ledger, db.chain, db.sessions, db.reports, db.settings, db.setAside],
				async () => {
					for (const [key, write] of crystals) await this.#writeCrystal(key, write);
					if (ledger.length > 0) await this.#writeLedger(ledger, refused, hash);
					if (reports.length > 0)
						await db.reports.bulkPut(reports.map(([session, r]) => ({ session, game: r.game, endedAt: r.endedAt, report: r })));
					for (const [key, value] of settings) await (value === undefined ? db.settings.delete(key) : db.settings.put({ key, value }));
				},
			);
		} catch (error) {
			const trouble = troubleOf(error);
			if (trouble === undefined) throw error;
			this.#fail(trouble);
			return false;
		}
		// Only what was written leaves memory: a newer value may have come meanwhile.
		for (const [key, write] of crystals) {
			if (this.#crystals.get(key) === write) this.#crystals.delete(key);
			this.#written.set(key, manifestOf(write));
		}
		this.#ledger = this.#ledger.slice(ledger.length);
		for (const [key, report] of reports) if (this.#reports.get(key) === report) this.#reports.delete(key);
		for (const [key, value] of settings) if (this.#settings.get(key) === value) this.#settings.delete(key);
		this.#setAside += refused.length;
		return true;
	}

	async #writeCrystal(key: string, { row, blobs }: CrystalWrite): Promise<void> {
		const db = this.#db;
		await db.crystals.put(row);
		if (this.#written.get(key) === manifestOf({ row, blobs })) return;
		const mine = [row.scope, row.id];
		await db.blobs.where('[scope+crystal]').equals(mine).delete();
		await db.vectors.where('[scope+crystal]').equals(mine).delete();
		const vectors = blobs.filter(({ name }) => isVector(name));
		const others = blobs.filter(({ name }) => !isVector(name));
		if (vectors.length > 0) await db.vectors.bulkPut(vectors);
		if (others.length > 0) await db.blobs.bulkPut(others);
	}

	/** Appends only: a number that is taken (two tabs at play) is never written over, the entry is set aside. */
	async #writeLedger(entries: readonly LedgerEntry[], refused: LedgerEntry[], hash: Sha256): Promise<void> {
		const db = this.#db;
		const taken = new Set(
			await db.ledger
				.where('n')
				.anyOf(entries.map(({ n }) => n))
				.primaryKeys(),
		);
		const fresh: LedgerEntry[] = [];
		for (const entry of entries) {
			if (taken.has(entry.n)) refused.push(entry);
			else fresh.push(entry);
			taken.add(entry.n);
		}
		await db.ledger.bulkAdd(fresh.map((entry) => ({ n: entry.n, session: entry.session, entry })));
		await appendLinks(db, fresh, hash);
		for (const entry of refused) {
			await db.setAside.add({
				table: 'ledger',
				key: String(entry.n),
				why: 'another tab wrote this number',
				at: this.#now(),
				record: entry,
			});
		}
		for (const entry of fresh) {
			if (entry.type !== 'session') continue;
			const known = await db.sessions.get(entry.session);
			await db.sessions.put(sessionAfter(known, entry));
		}
	}

	async putCrystal(crystal: Crystal): Promise<boolean> {
		return this.putCrystals([crystal]);
	}

	async putCrystals(crystals: readonly Crystal[]): Promise<boolean> {
		// Copied before the first wait: the caller goes on changing its crystals.
		const copies = crystals.map((crystal) => {
			const { blobs, ...rest } = crystal;
			const scope = scopeKey(crystal.scope);
			const bytes = Object.entries(blobs).map(([name, blob]) => ({ scope, crystal: crystal.id, name, bytes: blob.slice() }));
			return { scope, id: crystal.id, kind: crystal.kind, state: crystal.state, rest: canonicalJson(rest), bytes };
		});
		return this.#inTurn(async () => {
			for (const { scope, id, kind, state, rest, bytes } of copies) {
				const blobs: Record<string, { sha256: string; bytes: number }> = {};
				for (const blob of bytes) blobs[blob.name] = { sha256: await sha256(blob.bytes), bytes: blob.bytes.byteLength };
				const json = canonicalJson({ ...(JSON.parse(rest) as object), blobs });
				const size = json.length + bytes.reduce((sum, blob) => sum + blob.bytes.byteLength, 0);
				const row: CrystalRow = { scope, id, kind, state, bytes: size, json, sha256: await sha256OfText(json) };
				this.#crystals.set(`${scope}\n${id}`, { row, blobs: bytes });
			}
			try {
				return await this.#settle();
			} catch (error) {
				// A mistake of ours must not be tried again for ever with everything behind it.
				for (const { scope, id } of copies) this.#crystals.delete(`${scope}\n${id}`);
				throw error;
			}
		});
	}

	/** Writes what waits unless storage is known to fail right now; then the retry timer does. */
	async #settle(): Promise<boolean> {
		return this.#trouble === undefined && (await this.#drain());
	}

	async loadCrystals(scope: Scope): Promise<Crystal[]> {
		await this.#queue;
		const key = scopeKey(scope);
		const [rows, blobs, vectors] = await this.#read(
			() =>
				Promise.all(
					[this.#db.crystals, this.#db.blobs, this.#db.vectors].map((table) => (table as Table).where('scope').equals(key).toArray()),
				) as Promise<[CrystalRow[], BlobRow[], BlobRow[]]>,
			[[], [], []],
		);
		const bytesOf = new Map<string, BlobRow[]>();
		for (const blob of [...blobs, ...vectors]) {
			const list = bytesOf.get(blob.crystal);
			if (list === undefined) bytesOf.set(blob.crystal, [blob]);
			else list.push(blob);
		}
		const writes = new Map<string, CrystalWrite>(rows.map((row) => [`${row.scope}\n${row.id}`, { row, blobs: bytesOf.get(row.id) ?? [] }]));
		for (const [id, write] of this.#crystals) if (write.row.scope === key) writes.set(id, write);
		const good: Crystal[] = [];
		for (const [id, write] of writes) {
			const read = await this.#check(write);
			if (typeof read === 'string') {
				await this.#putAside(write, read);
				continue;
			}
			good.push(read);
			// Not for what waits in memory: its pixels are not on disk yet.
			if (!this.#crystals.has(id) && !this.#written.has(id)) this.#written.set(id, manifestOf(write));
		}
		return good;
	}

	async layoutsOf(scope: Omit<Scope, 'layout'>): Promise<string[]> {
		await this.#queue;
		const prefix = scopeKey({ ...scope, layout: '' });
		const keys = await this.#read(() => this.#db.crystals.where('scope').startsWith(prefix).uniqueKeys(), []);
		const waiting = [...this.#crystals.values()].map(({ row }) => row.scope).filter((key) => key.startsWith(prefix));
		return [...new Set([...(keys as string[]), ...waiting])].map((key) => decodeURIComponent(key.slice(prefix.length))).sort();
	}

	async scopes(): Promise<Scope[]> {
		await this.#queue;
		const keys = (await this.#read(() => this.#db.crystals.orderBy('scope').uniqueKeys(), [])) as string[];
		const all = new Set([...keys, ...[...this.#crystals.values()].map(({ row }) => row.scope)]);
		return [...all].sort().map((key) => {
			const [game = '', gameVersion = '', language = '', layout = ''] = key.split('|').map(decodeURIComponent);
			return { game, gameVersion, language, layout };
		});
	}

	/** The crystal of a record, or what is wrong with it. */
	async #check({ row, blobs }: CrystalWrite): Promise<Crystal | string> {
		if (typeof row.json !== 'string' || (await sha256OfText(row.json)) !== row.sha256) return 'the text does not fit its sha256';
		const read = v.safeParse(storedCrystal, JSON.parse(row.json));
		if (!read.success) return `field "${v.getDotPath(read.issues[0]) ?? ''}": ${read.issues[0].message}`;
		const stored = read.output;
		if (stored.id !== row.id || scopeKey(stored.scope) !== row.scope) return 'the record stands under a key that is not its own';
		const bytes: Record<string, Uint8Array> = {};
		for (const [name, { sha256: expected }] of Object.entries(stored.blobs)) {
			const blob = blobs.find((candidate) => candidate.name === name);
			if (blob === undefined) return `blob "${name}" is missing`;
			if (!(blob.bytes instanceof Uint8Array) || (await sha256(blob.bytes)) !== expected) return `blob "${name}" does not fit its sha256`;
			bytes[name] = blob.bytes.slice();
		}
		const crystal = { ...stored, blobs: bytes } as unknown as Crystal;
		const fault = this.#checkData(crystal);
		if (fault !== undefined) return fault;
		return crystal;
	}

	async #putAside({ row, blobs }: CrystalWrite, why: string): Promise<void> {
		this.#setAside++;
		const db = this.#db;
		const key = `${row.scope}\n${row.id}`;
		this.#crystals.delete(key);
		this.#written.delete(key);
		await this.#read(
			() =>
				db.transaction('rw', db.crystals, db.blobs, db.vectors, db.setAside, async () => {
					await db.setAside.add({ table: 'crystals', key: row.id, why, at: this.#now(), record: { row, blobs } });
					await db.crystals.delete([row.scope, row.id]);
					await db.blobs.where('[scope+crystal]').equals([row.scope, row.id]).delete();
					await db.vectors.where('[scope+crystal]').equals([row.scope, row.id]).delete();
				}),
			undefined,
		);
	}

	/**
	 * Entries of rows as they were read; what is no entry is set aside and counted.
	 *
	 * @param waiting  what was not on disk before they were read, and may be by now
	 */
	async #whole(rows: readonly LedgerRow[], waiting: readonly LedgerEntry[]): Promise<LedgerEntry[]> {
		const whole: LedgerEntry[] = [];
		const damaged: SetAsideRow[] = [];
		for (const row of rows) {
			const read = readEntry(row.entry);
			const why = !read.ok ? read.why : read.entry.n !== row.n || read.entry.session !== row.session ? 'another entry’s place' : '';
			// As it was stored, with whatever the check does not know.
			if (why === '') whole.push(row.entry as LedgerEntry);
			else damaged.push({ table: 'ledger', key: String(row.n), why, at: this.#now(), record: row.entry });
		}
		if (damaged.length > 0) {
			const db = this.#db;
			this.#setAside += damaged.length;
			await this.#read(
				() =>
					db.transaction('rw', db.ledger, db.setAside, async () => {
						await db.setAside.bulkAdd(damaged);
						await db.ledger.bulkDelete(damaged.map(({ key }) => Number(key)));
					}),
				undefined,
			);
		}
		const here = new Set(whole.map(({ n }) => n));
		return [...whole, ...waiting.filter(({ n }) => !here.has(n))];
	}

	/** Reads from disk; where that fails the answer is `otherwise`, and memory is all there is. */
	async #read<T>(work: () => PromiseLike<T>, otherwise: T): Promise<T> {
		if (!this.#db.isOpen()) return otherwise;
		try {
			return await work();
		} catch (error) {
			const trouble = troubleOf(error);
			if (trouble === undefined) throw error;
			this.#fail(trouble);
			return otherwise;
		}
	}

	async lastEntry(): Promise<number> {
		await this.#queue;
		const last = await this.#read(() => this.#db.ledger.orderBy('n').last(), undefined);
		return this.#ledger.reduce((newest, { n }) => Math.max(newest, n), last?.n ?? 0);
	}

	appendLedger(entry: LedgerEntry): void {
		this.#ledger.push(entry);
		if (this.#closed) return;
		this.#flushTimer ??= setTimeout(() => void this.flush(), FLUSH_MS);
	}

	async flush(): Promise<void> {
		clearTimeout(this.#flushTimer);
		this.#flushTimer = undefined;
		await this.#inTurn(() => this.#settle());
	}

	async ledgerOf(session: string): Promise<LedgerEntry[]> {
		await this.#queue;
		const waiting = this.#ledger.filter((entry) => entry.session === session);
		const rows = await this.#read(() => this.#db.ledger.where('session').equals(session).sortBy('n'), []);
		return await this.#whole(rows, waiting);
	}

	async entries(numbers: readonly number[]): Promise<LedgerEntry[]> {
		const waiting = this.#ledger.filter(({ n }) => numbers.includes(n));
		const rows = await this.#read(() => this.#db.ledger.bulkGet([...numbers]), []);
		return await this.#whole(
			rows.filter((row) => row !== undefined),
			waiting,
		);
	}

	async ledgerOfGame(game: string): Promise<LedgerEntry[]> {
		const sessions = new Set((await this.sessionsOf(game)).map(({ session }) => session));
		const waiting = this.#ledger.filter((entry) => sessions.has(entry.session));
		const rows = await this.#read(
			() =>
				this.#db.ledger
					.where('session')
					.anyOf([...sessions])
					.sortBy('n'),
			[],
		);
		return await this.#whole(rows, waiting);
	}

	async wholeLedger(): Promise<LedgerEntry[]> {
		await this.#queue;
		const waiting = [...this.#ledger];
		const rows = await this.#read(() => this.#db.ledger.orderBy('n').toArray(), []);
		return await this.#whole(rows, waiting);
	}

	async ledgerCounts(): Promise<{ readonly session: string; readonly entries: number }[]> {
		await this.flush();
		return await this.#read(async () => {
			const sessions = (await this.#db.ledger.orderBy('session').uniqueKeys()) as string[];
			return await Promise.all(
				sessions.map(async (session) => ({ session, entries: await this.#db.ledger.where('session').equals(session).count() })),
			);
		}, []);
	}

	async restoreLedger(entries: readonly LedgerEntry[], dry = false): Promise<LedgerRestored> {
		await this.flush();
		const here = new Set([
			...((await this.#read(() => this.#db.ledger.orderBy('session').uniqueKeys(), [])) as string[]),
			...this.#ledger.map(({ session }) => session),
		]);
		const numbers = new Set([
			...(await this.#read(() => this.#db.ledger.toCollection().primaryKeys(), [])),
			...this.#ledger.map(({ n }) => n),
		]);
		const bySession = new Map<string, LedgerEntry[]>();
		for (const entry of entries) {
			const mine = bySession.get(entry.session);
			if (mine === undefined) bySession.set(entry.session, [entry]);
			else mine.push(entry);
		}
		const fresh: LedgerEntry[] = [];
		let known = 0;
		let taken = 0;
		for (const [session, mine] of bySession) {
			if (here.has(session)) known += mine.length;
			else if (mine.some(({ n }) => numbers.has(n))) taken += mine.length;
			else fresh.push(...mine);
		}
		if (!dry && fresh.length > 0) {
			this.#ledger.push(...fresh);
			await this.flush();
		}
		return { added: fresh.length, known, taken };
	}

	async sessionsOf(game: string): Promise<SessionRow[]> {
		return (await this.#sessions()).filter((row) => row.game === game);
	}

	async sessionsSince(at: number): Promise<SessionRow[]> {
		return (await this.#sessions()).filter(({ endedAt }) => endedAt === 0 || endedAt >= at);
	}

	async tellHead(): Promise<{ readonly head: SignedHead; readonly key: DeviceKey } | undefined> {
		await this.flush();
		return await this.#read(() => tellHead(this.#db, this.#now()), undefined);
	}

	async certificate(window: Pick<Graduation, 'from' | 'to'>): Promise<readonly string[] | string> {
		const told = await this.tellHead();
		if (told === undefined) return this.trouble() || 'Nothing has been played here yet.';
		const sessions = (await this.sessionsSince(window.from)).filter(({ startedAt }) => startedAt < window.to);
		const db = this.#db;
		const kept = await this.#read(
			() =>
				linksOf(
					db,
					sessions.map(({ session }) => session),
				),
			undefined,
		);
		if (kept === undefined) return this.trouble();
		const log = linksFor(kept.log, window);
		const [first] = log;
		if (first === undefined) return 'Nothing was played in that window since the ledger has a chain.';
		const at = kept.log.indexOf(first);
		const previous = kept.log[at - 1];
		const before: Head = previous === undefined ? kept.before : { link: previous.link, hash: previous.hash };
		const { key, sign } = await deviceSigner(db);
		const body = certificateOf(log, window, { madeAt: this.#now(), heads: kept.heads, key, before });
		return certificateFile({ ...body, signature: await sign(certificateText(body)) }, log);
	}

	async unfinishedSessions(): Promise<SessionRow[]> {
		return (await this.#sessions()).filter((row) => row.endedAt === 0);
	}

	/** With what is not written yet, oldest first. */
	async #sessions(): Promise<SessionRow[]> {
		await this.#queue;
		const rows = await this.#read(() => this.#db.sessions.toArray(), []);
		const all = new Map(rows.map((row) => [row.session, row]));
		for (const entry of this.#ledger) if (entry.type === 'session') all.set(entry.session, sessionAfter(all.get(entry.session), entry));
		return [...all.values()].sort((a, b) => a.startedAt - b.startedAt);
	}

	async putReport(report: ReportView): Promise<boolean> {
		this.#reports.set(report.session, { ...report });
		return this.#inTurn(() => this.#settle());
	}

	async reports(): Promise<ReportView[]> {
		await this.#queue;
		const rows = await this.#read(() => this.#db.reports.toArray(), []);
		const all = new Map(rows.map(({ session, report }) => [session, report as ReportView]));
		for (const [session, report] of this.#reports) all.set(session, report);
		return [...all.values()].sort((a, b) => b.endedAt - a.endedAt);
	}

	async removeReports(sessions: readonly string[]): Promise<string> {
		for (const session of sessions) this.#reports.delete(session);
		return this.#inTurn(() => this.#delete(() => this.#db.reports.bulkDelete([...sessions])));
	}

	async dropSetAside(): Promise<string> {
		const why = await this.#inTurn(() => this.#delete(() => this.#db.setAside.clear()));
		if (why === '') this.#setAside = 0;
		return why;
	}

	/** @returns a sentence when nothing was deleted */
	async #delete(work: () => PromiseLike<unknown>): Promise<string> {
		if (!this.#db.isOpen()) return this.trouble();
		try {
			await work();
			return '';
		} catch (error) {
			const trouble = troubleOf(error);
			if (trouble === undefined) throw error;
			this.#fail(trouble);
			return trouble.sentence;
		}
	}

	async allSettings(): Promise<Record<string, unknown>> {
		await this.#queue;
		const rows = await this.#read(() => this.#db.settings.toArray(), []);
		const all = new Map<string, unknown>(rows.map(({ key, value }) => [key, value]));
		for (const [key, value] of this.#settings) all.set(key, value);
		return Object.fromEntries([...all].filter(([, value]) => value !== undefined));
	}

	async getSetting(key: string): Promise<unknown> {
		await this.#queue;
		if (this.#settings.has(key)) return this.#settings.get(key);
		return (await this.#read(() => this.#db.settings.get(key), undefined))?.value;
	}

	async setSetting(key: string, value: unknown): Promise<boolean> {
		this.#settings.set(key, value === undefined ? undefined : JSON.parse(canonicalJson(value)));
		return this.#inTurn(() => this.#settle());
	}

	async usage(): Promise<StorageView> {
		await this.#queue;
		const byKind = new Map<string, { count: number; bytes: number }>();
		const add = (kind: string, count: number, bytes: number): void => {
			const sum = byKind.get(kind) ?? { count: 0, bytes: 0 };
			byKind.set(kind, { count: sum.count + count, bytes: sum.bytes + bytes });
		};
		await this.#read(async () => {
			const db = this.#db;
			await db.crystals.each((row) => add(row.kind, 1, row.bytes));
			// The ledger is long: its size is estimated from its newest entries.
			const entries = await db.ledger.count();
			const sample = await db.ledger.orderBy('n').reverse().limit(100).toArray();
			if (entries > 0) add('ledger', entries, Math.round((JSON.stringify(sample).length / sample.length) * entries));
			await db.reports.each((row) => add('reports', 1, JSON.stringify(row).length));
			await db.settings.each((row) => add('settings', 1, JSON.stringify(row).length));
			const sounds = await soundsKept(db);
			if (sounds.count > 0) add('sounds', sounds.count, sounds.bytes);
			await db.setAside.each(({ record }) => add('set aside', 1, bytesOf(record)));
		}, undefined);
		for (const { row } of this.#crystals.values()) add(row.kind, 1, row.bytes);
		const storage = typeof navigator === 'undefined' ? undefined : (navigator.storage as StorageManager | undefined);
		const estimate = await storage?.estimate?.().catch(() => undefined);
		const persisted = await storage?.persisted?.().catch(() => undefined);
		const ours = [...byKind.values()].reduce((sum, { bytes }) => sum + bytes, 0);
		return {
			usedBytes: estimate?.usage ?? ours,
			quotaBytes: estimate?.quota ?? 0,
			persisted: persisted ?? null,
			byKind: [...byKind].map(([kind, sum]) => ({ kind, ...sum })),
			setAside: this.#setAside,
			trouble: this.trouble(),
		};
	}

	async eraseEverything(): Promise<string> {
		return this.#inTurn(async () => {
			this.#crystals.clear();
			this.#ledger = [];
			this.#reports.clear();
			this.#settings.clear();
			this.#written.clear();
			this.#setAside = 0;
			if (!this.#db.isOpen())
				return `The store could not be opened, so what it held before this session may still be there: ${this.trouble()}`;
			try {
				// Emptied in one transaction rather than deleted: a deletion waits for every other tab.
				await this.#db.transaction('rw', this.#db.tables, () => Promise.all(this.#db.tables.map((table) => table.clear())));
				return '';
			} catch (error) {
				const trouble = troubleOf(error);
				if (trouble === undefined) throw error;
				this.#fail(trouble);
				return `Nothing was erased from the disk: ${trouble.sentence}`;
			}
		});
	}

	trouble(): string {
		return this.#trouble?.sentence ?? '';
	}

	onTrouble(listener: (sentence: string, trouble: StoreTrouble | undefined) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	async close(): Promise<void> {
		await this.flush();
		this.#closed = true;
		clearTimeout(this.#flushTimer);
		clearTimeout(this.#retryTimer);
		this.#db.close();
	}
}

/** Of a record that may hold anything: its text, and the bytes in it. */
function bytesOf(value: unknown): number {
	if (value instanceof Uint8Array) return value.length;
	if (typeof value !== 'object' || value === null) return String(value).length;
	return Object.entries(value).reduce((sum, [key, part]) => sum + key.length + bytesOf(part), 0);
}

const isVector = (name: string): boolean => name.startsWith('vector:');

/** Names and hashes of a crystal's blobs as one text. */
function manifestOf({ row }: CrystalWrite): string {
	return canonicalJson((JSON.parse(row.json) as { blobs: unknown }).blobs);
}

function sessionAfter(known: SessionRow | undefined, entry: Extract<LedgerEntry, { type: 'session' }>): SessionRow {
	return {
		session: entry.session,
		game: entry.game,
		startedAt: known?.startedAt ?? entry.at,
		endedAt: entry.event === 'ended' ? entry.at : 0,
		playedMs: entry.playedMs,
		detail: entry.detail,
	};
}
