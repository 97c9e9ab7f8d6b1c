import { sha256 } from '../../src/adapters/hex.ts';
import 'fake-indexeddb/auto';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { readYaml } from '../../src/adapters/yaml.ts';
import { makeBestEngine } from '../../src/adapters/engine.ts';
import { openStore, type Store } from '../../src/adapters/store.ts';
import type { Crystal } from '../../src/core/crystals/crystal.ts';
import { crystalOf, provenanceOf, scopeOf as scopeIn } from '../../src/core/crystals/crystal.fixture.ts';
import { interpret, type Line } from '../../src/core/crystals/region/apply.ts';
import { type RegionCrystal, type RegionData, version as regionVersion } from '../../src/core/crystals/region/schema.ts';
import { crystalliseScreen } from '../../src/core/crystals/screen/crystallise.ts';
import type { TemplateCrystal } from '../../src/core/crystals/template/schema.ts';
import { type Box, iou, type Size } from '../../src/core/geometry.ts';
import { fakePng, project, tools } from '../../src/core/import/maafw/maafw.fixture.ts';
import { importMaa } from '../../src/core/import/maafw/maafw.ts';
import { boxOf, drawHud, HUD, type HudElement, learnHud } from '../../src/core/layout/hud.fixture.ts';
import { carryRegion } from '../../src/core/layout/rest.ts';
import { makeEyes } from '../../src/core/loop/eyes.ts';
import { makePack } from '../../src/core/pack.ts';
import type { Frame } from '../../src/core/ports.ts';
import { checkCrystal } from './crystals.ts';

import { type Profile, readProfile } from '../../src/core/profile.ts';
import { readPack } from '../../src/core/unpack.ts';
import { knownLayout, loadEverywhere, makeHomes, makeRegain, makeScaleWatch, pixelsHome, startCarryOver } from './layouts.ts';

const engine = makeBestEngine();
const scopeOf = (layout: string) => scopeIn(layout, 'g');
const small = { width: 640, height: 360 };
const wide = { width: 840, height: 400 };
let stores = 0;
const { profile } = readProfile(
	JSON.stringify({
		falsework: 1,
		id: 'g',
		name: 'G',
		language: 'en',
		window: { title: 'G' },
		heartbeatMs: 250,
		goal: 'Stay alive.',
		world: [0, 48, 500, 280],
		actions: [{ verb: 'middle', does: 'click the middle', input: [{ click: 'left', at: [320, 180] }] }],
		facts: [],
		safety: { keys: [], buttons: ['left'], ratePerSecond: 5 },
	}),
) as { profile: Profile };

const open = (): Promise<Store> => openStore({ name: `layouts-${stores++}`, now: () => 1, checkData: checkCrystal });

function learnt(size: Size, ui: number): TemplateCrystal[] {
	const { made } = learnHud(size, ui, engine, scopeOf(`${size.width}x${size.height}`));
	for (const crystal of made) {
		crystal.state = 'autonomous';
		crystal.stat = { ...crystal.stat, k: 8, labels: 8, clean: 8, episodes: ['a', 'b', 'c'] };
	}
	return [...made];
}

async function carrying(store: Store, layout: string) {
	const crystals = new Map<string, Crystal>();
	for (const c of await store.loadCrystals(scopeOf(layout))) crystals.set(c.id, c);
	let now = 0;
	const told: string[] = [];
	const carry = await startCarryOver({
		store,
		scope: scopeOf(layout),
		crystals,
		matcher: engine,
		clock: { now: () => now, monotonic: () => now },
		save: (c) => void crystals.set(c.id, c),
		changed: () => {},
		told: (title, text) => told.push(`${title}. ${text}`),
	});
	let n = 0;
	return {
		crystals,
		told,
		carry,
		/** Shows a frame, 250 ms after the one before; the same picture as before when it is told when it was captured. */
		see(frame: Frame, at?: number): boolean | undefined {
			now += 250;
			return carry?.see(at === undefined ? { ...frame, id: `f${n++}` } : { ...frame, at });
		},
		async keep() {
			await store.putCrystals([...crystals.values()]);
		},
	};
}
const shown = (without: string, ui = 1): Frame =>
	drawHud(
		wide,
		ui,
		HUD.filter((e: HudElement) => e.name !== without),
		9,
	);

