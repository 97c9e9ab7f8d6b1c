// Which lines of the decision stream are kept: the newest, and of those that left the machine many more, so that the six answers of each
// can still be opened when crystals have settled hundreds of questions since.

export const LINES_KEPT = 300;
export const CALLS_KEPT = 500;

/** @param lines  oldest or newest first; the order stays */
export function keepLines<L extends { readonly n: number; readonly checklist?: unknown }>(
	lines: readonly L[],
	most = LINES_KEPT,
	calls = CALLS_KEPT,
): L[] {
	const newest = lines.map(({ n }) => n).toSorted((a, b) => b - a);
	const from = newest[most - 1] ?? Number.NEGATIVE_INFINITY;
	const called = lines.flatMap((l) => (l.checklist === undefined ? [] : [l.n])).toSorted((a, b) => b - a);
	const callsFrom = called[calls - 1] ?? Number.NEGATIVE_INFINITY;
	return lines.filter((l) => l.n >= from || (l.checklist !== undefined && l.n >= callsFrom));
}
