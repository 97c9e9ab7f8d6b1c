// On a host that sends no isolation headers the service worker adds them, but only to what it answers: the very first page came
// from the host itself, and one reload makes it isolated. Hosts and browsers exist where that does not help, and a page that
// reloads for ever is worse than one thread less, so there is one try for each tab, and none where the try could not be remembered.

const TRIED = 'falsework-isolation-tried';

export interface IsolationFacts {
	readonly isolated: boolean;
	/** A service worker answers for this page, so a reload would come from it. */
	readonly controlled: boolean;
	/** A reload was tried in this tab, or could not be remembered. */
	readonly tried: boolean;
	/** Somebody is at it already: pressed something, or plays. */
	readonly inUse: boolean;
}

/**
 * - `reload`: now is the moment.
 * - `later`: the next opening of the page will be isolated by itself.
 * - `refused`: it was tried and did not help; everything goes on with one thread.
 */
export function isolationStep(facts: IsolationFacts): 'done' | 'reload' | 'later' | 'refused' {
	if (facts.isolated) return 'done';
	if (facts.tried) return 'refused';
	return facts.controlled && !facts.inUse ? 'reload' : 'later';
}

export interface TriedMark {
	read(): boolean;
	/** @returns false when it will not be there after a reload */
	write(): boolean;
}

export function makeTriedMark(storage: () => Pick<Storage, 'getItem' | 'setItem'>): TriedMark {
	const read = () => {
		try {
			return storage().getItem(TRIED) !== null;
		} catch {
			// A browser that keeps nothing would reload again and again.
			return true;
		}
	};
	return {
		read,
		write() {
			try {
				storage().setItem(TRIED, '1');
			} catch {
				return false;
			}
			return read();
		},
	};
}
