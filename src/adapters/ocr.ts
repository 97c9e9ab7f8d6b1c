// Text reading in its own worker, as the core's TextReader: with a deadline, and a fresh worker after a crash or a hang.
import * as Comlink from 'comlink';
import { spareThreads } from '../core/models/capabilities.ts';
import type { Cancel, Crop, TextHint, TextReader } from '../core/ports.ts';
import type { ModelFiles, Backend } from '../core/models/runtime.ts';
import type { OcrApi, OcrLine, OcrPageLine } from '../../workers/ocr.protocol.ts';

/** The text reader did not answer in time; its worker was ended and starts anew at the next request. */
export class OcrTimeoutError extends Error {
	override readonly name = 'OcrTimeoutError';
}
/** The worker could not be started or died. */
export class OcrCrashError extends Error {
	override readonly name = 'OcrCrashError';
}
/** The networks or the runtime could not be loaded. */
export class OcrModelError extends Error {
	override readonly name = 'OcrModelError';
}
/** The caller gave up, or a newer picture of the same place took this one's turn. */
export class OcrCancelledError extends Error {
	override readonly name = 'OcrCancelledError';
}

export interface OcrReader extends TextReader {
	/** As the port, with a name for the place: a newer request under one name replaces an older one that still waits. */
	readLine(crop: Crop, cancel: Cancel, key?: string, hint?: TextHint): Promise<OcrLine>;
	/** All text of a picture; a call of tier `device`. */
	readPage(page: Crop): Promise<readonly OcrPageLine[]>;
	/** Loads the runtime and the recogniser ahead of need. */
	warm(): Promise<void>;
	/** How often a worker had to be replaced. */
	readonly restarts: number;
	close(): void;
}

/** The first line also loads 14 MB of runtime and 1.3 MB of network, and may wait for their files. */
const FIRST_MS = 30_000;

/** A second thread needs shared memory and a core to spare beside the game, the browser and the loop; one line has no use for a third. */
function threads(): number {
	return globalThis.crossOriginIsolated === true && spareThreads(navigator.hardwareConcurrency) > 1 ? 2 : 1;
}