describe('a session at another size', () => {
	it('finds what was learnt, checks it by its own pixels, and only then lets it answer', async () => {
		const store = await open();
		const old = learnt(small, 1);
		await store.putCrystals(old);
		const play = await carrying(store, '840x400');
		expect(play.see(shown('title'))).toBe(true);
		const found = [...play.crystals.values()].filter((c) => c.kind === 'template');
		expect(found).toHaveLength(HUD.length - 1);
		expect(new Set(found.map((c) => c.state))).toEqual(new Set(['shadow']));
		let held = true;
		for (let i = 0; i < 12 && held; i++) held = play.see(shown('title')) === true;
		expect(held).toBe(false);
		expect(play.told).toEqual([
			'The window is 840 × 400 now. 11 of 12 elements found again at 1.00 ×; the others are looked for as their screens come.',
		]);
		const templates = [...play.crystals.values()] as TemplateCrystal[];
		expect(templates.filter((c) => c.state === 'autonomous')).toHaveLength(HUD.length - 1);
		// What did not show is known, but stands nowhere.
		expect(templates.find((c) => c.name === 'title')).toMatchObject({ state: 'trial', data: { places: [] } });
		// The old size finds its crystals as it left them.
		expect((await store.loadCrystals(scopeOf('640x360'))).map((c) => ({ ...c })).toSorted(byId)).toEqual(old.toSorted(byId));
		await play.keep();

		// The next session does not begin anew; it only goes on looking for what is missing.
		const later = await carrying(store, '840x400');
		expect(later.see(drawHud(wide, 1, HUD, 10))).toBe(false);
		expect(later.crystals.get('old-title.840x400')).toMatchObject({ data: { places: [[...boxOf(titleOf(), wide, 1)]] } });
		expect(later.crystals.size).toBe(HUD.length);
		await later.keep();
		expect((await carrying(store, '840x400')).carry).toBeUndefined();
	});

	it('is done with a picture that rests as soon as what it shows has proved itself', async () => {
		const store = await open();
		await store.putCrystals(learnt(small, 1));
		const play = await carrying(store, '840x400');
		const still = { ...shown('title'), id: 'still' };
		let looks = 0;
		while (play.see(still, looks * 250) === true && looks < 20) looks++;
		expect(looks).toBe(4);
		expect(play.told).toHaveLength(1);
		expect([...play.crystals.values()].filter((c) => c.state === 'autonomous')).toHaveLength(HUD.length - 1);
	});

	it('says so when nothing of the game can be seen, and keeps the old crystals', async () => {
		const store = await open();
		await store.putCrystals(learnt(small, 1));
		const play = await carrying(store, '840x400');
		let held = true;
		for (let i = 0; i < 12 && held; i++) held = play.see(drawHud(wide, 1, [], 9)) === true;
		expect(held).toBe(false);
		expect(play.told[0]).toMatch(
			/^The window is 840 × 400 now\. None of the 12 elements known at 640 × 360 could be found again: no factor/,
		);
		expect(play.crystals.size).toBe(0);
	});
});

