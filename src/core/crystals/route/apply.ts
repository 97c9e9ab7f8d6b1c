// What a route costs, and whether it is open.
import { holds } from '../../facts/literal.ts';
import type { Facts } from '../../question.ts';
import { deviationOf } from '../spread.ts';
import type { Route, RouteData } from './schema.ts';

/** A way that nobody has walked is thought to take so long. */
const UNKNOWN_MS = 8000;

/** How far the game's own ways speak for one that was hardly walked, in walks. */
const USUAL_WEIGHT = 2;

/**
 * Expected ms: how long it takes, divided by how often it succeeds, and dearer where something interrupts.
 *
 * @param usual  how often a way of this game succeeds: of one that was hardly walked no more is known. A flat chance instead would send
 *   whoever knows a worn way round by it, past a shorter one walked once.
 */
export function costOf({ data, stat }: Pick<Route, 'data' | 'stat'>, usual: number): number {
	const mean = data.ms.mean > 0 ? Math.max(1, data.ms.mean) : UNKNOWN_MS;
	const succeeds = (stat.k + USUAL_WEIGHT * usual) / (stat.k + stat.w + USUAL_WEIGHT);
	return (mean / succeeds) * (1 + dangerOf(data));
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

/** How long a walk may take before something is wrong, ms. */
export function patienceOf({ ms }: Pick<RouteData, 'ms'>): number {
	const spread = ms.n < 2 ? ms.mean : deviationOf(ms);
	return Math.min(60_000, Math.max(5000, ms.mean + 3 * spread + 3000));
}

/** @param at  milliseconds since 1970 */
export function isOpen({ data, state }: Pick<Route, 'data' | 'state'>, facts: Facts, at: number): boolean {
	return state !== 'retired' && data.blockedUntil <= at && data.needs.every((need) => holds(need, facts));
}
