import { beforeEach, describe, expect, it } from 'vitest';
import { type Crystal, freshStat, type State } from '../crystals/crystal.ts';
import type { RegionCrystal } from '../crystals/region/schema.ts';
import type { ScreenCrystal } from '../crystals/screen/schema.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import type { Box } from '../geometry.ts';
import { canvas, type Canvas } from '../perception/drawing.fixture.ts';
import type { Cancel } from '../ports.ts';
import type { PerceptionAnswer } from '../question.ts';
import { deskOf, profileOf, receiptOf, type TestDesk } from './desk.fixture.ts';
import { plainMatcher } from '../perception/matcher.ts';
import { makeEyes } from './eyes.ts';
import type { Entry, Eyes, Look } from './loop.ts';

// 192 × 128 pixels are 12 × 8 tiles: the left half is the game's frame, the right half its world.
const world: Box = [96, 0, 96, 128];
const start: Box = [16, 16, 32, 24];
const quit: Box = [16, 88, 32, 24];
const badge: Box = [16, 56, 24, 16];
const gold: Box = [52, 4, 40, 12];
const panel: Box = [48, 32, 48, 96];
const profile = profileOf({ world: [...world] as [number, number, number, number], facts: [{ name: 'gold', type: 'number', min: 0 }] });
const never: Cancel = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };

const title = (): Canvas => canvas(192, 128).texture(start, 1).texture(quit, 2);
const element = (
	name: string,
	box: Box,
	more: Partial<PerceptionAnswer['elements'][number]> = {},
): PerceptionAnswer['elements'][number] => ({
	name,
	kind: 'button',
	box: [...box] as [number, number, number, number],
	stable: true,
	...more,
});
const answer = (more: Partial<PerceptionAnswer> = {}): PerceptionAnswer => ({
	screen: 'title',
	elements: [element('start', start), element('quit', quit)],
	facts: [],
	...more,
});
const rich = (value: number): Partial<PerceptionAnswer> => ({
	elements: [element('start', start), element('quit', quit), element('purse', gold, { kind: 'text' })],
	facts: [{ name: 'gold', value, element: 'purse' }],
});

let desk: TestDesk;
let eyes: Eyes;
/** What the scripted reader of text reads. */
let text: string | Error;
let visit: number;
beforeEach(() => {
	desk = deskOf(profile);
	text = '';
	visit = 1;
	eyes = makeEyes({
		...desk,
		reader: {
			async readLine() {
				if (text instanceof Error) throw text;
				return { text, confidence: 0.95 };
			},
		},
	});
});

const look = (on: Canvas, afterMs = 250): Promise<Look> => {
	desk.clock.at += afterMs;
	return eyes.look(on.shot(desk.clock.at), never);
};
const attempt = (seen: Look, entry?: Entry) => eyes.attempt(seen, entry, undefined);
async function ask(on: Canvas, told = answer(), entry?: Entry) {
	return eyes.crystallise(await look(on), told, receiptOf(visit), entry, visit++);
}
const all = <C extends Crystal>(kind: C['kind']): C[] => [...desk.crystals.values()].filter((c): c is C => c.kind === kind);
const named = (name: string): Crystal => {
	const found = [...desk.crystals.values()].find((c) => c.name === name && c.kind !== 'screen');
	if (found === undefined) throw new Error(`no crystal is called "${name}"`);
	return found;
};
const states = (): State[] => all<TemplateCrystal>('template').map((c) => c.state);
/** As after many clean labels. */
function trust(...names: string[]): void {
	for (const name of names) {
		const crystal = named(name);
		crystal.state = 'autonomous';
		crystal.stat = { ...freshStat(), k: 8, labels: 8, clean: 8 };
	}
}
async function learnt(on = title(), told = answer()): Promise<void> {
	await ask(on, told);
	trust(...told.elements.map((e) => e.name).filter((name) => all('template').some((c) => c.name === name)));
}

