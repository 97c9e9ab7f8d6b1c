// A certificate is one text file: its first line says what was found, every other line is a link of the ledger's chain, from the first
// entry that counts to the head. Whoever has it recomputes everything: the hashes, the five conditions, and the signatures by the
// device's public key, which stands in it.
import * as v from 'valibot';
import { canonicalJson } from '../canonical.ts';
import { type Head, headText, type Linked, logLine, makeLogReader, type Sha256, type SignedHead } from './chain.ts';
import { type Graduation, graduation } from './conditions.ts';
import { MINUTE_MS, talliesOf } from './tally.ts';

/** The device's public key as a JWK of P-256. */
export interface DeviceKey {
	readonly kty: 'EC';
	readonly crv: 'P-256';
	readonly x: string;
	readonly y: string;
}

export interface Certificate {
	readonly falsework: 1;
	readonly type: 'graduation';
	/** Milliseconds since 1970. */
	readonly madeAt: number;
	readonly graduation: Graduation;
	/** Where the chain stood before the first line of the log. */
	readonly before: Head;
	/** Where it stands after the last. */
	readonly head: Head;
	/** As they went out with the feed, of links in the log, oldest first. */
	readonly heads: readonly SignedHead[];
	readonly key: DeviceKey;
}
export interface SignedCertificate extends Certificate {
	/** By `key`, of the certificate's canonical JSON without this field; hex. */
	readonly signature: string;
}

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const signature = v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/));
const coordinate = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const headFields = { link: whole, hash };
const signed = v.strictObject({
	falsework: v.literal(1),
	type: v.literal('graduation'),
	madeAt: v.number(),
	graduation: v.looseObject({ from: whole, to: whole }),
	before: v.strictObject(headFields),
	head: v.strictObject(headFields),
	heads: v.array(v.strictObject({ ...headFields, at: v.number(), signature })),
	key: v.strictObject({ kty: v.literal('EC'), crv: v.literal('P-256'), x: coordinate, y: coordinate }),
	signature,
});

export function certificateText(certificate: Certificate): string {
	return canonicalJson(certificate);
}

/** @returns the file's pieces: put together they are the file */
export function certificateFile(certificate: SignedCertificate, log: readonly Linked[]): string[] {
	return [`${canonicalJson(certificate)}\n`, ...log.map((linked) => `${logLine(linked)}\n`)];
}

export type Verified =
	| {
			readonly ok: true;
			readonly graduation: Graduation;
			readonly certificate: SignedCertificate;
			readonly links: number;
			/** Entries that were written down more than this after the time they tell of: the end of a session whose page went away, a backup. */
			readonly late: number;
	  }
	/** A sentence that names the line where there is one. */
	| { readonly ok: false; readonly why: string };

/** Between an entry's time and the head that covers it. */
const LATE_MS = 5 * MINUTE_MS;

