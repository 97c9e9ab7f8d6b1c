// The page's side of the companion. Runs in the agent's worker, whose timers keep their rate when the page is hidden: the
// heartbeat is what tells the companion that somebody still means the keys that are down.
import * as v from 'valibot';
import {
	type Bound,
	type Calibrated,
	type CompanionMessage,
	companionClaim,
	companionMessage,
	HEARTBEAT_MS,
	pageClaim,
	PROTOCOL_VERSION,
	type RefusalReason,
	readMessage,
	type TierFailure,
	type TierShown,
	type TierInput,
	tierError,
	type Welcome,
} from '../companion/protocol.ts';
import type { FeedSnapshot } from '../core/feed/snapshot.ts';
import type { Size } from '../core/geometry.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import type { ActOutcome, ActRequest, InputDriver } from '../core/ports.ts';
import type { SatsAdded, SatsChange, SatsShown } from '../core/sats.ts';
import type { RecordsView, RowsAsked, RowsTold } from '../core/records.ts';
import { fromHex, sha256, toHex } from './hex.ts';

export type { Bound, Calibrated, TierFailure, TierSetup, TierShown, Welcome } from '../companion/protocol.ts';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5000;
/** The companion answers a bind, a calibration or the opening within this. */
const ANSWER_LIMIT_MS = 8000;
/** A companion that answers no heartbeat for this long is given up, and another connection is made. */
const SILENT_MS = 3000;
/** What an act may take beyond its own waits. */
const ACT_SLACK_MS = 4000;

export interface BindRequest {
	/** `MediaStreamTrack.label` of the shared source. */
	readonly label: string;
	/** Size of the captured frames. */
	readonly frame: Size;
	/** The profile as JSON. */
	readonly profile: unknown;
	/** Bring the window to the front, and keep it there while the person's hands are off; `play` only. */
	readonly raise?: boolean;
}

export type Refusal = { readonly ok: false; readonly reason: RefusalReason | 'disconnected' | 'wrong-companion'; readonly detail: string };
export type BindResult = ({ readonly ok: true } & Omit<Bound, 'type'>) | Refusal;
export type CalibrateResult = Omit<Calibrated, 'type'>;

export type CompanionEvent =
	| { readonly type: 'connected'; readonly welcome: Welcome }
	/** `retryInMs` null: it will not try again; the person must pair anew or reload. */
	| { readonly type: 'disconnected'; readonly reason: Refusal['reason']; readonly detail: string; readonly retryInMs: number | null }
	/** After a reconnection the last binding was made again, and calibrated, or why not. */
	| { readonly type: 'rebound'; readonly request: BindRequest; readonly bind: BindResult; readonly calibrated: CalibrateResult | null }
	| Extract<CompanionMessage, { type: 'takeover' | 'panic' | 'front' | 'window-closed' }>;

export interface CompanionLink extends InputDriver {
	readonly kind: 'companion';
	readonly connected: boolean;
	readonly welcome: Welcome | undefined;
	bind(request: BindRequest): Promise<BindResult>;
	calibrate(): Promise<CalibrateResult>;
	/** After the panic key: the person pressed Start again. */
	resume(): void;
	/** The scorecard for the companion's feed; dropped while none is connected that has one. */
	tellScore(snapshot: FeedSnapshot): void;
	close(): void;
}

export interface ConnectOptions {
	/** Origin of the companion, `http://127.0.0.1:4953`. */
	readonly url: string;
	readonly token: string;
	readonly onEvent: (event: CompanionEvent) => void;
	readonly signal?: AbortSignal;
	/** For tests in Node; the browser's own unless said. */
	readonly openSocket?: (url: string) => WebSocket;
}

interface Waiting<T> {
	readonly resolve: (value: T) => void;
	readonly timer: ReturnType<typeof setTimeout>;
}

