// The lists of models: what the page comes with, put together as it was built, and what the companion's folder holds.
import { type ModelManifest, readManifest } from '../../core/models/manifest.ts';

export interface ModelIndex {
	readonly manifests: readonly ModelManifest[];
	/** Why the list is not whole; '' when it is. */
	readonly why: string;
}

/** Manifests of a list as `models/index.json` and the companion give it; one that has a fault is left out and named. */
export function readIndex(data: unknown, from: string): ModelIndex {
	if (!Array.isArray(data)) return { manifests: [], why: `${from} gave no list of models.` };
	const manifests: ModelManifest[] = [];
	const faults: string[] = [];
	for (const raw of data as readonly unknown[]) {
		const read = readManifest(raw);
		if ('manifest' in read) manifests.push(read.manifest);
		else faults.push(`The manifest "${String((raw as { readonly id?: unknown } | null)?.id)}" of ${from} is wrong: ${read.fault}.`);
	}
	return { manifests, why: faults.join(' ') };
}

/** @param base the page's folder, with a slash at the end */
export async function fetchIndex(base: string): Promise<ModelIndex> {
	try {
		const response = await fetch(`${base}models/index.json`);
		if (!response.ok) return { manifests: [], why: `This page's list of models is missing (HTTP ${response.status}).` };
		return readIndex(await response.json(), 'this page');
	} catch (error) {
		return {
			manifests: [],
			why: `This page's list of models could not be fetched: ${error instanceof Error ? error.message : String(error)}.`,
		};
	}
}

/** What the companion's folder holds; nothing where it cannot be asked. */
export async function fetchOffers(companion: string): Promise<readonly ModelManifest[]> {
	try {
		const response = await fetch(`${companion}/weights/index.json`, { cache: 'no-store', credentials: 'omit' });
		return response.ok ? readIndex(await response.json(), 'the companion').manifests : [];
	} catch {
		return [];
	}
}
