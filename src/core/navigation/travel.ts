// On the way somewhere: a small machine that is asked what comes next and told what came of it, as a skill's run is. Each step is
// checked against where one should then be; what fails is shut for a while and gone round; who is lost looks about first.
import type { RunNext } from '../crystals/skill/run.ts';
import { patienceOf } from '../crystals/route/apply.ts';
import { type Route, screenNode, screenOf } from '../crystals/route/schema.ts';
import type { Place } from '../crystals/place/schema.ts';
import type { Box, FramePoint } from '../geometry.ts';
import type { Random } from '../ports.ts';
import type { Action } from '../profile.ts';
import type { Act, Facts } from '../question.ts';
import type { Atlas } from './atlas.ts';
import type { Pose } from './pose.ts';
import type { TravelState } from './view.ts';

/** What the loop carries out step by step: a skill's run, or a journey. */
export interface Journey {
	/** @param now  monotonic ms */
	next(facts: Facts, now: number): RunNext;
	awaits(): readonly string[];
	outcome(outcome: 'held' | 'failed' | 'unknown', why: string, now: number): void;
	/** What must be asked before it can go on: no way is known from here. */
	readonly stuck: boolean;
	/** Something came between that no known way leads out of: it goes on once that is over. */
	readonly interrupted: boolean;
	readonly goal: string;
	readonly route: readonly string[];
	readonly state: TravelState;
	readonly why: string;
}

export interface Surroundings {
	readonly atlas: Atlas;
	readonly pose: Pose;
	readonly screen: () => string;
	readonly world: () => Box;
	/** Verbs that walk to a point, best first; `arg` takes the point. */
	readonly walks: readonly Walking[];
	/** Acts that could lead on from here and were not tried yet. */
	readonly untried: () => readonly Act[];
	readonly random: Random;
	/** Counts up with each walk; labels of one count once. */
	readonly episode: string;
}
export interface Walking {
	readonly verb: string;
	readonly arg: string;
}
/** Verbs of a profile that take one point and click there. */
export function walksOf(actions: readonly Action[]): readonly Walking[] {
	return actions.flatMap(({ verb, args = {}, input, irreversible }) => {
		const points = Object.entries(args).filter(([, type]) => type === 'point');
		const [arg] = points[0] ?? [];
		const clicks = input.some((step) => 'click' in step);
		return arg !== undefined && Object.keys(args).length === 1 && clicks && irreversible !== true ? [{ verb, arg }] : [];
	});
}

/** Nothing moves any more: after so long the way is blocked; sooner where nothing moved at all. */
const BLOCKED_MS = 1500;
const UNMOVED_MS = 900;
/** Sooner, where the last step led nearer. */
const ON_MS = 450;
/** So much nearer, as a share of `reach`, is on the way. */
const PROGRESS = 0.15;
const LOOK_AGAIN_MS = 150;
const JOURNEY_MS = 240_000;
/** Looked about for so long, nothing was known again: a journey ends. Nine of ten are found within half of it. */
const LOST_MS = 60_000;
/** Where the end of a straight leg is aimed at, one try after the other: beside it and beyond it, as shares of `reach` and of the way. */
const AIMS = [
	[0, 1],
	[0.25, 1],
	[-0.25, 1],
	[0, 0.6],
	[0, 1.3],
	[0.5, 1],
	[-0.5, 1],
	[0.35, 0.5],
	[-0.35, 0.5],
] as const;
const DETOURS = 6;
const ESCAPES = 4;
/** A click stays so far from the edge of the world, as a share of it. */
const EDGE = 0.06;
const SETTLE_MS = 500;
/** A way that was gone so often, and nothing on it shut, goes round in a ring. */
const ROUNDS = 2;
/** So near, as a share of `reach`, one is at a place. */
const NEAR = 0.45;

