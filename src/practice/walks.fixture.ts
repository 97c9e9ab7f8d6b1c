// The practice game played without a browser: its world's own steps, its pictures painted into grey from the same rasters, and a
// navigator that sees them. What stands where is told by the game's truth in place of templates; where the player is, is not.
import { makeNavigator, type Navigator } from '../core/navigation/navigator.ts';
import type { Journey } from '../core/navigation/travel.ts';
import type { Crystal } from '../core/crystals/crystal.ts';
import type { Box } from '../core/geometry.ts';
import type { Situation } from '../core/loop/situation.ts';
import type { Frame, Random } from '../core/ports.ts';
import type { Profile } from '../core/profile.ts';
import type { Act, Facts } from '../core/question.ts';
import { click } from './input.ts';
import { isFullScreen, layOut, layWorld, worldBox } from './layout.ts';
import { logicalSize } from './options.ts';
import { groundOf, type Picture, pictureOf } from './pictures.ts';
import { TILE, type Tile } from './rooms.ts';
import { same } from './tiles.ts';
import { tileOf, type View, viewOf } from './view.ts';
import { findWay } from './warren/guide.ts';
import { landOf } from './warren/land.ts';
import { cameraOf, type LandOptions, makeWorld, press, pushButton, step, type World } from './world.ts';

const { width: W, height: H } = logicalSize;
const SKIN = 'day';
interface Grey {
	readonly luma: Uint8Array;
	readonly width: number;
}
const greys = new Map<string, Grey>();

/** A picture's raster in grey. 0 where it is clear. */
function greyOf({ key, make }: Picture): Grey {
	const known = greys.get(key);
	if (known !== undefined) return known;
	const { width, height, data } = make();
	const luma = new Uint8Array(width * height);
	for (let i = 0; i < luma.length; i++) {
		const [r, g, b, a] = data.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
		luma[i] = a === 0 ? 0 : Math.max(1, (77 * r + 150 * g + 29 * b + 128) >> 8);
	}
	const made = { luma, width };
	greys.set(key, made);
	return made;
}

function stamp(into: Uint8Array, picture: Picture, clip: Box): void {
	const { luma, width } = greyOf(picture);
	const [x, y, w, h] = picture.box;
	const zoom = w / width;
	for (let row = Math.max(y, clip[1]); row < Math.min(y + h, clip[1] + clip[3]); row++) {
		const from = Math.floor((row - y) / zoom) * width;
		for (let col = Math.max(x, clip[0]); col < Math.min(x + w, clip[0] + clip[2]); col++) {
			const value = luma[from + Math.floor((col - x) / zoom)] as number;
			if (value !== 0) into[row * W + col] = value;
		}
	}
}

/** The picture's grey, without its texts. */
function paintGrey(view: View, into: Uint8Array): Uint8Array {
	into.fill(40);
	if (isFullScreen(view)) return into;
	const box = worldBox('top');
	for (const picture of groundOf(view, { hud: 'top', skin: SKIN })) stamp(into, picture, box);
	for (const item of layWorld(view, 'top')) {
		const picture = pictureOf(item, SKIN);
		if (picture !== undefined) stamp(into, picture, box);
	}
	return into;
}

export interface Walker {
	readonly world: World;
	readonly navigator: Navigator;
	readonly crystals: Map<string, Crystal>;
	/** Lets a tenth of a second pass, and the navigator look. */
	tick(): void;
	act(act: Act): void;
	/**
	 * Goes there; undefined when it has not arrived within `ms` of game time.
	 * @param enough  asked at each look: the journey may end here
	 * @returns game ms and pixels walked
	 */
	travel(to: string, ms: number, enough?: () => boolean): { readonly ms: number; readonly px: number } | undefined;
	/** Asked for: a way that no crystal knew. */
	readonly asked: number;
	/** The player's true place in the land or room, pixels. */
	truth(): { readonly x: number; readonly y: number; readonly room: string };
	/** What the looks since the last `tallyAnew` were worth. */
	readonly tally: Tally;
	/** Where the place of that id truly lies: where it was first named. */
	spotOf(place: string): { readonly x: number; readonly y: number } | undefined;
	tallyAnew(): void;
	readonly now: number;
}

