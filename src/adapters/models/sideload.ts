// Takes in what a person dropped: files, folders, zips. Everything is hashed first; only what turns out to belong to a model is kept.
import { isJunk, kindOf, manifestFor, matchFiles } from '../../core/models/bring.ts';
import { type ModelManifest, readManifest } from '../../core/models/manifest.ts';
import { lackOfRoom, RESERVE_BYTES } from '../../core/models/room.ts';
import type { Disk } from './disk.ts';
import { type Intake, takeFile } from './intake.ts';
import { takeZip } from './unzip.ts';

export interface BroughtFile {
	readonly path: string;
	readonly file: File;
}
export interface SideloadOptions {
	readonly disk: Disk;
	readonly known: () => readonly ModelManifest[];
	/** Its files are under `blobs` now, as far as they were brought. */
	readonly adopt: (manifest: ModelManifest, from: string, whole: boolean) => Promise<void>;
}

/** A manifest is a short text. */
const MANIFEST_BYTES = 1024 * 1024;

/** @returns '' when all that was brought is part of a model that is whole now, else a sentence */
export async function bringFiles(given: readonly BroughtFile[], options: SideloadOptions): Promise<string> {
	const { disk } = options;
	const files = given.filter(({ path }) => !isJunk(path));
	if (files.length === 0) return 'Nothing was dropped that could be a model.';
	const free = await disk.freeBytes();
	const lack = lackOfRoom(
		files.reduce((sum, { file }) => sum + file.size, 0),
		free,
	);
	if (lack !== '') return lack;
	const taken: Intake[] = [];
	try {
		for (const { path, file } of files) {
			if (await isZip(file))
				taken.push(...(await takeZip(disk, path, file, free === undefined ? Number.POSITIVE_INFINITY : free - RESERVE_BYTES)));
			else taken.push(await takeFile(disk, path, file));
		}
		return await sort(taken, files.length === 1 ? (files[0]?.path ?? '') : folderOf(files), options);
	} finally {
		for (const { temp } of taken) await disk.remove('partials', temp).catch(() => undefined);
	}
}

async function isZip(file: Blob): Promise<boolean> {
	const [p, k, three, four] = new Uint8Array(await file.slice(0, 4).arrayBuffer());
	return p === 0x50 && k === 0x4b && three === 3 && four === 4;
}

function folderOf(files: readonly BroughtFile[]): string {
	return files[0]?.path.split('/')[0] ?? 'the files that you brought';
}

async function sort(taken: readonly Intake[], from: string, { disk, known, adopt }: SideloadOptions): Promise<string> {
	const blobs = new Set((await disk.list('blobs')).map(({ name }) => name));
	const brought = await manifestsAmong(disk, taken);
	const faults = brought.flatMap((one) => ('fault' in one ? [one.fault] : []));
	const shelf = [...brought.flatMap((one) => ('manifest' in one ? [one.manifest] : [])), ...known()];
	const lacks: string[] = [];
	let kept = 0;
	async function keep(manifest: ModelManifest, missing: readonly string[]): Promise<void> {
		for (const file of manifest.files) {
			const intake = taken.find(({ sha256 }) => sha256 === file.sha256);
			if (intake === undefined) continue;
			if (blobs.has(file.sha256)) continue;
			await disk.move('partials', intake.temp, 'blobs', file.sha256);
			blobs.add(file.sha256);
		}
		await adopt(manifest, from, missing.length === 0);
		kept++;
		if (missing.length > 0)
			lacks.push(`"${manifest.name}" lacks ${missing.map((path) => `"${path}"`).join(', ')}; get it on the Models page to fetch the rest.`);
	}
	const seen = new Set<string>();
	for (const { manifest, lacks: missing } of matchFiles(taken, shelf, (sha256) => blobs.has(sha256))) {
		if (seen.has(manifest.id)) continue;
		seen.add(manifest.id);
		await keep(manifest, missing);
	}
	for (const intake of taken) {
		// A part of a model that is known is no model by itself.
		const part = shelf.some((manifest) => manifest.files.some(({ sha256 }) => sha256 === intake.sha256));
		const kind = part ? undefined : kindOf(intake);
		if (kind === undefined) continue;
		const inUse = (id: string): boolean => shelf.some((manifest) => manifest.id === id);
		await keep(manifestFor(intake, kind, inUse), []);
	}
	if (kept > 0) return [...faults, ...lacks].join(' ');
	return faults.join(' ') || nothingKnown(taken);
}

function nothingKnown(taken: readonly Intake[]): string {
	const gguf = taken.find(({ path }) => /\.(gguf|onnx)$/i.test(path));
	if (gguf !== undefined) return `"${gguf.path}" is named like a model and is none: its first bytes are something else. It was not kept.`;
	return 'None of these files belongs to a model that is known here, and none is a GGUF or ONNX file: put a manifest (models/*.json) beside them. Nothing was kept.';
}

type Found = { readonly manifest: ModelManifest } | { readonly fault: string };

/** Manifests that lie among the files; other JSON is a model's own. */
async function manifestsAmong(disk: Disk, taken: readonly Intake[]): Promise<readonly Found[]> {
	const found: Found[] = [];
	for (const intake of taken) {
		if (!/\.json$/i.test(intake.path) || intake.bytes > MANIFEST_BYTES) continue;
		let data: unknown;
		try {
			data = JSON.parse((await (await disk.blob('partials', intake.temp))?.text()) ?? '');
		} catch {
			continue;
		}
		if ((data as { readonly falsework?: unknown } | null)?.falsework !== 1) continue;
		const read = readManifest(data);
		if ('manifest' in read) found.push({ manifest: { ...read.manifest, verified: false, embedded: false } });
		else found.push({ fault: `The manifest "${intake.path}" is wrong: ${read.fault}.` });
	}
	return found;
}
