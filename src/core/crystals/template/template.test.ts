import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../crystal.fixture.ts';
import type { Box } from '../../geometry.ts';
import { compareTiles } from '../../perception/change.ts';
import { BLUE, canvas, type Canvas, RED } from '../../perception/drawing.fixture.ts';
import type { Frame } from '../../ports.ts';
import type { PerceptionAnswer } from '../../question.ts';
import { recogniseAgain, type Recognitions, recogniseTemplate } from './apply.ts';
import { crystalliseTemplates, type TemplateEvidence } from './crystallise.ts';
import { giveMask, makeSightings } from './learn.ts';
import { migrations, readData, type TemplateCrystal, version } from './schema.ts';
import { plainMatcher } from '../../perception/matcher.ts';

const { hashTiles } = plainMatcher;

type Element = PerceptionAnswer['elements'][number];
const evidence: TemplateEvidence = evidenceOf();
const button = (name: string, box: readonly number[], more: Partial<Element> = {}): Element => ({
	name,
	kind: 'button',
	box: [...box] as Element['box'],
	stable: true,
	...more,
});
const answer = (elements: Element[], screen = 'menu'): PerceptionAnswer => ({ screen, elements, facts: [] });
const learn = (
	frame: Frame,
	elements: Element[],
	existing: readonly TemplateCrystal[] = [],
	more: Partial<TemplateEvidence> = {},
	screen = 'menu',
) => crystalliseTemplates(answer(elements, screen), frame, existing, { ...evidence, ...more });

const place: Box = [40, 30, 48, 20];
const screen = (): Canvas => canvas(320, 200);
const menu = (): Canvas => screen().texture(place, 1);
function learnt(): TemplateCrystal {
	const [crystal] = learn(menu().frame, [button('play', place)]).made;
	if (crystal === undefined) throw new Error('nothing was learnt');
	return crystal;
}

describe('a fixed template', () => {
	it('hits where it was learnt, dimmed or two pixels off', () => {
		expect(recogniseTemplate(learnt(), menu().frame)).toMatchObject({ hit: true, places: [{ box: [...place] }] });
		expect(recogniseTemplate(learnt(), menu().dim(place, 0.5, 0).frame).hit).toBe(true);
		expect(recogniseTemplate(learnt(), screen().texture([42, 29, 48, 20], 1).frame)).toMatchObject({
			hit: true,
			places: [{ box: [42, 29, 48, 20] }],
		});
	});

	it('misses a near thing with its best score', () => {
		const near = menu().texture([64, 30, 24, 20], 7).frame;
		const seen = recogniseTemplate(learnt(), near);
		expect(seen).toMatchObject({ hit: false, reason: expect.stringMatching(/^score 0\.\d\d is below 0\.85/) });
		if (!seen.hit) expect(seen.best).toBeGreaterThan(0.3);
	});

	it('misses what went elsewhere, and what is gone', () => {
		expect(recogniseTemplate(learnt(), screen().texture([140, 90, 48, 20], 1).frame).hit).toBe(false);
		expect(recogniseTemplate(learnt(), screen().frame)).toMatchObject({ hit: false, best: 0 });
		expect(recogniseTemplate(learnt(), canvas(60, 40).frame)).toMatchObject({ hit: false, best: -1 });
	});

	it('refuses its twin of another colour', () => {
		const [red] = learn(screen().texture(place, 1, RED).frame, [button('hp-bar', place)]).made as [TemplateCrystal];
		expect(recogniseTemplate(red, screen().texture(place, 1, RED).frame).hit).toBe(true);
		expect(recogniseTemplate(red, screen().texture(place, 1, BLUE).frame)).toMatchObject({
			hit: false,
			reason: expect.stringContaining('colour'),
		});
	});

	it('excuses a pointer that lies over it, and nothing else that covers it', () => {
		const covered = menu().fill([68, 40, 14, 10], 255).frame;
		expect(recogniseTemplate(learnt(), covered).hit).toBe(false);
		expect(recogniseTemplate(learnt(), covered, { pointer: { x: 68, y: 40 } }).hit).toBe(true);
		expect(recogniseTemplate(learnt(), covered, { pointer: { x: 300, y: 190 } }).hit).toBe(false);
	});

	it('keeps its answer while its pixels rest', () => {
		const a = menu();
		const crystal = learnt();
		const last: Recognitions = new Map();
		const first = hashTiles(a.frame);
		expect(recogniseAgain(crystal, a.shot(), compareTiles(first, undefined), last)).toMatchObject({ hit: true, rested: false });
		const second = hashTiles(a.fill([200, 150, 8, 8], 9).frame);
		expect(recogniseAgain(crystal, a.shot(), compareTiles(second, first), last)).toMatchObject({ hit: true, rested: true });
		const third = hashTiles(a.texture(place, 9).frame);
		expect(recogniseAgain(crystal, a.shot(), compareTiles(third, second), last)).toMatchObject({ hit: false, rested: false });
	});
});

