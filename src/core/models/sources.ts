// The addresses a file may be fetched from, in order: the person's mirror first, then what the manifest says, then the hub.
import type { ModelManifest } from './manifest.ts';

export const HUB = 'https://huggingface.co/';

export interface Places {
	/** The page's folder, with a slash at the end. */
	readonly base: string;
	/** Origin of the companion, without a slash; absent when none is at hand. */
	readonly companion?: string | undefined;
	/** '' = none; else http(s), with a slash at the end. */
	readonly mirror: string;
	/** With a slash at the end. */
	readonly hub: string;
}
export interface Address {
	readonly url: string;
	/** For a person. */
	readonly from: string;
}

/** @param revision what the hub's listing was of, where that is known */
export function addressesOf(
	manifest: ModelManifest,
	file: { readonly path: string; readonly at?: string | undefined },
	places: Places,
	revision?: string,
): readonly Address[] {
	const found: Address[] = [];
	const add = (folder: string, from = hostOf(folder), path = file.path): void => {
		const url = `${folder}${path.split('/').map(encodeURIComponent).join('/')}`;
		if (!found.some((one) => one.url === url)) found.push({ url, from });
	};
	const { hub } = manifest;
	const inHub = hub === undefined ? undefined : `${hub.repo}/resolve/${encodeURIComponent(revision ?? hub.revision)}/`;
	if (places.mirror !== '') {
		const from = `the mirror ${hostOf(places.mirror)}`;
		if (inHub !== undefined) add(`${places.mirror}${inHub}`, from);
		add(`${places.mirror}${manifest.id}/`, from);
	}
	for (const source of manifest.sources) {
		if (source.startsWith('page:')) add(`${places.base}models/${source.slice('page:'.length)}`, 'this page');
		else if (source.startsWith('companion:')) {
			if (places.companion !== undefined) add(`${places.companion}/weights/${source.slice('companion:'.length)}`, 'the companion');
		} else add(source, hostOf(source), file.at ?? file.path);
	}
	if (inHub !== undefined) add(`${places.hub}${inHub}`);
	return found;
}

/** Why there is nowhere to fetch it from, and what to do. */
export function noAddress(manifest: ModelManifest): string {
	return manifest.sources.some((source) => source.startsWith('companion:'))
		? `"${manifest.name}" comes from the companion's folder or a mirror: connect the companion and run "npm run models -- add DIR", set a mirror, or drop its files here.`
		: `"${manifest.name}" has no address it could be fetched from: set a mirror, or drop its files here.`;
}

/** @returns the address with a slash at the end, or the sentence why it is none */
export function readMirror(text: string): { readonly address: string } | { readonly why: string } {
	const trimmed = text.trim();
	if (trimmed === '') return { address: '' };
	const why = `"${trimmed.slice(0, 80)}" is no address of a mirror: http:// or https://, a host and a folder, as https://mirror.example/models/.`;
	const read = /^(https?:\/\/[^\s?#@]+?)\/*$/i.exec(trimmed);
	return read?.[1] === undefined || trimmed.length > 300 || !/^https?:\/\/[^/]+/i.test(read[1]) ? { why } : { address: `${read[1]}/` };
}

export function hostOf(address: string): string {
	return /^https?:\/\/([^/]+)/i.exec(address)?.[1] ?? address;
}
