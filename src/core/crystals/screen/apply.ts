// Which screen is this? The one all of whose own elements stand where they belong, and of several the one that has most.

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
	| { readonly outcome: 'known'; readonly screen: string; readonly required: number; readonly trusted: number }
	| { readonly outcome: 'shadow'; readonly screen: string; readonly why: string }
	| { readonly outcome: 'unknown'; readonly reason: 'no-crystal' | 'stale' | 'conflict'; readonly why: string };

/** An element is part of a screen's look when it was there in at least this share of the answers that named the screen. */
const PART = 0.9;
/** A screen is told by two trusted elements, or by all it has when it has fewer. */
const ENOUGH = 2;

export function recogniseScreen(screens: readonly string[], sightings: readonly Sighting[]): ScreenGuess {
	let best: { screen: string; required: number; trusted: number } | undefined;
	let rival: string | undefined;
	let closest: { screen: string; share: number; missing: string[] } | undefined;
	for (const screen of screens) {
		const parts = sightings.filter((s) => s.fixed && isPart(s, screen));
		if (parts.length === 0) continue;
		const missing = parts.filter((s) => !s.found);
		// An element that this screen was never seen with speaks for another screen.
		const foreign = sightings.find(
			(s) => s.found && s.fixed && neverOn(s, screen) && Object.keys(s.screens).some((other) => other !== screen && isPart(s, other)),
		);
		const share = 1 - missing.length / parts.length;
		if (missing.length > 0 || foreign !== undefined) {
			if (closest === undefined || share > closest.share) closest = { screen, share, missing: missing.map((s) => s.element) };
			continue;
		}
		const trusted = parts.filter((s) => s.trusted).length;
		if (best === undefined || parts.length > best.required) {
			rival = undefined;
			best = { screen, required: parts.length, trusted };
		} else if (parts.length === best.required) rival = screen;
	}
	if (best === undefined) {
		if (closest !== undefined && closest.share >= 0.5) {
			return {
				outcome: 'unknown',
				reason: 'stale',
				why: `looks like "${closest.screen}" but ${closest.missing.join(', ') || 'something else'} is not as learnt`,
			};
		}
		return { outcome: 'unknown', reason: 'no-crystal', why: 'no screen known here has all its elements in sight' };
	}
	if (rival !== undefined)
		return { outcome: 'unknown', reason: 'conflict', why: `"${best.screen}" and "${rival}" cannot be told apart by their elements` };
	if (best.trusted < Math.min(ENOUGH, best.required)) {
		return {
			outcome: 'shadow',
			screen: best.screen,
			why: `"${best.screen}" is known by ${best.trusted} trusted of ${best.required} elements`,
		};
	}
	return { outcome: 'known', ...best };
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
