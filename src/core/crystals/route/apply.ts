// What a route costs, and whether it is open.
import { holds } from '../../facts/literal.ts';
import type { Facts } from '../../question.ts';
import { score } from '../lifecycle.ts';
import { deviationOf } from '../spread.ts';
import type { Route, RouteData } from './schema.ts';

/** A way that nobody has walked is thought to take so long. */
const UNKNOWN_MS = 8000;

/** Expected ms: how long it takes, divided by how often it succeeds, and dearer where something interrupts. */
export function costOf({ data, stat }: Pick<Route, 'data' | 'stat'>): number {
	const mean = data.ms.mean > 0 ? Math.max(1, data.ms.mean) : UNKNOWN_MS;
	return (mean / score(stat)) * (1 + dangerOf(data));
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
