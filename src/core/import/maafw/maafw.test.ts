import { describe, expect, it } from 'vitest';
import { readKind } from '../../crystals/kinds.ts';
import type { Skill } from '../../crystals/skill/schema.ts';
import type { RegionCrystal } from '../../crystals/region/schema.ts';
import type { TemplateCrystal } from '../../crystals/template/schema.ts';
import { utf8 } from '../../utf8.ts';
import { readProfile } from '../../profile.ts';
import { importMaa, type MaaImport } from './maafw.ts';
import { fakePng, project, tools } from './maafw.fixture.ts';

const imported = async (files: Record<string, Uint8Array>): Promise<MaaImport> => {
	const done = await importMaa(files, tools);
	if (!done.ok) throw new Error(done.why);
	return done.import;
};
const of = async (pipeline: object, more: Record<string, Uint8Array> = {}): Promise<MaaImport> => imported(project(pipeline, more));
const nodeOf = (done: MaaImport, node: string) => done.nodes.find((n) => n.node === node);
const skills = (done: MaaImport): Skill[] => done.crystals.filter((c): c is Skill => c.kind === 'skill');
const templates = (done: MaaImport): TemplateCrystal[] => done.crystals.filter((c): c is TemplateCrystal => c.kind === 'template');
const regions = (done: MaaImport): RegionCrystal[] => done.crystals.filter((c): c is RegionCrystal => c.kind === 'region');
const stepsOf = (done: MaaImport) => Object.fromEntries((skills(done)[0] as Skill).data.steps.map((s) => [s.id, s]));

const FLOW = {
	Start: { next: ['Shop', '[JumpBack]Ad'], timeout: 5000, on_error: 'GiveUp' },
	Shop: {
		recognition: 'TemplateMatch',
		template: 'shop.png',
		roi: [100, 50, 300, 200],
		threshold: 0.8,
		action: 'Click',
		next: ['Bought', 'Shop'],
		max_hit: 3,
	},
	Ad: { recognition: { type: 'TemplateMatch', param: { template: 'ad.png' } }, action: { type: 'ClickKey', param: { key: 27 } } },
	Bought: { recognition: 'OCR', expected: ['Thank you', 'Sold'], roi: [500, 600, 200, 40], post_delay: 900 },
	GiveUp: { action: 'Click', target: [-100, 20, 60, 40] },
};
const PICTURES = { 'resource/image/shop.png': fakePng(24, 16, 1), 'resource/image/ad.png': fakePng(20, 20, 2) };

