import { describe, expect, it } from 'vitest';
import type { Box } from '../geometry.ts';
import { canvas } from '../perception/drawing.fixture.ts';
import type { Frame } from '../ports.ts';
import {
	approveByHand,
	type ByHand,
	correctByHand,
	cutByHand,
	type HandAct,
	placeByHand,
	renameByHand,
	retireByHand,
	thresholdByHand,
} from './by-hand.ts';
import { type Crystal, freshStat } from './crystal.ts';
import { provenanceOf, scopeOf } from './crystal.fixture.ts';
import { canAct, label } from './lifecycle.ts';
import type { RegionCrystal } from './region/schema.ts';
import { recogniseTemplate } from './template/apply.ts';
import { crystalliseTemplates } from './template/crystallise.ts';
import { readData, type TemplateCrystal, version } from './template/schema.ts';

const scope = scopeOf();
const provenance = provenanceOf();
const right: Box = [40, 30, 48, 20];
const wrong: Box = [60, 38, 48, 20];
const menu = () => canvas(320, 200).texture(right, 1).texture([200, 140, 60, 40], 9);

function learnt(box: Box, name = 'play', frame: Frame = menu().frame): TemplateCrystal {
	const { made, refused } = crystalliseTemplates(
		{ screen: 'menu', elements: [{ name, kind: 'button', box: [...box] as [number, number, number, number], stable: true }], facts: [] },
		frame,
		[],
		{ scope, provenance, boxFormat: 'pixels', newId: (n) => n },
	);
	const [crystal] = made;
	if (crystal === undefined) throw new Error(`nothing was learnt: ${refused[0]?.why ?? ''}`);
	return crystal;
}
function done(by: ByHand): HandAct {
	if (!by.ok) throw new Error(by.why);
	return by.act;
}
const rule = (state: Crystal['state']): Crystal => ({ ...learnt(right), kind: 'rule', name: 'go', state, data: {}, blobs: {} });

describe('a crystal approved by hand', () => {
	it('answers from now on, as after four clean labels, and its history says by whom', () => {
		for (const crystal of [learnt(right), rule('shadow')]) {
			const before = crystal.state;
			expect(done(approveByHand(crystal, 9))).toMatchObject({ before, after: 'autonomous', said: `approved ${crystal.name}` });
			expect(crystal.history.at(-1)).toEqual({ at: 9, from: before, to: 'autonomous', why: 'approved by hand' });
			expect(crystal.stat.labels).toBe(4);
			expect(canAct(crystal, { next: () => 1 }).act).toBe(true);
		}
	});

	it('does not become fit for what cannot be undone', () => {
		const crystal = rule('shadow');
		approveByHand(crystal, 9);
		expect(canAct(crystal, { next: () => 0 }, { irreversible: true }).act).toBe(false);
	});

	it('goes from quarantine to shadow with one clean label, not further', () => {
		const crystal = rule('quarantined');
		crystal.stat = { ...freshStat(), w: 2, alarm: 60 };
		expect(done(approveByHand(crystal, 9)).after).toBe('shadow');
		expect(crystal.stat).toMatchObject({ labels: 1, alarm: 1 });
	});

	it('is refused when it answers already, is retired, or too much speaks against it', () => {
		expect(approveByHand(rule('autonomous'), 9)).toMatchObject({ ok: false, why: expect.stringContaining('already') });
		expect(approveByHand(rule('retired'), 9)).toMatchObject({ ok: false, why: expect.stringContaining('retired') });
		const bad = rule('shadow');
		bad.stat = { ...freshStat(), w: 5, labels: 5 };
		expect(approveByHand(bad, 9)).toMatchObject({ ok: false, why: expect.stringContaining('5.0 harmful') });
		expect(bad).toMatchObject({ state: 'shadow', history: [], stat: { labels: 5 } });
	});

	it('is as it was when that is taken back, with what it was used for meanwhile', () => {
		const crystal = rule('shadow');
		const act = done(approveByHand(crystal, 9));
		crystal.stat = { ...crystal.stat, used: 3 };
		expect(act.takeBack(10)).toEqual({ at: 10, from: 'autonomous', to: 'shadow', why: 'taken back: approved by hand' });
		expect(crystal).toMatchObject({ state: 'shadow', stat: { ...freshStat(), used: 3 } });
	});
});

