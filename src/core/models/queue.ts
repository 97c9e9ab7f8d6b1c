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

/** Who may begin now, in order. */
export function nextOf(waiting: readonly Waiting[], running: number): readonly string[] {
	const free = Math.max(0, AT_ONCE - running);
	return waiting
		.toSorted((a, b) => Number(b.embedded) - Number(a.embedded) || a.turn - b.turn)
		.slice(0, free)
		.map(({ id }) => id);
}
