// What a route costs, and whether it is open.
import { holds } from '../../facts/literal.ts';
import type { Facts } from '../../question.ts';
import { deviationOf } from '../spread.ts';
import type { Route, RouteData } from './schema.ts';

/** A way that nobody has walked is thought to take so long, where its length or how fast one walks is not known. */
const UNKNOWN_MS = 8000;
/** How far the game's own pace speaks for a terrain that was hardly walked, in walks. */
const PACE_WEIGHT = 2;

/** How far the game's own ways speak for one that was hardly walked, in walks. */
const USUAL_WEIGHT = 2;

/**
 * Expected ms: how long it takes, divided by how often it succeeds, and dearer where something interrupts.
 *
 * @param usual  how often a way of this game succeeds: of one that was hardly walked no more is known. A flat chance instead would send
 *   whoever knows a worn way round by it, past a shorter one walked once.
 * @param expectedMs  of a walk, see `Pace`
 */
export function costOf({ data, stat }: Pick<Route, 'data' | 'stat'>, usual: number, expectedMs: number): number {
	const succeeds = (stat.k + USUAL_WEIGHT * usual) / (stat.k + stat.w + USUAL_WEIGHT);
	return (expectedMs / succeeds) * (1 + dangerOf(data));
}

/** A straight way and its length: pixels between its ends in the plane that both share; undefined where they share none. */
export interface Stretch {
	readonly data: Pick<RouteData, 'ms' | 'terrain' | 'moves'>;
	readonly lengthPx: number | undefined;
}
/** How long a way takes, ms: by its own walks, else by its length and how fast its terrain is walked. */
export type Pace = (way: Stretch) => number;

/** Learns how fast each terrain is walked from the straight ways that were: of little-walked terrain the game's own pace is believed. */
export function paceOf(ways: Iterable<Stretch>): Pace {
	const terrains = new Map<string, { walks: number; ms: number; px: number }>();
	const all = { walks: 0, ms: 0, px: 0 };
	for (const way of ways) {
		const { ms, terrain } = way.data;
		if (!isStraight(way) || ms.n === 0) continue;
		const own = terrains.get(terrain) ?? { walks: 0, ms: 0, px: 0 };
		terrains.set(terrain, own);
		for (const sum of [all, own]) {
			sum.walks += ms.n;
			sum.ms += ms.n * ms.mean;
			sum.px += ms.n * way.lengthPx;
		}
	}
	return (way) => {
		const { ms, terrain } = way.data;
		if (ms.mean > 0) return Math.max(1, ms.mean);
		if (!isStraight(way) || all.walks === 0) return UNKNOWN_MS;
		const own = terrains.get(terrain) ?? { ms: 0, px: 0 };
		const priorPx = (PACE_WEIGHT * all.px) / all.walks;
		return Math.max(1, (way.lengthPx * (own.ms + (priorPx * all.ms) / all.px)) / (own.px + priorPx));
	};
}
function isStraight(way: Stretch): way is Stretch & { readonly lengthPx: number } {
	return way.data.moves.length === 0 && way.lengthPx !== undefined && way.lengthPx > 0;
}

/** How often ways of a game succeed, over all of them. */
export function usualOf(routes: Iterable<Pick<Route, 'stat'>>): number {
	let [k, w] = [0, 0];
	for (const { stat } of routes) {
		k += stat.k;
		w += stat.w;
	}
	return (k + 1) / (k + w + 2);
}

/** Share of walks that something interrupted. */
export function dangerOf({ danger, ms }: Pick<RouteData, 'danger' | 'ms'>): number {
	return danger / (danger + ms.n + 1);
}

/** How long a walk may take before something is wrong, ms. @param expectedMs  see `Pace` */
export function patienceOf({ ms }: Pick<RouteData, 'ms'>, expectedMs: number): number {
	const spread = ms.n < 2 ? expectedMs : deviationOf(ms);
	return Math.min(60_000, Math.max(5000, expectedMs + 3 * spread + 3000));
}

/** @param at  milliseconds since 1970 */
export function isOpen({ data, state }: Pick<Route, 'data' | 'state'>, facts: Facts, at: number): boolean {
	return state !== 'retired' && data.blockedUntil <= at && data.needs.every((need) => holds(need, facts));
}
