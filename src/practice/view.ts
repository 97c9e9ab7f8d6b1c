// A view is all that a picture of the game depends on, and nothing else. It travels in the frame's id, so whoever has the id
// of a frame can work out what was on it, without any memory of the game.
import { type PracticeOptions, readOptions } from './options.ts';
import { type HollowRoom, ROOMS, type RoomName, type Tile, TILE, WORLD_SIZE } from './rooms.ts';
import { ERRANDS, type FolkState, PEOPLE, type Person } from './warren/folk.ts';
import { landOf, type Place, placeAt } from './warren/land.ts';
import { buttonsOf, questLine, type TalkButton, TALK_BUTTONS, type Warren } from './warren/rules.ts';
import {
	cameraOf,
	HERO_AT,
	playerPlace,
	QUESTS,
	type Quest,
	type Screen,
	SCREENS,
	TALKS,
	type TalkName,
	THINGS,
	type ThingKind,
	thingPlace,
	type World,
} from './world.ts';

export interface ThingSeen {
	readonly kind: ThingKind;
	/** Top left corner of its tile, pixels of the world box. */
	readonly x: number;
	readonly y: number;
}
export interface View {
	readonly screen: Screen;
	readonly room: RoomName;
	readonly hp: number;
	readonly gold: number;
	readonly potions: number;
	readonly quest: Quest;
	readonly player: { readonly x: number; readonly y: number };
	readonly things: readonly ThingSeen[];
	readonly message: string;
	readonly talk: { readonly name: TalkName; readonly line: number };
	readonly hints: boolean;
	readonly gentle: boolean;
	/** What the larger land adds; undefined in the five rooms. */
	readonly warren?: WarrenView;
}
/** The Warren's part of a view. Where people and places are follows from the seed. */
export interface WarrenView extends Pick<FolkState, 'stage' | 'count' | 'tracked' | 'attitude' | 'met' | 'taken'> {
	readonly seed: number;
	/** Name of the place, where the status bar tells it; else empty. */
	readonly plate: string;
	/** As printed in the quest panel. */
	readonly objective: string;
	/** Top left corner of the picture, pixels of the land. */
	readonly camera: { readonly x: number; readonly y: number };
	/** Ids of the gates that are shut. */
	readonly shut: readonly number[];
	/** Ids of the places reached, oldest first. */
	readonly visited: readonly number[];
	readonly talk?: { readonly person: Person; readonly line: string; readonly buttons: readonly TalkButton[] };
}

export function viewOf(world: World): View {
	const camera = cameraOf(world);
	return {
		screen: world.screen,
		room: world.room,
		hp: world.hp,
		gold: world.gold,
		potions: world.potions,
		quest: world.quest,
		player: world.warren ? HERO_AT : playerPlace(world),
		things: world.things[world.room]
			.map((thing) => ({ kind: thing.kind, at: thingPlace(world, thing) }))
			.map(({ kind, at }) => ({ kind, x: at.x - camera.x, y: at.y - camera.y }))
			.filter(({ x, y }) => x > -TILE && y > -TILE && x < WORLD_SIZE.width && y < WORLD_SIZE.height),
		message: world.message,
		talk: world.talk,
		hints: world.hints,
		gentle: world.gentle,
		...(world.warren ? { warren: warrenView(world.warren, camera, world.potions) } : {}),
	};
}

function warrenView({ land, folk, shut, visited, settings }: Warren, camera: WarrenView['camera'], potions: number): WarrenView {
	const { stage, count, tracked, attitude, met, taken, talk } = folk;
	return {
		seed: land.seed,
		plate: settings.plate ? whereIs(land.seed, camera).name : '',
		objective: questLine(folk),
		camera,
		shut,
		visited,
		stage,
		count,
		tracked,
		attitude,
		met,
		taken,
		...(talk ? { talk: { person: talk.person, line: talk.lines[talk.line] ?? '', buttons: buttonsOf(folk, potions) } } : {}),
	};
}

const TALK_NAMES = Object.keys(TALKS) as TalkName[];
const PREFIX = 'practice.';

