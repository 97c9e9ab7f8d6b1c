// Models outside the page. A person sets a tier up once: where it is, which model, what it costs. From then on the page can only
// name the tier; host, model and key are the companion's, so nothing in the page can send a picture anywhere else.
import { join } from 'node:path';
import * as v from 'valibot';
import { type Caps, type CapsLedger } from './caps.ts';
import { readStored, removeStored, writePrivate } from './files.ts';
import { findPrice } from './prices.ts';
import { type TierFailure, type TierSetup, type TierShown, tierSetup } from './protocol.ts';

/** One call, tries included, takes no longer. */
export const TOTAL_MS = 20_000;
export const TRIES = 2;
export const ANSWER_LIMIT_BYTES = 256 * 1024;
/** So many failed calls in a row and the tier is left alone for `BREAKER_MS`; then one call tries it out. */
export const BREAKER_FAILURES = 3;
export const BREAKER_MS = 30_000;
/** Reserved for an answer whose length the question does not bound. */
const DEFAULT_ANSWER_TOKENS = 2048;

export type TierAnswer =
	| { readonly ok: true; readonly body: unknown; readonly tries: number; readonly usd: number; readonly ms: number }
	| {
			readonly ok: false;
			readonly kind: TierFailure;
			readonly message: string;
			readonly retryAfterMs?: number;
			readonly tries: number;
			readonly usd: number;
	  };

const stored = v.strictObject({ version: v.literal(1), tiers: v.array(tierSetup) });

interface Breaker {
	failures: number;
	openUntil: number;
	trying: boolean;
}

/** This machine or its own network: no money changes hands, and plain http is fine. */
export function isLocalHost(host: string): boolean {
	const name = host.toLowerCase().replace(/^\[|\]$/g, '');
	if (name === 'localhost' || name === '::1' || name.endsWith('.local') || /^f[cd][0-9a-f]{2}:/.test(name)) return true;
	return /^(127|10)\.\d+\.\d+\.\d+$/.test(name) || /^192\.168\.\d+\.\d+$/.test(name) || /^172\.(1[6-9]|2\d|3[01])\.\d+\.\d+$/.test(name);
}

/** The base URL, or why it cannot be one. */
export function readBase(base: string): { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly message: string } {
	let url: URL;
	try {
		url = new URL(base);
	} catch {
		return { ok: false, message: `"${base}" is not a URL; it should look like http://127.0.0.1:11434/v1` };
	}
	if (url.protocol !== 'https:' && url.protocol !== 'http:') return { ok: false, message: `"${url.protocol}" is neither http nor https` };
	if (url.username || url.password || url.search || url.hash)
		return { ok: false, message: 'the base URL holds a name, a query or a fragment; the key has a field of its own' };
	if (url.protocol === 'http:' && !isLocalHost(url.hostname))
		return { ok: false, message: `${url.hostname} is not on this network: use https, or the pictures would travel in the clear` };
	return { ok: true, url };
}

export class Tiers {
	private readonly path: string;
	private readonly caps: CapsLedger;
	private readonly now: () => number;
	private readonly totalMs: number;
	private readonly breakers = new Map<string, Breaker>();
	private tiers: readonly TierSetup[];

	constructor(
		dataDir: string,
		caps: CapsLedger,
		warn: (line: string) => void,
		now: () => number = () => performance.now(),
		totalMs: number = TOTAL_MS,
	) {
		this.totalMs = totalMs;
		this.path = join(dataDir, 'tiers.json');
		this.caps = caps;
		this.now = now;
		this.tiers = readStored(this.path, stored, { version: 1, tiers: [] }, warn).tiers;
	}

