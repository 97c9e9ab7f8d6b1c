// The database's shape over time. A change of stored shape is a new entry at the end with its `upgrade`, a fixture of the
// version before it in store.fixtures/, and a line in the changelog; entries that shipped are never edited.
import { Dexie, type Table, type Transaction } from 'dexie';

export interface CrystalRow {
	/** `scopeKey` of the crystal's scope: the first part of every key, so no profile can meet another's records. */
	scope: string;
	id: string;
	kind: string;
	state: string;
	/** Size of the text and of all blobs. */
	bytes: number;
	/** Canonical JSON of the crystal; its `blobs` hold name → {sha256, bytes} instead of the bytes. */
	json: string;
	/** Of `json`, hex. */
	sha256: string;
}
/** Bytes of a crystal. Those whose name begins with `vector:` stand in a table of their own, to be searched without the pixels. */
export interface BlobRow {
	scope: string;
	crystal: string;
	name: string;
	bytes: Uint8Array;
}
export interface LedgerRow {
	n: number;
	session: string;
	entry: unknown;
}
export interface SessionRow {
	session: string;
	game: string;
	startedAt: number;
	/** 0 while it runs, or when the page was closed on it. */
	endedAt: number;
	playedMs: number;
	/** What the last session entry said. */
	detail: string;
}
export interface ReportRow {
	session: string;
	game: string;
	endedAt: number;
	report: unknown;
}
/** A piece of speech, by the hash of who says it, in which voice, and what. */
export interface SoundRow {
	key: string;
	/** Samples a second. */
	rate: number;
	/** 16-bit samples, little-endian. */
	pcm: Uint8Array;
	/** Of `pcm`, hex. */
	sha256: string;
	/** Length of `pcm`. */
	bytes: number;
	/** Times it was played instead of being made. */
	uses: number;
	/** Milliseconds since 1970. */
	lastAt: number;
}
/** One link of the ledger's chain (core/graduation/chain.ts), in the order of writing. */
export interface ChainRow {
	/** 1 for the first; what was stored before there was a chain has none. */
	link: number;
	/** Of the ledger entry. */
	n: number;
	/** SHA-256 over the hash before and the entry, hex. */
	hash: string;
}
/** A head of the chain as it went out. */
export interface HeadRow {
	link: number;
	hash: string;
	at: number;
	signature: string;
}
export interface KeyRow {
	name: 'device';
	/** Its private half cannot be taken out. */
	pair: CryptoKeyPair;
}
export interface SettingRow {
	key: string;
	value: unknown;
}
export interface SetAsideRow {
	n?: number;
	table: string;
	key: string;
	why: string;
	at: number;
	record: unknown;
}

export type Database = Dexie & {
	crystals: Table<CrystalRow, [string, string]>;
	blobs: Table<BlobRow, [string, string, string]>;
	vectors: Table<BlobRow, [string, string, string]>;
	ledger: Table<LedgerRow, number>;
	sessions: Table<SessionRow, string>;
	reports: Table<ReportRow, string>;
	settings: Table<SettingRow, string>;
	setAside: Table<SetAsideRow, number>;
	sounds: Table<SoundRow, string>;
	chain: Table<ChainRow, number>;
	heads: Table<HeadRow, number>;
	keys: Table<KeyRow, string>;
};

export interface SchemaVersion {
	readonly version: number;
	readonly tables: Readonly<Record<string, string>>;
	/** Brings the records of the version before into this one's shape. */
	readonly upgrade?: (transaction: Transaction) => PromiseLike<unknown>;
}

export const SCHEMAS: readonly SchemaVersion[] = [
	{
		version: 1,
		tables: {
			crystals: '[scope+id], scope, [scope+kind], kind, state',
			blobs: '[scope+crystal+name], scope, [scope+crystal]',
			vectors: '[scope+crystal+name], scope, [scope+crystal]',
			ledger: 'n, session',
			sessions: 'session, game, startedAt',
			reports: 'session, game, endedAt',
			settings: 'key',
			setAside: '++n, table',
		},
	},
	{ version: 2, tables: { sounds: 'key, bytes, [uses+lastAt]' } },
	{ version: 3, tables: { chain: 'link, n', heads: 'link', keys: 'name' } },
];

export interface Engine {
	readonly indexedDB?: IDBFactory;
	readonly IDBKeyRange?: typeof IDBKeyRange;
}

/** Declares the schemas on a database that is not open yet. */
export function declareDatabase(name: string, engine: Engine, schemas: readonly SchemaVersion[] = SCHEMAS): Database {
	const db = new Dexie(name, { ...engine, autoOpen: false, chromeTransactionDurability: 'strict' }) as Database;
	for (const { version, tables, upgrade } of schemas) {
		const declared = db.version(version).stores(tables);
		if (upgrade !== undefined) declared.upgrade(upgrade);
	}
	return db;
}
