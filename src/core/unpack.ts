// A pack comes from strangers. Its hashes say that it arrived whole, not that it is honest: so every part is checked as if it had
// been written to harm, nothing it says about its own success is believed, and what is not understood is named, never guessed.
import * as v from 'valibot';
import { type Crystal, freshStat, KINDS, type KindName, STATES } from './crystals/crystal.ts';
import { asForeign, readKind } from './crystals/kinds.ts';
import { applyStep, live } from './crystals/lifecycle.ts';
import { readSkillDocument, type ReadYaml, SKILL_FILE, slugOf } from './crystals/skill/document.ts';
import { importedSkill, namesPoints, NO_LAYOUT } from './crystals/skill/crystallise.ts';
import { NO_KEYS, oddity, shown } from './foreign.ts';
import type { Size } from './geometry.ts';
import { KIND_FILES, PACK_SCHEMA, type PackAbout, type PackFiles } from './pack.ts';
import { ASKS } from './question.ts';
import { textOfUtf8 } from './utf8.ts';

/** Of one picture; checked in its header, before anything is decoded. */
export const MAX_PIXELS = 16_000_000;
/** Of all pictures together, since they are held in memory until they are stored. */
export const MAX_PIXELS_ALL = 50_000_000;
const MAX_TEXT_BYTES = 20_000_000;
const MAX_CRYSTALS = 5000;
const MAX_BLOBS = 40;
export interface Grey extends Size {
	/** Rows without padding. */
	readonly grey: Uint8Array;
}
export interface Rgba extends Size {
	/** Four bytes a pixel, rows without padding. */
	readonly data: Uint8Array;
}
export interface UnpackTools {
	readonly sha256: (bytes: Uint8Array) => string | Promise<string>;
	/** Throws when the bytes are no picture, or one that is not grey. */
	readonly decodePng: (bytes: Uint8Array) => Grey | Promise<Grey>;
	readonly readYaml: ReadYaml;
	/** Milliseconds since 1970. */
	readonly now: () => number;
}
export interface RefusedPart {
	/** File, and of a crystal its id or place in it: `rules.json#rule-1`. */
	readonly path: string;
	readonly why: string;
}
export type PackRead =
	| {
			readonly ok: true;
			readonly about: PackAbout;
			/** All in shadow, without evidence. */
			readonly crystals: readonly Crystal[];
			readonly refused: readonly RefusedPart[];
	  }
	| { readonly ok: false; readonly why: string };

const line = v.pipe(v.string(), v.maxLength(300));
const named = v.pipe(line, v.minLength(1));
const count = v.pipe(v.number(), v.finite(), v.minValue(0));
/** Milliseconds since 1970, as far as a calendar goes. */
const instant = v.pipe(count, v.maxValue(8.64e15));
const whole = v.pipe(count, v.integer());
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PIXELS));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const manifestSchema = v.object({
	falsework: v.literal(1),
	schema: v.literal(PACK_SCHEMA),
	name: named,
	game: named,
	gameVersion: named,
	language: named,
	encoder: v.nullable(line),
	art: v.object({ holder: line, licence: line, source: line }),
	madeAt: instant,
	crystals: whole,
	files: v.record(v.string(), sha256),
});

/** What a crystal must have before its kind is asked. State, statistics and history are not read: they are made anew. */
const packedSchema = v.object({
	id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.:-]{0,119}$/)),
	kind: v.picklist(KINDS),
	scope: v.object({
		game: named,
		gameVersion: named,
		language: named,
		layout: v.pipe(v.string(), v.regex(/^[1-9]\d{0,4}x[1-9]\d{0,4}(@\d{1,2}(\.\d{1,3})?)?$/)),
	}),
	name: v.pipe(v.string(), v.maxLength(2000)),
	schema: v.pipe(whole, v.minValue(1)),
	createdAt: instant,
	provenance: v.object({
		at: instant,
		ask: v.picklist(ASKS),
		entry: count,
		tier: line,
		model: line,
		frameHash: line,
		promptTokens: count,
		completionTokens: count,
		usd: v.nullable(count),
	}),
	data: v.unknown(),
	blobs: v.pipe(
		v.record(v.pipe(v.string(), v.regex(/^[a-z0-9.:-]{1,64}$/)), v.object({ file: v.string(), width: side, height: side })),
		v.check((blobs) => Object.keys(blobs).length <= MAX_BLOBS, `more than ${MAX_BLOBS} pictures`),
	),
});

/** What a crystal has lived through; believed only of a backup that was made here. */
const livedSchema = v.looseObject({
	state: v.picklist(STATES),
	provenance: v.looseObject({}),
	stat: v.looseObject({
		k: count,
		w: count,
		labels: count,
		clean: count,
		episodes: v.pipe(v.array(line), v.maxLength(64)),
		last: v.pipe(v.array(v.boolean()), v.maxLength(16)),
		used: count,
		alarm: count,
		lastUsedAt: count,
	}),
	history: v.pipe(v.array(v.object({ at: count, from: v.picklist(STATES), to: v.picklist(STATES), why: v.string() })), v.maxLength(100)),
});

