// The chain beside the ledger: a row for each entry that reached the disk, in the order of writing, written in the same transaction.
import { createSHA256 } from 'hash-wasm';
import { type Head, headText, type Linked, linkHash, NO_HEAD, type Sha256, type SignedHead } from '../core/graduation/chain.ts';
import type { DeviceKey } from '../core/graduation/certificate.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { deviceSigner } from './device-key.ts';
import type { Database } from './store-schema.ts';

/** An entry whose number was reserved is written after others with higher ones, but not long after. */
const SLACK_LINKS = 100;

/** SHA-256 that needs no waiting, since a transaction of the database ends where anything is waited for. */
export async function makeSha256(): Promise<Sha256> {
	const hasher = await createSHA256();
	return (text) => hasher.init().update(text).digest('hex');
}

/** Links entries to the chain; inside a transaction that may write it. */
export async function appendLinks(db: Database, entries: readonly LedgerEntry[], sha256: Sha256): Promise<void> {
	let head = await headOf(db);
	const rows = entries.map((entry) => {
		head = { link: head.link + 1, hash: linkHash(head.hash, entry, sha256) };
		return { ...head, n: entry.n };
	});
	await db.chain.bulkAdd(rows);
}

async function headOf(db: Database): Promise<Head> {
	const last = await db.chain.orderBy('link').last();
	return last === undefined ? NO_HEAD : { link: last.link, hash: last.hash };
}

/** Signs where the chain stands and keeps that; undefined while it is empty. */
export async function tellHead(db: Database, at: number): Promise<{ readonly head: SignedHead; readonly key: DeviceKey } | undefined> {
	const head = await headOf(db);
	if (head.link === 0) return undefined;
	const { key, sign } = await deviceSigner(db);
	const signed = { ...head, at, signature: await sign(headText({ ...head, at })) };
	await db.heads.put(signed);
	return { head: signed, key };
}

/** The chain from somewhat before the first entry of these sessions to its head. */
export async function linksOf(
	db: Database,
	sessions: readonly string[],
): Promise<{ readonly before: Head; readonly log: readonly Linked[]; readonly heads: readonly SignedHead[] }> {
	const firsts = await Promise.all(
		sessions.map(async (session) => {
			const first = await db.ledger.where('session').equals(session).first();
			return first === undefined ? undefined : await db.chain.where('n').equals(first.n).first();
		}),
	);
	const known = firsts.flatMap((row) => (row === undefined ? [] : [row.link]));
	if (known.length === 0) return { before: NO_HEAD, log: [], heads: [] };
	const from = Math.max(1, Math.min(...known) - SLACK_LINKS);
	const before = await db.chain.get(from - 1);
	const rows = await db.chain.where('link').aboveOrEqual(from).sortBy('link');
	const entries = await db.ledger.bulkGet(rows.map(({ n }) => n));
	return {
		before: before === undefined ? NO_HEAD : { link: before.link, hash: before.hash },
		// A row that was damaged or taken away does not fit its hash any more, and whoever checks sees where.
		log: rows.map(({ link, hash }, i) => ({ link, hash, entry: entries[i]?.entry as LedgerEntry })),
		heads: await db.heads.where('link').aboveOrEqual(from).sortBy('link'),
	};
}
