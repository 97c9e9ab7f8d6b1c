// Pairing with the companion: a code, once, for a token.
//
// The token is kept in localStorage and not in IndexedDB: it must be at hand before the store is opened, and must survive a store
// that is refused or full. Both are readable by any script of this origin alike; the page's CSP admits no foreign script.

import type { CompanionLack } from '../core/page.ts';
import { type CompanionPlace, lackAfterSilence, loopbackPermission } from './companion-place.ts';

const KEY = 'falsework-companion-token';
const TOKEN = /^[0-9a-f]{64}$/;
const LIMIT_MS = 3000;
/** What carries a pack takes its time. */
const LONG: ReadonlySet<string> = new Set(['/play/report', '/pack', '/pack/done']);
/** A look may raise the browser's question, and a person takes their time over it. */
const QUESTION_MS = 120_000;

export type PairingState =
	| { readonly state: 'absent'; readonly lack: CompanionLack }
	| { readonly state: 'unpaired'; readonly why: string }
	| { readonly state: 'paired' };

export interface Fragment {
	/** One-time code handed over by whoever opened the page. */
	readonly code: string;
	/** The page is to play by itself, as `npm run play` asks. */
	readonly play: boolean;
	/** It is to export or import a pack, as `falsework pack` asks. */
	readonly pack: boolean;
}

/**
 * Reads `#code=…&play` and takes it out of the address at once, with the query that says what to do: neither is to be bookmarked,
 * shown on a stream, or done again by a reload.
 */
export function takeFragment(): Fragment {
	const words = new URLSearchParams(location.hash.slice(1));
	const fragment = { code: words.get('code') ?? '', play: words.has('play'), pack: words.has('pack') };
	if (location.hash !== '' || location.search !== '') history.replaceState(null, '', location.pathname);
	return fragment;
}

export interface PairingClient {
	/** Told at once and with each change. */
	onChange(listener: (state: PairingState) => void): () => void;
	/** @returns '' or the sentence why not */
	pair(code: string): Promise<string>;
	/** Asks the companion to show a new code in its terminal. */
	showCode(): Promise<string>;
	/**
	 * Looks for the companion and tries the stored token.
	 *
	 * @param clicked  a person asked for it, so the browser may ask them back; without, a page from elsewhere looks only where it
	 * was allowed before
	 */
	check(clicked: boolean): Promise<void>;
	forget(): void;
	readonly token: string | undefined;
	/** A request to the companion with the token. @throws CompanionError */
	ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
}

export class CompanionError extends Error {
	override readonly name = 'CompanionError';
	readonly status: number;
	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

export function makePairing(place: CompanionPlace): PairingClient {
	let token = readToken();
	let state: PairingState = { state: 'absent', lack: place.own ? 'not-running' : 'not-asked' };
	const listeners = new Set<(state: PairingState) => void>();
	function become(next: PairingState): void {
		state = next;
		for (const listener of listeners) listener(state);
	}
	function keep(next: string | undefined): void {
		token = next;
		try {
			if (next === undefined) localStorage.removeItem(KEY);
			else localStorage.setItem(KEY, next);
		} catch {
			// Refused storage costs only that the code has to be typed again after a reload.
		}
	}
	async function ask(method: 'GET' | 'POST', path: string, body?: unknown, limitMs = LIMIT_MS): Promise<unknown> {
		const response = await fetch(`${place.url}${path}`, {
			method,
			headers: {
				...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
				...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
			},
			...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
			signal: AbortSignal.timeout(LONG.has(path) ? 60_000 : limitMs),
			redirect: 'error',
			cache: 'no-store',
		});
		const answer = (await response.json()) as unknown;
		if (!response.ok) throw new CompanionError(response.status, messageOf(answer) ?? `The companion answered ${response.status}.`);
		return answer;
	}
	return {
		get token() {
			return token;
		},
		ask,
		onChange(listener) {
			listeners.add(listener);
			listener(state);
			return () => void listeners.delete(listener);
		},
		async check(clicked) {
			if (!place.own && !clicked && (token === undefined || (await loopbackPermission()) !== 'granted')) return;
			const lacks = (lack: CompanionLack) => become({ state: 'absent', lack });
			try {
				const health = (await ask('GET', '/health', undefined, clicked && !place.own ? QUESTION_MS : LIMIT_MS)) as {
					readonly name?: unknown;
				};
				if (health?.name !== 'falsework') return lacks(place.own ? 'not-running' : 'stranger');
			} catch (error) {
				// A static host answers with its own page or not at all: there is no companion here.
				if (place.own) return lacks('not-running');
				const answered = error instanceof CompanionError || error instanceof SyntaxError;
				return lacks(answered ? 'stranger' : lackAfterSilence(place, isSecureContext, await loopbackPermission()));
			}
			const had = token !== undefined;
			if (place.own && !had) return become({ state: 'unpaired', why: '' });
			try {
				await ask('GET', '/tiers');
				become({ state: 'paired' });
			} catch (error) {
				// Anybody may ask how it is; an answer to anything else cannot be read by a page it was not told of.
				if (!(error instanceof CompanionError) && !place.own) return lacks('not-told');
				if (error instanceof CompanionError && error.status === 401) keep(undefined);
				become({ state: 'unpaired', why: had && error instanceof Error ? error.message : '' });
			}
		},
		async pair(code) {
			try {
				const answer = (await ask('POST', '/pair', { code })) as { readonly token?: unknown };
				if (typeof answer?.token !== 'string' || !TOKEN.test(answer.token)) return 'The companion gave no token.';
				keep(answer.token);
				become({ state: 'paired' });
				return '';
			} catch (error) {
				return error instanceof CompanionError ? error.message : 'The companion did not answer. Is it still running?';
			}
		},
		async showCode() {
			try {
				await ask('POST', '/pair/show');
				return '';
			} catch (error) {
				return error instanceof CompanionError ? error.message : 'The companion did not answer. Is it still running?';
			}
		},
		forget() {
			keep(undefined);
			if (state.state !== 'absent') become({ state: 'unpaired', why: '' });
		},
	};
}

function readToken(): string | undefined {
	try {
		const stored = localStorage.getItem(KEY);
		return stored !== null && TOKEN.test(stored) ? stored : undefined;
	} catch {
		return undefined;
	}
}

function messageOf(answer: unknown): string | undefined {
	const error = (answer as { readonly error?: { readonly message?: unknown } } | null)?.error;
	return typeof error?.message === 'string' ? error.message : undefined;
}
