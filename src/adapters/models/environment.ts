// What the store needs of the world besides a disk: time, chance, the network, locks between tabs and a way to tell them.
import type { Clock } from '../../core/ports.ts';

export interface Locks {
	/** Runs the work while nobody else holds the name. @param busy  called when somebody does, before waiting */
	hold<T>(name: string, signal: AbortSignal, busy: () => void, work: () => Promise<T>): Promise<T>;
	/** Runs the work if nobody holds the name now. @returns undefined when somebody does */
	tryHold<T>(name: string, work: () => Promise<T>): Promise<T | undefined>;
}
export interface Tabs {
	/** Tells the other tabs that something of a model has changed on the disk. */
	tell(id: string): void;
	onTold(listener: (id: string) => void): void;
}
export interface Environment {
	readonly clock: Clock;
	readonly random: () => number;
	readonly fetch: typeof fetch;
	readonly locks: Locks;
	readonly tabs: Tabs;
	/** Resolves after the time, or sooner when the network is back. @throws AbortError */
	readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export function browserEnvironment(): Environment {
	const channel = new BroadcastChannel('falsework-models');
	return {
		clock: { now: () => Date.now(), monotonic: () => performance.now() },
		random: Math.random,
		fetch: (...given) => fetch(...given),
		locks: webLocks(navigator.locks),
		tabs: {
			tell: (id) => channel.postMessage(id),
			onTold: (listener) => channel.addEventListener('message', ({ data }) => listener(String(data))),
		},
		sleep: (ms, signal) =>
			new Promise((resolve, reject) => {
				const end = (): void => {
					clearTimeout(timer);
					removeEventListener('online', end);
					signal.removeEventListener('abort', end);
					if (signal.aborted) reject(signal.reason as Error);
					else resolve();
				};
				const timer = setTimeout(end, ms);
				addEventListener('online', end);
				signal.addEventListener('abort', end);
				if (signal.aborted) end();
			}),
	};
}

function webLocks(locks: LockManager): Locks {
	return {
		async hold(name, signal, busy, work) {
			const free = await locks.request(name, { ifAvailable: true }, async (lock) => (lock === null ? undefined : { done: await work() }));
			if (free !== undefined) return free.done;
			busy();
			return await locks.request(name, { signal }, work);
		},
		tryHold: async (name, work) =>
			(await locks.request(name, { ifAvailable: true }, async (lock) => (lock === null ? undefined : { done: await work() })))?.done,
	};
}
