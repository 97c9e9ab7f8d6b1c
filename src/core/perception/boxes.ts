// Boxes come from models, and models write them wrongly: outside the picture, swapped, in units of 0 to 1, the whole screen.
// A wrong box that is learnt answers wrongly for ever, so everything doubtful is refused with its reason.
import type { Box, Size } from '../geometry.ts';

export type BoxFormat = 'pixels' | 'norm1000' | 'norm1000-yxyx';
export type BoxRead = { readonly ok: true; readonly box: Box } | { readonly ok: false; readonly why: string };

/** Shortest side that can be learnt, pixels. */
export const SIDE_MIN = 8;
/** Largest share of the frame's area that one element may take. */
export const AREA_MAX = 0.5;

/**
 * A model's box in whole frame pixels.
 *
 * `pixels` and `norm1000` are [x, y, w, h], in pixels or thousandths of the picture sent; `norm1000-yxyx` is
 * [top, left, bottom, right] in thousandths.
 *
 * @param roi  the part of the frame that was sent, when not the whole
 */
export function readBox(wire: readonly number[], format: BoxFormat, frame: Size, roi?: Box): BoxRead {
	const [a, b, c, d] = wire;
	if (wire.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined || !wire.every(Number.isFinite)) {
		return { ok: false, why: 'its box is not four finite numbers' };
	}
	const sent: Box = roi ?? [0, 0, frame.width, frame.height];
	let box: Box;
	if (format === 'pixels') box = [a, b, c, d];
	else if (format === 'norm1000') box = scale([a, b, c, d], sent);
	else box = scale([b, a, d - b, c - a], sent);
	const x = Math.round(box[0] + sent[0]);
	const y = Math.round(box[1] + sent[1]);
	const w = Math.round(box[0] + sent[0] + box[2]) - x;
	const h = Math.round(box[1] + sent[1] + box[3]) - y;
	const at = `[${x}, ${y}, ${w}, ${h}]`;
	if (format === 'pixels' && a >= 0 && b >= 0 && Math.max(a, b, c, d) <= 1)
		return { ok: false, why: `its box [${a}, ${b}, ${c}, ${d}] looks like units of 0 to 1` };
	if (w < SIDE_MIN || h < SIDE_MIN) return { ok: false, why: `its box ${at} is narrower than ${SIDE_MIN} px` };
	// One pixel over the edge is rounding; more is another picture or another order of the numbers.
	const slack = format === 'pixels' ? 1 : 2;
	if (x < sent[0] - slack || y < sent[1] - slack || x + w > sent[0] + sent[2] + slack || y + h > sent[1] + sent[3] + slack) {
		return { ok: false, why: `its box ${at} leaves the picture of ${sent[2]} × ${sent[3]}` };
	}
	const x0 = Math.max(x, sent[0]);
	const y0 = Math.max(y, sent[1]);
	const inside: Box = [x0, y0, Math.min(x + w, sent[0] + sent[2]) - x0, Math.min(y + h, sent[1] + sent[3]) - y0];
	if (inside[2] < SIDE_MIN || inside[3] < SIDE_MIN) return { ok: false, why: `its box ${at} is narrower than ${SIDE_MIN} px` };
	if (inside[2] * inside[3] > AREA_MAX * frame.width * frame.height)
		return { ok: false, why: `its box ${at} takes more than half of the frame` };
	return { ok: true, box: inside };
}

/** Frame pixels as a model of that format writes them; the other way of `readBox`, for the whole frame. */
export function writeBox([x, y, w, h]: Box, format: BoxFormat, { width, height }: Size): Box {
	if (format === 'pixels') return [x, y, w, h];
	const [left, top, wide, high] = [(x * 1000) / width, (y * 1000) / height, (w * 1000) / width, (h * 1000) / height];
	return format === 'norm1000' ? [left, top, wide, high] : [top, left, top + high, left + wide];
}

function scale([x, y, w, h]: Box, sent: Box): Box {
	return [(x * sent[2]) / 1000, (y * sent[3]) / 1000, (w * sent[2]) / 1000, (h * sent[3]) / 1000];
}

/** The pointer's own picture and the hover it causes; 64 px across. */
const POINTER_RADIUS = 32;

/** True when the pointer, or what it lights up under it, may be part of the box's pixels. */
export function underPointer([x, y, w, h]: Box, pointer: { readonly x: number; readonly y: number } | undefined): boolean {
	if (pointer === undefined) return false;
	const dx = pointer.x - Math.min(Math.max(pointer.x, x), x + w);
	const dy = pointer.y - Math.min(Math.max(pointer.y, y), y + h);
	return dx * dx + dy * dy < POINTER_RADIUS * POINTER_RADIUS;
}
