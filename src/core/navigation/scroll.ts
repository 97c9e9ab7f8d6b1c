// How far the picture scrolled from frame to frame. A floor that repeats fits at every tile, so of all shifts that fit the one counts
// that can have been walked: no further than the fastest walk seen so far allows, and closest to how the walk was going on. Measured
// against the last frame, where little can be mistaken, and then against an older one, so that what is rounded off does not add up.
import { deviationOf, type Spread, withValue } from '../crystals/spread.ts';
import {
	alike,
	asGood,
	beside,
	changedShareOf,
	type Laid,
	layings,
	likeliest,
	type Look,
	type Prepared,
	prepare,
	sharpen,
} from './look.ts';
import { apart, type Xy } from './plane.ts';

/** What became of the picture since the last frame. */
export type Scrolled =
	/** `rests`: and not by a fraction of a cell either. */
	| { readonly is: 'still'; readonly rests: boolean }
	/** By how much the world's box moved over the plane, pixels. `doubtPx`: another shift, so far off, fits as well. */
	| { readonly is: 'moved'; readonly by: Xy; readonly doubtPx: number }
	/** Nothing that can have been walked explains the frame. */
	| { readonly is: 'cut' };

export interface Scroll {
	/** @param cell  frame pixels of a cell; @param now  monotonic ms */
	follow(look: Look, cell: Xy, now: number): Scrolled;
	/** Begins anew at this look. */
	restart(look: Look, now: number): void;
	/** The last look. */
	readonly look: Look | undefined;
	/** The same, prepared. */
	readonly prepared: Prepared;
	/** The fastest walk seen, pixels a ms; 0 while too few were seen. */
	readonly fastest: number;
}

/** Less of the picture changes when only somebody moves in it. */
const STILL_SHARE = 0.015;
/** Two frames that are less alike, however they are shifted, have a cut between them; more is asked once it is known how alike they are. */
const FOLLOWS = 0.83;
const FOLLOWS_MOST = 0.95;
/** An older frame is held against as long as so much of it is in sight. */
const KEY_OVERLAP = 0.7;
/** Steps seen before the fastest walk is believed; and what it may be exceeded by. */
const STEPS_LEAST = 12;
const FASTER = 1.6;
/** Cells that a shift may be off by, and still be the one that was walked. */
const ROUNDING = 1.5;
/** Cells about the walk beyond which nothing else is looked for that fits as well. */
const RIVALS_WITHIN = 8;
/** A frame that comes later says little of how fast a walk is. */
const SOON_MS = 600;

