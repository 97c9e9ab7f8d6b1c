// Learning over several observations, as the loop gets them: answers one after the other, each kept in the frame memory.
import { describe, expect, it } from 'vitest';
import { provenanceOf, scopeOf } from '../crystal.fixture.ts';
import type { Box } from '../../geometry.ts';
import { BLUE, canvas, type Canvas, noise, RED } from '../../perception/drawing.fixture.ts';
import { plainMatcher } from '../../perception/matcher.ts';
import { makeFrameMemory } from '../../perception/memory.ts';
import type { Frame } from '../../ports.ts';
import type { PerceptionAnswer } from '../../question.ts';
import { answersBehind, isDoubtful, recogniseTemplate } from './apply.ts';
import { crystalliseTemplates, type TemplateEvidence, type TemplateHarvest } from './crystallise.ts';
import { lookElsewhere } from './elsewhere.ts';
import { fitHoverFloor, fitThreshold } from './fit.ts';
import { noteScore } from './learn.ts';
import { migrations, readData, SCORES_MAX, type TemplateCrystal, version } from './schema.ts';
import { makeTrials } from './trial.ts';

type Element = PerceptionAnswer['elements'][number];
const slot: Box = [40, 30, 40, 32];
const number: Box = [60, 44, 16, 14];
const ground = (): Canvas => canvas(320, 200).texture([200, 120, 100, 60], 77);
const el = (name: string, box: readonly number[], more: Partial<Element> = {}): Element => ({
	name,
	kind: 'icon',
	box: [...box] as Element['box'],
	stable: true,
	...more,
});
/** What a JPEG or a codec adds. */
function grain(frame: Frame, seed: number, amount = 3): Frame {
	const next = noise(seed);
	return {
		...frame,
		id: `f${seed}`,
		luma: frame.luma.map((value) => Math.max(0, Math.min(255, Math.round(value + (next() - 0.5) * 2 * amount)))),
	};
}

/** A teacher and a pupil with one memory. */
function school(more: Partial<TemplateEvidence> = {}) {
	const memory = makeFrameMemory();
	const crystals: TemplateCrystal[] = [];
	let asked = 0;
	return {
		crystals,
		memory,
		answer(frame: Frame, elements: Element[], screen = 'play', now: Partial<TemplateEvidence> = {}): TemplateHarvest {
			asked++;
			const places = new Map(elements.map((e) => [e.name, [e.box as Box]]));
			memory.add({ frame: { ...frame, id: `f${asked}` }, screen, names: new Set(elements.map((e) => e.name)), places });
			const harvest = crystalliseTemplates({ screen, elements, facts: [] }, frame, crystals, {
				scope: scopeOf(),
				provenance: provenanceOf({ at: asked, entry: asked }),
				boxFormat: 'pixels',
				newId: (name) => `${name}-${crystals.length}`,
				kept: memory.frames(),
				...more,
				...now,
			});
			crystals.push(...harvest.made);
			return harvest;
		},
	};
}
const only = ({ crystals }: { crystals: TemplateCrystal[] }): TemplateCrystal => {
	expect(crystals).toHaveLength(1);
	return crystals[0] as TemplateCrystal;
};

