// A phrase is a line of narration with holes that an event's values fill.
import * as v from 'valibot';
import type { Crystal } from '../crystal.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';

/** How a value stands in the line. `words` writes a slug with blanks, `spelled` a small number as a word. */
export const FORMS = ['plain', 'lower', 'capital', 'upper', 'words', 'words-capital', 'words-title', 'spelled', 'spelled-capital'] as const;
export type Form = (typeof FORMS)[number];

export const PHRASE_SCHEMA = 1;

const key = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
export const phraseData = v.object({
	/** Event type. */
	event: key,
	/** The line as pieces of text and slots in turn. */
	parts: v.pipe(
		v.array(
			v.union([
				v.object({ text: v.pipe(v.string(), v.maxLength(300)) }),
				v.object({
					/** The event's value that goes here. */
					slot: key,
					form: v.picklist(FORMS),
					/** Of a number: whether the words around it speak of one thing or of several. */
					number: v.optional(v.picklist(['one', 'many'])),
				}),
			]),
		),
		v.minLength(1),
		v.maxLength(41),
	),
	/** Ledger entries it came from. */
	from: v.pipe(v.array(v.string()), v.maxLength(64)),
});
export type PhraseData = v.InferOutput<typeof phraseData>;
export type PhrasePart = PhraseData['parts'][number];
export type Phrase = Crystal<'phrase', PhraseData>;

/** Each takes data of version `index + 1` to the next. */
export const PHRASE_MIGRATIONS: Migrations = [];

export function readPhrase(data: unknown, version: number): Stored<PhraseData> {
	return readStored('phrase', { schema: phraseData, newest: PHRASE_SCHEMA, migrations: PHRASE_MIGRATIONS }, data, version);
}

/** The line with its slots in braces, for people and for telling phrases apart. */
export function phraseText(data: Pick<PhraseData, 'parts'>): string {
	return data.parts.map((part) => ('text' in part ? part.text : `{${part.slot}}`)).join('');
}
