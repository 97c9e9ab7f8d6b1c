import { createHash, createSign, createVerify, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import {
	certificateFile,
	certificateOf,
	certificateText,
	type DeviceKey,
	linksFor,
	type SignedCertificate,
	verifyCertificate,
} from './certificate.ts';
import { GENESIS, headText, type Linked, linkHash, NO_HEAD, type Sha256, type SignedHead } from './chain.ts';
import { bestGraduation } from './conditions.ts';
import { graduationMarkdown } from './markdown.ts';
import { DAY, dayOf, scribe } from './day.fixture.ts';
import type { LedgerEntry } from '../ledger.ts';
import { MINUTE_MS, talliesOf } from './tally.ts';

const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex');
function chain(entries: readonly LedgerEntry[]): Linked[] {
	let hash = GENESIS;
	return entries.map((entry, i) => {
		hash = linkHash(hash, entry, sha256);
		return { link: i + 1, entry, hash };
	});
}
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x, y } = publicKey.export({ format: 'jwk' }) as DeviceKey;
const key: DeviceKey = { kty: 'EC', crv: 'P-256', x, y };
const sign = (text: string): string => createSign('SHA256').update(text).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }, 'hex');
const verifies = async (by: DeviceKey, signature: string, text: string): Promise<boolean> =>
	by.x === x && createVerify('SHA256').update(text).verify({ key: publicKey, dsaEncoding: 'ieee-p1363' }, signature, 'hex');
const headOf = ({ link, hash }: Linked, at: number): SignedHead => ({ link, hash, at, signature: sign(headText({ link, hash, at })) });

const TO = DAY + 1440 * MINUTE_MS;
/** A day and what came before and after it, as a chain; its certificate in a file. */
function certified(change: (log: readonly Linked[]) => readonly Linked[] = (log) => log) {
	const before = scribe('before', 80_000);
	before.write(-5, { type: 'session', event: 'started', game: 'g', detail: '', playedMs: 0 });
	before.write(-4, { type: 'session', event: 'ended', game: 'g', detail: '', playedMs: MINUTE_MS });
	const after = scribe('after', 90_000);
	after.write(1441, { type: 'session', event: 'started', game: 'g', detail: '', playedMs: 0 });
	after.write(1442, { type: 'session', event: 'ended', game: 'g', detail: '', playedMs: MINUTE_MS });
	const whole = chain([...before.entries, ...dayOf(), ...after.entries]);
	const log = change(linksFor(whole, { from: DAY, to: TO }));
	const first = log[0] as Linked;
	const heads = [headOf(whole[100] as Linked, DAY), headOf(log.at(-1) as Linked, TO + 2 * MINUTE_MS)];
	const body = certificateOf(
		log,
		{ from: DAY },
		{
			madeAt: TO + 3 * MINUTE_MS,
			heads,
			key,
			before: first.link === 1 ? NO_HEAD : { link: first.link - 1, hash: (whole[first.link - 2] as Linked).hash },
		},
	);
	const signed: SignedCertificate = { ...body, signature: sign(certificateText(body)) };
	return { signed, log, file: certificateFile(signed, log).join('') };
}
const check = (file: string) => verifyCertificate([file], sha256, verifies);
const good = certified();

