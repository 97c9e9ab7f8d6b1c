// What is known of one screen besides its elements: how it may be entered, and which parts of it change by themselves.
import * as v from 'valibot';
import { slug } from '../../profile.ts';
import type { Crystal } from '../crystal.ts';

export const SCREEN_SCHEMA = 1;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const usual = v.tuple([count, count]);

export const screenData = v.object({
	slug,
	/** Model answers that named this screen. */
	confirmed: v.pipe(v.number(), v.integer(), v.minValue(0)),
	/** Tiles a row and rows of tiles, 16 × 16 pixels each. */
	columns: v.pipe(v.number(), v.integer(), v.minValue(1)),
	rows: v.pipe(v.number(), v.integer(), v.minValue(1)),
	/** Acts seen to lead here: `from>verb:target` → times. */
	entries: v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))),
	/** Unexplained change while a model said that all is known, newest last: tiles in all and in the largest block, outside the
	 *  world and inside. */
	usual: v.optional(v.object({ outside: v.array(usual), inside: v.array(usual) }), { outside: [], inside: [] }),
});
/**
 * Blobs: `reference`, a 32-bit fingerprint a tile (little endian); `varies`, a byte a tile, more than 0 where the picture may
 * change: it sinks with each answer in which the tile had rested. `ground`, where there is a world: fingerprints of tiles that
 * stood in it when a model said that all is known, newest last.
 */
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
	if ((blobs['ground']?.byteLength ?? 0) % 4 !== 0) return 'blob "ground" has the wrong length';
	return read.output;
}
