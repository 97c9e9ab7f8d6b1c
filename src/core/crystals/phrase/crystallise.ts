// From a model's line to phrases. A number or a name that stays in the text would be said of the next event too, where it is
// false: every such word is either one of the event's values, and becomes a slot, or the line is refused.
import type { FactValue, NarrationAnswer, NarrationEvent } from '../../question.ts';
import { freshStat, type Provenance, type Refusal, type Residue, type Scope } from '../crystal.ts';
import { applyStep, live } from '../lifecycle.ts';
import { fill, renderings, SPELLED } from './apply.ts';
import { type Form, type Phrase, PHRASE_SCHEMA, type PhraseData, type PhrasePart, phraseText } from './schema.ts';

export interface Induced {
	readonly ok: true;
	readonly parts: PhrasePart[];
}
export type Induction = Induced | { readonly ok: false; readonly why: string };

interface Find {
	readonly start: number;
	readonly end: number;
	readonly slot: string;
	readonly form: Form;
	readonly value: FactValue;
}

/**
 * Puts slots where the event's values stand in the line, longest first.
 *
 * @param named   the model's own `slots`: value's name → how it stands in the line
 * @param allowed words that may be capitalised without being a name (the persona's, the game's)
 */
export function induce(
	line: string,
	event: NarrationEvent,
	named: Readonly<Record<string, string>> = {},
	allowed: ReadonlySet<string> = new Set(),
): Induction {
	const no = (why: string): Induction => ({ ok: false, why });
	if (/[{}]/.test(line)) return no('the line holds braces');
	const values = Object.entries(event).filter(
		([name, value]) => name !== 'type' && (typeof value === 'number' || (typeof value === 'string' && value.trim().length > 1)),
	);
	for (const [name, text] of Object.entries(named)) {
		if (!line.includes(text)) continue;
		const value = Object.hasOwn(event, name) ? event[name] : undefined;
		const source =
			value !== undefined && renderings(value).some((r) => r.text === text)
				? name
				: values.find(([, v]) => renderings(v).some((r) => r.text === text))?.[0];
		if (source === undefined) return no(`"${text}" for ${name} comes from no value of the event`);
	}
	const candidates = values
		.flatMap(([slot, value]) => renderings(value).map(({ text, form }) => ({ slot, value, text, form, mine: named[slot] === text })))
		// The model's own naming decides between two values that read alike.
		.toSorted((a, b) => b.text.length - a.text.length || Number(b.mine) - Number(a.mine));
	const found: Find[] = [];
	for (const { slot, value, text, form, mine } of candidates) {
		for (const [start, end] of occurrences(line, text)) {
			const taken = found.find((f) => f.start < end && start < f.end);
			if (taken === undefined) found.push({ start, end, slot, form, value });
			else if (taken.start === start && taken.end === end && taken.slot !== slot && !mine && named[taken.slot] !== text) {
				return no(`"${text}" may be ${taken.slot} or ${slot}, and the answer does not say which`);
			}
		}
	}
	found.sort((a, b) => a.start - b.start);
	const parts: PhrasePart[] = [];
	let at = 0;
	for (const find of found) {
		if (find.start > at) parts.push({ text: line.slice(at, find.start) });
		parts.push({
			slot: find.slot,
			form: find.form,
			...(typeof find.value === 'number' ? { number: find.value === 1 ? ('one' as const) : ('many' as const) } : {}),
		});
		at = find.end;
	}
	if (at < line.length) parts.push({ text: line.slice(at) });
	const left = leftover(parts, allowed);
	if (left !== undefined) return no(left);
	// A round trip is the proof that nothing was lost on the way; only the article may differ, and then the line was wrong.
	if (fill({ parts }, event) !== line) return no('the line cannot be made again from its slots');
	return { ok: true, parts };
}

/** Places of a text in a line that are not inside a longer word or number. */
function occurrences(line: string, text: string): [number, number][] {
	const places: [number, number][] = [];
	for (let at = line.indexOf(text); at >= 0; at = line.indexOf(text, at + text.length)) {
		const before = line[at - 1] ?? ' ';
		const after = line[at + text.length] ?? ' ';
		const inNumber =
			/^[\d]/.test(text) && (/[\d]/.test(before) || /^[.,]?\d/.test(line.slice(at + text.length)) || /\d[.,]$/.test(line.slice(0, at)));
		if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after) && !inNumber) places.push([at, at + text.length]);
	}
	return places;
}

// "One" is left out: it stands for somebody more often than for a number.
const SPELLED_LEFT = new Set([
	...SPELLED.slice(2),
	...'thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety dozen hundred thousand'.split(
		' ',
	),
]);
const NOT_NAMES = new Set(['I', "I'm", "I'll", "I've", "I'd", 'I’m', 'I’ll', 'I’ve', 'I’d', 'OK', 'HP', 'XP', 'NPC']);

