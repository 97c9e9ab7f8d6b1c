import { describe, expect, it } from 'vitest';
import type { Box } from '../geometry.ts';
import { canvas } from './drawing.fixture.ts';
import { snapBox } from './snap.ts';

const thing: Box = [60, 40, 60, 40];
const page = () => canvas(200, 120).texture(thing, 3);

describe('snapping a box', () => {
	it.each([[[57, 38, 66, 44]], [[57, 40, 63, 40]], [[60, 37, 60, 46]], [[58, 38, 62, 42]]] as [Box][])(
		'brings %j, drawn too large, to the thing',
		(drawn) => {
			expect(snapBox(page().frame, drawn)).toEqual(thing);
		},
	);

	it('leaves an exact box, and one over plain ground, as drawn', () => {
		expect(snapBox(page().frame, thing)).toEqual(thing);
		expect(snapBox(page().frame, [10, 10, 30, 20])).toEqual([10, 10, 30, 20]);
	});

	it('never leaves the frame, nor becomes another thing', () => {
		const edge = canvas(80, 60).texture([0, 0, 30, 24], 5).frame;
		for (const drawn of [
			[0, 0, 33, 26],
			[0, 0, 30, 24],
			[48, 34, 32, 26],
		] as Box[]) {
			const [x, y, w, h] = snapBox(edge, drawn);
			expect([x >= 0, y >= 0, x + w <= 80, y + h <= 60, w * h >= 0.7 * drawn[2] * drawn[3]]).toEqual([true, true, true, true, true]);
		}
	});
});
