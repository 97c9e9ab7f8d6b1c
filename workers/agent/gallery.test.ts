import { describe, expect, it } from 'vitest';
import type { Crystal, StateChange } from '../../src/core/crystals/crystal.ts';
import { importByHand } from '../../src/core/crystals/by-hand.ts';
import { crystalOf, evidenceOf } from '../../src/core/crystals/crystal.fixture.ts';
import { crystalliseTemplates } from '../../src/core/crystals/template/crystallise.ts';
import type { TemplateCrystal } from '../../src/core/crystals/template/schema.ts';
import type { Box } from '../../src/core/geometry.ts';
import { type LedgerEntry, makeLedger, type QuestionEntry } from '../../src/core/ledger.ts';
import { canvas } from '../../src/core/perception/drawing.fixture.ts';
import { makeFrameMemory } from '../../src/core/perception/memory.ts';
import type { RegionCrystal } from '../../src/core/crystals/region/schema.ts';
import { makeGallery } from './gallery.ts';

const place: Box = [40, 30, 48, 20];
const menu = () => canvas(320, 200).texture(place, 1);

function setUp() {
	const { made } = crystalliseTemplates(
		{
			screen: 'menu',
			elements: [{ name: 'play', kind: 'button', box: [...place] as [number, number, number, number], stable: true }],
			facts: [],
		},
		menu().frame,
		[],
		{
			...evidenceOf(),
			newId: (name) => name,
		},
	);
	const crystal = made[0] as TemplateCrystal;
	const crystals = new Map<string, Crystal>([[crystal.id, crystal]]);
	const ledger = makeLedger({ session: 's', next: 1, now: () => 100, persist: () => {} });
	const memory = makeFrameMemory();
	const names = new Set(['play']);
	memory.add({ frame: menu().frame, screen: 'menu', names, places: new Map([['play', [place]]]) });
	memory.add({ frame: canvas(320, 200).texture([200, 100, 60, 40], 5).frame, screen: 'other', names: new Set(), places: new Map() });
	const moved: StateChange[] = [];
	const saved: string[] = [];
	let told = 0;
	const gallery = makeGallery({
		check: () => ({ literal: () => undefined, effect: () => undefined, act: () => undefined }),
		crystals,
		ledger,
		clock: { now: () => 100_000, monotonic: () => 5000 },
		reader: { readLine: async () => ({ text: 'HP 4S/60', confidence: 0.95 }) },
		facts: [{ name: 'hp', type: 'number', about: 'hit points', min: 0, max: 100 }],
		live: () => ({ frame: menu().frame, screen: 'menu' }),
		kept: () => memory.frames(),
		moved: (_, change) => moved.push(change),
		save: async (c) => saved.push(c.id),
		onChange: () => told++,
	});
	return { gallery, crystal, crystals, ledger, moved, saved, memory, told: () => told };
}

describe('what is done by hand', () => {
	it('is written into the ledger with before and after, stored, told, and can be taken back step by step', async () => {
		const { gallery, crystal, ledger, moved, saved, told } = setUp();
		expect(await gallery.keepThreshold('play', 0.7)).toBe('');
		expect(await gallery.approveCrystal('play')).toBe('');
		expect(await gallery.retireCrystal('play')).toBe('');
		expect(gallery.view).toMatchObject({ undo: 'retired play', undoable: 3 });
		expect(saved).toEqual(['play', 'play', 'play']);
		expect(moved.map((m) => m.to)).toEqual(['autonomous', 'retired']);
		expect(told()).toBe(3);
		for (const state of ['autonomous', 'trial', 'trial']) {
			expect(await gallery.undoByHand()).toBe('');
			expect(crystal.state).toBe(state);
		}
		expect(crystal.data).toMatchObject({ threshold: 0.85 });
		expect(await gallery.undoByHand()).toBe('There is nothing to take back.');
		expect(ledger.entries().map((e) => (e.type === 'intervention' ? [e.what, e.crystal, e.before, e.after] : []))).toEqual([
			['threshold', 'play', 0.85, 0.7],
			['approve', 'play', 'trial', 'autonomous'],
			['retire', 'play', 'autonomous', 'retired'],
			['undo', 'play', 'retired', 'autonomous'],
			['undo', 'play', 'autonomous', 'trial'],
			['undo', 'play', 0.7, 0.85],
		]);
	});

	it('takes rules that came in one file back in one step', async () => {
		const { gallery, crystals, moved, saved } = setUp();
		const rules = ['a', 'b', 'c'].map((id) => crystalOf({ id, kind: 'rule', state: 'shadow', data: {} }));
		for (const rule of rules) crystals.set(rule.id, rule);
		await gallery.put(importByHand(rules, 'rules.txt'));
		expect(gallery.view).toMatchObject({ undo: 'took 3 rules of a rules.txt', undoable: 1 });
		await gallery.retireCrystal('b');
		await gallery.undoByHand();
		const before = moved.length;
		expect(await gallery.undoByHand()).toBe('');
		expect(rules.map(({ state }) => state)).toEqual(['retired', 'retired', 'retired']);
		expect(moved.slice(before).every(({ why }) => why === 'taken back: came with a rules.txt')).toBe(true);
		expect(new Set(saved)).toEqual(new Set(['a', 'b', 'c']));
	});

	it('is refused in a sentence, and then leaves no trace', async () => {
		const { gallery, ledger } = setUp();
		expect(await gallery.keepThreshold('play', 0.2)).toBe('A threshold lies between 0.5 and 0.99.');
		expect(await gallery.retireCrystal('nobody')).toContain('not among the crystals');
		expect(ledger.entries()).toEqual([]);
		expect(gallery.view.undo).toBe('');
	});

	it('is not taken back in a crystal of another size of the window', async () => {
		const { gallery, crystal, crystals } = setUp();
		await gallery.retireCrystal('play');
		crystals.set('play', { ...crystal });
		expect(await gallery.undoByHand()).toContain('another size of the window');
		expect(crystal.state).toBe('retired');
	});

	it('cuts a box anew from the frame it was drawn on, as long as that is kept', async () => {
		const { gallery, crystal, ledger } = setUp();
		const [live] = await gallery.storedFrames();
		const flat: Box = [150, 150, 30, 30];
		expect(await gallery.correctBox('play', live?.id ?? '', flat)).toMatch(/^Flat: .*\.$/);
		const narrower: Box = [40, 30, 40, 20];
		expect(await gallery.correctBox('play', live?.id ?? '', narrower)).toBe('');
		expect(crystal).toMatchObject({ state: 'shadow' });
		expect(ledger.entries().at(-1)).toMatchObject({ what: 'correct', before: [...place], after: crystal.data.places[0] });
		await gallery.storedFrames();
		expect(await gallery.correctBox('play', live?.id ?? '', narrower)).toContain('not kept any more');
	});
});

