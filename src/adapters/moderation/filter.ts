// Judges a text by word lists on this machine, in microseconds, and says so when it cannot tell. It knows words, not what is meant: an
// insult of plain words goes by it. English only; other scripts are in doubt.
import { englishDataset, RegExpMatcher } from 'obscenity';
import type { Judged, Words } from '../../core/moderation/words.ts';
import { fold, readings } from './fold.ts';
import { REFUSED, TERMS_MEANT_WELL } from './lists.ts';

const ABUSIVE: Judged = { verdict: 'abusive', why: 'a word of it is on the list' };
const doubtful = (why: string): Judged => ({ verdict: 'doubtful', why });

/** Roots that many an innocent word begins with or holds; as words of their own the lists have them. */
const BEGINS_WORDS = new Set(
	`abo anal anus arse ass bestiality boob chink cock cuck cum dick dyke fag incest penis rape retard scat semen sex spastic tit turd
	vagina`.split(/\s+/),
);

/** Refused words by their letters without repeats, to find them when they are stretched. */
const byLetters = new Map<string, string[]>();
/** Long enough that nothing innocent holds them by chance. */
const LONG = 8;
const long: string[] = [];
for (const word of [...REFUSED.words, ...BEGINS_WORDS]) {
	const key = unstretched(word);
	byLetters.set(key, [...(byLetters.get(key) ?? []), word]);
	if (word.length >= LONG) long.push(word);
}
const longWords = new RegExp(long.toSorted((a, b) => b.length - a.length).join('|'));
/** obscenity's other roots, which it finds inside of words as well, with its own exceptions. The fold has done its transformers' work. */
const roots = new RegExpMatcher(englishDataset.removePhrasesIf(({ metadata }) => BEGINS_WORDS.has(metadata?.originalWord ?? '')).build());

/** Words that stand beside others as often as not: with a neighbour they make no hidden third. */
const BETWEEN = new Set(
	`a i an am as at be by do go he hi if in is it me my no of oh on or ox so to up us we the and are but can for had has her him his how its let
	may new not now off old one our out own per say see she six ten too two use was way who why yet you pen hit all any`.split(/\s+/),
);

/** Endings with which a refused word is the same word: plurals from four letters on, the others from five. */
const PLURAL = /(?:(?<=[sxzo]|[cs]h)es|s|z)$/;
const ENDING = /(?:ed|ers?|ings?|in)$/;

function unstretched(word: string): string {
	return word.replace(/(.)\1+/g, '$1');
}

/** "fuuuck" for "fuck": runs of three; of two where English has no such double, or at an edge of the word where it has none. */
function stretches(word: string, refused: string): boolean {
	const runs = word.match(/(.)\1*/g) ?? [];
	const wanted = refused.match(/(.)\1*/g) ?? [];
	return runs.every((run, i) => {
		const length = wanted[i]?.length ?? 0;
		if (run.length === length) return true;
		if (run.length < length) return false;
		return run.length >= 3 || /[aiuhjkqvwxy]/.test(run) || (i === 0 && !/[aeol]/.test(run));
	});
}

function isRefused(word: string): boolean {
	if (REFUSED.words.has(word) || BEGINS_WORDS.has(word)) return true;
	if (/(.)\1/.test(word) && byLetters.get(unstretched(word))?.some((one) => stretches(word, one)) === true) return true;
	const one = word.replace(PLURAL, '');
	if (one !== word && one.length >= 4 && REFUSED.words.has(one)) return true;
	const stem = one.replace(ENDING, '');
	return stem !== one && stem.length >= 5 && (REFUSED.words.has(stem) || (stem.length >= 6 && REFUSED.words.has(`${stem}e`)));
}

/** One word, with whatever it is drawn of. */
function isAbusive(word: string): boolean {
	// Digits around a word may be letters of it, and may be decoration.
	const bare = new Set([word, word.replace(/[!|]+$/, ''), word.replace(/^\d{1,4}/, ''), word.replace(/^[^a-z]+|[^a-z]+$/g, '')]);
	for (let i = 1; i <= 3 && /\d/.test(word.at(-i) ?? ''); i++) bare.add(word.slice(0, -i));
	return [...bare].some(
		(one) =>
			one.length > 2 &&
			readings(one).some(
				(read) => isRefused(read) || (read.length >= LONG && longWords.test(unstretched3(read))) || roots.hasMatch(unstretched3(read)),
			),
	);
}
/** Runs of three and more as one. */
const unstretched3 = (word: string): string => word.replace(/(.)\1{2,}/g, '$1');