/** Connects, proves, keeps the heartbeat, and connects again after a loss. Returns at once; `onEvent` tells how it goes. */
export function connectCompanion(options: ConnectOptions): CompanionLink {
	const { onEvent, token } = options;
	let socket: WebSocket | undefined;
	let welcome: Welcome | undefined;
	let seq = 0;
	/** The newest time of the companion's clock, and ours when it came. */
	let heard = { at: 0, here: 0 };
	let closed = false;
	let retryMs = FIRST_RETRY_MS;
	let retryTimer: ReturnType<typeof setTimeout> | undefined;
	let heartbeat: ReturnType<typeof setInterval> | undefined;
	let lastBind: BindRequest | undefined;
	let binding: Waiting<BindResult> | undefined;
	let calibrating: Waiting<CalibrateResult> | undefined;
	const acts = new Map<number, Waiting<ActOutcome>>();

	function send(message: Record<string, unknown>): boolean {
		if (!socket || !welcome || socket.readyState !== 1) return false;
		seq += 1;
		socket.send(JSON.stringify({ ...message, epoch: welcome.epoch, seq }));
		return true;
	}

	/** Everything that waits for an answer gets this one. */
	function failAll(reason: Refusal['reason'], detail: string): void {
		for (const [id, waiting] of acts) {
			clearTimeout(waiting.timer);
			acts.delete(id);
			waiting.resolve({ done: false, reason: 'disconnected', detail });
		}
		settleBind({ ok: false, reason, detail });
		settleCalibrate({ ok: false, maxErrorPx: null, detail });
	}
	function settleBind(result: BindResult): void {
		if (!binding) return;
		clearTimeout(binding.timer);
		const { resolve } = binding;
		binding = undefined;
		resolve(result);
	}
	function settleCalibrate(result: CalibrateResult): void {
		if (!calibrating) return;
		clearTimeout(calibrating.timer);
		const { resolve } = calibrating;
		calibrating = undefined;
		resolve(result);
	}

	function lost(reason: Refusal['reason'], detail: string, again: boolean): void {
		if (heartbeat !== undefined) clearInterval(heartbeat);
		heartbeat = undefined;
		const old = socket;
		socket = undefined;
		welcome = undefined;
		if (old) {
			old.onopen = old.onmessage = old.onclose = old.onerror = null;
			old.close();
		}
		failAll(reason, detail);
		if (closed) return;
		const retryInMs = again ? retryMs : null;
		onEvent({ type: 'disconnected', reason, detail, retryInMs });
		if (!again) {
			closed = true;
			return;
		}
		retryTimer = setTimeout(open, retryMs);
		retryMs = Math.min(LAST_RETRY_MS, retryMs * 1.6);
	}

	function open(): void {
		if (closed) return;
		let opened: WebSocket;
		try {
			const url = `${options.url.replace(/^http/, 'ws')}/control`;
			opened = options.openSocket ? options.openSocket(url) : new WebSocket(url);
		} catch (error) {
			return lost('disconnected', error instanceof Error ? error.message : String(error), true);
		}
		socket = opened;
		seq = 0;
		const nonce = randomHex(16);
		let refusal: { reason: RefusalReason; detail: string } | undefined;
		const opening = setTimeout(() => lost('disconnected', 'the companion did not answer in time', true), ANSWER_LIMIT_MS);
		opened.onopen = async () => {
			opened.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, nonce, tokenId: await tokenIdOf(token) }));
		};
		opened.onclose = () => {
			clearTimeout(opening);
			if (socket !== opened) return;
			const reason = refusal?.reason ?? 'disconnected';
			const final: readonly string[] = ['wrong-token', 'protocol', 'forgotten'];
			lost(reason, refusal?.detail ?? 'the companion went away', !final.includes(reason));
		};
		opened.onmessage = async (event: MessageEvent) => {
			if (socket !== opened || typeof event.data !== 'string') return;
			const read = readMessage(companionMessage, event.data);
			if (!read.ok) return lost('bad-message', `the companion said something unknown (${read.detail}); reload the page`, true);
			const { message } = read;
			if (message.type === 'challenge') {
				if (message.proof !== (await proofOf(token, companionClaim(nonce, message.nonce)))) {
					clearTimeout(opening);
					return lost('wrong-companion', 'what answers there is not the companion that this page was paired with', false);
				}
				opened.send(JSON.stringify({ type: 'auth', proof: await proofOf(token, pageClaim(nonce, message.nonce)) }));
				return;
			}
			if (message.type === 'refused' && binding === undefined) {
				refusal = { reason: message.reason, detail: message.detail };
				return;
			}
			if (message.type === 'welcome') {
				clearTimeout(opening);
				begin(message);
				return;
			}
			if (welcome) receive(message);
		};
	}

	function begin(message: Welcome): void {
		welcome = message;
		retryMs = FIRST_RETRY_MS;
		heard = { at: message.at, here: performance.now() };
		heartbeat = setInterval(beat, HEARTBEAT_MS);
		beat();
		onEvent({ type: 'connected', welcome: message });
		if (lastBind) void rebind(lastBind);
	}

	function beat(): void {
		if (performance.now() - heard.here > SILENT_MS) return lost('disconnected', 'the companion does not answer any more', true);
		send({ type: 'heartbeat', heard: sinceHeard() });
	}

	function sinceHeard(): { readonly at: number; readonly agoMs: number } {
		return { at: heard.at, agoMs: performance.now() - heard.here };
	}

	async function rebind(request: BindRequest): Promise<void> {
		const result = await link.bind(request);
		if (result.ok === false && result.reason === 'disconnected') return; // the next connection tries again
		onEvent({ type: 'rebound', request, bind: result, calibrated: result.ok ? await link.calibrate() : null });
	}

	function receive(message: CompanionMessage): void {
		switch (message.type) {
			case 'bound': {
				const { type: _, ...bound } = message;
				return settleBind({ ok: true, ...bound });
			}
			case 'refused':
				return settleBind({ ok: false, reason: message.reason, detail: message.detail });
			case 'calibrated': {
				const { type: _, ...calibrated } = message;
				return settleCalibrate(calibrated);
			}
			case 'acted': {
				const waiting = acts.get(message.id);
				if (!waiting) return;
				acts.delete(message.id);
				clearTimeout(waiting.timer);
				waiting.resolve(message.done ? { done: true } : { done: false, reason: message.reason ?? 'failed', detail: message.detail ?? '' });
				return;
			}
			case 'beat':
				heard = { at: message.at, here: performance.now() };
				return;
			case 'window-closed':
				lastBind = undefined;
				onEvent(message);
				return;
			case 'takeover':
			case 'panic':
			case 'front':
				onEvent(message);
				return;
			case 'challenge':
			case 'welcome':
				return;
		}
	}

	const link: CompanionLink = {
		kind: 'companion',
		get connected() {
			return welcome !== undefined;
		},
		get welcome() {
			return welcome;
		},
		bind(request) {
			lastBind = request;
			settleBind({ ok: false, reason: 'disconnected', detail: 'another binding was asked for' });
			return new Promise((resolve) => {
				const timer = setTimeout(
					() => settleBind({ ok: false, reason: 'disconnected', detail: 'the companion did not answer' }),
					ANSWER_LIMIT_MS,
				);
				binding = { resolve, timer };
				if (!send({ type: 'bind', ...request, raise: request.raise ?? false }))
					settleBind({ ok: false, reason: 'disconnected', detail: 'no companion is connected' });
			});
		},
		calibrate() {
			settleCalibrate({ ok: false, maxErrorPx: null, detail: 'another calibration was asked for' });
			return new Promise((resolve) => {
				const timer = setTimeout(
					() => settleCalibrate({ ok: false, maxErrorPx: null, detail: 'the companion did not answer' }),
					ANSWER_LIMIT_MS,
				);
				calibrating = { resolve, timer };
				if (!send({ type: 'calibrate' })) settleCalibrate({ ok: false, maxErrorPx: null, detail: 'no companion is connected' });
			});
		},
		act(request: ActRequest) {
			if (welcome && !welcome.capabilities.bind)
				return Promise.resolve({ done: false, reason: 'advice-only', detail: welcome.notes.join(' ') || 'there is no input here' });
			return new Promise<ActOutcome>((resolve) => {
				const timer = setTimeout(() => {
					acts.delete(request.id);
					resolve({ done: false, reason: 'disconnected', detail: 'the companion did not answer' });
				}, ACT_SLACK_MS + durationOf(request));
				acts.set(request.id, { resolve, timer });
				const frame = { width: request.frame.width, height: request.frame.height, ageMs: request.frame.ageMs };
				const act = { id: request.id, verb: request.verb, steps: request.steps, frame };
				if (!send({ type: 'act', act, heard: sinceHeard() })) {
					acts.delete(request.id);
					clearTimeout(timer);
					resolve({ done: false, reason: 'disconnected', detail: 'no companion is connected' });
				}
			});
		},
		releaseAll() {
			send({ type: 'release' });
			return Promise.resolve();
		},
		resume() {
			send({ type: 'resume' });
		},
		tellScore(score) {
			if (welcome?.capabilities.feed) send({ type: 'score', score });
		},
		close() {
			closed = true;
			if (retryTimer !== undefined) clearTimeout(retryTimer);
			send({ type: 'release' });
			lost('disconnected', 'closed by the page', false);
		},
	};
	options.signal?.addEventListener('abort', () => link.close());
	open();
	return link;
}

