// A phrase is a line of narration with holes that an event's values fill.
import * as v from 'valibot';
import type { Crystal } from '../crystal.ts';

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
export const PHRASE_MIGRATIONS: readonly ((data: unknown) => unknown)[] = [];

export type PhraseRead = { readonly ok: true; readonly data: PhraseData } | { readonly ok: false; readonly why: string };

/** Stored data is checked on the way in; older versions are brought up first. */
export function readPhrase(data: unknown, schema: number): PhraseRead {
	if (schema > PHRASE_SCHEMA) return { ok: false, why: `phrase of version ${schema}; this program reads up to ${PHRASE_SCHEMA}` };
	let current = data;
	for (const migrate of PHRASE_MIGRATIONS.slice(schema - 1)) current = migrate(current);
	const read = v.safeParse(phraseData, current);
	if (read.success) return { ok: true, data: read.output };
	const issue = read.issues[0];
	return { ok: false, why: `phrase field "${v.getDotPath(issue) ?? ''}": ${issue.message}` };
}

/** The line with its slots in braces, for people and for telling phrases apart. */
export function phraseText(data: Pick<PhraseData, 'parts'>): string {
	return data.parts.map((part) => ('text' in part ? part.text : `{${part.slot}}`)).join('');
}