it('looks again at resting pixels once it learnt more', () => {
	const crystal = learnt();
	const other = screen().texture(place, 2);
	const tiles = hashTiles(other.frame);
	const last: Recognitions = new Map();
	expect(recogniseAgain(crystal, other.shot(), compareTiles(tiles, undefined), last).hit).toBe(false);
	expect(recogniseAgain(crystal, other.shot(), compareTiles(tiles, tiles), last)).toMatchObject({ hit: false, rested: true });
	learn(other.frame, [button('play', place)], [crystal]);
	expect(recogniseAgain(crystal, other.shot(), compareTiles(tiles, tiles), last)).toMatchObject({ hit: true, rested: false });
});

describe('a mobile template', () => {
	const world: Box = [0, 20, 320, 160];
	const coin = (x: number, y: number): Box => [x, y, 24, 24];
	const [crystal] = learn(
		screen().texture(coin(50, 60), 3).texture(coin(150, 100), 3).frame,
		[button('coin', coin(50, 60), { stable: false }), button('coin', coin(150, 100), { stable: false })],
		[],
		{ world },
	).made as [TemplateCrystal];

	it('is one crystal for several instances, found wherever they went', () => {
		const seen = recogniseTemplate(crystal, screen().texture(coin(203, 41), 3).texture(coin(11, 120), 3).frame, { world });
		expect(seen.hit && seen.places.map((p) => p.box).sort()).toEqual([coin(11, 120), coin(203, 41)].sort());
	});

	it('misses outside the play area and when it is gone', () => {
		expect(recogniseTemplate(crystal, screen().texture(coin(100, 0), 3).frame, { world }).hit).toBe(false);
		expect(recogniseTemplate(crystal, screen().frame, { world }).hit).toBe(false);
	});

	it('follows moves with the changed part alone and keeps what rests', () => {
		const a = screen().texture(coin(40, 40), 3).texture(coin(250, 140), 3);
		const last: Recognitions = new Map();
		let before = hashTiles(a.frame);
		recogniseAgain(crystal, a.shot(), compareTiles(before, undefined), last, { world });
		for (const x of [46, 53, 61, 90]) {
			a.fill([30, 36, 100, 32], 90).texture(coin(x, 40), 3);
			const now = hashTiles(a.frame);
			const seen = recogniseAgain(crystal, a.shot(), compareTiles(now, before), last, { world });
			before = now;
			expect(seen.hit && seen.places.map((p) => p.box).sort()).toEqual([coin(x, 40), coin(250, 140)].sort());
		}
	});

	it('knows from the changed part alone what a look at everything tells, near misses that rest included', () => {
		const [red] = learn(screen().texture(coin(50, 60), 3, RED).frame, [button('coin', coin(50, 60), { stable: false })], [], { world })
			.made as [TemplateCrystal];
		const a = screen().texture(coin(40, 40), 3, RED).texture(coin(250, 140), 3, BLUE);
		const last: Recognitions = new Map();
		let before = hashTiles(a.frame);
		recogniseAgain(red, a.shot(), compareTiles(before, undefined), last, { world });
		for (const draw of [
			() => a.fill(coin(40, 40), 90),
			() => a.fill([140, 90, 8, 8], 40),
			() => a.texture(coin(100, 40), 3, RED),
			() => a.fill(coin(250, 140), 90),
			() => a.fill(coin(100, 40), 90),
		]) {
			draw();
			const now = hashTiles(a.frame);
			const seen = recogniseAgain(red, a.shot(), compareTiles(now, before), last, { world });
			before = now;
			expect(seen).toEqual(recogniseTemplate(red, a.shot(), { world }));
		}
	});

	it('is refused when the same picture stands where the answer does not name it', () => {
		const twins = screen().texture(coin(50, 60), 3).texture(coin(150, 100), 3).frame;
		expect(learn(twins, [button('coin', coin(50, 60), { stable: false })], [], { world })).toMatchObject({
			made: [],
			refused: [{ why: expect.stringContaining('ambiguous') }],
		});
		expect(learn(twins, [button('sign', coin(50, 60))]).made).toHaveLength(1);
	});

	it('is refused outside the play area', () => {
		expect(
			learn(screen().texture(coin(5, 0), 3).frame, [button('coin', coin(5, 0), { stable: false })], [], { world }).refused[0]?.why,
		).toContain('outside the play area');
	});
});

