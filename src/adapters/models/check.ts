// Hashes what is on the disk. A model is ready when this said so since the page was opened, and for no other reason.
import { sizeOf } from '../../core/models/room.ts';
import type { Disk } from './disk.ts';
import { type Entry, freshRecord, plansOf, totalOf } from './entry.ts';
import type { Environment } from './environment.ts';
import { hashBlob } from './hashes.ts';
import { type FilePlan, reopenBlob } from './partial.ts';
import type { Shelf } from './shelf.ts';

/**
 * Hashes one file and takes it back to the partials when a chunk of it is not what was promised.
 *
 * @returns '' or the sentence that says what is damaged
 */
export async function checkFile(disk: Disk, plan: FilePlan & { readonly sha256: string }, signal?: AbortSignal): Promise<string> {
	const blob = await disk.blob('blobs', plan.sha256);
	if (blob === undefined) return `"${plan.path}" is gone from this browser's storage; fetch it again (${sizeOf(plan.bytes)}).`;
	const promised = plan.chunks;
	const hashes = await hashBlob(blob, { signal, whole: promised === undefined });
	const right = promised === undefined ? hashes.sha256 === plan.sha256 : hashes.chunks.every((sum, chunk) => promised[chunk] === sum);
	if (blob.size === plan.bytes && right) return '';
	const damaged = hashes.chunks.flatMap((sum, chunk) => (promised === undefined || promised[chunk] !== sum ? [chunk] : []));
	await reopenBlob(disk, plan, damaged, hashes.chunks);
	const which = damaged.length === 1 ? `Chunk ${(damaged[0] ?? 0) + 1}` : `${damaged.length} chunks`;
	return blob.size !== plan.bytes
		? `"${plan.path}" has ${blob.size} bytes on the disk, and ${plan.bytes} were verified: what is missing is fetched again.`
		: `${which} of "${plan.path}" ${damaged.length === 1 ? 'is' : 'are'} damaged on the disk; ${promised === undefined ? 'the file' : 'that part alone'} is fetched again.`;
}

export interface Checks {
	/** Hashes whatever of the model was not hashed since the page was opened. @returns '' or the sentence what is damaged */
	check(entry: Entry): Promise<string>;
	/** All that are here, in the background and one after the other, the smallest first. */
	checkAll(): Promise<void>;
}

export function makeChecks(shelf: Shelf, { clock }: Pick<Environment, 'clock'>): Checks {
	async function hashAll(entry: Entry): Promise<readonly string[]> {
		const whys: string[] = [];
		try {
			const { disk } = shelf.need();
			for (const plan of plansOf(entry) ?? []) {
				const { sha256 } = plan;
				if (sha256 === undefined || shelf.sound.has(sha256)) continue;
				// Who opens a model that was hashed already finds it as ready as it is.
				shelf.become(entry, { state: 'checking', why: '' });
				const why = await checkFile(disk, { ...plan, sha256 });
				if (why === '') shelf.sound.add(sha256);
				else whys.push(why);
			}
			// A full disk may refuse even that note; it costs nothing but the date.
			if (whys.length === 0) await shelf.save(entry, { ...freshRecord(entry, 'keep'), checkedAt: clock.now() }).catch(() => undefined);
		} catch (error) {
			whys.push(error instanceof Error ? error.message : String(error));
		}
		return whys;
	}

	let sweeping = false;
	const checks: Checks = {
		check(entry) {
			entry.checking ??= (async () => {
				const whys = await hashAll(entry);
				entry.checking = undefined;
				if (whys.length > 0) {
					entry.record = freshRecord(entry, 'keep');
					shelf.become(entry, { state: 'damaged', why: whys.join(' ') });
				}
				await shelf.look(entry).catch(() => undefined);
				if (whys.length > 0) await shelf.told(entry).catch(() => undefined);
				return whys.join(' ');
			})();
			return entry.checking;
		},
		async checkAll() {
			if (sweeping) return;
			sweeping = true;
			const bySize = [...shelf.entries.values()].toSorted((a, b) => totalOf(a) - totalOf(b));
			for (const entry of bySize) if (entry.state === 'checking' && entry.job === undefined) await checks.check(entry);
			sweeping = false;
		},
	};
	return checks;
}
