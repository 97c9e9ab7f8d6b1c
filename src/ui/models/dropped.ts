// Files out of a drop: folders are walked, since a model is often one. The entries have to be asked for while the drop is being
// handled; afterwards the browser has forgotten them.

export interface DroppedFile {
	/** As in the folder that was dropped, with `/`. */
	readonly path: string;
	readonly file: File;
}
export type Dropped = { readonly ok: true; readonly files: readonly DroppedFile[] } | { readonly ok: false; readonly why: string };

/** More is no model but somebody's whole disk. */
export const FILES_MAX = 2000;

class TooMany extends Error {}

/** Takes the entries out of a drop at once; what they hold is read when the returned function is called. */
export function takeDrop(transfer: Pick<DataTransfer, 'items' | 'files'>): () => Promise<Dropped> {
	const entries = [...transfer.items].flatMap((item) => {
		const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
		return entry === null ? [] : [entry];
	});
	const loose = [...transfer.files];
	return async () => {
		if (entries.length === 0) return fromFiles(loose);
		const files: DroppedFile[] = [];
		try {
			for (const entry of entries) await walk(entry, files);
		} catch (error) {
			if (error instanceof TooMany) return { ok: false, why: `That holds more than ${FILES_MAX} files. Drop the model’s own folder.` };
			return { ok: false, why: `It could not be read: ${error instanceof Error ? error.message : String(error)}` };
		}
		return files.length === 0 ? { ok: false, why: 'There is no file in it.' } : { ok: true, files };
	};
}

/** Files chosen in a picker; those of a folder carry their path in it. */
export function fromFiles(chosen: readonly File[]): Dropped {
	if (chosen.length === 0) return { ok: false, why: 'There is no file in it.' };
	if (chosen.length > FILES_MAX) return { ok: false, why: `That holds more than ${FILES_MAX} files. Choose the model’s own folder.` };
	return { ok: true, files: chosen.map((file) => ({ path: file.webkitRelativePath || file.name, file })) };
}

async function walk(entry: FileSystemEntry, into: DroppedFile[]): Promise<void> {
	if (entry.isFile) {
		if (into.length >= FILES_MAX) throw new TooMany();
		const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
		into.push({ path: entry.fullPath.replace(/^\//, ''), file });
		return;
	}
	const reader = (entry as FileSystemDirectoryEntry).createReader();
	// A folder is told in parts of a hundred or so, until one comes back empty.
	for (;;) {
		const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
		if (part.length === 0) return;
		for (const child of part) await walk(child, into);
	}
}
