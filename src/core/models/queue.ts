// Who is fetched next. What the page itself needs goes first, then whoever waits longest; two at a time, so that a small voice does
// not wait for a large model, and a line is not shared by all.

export const AT_ONCE = 2;

export interface Waiting {
	readonly id: string;
	/** Needed by the page itself. */
	readonly embedded: boolean;
	/** Order in which they were asked for. */
	readonly turn: number;
}

/** All that wait, the next one first. */
export function orderOf(waiting: readonly Waiting[]): readonly string[] {
	return waiting.toSorted((a, b) => Number(b.embedded) - Number(a.embedded) || a.turn - b.turn).map(({ id }) => id);
}

/** Who may begin now, in order. */
export function nextOf(waiting: readonly Waiting[], running: number): readonly string[] {
	return orderOf(waiting).slice(0, Math.max(0, AT_ONCE - running));
}
