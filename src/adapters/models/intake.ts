// Takes a brought file in: writes it beside the store's own, under a name nobody looks for, and hashes it on the way.
import { createSHA256 } from 'hash-wasm';
import type { Taken } from '../../core/models/bring.ts';
import { CHUNK_BYTES } from '../../core/models/manifest.ts';
import type { Disk } from './disk.ts';

/** Enough for the general facts of a GGUF file. */
const HEAD_BYTES = 64 * 1024;

export interface Intake extends Taken {
	/** Its name among the partials. */
	readonly temp: string;
}
export interface Taking {
	/** Synchronous, since what unpacks a zip is. */
	write(bytes: Uint8Array): void;
	end(): Intake;
	/** Gives its bytes back. */
	drop(): Promise<void>;
}

export async function beginIntake(disk: Disk, path: string): Promise<Taking> {
	const temp = `incoming-${crypto.randomUUID()}`;
	const [whole, chunk] = await Promise.all([createSHA256(), createSHA256()]);
	const file = await disk.open('partials', temp);
	whole.init();
	chunk.init();
	const chunks: string[] = [];
	const head = new Uint8Array(HEAD_BYTES);
	let at = 0;
	let inChunk = 0;
	return {
		write(bytes) {
			file.write(bytes, at);
			whole.update(bytes);
			if (at < HEAD_BYTES) head.set(bytes.subarray(0, HEAD_BYTES - at), at);
			at += bytes.length;
			for (let from = 0; from < bytes.length; ) {
				const piece = bytes.subarray(from, from + CHUNK_BYTES - inChunk);
				chunk.update(piece);
				from += piece.length;
				inChunk += piece.length;
				if (inChunk === CHUNK_BYTES) {
					chunks.push(chunk.digest('hex'));
					chunk.init();
					inChunk = 0;
				}
			}
		},
		end() {
			file.flush();
			file.close();
			if (inChunk > 0 || at === 0) chunks.push(chunk.digest('hex'));
			return { path, bytes: at, sha256: whole.digest('hex'), chunks, head: head.slice(0, Math.min(at, HEAD_BYTES)), temp };
		},
		async drop() {
			file.close();
			await disk.remove('partials', temp);
		},
	};
}

const PIECE_BYTES = 1024 * 1024;

export async function takeFile(disk: Disk, path: string, file: Blob): Promise<Intake> {
	const taking = await beginIntake(disk, path);
	try {
		for (let at = 0; at < file.size; at += PIECE_BYTES) taking.write(await read(file, at, path));
		return taking.end();
	} catch (error) {
		await taking.drop().catch(() => undefined);
		throw error;
	}
}

/** A piece of the person's file. @throws Error with a sentence */
export async function read(file: Blob, at: number, path: string, bytes = PIECE_BYTES): Promise<Uint8Array<ArrayBuffer>> {
	try {
		return new Uint8Array(await file.slice(at, at + bytes).arrayBuffer());
	} catch (cause) {
		throw new Error(`"${path}" could not be read: it was changed or taken away meanwhile, or the browser may not read it.`, { cause });
	}
}
