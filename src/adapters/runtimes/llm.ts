// What the two runtimes of writing models share: the worker is started, bounded, heard when it dies, and ended to unload. A model is
// asked one thing at a time; who takes a question back is let go at once, and the next one waits until the engine is free again.
import * as Comlink from 'comlink';
import type { Backend, Completion, Driver, LoadOptions, Prompt, Running } from '../../core/models/runtime.ts';
import { RuntimeError } from '../../core/models/runtime.ts';
import type { RuntimeName } from '../../core/models/manifest.ts';
import type { Cancel } from '../../core/ports.ts';
import type { LlmApi, LlmReady } from '../../../workers/llm.protocol.ts';

const REASONS: ReadonlySet<string> = new Set([
	'unsupported',
	'load-failed',
	'out-of-memory',
	'gpu-lost',
	'timed-out',
	'cancelled',
	'crashed',
	'bad-input',
]);
/** After these nothing can be expected of the engine; its worker is ended. */
const DEADLY: ReadonlySet<RuntimeError['reason']> = new Set(['out-of-memory', 'gpu-lost', 'crashed']);

/** Of an error thrown in a worker only name, message and stack cross; the message begins with the reason. */
export function restoreRuntimeError(error: unknown, otherwise: RuntimeError['reason'] = 'crashed'): RuntimeError {
	if (error instanceof RuntimeError) return error;
	if (!(error instanceof Error)) return new RuntimeError(otherwise, String(error), { cause: error });
	const [, reason = '', sentence = ''] = /^([a-z-]+): ([\s\S]*)$/.exec(error.message) ?? [];
	if (error.name === 'RuntimeError' && REASONS.has(reason))
		return new RuntimeError(reason as RuntimeError['reason'], sentence, { cause: error });
	return new RuntimeError(otherwise, error.message, { cause: error });
}

export interface LlmEngine {
	readonly runtime: RuntimeName;
	readonly start: () => Worker;
	/** What is to be loaded with; throws `unsupported` when this machine or page cannot have what was chosen. */
	readonly prepare: (options: LoadOptions) => Promise<{ readonly threads: number; readonly backend: Backend; readonly note: string }>;
	/** The grammar for an engine that takes one. @throws RuntimeError `bad-input` */
	readonly grammarOf?: (prompt: Prompt) => string | undefined;
	readonly limits?: Partial<LlmLimits>;
}
export interface LlmLimits {
	/** A load that has not ended by then is given up. */
	readonly loadMs: number;
	/** The prompt is read in that time at most. */
	readonly promptMs: number;
	/** And each token of the answer written in that. */
	readonly tokenMs: number;
	/** A call that was taken back has so long to let the engine go. */
	readonly abortMs: number;
}
/** Generous: a machine under load is slow, and a hang is told from slowness by nothing else. */
const LIMITS: LlmLimits = { loadMs: 180_000, promptMs: 120_000, tokenMs: 3000, abortMs: 30_000 };

export function makeLlmDriver(engine: LlmEngine): Driver {
	const limits = { ...LIMITS, ...engine.limits };
	return async (options) => {
		const { manifest } = options;
		refuseWhenTaken(options.cancel, `Loading "${manifest.name}"`);
		const prepared = await engine.prepare(options);
		const begun = performance.now();
		const live = startWorker(engine, manifest.name);
		let ready: LlmReady;
		try {
			ready = await live.bounded(limits.loadMs, options.cancel, `Loading "${manifest.name}"`, 'load-failed', (api) =>
				api.load(
					{
						model: manifest.id,
						files: options.files as Readonly<Record<string, Blob>>,
						backend: prepared.backend,
						threads: prepared.threads,
						engine: options.engines.wllama,
						options: manifest.options,
						needs: manifest.needs,
					},
					Comlink.proxy((share: number, what: string) => options.onProgress?.(share, what)),
				),
			);
		} catch (error) {
			live.end();
			throw error;
		}
		return running(engine, live, options, limits, {
			model: manifest.id,
			runtime: engine.runtime,
			backend: prepared.backend,
			loadMs: performance.now() - begun,
			note: [prepared.note, ready.engine, ...(ready.chats ? [] : ['It has no chat template: it goes on from plain text.'])]
				.filter((part) => part !== '')
				.join(' '),
		});
	};
}

