// Which models stay in memory. Pure: the host (src/adapters/runtimes/host.ts) says what it holds and what the machine says, and is
// told what to let go. A model that is answering is never let go; closing its worker gives every byte back.
import { type Capabilities, GPU_LOSSES_MAX } from './capabilities.ts';
import type { Purpose } from './manifest.ts';
import type { Backend } from './runtime.ts';

export interface Held {
	readonly id: string;
	/** Peak of its worker, as its manifest says. */
	readonly bytes: number;
	/** Clock.monotonic() of the end of its newest call, or of its loading. */
	readonly lastUsedAt: number;
	/** A call runs or waits. */
	readonly busy: boolean;
}

/** As the browser's PressureObserver says. */
export type Pressure = 'nominal' | 'fair' | 'serious' | 'critical';

const GIB = 1024 ** 3;
/** A game, the browser and the desktop want the other half. */
const SHARE = 0.5;
/** Where the browser keeps its memory to itself: what nearly every machine has. */
const GUESS_GIB = 4;
const LEAST_BYTES = GIB;

/** Gone after five minutes without a call: reloading takes seconds, and the memory is worth more to the game. */
export const IDLE_MS = 5 * 60_000;
/** Under serious pressure what rested this long goes; what was asked a moment ago will be asked again. */
const RESTED_MS = 10_000;

/** How much memory all models together may take. */
export function memoryBudget({ memoryGiB }: Pick<Capabilities, 'memoryGiB'>): number {
	return Math.max(LEAST_BYTES, (memoryGiB ?? GUESS_GIB) * SHARE * GIB);
}

const oldestFirst = (held: readonly Held[]): Held[] => held.filter((h) => !h.busy).sort((a, b) => a.lastUsedAt - b.lastUsedAt);

/**
 * What to let go so that `bytes` more fit, least recently used first. Lets go all it may when that is still not enough: a model that
 * is needed is tried, since a manifest's peak is an upper bound.
 */
export function toMakeRoom(held: readonly Held[], bytes: number, budgetBytes: number): readonly string[] {
	let over = held.reduce((sum, h) => sum + h.bytes, 0) + bytes - budgetBytes;
	const going: string[] = [];
	for (const one of oldestFirst(held)) {
		if (over <= 0) break;
		going.push(one.id);
		over -= one.bytes;
	}
	return going;
}

/** What has rested longer than `idleMs`, and how long until the next one has; undefined when none is resting. */
export function idle(
	held: readonly Held[],
	now: number,
	idleMs = IDLE_MS,
): { readonly going: readonly string[]; readonly nextMs?: number } {
	const resting = oldestFirst(held);
	const going = resting.filter((h) => now - h.lastUsedAt >= idleMs).map((h) => h.id);
	const next = resting[going.length];
	return next === undefined ? { going } : { going, nextMs: next.lastUsedAt + idleMs - now };
}

/** What to let go when the machine is under pressure: nothing below serious, what rests when serious, all but what answers when critical. */
export function underPressure(held: readonly Held[], pressure: Pressure, now: number): readonly string[] {
	if (pressure === 'nominal' || pressure === 'fair') return [];
	return oldestFirst(held)
		.filter((h) => pressure === 'critical' || now - h.lastUsedAt >= RESTED_MS)
		.map((h) => h.id);
}

/** What is left to choose from after so many losses of the GPU. */
export function afterLosses(capabilities: Capabilities, gpuLost: number): Capabilities {
	if (gpuLost < GPU_LOSSES_MAX) return { ...capabilities, gpuLost };
	return {
		...capabilities,
		gpuLost,
		gpu: undefined,
		gpuWhy: `The GPU was lost ${gpuLost} times since this page was opened, so models run on the CPU; restart the browser to use it again.`,
	};
}

/**
 * Who waits for whom. Work on the GPU takes its turn, one at a time. On the CPU, writing and speaking take whole cores for seconds and
 * share `cpu`; a sentence to embed or a picture to read is short and waits for nobody but its own model.
 */
export function laneOf(purpose: Purpose, backend: Backend): 'gpu' | 'cpu' | 'own' {
	if (backend === 'webgpu') return 'gpu';
	return purpose === 'think' || purpose === 'speak' || purpose === 'see' ? 'cpu' : 'own';
}

/** How many heavy models may work on the CPU at once: one core is the game's, one the loop's. */
export function cpuLanes({ cores }: Pick<Capabilities, 'cores'>): number {
	return Math.min(2, Math.max(1, Math.floor((cores - 2) / 2)));
}