/**
 * Reads the files of a pack. One broken crystal is refused and the rest goes on; a pack that did not arrive as it was made is
 * refused whole.
 *
 * @param files  bytes by path, as they came out of the zip
 * @param asItWas  the pack is out of a backup that this installation made: crystals keep their state and evidence
 */
export async function readPack(
	files: PackFiles,
	tools: UnpackTools,
	{ asItWas = false }: { readonly asItWas?: boolean } = {},
): Promise<PackRead> {
	const no = (why: string): PackRead => ({ ok: false, why });
	for (const path of Object.keys(files)) {
		if (!isPlainPath(path)) return no(`it holds a file with an odd name, "${shown(path)}"`);
	}
	const head = Object.hasOwn(files, 'pack.json') ? readJson(files['pack.json'] as Uint8Array) : undefined;
	if (head === undefined) return no('it has no pack.json, so it is no pack of Falsework');
	if (!head.ok) return no(`pack.json ${head.why}`);
	const { schema } = (head.value ?? {}) as { schema?: unknown };
	if (typeof schema === 'number' && schema > PACK_SCHEMA)
		return no(`it is of version ${schema}, made by a newer Falsework; this one reads version ${PACK_SCHEMA}`);
	const read = v.safeParse(manifestSchema, head.value);
	if (!read.success) return no(`pack.json ${fault(read.issues)}`);
	const { falsework: _, schema: __, crystals: ___, files: hashes, ...about } = read.output;
	for (const path of Object.keys(hashes)) {
		if (!Object.hasOwn(files, path)) return no(`the file "${shown(path)}" is missing`);
	}
	for (const [path, bytes] of Object.entries(files)) {
		if (path === 'pack.json') continue;
		if (!Object.hasOwn(hashes, path)) return no(`the file "${path}" is not named in pack.json`);
		if ((await tools.sha256(bytes)) !== hashes[path]) return no(`the file "${path}" does not fit its sha256: it was damaged or changed`);
	}

	const crystals: Crystal[] = [];
	const refused: RefusedPart[] = [];
	const taken = new Set<string>();
	const budget = { pixels: MAX_PIXELS_ALL };
	for (const [kind, { file, key }] of Object.entries(KIND_FILES) as [KindName, { file: string; key: string }][]) {
		if (!Object.hasOwn(files, file)) continue;
		const list = readList(files[file] as Uint8Array, key);
		if (typeof list === 'string') {
			refused.push({ path: file, why: list });
			continue;
		}
		for (const [i, item] of list.entries()) {
			const path = `${file}#${nameOf(item) ?? i}`;
			const made = crystals.length >= MAX_CRYSTALS ? `a pack holds at most ${MAX_CRYSTALS} crystals` : await readCrystal(item, kind);
			if (typeof made === 'string') refused.push({ path, why: made });
			else {
				crystals.push(made);
				taken.add(made.id);
			}
		}
	}
	// The documents say what skills.json says, for others; one that stands alone was put in by hand.
	const listed = new Set(crystals.filter(({ kind }) => kind === 'skill').map(({ name }) => slugOf(name)));
	for (const [path, bytes] of Object.entries(files)) {
		const [, folder] = SKILL_PATH.exec(path) ?? [];
		if (folder === undefined || listed.has(folder.replace(/-\d+$/, '')) || listed.has(folder)) continue;
		const read = readSkillDocument(bytes, tools.readYaml, folder);
		if (!read.ok) refused.push({ path: `${path}, ${read.where}`, why: read.why });
		else if (crystals.length >= MAX_CRYSTALS) refused.push({ path, why: `a pack holds at most ${MAX_CRYSTALS} crystals` });
		else if (namesPoints(read.data)) refused.push({ path, why: 'it acts on points of a picture, and nothing says how large that is' });
		else {
			const scope = { game: about.game, gameVersion: about.gameVersion, language: about.language, layout: NO_LAYOUT };
			crystals.push(importedSkill(read.name, read.data, { id: `skill-file-${about.game}-${folder}`, scope, file: path, at: tools.now() }));
		}
	}
	const known = new Set(['pack.json', 'rules.txt', ...Object.values(KIND_FILES).map(({ file }) => file)]);
	for (const path of Object.keys(files)) {
		if (!known.has(path) && !path.startsWith('templates/') && !SKILL_PATH.test(path))
			refused.push({ path, why: 'of a kind that is not known here' });
	}
	return { ok: true, about, crystals, refused };

	async function readCrystal(item: unknown, kind: KindName): Promise<Crystal | string> {
		const odd = oddity(item);
		if (odd !== undefined) return odd;
		const claimed = (item as { kind?: unknown } | null)?.kind;
		if (typeof claimed === 'string' && claimed !== kind)
			return (KINDS as readonly string[]).includes(claimed)
				? `a crystal of kind "${claimed}" does not belong here`
				: `the kind "${shown(claimed)}" is not known here`;
		const shape = v.safeParse(packedSchema, item);
		if (!shape.success) return fault(shape.issues);
		const { blobs: pictures, ...rest } = shape.output;
		if (taken.has(rest.id)) return 'another crystal of this pack has the same id';
		for (const part of ['game', 'gameVersion', 'language'] as const) {
			if (rest.scope[part] !== about[part]) return `its ${part} is "${shown(rest.scope[part])}", the pack's is "${shown(about[part])}"`;
		}
		const blobs: Record<string, Uint8Array> = {};
		for (const [name, { file, width, height }] of Object.entries(pictures)) {
			if (!file.startsWith('templates/') || !Object.hasOwn(files, file)) return `its picture "${shown(file)}" is not in the pack`;
			const bytes = files[file] as Uint8Array;
			const size = pngSize(bytes);
			if (size === undefined) return `"${file}" is no PNG`;
			if (size.width !== width || size.height !== height)
				return `"${file}" is ${size.width} × ${size.height} and should be ${width} × ${height}`;
			if (width * height > MAX_PIXELS) return `"${file}" has more than ${MAX_PIXELS} pixels`;
			budget.pixels -= width * height;
			if (budget.pixels < 0) return `the pictures of this pack have more than ${MAX_PIXELS_ALL} pixels together`;
			try {
				const picture = await tools.decodePng(bytes);
				if (picture.grey.length !== width * height) return `"${file}" was read as ${picture.width} × ${picture.height}`;
				blobs[name] = picture.grey;
			} catch (error) {
				return `"${file}" cannot be read: ${error instanceof Error ? error.message : String(error)}`;
			}
		}
		const own = readKind(kind, rest.schema, rest.data, blobs);
		if (!own.ok) return own.why;
		if (asItWas) {
			const lived = v.safeParse(livedSchema, item);
			if (!lived.success) return fault(lived.issues);
			// The item itself and not what the schemas made of it, which leaves out what they do not name.
			return { ...(item as Crystal), blobs, schema: own.schema, data: own.schema === rest.schema ? rest.data : own.data };
		}
		// From trial on, whatever the file says: a state or a history of its own would be a claim.
		const crystal: Crystal = {
			...rest,
			kind,
			state: 'trial',
			stat: freshStat(),
			history: [],
			schema: own.schema,
			data: asForeign(kind, own.data),
			blobs,
		};
		applyStep(crystal, live(crystal, { type: 'imported' }, tools.now()));
		return crystal;
	}
}

