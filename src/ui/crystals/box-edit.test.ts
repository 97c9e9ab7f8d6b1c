import { describe, expect, it } from 'vitest';
import type { Box } from '../../core/geometry.ts';
import { closeUp, HANDLES, keyedBox, movedBox, resizedBox, typedBox } from './box-edit.ts';

const frame = { width: 960, height: 540 };
const box: Box = [100, 50, 40, 20];

describe('a box that is dragged', () => {
	it('moves in whole pixels and stops at the edges with its size kept', () => {
		expect(movedBox(box, 3.4, -2.6, frame)).toEqual([103, 47, 40, 20]);
		expect(movedBox(box, -500, 900, frame)).toEqual([0, 520, 40, 20]);
	});

	it('is pulled by each handle while the other sides stay', () => {
		const pulled = Object.fromEntries(HANDLES.map((handle) => [handle, resizedBox(box, handle, 5, 4, frame)]));
		expect(pulled).toEqual({
			nw: [105, 54, 35, 16],
			n: [100, 54, 40, 16],
			ne: [100, 54, 45, 16],
			e: [100, 50, 45, 20],
			se: [100, 50, 45, 24],
			s: [100, 50, 40, 24],
			sw: [105, 50, 35, 24],
			w: [105, 50, 35, 20],
		});
	});

	it('never gets smaller than 8 pixels nor leaves the frame', () => {
		expect(resizedBox(box, 'nw', 900, 900, frame)).toEqual([132, 62, 8, 8]);
		expect(resizedBox(box, 'se', -900, -900, frame)).toEqual([100, 50, 8, 8]);
		expect(resizedBox(box, 'se', 5000, 5000, frame)).toEqual([100, 50, 860, 490]);
		expect(resizedBox(box, 'nw', -5000, -5000, frame)).toEqual([0, 0, 140, 70]);
	});
});

describe('keys and numbers', () => {
	it('move by a pixel, resize with shift, and leave other keys alone', () => {
		expect(keyedBox(box, 'ArrowLeft', false, frame)).toEqual([99, 50, 40, 20]);
		expect(keyedBox(box, 'ArrowDown', true, frame)).toEqual([100, 50, 40, 21]);
		expect(keyedBox(box, 'ArrowLeft', true, frame)).toEqual([100, 50, 39, 20]);
		expect(keyedBox(box, 'Tab', false, frame)).toBeUndefined();
	});

	it('typed in go to the nearest box that can be', () => {
		expect(typedBox(box, 0, 7, frame)).toEqual([7, 50, 40, 20]);
		expect(typedBox(box, 1, -7, frame)).toEqual([100, 0, 40, 20]);
		expect(typedBox(box, 2, 3, frame)).toEqual([100, 50, 8, 20]);
		expect(typedBox(box, 3, 9999, frame)).toEqual([100, 50, 40, 490]);
		expect(typedBox(box, 3, Number.NaN, frame)).toEqual(box);
	});
});

describe('a close-up', () => {
	it('holds the box with room around it, in the proportions of the frame', () => {
		const [x, y, w, h] = closeUp(box, frame);
		expect(x).toBeLessThanOrEqual(40);
		expect(y).toBe(0);
		expect(x + w).toBeGreaterThanOrEqual(200);
		expect(y + h).toBeGreaterThanOrEqual(130);
		expect(w / h).toBeCloseTo(960 / 540, 1);
	});

	it('is the whole frame for what fills it', () => {
		expect(closeUp([10, 10, 900, 500], frame)).toEqual([0, 0, 960, 540]);
	});
});
