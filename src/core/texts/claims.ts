// What an answer claims, held against the words it was given: a name or a number that stands nowhere was invented.
import { FILLERS, NUMBERS, stem } from '../crystals/skill/lexicon.ts';
import { readSigns } from '../crystals/skill/polarity.ts';
import { canonicalText, skeletonOf } from './same-text.ts';

const LITTLE = new Set('a an the of to in at on for and or with from by his her their your my our its this that'.split(' '));

interface Heard {
	readonly words: ReadonlySet<string>;
	readonly numbers: ReadonlySet<number>;
}

function heardIn(texts: readonly string[]): Heard {
	const words = new Set<string>();
	const numbers = new Set<number>();
	for (const text of texts)
		for (const word of canonicalText(text).split(' ')) {
			words.add(skeletonOf(word));
			words.add(skeletonOf(stem(word)));
			const number = numberOf(word);
			if (number !== undefined) numbers.add(number);
		}
	return { words, numbers };
}

function numberOf(word: string): number | undefined {
	return /^-?\d+$/.test(word) ? Number(word) : Object.hasOwn(NUMBERS, word) ? NUMBERS[word] : undefined;
}

function isHeard(word: string, { words, numbers }: Heard): boolean {
	const number = numberOf(word);
	if (number !== undefined && (numbers.has(number) || /\d/.test(word))) return numbers.has(number);
	return words.has(skeletonOf(word)) || words.has(skeletonOf(stem(word)));
}

/** Whether every word of a name stands in one of the texts; articles and the like need not. */
export function standsIn(name: string, texts: readonly string[]): boolean {
	const words = canonicalText(name)
		.split(' ')
		.filter((word) => word !== '' && !LITTLE.has(word));
	const heard = heardIn(texts);
	return words.length > 0 && words.every((word) => isHeard(word, heard));
}

/** A name or a number in somebody's words that stands in none of the texts; undefined where all do. The first word proves no name. */
export function unheardIn(said: string, texts: readonly string[]): string | undefined {
	const heard = heardIn(texts);
	const parts = said.match(/-?\d+|\p{L}[\p{L}’']*|[.!?]/gu) ?? [];
	let begins = true;
	for (const part of parts) {
		const canonical = canonicalText(part);
		const isName = /^\p{Lu}/u.test(part) && !begins && !FILLERS.has(canonical);
		begins = /[.!?]/.test(part);
		const number = numberOf(canonical);
		// "the first one" counts nothing.
		if (begins || (!isName && (number === undefined || (number === 1 && canonical !== '1')))) continue;
		if (!isHeard(canonical, heard)) return part;
	}
	return undefined;
}

/** A word that one text denies and the other does not, wherever it has it: "enter" of "do not enter" told as "enter"; undefined without one. */
export function turnedRound(said: string, text: string): string | undefined {
	const heard = readSigns(text).units;
	for (const unit of readSigns(said).units) {
		if (!unit.full) continue;
		const same = heard.filter((other) => other.full && other.names.some((name) => unit.names.includes(name)));
		if (same.length > 0 && same.every((other) => other.denied !== unit.denied)) return unit.names[0];
	}
	return undefined;
}