/** @throws Error when the picture is not grey and opaque */
export function greyOf({ width, height, data }: Rgba): Grey {
	const grey = new Uint8Array(width * height);
	for (let i = 0, at = 0; i < grey.length; i++, at += 4) {
		const level = data[at] as number;
		if (level !== data[at + 1] || level !== data[at + 2] || data[at + 3] !== 255) throw new Error('It is not grey and opaque.');
		grey[i] = level;
	}
	return { width, height, grey };
}

/** Size of a PNG by its header; undefined when it has none. Says nothing about the rest of the file. */
export function pngSize(bytes: Uint8Array): Size | undefined {
	const start = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
	if (bytes.length < 33 || start.some((byte, i) => bytes[i] !== byte)) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	const width = view.getUint32(16);
	const height = view.getUint32(20);
	return width > 0 && height > 0 ? { width, height } : undefined;
}

/** The one file whose name others have chosen. */
const SKILL_PATH = new RegExp(`^skills/([a-z0-9]+(?:-[a-z0-9]+)*)/${SKILL_FILE.replace('.', '\\.')}$`);

/** Lower case, digits, `.`, `_`, `-`, in folders: no way out of the pack, none that another file system reads otherwise. */
export function isPlainPath(path: string): boolean {
	if (SKILL_PATH.test(path)) return path.length <= 200;
	if (path.length > 200 || !/^[a-z0-9._-]+(\/[a-z0-9._-]+){0,3}$/.test(path)) return false;
	return path.split('/').every((part) => !/^\.+$/.test(part) && !NO_KEYS.has(part));
}

function readList(bytes: Uint8Array, key: string): readonly unknown[] | string {
	const json = readJson(bytes);
	if (!json.ok) return json.why;
	const holder = json.value as Record<string, unknown> | null;
	if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) return 'is not an object';
	if (holder['schema'] !== PACK_SCHEMA)
		return `is of version ${shown(String(holder['schema']))}; this program reads version ${PACK_SCHEMA}`;
	const list = Object.hasOwn(holder, key) ? holder[key] : undefined;
	return Array.isArray(list) ? (list as unknown[]) : `has no list "${key}"`;
}

type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

function readJson(bytes: Uint8Array): Json {
	if (bytes.length > MAX_TEXT_BYTES) return { ok: false, why: `is longer than ${MAX_TEXT_BYTES} bytes` };
	try {
		return { ok: true, value: JSON.parse(textOfUtf8(bytes)) as unknown };
	} catch {
		// The parser's message may repeat what the file says; that it is no JSON is all there is to know.
		return { ok: false, why: 'is not JSON' };
	}
}

function nameOf(item: unknown): string | undefined {
	const { id } = (item ?? {}) as { id?: unknown };
	return typeof id === 'string' && id !== '' ? shown(id) : undefined;
}

function fault(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
	return `field "${shown(v.getDotPath(issues[0]) ?? '')}": ${shown(issues[0].message)}`;
}
