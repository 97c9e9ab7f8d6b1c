// Three pixel spaces meet here and nowhere else. Frame pixels are the capture's; content pixels are the game's own drawing
// area inside the frame (a letterboxed game is smaller than its window); screen pixels are the desktop's, where input goes.
// A brand keeps them apart at compile time: the classic bug of this field is a point of one space used in another.

declare const space: unique symbol;

export interface Point {
	readonly x: number;
	readonly y: number;
}

/** A point in pixels of the captured frame. */
export type FramePoint = Point & { readonly [space]?: 'frame' };
/** A point in pixels of the desktop that the companion's driver moves the pointer to. */
export type ScreenPoint = Point & { readonly [space]: 'screen' };

export interface Size {
	readonly width: number;
	readonly height: number;
}

/** Frame pixels, `[x, y, w, h]`, top left origin; the form boxes have on the wire and in the store. */
export type Box = readonly [x: number, y: number, w: number, h: number];

/** Where to look, as opposed to where something was found. */
export type Roi = Box;

export function centreOf([x, y, w, h]: Box): FramePoint {
	return { x: Math.floor(x + w / 2), y: Math.floor(y + h / 2) };
}

export function areaOf([, , w, h]: Box): number {
	return w * h;
}

/** The part of `box` that lies inside the frame, in whole pixels; undefined when nothing does. */
export function clip(box: Box, frame: Size): Box | undefined {
	const x0 = Math.max(0, Math.floor(box[0]));
	const y0 = Math.max(0, Math.floor(box[1]));
	const x1 = Math.min(frame.width, Math.ceil(box[0] + box[2]));
	const y1 = Math.min(frame.height, Math.ceil(box[1] + box[3]));
	return x1 > x0 && y1 > y0 ? [x0, y0, x1 - x0, y1 - y0] : undefined;
}

/** True when the whole of `inner` lies in `outer`. */
export function contains(outer: Box, inner: Box): boolean {
	return (
		inner[0] >= outer[0] && inner[1] >= outer[1] && inner[0] + inner[2] <= outer[0] + outer[2] && inner[1] + inner[3] <= outer[1] + outer[3]
	);
}

export function grow([x, y, w, h]: Box, by: number): Box {
	return [x - by, y - by, w + 2 * by, h + 2 * by];
}

/** Area of the overlap in pixels, 0 when the boxes are apart. */
export function overlap(a: Box, b: Box): number {
	const w = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
	const h = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
	return w > 0 && h > 0 ? w * h : 0;
}

/** Intersection over union, in [0, 1]. */
export function iou(a: Box, b: Box): number {
	const both = overlap(a, b);
	return both === 0 ? 0 : both / (areaOf(a) + areaOf(b) - both);
}

/** Where the window's client area stands on the desktop, in screen pixels. */
export interface Placement {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

export interface Mapping {
	readonly frame: Size;
	readonly placement: Placement;
	readonly scaleX: number;
	readonly scaleY: number;
}

export type MappingResult = { readonly ok: true; readonly mapping: Mapping } | { readonly ok: false; readonly reason: string };

/**
 * Relates a captured frame to the client area it shows.
 *
 * Refuses when the two have different shapes (beyond one pixel of rounding): then the capture shows borders, a crop or
 * another window, and every click would land beside its mark.
 */
export function makeMapping(frame: Size, placement: Placement): MappingResult {
	if (frame.width < 1 || frame.height < 1 || placement.width < 1 || placement.height < 1) {
		return { ok: false, reason: 'the frame or the window has no area' };
	}
	const scaleX = placement.width / frame.width;
	const scaleY = placement.height / frame.height;
	// One pixel of rounding along either side is what a scaling capturer makes; more means another geometry.
	const slack = 1 / Math.min(frame.width, frame.height) + 1 / Math.min(placement.width, placement.height);
	if (Math.abs(scaleX / scaleY - 1) > slack) {
		return {
			ok: false,
			reason: `the frame is ${frame.width} × ${frame.height} but the window's inside is ${placement.width} × ${placement.height}: share the window itself, without borders or zoom`,
		};
	}
	return { ok: true, mapping: { frame, placement, scaleX, scaleY } };
}

/** Frame to screen pixels, aiming at the middle of the frame pixel; undefined outside the frame. */
export function toScreen(mapping: Mapping, point: FramePoint): ScreenPoint | undefined {
	if (point.x < 0 || point.y < 0 || point.x >= mapping.frame.width || point.y >= mapping.frame.height) return undefined;
	return {
		x: mapping.placement.x + Math.floor((point.x + 0.5) * mapping.scaleX),
		y: mapping.placement.y + Math.floor((point.y + 0.5) * mapping.scaleY),
	} as ScreenPoint;
}

/** Screen to frame pixels; undefined outside the window's client area. */
export function toFrame(mapping: Mapping, point: Point): FramePoint | undefined {
	const x = point.x - mapping.placement.x;
	const y = point.y - mapping.placement.y;
	if (x < 0 || y < 0 || x >= mapping.placement.width || y >= mapping.placement.height) return undefined;
	return { x: Math.floor((x + 0.5) / mapping.scaleX), y: Math.floor((y + 0.5) / mapping.scaleY) };
}
