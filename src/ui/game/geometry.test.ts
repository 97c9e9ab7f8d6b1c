import { describe, expect, it } from 'vitest';
import { factChips, factText } from './facts.ts';
import { distanceTo, draggedBox, framePerCss, toFramePoint } from './geometry.ts';

const frame = { width: 1280, height: 720 };

describe('the picture on its stage', () => {
	it('is scaled by the tighter side', () => {
		expect(framePerCss(frame, { width: 640, height: 720 })).toBe(2);
		expect(framePerCss(frame, { width: 1280, height: 360 })).toBe(2);
	});
	it('is centred, so the bars lie outside the frame', () => {
		const stage = { width: 640, height: 720 };
		expect(toFramePoint({ x: 320, y: 360 }, frame, stage)).toEqual({ x: 640, y: 360 });
		expect(toFramePoint({ x: 0, y: 0 }, frame, stage).y).toBeLessThan(0);
	});
	it('counts as unscaled before it is laid out', () => expect(framePerCss(frame, { width: 0, height: 0 })).toBe(1));
});

describe('distanceTo', () => {
	it('is 0 inside', () => expect(distanceTo([10, 10, 20, 20], { x: 15, y: 25 })).toBe(0));
	it('is measured to the corner when beside both sides', () => expect(distanceTo([10, 10, 20, 20], { x: 33, y: 34 })).toBe(5));
});

describe('draggedBox', () => {
	it('takes any direction of the drag', () => expect(draggedBox({ x: 50, y: 60 }, { x: 10, y: 20 }, frame)).toEqual([10, 20, 40, 40]));
	it('stays inside the frame', () => expect(draggedBox({ x: 1270, y: -5 }, { x: 1400, y: 30 }, frame)).toEqual([1270, 0, 10, 30]));
	it('is nothing for a click', () => expect(draggedBox({ x: 5, y: 5 }, { x: 7, y: 6 }, frame)).toBeUndefined());
});

describe('facts under the picture', () => {
	it('shows numbers first and no more than there is place for', () => {
		expect(factChips({ 'me.pos': [1.4, 2], open: true, hp: 42, name: 'Mira' }, 3)).toEqual([
			{ name: 'hp', value: '42' },
			{ name: 'open', value: 'yes' },
			{ name: 'name', value: 'Mira' },
		]);
	});
	it('cuts long texts', () => expect(factText('x'.repeat(40))).toHaveLength(24));
});
