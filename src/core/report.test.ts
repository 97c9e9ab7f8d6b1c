import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Crystal, freshStat, type KindName } from './crystals/crystal.ts';
import type { Rule } from './crystals/rule/schema.ts';
import { parseRule } from './crystals/rule/text.ts';
import type { EntryDraft, LedgerEntry, QuestionEntry } from './ledger.ts';
import { makePack, type PackManifest } from './pack.ts';
import { printRules } from './crystals/rule/rules-file.ts';
import { utf8 } from './utf8.ts';
import type { FactRequest } from './reasoning/requests.ts';
import { makeReport, reportMarkdown, ticksJsonl } from './report.ts';

let n = 0;
const entry = (draft: EntryDraft, at = 0): LedgerEntry => ({ ...draft, n: n++, at, session: 's1' }) as LedgerEntry;
function question(more: Partial<QuestionEntry> = {}): QuestionEntry {
	return {
		type: 'question',
		n: n++,
		at: 0,
		session: 's1',
		tick: 1,
		ask: 'perception',
		tier: 'cloud',
		misses: [{ tier: 'crystal', reason: 'no-crystal', detail: 'a | new\nscreen' }],
		latencyMs: 800,
		model: 'model-x',
		calls: 1,
		promptTokens: 900,
		completionTokens: 100,
		usd: 0.01,
		simulated: false,
		made: ['c1', 'c2'],
		used: [],
		why: 'made template "a"',
		violation: false,
		...more,
	};
}
function crystal(id: string, kind: KindName, data: unknown = {}, blobs: Record<string, Uint8Array> = {}): Crystal {
	return {
		id,
		kind,
		name: id,
		schema: 1,
		createdAt: 5,
		state: 'shadow',
		stat: { ...freshStat(), k: 3, labels: 3, clean: 3, used: 2 },
		history: [{ at: 1, from: 'trial', to: 'shadow', why: 'admitted' }],
		data,
		blobs,
		scope: { game: 'g', gameVersion: 'any', language: 'en', layout: '320x240' },
		provenance: {
			at: 1,
			ask: 'perception',
			entry: 3,
			tier: 'cloud',
			model: 'm',
			frameHash: '',
			promptTokens: 1,
			completionTokens: 1,
			usd: 0.01,
		},
	};
}
const rule = (id: string, layer: string, k: number): Crystal => {
	const c = crystal(id, 'rule', {
		layer,
		when: [{ f: 'hp', op: '<=', v: 30 }],
		unless: [],
		then: { verb: 'drink', args: { at: 'a # b' } },
		expects: [],
		until: [],
		origin: 'because',
		from: ['3'],
	});
	c.stat.k = k;
	return c;
};
const session = { id: 's1', startedAt: 0, endedAt: 120_000, endedBy: 'time' };
const profile = { id: 'practice', name: 'The practice game' };

function example(): LedgerEntry[] {
	n = 0;
	return [
		entry({ type: 'session', event: 'started', game: 'practice', detail: '', playedMs: 0 }),
		question({ at: 1000, screen: 'title' }),
		question({ at: 2000, tier: 'crystal', calls: 0, usd: 0, made: [], misses: [], screen: 'title', facts: { hp: 3 } }),
		question({
			at: 70_000,
			ask: 'decision',
			usd: 0.02,
			made: [],
			misses: [{ tier: 'crystal', reason: 'conflict', detail: 'two rules' }],
			screen: 'room',
			act: { verb: 'drink', args: {} },
		}),
		question({
			at: 80_000,
			tier: null,
			usd: 0,
			calls: 2,
			model: '',
			made: [],
			misses: [
				{ tier: 'crystal', reason: 'shadow', detail: 'x' },
				{ tier: 'local', reason: 'timed-out', detail: 'y' },
			],
		}),
		entry({ type: 'verdict', ask: 'decision', of: 3, tier: 'cloud', by: 'postcondition', wrong: true, acted: true, detail: '' }, 81_000),
		entry({ type: 'intervention', what: 'takeover', detail: 'mouse' }, 82_000),
		entry({ type: 'sent', to: 'api.example', tier: 'cloud', width: 320, height: 240, bytes: 999, sha256: 'abcdef0123456789' }, 83_000),
		entry({ type: 'session', event: 'ended', game: 'practice', detail: '', playedMs: 120_000 }, 120_000),
	];
}

