// A page proves that this person sent it. The companion's own start puts a one-time code in the URL's fragment; any other page
// gets a code of six digits that the person reads off the terminal and types. Either yields a token for the page's origin, and
// only proofs made with the token ever cross the wire again.
import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { readStored, removeStored, writePrivate } from './files.ts';

/** A typed code lives this long, then another takes its place. */
export const CODE_WINDOW_MS = 60_000;
/** This many wrong codes lock pairing for `LOCK_MS`: a guesser gets 5 of a million. */
export const WRONG_TRIES = 5;
export const LOCK_MS = 600_000;
/** A code in a URL is used once, within this time. */
export const ONE_TIME_MS = 600_000;
/** Tokens kept for one origin; pairing once more drops the oldest. */
const TOKENS_PER_ORIGIN = 20;

const stored = v.strictObject({
	version: v.literal(1),
	/** Counts authenticated sessions across restarts, so that an epoch never comes again. */
	epoch: v.pipe(v.number(), v.integer(), v.minValue(0)),
	tokens: v.array(v.strictObject({ origin: v.string(), token: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), at: v.number() })),
});
type Stored = v.InferOutput<typeof stored>;

export type PairResult =
	| { readonly ok: true; readonly token: string }
	| { readonly ok: false; readonly reason: 'wrong-code' | 'locked'; readonly retryAfterMs: number };

export function equalSecrets(a: string, b: string): boolean {
	// Digests first: timingSafeEqual wants equal lengths, and the length of a guess should tell nothing either.
	return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

export function tokenIdOf(token: string): string {
	return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

export function proofOf(token: string, claim: string): string {
	return createHmac('sha256', Buffer.from(token, 'hex')).update(claim).digest('hex');
}

export class Pairing {
	private readonly path: string;
	private readonly warn: (line: string) => void;
	private readonly now: () => number;
	private data: Stored;
	private readonly oneTime = new Map<string, number>();
	private code: { digits: string; until: number } | undefined;
	private wrong = 0;
	private lockedUntil = 0;

	/** @param now milliseconds that never go back; setting the clock must not lengthen a code's life */
	constructor(dataDir: string, warn: (line: string) => void, now: () => number = () => performance.now()) {
		this.path = join(dataDir, 'pairing.json');
		this.warn = warn;
		this.now = now;
		this.data = readStored(this.path, stored, { version: 1, epoch: 0, tokens: [] }, warn);
	}

	/** A new 128-bit code for a URL's fragment. */
	makeOneTimeCode(): string {
		const code = randomBytes(16).toString('hex');
		this.oneTime.set(code, this.now() + ONE_TIME_MS);
		return code;
	}

	/** The six digits to show now, and for how much longer they hold. */
	digits(): { readonly digits: string; readonly leftMs: number } {
		const now = this.now();
		if (!this.code || this.code.until <= now) {
			this.code = { digits: String(randomInt(0, 1_000_000)).padStart(6, '0'), until: now + CODE_WINDOW_MS };
		}
		return { digits: this.code.digits, leftMs: this.code.until - now };
	}

	pair(origin: string, code: string): PairResult {
		const now = this.now();
		for (const [known, until] of this.oneTime) if (until <= now) this.oneTime.delete(known);
		// A one-time code has 128 bits: it works during a lock, and missing it still counts as a wrong try.
		for (const known of this.oneTime.keys()) {
			if (equalSecrets(known, code)) {
				this.oneTime.delete(known);
				return { ok: true, token: this.issue(origin) };
			}
		}
		if (now < this.lockedUntil) return { ok: false, reason: 'locked', retryAfterMs: Math.ceil(this.lockedUntil - now) };
		const current = this.code && this.code.until > now ? this.code.digits : undefined;
		if (current !== undefined && equalSecrets(current, code)) {
			this.code = undefined;
			this.wrong = 0;
			return { ok: true, token: this.issue(origin) };
		}
		this.wrong += 1;
		if (this.wrong < WRONG_TRIES) return { ok: false, reason: 'wrong-code', retryAfterMs: 0 };
		this.wrong = 0;
		this.lockedUntil = now + LOCK_MS;
		this.code = undefined;
		this.warn(`pairing is locked for ${LOCK_MS / 60_000} minutes after ${WRONG_TRIES} wrong codes, the last from ${origin}`);
		return { ok: false, reason: 'locked', retryAfterMs: LOCK_MS };
	}

	private issue(origin: string): string {
		const token = randomBytes(32).toString('hex');
		const others = this.data.tokens.filter((t) => t.origin !== origin);
		const own = this.data.tokens.filter((t) => t.origin === origin).slice(-(TOKENS_PER_ORIGIN - 1));
		this.data = { ...this.data, tokens: [...others, ...own, { origin, token, at: Date.now() }] };
		this.save();
		return token;
	}

	/** The token of this origin that `id` names. */
	findToken(origin: string, id: string): string | undefined {
		return this.data.tokens.find((t) => t.origin === origin && equalSecrets(tokenIdOf(t.token), id))?.token;
	}

	/** Whether `token` was given to a page of this origin. */
	accepts(origin: string, token: string): boolean {
		let found = false;
		// Every one is compared, so that the time taken does not depend on which one matched.
		for (const known of this.data.tokens) if (equalSecrets(known.token, token) && known.origin === origin) found = true;
		return found;
	}

	nextEpoch(): number {
		this.data = { ...this.data, epoch: this.data.epoch + 1 };
		this.save();
		return this.data.epoch;
	}

	/** Forgets every paired page and every code; epochs go on counting. */
	forget(): void {
		this.oneTime.clear();
		this.code = undefined;
		this.data = { ...this.data, tokens: [] };
		removeStored(this.path);
		this.save();
	}

	private save(): void {
		writePrivate(this.path, `${JSON.stringify(this.data, null, '\t')}\n`);
	}
}
