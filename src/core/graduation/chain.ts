// The ledger as a chain: each entry's hash covers its own text and the hash before it, so nobody can change, drop, add or move an
// entry without every later hash telling. A chain starts with the store; its order is that of writing.
import * as v from 'valibot';
import { canonicalJson } from '../canonical.ts';
import type { LedgerEntry } from '../ledger.ts';

/** Hash before the first link. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 of the text's UTF-8, hex. */
export type Sha256 = (text: string) => string;

/** One entry in its place. */
export interface Linked {
	/** 1 for the first that was ever written. */
	readonly link: number;
	readonly entry: LedgerEntry;
	readonly hash: string;
}

/** Where the chain stands. */
export interface Head {
	/** Of the newest entry; 0 while there is none. */
	readonly link: number;
	readonly hash: string;
}
export const NO_HEAD: Head = { link: 0, hash: GENESIS };

/** A head with its time, signed by the device that wrote it. */
export interface SignedHead extends Head {
	/** Milliseconds since 1970. */
	readonly at: number;
	/** Of `headText`, hex. */
	readonly signature: string;
}

export function linkHash(before: string, entry: LedgerEntry, sha256: Sha256): string {
	return sha256(`${before}\n${canonicalJson(entry)}`);
}

/** What the device signs of a head. */
export function headText({ at, link, hash }: Omit<SignedHead, 'signature'>): string {
	return canonicalJson({ at, falsework: 'head', hash, link });
}

/** One line of a log. There is one way to write it: a line that is spelt otherwise is refused. */
export function logLine({ link, entry, hash }: Linked): string {
	return canonicalJson({ entry, hash, link });
}

const line = v.strictObject({
	link: v.pipe(v.number(), v.integer(), v.minValue(1)),
	hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
	entry: v.looseObject({
		type: v.string(),
		n: v.pipe(v.number(), v.integer(), v.minValue(0)),
		at: v.pipe(v.number(), v.finite()),
		session: v.string(),
	}),
});

export interface LogReader {
	/** The next line, without its end. @returns '' or what is wrong with it */
	take(text: string): string;
	readonly log: readonly Linked[];
	/** Where it ends so far. */
	readonly head: Head;
}

/** Reads log lines that follow `before`, one after the other, and checks every hash. */
export function makeLogReader(before: Head, sha256: Sha256): LogReader {
	const log: Linked[] = [];
	let head = before;
	return {
		take(text) {
			let data: unknown;
			try {
				data = JSON.parse(text);
			} catch {
				return 'is not JSON';
			}
			const read = v.safeParse(line, data);
			if (!read.success) return `${v.getDotPath(read.issues[0]) ?? 'line'}: ${read.issues[0].message}`;
			const linked = read.output as unknown as Linked;
			if (logLine(linked) !== text) return 'is not written the one way a log is written';
			if (linked.link !== head.link + 1) return `is link ${linked.link} and follows link ${head.link}`;
			if (linkHash(head.hash, linked.entry, sha256) !== linked.hash) return 'does not fit its hash';
			head = { link: linked.link, hash: linked.hash };
			log.push(linked);
			return '';
		},
		log,
		get head() {
			return head;
		},
	};
}
