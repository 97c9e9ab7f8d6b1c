// Where a fixed element that is not at its places may have gone. What is found is a candidate, not the element: a word that equals a
// title matches as well, so only one clear place counts, and nothing is acted on before a model or another element confirmed it.
import type { Box } from '../../geometry.ts';
import type { Placed } from '../../perception/match.ts';
import type { Matcher } from '../../perception/matcher.ts';
import type { Frame } from '../../ports.ts';
import { CHROMA_MIN, OBSERVED_LEAST, patchesOf } from './apply.ts';
import type { TemplateCrystal } from './schema.ts';

/** Asked of a place where the element never stood, and its lead over the second such place (reliability.md §6). */
const ELSEWHERE_LEAST = 0.85;
export const LEAD_LEAST = 0.05;
/** What moved looks as it always did: at most so much less than in its worst observation, once it was observed often enough. */
const ELSEWHERE_LOSS = 0.05;
/** An element confirmed at so many places is one of a kind that repeats, as the arrows of a list. */
const MANY_PLACES = 3;

export interface Elsewhere {
	readonly box: Box;
	readonly score: number;
	/** Ahead of the next best place. */
	readonly lead: number;
	/** Why what stands there may be another thing; absent when it is the element's picture. */
	readonly doubt?: string;
}

/**
 * Looks for the best place of each of many fixed elements in the whole frame.
 *
 * @param careful  how many are looked for with care in this call, as for `searchLost`
 * @returns by crystal; what shows nowhere, so far as it was looked for, is left out
 */
export function lookElsewhere(
	crystals: readonly TemplateCrystal[],
	frame: Frame,
	matcher: Matcher,
	careful?: number,
): Map<TemplateCrystal, Elsewhere> {
	const wanted = crystals.flatMap((crystal) =>
		patchesOf(crystal)
			.slice(0, 1)
			.map((patch) => ({ crystal, patch })),
	);
	const found = matcher.searchLost(
		frame,
		wanted.map((w) => w.patch),
		[0, 0, frame.width, frame.height],
		careful,
	);
	const out = new Map<TemplateCrystal, Elsewhere>();
	wanted.forEach(({ crystal, patch }, i) => {
		const { best, second } = found[i] ?? {};
		if (best === undefined) return;
		const doubt = doubtOf(crystal, best, second, matcher.chroma(frame, patch, best.box));
		out.set(crystal, { ...best, lead: best.score - (second?.score ?? -1), ...(doubt === undefined ? {} : { doubt }) });
	});
	return out;
}

function doubtOf({ data }: TemplateCrystal, best: Placed, second: Placed | undefined, hue: number | undefined): string | undefined {
	const { threshold, lookalike, positives, chromaMin = CHROMA_MIN } = data;
	const usual = positives.frames >= OBSERVED_LEAST ? positives.worst - ELSEWHERE_LOSS : -1;
	if (best.score < Math.max(threshold, ELSEWHERE_LEAST, usual)) return `nothing in the frame looks like it (${best.score.toFixed(2)})`;
	if (hue !== undefined && hue < chromaMin) return `the shape fits (${best.score.toFixed(2)}) but the colour does not (${hue.toFixed(2)})`;
	if (lookalike !== undefined && best.score - lookalike.score < LEAD_LEAST)
		return `what stands at [${best.box.join(', ')}] may be its look-alike`;
	// What is known to stand at many places may stand at two.
	if (data.places.length < MANY_PLACES && second !== undefined && best.score - second.score < LEAD_LEAST)
		return `ambiguous: it may stand at [${best.box.join(', ')}] or at [${second.box.join(', ')}]`;
	return undefined;
}
