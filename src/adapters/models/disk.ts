// Where the model store keeps its files, whatever that is: the browser's private files, or memory where it has none. Three folders:
// `blobs`, each whole, verified and named by its SHA-256; `partials`, what is on its way; `records`, small texts about models.

export const FOLDERS = ['blobs', 'partials', 'records'] as const;
export type Folder = (typeof FOLDERS)[number];

export class DiskError extends Error {
	override readonly name = 'DiskError';
	constructor(
		/** `full`: nothing was lost, room has to be made. `busy`: another tab has the file open. `unreachable`: may be back later. */
		readonly reason: 'full' | 'busy' | 'unreachable',
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}

/** One file, open for this tab alone. Every method is synchronous and may throw DiskError. */
export interface OpenFile {
	size(): number;
	/** Fewer bytes than asked for at the end of the file. */
	read(at: number, bytes: number): Uint8Array<ArrayBuffer>;
	write(bytes: Uint8Array, at: number): void;
	truncate(bytes: number): void;
	/** Returns when the bytes are on the disk. */
	flush(): void;
	close(): void;
}

export interface Disk {
	/** For a person. */
	readonly keptIn: string;
	/** False: gone when the page is closed. */
	readonly lasting: boolean;
	list(folder: Folder): Promise<readonly { readonly name: string; readonly bytes: number }[]>;
	/** The bytes as they are now; reading them later fails if the file has changed since. */
	blob(folder: Folder, name: string): Promise<Blob | undefined>;
	open(folder: Folder, name: string): Promise<OpenFile>;
	/** Replaces what is there, at once. */
	move(from: Folder, name: string, to: Folder, as: string): Promise<void>;
	remove(folder: Folder, name: string): Promise<void>;
	/** What the browser says of the room; undefined when it does not say. */
	freeBytes(): Promise<number | undefined>;
	persisted(): Promise<boolean | undefined>;
}

/** Writes a small text so that a crash leaves the old one or the new one. */
export async function writeText(disk: Disk, folder: Folder, name: string, text: string): Promise<void> {
	const bytes = new TextEncoder().encode(text);
	const temp = `${name}.${crypto.randomUUID()}.tmp`;
	try {
		const file = await disk.open(folder, temp);
		try {
			file.write(bytes, 0);
			file.flush();
		} finally {
			file.close();
		}
		await disk.move(folder, temp, folder, name);
	} catch (error) {
		await disk.remove(folder, temp).catch(() => undefined);
		throw error;
	}
}

export async function readText(disk: Disk, folder: Folder, name: string): Promise<string | undefined> {
	return await (await disk.blob(folder, name))?.text();
}
