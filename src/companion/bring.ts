// `falsework models add`: what lies in a folder, hashed, and the models that it makes.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { isJunk, kindOf, manifestFor, matchFiles, type Taken } from '../core/models/bring.ts';
import { type ModelManifest, readManifest } from '../core/models/manifest.ts';
import { hashFile, type Weights } from './weights.ts';

export interface Brought {
	readonly added: readonly ModelManifest[];
	/** What is wrong with what was found, each a sentence. */
	readonly faults: readonly string[];
}

const MANIFEST_BYTES = 1024 * 1024;

/**
 * Adds every model that a folder, or a file, holds whole.
 *
 * @param known  manifests that come with the page
 * @throws the file system's error when the place cannot be read
 */
export function bring(place: string, weights: Weights, known: readonly ModelManifest[], log: (line: string) => void): Brought {
	const single = statSync(place).isFile();
	const paths = single ? [place] : filesUnder(place);
	const taken: (Taken & { readonly file: string })[] = [];
	const manifests: ModelManifest[] = [];
	const faults: string[] = [];
	const promises = new Map<string, string>();
	const broken = new Set<string>();
	for (const file of paths) {
		const path = single ? basename(file) : relative(place, file).split(sep).join('/');
		if (file.endsWith('.json')) readJson(file, path, { manifests, faults, promises });
		if (statSync(file).size > MANIFEST_BYTES * 32) log(`Hashing ${path} …`);
		taken.push({ path, file, ...hashFile(file) });
	}
	// A list of hashes beside the files is a promise; what breaks it is not taken.
	for (const { path, sha256 } of taken) {
		const promised = promises.get(path);
		if (promised === undefined || promised === sha256) continue;
		broken.add(path);
		faults.push(`${path} has SHA-256 ${sha256}, and manifest.json promises ${promised}.`);
	}
	for (const path of promises.keys())
		if (!taken.some((one) => one.path === path)) faults.push(`manifest.json lists ${path}, which is not there.`);
	const added: ModelManifest[] = [];
	const used = new Set<string>();
	const from = (sha256: string): string | undefined => taken.find((one) => one.sha256 === sha256)?.file;
	function add(manifest: ModelManifest): void {
		weights.put(manifest, from);
		for (const { sha256 } of manifest.files) used.add(sha256);
		added.push(manifest);
	}
	const shelf = [...manifests, ...known];
	const seen = new Set<string>();
	for (const { manifest, lacks } of matchFiles(taken, shelf, (sha256) => weights.has(sha256))) {
		if (seen.has(manifest.id)) continue;
		seen.add(manifest.id);
		if (lacks.length === 0) add(manifest);
		else
			faults.push(
				`${manifest.id} is not whole: ${lacks.join(', ')} ${lacks.length === 1 ? 'is' : 'are'} missing or not what was promised.`,
			);
	}
	for (const one of taken) {
		// A part of a model that is known is no model by itself.
		if (used.has(one.sha256) || broken.has(one.path) || seenIn(shelf, one)) continue;
		const kind = kindOf(one);
		if (kind !== undefined) add(manifestFor(one, kind, (id) => shelf.some((manifest) => manifest.id === id)));
		else if (/\.(gguf|onnx)$/i.test(one.path))
			faults.push(`${one.path} is named like a model and is none: its first bytes are something else.`);
	}
	for (const manifest of manifests)
		if (!seen.has(manifest.id)) faults.push(`${manifest.id}: none of its files is here with the SHA-256 that its manifest promises.`);
	return { added, faults };
}

function seenIn(shelf: readonly ModelManifest[], one: Taken): boolean {
	return shelf.some((manifest) => manifest.files.some(({ sha256 }) => sha256 === one.sha256));
}

function filesUnder(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true })
		.toSorted((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap((entry) => {
			if (isJunk(entry.name) || entry.name.endsWith('.part')) return [];
			const path = join(folder, entry.name);
			// A link could lead anywhere, and round in circles.
			return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : [];
		});
}

/** One of our manifests, or the list that assemble.py writes: `{models: [{id, files: [{path, sha256}]}]}`. */
function readJson(
	file: string,
	path: string,
	into: { readonly manifests: ModelManifest[]; readonly faults: string[]; readonly promises: Map<string, string> },
): void {
	if (statSync(file).size > MANIFEST_BYTES) return;
	let data: unknown;
	try {
		data = JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return;
	}
	if ((data as { falsework?: unknown } | null)?.falsework === 1) {
		const read = readManifest(data);
		if ('manifest' in read) into.manifests.push({ ...read.manifest, verified: false, embedded: false });
		else into.faults.push(`${path}: ${read.fault}.`);
	} else if (path === 'manifest.json' && Array.isArray((data as { models?: unknown } | null)?.models)) {
		for (const model of (data as { models: readonly { files?: readonly { path?: unknown; sha256?: unknown }[] }[] }).models)
			for (const one of model.files ?? [])
				if (typeof one.path === 'string' && typeof one.sha256 === 'string') into.promises.set(one.path, one.sha256);
	}
}
