// A route is one way from a place to the next, or from a screen to the next: both graphs are made of it. It holds how the way was
// walked, how long that took and how often it failed. Where it leads is found by following `into` of its places.
import * as v from 'valibot';
import { act, literal } from '../../question.ts';
import type { Crystal } from '../crystal.ts';
import { nodeId } from '../place/schema.ts';
import { printAct, printLiteral } from '../rule/text.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';

export const ROUTE_SCHEMA = 1;
export const MOVES_MOST = 12;
export const INTERRUPTS_MOST = 8;
const SCREEN = 'screen:';

const finite = v.pipe(v.number(), v.finite(), v.minValue(0));
const count = v.pipe(finite, v.integer());

export const routeData = v.pipe(
	v.object({
		/** Between screens, or between places of the world. */
		graph: v.picklist(['page', 'world']),
		/** A place's id, or `screen:` and a screen's name. */
		from: nodeId,
		to: nodeId,
		/** How it is walked. None: straight to where `to` lies in the plane that both share. A point is one of the plane of `from`. */
		moves: v.pipe(v.array(act), v.maxLength(MOVES_MOST)),
		/** Where in the picture of `from` the player stood as it was left, pixels of the world's box: coming back they stand there again. */
		exit: v.optional(v.tuple([v.pipe(v.number(), v.finite()), v.pipe(v.number(), v.finite())])),
		/** How long it took: walks, mean and sum of squared differences, ms. */
		ms: v.object({ n: count, mean: finite, m2: finite }),
		/** What is walked on, where somebody said. */
		terrain: v.pipe(v.string(), v.maxLength(40)),
		/** Walks that something interrupted. */
		danger: count,
		/** Screens that came up on the way. */
		interrupts: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(INTERRUPTS_MOST)),
		/** What must hold for it to be open. */
		needs: v.pipe(v.array(literal), v.maxLength(6)),
		/** Failures in a row; each shuts it for twice as long. */
		fails: count,
		/** Milliseconds since 1970; 0: open. */
		blockedUntil: finite,
		lastFail: v.optional(v.pipe(v.string(), v.maxLength(300)), ''),
		/** Walked, or told by a model and not yet walked. */
		origin: v.picklist(['walk', 'plan']),
	}),
	v.check((data) => data.from !== data.to, 'leads from a place to itself'),
	v.check(
		(data) => data.graph !== 'page' || (screenOf(data.from) !== undefined && screenOf(data.to) !== undefined),
		'a page route joins screens',
	),
);
export type RouteData = v.InferOutput<typeof routeData>;
export type Route = Crystal<'route', RouteData>;

/** Each takes data of version `index + 1` to the next. */
export const ROUTE_MIGRATIONS: Migrations = [];

export function readRoute(data: unknown, version: number): Stored<RouteData> {
	return readStored('route', { schema: routeData, newest: ROUTE_SCHEMA, migrations: ROUTE_MIGRATIONS }, data, version);
}

/** The id of a screen in the page graph. */
export const screenNode = (screen: string): string => `${SCREEN}${screen}`;
/** The screen that a node stands for; undefined for a place. */
export const screenOf = (node: string): string | undefined => (node.startsWith(SCREEN) ? node.slice(SCREEN.length) : undefined);

/** For people. */
export function routeText({ from, to, moves, ms, needs, lastFail, origin }: RouteData): string {
	const how = moves.length === 0 ? 'straight there' : moves.map(printAct).join(', then ');
	const time = ms.n === 0 ? 'never walked' : `${Math.round(ms.mean)} ms`;
	return [
		`${from} → ${to}: ${how}, ${time}${origin === 'plan' && ms.n === 0 ? ', as told by a model' : ''}`,
		...(needs.length === 0 ? [] : [`needs ${needs.map(printLiteral).join(' and ')}`]),
		...(lastFail === '' ? [] : [`failed: ${lastFail}`]),
	].join('; ');
}