	/** Sets a tier up or replaces it; a key left out keeps the old one while the host stays the same. */
	set(data: unknown): { readonly ok: true; readonly tier: TierShown } | { readonly ok: false; readonly message: string } {
		const read = v.safeParse(tierSetup, data);
		if (!read.success) {
			const issue = read.issues[0];
			return { ok: false, message: `${v.getDotPath(issue) ?? 'tier'}: ${issue.message}` };
		}
		const base = readBase(read.output.base);
		if (!base.ok) return { ok: false, message: `base: ${base.message}` };
		const old = this.find(read.output.id);
		const sameHost = old !== undefined && new URL(old.base).origin === base.url.origin;
		const listed = findPrice(base.url.hostname, read.output.model);
		const tier: TierSetup = {
			...read.output,
			...(read.output.key === undefined && sameHost && old.key !== undefined ? { key: old.key } : {}),
			price: read.output.price ?? (listed ? { inPerM: listed.inPerM, outPerM: listed.outPerM } : null),
		};
		this.tiers = [...this.tiers.filter((t) => t.id !== tier.id), tier];
		this.breakers.delete(tier.id);
		this.save();
		return { ok: true, tier: show(tier) };
	}

	list(): readonly TierShown[] {
		return this.tiers.map(show);
	}

	remove(id: string): boolean {
		const had = this.find(id) !== undefined;
		this.tiers = this.tiers.filter((t) => t.id !== id);
		this.breakers.delete(id);
		if (had) this.save();
		return had;
	}

	erase(): void {
		this.tiers = [];
		this.breakers.clear();
		removeStored(this.path);
	}

	private find(id: string): TierSetup | undefined {
		return this.tiers.find((t) => t.id === id);
	}

	private save(): void {
		writePrivate(this.path, `${JSON.stringify({ version: 1, tiers: this.tiers }, null, '\t')}\n`);
	}

	/**
	 * Asks a tier. Every failure is a value with a kind.
	 *
	 * @param session  whose caps it counts against; a session of play keeps its id over restarts
	 */
	async ask(
		id: string,
		route: 'chat/completions' | 'moderations',
		body: unknown,
		session: string,
		signal: AbortSignal,
	): Promise<TierAnswer> {
		const fail = (kind: TierFailure, message: string, retryAfterMs?: number): TierAnswer => ({
			ok: false,
			kind,
			message,
			tries: 0,
			usd: 0,
			...(retryAfterMs === undefined ? {} : { retryAfterMs }),
		});
		const tier = this.find(id);
		if (!tier) return fail('no-tier', `No tier "${id}" is set up.`);
		if (!isQuestion(body, route)) return fail('bad-request', `The body is no question for /${route}.`);
		const host = new URL(tier.base).hostname;
		if (tier.price === null && !isLocalHost(host))
			return fail('price-unknown', `The price of ${tier.model} at ${host} is not known: type it in first.`);
		if (route === 'moderations' && tier.moderation === undefined) return fail('no-tier', `The tier "${id}" is not set up to judge texts.`);
		const breaker = this.breakers.get(id) ?? { failures: 0, openUntil: 0, trying: false };
		this.breakers.set(id, breaker);
		const now = this.now();
		if (breaker.failures >= BREAKER_FAILURES && (now < breaker.openUntil || breaker.trying)) {
			return fail(
				'breaker-open',
				`${host} failed ${breaker.failures} times in a row; it is left alone for a while.`,
				Math.max(1, Math.ceil(breaker.openUntil - now)),
			);
		}
		breaker.trying = true;
		const answer = await this.tries(tier, route, body, session, signal);
		breaker.trying = false;
		if (answer.ok) breaker.failures = 0;
		else if (answer.kind !== 'cap-reached' && !signal.aborted) {
			breaker.failures += 1;
			breaker.openUntil = this.now() + BREAKER_MS;
		}
		return answer;
	}

