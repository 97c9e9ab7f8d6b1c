// A line cut into what is kept as sound: sentences, and in them what stays and what changes. A word alone is said as no word in a sentence
// is, so short pieces go with their neighbour; and what is not the end is said as what goes on, not with the fall of an end.
import { PIECE_CHARS, piecesOf } from '../models/speech.ts';
import { sayable } from './say.ts';

export interface Part {
	readonly text: string;
	readonly slot: boolean;
}
/** Pieces of one sentence, as they are said; their sounds are spliced. */
export type Sentence = readonly string[];

/** Of fixed text that stands as a sound of its own. */
const WORDS_LEAST = 2;
/** A minute of speech; the rest of a talk is only shown. */
export const SAID_CHARS = 900;

export interface Said {
	readonly sentences: readonly Sentence[];
	/** Characters that are shown and not said. */
	readonly left: number;
}

const words = (text: string): number => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
const END = /(?<=[.!?…]["')\]”’]*)(?<!\b(?:\p{L}|Mr|Mrs|Ms|Dr|St|No|vs|Lv|Lvl)\.)\s+/u;

/** The sentences of a line: as many as fit into a minute. */
export function sentencesOf(parts: readonly Part[]): Said {
	const sentences: Part[][] = [[]];
	let taken = 0;
	let left = 0;
	for (const part of parts) {
		for (const [i, text] of (part.slot ? [part.text] : part.text.split(END)).entries()) {
			if (i > 0) sentences.push([]);
			if (taken >= SAID_CHARS) left += text.length;
			else (sentences.at(-1) as Part[]).push({ text, slot: part.slot });
			taken += text.length;
		}
	}
	return { sentences: sentences.flatMap(cut).filter((sentence) => sentence.length > 0), left };
}

/** Short pieces joined to their neighbours, all as they are said; a sentence that no voice can hold is several. */
function cut(sentence: readonly Part[]): Sentence[] {
	const whole = sentence.map(({ text }) => text).join('');
	if (whole.length > PIECE_CHARS || !sentence.some(({ slot }) => slot)) {
		const read = piecesOf(whole.slice(0, SAID_CHARS));
		return 'fault' in read
			? []
			: read.pieces
					.map(sayable)
					.filter(Boolean)
					.map((piece) => [piece]);
	}
	const pieces: string[] = [];
	let open = '';
	for (const part of sentence) {
		const alone = !part.slot && words(part.text) >= WORDS_LEAST;
		if (alone && words(open) > 0) {
			pieces.push(open);
			open = '';
		}
		open += part.text;
		if (alone) {
			pieces.push(open);
			open = '';
		}
	}
	// What is left over, a full stop at least, goes with what stands before it.
	if (words(open) > 0) pieces.push(open);
	else if (pieces.length > 0) pieces.push((pieces.pop() as string) + open);
	const said = pieces.map((piece) => sayable(piece).replace(/^[^\p{L}\p{N}]+/u, '')).filter((piece) => /\p{L}/u.test(piece));
	return [said.map((piece, i) => (i < said.length - 1 && /[\p{L}\p{N}]$/u.test(piece) ? `${piece},` : piece))];
}
