// Which line is said next. What matters most goes first; what speaks of something that is over is not said at all.
import type { Cleared, ClearedPart } from '../moderation/gate.ts';

export interface SpokenLine {
	readonly n: number;
	/** The event's type. */
	readonly of: string;
	readonly text: Cleared;
	readonly parts: readonly ClearedPart[];
}
export interface Queued extends SpokenLine {
	/** Higher goes first. */
	readonly priority: number;
	/** By the monotonic clock. */
	readonly at: number;
}

/** A line about something ten seconds ago speaks of something that is over. */
export const LATE_MS = 10_000;
/** Of events by their type; what is not named is 1. */
const PRIORITY: Readonly<Record<string, number>> = { death: 4, danger: 3, 'low-health': 3, fight: 2, quest: 2, 'level-up': 2 };
/** As many wait; of more the least go. */
const WAITING_MOST = 3;

export interface LineQueue {
	/** @returns how many lines gave way to it */
	add(line: SpokenLine, now: number): number;
	/** Takes the next out. `late`: how many were thrown away because they came too late. */
	next(now: number): { readonly line: Queued | undefined; readonly late: number };
	/** Whether something that matters more waits. */
	presses(than: number, now: number): boolean;
	/** What lines of that event speak of is over. @returns how many were thrown away */
	over(of: string): number;
	clear(): void;
}

const priorityOf = (of: string): number => PRIORITY[of] ?? 1;

export function makeLineQueue(): LineQueue {
	let waiting: Queued[] = [];
	const first = (a: Queued, b: Queued): number => b.priority - a.priority || a.at - b.at;
	const fresh =
		(now: number) =>
		(line: Queued): boolean =>
			now - line.at <= LATE_MS;
	return {
		add(line, now) {
			const mine: Queued = { ...line, priority: priorityOf(line.of), at: now };
			// Of one event the newest line says how it stands.
			const others = waiting.filter(({ of }) => of !== line.of);
			const kept = [...others, mine].toSorted(first).slice(0, WAITING_MOST);
			const gone = waiting.length + 1 - kept.length;
			waiting = kept;
			return gone;
		},
		next(now) {
			const kept = waiting.filter(fresh(now));
			const late = waiting.length - kept.length;
			const line = kept.shift();
			waiting = kept;
			return { line, late };
		},
		presses: (than, now) => waiting.some((line) => line.priority > than && fresh(now)(line)),
		over(of) {
			const before = waiting.length;
			waiting = waiting.filter((line) => line.of !== of);
			return before - waiting.length;
		},
		clear() {
			waiting = [];
		},
	};
}
