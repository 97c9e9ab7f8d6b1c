// Asks a hub what a model consists of, and keeps the answer: from then on other bytes are refused.
import { listingOf, type Pin, type PinnedFile, readListing } from '../../core/models/hub.ts';
import type { ModelManifest } from '../../core/models/manifest.ts';
import { backoffMs, type Patience } from '../../core/models/patience.ts';
import { hostOf, type Places } from '../../core/models/sources.ts';
import type { Disk } from './disk.ts';
import { FetchError } from './fetch-file.ts';
import { hashBlob } from './hashes.ts';

/** A model's program has a few megabytes; it is held in memory once. */
const EXTRA_BYTES_MAX = 64 * 1024 * 1024;

export interface ListingOptions {
	readonly disk: Disk;
	readonly places: Places;
	readonly patience: Patience;
	readonly fetch: typeof fetch;
	readonly random: () => number;
	readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
	readonly onSay: (via: string, why: string) => void;
}

/** @throws FetchError, DiskError, AbortError */
export async function pinModel(manifest: ModelManifest, options: ListingOptions, signal: AbortSignal): Promise<Pin> {
	const { hub } = manifest;
	if (hub === undefined) throw new FetchError(`"${manifest.name}" names no hub that would list its files.`);
	const bases = options.places.mirror === '' ? [options.places.hub] : [options.places.mirror, options.places.hub];
	const { listing, commit } = listingOf(hub.repo, hub.revision);
	let why = '';
	for (let tries = 1; tries <= options.patience.tries; tries++) {
		const base = bases[(tries - 1) % bases.length] ?? options.places.hub;
		options.onSay(hostOf(base), '');
		const asked = await askJson(`${base}${listing}`, options, signal);
		if ('json' in asked) {
			const read = readListing(manifest, asked.json, hostOf(base));
			if ('why' in read) throw new FetchError(read.why);
			const told = await askJson(`${base}${commit}`, options, signal);
			const sha = 'json' in told ? (told.json as { readonly sha?: unknown } | null)?.sha : undefined;
			const extra = await Promise.all((manifest.extra ?? []).map((file) => fetchExtra(file, options, signal)));
			return { revision: typeof sha === 'string' && /^[0-9a-f]{40}$/.test(sha) ? sha : hub.revision, files: [...read.files, ...extra] };
		}
		why = `${hostOf(base)} does not list ${hub.repo}: ${asked.why}.`;
		if (asked.never && bases.length === 1) break;
		const ms = backoffMs(options.patience, tries, options.random());
		options.onSay(hostOf(base), `${why} Trying again in ${Math.max(1, Math.round(ms / 1000))} s.`);
		if (tries < options.patience.tries) await options.sleep(ms, signal);
	}
	throw new FetchError(why);
}

type Asked = { readonly json: unknown } | { readonly why: string; readonly never: boolean };

async function askJson(url: string, { fetch, patience }: ListingOptions, signal: AbortSignal): Promise<Asked> {
	try {
		const response = await fetch(url, {
			cache: 'no-store',
			credentials: 'omit',
			referrerPolicy: 'no-referrer',
			signal: AbortSignal.any([signal, AbortSignal.timeout(patience.stallMs)]),
		});
		if (!response.ok) return { why: `HTTP ${response.status}`, never: response.status < 500 && response.status !== 429 };
		return { json: (await response.json()) as unknown };
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof SyntaxError) return { why: 'it sends something else than a list', never: true };
		return { why: 'it cannot be reached', never: false };
	}
}

/** Keeps a file of which nobody published a hash; what came first is what it is from now on. */
async function fetchExtra(
	file: { readonly path: string; readonly url: string },
	{ disk, fetch }: ListingOptions,
	signal: AbortSignal,
): Promise<PinnedFile> {
	const from = hostOf(file.url);
	let blob: Blob;
	try {
		const response = await fetch(file.url, { cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', signal });
		if (!response.ok) throw new FetchError(`${from} has no "${file.path}" (HTTP ${response.status}).`);
		if (/^text\/html\b/i.test(response.headers.get('content-type') ?? ''))
			throw new FetchError(`${from} sends a web page instead of "${file.path}".`);
		if (Number(response.headers.get('content-length') ?? 0) > EXTRA_BYTES_MAX)
			throw new FetchError(`"${file.path}" from ${from} has more than ${EXTRA_BYTES_MAX} bytes.`);
		blob = await response.blob();
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof FetchError) throw error;
		throw new FetchError(`${from} cannot be reached for "${file.path}".`, { cause: error });
	}
	const { sha256, chunks } = await hashBlob(blob, { signal });
	const open = await disk.open('partials', `${sha256}.part`);
	try {
		open.write(new Uint8Array(await blob.arrayBuffer()), 0);
		open.flush();
	} finally {
		open.close();
	}
	await disk.move('partials', `${sha256}.part`, 'blobs', sha256);
	return { path: file.path, bytes: blob.size, sha256, chunks };
}
