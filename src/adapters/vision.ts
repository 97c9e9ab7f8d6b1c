// Learning with OpenCV.js in its own worker. It is a luxury: when it is missing or fails, nothing is learnt from it, the reason
// is kept for the page, and play goes on.
import * as Comlink from 'comlink';
import type { MaskRequest, OpencvApi } from '../../workers/opencv.protocol.ts';

export type Learnt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

export interface VisionLearner {
	learnMask(request: MaskRequest): Promise<Learnt<Uint8Array>>;
	/** Mats alive in the worker; 0 when it is not running. */
	liveMats(): Promise<number>;
	/** Why learning is off, when it is. */
	readonly off: string | undefined;
	close(): void;
}

/** 13 MB of script take up to 3.3 s to start on two cores; slower machines get the rest. */
const FIRST_MS = 60_000;
const BUDGET_MS = 5000;
/** After so many failures in a row it is not tried again. */
const FAILURES_MAX = 3;
/** 134 MB of heap are given back when nothing was learnt for this long. */
const IDLE_MS = 120_000;

export function makeVisionLearner(settings: {
	/** Starts the worker; its script must be served with 'unsafe-eval' in its own policy. */
	readonly start: () => Worker;
	readonly budgetMs?: number;
}): VisionLearner {
	const budgetMs = settings.budgetMs ?? BUDGET_MS;
	let worker: Worker | undefined;
	let api: Comlink.Remote<OpencvApi> | undefined;
	let died: Promise<never> | undefined;
	let warm = false;
	let failures = 0;
	let off: string | undefined;
	let idle: ReturnType<typeof setTimeout> | undefined;
	// One at a time: a deadline then measures work, not waiting.
	let last: Promise<unknown> = Promise.resolve();

	function stop(): void {
		worker?.terminate();
		worker = undefined;
		api = undefined;
		died = undefined;
		warm = false;
	}

	function connect(): { readonly api: Comlink.Remote<OpencvApi>; readonly died: Promise<never> } {
		if (api === undefined || died === undefined) {
			const started = settings.start();
			worker = started;
			died = new Promise<never>((_, reject) => {
				started.addEventListener('error', (event) => reject(new Error(`its worker failed: ${event.message || 'it could not be loaded'}`)));
			});
			died.catch(() => {});
			api = Comlink.wrap<OpencvApi>(started);
		}
		return { api, died };
	}

	async function once<T>(what: string, work: (api: Comlink.Remote<OpencvApi>) => Promise<T>): Promise<Learnt<T>> {
		if (off !== undefined) return { ok: false, why: off };
		clearTimeout(idle);
		let timer: ReturnType<typeof setTimeout> | undefined;
		const limitMs = warm ? budgetMs : FIRST_MS;
		try {
			const link = connect();
			const value = await Promise.race([
				work(link.api),
				link.died,
				new Promise<never>((_, reject) => {
					timer = setTimeout(() => reject(new Error(`it took longer than ${limitMs} ms`)), limitMs);
				}),
			]);
			warm = true;
			failures = 0;
			idle = setTimeout(stop, IDLE_MS);
			return { ok: true, value };
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			// Bad input is the caller's; it says nothing about the worker.
			if (error instanceof Error && error.name === 'OpencvInputError') return { ok: false, why: message };
			stop();
			failures++;
			if (failures >= FAILURES_MAX && off === undefined)
				off = `Masks are not learnt in this session: ${what} failed ${failures} times (${message}).`;
			return { ok: false, why: `${what}: ${message}` };
		} finally {
			clearTimeout(timer);
		}
	}

	function inTurn<T>(what: string, work: (api: Comlink.Remote<OpencvApi>) => Promise<T>): Promise<Learnt<T>> {
		const mine = last.then(() => once(what, work));
		last = mine;
		return mine;
	}

	return {
		learnMask: (request) => inTurn('learning a mask', (remote) => remote.learnMask(request)),
		async liveMats() {
			if (api === undefined) return 0;
			const read = await inTurn('counting', (remote) => remote.liveMats());
			return read.ok ? read.value : 0;
		},
		get off() {
			return off;
		},
		close() {
			clearTimeout(idle);
			off = 'The learner was closed.';
			stop();
		},
	};
}
