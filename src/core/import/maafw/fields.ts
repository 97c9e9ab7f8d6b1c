// Fields of a node's JSON, read with suspicion: of the wrong type they are named, never guessed.
import { type Box, clip, type Size } from '../../geometry.ts';
import { isObject, type JsonObject } from './jsonc.ts';
import type { Notes } from './notes.ts';

export type Four = readonly [number, number, number, number];
/** Where something is looked for or done. */
export type Place =
	| { readonly is: 'self' }
	| { readonly is: 'box'; readonly box: Box }
	/** Where another node, or the one that last set an anchor, was recognised. */
	| { readonly is: 'node'; readonly name: string };

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

export function numbers(value: unknown, length: number): readonly number[] | undefined {
	return Array.isArray(value) && value.length === length && value.every(isNumber) ? value : undefined;
}

/** One text or a list of them; undefined when it is neither. */
export function texts(value: unknown): readonly string[] | undefined {
	const list: unknown[] = Array.isArray(value) ? value : [value];
	return list.every((s) => typeof s === 'string') ? list : undefined;
}

/** Milliseconds, 0 to ten minutes; -1 waits as long as may be. */
export function milliseconds(param: JsonObject, field: string, otherwise: number, notes: Notes): number {
	const value = param[field];
	if (value === undefined) return otherwise;
	if (value === -1) {
		notes.part('waits ten minutes at most', field);
		return WAIT_MAX_MS;
	}
	if (!isNumber(value) || value < 0) {
		notes.part('a field of the wrong type', `${field}: ${kindOf(value)} instead of milliseconds`);
		return otherwise;
	}
	if (value > WAIT_MAX_MS) notes.part('waits ten minutes at most', field);
	return Math.min(WAIT_MAX_MS, value);
}
export const WAIT_MAX_MS = 600_000;

/** The time a picture must rest, which may stand in an object of its own. */
export function freezeTime(param: JsonObject, field: string, notes: Notes): number {
	const value = param[field];
	return isObject(value) ? milliseconds({ [field]: value['time'] }, field, 1, notes) : milliseconds(param, field, 0, notes);
}

/** `[x, y, w, h]` or `[x, y]` as MaaFramework counts them: from the far edge when negative, to the far edge when 0. */
export function boxOf(value: readonly number[], frame: Size): Box {
	let [x = 0, y = 0] = value;
	const [, , width, height] = value;
	if (x < 0) x += frame.width;
	if (y < 0) y += frame.height;
	if (width === undefined || height === undefined) return [x, y, 1, 1];
	let w = width === 0 ? frame.width - x : width;
	let h = height === 0 ? frame.height - y : height;
	if (w < 0) {
		w = -w;
		x -= w;
	}
	if (h < 0) {
		h = -h;
		y -= h;
	}
	return [x, y, w, h];
}

const added = (box: Box, by: readonly number[]): Box => [
	box[0] + (by[0] as number),
	box[1] + (by[1] as number),
	box[2] + (by[2] as number),
	box[3] + (by[3] as number),
];

/**
 * Where a recognition looks. Undefined, with its reason noted, when that is nowhere.
 *
 * @param areaOf  where another find is looked for, by its name: what stands beside it stands in that area, moved alike
 */
export function roiOf(param: JsonObject, frame: Size, notes: Notes, areaOf: (name: string) => Box | undefined): Box | undefined {
	const whole: Box = [0, 0, frame.width, frame.height];
	const { roi: given = [0, 0, 0, 0], roi_offset: offset = [0, 0, 0, 0] } = param as { roi?: unknown; roi_offset?: unknown };
	if (typeof given === 'string') notes.part('looks in the area of another find instead of just beside it', given);
	const roi: unknown = typeof given === 'string' ? (areaOf(given.replace(/^\[Anchor\]/, '')) ?? [0, 0, 0, 0]) : given;
	const four = numbers(roi, 4);
	const by = numbers(offset, 4);
	if (four === undefined) return notes.no('a field of the wrong type', `roi: ${kindOf(roi)} instead of four numbers`);
	if (by === undefined) return notes.no('a field of the wrong type', `roi_offset: ${kindOf(offset)} instead of four numbers`);
	const box = added(boxOf(four, frame), by);
	return box[2] > 0 && box[3] > 0 ? (clip(box, frame) ?? notes.no('looks outside the picture', `roi [${four.join(', ')}]`)) : whole;
}

/** A target of an action with its offset. */
export function placeOf(
	param: JsonObject,
	field: string,
	offsetField: string,
	frame: Size,
	notes: Notes,
): { readonly place: Place; readonly offset: Four } | undefined {
	const { [field]: value = true, [offsetField]: by = [0, 0, 0, 0] } = param;
	const offset = numbers(by, 4) as Four | undefined;
	if (offset === undefined) return notes.no('a field of the wrong type', `${offsetField}: ${kindOf(by)} instead of four numbers`);
	if (value === true) return { place: { is: 'self' }, offset };
	if (typeof value === 'string') return { place: { is: 'node', name: value.replace(/^\[Anchor\]/, '') }, offset };
	const at = numbers(value, 4) ?? numbers(value, 2);
	if (at === undefined) return notes.no('a field of the wrong type', `${field}: ${kindOf(value)} instead of a place`);
	return { place: { is: 'box', box: added(boxOf(at, frame), offset) }, offset: [0, 0, 0, 0] };
}

export function kindOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? `a list of ${value.length}` : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
