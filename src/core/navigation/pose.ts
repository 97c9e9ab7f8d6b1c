// Where the player is, from pixels alone: how far the picture scrolled since the last frame, laid over what places look like. A frame
// that fits nothing before it is a cut: through a door, a fall, a hand that moved the player. Where several places look the same all
// of them are followed, until what is walked over contradicts all but one. Until then one is lost, which is a state and no guess.
import type { Box, FramePoint } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import type { Act } from '../question.ts';
import { minimapFits, recognisePlace, thresholdOf } from '../crystals/place/apply.ts';
import { newestLook, type Place, type PlaceData } from '../crystals/place/schema.ts';
import { INTERRUPTS_MOST, type Route } from '../crystals/route/schema.ts';
import { type Atlas, sameMoves } from './atlas.ts';
import { LENIENT, makeHypotheses, type Track } from './hypotheses.ts';
import { alike, cellOf, type Laid, type Look, lookOf, type Prepared, prepare } from './look.ts';
import { apart, sharedBy, shiftTo, viewBy, type Xy } from './plane.ts';
import { makeScroll } from './scroll.ts';
import type { PoseState } from './view.ts';

export interface PoseInput {
	readonly frame: Frame;
	readonly screen: string;
	/** The part of the frame that shows the world. */
	readonly world: Box;
	/** Where the player is drawn, frame pixels; the middle of the world unless given. */
	readonly avatar?: FramePoint;
	/** Boxes of what moves, frame pixels: it belongs to no place. */
	readonly hides: readonly Box[];
	readonly marks: PlaceData['marks'];
	/** What the minimap shows, where the profile names one. */
	readonly mini?: Look;
	/** Monotonic ms. */
	readonly now: number;
}
export interface Pose {
	see(input: PoseInput): void;
	/** An act is being carried out: what it does may be seen before it is done. */
	sent(act: Act, now: number): void;
	/** It was not, after all. */
	unsent(act: Act): void;
	/** Another screen shows, and how the world goes on meanwhile is not seen. */
	leave(to: string): void;
	readonly state: PoseState;
	readonly why: string;
	readonly area: string;
	/** Of the player, in the area's plane; undefined while lost. */
	readonly xy: Xy | undefined;
	/** Top left corner of the world's box in that plane. */
	readonly view: Xy | undefined;
	readonly sigma: number;
	/** The place one is at; undefined while lost or between places. */
	readonly place: Place | undefined;
	/** The last place that was certain. */
	readonly last: Place | undefined;
	/** Where one may be, while that is not known. */
	readonly maybe: readonly Track[];
	/** Where the player is drawn, frame pixels. */
	readonly avatar: FramePoint;
	/** Monotonic ms since when the picture has not moved. */
	readonly stillSince: number;
	/** The world of this screen scrolls, or was seen to change by a step. */
	readonly isWorld: boolean;
	/** So far the player can be from one place and still be at it, pixels. */
	readonly reach: number;
}

/** Frames running that must agree before a place is believed. */
const RUNNING = 3;
/** Of what was walked, so much may be wrong. */
const DRIFT = 0.02;
const CHECK_MS = 350;
/** Who stands for longer is not walking any more. */
const PAUSE_MS = 400;
/** An act that a cut follows within this time made it. */
const DOING_MS = 12_000;
/** A cut is over at the latest after so long, whether the picture rests or not. */
const CUT_MS = 4000;
/** Nothing known was seen for so long: the map begins anew here. */
const ANEW_MS = 6000;
const CONTRADICTIONS = 4;
/** A place speaks against being here when the look should share so much with it and does not fit. */
const CONTRADICTS = 0.6;
/** Share of the picture that has to be other ground than at first, before what was known again by its look alone is certain. */
const OTHER_GROUND = 0.5;

