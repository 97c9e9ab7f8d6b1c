import { describe, expect, it } from 'vitest';
import { makeBestEngine } from '../../adapters/engine.ts';
import { provenanceOf, scopeOf as scopeIn } from '../crystals/crystal.fixture.ts';
import { recogniseTemplate } from '../crystals/template/apply.ts';
import { readData, type TemplateCrystal } from '../crystals/template/schema.ts';
import { iou, type Size } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import { makeCarrier } from './carrier.ts';
import { carryTemplates, marksOf } from './carry.ts';
import { findFactor } from './factor.ts';
import { boxOf, drawHud, HUD, type HudElement, learnHud } from './hud.fixture.ts';

const engine = makeBestEngine();
const scopeOf = (frame: Size) => scopeIn(`${frame.width}x${frame.height}`);

function learnt(size: Size, ui: number, elements: readonly HudElement[] = HUD): TemplateCrystal[] {
	const { made, refused } = learnHud(size, ui, engine, scopeOf(size), elements);
	expect(refused).toEqual([]);
	return [...made];
}

/** Of the elements, how many stand where they were drawn; all others must be lost. */
function judge(templates: readonly TemplateCrystal[], frame: Frame, ui: number, elements: readonly HudElement[] = HUD) {
	const carry = carryTemplates(templates, frame, engine);
	const wrong: string[] = [];
	let right = 0;
	for (const { crystal, places } of carry.carried) {
		const drawn = elements.find((e) => e.name === crystal.data.element);
		for (const place of places) {
			if (drawn !== undefined && iou(place.box, boxOf(drawn, frame, ui)) > 0.7) right++;
			else wrong.push(`${crystal.data.element} at [${place.box.join(', ')}]`);
		}
	}
	return { factor: carry.factor, right, wrong, lost: carry.lost };
}

const small = { width: 640, height: 360 };
const hd = { width: 1280, height: 720 };
const mid = { width: 960, height: 540 };

describe('elements learnt at one size', () => {
	it.each([
		['half as large again', small, 1, mid, 1.5],
		['two thirds of the size', mid, 1.5, small, 1],
		['16:10, letters no larger', small, 1, { width: 640, height: 400 }, 1],
		['16:10, grown with the height', small, 1, { width: 800, height: 500 }, 500 / 360],
		['21:9', small, 1, { width: 1120, height: 480 }, 480 / 360],
		['21:9, the interface at its old size', small, 1.5, { width: 1260, height: 540 }, 1.5],
		['4:3', mid, 1.5, { width: 800, height: 600 }, 1.2],
		['a factor that no side of the frame tells', small, 1, { width: 960, height: 540 }, 1.40625],
		['the same size at 125 %', mid, 1.2, mid, 1.5],
	])('are all found again at %s, none elsewhere', (_, from, ui, to, then) => {
		const seen = judge(learnt(from, ui), drawHud(to, then, HUD, 9), then);
		expect(seen.wrong).toEqual([]);
		expect(seen.right).toBe(HUD.length);
		expect((seen.factor as number) / (then / ui)).toBeCloseTo(1, 2);
	});

	it('are found again between 720p and 1440p', () => {
		const qhd = { width: 2560, height: 1440 };
		expect(judge(learnt(hd, 2), drawHud(qhd, 4, HUD, 9), 4)).toMatchObject({ right: HUD.length, wrong: [], factor: 2 });
		expect(judge(learnt(qhd, 4), drawHud(hd, 2, HUD, 9), 2)).toMatchObject({ right: HUD.length, wrong: [], factor: 0.5 });
	});

	it('are lost with a reason where they do not show, and nothing stands in for them', () => {
		const shown = HUD.filter((e) => e.name !== 'title' && e.name !== 'close');
		const seen = judge(learnt(small, 1), drawHud(mid, 1.5, shown, 9), 1.5, shown);
		expect(seen).toMatchObject({ right: shown.length, wrong: [] });
		expect(seen.lost.map((l) => l.crystal.data.element).toSorted()).toEqual(['close', 'title']);
		for (const { why } of seen.lost) expect(why).toMatch(/none of the places that fit/);
	});

	it('are not taken for their twins of another colour', () => {
		const swapped = HUD.map((e) => (e.name === 'hp-bar' ? { ...e, hue: [220, 90] as const } : e));
		const seen = judge(learnt(small, 1), drawHud(mid, 1.5, swapped, 9), 1.5, swapped);
		expect(seen.lost.map((l) => l.crystal.data.element)).toEqual(['hp-bar']);
	});

	it('are found in a panel that no anchor explains, by each other', () => {
		const moved = HUD.map((e) =>
			e.name === 'title'
				? { ...e, x: ['middle', 37] as const, y: ['middle', -23] as const }
				: e.name === 'close'
					? { ...e, x: ['middle', 127] as const, y: ['middle', -23] as const }
					: e,
		);
		const carry = carryTemplates(learnt(small, 1), drawHud(mid, 1.5, moved, 9), engine);
		const title = carry.carried.find((c) => c.crystal.data.element === 'title');
		expect(title?.places[0]).toMatchObject({ panel: 'close' });
	});

	it('are found at a share of the frame, and at once where two sizes have told it', () => {
		const shared = HUD.map((e) => (e.name === 'settings' ? { ...e, x: [0.3, 0] as const, y: ['near', 60] as const } : e));
		const wide = { width: 1120, height: 480 };
		const carrier = makeCarrier({
			templates: learnt(small, 1, shared),
			scope: scopeOf(wide),
			matcher: engine,
			newId: (of) => `wide-${of.name}`,
			now: () => 77,
		});
		const made = carrier.see(drawHud(wide, 1.25, shared, 9));
		const settings = made.find((c) => c.name === 'settings') as TemplateCrystal;
		expect(settings.data.placement).toMatchObject({ x: 0.3, y: 'near' });
		expect(readData(settings.data, settings.schema, settings.blobs).ok).toBe(true);
		const seen = judge(made, drawHud(mid, 1.5, shared, 10), 1.5, shared);
		expect(seen).toMatchObject({ right: HUD.length, wrong: [] });
	});

	it('follow another law of size than the interface', () => {
		const fixed = HUD.map((e) => (e.name === 'compass' ? { ...e, factor: 1 } : e));
		const templates = learnt(small, 1, fixed);
		const carry = carryTemplates(templates, drawHud(mid, 1.5, fixed, 9), engine);
		expect(carry.carried.find((c) => c.crystal.data.element === 'compass')?.places[0]).toMatchObject({ law: 'fixed', factor: 1 });
	});
});

