import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { BACKUP_LIMITS, unzip, zip } from '../adapters/zip.ts';
import {
	type BackupContent,
	type BackupRead,
	hashOfCrystals,
	looksLikeBackup,
	makeBackup,
	readBackup,
	type RestoreTools,
} from './backup.ts';
import { readYaml } from '../adapters/yaml.ts';
import { type Crystal, freshStat, type KindName, type Scope } from './crystals/crystal.ts';
import { readKind } from './crystals/kinds.ts';
import type { LedgerEntry } from './ledger.ts';
import type { PackAbout, PackFiles } from './pack.ts';
import { utf8 } from './utf8.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
function encodePng(grey: Uint8Array, { width, height }: { width: number; height: number }): Uint8Array {
	const png = new PNG({ width, height });
	for (const [i, level] of grey.entries()) png.data.set([level, level, level, 255], i * 4);
	return new Uint8Array(PNG.sync.write(png));
}
const tools: RestoreTools = {
	sha256,
	now: () => 77,
	unzip: (bytes) => unzip(bytes, BACKUP_LIMITS),
	readYaml,
	decodePng(bytes) {
		const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
		return { width, height, grey: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4] as number) };
	},
};
const about = (game: string): PackAbout => ({
	name: game,
	game,
	gameVersion: 'any',
	language: 'en',
	encoder: null,
	art: { holder: 'its makers', licence: 'unknown', source: 'captured' },
	madeAt: 5,
});

function crystal(kind: KindName, id: string, scope: Scope, data: unknown, part: Partial<Crystal> = {}): Crystal {
	const blobs = part.blobs ?? {};
	const today = readKind(kind, 1, data, blobs);
	if (!today.ok) throw new Error(today.why);
	return {
		id,
		kind,
		scope,
		name: id,
		createdAt: 3,
		provenance: {
			at: 3,
			ask: 'perception',
			entry: 9,
			tier: 'cloud',
			model: 'm-1',
			frameHash: 'ab',
			promptTokens: 10,
			completionTokens: 5,
			usd: 0.001,
			// Not named by the pack's own schema.
			replaces: 'older',
		},
		state: 'autonomous',
		stat: { ...freshStat(), k: 90.5, labels: 100, clean: 90, used: 400, lastUsedAt: 4, episodes: ['a', 'b', 'c'] },
		history: [{ at: 3, from: 'shadow', to: 'autonomous', why: 'proven there' }],
		...part,
		schema: today.schema,
		data: today.data,
		blobs,
	};
}
const grey = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + from) & 255);
const small: Scope = { game: 'flare', gameVersion: 'any', language: 'en', layout: '1280x720' };
const big: Scope = { ...small, layout: '1920x1080@1.25' };
const practice: Scope = { ...small, game: 'practice', layout: '960x540' };
const template = (id: string, scope: Scope, part: Partial<Crystal> = {}) =>
	crystal(
		'template',
		id,
		scope,
		{
			element: 'start',
			elementKind: 'button',
			fixed: true,
			places: [[10, 20, 9, 11]],
			size: [9, 11],
			exemplars: [{ state: 'first', size: [9, 11], luma: 'luma', u: 'u', v: 'v', deviation: 30 }],
			threshold: 0.9,
			margin: 0.2,
			screens: { menu: { seen: 3, of: 3 } },
			negatives: { frames: 0, best: -1 },
			hoverFloor: null,
		},
		{ ...part, blobs: { luma: grey(99), u: grey(30, 3), v: grey(30, 5) } },
	);
const rule = (id: string, scope: Scope, part: Partial<Crystal> = {}) =>
	crystal(
		'rule',
		id,
		scope,
		{
			layer: 'combat',
			when: [{ f: 'hp', op: '<=', v: 30 }],
			unless: [],
			then: { verb: 'press', args: { key: 'h' } },
			expects: [],
			until: [],
			origin: 'because',
			from: ['9'],
		},
		part,
	);
const entry = (n: number): LedgerEntry => ({ type: 'rested', n, at: n, session: 's1', ticks: 1 });
const report = { session: 's1', game: 'Flare', startedAt: 1, endedAt: 2, endedBy: 'Pause', json: '{"falsework":1}', markdown: '# Flare' };

const content: BackupContent = {
	games: [
		{ about: about('flare'), crystals: [template('t1', small), rule('r1', small), rule('gone', small, { state: 'retired' })] },
		// The same id in another layout is another crystal.
		{ about: about('flare'), crystals: [template('t1', big, { state: 'quarantined' })] },
		{ about: about('practice'), crystals: [rule('r1', practice)] },
	],
	ledger: [entry(1), entry(2)],
	reports: [report],
	settings: {
		page: { theme: 'dark' },
		agent: { tiers: [{ id: 'local', base: 'http://127.0.0.1:1/v1', key: 'sk-secret', apiKey: 'sk-secret' }], budget: { day: 1 } },
	},
	models: [{ id: 'minilm', name: 'MiniLM', bytes: 3, licence: 'MIT', from: 'built in', files: [{ path: 'a', bytes: 3, sha256: 'aa' }] }],
	madeAt: 50,
};
const crystals = content.games.flatMap((game) => game.crystals);
const made = (part: Partial<BackupContent> = {}) => makeBackup({ ...content, ...part }, { sha256, encodePng, zip });
async function read(files: PackFiles, own: boolean): Promise<Extract<BackupRead, { ok: true }>> {
	const back = await readBackup(files, own, tools);
	if (!back.ok) throw new Error(back.why);
	return back;
}