describe('an answer', () => {
	it('makes templates of what it names, a reader of what it reads, and the screen', async () => {
		text = '12';
		expect(attempt(await look(title().texture(gold, 5)))).toMatchObject({ outcome: 'miss', reason: 'no-crystal' });
		const residue = await ask(title().texture(gold, 5), answer(rich(12)));
		expect(residue).toMatchObject({ refused: [], labelled: [] });
		expect([...desk.crystals.values()].map((c) => `${c.kind} ${c.name} ${c.state}`).toSorted()).toEqual([
			'region gold trial',
			'screen title autonomous',
			'template quit trial',
			'template start trial',
		]);
		expect(named('start').provenance).toMatchObject({
			ask: 'perception',
			entry: 1,
			tier: 'cloud',
			frameHash: expect.stringMatching(/^[0-9a-f]+$/),
		});
		expect(eyes.known().toSorted()).toEqual(['quit', 'start']);
	});

	it('that knows the screen as little as the crystals do leaves a stated reason and nothing else', async () => {
		const residue = await ask(title(), answer({ screen: 'unknown' }));
		expect(residue).toMatchObject({ none: 'answer-unknown', detail: expect.stringContaining('does not know') });
		expect(desk.crystals.size).toBe(0);
	});

	it('teaches a first crystal to show again on later frames, and four clean answers to speak for itself', async () => {
		await ask(title());
		// Three looks count, the first after the lesson among them; hurried ones do not.
		for (let i = 0; i < 10; i++) await look(title(), i === 0 ? 250 : 10);
		expect(states()).toEqual(['trial', 'trial']);
		await look(title());
		expect(states()).toEqual(['trial', 'trial']);
		await look(title());
		expect(states()).toEqual(['shadow', 'shadow']);
		expect(attempt(await look(title()))).toMatchObject({
			outcome: 'miss',
			reason: 'shadow',
			detail: expect.stringContaining('0 trusted of 2'),
		});
		for (let i = 0; i < 3; i++)
			expect(await ask(title())).toMatchObject({ made: [], labelled: expect.arrayContaining([named('start').id]) });
		expect(states()).toEqual(['shadow', 'shadow']);
		await ask(title());
		expect(states()).toEqual(['autonomous', 'autonomous']);
		expect(attempt(await look(title()))).toMatchObject({
			outcome: 'hit',
			used: all('template').map((c) => c.id),
			answer: {
				screen: 'title',
				elements: [
					{ name: 'start', box: start },
					{ name: 'quit', box: quit },
				],
				facts: [],
			},
		});
	});

	it('about a panel inside the world that closes soon after does not take its elements for animated', async () => {
		const sheet: Box = [100, 16, 80, 96];
		const close: Box = [160, 20, 16, 16];
		const open = () => title().texture(sheet, 7).texture(close, 8);
		await learnt();
		await ask(open(), answer({ screen: 'sheet', elements: [element('sheet', sheet), element('close', close)] }));
		// Closed: what stands there now is the world, another picture each time.
		for (let i = 0; i < 6; i++) await look(title().texture([100, 16, 80, 96], 20 + i));
		expect([named('sheet').state, named('close').state]).toEqual(['trial', 'trial']);
		for (let i = 0; i < 3; i++) await look(open());
		expect([named('sheet').state, named('close').state]).toEqual(['shadow', 'shadow']);
	});

	it('that names something which looks otherwise each time, while all around it rests, has it refused', async () => {
		const lamp: Box = [16, 64, 16, 16];
		await ask(title().texture(lamp, 9), answer({ elements: [element('start', start), element('lamp', lamp)] }));
		for (let i = 0; i < 4; i++) await look(title().texture(lamp, 20 + i));
		expect(named('lamp')).toMatchObject({ state: 'retired', data: { refusedWhy: expect.stringContaining('animated') } });
		expect(named('start').state).toBe('shadow');
	});

	it('that omits what a crystal finds speaks against it', async () => {
		await learnt();
		await ask(title(), answer({ elements: [element('quit', quit)] }));
		expect(named('start').stat.last).toEqual([true]);
		expect(named('quit').stat.last).toEqual([false]);
	});

	it('about a changing picture teaches no looks and no screen', async () => {
		await look(title());
		const residue = await ask(canvas(192, 128, 20).texture(start, 1).texture(quit, 2));
		expect(residue).toMatchObject({
			made: [],
			refused: [{ why: expect.stringContaining('changing') }, { why: expect.stringContaining('changing') }],
		});
		expect(desk.crystals.size).toBe(0);
	});

	it('is refused when none of its boxes is usable, and taken when one is', async () => {
		const asked = await look(title());
		const { tier } = receiptOf();
		const outside = element('start', [400, 400, 20, 20]);
		expect(eyes.verify(answer({ elements: [outside] }), tier, asked)).toContain('192 × 128');
		expect(eyes.verify(answer({ elements: [outside, element('quit', quit)] }), tier, asked)).toBeUndefined();
		expect(eyes.verify(answer({ elements: [] }), tier, asked)).toBeUndefined();
		expect([...eyes.boxes(answer({ elements: [outside, element('quit', quit)] }), tier, asked.frame)]).toEqual([['quit', quit]]);
	});
});

