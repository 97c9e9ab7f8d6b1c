// The form a text must have, as an author of a profile writes it: "HP #/#", "99:99", "* #%". Read from left to right without
// ever going back, so no pattern and no text can make it slow.
import { narrow } from './text.ts';

export const PATTERN_MAX = 60;

type Kind = 'number' | 'digit' | 'letter' | 'words' | 'blank';
type Part = { readonly is: Kind } | { readonly is: 'literal'; readonly text: string };

/** `#` a number with sign, thousands and decimals; `9` one digit; `@` one letter; `*` anything without digits, also nothing; a
 *  blank: blanks or none; `\` takes the next character as it stands; all else stands for itself, in either case and width. */
const SPECIAL: Readonly<Record<string, Kind>> = { '#': 'number', '9': 'digit', '@': 'letter', '*': 'words' };

/** What is wrong with a pattern; undefined when nothing is. */
export function patternFault(pattern: string): string | undefined {
	const parts = parse(pattern);
	if (parts === undefined) return 'a pattern cannot end in "\\"';
	for (let i = 1; i < parts.length; i++) {
		const [before, part] = [parts[i - 1] as Part, parts[i] as Part];
		// "#9" and "*@" leave open where the one ends; what goes first would always take all.
		if (before.is === 'number' && (part.is === 'number' || part.is === 'digit')) return 'after "#" no other digits can follow';
		if (before.is === 'words' && part.is !== 'number' && part.is !== 'digit') return 'after "*" only "#" or "9" can follow';
	}
	return undefined;
}

function parse(pattern: string): Part[] | undefined {
	const parts: Part[] = [];
	const characters = [...narrow(pattern.normalize('NFC'))];
	for (let i = 0; i < characters.length; i++) {
		const c = characters[i] as string;
		const is = SPECIAL[c];
		if (c === '\\') {
			const next = characters[++i];
			if (next === undefined) return undefined;
			parts.push({ is: 'literal', text: next });
		} else if (/\s/.test(c)) parts.push({ is: 'blank' });
		else parts.push(is === undefined ? { is: 'literal', text: c } : { is });
	}
	return parts;
}

/** Everything a text of this form can hold besides blanks; undefined where letters are left open. */
export function patternCharset(pattern: string): string | undefined {
	const parts = parse(pattern);
	if (parts === undefined || parts.some(({ is }) => is === 'letter' || is === 'words')) return undefined;
	const characters = new Set<string>();
	for (const part of parts) {
		if (part.is === 'literal') for (const c of [part.text, part.text.toLowerCase(), part.text.toUpperCase()]) characters.add(c);
		else if (part.is !== 'blank') for (const c of part.is === 'number' ? "0123456789-−+,.'" : '0123456789') characters.add(c);
	}
	return [...characters].join('');
}

const DIGIT = /\d/;
const LETTER = /[\p{L}\p{M}]/u;

/** True when the whole text has the form. Readers of text drop blanks, so blanks of the text need none in the pattern. */
export function fitsPattern(text: string, pattern: string): boolean {
	const parts = parse(pattern);
	if (parts === undefined) return false;
	const characters = [...narrow(text.normalize('NFC'))];
	let at = 0;
	const blanks = (): void => {
		while (at < characters.length && /\s/.test(characters[at] as string)) at++;
	};
	for (const part of parts) {
		if (part.is === 'words') {
			while (at < characters.length && !DIGIT.test(characters[at] as string)) at++;
			continue;
		}
		blanks();
		if (part.is === 'blank') continue;
		const c = characters[at];
		if (c === undefined) return false;
		if (part.is === 'number') {
			const end = numberEnd(characters, at);
			if (end === at) return false;
			at = end;
			continue;
		}
		if (!standsAs(c, part)) return false;
		at++;
	}
	blanks();
	return at === characters.length;
}

function standsAs(c: string, part: Part): boolean {
	if (part.is === 'literal') return c.toLowerCase() === part.text.toLowerCase();
	return part.is === 'digit' ? DIGIT.test(c) : LETTER.test(c);
}

/** Where the number that begins at `at` ends: digits, with single separators between digits. */
function numberEnd(characters: readonly string[], at: number): number {
	let i = at;
	if (/[-−+]/.test(characters[i] ?? '')) i++;
	if (!DIGIT.test(characters[i] ?? '')) return at;
	while (DIGIT.test(characters[i] ?? '') || (/[,.' ]/.test(characters[i] ?? '') && DIGIT.test(characters[i + 1] ?? ''))) i++;
	return i;
}
