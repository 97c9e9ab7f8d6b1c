// The browser's database as a disk that can fill up and lose power. The database itself is fake-indexeddb, with its transactions;
// a crash takes back every transaction that had not completed, and whoever opens it next finds what had.
import { IDBFactory as FDBFactory, IDBKeyRange as FDBKeyRange, IDBObjectStore as FDBObjectStore } from 'fake-indexeddb';
import type { Engine } from '../../adapters/store-schema.ts';

/** The parts of fake-indexeddb that a crash reaches into; its version is fixed. */
interface RawTransaction {
	readonly mode: string;
	_state: string;
	readonly _rollbackLog: (() => void)[];
}
interface RawStore {
	records: { values(): Iterable<{ readonly key: unknown; readonly value: unknown }> };
}
interface RawDatabase {
	transactions: RawTransaction[];
	connections: unknown[];
	readonly rawObjectStores: Map<string, RawStore>;
}
interface RawFactory {
	_databases: Map<string, RawDatabase>;
}
interface RawObjectStore {
	readonly transaction: RawTransaction & { _abort(name: string): void };
}

export interface Disk {
	readonly engine: Engine;
	full: boolean;
	/** A transaction that writes is under way. */
	readonly writing: boolean;
	/** The page is gone: what it had not finished writing never was. */
	crash(): void;
	/** Rows of a table as they lie there. */
	rows<T>(table: string): readonly T[];
	/** Puts fake-indexeddb's own code back. */
	close(): void;
}

export interface DiskFaults {
	/** A planted bug: the newest completed transactions are lost in a crash, as under relaxed durability. */
	readonly losesNewest?: number;
	/** Another: a transaction that a crash meets is not taken back. */
	readonly tears?: boolean;
}

export function makeDisk(faults: DiskFaults = {}): Disk {
	let factory = new FDBFactory();
	const raw = (): RawFactory => factory as unknown as RawFactory;
	/** How to take back what completed, newest last. */
	const undo: (() => void)[][] = [];
	const prototype = FDBObjectStore.prototype as unknown as Record<'put' | 'add', (this: RawObjectStore, ...args: unknown[]) => unknown>;
	const { put, add } = prototype;
	const disk: Disk = {
		engine: {
			get indexedDB() {
				return factory as unknown as IDBFactory;
			},
			IDBKeyRange: FDBKeyRange as unknown as typeof IDBKeyRange,
		},
		full: false,
		get writing() {
			for (const { transactions } of raw()._databases.values())
				if (transactions.some(({ mode, _state, _rollbackLog }) => mode !== 'readonly' && _state !== 'finished' && _rollbackLog.length > 0))
					return true;
			return false;
		},
		crash() {
			for (const database of raw()._databases.values()) {
				for (const transaction of database.transactions) {
					if (transaction.mode === 'readonly' || transaction._state === 'finished') continue;
					if (faults.tears !== true) for (const back of [...transaction._rollbackLog].reverse()) back();
					transaction._state = 'finished';
				}
				const lost = faults.losesNewest === undefined ? [] : undo.splice(-faults.losesNewest).reverse();
				for (const log of lost) for (const back of log) back();
				undo.length = 0;
				database.transactions = [];
				database.connections = [];
			}
			const next = new FDBFactory();
			(next as unknown as RawFactory)._databases = raw()._databases;
			factory = next;
		},
		rows: <T>(table: string) =>
			[...raw()._databases.values()].flatMap((database) => {
				const store = database.rawObjectStores.get(table);
				return store === undefined ? [] : [...store.records.values()].map(({ value }) => value as T);
			}),
		close() {
			prototype.put = put;
			prototype.add = add;
		},
	};
	for (const [name, write] of [
		['put', put],
		['add', add],
	] as const) {
		prototype[name] = function (this: RawObjectStore, ...args: unknown[]) {
			const { transaction } = this;
			const request = write.apply(this, args);
			if (disk.full) setImmediate(() => transaction._state !== 'finished' && transaction._abort('QuotaExceededError'));
			else if (faults.losesNewest !== undefined && transaction.mode === 'readwrite') remember(transaction);
			return request;
		};
	}
	const known = new WeakSet<RawTransaction>();
	function remember(transaction: RawTransaction): void {
		if (known.has(transaction)) return;
		known.add(transaction);
		(transaction as unknown as EventTarget).addEventListener('complete', () => {
			undo.push([...transaction._rollbackLog].reverse());
		});
	}
	return disk;
}
