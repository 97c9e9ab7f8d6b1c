// A region crystal reads one fact: from text in a box, or from where an element's template is found.
import * as v from 'valibot';
import { placement } from '../../layout/schema.ts';
import { box, factId, factType, languageTag, pattern, slug } from '../../profile.ts';
import type { Crystal } from '../crystal.ts';
import { GLYPH_BLOB, glyphFault, glyphsSchema } from './glyphs.ts';

export const version = 3;

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const line = v.pipe(v.string(), v.maxLength(400));

/** As many corrections by hand as a reader keeps. */
export const CASES_MAX = 8;

/** There is no reader that always says the same: a fact without evidence on the screen is a miss. */
export const READERS = ['number', 'enum', 'text', 'present', 'count', 'position'] as const;
export type Reader = (typeof READERS)[number];

export const dataSchema = v.pipe(
	v.strictObject({
		fact: factId,
		factType: factType,
		reader: v.picklist(READERS),
		/** Where the text stands; absent for readers of elements. */
		box: v.optional(box),
		/** The element whose presence, number or place is the fact. For text: the element the box came from. */
		element: v.optional(slug),
		/** number: how many numbers the text holds, and which of them agreed with every value told. With several left they must
		 *  be equal to be believed. */
		numbers: v.optional(
			v.strictObject({ of: v.pipe(count, v.minValue(1)), picks: v.pipe(v.array(count), v.minLength(1), v.maxLength(16)) }),
		),
		/** Characters the reader may meet (the profile's charset); others are dropped from what it read. */
		charset: v.optional(v.pipe(v.string(), v.maxLength(200))),
		/** The form the text must have (pattern.ts); one of another form is not read. */
		pattern: v.optional(pattern),
		/** The text's language, for its rules of case. */
		language: v.optional(languageTag),
		/** number: what letters beside digits are, as proven by a told value: a digit this font makes the reader confuse, or a blank
		 *  for a unit ("10s"). An unproven one is a miss. */
		replace: v.optional(v.record(v.pipe(v.string(), v.length(1)), v.pipe(v.string(), v.maxLength(1))), {}),
		/** number: digits that always follow what is meant, the separator among them, where the reader takes `/280` for digits too.
		 *  A text that does not end so is not read. */
		ending: v.optional(v.pipe(v.string(), v.minLength(2), v.maxLength(20), v.regex(/^\d+$/))),
		/** enum, text: from the text as read (normalised) to the value a model told for it. */
		mapping: v.optional(v.record(line, line), {}),
		min: v.optional(finite),
		max: v.optional(finite),
		/** number: the pictures of its characters, as far as they are known; their pixels are a blob. */
		glyphs: v.optional(glyphsSchema),
		/** What a person put right, newest last. Where it `was` is not looked at again, and what they said it `reads` stays true. */
		cases: v.optional(
			v.pipe(
				v.array(
					v.strictObject({
						at: count,
						was: box,
						/** The text as read in the box they drew, and the value that it is. */
						reads: v.optional(v.strictObject({ text: line, value: v.union([finite, line]) })),
					}),
				),
				v.maxLength(CASES_MAX),
			),
		),
		/** How the box follows the window's size; absent until another size was seen. */
		placement: v.optional(placement),
		/** Screens on which a model confirmed the reading, and how often. It answers on these only. */
		screens: v.record(slug, v.strictObject({ seen: count, of: count })),
	}),
	v.check(
		(d) => (isTextual(d.reader) ? d.box !== undefined : d.element !== undefined),
		'a reader of text needs a box, one of elements an element',
	),
	v.check((d) => d.reader !== 'number' || d.numbers !== undefined, 'a reader of numbers needs to know which'),
);
export type RegionData = v.InferOutput<typeof dataSchema>;
export type RegionCrystal = Crystal<'region', RegionData>;

export function isTextual(reader: Reader): reader is 'number' | 'enum' | 'text' {
	return reader === 'number' || reader === 'enum' || reader === 'text';
}

/** From version i + 1 to i + 2, at index i. */
export const migrations: readonly ((data: unknown) => unknown)[] = [
	// Pattern, language and glyphs came with version 2, all optional: a region without them reads as it did.
	(data) => data,
	// So did what was corrected by hand, with version 3.
	(data) => data,
];

export type DataRead = { readonly ok: true; readonly data: RegionData } | { readonly ok: false; readonly why: string };

/** Brings stored data to today's version and checks it, the glyphs' pixels included. */
export function readData(data: unknown, schema: number, blobs: Readonly<Record<string, Uint8Array>>): DataRead {
	if (!Number.isInteger(schema) || schema < 1 || schema > version)
		return { ok: false, why: `region data of version ${schema} is not known here` };
	let current = data;
	for (const migrate of migrations.slice(schema - 1)) current = migrate(current);
	const read = v.safeParse(dataSchema, current);
	if (!read.success) return { ok: false, why: `${v.getDotPath(read.issues[0]) ?? 'data'}: ${read.issues[0].message}` };
	const { glyphs } = read.output;
	const why = glyphs === undefined ? undefined : glyphFault(glyphs, blobs[GLYPH_BLOB]);
	return why === undefined ? { ok: true, data: read.output } : { ok: false, why };
}
