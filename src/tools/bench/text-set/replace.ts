// Which characters a recogniser takes for which others at one place, as far as told texts prove it.

/**
 * @param pairs  what was read and what stands there
 * @returns from a character read to the one that stood there: every time it was read, where all else of the line was read right
 */
export function proveReplace(pairs: readonly (readonly [read: string, told: string])[]): Record<string, string> {
	const stood = new Map<string, Set<string>>();
	for (const [read, told] of pairs) {
		const [a, b] = [[...read.replace(/\s+/g, '')], [...told.replace(/\s+/g, '')]];
		if (a.length !== b.length) continue;
		for (const [i, c] of a.entries()) stood.set(c, (stood.get(c) ?? new Set()).add(b[i] as string));
	}
	const proven: Record<string, string> = {};
	for (const [c, these] of stood) {
		const [only] = these;
		if (these.size === 1 && only !== undefined && only !== c) proven[c] = only;
	}
	return proven;
}
