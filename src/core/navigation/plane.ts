// Where looks lie in the plane of an area: the world's box of the frame, seen as a window over it.
import type { Place } from '../crystals/place/schema.ts';
import type { Box } from '../geometry.ts';
import { cellOf, type Laid, type Shift } from './look.ts';

/** Pixels of an area's plane. */
export type Xy = readonly [x: number, y: number];

export const apart = (a: Xy, b: Xy): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Top left corner of the world's box, as a place's look lies over what is seen. */
export function viewBy({ data }: Place, { dx, dy }: Pick<Laid, 'dx' | 'dy'>, world: Box): Xy {
	const [cw, ch] = cellOf(world);
	return [data.view[0] - dx * cw, data.view[1] - dy * ch];
}
/** How a place's look should lie over what is seen from there. */
export function shiftTo({ data }: Place, view: Xy, world: Box): Shift {
	const [cw, ch] = cellOf(world);
	return [(data.view[0] - view[0]) / cw, (data.view[1] - view[1]) / ch];
}
/** Share of the world's box that two views have in common. */
export const sharedBy = (a: Xy, b: Xy, world: Box): number =>
	Math.max(0, 1 - Math.abs(a[0] - b[0]) / world[2]) * Math.max(0, 1 - Math.abs(a[1] - b[1]) / world[3]);