function durationOf(request: ActRequest): number {
	let ms = 0;
	for (const step of request.steps) {
		if ('holdMs' in step) ms += step.holdMs;
		if (step.do === 'wait') ms += step.ms;
		if (step.do === 'text') ms += step.text.length * 50;
		ms += 100;
	}
	return ms;
}

function randomHex(bytes: number): string {
	return toHex(crypto.getRandomValues(new Uint8Array(bytes)));
}
async function tokenIdOf(token: string): Promise<string> {
	return (await sha256(new TextEncoder().encode(token))).slice(0, 16);
}
async function proofOf(token: string, claim: string): Promise<string> {
	const key = await crypto.subtle.importKey('raw', fromHex(token), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
	return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(claim))));
}

// ── HTTP ──

export interface HttpOptions {
	readonly url: string;
	readonly token: string;
	/** Id of the session of play, whose caps outside calls count against. */
	readonly session?: string;
}

export type Called<T> =
	| { readonly ok: true; readonly value: T }
	| { readonly ok: false; readonly kind: string; readonly message: string; readonly retryAfterMs?: number };

export type TierReply =
	| { readonly ok: true; readonly body: unknown; readonly tries: number; readonly usd: number; readonly ms: number }
	| {
			readonly ok: false;
			/** `no-companion`: the companion itself did not answer. */
			readonly kind: TierFailure | 'no-companion';
			readonly message: string;
			readonly retryAfterMs?: number;
			readonly tries: number;
			readonly usd: number;
	  };