describe('a known screen', () => {
	beforeEach(() => learnt());

	it('is stale when one of its elements went elsewhere or looks otherwise', async () => {
		expect(attempt(await look(title()))).toMatchObject({ outcome: 'hit' });
		for (const other of [canvas(192, 128).texture([60, 16, 32, 24], 1).texture(quit, 2), title().texture(start, 9)]) {
			expect(attempt(await look(other))).toMatchObject({ outcome: 'miss', reason: 'stale', detail: expect.stringContaining('start') });
		}
		expect(attempt(await look(title()))).toMatchObject({ outcome: 'hit' });
	});

	it('is asked about again when a panel opened outside the world, and not for what happens inside', async () => {
		expect(attempt(await look(title().texture([100, 20, 80, 80], 7)))).toMatchObject({ outcome: 'hit' });
		const seen = await look(title().texture(panel, 7));
		expect(attempt(seen)).toMatchObject({
			outcome: 'miss',
			reason: 'unexplained-change',
			detail: expect.stringContaining('18 tiles around [48, 32, 48, 96]'),
		});
		expect(attempt(await look(title().texture([48, 32, 48, 80], 7)))).toMatchObject({ outcome: 'hit' });
	});

	it('is not asked about a panel that a model has seen and found nothing in', async () => {
		// It is told of once it has come to rest.
		await look(title().texture(panel, 7));
		await ask(title().texture(panel, 7));
		// The model's picture is the reference now, and those tiles are known to vary.
		expect(attempt(await look(title().texture(panel, 8)))).toMatchObject({ outcome: 'hit' });
	});

	it('reached by an act that was never seen to lead there is asked about, until a model confirmed it', async () => {
		const entry: Entry = { key: 'menu>click:back', from: 'menu' };
		expect(attempt(await look(title()), entry)).toMatchObject({ outcome: 'miss', reason: 'unverified-transition' });
		await ask(title(), answer(), entry);
		expect(attempt(await look(title()), entry)).toMatchObject({ outcome: 'hit' });
	});

	it('that an act is just leaving is a passage, and needs no proof', async () => {
		const entry: Entry = { key: 'title>click:start', from: 'title', pending: true };
		expect(attempt(await look(title()), entry)).toMatchObject({ outcome: 'hit' });
		expect(attempt(await look(title()), { ...entry, pending: false })).toMatchObject({ outcome: 'miss', reason: 'unverified-transition' });
	});

	it('is doubted for the reason given', async () => {
		const doubt = { reason: 'act-failed' as const, detail: 'it did nothing' };
		expect(eyes.attempt(await look(title()), undefined, doubt)).toEqual({ outcome: 'miss', ...doubt });
	});

	it('is told without crystals in quarantine, which come back only by labels', async () => {
		named('start').state = 'quarantined';
		named('start').stat = freshStat();
		const seen = await look(title());
		expect(seen.sights.map((s) => s.name)).toEqual(['quit']);
		expect(attempt(seen)).toMatchObject({ outcome: 'hit', used: [named('quit').id] });
		for (let i = 0; i < 5; i++) await ask(title());
		expect(named('start').state).toBe('shadow');
		expect((await look(title())).sights.map((s) => s.name)).toEqual(['start', 'quit']);
	});

	it('counts each answer of a crystal as used', async () => {
		for (let i = 0; i < 3; i++) attempt(await look(title()));
		expect(named('start').stat).toMatchObject({ used: 3, lastUsedAt: desk.clock.now() });
	});
});

