// Which characters can stand in a text: a given charset, else those of its language. Chinese and Japanese write many words with
// different forms of one sign (擊 撃, 值 値, 龍 龙); a network that knows all of them confuses them, a reader of the language does not.
// What each language writes is what its own encoding of the 1980s holds, and browsers still carry those tables.
import { narrow } from '../../src/core/crystals/region/text.ts';
import type { TextHint } from '../../src/core/ports.ts';

/** Lead and trail bytes of the Han characters of each encoding; NEC's and IBM's additions are left out. */
const ENCODINGS: Readonly<
	Record<string, { readonly name: string; readonly lead: readonly [number, number]; readonly trail: readonly number[] }>
> = {
	Hans: { name: 'gbk', lead: [0xb0, 0xf7], trail: range(0xa1, 0xfe) },
	Hant: { name: 'big5', lead: [0xa4, 0xf9], trail: [...range(0x40, 0x7e), ...range(0xa1, 0xfe)] },
	Jpan: { name: 'euc-jp', lead: [0xb0, 0xf4], trail: range(0xa1, 0xfe) },
};
/** Scripts whose words stand in Latin letters, or beside them. Common signs of all: punctuation, arrows, full width. */
const BESIDES = /^[\u0020-\u024f\u2010-\u205e\u20a0-\u20bf\u2122\u2190-\u21ff\u2460-\u24ff\u25a0-\u2764\uff01-\uff5e]$/u;
const LETTERS: Readonly<Record<string, RegExp>> = {
	Latn: /^\p{Script=Latin}$/u,
	Cyrl: /^\p{Script=Cyrillic}$/u,
	Grek: /^\p{Script=Greek}$/u,
};
const HAN = /^\p{Script=Han}$/u;

function range(from: number, to: number): number[] {
	return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

const tables = new Map<string, ReadonlySet<string>>();

function tableOf(script: string): ReadonlySet<string> | undefined {
	const encoding = ENCODINGS[script];
	if (encoding === undefined) return undefined;
	const known = tables.get(script);
	if (known !== undefined) return known;
	const { name, lead, trail } = encoding;
	const bytes = range(...lead).flatMap((first) => trail.flatMap((second) => [first, second]));
	const table = new Set(new TextDecoder(name).decode(Uint8Array.from(bytes)));
	tables.set(script, table);
	return table;
}

/** The script a language is written in, as its tag says or as is usual; undefined for what is no tag. */
function scriptOf(language: string): string | undefined {
	try {
		return new Intl.Locale(language).maximize().script;
	} catch {
		return undefined;
	}
}

/** @returns whether a character can stand there; undefined when nothing is known against any */
export function alphabetOf({ charset, language }: TextHint): ((character: string) => boolean) | undefined {
	if (charset !== undefined && charset !== '') {
		const listed = new Set([...charset].map(narrow));
		return (character) => listed.has(narrow(character));
	}
	const script = language === undefined ? undefined : scriptOf(language);
	if (script === undefined) return undefined;
	const table = tableOf(script);
	if (table !== undefined) return (character) => !HAN.test(character) || table.has(character);
	const letters = LETTERS[script];
	return letters === undefined ? undefined : (character) => letters.test(character) || BESIDES.test(character);
}
