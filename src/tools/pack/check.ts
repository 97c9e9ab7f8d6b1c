// Reads a pack, or a MaaFramework project as a zip or folder, as the page does, and names all that is wrong with its path.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { readYaml } from '../../adapters/yaml.ts';
import { unzipBrought } from '../../adapters/brought.ts';
import { importMaa, type MaaImport } from '../../core/import/maafw/maafw.ts';
import { sortMaaPath } from '../../core/import/maafw/paths.ts';
import { greyOf, readPack, type Rgba, type UnpackTools } from '../../core/unpack.ts';

export { leftText } from '../../core/import/maafw/report.ts';

export interface Checked {
	readonly kind: 'pack' | 'maaframework' | 'neither';
	readonly crystals: Readonly<Record<string, number>>;
	/** What cannot be used, each with its path. */
	readonly faults: readonly { readonly path: string; readonly why: string }[];
	/** Of a project: what came of its nodes. */
	readonly project?: Pick<MaaImport, 'name' | 'counted' | 'nodes' | 'left'>;
}

type Files = Readonly<Record<string, Uint8Array>>;

/** @throws Error when there is no such file or folder */
export async function check(place: string): Promise<Checked> {
	if (statSync(place).isDirectory()) return await project(filesOf(place));
	const { as, zip } = unzipBrought(new Uint8Array(readFileSync(place)));
	if (!zip.ok) return none(place, zip.why);
	return as === 'project' ? await project(zip.files) : await pack(zip.files, place);
}

const none = (path: string, why: string): Checked => ({ kind: 'neither', crystals: {}, faults: [{ path, why }] });

async function pack(files: Files, place: string): Promise<Checked> {
	const read = await readPack(files, PACK_TOOLS);
	if (!read.ok) return none(place, read.why);
	return { kind: 'pack', crystals: counted(read.crystals), faults: read.refused };
}

async function project(files: Files): Promise<Checked> {
	const read = await importMaa(files, { decodePng: rgba, now: () => Date.now() });
	if (!read.ok) return none('.', read.why);
	const { name, counted: nodes, nodes: reports, left, faults, crystals } = read.import;
	return { kind: 'maaframework', crystals: counted(crystals), faults, project: { name, counted: nodes, nodes: reports, left } };
}

function counted(crystals: readonly { readonly kind: string }[]): Record<string, number> {
	const kinds: Record<string, number> = {};
	for (const { kind } of crystals) kinds[kind] = (kinds[kind] ?? 0) + 1;
	return kinds;
}

/** The files of a folder that a project's zip would be read for. */
function filesOf(root: string): Files {
	const files: Record<string, Uint8Array> = {};
	const walk = (under: string): void => {
		for (const entry of readdirSync(join(root, under), { withFileTypes: true })) {
			const path = under === '' ? entry.name : `${under}/${entry.name}`;
			if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') walk(path);
			else if (entry.isFile() && sortMaaPath(path) === 'take') files[path] = new Uint8Array(readFileSync(join(root, path)));
		}
	};
	walk('');
	return files;
}

function rgba(bytes: Uint8Array): Rgba {
	const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
	return { width, height, data: new Uint8Array(data) };
}

/** What reading a pack needs, as Node has it. */
export const PACK_TOOLS: UnpackTools = {
	sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
	decodePng: (bytes) => greyOf(rgba(bytes)),
	readYaml,
	now: () => Date.now(),
};