describe('an element with a changing part', () => {
	const potion = (count: number, noiseSeed = count): Frame =>
		grain(
			ground()
				.texture(slot, 5, RED)
				.texture(number, 100 + count, RED, 3).frame,
			noiseSeed,
		);

	it('ends with one masked look that fits numbers never seen', () => {
		const s = school();
		for (const count of [1, 2, 3, 4, 5]) s.answer(potion(count), [el('potion', slot)]);
		const { data } = only(s);
		expect(data.exemplars).toHaveLength(1);
		expect(data.exemplars[0]?.mask).toBeDefined();
		expect(data.positives.frames).toBe(5);
		for (const count of [7, 8, 9]) {
			const seen = recogniseTemplate(only(s), potion(count));
			expect(seen.hit && seen.places[0]?.score).toBeGreaterThan(0.9);
		}
		expect(readData(data, version, only(s).blobs).ok).toBe(true);
	});

	it('is still told from another thing in its slot, and from its twin in another colour', () => {
		const s = school();
		for (const count of [1, 2, 3, 4]) s.answer(potion(count), [el('potion', slot)]);
		expect(recogniseTemplate(only(s), grain(ground().texture(slot, 6, RED).frame, 1)).hit).toBe(false);
		const mana = grain(ground().texture(slot, 5, BLUE).texture(number, 101, BLUE, 3).frame, 2);
		expect(recogniseTemplate(only(s), mana)).toMatchObject({ hit: false, reason: expect.stringContaining('colour') });
	});

	it('keeps several looks where no mask covers them', () => {
		const s = school();
		for (const seed of [5, 6, 5, 6, 5, 6]) s.answer(grain(ground().texture(slot, seed).frame, seed + s.memory.bytes), [el('lamp', slot)]);
		expect(only(s).data.exemplars.map((e) => e.mask)).toEqual([undefined, undefined]);
		for (const seed of [5, 6]) expect(recogniseTemplate(only(s), ground().texture(slot, seed).frame).hit).toBe(true);
		expect(recogniseTemplate(only(s), ground().texture(slot, 7).frame).hit).toBe(false);
	});

	it('that is trusted already is not re-cut by the answers it is held against', () => {
		const s = school();
		s.answer(potion(1), [el('potion', slot)]);
		only(s).state = 'autonomous';
		const before = structuredClone(only(s).data.exemplars);
		for (const count of [2, 3, 4, 5]) s.answer(potion(count), [el('potion', slot)]);
		expect(s.crystals[0]?.data.exemplars).toEqual(before.map((look) => ({ ...look, answers: expect.any(Number) })));
	});
});

describe('near twins', () => {
	it('that differ in one digit are told apart once one was seen where the other is', () => {
		const s = school();
		const digit: Box = [66, 40, 8, 12];
		const sign = (seed: number, g: number): Frame => grain(ground().texture(slot, 5).texture(digit, seed, undefined, 2).frame, g);
		s.answer(sign(1, 1), [el('level-one', slot)]);
		const [one] = s.crystals as [TemplateCrystal];
		s.answer(sign(2, 2), [el('other', [200, 120, 100, 60])], 'two');
		const two = recogniseTemplate(one, sign(2, 3));
		for (let i = 0; i < 3; i++) s.answer(sign(1, 10 + i), [el('level-one', slot)]);
		expect(one.data.threshold).toBeGreaterThan(two.hit ? (two.places[0]?.score ?? 1) : 0.85);
		expect(recogniseTemplate(one, sign(1, 20)).hit).toBe(true);
		expect(recogniseTemplate(one, sign(2, 21)).hit).toBe(false);
	});

	it('greyed out are no coloured element', () => {
		const s = school();
		s.answer(grain(ground().texture(slot, 5, RED).frame, 1), [el('buy', slot)]);
		expect(recogniseTemplate(only(s), grain(ground().texture(slot, 5).dim(slot, 0.6, 40).frame, 2)).hit).toBe(false);
	});

	it('of a hue that is near are told by the hue between them', () => {
		const s = school();
		const [orange, ochre]: [readonly [number, number], readonly [number, number]] = [
			[70, 190],
			[70, 140],
		];
		s.answer(grain(ground().texture(slot, 5, orange).frame, 1), [el('gem', slot)]);
		expect(recogniseTemplate(only(s), ground().texture(slot, 5, ochre).frame).hit).toBe(true);
		s.answer(grain(ground().texture(slot, 5, ochre).frame, 2), [el('else', [200, 120, 100, 60])]);
		s.answer(grain(ground().texture(slot, 5, orange).frame, 3), [el('gem', slot)]);
		const gem = s.crystals.find((c) => c.name === 'gem') as TemplateCrystal;
		expect(gem.data.chromaMin).toBeGreaterThan(0.5);
		expect(recogniseTemplate(gem, grain(ground().texture(slot, 5, ochre).frame, 4)).hit).toBe(false);
		expect(recogniseTemplate(gem, grain(ground().texture(slot, 5, orange).frame, 5)).hit).toBe(true);
	});

	it('in the neighbouring slot are another place', () => {
		const s = school();
		const next: Box = [slot[0] + 42, slot[1], slot[2], slot[3]];
		s.answer(ground().texture(slot, 5).frame, [el('first', slot)]);
		expect(recogniseTemplate(only(s), ground().texture(next, 5).frame).hit).toBe(false);
	});
});