/** Where the navigator believes to be, held against the truth at each look. */
export interface Tally {
	looks: number;
	lost: number;
	/** How far off each look was, pixels; the plane of an area begins where it was entered. */
	readonly off: number[];
	/** Looks that named a place, and how many of them named one that lies elsewhere. */
	placed: number;
	wrong: number;
}
const freshTally = (): Tally => ({ looks: 0, lost: 0, off: [], placed: 0, wrong: 0 });
/** So far from where a place was laid, pixels, one is not at it any more; half of it is how far it reaches. */
const ELSEWHERE_PX = 9 * TILE;

const TICK_MS = 100;

export function makeWalker(
	profile: Profile,
	seed: number,
	random: Random,
	options: LandOptions = {},
	crystals = new Map<string, Crystal>(),
): Walker {
	const world = makeWorld(seed, options);
	pushButton(world, 'start');
	let now = 1000;
	let made = crystals.size;
	let asked = 0;
	let frames = 0;
	let pixels = 0;
	let before = { x: 0, y: 0, room: '' };
	const buffer = new Uint8Array(W * H);
	const navigator = makeNavigator({
		scope: { game: 'practice', gameVersion: '1', language: 'en', layout: `${W}x${H}` },
		profile,
		crystals,
		clock: { now: () => 1_790_000_000_000 + now, monotonic: () => now },
		newId: (kind) => `${kind}-${made++}`,
		save: (crystal) => void crystals.set(crystal.id, crystal),
		changed: () => {},
		world: worldBox('top'),
		random,
	});
	let situation: Situation | undefined;

	function truth(): { x: number; y: number; room: string } {
		const view = viewOf(world);
		const camera = view.warren?.camera ?? { x: 0, y: 0 };
		return { x: camera.x + view.player.x + TILE / 2, y: camera.y + view.player.y + TILE / 2, room: view.room };
	}

	function tick(): void {
		// Nobody is to die on the way: fights are another matter.
		for (const room of Object.keys(world.things) as (keyof World['things'])[])
			world.things[room] = world.things[room].filter(({ kind }) => kind !== 'rat' && kind !== 'slime');
		step(world, TICK_MS);
		now += TICK_MS;
		const view = viewOf(world);
		const at = truth();
		// Steps are from tile to tile, never aslant.
		if (before.room === at.room) pixels += Math.abs(at.x - before.x) + Math.abs(at.y - before.y);
		before = at;
		const frame: Frame = { id: `f${frames++}`, at: now, width: W, height: H, luma: paintGrey(view, buffer), stride: W };
		const sights = isFullScreen(view)
			? []
			: layOut(view, 'top').map((item) => ({
					name: item.name,
					kind: item.kind,
					box: item.box,
					score: 1,
					by: 'crystal' as const,
					fixed: item.stable,
				}));
		situation = { frame, screen: view.screen, facts: facts(view), sights, unsure: [], by: 'crystal', entry: 0, visit: 0 };
		navigator.see(frame, situation);
		hold(at);
	}
	/** The plane of an area begins where it was entered; a place lies where it was first named. */
	const origins = new Map<string, readonly [number, number]>();
	const laidAt = new Map<string, ReturnType<typeof truth>>();
	let tally = freshTally();
	function hold(at: ReturnType<typeof truth>): void {
		const { state, xy, area, place } = navigator.pose;
		tally.looks++;
		if (state === 'lost') tally.lost++;
		if (xy === null) return;
		const origin = origins.get(area) ?? [at.x - xy[0], at.y - xy[1]];
		origins.set(area, origin);
		tally.off.push(Math.hypot(at.x - origin[0] - xy[0], at.y - origin[1] - xy[1]));
		if (place === '') return;
		const there = laidAt.get(place) ?? at;
		laidAt.set(place, there);
		tally.placed++;
		if (there.room !== at.room || Math.hypot(there.x - at.x, there.y - at.y) > ELSEWHERE_PX) tally.wrong++;
	}
	function facts(view: View): Facts {
		return view.warren === undefined ? { room: view.room } : {};
	}

	function act(chosen: Act): void {
		const at = chosen.args['at'] ?? chosen.args['to'];
		if (chosen.verb === 'close') press(world, 'Escape');
		if (typeof at === 'string') {
			const box = situation?.sights.find(({ name }) => name === at)?.box;
			if (box !== undefined) click(world, { x: box[0] + box[2] / 2, y: box[1] + box[3] / 2 }, 'top');
		} else if (Array.isArray(at)) click(world, { x: at[0] + 0.5, y: at[1] + 0.5 }, 'top');
		navigator.sent(chosen);
	}

	function travel(to: string, ms: number, enough?: () => boolean): { ms: number; px: number } | undefined {
		const begun = now;
		const from = pixels;
		let journey: Journey | undefined;
		let restsUntil = 0;
		let acting = false;
		const told = navigator.goTo(to);
		if (told !== '') throw new Error(told);
		while (now - begun < ms) {
			tick();
			if (enough?.() === true) {
				navigator.stop();
				return { ms: now - begun, px: pixels - from };
			}
			if (world.screen === 'talk') press(world, 'Escape');
			if (world.screen === 'dead') pushButton(world, 'try-again');
			const known = situation?.facts ?? {};
			if (journey === undefined) {
				const attempt = navigator.attempt(known);
				if (attempt === undefined) {
					if (!navigator.waiting) return undefined;
					continue;
				}
				if (attempt.outcome === 'miss') {
					asked++;
					navigator.stop();
					return undefined;
				}
				journey = navigator.begin();
				continue;
			}
			if (acting) {
				if (now < restsUntil) continue;
				journey.outcome('unknown', '', now);
				acting = false;
			}
			const next = journey.next(known, now);
			if (next.do === 'act') {
				act(next.act);
				acting = true;
				restsUntil = now + 300;
			} else if (next.do === 'done' || next.do === 'failed') {
				navigator.ended(journey, next.do);
				if (next.do === 'done' && next.proved === true) return { ms: now - begun, px: pixels - from };
				journey = undefined;
			}
		}
		navigator.stop();
		return undefined;
	}

	return {
		world,
		navigator,
		crystals,
		tick,
		act,
		travel,
		get asked() {
			return asked;
		},
		truth,
		get tally() {
			return tally;
		},
		spotOf: (place) => laidAt.get(place),
		tallyAnew() {
			tally = freshTally();
		},
		get now() {
			return now;
		},
	};
}

