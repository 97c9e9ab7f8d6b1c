// A pack is what was learnt of a game, as files (contracts.md §5): data only, never code, every file with its hash.
import type { Crystal, KindName } from './crystals/crystal.ts';
import { printRules } from './crystals/rule/rules-file.ts';
import type { Rule } from './crystals/rule/schema.ts';
import { SKILL_FILE, slugOf, writeSkillDocument } from './crystals/skill/document.ts';
import { type Skill, withoutVector } from './crystals/skill/schema.ts';
import type { Size } from './geometry.ts';
import { utf8 } from './utf8.ts';

export const PACK_SCHEMA = 1;
/** A pack is refused beyond this, zipped or not. */
export const PACK_MAX_BYTES = 50_000_000;

export interface PackArt {
	/** Whose pictures these are. */
	readonly holder: string;
	readonly licence: string;
	readonly source: string;
}
export interface PackAbout {
	readonly name: string;
	readonly game: string;
	readonly gameVersion: string;
	readonly language: string;
	/** Sentence encoder the vectors in it belong to; null when it holds none. */
	readonly encoder: string | null;
	readonly art: PackArt;
	/** Milliseconds since 1970. */
	readonly madeAt: number;
}
export interface PackManifest extends PackAbout {
	readonly falsework: 1;
	readonly schema: typeof PACK_SCHEMA;
	readonly crystals: number;
	/** SHA-256 of every other file, hex, by path. */
	readonly files: Readonly<Record<string, string>>;
}
export interface PackTools {
	readonly sha256: (bytes: Uint8Array) => string | Promise<string>;
	/** Eight-bit grey, rows without padding. */
	readonly encodePng: (grey: Uint8Array, size: Size) => Uint8Array | Promise<Uint8Array>;
}
export type PackFiles = Readonly<Record<string, Uint8Array>>;

/** A crystal as it stands in a pack: bytes are files of their own, by the names in `blobs`. */
export type Packed = Omit<Crystal, 'blobs'> & {
	readonly blobs: Readonly<Record<string, { readonly file: string; readonly width: number; readonly height: number }>>;
};

/** Where each kind's crystals stand, and under which key. */
export const KIND_FILES: Readonly<Record<KindName, { readonly file: string; readonly key: string }>> = {
	template: { file: 'templates.json', key: 'templates' },
	region: { file: 'regions.json', key: 'regions' },
	screen: { file: 'screens.json', key: 'screens' },
	rule: { file: 'rules.json', key: 'rules' },
	skill: { file: 'skills.json', key: 'skills' },
	phrase: { file: 'narration.json', key: 'phrases' },
	strategy: { file: 'strategy.json', key: 'plans' },
	quest: { file: 'quests.json', key: 'quests' },
	person: { file: 'npcs.json', key: 'people' },
	cascade: { file: 'cascade.json', key: 'cascade' },
	place: { file: 'nav_graph.json', key: 'places' },
	route: { file: 'nav_graph.json', key: 'routes' },
	approval: { file: 'approved.json', key: 'approvals' },
};

/**
 * The files of a pack; zipping them is the caller's. Retired crystals stay at home, unless it is a backup's.
 *
 * @returns bytes by path, `pack.json` among them, paths in order
 */
