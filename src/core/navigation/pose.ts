// Where the player is, from pixels alone: how far the picture scrolled since the last frame, laid over what places look like. A frame
// that fits nothing before it is a cut: through a door, a fall, a hand that moved the player. Where several places look the same all
// of them are followed, until what is walked over contradicts all but one. Until then one is lost, which is a state and no guess.
import type { Box, FramePoint } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import type { Act } from '../question.ts';
import { MARGIN, recognisePlace, thresholdOf } from '../crystals/place/apply.ts';
import { newestLook, type Place, type PlaceData } from '../crystals/place/schema.ts';
import { INTERRUPTS_MOST, type Route } from '../crystals/route/schema.ts';
import { type Atlas, sameMoves } from './atlas.ts';
import { alike, cellOf, changedShareOf, layOver, type Look, lookOf, type Prepared, prepare } from './look.ts';
import type { PoseState } from './view.ts';

type Xy = readonly [x: number, y: number];

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
	/** Monotonic ms. */
	readonly now: number;
}
export interface Pose {
	see(input: PoseInput): void;
	/** An act was carried out. */
	sent(act: Act, now: number): void;
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
	readonly maybe: readonly string[];
	/** Where the player is drawn, frame pixels. */
	readonly avatar: FramePoint;
	/** Monotonic ms since when the picture has not moved. */
	readonly stillSince: number;
	/** The world of this screen scrolls, or was seen to change by a step. */
	readonly isWorld: boolean;
	/** So far the player can be from one place and still be at it, pixels. */
	readonly reach: number;
}

/** Less of the picture changes when only somebody moves in it. */
const STILL_SHARE = 0.015;
/** Two frames that are less alike, however they are shifted, have a cut between them. */
const FOLLOWS = 0.83;
/** The picture rests when two looks are so alike. */
const RESTS = 0.97;
/** Frames running that must agree before a place is believed. */
const RUNNING = 3;
const KEY_OVERLAP = 0.7;
/** Of what was walked, so much may be wrong. */
const DRIFT = 0.02;
const CHECK_MS = 350;
/** An act that a cut follows within this time made it. */
const DOING_MS = 12_000;
/** Nothing known was seen for so long: the map begins anew here. */
const ANEW_MS = 6000;
const CONTRADICTIONS = 4;

