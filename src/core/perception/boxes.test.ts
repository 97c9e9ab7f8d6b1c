import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBox, underPointer } from './boxes.ts';

const frame = { width: 1280, height: 720 };

describe('boxes from models', () => {
	it('reads the three ways of writing them', () => {
		expect(readBox([128, 72, 256, 144], 'pixels', frame)).toEqual({ ok: true, box: [128, 72, 256, 144] });
		expect(readBox([100, 100, 200, 200], 'norm1000', frame)).toEqual({ ok: true, box: [128, 72, 256, 144] });
		expect(readBox([100, 100, 300, 300], 'norm1000-yxyx', frame)).toEqual({ ok: true, box: [128, 72, 256, 144] });
	});

	it('adds the place of the part that was sent', () => {
		expect(readBox([10, 20, 30, 40], 'pixels', frame, [200, 100, 400, 300])).toEqual({ ok: true, box: [210, 120, 30, 40] });
		expect(readBox([500, 500, 100, 100], 'norm1000', frame, [200, 100, 400, 300])).toEqual({ ok: true, box: [400, 250, 40, 30] });
	});

	it.each([
		['outside', [1300, 10, 40, 40], 'leaves the picture'],
		['half outside', [1260, 10, 40, 40], 'leaves the picture'],
		['negative', [-20, 10, 40, 40], 'leaves the picture'],
		['of negative size', [100, 100, -40, 40], 'narrower'],
		['not a number', [Number.NaN, 10, 40, 40], 'finite'],
		['infinite', [0, 10, Number.POSITIVE_INFINITY, 40], 'finite'],
		['of three numbers', [1, 2, 3], 'finite'],
		['of no area', [100, 100, 0, 0], 'narrower'],
		['thin', [100, 100, 200, 7], 'narrower'],
		['the whole frame', [0, 0, 1280, 720], 'more than half'],
		['with swapped axes', [100, 900, 40, 40], 'leaves the picture'],
		['in units of 0 to 1', [0.1, 0.2, 0.3, 0.4], '0 to 1'],
	])('refuses a box %s', (_, wire, why) => {
		expect(readBox(wire, 'pixels', frame)).toMatchObject({ ok: false, why: expect.stringContaining(why) });
	});

	it('forgives one pixel of rounding at the edge', () => {
		expect(readBox([1249, 10, 32, 31], 'pixels', frame)).toEqual({ ok: true, box: [1249, 10, 31, 31] });
	});

	it('never throws, and what it lets through lies inside the frame', () => {
		const wire = fc.array(fc.oneof(fc.double(), fc.integer({ min: -2000, max: 2000 }), fc.double({ min: 0, max: 1 })), {
			minLength: 0,
			maxLength: 5,
		});
		fc.assert(
			fc.property(wire, fc.constantFrom('pixels', 'norm1000', 'norm1000-yxyx'), (numbers, format) => {
				const read = readBox(numbers, format, frame);
				if (!read.ok) return read.why.length > 0;
				const [x, y, w, h] = read.box;
				return x >= 0 && y >= 0 && w >= 8 && h >= 8 && x + w <= 1280 && y + h <= 720 && [x, y, w, h].every(Number.isInteger);
			}),
			{ seed: 4953, numRuns: 3000 },
		);
	});
});

it('keeps 32 pixels around the pointer clear', () => {
	expect(underPointer([100, 100, 40, 20], { x: 120, y: 110 })).toBe(true);
	expect(underPointer([100, 100, 40, 20], { x: 170, y: 110 })).toBe(true);
	expect(underPointer([100, 100, 40, 20], { x: 173, y: 110 })).toBe(false);
	expect(underPointer([100, 100, 40, 20], undefined)).toBe(false);
});