describe('a neighbour of trusted elements', () => {
	const wider = (): Canvas => title().texture(badge, 3);
	const told = answer({ elements: [element('start', start), element('quit', quit), element('badge', badge)] });
	beforeEach(async () => {
		await learnt(wider(), told);
		named('badge').state = 'shadow';
		// As after one answer of a model that agreed with it.
		named('badge').stat = { ...freshStat(), k: 1, labels: 1, clean: 1 };
	});

	it('is vouched for without a model, once in ten seconds, until it is trusted', async () => {
		const labels = (): number => named('badge').stat.labels;
		for (let i = 0; i < 5; i++) expect(attempt(await look(wider()))).toMatchObject({ outcome: 'hit' });
		expect(labels()).toBe(2);
		attempt(await look(wider(), 8500));
		expect(labels()).toBe(2);
		attempt(await look(wider(), 600));
		expect(labels()).toBe(3);
		attempt(await look(wider(), 10_000));
		expect(named('badge').state).toBe('autonomous');
		expect(desk.changes.at(-1)?.change.why).toContain('other elements vouch for');
	});

	it('gets nothing before a model agreed with it: what one answer made may be its lie', async () => {
		named('badge').stat = freshStat();
		expect(attempt(await look(wider()))).toMatchObject({ outcome: 'hit' });
		expect(attempt(await look(wider(), 1200))).toMatchObject({
			outcome: 'miss',
			reason: 'shadow',
			detail: expect.stringContaining('badge'),
		});
		expect(named('badge').stat.labels).toBe(0);
	});

	it('gets nothing from one trusted element alone', async () => {
		named('quit').state = 'shadow';
		named('quit').stat = freshStat();
		expect(attempt(await look(wider()))).toMatchObject({ outcome: 'miss', reason: 'shadow' });
		expect(named('badge').stat.labels).toBe(1);
	});

	it('that moves is held against a model instead, 1.2 s apart', async () => {
		const coin: Box = [120, 60, 24, 24];
		const withCoin = (): Canvas => wider().texture(coin, 4);
		await ask(withCoin(), { ...told, elements: [...told.elements, element('coin', coin, { stable: false })] });
		named('coin').state = 'shadow';
		expect(attempt(await look(withCoin(), 1199))).toMatchObject({ outcome: 'hit' });
		expect(attempt(await look(withCoin(), 1))).toMatchObject({ outcome: 'miss', reason: 'shadow', detail: 'coin not trusted yet' });
	});
});

describe('a fact that stands in a text', () => {
	const purse = (): Canvas => title().texture(gold, 5);
	beforeEach(async () => {
		text = '12';
		await learnt(purse(), answer(rich(12)));
		trust('gold');
	});

	it('is read by itself once its reader is trusted', async () => {
		text = '31';
		const seen = await look(purse().texture(gold, 6));
		expect(seen.facts).toEqual({ gold: 31 });
		expect(attempt(seen)).toMatchObject({
			outcome: 'hit',
			answer: { facts: [{ name: 'gold', value: 31 }] },
		});
	});

	it('of a reader in shadow is not relied on, and has it held against a model', async () => {
		named('gold').state = 'shadow';
		const seen = await look(purse());
		expect(seen.facts).toEqual({});
		expect(attempt(seen)).toMatchObject({ outcome: 'hit', answer: { facts: [] } });
		expect(attempt(await look(purse(), 1200))).toMatchObject({ outcome: 'miss', reason: 'shadow', detail: 'fact gold not trusted yet' });
	});

	it('that cannot be read any more is stale', async () => {
		text = 'twelve';
		expect(attempt(await look(purse().texture(gold, 6)))).toMatchObject({
			outcome: 'miss',
			reason: 'stale',
			detail: expect.stringContaining('fact "gold"'),
		});
	});

	it('is a refusal when the reader fails, and no crash', async () => {
		text = new Error('the worker died');
		expect(attempt(await look(purse().texture(gold, 6)))).toMatchObject({
			outcome: 'miss',
			reason: 'stale',
			detail: expect.stringContaining('the worker died'),
		});
		const residue = await ask(purse().texture(gold, 6), answer(rich(12)));
		expect(residue).toMatchObject({ refused: [{ what: 'region "gold"', why: 'its text could not be read' }] });
		expect((named('gold') as RegionCrystal).data.screens).toEqual({ title: { seen: 1, of: 1 } });
	});

	it('told otherwise than it reads speaks against its reader', async () => {
		await ask(purse(), answer(rich(99)));
		expect(named('gold').stat.last).toEqual([true]);
	});
});