/** One of the places where the player may be, followed as they move. */
interface Track {
	readonly area: string;
	cam: Xy;
	/** Looks that agreed with it. */
	support: number;
	place: string;
}

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
	let key: { readonly look: Prepared; readonly cam: Xy } | undefined;
	let before: Look | undefined;
	/** What `before` was seen with. */
	let prior: Pick<PoseInput, 'marks'> & { readonly avatar: FramePoint } = { marks: {}, avatar: { x: 0, y: 0 } };
	let stillSince = 0;
	let place: Place | undefined;
	let last: Place | undefined;
	/** Since when one is at `last`, and what was done since. */
	let lastAt = 0;
	let acts: { readonly act: Act; readonly at: number; readonly cam: Xy; readonly avatar: FramePoint }[] = [];
	let cut:
		| {
				readonly at: number;
				look: Look;
				rests: number;
				readonly by?: (typeof acts)[number];
				readonly from?: Place;
				readonly away: boolean;
				readonly exit: FramePoint;
		  }
		| undefined;
	let tracks: Track[] = [];
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
	const apart = (a: Xy, b: Xy): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

	function lose(because: string, now: number): void {
		state = 'lost';
		why = because;
		place = undefined;
		tracks = [];
		agreeing = 0;
		contradictions = 0;
		lostAt = now;
		checkedAt = -Infinity;
	}
	function settle(at: Pick<Track, 'area' | 'cam'>, because: string, first: PoseState): void {
		area = at.area;
		cam = at.cam;
		sigma = cellOf(world)[0];
		state = first;
		why = because;
		tracks = [];
		contradictions = 0;
		key = undefined;
	}

	/** The view that a place's look speaks for. */
	const viewBy = ({ data }: Place, dx: number, dy: number): Xy => {
		const [cw, ch] = cellOf(world);
		return [data.view[0] - dx * cw, data.view[1] - dy * ch];
	};
	const shiftTo = ({ data }: Place, view: Xy): Xy => {
		const [cw, ch] = cellOf(world);
		return [(data.view[0] - view[0]) / cw, (data.view[1] - view[1]) / ch];
	};
	const seenShare = ({ data }: Place, view: Xy): number =>
		Math.max(0, 1 - Math.abs(data.view[0] - view[0]) / world[2]) * Math.max(0, 1 - Math.abs(data.view[1] - view[1]) / world[3]);

	function see(input: PoseInput): void {
		const { frame, now } = input;
		const resized = world[2] !== input.world[2] || world[3] !== input.world[3];
		world = input.world;
		avatar = input.avatar ?? { x: world[0] + world[2] / 2, y: world[1] + world[3] / 2 };
		if (resized) key = undefined;
		const look = lookOf(frame, world, input.hides);
		if (input.screen !== screen) return arriveOn(input, look);
		follow(input, look, now);
		before = look;
		prior = { marks: input.marks, avatar };
	}

	/** Another screen than before shows the world, or the same one again after something lay over it. */
	function arriveOn(input: PoseInput, look: Look): void {
		const again = leftAt !== undefined && leftAt.screen === input.screen && alike(leftAt.look, look).score >= 0.9;
		screen = input.screen;
		before = look;
		key = undefined;
		stillSince = input.now;
		if (again && (sure() || state === 'none')) return;
		if (!knownWorld(screen)) return;
		begin(look, input.now, true);
	}

	function begin(look: Look, now: number, away: boolean): void {
		// Walking makes the picture scroll; what makes it another one at once was used.
		const done = acts.at(-1);
		const by =
			away || done === undefined || now - done.at > DOING_MS || Object.values(done.act.args).some(Array.isArray) ? undefined : done;
		const from = sure() ? (place ?? last) : undefined;
		cut = {
			at: now,
			look,
			rests: 0,
			away,
			exit: prior.avatar,
			...(by === undefined ? {} : { by }),
			...(from === undefined ? {} : { from }),
		};
		key = undefined;
		place = undefined;
		if (from === undefined) lose('the picture changed at once, and nothing tells where this is', now);
	}

	function follow(input: PoseInput, look: Look, now: number): void {
		if (before === undefined) return;
		if (cut !== undefined) return arrive(input, look, now);
		if (changedShareOf(before, look) < STILL_SHARE) return rest(input, look, now);
		const prepared = prepare(look);
		key ??= { look: prepare(before), cam };
		const laid = layOver(key.look, prepared);
		if (laid.score < FOLLOWS) {
			worlds.add(screen);
			if (state === 'none') layFirst(before, now);
			return begin(look, now, false);
		}
		const [cw, ch] = cellOf(world);
		const next: Xy = [key.cam[0] - laid.dx * cw, key.cam[1] - laid.dy * ch];
		const moved: Xy = [next[0] - cam[0], next[1] - cam[1]];
		const far = Math.hypot(...moved);
		if (far < 0.5 * cw) {
			if (laid.score > 0.9 && key.look.look !== look) stillSince = far < 0.15 * cw ? Math.min(stillSince, now) : now;
			return rest(input, look, now);
		}
		stillSince = now;
		if (!worlds.has(screen)) {
			worlds.add(screen);
			if (state === 'none') layFirst(before, now);
		}
		cam = next;
		for (const track of tracks) track.cam = [track.cam[0] + moved[0], track.cam[1] + moved[1]];
		sigma += DRIFT * far;
		if (laid.overlap < KEY_OVERLAP) key = { look: prepared, cam };
		check(input, prepared, now);
		if (sure()) move(input, look, now);
	}

	/** The picture does not move. */
	function rest(input: PoseInput, look: Look, now: number): void {
		if (stillSince === 0) stillSince = now;
		if (state === 'none' && knownWorld(screen)) return begin(look, now, true);
		if (state === 'lost' || (sure() && now - checkedAt >= 4 * CHECK_MS)) check(input, prepare(look), now);
		if (sure()) move(input, look, now);
	}

	/** The screen turned out to show a world: where one stood before that was seen is its first place. */
	function layFirst(look: Look, now: number): void {
		const alikes = atlas.alike(prepare(look), atlas.on(screen));
		if (alikes.length > 0) return lose('nobody has told yet where this is', now);
		startAnew(prior, look, now);
	}

	function startAnew(seen: typeof prior, look: Look, now: number): Place | undefined {
		const fresh = atlas.lay({
			area: `area-${Math.round(o.at())}-${atlas.revision}`,
			screen,
			xy: [seen.avatar.x - world[0], seen.avatar.y - world[1]],
			view: [0, 0],
			look,
			marks: seen.marks,
		});
		if (fresh === undefined) {
			why = 'the map is full';
			return undefined;
		}
		settle({ area: fresh.data.area, cam: [0, 0] }, 'a place that was not known', 'fixed');
		come(fresh, now);
		return fresh;
	}

	/** After a cut: what is this? Three frames running must agree. */
	function arrive(input: PoseInput, look: Look, now: number): void {
		const c = cut as NonNullable<typeof cut>;
		const { score } = alike(c.look, look);
		c.rests = score >= RESTS || (score > 0.9 && changedShareOf(c.look, look) < 4 * STILL_SHARE) ? c.rests + 1 : 0;
		c.look = look;
		if (c.rests < RUNNING - 1 && now - c.at < 4000) return;
		cut = undefined;
		before = look;
		stillSince = now;
		const prepared = prepare(look);
		if (c.from === undefined || c.away) return arriveLost(input, prepared, look, now, c.from);
		arriveFrom(input, prepared, look, now, c.from, c.by, c.exit);
	}

	/** Something was over the world, or nobody knew where one was. */
	function arriveLost(input: PoseInput, prepared: Prepared, look: Look, now: number, from: Place | undefined): void {
		const here = from === undefined ? undefined : recognisePlace(from, prepared);
		if (from !== undefined && here !== undefined && here.score >= thresholdOf(from.data)) {
			// Nobody was seen to move; but the very same look elsewhere would look so too.
			if (candidates(prepared).length <= 1) return settleAt(from, here.dx, here.dy, 'it looks as when it was left', now);
		}
		if (state !== 'lost') lose('the picture is another one than before', now);
		if (atlas.on(screen).length === 0) {
			startAnew({ marks: input.marks, avatar }, look, now);
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
			if (laid.score >= thresholdOf(to.data))
				return settleAt(to, laid.dx, laid.dy, 'the way leads here, and it looks so', now, moves, exit);
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
		if (back !== undefined) return settleAt(back.place, back.laid.dx, back.laid.dy, 'back where one came from', now, moves, exit);
		// Another place that looks the same, or the same one by a new way: what its neighbours are will tell.
		const fresh = startAnewFrom(input, look, now, from, moves, exit);
		if (fresh === undefined) return;
		const is = atlas.consider(fresh);
		if (is !== fresh) settleAt(is, 0, 0, 'its neighbours say which place it is', now);
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
		moves: readonly Act[],
		exit: FramePoint,
	): Place | undefined {
		const took = now - lastAt;
		const fresh = startAnew({ marks: input.marks, avatar }, look, now);
		if (fresh === undefined) return undefined;
		record(from, fresh, moves, took, exit);
		return fresh;
	}

	function settleAt(to: Place, dx: number, dy: number, because: string, now: number, moves?: readonly Act[], exit?: FramePoint): void {
		const from = last;
		const took = now - lastAt;
		settle({ area: to.data.area, cam: viewBy(to, dx, dy) }, because, 'fixed');
		if (moves !== undefined && from !== undefined && from.id !== to.id) {
			record(from, to, moves, took, exit);
		}
		come(to, now);
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
	function come(to: Place, now: number): void {
		const changed = place?.id !== to.id;
		place = to;
		if (last?.id === to.id && !changed) return;
		last = to;
		lastAt = now;
		visits++;
		acts = acts.slice(-1);
	}

	/** Sure of where it is: which place is that, or is one to be laid? */
	function move(input: PoseInput, look: Look, now: number): void {
		const near = nearest(cam);
		if (near !== undefined && near.far <= reach()) {
			if (place?.id === near.place.id) return;
			// Halfway between two the nearer one may change with each frame.
			if (place !== undefined && apart(place.data.view, cam) - near.far < 0.25 * reach() && apart(place.data.view, cam) <= reach()) return;
			const from = last;
			if (from !== undefined && from.id !== near.place.id && from.data.area === area) record(from, near.place, [], now - lastAt);
			come(near.place, now);
			const isLaid = seenShare(near.place, cam) > 0.9 && apart(near.place.data.view, cam) < cellOf(world)[0];
			atlas.sees(near.place, isLaid ? look : newestLook(near.place), input.marks, true);
			return;
		}
		place = undefined;
		if (sigma > reach()) return;
		const fresh = atlas.lay({ area, screen, xy: xyOf(cam), view: cam, look, marks: input.marks });
		if (fresh === undefined) return;
		const from = last;
		if (from !== undefined && from.data.area === area) record(from, fresh, [], now - lastAt);
		come(fresh, now);
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
		narrow(prepared);
		if (tracks.length === 0) tracks = candidates(prepared);
		const [best, second] = tracks.toSorted((a, b) => b.support - a.support);
		if (best === undefined) {
			why = 'nothing known looks like this';
			if (now - lostAt > ANEW_MS) startAnew({ marks: input.marks, avatar }, prepared.look, now);
			return;
		}
		why = second === undefined ? 'looking again to be sure' : `${tracks.length} places look like this`;
		const alone = second === undefined ? best.support >= RUNNING : best.support >= second.support + RUNNING;
		if (!alone) return;
		const to = atlas.place(best.place);
		settle(best, 'known again by its look', 'fixed');
		if (to !== undefined) {
			last = undefined;
			const near = nearest(cam);
			if (near !== undefined && near.far <= reach()) come(near.place, now);
		}
	}

	/** All that the look fits, none when only some of a crowd can be told apart. */
	function candidates(prepared: Prepared): Track[] {
		const all = atlas.alike(prepared, atlas.on(screen));
		const least = (all[0]?.laid.score ?? 0) - MARGIN;
		return all.reduce<Track[]>((found, { place: one, laid }) => {
			if (laid.score < least) return found;
			const view = viewBy(one, laid.dx, laid.dy);
			const twin = found.find((t) => t.area === one.data.area && apart(t.cam, view) < 3 * cellOf(world)[0]);
			// Two places side by side say the same.
			if (twin === undefined) found.push({ area: one.data.area, cam: view, support: 1, place: one.id });
			return found;
		}, []);
	}

	/** Each place where one may be is looked at as if one was there. */
	function narrow(prepared: Prepared): void {
		const [cw] = cellOf(world);
		tracks = tracks.filter((track) => {
			let against = 0;
			for (const one of atlas.within(track.area)) {
				const share = seenShare(one, track.cam);
				if (share < 0.35) continue;
				const near = shiftTo(one, track.cam);
				const laid = recognisePlace(one, prepared, near);
				const off = apart(viewBy(one, laid.dx, laid.dy), track.cam);
				if (laid.score >= thresholdOf(one.data) - 0.04 && off < 4 * cw) {
					track.support++;
					track.cam = viewBy(one, laid.dx, laid.dy);
					track.place = one.id;
					return true;
				}
				if (share > 0.6) against++;
			}
			if (against > 0) track.support -= 1;
			return track.support > 0;
		});
	}

	function correct(prepared: Prepared, now: number): void {
		const [cw] = cellOf(world);
		const near = atlas
			.within(area)
			.map((one) => ({ one, share: seenShare(one, cam) }))
			.filter(({ share }) => share >= 0.4)
			.toSorted((a, b) => b.share - a.share)
			.slice(0, 2);
		let fits = false;
		for (const { one, share } of near) {
			const laid = recognisePlace(one, prepared, shiftTo(one, cam));
			const view = viewBy(one, laid.dx, laid.dy);
			const off = apart(view, cam);
			if (laid.score >= thresholdOf(one.data) - 0.04) {
				if (off > Math.max(3 * sigma, 2 * cw)) continue;
				const gain = 0.5;
				const by: Xy = [gain * (view[0] - cam[0]), gain * (view[1] - cam[1])];
				cam = [cam[0] + by[0], cam[1] + by[1]];
				if (key !== undefined) key = { ...key, cam: [key.cam[0] + by[0], key.cam[1] + by[1]] };
				sigma = Math.max(0.3 * cw, sigma * 0.5);
				fits = true;
				contradictions = 0;
				break;
			}
			if (share > 0.75 && laid.score < 0.5) contradictions++;
		}
		agreeing = fits ? agreeing + 1 : 0;
		if (contradictions >= CONTRADICTIONS) return lose('what is seen here does not fit the map', now);
		if (sigma > 0.5 * Math.min(world[2], world[3])) return lose('walked too far without seeing anything known', now);
		if (fits && agreeing >= RUNNING) [state, why] = ['fixed', 'what is seen fits the map'];
		else if (!fits && near.length > 0 && sigma > 2 * cw) [state, why] = ['reckoned', 'by what the picture scrolled'];
		else if (near.length === 0) [state, why] = ['reckoned', 'by what the picture scrolled, over ground that is new'];
	}

	return {
		see,
		sent(act, now) {
			acts = [...acts, { act, at: now, cam, avatar }].slice(-8);
		},
		leave(to) {
			if (screen === '') return;
			if (before !== undefined && knownWorld(screen)) leftAt = { look: before, screen };
			if (last !== undefined && interrupts.length < INTERRUPTS_MOST) interrupts.push(to);
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
			return tracks.map((t) => t.place);
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
