// A model draws a box some pixels beside the thing. Where the picture has an edge near a side of the box, the side belongs there.
import { type Box, clip, iou } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import { crop, deviation } from './pixels.ts';

/** A side moves by a tenth of the box at most: further off is another edge, or another thing. */
const REACH_SHARE = 0.1;
const REACH_MAX = 6;
/** An edge stands out of what lies beside it, and out of a codec's noise (grey levels). */
const STANDS_OUT = 3;
const EDGE_LEAST = 8;
/** A drawn side with half such an edge is on one; a faint inner line is no reason to leave it. */
const IS_EDGE = 0.5;
/** What is left must be the same thing as two observers draw it. */
const SAME_IOU = 0.7;

/**
 * Moves each side of the box that runs over plain ground to the nearest clear edge.
 *
 * @returns the fitted box; the given one where no edge is clear, or where fitting would cut texture away
 */
export function snapBox(frame: Frame, box: Box): Box {
	const [x, y, w, h] = box;
	const left = side(frame, 'x', x, -1, y, h, w);
	const right = side(frame, 'x', x + w, 1, y, h, w);
	const top = side(frame, 'y', y, -1, x, w, h);
	const bottom = side(frame, 'y', y + h, 1, x, w, h);
	const snapped: Box = [left, top, right - left, bottom - top];
	if (snapped[2] < 8 || snapped[3] < 8 || iou(snapped, box) < SAME_IOU) return box;
	const inside = clip(snapped, frame);
	if (inside === undefined || inside[2] !== snapped[2] || inside[3] !== snapped[3]) return box;
	const before = crop(frame, box);
	const after = crop(frame, snapped);
	if (before === undefined || after === undefined || deviation(after.luma) < deviation(before.luma)) return box;
	return snapped;
}

/**
 * @param at       the boundary's first coordinate: pixels at `at - 1` and `at` lie on either side of it
 * @param outward  direction away from the box
 * @param from     where the side begins across, and how long it is
 */
function side(frame: Frame, axis: 'x' | 'y', at: number, outward: -1 | 1, from: number, length: number, extent: number): number {
	const reach = Math.min(REACH_MAX, Math.max(2, Math.round(extent * REACH_SHARE)));
	const size = axis === 'x' ? frame.width : frame.height;
	const across = axis === 'x' ? frame.height : frame.width;
	const first = Math.max(0, from);
	const last = Math.min(across, from + length);
	const [step, stride] = axis === 'x' ? [1, frame.stride] : [frame.stride, 1];
	const strength = (edge: number): number => {
		if (edge < 1 || edge >= size || last <= first) return 0;
		let sum = 0;
		for (let i = first; i < last; i++) {
			const here = edge * step + i * stride;
			sum += Math.abs((frame.luma[here] as number) - (frame.luma[here - step] as number));
		}
		return sum / (last - first);
	};
	const all = Array.from({ length: 2 * reach + 1 }, (_, i) => strength(at - reach + i));
	const usual = all.toSorted((a, b) => a - b)[reach] as number;
	const clear = Math.max(EDGE_LEAST, STANDS_OUT * usual);
	if ((all[reach] as number) >= IS_EDGE * clear) return at;
	for (let d = 1; d <= reach; d++) {
		// Of two edges as near, the outer one: what is drawn too large is masked later, what is cut off is lost.
		if ((all[reach + outward * d] as number) >= clear) return at + outward * d;
		if ((all[reach - outward * d] as number) >= clear) return at - outward * d;
	}
	return at;
}
