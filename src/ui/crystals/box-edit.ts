// A box that a person drags: the arithmetic, in whole frame pixels, never outside the frame nor smaller than can be learnt.
import type { Box, Size } from '../../core/geometry.ts';

export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof HANDLES)[number];

/** Shortest side that can be learnt, pixels. */
const SIDE_MIN = 8;
const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), Math.max(least, most));

export function movedBox([x, y, w, h]: Box, dx: number, dy: number, frame: Size): Box {
	return [within(Math.round(x + dx), 0, frame.width - w), within(Math.round(y + dy), 0, frame.height - h), w, h];
}

/** The box with the sides of one handle pulled along; the opposite sides stay. */
export function resizedBox([x, y, w, h]: Box, handle: Handle, dx: number, dy: number, frame: Size): Box {
	let [x0, y0, x1, y1] = [x, y, x + w, y + h];
	if (handle.includes('w')) x0 = within(Math.round(x0 + dx), 0, x1 - SIDE_MIN);
	if (handle.includes('e')) x1 = within(Math.round(x1 + dx), x0 + SIDE_MIN, frame.width);
	if (handle.startsWith('n')) y0 = within(Math.round(y0 + dy), 0, y1 - SIDE_MIN);
	if (handle.startsWith('s')) y1 = within(Math.round(y1 + dy), y0 + SIDE_MIN, frame.height);
	return [x0, y0, x1 - x0, y1 - y0];
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
	ArrowLeft: [-1, 0],
	ArrowRight: [1, 0],
	ArrowUp: [0, -1],
	ArrowDown: [0, 1],
};

/** An arrow moves by a pixel, with shift it pulls the right and lower side; undefined for every other key. */
export function keyedBox(box: Box, key: string, shift: boolean, frame: Size): Box | undefined {
	const by = ARROWS[key];
	if (by === undefined) return undefined;
	return shift ? resizedBox(box, 'se', by[0], by[1], frame) : movedBox(box, by[0], by[1], frame);
}

/** One of the four numbers typed in; a number that cannot be goes to the nearest that can. */
export function typedBox(box: Box, index: 0 | 1 | 2 | 3, value: number, frame: Size): Box {
	if (!Number.isFinite(value)) return box;
	const [x, y, w, h] = box;
	switch (index) {
		case 0:
			return movedBox(box, value - x, 0, frame);
		case 1:
			return movedBox(box, 0, value - y, frame);
		case 2:
			return resizedBox(box, 'e', value - w, 0, frame);
		case 3:
			return resizedBox(box, 's', 0, value - h, frame);
	}
}

/** Room kept around a box in a close-up, pixels: enough to drag it by more than its own size. */
const ROOM = 60;

/** The part of the frame to show so that single pixels can be aimed at, in the frame's own proportions. */
export function closeUp([x, y, w, h]: Box, frame: Size): Box {
	const shape = frame.width / frame.height;
	const need = Math.max(w + 2 * Math.max(ROOM, w), (h + 2 * Math.max(ROOM, h)) * shape);
	const width = Math.min(frame.width, Math.round(need));
	const height = Math.min(frame.height, Math.round(width / shape));
	return [
		within(Math.round(x + w / 2 - width / 2), 0, frame.width - width),
		within(Math.round(y + h / 2 - height / 2), 0, frame.height - height),
		width,
		height,
	];
}