describe('the report', () => {
	it('says where no fact tells which act is right, and what models miss there', () => {
		const act = (verb: string) => ({ verb, args: {} });
		const unclear: FactRequest = {
			layer: 'strategy',
			when: [{ f: 'place', op: '==', v: 'cave' }],
			text: 'place == cave',
			acts: [act('dig'), act('climb')],
			labels: 40,
			error: 0.45,
			entries: [],
			since: 1,
			asked: 3,
			missing: [{ name: 'rope', type: 'bool', why: 'one cannot climb without', times: 2 }],
		};
		const told = makeReport({ entries: example(), crystals: [], profile, session, unclear: [unclear] });
		expect(told.unclear).toEqual([
			{
				when: 'place == cave',
				acts: ['dig()', 'climb()'],
				labels: 40,
				error: 0.45,
				missing: [{ name: 'rope', why: 'one cannot climb without', times: 2 }],
			},
		]);
		expect(reportMarkdown(told)).toContain('| place == cave | dig() or climb() | 40 | 45 % | rope (2 ×, one cannot climb without) |');
		expect(reportMarkdown(makeReport({ entries: example(), crystals: [], profile, session }))).not.toContain('Facts that are missing');
	});

	it('lists what was set aside, with why, and not what was promoted', () => {
		const told = { type: 'state', kind: 'template', name: 'hp-bar', crystal: 'c1' } as const;
		const entries = [
			...example(),
			entry({ ...told, from: 'shadow', to: 'autonomous', why: 'four clean labels' }, 90_000),
			entry({ ...told, from: 'autonomous', to: 'quarantined', why: 'alarm | 53' }, 95_000),
		];
		const report = makeReport({ entries, crystals: [], profile, session });
		expect(report.demoted).toEqual([
			{ at: 95_000, crystal: 'c1', kind: 'template', name: 'hp-bar', from: 'autonomous', to: 'quarantined', why: 'alarm | 53' },
		]);
		expect(reportMarkdown(report)).toContain('| template | hp-bar | autonomous | quarantined | alarm \\| 53 |');
		expect(reportMarkdown(makeReport({ entries: example(), crystals: [], profile, session }))).not.toContain('## Set aside');
	});

	it('groups the acts that were not carried out by why, with the newest', () => {
		const act = (verb: string, reason: string) =>
			({ type: 'act', tick: 1, act: { verb, args: {} }, done: reason === '', reason, idle: false }) as const;
		const acts = [
			entry(act('drink', ''), 1),
			entry(act('click', 'not-in-front: "Bank" is'), 2),
			entry(act('drink', 'rate: more than 8 acts a second'), 3),
			entry(act('drink', 'not-in-front: "Mail" is'), 4),
		];
		const told = makeReport({ entries: acts, crystals: [], profile: { id: 'g', name: 'Gamma' }, session });
		expect(told.undone).toEqual([
			{ reason: 'not-in-front', acts: 2, example: 'drink: not-in-front: "Mail" is', firstAt: 2, lastAt: 4 },
			{ reason: 'rate', acts: 1, example: 'drink: rate: more than 8 acts a second', firstAt: 3, lastAt: 3 },
		]);
		expect(reportMarkdown(told)).toContain('| not-in-front | 2 | drink: not-in-front: "Mail" is |');
	});

	it('has every key of the contract', () => {
		const report = makeReport({ entries: example(), crystals: [crystal('c1', 'template')], profile, session });
		expect(Object.keys(report)).toEqual(
			expect.arrayContaining([
				'falsework',
				'session',
				'metrics',
				'minutes',
				'calls',
				'crystals',
				'wrong',
				'idle',
				'strikes',
				'checklist',
				'graduation',
				'spend',
				'earned',
			]),
		);
		expect(Object.keys(report.metrics)).toEqual(['perception', 'decision', 'narration', 'cost', 'skills']);
		expect(report.session).toEqual({ ...session, game: 'practice', profile: 'The practice game', playedMs: 120_000, simulated: false });
		expect(report.graduation).toMatchObject({ evaluated: true, graduated: false });
		expect(report.graduation.conditions.map((c) => [c.name, c.met])).toEqual([
			['perception', false],
			['decision', false],
			['narration', false],
			['economy', false],
			['operation', false],
		]);
		expect(report.earned).toBeNull();
		expect(JSON.parse(JSON.stringify(report))).toEqual(report);
	});

	it('lists each call with what it left behind', () => {
		const { calls } = makeReport({ entries: example(), crystals: [], profile, session });
		expect(calls).toHaveLength(3);
		expect(calls[0]).toMatchObject({
			at: 1000,
			ask: 'perception',
			tier: 'cloud',
			model: 'model-x',
			promptTokens: 900,
			completionTokens: 100,
			usd: 0.01,
			ms: 800,
			artefact: 'c1',
			why: 'no-crystal: a | new\nscreen → made template "a"',
		});
		expect(calls[2]).toMatchObject({ tier: 'local', artefact: null, answered: false, requests: 2 });
	});

	it('names the calls that remain, the costliest first, and what would remove each', () => {
		const { remaining, spend } = makeReport({ entries: example(), crystals: [], profile, session });
		expect(remaining.map((r) => [r.ask, r.reason, r.screen, r.calls])).toEqual([
			['decision', 'conflict', 'room', 1],
			['perception', 'shadow', '', 2],
		]);
		expect(remaining[0]?.remedy).toContain('tells the two situations apart');
		expect(spend).toMatchObject({
			usd: expect.closeTo(0.03, 9),
			calls: 4,
			by: [
				{ tier: 'cloud', calls: 2 },
				{ tier: 'local', calls: 2 },
			],
		});
	});

	it('tells of each crystal where it came from and what it still lacks', () => {
		const { crystals } = makeReport({ entries: [], crystals: [crystal('c1', 'template')], profile, session });
		expect(crystals[0]).toMatchObject({
			id: 'c1',
			state: 'shadow',
			confidence: 0.8,
			from: { entry: 3, model: 'm' },
			missing: '3 of 4 labels',
			why: 'admitted',
		});
	});

	it('reads well, and a bar in a detail does not break its tables', () => {
		const entries = example().map((e) => (e.type === 'question' && e.tier === 'cloud' ? { ...e, simulated: true, at: 70_000 } : e));
		const text = reportMarkdown(
			makeReport({ entries, crystals: [crystal('c1', 'template')], profile, session, notes: ['A scripted teacher stood in.'] }),
		);
		expect(text).toContain('| Perception | 1 | 3 | 33.3 % | 90 % at hour 1, 99 % at hour 4 |');
		expect(text).toContain('no-crystal: a \\| new screen');
		expect(text).toContain('**Simulated**');
		expect(text).toContain('A scripted teacher stood in.');
		expect(text).toContain('| template | 1 | 0 | 1 | 0 | 0 | 0 | 2 |');
		expect(text).not.toMatch(/undefined|NaN/);
	});

	it('of an empty session claims nothing', () => {
		const text = reportMarkdown(makeReport({ entries: [], crystals: [], profile, session }));
		expect(text).toContain('| Perception | 0 | 0 | – |');
		expect(text).toContain('None: no model was called');
	});

	it('writes one line for each counted question', () => {
		const lines = ticksJsonl(example())
			.trimEnd()
			.split('\n')
			.map((l) => JSON.parse(l) as unknown);
		expect(lines).toEqual([
			{ at: 1000, ask: 'perception', tier: 'cloud', screen: 'title' },
			{ at: 2000, ask: 'perception', tier: 'crystal', screen: 'title', facts: { hp: 3 } },
			{ at: 70_000, ask: 'decision', tier: 'cloud', screen: 'room', act: { verb: 'drink', args: {} }, outcome: 'failed' },
			{ at: 80_000, ask: 'perception', tier: null },
		]);
		expect(ticksJsonl([])).toBe('');
	});
});