describe('something lying over an element', () => {
	const covered = (): Frame => ground().texture(slot, 5).fill([66, 48, 14, 14], 250).frame;
	it('is excused where nobody knows the pointer only once the element was never seen to change', () => {
		const s = school();
		s.answer(grain(ground().texture(slot, 5).frame, 1), [el('bag', slot)]);
		expect(recogniseTemplate(only(s), covered()).hit).toBe(false);
		for (let i = 2; i <= 4; i++) s.answer(grain(ground().texture(slot, 5).frame, i), [el('bag', slot)]);
		expect(recogniseTemplate(only(s), covered()).hit).toBe(true);
		expect(recogniseTemplate(only(s), covered(), { pointer: { x: 5, y: 190 } }).hit).toBe(false);
	});
});

describe('what is refused', () => {
	it('is learnt neither while another window is in front nor in passage', () => {
		const frame = ground().texture(slot, 5).frame;
		expect(school({ focused: false }).answer(frame, [el('bag', slot)])).toMatchObject({
			made: [],
			labelled: [],
			refused: [{ what: 'template "bag"', why: 'another window was in front' }],
		});
		expect(school({ focused: true }).answer(frame, [el('bag', slot)]).made).toHaveLength(1);
		expect(school({ transition: true }).answer(frame, [el('bag', slot)]).made).toEqual([]);
	});

	it('is not learnt again at once when it was set aside, and is later', () => {
		const s = school();
		s.answer(ground().texture(slot, 5).frame, [el('fire', slot)]);
		const aside = only(s);
		aside.state = 'retired';
		aside.data = { ...aside.data, refusedWhy: 'animated' };
		aside.history = [{ at: 10, from: 'trial', to: 'retired', why: 'animated' }];
		const other = ground().texture(slot, 6).frame;
		const provenance = { ...aside.provenance, at: 60_000 };
		expect(s.answer(other, [el('fire', slot)], 'play', { setAside: [aside], provenance }).refused[0]?.why).toBe(
			'it was set aside: animated',
		);
		expect(
			s.answer(other, [el('fire', slot)], 'play', { setAside: [aside], provenance: { ...provenance, at: 40 * 60_000 } }).made,
		).toHaveLength(1);
	});

	it('stands as often where it is absent as where it is', () => {
		const s = school();
		const frame = (g: number): Frame => grain(ground().texture(slot, 5).frame, g);
		s.answer(frame(1), [el('else', [200, 120, 100, 60])]);
		expect(s.answer(frame(2), [el('door', slot)]).refused[0]?.why).toContain('no threshold');
		// Named more often than left out: the answer that did not name it was sloppy.
		expect(s.answer(frame(3), [el('door', slot)]).made).toHaveLength(1);
	});
});

describe('the trial of three later frames', () => {
	const learnt = (): TemplateCrystal => {
		const s = school();
		s.answer(ground().texture(slot, 5).frame, [el('thing', slot)]);
		return only(s);
	};
	const run = (crystal: TemplateCrystal, frames: readonly Frame[], same = true, gapMs = 250) => {
		const trials = makeTrials();
		return frames
			.map((frame, i) => trials.see(crystal, frame, recogniseTemplate(crystal, frame), same, i * gapMs)?.is)
			.filter((v) => v !== undefined);
	};
	const still = (): Frame => ground().texture(slot, 5).frame;

	it('is passed by what is found three times, 200 ms apart', () => {
		expect(run(learnt(), [still(), still()])).toEqual([]);
		expect(run(learnt(), [still(), still(), still()])).toEqual(['found']);
		expect(run(learnt(), [still(), still(), still(), still()], true, 50)).toEqual([]);
	});

	it('is failed by what looks otherwise each time, and by what is gone, with the reason', () => {
		expect(
			run(
				learnt(),
				[11, 12, 13].map((seed) => ground().texture(slot, seed).frame),
			),
		).toEqual(['refused']);
		const trials = makeTrials();
		const crystal = learnt();
		const empty = ground().frame;
		const verdicts = [0, 250, 500].map((at) => trials.see(crystal, empty, recogniseTemplate(crystal, empty), true, at));
		expect(verdicts[2]).toEqual({ is: 'refused', why: 'not found again on 3 later frames: its place was empty' });
	});

	it('says nothing while another picture shows', () => {
		expect(run(learnt(), [ground().frame, ground().frame, ground().frame], false)).toEqual([]);
	});

	it('gives a mask to what changes in a part only', () => {
		const crystal = learnt();
		const big: Box = [52, 34, 26, 26];
		const ticking = (seed: number): Frame => ground().texture(slot, 5).texture(big, seed, undefined, 3).frame;
		expect(run(crystal, [31, 32, 33].map(ticking))).toEqual(['masked']);
		expect(recogniseTemplate(crystal, ticking(34)).hit).toBe(true);
	});
});