export function makePose(o: { readonly atlas: Atlas; readonly at: () => number }): Pose {
	const { atlas } = o;
	let state: PoseState = 'none';
	let why = 'no world was seen yet';
	let world: Box = [0, 0, 1, 1];
	let screen = '';
	let area = '';
	let cam: Xy = [0, 0];
	let sigma = 0;
	let avatar: FramePoint = { x: 0, y: 0 };
	const scroll = makeScroll();
	/** What the last look was seen with. */
	let prior: Pick<PoseInput, 'marks' | 'mini'> & { readonly avatar: FramePoint } = { marks: {}, avatar: { x: 0, y: 0 } };
	let stillSince = 0;
	let place: Place | undefined;
	let last: Place | undefined;
	/** Ms on foot since one was at `last`, and what was done since: who stands about is not on the way. */
	let onFoot = 0;
	let seenAt = 0;
	let acts: { readonly act: Act; readonly at: number; readonly cam: Xy; readonly avatar: FramePoint }[] = [];
	let cut:
		| {
				readonly at: number;
				rests: number;
				readonly by?: (typeof acts)[number];
				readonly from?: Place;
				readonly away: boolean;
				readonly exit: FramePoint;
		  }
		| undefined;
	const maybe = makeHypotheses(atlas);
	/** The view by whose look alone one is believed to be here; undefined: walking has borne it out. */
	let unproven: Xy | undefined;
	let lostAt = 0;
	let checkedAt = -Infinity;
	let agreeing = 0;
	let contradictions = 0;
	let leftAt: { readonly look: Look; readonly screen: string } | undefined;
	let visits = 0;
	/** Screens that came up since `last`. */
	const interrupts: string[] = [];
	const worlds = new Set<string>();

	const xyOf = (view: Xy): Xy => [view[0] + avatar.x - world[0], view[1] + avatar.y - world[1]];
	const reach = (): number => 0.35 * Math.min(world[2], world[3]);
	const sure = (): boolean => state === 'fixed' || state === 'reckoned';
	const knownWorld = (name: string): boolean => worlds.has(name) || atlas.on(name).length > 0;

	function lose(because: string, now: number): void {
		state = 'lost';
		why = because;
		place = undefined;
		maybe.clear();
		unproven = undefined;
		agreeing = 0;
		contradictions = 0;
		lostAt = now;
		checkedAt = -Infinity;
	}
	/** @param by  the view by whose look alone it is known; undefined when the way here says so too */
	function settle(at: { readonly area: string; readonly cam: Xy }, because: string, by?: Xy): void {
		({ area, cam } = at);
		sigma = cellOf(world)[0];
		// Where nothing scrolls, more than the look is not to be had.
		unproven = by !== undefined && scrolls(area) && sharedBy(by, cam, world) > OTHER_GROUND ? by : undefined;
		[state, why] = unproven === undefined ? ['fixed', because] : ['reckoned', 'only one place known looks like this; walking on will tell'];
		maybe.clear();
		agreeing = 0;
		contradictions = 0;
	}
	const scrolls = (of: string): boolean => atlas.within(of).length > 1;

	function see(input: PoseInput): void {
		const { frame, now } = input;
		const resized = world[2] !== input.world[2] || world[3] !== input.world[3];
		world = input.world;
		avatar = input.avatar ?? { x: world[0] + world[2] / 2, y: world[1] + world[3] / 2 };
		const look = lookOf(frame, world, input.hides);
		if (input.screen !== screen) arriveOn(input, look);
		else if (resized || scroll.look === undefined) scroll.restart(look, now);
		else if (cut !== undefined) arrive(input, cut, scroll.follow(look, cellOf(world), now).is === 'cut', look, now);
		else follow(input, look, now);
		prior = seenWith(input);
		seenAt = now;
	}

	const seenWith = ({ marks, mini }: PoseInput): typeof prior => ({ marks, avatar, ...(mini === undefined ? {} : { mini }) });
	const minimap = ({ mini }: PoseInput): Prepared | undefined => (mini === undefined ? undefined : prepare(mini));

	/** Another screen than before shows the world, or the same one again after something lay over it. */
	function arriveOn(input: PoseInput, look: Look): void {
		const again = leftAt !== undefined && leftAt.screen === input.screen && alike(leftAt.look, look).score >= 0.9;
		screen = input.screen;
		scroll.restart(look, input.now);
		stillSince = input.now;
		if (again && (sure() || state === 'none')) return;
		if (!knownWorld(screen)) return;
		begin(input.now, true);
	}

	function begin(now: number, away: boolean): void {
		// Walking makes the picture scroll; what makes it another one at once was used.
		const done = acts.at(-1);
		const by =
			away || done === undefined || now - done.at > DOING_MS || Object.values(done.act.args).some(Array.isArray) ? undefined : done;
		const from = sure() ? (place ?? last) : undefined;
		cut = {
			at: now,
			rests: 0,
			away,
			exit: prior.avatar,
			...(by === undefined ? {} : { by }),
			...(from === undefined ? {} : { from }),
		};
		place = undefined;
		if (from === undefined) lose('the picture changed at once, and nothing tells where this is', now);
	}

	function follow(input: PoseInput, look: Look, now: number): void {
		const before = scroll.look as Look;
		const scrolled = scroll.follow(look, cellOf(world), now);
		if (scrolled.is !== 'still' || now - stillSince < PAUSE_MS) onFoot += now - seenAt;
		if (scrolled.is === 'still') {
			if (!scrolled.rests) stillSince = now;
			return rest(input, look, now);
		}
		worlds.add(screen);
		if (state === 'none') layFirst(before, now);
		if (scrolled.is === 'cut') {
			scroll.restart(look, now);
			return begin(now, false);
		}
		stillSince = now;
		const [dx, dy] = scrolled.by;
		cam = [cam[0] + dx, cam[1] + dy];
		maybe.moved(scrolled.by);
		sigma += DRIFT * Math.hypot(dx, dy) + scrolled.doubtPx;
		if (scrolled.doubtPx > 0) {
			agreeing = 0;
			if (state === 'fixed') [state, why] = ['reckoned', 'the picture repeats, and how far it scrolled is not certain'];
		}
		check(input, scroll.prepared, now);
		if (sure()) move(input, look);
	}

	/** The picture does not move. */
	function rest(input: PoseInput, look: Look, now: number): void {
		if (stillSince === 0) stillSince = now;
		if (state === 'none' && knownWorld(screen)) return begin(now, true);
		if (state === 'lost' || (sure() && now - checkedAt >= 4 * CHECK_MS)) check(input, scroll.prepared, now);
		if (sure()) move(input, look);
	}

	/** The screen turned out to show a world: where one stood before that was seen is its first place. */
	function layFirst(look: Look, now: number): void {
		const alikes = atlas.alike(prepare(look), atlas.on(screen));
		if (alikes.length > 0) return lose('nobody has told yet where this is', now);
		startAnew(prior, look);
	}

	function startAnew(seen: typeof prior, look: Look): Place | undefined {
		const fresh = atlas.lay({
			area: `area-${Math.round(o.at())}-${atlas.revision}`,
			screen,
			xy: [seen.avatar.x - world[0], seen.avatar.y - world[1]],
			view: [0, 0],
			look,
			marks: seen.marks,
			...(seen.mini === undefined ? {} : { mini: seen.mini }),
		});
		if (fresh === undefined) {
			why = 'the map is full';
			return undefined;
		}
		settle({ area: fresh.data.area, cam: [0, 0] }, 'a place that was not known');
		come(fresh);
		return fresh;
	}

	/** After a cut: what is this? Three frames running must follow on each other. */
	function arrive(input: PoseInput, c: NonNullable<typeof cut>, again: boolean, look: Look, now: number): void {
		if (again) scroll.restart(look, now);
		c.rests = again ? 0 : c.rests + 1;
		if (c.rests < RUNNING - 1 && now - c.at < CUT_MS) return;
		cut = undefined;
		stillSince = now;
		const { prepared } = scroll;
		if (c.from === undefined || c.away) return arriveLost(input, prepared, look, now, c.from);
		arriveFrom(input, prepared, look, now, c.from, c.by, c.exit);
	}

	/** Something was over the world, or nobody knew where one was. */
	function arriveLost(input: PoseInput, prepared: Prepared, look: Look, now: number, from: Place | undefined): void {
		const here = from === undefined ? undefined : recognisePlace(from, prepared);
		if (from !== undefined && here !== undefined && here.score >= thresholdOf(from.data)) {
			// Nobody was seen to move; but the very same look elsewhere would look so too.
			if (maybe.find(prepared, screen, world, minimap(input)).length <= 1) return settleAt(from, here, 'it looks as when it was left');
		}
		if (state !== 'lost') lose('the picture is another one than before', now);
		if (atlas.on(screen).length === 0) {
			startAnew(seenWith(input), look);
			return;
		}
		check(input, prepared, now);
	}

	/** A step led here from a place that is known. */
	function arriveFrom(
		input: PoseInput,
		prepared: Prepared,
		look: Look,
		now: number,
		from: Place,
		by: (typeof acts)[number] | undefined,
		exit: FramePoint,
	): void {
		const moves = by === undefined ? [] : [movesOf(by)];
		const known = by === undefined ? [] : atlas.from(from.id).filter((r) => r.data.graph === 'world' && sameMoves(r.data.moves, moves));
		for (const route of known.toSorted((a, b) => b.stat.k - a.stat.k)) {
			const to = atlas.place(route.data.to);
			if (to === undefined) continue;
			const laid = recognisePlace(to, prepared);
			if (laid.score < thresholdOf(to.data)) continue;
			settleAt(to, laid, 'the way leads here, and it looks so', { moves, ms: now - (by?.at ?? now), exit });
			// One step that leads to several places: those that look the same may be one.
			const is = known.length > 1 ? atlas.consider(to) : to;
			if (is !== to) settleAt(is, recognisePlace(is, prepared), 'its neighbours say which place it is');
			return;
		}
		const alikes = atlas.alike(prepared, atlas.on(screen)).filter(({ place: p }) => p.id !== from.id);
		if (by === undefined) {
			lose('the picture changed at once, and no act explains it', now);
			return check(input, prepared, now);
		}
		// Back through a way that leads here: then one stands where one left. Of places that look the same, that tells them apart.
		const backs =
			input.avatar === undefined ? [] : alikes.filter(({ place: p }) => atlas.from(p.id).some((route) => leftHere(route, from)));
		const back = backs.length === 1 ? backs[0] : undefined;
		if (back !== undefined) return settleAt(back.place, back.laid, 'back where one came from', { moves, ms: now - by.at, exit });
		// Another place that looks the same, or the same one by a new way: what its neighbours are will tell.
		const fresh = startAnewFrom(input, look, now, from, by, moves, exit);
		if (fresh === undefined) return;
		const is = atlas.consider(fresh);
		if (is !== fresh) settleAt(is, { dx: 0, dy: 0 }, 'its neighbours say which place it is');
	}

	/** The route leads to where one comes from, and was left where the player stands now. */
	function leftHere({ data }: Route, from: Place): boolean {
		if (data.exit === undefined || atlas.resolve(data.to) !== from.id) return false;
		const off = Math.hypot(data.exit[0] + world[0] - avatar.x, data.exit[1] + world[1] - avatar.y);
		return off <= 0.2 * Math.hypot(world[2], world[3]);
	}

	function startAnewFrom(
		input: PoseInput,
		look: Look,
		now: number,
		from: Place,
		by: (typeof acts)[number],
		moves: readonly Act[],
		exit: FramePoint,
	): Place | undefined {
		const fresh = startAnew(seenWith(input), look);
		if (fresh === undefined) return undefined;
		record(from, fresh, moves, now - by.at, exit);
		return fresh;
	}

	/** @param came  by what one came here from `last` */
	function settleAt(
		to: Place,
		laid: Pick<Laid, 'dx' | 'dy'>,
		because: string,
		came?: { readonly moves: readonly Act[]; readonly ms: number; readonly exit: FramePoint },
	): void {
		const from = last;
		settle({ area: to.data.area, cam: viewBy(to, laid, world) }, because);
		if (came !== undefined && from !== undefined && from.id !== to.id) record(from, to, came.moves, came.ms, came.exit);
		come(to);
	}

	/** A point of the picture means a point of the plane. */
	function movesOf({ act, cam: then }: (typeof acts)[number]): Act {
		return {
			verb: act.verb,
			args: Object.fromEntries(
				Object.entries(act.args).map(([name, value]) => [
					name,
					Array.isArray(value) ? [value[0] + then[0] - world[0], value[1] + then[1] - world[1]] : value,
				]),
			) as Act['args'],
		};
	}

	function record(from: Place, to: Place, moves: readonly Act[], ms: number, exit?: FramePoint): void {
		atlas.walked(
			{
				graph: 'world',
				from: from.id,
				to: to.id,
				moves,
				origin: 'walk',
				...(exit === undefined ? {} : { exit: [exit.x - world[0], exit.y - world[1]] as const }),
			},
			{ ms: Math.max(1, ms), interrupts: interrupts.splice(0), episode: `walk ${visits}`, at: o.at() },
		);
	}

	/** The player is at this place now. */
	function come(to: Place): void {
		const changed = place?.id !== to.id;
		place = to;
		if (last?.id === to.id && !changed) return;
		last = to;
		onFoot = 0;
		visits++;
		acts = acts.slice(-1);
	}

	/** Sure of where it is: which place is that, or is one to be laid? What is in doubt goes into no map. */
	function move(input: PoseInput, look: Look): void {
		const doubtful = unproven !== undefined || contradictions > 0;
		const near = nearest(cam);
		if (near !== undefined && near.far <= reach()) {
			if (place?.id === near.place.id) return;
			// Halfway between two the nearer one may change with each frame.
			if (place !== undefined && apart(place.data.view, cam) - near.far < 0.25 * reach() && apart(place.data.view, cam) <= reach()) return;
			const from = last;
			if (!doubtful && from !== undefined && from.id !== near.place.id && from.data.area === area) record(from, near.place, [], onFoot);
			come(near.place);
			if (doubtful) return;
			const isLaid = sharedBy(near.place.data.view, cam, world) > 0.9 && apart(near.place.data.view, cam) < cellOf(world)[0];
			atlas.sees(near.place, isLaid ? look : newestLook(near.place), input.marks, true);
			return;
		}
		place = undefined;
		if (doubtful || sigma > reach()) return;
		const fresh = atlas.lay({ area, screen, xy: xyOf(cam), view: cam, look, ...seenWith(input) });
		if (fresh === undefined) return;
		const from = last;
		if (from !== undefined && from.data.area === area) record(from, fresh, [], onFoot);
		come(fresh);
	}

	/** The place whose view is nearest. */
	function nearest(view: Xy): { readonly place: Place; readonly far: number } | undefined {
		let best: { place: Place; far: number } | undefined;
		for (const one of atlas.within(area)) {
			const far = apart(one.data.view, view);
			if (best === undefined || far < best.far) best = { place: one, far };
		}
		return best;
	}

	/** Holds where one should be against what places look like. */
	function check(input: PoseInput, prepared: Prepared, now: number): void {
		if (now - checkedAt < CHECK_MS) return;
		checkedAt = now;
		if (sure()) return correct(prepared, now);
		if (state !== 'lost' || input.screen !== screen) return;
		const mini = minimap(input);
		maybe.look(prepared, screen, world, mini);
		const { only, tracks } = maybe;
		if (tracks.length === 0) {
			why = 'nothing known looks like this';
			if (now - lostAt > ANEW_MS) startAnew(seenWith(input), prepared.look);
			return;
		}
		why = tracks.length === 1 ? 'looking again to be sure' : `${tracks.length} places look like this`;
		if (only === undefined) return;
		const known = atlas.place(only.place);
		const told = known !== undefined && minimapFits(known, mini) === true;
		settle(only, told ? 'known again by its look and the minimap' : 'known again by its look', told ? undefined : only.first);
		last = undefined;
		const near = nearest(cam);
		if (near !== undefined && near.far <= reach()) come(near.place);
	}

	function correct(prepared: Prepared, now: number): void {
		const [cw] = cellOf(world);
		const near = atlas
			.within(area)
			.map((one) => ({ one, share: sharedBy(one.data.view, cam, world) }))
			.filter(({ share }) => share >= 0.4)
			.toSorted((a, b) => b.share - a.share)
			.slice(0, 2);
		const within = Math.max((3 * sigma) / cw, 2);
		let fits = false;
		for (const { one } of near) {
			const laid = recognisePlace(one, prepared, { at: shiftTo(one, cam, world), within });
			if (laid.score < thresholdOf(one.data) - LENIENT) continue;
			const view = viewBy(one, laid, world);
			// What was expected all the same says how well it fits when it does.
			if (state === 'fixed' && apart(view, cam) <= cw) atlas.fits(one, laid.score);
			cam = [0.5 * (cam[0] + view[0]), 0.5 * (cam[1] + view[1])];
			sigma = Math.max(0.3 * cw, sigma * 0.5);
			fits = true;
			contradictions = 0;
			if (unproven !== undefined && sharedBy(unproven, cam, world) <= OTHER_GROUND) unproven = undefined;
			break;
		}
		if (!fits && near.some(({ share }) => share > CONTRADICTS)) contradictions++;
		agreeing = fits ? agreeing + 1 : 0;
		if (contradictions >= CONTRADICTIONS) return lose('what is seen here does not fit the map', now);
		if (sigma > 0.5 * Math.min(world[2], world[3])) return lose('walked too far without seeing anything known', now);
		if (unproven !== undefined) {
			if (sharedBy(unproven, cam, world) === 0) lose('what looked like a known place was not borne out by what lies beside it', now);
			return;
		}
		if (fits && agreeing >= RUNNING) [state, why] = ['fixed', 'what is seen fits the map'];
		else if (!fits && near.length > 0 && sigma > 2 * cw) [state, why] = ['reckoned', 'by what the picture scrolled'];
		else if (near.length === 0) [state, why] = ['reckoned', 'by what the picture scrolled, over ground that is new'];
	}

	return {
		see,
		sent(act, now) {
			acts = [...acts, { act, at: now, cam, avatar }].slice(-8);
		},
		unsent(act) {
			acts = acts.filter((one) => one.act !== act);
		},
		leave(to) {
			if (screen === '') return;
			if (scroll.look !== undefined && knownWorld(screen)) leftAt = { look: scroll.look, screen };
			// What lies over the world is left again: that is no interruption.
			if (last !== undefined && knownWorld(screen) && interrupts.length < INTERRUPTS_MOST) interrupts.push(to);
			screen = '';
			cut = undefined;
		},
		get state() {
			return cut === undefined ? state : 'lost';
		},
		get why() {
			return cut === undefined ? why : 'the picture changed at once';
		},
		get area() {
			return sure() ? area : '';
		},
		get xy() {
			return sure() && cut === undefined ? xyOf(cam) : undefined;
		},
		get view() {
			return sure() && cut === undefined ? cam : undefined;
		},
		get sigma() {
			return sigma;
		},
		get place() {
			return cut === undefined ? place : undefined;
		},
		get last() {
			return last;
		},
		get maybe() {
			return maybe.tracks;
		},
		get avatar() {
			return avatar;
		},
		get stillSince() {
			return stillSince;
		},
		get isWorld() {
			return knownWorld(screen);
		},
		get reach() {
			return reach();
		},
	};
}