describe('findFactor', () => {
	it('finds none where nothing of the game shows', () => {
		const found = findFactor(marksOf(learnt(small, 1)), small, drawHud(small, 1, [], 9), engine);
		expect(found).toMatchObject({ found: false });
	});

	it('does not believe a single element', () => {
		const one = HUD.filter((e) => e.name === 'slot-one');
		expect(findFactor(marksOf(learnt(small, 1)), small, drawHud(small, 1, one, 9), engine)).toMatchObject({ found: false });
	});
});

describe('a carrier', () => {
	const carrierOf = (templates: readonly TemplateCrystal[]) => {
		let n = 0;
		return makeCarrier({ templates, scope: scopeOf(mid), matcher: engine, newId: (of) => `new-${of.name}-${n++}`, now: () => 77 });
	};

	it('looks on in later frames for what the first did not show', () => {
		const carrier = carrierOf(learnt(small, 1));
		const first = HUD.filter((e) => e.name !== 'title');
		expect(carrier.see(drawHud(mid, 1.5, first, 9))).toHaveLength(11);
		expect(carrier.lost.map((l) => l.crystal.data.element)).toEqual(['title']);
		expect(carrier.see(drawHud(mid, 1.5, first, 10))).toHaveLength(0);
		expect(carrier.see(drawHud(mid, 1.5, HUD, 11)).map((c) => c.data.element)).toEqual(['title']);
		expect(carrier.lost).toEqual([]);
	});

	it('gives each a crystal of the new layout, with real pixels and where it came from', () => {
		const templates = learnt(small, 1);
		for (const t of templates) {
			t.state = 'autonomous';
			t.stat = { ...t.stat, k: 8, labels: 8, clean: 8 };
		}
		const before = structuredClone(templates);
		const frame = drawHud(mid, 1.5, HUD, 9);
		const made = carrierOf(templates).see(frame);
		expect(made).toHaveLength(HUD.length);
		for (const crystal of made) {
			expect(readData(crystal.data, crystal.schema, crystal.blobs)).toMatchObject({ ok: true });
			expect(recogniseTemplate(crystal, frame)).toMatchObject({ hit: true });
			expect(crystal).toMatchObject({
				scope: { layout: '960x540' },
				provenance: provenanceOf(),
				// It has to be checked here before it answers again.
				state: 'shadow',
				stat: { k: 2, labels: 0 },
				history: [{ at: 77, from: 'autonomous', to: 'shadow', why: expect.stringContaining('carried over from 640x360 at 1.500 ×') }],
				data: { placement: { from: { layout: '640x360', factor: 1.5, crystal: `old-${crystal.data.element}` } } },
			});
		}
		expect(templates).toEqual(before);
	});

	it('keeps what it did not find in trial, without a place to act on', () => {
		const carrier = carrierOf(learnt(small, 1));
		carrier.see(
			drawHud(
				hd,
				2,
				HUD.filter((e) => e.name !== 'title'),
				9,
			),
		);
		const [title, ...none] = carrier.unfound();
		expect(none).toEqual([]);
		expect(title).toMatchObject({ state: 'trial', data: { element: 'title', places: [] } });
		expect(recogniseTemplate(title as TemplateCrystal, drawHud(mid, 1.5, HUD, 9)).hit).toBe(false);
		expect(readData(title?.data, title?.schema ?? 0, title?.blobs ?? {})).toMatchObject({ ok: true });
	});

	it('leaves what was retired or is in quarantine where it is', () => {
		const templates = learnt(small, 1);
		(templates[0] as TemplateCrystal).state = 'retired';
		(templates[1] as TemplateCrystal).state = 'quarantined';
		expect(carrierOf(templates).see(drawHud(mid, 1.5, HUD, 9))).toHaveLength(HUD.length - 2);
	});
});