describe('a crystal retired by hand', () => {
	it('comes back into the state it had, and cannot be retired twice', () => {
		const crystal = rule('autonomous');
		const act = done(retireByHand(crystal, 9));
		expect(crystal.state).toBe('retired');
		expect(retireByHand(crystal, 9).ok).toBe(false);
		act.takeBack(10);
		expect(crystal.state).toBe('autonomous');
		expect(crystal.history.map((h) => h.why)).toEqual(['retired by hand', 'taken back: retired by hand']);
	});
});

describe('a threshold chosen by hand', () => {
	it('decides what is a hit, is stored, and goes back to the figures before', () => {
		const crystal = learnt(right);
		const near = menu().texture([64, 30, 24, 20], 7).frame;
		const first = { ...crystal.data };
		const seen = recogniseTemplate(crystal, near);
		if (seen.hit) throw new Error('the near thing should be missed');
		const act = done(thresholdByHand(crystal, Math.max(0.5, seen.best - 0.01)));
		expect(recogniseTemplate(crystal, near).hit).toBe(seen.best >= 0.5);
		expect(readData(JSON.parse(JSON.stringify(crystal.data)), version, crystal.blobs).ok).toBe(true);
		expect(act).toMatchObject({ before: 0.85, after: crystal.data.threshold });
		act.takeBack(10);
		expect(crystal.data).toEqual({ ...first, margin: expect.closeTo(first.margin, 9) });
	});

	it('stays when frames without the element are far from it, and rises above one that comes near', () => {
		const crystal = learnt(right);
		const near = menu().texture([70, 30, 18, 20], 7).frame;
		const seen = recogniseTemplate(crystal, near);
		if (seen.hit) throw new Error('the near thing should be missed');
		const chosen = seen.best + 0.02;
		thresholdByHand(crystal, chosen);
		const absent = (frame: Frame): void => {
			const answer = { screen: 'other', elements: [], facts: [] };
			crystalliseTemplates(answer, frame, [crystal], { scope, provenance, boxFormat: 'pixels', newId: (n) => n });
		};
		absent(canvas(320, 200).frame);
		expect(crystal.data.threshold).toBe(chosen);
		absent(near);
		expect(crystal.data.threshold).toBeCloseTo(seen.best + 0.05);
	});

	it('is refused outside 0.5 to 0.99, when it is the same, and for what has none', () => {
		for (const t of [0.49, 1, Number.NaN, 0.85]) expect(thresholdByHand(learnt(right), t).ok).toBe(false);
		expect(thresholdByHand(rule('shadow'), 0.8).ok).toBe(false);
	});
});

describe('a box corrected by hand', () => {
	const evidence = { others: [] };
	it('cuts the look anew and sends the crystal to shadow with no evidence', () => {
		const crystal = learnt(wrong);
		crystal.state = 'autonomous';
		crystal.stat = label(freshStat(), false, { episode: 'a', at: 1 });
		const cut = cutByHand(crystal, menu().frame, right, evidence);
		if (!cut.ok) throw new Error(cut.why);
		expect(crystal.data.places).toEqual([wrong]);
		const act = done(correctByHand(crystal, cut, 9));
		expect(act).toMatchObject({ before: wrong, after: right });
		expect(crystal).toMatchObject({
			state: 'shadow',
			stat: { labels: 0 },
			data: { places: [right], screens: { menu: { seen: 1, of: 1 } } },
		});
		expect(crystal.history.at(-1)?.why).toBe('box corrected by hand');
		expect(recogniseTemplate(crystal, menu().frame)).toMatchObject({ hit: true, places: [{ box: right }] });
		expect(readData(crystal.data, version, crystal.blobs).ok).toBe(true);
		act.takeBack(10);
		expect(crystal).toMatchObject({ state: 'autonomous', stat: { labels: 1 }, data: { places: [wrong] } });
		expect(readData(crystal.data, version, crystal.blobs).ok).toBe(true);
	});

	it.each([
		['flat ground', [150, 100, 40, 40], 'flat'],
		['outside the frame', [300, 30, 48, 20], 'leaves the picture'],
		['too narrow', [40, 30, 4, 20], 'narrower'],
	] as const)('is refused on %s', (_, box, why) => {
		expect(cutByHand(learnt(right), menu().frame, box, evidence)).toMatchObject({ ok: false, why: expect.stringContaining(why) });
	});

	it('is refused where another crystal stands, which learns nothing from it', () => {
		const other = learnt(right, 'start');
		const before = { ...other.data };
		const cut = cutByHand(learnt(wrong), menu().frame, right, { others: [other] });
		expect(cut).toMatchObject({ ok: false, why: 'it is the twin of "start" at the same place' });
		expect(other.data).toEqual(before);
	});

	it('is refused on a frame of another size', () => {
		expect(cutByHand(learnt(right), canvas(640, 400).frame, right, evidence)).toMatchObject({
			ok: false,
			why: 'it was learnt at 320 × 200; the frame is 640 × 400',
		});
	});

	it('moves the box of a reader of text, and refuses ground without any', () => {
		const region = { ...learnt(right), kind: 'region', data: { box: [...wrong], reader: 'text' }, blobs: {} } as unknown as RegionCrystal;
		expect(cutByHand(region, menu().frame, [150, 100, 40, 40], evidence)).toMatchObject({
			ok: false,
			why: expect.stringContaining('flat'),
		});
		const cut = cutByHand(region, menu().frame, right, evidence);
		if (!cut.ok) throw new Error(cut.why);
		const act = done(correctByHand(region, cut, 9));
		expect(region.data.box).toEqual(right);
		act.takeBack(10);
		expect(region.data.box).toEqual(wrong);
	});
});