describe('a trusted element among many that is not in its place', () => {
	const row = (i: number): Box => [4 + 30 * (i % 3), 4 + 30 * Math.floor(i / 3), 24, 20];
	const names = ['one', 'two', 'three', 'four', 'five', 'six'];
	const many = (...hidden: number[]): Canvas =>
		names.reduce((picture, _, i) => (hidden.includes(i) ? picture : picture.texture(row(i), i + 10)), canvas(192, 128));
	const told = (skip?: number): PerceptionAnswer =>
		answer({ screen: 'play', elements: names.flatMap((name, i) => (i === skip ? [] : [element(name, row(i))])) });
	beforeEach(async () => {
		await ask(many(), told());
		// Enough answers that one missing of six does not make another screen of it.
		for (let i = 0; i < 20; i++) await ask(many(), told());
		trust(...names);
	});

	it('leaves the screen known while it is covered for a moment', async () => {
		expect(attempt(await look(many(2)))).toMatchObject({ outcome: 'hit', answer: { screen: 'play' } });
		expect(attempt(await look(many()))).toMatchObject({ outcome: 'hit' });
		expect(named('three').stat.last).not.toContain(true);
	});

	it('is asked about after a second, and quarantined when it is still missed ten seconds after a model named it', async () => {
		for (let i = 0; i < 2; i++) attempt(await look(many(2)));
		const seen = await look(many(2), 1000);
		expect(attempt(seen)).toMatchObject({
			outcome: 'miss',
			reason: 'stale',
			detail: expect.stringContaining('"three" is not in its place'),
		});
		await eyes.crystallise(seen, told(), receiptOf(99), undefined, visit++);
		expect(named('three')).toMatchObject({ state: 'autonomous', stat: { last: expect.arrayContaining([true]) } });
		for (let i = 0; i < 30; i++) attempt(await look(many(2), 1000));
		expect(named('three').state).toBe('quarantined');
		expect(desk.changes.at(-1)?.change.why).toContain('other elements vouch for');
		expect(attempt(await look(many(2), 1000))).toMatchObject({ outcome: 'hit', used: expect.not.arrayContaining([named('three').id]) });
	});

	it('loses nothing when the model says that it is not there', async () => {
		for (let i = 0; i < 2; i++) attempt(await look(many(2)));
		const seen = await look(many(2), 1000);
		await eyes.crystallise(seen, told(2), receiptOf(99), undefined, visit++);
		for (let i = 0; i < 12; i++) attempt(await look(many(2), 1000));
		expect(named('three').state).toBe('autonomous');
	});

	it('that is a bar may look otherwise at any time', async () => {
		const bar = named('three') as TemplateCrystal;
		bar.data = { ...bar.data, elementKind: 'bar' };
		for (let i = 0; i < 30; i++) expect(attempt(await look(many(2), 1000))).toMatchObject({ outcome: 'hit' });
		await ask(many(2), told());
		expect(bar.stat.last).not.toContain(true);
		expect(bar.state).toBe('autonomous');
	});

	it('has its neighbours as second witnesses where it stands, and nothing but its shape among strangers', async () => {
		const seen = await look(many());
		const sight = seen.sights.find((s) => s.name === 'two');
		if (sight === undefined) throw new Error('"two" is not seen');
		expect(eyes.aim(seen, sight, false)).toEqual({ ok: true, note: '"two" by shape and neighbours' });
		expect(eyes.aim(seen, sight, true)).toMatchObject({ ok: false, reason: 'shadow', why: expect.stringContaining('sovereign') });
		const lost = await look(many(2, 3, 4, 5));
		expect(eyes.aim(lost, { ...sight, score: 0.85 }, false)).toMatchObject({ ok: false, reason: 'below-threshold' });
	});

	it('that served an act which cannot be undone is quarantined by one miss', async () => {
		const seen = await look(many());
		const sight = seen.sights.find((s) => s.name === 'three');
		if (sight === undefined) throw new Error('"three" is not seen');
		expect(eyes.aim(seen, { ...sight, told: true }, true).ok).toBe(true);
		await look(many(2));
		const later = await look(many(2));
		await eyes.crystallise(later, told(), receiptOf(99), undefined, visit++);
		expect(named('three').state).toBe('quarantined');
	});
});