	private async tries(
		tier: TierSetup,
		route: 'chat/completions' | 'moderations',
		body: Question,
		session: string,
		signal: AbortSignal,
	): Promise<TierAnswer> {
		const started = this.now();
		const left = (): number => this.totalMs - (this.now() - started);
		const price = tier.price ?? { inPerM: 0, outPerM: 0 };
		const model = route === 'moderations' ? tier.moderation : tier.model;
		const text = JSON.stringify({ ...body, model, stream: undefined, stream_options: undefined });
		const mayCost =
			route === 'moderations' ? 0 : (promptTokensAtMost(body) * price.inPerM + answerTokensAtMost(body) * price.outPerM) / 1e6;
		let spent = 0;
		let last: Extract<Reply, { ok: false }> = { ok: false, kind: 'timeout', message: 'no try was made', again: false };
		for (let tried = 1; tried <= TRIES; tried++) {
			const reserved = this.caps.reserve(tier.id, session, mayCost, tier.caps as Caps, tier.simulated);
			if (!reserved.ok) {
				// The first try's failure says more than the cap that forbade a second.
				if (tried > 1) break;
				return {
					ok: false,
					kind: 'cap-reached',
					message: reserved.message,
					tries: 0,
					usd: 0,
					...(reserved.retryAfterMs === undefined ? {} : { retryAfterMs: reserved.retryAfterMs }),
				};
			}
			const reply = await send(tier, route, text, left(), signal);
			if (reply.ok) {
				const usd = route === 'moderations' ? 0 : (costOf(reply.body, price) ?? mayCost);
				reserved.settle(usd);
				return { ok: true, body: reply.body, tries: tried, usd: spent + usd, ms: this.now() - started };
			}
			// A server that refused or could not be reached has charged nothing. One that fell silent or answered badly may have.
			const charged = reply.kind === 'timeout' || reply.kind === 'bad-response' || reply.kind === 'too-big' ? mayCost : 0;
			reserved.settle(charged);
			spent += charged;
			last = reply;
			const wait = reply.retryAfterMs ?? 250;
			if (!reply.again || tried === TRIES || wait >= left() || signal.aborted) return failure(reply, tried, spent);
			await sleep(wait, signal);
		}
		return failure(last, 1, spent);
	}
}

function failure(reply: Extract<Reply, { ok: false }>, tries: number, usd: number): TierAnswer {
	return {
		ok: false,
		kind: reply.kind,
		message: reply.message,
		tries,
		usd,
		...(reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs }),
	};
}

function show(tier: TierSetup): TierShown {
	const { key, ...rest } = tier;
	return { ...rest, hasKey: key !== undefined, local: isLocalHost(new URL(tier.base).hostname) };
}

interface Question {
	readonly [field: string]: unknown;
}
function isQuestion(body: unknown, route: string): body is Question {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
	return route === 'moderations' ? 'input' in body : Array.isArray((body as Question).messages);
}

type Reply =
	| { readonly ok: true; readonly body: unknown }
	| {
			readonly ok: false;
			readonly kind: TierFailure;
			readonly message: string;
			readonly retryAfterMs?: number /** A second try may help. */;
			readonly again: boolean;
	  };

