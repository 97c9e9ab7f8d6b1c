// Where the player is, what ways are known, and how to go them: one object that the loop shows its frames and tells its acts.
import type { Attempt, Receipt } from '../cascade.ts';
import type { Residue } from '../crystals/crystal.ts';
import type { Place, PlaceData } from '../crystals/place/schema.ts';
import type { Leg } from '../crystals/route/crystallise.ts';
import { type Route, screenNode, screenOf } from '../crystals/route/schema.ts';
import { actFault } from '../facts/resolve.ts';
import { type Box, centreOf, contains, grow } from '../geometry.ts';
import { type Desk, provenanceOf } from '../loop/desk.ts';
import { nearestSights, type Situation } from '../loop/situation.ts';
import type { Frame, Random } from '../ports.ts';
import type { Action, Profile } from '../profile.ts';
import { type Act, type Facts, questionHead, type RouteAnswer, type RouteQuestion } from '../question.ts';
import { type Atlas, makeAtlas, stepKey } from './atlas.ts';
import { lookOf } from './look.ts';
import type { Mosaic } from './mosaic.ts';
import { makePages } from './pages.ts';
import { makePose } from './pose.ts';
import { pictureOfPlace, showAtlas } from './show.ts';
import { type Journey, startJourney, walksOf } from './travel.ts';
import type { NavView, PoseView } from './view.ts';

export interface NavigatorOptions extends Desk {
	/** The part of the frame that shows the world; the whole frame unless given. */
	readonly world?: Box;
	/** The part of the frame that shows the minimap, where the profile names one. */
	readonly minimap?: Box;
	readonly random: Random;
	/** Where frames are stitched together for people to look at. */
	readonly mosaic?: Mosaic;
}

export interface Navigator {
	readonly atlas: Atlas;
	/** Looks at a frame. @param situation  what is believed of it; undefined while nothing is */
	see(frame: Frame, situation: Situation | undefined): void;
	/** An act is being carried out: what it does may be seen before it is done. */
	sent(act: Act): void;
	/** It was not, after all. */
	unsent(act: Act): void;
	readonly pose: PoseView;
	/** What decisions may rest on. */
	readonly facts: Facts;
	view(): NavView;
	/** Goes to a node of either graph, by id or name. @returns a sentence when it cannot, else '' */
	goTo(place: string): string;
	/** @returns a sentence when there is nothing to stop, else '' */
	stop(): string;
	picture(place: string): Frame | undefined;
	/** A journey waits to be begun. */
	readonly waiting: boolean;
	/** Names of the places that can be gone to. */
	names(): readonly string[];
	/** Why an act of travelling is none; undefined when it is one, or another act. */
	fault(act: Act): string | undefined;
	/** A journey that waits to be begun: what is known of the way. undefined: nowhere is to be gone, or one is under way. */
	attempt(facts: Facts): Attempt<RouteAnswer> | undefined;
	question(situation: Situation, tick: number): RouteQuestion;
	verify(answer: RouteAnswer): string | undefined;
	crystallise(answer: RouteAnswer, receipt: Receipt): Residue;
	/** The way between two places of these names, as a person says it; or what is wrong with it. */
	plan(from: string, to: string, answer: RouteAnswer, receipt: Receipt): Residue | string;
	/** Sets out; the loop carries it out step by step. */
	begin(): Journey | undefined;
	/** How it ended; `dropped`: something came between, and it goes on later. */
	ended(journey: Journey, end: 'done' | 'failed' | 'dropped'): void;
}

/** The verb of an act that is a journey. */
export const TRAVEL = 'travel';
/** A profile's actions and travelling, which is no input of the game's. */
export function withTravel(profile: Profile): Profile {
	if (profile.actions.some(({ verb }) => verb === TRAVEL)) return profile;
	const travel: Action = { verb: TRAVEL, args: { to: 'text' }, does: 'go to a place by its name, one of "places"', input: [] };
	return { ...profile, actions: [...profile.actions, travel] };
}

const PLACES_ASKED = 60;
const FAILED_TOLD = 8;
/** Nobody could tell the way: the journey is given up after so many askings. */
const ASKINGS = 2;
/** Room around what moves, frame pixels. */
const HIDE_PX = 6;