/** The frame's id: `practice.` and base64url of a compact JSON list; some 150 to 400 characters. */
export function encodeState(view: View, options: PracticeOptions): string {
	const data: unknown[] = [
		1,
		SCREENS.indexOf(view.screen),
		ROOMS.indexOf(view.room as HollowRoom),
		view.hp,
		view.gold,
		view.potions,
		QUESTS.indexOf(view.quest),
		view.player.x,
		view.player.y,
		TALK_NAMES.indexOf(view.talk.name),
		view.talk.line,
		(view.hints ? 1 : 0) + (view.gentle ? 2 : 0),
		view.message,
		view.things.flatMap((t) => [THINGS.indexOf(t.kind), t.x, t.y]),
		[options.seed, options.speed, options.skin === 'dusk' ? 1 : 0, options.scale, options.hud === 'bottom' ? 1 : 0, options.lies],
	];
	if (view.warren) data.push(packWarren(view.warren, options));
	return PREFIX + toBase64Url(JSON.stringify(data));
}

/** Finds a practice id anywhere in `id` (a capture may put its own name before it); undefined when there is none or it is damaged. */
export function decodeState(id: string): { readonly view: View; readonly options: PracticeOptions } | undefined {
	const found = /practice\.([A-Za-z0-9_-]+)/.exec(id);
	if (!found) return undefined;
	let data: unknown;
	try {
		data = JSON.parse(fromBase64Url(found[1] as string));
	} catch {
		// A damaged id names no frame, which is the caller's ordinary miss.
		return undefined;
	}
	return read(data);
}

function read(data: unknown): { view: View; options: PracticeOptions } | undefined {
	if (!Array.isArray(data) || data[0] !== 1) return undefined;
	const [, screen, room, hp, gold, potions, quest, x, y, talk, line, flags, message, things, opts, more] = data as unknown[];
	const numbers = [hp, gold, potions, x, y, line, flags];
	if (!numbers.every((n) => Number.isSafeInteger(n)) || typeof message !== 'string') return undefined;
	const named = {
		screen: SCREENS[screen as number],
		room: room === -1 && more !== undefined ? ('Warren' as const) : ROOMS[room as number],
		quest: QUESTS[quest as number],
		talk: TALK_NAMES[talk as number],
	};
	if (!named.screen || !named.room || !named.quest || !named.talk) return undefined;
	if (!Array.isArray(things) || things.length % 3 !== 0 || !Array.isArray(opts)) return undefined;
	const seen: ThingSeen[] = [];
	for (let i = 0; i < things.length; i += 3) {
		const kind = THINGS[things[i] as number];
		if (!kind || !Number.isSafeInteger(things[i + 1]) || !Number.isSafeInteger(things[i + 2])) return undefined;
		seen.push({ kind, x: things[i + 1] as number, y: things[i + 2] as number });
	}
	if (TALKS[named.talk][line as number] === undefined) return undefined;
	const land = named.room === 'Warren' ? unpackWarren(more, Number(opts[0])) : undefined;
	if (named.room === 'Warren' && !land) return undefined;
	return {
		view: {
			screen: named.screen,
			room: named.room,
			quest: named.quest,
			hp: hp as number,
			gold: gold as number,
			potions: potions as number,
			player: { x: x as number, y: y as number },
			things: seen,
			message,
			talk: { name: named.talk, line: line as number },
			hints: ((flags as number) & 1) > 0,
			gentle: ((flags as number) & 2) > 0,
			...(land ? { warren: land.view } : {}),
		},
		options: readOptions({
			seed: opts[0],
			speed: opts[1],
			skin: opts[2] === 1 ? 'dusk' : 'day',
			scale: opts[3],
			hud: opts[4] === 1 ? 'bottom' : 'top',
			lies: opts[5],
			...land?.options,
		}),
	};
}

/** The place in which the hero is drawn. */
export function whereIs(seed: number, camera: WarrenView['camera']): Place {
	return placeAt(landOf(seed), tileOf(camera));
}

/** The tile of the land on which the hero is drawn. */
export function tileOf(camera: WarrenView['camera']): Tile {
	return [Math.round((camera.x + HERO_AT.x) / TILE), Math.round((camera.y + HERO_AT.y) / TILE)];
}

