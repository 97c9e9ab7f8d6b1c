// Hashes what is on the disk. A model is ready when this said so since the page was opened, and for no other reason.
import { sizeOf } from '../../core/models/room.ts';
import type { Disk } from './disk.ts';
import { hashBlob } from './hashes.ts';
import { type FilePlan, reopenBlob } from './partial.ts';

/**
 * Hashes one file and takes it back to the partials when a chunk of it is not what was promised.
 *
 * @returns '' or the sentence that says what is damaged
 */
export async function checkFile(disk: Disk, plan: FilePlan & { readonly sha256: string }, signal?: AbortSignal): Promise<string> {
	const blob = await disk.blob('blobs', plan.sha256);
	if (blob === undefined) return `"${plan.path}" is gone from this browser's storage; fetch it again (${sizeOf(plan.bytes)}).`;
	const hashes = await hashBlob(blob, { signal });
	if (blob.size === plan.bytes && hashes.sha256 === plan.sha256) return '';
	const promised = plan.chunks;
	const damaged = hashes.chunks.flatMap((sum, chunk) => (promised === undefined || promised[chunk] !== sum ? [chunk] : []));
	await reopenBlob(disk, plan, damaged, hashes.chunks);
	const which = damaged.length === 1 ? `Chunk ${(damaged[0] ?? 0) + 1}` : `${damaged.length} chunks`;
	return blob.size !== plan.bytes
		? `"${plan.path}" has ${blob.size} bytes on the disk, and ${plan.bytes} were verified: what is missing is fetched again.`
		: `${which} of "${plan.path}" ${damaged.length === 1 ? 'is' : 'are'} damaged on the disk; ${promised === undefined ? 'the file' : 'that part alone'} is fetched again.`;
}