describe('a certificate', () => {
	it('is recomputed from its own log, with nothing but the file', async () => {
		const found = await check(good.file);
		expect(found).toMatchObject({ ok: true, links: good.log.length, late: 0, graduation: { graduated: true, from: DAY, to: TO } });
		expect(good.log[0]?.entry.session).toBe('before');
		expect(good.log.at(-1)?.entry.session).toBe('after');
	});

	it('is the same in pieces that break anywhere, and is refused cut short or empty', async () => {
		const pieces = Array.from({ length: Math.ceil(good.file.length / 7919) }, (_, i) => good.file.slice(i * 7919, (i + 1) * 7919));
		expect(await verifyCertificate(pieces, sha256, verifies)).toEqual(await check(good.file));
		expect(await check(good.file.slice(0, -1))).toMatchObject({ ok: false });
		expect(await check('')).toMatchObject({ ok: false });
		expect(await check(good.file.slice(0, 40))).toMatchObject({ ok: false, why: expect.stringContaining('cut short') });
	});

	it('fails at every byte that is changed, wherever it stands', async () => {
		const bytes = Buffer.from(good.file);
		const lines = good.file.split('\n');
		const log = lines[0]?.length ?? 0;
		const middle = good.file.indexOf('"facts"', good.file.length / 2);
		const at = (text: string, from: number): number => good.file.indexOf(text, from);
		const classes = {
			'a letter of the certificate': at('"conditions"', 0) + 2,
			'a digit of its window': at('"from":', 0) + 8,
			'its signature': at('"signature":"', at('"type"', 0) - 200) + 14,
			'its key': at('"x":"', 0) + 6,
			'the hash before the log': at('"before":{"hash":"', 0) + 19,
			'the end of its line': log,
			'the first brace of the log': log + 1,
			"an entry's number": at('"n":', log) + 4,
			"an entry's time": at('"at":', middle) + 6,
			"an entry's fact": middle + 12,
			"an entry's words": at('"why":"', middle) + 2,
			'a hash': at('"hash":"', middle) + 9,
			'a link': at('"link":', middle) + 7,
			'the end of a line': at('\n', middle),
			'the last brace': bytes.length - 2,
			'the last byte': bytes.length - 1,
		};
		expect(await check(bytes.toString())).toMatchObject({ ok: true });
		for (const [what, position] of Object.entries(classes)) {
			for (const mask of [1, 16, 32]) {
				const changed = Buffer.from(bytes);
				changed[position] = (changed[position] as number) ^ mask;
				expect(await check(changed.toString()), `${what}, bit ${mask}`).toMatchObject({ ok: false });
			}
		}
	});

	it.each([
		['a line is left out', (lines: string[]) => lines.toSpliced(500, 1), /Line 501 is link 502 and follows link 500/],
		['two lines change places', (l: string[]) => l.with(500, l[501] as string).with(501, l[500] as string), /Line 501/],
		['a line stands twice', (lines: string[]) => lines.toSpliced(500, 0, lines[500] as string), /Line 502/],
		['the last line is left out', (lines: string[]) => lines.slice(0, -1), /lines are missing/],
		['a blank is put in', (lines: string[]) => lines.with(500, (lines[500] as string).replace(':', ': ')), /the one way/],
	])('fails when %s', async (_, change, why) => {
		const changed = `${change(good.file.slice(0, -1).split('\n')).join('\n')}\n`;
		const found = await check(changed);
		expect(found).toMatchObject({ ok: false });
		expect(!found.ok && found.why).toMatch(why);
	});

	it('fails where the window is cut at either end, though all of it is signed anew', async () => {
		expect(await check(certified((log) => log.slice(1)).file)).toMatchObject({ ok: false, why: expect.stringContaining('begins inside') });
		const cut = certified((log) => log.slice(0, 600));
		const early = { ...cut.signed, heads: [] };
		const { signature: _, ...body } = early;
		const file = certificateFile({ ...body, signature: sign(certificateText(body)) }, cut.log).join('');
		expect(await check(file)).toMatchObject({ ok: false, why: expect.stringContaining('ends inside') });
	});

	it('fails where it claims what its log does not show', async () => {
		const { signature: _, ...body } = good.signed;
		const claims = { ...body, graduation: { ...body.graduation, simulated: true } };
		const file = certificateFile({ ...claims, signature: sign(certificateText(claims)) }, good.log).join('');
		expect(await check(file)).toMatchObject({ ok: false, why: expect.stringContaining('come out otherwise') });
	});

	it('fails where a head that went out is of another log', async () => {
		const { signature: _, ...body } = good.signed;
		const [head, ...rest] = body.heads as [SignedHead, ...SignedHead[]];
		const other = { link: head.link, hash: GENESIS, at: head.at };
		const claims = { ...body, heads: [{ ...other, signature: sign(headText(other)) }, ...rest] };
		const file = certificateFile({ ...claims, signature: sign(certificateText(claims)) }, good.log).join('');
		expect(await check(file)).toMatchObject({ ok: false, why: expect.stringContaining('not of this log') });
	});

	it.each(['', '\n', '{}\n', 'null\n', '[1]\n', `${canonicalJson({ falsework: 1 })}\n`])('says what is wrong with %j', async (text) => {
		expect(await check(text)).toMatchObject({ ok: false, why: expect.stringMatching(/Line 1|cut short/) });
	});

	it('counts what was written down long after its time', async () => {
		const old = scribe('old', 95_000);
		old.write(-3000, { type: 'rested', ticks: 1 });
		const whole = chain([...dayOf(), ...old.entries]);
		const heads = [headOf(whole.at(-2) as Linked, TO), headOf(whole.at(-1) as Linked, TO + MINUTE_MS)];
		const body = certificateOf(whole, { from: DAY }, { madeAt: TO + MINUTE_MS, heads, key, before: NO_HEAD });
		const file = certificateFile({ ...body, signature: sign(certificateText(body)) }, whole).join('');
		expect(await check(file)).toMatchObject({ ok: true, late: 1 });
	});

	it('reads for a person: what is met, what was seen, what is missing', () => {
		const text = graduationMarkdown(bestGraduation(talliesOf(dayOf({ sats: null })), TO));
		expect(text).toContain('**Not yet**: 4 of 5 conditions are met.');
		expect(text).toMatch(/\| economy \|.*\| missing \| Not recorded yet.*\| A wallet or an import/);
		expect(graduationMarkdown(good.signed.graduation)).toContain('**Graduated.**');
	});
});