describe('crystallising', () => {
	it.each([
		['outside', [400, 30, 48, 20], 'leaves the picture'],
		['negative', [-40, 30, 48, 20], 'leaves the picture'],
		['not finite', [Number.NaN, 30, 48, 20], 'finite'],
		['of no area', [40, 30, 0, 0], 'narrower'],
		['the whole frame', [0, 0, 320, 200], 'more than half'],
		['with swapped axes', [30, 190, 20, 48], 'leaves the picture'],
		['in units of 0 to 1', [0.1, 0.1, 0.2, 0.1], '0 to 1'],
		['flat', [150, 100, 40, 40], 'flat'],
	])('refuses a box %s', (_, box, why) => {
		expect(learn(menu().frame, [button('play', box)])).toMatchObject({
			made: [],
			refused: [{ what: 'template "play"', why: expect.stringContaining(why) }],
		});
	});

	it('refuses what lies under the pointer, pointers, and pictures in passage', () => {
		expect(learn(menu().frame, [button('play', place)], [], { pointer: { x: 60, y: 40 } }).refused[0]?.why).toContain('pointer');
		expect(learn(menu().frame, [button('hand', place, { kind: 'cursor' })]).refused[0]?.why).toContain('pointer');
		expect(learn(menu().frame, [button('play', place)], [], { transition: true }).refused[0]?.why).toContain('changing');
	});

	it('labels instead of learning again, and counts the screen', () => {
		const crystal = learnt();
		const again = learn(menu().frame, [button('play', [41, 30, 47, 20])], [crystal], {}, 'pause');
		expect(again).toMatchObject({ made: [], refused: [], labelled: [{ id: crystal.id, harmful: false, kind: 'agrees' }] });
		expect(crystal.data.screens).toEqual({ menu: { seen: 1, of: 1 }, pause: { seen: 1, of: 1 } });
		expect(again.changed).toEqual([crystal]);
	});

	it('labels as harmful a match that the answer omits or places elsewhere', () => {
		const crystal = learnt();
		expect(learn(menu().frame, [], [crystal]).labelled).toMatchObject([{ harmful: true, kind: 'omitted' }]);
		const other: Box = [200, 120, 48, 20];
		expect(learn(menu().texture(other, 8).frame, [button('play', other)], [crystal]).labelled).toMatchObject([
			{ harmful: true, kind: 'elsewhere' },
		]);
		expect(learn(menu().frame, [], [crystal], {}, 'unknown').labelled).toEqual([]);
	});

	it('gives a known name a second look at its place and a second place for its look', () => {
		const crystal = learnt();
		expect(learn(screen().texture(place, 2).frame, [button('play', place)], [crystal])).toMatchObject({
			made: [],
			changed: [{ id: crystal.id }],
		});
		expect(crystal.data.exemplars.map((e) => e.state)).toEqual(['first', 'look-2']);
		const other: Box = [200, 120, 48, 20];
		learn(screen().texture(other, 2).frame, [button('play', other)], [crystal]);
		expect(crystal.data.places).toEqual([place, other]);
		expect(crystal.data.exemplars).toHaveLength(2);
		for (const frame of [menu().frame, screen().texture(place, 2).frame, screen().texture(other, 1).frame])
			expect(recogniseTemplate(crystal, frame).hit).toBe(true);
	});

	it('refuses a seventh look', () => {
		const crystal = learnt();
		for (let seed = 2; seed <= 6; seed++) learn(screen().texture(place, seed).frame, [button('play', place)], [crystal]);
		expect(learn(screen().texture(place, 7).frame, [button('play', place)], [crystal]).refused[0]?.why).toContain('changes too much');
	});

	it('refuses another name for the same picture at the same place', () => {
		expect(learn(menu().frame, [button('start', place)], [learnt()])).toMatchObject({
			made: [],
			refused: [{ why: 'it is the twin of "play" at the same place' }],
			labelled: [{ harmful: true, kind: 'omitted' }],
		});
	});

	it('raises its threshold above impostors, and refuses when none fits', () => {
		const half = screen().texture(place, 1).fill([40, 30, 9, 20], 130).frame;
		const kept = [{ frame: half, names: new Set(['quit']) }];
		const [crystal] = learn(menu().frame, [button('play', place)], [], { kept }).made;
		expect(crystal?.data.threshold).toBeGreaterThan(0.85);
		expect(recogniseTemplate(crystal as TemplateCrystal, half).hit).toBe(false);
		const same = [{ frame: screen().texture(place, 1).fill([40, 30, 2, 2], 255).frame, names: new Set<string>() }];
		expect(learn(menu().frame, [button('play', place)], [], { kept: same }).refused[0]?.why).toContain('no threshold');
	});

	it('raises the threshold of a crystal that nearly matched where it is absent', () => {
		const crystal = learnt();
		const before = crystal.data.threshold;
		const near = screen().texture(place, 1).texture([40, 30, 10, 20], 4).frame;
		const view = recogniseTemplate(crystal, near);
		learn(near, [], [crystal], {}, 'other');
		expect(view.hit).toBe(false);
		expect(crystal.data.negatives).toMatchObject({ frames: 1 });
		expect(crystal.data.threshold).toBeGreaterThanOrEqual(before);
		expect(crystal.data.screens.other).toEqual({ seen: 0, of: 1 });
	});

	it('never throws on any boxes, and learns none that is not inside', () => {
		const wire = fc.tuple(...Array.from({ length: 4 }, () => fc.oneof(fc.double(), fc.integer({ min: -400, max: 400 })))) as fc.Arbitrary<
			number[]
		>;
		const frame = menu().frame;
		fc.assert(
			fc.property(
				fc.array(fc.tuple(wire, fc.boolean()), { maxLength: 4 }),
				fc.constantFrom('pixels', 'norm1000', 'norm1000-yxyx'),
				(boxes, boxFormat) => {
					const harvest = learn(
						frame,
						boxes.map(([box, stable], i) => button(`e-${i % 2}`, box, { stable })),
						[],
						{ boxFormat },
					);
					return harvest.made.every(({ data }) =>
						data.places.every(([x, y, w, h]) => x >= 0 && y >= 0 && w >= 8 && h >= 8 && x + w <= 320 && y + h <= 200),
					);
				},
			),
			{ seed: 4953, numRuns: 200 },
		);
	});
});

