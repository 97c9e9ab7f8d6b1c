import { createHash } from 'node:crypto';
import { PNG } from 'pngjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { readYaml } from '../adapters/yaml.ts';
import { type Crystal, freshStat, type KindName } from './crystals/crystal.ts';
import { freshCascade } from './crystals/cascade/schema.ts';
import { asForeign, readKind } from './crystals/kinds.ts';
import { canAct } from './crystals/lifecycle.ts';
import { makePack, type PackAbout, type PackFiles } from './pack.ts';
import { utf8 } from './utf8.ts';
import { isPlainPath, pngSize, readPack, type UnpackTools } from './unpack.ts';

const about: PackAbout = {
	name: 'Flare',
	game: 'flare',
	gameVersion: 'any',
	language: 'en',
	encoder: null,
	art: { holder: 'its makers', licence: 'CC BY-SA 3.0', source: 'captured' },
	madeAt: 5,
};
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function encodePng(grey: Uint8Array, { width, height }: { width: number; height: number }): Uint8Array {
	const png = new PNG({ width, height });
	for (const [i, level] of grey.entries()) png.data.set([level, level, level, 255], i * 4);
	return new Uint8Array(PNG.sync.write(png));
}
let decoded = 0;
const tools: UnpackTools = {
	sha256,
	now: () => 77,
	readYaml,
	decodePng(bytes) {
		decoded++;
		const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
		return { width, height, grey: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4] as number) };
	},
};
beforeEach(() => {
	decoded = 0;
});

function crystal(kind: KindName, id: string, data: unknown, blobs: Record<string, Uint8Array> = {}): Crystal {
	return {
		id,
		kind,
		scope: { game: 'flare', gameVersion: 'any', language: 'en', layout: '1280x720' },
		name: id,
		schema: 1,
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
		},
		state: 'autonomous',
		stat: { ...freshStat(), k: 90, labels: 100, clean: 90, used: 400, lastUsedAt: 4, episodes: ['a', 'b', 'c'] },
		history: [{ at: 3, from: 'shadow', to: 'autonomous', why: 'proven there' }],
		data,
		blobs,
	};
}
const grey = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + from) & 255);
const template = crystal(
	'template',
	'template-1',
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
	{ luma: grey(99), u: grey(30, 3), v: grey(30, 5) },
);
const screen = crystal(
	'screen',
	'screen-1',
	{ slug: 'menu', confirmed: 4, columns: 3, rows: 2, entries: { 'title>click:start': 2 }, usual: { outside: [[3, 2]], inside: [] } },
	{ reference: grey(24), varies: grey(6) },
);
const region = crystal('region', 'region-1', {
	fact: 'hp',
	factType: 'number',
	reader: 'number',
	box: [1, 2, 30, 40],
	numbers: { of: 1, picks: [0] },
	replace: { O: '0' },
	mapping: {},
	screens: { menu: { seen: 2, of: 2 } },
});
const rule = crystal('rule', 'rule-1', {
	layer: 'combat',
	when: [{ f: 'hp', op: '<=', v: 30 }],
	unless: [],
	then: { verb: 'press', args: { key: 'h' } },
	expects: [],
	until: [],
	origin: 'because',
	from: ['9'],
});
const phrase = crystal('phrase', 'phrase-1', {
	event: 'kill',
	parts: [{ text: 'Fällt: ' }, { slot: 'who', form: 'capital' }],
	from: ['9'],
});
const routing = crystal('cascade', 'cascade-1', {
	...freshCascade('decision', 'play', { name: 'device', model: 'small' }, false),
	outcomes: { first: 9, again: 1, refused: 2, timedOut: 0, failed: 0 },
	verified: { postcondition: [8, 1], truth: [0, 0], tier: [0, 0] },
	ms: [2000, 2500],
	verdict: 'good',
	by: 'both',
});
const skill = crystal('skill', 'skill-1', {
	description: 'Buys a potion at the shop.',
	goal: 'buy a potion',
	words: ['heal'],
	params: [{ name: 'thing', type: 'element', fact: 'wanted', value: 'potion' }],
	when: [{ f: 'screen', op: '==', v: 'town' }],
	unless: [],
	steps: [
		{ act: { verb: 'click', args: { at: 'shop' } }, expects: [{ f: 'screen', op: '==', v: 'shop', withinMs: 900 }] },
		{ id: 'buy', act: { verb: 'click', args: { at: { param: 'thing' } } }, next: ['leave', { step: 'buy', back: true }], times: 3 },
		{ id: 'leave', when: [{ f: 'gold', op: '<=', v: 5 }], next: [] },
	],
	expects: [],
	until: [],
	layer: 'quest',
	origin: 'plan',
	from: ['9'],
	version: 1,
});
const all = [template, screen, region, rule, skill, phrase, routing];

