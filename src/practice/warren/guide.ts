// How the scripted teacher finds its way in the Warren. It knows the land, as a model that has played a game before may; where
// the frame's state is not at hand it knows nothing. It stands in for a model and is as simulated as one can be.
import type { Act } from '../../core/question.ts';
import { bands } from '../layout.ts';
import type { PracticeOptions } from '../options.ts';
import { isSolid, TILE, type Tile, WORLD_SIZE } from '../rooms.ts';
import { distance, index, neighbour, same } from '../tiles.ts';
import { tileOf, type View, type WarrenView, whereIs } from '../view.ts';
import { castOf, errandOf, type Person } from './folk.ts';
import { gateTiles, type Land, landOf, type Place, placeAt } from './land.ts';

/** How far one click sends the hero, tiles from the middle of the picture. */
const REACH = { columns: 9, rows: 5 } as const;

/** What to do next in play when nothing is to be fought or picked up: an errand, somebody not met, a place not seen. */
export function nextStep(view: View, warren: WarrenView, options: Pick<PracticeOptions, 'hud' | 'scale'>, tick: number): Act {
	const here = whereIs(warren.seed, warren.camera);
	const land = landOf(warren.seed);
	if (here.pocket && warren.shut.some((id) => land.gates[id]?.parts.includes(here.id))) return { verb: 'click', args: { at: 'lever' } };
	const wanted = wantedThing(view, warren, here);
	if (wanted) return { verb: 'click', args: { at: wanted } };
	const from = tileOf(warren.camera);
	const way = wayOn(warren, land, from, here, tick);
	const step = way?.findLast((t) => isInReach(t, from));
	if (!step || same(step, from)) return { verb: 'wait', args: { ms: 400 } };
	const [x, y] = framePoint(step, warren, options);
	return { verb: 'go', args: { to: [x, y] } };
}

/** Middle of a tile, frame pixels. */
function framePoint([column, row]: Tile, { camera }: WarrenView, { hud, scale }: Pick<PracticeOptions, 'hud' | 'scale'>): [number, number] {
	const x = column * TILE + TILE / 2 - camera.x;
	const y = row * TILE + TILE / 2 - camera.y + bands(hud).world;
	return [Math.round(x * scale), Math.round(y * scale)];
}

/** Somebody or something of an errand that is in sight. */
function wantedThing(view: View, warren: WarrenView, here: Place): string | undefined {
	const { stage } = warren;
	const whole = view.things.filter(({ x, y }) => x >= 0 && y >= 0 && x <= WORLD_SIZE.width - TILE && y <= WORLD_SIZE.height - TILE);
	if (stage.glowcaps === 1 && whole.some((t) => t.kind === 'glowcap')) return 'glowcap';
	if (stage.hammer === 1 && whole.some((t) => t.kind === 'hammer')) return 'hammer';
	const from = tileOf(warren.camera);
	return castOf(warren.seed).standing.find((s) => s.place === here.id && isInReach(s.at, from) && isWanted(warren, s.person))?.person;
}

function isWanted({ met, stage }: WarrenView, person: Person): boolean {
	if (!met.includes(person)) return true;
	if (person === 'tovin') return stage.letter === 1;
	const errand = errandOf(person);
	return errand !== undefined && (stage[errand] === 2 || stage[errand] === 0);
}

/** The way to what is nearest of what is still to be done; through shut gates when there is no other. */
function wayOn(warren: WarrenView, land: Land, from: Tile, here: Place, tick: number): Tile[] | undefined {
	const cast = castOf(warren.seed);
	const errands = [
		...cast.standing.filter((s) => warren.met.includes(s.person) && isWanted(warren, s.person)).map((s) => s.place),
		...cast.props
			.filter((p, i) => warren.stage[p.kind === 'glowcap' ? 'glowcaps' : 'hammer'] === 1 && !warren.taken.includes(i))
			.map((p) => p.place),
	];
	const unseen = land.places.filter((p) => !warren.visited.includes(p.id) && !p.pocket).map((p) => p.id);
	const stroll = [Math.floor(tick / 40) % land.places.length].filter((id) => id !== here.id);
	const goals = [errands, unseen, stroll].find((ids) => ids.length > 0) ?? [];
	const middles = new Set(goals.map((id) => index((land.places[id] as Place).middle)));
	const isGoal = (tile: Tile): boolean => middles.has(index(tile));
	return findWay(warren, from, isGoal, true) ?? findWay(warren, from, isGoal, false);
}