describe('a MaaFramework project', () => {
	it('becomes templates, readers, a skill and a profile, all in shadow and all valid', async () => {
		const done = await of(FLOW, PICTURES);
		expect(done.crystals.map((c) => c.kind).sort()).toEqual(['region', 'skill', 'template', 'template']);
		for (const crystal of done.crystals) {
			expect(crystal.state).toBe('shadow');
			expect(crystal.history.at(-1)?.why).toContain('four clean labels');
			expect(readKind(crystal.kind, crystal.schema, crystal.data, crystal.blobs)).toMatchObject({ ok: true });
		}
		expect(readProfile(JSON.stringify(done.profile))).toMatchObject({ ok: true });
		expect(done.counted).toEqual({ nodes: 5, whole: 5, part: 0, unsupported: 0, reasons: [] });
	});

	it('keeps where a template is looked for and the threshold its author chose', async () => {
		const [shop] = templates(await of(FLOW, PICTURES));
		expect(shop?.data).toMatchObject({
			element: 'shop',
			fixed: false,
			places: [],
			roi: [100, 50, 300, 200],
			threshold: 0.8,
			thresholdBy: 'hand',
		});
		expect(shop?.scope.layout).toBe('1280x720');
	});

	it('reads a text of one line, by the values that are waited for', async () => {
		const done = await of(FLOW, PICTURES);
		const [region] = regions(done);
		expect(region?.data).toMatchObject({
			fact: 'read.bought',
			reader: 'enum',
			box: [500, 600, 200, 40],
			mapping: { thankyou: 'Thank you', sold: 'Sold' },
		});
		expect(done.profile.facts).toContainEqual(
			expect.objectContaining({ name: 'read.bought', type: 'enum', values: ['Thank you', 'Sold'] }),
		);
	});

	it('keeps the order of successors, the way back, times and the way out of an error', async () => {
		const steps = stepsOf(await of(FLOW, PICTURES));
		expect(steps['start']).toMatchObject({ next: ['shop', { step: 'ad', back: true }], timeoutMs: 5000, onError: ['give-up'], when: [] });
		expect(steps['shop']).toMatchObject({
			when: [{ f: 'sees.shop', op: '==', v: true }],
			act: { verb: 'click', args: { at: 'shop' } },
			next: ['bought', 'shop'],
			times: 3,
		});
		expect(steps['ad']).toMatchObject({ act: { verb: 'press-escape', args: {} }, next: [] });
		expect(steps['bought']).toMatchObject({ when: [{ f: 'read.bought', op: 'in', v: ['Thank you', 'Sold'] }], restMs: 900 });
		expect(steps['bought']?.act).toBeUndefined();
		// From the right edge: 1280 − 100 + 30.
		expect(steps['give-up']).toMatchObject({ act: { verb: 'click-at', args: { to: [1210, 40] } } });
	});

	it('expects what must follow an act where nothing else can, so that each run proves the step', async () => {
		const done = await of(
			{ ...FLOW, Start: { ...FLOW.GiveUp, next: 'Shop', timeout: 7000 }, Shop: { ...FLOW.Shop, next: ['Bought', '[JumpBack]Ad'] } },
			PICTURES,
		);
		const steps = stepsOf(done);
		expect(steps['start']?.expects).toEqual([{ f: 'sees.shop', op: '==', v: true, withinMs: 7000 }]);
		expect(steps['shop']?.expects).toBeUndefined();
	});

	it('asks of a profile just the verbs and keys it uses', async () => {
		const { profile } = await of(FLOW, PICTURES);
		expect(profile.actions.map((a) => a.verb)).toEqual(['wait', 'click', 'press-escape', 'click-at']);
		expect(profile.safety).toEqual({ keys: ['Escape'], buttons: ['left'], ratePerSecond: 5 });
		expect(profile.note).toContain('MaaFramework');
		expect(profile.goal).toBe('Do one after another: Buy things');
	});

	it('reads version 1 and version 2 of a node alike', async () => {
		const param = { template: 'shop.png', roi: [0, 0, 640, 720], green_mask: true };
		const old = await of({ A: { recognition: 'TemplateMatch', ...param, action: 'LongPress', duration: 700 } }, PICTURES);
		const now = await of(
			{ A: { recognition: { type: 'TemplateMatch', param }, action: { type: 'LongPress', param: { duration: 700 } } } },
			PICTURES,
		);
		expect(now.crystals).toEqual(old.crystals);
		expect(stepsOf(now)['a']?.act).toEqual({ verb: 'press', args: { at: 'shop', ms: 700 } });
	});

	it('takes defaults, overrides of a later bundle, and of a task', async () => {
		const done = await imported({
			'p/interface.json': json({
				name: 'Game',
				controller: [{ type: 'Win32', win32: { window_regex: '^(?!x).*(Great Game).*$' } }],
				resource: [
					{ name: 'a', path: ['{PROJECT_DIR}/base', './more'] },
					{ name: 'b', path: ['other'] },
				],
				task: [{ name: 'Go', entry: 'A', pipeline_override: { A: { timeout: 3000 } }, option: ['how'] }],
				option: { how: { cases: [{ name: 'fast', pipeline_override: { A: { post_delay: 1 } } }, { name: 'slow' }] } },
				agent: { child_exec: 'python' },
			}),
			'p/base/default_pipeline.json': json({ Default: { pre_delay: 50, timeout: 9000 }, Click: { action: 'Click', target: [10, 20] } }),
			'p/base/pipeline/a.json': json({ A: { action: 'Click', next: 'B' }, B: { action: 'Click', target: [1, 1] } }),
			'p/more/pipeline/a.jsonc': utf8('{ /* later */ "B": { "target": [30, 40] }, }'),
			'p/other/pipeline/a.json': json({ Z: {} }),
		});
		const steps = stepsOf(done);
		expect(steps['a']).toMatchObject({ delayMs: 50, restMs: 1, timeoutMs: 3000, act: { args: { to: [10, 20] } } });
		expect(steps['b']).toMatchObject({ delayMs: 50, timeoutMs: 9000, act: { args: { to: [30, 40] } } });
		expect(done.profile).toMatchObject({ name: 'Game', window: { title: 'Great Game' } });
		expect(done.left).toEqual([
			'resource "p/other": another set of the same nodes; one is imported at a time',
			"agent: a program of the project's own; none is ever run",
			'option "how" of task "Go": imported as "fast", one of 2',
		]);
	});

	it('makes of a text in a wide area an element that a model is asked for', async () => {
		const done = await of({ A: { recognition: 'OCR', expected: 'Start', action: 'Click' } });
		expect(nodeOf(done, 'A')).toMatchObject({
			outcome: 'part',
			left: [{ what: 'a text in a wide area: a model must show once where it stands' }],
		});
		expect(done.profile.facts).toEqual([expect.objectContaining({ type: 'boolean' })]);
		const element = done.profile.facts[0]?.element ?? '';
		expect(stepsOf(done)['a']).toMatchObject({
			when: [{ f: `sees.${element}`, op: '==', v: true }],
			act: { args: { at: element } },
		});
	});

	it('spells "and", "or" and their inverse out as conditions', async () => {
		const a = { recognition: 'TemplateMatch', template: 'shop.png' };
		const b = { recognition: 'TemplateMatch', template: 'ad.png' };
		const done = await of(
			{
				Both: { recognition: 'And', all_of: [a, b], box_index: 1, action: 'Click', next: ['Any', 'Not'] },
				Any: { recognition: 'Or', any_of: [a, 'Second'], action: 'Click' },
				Not: { recognition: 'And', all_of: [a, 'Second'], inverse: true, action: 'Click', target: [1, 2] },
				Second: b,
			},
			PICTURES,
		);
		const shop = { f: 'sees.shop', op: '==', v: true };
		const ad = { f: 'sees.ad', op: '==', v: true };
		const steps = stepsOf(done);
		expect(steps['both']).toMatchObject({ when: [shop, ad], act: { args: { at: 'ad' } }, next: ['any', 'any-2', 'not', 'not-2'] });
		expect([steps['any']?.when, steps['any-2']?.when]).toEqual([[shop], [ad]]);
		expect([steps['not']?.when, steps['not-2']?.when]).toEqual([[{ ...shop, v: false }], [{ ...ad, v: false }]]);
	});

	it('looks where another find is looked for, moved alike, where it should look beside it', async () => {
		const done = await of(
			{
				A: {
					recognition: 'And',
					all_of: [
						{ sub_name: 'icon', recognition: 'TemplateMatch', template: 'shop.png', roi: [100, 100, 200, 60] },
						{ recognition: 'TemplateMatch', template: 'ad.png', roi: 'icon', roi_offset: [40, 0, 80, 20] },
					],
					action: 'Click',
				},
				B: { recognition: 'TemplateMatch', template: 'ad.png', roi: 'A', action: 'Click' },
			},
			PICTURES,
		);
		expect(templates(done).map((t) => t.data.roi)).toEqual([
			[100, 100, 200, 60],
			[140, 100, 280, 80],
			[0, 0, 1280, 720],
		]);
		expect(nodeOf(done, 'A')).toMatchObject({
			outcome: 'part',
			left: [{ what: 'looks in the area of another find instead of just beside it', detail: 'icon' }],
		});
	});

	it('leaves out what it cannot do, all that only leads there, and says so of each node', async () => {
		const done = await of(
			{
				A: { action: 'Click', target: [5, 5], next: ['B', 'C'] },
				B: { recognition: 'TemplateMatch', template: 'shop.png', action: 'Click', next: ['Own'] },
				C: { recognition: 'TemplateMatch', template: 'ad.png', action: 'Click', next: [] },
				Own: { recognition: 'Custom', custom_recognition: 'Mine', action: 'Click' },
				Run: { action: 'Command', exec: 'rm' },
			},
			PICTURES,
		);
		expect(Object.keys(stepsOf(done))).toEqual(['a', 'c']);
		expect(stepsOf(done)['a']?.next).toEqual(['c']);
		expect(nodeOf(done, 'A')).toMatchObject({ outcome: 'part', left: [{ what: 'a successor that is not imported', detail: 'B' }] });
		expect(nodeOf(done, 'B')).toMatchObject({ outcome: 'part', left: [{ what: 'nothing that follows it could be imported' }] });
		expect(nodeOf(done, 'C')?.outcome).toBe('whole');
		expect(nodeOf(done, 'Own')).toMatchObject({ outcome: 'unsupported', left: [{ what: 'recognition Custom', detail: 'Mine' }] });
		expect(nodeOf(done, 'Run')).toMatchObject({
			outcome: 'unsupported',
			left: [{ what: 'action Command: programs are never started or stopped' }],
		});
		expect(done.counted.nodes).toBe(5);
	});

	it('never clicks the middle of what is to be clicked beside', async () => {
		const a = { recognition: 'TemplateMatch', template: 'shop.png', action: 'Click' };
		const done = await of({ B: { ...a, target_offset: [2, 0, 0, 0] }, A: { ...a, target_offset: [60, 0, 0, 0] } }, PICTURES);
		expect(nodeOf(done, 'A')).toMatchObject({ outcome: 'part', left: [{ what: 'acts beside an element' }] });
		expect(nodeOf(done, 'B')?.left[0]?.what).toBe('acts in the middle of an element instead of beside its middle');
		expect(skills(done).flatMap((s) => s.data.steps.map((step) => step.id))).toEqual(['b']);
	});

	it('masks what its author painted green', async () => {
		const done = await of(
			{ A: { recognition: 'TemplateMatch', template: 'half.png', green_mask: true } },
			{ 'resource/image/half.png': fakePng(24, 16, 3, { green: true }) },
		);
		const [look] = templates(done)[0]?.data.exemplars ?? [];
		const mask = templates(done)[0]?.blobs[look?.mask ?? ''];
		expect(mask?.length).toBe(24 * 16);
		expect(mask?.filter((m) => m === 0).length).toBe(12 * 16);
	});

	it('finds the beginning where there is no interface', async () => {
		const done = await imported({
			'resource/pipeline/a.json': json({ A: { action: 'Click', target: [1, 1], next: 'B' }, B: { action: 'Click', target: [2, 2] } }),
		});
		expect(skills(done).map((s) => s.data.steps.map((step) => step.id))).toEqual([['a', 'b']]);
	});
});

