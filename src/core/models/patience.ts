// When to try again, and when to give up on a server. Delays double and are spread by chance: many pages that lost one server must not
// all come back at the same moment.

export interface Patience {
	/** Tries in a row without a new chunk before the download fails. */
	readonly tries: number;
	/** The first delay. */
	readonly firstMs: number;
	readonly longestMs: number;
	/** A connection that brings no byte for so long is given up. */
	readonly stallMs: number;
}
export const PATIENCE: Patience = { tries: 8, firstMs: 1000, longestMs: 30_000, stallMs: 20_000 };

/**
 * @param tries   how many failed so far, from 1
 * @param chance  in [0, 1)
 * @param askedMs what the server asked for by Retry-After; obeyed up to ten minutes
 */
export function backoffMs(patience: Patience, tries: number, chance: number, askedMs = 0): number {
	const full = Math.min(patience.longestMs, patience.firstMs * 2 ** (tries - 1));
	return Math.round(Math.max(full / 2 + (chance * full) / 2, Math.min(askedMs, 600_000)));
}

/** Milliseconds that a Retry-After header asks for; 0 when it asks for nothing that can be read. */
export function retryAfterMs(header: string | null, nowMs: number): number {
	if (header === null) return 0;
	if (/^\d{1,6}$/.test(header.trim())) return Number(header) * 1000;
	const at = Date.parse(header);
	return Number.isFinite(at) ? Math.max(0, at - nowMs) : 0;
}
