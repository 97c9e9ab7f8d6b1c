// Fetches one file: from each address in turn, again after what may pass, until every chunk is on the disk; then hashes the whole from
// the disk, and only then gives it its final name.
import { missingRuns } from '../../core/models/chunks.ts';
import { type Asked, type Fault, wholeCorrupt } from '../../core/models/faults.ts';
import { backoffMs, type Patience } from '../../core/models/patience.ts';
import type { Address } from '../../core/models/sources.ts';
import type { Disk } from './disk.ts';
import { type FilePlan, openPartial, type PartialFile } from './partial.ts';
import { transfer } from './transfer.ts';

/** No address gave the file. What was verified stays. */
export class FetchError extends Error {
	override readonly name = 'FetchError';
}

export interface FetchOptions {
	readonly disk: Disk;
	readonly plan: FilePlan;
	readonly addresses: readonly Address[];
	readonly patience: Patience;
	readonly signal: AbortSignal;
	/** The listing came from a hub: other bytes mean that the hub changed them. */
	readonly pinned: boolean;
	readonly fetch: typeof fetch;
	readonly random: () => number;
	/** Resolves after the time, or sooner when the network is back. @throws AbortError */
	readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
	readonly onBytes: (bytes: number) => void;
	/** Verified bytes of this file. */
	readonly onHad: (bytes: number) => void;
	/** Where it is fetched from now, and what it waits for, both for a person. */
	readonly onSay: (via: string, why: string) => void;
	/** All is on the disk and is being hashed. */
	readonly onChecking: () => void;
}

/** The same chunk came damaged from one address so often: it is that server's file. */
const CORRUPT_TIMES = 2;
/** An address that stopped short so often without a new chunk has no more. */
const TRUNCATED_TIMES = 3;

/** A disk that loses bytes more often is broken. */
const LOST_TIMES = 3;

/**
 * @returns what the file hashes to, as is on the disk under `blobs/SHA256` now
 * @throws FetchError, DiskError, AbortError
 */
export async function fetchFile(options: FetchOptions): Promise<{ readonly sha256: string; readonly chunks: readonly string[] }> {
	const partial = await openPartial(options.disk, options.plan);
	try {
		return await fetchInto(partial, options);
	} finally {
		partial.close();
	}
}

async function fetchInto(partial: PartialFile, options: FetchOptions) {
	const { plan, patience, signal } = options;
	const sources = options.addresses.map((address) => ({
		address,
		refused: undefined as Fault | undefined,
		faults: new Map<string, number>(),
	}));
	let tries = 0;
	let lost = 0;
	/** Where to go on: an address that failed for now is left to the end of the row. */
	let turn = 0;
	for (;;) {
		signal.throwIfAborted();
		options.onHad(partial.hadBytes);
		const run = missingRuns(plan.bytes, partial.has)[0];
		const open = sources.filter(({ refused }) => refused === undefined);
		if (run === undefined) {
			options.onChecking();
			const done = await verify(partial, options);
			if (typeof done !== 'number') return done;
			// The disk lost chunks that it had: they are fetched again; the whole was wrong: nothing of it can be used.
			if (done > 0 && ++lost > LOST_TIMES)
				throw new FetchError(`The disk does not keep what is written of "${plan.path}": read back, it is something else, ${lost} times.`);
			if (done === 0) {
				const from = open[turn % Math.max(1, open.length)] ?? sources[0];
				if (from === undefined) throw new FetchError(`"${plan.path}" on the disk is not what was promised.`);
				from.refused = wholeCorrupt(askedOf(from.address, plan), options.pinned);
			}
			continue;
		}
		const source = open[turn % Math.max(1, open.length)];
		if (source === undefined) throw new FetchError(allRefused(sources.map(({ refused }) => refused)));
		options.onSay(source.address.from, '');
		const before = partial.hadBytes;
		const fault = await transfer({
			address: source.address,
			plan,
			partial,
			run,
			signal,
			stallMs: patience.stallMs,
			fetch: options.fetch,
			onBytes: options.onBytes,
			onChunk: () => options.onHad(partial.hadBytes),
		});
		if (partial.hadBytes > before) tries = 0;
		if (fault === undefined) continue;
		const judged = judge(fault, source.faults, partial.hadBytes > before);
		if (judged.retry === 'never') {
			source.refused = judged;
			continue;
		}
		tries++;
		if (tries >= patience.tries) throw new FetchError(`${judged.why} Tried ${tries} times. What is here stays; try again later.`);
		// Two in a row at one address, and another has its turn.
		if (tries % 2 === 0) turn++;
		const ms = backoffMs(patience, tries, options.random(), judged.waitMs);
		options.onSay(source.address.from, `${judged.why} Trying again in ${Math.max(1, Math.round(ms / 1000))} s.`);
		await options.sleep(ms, signal);
	}
}

function askedOf(address: Address, plan: FilePlan): Asked {
	return { from: address.from, path: plan.path, fileBytes: plan.bytes, range: { from: 0, to: plan.bytes } };
}

/** What happens over and over at one address is no accident. */
function judge(fault: Fault & { readonly chunk?: number }, seen: Map<string, number>, progressed: boolean): Fault {
	if (fault.kind !== 'corrupt' && fault.kind !== 'truncated') return fault;
	const key = `${fault.kind} ${fault.chunk ?? ''}`;
	if (fault.kind === 'truncated' && progressed) seen.delete(key);
	const times = (seen.get(key) ?? 0) + 1;
	seen.set(key, times);
	const most = fault.kind === 'corrupt' ? CORRUPT_TIMES : TRUNCATED_TIMES;
	return times < most ? fault : { ...fault, why: `${fault.why.replace(/\.$/, '')}, ${times} times.`, retry: 'never' };
}

function allRefused(faults: readonly (Fault | undefined)[]): string {
	const whys = [...new Set(faults.flatMap((fault) => (fault === undefined ? [] : [fault.why])))];
	return whys.length === 0 ? 'There is no address it could be fetched from.' : whys.join(' ');
}

/**
 * Hashes the file from the disk.
 *
 * @returns its hashes once it has its final name; else how many chunks are still good: 0 = all had to go
 */
async function verify(
	partial: PartialFile,
	{ plan, signal }: FetchOptions,
): Promise<{ readonly sha256: string; readonly chunks: readonly string[] } | number> {
	const hashes = await partial.hashes(signal);
	const right = plan.sha256 === undefined ? hashes.git === plan.git : hashes.sha256 === plan.sha256;
	if (right) {
		await partial.publish(hashes.sha256);
		return hashes;
	}
	let good = 0;
	for (const [chunk, sum] of hashes.chunks.entries()) {
		if (partial.recorded(chunk) === sum && (plan.chunks === undefined || plan.chunks[chunk] === sum)) good++;
		else partial.drop(chunk);
	}
	if (good < hashes.chunks.length && good > 0) return good;
	for (const chunk of hashes.chunks.keys()) partial.drop(chunk);
	return 0;
}