describe('a region that was carried along', () => {
	const old = (state: RegionCrystal['state'], data: Partial<RegionData> = {}): RegionCrystal => {
		const [{ stat }] = learnt(small, 1) as [TemplateCrystal];
		return crystalOf<RegionCrystal>({
			id: 'region-1',
			kind: 'region',
			name: 'hp',
			schema: regionVersion,
			scope: scopeOf('640x360'),
			state,
			stat,
			data: {
				fact: 'hp',
				factType: 'number',
				reader: 'number',
				box: [120, 4, 40, 16],
				numbers: { of: 1, picks: [0] },
				replace: {},
				mapping: {},
				max: 100,
				screens: { play: { seen: 9, of: 9 } },
				...data,
			},
		});
	};
	/** A session at twice the size, in which one element was found again. */
	function regaining(before: RegionCrystal) {
		const [template] = learnt(small, 1) as [TemplateCrystal];
		const box: Box = [0, 0, 30, 30];
		const sight = { place: 0, box, score: 1, exemplar: 0, factor: 2, law: 'ui' } as const;
		const home = {
			scope: scopeOf('1280x720'),
			frame: { width: 1280, height: 720 },
			factor: 2,
			id: 'region-1.1280x720',
			at: 7,
		};
		const region = carryRegion(before, small, [{ crystal: template, places: [sight] }], home);
		if (region === undefined) throw new Error('not carried');
		const from = { layout: '640x360', crystal: template.id, factor: 2 };
		const beside = { ...template, id: 'beside', data: { ...template.data, placement: { seen: [], from } } };
		let now = 0;
		let n = 0;
		let at = 0;
		const changes: string[] = [];
		const regain = makeRegain({
			scope: home.scope,
			crystals: new Map<string, Crystal>([region, beside].map((c) => [c.id, c])),
			clock: { now: () => now, monotonic: () => now },
			save: () => {},
			changed: (c, { from: was, to, why }) => changes.push(`${c.name} ${was} → ${to}: ${why}`),
		});
		return {
			region,
			changes,
			/** One look that reads the line. */
			look(line: Line, { after = 200, found = true, moving = false, same = false, rests = false } = {}): boolean {
				now += after;
				if (!same && !rests) n++;
				if (!same) at = now;
				return regain.see({
					frame: { ...drawHud(small, 1, [], 1), id: `f${n}`, at },
					changed: true,
					moving,
					sights: found ? [{ name: 'beside', kind: 'button', box, by: 'crystal', crystal: 'beside', score: 1, trusted: true }] : [],
					unsure: [],
					facts: {},
					readings: new Map([[region.id, { ...interpret(region.data, line), rested: false }]]),
				});
			},
		};
	}
	const sure = (text: string): Line => ({ text, confidence: 0.95 });

	it('answers again after four valid readings next to what was found again', () => {
		const play = regaining(old('autonomous'));
		play.look(sure('80'));
		// Too soon.
		play.look(sure('80'), { after: 100 });
		expect(play.region.stat.labels).toBe(1);
		play.look(sure('79'));
		play.look(sure('78'));
		// The same picture again, and one in motion.
		play.look(sure('78'), { same: true });
		play.look(sure('78'), { moving: true });
		expect(play.region).toMatchObject({ state: 'shadow', stat: { labels: 3 } });
		play.look(sure('77'));
		expect(play.region.state).toBe('autonomous');
		expect(play.changes).toEqual([
			expect.stringMatching(
				/^hp shadow → autonomous: .* after 4 labels: read at 1280x720 by its own reader, next to elements found again$/,
			),
		]);
		expect(play.region.history.at(-1)?.why).toContain('read at 1280x720 by its own reader, next to elements found again');
		play.look(sure('76'));
		expect(play.region.stat.labels).toBe(4);
	});

	it('answers again in a picture that rests, when it is captured anew', () => {
		const play = regaining(old('autonomous'));
		for (let i = 0; i < 4; i++) play.look(sure('80'), { rests: true });
		expect(play.region.state).toBe('autonomous');
	});

	it('has three seconds from its first look before a model is asked', () => {
		const play = regaining(old('autonomous'));
		expect([1, 2, 3, 4].map(() => play.look(sure('80')))).toEqual([true, true, true, false]);
		const unread = regaining(old('autonomous'));
		expect([1, 2, 3, 4].map(() => unread.look(sure(''), { after: 1000 }))).toEqual([true, true, true, false]);
		// A value new to it was told meanwhile.
		expect([1, 2, 3, 4].map(() => unread.look(sure('80')))).toEqual([true, true, true, false]);
		const young = regaining(old('shadow'));
		expect(young.look(sure('80'))).toBe(false);
	});

	it('waits for a model while its readings are no values', () => {
		const number = regaining(old('autonomous'));
		for (const line of [sure('800'), sure(''), sure('8 80'), { text: '80', confidence: 0.6 }, sure('101')]) number.look(line);
		expect(number.region).toMatchObject({ state: 'shadow', stat: { labels: 0 } });
		const word: Partial<RegionData> = { fact: 'season', factType: 'enum', reader: 'enum', mapping: { spring: 'spring' } };
		const season = regaining(old('autonomous', word));
		for (let i = 0; i < 5; i++) season.look(sure('Sprlng'));
		expect(season.region).toMatchObject({ state: 'shadow', stat: { labels: 0 } });
		for (let i = 0; i < 4; i++) season.look(sure('Spring'));
		expect(season.region.state).toBe('autonomous');
	});

	it('waits for a model where nothing beside it is found, and when it was not trusted before', () => {
		const alone = regaining(old('autonomous'));
		for (let i = 0; i < 6; i++) alone.look(sure('80'), { found: false });
		expect(alone.region).toMatchObject({ state: 'shadow', stat: { labels: 0 } });
		const young = regaining(old('shadow'));
		for (let i = 0; i < 6; i++) young.look(sure('80'));
		expect(young.region).toMatchObject({ state: 'shadow', stat: { labels: 0 } });
		expect([...alone.changes, ...young.changes]).toEqual([]);
	});

	it('is read by the eyes of the session while it waits, and becomes a fact of theirs', async () => {
		const store = await open();
		const seen = { slug: 'play', columns: 40, rows: 23, tiles: new Uint32Array(40 * 23), explained: new Uint8Array(40 * 23) };
		const screen = crystalliseScreen(undefined, seen, { id: 'screen-1', scope: scopeOf('640x360'), provenance: provenanceOf() });
		await store.putCrystals([...learnt(small, 1), old('autonomous'), screen]);
		const play = await carrying(store, '840x400');
		const { crystals } = play;
		for (let i = 0; i < 20 && play.see(shown('')) === true; i++);
		expect(crystals.get('region-1.840x400')?.state).toBe('shadow');
		let now = 0;
		const clock = { now: () => now, monotonic: () => now };
		const shared = { scope: scopeOf('840x400'), crystals, clock, save: () => {}, changed: () => {} };
		const reader = { readLine: () => Promise.resolve({ text: '80', confidence: 0.95 }) };
		const { world: _, ...profileHere } = profile;
		const eyes = makeEyes({ ...shared, profile: profileHere, newId: (kind) => kind, matcher: engine, reader });
		const regain = makeRegain(shared);
		const never = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };
		const facts: unknown[] = [];
		for (; now < 2000; now += 250) {
			const look = await eyes.look({ ...shown(''), id: `look-${now}`, at: now }, never);
			regain.see(look);
			facts.push(look.facts['hp']);
		}
		expect(facts).toEqual([undefined, undefined, undefined, undefined, 80, 80, 80, 80]);
	});

	it('is no longer heard once an answer spoke against it', () => {
		const play = regaining(old('autonomous'));
		play.look(sure('80'));
		play.region.stat = { ...play.region.stat, labels: 2, clean: 0, last: [false, true] };
		for (let i = 0; i < 6; i++) play.look(sure('80'));
		expect(play.region).toMatchObject({ state: 'shadow', stat: { labels: 2 } });
	});
});

