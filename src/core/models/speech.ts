// What is said before any engine sees it: pieces that a voice can hold, and words for the voices. The engine cuts what is longer than
// its 510 phonemes without a word, and one piece cannot be interrupted, so a piece is a sentence, and a long sentence is several.

import type { Fitness } from './capabilities.ts';
import type { Purpose } from './manifest.ts';

/** About 12 s of speech; with spelt-out numbers still under 510 phonemes. */
export const PIECE_CHARS = 180;
/** Longer than any line of a game; minutes of speech. */
export const TEXT_CHARS_MAX = 2000;

export type Pieces =
	| { readonly pieces: readonly string[] }
	/** A sentence: why this cannot be said. */
	| { readonly fault: string };

/** Letters of the Latin script, the only ones that English voices have sounds for. */
const LATIN = /\p{Script=Latin}/u;

/** Cuts a text at the ends of sentences, long ones at commas, then at blanks. Runs of blanks and line ends count as one. */
export function piecesOf(text: string, most = PIECE_CHARS): Pieces {
	const whole = text.replace(/\s+/g, ' ').trim();
	if (whole === '') return { fault: 'The text is empty; there is nothing to say.' };
	if (whole.length > TEXT_CHARS_MAX)
		return { fault: `The text has ${whole.length} characters, and ${TEXT_CHARS_MAX} can be said at once; say it in parts.` };
	const letters = whole.match(/\p{L}/gu) ?? [];
	if (letters.length === 0 && !/\p{N}/u.test(whole))
		return { fault: `"${shown(whole)}" holds no letter and no number; there is nothing to say.` };
	const foreign = letters.filter((letter) => !LATIN.test(letter));
	if (foreign.length * 2 > letters.length)
		return { fault: `"${shown(whole)}" is not written in Latin letters; this voice speaks English only.` };
	const pieces: string[] = [];
	// A full stop inside a number, an abbreviation of one letter or "Mr." ends no sentence.
	for (const sentence of whole.split(/(?<=[.!?…]["')\]”’]*)(?<!\b(?:\p{L}|Mr|Mrs|Ms|Dr|St|No|vs)\.) /u))
		pieces.push(...cut(sentence, most));
	return { pieces };
}

/** At the last comma or blank of the first `most` characters, or right there when there is none. */
function cut(sentence: string, most: number): string[] {
	const parts: string[] = [];
	let rest = sentence;
	while (rest.length > most) {
		const head = rest.slice(0, most + 1);
		let at = Math.max(head.lastIndexOf(', '), head.lastIndexOf('; '), head.lastIndexOf(': '), head.lastIndexOf(' – ')) + 1;
		if (at < most / 3) at = head.lastIndexOf(' ');
		// A single word of that length is nothing anybody says, yet it must not come out shortened.
		if (at <= 0) at = most;
		parts.push(rest.slice(0, at).trim());
		rest = rest.slice(at).trim();
	}
	if (rest !== '') parts.push(rest);
	return parts;
}

const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

/** "Heart, American woman" for `af_heart`; a name that tells nothing is shown as it is. */
export function voiceLabel(voice: string): string {
	const found = /^([ab])([fm])_([a-z]+)$/.exec(voice);
	if (found === null) return voice;
	const [, land, kind, name = ''] = found;
	return `${name.charAt(0).toUpperCase()}${name.slice(1)}, ${land === 'a' ? 'American' : 'British'} ${kind === 'f' ? 'woman' : 'man'}`;
}

/** Which of several models speaks: what keeps up before what is slow, then the smaller; undefined when none can. */
export function speakerOf<
	M extends {
		readonly manifest: { readonly purpose: Purpose; readonly needs: { readonly memoryBytes: number } };
		readonly fitness: Fitness;
	},
>(ready: readonly M[]): M | undefined {
	return ready
		.filter(({ manifest, fitness }) => manifest.purpose === 'speak' && fitness.fit !== 'no')
		.toSorted(
			(a, b) =>
				Number(a.fitness.fit === 'slow') - Number(b.fitness.fit === 'slow') || a.manifest.needs.memoryBytes - b.manifest.needs.memoryBytes,
		)[0];
}

/** The voices whose files a model has, in the order of its manifest. */
export function voicesOf(paths: readonly string[]): readonly string[] {
	return paths.flatMap((path) => /^voices\/([\w-]+)\.bin$/.exec(path)?.[1] ?? []);
}