describe('masks', () => {
	const digit: Box = [68, 32, 20, 18];
	it('lets a slot match whatever number stands on it', () => {
		const crystal = learnt();
		const seven = menu().texture(digit, 70, undefined, 3).frame;
		const mask = new Uint8Array(48 * 20).fill(255);
		for (let y = 2; y < 20; y++) mask.fill(0, y * 48 + 28, y * 48 + 48);
		expect(recogniseTemplate(crystal, seven).hit).toBe(false);
		expect(giveMask(crystal, 0, mask)).toEqual({ ok: true });
		const seen = recogniseTemplate(crystal, seven);
		expect(seen.hit && seen.places[0]?.score).toBeCloseTo(1);
		expect(readData(crystal.data, version, crystal.blobs).ok).toBe(true);
	});

	it('refuses a mask that keeps too little or only flat pixels', () => {
		expect(giveMask(learnt(), 0, new Uint8Array(960))).toMatchObject({ ok: false, why: expect.stringContaining('0 %') });
		expect(giveMask(learnt(), 0, new Uint8Array(3))).toMatchObject({ ok: false });
		expect(giveMask(learnt(), 0, new Uint8Array(960).fill(1))).toMatchObject({ ok: false, why: 'nothing of it changes' });
		const [half] = learn(screen().fill(place, 90).texture([40, 30, 24, 20], 3).frame, [button('half', place)]).made as [TemplateCrystal];
		const flat = Uint8Array.from({ length: 960 }, (_, i) => (i % 48 >= 24 ? 1 : 0));
		expect(giveMask(half, 0, flat)).toMatchObject({ ok: false, why: expect.stringContaining('flat') });
	});

	it('wants four different sightings', () => {
		const sightings = makeSightings();
		for (const seed of [1, 1, 2, 3]) sightings.see('a', screen().texture(place, seed).frame, place);
		expect(sightings.take('a')).toBeUndefined();
		sightings.see('a', screen().texture(place, 4).frame, place);
		expect(sightings.take('a')?.lumas).toHaveLength(4);
		expect(sightings.take('a')).toBeUndefined();
	});
});

describe('schema', () => {
	it('round-trips through JSON', () => {
		const { data, blobs } = learnt();
		expect(readData(JSON.parse(JSON.stringify(data)), version, blobs)).toEqual({ ok: true, data });
	});

	it('refuses missing or cut blobs, wrong fields and unknown versions, naming them', () => {
		const { data, blobs } = learnt();
		expect(readData(data, version, {})).toMatchObject({ ok: false, why: expect.stringContaining('e0.luma') });
		expect(readData(data, version, { ...blobs, 'e0.u': new Uint8Array(3) })).toMatchObject({
			ok: false,
			why: expect.stringContaining('e0.u'),
		});
		expect(readData({ ...data, threshold: 2 }, version, blobs)).toMatchObject({ ok: false, why: expect.stringContaining('threshold') });
		expect(readData({ ...data, more: 1 }, version, blobs).ok).toBe(false);
		expect(readData(data, version + 1, blobs).ok).toBe(false);
		expect(readData(data, 0, blobs).ok).toBe(false);
	});

	it('has one migration for each version before this one', () => {
		expect(migrations).toHaveLength(version - 1);
	});
});
