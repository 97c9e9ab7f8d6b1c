// One request for one run of chunks. Each chunk is hashed as it lands and only then written; whatever is wrong with the answer comes
// back as a fault, and what was verified before it stays.
import { chunkOf, type Run } from '../../core/models/chunks.ts';
import { type Asked, corrupt, cut, type Fault, judgeAnswer, silent, stalled, truncated } from '../../core/models/faults.ts';
import { chunkSpan } from '../../core/models/manifest.ts';
import { retryAfterMs } from '../../core/models/patience.ts';
import type { Address } from '../../core/models/sources.ts';
import { sha256Of } from './hashes.ts';
import type { FilePlan, PartialFile } from './partial.ts';

export interface TransferOptions {
	readonly address: Address;
	readonly plan: FilePlan;
	readonly partial: PartialFile;
	readonly run: Run;
	readonly signal: AbortSignal;
	readonly stallMs: number;
	readonly fetch: typeof fetch;
	/** Bytes as they come off the wire. */
	readonly onBytes: (bytes: number) => void;
	/** A chunk is on the disk. */
	readonly onChunk: () => void;
}

/**
 * @returns undefined when the whole run is on the disk
 * @throws AbortError when `signal` aborts, DiskError when the disk fails
 */
export async function transfer(options: TransferOptions): Promise<(Fault & { readonly chunk?: number }) | undefined> {
	const { address, plan, run, signal, stallMs } = options;
	const asked: Asked = { from: address.from, path: plan.path, fileBytes: plan.bytes, range: run };
	const stop = new AbortController();
	const abort = (): void => stop.abort();
	signal.addEventListener('abort', abort, { once: true });
	let quiet = false;
	let timer: ReturnType<typeof setTimeout> | undefined;
	/** Gives the connection up when it brings nothing for too long. */
	function wait(): void {
		clearTimeout(timer);
		timer = setTimeout(() => {
			quiet = true;
			stop.abort();
		}, stallMs);
	}
	let at = run.from;
	try {
		wait();
		const whole = run.from === 0 && run.to === plan.bytes;
		const response = await options.fetch(address.url, {
			signal: stop.signal,
			cache: 'no-store',
			credentials: 'omit',
			referrerPolicy: 'no-referrer',
			headers: whole ? {} : { Range: `bytes=${run.from}-${run.to - 1}` },
		});
		const { headers } = response;
		const judged = judgeAnswer(
			{
				status: response.status,
				type: headers.get('content-type'),
				contentLength: headers.get('content-length'),
				contentRange: headers.get('content-range'),
				contentEncoding: headers.get('content-encoding'),
				retryAfterMs: retryAfterMs(headers.get('retry-after'), Date.now()),
			},
			asked,
		);
		if ('kind' in judged) return judged;
		if (response.body === null) return truncated(asked, at);
		const reader = response.body.getReader();
		at = judged.startsAt;
		const landing = makeLanding(options, at);
		for (;;) {
			wait();
			const { done, value } = await reader.read();
			signal.throwIfAborted();
			if (done) break;
			options.onBytes(value.length);
			clearTimeout(timer);
			// What comes beyond the run is nobody's: a server that ignored the range, or has a longer file.
			const bad = await landing.take(at + value.length > run.to ? value.subarray(0, run.to - at) : value);
			if (bad !== undefined) return { ...corrupt(asked, bad, 1), chunk: bad };
			at += value.length;
			if (at >= run.to) break;
		}
		return at < run.to ? truncated(asked, at) : undefined;
	} catch (error) {
		signal.throwIfAborted();
		if (quiet) return stalled(asked, Math.round(stallMs / 1000));
		if (error instanceof Error && (error.name === 'TypeError' || error.name === 'AbortError' || error.name === 'NetworkError'))
			return at > run.from ? cut(asked, at) : silent(asked, '');
		throw error;
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', abort);
		stop.abort();
	}
}

/** Puts pieces together to chunks; what lies outside the run, or is there already, passes by. */
function makeLanding({ plan, partial, run, onChunk }: TransferOptions, startsAt: number) {
	let at = startsAt;
	let buffer: Uint8Array<ArrayBuffer> | undefined;
	return {
		/** @returns the chunk that is not what was promised */
		async take(piece: Uint8Array): Promise<number | undefined> {
			let used = 0;
			while (used < piece.length) {
				const chunk = chunkOf(at);
				const span = chunkSpan(plan.bytes, chunk);
				const offset = at - span.from;
				const bytes = Math.min(piece.length - used, span.bytes - offset);
				if (chunk >= run.first && chunk <= run.last) {
					buffer ??= new Uint8Array(span.bytes);
					buffer.set(piece.subarray(used, used + bytes), offset);
					if (offset + bytes === span.bytes) {
						const sum = await sha256Of(buffer);
						if (plan.chunks !== undefined && plan.chunks[chunk] !== sum) return chunk;
						partial.put(chunk, buffer, sum);
						onChunk();
						buffer = undefined;
					}
				}
				at += bytes;
				used += bytes;
			}
			return undefined;
		},
	};
}
