import { describe, expect, it } from 'vitest';
import { anchorsFor, hypotheses, layoutText, learnPlacement, readLayout } from './placement.ts';

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

it('excuses one interface unit of rounding and no more', () => {
	const at = (x: number) => anchorsFor([800, 688, 31, 31], hd, [x, 1035, 44, 44], fullHd, 1.40625).x;
	// Exactly 1184.8; the game draws at 1183, because it counts its middle in whole units.
	expect(at(1183)).toEqual(['middle']);
	expect(at(1181)).toEqual([]);
});
