// Where a frame's pixels stand on the page: the picture is fitted into its stage with bars, never stretched.
import type { Box, Point, Size } from '../../core/geometry.ts';

/** Frame pixels a CSS pixel covers; 1 while nothing has been laid out. */
export function framePerCss(frame: Size, stage: Size): number {
	if (frame.width <= 0 || frame.height <= 0 || stage.width <= 0 || stage.height <= 0) return 1;
	return Math.max(frame.width / stage.width, frame.height / stage.height);
}

/** A point of the stage in frame pixels; outside the frame when it lies on the bars. */
export function toFramePoint(css: Point, frame: Size, stage: Size): Point {
	const unit = framePerCss(frame, stage);
	return { x: (css.x - stage.width / 2) * unit + frame.width / 2, y: (css.y - stage.height / 2) * unit + frame.height / 2 };
}

/** Distance from a point to the nearest point of a box, 0 inside. */
export function distanceTo([x, y, w, h]: Box, point: Point): number {
	return Math.hypot(Math.max(x - point.x, 0, point.x - x - w), Math.max(y - point.y, 0, point.y - y - h));
}

/** A rectangle dragged from one point to another, in whole frame pixels inside the frame; undefined when it has no area. */
export function draggedBox(from: Point, to: Point, frame: Size): Box | undefined {
	const clamp = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most));
	const x0 = clamp(Math.min(from.x, to.x), frame.width);
	const y0 = clamp(Math.min(from.y, to.y), frame.height);
	const w = clamp(Math.max(from.x, to.x), frame.width) - x0;
	const h = clamp(Math.max(from.y, to.y), frame.height) - y0;
	return w >= 4 && h >= 4 ? [x0, y0, w, h] : undefined;
}
