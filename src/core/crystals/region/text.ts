// From what a reader of characters saw to a value. Nothing is guessed: a number must be well formed, a text must be one that a
// model has named before.

/** Confusions of shape that a told value may prove for a font; never applied unproven. */
export const CONFUSIONS: Readonly<Record<string, string>> = {
	O: '0',
	o: '0',
	Q: '0',
	D: '0',
	l: '1',
	I: '1',
	'|': '1',
	i: '1',
	Z: '2',
	z: '2',
	S: '5',
	s: '5',
	B: '8',
};

const NUMBER = /[-−+]?\d[\d,.' ]*\d|[-−+]?\d/g;

/** Full-width forms ("１２", "／") as the narrow ones they stand for, and the wide blank as a blank. Other compatibility forms stay:
 *  a raised ² beside a digit is no 2. */
export function narrow(text: string): string {
	return text.replace(/[\uFF01-\uFF5E\u3000]/g, (c) => (c === '\u3000' ? ' ' : String.fromCharCode(c.charCodeAt(0) - 0xfee0)));
}

/** Every number in a text, left to right; thousands may be parted by comma, point, apostrophe or blank. */
export function numbersIn(text: string): number[] {
	return [...text.matchAll(NUMBER)].flatMap((match) => readNumber(match[0]));
}

function readNumber(token: string): number[] {
	const sign = /^[-−]/.test(token) ? -1 : 1;
	const body = token.replace(/^[-−+]/, '');
	if (/^\d+$/.test(body)) return [sign * Number(body)];
	if (/^\d{1,3}([,.' ]\d{3})+$/.test(body)) return [sign * Number(body.replace(/[,.' ]/g, ''))];
	if (/^\d+[.,]\d{1,2}$/.test(body)) return [sign * Number(body.replace(',', '.'))];
	// Not one number: a list, a date, two readings side by side.
	return body
		.split(/[,.' ]+/)
		.filter((part) => part !== '')
		.map(Number);
}

/** What a thin stroke between two numbers is taken for. */
const STROKE = /^[71]$/;

/** For a text of digits alone, where a model told `value`: what follows the value, if it can be a separator and another number. */
export function endingOf(text: string, value: number): string | undefined {
	const digits = text.trim();
	const told = String(value);
	const rest = digits.slice(told.length);
	return /^\d+$/.test(digits) && digits.startsWith(told) && rest.length >= 2 && STROKE.test(rest[0] ?? '') ? rest : undefined;
}

/** The text before the ending; undefined when it does not end so. */
export function withoutEnding(text: string, ending: string | undefined): string | undefined {
	if (ending === undefined) return text;
	const trimmed = text.trim();
	return trimmed.endsWith(ending) && trimmed.length > ending.length ? trimmed.slice(0, -ending.length) : undefined;
}

export function applyReplace(text: string, replace: Readonly<Record<string, string>>): string {
	let out = '';
	for (const c of text) out += Object.hasOwn(replace, c) ? (replace[c] as string) : c;
	return out;
}

/** Letters that touch a digit and may be misread digits themselves: "3O" is not three. */
export function doubtful(text: string): readonly string[] {
	const letters = Object.keys(CONFUSIONS);
	return [...text].filter((c, i, all) => letters.includes(c) && (/\d/.test(all[i - 1] ?? '') || /\d/.test(all[i + 1] ?? '')));
}

export function keepCharset(text: string, charset: string | undefined): string {
	if (charset === undefined || charset === '') return text;
	const allowed = new Set(narrow(charset));
	return [...text].filter((c) => /\s/.test(c) || allowed.has(narrow(c))).join('');
}

/**
 * Case, width, spaces and typographic dashes and quotes differ from one reading to the next; letters and digits do not.
 *
 * @param language  the text's tag, for its own rules of case: in Turkish I is not the capital of i
 */
export function normalise(text: string, language?: string): string {
	return text
		.normalize('NFKC')
		.toLocaleLowerCase(language?.split('-')[0] ?? 'und')
		.replace(/[‐-―−]/g, '-')
		.replace(/[‘’‚‛′]/g, "'")
		.replace(/[“”„″]/g, '"')
		.replace(/\s+/g, '');
}

/** A text this long may differ by one character from what was learnt. Digits may never differ, nor signs that are words of their
 *  own: 东门 and 西门 are two gates. */
const LONG_TEXT = 8;

/** The value learnt for a text; undefined when it was never told or two learnt texts are equally near. */
export function lookUp(mapping: Readonly<Record<string, string>>, text: string, language?: string): string | undefined {
	const key = normalise(text, language);
	if (Object.hasOwn(mapping, key)) return mapping[key];
	if (key.length < LONG_TEXT) return undefined;
	const near = new Set<string>();
	for (const [known, value] of Object.entries(mapping)) {
		if (known.length >= LONG_TEXT && weighty(known) === weighty(key) && withinOne(known, key)) near.add(value);
	}
	return near.size === 1 ? [...near][0] : undefined;
}

const weighty = (text: string): string =>
	text.replace(/[^\p{Nd}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu, '');

/** True when one insertion, deletion or substitution at most parts the two. */
export function withinOne(a: string, b: string): boolean {
	if (Math.abs(a.length - b.length) > 1) return false;
	let start = 0;
	while (start < a.length && start < b.length && a[start] === b[start]) start++;
	let endA = a.length;
	let endB = b.length;
	while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
		endA--;
		endB--;
	}
	return endA - start <= 1 && endB - start <= 1;
}