export function makeScroll(): Scroll {
	let before: { readonly look: Look; prepared?: Prepared; readonly at: Xy; readonly now: number } | undefined;
	let key: { readonly look: Prepared; readonly at: Xy } | undefined;
	/** What was told as moved, in a plane of its own. */
	let told: Xy = [0, 0];
	/** Of the last step, pixels a ms. */
	let speed: Xy = [0, 0];
	let fastest = 0;
	let steps = 0;
	/** How alike frames are that follow on each other. */
	let alikes: Spread = { n: 0, mean: 0, m2: 0 };
	const follows = (): number =>
		alikes.n < STEPS_LEAST ? FOLLOWS : Math.max(FOLLOWS, Math.min(FOLLOWS_MOST, alikes.mean - 5 * deviationOf(alikes) - 0.02));

	const preparedOf = (seen: NonNullable<typeof before>): Prepared => (seen.prepared ??= prepare(seen.look));

	function restart(look: Look, now: number): void {
		before = { look, at: [0, 0], now };
		told = [0, 0];
		key = undefined;
		speed = [0, 0];
	}

	/** The shift from the last frame that fits, was possible, and goes best with how the walk was going on; and another as good as it. */
	function step(last: NonNullable<typeof before>, look: Prepared, [cw, ch]: Xy, ms: number) {
		const expected: Xy = [(-speed[0] * ms) / cw, (-speed[1] * ms) / ch];
		const within = steps < STEPS_LEAST ? Infinity : (FASTER * fastest * ms) / Math.min(cw, ch) + ROUNDING;
		// Whoever walks goes on so, or stops on the way.
		const far = ({ dx, dy }: Pick<Laid, 'dx' | 'dy'>): number => toSegment([dx, dy], expected);
		const from = preparedOf(last);
		const peaks = layings(from, look, { at: expected, within, about: [0, 0] });
		const peak = likeliest(peaks, far);
		if (peak === undefined || peak.score < follows()) return undefined;
		// What repeats does not peak at each repetition: what is as near to the walk is looked at one by one.
		const reach = Math.min(RIVALS_WITHIN, far(peak) + 1);
		const all = [...peaks];
		const [x0, x1] = [Math.min(0, expected[0]) - reach, Math.max(0, expected[0]) + reach];
		const [y0, y1] = [Math.min(0, expected[1]) - reach, Math.max(0, expected[1]) + reach];
		for (let dy = Math.ceil(y0); dy <= y1; dy++)
			for (let dx = Math.ceil(x0); dx <= x1; dx++)
				if (far({ dx, dy }) < reach && Math.hypot(dx, dy) <= within) all.push({ dx, dy, ...alike(last.look, look.look, dx, dy) });
		const laid = likeliest(
			all.toSorted((a, b) => b.score - a.score),
			far,
		) as Laid;
		const rival = asGood(all, laid).find((other) => !beside(other, laid) && far(other) < far(laid) + 1);
		return { laid, rival };
	}

	return {
		restart,
		follow(look, cell, now) {
			if (before === undefined) restart(look, now);
			const last = before as NonNullable<typeof before>;
			const [cw, ch] = cell;
			const ms = Math.max(1, now - last.now);
			if (changedShareOf(last.look, look) < STILL_SHARE) {
				before = { look, at: last.at, now };
				speed = [0, 0];
				return { is: 'still', rests: true };
			}
			const prepared = prepare(look);
			const found = step(last, prepared, cell, ms);
			if (found === undefined) return { is: 'cut' };
			key ??= { look: preparedOf(last), at: last.at };
			let at: Xy = [last.at[0] - found.laid.dx * cw, last.at[1] - found.laid.dy * ch];
			const expected: Xy = [(key.at[0] - at[0]) / cw, (key.at[1] - at[1]) / ch];
			const old = likeliest(layings(key.look, prepared, { at: expected, within: ROUNDING }), ({ dx, dy }) =>
				Math.hypot(dx - expected[0], dy - expected[1]),
			);
			const held = old !== undefined && old.score >= FOLLOWS;
			const [from, laid] = held ? [key, old] : [{ look: preparedOf(last), at: last.at }, found.laid];
			const fine = sharpen(from.look.look, look, laid);
			at = [from.at[0] - fine.dx * cw, from.at[1] - fine.dy * ch];
			speed = [(at[0] - last.at[0]) / ms, (at[1] - last.at[1]) / ms];
			if (fine.overlap < KEY_OVERLAP) key = { look: prepared, at };
			else if (!held) key = from;
			before = { look, prepared, at, now };
			const by: Xy = [at[0] - told[0], at[1] - told[1]];
			if (Math.hypot(...by) < 0.5 * cw) return { is: 'still', rests: Math.hypot(...by) < 0.15 * cw };
			told = at;
			const { rival } = found;
			if (rival === undefined && ms <= SOON_MS) {
				steps++;
				alikes = withValue(alikes, found.laid.score);
				fastest = Math.max(fastest, Math.hypot(...speed));
			}
			return {
				is: 'moved',
				by,
				doubtPx: rival === undefined ? 0 : apart([rival.dx * cw, rival.dy * ch], [found.laid.dx * cw, found.laid.dy * ch]),
			};
		},
		get look() {
			return before?.look;
		},
		get prepared() {
			return preparedOf(before as NonNullable<typeof before>);
		},
		get fastest() {
			return steps < STEPS_LEAST ? 0 : fastest;
		},
	};
}

/** How far a point is from the line between nothing and an end. */
function toSegment([x, y]: Xy, [ex, ey]: Xy): number {
	const long = ex * ex + ey * ey;
	const part = long === 0 ? 0 : Math.max(0, Math.min(1, (x * ex + y * ey) / long));
	return Math.hypot(x - part * ex, y - part * ey);
}