const ruleBeside = (template: TemplateCrystal): Crystal => ({
	...template,
	id: 'rule-1',
	kind: 'rule',
	blobs: {},
	schema: 1,
	data: {
		layer: 'combat',
		when: [{ f: 'hp', op: '<=', v: 30 }],
		unless: [],
		then: { verb: 'drink', args: {} },
		expects: [],
		until: [],
		origin: 'because',
		from: [],
	},
});
/** It acts on a point of its own frame, which is another one elsewhere. */
const pointedBeside = (template: TemplateCrystal): Crystal => {
	const rule = ruleBeside(template);
	return { ...rule, id: 'rule-2', data: { ...(rule.data as object), then: { verb: 'walk', args: { to: [300, 200] } } } };
};

it('loads rules and phrases from every layout of the same game, and nothing else', async () => {
	const store = await open();
	const [template] = learnt(small, 1) as [TemplateCrystal];
	const rule = ruleBeside(template);
	const pointed = pointedBeside(template);
	await store.putCrystals([template, rule, pointed]);
	expect((await loadEverywhere(store, scopeOf('840x400'))).map((c) => c.id)).toEqual(['rule-1']);
	// Those of the layout itself come with it.
	expect(await loadEverywhere(store, scopeOf('640x360'))).toEqual([]);
	expect(await loadEverywhere(store, { ...scopeOf('840x400'), game: 'other' })).toEqual([]);
});