/** The pack with one file written anew, its hash put right, as whoever forges one would. */
async function forged(path: string, change: (json: never) => unknown, crystals: readonly Crystal[] = all): Promise<PackFiles> {
	const files = { ...(await makePack(crystals, about, { sha256, encodePng })) };
	files[path] = utf8(JSON.stringify(change(JSON.parse(text(files[path] as Uint8Array)) as never)));
	return rehashed(files);
}
function rehashed(files: Record<string, Uint8Array>): PackFiles {
	const manifest = JSON.parse(text(files['pack.json'] as Uint8Array)) as { files: Record<string, string> };
	manifest.files = Object.fromEntries(
		Object.entries(files).flatMap(([path, bytes]) => (path === 'pack.json' ? [] : [[path, sha256(bytes)]])),
	);
	return { ...files, 'pack.json': utf8(JSON.stringify(manifest)) };
}
const pack = (): Promise<PackFiles> => makePack(all, about, { sha256, encodePng });
interface Held {
	[key: string]: Record<string, unknown>[];
}
function firstOf(key: string, change: (item: Record<string, unknown>) => unknown): (json: Held) => unknown {
	return (json) => ({ ...json, [key]: (json[key] ?? []).map((item, i) => (i === 0 ? change(item) : item)) });
}
async function refusedWith(path: string, change: (json: never) => unknown): Promise<string> {
	const read = await readPack(await forged(path, change), tools);
	if (!read.ok) throw new Error(read.why);
	expect(read.refused).toHaveLength(1);
	expect(read.crystals).toHaveLength(all.length - 1);
	return `${read.refused[0]?.path}: ${read.refused[0]?.why}`;
}