/** Letters hidden under stars. @returns undefined when nothing is */
function masked(word: string): 'abusive' | 'doubtful' | 'clean' | undefined {
	const bare = word.replace(/^[^a-z*#%]+|[^a-z*#%]+$/g, '');
	if (!/[a-z]/.test(bare) || !/[a-z][*#%]|[*#%][a-z]/.test(bare)) return undefined;
	const letters = bare.replace(/[^a-z]/g, '').length;
	// "5#", "a*": a sign beside a letter hides nothing.
	if (bare.length < 3 || letters < 1) return 'clean';
	if (letters * 2 < bare.length) return 'doubtful';
	const pattern = new RegExp(`^${bare.replace(/[^a-z*#%]/g, '').replace(/[*#%]+/g, (run) => `[a-z]{${run.length},${run.length + 1}}`)}$`);
	for (const refused of REFUSED.words) if (pattern.test(refused)) return 'abusive';
	return 'clean';
}

/** Cuts "BadWordHere" where a name's words begin. */
const humps = (word: string): string[] => word.split(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/);

export const words: Words = {
	judge(text) {
		if (text.length > 2000) return doubtful('it is longer than anything that is said at once');
		const folded = fold(text);
		const cased = folded.replace(/['’`]/g, '').replace(TERMS_MEANT_WELL, ' ');
		const lower = cased.toLowerCase();
		const drawn = lower.split(/[^a-z0-9@$+(|!*#%]+/).filter(Boolean);
		const tokens = drawn.map(trimmed).filter(Boolean);
		let doubt: Judged | undefined;
		if (drawn.some(isAbusive)) return ABUSIVE;
		for (const token of tokens) {
			if (isAbusive(token)) return ABUSIVE;
			const hidden = masked(token);
			if (hidden === 'abusive') return ABUSIVE;
			if (hidden === 'doubtful') doubt = doubtful('letters of it are hidden');
		}
		for (const hump of cased.split(/[^A-Za-z0-9]+/).flatMap(humps)) if (isAbusive(hump.toLowerCase())) return ABUSIVE;
		if (phraseIn(tokens) || apart(lower)) return ABUSIVE;
		if (doubt !== undefined) return doubt;
		if (/https?:|www\.|[\w.]@\w+\.\w|\b[\w-]+\.(?:com|net|org|io|gg|tv|xyz|ru|link|me)\b/i.test(folded))
			return doubtful('it holds an address');
		if (/(?!\p{Script=Latin})\p{L}/u.test(text.normalize('NFKC')) || /[^\x00-\x7f]/.test(folded.replace(/\P{L}/gu, '')))
			return doubtful('it holds letters that the lists do not know');
		if (/[^\x20-\x7e\n]/.test(folded.replace(/[\p{P}\p{Zs}\p{Sc}\p{Sm}°←-⇿✓★☆♥❤️]/gu, '')))
			return doubtful('it holds signs that the lists do not know');
		return { verdict: 'clean' };
	},
};

/** Marks that end a sentence are no letters. */
function trimmed(token: string): string {
	return token.replace(/^[(!+|]+|[!+|(]+$/g, '');
}

/** Refused phrases, and refused words in two or three pieces. */
function phraseIn(tokens: readonly string[]): boolean {
	const plain = tokens.map((token) => readings(token)[0] ?? token);
	for (let i = 0; i < plain.length; i++) {
		let phrase = plain[i] as string;
		let joined = phrase;
		let hidden = !BETWEEN.has(phrase);
		for (let j = i + 1; j < Math.min(plain.length, i + 5); j++) {
			const next = plain[j] as string;
			phrase += ` ${next}`;
			joined += next;
			hidden &&= !BETWEEN.has(next);
			if (REFUSED.phrases.has(phrase)) return true;
			if (hidden && j < i + 3 && joined.length >= 4 && isRefused(joined)) return true;
		}
	}
	// A text of nothing but pieces says what they say together.
	return plain.length > 1 && plain.join('').length <= 16 && isRefused(plain.join(''));
}

/** Words whose letters stand apart, by blanks, dots or dashes. */
function apart(lower: string): boolean {
	// The last of them may have a number at its heels.
	for (const run of lower
		.replace(/(?<![a-z0-9])([a-z])\d+(?![a-z0-9])/g, '$1')
		.match(/(?:(?<![a-z0-9@$])[a-z0-9@$](?:[^a-z0-9@$]{1,3}|$)){3,}/g) ?? [])
		if (hides(run.replace(/[^a-z0-9@$]/g, ''))) return true;
	for (const chunk of lower.match(/[a-z0-9@$!|]+(?:[-_.,:;~=/\\*]+[a-z0-9@$!|]+)+/g) ?? [])
		if (isAbusive(chunk.replace(/[^a-z0-9@$!|]/g, ''))) return true;
	return false;
}

/** Letters that were spelt one by one may spell several words. */
function hides(letters: string): boolean {
	if (isAbusive(letters) || roots.hasMatch(letters)) return true;
	for (const read of readings(letters))
		for (let from = 0; from < read.length; from++)
			for (let to = from + 3; to <= read.length; to++) if (isRefused(read.slice(from, to))) return true;
	return false;
}