describe('the layouts of one session', () => {
	const [first, second] = learnt(small, 1) as [TemplateCrystal, TemplateCrystal];
	const [home, away] = [scopeOf('640x360'), scopeOf('840x400')];

	it('keep what an answer teaches that comes after the window changed', async () => {
		const store = await open();
		await store.putCrystals([first, ruleBeside(first)]);
		const homes = makeHomes(store, () => 1);
		const before = await homes.enter(home);
		const other = await homes.enter(away);
		expect(other).not.toBe(before);
		expect([...other.keys()]).toEqual(['rule-1']);
		expect(homes.put(home, second)).toBe(false);
		expect(other.has(second.id)).toBe(false);
		expect(await homes.enter(home)).toBe(before);
		expect(before.get(second.id)).toBe(second);
		expect(homes.put(scopeOf('320x200'), first)).toBe(false);
	});

	it('share the rules and phrases that rest on no pixels, as they are now', async () => {
		const homes = makeHomes(await open(), () => 1);
		const before = await homes.enter(home);
		const other = await homes.enter(away);
		const [rule, pointed] = [ruleBeside(first), pointedBeside(first)];
		// A decision asked for at the old size, answered at the new one.
		expect(homes.put(home, rule)).toBe(true);
		expect(homes.put(home, pointed)).toBe(false);
		expect([...other.keys()]).toEqual(['rule-1']);
		const better = { ...rule, stat: { ...rule.stat, labels: 9 } };
		homes.put(away, better);
		await homes.enter(home);
		expect(before.get('rule-1')).toBe(better);
		expect(before.has('rule-2')).toBe(true);
	});
});

describe('the layout whose pixels a profile names', () => {
	it('is of the frame size it gives', async () => {
		expect(await pixelsHome(await open(), { ...profile, frame: [1280, 720] }, scopeOf('840x400'))).toBe('1280x720');
	});

	it('is the first one that it was played in, until its pixels are others', async () => {
		const store = await open();
		expect(await pixelsHome(store, profile, scopeOf('640x360'))).toBe('640x360');
		expect(await pixelsHome(store, profile, scopeOf('840x400'))).toBe('640x360');
		const edited: Profile = { ...profile, world: [0, 30, 800, 300] };
		expect(await pixelsHome(store, edited, scopeOf('840x400'))).toBe('840x400');
		expect(await pixelsHome(store, edited, scopeOf('640x360'))).toBe('840x400');
	});
});

it('finds what a pack brings from 1280 × 720 again in a window of another size, and takes names of scaled layouts', async () => {
	const made = learnt({ width: 1280, height: 720 }, 2);
	const scaled = { ...(made[0] as TemplateCrystal), id: 'scaled-1', scope: scopeOf('1280x720@1.25') };
	const about = {
		name: 'G',
		game: 'g',
		gameVersion: 'any',
		language: 'en',
		encoder: null,
		art: { holder: '', licence: '', source: '' },
		madeAt: 5,
	};
	const store = await open();
	const pack = await readPack(await makePack([...made, scaled], about, { sha256, encodePng }), {
		sha256,
		decodePng,
		readYaml,
		now: () => 7,
	});
	if (!pack.ok) throw new Error(pack.why);
	expect(pack.refused).toEqual([]);
	expect(pack.crystals.map((c) => c.scope.layout)).toEqual([...made.map(() => '1280x720'), '1280x720@1.25']);
	await store.putCrystals(pack.crystals);

	const play = await carrying(store, '960x540');
	const frame = drawHud({ width: 960, height: 540 }, 1.5, HUD, 9);
	let held = true;
	for (let i = 0; i < 30 && held; i++) held = play.see(frame) === true;
	const found = [...play.crystals.values()] as TemplateCrystal[];
	expect(found).toHaveLength(HUD.length);
	for (const crystal of found) {
		const drawn = HUD.find((e) => e.name === crystal.data.element) as HudElement;
		expect(iou(crystal.data.places[0] as Box, boxOf(drawn, frame, 1.5)), crystal.name).toBeGreaterThan(0.7);
		// A stranger's word: it has to be confirmed by a model here first.
		expect(crystal.state).toBe('shadow');
	}
	expect(play.told).toEqual(['The window is 960 × 540 now. 12 of 12 elements found again at 0.75 ×.']);
});

