// All places and routes of a game: what is known of its ways, kept as crystals and searched as a graph. Places that turned out to be
// one point to it (`into`), so a merge changes nothing else and can be taken back.
import type { Crystal, Provenance, Scope, StateChange } from '../crystals/crystal.ts';
import { unpaid } from '../crystals/crystal.ts';
import { minimapFits, preparedLook, recognisePlace, thresholdOf } from '../crystals/place/apply.ts';
import { fits, layPlace, type PlaceSeen, seeAgain } from '../crystals/place/crystallise.ts';
import { newestLook, type Place, type PlaceData } from '../crystals/place/schema.ts';
import { costOf, isOpen, type Pace, paceOf, type Stretch, usualOf } from '../crystals/route/apply.ts';
import { failedIt, type Leg, makeRoute, type Walk, walkedIt } from '../crystals/route/crystallise.ts';
import { type Route, screenNode, screenOf } from '../crystals/route/schema.ts';
import { actKey } from '../crystals/rule/apply.ts';
import { used } from '../crystals/lifecycle.ts';
import type { Act, Facts } from '../question.ts';
import type { Laid, Look, Prepared } from './look.ts';
import { makeRoads, type Roads } from './roads.ts';

export interface AtlasOptions {
	readonly scope: Scope;
	/** All crystals of the scope. */
	readonly crystals: ReadonlyMap<string, Crystal>;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	readonly newId: (kind: string) => string;
	readonly save: (crystal: Crystal) => void;
	readonly changed: (crystal: Crystal, change: StateChange) => void;
}

export interface Known {
	readonly place: Place;
	readonly laid: Laid;
}
/** A fault in what is stored: it is left out, and nothing is deleted. */
export interface AtlasFault {
	readonly what: string;
	readonly why: string;
}

export interface Atlas {
	/** Rises with each change. */
	readonly revision: number;
	/** Merged ones left out. */
	places(): readonly Place[];
	routes(): readonly Route[];
	/** What is left out of the graph, and why. */
	readonly faults: readonly AtlasFault[];
	/** The place that an id stands for now. */
	resolve(id: string): string;
	place(id: string): Place | undefined;
	/** The place of that very id, whatever it was taken for. */
	original(id: string): Place | undefined;
	route(id: string): Route | undefined;
	/** Places by the screen that shows them, and by area. */
	on(screen: string): readonly Place[];
	within(area: string): readonly Place[];
	from(node: string): readonly Route[];
	into(node: string): readonly Route[];
	/** What people call it; unique. */
	nameOf(node: string): string;
	/** The node of that name or id. */
	find(name: string): string | undefined;
	lay(seen: PlaceSeen): Place | undefined;
	/** The player is at the place, and its look is this. @param visit  came just now */
	sees(place: Place, look: Look, marks: PlaceData['marks'], visit: boolean): void;
	/** A look lay over it so well, where it should: for its own threshold. Kept with its next visit. */
	fits(place: Place, score: number): void;
	/** A way was walked, or told. The route is made where it is not known. */
	walked(leg: Leg, walk: Walk): Route | undefined;
	plan(leg: Leg, provenance: Provenance): Route | undefined;
	/** How long walking it should take, also where nobody has walked it yet. */
	expectedMs(route: Route): number;
	failed(route: Route, why: string, episode: string): void;
	/** It was followed instead of asking. */
	followed(route: Route): void;
	/** Nothing came of that act at the place. */
	nothing(place: Place, act: Act): void;
	/** Places that a look fits, best first. @param mini  what the minimap shows: those where it showed something else are none */
	alike(look: Prepared, among: readonly Place[], mini?: Prepared): readonly Known[];
	/** The way from one node to another: by what is open, else also by what is shut for a while; undefined when there is none. */
	way(from: string, to: string, facts: Facts): readonly Route[] | undefined;
	merge(place: Place, into: Place, why: string): void;
	/**
	 * Takes a merge back, for good.
	 *
	 * @param because  the two places whose being two speaks against it: only as long as they are two
	 * @returns false when there is none
	 */
	split(id: string, why: string, because?: readonly [string, string]): boolean;
	/** Ids of places that were taken for this one. */
	mergedInto(id: string): readonly string[];
	/**
	 * Looks for places that are this one, seen again; merges on the evidence of neighbours, and goes on to those that this is evidence for.
	 *
	 * @returns what it is now
	 */
	consider(place: Place): Place;
	/** Crystals came or went by another way. */
	refresh(): void;
}

