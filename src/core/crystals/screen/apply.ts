// Which screen is this? The one that makes what is found and what is missing most likely, well ahead of the next likely one and of
// a screen nobody knows. One element of many may be covered; one that belongs to another screen may not be there.

/** How often an element was there when a model named a screen. */
export interface Sighting {
	readonly element: string;
	/** May answer for itself: its crystal is autonomous. */
	readonly trusted: boolean;
	/** Recognised on this frame. */
	readonly found: boolean;
	/** Only elements with a fixed place can tell a screen. */
	readonly fixed: boolean;
	readonly screens: Readonly<Record<string, { readonly seen: number; readonly of: number }>>;
}

export type ScreenGuess =
	| {
			readonly outcome: 'known';
			readonly screen: string;
			/** Elements that make up its look, and how many of them are found and trusted. */
			readonly required: number;
			readonly trusted: number;
			/** Of its look, what is not found: covered, or no longer as learnt. */
			readonly missing: readonly string[];
	  }
	| { readonly outcome: 'shadow'; readonly screen: string; readonly why: string }
	| { readonly outcome: 'unknown'; readonly reason: 'no-crystal' | 'stale' | 'conflict'; readonly why: string };

/** An element is part of a screen's look when it was there in at least this share of the answers that named the screen. */
const PART = 0.9;
/** A screen is told by two trusted elements, or by all it has when it has fewer. */
const ENOUGH = 2;
/**
 * No element is surer than this to be found where it belongs: a pointer, a glint or a tooltip covers it now and then, whatever
 * models said of other frames. Together with `UNKNOWN` it says how many may be missing: one of five or more, two of ten.
 */
const SURE = 0.95;
/** On a screen nobody knows, an element of ours is as likely to stand as not. */
const UNKNOWN = 0.5;
/** Natural logarithm of the odds of 3 to 1 that part look-alike screens: one differing element, seen twice each way. */
const MARGIN = Math.log(3) - 1e-9;

/** Chance that the element is found on the screen, by Laplace's rule of succession. */
function chanceOn(s: Sighting, screen: string): number {
	const { seen, of } = s.screens[screen] ?? { seen: 0, of: 0 };
	return Math.min(SURE, Math.max(1 - SURE, (seen + 1) / (of + 2)));
}

export function recogniseScreen(screens: readonly string[], sightings: readonly Sighting[]): ScreenGuess {
	const telling = sightings.filter((s) => s.fixed);
	const likely: { screen: string; likelihood: number; parts: Sighting[]; missing: string[] }[] = [];
	let closest: { screen: string; share: number; missing: string[] } | undefined;
	for (const screen of screens) {
		const parts = telling.filter((s) => isPart(s, screen));
		if (parts.length === 0) continue;
		const missing = parts.filter((s) => !s.found).map((s) => s.element);
		// An element that this screen was never seen with speaks for another screen.
		const foreign = telling.find(
			(s) => s.found && neverOn(s, screen) && Object.keys(s.screens).some((other) => other !== screen && isPart(s, other)),
		);
		let likelihood = 0;
		let fit = 0;
		for (const s of telling) {
			const p = chanceOn(s, screen);
			likelihood += Math.log(s.found ? p : 1 - p);
		}
		for (const s of parts) {
			const p = chanceOn(s, screen);
			fit += Math.log((s.found ? p : 1 - p) / UNKNOWN);
		}
		const share = 1 - missing.length / parts.length;
		// Only one that proved itself may be excused as covered, and a model is asked about it soon. The others may be what tells this
		// screen from one that nobody has named yet: a dialogue that has closed leaves all else as it was.
		const unproven = parts.some((s) => !s.found && !s.trusted);
		if (foreign !== undefined || unproven || (missing.length > 0 && fit <= 0)) {
			if (closest === undefined || share > closest.share) closest = { screen, share, missing };
			continue;
		}
		likely.push({ screen, likelihood, parts, missing });
	}
	const [best, rival] = likely.toSorted((a, b) => b.likelihood - a.likelihood);
	if (best === undefined) {
		if (closest !== undefined && closest.share >= 0.5) {
			return {
				outcome: 'unknown',
				reason: 'stale',
				why: `looks like "${closest.screen}" but ${closest.missing.join(', ') || 'something else'} is not as learnt`,
			};
		}
		return { outcome: 'unknown', reason: 'no-crystal', why: 'no screen known here has its elements in sight' };
	}
	if (rival !== undefined && best.likelihood - rival.likelihood < MARGIN)
		return { outcome: 'unknown', reason: 'conflict', why: `"${best.screen}" and "${rival.screen}" cannot be told apart by their elements` };
	const { screen, parts, missing } = best;
	const trusted = parts.filter((s) => s.found && s.trusted).length;
	if (trusted < Math.min(ENOUGH, parts.length)) {
		return { outcome: 'shadow', screen, why: `"${screen}" is known by ${trusted} trusted of ${parts.length} elements` };
	}
	return { outcome: 'known', screen, required: parts.length, trusted, missing };
}

/** Whether an element belongs to a screen's look. */
export function isPart(s: Pick<Sighting, 'screens'>, screen: string): boolean {
	const on = s.screens[screen];
	return on !== undefined && on.of > 0 && on.seen / on.of >= PART;
}

function neverOn(s: Sighting, screen: string): boolean {
	const on = s.screens[screen];
	return on === undefined || on.seen === 0;
}
