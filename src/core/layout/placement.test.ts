import { describe, expect, it } from 'vitest';
import { anchorsFor, hypotheses, layoutText, learnPlacement, readLayout, sharesOf } from './placement.ts';

const hd = { width: 1280, height: 720 };
const fullHd = { width: 1920, height: 1080 };
const wide = { width: 2560, height: 1080 };

describe('layout names', () => {
	it('say the size, and the factor only where it is not 1', () => {
		expect(layoutText({ ...hd, ui: 1 })).toBe('1280x720');
		expect(layoutText({ ...hd, ui: 1.2504 })).toBe('1280x720@1.25');
		expect(readLayout('1280x720@1.25')).toEqual({ ...hd, ui: 1.25 });
		expect(readLayout('1280x720')).toEqual({ ...hd, ui: 1 });
		for (const odd of ['any', '', '0x720', '1280x720@', '1280x720@0', '1280x720@1.2504']) expect(readLayout(odd)).toBeUndefined();
	});
});

describe('hypotheses', () => {
	it('fall together where the frames have one shape and the factor is theirs', () => {
		expect(hypotheses([1255, 27, 18, 18], hd, fullHd, 1.5)).toHaveLength(1);
		expect(hypotheses([1255, 27, 18, 18], hd, fullHd, 1.40625)).toHaveLength(9);
	});

	it('are only the one that is known', () => {
		const [only, ...none] = hypotheses([1255, 27, 18, 18], hd, fullHd, 1.40625, { x: 'far', y: 'near' });
		expect(none).toEqual([]);
		// 25 px from the right edge there are 35.2 here.
		expect(only).toMatchObject({ x: 'far', y: 'near', left: 1920 - 25 * 1.40625, top: 27 * 1.40625 });
	});
});

describe('learnPlacement', () => {
	it('learns the edges that explain both sizes', () => {
		const learnt = learnPlacement(
			undefined,
			{ box: [1255, 27, 18, 18], frame: hd },
			{ box: [1884, 38, 25, 25], frame: fullHd, factor: 1.40625 },
		);
		expect(learnt).toMatchObject({ x: 'far', y: 'near' });
		expect(learnt.seen.map((s) => s.frame)).toEqual([
			[1280, 720],
			[1920, 1080],
		]);
	});

	it('leaves open what two frames of one shape cannot tell, and settles it at a third', () => {
		const two = learnPlacement(
			undefined,
			{ box: [1200, 600, 40, 40], frame: hd },
			{ box: [1800, 900, 60, 60], frame: fullHd, factor: 1.5 },
		);
		expect(two.x ?? two.y).toBeUndefined();
		const three = learnPlacement(two, { box: [1800, 900, 60, 60], frame: fullHd }, { box: [2440, 900, 60, 60], frame: wide, factor: 1 });
		expect(three.x).toBe('far');
		expect(three.y).toBeUndefined();
		expect(three.seen.map((s) => s.factor)).toEqual([1, 1.5, 1.5]);
	});

	it('names no edge for what moved with a panel', () => {
		const learnt = learnPlacement(
			undefined,
			{ box: [300, 300, 40, 40], frame: hd },
			{ box: [901, 417, 60, 60], frame: fullHd, factor: 1.5 },
			{ panel: 'chat' },
		);
		expect(learnt).toMatchObject({ panel: 'chat' });
		expect(learnt.x).toBeUndefined();
	});
});

describe('an element at a share of the frame', () => {
	// Its middle stands at 30 % of the width, 20 px from the top.
	const at = (side: number, ui: number): [number, number, number, number] => [
		Math.round(0.3 * side - 20 * ui),
		Math.round(20 * ui),
		Math.round(40 * ui),
		Math.round(40 * ui),
	];

	it('is guessed at by its edges and its middle, inside the frame only', () => {
		expect(sharesOf([364, -10, 40, 40], hd)).toEqual({ x: [364 / 1280, 0.3, 404 / 1280], y: [10 / 720, 30 / 720] });
		const found = hypotheses(at(1280, 1), hd, wide, 1, {}, undefined, 1, sharesOf(at(1280, 1), hd));
		expect(found.filter((h) => Math.abs(h.left - at(2560, 1)[0]) < 1 && h.top === 20)).toMatchObject([{ x: 0.3, y: 'near' }]);
	});

	it('is told by two sizes, and stands where it should at a third', () => {
		const learnt = learnPlacement(undefined, { box: at(1280, 1), frame: hd }, { box: at(2560, 1.25), frame: wide, factor: 1.25 });
		expect(learnt).toMatchObject({ x: 0.3, y: 'near' });
		const [only, ...none] = hypotheses(at(2560, 1.25), wide, fullHd, 1.2, learnt);
		expect(none).toEqual([]);
		expect(only?.left).toBeCloseTo(at(1920, 1.5)[0], 0);
		expect(only?.top).toBeCloseTo(30, 0);
	});

	it('may keep a distance to that line', () => {
		// Its left edge stands at 70 % of the width: `left: 70%`.
		const left = (side: number, ui: number): [number, number, number, number] => [Math.round(0.7 * side), 20 * ui, 60 * ui, 20 * ui];
		const learnt = learnPlacement(undefined, { box: left(1280, 1), frame: hd }, { box: left(2560, 1), frame: wide, factor: 1 });
		expect(learnt.x).toBe(0.7);
		expect(hypotheses(left(1280, 1), hd, fullHd, 1.5, learnt)[0]?.left).toBeCloseTo(0.7 * 1920, 5);
	});

	it('is no share where an edge explains it, or where the frame grew as the interface did', () => {
		const edge = learnPlacement(undefined, { box: [30, 20, 40, 40], frame: hd }, { box: [30, 20, 40, 40], frame: wide, factor: 1 });
		expect(edge.x).toBe('near');
		const alike = learnPlacement(undefined, { box: at(1280, 1), frame: hd }, { box: at(1920, 1.5), frame: fullHd, factor: 1.5 });
		expect(alike.x).toBeUndefined();
	});

	it('is no share of what went with a panel, until a third size says so', () => {
		const two = learnPlacement(undefined, { box: at(1280, 1), frame: hd }, { box: at(2560, 1), frame: wide, factor: 1 }, { panel: 'chat' });
		expect(two.x).toBeUndefined();
		expect(two.panel).toBe('chat');
		const three = learnPlacement(two, { box: at(2560, 1), frame: wide }, { box: at(1920, 1), frame: fullHd, factor: 1 });
		expect(three.x).toBe(0.3);
		const other = learnPlacement(two, { box: at(2560, 1), frame: wide }, { box: [400, 20, 40, 40], frame: fullHd, factor: 1 });
		expect(other).toMatchObject({ panel: 'chat' });
		expect(other.x).toBeUndefined();
	});
});

it('excuses one interface unit of rounding and no more', () => {
	const at = (x: number) => anchorsFor([800, 688, 31, 31], hd, [x, 1035, 44, 44], fullHd, 1.40625).x;
	// Exactly 1184.8; the game draws at 1183, because it counts its middle in whole units.
	expect(at(1183)).toEqual(['middle']);
	expect(at(1181)).toEqual([]);
});
