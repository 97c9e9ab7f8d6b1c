// A runtime's worker as its adapter holds it: started once, every call bounded and cancellable, ended by `close`, which gives every byte
// back. A worker that died or hung fails its calls as `crashed` or `timed-out`, and tells whoever listens.
import * as Comlink from 'comlink';
import { crossed } from '../../core/models/crossing.ts';
import { RuntimeError } from '../../core/models/runtime.ts';
import type { Cancel } from '../../core/ports.ts';

export interface Link<Api> {
	/**
	 * One call. A deadline that passes ends the worker, since nothing else stops an engine; a cancel is answered at once, and `stop`
	 * tells the worker to spare itself the rest.
	 *
	 * @throws RuntimeError
	 */
	call<T>(
		what: string,
		limitMs: number,
		cancel: Cancel,
		work: (api: Comlink.Remote<Api>) => Promise<T>,
		stop?: (api: Comlink.Remote<Api>) => void,
	): Promise<T>;
	/** Ends the worker as one that failed. */
	fail(why: RuntimeError): void;
	/** Ends the worker on purpose; calls in progress fail as cancelled. */
	close(): Promise<void>;
	/** Hears once that it ended by itself; at once when it has already. */
	onDeath(listener: (why: RuntimeError) => void): void;
}

/** The first call of a link: a model that could not be loaded leaves no worker behind. @throws RuntimeError */
export async function loadOrClose<Api, T>(
	link: Link<Api>,
	name: string,
	limitMs: number,
	cancel: Cancel,
	load: (api: Comlink.Remote<Api>) => Promise<T>,
): Promise<T> {
	try {
		return await link.call(`Loading ${name}`, limitMs, cancel, load);
	} catch (error) {
		await link.close();
		throw error;
	}
}

/** @param start  the bundler wants to see `new Worker(new URL('…', import.meta.url), …)` there */
export function startLink<Api>(name: string, start: () => Worker): Link<Api> {
	let dead: RuntimeError | undefined;
	let byItself = false;
	let end: (why: RuntimeError) => void = () => {};
	const died = new Promise<never>((_, reject) => {
		end = reject;
	});
	died.catch(() => {});
	const listeners: ((why: RuntimeError) => void)[] = [];
	let worker: Worker;
	try {
		worker = start();
	} catch (cause) {
		throw new RuntimeError('crashed', `The worker of ${name} could not be started.`, { cause });
	}
	const api = Comlink.wrap<Api>(worker);
	worker.addEventListener('error', (event) => {
		event.preventDefault();
		fail(crossed(event.message || 'its script could not be loaded', 'crashed', `The worker of ${name} failed`));
	});
	function finish(why: RuntimeError): void {
		if (dead !== undefined) return;
		dead = why;
		worker.terminate();
		end(why);
	}
	function fail(why: RuntimeError): void {
		if (dead !== undefined) return;
		byItself = true;
		finish(why);
		for (const listener of listeners.splice(0)) listener(why);
	}
	return {
		async call(what, limitMs, cancel, work, stop) {
			if (dead !== undefined) throw dead;
			if (cancel.aborted) throw new RuntimeError('cancelled', `${what} was cancelled.`);
			let timer: ReturnType<typeof setTimeout> | undefined;
			let given: () => void = () => {};
			try {
				return await Promise.race([
					work(api).catch((error: unknown) => {
						throw crossed(error, 'crashed', `${what} failed`);
					}),
					died,
					new Promise<never>((_, reject) => {
						timer = setTimeout(() => {
							fail(new RuntimeError('timed-out', `${what} took longer than ${Math.round(limitMs / 1000)} s; ${name} starts anew.`));
						}, limitMs);
						given = () => {
							if (stop !== undefined && dead === undefined) stop(api);
							reject(new RuntimeError('cancelled', `${what} was cancelled.`));
						};
						cancel.addEventListener('abort', given);
					}),
				]);
			} catch (error) {
				// What is out of memory or lost its GPU answers nothing any more.
				if (error instanceof RuntimeError && (error.reason === 'out-of-memory' || error.reason === 'gpu-lost')) fail(error);
				throw error;
			} finally {
				clearTimeout(timer);
				cancel.removeEventListener('abort', given);
			}
		},
		fail,
		async close() {
			finish(new RuntimeError('cancelled', `${name} was let go.`));
		},
		onDeath(listener) {
			if (dead === undefined) listeners.push(listener);
			else if (byItself) listener(dead);
		},
	};
}