describe('a pack read back', () => {
	it('gives every kind with its data, pixels and provenance, in shadow and without evidence', async () => {
		const read = await readPack(await pack(), tools);
		if (!read.ok) throw new Error(read.why);
		expect(read.refused).toEqual([]);
		expect(read.about).toEqual(about);
		expect(read.crystals.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
		for (const before of all) {
			const after = read.crystals.find(({ id }) => id === before.id) as Crystal;
			const { state, stat, history, ...same } = after;
			const { state: _, stat: __, history: ___, ...kept } = before;
			// Older data arrives in today's form.
			const own = readKind(before.kind, before.schema, before.data, before.blobs);
			expect(same).toEqual({ ...kept, ...(own.ok ? { schema: own.schema, data: asForeign(before.kind, own.data) } : {}) });
			expect(state).toBe('shadow');
			expect(stat).toEqual(freshStat());
			expect(history).toEqual([{ at: 77, from: 'trial', to: 'shadow', why: expect.stringContaining('came with a pack') as string }]);
			expect(canAct(after, { next: () => 0 }).act).toBe(false);
		}
	});

	it('holds each skill as a document beside, and takes one that stands alone, without evidence', async () => {
		const files = await pack();
		const path = 'skills/skill-1/SKILL.md';
		expect(text(files[path] as Uint8Array)).toContain('name: skill-1\n');
		const { 'skills.json': _, ...alone } = files;
		const read = await readPack(rehashed(alone), tools);
		if (!read.ok) throw new Error(read.why);
		expect(read.refused).toEqual([]);
		const [came] = read.crystals.filter(({ kind }) => kind === 'skill');
		expect(came).toMatchObject({ name: 'skill-1', state: 'shadow', data: skill.data, stat: freshStat() });
		const broken = await readPack(rehashed({ ...alone, [path]: utf8('---\ngame: x\n---\n') }), tools);
		expect(broken.ok && broken.refused).toEqual([
			{ path: `${path}, line 2, "game"`, why: expect.stringContaining('no such key') as string },
		]);
		expect(isPlainPath('skills/../SKILL.md')).toBe(false);
		expect(isPlainPath('templates/SKILL.md')).toBe(false);
	});

	it('keeps what was learnt about models in cascade.json, and believes of it that it was claimed', async () => {
		const files = await pack();
		expect(JSON.parse(text(files['cascade.json'] as Uint8Array))).toMatchObject({
			cascade: [{ id: 'cascade-1', data: { verdict: 'good' } }],
		});
		const read = await readPack(files, tools);
		if (!read.ok) throw new Error(read.why);
		const after = read.crystals.find(({ id }) => id === 'cascade-1');
		expect(after?.data).toEqual({
			...freshCascade('decision', 'play', { name: 'device', model: 'small' }, false),
			claimed: { verdict: 'good', good: 8, of: 9, ms: 2500 },
		});
		// Nothing that names a machine leaves: the model is told, not where it runs.
		expect(JSON.stringify(JSON.parse(text(files['cascade.json'] as Uint8Array)))).not.toMatch(/https?:|127\.0/);
	});

	it('believes no state, statistics or history, whatever they say', async () => {
		const claims = { state: 'retired', stat: { k: 1e9 }, history: 'long', sovereignty: 1 };
		const read = await readPack(await forged('rules.json', firstOf('rules', (item) => ({ ...item, ...claims })) as never), tools);
		if (!read.ok) throw new Error(read.why);
		const after = read.crystals.find(({ id }) => id === 'rule-1');
		expect(after).toMatchObject({ state: 'shadow', stat: freshStat() });
		expect(after).not.toHaveProperty('sovereignty');
	});
});

describe('a pack is refused whole', () => {
	const why = async (files: PackFiles): Promise<string> => {
		const read = await readPack(files, tools);
		expect(decoded).toBe(0);
		return read.ok ? 'read' : read.why;
	};

	it('when a byte of any file was changed', async () => {
		for (const path of Object.keys(await pack())) {
			if (path === 'pack.json') continue;
			const files = { ...(await pack()) };
			const bytes = (files[path] as Uint8Array).slice();
			bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
			files[path] = bytes;
			expect(await why(files)).toContain(`"${path}" does not fit its sha256`);
		}
	});

	it('when it is of another version', async () => {
		expect(await why(await forged('pack.json', (json: object) => ({ ...json, schema: 2 })))).toMatch(/version 2.*newer/);
		expect(await why(await forged('pack.json', (json: object) => ({ ...json, schema: 0 })))).toContain('field "schema"');
		expect(await why(await forged('pack.json', (json: object) => ({ ...json, falsework: 'yes' })))).toContain('field "falsework"');
	});

	it('when it does not say which game and language it is of', async () => {
		for (const part of ['game', 'language']) {
			// Not `forged`: its hashes are right, its head is not.
			const files = { ...(await pack()) };
			const head = JSON.parse(text(files['pack.json'] as Uint8Array)) as Record<string, unknown>;
			delete head[part];
			files['pack.json'] = utf8(JSON.stringify(head));
			expect(await why(files)).toContain(`field "${part}"`);
		}
	});

	it('when a file has a name that leads out of it', async () => {
		for (const path of ['../rules.json', '/etc/passwd', 'templates/../../x', 'C:\\x', 'c:/x', 'A.json', 'a//b', 'a/./b', '__proto__', ''])
			expect(await why({ ...(await pack()), [path]: grey(3) }), path).toMatch(/odd name|not named/);
		expect(isPlainPath('templates/a_b-1.png')).toBe(true);
	});

	it('when a file is missing, or there is one more than pack.json names', async () => {
		const { 'rules.txt': _, ...short } = await pack();
		expect(await why(short)).toContain('"rules.txt" is missing');
		expect(await why({ ...(await pack()), 'more.bin': grey(3) })).toContain('"more.bin" is not named in pack.json');
	});

	it('when pack.json is none', async () => {
		expect(await why({})).toContain('no pack.json');
		expect(await why({ 'pack.json': utf8('{"falsework":1') })).toContain('is not JSON');
		expect(await why({ 'pack.json': utf8('null') })).toContain('pack.json field');
		expect(await why({ 'pack.json': Uint8Array.of(0xff, 0xfe, 0x22) })).toContain('is not JSON');
	});
});

describe('a crystal is refused, and the rest goes on', () => {
	it('when its kind is unknown or not the one of its file', async () => {
		expect(await refusedWith('rules.json', firstOf('rules', (item) => ({ ...item, kind: 'npc' })) as never)).toBe(
			'rules.json#rule-1: the kind "npc" is not known here',
		);
		expect(await refusedWith('rules.json', firstOf('rules', (item) => ({ ...item, kind: 'phrase' })) as never)).toContain(
			'does not belong',
		);
	});

	it('when its data is of no version or shape that its kind knows', async () => {
		expect(await refusedWith('rules.json', firstOf('rules', (item) => ({ ...item, schema: 9 })) as never)).toContain('version 9');
		expect(await refusedWith('rules.json', firstOf('rules', (item) => ({ ...item, data: { when: [] } })) as never)).toContain('rule field');
		expect(await refusedWith('regions.json', firstOf('regions', () => 7) as never)).toContain('regions.json#0');
		expect(await refusedWith('narration.json', firstOf('phrases', (item) => ({ ...item, provenance: {} })) as never)).toContain(
			'provenance',
		);
	});

	it('when it is of another game or language than the pack', async () => {
		const scope = { ...rule.scope, game: 'practice' };
		expect(await refusedWith('rules.json', firstOf('rules', (item) => ({ ...item, scope })) as never)).toContain('its game is "practice"');
	});

	it('when it has keys of the prototype, or is nested without end', async () => {
		const files = { ...(await pack()) };
		const path = 'rules.json';
		files[path] = utf8(text(files[path] as Uint8Array).replace('"layer"', '"__proto__": {"polluted": 1}, "layer"'));
		const read = await readPack(rehashed(files), tools);
		expect(read.ok && read.refused).toEqual([{ path: 'rules.json#rule-1', why: 'has the key "__proto__"' }]);
		expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
		const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
		files[path] = utf8(`{"schema":1,"rules":[{"id":"deep","data":${deep}}]}`);
		const again = await readPack(rehashed(files), tools);
		expect(again.ok && again.refused[0]?.why).toContain('nested deeper');
	});

	it('when its id is taken by another of the pack', async () => {
		const read = await readPack(
			await forged('rules.json', (json: Held) => ({ ...json, rules: [...(json['rules'] ?? []), ...(json['rules'] ?? [])] })),
			tools,
		);
		expect(read.ok && read.refused).toEqual([{ path: 'rules.json#rule-1', why: 'another crystal of this pack has the same id' }]);
	});

	it('when a picture is missing, no PNG, too large, or not of the size it says', async () => {
		const blobs = (blob: unknown) =>
			firstOf('templates', (item) => ({ ...item, blobs: { ...(item['blobs'] as object), luma: blob } })) as never;
		const file = 'templates/template-1-luma.png';
		expect(await refusedWith('templates.json', blobs({ file: 'templates/none.png', width: 9, height: 11 }))).toContain('not in the pack');
		expect(await refusedWith('templates.json', blobs({ file: 'rules.txt', width: 9, height: 11 }))).toContain('not in the pack');
		expect(await refusedWith('templates.json', blobs({ file, width: 11, height: 9 }))).toContain('is 9 × 11 and should be 11 × 9');
		const files = { ...(await pack()) };
		const huge = (files[file] as Uint8Array).slice();
		new DataView(huge.buffer).setUint32(16, 60_000);
		new DataView(huge.buffer).setUint32(20, 60_000);
		expect(pngSize(huge)).toEqual({ width: 60_000, height: 60_000 });
		files[file] = huge;
		files['templates.json'] = utf8(
			text(files['templates.json'] as Uint8Array).replace('"width": 9,\n\t\t\t\t\t"height": 11', '"width": 60000, "height": 60000'),
		);
		decoded = 0;
		const read = await readPack(rehashed(files), tools);
		expect(read.ok && read.refused[0]?.why).toContain('more than 16000000 pixels');
		// Those of the screen and no others: the huge one was never handed over.
		expect(decoded).toBe(2);
		files[file] = utf8('<svg xmlns="http://www.w3.org/2000/svg"/>          ');
		const svg = await readPack(rehashed(files), tools);
		expect(svg.ok && svg.refused[0]?.why).toContain('is no PNG');
	});

	it('when its file is of another version, and files of unknown kinds are named', async () => {
		const read = await readPack(await forged('rules.json', (json: object) => ({ ...json, schema: 3 })), tools);
		expect(read.ok && read.refused).toEqual([{ path: 'rules.json', why: 'is of version 3; this program reads version 1' }]);
		const more = await readPack(rehashed({ ...(await pack()), 'phrasebook.json': utf8('{}') }), tools);
		expect(more.ok && more.refused).toEqual([{ path: 'phrasebook.json', why: 'of a kind that is not known here' }]);
		expect(more.ok && more.crystals).toHaveLength(all.length);
	});
});
