// SHA-256 of chunks by the browser, which is fast and off this thread; of whole files by hash-wasm, which alone can go on where it
// stopped. On plain http other than loopback the browser's own is absent, and hash-wasm does both.
import { createSHA1, createSHA256 } from 'hash-wasm';
import { chunkCount, chunkSpan } from '../../core/models/manifest.ts';
import { sha256 } from '../hex.ts';

export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	if (globalThis.crypto?.subtle !== undefined) return await sha256(bytes);
	return (await createSHA256()).init().update(bytes).digest('hex');
}

export interface FileHashes {
	readonly sha256: string;
	readonly chunks: readonly string[];
	/** SHA-1 as git names a file of these bytes; empty unless it was asked for. */
	readonly git: string;
}
export interface HashOptions {
	readonly git?: boolean;
	/** False: the chunks alone are promised, and hashing each byte once is enough; `sha256` is then empty. */
	readonly whole?: boolean;
	readonly signal?: AbortSignal | undefined;
}

/**
 * Hashes a file chunk by chunk.
 *
 * @param read  bytes of one chunk, as they are on the disk
 */
export async function hashFile(
	bytes: number,
	read: (at: number, bytes: number) => Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>,
	options: HashOptions = {},
): Promise<FileHashes> {
	const whole = options.whole === false ? undefined : await createSHA256();
	const git = options.git === true ? await createSHA1() : undefined;
	whole?.init();
	git?.init().update(new TextEncoder().encode(`blob ${bytes}\0`));
	const chunks: string[] = [];
	for (let i = 0; i < chunkCount(bytes); i++) {
		options.signal?.throwIfAborted();
		const span = chunkSpan(bytes, i);
		const chunk = await read(span.from, span.bytes);
		chunks.push(await sha256Of(chunk));
		whole?.update(chunk);
		git?.update(chunk);
	}
	return { sha256: whole?.digest('hex') ?? '', chunks, git: git?.digest('hex') ?? '' };
}

export async function hashBlob(blob: Blob, options?: HashOptions): Promise<FileHashes> {
	return await hashFile(blob.size, async (at, bytes) => new Uint8Array(await blob.slice(at, at + bytes).arrayBuffer()), options);
}