describe('a reader that is put right', () => {
	const bar: Box = [200, 100, 60, 40];
	function reader(): RegionCrystal {
		return crystalOf({
			id: 'hp',
			kind: 'region',
			name: 'hp',
			scope: evidenceOf().scope,
			state: 'autonomous',
			data: {
				fact: 'hp',
				factType: 'number',
				reader: 'number',
				box: [40, 30, 60, 20],
				element: 'bar',
				numbers: { of: 2, picks: [0] },
				replace: {},
				mapping: {},
				screens: { menu: { seen: 3, of: 3 } },
			},
		}) as RegionCrystal;
	}

	it('gets a case of what the person said, which is its first clean label, and gives both back', async () => {
		const { gallery, crystals, ledger } = setUp();
		const region = reader();
		const before = structuredClone(region.data);
		crystals.set('hp', region);
		const frame = (await gallery.storedFrames()).find(({ screen }) => screen === 'other')?.id ?? '';
		expect(await gallery.correctBox('hp', frame, bar, 'forty')).toBe('"forty" is no number.');
		expect(await gallery.correctBox('hp', frame, bar, '450')).toBe('450 is out of its range.');
		expect(await gallery.correctBox('hp', frame, bar, '40')).toMatch(/where 40 was told\.$/);
		expect([region.data, ledger.entries()]).toEqual([before, []]);
		expect(await gallery.correctBox('hp', frame, bar, ' 45 ')).toBe('');
		expect(region).toMatchObject({
			state: 'shadow',
			stat: { k: 1, w: 0 },
			data: { box: [...bar], cases: [{ was: [40, 30, 60, 20], reads: { text: 'HP 4S/60', value: 45 } }] },
		});
		await gallery.undoByHand();
		expect(region).toMatchObject({ state: 'autonomous', data: before });
	});
});

describe('what is tried', () => {
	it('is the live frame, of which nothing is said, and the explained ones, newest first', async () => {
		const { gallery } = setUp();
		const frames = await gallery.storedFrames();
		expect(frames.map((f) => [f.live, f.screen, f.at])).toEqual([
			[true, 'menu', 95_000],
			[false, 'other', 95_000],
			[false, 'menu', 95_000],
		]);
		const trials = await gallery.tryThreshold('play', 0.9);
		expect(trials.map((t) => [t.frame, t.hit, t.named])).toEqual([
			[frames[0]?.id, true, null],
			[frames[1]?.id, false, false],
			[frames[2]?.id, true, true],
		]);
	});

	it('changes nothing, and frames of another size are left out', async () => {
		const { gallery, crystal, memory } = setUp();
		const before = crystal.data;
		memory.add({ frame: canvas(640, 400).frame, screen: 'menu', names: new Set(['play']), places: new Map() });
		await gallery.storedFrames();
		expect(await gallery.tryThreshold('play', 0.5)).toHaveLength(3);
		expect(crystal.data).toBe(before);
		expect(await gallery.tryThreshold('nobody', 0.5)).toEqual([]);
	});
});

describe('what was refused', () => {
	it('is listed once each, newest first, with how often and the newest reason', () => {
		const { gallery } = setUp();
		const entry = (n: number, what: string, why: string) =>
			({ type: 'question', n, at: n, model: 'm', refused: [{ what, why }] }) as unknown as QuestionEntry;
		gallery.note(entry(1, 'water', 'flat'));
		gallery.note(entry(2, 'slime', 'ambiguous'));
		gallery.note(entry(3, 'water', 'the pointer lies over it'));
		gallery.note({ type: 'rested', n: 4, at: 4, session: 's', ticks: 3 } satisfies LedgerEntry);
		expect(gallery.view.refused).toEqual([
			{ what: 'water', why: 'the pointer lies over it', times: 2, at: 3, entry: 3, model: 'm' },
			{ what: 'slime', why: 'ambiguous', times: 1, at: 2, entry: 2, model: 'm' },
		]);
	});

	it('keeps the newest sixty', () => {
		const { gallery } = setUp();
		for (let n = 1; n <= 70; n++)
			gallery.note({ type: 'question', n, at: n, model: 'm', refused: [{ what: `e-${n}`, why: 'flat' }] } as unknown as QuestionEntry);
		expect(gallery.view.refused.map((r) => r.what)).toEqual(Array.from({ length: 60 }, (_, i) => `e-${70 - i}`));
	});
});
