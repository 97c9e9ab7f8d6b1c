// A file on its way. Its bytes lie in `KEY.part`, each chunk at its place; beside it `KEY.sums` has 32 bytes a chunk: its SHA-256 once
// it is on the disk, else zeros. A chunk is written and flushed before its sum is, so a crash in between costs that one chunk.
import { bytesHad } from '../../core/models/chunks.ts';
import { chunkCount, chunkSpan } from '../../core/models/manifest.ts';
import type { Disk, OpenFile } from './disk.ts';
import { fromHex, toHex } from '../hex.ts';
import { type FileHashes, hashFile } from './hashes.ts';

const SUM_BYTES = 32;

/** What is to be fetched, as a manifest or a hub's listing says. */
export interface FilePlan {
	readonly path: string;
	readonly at?: string | undefined;
	readonly bytes: number;
	/** Name of the blob; unknown for a small file of a hub until it is here. */
	readonly sha256?: string | undefined;
	readonly git?: string | undefined;
	/** Promised sums; absent where only the whole is known. */
	readonly chunks?: readonly string[] | undefined;
}
/** What the bytes are known by before they are here. */
export const keyOf = (plan: FilePlan): string => plan.sha256 ?? `git-${plan.git ?? ''}`;

export interface PartialFile {
	has(chunk: number): boolean;
	/** Verified bytes on the disk. */
	readonly hadBytes: number;
	/** Returns when chunk and sum are on the disk. */
	put(chunk: number, bytes: Uint8Array, sum: string): void;
	/** What a chunk hashed to as it landed; zeros where it is not here. */
	recorded(chunk: number): string;
	/** It has to be fetched again. */
	drop(chunk: number): void;
	/** Of what is on the disk now. */
	hashes(signal?: AbortSignal): Promise<FileHashes>;
	/** Gives it its final name, at once; it is closed then. */
	publish(sha256: string): Promise<void>;
	/** Gives its bytes back; it is closed then. */
	discard(): Promise<void>;
	close(): void;
}

const NOTHING = '0'.repeat(2 * SUM_BYTES);
/** True for a chunk whose recorded sum is one that was promised, or any where nothing was. */
function holds(sums: Uint8Array, plan: FilePlan, chunk: number): boolean {
	const sum = toHex(sums.subarray(chunk * SUM_BYTES, (chunk + 1) * SUM_BYTES));
	if (sum.length !== 2 * SUM_BYTES || sum === NOTHING) return false;
	return plan.chunks === undefined || plan.chunks[chunk] === sum;
}

/** Verified bytes of a file that nobody has open; 0 when it was not begun. */
export async function partialBytes(disk: Disk, plan: FilePlan): Promise<number> {
	const sums = await disk.blob('partials', `${keyOf(plan)}.sums`);
	if (sums === undefined) return 0;
	const bytes = new Uint8Array(await sums.arrayBuffer());
	return bytesHad(plan.bytes, (chunk) => holds(bytes, plan, chunk));
}

/** @throws DiskError, `busy` while another tab has it */
export async function openPartial(disk: Disk, plan: FilePlan): Promise<PartialFile> {
	const key = keyOf(plan);
	const part = await disk.open('partials', `${key}.part`);
	let sumsFile: OpenFile;
	try {
		sumsFile = await disk.open('partials', `${key}.sums`);
	} catch (error) {
		part.close();
		throw error;
	}
	const sums = new Uint8Array(chunkCount(plan.bytes) * SUM_BYTES);
	sums.set(sumsFile.read(0, sums.length));
	// A sum without its bytes would be believed until the end.
	const has = (chunk: number): boolean => {
		const { from, bytes } = chunkSpan(plan.bytes, chunk);
		return from + bytes <= part.size() && holds(sums, plan, chunk);
	};
	function record(chunk: number, sum: string): void {
		const bytes = fromHex(sum);
		sumsFile.write(bytes, chunk * SUM_BYTES);
		sumsFile.flush();
		sums.set(bytes, chunk * SUM_BYTES);
	}
	let open = true;
	function close(): void {
		if (!open) return;
		open = false;
		part.close();
		sumsFile.close();
	}
	return {
		has,
		get hadBytes() {
			return bytesHad(plan.bytes, has);
		},
		put(chunk, bytes, sum) {
			part.write(bytes, chunkSpan(plan.bytes, chunk).from);
			part.flush();
			record(chunk, sum);
		},
		recorded: (chunk) => toHex(sums.subarray(chunk * SUM_BYTES, (chunk + 1) * SUM_BYTES)),
		drop: (chunk) => record(chunk, NOTHING),
		hashes: async (signal) => {
			part.truncate(plan.bytes);
			return await hashFile(plan.bytes, (at, bytes) => part.read(at, bytes), { git: plan.sha256 === undefined, signal });
		},
		async publish(sha256) {
			close();
			await disk.move('partials', `${key}.part`, 'blobs', sha256);
			await disk.remove('partials', `${key}.sums`);
		},
		async discard() {
			close();
			await disk.remove('partials', `${key}.sums`);
			await disk.remove('partials', `${key}.part`);
		},
		close,
	};
}

/** Takes a damaged blob back to a file on its way, without the chunks that are damaged. */
export async function reopenBlob(
	disk: Disk,
	plan: FilePlan & { readonly sha256: string },
	damaged: readonly number[],
	sums: readonly string[],
): Promise<void> {
	const key = keyOf(plan);
	const file = await disk.open('partials', `${key}.sums`);
	try {
		sums.forEach((sum, chunk) => {
			file.write(fromHex(damaged.includes(chunk) ? NOTHING : sum), chunk * SUM_BYTES);
		});
		file.flush();
	} finally {
		file.close();
	}
	await disk.move('blobs', plan.sha256, 'partials', `${key}.part`);
}
