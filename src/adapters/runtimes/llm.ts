// What the two runtimes of writing models share. A model is asked one thing at a time; who takes a question back is let go at once,
// and the next one waits until the engine is free again.
import * as Comlink from 'comlink';
import type { RuntimeName } from '../../core/models/manifest.ts';
import type { Backend, Completion, Driver, LoadOptions, Prompt, Running } from '../../core/models/runtime.ts';
import { RuntimeError } from '../../core/models/runtime.ts';
import type { Cancel } from '../../core/ports.ts';
import type { LlmApi, LlmReady } from '../../../workers/llm.protocol.ts';
import { type Link, loadOrClose, startLink } from './link.ts';

export interface LlmEngine {
	readonly runtime: RuntimeName;
	readonly start: () => Worker;
	/** What is to be loaded with; throws `unsupported` when this machine or page cannot have what was chosen. */
	readonly prepare: (options: LoadOptions) => Promise<{ readonly threads: number; readonly note: string }>;
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
/** Generous: a machine under load is slow, and nothing else tells a hang from slowness. */
const LIMITS: LlmLimits = { loadMs: 180_000, promptMs: 180_000, tokenMs: 3000, abortMs: 60_000 };

export function makeLlmDriver(engine: LlmEngine): Driver {
	const limits = { ...LIMITS, ...engine.limits };
	return async (options) => {
		const { manifest, cancel } = options;
		const name = `"${manifest.name}"`;
		if (cancel.aborted) throw new RuntimeError('cancelled', `Loading ${name} was cancelled.`);
		const prepared = await engine.prepare(options);
		const begun = performance.now();
		const link = startLink<LlmApi>(name, engine.start);
		const ready: LlmReady = await loadOrClose(link, name, limits.loadMs, cancel, (api) =>
			api.load(
				{
					model: manifest.id,
					files: options.files as Readonly<Record<string, Blob>>,
					backend: options.backend,
					threads: prepared.threads,
					engine: options.engines.wllama,
					options: manifest.options,
					needs: manifest.needs,
				},
				Comlink.proxy((share: number, said: string) => options.onProgress?.(share, said)),
			),
		);
		const note = [prepared.note, ready.engine, ready.chats ? '' : 'It has no chat template: it goes on from plain text.'];
		const loaded: Running['loaded'] = {
			model: manifest.id,
			runtime: engine.runtime,
			backend: options.backend satisfies Backend,
			loadMs: performance.now() - begun,
			note: note.filter(Boolean).join(' '),
		};
		return {
			loaded,
			writer: { complete: makeComplete(manifest.name, link, engine.grammarOf, limits) },
			close: () => link.close(),
			onDeath: (listener) => link.onDeath(listener),
		};
	};
}

/** How a worker is asked that speaks the part of `LlmApi` about asking. */
export function makeComplete<Api extends Pick<LlmApi, 'complete' | 'cancel'>>(
	name: string,
	link: Link<Api>,
	grammarOf: LlmEngine['grammarOf'],
	limits: Omit<LlmLimits, 'loadMs'>,
) {
	let calls = 0;
	/** Resolves when the engine is free; never rejects. */
	let free: Promise<unknown> = Promise.resolve();

	return async (prompt: Prompt, cancel: Cancel, onText?: (piece: string) => void): Promise<Completion> => {
		const grammar = grammarOf?.(prompt);
		const what = `Asking "${name}"`;
		const id = String(++calls);
		const turn = free;
		/** Ends when the engine itself has ended the call, however early its caller was let go. */
		let over: () => void = () => {};
		free = turn.then(() => new Promise<void>((resolve) => (over = resolve)));
		try {
			await link.call(what, limits.promptMs, cancel, () => turn);
		} catch (error) {
			void turn.then(() => over());
			throw error;
		}
		let running: Promise<Completion> | undefined;
		let hung: ReturnType<typeof setTimeout> | undefined;
		try {
			return await link.call(
				what,
				limits.promptMs + prompt.maxTokens * limits.tokenMs,
				cancel,
				(api) => {
					running = api.complete(
						{ id, prompt, ...(grammar === undefined ? {} : { grammar }) },
						...(onText === undefined ? [] : [Comlink.proxy(onText)]),
					);
					return running;
				},
				(api) => {
					void api.cancel(id);
					hung = setTimeout(
						() => link.fail(new RuntimeError('crashed', `"${name}" did not stop when its question was taken back; it was ended.`)),
						limits.abortMs,
					);
				},
			);
		} catch (error) {
			if (error instanceof RuntimeError && error.reason === 'crashed') link.fail(error);
			throw error;
		} finally {
			const done = (): void => {
				clearTimeout(hung);
				over();
			};
			if (running === undefined) done();
			else void running.then(done, done);
			link.onDeath(done);
		}
	};
}
