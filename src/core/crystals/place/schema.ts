// A place is a spot of the world that is known again by its look. The places of one area share a plane, laid out by what was seen
// to scroll; between areas only routes lead. A place that turned out to be another one says so in `into`, which can be taken back.
import * as v from 'valibot';
import { slug } from '../../profile.ts';
import type { Crystal } from '../crystal.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';

export const PLACE_SCHEMA = 1;

/** A look: the world's box in grey, so many cells wide and high, a byte each; 0 = something stood in front of it. */
export const LOOK_SIZE = { width: 64, height: 32 } as const;
export const LOOK_BYTES = LOOK_SIZE.width * LOOK_SIZE.height;
const LOOKS_MOST = 4;
export const MARKS_MOST = 12;

/** Beyond this the plane is nobody's walk; pixels. */
const FAR = 1e7;
const finite = v.pipe(v.number(), v.finite());
const point = v.tuple([v.pipe(finite, v.minValue(-FAR), v.maxValue(FAR)), v.pipe(finite, v.minValue(-FAR), v.maxValue(FAR))]);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const nodeId = v.pipe(v.string(), v.minLength(1), v.maxLength(120));

export const placeData = v.object({
	/** The connected part of the world that it lies in; places of one area share a plane. */
	area: nodeId,
	/** The screen that shows it. */
	screen: slug,
	/** Where the player stood when it was laid, in pixels of the area's plane. */
	xy: point,
	/** Top left corner of the world's box in that plane, when its looks were taken. */
	view: point,
	/** Names of blobs of `LOOK_BYTES`, the newest last. */
	looks: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(LOOKS_MOST)),
	/** Name of the blob of `LOOK_BYTES` that shows the minimap there, where the profile names one. */
	mini: v.optional(v.string()),
	/** Visits. */
	seen: count,
	/** How well it matched when it was known to be it: for its own threshold. */
	scores: v.object({ n: count, mean: finite, m2: v.pipe(finite, v.minValue(0)) }),
	/** What a person calls it. */
	called: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
	/** Worded facts that were the same in every visit, by fact: what people call it. */
	marks: v.pipe(
		v.record(v.pipe(v.string(), v.maxLength(64)), v.pipe(v.string(), v.maxLength(64))),
		v.check((marks) => Object.keys(marks).length <= MARKS_MOST, `more than ${MARKS_MOST} marks`),
	),
	/** Acts that were tried here and led nowhere, and how often. */
	tried: v.optional(v.record(v.pipe(v.string(), v.maxLength(200)), count), {}),
	/** It is another place, seen a second time. */
	into: v.optional(nodeId),
	/** What it was taken for, and taken back from; newest last. `because`: the two places whose being two spoke against it. */
	merges: v.optional(
		v.pipe(
			v.array(
				v.object({
					at: count,
					with: nodeId,
					why: v.pipe(v.string(), v.maxLength(300)),
					undone: v.optional(v.boolean()),
					because: v.optional(v.tuple([nodeId, nodeId])),
				}),
			),
			v.maxLength(20),
		),
		[],
	),
});
export type PlaceData = v.InferOutput<typeof placeData>;
export type Place = Crystal<'place', PlaceData>;

/** What it looked like last, `LOOK_BYTES`. */
export const newestLook = ({ data, blobs }: Place): Uint8Array => blobs[data.looks.at(-1) as string] as Uint8Array;

/** Each takes data of version `index + 1` to the next. */
export const PLACE_MIGRATIONS: Migrations = [];

export function readPlace(data: unknown, version: number, blobs: Readonly<Record<string, Uint8Array>>): Stored<PlaceData> {
	const read = readStored('place', { schema: placeData, newest: PLACE_SCHEMA, migrations: PLACE_MIGRATIONS }, data, version);
	if (!read.ok) return read;
	const names = read.data.mini === undefined ? read.data.looks : [...read.data.looks, read.data.mini];
	const bad = names.find((name) => blobs[name]?.length !== LOOK_BYTES);
	return bad === undefined ? read : { ok: false, why: `look "${bad}" is not ${LOOK_SIZE.width} × ${LOOK_SIZE.height} bytes` };
}

/** For people. */
export function placeText({ screen, area, xy, seen, into, marks, called: given }: PlaceData): string {
	const called = given ?? Object.values(marks).join(', ');
	const where = `on ${screen}, ${Math.round(xy[0])}, ${Math.round(xy[1])} of ${area}, seen ${seen} times`;
	return `${called === '' ? '' : `${called}: `}${where}${into === undefined ? '' : `; the same as ${into}`}`;
}
