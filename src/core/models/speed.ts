// How fast bytes come, as a person sees it: over the last five seconds, and 0 once nothing came for that long. A figure that stays
// up while a download stands still is a lie that people notice.

const WINDOW_MS = 5000;
/** Before that a rate says more of the first packet than of the line. */
const LEAST_MS = 250;

export interface SpeedMeter {
	/** @param atMs  a monotonic clock's milliseconds, never less than before */
	add(bytes: number, atMs: number): void;
	/** Bytes a second. */
	speed(atMs: number): number;
	/** Forgets what came: after a pause the line may be another. */
	reset(): void;
}

export function makeSpeedMeter(): SpeedMeter {
	let startedAt: number | undefined;
	let came: { readonly at: number; bytes: number }[] = [];
	return {
		add(bytes, atMs) {
			startedAt ??= atMs;
			const last = came.at(-1);
			// One entry a tenth of a second is fine enough, and bounds the list whatever the size of the packets.
			if (last !== undefined && atMs - last.at < 100) last.bytes += bytes;
			else came.push({ at: atMs, bytes });
		},
		speed(atMs) {
			came = came.filter(({ at }) => atMs - at < WINDOW_MS);
			if (startedAt === undefined || came.length === 0) return 0;
			const over = Math.max(LEAST_MS, Math.min(WINDOW_MS, atMs - startedAt));
			return (came.reduce((sum, { bytes }) => sum + bytes, 0) * 1000) / over;
		},
		reset() {
			startedAt = undefined;
			came = [];
		},
	};
}

/** Milliseconds to the end; undefined while nothing moves, since then nobody can tell. */
export function etaMs(leftBytes: number, speed: number): number | undefined {
	if (leftBytes <= 0) return 0;
	return speed > 0 ? Math.round((leftBytes / speed) * 1000) : undefined;
}