export function makeOcrReader(settings: {
	/** Id of its manifest; no more than a name here. */
	readonly model?: string;
	/** Verified files of the model; asked for by each worker that starts. @throws an Error with a sentence */
	readonly files: () => Promise<ModelFiles>;
	/** Folder that holds onnxruntime's wasm, with a slash at the end. */
	readonly runtime: string;
	/** A line takes the CPU 30 ms: that is less than a GPU costs the game that it shares it with. */
	readonly backend?: Backend;
	/** Starts the worker; the bundler wants to see `new Worker(new URL('…/ocr.worker.ts', import.meta.url), {type: 'module'})` there. */
	readonly start: () => Worker;
	/** For one line once the networks are loaded, without waiting for its turn. */
	readonly budgetMs?: number;
}): OcrReader {
	const budgetMs = settings.budgetMs ?? 2000;
	let worker: Worker | undefined;
	let api: Comlink.Remote<OcrApi> | undefined;
	let crashed: Promise<never> | undefined;
	/** Its files are handed over; every request waits for that. */
	let given: Promise<void> | undefined;
	let end: ((error: Error) => void) | undefined;
	let warm = false;
	let restarts = 0;
	let closed = false;

	async function handOver(to: Comlink.Remote<OcrApi>): Promise<void> {
		const model = settings.model ?? 'ppocr-v6-tiny';
		let files: ModelFiles;
		try {
			files = await settings.files();
		} catch (cause) {
			throw new OcrModelError(cause instanceof Error ? cause.message : String(cause), { cause });
		}
		const backend = settings.backend ?? (threads() > 1 ? 'wasm-threads' : 'wasm');
		await to.init({ model, files, backend, engine: settings.runtime, threads: threads() });
	}

	function connect(): { api: Comlink.Remote<OcrApi>; crashed: Promise<never> } {
		if (closed) throw new OcrCancelledError('The text reader was closed.');
		if (api !== undefined && crashed !== undefined) return { api, crashed };
		let started: Worker;
		try {
			started = settings.start();
		} catch (cause) {
			throw new OcrCrashError("The text reader's worker could not be started.", { cause });
		}
		worker = started;
		crashed = new Promise<never>((_, reject) => {
			end = reject;
		});
		started.addEventListener('error', (event) => {
			if (worker === started) discard(`its worker failed: ${event.message || 'it could not be loaded'}`);
		});
		crashed.catch(() => {});
		api = Comlink.wrap<OcrApi>(started);
		return { api, crashed };
	}

	/** Ends the worker; whatever still waits for it fails now. */
	function discard(why: string): void {
		worker?.terminate();
		end?.(new OcrCrashError(`The text reader starts anew: ${why}.`));
		worker = undefined;
		api = undefined;
		crashed = undefined;
		given = undefined;
		end = undefined;
		warm = false;
		restarts++;
	}

	async function bounded<T>(limitMs: number, what: string, work: (api: Comlink.Remote<OcrApi>) => Promise<T>): Promise<T> {
		const link = connect();
		const mine = worker;
		if (given === undefined) {
			const giving = handOver(link.api);
			given = giving;
			// Forgotten, so that the next request asks for the files again.
			giving.catch(() => {
				if (given === giving) given = undefined;
			});
		}
		const ready = given;
		let timer: ReturnType<typeof setTimeout> | undefined;
		try {
			return await Promise.race([
				ready
					.then(() => work(link.api))
					.catch((error: unknown) => {
						throw restoreError(error);
					}),
				link.crashed,
				new Promise<never>((_, reject) => {
					timer = setTimeout(() => {
						// A network cannot be interrupted; only ending the worker stops it.
						reject(new OcrTimeoutError(`${what} took longer than ${limitMs} ms; the text reader starts anew.`));
						if (worker === mine) discard('a request took too long');
					}, limitMs);
				}),
			]);
		} finally {
			clearTimeout(timer);
		}
	}

	interface Job {
		readonly key: string | undefined;
		readonly run: () => Promise<void>;
		readonly drop: (error: Error) => void;
	}
	const waiting: Job[] = [];
	let busy = false;

	/** One request runs, the newest of each key waits: what a place showed a moment ago is not worth reading. */
	function inTurn<T>(key: string | undefined, what: string, cancel: Cancel | undefined, work: () => Promise<T>): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			if (cancel?.aborted) {
				reject(new OcrCancelledError(`${what} was cancelled.`));
				return;
			}
			const settle = (): void => cancel?.removeEventListener('abort', stop);
			const drop = (error: Error): void => {
				settle();
				reject(error);
			};
			const job: Job = { key, run: () => work().then(resolve, reject).finally(settle), drop };
			// A request that runs already is let finish: the next one needs the thread either way.
			const stop = (): void => {
				const at = waiting.indexOf(job);
				if (at >= 0) waiting.splice(at, 1);
				drop(new OcrCancelledError(`${what} was cancelled.`));
			};
			cancel?.addEventListener('abort', stop);
			const older = key === undefined ? -1 : waiting.findIndex((other) => other.key === key);
			if (older >= 0) waiting.splice(older, 1, job)[0]?.drop(new OcrCancelledError(`A newer picture of "${key}" is read instead.`));
			else waiting.push(job);
			void drain();
		});
	}

	async function drain(): Promise<void> {
		if (busy) return;
		busy = true;
		for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job.run();
		busy = false;
	}

	return {
		readLine: (crop, cancel, key, hint) =>
			inTurn(key, 'Reading a line', cancel, async () => {
				const line = await bounded(warm ? budgetMs : FIRST_MS, 'Reading a line', (remote) => remote.readLine(crop, hint));
				warm = true;
				return line;
			}),
		readPage: (page) =>
			inTurn(undefined, 'Reading a page', undefined, () => bounded(FIRST_MS, 'Reading a page', (remote) => remote.readPage(page))),
		warm: () =>
			inTurn(undefined, 'Loading the text reader', undefined, async () => {
				await bounded(FIRST_MS, 'Loading the text reader', (remote) => remote.warm());
				warm = true;
			}),
		get restarts() {
			return restarts;
		},
		close() {
			if (closed) return;
			discard('it was closed');
			restarts--;
			closed = true;
			for (const job of waiting.splice(0)) job.drop(new OcrCancelledError('The text reader was closed.'));
		},
	};
}

/** Only name, message and stack of an error cross the wall; the name gives its class back. */
function restoreError(error: unknown): Error {
	if (error instanceof OcrModelError) return error;
	if (!(error instanceof Error)) return new OcrCrashError(String(error));
	if (error.name === 'OcrModelError') return new OcrModelError(error.message, { cause: error });
	return new OcrCrashError(error.message, { cause: error });
}
