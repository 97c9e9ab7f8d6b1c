// A phrase is a line of narration with holes that an event's values fill.
import * as v from 'valibot';
import type { FactValue } from '../../question.ts';
import type { Crystal } from '../crystal.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';
import { OPS, type Op } from './forms.ts';

export const PHRASE_SCHEMA = 2;
/** Lines that a template is learnt from, at most. */
export const EXAMPLES_MAX = 3;
export const EARLIER_MAX = 10;

const key = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const number = v.pipe(v.number(), v.finite());
const value = v.custom<FactValue>((it) => {
	if (Array.isArray(it)) return it.length === 2 && it.every((n) => typeof n === 'number');
	return ['number', 'boolean'].includes(typeof it) || (typeof it === 'string' && it.length <= 300);
}, 'not a value');
const phraseData = v.object({
	/** Event type. */
	event: key,
	/** The line as pieces in turn. */
	parts: v.pipe(
		v.array(
			v.union([
				v.object({ text: v.pipe(v.string(), v.maxLength(300)) }),
				v.object({
					/** The event's value that goes here. */
					slot: key,
					/** How it is written: a small program, run from left to right. */
					ops: v.pipe(v.array(v.picklist(OPS)), v.maxLength(4)),
					/** Of a number: whether the words around it speak of one thing or of several; absent when they follow it. */
					number: v.optional(v.picklist(['one', 'many'])),
					/** It names what this number counts: in the plural unless that is 1. */
					by: v.optional(key),
				}),
				v.object({
					/** A word of the line that follows a number, in the singular. */
					noun: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
					by: key,
				}),
			]),
		),
		v.minLength(1),
		v.maxLength(61),
	),
	/** Ledger entries it came from. */
	from: v.pipe(v.array(v.string()), v.maxLength(64)),
	/** Lines that it was learnt from, each with its event: what it must be able to say again, word for word. */
	examples: v.pipe(
		v.array(v.object({ line: v.pipe(v.string(), v.maxLength(300)), event: v.record(key, value) })),
		v.maxLength(EXAMPLES_MAX),
	),
	/** What no value explains yet; with any of it the phrase waits in trial for a second line. */
	open: v.pipe(v.array(v.pipe(v.string(), v.maxLength(300))), v.maxLength(20)),
	/** Values that its words fit alone: "she" is not said of everybody. */
	only: v.optional(v.record(key, v.pipe(v.array(v.union([v.string(), number])), v.maxLength(50)))),
	/** Texts of it before, oldest first. */
	earlier: v.optional(v.pipe(v.array(v.object({ at: number, text: v.pipe(v.string(), v.maxLength(1000)) })), v.maxLength(EARLIER_MAX))),
	/** Its last lines, oldest first. */
	said: v.optional(v.pipe(v.array(v.object({ at: number, line: v.pipe(v.string(), v.maxLength(400)) })), v.maxLength(5))),
});
export type PhraseData = v.InferOutput<typeof phraseData>;
export type PhrasePart = PhraseData['parts'][number];
export type SlotPart = Extract<PhrasePart, { slot: string }>;
export type Phrase = Crystal<'phrase', PhraseData>;

/** The forms of version 1 as programs. */
const FORMS: Readonly<Record<string, readonly Op[]>> = {
	plain: [],
	lower: ['lower'],
	capital: ['capital'],
	upper: ['upper'],
	words: ['words'],
	'words-capital': ['words', 'capital'],
	'words-title': ['words', 'title'],
	spelled: ['spelled'],
	'spelled-capital': ['spelled', 'capital'],
};
/** Each takes data of version `index + 1` to the next. */
export const PHRASE_MIGRATIONS: Migrations = [
	// 2: how a value is written is a program, and the lines that a phrase was learnt from stay with it.
	(data) => {
		const old = data as { readonly parts?: readonly Record<string, unknown>[] };
		return {
			...old,
			parts: (old.parts ?? []).map(({ form, ...part }) => (form === undefined ? part : { ...part, ops: FORMS[String(form)] ?? [] })),
			examples: [],
			open: [],
		};
	},
];

export function readPhrase(data: unknown, version: number): Stored<PhraseData> {
	return readStored('phrase', { schema: phraseData, newest: PHRASE_SCHEMA, migrations: PHRASE_MIGRATIONS }, data, version);
}

/** The line with its slots in braces, for people and for telling phrases apart; `readText` (by-hand.ts) reads it back. */
export function phraseText(data: Pick<PhraseData, 'parts'>): string {
	return data.parts.map((part) => ('text' in part ? part.text : 'noun' in part ? `{"${part.noun}"~${part.by}}` : slotText(part))).join('');
}

function slotText({ slot, ops, by }: SlotPart): string {
	return `{${[slot, ...ops].join(':')}${by === undefined ? '' : `~${by}`}}`;
}
