// From lines to a template. A number or a name that stays in the text would be said of the next event too, where it is false: every
// such word is one of the event's values, and becomes a slot, or waits until a second line shows that it always stands there.
import type { NarrationEvent } from '../../question.ts';
import { fill } from './apply.ts';
import {
	inNumber,
	isPlural,
	NUMBER_WORDS,
	type Names,
	type Op,
	ORDINAL_WORDS,
	programsFor,
	render,
	type Rendering,
	renderings,
} from './forms.ts';
import type { PhraseData, PhrasePart } from './schema.ts';
import { HOLE } from './tree.ts';

export interface Example {
	readonly line: string;
	readonly event: NarrationEvent;
	/** The model's own `slots`: value's name → how it stands in the line. */
	readonly named?: Readonly<Record<string, string>>;
}
export interface Lexicon {
	/** Words that may be capitalised without being a name (the persona's, the game's). */
	readonly allowed?: ReadonlySet<string>;
	/** Things of the game, in lower case: said of an event that does not hold them, they are claimed without proof. */
	readonly things?: ReadonlySet<string>;
	readonly names?: Names;
}
export interface Induced extends Pick<PhraseData, 'parts' | 'only' | 'open'> {
	readonly ok: true;
}
export type Induction = Induced | { readonly ok: false; readonly why: string };

interface Candidate {
	readonly slot: string;
	readonly ops: readonly Op[];
}
interface Token {
	readonly text: string;
	/** Of a slot: the programs that write this text, the simplest first; empty for words. */
	readonly from: readonly Candidate[];
}
interface Spotted {
	readonly tokens: readonly Token[];
	/** What no value explains, each with its place among the tokens. */
	readonly open: readonly { readonly at: number; readonly why: string }[];
	/** Its words speak of whoever stands in these slots. */
	readonly bound: readonly string[];
}