export function makeNavigator(o: NavigatorOptions): Navigator {
	const { clock, profile } = o;
	const atlas = makeAtlas({
		scope: o.scope,
		crystals: o.crystals,
		now: () => clock.now(),
		newId: o.newId,
		save: o.save,
		changed: o.changed,
	});
	const pages = makePages(atlas, () => clock.now());
	const pose = makePose({ atlas, at: () => clock.now() });
	const walks = walksOf(profile.actions);
	const avatarElement = profile.facts.find((fact) => fact.type === 'position')?.element;
	const click = profile.actions.find(({ args = {} }) => Object.values(args).join() === 'element');
	const named = new Set(profile.facts.map(({ name }) => name));
	const worded = profile.facts.filter((fact) => fact.tells === 'place').map(({ name }) => name);
	let world: Box = o.world ?? [0, 0, 1, 1];
	let sights: readonly { readonly name: string; readonly box: Box }[] = [];
	let goal: string | undefined;
	let journey: Journey | undefined;
	let journeys = 0;
	let askings = 0;
	let told = '';

	function see(frame: Frame, situation: Situation | undefined): void {
		world = o.world ?? [0, 0, frame.width, frame.height];
		if (situation === undefined || situation.frame.at !== frame.at) return;
		const now = clock.monotonic();
		const change = pages.see(situation.screen, now);
		if (change !== undefined) pose.leave(change.to);
		const moving = situation.sights.filter((sight) => sight.fixed !== true);
		const avatar = avatarElement === undefined ? undefined : nearestSights(situation).get(avatarElement);
		sights = situation.sights.filter((sight) => sight.fixed === true && contains(world, sight.box));
		const hides = moving.map((sight) => grow(sight.box, HIDE_PX));
		pose.see({
			frame,
			screen: situation.screen,
			world,
			...(avatar === undefined ? {} : { avatar: centreOf(avatar.box) }),
			hides,
			marks: marksOf(situation.facts),
			...(o.minimap === undefined ? {} : { mini: lookOf(frame, o.minimap) }),
			now,
		});
		// Only what is certainly there, and not what a menu shows in the world's place.
		if (pose.view !== undefined && pose.isWorld) o.mosaic?.lay(pose.area, pose.view, frame, world, hides);
	}

	function marksOf(facts: Facts): PlaceData['marks'] {
		return Object.fromEntries(
			worded.flatMap((name) => (typeof facts[name] === 'string' ? [[name, String(facts[name]).slice(0, 64)]] : [])),
		);
	}

	/** Elements in sight that could lead on, and were never used here. */
	function untried(): Act[] {
		const [arg] = Object.keys(click?.args ?? {});
		if (click === undefined || arg === undefined) return [];
		const used = new Set<string>(Object.keys(pose.place?.data.tried ?? {}));
		if (pose.place !== undefined)
			for (const route of atlas.from(pose.place.id)) for (const move of route.data.moves) used.add(stepKey(move));
		return sights.map(({ name }): Act => ({ verb: click.verb, args: { [arg]: name } })).filter((act) => !used.has(stepKey(act)));
	}
	const frontiers = (place: Place): number => (pose.place?.id === place.id ? untried().length : 0);
	/** Whether a way to where one is going is known; nothing, while one is lost. */
	function known(to: string): Facts {
		const from = here();
		return from === undefined || pose.state === 'lost' ? {} : { 'route.known': atlas.way(from, to, {}) !== undefined };
	}
	const here = (): string | undefined => pose.place?.id ?? pose.last?.id;

	function goTo(name: string): string {
		const node = atlas.find(name);
		if (node === undefined) return `There is no place "${name}" on the map; it knows ${someNames()}.`;
		goal = node;
		journey = undefined;
		askings = 0;
		told = '';
		return '';
	}
	function names(): string[] {
		return atlas.places().map(({ id }) => atlas.nameOf(id));
	}
	const someNames = (): string => names().slice(0, 20).join(', ') || 'none yet';

	return {
		atlas,
		see,
		sent(act) {
			pages.sent(act, clock.monotonic());
			pose.sent(act, clock.monotonic());
		},
		unsent(act) {
			pages.unsent(act);
			pose.unsent(act);
		},
		get pose(): PoseView {
			return {
				state: pose.state,
				why: pose.why,
				screen: pages.screen,
				area: pose.area,
				xy: pose.xy === undefined ? null : [Math.round(pose.xy[0]), Math.round(pose.xy[1])],
				sigmaPx: Math.round(pose.sigma),
				place: pose.place?.id ?? '',
				maybe: pose.maybe.map(({ place }) => place),
				travel:
					goal === undefined
						? null
						: {
								to: goal,
								name: atlas.nameOf(goal),
								route: journey?.route ?? [],
								state: journey?.state ?? (told === '' ? 'waiting' : 'asking'),
								why: journey?.why ?? told,
							},
			};
		},
		get facts(): Facts {
			const facts: Facts = {
				...(pose.state === 'none' ? {} : { 'nav.state': pose.state }),
				...(pose.place === undefined ? {} : { place: atlas.nameOf(pose.place.id) }),
				...(goal === undefined ? {} : { 'travel.to': atlas.nameOf(goal), ...known(goal) }),
			};
			// What the profile calls by one of these names is another thing.
			return Object.fromEntries(Object.entries(facts).filter(([name]) => !named.has(name)));
		},
		view: () => showAtlas(atlas, world, frontiers, clock.now()),
		goTo,
		stop() {
			if (goal === undefined) return 'Nothing is being travelled.';
			goal = undefined;
			journey = undefined;
			return '';
		},
		picture(id) {
			const place = atlas.place(id);
			return place === undefined ? undefined : pictureOfPlace(place, world);
		},
		get waiting() {
			return goal !== undefined && journey === undefined;
		},
		names,
		fault(act) {
			if (act.verb !== TRAVEL) return undefined;
			const to = act.args['to'];
			return typeof to === 'string' && atlas.find(to) !== undefined
				? undefined
				: `no place is called ${JSON.stringify(to)}; known are ${someNames()}`;
		},
		attempt(facts) {
			if (goal === undefined || journey !== undefined) return undefined;
			const from = here();
			const to = atlas.resolve(goal);
			const wanted = atlas.place(to)?.data.screen;
			const screen = screenNode(pages.screen);
			// What came up is for decisions to leave.
			if (wanted !== undefined && wanted !== pages.screen && atlas.way(screen, screenNode(wanted), facts) === undefined) return undefined;
			// Lost, or on another screen: one sets out, and the way is looked for when that is known.
			if (wanted !== undefined && (from === undefined || pose.state === 'lost' || wanted !== pages.screen))
				return {
					outcome: 'hit',
					used: [],
					why: `to ${atlas.nameOf(to)}, once it is known where this is`,
					answer: { waypoints: [{ place: atlas.nameOf(to), terrain: '' }] },
				};
			const start = wanted === undefined ? screen : (from as string);
			const way = atlas.way(start, to, facts);
			if (way === undefined)
				return {
					outcome: 'miss',
					reason: told === '' ? 'no-crystal' : 'act-failed',
					detail: told || `no way from ${atlas.nameOf(start)} to ${atlas.nameOf(to)} is known`,
				};
			return {
				outcome: 'hit',
				used: way.map(({ id }) => id),
				why: `${way.length} known steps to ${atlas.nameOf(to)}`,
				answer: {
					waypoints: [
						...way.map((route) => ({ place: atlas.nameOf(atlas.resolve(route.data.to)), terrain: route.data.terrain })),
						...(way.length === 0 ? [{ place: atlas.nameOf(to), terrain: '' }] : []),
					].slice(0, 40),
				},
			};
		},
		question(situation, tick) {
			const known = atlas.places();
			const at = pose.xy;
			const far = ({ data }: Place): number =>
				at === undefined || data.area !== pose.area ? Infinity : Math.hypot(data.xy[0] - at[0], data.xy[1] - at[1]);
			const from = here();
			return {
				...questionHead('route', profile.id, tick, situation.frame),
				from: from === undefined ? '' : atlas.nameOf(from),
				to: goal === undefined ? '' : atlas.nameOf(goal),
				places: known
					.toSorted((a, b) => far(a) - far(b))
					.slice(0, PLACES_ASKED)
					.map((place) => ({
						name: atlas.nameOf(place.id),
						area: place.data.area,
						x: Math.round(place.data.xy[0]),
						y: Math.round(place.data.xy[1]),
						leads: [...new Set(atlas.from(place.id).map((route) => atlas.nameOf(atlas.resolve(route.data.to))))].slice(0, 20),
					})),
				screen: situation.screen,
				elements: [...new Set(situation.sights.map(({ name }) => name))],
				actions: profile.actions
					.filter(({ verb }) => verb !== TRAVEL)
					.map(({ verb, args, does }) => ({ verb, does, ...(args === undefined ? {} : { args }) })),
				failed: atlas
					.routes()
					.filter(({ data }) => data.blockedUntil > clock.now())
					.slice(-FAILED_TOLD)
					.map((route) => `${route.name}: ${route.data.lastFail}`),
			};
		},
		verify: faultOf,
		crystallise(answer, receipt) {
			askings++;
			const from = here();
			if (goal === undefined || from === undefined) return { none: 'situation-gone', detail: 'nothing is to be travelled any more' };
			return learn(legsOf(answer, from, atlas.resolve(goal)), receipt);
		},
		plan(from, to, answer, receipt) {
			const ends = [from, to].map((name) => atlas.find(name));
			const [start, end] = ends;
			if (start === undefined || end === undefined) return `no place is called "${ends[0] === undefined ? from : to}" any more`;
			return faultOf(answer) ?? learn(legsOf(answer, start, end), receipt);
		},
		begin() {
			if (goal === undefined) return undefined;
			journeys++;
			journey = startJourney(
				goal,
				{ atlas, pose, screen: () => pages.screen, world: () => world, walks, untried, random: o.random, episode: `journey ${journeys}` },
				clock.monotonic(),
			);
			return journey;
		},
		ended(of, end) {
			if (of !== journey) return;
			told = of.why;
			journey = undefined;
			if (of.interrupted) return;
			// Where no way is known a model is asked, a few times; after a drop it goes on when it can.
			if (end === 'done' || (end === 'failed' && (!of.stuck || askings >= ASKINGS))) goal = undefined;
		},
	};

	/** Why an answer is no way; undefined when it is one. */
	function faultOf(answer: RouteAnswer): string | undefined {
		for (const [i, point] of answer.waypoints.entries()) {
			const wrong =
				point.action !== undefined
					? actFault(point.action, profile)
					: point.place !== undefined && atlas.find(point.place) === undefined
						? `no place is called "${point.place}"`
						: undefined;
			if (wrong !== undefined) return `waypoints.${i}: ${wrong}`;
		}
		return undefined;
	}

	function learn(legs: readonly Leg[], receipt: Receipt): Residue {
		const made: Route[] = [];
		const labelled: string[] = [];
		const refused: { what: string; why: string }[] = [];
		for (const leg of legs) {
			const before = atlas.revision;
			const route = atlas.plan(leg, provenanceOf(receipt, clock.now(), 'route'));
			if (route === undefined) refused.push({ what: `${leg.from} → ${leg.to}`, why: 'leads nowhere' });
			else if (atlas.revision === before) {
				// What failed lately is said to be the way all the same: it is tried once more.
				route.data.blockedUntil = 0;
				labelled.push(route.id);
			} else made.push(route);
		}
		if (made.length + labelled.length === 0)
			return { none: 'all-refused', detail: refused.map((r) => `${r.what}: ${r.why}`).join('; ') || 'no step of it leads anywhere' };
		return { made, labelled, refused };
	}

	/** A plan as steps between places that are known: acts and points in between are how the next place is reached. */
	function legsOf({ waypoints }: RouteAnswer, from: string, to: string): Leg[] {
		const legs: Leg[] = [];
		let at = from;
		let moves: Act[] = [];
		const [walk] = walks;
		const close = (end: string, terrain: string): void => {
			if (atlas.resolve(end) !== atlas.resolve(at)) {
				const graph = screenOf(at) === undefined ? 'world' : 'page';
				legs.push({ graph, from: at, to: end, moves, origin: 'plan', terrain });
			}
			at = end;
			moves = [];
		};
		for (const [i, { place, x, y, action, terrain }] of waypoints.entries()) {
			if (action !== undefined) moves = [...moves, action];
			else if (x !== undefined && y !== undefined && walk !== undefined && pose.view !== undefined)
				moves = [...moves, { verb: walk.verb, args: { [walk.arg]: [x + pose.view[0] - world[0], y + pose.view[1] - world[1]] } }];
			const named = place === undefined ? undefined : atlas.find(place);
			if (named !== undefined) close(named, terrain);
			else if (i === waypoints.length - 1) close(to, terrain);
		}
		if (at !== to && moves.length > 0) close(to, '');
		return legs;
	}
}
