// The browser's private files (OPFS), in a storage bucket of their own where the browser has buckets: whoever clears models does not
// clear crystals, and under pressure the browser may give up the one and keep the other.
import { type Disk, DiskError, type Folder, FOLDERS, type OpenFile } from './disk.ts';

// TypeScript's library knows neither buckets nor moving; only what is used here is described.
interface Bucket {
	getDirectory(): Promise<FileSystemDirectoryHandle>;
	estimate(): Promise<StorageEstimate>;
	persisted?(): Promise<boolean>;
}
interface Buckets {
	open(name: string, options?: { readonly persisted?: boolean; readonly durability?: 'strict' | 'relaxed' }): Promise<Bucket>;
}
interface Movable {
	move?(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

const BUCKET = 'models';
/** Below the origin's own root, where there are no buckets. */
const FOLDER = 'falsework-models';

/**
 * Opens the folders.
 *
 * @returns undefined where this browser has no private files for a page like this one
 * @throws DiskError `unreachable` when it has them and cannot reach them now: that is not the same as empty
 */
export async function openOpfs(
	storage: Pick<StorageManager, 'getDirectory' | 'estimate' | 'persisted'> | undefined,
	buckets: unknown,
): Promise<Disk | undefined> {
	if (storage?.getDirectory === undefined) return undefined;
	let place: { readonly root: FileSystemDirectoryHandle; readonly keptIn: string; readonly of: Pick<Bucket, 'estimate' | 'persisted'> };
	try {
		if (typeof (buckets as Partial<Buckets> | undefined)?.open === 'function') {
			const bucket = await (buckets as Buckets).open(BUCKET, { persisted: true, durability: 'strict' });
			place = { root: await bucket.getDirectory(), keptIn: 'this browser’s storage bucket “models”', of: bucket };
		} else {
			const root = await (await storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
			place = { root, keptIn: 'this browser’s private files', of: storage };
		}
	} catch (cause) {
		// Private windows and pages of a foreign frame are refused for good.
		if (cause instanceof Error && (cause.name === 'SecurityError' || cause.name === 'NotSupportedError')) return undefined;
		throw unreachable(cause);
	}
	const folders = new Map<Folder, FileSystemDirectoryHandle>();
	try {
		for (const name of FOLDERS) folders.set(name, await place.root.getDirectoryHandle(name, { create: true }));
	} catch (cause) {
		throw unreachable(cause);
	}
	return makeDisk(folders, place.keptIn, place.of);
}

function unreachable(cause: unknown): DiskError {
	const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
	return new DiskError(
		'unreachable',
		`This browser’s storage for models cannot be reached now (${detail}). What is there stays; reload the page to look again.`,
		{
			cause,
		},
	);
}

/** Chrome tells a full disk by any of several names, and a broken one by the same. */
function writeFailed(cause: unknown): DiskError {
	const name = cause instanceof Error ? cause.name : String(cause);
	if (name === 'NoModificationAllowedError') return new DiskError('busy', 'Another tab is writing this file.', { cause });
	return new DiskError(
		'full',
		`The browser could not write more of it (${name}): the disk or this page’s share of it is full. What is here stays; make room and go on.`,
		{
			cause,
		},
	);
}

function openFile(handle: FileSystemSyncAccessHandle): OpenFile {
	const guarded = <T>(work: () => T): T => {
		try {
			return work();
		} catch (cause) {
			throw cause instanceof DiskError ? cause : writeFailed(cause);
		}
	};
	return {
		size: () => guarded(() => handle.getSize()),
		read: (at, bytes) =>
			guarded(() => {
				const buffer = new Uint8Array(bytes);
				return buffer.subarray(0, handle.read(buffer, { at }));
			}),
		write: (bytes, at) =>
			guarded(() => {
				// A full disk does not throw here: it writes less, or returns a negative error as an unsigned number.
				const wrote = handle.write(bytes as Uint8Array<ArrayBuffer>, { at });
				if (wrote !== bytes.length) throw writeFailed(new DOMException('a short write', 'QuotaExceededError'));
			}),
		truncate: (bytes) => guarded(() => handle.truncate(bytes)),
		flush: () => guarded(() => handle.flush()),
		close: () => handle.close(),
	};
}

function makeDisk(
	folders: ReadonlyMap<Folder, FileSystemDirectoryHandle>,
	keptIn: string,
	of: Pick<Bucket, 'estimate' | 'persisted'>,
): Disk {
	const at = (folder: Folder) => folders.get(folder) as FileSystemDirectoryHandle;
	const inTurn = makeTurns();
	async function find(folder: Folder, name: string): Promise<FileSystemFileHandle | undefined> {
		try {
			return await at(folder).getFileHandle(name);
		} catch (cause) {
			if (cause instanceof Error && cause.name === 'NotFoundError') return undefined;
			throw unreachable(cause);
		}
	}
	return {
		keptIn,
		lasting: true,
		list: inTurn(async (folder) => {
			const found: { name: string; bytes: number }[] = [];
			try {
				for await (const entry of (at(folder) as unknown as { values(): AsyncIterable<FileSystemHandle> }).values())
					if (entry.kind === 'file') {
						// A file that another tab has just moved is no fault.
						const file = await holding(entry as FileSystemFileHandle, (h) => h.getFile()).catch(() => undefined);
						if (file !== undefined) found.push({ name: entry.name, bytes: file.size });
					}
			} catch (cause) {
				throw unreachable(cause);
			}
			return found;
		}),
		blob: inTurn(async (folder, name) => {
			const handle = await find(folder, name);
			try {
				return handle === undefined ? undefined : await holding(handle, (h) => h.getFile());
			} catch (cause) {
				if (cause instanceof Error && cause.name === 'NotFoundError') return undefined;
				throw unreachable(cause);
			}
		}),
		open: inTurn(async (folder, name) => {
			try {
				const handle = await at(folder).getFileHandle(name, { create: true });
				return openFile(await holding(handle, (h) => h.createSyncAccessHandle()));
			} catch (cause) {
				throw writeFailed(cause);
			}
		}),
		move: inTurn(async (from, name, to, as) => {
			const handle = await find(from, name);
			if (handle === undefined) throw unreachable(new Error(`${name} is gone`));
			try {
				const movable: FileSystemFileHandle & Movable = handle;
				if (movable.move !== undefined) return await holding(movable, async (h) => await h.move?.(at(to), as));
				await copyOver(handle, at(to), as);
				await at(from).removeEntry(name);
			} catch (cause) {
				throw writeFailed(cause);
			}
		}),
		remove: inTurn(async (folder, name) => {
			try {
				await at(folder).removeEntry(name);
			} catch (cause) {
				if (cause instanceof Error && cause.name === 'NotFoundError') return;
				throw cause instanceof Error && cause.name === 'NoModificationAllowedError' ? writeFailed(cause) : unreachable(cause);
			}
		}),
		async freeBytes() {
			const { quota, usage } = await of.estimate().catch(() => ({ quota: undefined, usage: undefined }));
			return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
		},
		persisted: async () => await of.persisted?.().catch(() => undefined),
	};
}

/** Handles that the browser works on. Of one that is collected meanwhile it seems to forget to answer: held, none was ever lost. */
const busy = new Set<object>();
async function holding<H extends object, R>(handle: H, work: (handle: H) => Promise<R>): Promise<R> {
	busy.add(handle);
	try {
		return await work(handle);
	} finally {
		busy.delete(handle);
	}
}

/** No operation on a name takes nearly as long. */
const ANSWER_MS = 20_000;

/**
 * One operation on names at a time, each within its time. Where several overlap, as two fast downloads and a listing do, Chrome now and
 * then never answers one of them, and a download that waited for it would wait for ever.
 */
function makeTurns() {
	let last: Promise<unknown> = Promise.resolve();
	return <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) =>
		(...args: A): Promise<R> => {
			const mine = last.then(() => inTime(work(...args)));
			last = mine.catch(() => undefined);
			return mine;
		};
}

async function inTime<R>(work: Promise<R>): Promise<R> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	try {
		return await Promise.race([
			work,
			new Promise<never>((_, reject) => {
				timer = setTimeout(
					() => reject(new DiskError('busy', 'The browser did not answer about a file of a model. What is here stays; try again.')),
					ANSWER_MS,
				);
			}),
		]);
	} finally {
		clearTimeout(timer);
	}
}

/** For browsers that cannot move a file: the copy is closed, and so visible, only when it is whole. */
async function copyOver(from: FileSystemFileHandle, folder: FileSystemDirectoryHandle, name: string): Promise<void> {
	const to = await folder.getFileHandle(name, { create: true });
	await (await from.getFile()).stream().pipeTo(await to.createWritable());
}
