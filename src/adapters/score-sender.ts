// Tells the companion the scorecard whenever it changes, and says it again while nothing does: so whoever watches the feed can tell a
// quiet game from a page that is gone.
import { type FeedSnapshot, snapshotOf } from '../core/feed/snapshot.ts';
import type { Scorecard } from '../core/scorecard.ts';

/** Well below what the feed calls stale. */
export const REPEAT_MS = 2000;

export interface ScoreSender {
	/** The scorecard as it is now. */
	tell(card: Scorecard): void;
	/** Says the last one at once: somebody new listens. */
	again(): void;
	/** Has nothing to say any more. */
	forget(): void;
}

/** @param send  hands one on, or drops it when nobody is there */
export function makeScoreSender(send: (snapshot: FeedSnapshot) => void): ScoreSender {
	let newest: FeedSnapshot | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	function again(): void {
		if (newest === undefined) return;
		clearTimeout(timer);
		timer = setTimeout(again, REPEAT_MS);
		send(newest);
	}
	return {
		tell(card) {
			newest = snapshotOf(card);
			again();
		},
		again,
		forget() {
			newest = undefined;
			clearTimeout(timer);
		},
	};
}
