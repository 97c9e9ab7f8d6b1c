import { describe, expect, it } from 'vitest';
import { makeBestEngine } from '../../adapters/engine.ts';
import { scopeOf } from '../crystals/crystal.fixture.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import { centreOf, type Size } from '../geometry.ts';
import { makeCarrier } from './carrier.ts';
import { makeFollow } from './follow.ts';
import { boxOf, drawHud, HUD, learnHud } from './hud.fixture.ts';
import { layoutText } from './placement.ts';

const engine = makeBestEngine();
const nameOf = (size: Size): string => layoutText({ ...size, ui: 1 });
const small = { width: 640, height: 360 };
const mid = { width: 960, height: 540 };
const wide = { width: 1120, height: 480 };

/** Learnt at one size, found again at the other. */
function carried(from: Size, ui: number, to: Size, then: number, here = nameOf(to)): TemplateCrystal[] {
	const { made } = learnHud(from, ui, engine, scopeOf(nameOf(from)));
	const carrier = makeCarrier({ templates: made, scope: scopeOf(here), matcher: engine, newId: (of) => `${of.id}-new`, now: () => 7 });
	carrier.see(drawHud(to, then, HUD, 9));
	expect(carrier.found.size).toBe(HUD.length);
	return [...carrier.found.values()];
}
const element = (name: string) => HUD.find((e) => e.name === name) as (typeof HUD)[number];

describe('what a profile names in pixels', () => {
	it('stays as it is at its own size', () => {
		const follow = makeFollow('960x540', '960x540', () => []);
		expect(follow.point(480, 30)).toEqual({ x: 480, y: 30 });
		expect(follow.box([0, 48, 704, 384])).toEqual([0, 48, 704, 384]);
	});

	it('grows with a window of the same shape', () => {
		const found = carried(small, 1, mid, 1.5);
		const follow = makeFollow('640x360', '960x540', () => found);
		expect(follow.point(100, 200)).toEqual({ x: 150, y: 300 });
		expect(follow.box([0, 40, 500, 280])).toEqual([0, 60, 750, 420]);
	});

	it('goes the way back by the same elements', () => {
		const found = carried(small, 1, mid, 1.5);
		const follow = makeFollow('960x540', '640x360', () => found);
		expect(follow.point(151, 301)).toEqual({ x: 101, y: 201 });
		expect(follow.box([0, 60, 750, 420])).toEqual([0, 40, 500, 280]);
	});

	it('goes with the element it stands on, where the shape is another', () => {
		const found = carried(small, 1, wide, 480 / 360);
		const follow = makeFollow('640x360', '1120x480', () => found);
		for (const name of ['compass', 'slot-four', 'chat', 'title']) {
			const was = centreOf(boxOf(element(name), small, 1));
			const is = centreOf(boxOf(element(name), wide, 480 / 360));
			const at = follow.point(was.x, was.y);
			expect(Math.abs((at?.x ?? -99) - is.x), name).toBeLessThanOrEqual(2);
			expect(Math.abs((at?.y ?? -99) - is.y), name).toBeLessThanOrEqual(2);
		}
	});

	it('is not known where the edges of the frame do not agree', () => {
		const found = carried(small, 1, wide, 480 / 360);
		const follow = makeFollow('640x360', '1120x480', () => found);
		expect(follow.point(200, 150)).toBeUndefined();
		expect(follow.box([0, 40, 500, 280])).toBeUndefined();
		// What reached from edge to edge reaches there again.
		expect(follow.box([0, 0, 640, 360])).toEqual([0, 0, 1120, 480]);
	});

	it('is not known while nothing was found, nor by one element alone', () => {
		const found = carried(small, 1, mid, 1.5);
		for (const few of [[], found.slice(0, 1)]) {
			const follow = makeFollow('640x360', '960x540', () => few);
			expect(follow.point(200, 150)).toBeUndefined();
			expect(follow.box([0, 40, 500, 280])).toBeUndefined();
		}
	});

	it('follows the interface where only its scale is another', () => {
		const found = carried(small, 1, small, 1.25, '640x360@1.25');
		const follow = makeFollow('640x360', '640x360@1.25', () => found);
		const at = centreOf(boxOf(element('slot-one'), small, 1));
		const is = centreOf(boxOf(element('slot-one'), small, 1.25));
		expect(Math.abs((follow.point(at.x, at.y)?.x ?? -99) - is.x)).toBeLessThanOrEqual(2);
		expect(follow.point(200, 150)).toBeUndefined();
	});
});