/** Lines without their ends, of pieces that may break anywhere. @returns whether the last one has its end */
async function* linesOf(pieces: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string, boolean> {
	let rest = '';
	for await (const piece of pieces) {
		const lines = (rest + piece).split('\n');
		rest = lines.pop() as string;
		yield* lines;
	}
	return rest === '';
}

/**
 * Recomputes a certificate from its log, line by line: a day's is larger than one text can be.
 *
 * @param pieces  of the file's text, in order
 * @param verifies  whether the signature, in hex, is that of the text by the key
 */
export async function verifyCertificate(
	pieces: Iterable<string> | AsyncIterable<string>,
	sha256: Sha256,
	verifies: (key: DeviceKey, signature: string, text: string) => Promise<boolean>,
): Promise<Verified> {
	const no = (why: string): Verified => ({ ok: false, why });
	const short = 'The file is cut short: its last line has no end.';
	const lines = linesOf(pieces);
	const begun = await lines.next();
	if (begun.done === true) return no(short);
	const first = begun.value;
	let data: unknown;
	try {
		data = JSON.parse(first);
	} catch {
		return no('Line 1 is no certificate: it is not JSON.');
	}
	const read = v.safeParse(signed, data);
	if (!read.success) return no(`Line 1 is no certificate: ${v.getDotPath(read.issues[0]) ?? 'it'}: ${read.issues[0].message}.`);
	const certificate = read.output as unknown as SignedCertificate;
	if (canonicalJson(certificate) !== first) return no('Line 1 is not written the one way a certificate is written.');
	const { signature: own, ...body } = certificate;
	if (!(await verifies(body.key, own, certificateText(body)))) return no('The certificate does not fit its signature.');
	const log = makeLogReader(body.before, sha256);
	let at = 1;
	let next = await lines.next();
	for (; next.done !== true; next = await lines.next()) {
		at++;
		const why = log.take(next.value);
		if (why !== '') return no(`Line ${at} ${why}: the log was changed.`);
	}
	if (!next.value) return no(short);
	if (log.head.link !== body.head.link || log.head.hash !== body.head.hash)
		return no(`The log ends at link ${log.head.link} and the certificate is of link ${body.head.link}: lines are missing.`);
	const hashOf = new Map<number, string>([[body.before.link, body.before.hash], ...log.log.map((l) => [l.link, l.hash] as const)]);
	for (const head of body.heads) {
		if (hashOf.get(head.link) !== head.hash) return no(`The head told at ${new Date(head.at).toISOString()} is not of this log.`);
		if (!(await verifies(body.key, head.signature, headText(head))))
			return no(`The head told at ${new Date(head.at).toISOString()} does not fit its signature.`);
	}
	const from = body.graduation.from / MINUTE_MS;
	if (!Number.isInteger(from)) return no('The window does not begin with a whole minute.');
	const { to } = body.graduation;
	const [begin] = log.log;
	// Who leaves out the window's first or last entries leaves out what speaks against them.
	if (begin !== undefined && begin.link > 1 && begin.entry.at >= body.graduation.from)
		return no('The log begins inside the window: entries before may be missing.');
	// The window may end with the very minute in which it was certified.
	const told = body.heads.at(-1);
	if ((log.log.at(-1)?.entry.at ?? 0) < to && !(told !== undefined && told.link === body.head.link && told.at >= to - MINUTE_MS))
		return no('The log ends inside the window: entries after may be missing.');
	const again = graduation(talliesOf(log.log.map(({ entry }) => entry)), from);
	if (canonicalJson(again) !== canonicalJson(body.graduation)) return no('The conditions come out otherwise when they are recomputed.');
	return { ok: true, graduation: again, certificate, links: log.log.length, late: lateOnes(log.log, body.heads) };
}

function lateOnes(log: readonly Linked[], heads: readonly SignedHead[]): number {
	let late = 0;
	let next = 0;
	let told = -Infinity;
	for (const { link, entry } of log) {
		while (next < heads.length && (heads[next] as SignedHead).link < link) told = (heads[next++] as SignedHead).at;
		if (entry.at < told - LATE_MS) late++;
	}
	return late;
}

/**
 * The links that a window's certificate needs: from the entry before the first of any session that has a part in it, to the first entry
 * after the window, or to the head.
 *
 * @param log  in the chain's order
 */
export function linksFor(log: readonly Linked[], { from, to }: Pick<Graduation, 'from' | 'to'>): readonly Linked[] {
	const inside = ({ entry: { at } }: Linked): boolean => at >= from && at < to;
	const sessions = new Set(log.filter(inside).map(({ entry }) => entry.session));
	const first = log.findIndex(({ entry }) => sessions.has(entry.session));
	if (first === -1) return [];
	const last = log.findIndex(({ entry }, i) => i > first && entry.at >= to);
	return log.slice(Math.max(0, (log[first] as Linked).entry.at < from ? first : first - 1), last === -1 ? undefined : last + 1);
}

/** What is to be signed of a window, recomputed from the very links that go with it. */
export function certificateOf(
	log: readonly Linked[],
	{ from }: Pick<Graduation, 'from'>,
	o: { readonly madeAt: number; readonly heads: readonly SignedHead[]; readonly key: DeviceKey; readonly before: Head },
): Certificate {
	const last = log.at(-1);
	const head: Head = last === undefined ? o.before : { link: last.link, hash: last.hash };
	return {
		falsework: 1,
		type: 'graduation',
		madeAt: o.madeAt,
		graduation: graduation(talliesOf(log.map(({ entry }) => entry)), from / MINUTE_MS),
		before: o.before,
		head,
		heads: o.heads.filter(({ link }) => link >= o.before.link && link <= head.link),
		key: o.key,
	};
}
