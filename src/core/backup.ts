// A backup is everything kept here but models and keys, as one zip: a pack for each game (contracts.md §5), the retired crystals in
// packs of their own, the ledger, the reports, the settings, and a list of models to fetch again.
//
// Who made it decides what it may bring. One that was made by this very installation, byte for byte, comes back as it was: states,
// evidence, ledger, settings. Any other is somebody's word: its crystals come in shadow like any pack's, its reports to be read, and
// neither its ledger nor its settings, since the one would be counted and the other could say yes to sending pictures.
import * as v from 'valibot';
import { canonicalJson } from './canonical.ts';
import { type Crystal, scopeKey } from './crystals/crystal.ts';
import type { LedgerEntry } from './ledger.ts';
import { makePack, type PackAbout, type PackFiles, type PackTools } from './pack.ts';
import { readEntry } from './read-entry.ts';
import { readPack, type RefusedPart, type UnpackTools } from './unpack.ts';
import { textOfUtf8, utf8 } from './utf8.ts';

export const BACKUP_SCHEMA = 1;
/** Of the zip, and of all that comes out of it. */
export const BACKUP_MAX_BYTES = 400_000_000;
/** A pack may hold so much and no more (`readPack`, `unzip`); a game that outgrew it fills several. */
const PER_PACK = { crystals: 1000, blobs: 1500, bytes: 20_000_000 } as const;
const MAX_REPORTS = 20_000;

/** The crystals of one scope; ids are unique within it and not beyond. */
export interface BackupGame {
	readonly about: PackAbout;
	readonly crystals: readonly Crystal[];
}
export interface BackupReport {
	readonly session: string;
	readonly game: string;
	readonly startedAt: number;
	readonly endedAt: number;
	readonly endedBy: string;
	readonly json: string;
	readonly markdown: string;
}
/** A model that was here; its bytes stay behind. */
export interface BackupModel {
	readonly id: string;
	readonly name: string;
	readonly bytes: number;
	readonly licence: string;
	readonly from: string;
	readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}
export interface BackupContent {
	readonly games: readonly BackupGame[];
	readonly ledger: readonly LedgerEntry[];
	readonly reports: readonly BackupReport[];
	/** `page`: what the page keeps by itself. `agent`: by key. Neither holds a key or token. */
	readonly settings: { readonly page: unknown; readonly agent: Readonly<Record<string, unknown>> };
	readonly models: readonly BackupModel[];
	readonly madeAt: number;
}
export interface BackupTools extends PackTools {
	readonly zip: (files: PackFiles) => Uint8Array;
}
export interface RestoreTools extends UnpackTools {
	/** @returns the files, or what is wrong with the zip, going on after "it " */
	readonly unzip: (bytes: Uint8Array) => { readonly ok: true; readonly files: PackFiles } | { readonly ok: false; readonly why: string };
}
export interface BackupHead {
	readonly madeAt: number;
	readonly crystals: number;
	/** `hashOfCrystals` of those in it. */
	readonly crystalsSha256: string;
}
export type BackupRead =
	| {
			readonly ok: true;
			readonly head: BackupHead;
			/** One for each pack; those of one game follow each other. */
			readonly games: readonly BackupGame[];
			readonly ledger: readonly LedgerEntry[];
			readonly reports: readonly BackupReport[];
			readonly settings: BackupContent['settings'];
			readonly models: readonly BackupModel[];
			readonly refused: readonly RefusedPart[];
	  }
	/** Goes on after "it ". */
	| { readonly ok: false; readonly why: string };

/** One hash over crystals, whatever their order: equal stores have equal hashes (reliability.md D7). */
export async function hashOfCrystals(crystals: readonly Crystal[], sha256: PackTools['sha256']): Promise<string> {
	const lines: string[] = [];
	for (const { blobs, ...rest } of crystals) {
		const hashes: Record<string, string> = {};
		for (const [name, bytes] of Object.entries(blobs)) hashes[name] = await sha256(bytes);
		lines.push(`${scopeKey(rest.scope)}\n${rest.id}\n${await sha256(utf8(canonicalJson({ ...rest, blobs: hashes })))}`);
	}
	return await sha256(utf8(lines.sort().join('\n')));
}