/** More are not searched; the least seen stay out. */
export const PLACES_MOST = 20_000;
const MERGES_MOST = 20;
const TRIED_MOST = 64;
/** Neighbours in favour that a merge takes. */
const EVIDENCE = 1;
/** Places looked at because of one merge, at most. */
const CONSIDERED_MOST = 40;

/** Acts that mean the same step: points are left out, they differ each time. */
export function stepKey(act: Act): string {
	return actKey({ verb: act.verb, args: Object.fromEntries(Object.entries(act.args).filter(([, value]) => !Array.isArray(value))) });
}
export const sameMoves = (a: readonly Act[], b: readonly Act[]): boolean =>
	a.length === b.length && a.every((act, i) => stepKey(act) === stepKey(b[i] as Act));

export function makeAtlas(o: AtlasOptions): Atlas {
	const places = new Map<string, Place>();
	const routes = new Map<string, Route>();
	let byFrom = new Map<string, Route[]>();
	let byInto = new Map<string, Route[]>();
	let merged = new Map<string, string[]>();
	let faults: AtlasFault[] = [];
	let revision = 0;
	/** Made when they are asked for, from what the places and routes are then. */
	let roads: Roads | undefined;
	let usual = 0.5;
	let pace: Pace = paceOf([]);
	let names: Map<string, string> | undefined;
	let standing: readonly Place[] | undefined;

	function touch(crystal: Crystal): void {
		revision++;
		o.save(crystal);
	}
	function reshaped(): void {
		roads = undefined;
		names = undefined;
		standing = undefined;
	}
	function tell(crystal: Crystal, change: StateChange | undefined): void {
		if (change !== undefined) o.changed(crystal, change);
	}

	function resolve(id: string): string {
		let at = id;
		// A ring of merges can only come from outside; nobody goes round in it.
		for (let i = 0; i < MERGES_MOST; i++) {
			const next = places.get(at)?.data.into;
			if (next === undefined || !places.has(next)) return at;
			at = next;
		}
		return at;
	}
	/** Merged ones left out. */
	const stands = (): readonly Place[] => (standing ??= [...places.values()].filter(({ id }) => resolve(id) === id));
	const isNode = (id: string): boolean => screenOf(id) !== undefined || places.has(id);
	const live = (route: Route): boolean => route.state !== 'retired';

	function index(route: Route): void {
		const { from, to } = route.data;
		push(byFrom, resolve(from), route);
		push(byInto, resolve(to), route);
	}
	function reindex(): void {
		byFrom = new Map();
		byInto = new Map();
		for (const route of routes.values()) index(route);
		merged = new Map();
		for (const { id } of places.values()) if (resolve(id) !== id) push(merged, resolve(id), id);
		reshaped();
	}

	function refresh(): void {
		places.clear();
		routes.clear();
		faults = [];
		const all = [...o.crystals.values()];
		let found = all.filter((c): c is Place => c.kind === 'place' && c.state !== 'retired');
		if (found.length > PLACES_MOST) {
			found = found.toSorted((a, b) => b.data.seen - a.data.seen || (a.id < b.id ? -1 : 1));
			for (const place of found.slice(PLACES_MOST))
				faults.push({ what: `place "${place.name}" (${place.id})`, why: `more than ${PLACES_MOST} places; the least seen stay out` });
			found = found.slice(0, PLACES_MOST);
		}
		for (const place of found) places.set(place.id, place);
		for (const place of found) {
			const { into } = place.data;
			if (into !== undefined && (into === place.id || !places.has(into)))
				faults.push({ what: `place "${place.name}" (${place.id})`, why: `said to be "${into}", which is not here; it stands for itself` });
		}
		for (const route of all.filter((c): c is Route => c.kind === 'route' && c.state !== 'retired')) {
			const { from, to, ms } = route.data;
			const lost = [from, to].find((end) => !isNode(end));
			const why =
				lost !== undefined
					? `leads to or from "${lost}", which is not here`
					: from === to
						? `leads from "${from}" to itself`
						: Number.isFinite(ms.mean) && Number.isFinite(ms.m2)
							? undefined
							: 'its time is no number';
			if (why === undefined) routes.set(route.id, route);
			else faults.push({ what: `route "${route.name}" (${route.id})`, why });
		}
		reindex();
		revision++;
	}

	function graph(): Roads {
		if (roads !== undefined) return roads;
		const ids = new Set(stands().map(({ id }) => id));
		usual = usualOf(routes.values());
		pace = paceOf([...routes.values()].map(stretchOf));
		const all = [...routes.values()].map((route) => ({
			id: route.id,
			from: resolve(route.data.from),
			to: resolve(route.data.to),
			cost: cost(route),
		}));
		for (const { from, to } of all) for (const end of [from, to]) ids.add(end);
		roads = makeRoads([...ids], all);
		return roads;
	}

	/** Merged places keep their own plane. */
	function stretchOf({ data }: Route): Stretch {
		const [from, to] = [places.get(data.from)?.data, places.get(data.to)?.data];
		const lengthPx = from === undefined || from.area !== to?.area ? undefined : Math.hypot(to.xy[0] - from.xy[0], to.xy[1] - from.xy[1]);
		return { data, lengthPx };
	}
	const expectedMs = (route: Route): number => pace(stretchOf(route));
	const cost = (route: Route): number => costOf(route, usual, expectedMs(route));

	function known({ graph: kind, from, to, moves }: Leg): Route | undefined {
		const end = resolve(to);
		return (byFrom.get(resolve(from)) ?? []).find(
			(route) => route.data.graph === kind && live(route) && resolve(route.data.to) === end && sameMoves(route.data.moves, moves),
		);
	}
	function make(leg: Leg, provenance: Provenance): Route | undefined {
		if (resolve(leg.from) === resolve(leg.to) || !isNode(leg.from) || !isNode(leg.to)) return undefined;
		const name = `${nameOf(resolve(leg.from))} → ${nameOf(resolve(leg.to))}`;
		const route = makeRoute(leg, { id: o.newId('route'), scope: o.scope, at: o.now(), provenance, name });
		routes.set(route.id, route);
		index(route);
		roads = undefined;
		touch(route);
		return route;
	}

	function nameOf(node: string): string {
		const screen = screenOf(node);
		if (screen !== undefined) return screen;
		names ??= nameAll(stands());
		return names.get(node) ?? names.get(resolve(node)) ?? node;
	}

	function alikeAmong(look: Prepared, among: readonly Place[], mini?: Prepared): Known[] {
		return among
			.filter((place) => minimapFits(place, mini) !== false)
			.map((place) => ({ place, laid: recognisePlace(place, look) }))
			.filter(({ place, laid }) => laid.score >= thresholdOf(place.data))
			.toSorted((a, b) => b.laid.score - a.laid.score);
	}

	function merge(place: Place, into: Place, why: string): void {
		if (place === into || resolve(into.id) === place.id) return;
		place.data.into = into.id;
		place.data.merges = [...place.data.merges, { at: Math.max(0, Math.round(o.now())), with: into.id, why: why.slice(0, 300) }].slice(
			-MERGES_MOST,
		);
		into.data.seen += place.data.seen;
		reindex();
		touch(into);
		touch(place);
	}

	function split(id: string, why: string, because?: readonly [string, string]): boolean {
		const place = places.get(id);
		if (place?.data.into === undefined) return false;
		const { into } = place.data;
		delete place.data.into;
		place.data.merges = place.data.merges.map((m) =>
			m.with === into
				? { ...m, undone: true, why: `${m.why}; taken back: ${why}`.slice(0, 300), ...(because && { because: [...because] }) }
				: m,
		);
		reindex();
		touch(place);
		return true;
	}

	/** What neighbours say for and against two places being one. */
	function evidence(a: Place, b: Place): number {
		let sum = 0;
		for (const one of byFrom.get(a.id) ?? []) {
			if (one.data.graph !== 'world' || one.data.moves.length === 0 || one.data.origin === 'plan') continue;
			for (const other of byFrom.get(b.id) ?? []) {
				if (other.data.moves.length === 0 || !sameMoves(one.data.moves, other.data.moves)) continue;
				sum += agreement(resolve(one.data.to), resolve(other.data.to), a, b);
			}
		}
		for (const one of byInto.get(a.id) ?? []) {
			for (const other of byInto.get(b.id) ?? []) {
				if (one.data.moves.length === 0 || !sameMoves(one.data.moves, other.data.moves)) continue;
				// The same step from the same place leads to one place.
				if (resolve(one.data.from) === resolve(other.data.from)) sum += 1;
			}
		}
		return sum;
	}
	function agreement(x: string, y: string, a: Place, b: Place): number {
		if (x === y) return 1;
		const [one, other] = [places.get(x), places.get(y)];
		if (one === undefined || other === undefined) return 0;
		if ((x === a.id && y === b.id) || (x === b.id && y === a.id)) return 0;
		const laid = recognisePlace(one, preparedLook(newestLook(other)));
		if (laid.score < thresholdOf(one.data)) return -2;
		// Of a look that many share, one more says little.
		const crowd = on(other.data.screen).filter((p) => p !== one && p !== other).length === 0 ? 0 : twinsOf(other, one).length;
		return crowd === 0 ? 0.6 : 0.2;
	}
	/**
	 * The same step, done at two places that were taken for one, led to places that look different: they are not one. What a person joined
	 * or parted is not touched by this.
	 */
	function partTwins(route: Route): void {
		const { from, to, moves } = route.data;
		if (moves.length === 0) return;
		const end = places.get(resolve(to));
		for (const other of byFrom.get(resolve(from)) ?? []) {
			if (end === undefined || other.data.from === from || other.data.ms.n === 0 || !sameMoves(other.data.moves, moves)) continue;
			const there = places.get(resolve(other.data.to));
			if (there === undefined || there === end) continue;
			if (recognisePlace(there, preparedLook(newestLook(end))).score >= thresholdOf(there.data)) continue;
			const goes = [from, other.data.from].find((id) => places.get(id)?.data.into !== undefined);
			const led = `the same step led to ${nameOf(end.id)} from one and to ${nameOf(there.id)} from the other`;
			if (goes !== undefined) split(goes, led, [end.id, there.id]);
			return;
		}
	}
	function twinsOf(place: Place, except?: Place): Place[] {
		return alikeAmong(
			preparedLook(newestLook(place)),
			on(place.data.screen).filter((p) => p !== place && p !== except),
		).map((k) => k.place);
	}
	/** That, and all that was taken for it. */
	const all = ({ id }: Place): readonly Place[] => [id, ...(merged.get(id) ?? [])].flatMap((one) => places.get(one) ?? []);
	/** They were one, and proved to be two. */
	const told = (a: Place, b: Place): boolean =>
		[[a, b] as const, [b, a] as const].some(([one, other]) =>
			all(one).some(({ data }) =>
				data.merges.some(
					(m) =>
						m.undone === true &&
						resolve(m.with) === other.id &&
						(m.because === undefined || resolve(m.because[0]) !== resolve(m.because[1])),
				),
			),
		);

	/** The one place that this is as well, on the evidence of neighbours; undefined when there is none, or it may be one or another. */
	function twinOf(place: Place): { readonly twin: Place; readonly sum: number } | undefined {
		const [best, ...others] = twinsOf(place)
			.filter((twin) => !told(place, twin))
			.map((twin) => ({ twin, sum: evidence(place, twin) }))
			.toSorted((a, b) => b.sum - a.sum || a.twin.createdAt - b.twin.createdAt);
		if (best === undefined || best.sum < EVIDENCE) return undefined;
		// Of others as likely, only such may be in the way as are not that very place.
		const rival = others.find(({ twin, sum }) => best.sum - sum < 0.5 && (told(best.twin, twin) || evidence(best.twin, twin) < EVIDENCE));
		return rival === undefined ? best : undefined;
	}

	function consider(place: Place): Place {
		const queue = [place.id];
		for (let i = 0; i < Math.min(queue.length, CONSIDERED_MOST); i++) {
			const one = places.get(resolve(queue[i] as string)) as Place;
			const found = twinOf(one);
			if (found === undefined) continue;
			// The older one stays.
			const [stays, goes] = found.twin.createdAt <= one.createdAt ? [found.twin, one] : [one, found.twin];
			merge(goes, stays, `looks the same, and neighbours agree (${found.sum.toFixed(1)})`);
			// What steps lead to and from it have one neighbour more in common now.
			queue.push(stays.id, ...neighboursOf(stays));
		}
		return places.get(resolve(place.id)) as Place;
	}
	const neighboursOf = ({ id }: Place): string[] =>
		[...(byFrom.get(id) ?? []).map(({ data }) => resolve(data.to)), ...(byInto.get(id) ?? []).map(({ data }) => resolve(data.from))].filter(
			(end, i, ends) => places.has(end) && ends.indexOf(end) === i,
		);

	function on(screen: string): Place[] {
		return stands().filter(({ data }) => data.screen === screen);
	}

	refresh();
	return {
		get revision() {
			return revision;
		},
		get faults() {
			return faults;
		},
		places: stands,
		routes: () => [...routes.values()].filter(live),
		resolve,
		place: (id) => places.get(resolve(id)),
		original: (id) => places.get(id),
		route: (id) => routes.get(id),
		on,
		within: (area) => stands().filter(({ data }) => data.area === area),
		from: (node) => (byFrom.get(resolve(node)) ?? []).filter(live),
		into: (node) => (byInto.get(resolve(node)) ?? []).filter(live),
		nameOf,
		find(name) {
			if (isNode(name) && (places.has(name) || byFrom.has(name) || byInto.has(name))) return resolve(name);
			const wanted = name.trim().toLowerCase();
			const called = stands().find(({ id }) => nameOf(id).toLowerCase() === wanted);
			if (called !== undefined) return called.id;
			const screen = screenNode(wanted);
			return byFrom.has(screen) || byInto.has(screen) ? screen : undefined;
		},
		lay(seen) {
			if (places.size >= PLACES_MOST) return undefined;
			const place = layPlace(seen, { id: o.newId('place'), scope: o.scope, at: o.now() });
			places.set(place.id, place);
			reshaped();
			touch(place);
			return place;
		},
		sees(place, look, marks, visit) {
			const before = place.data.marks;
			seeAgain(place, look, marks, visit);
			if (before !== place.data.marks) names = undefined;
			if (visit || before !== place.data.marks) touch(place);
		},
		fits,
		walked(leg, walk) {
			const route = known(leg) ?? make(leg, unpaid({ at: o.now(), ask: 'route', tier: 'crystal' }));
			if (route === undefined) return undefined;
			const change = walkedIt(route, walk, leg.exit);
			partTwins(route);
			if (route.data.origin === 'plan') route.data.origin = 'walk';
			roads?.recost(route.id, cost(route));
			touch(route);
			tell(route, change);
			// What was walked straight is likely to be walked back as well; that is held against it like any other.
			const back: Leg = { ...leg, from: leg.to, to: leg.from, terrain: route.data.terrain };
			if (leg.graph === 'world' && leg.moves.length === 0 && known(back) === undefined) {
				const made = make(back, unpaid({ at: o.now(), ask: 'route', tier: 'crystal' }));
				if (made !== undefined) made.data.ms = { n: 0, mean: walk.ms, m2: 0 };
			}
			return route;
		},
		expectedMs(route) {
			graph();
			return expectedMs(route);
		},
		plan: (leg, provenance) => known(leg) ?? make(leg, provenance),
		failed(route, why, episode) {
			const change = failedIt(route, why, episode, o.now());
			roads?.recost(route.id, cost(route));
			touch(route);
			tell(route, change);
		},
		followed(route) {
			route.stat = used(route.stat, o.now());
			o.save(route);
		},
		nothing(place, act) {
			const key = stepKey(act).slice(0, 200);
			const { tried } = place.data;
			if (tried[key] === undefined && Object.keys(tried).length >= TRIED_MOST) return;
			place.data.tried = { ...tried, [key]: (tried[key] ?? 0) + 1 };
			touch(place);
		},
		alike: alikeAmong,
		way(from, to, facts) {
			const at = o.now();
			const ends = [resolve(from), resolve(to)] as const;
			// Where nothing else leads on, what failed lately is tried again.
			const found =
				graph().find(...ends, (id) => isOpen(routes.get(id) as Route, facts, at)) ??
				graph().find(...ends, (id) => isOpen(routes.get(id) as Route, facts, Infinity));
			return found?.roads.map((id) => routes.get(id) as Route);
		},
		merge,
		split,
		mergedInto: (id) => merged.get(id) ?? [],
		consider,
		refresh,
	};
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
	const list = map.get(key);
	if (list === undefined) map.set(key, [value]);
	else list.push(value);
}

/** The mark that fewest share names a place; where several share it they are numbered. */
function nameAll(places: readonly Place[]): Map<string, string> {
	const shared = new Map<string, number>();
	for (const { data } of places)
		for (const mark of Object.entries(data.marks)) shared.set(mark.join('='), (shared.get(mark.join('=')) ?? 0) + 1);
	const taken = new Map<string, number>();
	const names = new Map<string, string>();
	for (const { id, data } of places.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))) {
		const [mark] = Object.entries(data.marks).toSorted((a, b) => (shared.get(a.join('=')) as number) - (shared.get(b.join('=')) as number));
		const base = data.called ?? mark?.[1] ?? 'Place';
		const n = (taken.get(base) ?? 0) + 1;
		taken.set(base, n);
		names.set(id, n === 1 && (data.called ?? mark) !== undefined ? base : `${base} ${n}`);
	}
	return names;
}