describe('an element that is not at its places', () => {
	const elsewhere = (s: ReturnType<typeof school>, frame: Frame) => lookElsewhere([only(s)], frame, plainMatcher).get(only(s));

	it('is found where it went, when there is one such place', () => {
		const s = school();
		s.answer(ground().texture(slot, 5).frame, [el('bag', slot)]);
		const moved: Box = [121, 33, 40, 32];
		const found = elsewhere(s, ground().texture(moved, 5).frame);
		expect(found).toMatchObject({ box: moved });
		expect(found).not.toHaveProperty('doubt');
		const twice = ground().texture(moved, 5).texture([30, 120, 40, 32], 5).frame;
		expect(elsewhere(s, twice)?.doubt).toContain('ambiguous');
		const gone = elsewhere(s, ground().frame);
		expect(gone === undefined || gone.doubt !== undefined).toBe(true);
	});

	it('looks as it always did, once it has been observed often enough to know', () => {
		const s = school();
		s.answer(ground().texture(slot, 5).frame, [el('bag', slot)]);
		const { frame } = ground().texture([121, 33, 40, 32], 5);
		const noisy = grain(frame, 3, 55);
		const before = elsewhere(s, noisy);
		expect(before?.score).toBeGreaterThan(0.86);
		expect(before?.score).toBeLessThan(0.93);
		expect(before).not.toHaveProperty('doubt');
		only(s).data = { ...only(s).data, positives: { frames: 4, worst: 0.99 } };
		expect(elsewhere(s, noisy)?.doubt).toContain('nothing in the frame looks like it');
		expect(elsewhere(s, frame)).not.toHaveProperty('doubt');
	});

	it('is not its look-alike of old', () => {
		const s = school();
		const twin: Box = [121, 33, 40, 32];
		s.answer(ground().texture(slot, 5).texture(twin, 5).frame, [el('bag', slot)]);
		expect(only(s).data.lookalike?.score).toBeGreaterThan(0.95);
		expect(elsewhere(s, ground().texture(twin, 5).frame)?.doubt).toContain('look-alike');
	});
});

describe('threshold and floor', () => {
	it('lie above the impostor from the first frame on, and midway after thirty', () => {
		expect(fitThreshold(-1, 0)).toBe(0.85);
		expect(fitThreshold(0.86, 0)).toBeCloseTo(0.91);
		expect(fitThreshold(0.2, 30, 0.99)).toBe(0.8);
		expect(fitThreshold(0.78, 30, 0.98)).toBeCloseTo(0.88);
		expect(fitThreshold(0.95, 30)).toBeUndefined();
	});
	it('leave no floor where an impostor passes it', () => {
		expect([undefined, 0.5, 0.8, 0.93].map(fitHoverFloor)).toEqual([0.8, 0.8, expect.closeTo(0.85), null]);
	});
});

describe('scores over time', () => {
	it('are one a second at most, the newest kept, and none of resting pixels', () => {
		const s = school();
		s.answer(ground().texture(slot, 5).frame, [el('bag', slot)]);
		const crystal = only(s);
		const look = recogniseTemplate(crystal, ground().texture(slot, 5).frame);
		for (let i = 0; i < 300; i++) noteScore(crystal, look, i * 500);
		noteScore(crystal, { ...look, rested: true }, 1e6);
		expect(crystal.data.scores).toHaveLength(SCORES_MAX);
		expect(crystal.data.scores.at(-1)).toEqual([149_000, 1]);
		expect(crystal.data.scores.every(([at], i, all) => i === 0 || at - (all[i - 1]?.[0] ?? 0) >= 1000)).toBe(true);
		expect(readData(crystal.data, version, crystal.blobs).ok).toBe(true);
	});
});

it('reads data of version 1', () => {
	const s = school();
	s.answer(ground().texture(slot, 5).frame, [el('bag', slot)]);
	const { positives: _, scores: __, ...old } = only(s).data;
	expect(migrations).toHaveLength(version - 1);
	expect(readData(old, 1, only(s).blobs)).toEqual({ ok: true, data: { ...old, positives: { frames: 0, worst: 1 }, scores: [] } });
	expect(readData(old, 2, only(s).blobs).ok).toBe(false);
});