describe('an interface at another scale in the same window', () => {
	const mid = { width: 960, height: 540 };
	const watching = (crystals: readonly Crystal[]) => {
		let now = 0;
		const watch = makeScaleWatch({
			crystals: new Map(crystals.map((c) => [c.id, c])),
			scope: scopeOf('960x540'),
			matcher: engine,
			// Time passes with each look at the clock.
			clock: { now: () => now, monotonic: () => (now += 15) },
		});
		return (frame: Frame, ids: readonly string[], after: number) => {
			now += after;
			return watch.see(frame, new Set(ids));
		};
	};

	it('is noticed when all that is trusted is out of sight for a second, once', () => {
		const crystals = learnt(mid, 1.2);
		const see = watching(crystals);
		const frame = drawHud(mid, 1.5, HUD, 9);
		expect(see(frame, [], 0)).toBeUndefined();
		expect(see(frame, ['old-chat'], 2000)).toBeUndefined();
		expect(see(frame, [], 500)).toBeUndefined();
		let layout = see(frame, [], 1000);
		// A step or more with each frame, so that the loop never waits for the whole search.
		let looks = 0;
		while (layout === undefined && looks++ < 200) layout = see(frame, [], 100);
		expect(looks).toBeGreaterThan(0);
		expect(layout?.ui).toBeCloseTo(1.25, 2);
		expect(see(frame, [], 1000)).toBeUndefined();
	});

	it('has one name, however it was measured', async () => {
		const store = await open();
		const [template] = learnt(mid, 1) as [TemplateCrystal];
		await store.putCrystals([template, { ...template, scope: scopeOf('960x540@1.25') }]);
		expect(await knownLayout(store, scopeOf('960x540'), { ...mid, ui: 1.2437 })).toEqual({ ...mid, ui: 1.25 });
		expect(await knownLayout(store, scopeOf('960x540'), { ...mid, ui: 0.995 })).toEqual({ ...mid, ui: 1 });
		expect(await knownLayout(store, scopeOf('960x540'), { ...mid, ui: 1.4964 })).toEqual({ ...mid, ui: 1.5 });
	});
});

function encodePng(grey: Uint8Array, { width, height }: Size): Uint8Array {
	const png = new PNG({ width, height });
	for (const [i, level] of grey.entries()) png.data.set([level, level, level, 255], i * 4);
	return new Uint8Array(PNG.sync.write(png));
}
function decodePng(bytes: Uint8Array): Size & { readonly grey: Uint8Array } {
	const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
	return { width, height, grey: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4] as number) };
}
const byId = (a: Crystal, b: Crystal): number => (a.id < b.id ? -1 : 1);
const titleOf = (): HudElement => HUD.find((e) => e.name === 'title') as HudElement;

it('draws what an import brought to the size that shows, once, and never from what was drawn itself', async () => {
	const done = await importMaa(
		project(
			{ A: { recognition: 'TemplateMatch', template: 'a.png', action: 'Click', next: 'B' }, B: { action: 'Click', target: [10, 20] } },
			{ 'resource/image/a.png': fakePng(24, 16, 1) },
		),
		tools,
	);
	if (!done.ok) throw new Error(done.why);
	const store = await open();
	await store.putCrystals(done.import.crystals);
	const [first] = done.import.crystals;
	const scope = (layout: string) => ({ ...(first as Crystal).scope, layout });
	const ids = async (layout: string): Promise<string[]> => [...(await makeHomes(store, () => 7).enter(scope(layout))).keys()].sort();
	const own = await ids('1280x720');
	expect(own).toEqual(done.import.crystals.map((c) => c.id).sort());
	const wide = await ids('1920x1080');
	expect(wide).toEqual(own.map((id) => `${id}.1920x1080`));
	expect(await ids('1920x1080')).toEqual(wide);
	expect(await ids('2560x1440')).toEqual(own.map((id) => `${id}.2560x1440`));
	expect(await ids('1280x720')).toEqual(own);
});
