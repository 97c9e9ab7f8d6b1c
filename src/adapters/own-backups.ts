// Which backups were made here: the SHA-256 of each. A file that has one of them is byte for byte what this installation wrote, so it
// may come back as it was. They outlive "Erase everything" unless the person says otherwise: to erase and then restore is the very
// thing a backup is for.

import { sha256 } from './hex.ts';

const KEY = 'falsework-backups';
/** Whoever makes more has the newest ones at hand. */
const MOST = 100;

export interface OwnBackups {
	remember(bytes: Uint8Array): Promise<void>;
	isOwn(bytes: Uint8Array): Promise<boolean>;
	/** How many are remembered. */
	count(): number;
	forget(): void;
}

export function makeOwnBackups(storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): OwnBackups {
	function read(): readonly string[] {
		try {
			const kept: unknown = JSON.parse(storage().getItem(KEY) ?? '[]');
			return Array.isArray(kept) ? kept.filter((hash): hash is string => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) : [];
		} catch {
			// A browser that keeps nothing proves nothing: backups then come in like anybody's.
			return [];
		}
	}
	return {
		async remember(bytes) {
			const hash = await sha256(bytes);
			try {
				storage().setItem(KEY, JSON.stringify([...read().filter((known) => known !== hash), hash].slice(-MOST)));
			} catch {
				// Told where it matters: the review says that the backup is not known to be one's own.
			}
		},
		isOwn: async (bytes) => read().includes(await sha256(bytes)),
		count: () => read().length,
		forget() {
			try {
				storage().removeItem(KEY);
			} catch {
				// Then there was nothing to forget either.
			}
		},
	};
}