describe('a pack', () => {
	const about = {
		name: 'p',
		game: 'practice',
		gameVersion: 'any',
		language: 'en',
		encoder: null,
		art: { holder: 'us', licence: 'MIT', source: 'src/practice' },
		madeAt: 7,
	};
	const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
	const sizes: string[] = [];
	const encodePng = (grey: Uint8Array, size: { width: number; height: number }): Uint8Array => {
		sizes.push(`${size.width}x${size.height}`);
		return Uint8Array.from([137, ...grey]);
	};
	const json = (bytes: Uint8Array | undefined): unknown => JSON.parse(Buffer.from(bytes ?? []).toString('utf8'));

	it('holds every kind in its file, and the hash of each file', async () => {
		const template = crystal(
			't/../1',
			'template',
			{ exemplars: [{ state: 'first', size: [3, 2], luma: 'first', u: 'first-u' }] },
			{ first: new Uint8Array(6), 'first-u': new Uint8Array(2) },
		);
		const retired = crystal('old', 'region');
		retired.state = 'retired';
		const files = await makePack([template, rule('r1', 'idle', 3), crystal('ph', 'phrase'), retired], about, { sha256, encodePng });
		expect(Object.keys(files)).toEqual([
			'pack.json',
			'approved.json',
			'cascade.json',
			'narration.json',
			'nav_graph.json',
			'npcs.json',
			'quests.json',
			'regions.json',
			'rules.json',
			'rules.txt',
			'screens.json',
			'skills.json',
			'strategy.json',
			'templates.json',
			'templates/t-1-first-u.png',
			'templates/t-1-first.png',
		]);
		const manifest = json(files['pack.json']) as PackManifest;
		expect(manifest).toMatchObject({ falsework: 1, schema: 1, game: 'practice', crystals: 3, art: { holder: 'us' } });
		expect(Object.keys(manifest.files)).toEqual(Object.keys(files).slice(1));
		for (const [path, hash] of Object.entries(manifest.files)) expect(sha256(files[path] as Uint8Array)).toBe(hash);
		expect(sizes).toEqual(['3x2', '2x1']);
		expect(json(files['templates.json'])).toMatchObject({
			templates: [{ id: 't/../1', blobs: { first: { file: 'templates/t-1-first.png', width: 3, height: 2 } } }],
		});
		expect(json(files['regions.json'])).toEqual({ schema: 1, regions: [] });
	});

	it('is the same twice, whatever the order it was given in', async () => {
		const a = await makePack([rule('r1', 'idle', 3), rule('r2', 'reflex', 3)], about, { sha256, encodePng });
		const b = await makePack([rule('r2', 'reflex', 3), rule('r1', 'idle', 3)], about, { sha256, encodePng });
		expect(b).toEqual(a);
	});

	it('says its rules in the order they are followed, and each line reads back', () => {
		const rules = [rule('r1', 'idle', 9), rule('r2', 'reflex', 1), rule('r3', 'reflex', 5)] as Rule[];
		const lines = printRules(rules).trimEnd().split('\n');
		expect(lines.slice(1).map((l) => l.slice(0, l.indexOf(':')))).toEqual(['reflex', 'reflex', 'idle']);
		expect(lines[1]).toContain('(5/0)');
		for (const line of lines.slice(1)) expect(parseRule(line)).toMatchObject({ ok: true, rule: { then: { args: { at: 'a # b' } } } });
	});

	it('writes text as UTF-8', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
				expect(Buffer.from(utf8(text)).toString('utf8')).toBe(text);
			}),
			{ seed: 3 },
		);
		expect([...utf8('\ud800')]).toEqual([0xef, 0xbf, 0xbd]);
	});
});
