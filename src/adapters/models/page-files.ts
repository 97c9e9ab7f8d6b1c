// Files of a model that lies beside the page, fetched and hashed: for whoever has no model host, such as a bench.
import { readManifest } from '../../core/models/manifest.ts';
import type { ModelFiles } from '../../core/models/runtime.ts';
import { sha256 as hashOf } from '../hex.ts';

async function fetchBytes(address: string): Promise<Uint8Array<ArrayBuffer>> {
	let response: Response;
	try {
		response = await fetch(address);
	} catch (cause) {
		throw new Error(`The file ${address} could not be fetched.`, { cause });
	}
	if (!response.ok) throw new Error(`The file ${address} is missing (HTTP ${response.status}).`);
	return new Uint8Array(await response.arrayBuffer());
}

/**
 * @param models  folder that holds `ID.json` and `ID/`, with a slash at the end
 * @throws an Error that names the file which is missing or damaged
 */
export async function filesOfPage(models: string, id: string): Promise<ModelFiles> {
	const read = readManifest(JSON.parse(new TextDecoder().decode(await fetchBytes(`${models}${id}.json`))));
	if ('fault' in read) throw new Error(`The list of files ${models}${id}.json is faulty: ${read.fault}.`);
	const { manifest } = read;
	const files: Record<string, Blob> = {};
	for (const { path, bytes, sha256 } of manifest.files) {
		const address = `${models}${id}/${path}`;
		const data = await fetchBytes(address);
		// crypto.subtle is absent on plain http other than loopback; the length still tells a cut file.
		const found = crypto.subtle === undefined ? sha256 : await hashOf(data);
		if (data.length !== bytes || found !== sha256)
			throw new Error(`The file ${address} is damaged: ${data.length} bytes, ${bytes} expected. Reload the page to fetch it again.`);
		files[path] = new Blob([data]);
	}
	return files;
}
