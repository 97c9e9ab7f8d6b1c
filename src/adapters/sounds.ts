// What was said once, kept as sound: a crystal in the plain sense, for each one found is a synthesis not made. Bounded; what is used least
// goes first. A damaged one is never played: it is dropped, and made anew.
import type { Sound } from '../core/speech/wav.ts';
import { sha256 } from './hex.ts';
import type { Database } from './store-schema.ts';

export interface Sounds {
	/** undefined: never kept, or damaged. */
	get(key: string): Promise<Sound | undefined>;
	/** Storage that fails costs only that the sound is made again. */
	put(key: string, sound: Sound): Promise<void>;
}

/** Some 20 minutes of speech. */
const SOUNDS_BYTES = 64 * 1024 * 1024;
/** Evicted together, so that a full shelf is not counted at every new sound. */
const EVICTED_AT_ONCE = 16;

/** How many sounds are kept, and their bytes. By the keys of an index: the sounds themselves are not read. */
export async function soundsKept(db: Database): Promise<{ readonly count: number; readonly bytes: number }> {
	const sizes = (await db.sounds.orderBy('bytes').keys()) as number[];
	return { count: sizes.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
}

/** @param open  the database while it is open */
export function makeSounds(open: () => Database | undefined, now: () => number, most = SOUNDS_BYTES): Sounds {
	/** Bytes kept; undefined until they were counted. */
	let kept: number | undefined;

	return {
		async get(key) {
			const db = open();
			if (db === undefined) return undefined;
			try {
				const row = await db.sounds.get(key);
				if (row === undefined) return undefined;
				if (row.rate >= 8000 && row.rate <= 96_000 && row.pcm instanceof Uint8Array && (await sha256(row.pcm)) === row.sha256) {
					void db.sounds.update(key, { uses: row.uses + 1, lastAt: now() }).catch(() => {});
					return { pcm: row.pcm, rate: row.rate };
				}
				kept = undefined;
				await db.sounds.delete(key);
				return undefined;
			} catch {
				// A shelf that cannot be read is an empty one.
				return undefined;
			}
		},
		async put(key, { pcm, rate }) {
			const db = open();
			if (db === undefined || pcm.length > most) return;
			try {
				const row = { key, rate, pcm, sha256: await sha256(pcm), bytes: pcm.length, uses: 0, lastAt: now() };
				let bytes = (kept ?? (await soundsKept(db)).bytes) + pcm.length;
				while (bytes > most) {
					const least = (await db.sounds.orderBy('[uses+lastAt]').limit(EVICTED_AT_ONCE).toArray()).filter((one) => one.key !== key);
					if (least.length === 0) break;
					const gone: string[] = [];
					for (const one of least) {
						if (bytes <= most) break;
						gone.push(one.key);
						bytes -= one.bytes;
					}
					await db.sounds.bulkDelete(gone);
				}
				await db.sounds.put(row);
				kept = bytes;
			} catch {
				// As above; how much is there is counted anew.
				kept = undefined;
			}
		},
	};
}