/** The files of a backup; zipping them is the caller's. */
export async function makeBackup(content: BackupContent, tools: BackupTools): Promise<PackFiles> {
	const files: Record<string, Uint8Array> = {};
	for (const [folder, keep] of [
		['packs', (c: Crystal) => c.state !== 'retired'],
		// Apart, because whoever imports one of the packs by itself would wake them.
		['retired', (c: Crystal) => c.state === 'retired'],
	] as const) {
		for (const { about, crystals } of content.games) {
			const parts = portions(crystals.filter(keep));
			for (const part of parts) {
				const name = fileName(`${about.game}-${part[0]?.scope.layout ?? ''}`);
				let path = `${folder}/${name}.falsework`;
				for (let i = 2; files[path] !== undefined; i++) path = `${folder}/${name}-${i}.falsework`;
				files[path] = tools.zip(await makePack(part, about, tools, { retired: true }));
			}
		}
	}
	const json = (value: unknown) => utf8(`${JSON.stringify(value)}\n`);
	for (const [i, part] of inParts(content.ledger, 5000).entries())
		files[`ledger/${String(i + 1).padStart(4, '0')}.jsonl`] = utf8(part.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
	for (const [i, part] of inParts(content.reports, 50).entries()) files[`reports/${String(i + 1).padStart(4, '0')}.json`] = json(part);
	files['settings.json'] = json({ page: content.settings.page, agent: withoutSecrets(content.settings.agent) });
	files['models.json'] = json(content.models);
	const hashes: Record<string, string> = {};
	for (const path of Object.keys(files).sort()) hashes[path] = await tools.sha256(files[path] as Uint8Array);
	const crystals = content.games.flatMap((game) => game.crystals);
	const head = {
		falsework: 1,
		backup: BACKUP_SCHEMA,
		madeAt: content.madeAt,
		crystals: crystals.length,
		crystalsSha256: await hashOfCrystals(crystals, tools.sha256),
		files: hashes,
	};
	return { 'backup.json': utf8(`${JSON.stringify(head, null, '\t')}\n`), ...files };
}

/** Tells a backup from a pack by its first bytes: `makeBackup`'s zip begins with its own name. */
export function looksLikeBackup(zip: Uint8Array): boolean {
	const name = 'backup.json';
	return zip.length > 30 + name.length && [...name].every((letter, i) => zip[30 + i] === letter.charCodeAt(0));
}

const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const line = v.pipe(v.string(), v.maxLength(300));
const headSchema = v.object({
	falsework: v.literal(1),
	backup: v.literal(BACKUP_SCHEMA),
	madeAt: v.pipe(count, v.maxValue(8.64e15)),
	crystals: v.pipe(count, v.integer()),
	crystalsSha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
	files: v.record(v.string(), v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
});
const reportSchema = v.object({
	session: v.pipe(line, v.minLength(1)),
	game: line,
	startedAt: count,
	endedAt: count,
	endedBy: line,
	json: v.string(),
	markdown: v.string(),
});
const modelSchema = v.object({
	id: line,
	name: line,
	bytes: count,
	licence: line,
	from: line,
	files: v.pipe(v.array(v.object({ path: line, bytes: count, sha256: line })), v.maxLength(500)),
});
const settingsSchema = v.object({ page: v.unknown(), agent: v.record(v.string(), v.unknown()) });

/**
 * Reads a backup; stores nothing. What is broken in it is refused by name and the rest goes on, but one that did not arrive as it was
 * made is refused whole.
 *
 * @param own  this installation made it, byte for byte: its crystals come with their state and evidence, the retired ones too
 */
export async function readBackup(files: PackFiles, own: boolean, tools: RestoreTools): Promise<BackupRead> {
	const no = (why: string): BackupRead => ({ ok: false, why });
	const text = files['backup.json'];
	if (text === undefined) return no('is no backup of Falsework: there is no backup.json in it');
	const data = parsed(text);
	const { backup } = (data ?? {}) as { readonly backup?: unknown };
	if (typeof backup === 'number' && backup > BACKUP_SCHEMA)
		return no(`is of version ${backup}, made by a newer Falsework; this one reads version ${BACKUP_SCHEMA}`);
	const head = v.safeParse(headSchema, data);
	if (!head.success) return no(`has a backup.json that cannot be read: field "${v.getDotPath(head.issues[0]) ?? ''}"`);
	for (const path of Object.keys(head.output.files)) if (!Object.hasOwn(files, path)) return no(`lacks "${path}"`);
	for (const [path, bytes] of Object.entries(files)) {
		if (path === 'backup.json') continue;
		if (!Object.hasOwn(head.output.files, path)) return no(`holds "${path}", which its list does not name`);
		if ((await tools.sha256(bytes)) !== head.output.files[path]) return no(`was damaged or changed: "${path}" does not fit its hash`);
	}

	const refused: RefusedPart[] = [];
	const games: BackupGame[] = [];
	const ledger: LedgerEntry[] = [];
	const reports: BackupReport[] = [];
	for (const path of Object.keys(files).sort()) {
		const bytes = files[path] as Uint8Array;
		if (path.startsWith('packs/') || (own && path.startsWith('retired/'))) {
			const zip = tools.unzip(bytes);
			const pack = zip.ok ? await readPack(zip.files, tools, { asItWas: own }) : { ok: false as const, why: `it ${zip.why}` };
			if (!pack.ok) refused.push({ path, why: pack.why });
			else {
				games.push({ about: pack.about, crystals: pack.crystals });
				refused.push(...pack.refused.map((part) => ({ path: `${path}: ${part.path}`, why: part.why })));
			}
		} else if (path.startsWith('reports/')) {
			for (const [i, item] of listOf(bytes).entries()) {
				const read = v.safeParse(reportSchema, item);
				if (read.success && reports.length < MAX_REPORTS) reports.push(read.output);
				else refused.push({ path: `${path}#${i}`, why: 'is no report' });
			}
		} else if (own && path.startsWith('ledger/')) {
			const lines = textOfUtf8(bytes).split('\n').filter(Boolean);
			for (const [i, entry] of lines.entries()) {
				const read = readEntry(parsedText(entry));
				if (read.ok) ledger.push(read.entry);
				else refused.push({ path: `${path}#${i + 1}`, why: `is no entry of a ledger: ${read.why}` });
			}
		}
	}
	const settings = v.safeParse(settingsSchema, own ? parsed(files['settings.json']) : undefined);
	const models = v.safeParse(v.pipe(v.array(modelSchema), v.maxLength(1000)), parsed(files['models.json']));
	return {
		ok: true,
		head: head.output,
		games,
		ledger,
		reports,
		settings: settings.success ? { page: settings.output.page, agent: settings.output.agent } : { page: undefined, agent: {} },
		models: models.success ? models.output : [],
		refused,
	};
}

/** Crystals in portions that a pack may hold, each with as many as fit. */
function portions(crystals: readonly Crystal[]): readonly (readonly Crystal[])[] {
	const out: Crystal[][] = [];
	let blobs = 0;
	let bytes = 0;
	for (const crystal of crystals) {
		const own = Object.values(crystal.blobs);
		const size = own.reduce((sum, blob) => sum + blob.length, 0);
		const last = out.at(-1);
		if (last === undefined || last.length >= PER_PACK.crystals || blobs + own.length > PER_PACK.blobs || bytes + size > PER_PACK.bytes) {
			out.push([crystal]);
			blobs = own.length;
			bytes = size;
		} else {
			last.push(crystal);
			blobs += own.length;
			bytes += size;
		}
	}
	return out;
}

function inParts<T>(list: readonly T[], most: number): readonly (readonly T[])[] {
	return Array.from({ length: Math.ceil(list.length / most) }, (_, i) => list.slice(i * most, (i + 1) * most));
}

/** Belt and braces: no setting should hold one, and a backup is a file that travels. */
export function withoutSecrets(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutSecrets);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).flatMap(([name, part]) =>
			/^(key|token|secret|password)$|apikey/i.test(name) ? [] : [[name, withoutSecrets(part)]],
		),
	);
}

/** Of a game and a layout, as no file system takes it for something else. */
function fileName(game: string): string {
	return (
		game
			.toLowerCase()
			.replaceAll(/[^a-z0-9-]+/g, '-')
			.slice(0, 80) || 'game'
	);
}

function parsed(bytes: Uint8Array | undefined): unknown {
	if (bytes === undefined) return undefined;
	try {
		return parsedText(textOfUtf8(bytes));
	} catch {
		// Bytes that are no text are no JSON either, and that is all there is to say.
		return undefined;
	}
}

function parsedText(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

function listOf(bytes: Uint8Array): readonly unknown[] {
	const list = parsed(bytes);
	return Array.isArray(list) ? (list as unknown[]) : [undefined];
}