export function startJourney(goal: string, s: Surroundings, begunAt: number): Journey {
	const { atlas, pose } = s;
	let state: TravelState = 'travelling';
	let why = '';
	let stuck = false;
	let interrupted = false;
	let legs: readonly Route[] = [];
	/** The leg under way. */
	let leg:
		| {
				readonly route: Route;
				readonly from: string;
				/** The place one was nearest to when it began: may still be the one before `from`. */
				readonly begun: string | undefined;
				since: number;
				tries: number;
				move: number;
				/** As near to its end as it came, pixels. */
				nearest: number;
				cameOnAt: number;
				actedAt: number | undefined;
		  }
		| undefined;
	/** Reached just now: the way goes on from there. */
	let passed: Place | undefined;
	let detours = 0;
	/** How often each way was gone, to its end or to another, since one was last found shut. */
	const gone = new Map<string, number>();
	let escapes = 0;
	let lookingSince: number | undefined;
	let looked: { readonly at: number; readonly angle: number } | undefined;
	let acting = false;
	let pageTries = 0;

	function next(facts: Facts, now: number): RunNext {
		if (now - begunAt > JOURNEY_MS) return { do: 'failed', why: 'the journey took too long' };
		if (acting) return { do: 'wait', until: now + LOOK_AGAIN_MS, why: 'an act is being carried out' };
		const to = atlas.resolve(goal);
		const screen = screenOf(to);
		const wanted = screen ?? atlas.place(to)?.data.screen ?? '';
		if (s.screen() !== wanted) return onPages(wanted, facts);
		if (screen !== undefined) return arrived();
		// Something lay over the world; the way begins anew from where one is now.
		if (pose.state === 'lost' || pose.state === 'none') return lookAbout(now);
		lookingSince = undefined;
		const here = pose.place;
		if (here?.id === to || isAt(to)) return arrived();
		if (leg !== undefined) {
			const going = onLeg(leg, here?.id, now);
			if (going !== undefined) return going;
		}
		const from = passed ?? here ?? pose.last;
		passed = undefined;
		if (from === undefined) return lookAbout(now);
		const way = atlas.way(from.id, to, facts);
		const first = way?.[0];
		if (way === undefined || first === undefined || detours > DETOURS) {
			const out = escape();
			if (out !== undefined) return out;
			stuck = true;
			return { do: 'failed', why: way === undefined ? 'no open way is known from here' : 'every way that was tried failed' };
		}
		if ((gone.get(first.id) ?? 0) >= ROUNDS)
			return {
				do: 'failed',
				why: ['it goes round in a ring', `${first.name} was gone ${ROUNDS} times`, first.data.lastFail].filter(Boolean).join(': '),
			};
		legs = way;
		leg = {
			route: first,
			from: from.id,
			begun: here?.id,
			since: now,
			tries: 0,
			move: 0,
			nearest: Infinity,
			cameOnAt: 0,
			actedAt: undefined,
		};
		nearer(leg, now);
		return step(leg, now);
	}

	/** Shut in: what nobody has used here yet may open a way (a lever, a door). Each once; then what failed is tried again. */
	function escape(): RunNext | undefined {
		const place = pose.place ?? pose.last;
		const [act] = s.untried();
		if (place === undefined || act === undefined || escapes >= ESCAPES) return undefined;
		escapes++;
		detours = 0;
		why = 'no way leads on: what was never used here is tried';
		atlas.nothing(place, act);
		acting = true;
		return { do: 'act', act, expects: [], place: 'looking for a way out' };
	}

	/** The player stands where the place was laid, or nearly. */
	function isAt(id: string): boolean {
		const data = atlas.place(id)?.data;
		const { xy } = pose;
		return (
			data !== undefined &&
			xy !== undefined &&
			data.area === pose.area &&
			Math.hypot(data.xy[0] - xy[0], data.xy[1] - xy[1]) <= NEAR * pose.reach
		);
	}

	function arrived(): RunNext {
		legs = [];
		leg = undefined;
		return { do: 'done', proved: true, why: `arrived at ${atlas.nameOf(goal)}` };
	}

	/** What there is to do on the leg; undefined when it is over, and the way is to be looked for anew. */
	function onLeg(on: NonNullable<typeof leg>, here: string | undefined, now: number): RunNext | undefined {
		const end = atlas.resolve(on.route.data.to);
		if (here === end) return through(on);
		// As good as there; what is nearest may be another place still.
		if (isAt(end)) {
			passed = atlas.place(end);
			return through(on);
		}
		if (here !== undefined && here !== on.from && here !== on.begun) {
			if (on.route.data.moves.length > 0) {
				fail(on, `it led to ${atlas.nameOf(here)} instead`);
				return through(on);
			}
			// Past it already: on from there. What else lies beside a straight way is passed: to look for the way anew from each such place may
			// lead back to the one before, and so on for ever.
			if (legs.some((route) => atlas.resolve(route.data.to) === here)) return done();
		}
		const comesOn = nearer(on, now);
		const since = on.actedAt ?? on.since;
		const patience = comesOn ? ON_MS : pose.stillSince > since ? BLOCKED_MS : UNMOVED_MS;
		const stands = now - Math.max(since, pose.stillSince) >= patience;
		if (now - on.since > patienceOf(on.route.data, atlas.expectedMs(on.route))) {
			shut(on, 'it took too long');
			return done();
		}
		if (stands) {
			if (on.move < on.route.data.moves.length || on.tries < AIMS.length) return step(on, now);
			shut(on, 'the way is blocked: nothing moves');
			return done();
		}
		state = 'travelling';
		return { do: 'wait', until: now + LOOK_AGAIN_MS, why: `on the way to ${atlas.nameOf(end)}` };
	}
	/** It has come nearer to the end of a straight leg: a game in which a click walks a few steps is clicked on. */
	function nearer(on: NonNullable<typeof leg>, now: number): boolean {
		const target = on.route.data.moves.length > 0 ? undefined : targetOf(on);
		const { xy } = pose;
		if (target === undefined || xy === undefined) return false;
		const far = Math.hypot(target[0] - xy[0], target[1] - xy[1]);
		if (on.nearest === Infinity) on.nearest = far;
		if (far < on.nearest - PROGRESS * pose.reach) [on.tries, on.since, on.nearest, on.cameOnAt] = [0, now, far, now];
		return on.actedAt !== undefined && on.cameOnAt > on.actedAt;
	}
	function done(): undefined {
		leg = undefined;
		return undefined;
	}
	function through(on: NonNullable<typeof leg>): undefined {
		gone.set(on.route.id, (gone.get(on.route.id) ?? 0) + 1);
		return done();
	}
	function shut(on: NonNullable<typeof leg>, because: string): void {
		gone.clear();
		fail(on, because);
	}
	function fail(on: NonNullable<typeof leg>, because: string): void {
		detours++;
		why = because;
		atlas.failed(on.route, because, `${s.episode} ${detours}`);
	}

	function step(on: NonNullable<typeof leg>, now: number): RunNext {
		state = 'travelling';
		why = `to ${atlas.nameOf(on.route.data.to)}`;
		const { moves } = on.route.data;
		const made = moves[on.move];
		let act: Act | undefined;
		if (made !== undefined) {
			act = aimed(made);
			on.move++;
		} else if (moves.length === 0) {
			act = walkTo(targetOf(on), on.tries);
			on.tries++;
		} else {
			// All of it was done and nothing came of it: once more from the start.
			on.tries += 2;
			on.move = 1;
			act = aimed(moves[0] as Act);
		}
		if (act === undefined) {
			shut(on, 'nothing that this game offers walks there');
			leg = undefined;
			return { do: 'wait', until: now + LOOK_AGAIN_MS, why: 'another way is looked for' };
		}
		on.actedAt = now;
		acting = true;
		return { do: 'act', act, expects: [], place: `on the way to ${atlas.nameOf(on.route.data.to)}` };
	}

	/** Where a straight leg ends, in the plane one is in: places that were merged keep their own. */
	function targetOf(on: NonNullable<typeof leg>): readonly [number, number] | undefined {
		const ends = [on.route.data.from, on.route.data.to].map((id) => atlas.original(id));
		const [from, to] = ends;
		const now = atlas.place(on.route.data.from);
		if (from === undefined || to === undefined || now === undefined || from.data.area !== to.data.area) return undefined;
		return [now.data.xy[0] + to.data.xy[0] - from.data.xy[0], now.data.xy[1] + to.data.xy[1] - from.data.xy[1]];
	}

	/** An act with its points where they are in this picture. */
	function aimed(act: Act): Act | undefined {
		const { view } = pose;
		const [x0, y0] = s.world();
		const args: Record<string, Act['args'][string]> = {};
		for (const [name, value] of Object.entries(act.args)) {
			if (!Array.isArray(value)) args[name] = value;
			else if (view === undefined) return undefined;
			else args[name] = inWorld({ x: value[0] - view[0] + x0, y: value[1] - view[1] + y0 });
		}
		return { verb: act.verb, args };
	}
	/** Walks towards a point of the plane; tried again, a little beside it. */
	function walkTo(target: readonly [number, number] | undefined, tries: number): Act | undefined {
		const [walk] = s.walks;
		const { xy, avatar } = pose;
		if (walk === undefined || target === undefined || xy === undefined) return undefined;
		const [dx, dy] = [target[0] - xy[0], target[1] - xy[1]];
		const [side, part] = AIMS[tries % AIMS.length] as (typeof AIMS)[number];
		const aside = side * pose.reach;
		const far = Math.max(1, Math.hypot(dx, dy));
		const point = { x: avatar.x + part * dx - (aside * dy) / far, y: avatar.y + part * dy + (aside * dx) / far };
		return { verb: walk.verb, args: { [walk.arg]: inWorld(point) } };
	}
	/** The point, or where the line from the player to it leaves the part of the world that may be clicked. */
	function inWorld({ x, y }: FramePoint): [number, number] {
		const [x0, y0, w, h] = s.world();
		const { avatar } = pose;
		const room = (from: number, to: number, low: number, high: number): number =>
			to > high ? (high - from) / (to - from) : to < low ? (low - from) / (to - from) : 1;
		const part = Math.max(
			0,
			Math.min(1, room(avatar.x, x, x0 + EDGE * w, x0 + (1 - EDGE) * w), room(avatar.y, y, y0 + EDGE * h, y0 + (1 - EDGE) * h)),
		);
		return [Math.round(avatar.x + part * (x - avatar.x)), Math.round(avatar.y + part * (y - avatar.y))];
	}

	/** Another screen is wanted, or something came up over the world: the page graph leads there. */
	function onPages(wanted: string, facts: Facts): RunNext {
		leg = undefined;
		const way = atlas.way(screenNode(s.screen()), screenNode(wanted), facts);
		const [first] = way ?? [];
		const act = first?.data.moves[0];
		if (first === undefined || act === undefined || pageTries > 2 * DETOURS) {
			interrupted = true;
			return { do: 'done', proved: false, why: `no way is known from the screen "${s.screen()}" to "${wanted}"` };
		}
		legs = way as readonly Route[];
		state = 'waiting';
		why = `through the screen "${s.screen()}"`;
		pageTries++;
		acting = true;
		return { do: 'act', act, expects: [{ f: 'screen', op: '==', v: atlas.nameOf(first.data.to), withinMs: 4000 }], place: why };
	}

	/** Lost: walk a little, and see what comes in sight. What is not known yet is tried first. */
	function lookAbout(now: number): RunNext {
		leg = undefined;
		lookingSince ??= now;
		state = 'recovering';
		why = pose.why;
		if (now - lookingSince > LOST_MS) return { do: 'failed', why: `lost for ${LOST_MS / 1000} s: ${why}` };
		if (now - lookingSince < SETTLE_MS) return { do: 'wait', until: now + LOOK_AGAIN_MS, why: 'looking where this is' };
		// Still walking: what is passed may tell already.
		if (looked !== undefined && now - looked.at < 2500 && now - pose.stillSince < 400)
			return { do: 'wait', until: now + LOOK_AGAIN_MS, why };
		const [walk] = s.walks;
		const tries = s.untried();
		if (tries.length > 0 && (walk === undefined || s.random.next() < 0.5)) {
			acting = true;
			looked = { at: now, angle: 0 };
			return { do: 'act', act: tries[Math.floor(s.random.next() * tries.length)] as Act, expects: [], place: 'looking about' };
		}
		if (walk === undefined) return { do: 'failed', why: 'lost, and nothing that this game offers walks about' };
		// On in one direction while that moves; where it does not, in another: if one of the places is thought of, as if one was there.
		const moved = looked !== undefined && pose.stillSince > looked.at + 300;
		const angle = moved ? (looked as { angle: number }).angle : (angleToKnown() ?? 2 * Math.PI * s.random.next());
		looked = { at: now, angle };
		const [, , w, h] = s.world();
		acting = true;
		return {
			do: 'act',
			act: {
				verb: walk.verb,
				args: { [walk.arg]: inWorld({ x: pose.avatar.x + w * Math.cos(angle), y: pose.avatar.y + h * Math.sin(angle) }) },
			},
			expects: [],
			place: 'looking about',
		};
	}

	/** Towards a place that lies beside where one may be. What is there, or is not, tells. */
	function angleToKnown(): number | undefined {
		const track = pick(pose.maybe);
		if (track === undefined) return undefined;
		const [, , w, h] = s.world();
		const beside = pick(
			atlas.within(track.area).filter(({ data }) => {
				const [dx, dy] = [Math.abs(data.view[0] - track.cam[0]), Math.abs(data.view[1] - track.cam[1])];
				return dx < w && dy < h && Math.hypot(dx, dy) > pose.reach;
			}),
		);
		return beside && Math.atan2(beside.data.view[1] - track.cam[1], beside.data.view[0] - track.cam[0]);
	}
	const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(s.random.next() * list.length)];

	return {
		next,
		awaits: () => [],
		outcome(outcome, because) {
			acting = false;
			if (outcome === 'failed') why = because;
		},
		get stuck() {
			return stuck;
		},
		get interrupted() {
			return interrupted;
		},
		goal,
		get route() {
			return legs.map((route) => atlas.resolve(route.data.to));
		},
		get state() {
			return state;
		},
		get why() {
			return why;
		},
	};
}