describe('an earlier look', () => {
	it('still holds while little changed outside the world and no other screen is known', async () => {
		await learnt();
		const asked = await look(title());
		expect(eyes.stillHolds(asked, await look(title().texture([100, 10, 80, 100], 7)), answer())).toBe(true);
		expect(eyes.stillHolds(asked, await look(title().texture(panel, 7)), answer())).toBe(false);
		expect(eyes.stillHolds(asked, await look(title()), answer({ screen: 'menu' }))).toBe(false);
		expect(eyes.stillHolds(asked, await look(canvas(160, 96)), answer())).toBe(false);
	});

	it('rests where no tile of the box changed', async () => {
		const before = await look(title());
		const now = await look(title().texture(start, 9));
		expect(eyes.rests(before, now)).toBe(false);
		expect(eyes.rests(before, now, start)).toBe(false);
		expect(eyes.rests(before, now, quit)).toBe(true);
		expect(eyes.rests(now, await look(title().texture(start, 9)))).toBe(true);
	});
});

it('takes an act that had its effect as evidence for what stands fixed, and for its target', async () => {
	const coin: Box = [120, 60, 24, 24];
	const other: Box = [120, 96, 24, 24];
	const picture = (): Canvas => title().texture(coin, 4).texture(other, 6);
	const moving = { stable: false };
	const told = answer({ elements: [element('start', start), element('coin', coin, moving), element('gem', other, moving)] });
	await ask(picture(), told);
	const ids = ['start', 'coin', 'gem'].map((name) => named(name).id);
	const labels = (): number[] => ['start', 'coin', 'gem'].map((name) => named(name).stat.labels);
	// Before a model agreed with it, only what was aimed at is proved.
	eyes.confirm([...ids, 'erased meanwhile'], named('coin').id, 2, ['gold']);
	expect(labels()).toEqual([0, 1, 0]);
	expect(named('coin').stat.episodes).toEqual(['2']);
	await ask(picture(), told);
	const before = labels();
	eyes.confirm(ids, named('coin').id, 3, ['gold']);
	expect(labels()).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1, before[2]]);
	// That the coin is not seen any more is read from the coin itself, and proves nothing of it.
	eyes.confirm([named('coin').id], named('coin').id, 4, ['sees.coin']);
	expect(labels()[1]).toBe((before[1] ?? 0) + 1);
});

it('counts how often a screen was confirmed, and by which acts it was entered', async () => {
	await ask(title());
	const entry: Entry = { key: 'menu>click:back', from: 'menu' };
	for (let i = 0; i < 2; i++) await ask(title(), answer(), entry);
	const [screen] = all<ScreenCrystal>('screen');
	expect(screen?.data).toMatchObject({ slug: 'title', confirmed: 3, entries: { 'menu>click:back': 2 } });
});

