// How a value stands in a line: a small program over it, such as "in words, plural, capital". Programs are learnt from lines, so
// each is tried from the simplest on.
import pluralize from 'pluralize';
import { ordinalWord, TENS, UNITS } from '../../number-words.ts';
import type { FactValue } from '../../question.ts';

/** `words` writes a slug with blanks; `first` and `last` take one word; `spelled`, `ordinal` and `grouped` are of numbers ("three",
 *  "3rd", "1,204"), `ordinal-word` is "third"; the last three put a pronoun for a name. */
export const OPS = [
	'words',
	'first',
	'last',
	'spelled',
	'grouped',
	'ordinal',
	'ordinal-word',
	'plural',
	'singular',
	'possessive',
	'lower',
	'upper',
	'capital',
	'title',
	'subject',
	'object',
	'their',
] as const;
export type Op = (typeof OPS)[number];
export type Pronoun = 'he' | 'she' | 'it' | 'they';
/** What is known of names: how one speaks of who bears them. */
export type Names = ReadonlyMap<string, Pronoun | undefined>;
const NOBODY: Names = new Map();

/** Every word that is a number, or a part of one. */
export const NUMBER_WORDS: ReadonlySet<string> = new Set([...UNITS, ...TENS, 'dozen', 'hundred', 'thousand', 'million']);
export const ORDINAL_WORDS: ReadonlySet<string> = new Set([...UNITS.slice(1), ...TENS].map(ordinalOf));
const PRONOUNS: Readonly<Record<Pronoun, Readonly<Record<'subject' | 'object' | 'their', string>>>> = {
	he: { subject: 'he', object: 'him', their: 'his' },
	she: { subject: 'she', object: 'her', their: 'her' },
	it: { subject: 'it', object: 'it', their: 'its' },
	they: { subject: 'they', object: 'them', their: 'their' },
};

function spell(n: number): string | undefined {
	if (n === 0) return 'no';
	if (n < 20) return UNITS[n];
	if (n > 99) return n === 100 ? 'a hundred' : undefined;
	const tens = TENS[Math.floor(n / 10) - 2] as string;
	return n % 10 === 0 ? tens : `${tens}-${UNITS[n % 10]}`;
}
function ordinalOf(word: string): string {
	const last = word.lastIndexOf('-') + 1;
	return word.slice(0, last) + ordinalWord(word.slice(last));
}
function ordinal(n: number): string {
	const tens = Math.abs(n) % 100;
	const last = tens > 10 && tens < 14 ? 0 : tens % 10;
	return `${n}${last === 1 ? 'st' : last === 2 ? 'nd' : last === 3 ? 'rd' : 'th'}`;
}

export function capital(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}
/** The last word of a text in the other number: "cave bear" → "cave bears". */
export function inNumber(text: string, number: 'one' | 'many'): string {
	return text.replace(/\p{L}+$/u, (word) => (number === 'one' ? pluralize.singular(word) : pluralize.plural(word)));
}
export function isPlural(word: string): boolean {
	return pluralize.isPlural(word) && pluralize.singular(word) !== word;
}

/** A value as its program writes it; undefined where the program does not fit the value. */
export function render(value: FactValue, ops: readonly Op[], names: Names = NOBODY): string | undefined {
	if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
	let text = String(value);
	let fresh = typeof value === 'number';
	for (const op of ops) {
		const next = fresh ? fromNumber(Number(value), op) : fromText(text, op, names);
		if (next === undefined) return undefined;
		text = next;
		fresh = false;
	}
	return text;
}

function fromNumber(n: number, op: Op): string | undefined {
	if (!Number.isInteger(n) || n < 0) return undefined;
	switch (op) {
		case 'spelled':
			return spell(n);
		case 'grouped':
			return n < 1000 ? undefined : n.toLocaleString('en');
		case 'ordinal':
			return ordinal(n);
		case 'ordinal-word': {
			const word = spell(n);
			return word === undefined || n === 0 || n > 99 ? undefined : ordinalOf(word);
		}
		default:
			return undefined;
	}
}

function fromText(text: string, op: Op, names: Names): string | undefined {
	switch (op) {
		case 'words':
			return text.replaceAll(/[-_]/g, ' ');
		case 'first':
			return /^\S+(?=\s)/.exec(text)?.[0];
		case 'last':
			return /\s(\S+)$/.exec(text)?.[1];
		case 'plural':
			return /\p{L}$/u.test(text) ? inNumber(text, 'many') : undefined;
		case 'singular':
			return /\p{L}$/u.test(text) ? inNumber(text, 'one') : undefined;
		case 'possessive':
			return `${text}${/s$/i.test(text) ? "'" : "'s"}`;
		case 'lower':
			return text.toLowerCase();
		case 'upper':
			return text.toUpperCase();
		case 'capital':
			return capital(text);
		case 'title':
			return text.split(' ').map(capital).join(' ');
		case 'subject':
		case 'object':
		case 'their': {
			const pronoun = names.get(text);
			return pronoun === undefined ? undefined : PRONOUNS[pronoun][op];
		}
		default:
			return undefined;
	}
}

export interface Rendering {
	readonly text: string;
	readonly ops: readonly Op[];
}
const CASES: readonly (readonly Op[])[] = [[], ['lower'], ['capital'], ['title'], ['upper']];
const TEXT_USUAL: readonly (readonly Op[])[] = [[], ['possessive'], ['plural'], ['singular']];
const NUMBERS: readonly (readonly Op[])[] = [
	[],
	['spelled'],
	['grouped'],
	['ordinal'],
	['ordinal-word'],
	['spelled', 'capital'],
	['ordinal-word', 'capital'],
];
/** Whole values before their words, short programs before long ones. */
const TEXT_ALL: readonly (readonly Op[])[] = [[], ['first'], ['last']].flatMap((pick) =>
	[[], ['words']]
		.flatMap((words) => TEXT_USUAL.flatMap((form) => CASES.map((c) => [...words, ...pick, ...form, ...c] as Op[])))
		.sort((a, b) => a.length - b.length),
);
const TEXT_PLAIN = TEXT_ALL.filter((ops) => !ops.includes('first') && !ops.includes('last'));

function programsOf(value: FactValue, usual: boolean): readonly (readonly Op[])[] {
	if (typeof value === 'number') return NUMBERS;
	return usual ? TEXT_PLAIN : TEXT_ALL;
}

/** Every way a whole value can stand in a line, each text once, by its simplest program. */
export function renderings(value: FactValue, names: Names = NOBODY): readonly Rendering[] {
	const seen = new Map<string, readonly Op[]>();
	for (const ops of programsOf(value, true)) {
		// "First" and "second" are said of time more often than of a value, and "no" of anything.
		if ((ops[0] === 'ordinal-word' && Number(value) < 3) || (ops[0] === 'spelled' && value === 0)) continue;
		const text = render(value, ops, names);
		if (text !== undefined && !seen.has(text)) seen.set(text, ops);
	}
	return [...seen].map(([text, ops]) => ({ text, ops }));
}

/** Every program that writes this text out of the value, also out of one word of it; the simplest first. */
export function programsFor(text: string, value: FactValue, names: Names = NOBODY): readonly (readonly Op[])[] {
	return programsOf(value, false).filter((ops) => render(value, ops, names) === text);
}
