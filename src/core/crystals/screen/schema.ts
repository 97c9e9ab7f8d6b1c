// What is known of one screen besides its elements: how it may be entered, and which parts of it change by themselves.
import * as v from 'valibot';
import { slug } from '../../profile.ts';
import type { Crystal } from '../crystal.ts';

export const SCREEN_SCHEMA = 1;

export const screenData = v.object({
	slug,
	/** Model answers that named this screen. */
	confirmed: v.pipe(v.number(), v.integer(), v.minValue(0)),
	/** Tiles a row and rows of tiles, 16 × 16 pixels each. */
	columns: v.pipe(v.number(), v.integer(), v.minValue(1)),
	rows: v.pipe(v.number(), v.integer(), v.minValue(1)),
	/** Acts seen to lead here: `from>verb:target` → times. */
	entries: v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))),
	/** Largest share of tiles outside the world, in [0, 1], that changed unexplained while a model said all is known. */
	usualChange: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
});
/** Blobs: `reference`, a 32-bit fingerprint a tile (little endian); `varies`, a byte a tile, 1 where the picture may change. */
export type ScreenData = v.InferOutput<typeof screenData>;
export type ScreenCrystal = Crystal<'screen', ScreenData>;

/** Checks stored data; a text says what is wrong. Version 1 is the first, so there is nothing to migrate yet. */
export function readScreenData(version: number, data: unknown, blobs: Readonly<Record<string, Uint8Array>>): ScreenData | string {
	if (version !== SCREEN_SCHEMA) return `screen crystals of version ${version} are not known here`;
	const read = v.safeParse(screenData, data);
	if (!read.success) return `${v.getDotPath(read.issues[0]) ?? ''}: ${read.issues[0].message}`;
	const tiles = read.output.columns * read.output.rows;
	if (blobs['reference']?.byteLength !== tiles * 4) return 'blob "reference" has the wrong length';
	if (blobs['varies']?.byteLength !== tiles) return 'blob "varies" has the wrong length';
	return read.output;
}
