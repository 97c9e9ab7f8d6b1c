// Models of a public hub: its listing gives each file's size and hash, and is kept at the first fetch. What the hub changes later is
// then another model, and refused. The listing is Hugging Face's: `lfs.oid` is a SHA-256; a small file has a git object's SHA-1 alone.
import * as v from 'valibot';
import { filePath, type ModelManifest } from './manifest.ts';

/** A file as it was listed. Exactly one of the two hashes is known before it is here; `sha256` always after. */
export interface PinnedFile {
	readonly path: string;
	readonly bytes: number;
	readonly sha256?: string | undefined;
	/** SHA-1 of `blob BYTES\0` and the bytes, as git names them. */
	readonly git?: string | undefined;
	/** Of each 8 MiB, recorded as they came. */
	readonly chunks?: readonly string[] | undefined;
}
export interface Pin {
	/** The commit that the listing was of, or the revision's name where the hub did not tell. */
	readonly revision: string;
	readonly files: readonly PinnedFile[];
}

const entry = v.looseObject({
	type: v.string(),
	path: v.string(),
	size: v.pipe(v.number(), v.integer(), v.minValue(0)),
	oid: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/))),
	lfs: v.optional(
		v.looseObject({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), size: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
	),
});

/** `*` stands for anything but a slash. */
function matcher(pick: readonly string[] | undefined): (path: string) => boolean {
	if (pick === undefined) return () => true;
	const patterns = pick.map(
		(one) =>
			new RegExp(
				`^${one
					.split('*')
					.map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
					.join('[^/]*')}$`,
			),
	);
	return (path) => patterns.some((pattern) => pattern.test(path));
}

/**
 * Reads a listing.
 *
 * @param listing  parsed JSON of `api/models/REPO/tree/REVISION?recursive=1`
 * @returns the files that the manifest picks, sorted, or the sentence why there are none
 */
export function readListing(
	manifest: ModelManifest,
	listing: unknown,
	from: string,
): { readonly files: readonly PinnedFile[] } | { readonly why: string } {
	const read = v.safeParse(v.pipe(v.array(v.unknown()), v.maxLength(20_000)), listing);
	if (!read.success) return { why: `${from} did not send a list of files for ${manifest.hub?.repo ?? manifest.id}.` };
	const wanted = matcher(manifest.hub?.pick);
	const files: PinnedFile[] = [];
	for (const raw of read.output) {
		const one = v.safeParse(entry, raw);
		if (!one.success) {
			if ((raw as { readonly type?: unknown } | null)?.type !== 'file') continue;
			return { why: `${from} lists a file of ${manifest.hub?.repo ?? manifest.id} without its size and hash.` };
		}
		const { type, path, size, oid, lfs } = one.output;
		if (type !== 'file' || !wanted(path)) continue;
		// Hidden files and odd names are nobody's weights.
		if (!v.is(filePath, path)) continue;
		if (lfs !== undefined) files.push({ path, bytes: lfs.size, sha256: lfs.oid });
		else if (oid !== undefined) files.push({ path, bytes: size, git: oid });
		else return { why: `${from} lists "${path}" without a hash, so it could not be checked.` };
	}
	const exact = (manifest.hub?.pick ?? []).filter((one) => !one.includes('*'));
	const missing = exact.filter((one) => !files.some(({ path }) => path === one));
	// Small files differ from one model to the next; weights that are not there are a fault.
	const weights = missing.filter((one) => !/\.(json|txt)$/.test(one));
	if (weights.length > 0)
		return { why: `${from} no longer lists ${weights.map((one) => `"${one}"`).join(', ')} of ${manifest.hub?.repo ?? manifest.id}.` };
	if (files.length === 0) return { why: `${from} lists no file of ${manifest.hub?.repo ?? manifest.id} that could be used.` };
	return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Where the listing is, and where the commit is told that a revision stands for. */
export function listingOf(repo: string, revision: string): { readonly listing: string; readonly commit: string } {
	const name = encodeURIComponent(revision);
	return { listing: `api/models/${repo}/tree/${name}?recursive=1`, commit: `api/models/${repo}/revision/${name}` };
}
