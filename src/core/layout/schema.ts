// What is known of how an element follows the window: what it keeps its distance to, and what it grows with. Kept on the crystal,
// because it holds for the element and not for one frame size.
import * as v from 'valibot';
import { box, slug } from '../profile.ts';

/** Along one axis: the near edge, the middle or the far edge of the frame. */
export const ANCHORS = ['near', 'middle', 'far'] as const;
/** One of these, or the line at this share of the frame's side, 0 to 1: an element may stand at 30 % of the width. */
export type Anchor = (typeof ANCHORS)[number] | number;
/** `ui`: with the interface's factor. `height`: with the frame's height. `fixed`: not at all. */
export const SCALE_LAWS = ['ui', 'height', 'fixed'] as const;
export type ScaleLaw = (typeof SCALE_LAWS)[number];

const anchor = v.union([v.picklist(ANCHORS), v.pipe(v.number(), v.minValue(0), v.maxValue(1))]);
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16384));
export const factor = v.pipe(v.number(), v.finite(), v.minValue(0.1), v.maxValue(10));

export const placement = v.strictObject({
	/** Left edge, middle, right edge or a share of the width; absent while the sizes seen cannot tell. */
	x: v.optional(anchor),
	/** Top, middle, bottom or a share of the height. */
	y: v.optional(anchor),
	/** The element it moves with, where it keeps no distance to an edge. */
	panel: v.optional(slug),
	scale: v.optional(v.picklist(SCALE_LAWS)),
	/** Where it stood in frames of other sizes, oldest first, at most 6: what the above is learnt from. */
	seen: v.pipe(
		v.array(
			v.strictObject({
				frame: v.tuple([side, side]),
				/** The interface's factor against the first of these. */
				factor,
				box,
			}),
		),
		v.maxLength(6),
	),
	/** The crystal of another layout that this one was carried over from. */
	from: v.optional(
		v.strictObject({
			layout: v.pipe(v.string(), v.maxLength(40)),
			crystal: v.pipe(v.string(), v.maxLength(200)),
			factor,
		}),
	),
});
export type Placement = v.InferOutput<typeof placement>;