/**
 * Walks through every passage of the larger land that stands open, once, by its true map.
 *
 * @returns the navigator's node for each place
 */
export function walkLand(walker: Walker, seed: number): ReadonlyMap<number, string> {
	const { places, passages } = landOf(seed);
	const nodes = new Map<number, string>();
	const camera = (): { readonly x: number; readonly y: number } => cameraOf(walker.world);
	const walkTo = ({ id, middle }: (typeof places)[number]): void => {
		for (let hops = 0; hops < 40 && !same(tileOf(camera()), middle); hops++) {
			const from = tileOf(camera());
			const way = shortest(walker.world, seed, middle);
			const to = way?.findLast(([column, row]) => Math.abs(column - from[0]) <= 8 && Math.abs(row - from[1]) <= 4);
			if (to === undefined) break;
			const [left, top] = worldBox('top');
			walker.act({ verb: 'go', args: { to: [to[0] * TILE + TILE / 2 - camera().x + left, to[1] * TILE + TILE / 2 - camera().y + top] } });
			for (let i = 0; i < 60 && !same(tileOf(camera()), to); i++) {
				walker.tick();
				if (walker.world.screen === 'talk') press(walker.world, 'Escape');
			}
		}
		walker.tick();
		const { place: node } = walker.navigator.pose;
		if (!nodes.has(id) && same(tileOf(camera()), middle) && node !== '') nodes.set(id, node);
	};
	for (const { a, b } of passages) {
		const ends = [places[a], places[b]] as [(typeof places)[number], (typeof places)[number]];
		if (ends.some(({ pocket }) => pocket)) continue;
		for (const end of ends) walkTo(end);
	}
	return nodes;
}

/** Tiles of the shortest way to a tile of the larger land as its doors stand now. */
export function shortest(world: World, seed: number, to: Tile): readonly Tile[] | undefined {
	return findWay({ seed, shut: world.warren?.shut ?? [] }, tileOf(cameraOf(world)), (tile) => same(tile, to), true);
}