/** A number or name outside the slots; undefined when there is none. */
function leftover(parts: readonly PhrasePart[], allowed: ReadonlySet<string>): string | undefined {
	let opens = true;
	for (const part of parts) {
		if ('slot' in part) {
			opens = false;
			continue;
		}
		const digits = /\d+/.exec(part.text);
		if (digits !== null) return `the number ${digits[0]} is no value of the event`;
		for (const [token] of part.text.matchAll(/[\p{L}][\p{L}'’-]*|[.!?…:"“”]/gu)) {
			if (/^[.!?…:"“”]$/.test(token)) {
				opens = true;
				continue;
			}
			if (
				token
					.toLowerCase()
					.split('-')
					.some((word) => SPELLED_LEFT.has(word))
			)
				return `the number "${token}" is no value of the event`;
			// The first word of a sentence is capitalised anyway, so only the words after it can be told for names.
			if (!opens && /^\p{Lu}/u.test(token) && !NOT_NAMES.has(token) && !allowed.has(token))
				return `the name "${token}" is no value of the event`;
			opens = false;
		}
	}
	return undefined;
}

export interface PhraseCrystalliseInput {
	readonly answer: NarrationAnswer;
	readonly event: NarrationEvent;
	readonly phrases: readonly Phrase[];
	/** Earlier events of any type; those of this one are rehearsed on. */
	readonly past: readonly NarrationEvent[];
	readonly provenance: Provenance;
	readonly scope: Scope;
	readonly at: number;
	readonly id: () => string;
	readonly allowed?: ReadonlySet<string>;
}
export interface PhraseCrystallised {
	readonly residue: Residue;
	readonly made: readonly Phrase[];
	/** Phrases known before that this answer said again. */
	readonly changed: readonly Phrase[];
}

/** One call makes as many phrases as its line and variants stand up for. */
export function crystallisePhrases(input: PhraseCrystalliseInput): PhraseCrystallised {
	const { answer, event, at } = input;
	const made: Phrase[] = [];
	const changed: Phrase[] = [];
	const refused: Refusal[] = [];
	// One event is one piece of evidence, whether or not the caller has put it among the past already.
	const events = input.past.includes(event) ? input.past : [...input.past, event];
	for (const line of new Set([answer.line, ...answer.variants])) {
		const induced = induce(line, event, answer.slots, input.allowed);
		if (!induced.ok) {
			refused.push({ what: `"${line}"`, why: induced.why });
			continue;
		}
		const data: PhraseData = { event: event.type, parts: induced.parts, from: [String(input.provenance.entry)] };
		const text = phraseText(data);
		const twin = [...input.phrases, ...made].find(
			(p) => p.state !== 'retired' && p.data.event === event.type && phraseText(p.data) === text,
		);
		if (twin !== undefined) {
			if (!made.includes(twin)) changed.push(twin);
			continue;
		}
		const phrase: Phrase = {
			id: input.id(),
			kind: 'phrase',
			scope: input.scope,
			name: `${event.type}: ${text}`,
			schema: PHRASE_SCHEMA,
			createdAt: at,
			provenance: input.provenance,
			state: 'trial',
			stat: freshStat(),
			history: [],
			data,
			blobs: {},
		};
		applyStep(phrase, live(phrase, { type: 'admitted' }, at));
		for (const [i, one] of events.entries()) rehearse(phrase, one, `rehearsal ${i}`, at);
		made.push(phrase);
	}
	if (made.length === 0 && changed.length === 0) {
		return { residue: { none: 'all-refused', detail: refused.map((r) => `${r.what}: ${r.why}`).join('; ') }, made, changed };
	}
	return { residue: { made, refused, labelled: changed.map((p) => p.id) }, made, changed };
}

/**
 * Tries a phrase on an event in silence: a clean label when every slot is filled and the line is whole, a harmful one when the
 * words around a slot turn out wrong. An event it is not meant for, or that lacks a value, says nothing.
 */
export function rehearse(phrase: Phrase, event: NarrationEvent, episode: string, at: number): ReturnType<typeof live> | undefined {
	if (phrase.data.event !== event.type) return undefined;
	const line = fill(phrase.data, event);
	if (line === undefined) return undefined;
	const harmful = line.length > 300 || /[{}]|\bundefined\b|\bNaN\b| {2}/.test(line) || /(?:^|\s)(\p{L}+) \1(?=\P{L}|$)/iu.test(line);
	const step = live(
		phrase,
		{ type: 'label', harmful, context: { episode, at }, because: harmful ? 'the filled line does not read well' : 'filled without a gap' },
		at,
	);
	applyStep(phrase, step);
	return step;
}
