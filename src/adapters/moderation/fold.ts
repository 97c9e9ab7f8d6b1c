// What a text looks like to a reader, whatever it is made of: TR39 look-alikes, marks, invisible characters and letters drawn as digits
// become plain letters. Everything that judges words judges these.
import { resolveConfusablesTransformer } from 'obscenity';
import unhomoglyph from 'unhomoglyph';

/** Letters drawn as something else, where letters stand beside them. */
const DRAWN: Readonly<Record<string, string>> = {
	'0': 'o',
	'3': 'e',
	'4': 'a',
	'5': 's',
	'6': 'g',
	'7': 't',
	'9': 'g',
	'@': 'a',
	$: 's',
	'+': 't',
	'(': 'c',
	'€': 'e',
	'£': 'l',
	'¢': 'c',
};
const READINGS_MAX = 32;

const { transform } = resolveConfusablesTransformer() as { readonly transform: (codePoint: number) => number | undefined };
const plainOf = (char: string): string => String.fromCodePoint(transform(char.codePointAt(0) ?? 0) ?? 0x20);

/** Two packages know different look-alikes, and one leads to the other. */
function plain(char: string): string {
	const near = plainOf(char);
	if (near <= '\x7f') return near;
	return [...unhomoglyph(near).normalize('NFD')].map((c) => (c <= '\x7f' ? c : plainOf(c))).join('');
}

/** Case is kept: it tells the words of a name apart. Invisible characters vanish, marks too. */
export function fold(text: string): string {
	const shown = text
		.normalize('NFKC')
		.replace(/[\p{Cf}\p{Cc}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f]/gu, (c) => (/\s/.test(c) ? ' ' : ''))
		.normalize('NFD')
		.replace(/[\p{Mn}\p{Me}\p{Lm}]/gu, '');
	return shown.replace(/[^\x00-\x7f]/gu, plain).replace(/[\p{Mn}\p{Me}]/gu, '');
}

/**
 * A folded, lower-case word with its drawn letters as letters. A stroke is an i or an l, and an eight may be heard instead of seen
 * ("m8"), so there may be several readings; none of a number.
 */
export function readings(word: string): readonly string[] {
	if (!/[^a-z]/.test(word)) return [word];
	// Numbers and prices are what they are; signs among digits are drawn letters.
	if (/^[+$€£-]?[\d.]+[+!%$€£]*$/.test(word) || !/[a-z@$+!|]/.test(word)) return [];
	let read = [''];
	for (const c of word) {
		const may = /[1!|]/.test(c) ? ['i', 'l'] : c === '8' ? ['b', 'ate'] : [DRAWN[c] ?? c];
		// Nobody spells a word of more strokes than that.
		const open = read.length * may.length > READINGS_MAX ? may.slice(0, 1) : may;
		read = read.flatMap((before) => open.map((letter) => before + letter));
	}
	return read;
}