/** One try. */
async function send(tier: TierSetup, route: string, text: string, limitMs: number, outer: AbortSignal): Promise<Reply> {
	const where = new URL(tier.base).host;
	const limit = AbortSignal.timeout(Math.max(1, Math.floor(limitMs)));
	const signal = AbortSignal.any([outer, limit]);
	try {
		const response = await fetch(`${tier.base.replace(/\/+$/, '')}/${route}`, {
			method: 'POST',
			headers: {
				'Content-Type': 'application/json',
				Accept: 'application/json',
				...(tier.key === undefined ? {} : { Authorization: `Bearer ${tier.key}` }),
			},
			body: text,
			// Following one would send key and picture to a host that nobody chose.
			redirect: 'manual',
			signal,
		});
		if (response.status !== 200) void response.body?.cancel().catch(() => undefined);
		if (response.status >= 300 && response.status < 400)
			return {
				ok: false,
				kind: 'redirected',
				message: `${where} sends the call elsewhere; set the tier up with the address it means`,
				again: false,
			};
		if (response.status === 429) {
			const retryAfterMs = retryAfter(response.headers.get('retry-after'));
			return {
				ok: false,
				kind: 'rate-limited',
				message: `${where} says: too many calls`,
				again: true,
				...(retryAfterMs === undefined ? {} : { retryAfterMs }),
			};
		}
		if (response.status >= 500) {
			const retryAfterMs = retryAfter(response.headers.get('retry-after'));
			return {
				ok: false,
				kind: 'server-error',
				message: `${where} answered ${response.status}`,
				again: true,
				...(retryAfterMs === undefined ? {} : { retryAfterMs }),
			};
		}
		if (response.status !== 200) {
			const hint =
				response.status === 401 || response.status === 403
					? ': the key is wrong or missing'
					: response.status === 404
						? ': no such model or path'
						: '';
			return { ok: false, kind: 'refused', message: `${where} answered ${response.status}${hint}`, again: false };
		}
		const body = await readBody(response);
		if (body === undefined)
			return { ok: false, kind: 'too-big', message: `${where} answered with more than ${ANSWER_LIMIT_BYTES / 1024} KB`, again: false };
		let data: unknown;
		try {
			data = JSON.parse(body);
		} catch {
			return { ok: false, kind: 'bad-response', message: `${where} answered with something that is not whole JSON`, again: false };
		}
		const list = route === 'moderations' ? 'results' : 'choices';
		if (
			typeof data !== 'object' ||
			data === null ||
			!Array.isArray((data as Question)[list]) ||
			((data as Question)[list] as unknown[]).length === 0
		) {
			return { ok: false, kind: 'bad-response', message: `${where} answered without "${list}"`, again: false };
		}
		return { ok: true, body: data };
	} catch (error) {
		if (limit.aborted) return { ok: false, kind: 'timeout', message: `${where} did not answer in time`, again: false };
		if (outer.aborted) return { ok: false, kind: 'timeout', message: 'the page withdrew the question', again: false };
		const cause =
			error instanceof Error && error.cause instanceof Error ? error.cause.message : error instanceof Error ? error.message : String(error);
		return { ok: false, kind: 'unreachable', message: `${where} cannot be reached: ${cause}`, again: true };
	}
}

async function readBody(response: Response): Promise<string | undefined> {
	if (!response.body) return '';
	const parts: Uint8Array[] = [];
	let size = 0;
	const reader = response.body.getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		size += value.byteLength;
		if (size > ANSWER_LIMIT_BYTES) {
			void reader.cancel().catch(() => undefined);
			return undefined;
		}
		parts.push(value);
	}
	return Buffer.concat(parts).toString('utf8');
}

/** Retry-After is seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | null): number | undefined {
	if (header === null) return undefined;
	const seconds = Number(header);
	if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
	const date = Date.parse(header);
	return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function costOf(body: unknown, price: { readonly inPerM: number; readonly outPerM: number }): number | undefined {
	const usage = (body as { usage?: { prompt_tokens?: unknown; completion_tokens?: unknown } }).usage;
	const tokens = (n: unknown): number | undefined => (typeof n === 'number' && Number.isFinite(n) && n >= 0 ? n : undefined);
	const prompt = tokens(usage?.prompt_tokens);
	const completion = tokens(usage?.completion_tokens);
	return prompt === undefined || completion === undefined ? undefined : (prompt * price.inPerM + completion * price.outPerM) / 1e6;
}

/** Leans high: three characters a token, and 750 pixels a token for pictures, the dearest rule in common use. */
function promptTokensAtMost(body: Question): number {
	let pixels = 0;
	const text = JSON.stringify(body.messages, (_, value: unknown) => {
		if (typeof value !== 'string' || !value.startsWith('data:image/')) return value;
		pixels += pixelsOf(value);
		return '';
	});
	return Math.ceil(text.length / 3 + pixels / 750) + 100;
}

/** Pixels of a PNG in a data URL, from its header; as for 4K when it cannot be read. */
function pixelsOf(url: string): number {
	const comma = url.indexOf(',');
	const head = Buffer.from(url.slice(comma + 1, comma + 49), 'base64');
	const png = head.length >= 24 && head.readUInt32BE(0) === 0x89504e47;
	return png ? head.readUInt32BE(16) * head.readUInt32BE(20) : 3840 * 2160;
}

function answerTokensAtMost(body: Question): number {
	const asked = body.max_completion_tokens ?? body.max_tokens;
	return typeof asked === 'number' && asked > 0 ? asked : DEFAULT_ANSWER_TOKENS;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const done = (): void => {
			clearTimeout(timer);
			signal.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal.addEventListener('abort', done);
	});
}
