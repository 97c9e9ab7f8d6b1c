// A route comes from a walk, or from a model's waypoints. Each walk and each failure is a label; a failure shuts it for a while, each
// in a row for twice as long.
import type { Act } from '../../question.ts';
import { type Crystal, freshStat, type Provenance, type Scope, type StateChange } from '../crystal.ts';
import { applyStep, live } from '../lifecycle.ts';
import { withValue } from '../spread.ts';
import { INTERRUPTS_MOST, MOVES_MOST, type Route, ROUTE_SCHEMA, type RouteData } from './schema.ts';

const BLOCK_MS = 30_000;
const BLOCK_MOST_MS = 3_600_000;

export interface Leg {
	readonly graph: RouteData['graph'];
	readonly from: string;
	readonly to: string;
	readonly moves: readonly Act[];
	readonly origin: RouteData['origin'];
	readonly terrain?: string;
	/** See `RouteData`. */
	readonly exit?: readonly [x: number, y: number];
}
export interface Making {
	readonly id: string;
	readonly scope: Scope;
	readonly at: number;
	readonly provenance: Provenance;
	/** For people. */
	readonly name: string;
}

/** A route that nobody has walked yet. */
export function makeRoute({ graph, from, to, moves, origin, terrain = '' }: Leg, { id, scope, at, provenance, name }: Making): Route {
	return {
		id,
		kind: 'route',
		scope,
		name: name.slice(0, 200),
		schema: ROUTE_SCHEMA,
		createdAt: at,
		provenance,
		state: 'trial',
		stat: freshStat(),
		history: [],
		data: {
			graph,
			from,
			to,
			moves: moves.slice(-MOVES_MOST),
			ms: { n: 0, mean: 0, m2: 0 },
			terrain: terrain.slice(0, 40),
			danger: 0,
			interrupts: [],
			needs: [],
			fails: 0,
			blockedUntil: 0,
			lastFail: '',
			origin,
		},
		blobs: {},
	};
}

export interface Walk {
	readonly ms: number;
	/** Screens that came up on the way. */
	readonly interrupts: readonly string[];
	/** Of the walk: two in a row from one visit count once. */
	readonly episode: string;
	readonly at: number;
}

/** It was walked, to where it leads. @param exit  see `RouteData` @returns the change of state, if it had one */
export function walkedIt(route: Route, { ms, interrupts, episode, at }: Walk, exit?: Leg['exit']): StateChange | undefined {
	const { data } = route;
	if (exit !== undefined) data.exit = [...exit];
	data.ms = withValue(data.ms, ms);
	data.fails = 0;
	data.blockedUntil = 0;
	if (interrupts.length > 0) {
		data.danger++;
		data.interrupts = [...new Set([...data.interrupts, ...interrupts])].slice(-INTERRUPTS_MOST);
	}
	const admitted = route.state === 'trial' ? step(route, { type: 'admitted' }, at) : undefined;
	return label(route, false, 'it led where it should', episode, at) ?? admitted;
}

/** It did not lead there. @param at  milliseconds since 1970 */
export function failedIt(route: Route, why: string, episode: string, at: number): StateChange | undefined {
	const { data } = route;
	data.fails++;
	data.blockedUntil = at + Math.min(BLOCK_MOST_MS, BLOCK_MS * 2 ** (data.fails - 1));
	data.lastFail = why.slice(0, 300);
	return label(route, true, why, episode, at);
}

function label(route: Crystal, harmful: boolean, because: string, episode: string, at: number): StateChange | undefined {
	return step(route, { type: 'label', harmful, because, context: { episode, at } }, at);
}

function step(route: Crystal, event: Parameters<typeof live>[1], at: number): StateChange | undefined {
	const lived = live(route, event, at);
	applyStep(route, lived);
	return lived.change;
}
