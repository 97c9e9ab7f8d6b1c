// When the page offers something by itself. Rarely, and never on the first look at it.
import type { InstallState } from '../services.ts';

/** Long enough to have seen it play; shorter ones were a look. */
const GOOD_SESSION_MS = 30_000;

export interface InstallFacts {
	readonly install: InstallState;
	/** The session has ended. */
	readonly stopped: boolean;
	readonly playedMs: number;
	readonly crystals: number;
}

/** After a session that left something worth opening the page again for, and until the person said no. */
export function offersInstall({ install, stopped, playedMs, crystals }: InstallFacts): boolean {
	return install === 'possible' && stopped && playedMs >= GOOD_SESSION_MS && crystals > 0;
}