/** Exchanges the code of the URL's fragment, or the six digits typed, for a token. */
export async function pair(url: string, code: string): Promise<Called<string>> {
	const result = await call<{ token: string }>({ url, token: '' }, 'POST', '/pair', { code });
	return result.ok ? { ok: true, value: result.value.token } : result;
}

/** Has the companion show six digits in its terminal, to be typed here. */
export function showCode(url: string): Promise<Called<{ shown: boolean; leftMs: number }>> {
	return call({ url, token: '' }, 'POST', '/pair/show', {});
}

/**
 * Asks a model outside through the companion: `body` is the OpenAI-compatible request, its `model` filled in there.
 * Every failure is a value.
 */
export async function askTier(
	http: HttpOptions,
	id: string,
	body: unknown,
	signal?: AbortSignal,
	route: 'chat/completions' | 'moderations' = 'chat/completions',
): Promise<TierReply> {
	let response: Response;
	try {
		response = await fetch(`${http.url}/tiers/${encodeURIComponent(id)}/${route}`, {
			method: 'POST',
			headers: headersOf(http, true),
			body: JSON.stringify(body),
			...(signal ? { signal } : {}),
		});
	} catch (error) {
		if (signal?.aborted) return { ok: false, kind: 'timeout', message: 'the question was withdrawn', tries: 0, usd: 0 };
		return {
			ok: false,
			kind: 'no-companion',
			message: `The companion does not answer: ${error instanceof Error ? error.message : String(error)}`,
			tries: 0,
			usd: 0,
		};
	}
	const tries = Number(response.headers.get('x-falsework-tries') ?? 0);
	const usd = Number(response.headers.get('x-falsework-usd') ?? 0);
	let data: unknown;
	try {
		data = await response.json();
	} catch {
		return { ok: false, kind: 'bad-response', message: "the companion's answer was cut short", tries, usd };
	}
	if (response.ok) return { ok: true, body: data, tries, usd, ms: Number(response.headers.get('x-falsework-ms') ?? 0) };
	const read = v.safeParse(tierError, data);
	if (!read.success)
		return {
			ok: false,
			kind: response.status === 401 ? 'no-companion' : 'bad-response',
			message: messageIn(data) ?? `the companion answered ${response.status}`,
			tries,
			usd,
		};
	const { kind, message, retryAfterMs } = read.output.error;
	return { ok: false, kind, message, tries, usd, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

export function listTiers(
	http: HttpOptions,
): Promise<Called<{ tiers: readonly TierShown[]; spent: { sessionUsd: number; dayUsd: number } }>> {
	return call(http, 'GET', '/tiers');
}
export function setTier(http: HttpOptions, tier: TierInput): Promise<Called<{ tier: TierShown }>> {
	return call(http, 'POST', '/tiers', tier);
}
export function removeTier(http: HttpOptions, id: string): Promise<Called<unknown>> {
	return call(http, 'DELETE', `/tiers/${encodeURIComponent(id)}`);
}
/** Keys, tiers, tokens, caps and vault of the companion; the page erases its own. */
export function eraseCompanion(http: HttpOptions): Promise<Called<unknown>> {
	return call(http, 'POST', '/erase', {});
}

/** @param span  totals of what happened in it; of all time unless given */
export function readSats(http: HttpOptions, span?: { readonly from: number; readonly to: number }): Promise<Called<SatsShown>> {
	return call(http, 'GET', span === undefined ? '/sats' : `/sats?from=${span.from}&to=${span.to}`);
}
export function changeSats(http: HttpOptions, change: SatsChange): Promise<Called<SatsShown>> {
	switch (change.do) {
		case 'connect':
			return call(http, 'POST', '/wallet', { connection: change.connection });
		case 'disconnect':
			return call(http, 'DELETE', '/wallet');
		case 'read':
			return call(http, 'POST', '/wallet/read', {});
		case 'rate':
			return call(http, 'POST', '/rates', { usdPerBtc: change.usdPerBtc });
		case 'rate of today':
			return call(http, 'POST', '/rates/today', {});
	}
}
export function importSats(http: HttpOptions, payments: readonly unknown[], simulated: boolean): Promise<Called<SatsAdded>> {
	return call(http, 'POST', '/sats/import', { payments, simulated });
}

/** Sessions in the companion's records, each with how many of its entries are there. */
export function heldLedger(http: HttpOptions): Promise<Called<{ readonly sessions: readonly { session: string; entries: number }[] }>> {
	return call(http, 'GET', '/ledger');
}
/** Those that are there already change nothing. */
export function sendLedger(http: HttpOptions, entries: readonly LedgerEntry[]): Promise<Called<unknown>> {
	return call(http, 'POST', '/ledger', { entries });
}
export function recordsView(http: HttpOptions): Promise<Called<RecordsView>> {
	return call(http, 'GET', '/records');
}
export function recordRows(http: HttpOptions, { table, session, after, limit, newest }: RowsAsked): Promise<Called<RowsTold>> {
	const query = new URLSearchParams({
		...(session === undefined ? {} : { session }),
		...(after === undefined ? {} : { after: String(after) }),
		...(limit === undefined ? {} : { limit: String(limit) }),
		...(newest === true ? { order: 'newest' } : {}),
	});
	return call(http, 'GET', `/records/${table}?${query.toString()}`);
}

function headersOf(http: HttpOptions, json: boolean): Record<string, string> {
	return {
		...(json ? { 'Content-Type': 'application/json' } : {}),
		...(http.token === '' ? {} : { Authorization: `Bearer ${http.token}` }),
		...(http.session === undefined ? {} : { 'X-Falsework-Session': http.session }),
	};
}

async function call<T>(http: HttpOptions, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Called<T>> {
	try {
		const response = await fetch(`${http.url}${path}`, {
			method,
			headers: headersOf(http, body !== undefined),
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(30_000),
		});
		const data: unknown = await response.json();
		if (response.ok) return { ok: true, value: data as T };
		const error = (data as { error?: { kind?: string; message?: string; retryAfterMs?: number } }).error;
		return {
			ok: false,
			kind: error?.kind ?? 'failed',
			message: error?.message ?? `the companion answered ${response.status}`,
			...(error?.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
		};
	} catch (error) {
		return {
			ok: false,
			kind: 'no-companion',
			message: `The companion does not answer: ${error instanceof Error ? error.message : String(error)}`,
		};
	}
}

function messageIn(data: unknown): string | undefined {
	const message = (data as { error?: { message?: unknown } } | null)?.error?.message;
	return typeof message === 'string' ? message : undefined;
}