describe('what only one answer says', () => {
	const walker = (x: number, y: number): Box => [x, y, 28, 28];
	const moving = { kind: 'icon', stable: false } as const;
	/** It walks over a ground that has a texture of its own. */
	const walk = (x: number, y: number): Frame => ground().texture([20, 40, 160, 120], 5).texture(walker(x, y), 9).frame;

	it('about something that moves becomes a look that counts only when others bear it out', () => {
		const s = school();
		s.answer(walk(40, 60), [el('rat', walker(40, 60), moving)]);
		expect(only(s).data.exemplars.map((e) => e.answers)).toEqual([1]);
		s.answer(walk(80, 70), [el('rat', walker(100, 90), moving)]);
		expect(only(s).data.exemplars.map((e) => e.answers)).toEqual([1, 1]);
		expect(isDoubtful(only(s), { exemplar: 1 })).toBe(true);
		for (const [x, y] of [
			[60, 100],
			[90, 110],
		] as const)
			s.answer(walk(x, y), [el('rat', walker(x, y), moving)]);
		const rat = only(s);
		expect(answersBehind(rat, { exemplar: 0 })).toBe(3);
		expect(isDoubtful(rat, { exemplar: 0 })).toBe(false);
	});

	it('is dropped when the next answer contradicts it, and the crystal is not blamed', () => {
		const s = school();
		s.answer(walk(40, 60), [el('rat', walker(40, 60), moving)]);
		// Wrong: what it learns is half of the rat and half of the ground, which rests at the next answer.
		s.answer(walk(40, 60), [el('rat', walker(60, 60), moving)]);
		expect(only(s).data.exemplars).toHaveLength(2);
		const { labelled } = s.answer(walk(40, 60), [el('rat', walker(40, 60), moving)]);
		expect(labelled).toEqual([expect.objectContaining({ harmful: false, kind: 'agrees' })]);
		expect(only(s).data.exemplars.map((e) => e.answers)).toEqual([2]);
		expect(Object.keys(only(s).blobs).filter((name) => name.startsWith('e1'))).toEqual([]);
	});

	it('of the first answer, when the others say otherwise', () => {
		const s = school();
		s.answer(walk(40, 60), [el('rat', walker(60, 60), moving)]);
		s.answer(walk(40, 60), [el('rat', walker(40, 60), moving)]);
		s.answer(walk(40, 60), [el('rat', walker(40, 60), moving)]);
		const rat = only(s);
		expect(rat.data.exemplars.map((e) => e.answers)).toEqual([2]);
		const found = recogniseTemplate(rat, walk(40, 60));
		expect(found.hit && found.places[0]?.box).toEqual(walker(40, 60));
	});

	it("is disowned when the other crystals of its element take the next answer's side", () => {
		const s = school();
		s.answer(walk(40, 60), [el('rat', walker(40, 60), moving)]);
		for (const x of [50, 70, 90]) s.answer(walk(x, 60), [el('rat', walker(x, 60), moving)]);
		const [trusted] = s.crystals as [TemplateCrystal];
		trusted.state = 'autonomous';
		s.answer(walk(40, 100), [el('rat', walker(60, 100), moving)]);
		const [, doubtful] = s.crystals as [TemplateCrystal, TemplateCrystal];
		expect(doubtful.data.exemplars.map((e) => e.answers)).toEqual([1]);
		const { labelled } = s.answer(walk(40, 100), [el('rat', walker(40, 100), moving)]);
		expect(labelled).toEqual([
			expect.objectContaining({ id: trusted.id, kind: 'agrees' }),
			expect.objectContaining({ id: doubtful.id, kind: 'disowned', harmful: true }),
		]);
	});

	it('about the place of something fixed becomes a crystal of its own, and no look of the first', () => {
		const s = school();
		const at: Box = [40, 30, 40, 32];
		const picture = ground().texture([20, 20, 120, 100], 6).texture(at, 3).frame;
		s.answer(picture, [el('bag', at)]);
		s.answer(picture, [el('bag', [60, 50, 40, 32])]);
		expect(s.crystals.map((c) => c.data.exemplars.length)).toEqual([1, 1]);
		s.answer(picture, [el('bag', at)]);
		expect(s.crystals.map((c) => c.data.exemplars[0]?.answers)).toEqual([2, 1]);
	});

	it('of a person is believed at once', () => {
		const s = school();
		s.answer(walk(40, 60), [el('rat', walker(40, 60), moving)], 'play', { exact: true });
		expect(only(s).data.exemplars[0]).not.toHaveProperty('answers');
		expect(answersBehind(only(s), { exemplar: 0 })).toBe(3);
	});
});