describe('a template kept at its places by hand', () => {
	it('is looked for at each, pinned, and goes back', () => {
		const crystal = learnt(right);
		const { places, fixed } = crystal.data;
		const two: Box[] = [
			[40, 30, 48, 20],
			[40, 130, 48, 20],
		];
		const act = done(placeByHand(crystal, two, 5));
		expect(crystal).toMatchObject({ pinned: true, data: { fixed: true, places: two } });
		expect(crystal.history.at(-1)?.why).toBe('kept at 2 places by hand');
		act.takeBack(6);
		expect(crystal).toMatchObject({ pinned: false, data: { fixed, places } });
		expect(placeByHand(crystal, [[9000, 0, 48, 20]], 7)).toMatchObject({ ok: false, why: '9000 0 48 20 leaves the frame' });
		expect(placeByHand(crystal, [], 7)).toMatchObject({ ok: false });
	});
});

describe('a skill named by hand', () => {
	const skill = (name: string, state: Crystal['state']): Crystal => ({
		...learnt(right),
		id: name,
		kind: 'skill',
		name,
		state,
		data: {},
		blobs: {},
	});
	it('is called so, and one that was shown by hand is tried from now on; both can be taken back', () => {
		const shown = skill('click-shop', 'trial');
		const act = done(renameByHand(shown, 'Buy a Potion', 5, []));
		expect(act).toMatchObject({ what: 'rename', before: 'click-shop', after: 'buy-a-potion', change: { from: 'trial', to: 'shadow' } });
		expect([shown.name, shown.state]).toEqual(['buy-a-potion', 'shadow']);
		act.takeBack(6);
		expect([shown.name, shown.state]).toEqual(['click-shop', 'trial']);
		const known = skill('a', 'autonomous');
		done(renameByHand(known, 'b', 5, []));
		expect([known.name, known.state]).toEqual(['b', 'autonomous']);
	});
	it('needs a name that no other has', () => {
		const [a, b] = [skill('a', 'shadow'), skill('b', 'shadow')];
		expect(renameByHand(a, ' ', 5, [a, b])).toEqual({ ok: false, why: 'a name is needed' });
		expect(renameByHand(a, 'B', 5, [a, b])).toEqual({ ok: false, why: 'another skill is called "b"' });
		expect(renameByHand(a, 'a', 5, [a, b])).toMatchObject({ ok: false });
		expect(renameByHand(rule('shadow'), 'x', 5, [])).toEqual({ ok: false, why: 'a rule has no name of its own' });
	});
});

describe('a place named by hand', () => {
	const place = (id: string, called?: string): Crystal => ({
		...learnt(right),
		id,
		kind: 'place',
		name: id,
		data: { marks: {}, ...(called === undefined ? {} : { called }) },
		blobs: {},
	});

	it('is called so until that is taken back, and no two by one name', () => {
		const [hall, pit] = [place('a'), place('b', 'Ore Pit')];
		expect(renameByHand(hall, ' Ore Pit ', 9, [hall, pit])).toEqual({ ok: false, why: 'another place is called "Ore Pit"' });
		const act = done(renameByHand(hall, 'Lantern Hall', 9, [hall, pit]));
		expect(hall.data).toMatchObject({ called: 'Lantern Hall' });
		act.takeBack(10);
		expect((hall.data as { called?: string }).called).toBeUndefined();
		expect(renameByHand(hall, '  ', 9, [hall])).toMatchObject({ ok: false });
	});
});
