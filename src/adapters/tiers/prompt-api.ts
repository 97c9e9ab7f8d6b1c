// The browser's own model (the Prompt API of Chrome and others), which only a window is shown: so it lives here, in the page, and is
// spoken to like the model host, by a port that the agent holds. The browser keeps it, fetches it and counts its room; nothing of it is
// ours, and it is never counted as kept here.
import * as Comlink from 'comlink';
import { crossing } from '../../core/models/crossing.ts';
import { type Completion, type Prompt, RuntimeError } from '../../core/models/runtime.ts';
import type { DeviceApi, ReadyModel } from '../../../workers/models.protocol.ts';
import { BUILT_IN_OPTIONS } from '../models/probe.ts';

/** Its id among the models of this machine. */
export const BUILT_IN = 'browser-built-in';
const TEXT_ONLY = { expectedInputs: [{ type: 'text', languages: ['en'] }], expectedOutputs: BUILT_IN_OPTIONS.expectedOutputs } as const;
/** The API has no limit of length: what is longer than so many characters a token is cut here. */
const CHARACTERS_PER_TOKEN = 6;
/** Sessions kept for their system prompt, the oldest let go. */
const SESSIONS_KEPT = 3;

type Options = typeof BUILT_IN_OPTIONS | typeof TEXT_ONLY;
type Content = { readonly type: 'text'; readonly value: string } | { readonly type: 'image'; readonly value: Blob };
interface Message {
	readonly role: 'system' | 'user';
	readonly content: string | readonly Content[];
}
/** The parts of the browser's `LanguageModel` that are used. */
export interface BrowserSession {
	readonly contextUsage?: number;
	readonly contextWindow?: number;
	promptStreaming(
		input: readonly Message[],
		options: { readonly responseConstraint?: object; readonly omitResponseConstraintInput?: boolean; readonly signal: AbortSignal },
	): AsyncIterable<string>;
	clone(options: { readonly signal: AbortSignal }): Promise<BrowserSession>;
	destroy(): void;
}
export interface BrowserModel {
	availability(options: Options): Promise<string>;
	create(
		options: Options & {
			readonly initialPrompts?: readonly Message[];
			readonly signal?: AbortSignal;
			readonly monitor?: (monitor: EventTarget) => void;
		},
	): Promise<BrowserSession>;
}

export interface BuiltIn extends Pick<DeviceApi, 'ready' | 'load' | 'complete' | 'cancel' | 'onReady'> {
	/**
	 * Has the browser fetch its model; must be called from a click.
	 *
	 * @param told  share in [0, 1] and the words for it
	 * @returns '' or a sentence why not
	 */
	fetch(told: (share: number, words: string) => void): Promise<string>;
	/** Asks the browser again, and tells who listens when the answer is another. */
	look(): Promise<void>;
	/** Lets its sessions go. */
	close(): void;
}

const builtInModel = (): BrowserModel | undefined => (globalThis as { readonly LanguageModel?: BrowserModel }).LanguageModel;