describe('a backup of one’s own', () => {
	it('brings every crystal back with its state, evidence and pixels: the hash over all of them is the same', async () => {
		const back = await read(await made(), true);
		expect(back.refused).toEqual([]);
		const restored = back.games.flatMap((game) => game.crystals);
		expect(await hashOfCrystals(restored, sha256)).toBe(await hashOfCrystals(crystals, sha256));
		expect(back.head.crystalsSha256).toBe(await hashOfCrystals(crystals, sha256));
		expect(restored.find((c) => c.id === 'gone')?.state).toBe('retired');
		expect(restored.filter((c) => c.id === 't1').map((c) => c.state)).toEqual(['autonomous', 'quarantined']);
	});
	it('brings ledger, reports, settings and the list of models back', async () => {
		const back = await read(await made(), true);
		expect(back.ledger).toEqual(content.ledger);
		expect(back.reports).toEqual([report]);
		expect(back.settings).toMatchObject({ page: { theme: 'dark' }, agent: { budget: { day: 1 } } });
		expect(back.models).toEqual(content.models);
	});
	it('passes the zip it is written into, and is told from a pack by its first bytes', async () => {
		const zipped = zip(await made());
		expect(looksLikeBackup(zipped)).toBe(true);
		const open = unzip(zipped, BACKUP_LIMITS);
		expect(open.ok && (await readBackup(open.files, true, tools)).ok).toBe(true);
		const inside = unzipSync((await made())['packs/flare-1280x720.falsework'] as Uint8Array);
		expect(looksLikeBackup(zip(inside))).toBe(false);
	});
	it('fills several packs with a game that outgrew one', async () => {
		const many = Array.from({ length: 2300 }, (_, i) => rule(`r${i}`, small));
		const files = await made({ games: [{ about: about('flare'), crystals: many }] });
		expect(Object.keys(files).filter((path) => path.startsWith('packs/'))).toHaveLength(3);
		const back = await read(files, true);
		expect(
			await hashOfCrystals(
				back.games.flatMap((g) => g.crystals),
				sha256,
			),
		).toBe(await hashOfCrystals(many, sha256));
	});
	it('can be empty', async () => {
		const back = await read(await made({ games: [], ledger: [], reports: [], models: [] }), true);
		expect([back.games, back.ledger, back.reports, back.head.crystals]).toEqual([[], [], [], 0]);
	});
});

describe('a backup from elsewhere', () => {
	it('brings its crystals in shadow without evidence, its reports, and neither ledger nor settings', async () => {
		const back = await read(await made(), false);
		const restored = back.games.flatMap((game) => game.crystals);
		expect(restored.map((c) => [c.id, c.state, c.stat.labels])).toEqual([
			['t1', 'shadow', 0],
			['r1', 'shadow', 0],
			['t1', 'shadow', 0],
			['r1', 'shadow', 0],
		]);
		expect(back.reports).toEqual([report]);
		expect([back.ledger, back.settings]).toEqual([[], { page: undefined, agent: {} }]);
	});
});

it('no key is in a backup, whatever a setting held', async () => {
	const files = await made();
	const text = Object.values(files).map((bytes) => Buffer.from(bytes).toString('latin1'));
	expect(text.join('')).not.toContain('sk-secret');
	expect(Buffer.from(files['settings.json'] as Uint8Array).toString()).toContain('127.0.0.1:1');
});

describe('a backup that is broken', () => {
	const without = (files: PackFiles, path: string): PackFiles => Object.fromEntries(Object.entries(files).filter(([p]) => p !== path));
	async function whyNot(files: PackFiles): Promise<string> {
		const back = await readBackup(files, true, tools);
		return back.ok ? '' : back.why;
	}
	it('is refused whole when a file is missing, added or changed', async () => {
		const files = await made();
		expect(await whyNot(without(files, 'backup.json'))).toContain('no backup of Falsework');
		expect(await whyNot(without(files, 'models.json'))).toBe('lacks "models.json"');
		expect(await whyNot({ ...files, 'more.json': utf8('[]') })).toContain('"more.json", which its list does not name');
		expect(await whyNot({ ...files, 'settings.json': utf8('{}') })).toContain('"settings.json" does not fit its hash');
		expect(await whyNot({ 'backup.json': utf8('{"backup":2}') })).toContain('made by a newer Falsework');
		expect(await whyNot({ 'backup.json': utf8('not json') })).toContain('cannot be read');
	});
	it('loses only the pack, entry or report that is broken, and names it', async () => {
		const files: Record<string, Uint8Array> = { ...(await made()) };
		files['packs/flare-1280x720.falsework'] = utf8('no zip');
		files['ledger/0001.jsonl'] = utf8('{"type":"rested","n":1,"at":1,"session":"s1","ticks":3}\n{"n":-1}\nnonsense\n');
		files['reports/0001.json'] = utf8('[{"session":""}]');
		const head = JSON.parse(Buffer.from(files['backup.json'] as Uint8Array).toString()) as { files: Record<string, string> };
		for (const path of Object.keys(head.files)) head.files[path] = sha256(files[path] as Uint8Array);
		files['backup.json'] = utf8(JSON.stringify(head));
		const back = await read(files, true);
		expect(back.refused.map(({ path }) => path)).toEqual([
			'ledger/0001.jsonl#2',
			'ledger/0001.jsonl#3',
			'packs/flare-1280x720.falsework',
			'reports/0001.json#0',
		]);
		expect(back.ledger.map(({ n }) => n)).toEqual([1]);
		expect(back.games.length).toBe(3);
	});
});
