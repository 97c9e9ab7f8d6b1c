// A template crystal is what a model called by a name, cut out of the frame it was seen in: the patches, the places, and how
// sure a match must be. Pixels are blobs of the crystal; here are their names.
import * as v from 'valibot';
import { placement } from '../../layout/schema.ts';
import { box, slug } from '../../profile.ts';
import { ELEMENT_KINDS } from '../../question.ts';
import type { Crystal } from '../crystal.ts';

export const version = 4;

/** Places of one template. */
export const PLACES_MAX = 8;
/** Looks remembered for people. */
export const SCORES_MAX = 64;

const score = v.pipe(v.number(), v.finite(), v.minValue(-1), v.maxValue(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const side = v.pipe(v.number(), v.integer(), v.minValue(8), v.maxValue(16384));
const blobName = v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,40}$/));

export const exemplar = v.strictObject({
	/** How it looked: `first`, then `look-2`, `look-3`…; for people. */
	state: v.pipe(v.string(), v.maxLength(40)),
	size: v.tuple([side, side]),
	/** Blobs: width × height bytes of luminance; the mask alike, 0 = ignore; chroma in rows of ceil(width / 2). */
	luma: blobName,
	mask: v.optional(blobName),
	u: v.optional(blobName),
	v: v.optional(blobName),
	/** Grey levels. */
	deviation: v.pipe(v.number(), v.finite(), v.minValue(0)),
	/** Answers that named the element where this look was found, the one it came from among them; absent: a person's, or from
	 *  before they were counted. */
	answers: v.optional(count),
});
export type Exemplar = v.InferOutput<typeof exemplar>;

export const dataSchema = v.strictObject({
	/** The name on the wire. */
	element: slug,
	elementKind: v.picklist(ELEMENT_KINDS),
	/** True: looked for at its places only. False: searched for in the world, any number of instances. */
	fixed: v.boolean(),
	/** Where it was confirmed, at most 8. */
	places: v.pipe(v.array(box), v.maxLength(PLACES_MAX)),
	/** Where it is looked for, of one that somebody else brought and whose place here nobody has confirmed. Absent: in the world. */
	roi: v.optional(box),
	/** Of the first exemplar. */
	size: v.tuple([side, side]),
	exemplars: v.pipe(v.array(exemplar), v.minLength(1), v.maxLength(6)),
	/** Least score that is a hit. */
	threshold: score,
	/** A person chose the threshold: only an impostor that comes too near to it moves it. */
	thresholdBy: v.optional(v.literal('hand')),
	/** Distance between the threshold and the best impostor seen so far. */
	margin: v.pipe(v.number(), v.finite()),
	text: v.optional(v.pipe(v.string(), v.maxLength(400))),
	/** Per screen: how often a model's answer showed the element there, of how many answers about that screen. */
	screens: v.record(v.union([slug, v.literal('unknown')]), v.strictObject({ seen: count, of: count })),
	/** Frames that a model said do not show it, and the best score in them. */
	negatives: v.strictObject({ frames: count, best: score }),
	/** Frames in which it was told to be there and matched, and its worst score in them. */
	positives: v.strictObject({ frames: count, worst: score }),
	/** The place of its first frame that looks most alike without being it. */
	lookalike: v.optional(v.strictObject({ score, box })),
	/** Least block median that excuses a pointer lying over it; null when a look-alike's blocks would pass too. */
	hoverFloor: v.nullable(score),
	/** How it follows the window's size; absent until another size was seen. */
	placement: v.optional(placement),
	/** Least cosine of hues, where a twin of a similar colour asked for more than the usual. */
	chromaMin: v.optional(score),
	/** Scores of looks at changed pixels: [ms since 1970, score], oldest first, at most one a second. */
	scores: v.pipe(v.array(v.tuple([v.pipe(v.number(), v.finite()), score])), v.maxLength(SCORES_MAX)),
	/** Why it could not be kept, when it was set aside. */
	refusedWhy: v.optional(v.pipe(v.string(), v.maxLength(300))),
});
export type TemplateData = v.InferOutput<typeof dataSchema>;
export type TemplateCrystal = Crystal<'template', TemplateData>;

/** From version i + 1 to i + 2, at index i. */
export const migrations: readonly ((data: unknown) => unknown)[] = [
	// 2: what is known of true matches, and scores over time.
	(data) => (typeof data === 'object' && data !== null ? { ...data, positives: { frames: 0, worst: 1 }, scores: [] } : data),
	// 3: answers are counted by look; those that were there before count as proven.
	(data) => data,
	// 4: a region of interest for those that were brought from elsewhere; those that were there before have none.
	(data) => data,
];

export type DataRead = { readonly ok: true; readonly data: TemplateData } | { readonly ok: false; readonly why: string };

/** Brings stored data to today's version and checks it, blobs included. */
export function readData(data: unknown, schema: number, blobs: Readonly<Record<string, Uint8Array>>): DataRead {
	if (!Number.isInteger(schema) || schema < 1 || schema > version)
		return { ok: false, why: `template data of version ${schema} is not known here` };
	let current = data;
	for (const migrate of migrations.slice(schema - 1)) current = migrate(current);
	const read = v.safeParse(dataSchema, current);
	if (!read.success) return { ok: false, why: `${v.getDotPath(read.issues[0]) ?? 'data'}: ${read.issues[0].message}` };
	for (const e of read.output.exemplars) {
		const [w, h] = e.size;
		const chroma = Math.ceil(w / 2) * Math.ceil(h / 2);
		const wanted: [string | undefined, number][] = [
			[e.luma, w * h],
			[e.mask, w * h],
			[e.u, chroma],
			[e.v, chroma],
		];
		for (const [name, bytes] of wanted) {
			if (name !== undefined && blobs[name]?.length !== bytes)
				return { ok: false, why: `blob "${name}" should hold ${bytes} bytes and holds ${blobs[name]?.length ?? 'none'}` };
		}
	}
	return { ok: true, data: read.output };
}