describe('a template that was brought from elsewhere', () => {
	/** As an import leaves it: the looks of an element that was learnt here, under a name that says nothing, with an area and no place. */
	async function bring(count = 1): Promise<TemplateCrystal[]> {
		await ask(title());
		const { start: _, ...origin } = { start, crystal: named('start') as TemplateCrystal };
		const { data, blobs } = origin.crystal;
		desk.crystals.clear();
		return Array.from({ length: count }, (_unused, i) => {
			const id = `maa.template.${i}`;
			const own = { element: `look-${i}`, fixed: false, places: [], screens: {}, thresholdBy: 'hand' as const, threshold: 0.8 };
			const crystal: TemplateCrystal = {
				...origin.crystal,
				id,
				name: id,
				state: 'shadow',
				stat: freshStat(),
				history: [],
				data: { ...data, ...own, roi: [0, 0, 96, 64], exemplars: data.exemplars.map(({ answers: _answers, ...e }) => e) },
				blobs: { ...blobs },
			};
			desk.crystals.set(id, crystal);
			return crystal;
		});
	}
	const moved = (): Canvas => canvas(192, 128).texture([40, 80, 32, 24], 1);
	const call = (name: string): PerceptionAnswer => answer({ elements: [element(name, start), element('quit', quit)] });

	it('is found in its area alone', async () => {
		const [crystal] = await bring();
		expect((await look(title())).sights).toMatchObject([{ crystal: crystal?.id, name: 'look-0', box: [...start] }]);
		expect((await look(moved())).sights).toEqual([]);
	});

	it('is borne out by what a model sees in the same place, whatever it calls it; twice there, it is its place', async () => {
		const [crystal] = (await bring()) as [TemplateCrystal];
		await ask(title(), call('begin'));
		expect(crystal.stat).toMatchObject({ labels: 1, clean: 1 });
		expect(crystal.data).toMatchObject({ fixed: false, places: [[...start]], screens: { title: { seen: 1, of: 1 } } });
		await ask(title(), call('start-game'));
		expect(crystal.data).toMatchObject({ fixed: true, places: [[...start]] });
		for (let i = 0; i < 2; i++) await ask(title(), call('begin'));
		expect(crystal.state).toBe('autonomous');
	});

	it('is not blamed where the model names nothing, and asks nobody for its sake', async () => {
		const [crystal] = (await bring()) as [TemplateCrystal];
		for (let i = 0; i < 3; i++) await ask(title(), answer({ elements: [element('quit', quit)] }));
		expect(crystal).toMatchObject({ state: 'shadow', stat: { labels: 0 } });
		trust('quit');
		const seen = await look(title(), 5000);
		expect(seen.sights.map((s) => s.name)).toContain('look-0');
		const said = attempt(seen);
		expect(said.outcome === 'miss' ? said.detail : '').not.toContain('look-0');
	});

	it('is told to a model by name only while it is in sight', async () => {
		await bring();
		await look(moved());
		expect(eyes.known()).toEqual([]);
		await look(title());
		expect(eyes.known()).toEqual(['look-0']);
	});

	it('waits for its turn among hundreds, and a picture that rests is searched once', async () => {
		let searches = 0;
		const counting = {
			...plainMatcher,
			searchAll: (...a: Parameters<typeof plainMatcher.searchAll>) => (searches++, plainMatcher.searchAll(...a)),
		};
		await bring(20);
		eyes = makeEyes({ ...desk, matcher: counting, reader: { readLine: async () => ({ text: '', confidence: 1 }) } });
		const found = new Set<string>();
		for (let i = 0; i < 30; i++) {
			const before = searches;
			for (const sight of (await look(moved())).sights) found.add(sight.name);
			expect(searches - before).toBeLessThanOrEqual(3);
		}
		expect(searches).toBe(20);
		for (let i = 0; i < 30; i++) for (const sight of (await look(title())).sights) found.add(sight.name);
		expect(found.size).toBe(20);
	});

	it('goes first when it is waited for', async () => {
		await bring(60);
		desk.clock.at += 250;
		const seen = await eyes.look(title().shot(desk.clock.at), never, ['sees.look-57', 'gold']);
		expect(seen.sights.map((s) => s.name)).toContain('look-57');
		expect(seen.sights.map((s) => s.name)).not.toContain('look-56');
	});
});
