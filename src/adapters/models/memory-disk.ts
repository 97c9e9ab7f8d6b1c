// Files in memory, for browsers that keep none for this page, and for tests, which can fill it up or make it fail.
import { type Disk, DiskError, type Folder, FOLDERS, type OpenFile } from './disk.ts';

export interface MemoryDisk extends Disk {
	/** As if the disk had so much; Infinity unless said. */
	limitBytes: number;
	/** As if the tab that has files open had died. */
	die(): void;
	readonly files: ReadonlyMap<Folder, Map<string, Uint8Array<ArrayBuffer>>>;
}

export function makeMemoryDisk(limitBytes = Number.POSITIVE_INFINITY): MemoryDisk {
	const files = new Map(FOLDERS.map((folder) => [folder, new Map<string, Uint8Array<ArrayBuffer>>()]));
	const open = new Set<string>();
	const at = (folder: Folder) => files.get(folder) as Map<string, Uint8Array<ArrayBuffer>>;
	const used = () => [...files.values()].flatMap((folder) => [...folder.values()]).reduce((sum, { length }) => sum + length, 0);
	const disk: MemoryDisk = {
		keptIn: 'memory only: this browser keeps no files for this page, so models are gone when it is closed',
		lasting: false,
		limitBytes,
		files,
		die: () => open.clear(),
		list: async (folder) => [...at(folder)].map(([name, { length }]) => ({ name, bytes: length })),
		async blob(folder, name) {
			const bytes = at(folder).get(name);
			return bytes === undefined ? undefined : new Blob([bytes.slice()]);
		},
		async open(folder, name) {
			const key = `${folder}/${name}`;
			if (open.has(key)) throw new DiskError('busy', 'Another tab is writing this file.');
			open.add(key);
			if (!at(folder).has(name)) at(folder).set(name, new Uint8Array());
			const now = () => at(folder).get(name) ?? new Uint8Array();
			const file: OpenFile = {
				size: () => now().length,
				read: (from, bytes) => now().slice(from, from + bytes),
				write(bytes, from) {
					const before = now();
					const length = Math.max(before.length, from + bytes.length);
					if (used() - before.length + length > disk.limitBytes)
						throw new DiskError(
							'full',
							'The browser could not write more of it (QuotaExceededError): the disk or this page’s share of it is full. What is here stays; make room and go on.',
						);
					const after = length === before.length ? before : new Uint8Array(length);
					if (after !== before) after.set(before);
					after.set(bytes, from);
					at(folder).set(name, after);
				},
				truncate: (bytes) => void at(folder).set(name, now().slice(0, bytes)),
				flush: () => undefined,
				close: () => void open.delete(key),
			};
			return file;
		},
		async move(from, name, to, as) {
			const bytes = at(from).get(name);
			if (bytes === undefined) throw new DiskError('unreachable', `${name} is gone.`);
			at(from).delete(name);
			at(to).set(as, bytes);
		},
		remove: async (folder, name) => void at(folder).delete(name),
		freeBytes: async () => (Number.isFinite(disk.limitBytes) ? Math.max(0, disk.limitBytes - used()) : undefined),
		persisted: async () => false,
	};
	return disk;
}
