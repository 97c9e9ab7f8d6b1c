import type { Disk } from './disk.ts';
import { makeMemoryDisk } from './memory-disk.ts';
import { openOpfs } from './opfs-disk.ts';

let memory: Disk | undefined;

/** The browser's private files, in a bucket of their own where it has buckets; memory where it has none. @throws DiskError `unreachable` */
export async function openBestDisk(): Promise<Disk> {
	const { storage, storageBuckets } = navigator as Partial<Pick<Navigator, 'storage'>> & { readonly storageBuckets?: unknown };
	return (await openOpfs(storage, storageBuckets)) ?? (memory ??= makeMemoryDisk());
}
