// Whether two readings are of one text. Whoever reads a screen mistakes letters that look alike and loses blanks and marks; that is
// forgiven within bounds. What turns a meaning is not: a digit, a number word, a negation, a word that is another known word. Leans
// towards "another text": that costs one model call, and a wrong "same" would make another quest of it.
import { LEXICON, NUMBERS, stem } from '../crystals/skill/lexicon.ts';
import { unaccented } from '../slug.ts';

/** Longer texts are known again by every character of theirs or not at all. Canonical characters. */
export const FUZZY_MOST = 4000;
/** A word of so many letters may be misread in any of its inner letters; a shorter one would too often be another word. */
const LONG_WORD = 7;

const NEGATIONS = new Set(
	'no not nor never none nobody nothing nowhere neither without cannot cant dont doesnt didnt wont wouldnt shouldnt mustnt neednt isnt arent wasnt werent havent hasnt hadnt'.split(
		' ',
	),
);

/** Lower case, one blank between words, no marks but a minus in front of a number: two readings that differ in nothing else are one. */
export function canonicalText(text: string): string {
	return (
		text
			.normalize('NFKC')
			.toLowerCase()
			.replaceAll(/[’‘`']/g, '')
			.replaceAll('−', '-')
			.replaceAll(/-(?!\d)|(?<=[\p{L}\p{N}])-/gu, ' ')
			// A nought or a one inside a word is a letter misread; a number next to a word has lost its blank.
			.replaceAll(/(?<=\p{L})0(?=\p{L}\p{L})|(?<=\p{L}\p{L})0(?=\p{L})/gu, 'o')
			.replaceAll(/(?<=\p{L})1(?=\p{L}\p{L})|(?<=\p{L}\p{L})1(?=\p{L})/gu, 'l')
			.replaceAll(/(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu, ' ')
			.replaceAll(/[^\p{L}\p{N}-]+/gu, ' ')
			.trim()
	);
}

/** Letters that readers take for one another, as one; without blanks and accents. Readings of one text mostly have one skeleton. */
export function skeletonOf(canonical: string): string {
	return unaccented(canonical)
		.replaceAll(' ', '')
		.replaceAll('rn', 'm')
		.replaceAll('cl', 'd')
		.replaceAll('vv', 'w')
		.replaceAll(/[ljı]/g, 'i')
		.replaceAll(/[ceo]/g, 'c')
		.replaceAll('v', 'u')
		.replaceAll('b', 'h')
		.replaceAll('f', 't')
		.replaceAll('q', 'g');
}

/** What must be the same in both, in order: numbers and negations. */
function fixedParts(canonical: string): string {
	return canonical
		.split(' ')
		.filter((word) => isFixed(word))
		.join(' ');
}
function isFixed(word: string): boolean {
	return /\d/.test(word) || NEGATIONS.has(word) || Object.hasOwn(NUMBERS, word);
}

/** Edits that may lie between two readings of a text of so many canonical characters. */
export function editsAllowed(length: number): number {
	return Math.min(24, 2 + Math.floor(length / 16));
}

export interface Known {
	readonly canonical: string;
	/** Words that stand with a capital in the text: names are misread like other words, and never guessed. */
	readonly names: ReadonlySet<string>;
}

/** Words of a text that begin with a capital, canonical. */
export function namesIn(text: string): ReadonlySet<string> {
	return new Set((text.match(/\p{Lu}[\p{L}\p{N}’']*/gu) ?? []).map(canonicalText));
}

/**
 * Edits between a known text and a reading, where the reading can be of it; undefined where it is another text.
 *
 * @param isWord  of a canonical word: it stands in some other text that is known
 */
export function misreadBy(known: Known, read: string, isWord: (word: string) => boolean): number | undefined {
	const { canonical, names } = known;
	if (canonical === read) return 0;
	const most = editsAllowed(canonical.length);
	if (canonical.length > FUZZY_MOST || Math.abs(canonical.length - read.length) > most) return undefined;
	if (fixedParts(canonical) !== fixedParts(read)) return undefined;
	const aligned = align(canonical, read, most);
	if (aligned === undefined) return undefined;
	const readWords = new Set(read.split(' '));
	for (const { word, as, edits } of aligned.words) {
		const b = as.replaceAll(' ', '');
		if (b === word) continue;
		if (isFixed(word) || isFixed(b) || /\d/.test(word)) return undefined;
		const isAlike = skeletonOf(word) === skeletonOf(b);
		if (isAlike ? edits > 1 + word.length / 2 : names.has(word) || !mayBeMisread(word, b, edits)) return undefined;
		if (readWords.has(b) && (isWord(b) || LEXICON.senses.has(stem(b)))) return undefined;
	}
	return aligned.edits;
}

/** A long word with one of its inner letters wrong, lost or doubled. An end is grammar, and a beginning another word. */
function mayBeMisread(word: string, b: string, edits: number): boolean {
	if (word.length < LONG_WORD || edits > 1 || Math.abs(word.length - b.length) > 1) return false;
	return word[0] === b[0] && word.at(-1) === b.at(-1) && word.slice(-2) === b.slice(-2);
}

interface Aligned {
	readonly edits: number;
	/** Every word of the known text with what stands in the reading in its place. */
	readonly words: readonly { readonly word: string; readonly as: string; readonly edits: number }[];
}

/** The shortest edit script within a band. @see E. Ukkonen, "Algorithms for approximate string matching" (1985) */
function align(a: string, b: string, most: number): Aligned | undefined {
	const width = 2 * most + 1;
	const at = (i: number, j: number): number => i * width + (j - i + most);
	const cost = new Uint8Array((a.length + 1) * width).fill(255);
	for (let i = 0; i <= a.length; i++) {
		for (let j = Math.max(0, i - most); j <= Math.min(b.length, i + most); j++) {
			if (i === 0 || j === 0) cost[at(i, j)] = i + j;
			else {
				const same = (cost[at(i - 1, j - 1)] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
				const gone = j < i + most ? (cost[at(i - 1, j)] as number) + 1 : 255;
				const come = j > i - most ? (cost[at(i, j - 1)] as number) + 1 : 255;
				cost[at(i, j)] = Math.min(same, gone, come, 255);
			}
		}
	}
	const edits = cost[at(a.length, b.length)] as number;
	if (edits > most) return undefined;
	/** For each character of `a`, where its part of `b` begins; and which were edited. */
	const begin = new Uint16Array(a.length + 1);
	const edited = new Uint8Array(a.length + 1);
	let i = a.length;
	let j = b.length;
	begin[i] = j;
	while (i > 0 || j > 0) {
		const here = cost[at(i, j)] as number;
		const same = i > 0 && j > 0 ? (cost[at(i - 1, j - 1)] as number) : 255;
		if (i > 0 && j > 0 && here === same + (a[i - 1] === b[j - 1] ? 0 : 1)) {
			if (a[i - 1] !== b[j - 1]) edited[i - 1] = (edited[i - 1] as number) + 1;
			i--;
			j--;
			begin[i] = j;
		} else if (i > 0 && j < i + most && here === (cost[at(i - 1, j)] as number) + 1) {
			edited[i - 1] = (edited[i - 1] as number) + 1;
			i--;
			begin[i] = j;
		} else {
			// What came in belongs to the word it stands at, so that a word put in between shows in one of its neighbours.
			const begins = i === 0 || a[i - 1] === ' ';
			const to = begins ? i : i - 1;
			edited[to] = (edited[to] as number) + 1;
			j--;
			if (begins) begin[i] = j;
		}
	}
	const words: { word: string; as: string; edits: number }[] = [];
	for (let from = 0; from < a.length; ) {
		const blank = a.indexOf(' ', from);
		const to = blank < 0 ? a.length : blank;
		// The blank behind a word is its own: it may be lost.
		const next = blank < 0 ? a.length : blank + 1;
		let own = 0;
		for (let k = from; k < to; k++) own += edited[k] as number;
		words.push({ word: a.slice(from, to), as: b.slice(begin[from], next === a.length ? b.length : begin[next]), edits: own });
		from = next;
	}
	return { edits, words };
}
