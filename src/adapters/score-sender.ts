// Tells the companion the scorecard whenever it changes, and says it again while nothing does: so whoever watches the feed can tell a
// quiet game from a page that is gone.
import { type FeedGraduation, type FeedSnapshot, snapshotOf } from '../core/feed/snapshot.ts';
import type { Scorecard } from '../core/scorecard.ts';

/** Well below what the feed calls stale. */
export const REPEAT_MS = 2000;

export interface ScoreSender {
	/** The scorecard as it is now. */
	tell(card: Scorecard): void;
	/** How the graduation test stands; goes out with the scorecard from now on. */
	tellGraduation(told: FeedGraduation): void;
	/** Says the last one at once: somebody new listens. */
	again(): void;
	/** Has nothing to say any more. */
	forget(): void;
}

/** @param send  hands one on, or drops it when nobody is there */
export function makeScoreSender(send: (snapshot: FeedSnapshot) => void): ScoreSender {
	let newest: FeedSnapshot | undefined;
	let graduation: FeedGraduation | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	function again(): void {
		if (newest === undefined) return;
		clearTimeout(timer);
		timer = setTimeout(again, REPEAT_MS);
		send(newest);
	}
	return {
		tell(card) {
			newest = snapshotOf(card, graduation);
			again();
		},
		tellGraduation(told) {
			graduation = told;
			if (newest !== undefined) newest = { ...newest, graduation };
			again();
		},
		again,
		forget() {
			newest = graduation = undefined;
			clearTimeout(timer);
		},
	};
}
