// A queue with priorities for something only so many may use at once: the GPU, the CPU's spare cores, one model's worker.
// Whoever waits may give up; what runs already is not interrupted.
import type { Cancel } from '../ports.ts';
import { RuntimeError } from './runtime.ts';

/** Later in this list goes first: keeping indexes fresh, a line to speak, a question of the loop, a person at the page. */
export const PRIORITIES = ['background', 'speech', 'loop', 'person'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface Lane {
	/**
	 * Runs `work` when its turn comes: the highest priority first, the earliest of equals.
	 *
	 * @throws RuntimeError `cancelled` when given up before its turn; whatever `work` throws
	 */
	run<T>(what: string, priority: Priority, cancel: Cancel, work: () => Promise<T>): Promise<T>;
	/** How many wait or run. */
	readonly load: number;
}

export function makeLane(width = 1): Lane {
	interface Job {
		readonly rank: number;
		readonly start: () => void;
	}
	const waiting: Job[] = [];
	let running = 0;
	function next(): void {
		while (running < width && waiting.length > 0) {
			let at = 0;
			for (let i = 1; i < waiting.length; i++) if ((waiting[i] as Job).rank > (waiting[at] as Job).rank) at = i;
			running++;
			(waiting.splice(at, 1)[0] as Job).start();
		}
	}
	return {
		run(what, priority, cancel, work) {
			return new Promise((resolve, reject) => {
				const given = () => new RuntimeError('cancelled', `${what} was cancelled before its turn.`);
				if (cancel.aborted) {
					reject(given());
					return;
				}
				const leave = (): void => {
					const at = waiting.indexOf(job);
					if (at >= 0) waiting.splice(at, 1);
					reject(given());
				};
				const job: Job = {
					rank: PRIORITIES.indexOf(priority),
					start() {
						cancel.removeEventListener('abort', leave);
						// Not `await`ed in the executor: a throw of `work` itself must free the place as well.
						void (async () => work())()
							.finally(() => {
								running--;
								next();
							})
							.then(resolve, reject);
					},
				};
				cancel.addEventListener('abort', leave);
				waiting.push(job);
				next();
			});
		},
		get load() {
			return running + waiting.length;
		},
	};
}