export function makeBuiltIn(model: BrowserModel | undefined = builtInModel(), now: () => number = () => performance.now()): BuiltIn {
	const calls = new Map<string, AbortController>();
	const listeners = new Set<() => void>();
	/** By what was expected of them and their system prompt, oldest first. */
	const bases = new Map<string, Promise<BrowserSession>>();
	let seen = '';

	/** With eyes where it has them, else without; undefined where there is none or it has to be fetched first. */
	async function options(): Promise<{ readonly options: Options; readonly state: string } | undefined> {
		if (model === undefined) return undefined;
		let best: { readonly options: Options; readonly state: string } | undefined;
		for (const wanted of [BUILT_IN_OPTIONS, TEXT_ONLY] as const) {
			// A browser that knows the name and not the options rejects; that is no model.
			const state = await model.availability(wanted).catch(() => 'unavailable');
			if (state === 'available') return { options: wanted, state };
			if (state !== 'unavailable') best ??= { options: wanted, state };
		}
		return best;
	}

	async function ready(): Promise<readonly ReadyModel[]> {
		const found = await options();
		if (found?.state !== 'available') return [];
		return [
			{
				id: BUILT_IN,
				purpose: found.options === TEXT_ONLY ? 'think' : 'see',
				label: 'The browser’s own model',
				verified: false,
				backend: 'browser',
			},
		];
	}

	/** A session that holds the system prompt alone; each question gets a copy, so that none hears of another. */
	function base(wanted: Options, system: string): Promise<BrowserSession> {
		const key = `${wanted === TEXT_ONLY ? 'text' : 'image'} ${system}`;
		const kept = bases.get(key);
		if (kept !== undefined) {
			bases.delete(key);
			bases.set(key, kept);
			return kept;
		}
		const made = (model as BrowserModel).create({ ...wanted, initialPrompts: [{ role: 'system', content: system }] });
		bases.set(key, made);
		made.catch(() => bases.delete(key));
		for (const [oldest, session] of bases) {
			if (bases.size <= SESSIONS_KEPT) break;
			bases.delete(oldest);
			void session.then((one) => one.destroy()).catch(() => {});
		}
		return made;
	}

	async function answer(prompt: Prompt, signal: AbortSignal): Promise<Completion> {
		const found = await options();
		if (found?.state !== 'available') throw new RuntimeError('unsupported', stateWords(found?.state));
		if (prompt.image !== undefined && found.options === TEXT_ONLY)
			throw new RuntimeError('bad-input', 'The browser’s model reads text alone, and the question holds a picture.');
		const begun = now();
		const session = await (await base(found.options, prompt.system)).clone({ signal });
		try {
			const content: Content[] = [{ type: 'text', value: prompt.user }];
			if (prompt.image !== undefined)
				content.push({ type: 'image', value: new Blob([prompt.image as Uint8Array<ArrayBuffer>], { type: 'image/png' }) });
			const before = session.contextUsage ?? 0;
			let text = '';
			let cut = false;
			const most = prompt.maxTokens * CHARACTERS_PER_TOKEN;
			const pieces = session.promptStreaming([{ role: 'user', content }], {
				signal,
				...(prompt.schema === undefined ? {} : { responseConstraint: prompt.schema, omitResponseConstraintInput: true }),
			});
			for await (const piece of pieces) {
				text += piece;
				if (text.length <= most) continue;
				cut = true;
				break;
			}
			// What was used holds question and answer together; which part is whose the browser does not say.
			const used = Math.max(0, (session.contextUsage ?? 0) - before);
			const completionTokens = Math.min(used, Math.ceil(text.length / 4));
			return { text, promptTokens: used - completionTokens, completionTokens, ms: now() - begun, finish: cut ? 'length' : 'stop' };
		} finally {
			session.destroy();
		}
	}

	async function look(): Promise<void> {
		const state = JSON.stringify(await ready());
		if (state === seen) return;
		seen = state;
		for (const listener of listeners) listener();
	}

	return {
		ready,
		// The browser loads its model by itself, at the first session.
		load: () => Promise.resolve(),
		async complete(id, prompt, call) {
			const stop = new AbortController();
			try {
				if (id !== BUILT_IN) throw new RuntimeError('bad-input', `The browser has no model "${id}".`);
				if (calls.has(call)) throw new RuntimeError('bad-input', `A call named "${call}" is being answered already.`);
				calls.set(call, stop);
				return await answer(prompt, stop.signal);
			} catch (error) {
				throw crossing(stop.signal.aborted ? new RuntimeError('cancelled', 'The question was taken back.') : sorted(error));
			} finally {
				if (calls.get(call) === stop) calls.delete(call);
			}
		},
		cancel: (call) => calls.get(call)?.abort(),
		onReady: (listener) => void listeners.add(listener),
		look,
		async fetch(told) {
			const found = await options();
			if (found === undefined || model === undefined) return stateWords(undefined);
			try {
				told(0, 'The browser looks for its model.');
				const session = await model.create({
					...found.options,
					monitor: (monitor) =>
						monitor.addEventListener('downloadprogress', (event) => {
							const share = Math.min(1, Math.max(0, (event as Event & { readonly loaded?: number }).loaded ?? 0));
							told(share, share < 1 ? `The browser fetches its model: ${Math.floor(share * 100)} %.` : 'The browser unpacks its model.');
						}),
				});
				session.destroy();
				await look();
				return '';
			} catch (error) {
				const why = sorted(error);
				return why.message;
			}
		},
		close() {
			for (const stop of calls.values()) stop.abort();
			for (const session of bases.values()) void session.then((one) => one.destroy()).catch(() => {});
			bases.clear();
		},
	};
}

function stateWords(state: string | undefined): string {
	switch (state) {
		case 'downloadable':
			return 'The browser has to fetch its model first; the Models page has the button for it.';
		case 'downloading':
			return 'The browser is still fetching its model.';
		default:
			return 'This browser has no model of its own on this machine.';
	}
}

/** What the browser throws, by the name of its DOMException. */
function sorted(error: unknown): RuntimeError {
	if (error instanceof RuntimeError) return error;
	const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
	const reasons: Readonly<Record<string, readonly [RuntimeError['reason'], string]>> = {
		QuotaExceededError: ['bad-input', 'The question is longer than the browser’s model can take'],
		NotSupportedError: ['unsupported', 'The browser’s model cannot do that'],
		NotAllowedError: ['unsupported', 'The browser wants a click before it starts its model'],
		InvalidStateError: ['crashed', 'The browser ended the session of its model'],
		NetworkError: ['load-failed', 'The browser could not fetch its model'],
		NotReadableError: ['bad-input', 'The browser held the answer of its model back'],
		AbortError: ['cancelled', 'The question was taken back'],
	};
	const [reason, words] = reasons[name] ?? ['crashed', 'The browser’s model failed'];
	return new RuntimeError(reason, `${words}: ${message}`, { cause: error });
}

/** Puts the browser's model on a port, for the agent. */
export function exposeBuiltIn(builtIn: BuiltIn): MessagePort {
	const { port1, port2 } = new MessageChannel();
	const api: Pick<DeviceApi, 'ready' | 'load' | 'complete' | 'cancel' | 'onReady'> = {
		ready: () => builtIn.ready(),
		load: (id) => builtIn.load(id),
		complete: (...call) => builtIn.complete(...call),
		cancel: (call) => builtIn.cancel(call),
		onReady: (listener) => builtIn.onReady(listener),
	};
	Comlink.expose(api, port1);
	return port2;
}
