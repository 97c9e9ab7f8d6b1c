// Whether the source still shows the game as it is. Browsers report a lost window late or not at all, so a frame's age, its
// content and its size are watched themselves; an event only shortens the wait.
import type { Size } from '../geometry.ts';

/** No frame for this long is a frozen source: even a still game is handed over twice a second. It leaves room for the quarter of
 *  a second between two looks, so that within two seconds all has stopped and why is said. */
export const STALE_MS = 1700;
/** The same picture for this long, while acts should have changed it, is a frozen source too. */
export const UNCHANGED_MS = 10_000;
/** So many acts in a row without a changed pixel. One proves nothing: its effect may be seen before it is told as done, and a game that
 *  waits for the next act stands still rightly, however long that one takes to decide. */
export const UNSEEN_ACTS = 3;

export type SourceState = 'live' | 'frozen' | 'resized' | 'muted' | 'ended';
export interface Liveness {
	readonly state: SourceState;
	/** For people: what was seen and what follows; empty when live. */
	readonly reason: string;
}

export interface LivenessWatch {
	/** @param hash of the frame's content, e.g. `hashLuma` */
	see(frame: Size & { readonly at: number }, hash: number): void;
	/** Events of the capture's track. */
	track(event: 'mute' | 'unmute' | 'ended'): void;
	/** The size the crystals and the input mapping now hold for. */
	accept(size: Size): void;
	/** An act was carried out that should change the picture. */
	acted(now: number): void;
	/** Acts so far tell nothing: the person tries once more, or knows better. */
	forgive(): void;
	/** @param now  Clock.monotonic(), as everywhere here */
	judge(now: number): Liveness;
}

export function makeLivenessWatch(startedAt: number): LivenessWatch {
	let seenAt = startedAt;
	let any = false;
	let changedAt = startedAt;
	let hash: number | undefined;
	let size: Size | undefined;
	let accepted: Size | undefined;
	let muted = false;
	let ended = false;
	/** Carried out since the picture last changed, and when the first of them was. */
	let acts = 0;
	let actingSince = 0;
	return {
		see(frame, content) {
			any = true;
			seenAt = frame.at;
			size = { width: frame.width, height: frame.height };
			accepted ??= size;
			if (content !== hash) {
				hash = content;
				changedAt = frame.at;
				acts = 0;
			}
		},
		acted(now) {
			if (acts++ === 0) actingSince = now;
		},
		forgive() {
			acts = 0;
		},
		track(event) {
			if (event === 'ended') ended = true;
			else muted = event === 'mute';
		},
		accept(now) {
			accepted = { width: now.width, height: now.height };
		},
		judge(now) {
			if (ended) return { state: 'ended', reason: 'Sharing has ended. Share the game window again to go on.' };
			// A track may be muted a moment while its window is minimised; it has no new frames then, whatever the event says.
			if (muted)
				return {
					state: 'muted',
					reason: 'The system paused the capture, most often because the window is minimised. Bring it back to go on.',
				};
			if (size !== undefined && accepted !== undefined && (size.width !== accepted.width || size.height !== accepted.height)) {
				return {
					state: 'resized',
					reason: `The picture went from ${accepted.width} × ${accepted.height} to ${size.width} × ${size.height}: places learnt for the old size do not hold.`,
				};
			}
			const age = now - seenAt;
			if (age >= STALE_MS)
				return {
					state: 'frozen',
					reason: `${any ? 'No new frame' : 'No frame at all'} for ${(age / 1000).toFixed(1)} s: the game or its capture stands still.`,
				};
			if (acts >= UNSEEN_ACTS) {
				const still = now - Math.max(changedAt, actingSince);
				if (still >= UNCHANGED_MS)
					return {
						state: 'frozen',
						reason: `${acts} acts were sent in ${(still / 1000).toFixed(0)} s and not one pixel changed: the picture is frozen or the input does not arrive.`,
					};
			}
			return { state: 'live', reason: '' };
		},
	};
}