describe('bad input', () => {
	it.each([
		[{ A: { recognition: 5 } }, 'A', 'an unknown recognition'],
		[{ A: { recognition: 'OCR', expected: 7 } }, 'A', 'a field of the wrong type'],
		[{ A: { recognition: 'OCR', roi: [1, 2], expected: 'x' } }, 'A', 'a field of the wrong type'],
		[{ A: { recognition: 'And', all_of: 'x' } }, 'A', 'a field of the wrong type'],
		[{ A: { recognition: 'TemplateMatch', template: 'gone.png' } }, 'A', 'a picture that is not there'],
		[{ A: { recognition: 'TemplateMatch', template: '../../../etc/passwd.png' } }, 'A', 'a picture that is not there'],
		[{ A: { recognition: 'And', all_of: ['A'] } }, 'A', 'recognitions nested too deep'],
		[{ A: { action: 'Fly' } }, 'A', 'an unknown action'],
		[{ A: { action: 'Click', target: {} } }, 'A', 'a field of the wrong type'],
		[{ A: { action: 'Click', target: [2000, 2] } }, 'A', 'acts outside the picture'],
		[{ A: { action: 'Click', target: 'Nobody' } }, 'A', 'acts where another node was recognised, which is not imported'],
		[{ A: { action: 'ClickKey', key: 'x' } }, 'A', 'a key that is not known here'],
		[{ A: { action: 'InputText', input_text: 'x'.repeat(500) } }, 'A', 'a text too long to type'],
	])('says of %j what is wrong', async (pipeline, node, what) => {
		const done = await of(pipeline);
		const report = nodeOf(done, node);
		expect(report?.outcome).toBe('unsupported');
		expect(report?.left.map((l) => l.what)).toContain(what);
		expect(skills(done)).toEqual([]);
	});

	it('names the file, the node and the line of what cannot be read, and goes on', async () => {
		const done = await of(
			{ A: { action: 'Click', target: [1, 1] } },
			{
				'resource/pipeline/b.json': utf8('{\n"B": {]}'),
				'resource/pipeline/c.json': utf8('{"C": 7, "$note": 1, "_doc": "x"}'),
				'resource/pipeline/d.json': utf8('['.repeat(5000)),
				'resource/pipeline/e.json': new Uint8Array([0xff, 0xfe, 0x00]),
				'resource/pipeline/f.json': new Uint8Array(9_000_000).fill(32),
				'resource/pipeline/.hidden.json': utf8('{"H": {}}'),
			},
		);
		expect(done.faults).toEqual([
			{ path: 'resource/pipeline/b.json', why: 'line 2: it has no name where one should stand' },
			{ path: 'resource/pipeline/c.json#C', why: 'is not an object' },
			{ path: 'resource/pipeline/d.json', why: 'line 1: it is nested deeper than 64' },
			{ path: 'resource/pipeline/e.json', why: 'is not UTF-8' },
			{ path: 'resource/pipeline/f.json', why: 'is longer than 8000000 bytes' },
		]);
		expect(done.nodes.map((n) => n.node)).toEqual(['A']);
	});

	it('says which pictures can be no template', async () => {
		const names = ['flat', 'small', 'text', 'broken'];
		const done = await of(Object.fromEntries(names.map((n) => [n, { recognition: 'TemplateMatch', template: `${n}.png` }])), {
			'resource/image/flat.png': fakePng(20, 20, 0),
			'resource/image/small.png': fakePng(6, 20, 1),
			'resource/image/text.png': utf8('no picture'),
			'resource/image/broken.png': fakePng(20, 20, 99),
		});
		expect(done.nodes.map((n) => [n.node, n.outcome, n.left[0]?.detail.replace(/^\S+ /, '')])).toEqual([
			['flat', 'unsupported', 'is flat (0.0 grey levels): it would match nearly anything'],
			['small', 'unsupported', 'is 6 × 20; under 8 pixels nothing can be told'],
			['text', 'unsupported', 'is no PNG'],
			['broken', 'unsupported', 'cannot be decoded: broken on purpose'],
		]);
	});

	it('follows circles and chains of thousands of nodes without end or overflow', async () => {
		const count = 2000;
		const chain = Object.fromEntries(
			Array.from({ length: count }, (_, i) => [`N${i}`, { action: 'Click', target: [1, 1], next: [`N${(i + 1) % count}`, 'N0'] }]),
		);
		const done = await of({ Go: { next: 'N0' }, ...chain });
		expect(skills(done)[0]?.data.steps).toHaveLength(256);
		expect(done.counted).toMatchObject({ nodes: count + 1 });
		expect(done.counted.reasons[0]).toEqual({ what: 'no room in its skill', nodes: count + 1 - 256 });
	});

	it('unravels a long chain that ends in something unknown in one go', async () => {
		const count = 3000;
		const chain = Object.fromEntries(
			Array.from({ length: count }, (_, i) => [`N${i}`, { action: 'Click', target: [1, 1], next: `N${i + 1}` }]),
		);
		const done = await of({ ...chain, [`N${count - 1}`]: { action: 'Custom' } });
		expect(skills(done)).toEqual([]);
		expect(done.counted).toMatchObject({ nodes: count, whole: 0, unsupported: count });
	});

	it('takes no more nodes than it can show, and names the file they are in', async () => {
		const many = Object.fromEntries(Array.from({ length: 20_500 }, (_, i) => [`N${i}`, {}]));
		const done = await of(many);
		expect(done.counted.nodes).toBe(20_000);
		expect(done.faults).toEqual([{ path: 'resource/pipeline/main.json', why: expect.stringContaining('500 of this file') as string }]);
	});

	it('is refused whole where there is nothing to read', async () => {
		expect(await importMaa({ 'a.json': utf8('{}') }, tools)).toEqual({
			ok: false,
			why: 'it has no folder "pipeline" with JSON files in it',
		});
		expect(await importMaa({ 'r/pipeline/a.json': utf8('{') }, tools)).toEqual({
			ok: false,
			why: 'there is no node that can be read: r/pipeline/a.json line 1: it has no name where one should stand',
		});
	});

	it('lets no name of a node or field reach a prototype', async () => {
		const done = await imported({
			'r/pipeline/a.json': utf8('{"__proto__":{"action":"Click","target":[1,1]},"constructor":{"next":["__proto__","toString"]}}'),
		});
		expect(done.nodes.map((n) => n.node).sort()).toEqual(['__proto__', 'constructor']);
		expect(nodeOf(done, 'constructor')?.left).toContainEqual({ what: 'names a node that there is not', detail: 'toString' });
	});
});

function json(value: object): Uint8Array {
	return utf8(JSON.stringify(value));
}
