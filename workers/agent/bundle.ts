// The failure bundle out of a session: what it saw last, wrote down and knew.
import type { Store } from '../../src/adapters/store.ts';
import { zip } from '../../src/adapters/zip.ts';
import type { Box } from '../../src/core/geometry.ts';
import { bundleFiles } from '../../src/core/recording/bundle.ts';
import type { Session } from './session.ts';

/** @param now  milliseconds since 1970 @throws RangeError where no picture was seen yet */
export async function bundleOf(session: Session, store: Store, masks: readonly Box[], now: number): Promise<Uint8Array> {
	const { profile, ledger, lastFrames, crystals } = session;
	const entries = ledger.entries();
	const { frames } = lastFrames;
	const files = bundleFiles({
		profile,
		frames,
		masks,
		entries,
		// Frames are dated by the page's steady clock, the ledger by the calendar: the newest of both is taken for one moment.
		lastFrameAt: entries.at(-1)?.at ?? now,
		crystals: crystals.values(),
		settings: await store.allSettings(),
		madeAt: now,
		session: entries.at(-1)?.session ?? '',
	});
	return zip(files);
}