const TOKEN = /\d+(?:[.,]\d+)*|\p{L}[\p{L}\p{N}]*(?:['’-][\p{L}\p{N}]+)*|\s+|[^\s]/gu;
/** Words, numbers, marks and blanks in turn. */
export const split = (text: string): string[] => text.match(TOKEN) ?? [];
const NOT_NAMES = new Set(['I', "I'm", "I'll", "I've", "I'd", 'I’m', 'I’ll', 'I’ve', 'I’d', 'OK', 'HP', 'XP', 'NPC']);
/** Words whose form follows a number that stands elsewhere in the line. */
const AGREES = /\b(?:is|are|was|were|has|have|do|does|them|they|their|those|these|each|all|both|it|its|this|that|one)\b/i;
const PRONOUNS: ReadonlyMap<string, readonly Op[]> = new Map([
	['he', ['subject']],
	['she', ['subject']],
	['him', ['object']],
	['his', ['their']],
	['her', ['their']],
]);

/**
 * The template that says all of the lines, each of its own event; from one line alone what no value explains is left open.
 *
 * @param examples  1 to 3; of two lines about the same event the second supports nothing
 */
export function induce(examples: readonly Example[], lexicon: Lexicon = {}): Induction {
	const no = (why: string): Induction => ({ ok: false, why });
	if (examples.some(({ line }) => /[{}]/.test(line))) return no('the line holds braces');
	const spotted = examples.map((example) => spot(example, lexicon));
	const [first] = spotted as [Spotted];
	const aligned = spotted.length === 1 ? first.tokens : align(spotted, examples, lexicon.names);
	if (aligned === undefined) return no('the lines differ in words that no value explains');
	const proved = new Set(examples.map(({ event }) => JSON.stringify(event))).size > 1;
	const open = proved ? [] : first.open.map(({ why }) => why);
	const several = proved ? [] : aligned.flatMap(ambiguous);
	if (several.length > 0) open.push(...several);
	for (const [e, { tokens }] of spotted.entries()) {
		const one = tokens.findIndex(
			({ from: [how] }, i) => how !== undefined && counts(how, (examples[e] as Example).event) === 1 && severalAfter(tokens, i),
		);
		if (one >= 0) return no(`"${(tokens[one] as Token).text}" is one, and what it counts several`);
	}
	const only = bindings(spotted, examples, aligned);
	const parts = partsOf(aligned, examples);
	const made = { parts, ...(only === undefined ? {} : { only }) };
	// A round trip is the proof that nothing was lost on the way.
	for (const { line, event } of examples)
		if (fill(made, event, lexicon.names) !== line) return no('the line cannot be made again from its slots');
	return { ok: true, ...made, open };
}

function valuesOf(event: NarrationEvent) {
	return Object.entries(event).filter(
		([name, value]) => name !== 'type' && (typeof value === 'number' || (typeof value === 'string' && value.trim().length > 1)),
	);
}

/** Every program over the event's values that writes this text; those over a whole value before the others. */
function explain(text: string, event: NarrationEvent, names: Names | undefined): Candidate[] {
	const part = ({ ops }: Candidate): number => Number(ops.includes('first') || ops.includes('last'));
	return valuesOf(event)
		.flatMap(([slot, value]) => programsFor(text, value, names).map((ops) => ({ slot, ops })))
		.sort((a, b) => part(a) - part(b) || a.ops.length - b.ops.length);
}

/** Finds the event's values in a line, longest first, and what is left unexplained. */
function spot({ line, event, named = {} }: Example, { allowed, things, names }: Lexicon): Spotted {
	const values = valuesOf(event);
	const wanted: (Rendering & { readonly slot: string })[] = values.flatMap(([slot, value]) =>
		renderings(value, names).map((r) => ({ ...r, slot })),
	);
	const wrong: string[] = [];
	for (const [name, text] of Object.entries(named)) {
		if (text === '' || !line.includes(text) || wanted.some((r) => r.text === text)) continue;
		const how = explain(text, event, names);
		const pieces = split(text).flatMap((piece) => explain(piece, event, names).map((c) => ({ ...c, text: piece })));
		if (how.length > 0) wanted.push(...how.map((c) => ({ ...c, text })));
		else if (pieces.length > 0) wanted.push(...pieces);
		else wrong.push(`"${text}" for ${name} comes from no value of the event`);
	}
	const found: { start: number; end: number; from: Candidate[] }[] = [];
	for (const { text, slot, ops } of wanted.toSorted((a, b) => b.text.length - a.text.length || a.ops.length - b.ops.length)) {
		for (const [start, end] of occurrences(line, text)) {
			const taken = found.find((f) => f.start < end && start < f.end);
			if (taken === undefined) found.push({ start, end, from: [{ slot, ops }] });
			else if (taken.start === start && taken.end === end && !taken.from.some((c) => c.slot === slot)) taken.from.push({ slot, ops });
		}
	}
	found.sort((a, b) => a.start - b.start);
	const tokens: Token[] = [];
	let at = 0;
	for (const { start, end, from } of found) {
		tokens.push(...split(line.slice(at, start)).map(word));
		const text = line.slice(start, end);
		// The model's own naming decides between two values that read alike.
		const mine = from.filter(({ slot }) => named[slot] === text);
		tokens.push({ text, from: mine.length > 0 ? mine : from });
		at = end;
	}
	tokens.push(...split(line.slice(at)).map(word));
	const open = wrong.map((why) => ({ at: -1, why }));
	const bound: string[] = [];
	const people = [...new Set(tokens.flatMap(({ from }) => from.map(({ slot }) => slot)))].filter((slot) => typeof event[slot] === 'string');
	let opens = true;
	for (const [i, { text, from }] of tokens.entries()) {
		if (from.length > 0) {
			opens = false;
			continue;
		}
		if (/^[.!?…:"“”]$/.test(text)) opens = true;
		if (!/[\p{L}\p{N}]/u.test(text)) continue;
		const pronoun = PRONOUNS.get(text.toLowerCase());
		if (pronoun !== undefined) {
			const ops = text.toLowerCase() === 'her' && !/\p{L}/u.test(tokens[i + 2]?.text ?? '') ? (['object'] as const) : pronoun;
			const how = values.flatMap(([slot, value]) => {
				const found = [ops, [...ops, 'capital'] as const].find((o) => render(value, o, names) === text);
				return found === undefined ? [] : [{ slot, ops: found }];
			});
			if (how.length > 0) tokens[i] = { text, from: how };
			else if (people.length > 0) bound.push(...people);
			else open.push({ at: i, why: `"${text}" is nobody that the event names` });
		} else {
			const why = strange(text, opens, allowed, things);
			if (why !== undefined) {
				const how = explain(text, event, names);
				if (how.length > 0) tokens[i] = { text, from: how };
				else open.push({ at: i, why });
			}
		}
		opens = false;
	}
	for (const [i, thing] of claimed(tokens, things, event)) open.push({ at: i, why: `"${thing}" is no value of the event` });
	return { tokens, open, bound };
}
const word = (text: string): Token => ({ text, from: [] });

/** A template for the tree: its words, marks and slots in turn. */
export function tokensOf(parts: readonly PhrasePart[]): string[] {
	return parts.flatMap((part) =>
		'text' in part ? split(part.text).filter((t) => t.trim() !== '') : 'noun' in part ? [part.noun] : [HOLE],
	);
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

/** Why a word of the text needs an explanation; undefined when it needs none. */
function strange(text: string, opens: boolean, allowed: Lexicon['allowed'], things: Lexicon['things']): string | undefined {
	if (/^\d/.test(text)) return `the number ${text} is no value of the event`;
	const words = text.toLowerCase().split('-');
	// "One" stands for somebody more often than for a number, "first" and "second" for time.
	if (words.some((w) => (NUMBER_WORDS.has(w) && w !== 'one' && w !== 'zero') || (ORDINAL_WORDS.has(w) && !['first', 'second'].includes(w))))
		return `the number "${text}" is no value of the event`;
	// The first word of a sentence is capitalised anyway, so only the words after it can be told for names.
	if (
		!opens &&
		/^\p{Lu}/u.test(text) &&
		!NOT_NAMES.has(text) &&
		allowed?.has(text) !== true &&
		allowed?.has(text.replace(/['’]s$/, '')) !== true &&
		things?.has(text.toLowerCase()) !== true
	)
		return `the name "${text}" is no value of the event`;
	return undefined;
}

/** Things of the game that the words claim, of one word or several. */
function claimed(tokens: readonly Token[], things: Lexicon['things'], event: NarrationEvent): [number, string][] {
	if (things === undefined || things.size === 0) return [];
	// A number of rats lets a line speak of rats.
	const counted = new Set(Object.entries(event).flatMap(([name, value]) => (typeof value === 'number' ? [inNumber(name, 'one')] : [])));
	const found: [number, string][] = [];
	for (let i = 0; i < tokens.length; i++) {
		let run = '';
		for (let j = i; j < Math.min(tokens.length, i + 7) && (tokens[j] as Token).from.length === 0; j++) {
			run += (tokens[j] as Token).text.toLowerCase();
			const one = inNumber(run, 'one');
			if ((things.has(run) || things.has(one)) && !counted.has(one)) found.push([i, run]);
		}
	}
	return found;
}

const key = (c: Candidate): string => `${c.slot}:${c.ops.join(':')}`;

/** One row of tokens for several lines: what differs is a slot that some program fills in each of them, or there is none. */
function align(spotted: readonly Spotted[], examples: readonly Example[], names: Names | undefined): readonly Token[] | undefined {
	const rows = spotted.map((s) => s.tokens);
	const [first] = rows as [readonly Token[]];
	if (rows.some((row) => row.length !== first.length)) return undefined;
	const out: Token[] = [];
	for (let i = 0; i < first.length; i++) {
		const cells = rows.map((row) => row[i] as Token);
		const texts = new Set(cells.map((c) => c.text));
		const article = [...texts].every((t) => /^an?$/i.test(t));
		if ((texts.size === 1 || article) && cells.every((c) => c.from.length === 0)) {
			out.push(first[i] as Token);
			continue;
		}
		const [one, ...more] = cells.map((c, e) => {
			const all = explain(c.text, (examples[e] as Example).event, names);
			const kept = c.from.length > 0 ? [...c.from, ...all] : all;
			return new Map(kept.map((candidate) => [key(candidate), candidate]));
		}) as [Map<string, Candidate>, ...Map<string, Candidate>[]];
		const common = [...one.values()].filter((c) => more.every((other) => other.has(key(c))));
		if (common.length > 0) out.push({ text: (first[i] as Token).text, from: common });
		else if (texts.size === 1) out.push(word((first[i] as Token).text));
		else if (new Set([...texts].map((t) => inNumber(t, 'one'))).size === 1) out.push(word(inNumber((first[i] as Token).text, 'many')));
		else return undefined;
	}
	return out;
}

function ambiguous({ text, from }: Token): string[] {
	const slots = [...new Set(from.map((c) => c.slot))];
	return slots.length > 1 ? [`"${text}" may be ${slots.slice(0, 3).join(' or ')}, and the answer does not say which`] : [];
}

function bindings(spotted: readonly Spotted[], examples: readonly Example[], tokens: readonly Token[]): PhraseData['only'] {
	const filled = new Set(tokens.flatMap(({ from }) => from.slice(0, 1).map(({ slot }) => slot)));
	const slots = [...new Set(spotted.flatMap((s) => s.bound))].filter((slot) => filled.has(slot));
	if (slots.length === 0) return undefined;
	return Object.fromEntries(slots.map((slot) => [slot, [...new Set(examples.map(({ event }) => event[slot] as string))]]));
}

/** Slots and text, with what follows a number made to follow it. */
function partsOf(tokens: readonly Token[], examples: readonly Example[]): PhrasePart[] {
	const cells: PhrasePart[] = tokens.map(({ text, from: [how] }) => (how === undefined ? { text } : { slot: how.slot, ops: [...how.ops] }));
	const words = tokens.filter((t) => t.from.length === 0).map((t) => t.text);
	for (const [i, cell] of cells.entries()) {
		if (!('slot' in cell)) continue;
		const numbers = examples.map(({ event }) => counts(cell, event));
		if (numbers.includes(undefined)) continue;
		const several = numbers.some((n) => n !== 1);
		if (several && numbers.includes(1) && !AGREES.test(words.join(' '))) {
			const noun = follower(tokens, i);
			if (noun !== undefined && /\p{L}/u.test((tokens[noun] as Token).text)) follow(cells, tokens, noun, cell.slot);
			continue;
		}
		const noun = several ? follower(tokens, i) : undefined;
		if (noun === undefined || AGREES.test(words.join(' '))) cell.number = several ? 'many' : 'one';
		else follow(cells, tokens, noun, cell.slot);
	}
	const parts: PhrasePart[] = [];
	for (const cell of cells) {
		const last = parts.at(-1);
		if ('text' in cell && last !== undefined && 'text' in last) last.text += cell.text;
		else parts.push(cell);
	}
	return parts;
}

/**
 * The place of the plural noun that a number counts: the next word or the one after. None where a verb may follow it, as in "3 rats
 * bite": with one of them it would read otherwise.
 */
function follower(tokens: readonly Token[], at: number): number | undefined {
	const found = plural(tokens, at);
	if (found === undefined || /^(?:|[.!?…:"“])$/.test(tokens.slice(0, at).findLast((t) => t.text.trim() !== '')?.text ?? '')) {
		// At the head of a sentence it is what the sentence is about.
		return found !== undefined && closes(tokens, found) === 'stop' ? found : undefined;
	}
	return closes(tokens, found) === undefined ? undefined : found;
}
/** What a slot counts; undefined where it says a word, or which of several. */
function counts({ slot, ops }: Candidate, event: NarrationEvent): number | undefined {
	const value = event[slot];
	return typeof value === 'number' && !ops.some((op) => op.startsWith('ordinal')) ? value : undefined;
}
/** After a number that is one stands a word for several. */
function severalAfter(tokens: readonly Token[], at: number): boolean {
	const found = plural(tokens, at);
	return (
		found !== undefined &&
		(tokens[found] as Token).text !== inNumber((tokens[found] as Token).text, 'one') &&
		closes(tokens, found) !== undefined
	);
}
/** What comes after a noun: the end of its clause, a word that lets it stand as it is, or anything. */
function closes(tokens: readonly Token[], at: number): 'stop' | 'word' | undefined {
	const next = tokens.slice(at + 1).find((t) => t.text.trim() !== '');
	if (next === undefined || /^[^\p{L}\p{N}]$/u.test(next.text)) return 'stop';
	return next.from.length === 0 && AFTER_NOUN.has(next.text) ? 'word' : undefined;
}
/** Words after a noun that are no verb of its own. */
const AFTER_NOUN = new Set('and or of in on at to for from by with without out off left again less more later'.split(' '));
function plural(tokens: readonly Token[], at: number): number | undefined {
	for (const i of [at + 2, at + 4]) {
		const blank = tokens[i - 1];
		const next = tokens[i];
		if (blank === undefined || next === undefined || blank.text.trim() !== '' || blank.from.length > 0) return undefined;
		const { ops } = next.from[0] ?? {};
		if (ops !== undefined) return ops.includes('plural') ? i : undefined;
		if (!/^\p{Ll}+$/u.test(next.text) || NO_NOUNS.has(next.text)) return undefined;
		if (isPlural(next.text)) return i;
	}
	return undefined;
}
/** Words after a number that end what it counts. */
const NO_NOUNS = new Set(
	'and or of in on at to for from by with without left more less is are was were has have us this his as plus per times'.split(' '),
);

function follow(cells: PhrasePart[], tokens: readonly Token[], at: number, by: string): void {
	const { text, from } = tokens[at] as Token;
	const [how] = from;
	cells[at] =
		how === undefined ? { noun: inNumber(text, 'one'), by } : { slot: how.slot, ops: how.ops.filter((op) => op !== 'plural'), by };
}
