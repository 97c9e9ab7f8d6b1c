// Which parts of a file are still to be fetched. A file is fetched in chunks of 8 MiB; chunks that lie side by side go in one request.
import { CHUNK_BYTES, chunkCount, chunkSpan } from './manifest.ts';

/** Chunks `first` to `last` and the bytes they cover, `to` exclusive. */
export interface Run {
	readonly first: number;
	readonly last: number;
	readonly from: number;
	readonly to: number;
}

/** What lacks, in order, neighbours joined. An empty file has one chunk of no bytes, which nobody has to fetch. */
export function missingRuns(fileBytes: number, has: (chunk: number) => boolean): readonly Run[] {
	const runs: Run[] = [];
	if (fileBytes === 0) return runs;
	for (let chunk = 0; chunk < chunkCount(fileBytes); chunk++) {
		if (has(chunk)) continue;
		const { from, bytes } = chunkSpan(fileBytes, chunk);
		const before = runs.at(-1);
		if (before !== undefined && before.last === chunk - 1) runs[runs.length - 1] = { ...before, last: chunk, to: from + bytes };
		else runs.push({ first: chunk, last: chunk, from, to: from + bytes });
	}
	return runs;
}

/** Bytes of the chunks that are there. */
export function bytesHad(fileBytes: number, has: (chunk: number) => boolean): number {
	let had = 0;
	for (let chunk = 0; chunk < chunkCount(fileBytes); chunk++) if (has(chunk)) had += chunkSpan(fileBytes, chunk).bytes;
	return had;
}

/** The chunk that a byte lies in. */
export function chunkOf(byte: number): number {
	return Math.floor(byte / CHUNK_BYTES);
}