function packWarren(w: WarrenView, { doors, popups, plate }: PracticeOptions): unknown {
	return [
		[w.camera.x, w.camera.y],
		w.shut,
		w.visited,
		ERRANDS.map((e) => w.stage[e]),
		ERRANDS.map((e) => w.count[e]),
		w.tracked ? ERRANDS.indexOf(w.tracked) : -1,
		PEOPLE.map((p) => w.attitude[p]),
		w.met.map((p) => PEOPLE.indexOf(p)),
		w.talk ? [PEOPLE.indexOf(w.talk.person), w.talk.line, w.talk.buttons.map((b) => TALK_BUTTONS.indexOf(b))] : 0,
		[doors, popups, plate ? 1 : 0],
		w.taken,
	];
}

function unpackWarren(data: unknown, seed: number): { view: WarrenView; options: Partial<PracticeOptions> } | undefined {
	if (!Array.isArray(data)) return undefined;
	const [camera, shut, visited, stage, count, tracked, attitude, met, talk, options, taken] = data as unknown[];
	const whole = (list: unknown, least: number, below: number): list is number[] =>
		Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= least && n < below);
	const far = 100_000;
	if (!whole(camera, -far, far) || !whole(shut, 0, 100) || !whole(visited, 0, 30) || !whole(met, 0, PEOPLE.length)) return undefined;
	if (!whole(stage, 0, 4) || !whole(count, 0, 100) || !whole(attitude, -100, 101) || !whole(taken, 0, 10) || !Array.isArray(options))
		return undefined;
	if (camera.length !== 2 || stage.length !== ERRANDS.length || count.length !== ERRANDS.length || attitude.length !== PEOPLE.length)
		return undefined;
	const each = <K extends string>(keys: readonly K[], values: readonly number[]) =>
		Object.fromEntries(keys.map((key, i) => [key, values[i] as number])) as Record<K, number>;
	const [doors, popups, plate] = options as unknown[];
	const at = { x: camera[0] as number, y: camera[1] as number };
	const view: WarrenView = {
		seed,
		plate: plate === 1 ? whereIs(seed, at).name : '',
		objective: questLine({ tracked: ERRANDS[tracked as number], stage: each(ERRANDS, stage), count: each(ERRANDS, count) }),
		camera: at,
		shut,
		visited,
		stage: each(ERRANDS, stage),
		count: each(ERRANDS, count),
		tracked: ERRANDS[tracked as number],
		attitude: each(PEOPLE, attitude),
		met: met.map((i) => PEOPLE[i] as Person),
		taken,
	};
	const read = { land: 'warren', doors, popups, plate: plate === 1 } as Partial<PracticeOptions>;
	if (talk === 0) return { view, options: read };
	const [person, line, buttons] = Array.isArray(talk) ? (talk as unknown[]) : [];
	const speaker = PEOPLE[person as number];
	if (!speaker || typeof line !== 'string' || !whole(buttons, 0, TALK_BUTTONS.length)) return undefined;
	return { view: { ...view, talk: { person: speaker, line, buttons: buttons.map((b) => TALK_BUTTONS[b] as TalkButton) } }, options: read };
}

// By hand, because btoa and Buffer each exist on one side only of the walls this module is used behind. Texts are ASCII.
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function toBase64Url(text: string): string {
	let out = '';
	for (let i = 0; i < text.length; i += 3) {
		const left = text.length - i;
		const bits =
			((text.charCodeAt(i) & 255) << 16) |
			((left > 1 ? text.charCodeAt(i + 1) & 255 : 0) << 8) |
			(left > 2 ? text.charCodeAt(i + 2) & 255 : 0);
		for (let k = 0; k < Math.min(4, left + 1); k++) out += LETTERS[(bits >> (18 - 6 * k)) & 63];
	}
	return out;
}

function fromBase64Url(text: string): string {
	let out = '';
	let bits = 0;
	let held = 0;
	for (const letter of text) {
		bits = ((bits << 6) | LETTERS.indexOf(letter)) & 0xffffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out += String.fromCharCode((bits >> held) & 255);
		}
	}
	return out;
}