export async function makePack(
	crystals: readonly Crystal[],
	about: PackAbout,
	tools: PackTools,
	{ retired = false }: { readonly retired?: boolean } = {},
): Promise<PackFiles> {
	const files: Record<string, Uint8Array> = {};
	const kept = crystals.filter((c) => retired || c.state !== 'retired').toSorted((a, b) => (a.id < b.id ? -1 : 1));
	/** Some kinds share a file. */
	const lists: Record<string, Record<string, readonly Packed[]>> = {};
	for (const [kind, { file, key }] of Object.entries(KIND_FILES) as [KindName, (typeof KIND_FILES)[KindName]][]) {
		const packed: Packed[] = [];
		for (const crystal of kept.filter((c) => c.kind === kind).map(portable)) {
			const blobs: Record<string, { file: string; width: number; height: number }> = {};
			const sizes = blobSizes(crystal);
			for (const [name, bytes] of Object.entries(crystal.blobs)) {
				const size = sizes.get(name) ?? folded(bytes.length);
				let path = `templates/${plain(crystal.id)}-${plain(name)}.png`;
				// Two ids may differ only in what a path may not hold.
				for (let i = 2; files[path] !== undefined; i++) path = `templates/${plain(crystal.id)}-${plain(name)}-${i}.png`;
				files[path] = await tools.encodePng(bytes, size);
				blobs[name] = { file: path, ...size };
			}
			packed.push({ ...crystal, blobs });
		}
		lists[file] = { ...lists[file], [key]: packed };
	}
	// A kind without crystals is still a list: whoever reads the pack need not guess whether it is empty or old.
	for (const [file, kinds] of Object.entries(lists))
		files[file] = utf8(`${JSON.stringify({ schema: PACK_SCHEMA, ...kinds }, null, '\t')}\n`);
	files['rules.txt'] = utf8(printRules(kept.filter((c): c is Rule => c.kind === 'rule')));
	for (const [name, text] of skillDocuments(
		kept.filter((c): c is Skill => c.kind === 'skill'),
		about.game,
	))
		files[`skills/${name}/${SKILL_FILE}`] = utf8(text);
	const paths = Object.keys(files).sort();
	const hashes: Record<string, string> = {};
	for (const path of paths) hashes[path] = await tools.sha256(files[path] as Uint8Array);
	const manifest: PackManifest = { falsework: 1, schema: PACK_SCHEMA, ...about, crystals: kept.length, files: hashes };
	return {
		'pack.json': utf8(`${JSON.stringify(manifest, null, '\t')}\n`),
		...Object.fromEntries(paths.map((p) => [p, files[p] as Uint8Array])),
	};
}

/** The skills as documents, by the name of their folder. Of two with one name, learnt in two layouts, the second gets a number. */
export function skillDocuments(skills: readonly Skill[], game: string): Map<string, string> {
	const out = new Map<string, string>();
	for (const skill of skills) {
		const base = slugOf(skill.name);
		let name = base;
		for (let i = 2; out.has(name); i++) name = `${base.slice(0, 60)}-${i}`;
		out.set(name, writeSkillDocument(skill, game, name));
	}
	return out;
}

/** Vectors stay at home: whoever reads the pack makes their own, with their own encoder. */
function portable(crystal: Crystal): Crystal {
	return crystal.kind === 'skill' ? { ...crystal, data: withoutVector((crystal as Skill).data), blobs: {} } : crystal;
}

/** Sizes of the pictures a crystal's data names: patches and masks, chroma at half size. */
function blobSizes(crystal: Crystal): Map<string, Size> {
	const sizes = new Map<string, Size>();
	const { exemplars } = (crystal.data ?? {}) as { readonly exemplars?: readonly Readonly<Record<string, unknown>>[] };
	for (const exemplar of exemplars ?? []) {
		const [width, height] = Array.isArray(exemplar['size']) ? (exemplar['size'] as number[]) : [];
		if (width === undefined || height === undefined) continue;
		for (const [field, value] of Object.entries(exemplar)) {
			if (typeof value !== 'string' || crystal.blobs[value] === undefined) continue;
			const half = field === 'u' || field === 'v';
			const size = half ? { width: Math.ceil(width / 2), height: Math.ceil(height / 2) } : { width, height };
			if (size.width * size.height === crystal.blobs[value].length) sizes.set(value, size);
		}
	}
	return sizes;
}

/** Bytes that are no picture, as one: a row of them would be longer than a canvas may be wide. */
function folded(length: number): Size {
	let width = Math.max(1, Math.min(length, 4096));
	while (length % width !== 0) width--;
	return { width, height: Math.max(1, length / width) };
}

/** A part of a path that no file system takes for something else. */
function plain(name: string): string {
	return (
		name
			.toLowerCase()
			.replaceAll(/[^a-z0-9-]+/g, '-')
			.slice(0, 80) || 'x'
	);
}
