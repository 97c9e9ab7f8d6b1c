// A view is all that a picture of the game depends on, and nothing else. It travels in the frame's id, so whoever has the id
// of a frame can work out what was on it, without any memory of the game.
import { type PracticeOptions, readOptions } from './options.ts';
import { ROOMS, type RoomName } from './rooms.ts';
import {
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
}

export function viewOf(world: World): View {
	return {
		screen: world.screen,
		room: world.room,
		hp: world.hp,
		gold: world.gold,
		potions: world.potions,
		quest: world.quest,
		player: playerPlace(world),
		things: world.things[world.room].map((thing) => ({ kind: thing.kind, ...thingPlace(world, thing) })),
		message: world.message,
		talk: world.talk,
		hints: world.hints,
		gentle: world.gentle,
	};
}

const TALK_NAMES = Object.keys(TALKS) as TalkName[];
const PREFIX = 'practice.';

/** The frame's id: `practice.` and base64url of a compact JSON list; some 150 to 400 characters. */
export function encodeState(view: View, options: PracticeOptions): string {
	const data = [
		1,
		SCREENS.indexOf(view.screen),
		ROOMS.indexOf(view.room),
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
	const [, screen, room, hp, gold, potions, quest, x, y, talk, line, flags, message, things, opts] = data as unknown[];
	const numbers = [hp, gold, potions, x, y, line, flags];
	if (!numbers.every((n) => Number.isSafeInteger(n)) || typeof message !== 'string') return undefined;
	const named = {
		screen: SCREENS[screen as number],
		room: ROOMS[room as number],
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
		},
		options: readOptions({
			seed: opts[0],
			speed: opts[1],
			skin: opts[2] === 1 ? 'dusk' : 'day',
			scale: opts[3],
			hud: opts[4] === 1 ? 'bottom' : 'top',
			lies: opts[5],
		}),
	};
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
