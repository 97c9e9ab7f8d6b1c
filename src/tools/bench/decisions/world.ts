// A world of the bench as the contenders see it: other people's environments behind a program that is asked line by line (world.py),
// or, in unit tests, one written in TypeScript.
import type { Act, Facts, Literal } from '../../../core/question.ts';

/** What the world's own bot or gold path would do at this very point. */
export interface Teaching {
	readonly act: Act;
	/** Every act that does no harm here, `act` included. */
	readonly ok: readonly Act[];
	/** The bot's own reasons, in terms of the facts. */
	readonly because: readonly Literal[];
	readonly unless?: readonly Literal[];
	/** The same as prose. */
	readonly chain: string;
}

export interface Point {
	/** What the player has observed and remembered, never the hidden state. */
	readonly facts: Facts;
	readonly place: string;
	/** Part of an episode in which a job that keeps coming back is done once: its lessons count anew with each. Absent: there is one. */
	readonly lesson?: string;
	/** Of the act that led here. */
	readonly reward: number;
	readonly done: boolean;
	/** Null once the episode is over. Whoever asks reads it; whoever acts alone is only judged by it. */
	readonly teacher: Teaching | null;
}

export interface FactTold {
	readonly id: string;
	readonly kind: 'number' | 'boolean' | 'enum';
	readonly values?: readonly string[];
	/** What prose calls it. */
	readonly words?: readonly string[];
}
export interface Description {
	readonly name: string;
	/** Whose the teacher is. */
	readonly teacher: string;
	readonly facts: readonly FactTold[];
	readonly actions: readonly { readonly verb: string; readonly does: string; readonly args?: Record<string, 'number' | 'text'> }[];
	readonly versions: Readonly<Record<string, string>>;
}

export interface World {
	describe(): Promise<Description>;
	reset(seed: number): Promise<Point>;
	step(act: Act): Promise<Point>;
	/** From now on two of the controls mean each other. */
	swap(): Promise<void>;
	close(): Promise<void>;
}

/** Asks a world that answers line by line. */
export function worldOf(ask: (order: object) => Promise<unknown>, close: () => Promise<void>): World {
	return {
		describe: async () => (await ask({ do: 'describe' })) as Description,
		reset: async (seed) => (await ask({ do: 'reset', seed })) as Point,
		step: async (act) => (await ask({ do: 'step', act })) as Point,
		swap: async () => {
			await ask({ do: 'swap' });
		},
		close,
	};
}