/** Tiles of a shortest way to the nearest goal, both ends included; undefined when there is none. */
export function findWay(
	warren: Pick<WarrenView, 'seed' | 'shut'>,
	from: Tile,
	isGoal: (tile: Tile) => boolean,
	gatesCount: boolean,
	places?: ReadonlySet<number>,
): Tile[] | undefined {
	const land = landOf(warren.seed);
	const { room } = castOf(warren.seed);
	const closed = new Set(
		gatesCount ? warren.shut.flatMap((id) => gateTiles(land.gates[id] as (typeof land.gates)[number]).map(index)) : [],
	);
	const before = new Map<number, Tile | undefined>([[index(from), undefined]]);
	const queue: Tile[] = [from];
	for (let head = 0; head < queue.length; head++) {
		const tile = queue[head] as Tile;
		if (isGoal(tile)) {
			const way: Tile[] = [];
			for (let t: Tile | undefined = tile; t; t = before.get(index(t))) way.push(t);
			return way.reverse();
		}
		for (let d = 0; d < 4; d++) {
			const next = neighbour(tile, d);
			if (before.has(index(next)) || isSolid(room, next) || closed.has(index(next))) continue;
			if (places && !places.has(placeAt(land, next).id)) continue;
			before.set(index(next), tile);
			queue.push(next);
		}
	}
	return undefined;
}

/** What is read of a route's question. */
export interface RouteAsked {
	/** Names of places; `from` is empty where the asker does not know where it is. */
	readonly from: string;
	readonly to: string;
	/** Places known, in pixels of a plane of the asker's own for each area. */
	readonly places: readonly { readonly name: string; readonly area: string; readonly x: number; readonly y: number }[];
}
export interface WaypointTold {
	readonly place?: string;
	/** A point of the frame. */
	readonly x?: number;
	readonly y?: number;
	readonly action?: Act;
	readonly terrain: string;
}

/**
 * A way between two places that the asker knows, through places already reached: the first step as a point of the frame, then the
 * asker's own places along the way. Its plane is laid over the land by where the hero stands now. Who is lost, or wants to go where no
 * open way leads, is told the way out of here, from where it may know better.
 */
export function routeOf(asked: RouteAsked, warren: WarrenView, options: Pick<PracticeOptions, 'hud' | 'scale'>): readonly WaypointTold[] {
	const land = landOf(warren.seed);
	const from = tileOf(warren.camera);
	const here = asked.places.find((p) => p.name === asked.from);
	const to = asked.places.find((p) => p.name === asked.to && p.area === here?.area);
	const tileAt = (p: { readonly x: number; readonly y: number }, origin: { readonly x: number; readonly y: number }): Tile => [
		from[0] + Math.round((p.x - origin.x) / options.scale / TILE),
		from[1] + Math.round((p.y - origin.y) / options.scale / TILE),
	];
	const target = here && to ? placeAt(land, tileAt(to, here)) : undefined;
	const reached = new Set([...warren.visited, placeAt(land, from).id]);
	const way = target && reached.has(target.id) ? findWay(warren, from, (t) => same(t, target.middle), true, reached) : undefined;
	const terrainAt = (tile: Tile): string => placeAt(land, tile).look.theme;
	const stepTo = (tile: Tile): WaypointTold => {
		const [x, y] = framePoint(tile, warren, options);
		return { x, y, terrain: terrainAt(tile) };
	};
	if (!way || !here || !to) return [stepTo(wayOut(warren, from))];
	const known = asked.places
		.filter((p) => p.area === here.area && p.name !== here.name)
		.map((p) => ({ name: p.name, at: tileAt(p, here) }));
	const told: WaypointTold[] = [];
	const first = way.findLast((t) => isInReach(t, from));
	if (first && !same(first, from)) told.push(stepTo(first));
	for (const tile of way) {
		const near = known.find((k) => distance(k.at, tile) <= 2);
		if (near && near.name !== to.name && !told.some((w) => w.place === near.name))
			told.push({ place: near.name, terrain: terrainAt(tile) });
	}
	// An answer holds at most forty waypoints.
	return [...told.slice(0, 39), { place: to.name, terrain: terrainAt(way.at(-1) as Tile) }];
}

/** As far as can be seen towards the nearest other place that is open. */
function wayOut(warren: WarrenView, from: Tile): Tile {
	const land = landOf(warren.seed);
	const here = placeAt(land, from);
	const ways = land.passages
		.filter(({ a, b }) => a === here.id || b === here.id)
		.map(({ a, b }) => (land.places[a === here.id ? b : a] as Place).middle)
		.map((middle) => findWay(warren, from, (t) => same(t, middle), true))
		.filter((way) => way !== undefined)
		.sort((a, b) => a.length - b.length);
	return ways[0]?.findLast((t) => isInReach(t, from)) ?? here.middle;
}

function isInReach([column, row]: Tile, from: Tile): boolean {
	return Math.abs(column - from[0]) <= REACH.columns && Math.abs(row - from[1]) <= REACH.rows;
}