function running(engine: LlmEngine, live: Live, options: LoadOptions, limits: LlmLimits, loaded: Running['loaded']): Running {
	const { name } = options.manifest;
	let free: Promise<void> = Promise.resolve();
	let calls = 0;

	async function ask(prompt: Prompt, cancel: Cancel, onText?: (piece: string) => void): Promise<Completion> {
		const grammar = engine.grammarOf?.(prompt);
		const id = `${loaded.model}-${++calls}`;
		const what = `"${name}" answering`;
		const turn = free;
		let done = (): void => {};
		free = turn.then(() => new Promise<void>((resolve) => (done = resolve)));
		await Promise.race([turn, taken(cancel, what).promise]).catch((error: unknown) => {
			void turn.then(() => done());
			throw error;
		});
		let ended = false;
		let work: Promise<unknown> = Promise.resolve();
		const stop = (): void => {
			void live.api.cancel(id);
			setTimeout(() => {
				if (!ended) live.die(new RuntimeError('crashed', `"${name}" did not stop when its question was taken back; it was ended.`));
			}, limits.abortMs);
		};
		cancel.addEventListener('abort', stop);
		try {
			return await live.bounded(limits.promptMs + prompt.maxTokens * limits.tokenMs, cancel, what, 'crashed', (api) => {
				const call = api.complete(
					{ id, prompt, ...(grammar === undefined ? {} : { grammar }) },
					...(onText === undefined ? [] : [Comlink.proxy(onText)]),
				);
				work = call;
				return call;
			});
		} catch (error) {
			if (error instanceof RuntimeError && (DEADLY.has(error.reason) || error.reason === 'timed-out')) live.die(error);
			throw error;
		} finally {
			cancel.removeEventListener('abort', stop);
			void Promise.race([work, live.dead])
				.catch(() => undefined)
				.then(() => {
					ended = true;
					done();
				});
		}
	}

	return {
		loaded,
		writer: { complete: ask },
		close: () => {
			live.end();
			return Promise.resolve();
		},
		onDeath: live.onDeath,
	};
}

interface Live {
	readonly api: Comlink.Remote<LlmApi>;
	/** Rejects when the worker is no more. */
	readonly dead: Promise<never>;
	bounded<T>(
		limitMs: number,
		cancel: Cancel,
		what: string,
		otherwise: RuntimeError['reason'],
		work: (api: Comlink.Remote<LlmApi>) => Promise<T>,
	): Promise<T>;
	/** It ended by itself: whoever waits fails with `why`, and the host hears of it. */
	die(why: RuntimeError): void;
	/** We end it. */
	end(): void;
	onDeath(listener: (why: RuntimeError) => void): void;
}

function startWorker(engine: LlmEngine, name: string): Live {
	let worker: Worker;
	try {
		worker = engine.start();
	} catch (cause) {
		throw new RuntimeError('crashed', `The worker that runs "${name}" could not be started; reload the page.`, { cause });
	}
	const listeners = new Set<(why: RuntimeError) => void>();
	let over: RuntimeError | undefined;
	let kill: (why: RuntimeError) => void = () => {};
	const dead = new Promise<never>((_, reject) => (kill = reject));
	dead.catch(() => {});

	function finish(why: RuntimeError, tell: boolean): void {
		if (over !== undefined) return;
		over = why;
		worker.terminate();
		kill(why);
		if (tell) for (const listener of listeners) listener(why);
	}
	worker.addEventListener('error', (event) => {
		finish(new RuntimeError('crashed', `The worker that runs "${name}" failed: ${event.message || 'it could not be loaded'}.`), true);
	});
	const api = Comlink.wrap<LlmApi>(worker);
	return {
		api,
		dead,
		async bounded(limitMs, cancel, what, otherwise, work) {
			if (over !== undefined) throw over;
			const given = taken(cancel, what);
			let timer: ReturnType<typeof setTimeout> | undefined;
			try {
				return await Promise.race([
					work(api).catch((error: unknown) => {
						throw restoreRuntimeError(error, otherwise);
					}),
					dead,
					given.promise,
					new Promise<never>((_, reject) => {
						timer = setTimeout(
							() => reject(new RuntimeError('timed-out', `${what} took longer than ${Math.round(limitMs / 1000)} s and was ended.`)),
							limitMs,
						);
					}),
				]);
			} finally {
				clearTimeout(timer);
				given.forget();
			}
		},
		die: (why) => finish(why, true),
		end: () => finish(new RuntimeError('cancelled', `"${name}" was unloaded.`), false),
		onDeath(listener) {
			listeners.add(listener);
		},
	};
}

function refuseWhenTaken(cancel: Cancel, what: string): void {
	if (cancel.aborted) throw new RuntimeError('cancelled', `${what} was taken back.`);
}

/** Rejects when the caller takes it back. */
function taken(cancel: Cancel, what: string): { readonly promise: Promise<never>; readonly forget: () => void } {
	let listener: () => void = () => {};
	const promise = new Promise<never>((_, reject) => {
		listener = () => reject(new RuntimeError('cancelled', `${what} was taken back.`));
		if (cancel.aborted) listener();
		else cancel.addEventListener('abort', listener);
	});
	promise.catch(() => {});
	return { promise, forget: () => cancel.removeEventListener('abort', listener) };
}
