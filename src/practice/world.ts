// The game's rules, as a state that only game time and input change: no clock, no canvas, no chance but the world's own dice.
// Everybody stands on a tile and, while walking, holds both the tile left and the tile entered, so two sprites never overlap
// and what the truth calls visible is visible.
import { between, type Dice, mix, roll, within } from './random.ts';
import { type Door, entrance, type Fixture, type HollowRoom, isSolid, type Room, type RoomName, rooms, type Tile, TILE } from './rooms.ts';
import type { PracticeOptions } from './options.ts';
import { arrive, clampTile, distance, index, isWalking, neighbour, placeOf, same, still, type Walker } from './tiles.ts';
import { castOf } from './warren/folk.ts';
import type { Place } from './warren/land.ts';
import { buttonsOf, isShutAt, makeWarren, meet, pushTalk, ratBeaten, take, tend, type Warren, type WarrenEvent } from './warren/rules.ts';

export const SCREENS = ['title', 'options', 'play', 'talk', 'inventory', 'menu', 'dead', 'victory'] as const;
export type Screen = (typeof SCREENS)[number];
/** As printed in the quest panel. */
export const QUESTS = ['Talk to Mira', 'Clear the Crypt', 'Open the chest', 'Return to Mira'] as const;
export type Quest = (typeof QUESTS)[number];
export const THINGS = ['rat', 'slime', 'chest', 'chest-open', 'potion', 'glowcap', 'hammer'] as const;
export type ThingKind = (typeof THINGS)[number];

export const HP_MAX = 40;
const HEAL = 18;
/** Game time advances in steps of this many ms, however it is fed, so that a game does not depend on its feeding. */
const STEP_MS = 20;
const PLAYER = { tileMs: 180, swingMs: 720, damage: [4, 7] } as const;
const FOES = {
	rat: { hp: 17, tileMs: 300, hitMs: 850, chance: 0.8, damage: [2, 5], sight: 7, gold: [2, 4], hit: 'bites' },
	slime: { hp: 28, tileMs: 440, hitMs: 1150, chance: 0.75, damage: [3, 6], sight: 5, gold: [3, 6], hit: 'burns' },
} as const;
type FoeKind = keyof typeof FOES;

export const TALKS = {
	offer: ['The crypt stirs again. Will you help us?', 'Beat what lurks there and bring me the relic.'],
	waiting: ['Please hurry. The crypt lies past the meadow.'],
	thanks: ['The relic! You have saved our village, friend.'],
} as const;
export type TalkName = keyof typeof TALKS;

export interface Thing extends Walker {
	readonly id: number;
	kind: ThingKind;
	readonly home: Tile;
	hp: number;
	nextMove: number;
	nextHit: number;
}
/** What the hero is about: going somewhere, or going to something to use it. */
type Intent =
	| { readonly do: 'walk'; readonly to: Tile }
	| { readonly do: 'use'; readonly door: Door }
	| { readonly do: 'use'; readonly fixture: Fixture }
	| { readonly do: 'use'; readonly thing: number };

export type GameEvent =
	| WarrenEvent
	| { readonly type: 'entered'; readonly room: RoomName }
	| { readonly type: 'beaten'; readonly foe: FoeKind }
	| { readonly type: 'hurt'; readonly by: FoeKind; readonly damage: number }
	| { readonly type: 'picked' | 'drank' | 'healed' | 'opened' | 'accepted' | 'died' | 'won' };

export interface World {
	readonly seed: number;
	round: number;
	dice: Dice;
	/** Game ms since the start. */
	now: number;
	/** Game ms fed but not yet stepped, below STEP_MS. */
	spare: number;
	screen: Screen;
	room: RoomName;
	player: Walker;
	intent: Intent | undefined;
	/** Game ms since when the hero's way has been blocked; undefined while it is not. */
	blockedSince: number | undefined;
	nextSwing: number;
	hp: number;
	gold: number;
	potions: number;
	quest: Quest;
	things: Record<RoomName, Thing[]>;
	/** The larger land, where the game has it instead of the five rooms. */
	warren: Warren | undefined;
	nextId: number;
	talk: { name: TalkName; line: number };
	message: string;
	hints: boolean;
	gentle: boolean;
	events: GameEvent[];
}

export type LandOptions = Partial<Pick<PracticeOptions, 'land' | 'doors' | 'popups' | 'plate'>>;

/** A game on its title screen, in the five rooms of the Hollow unless told. */
export function makeWorld(seed: number, { land, doors = 0, popups = 0, plate = false }: LandOptions = {}): World {
	const world: World = {
		seed,
		round: 0,
		dice: { state: 0 },
		now: 0,
		spare: 0,
		screen: 'title',
		room: 'Village',
		warren: land === 'warren' ? makeWarren(seed, { doors, popups, plate }) : undefined,
		player: still([8, 6], 0),
		intent: undefined,
		blockedSince: undefined,
		nextSwing: 0,
		hp: HP_MAX,
		gold: 0,
		potions: 0,
		quest: 'Talk to Mira',
		things: noThings(),
		nextId: 1,
		talk: { name: 'offer', line: 0 },
		message: '',
		hints: true,
		gentle: false,
		events: [],
	};
	beginRound(world);
	world.screen = 'title';
	return world;
}

/** A new round: same hero and gold, everything else put out afresh by the seed and the round's number. */
function beginRound(world: World): void {
	world.round += 1;
	world.dice = { state: mix(world.seed, world.round) };
	world.screen = 'play';
	world.room = 'Village';
	world.player = still([8, 6], world.now);
	stop(world);
	world.hp = HP_MAX;
	world.potions = 1;
	world.quest = 'Talk to Mira';
	world.message = world.hints ? 'Mira waves at you from the green.' : '';
	world.things = noThings();
	if (world.warren) return beginWarren(world, world.warren);
	put(world, 'Meadow', roll(world.dice) < 0.5 ? 'rat' : 'slime', [4, 15], [2, 9]);
	if (roll(world.dice) < 0.4) put(world, 'Meadow', 'potion', [3, 17], [3, 9]);
	const foes = between(world.dice, 3, 5);
	for (let i = 0; i < foes; i++) put(world, 'Crypt', roll(world.dice) < 0.55 ? 'rat' : 'slime', [2, 15], [1, 10]);
	put(world, 'Crypt', 'chest', [2, 12], [2, 9]);
	stockCellar(world);
}

function noThings(): World['things'] {
	return { Village: [], Meadow: [], Crypt: [], Cellar: [], Shrine: [], Warren: [] };
}

/** The Warren's people, doors and errands anew; the hero in the middle of its first place. */
function beginWarren(world: World, before: Warren): void {
	const warren = Object.assign(makeWarren(world.seed, before.settings), { held: before.held });
	world.warren = warren;
	world.room = 'Warren';
	world.player = still(startOf(warren), world.now);
	world.message = world.hints ? 'Somebody here may need a hand.' : '';
	for (const { kind, at } of castOf(world.seed).props) lay(world, 'Warren', kind, at);
	stockWarren(world, warren);
}

function startOf({ land }: Warren): Tile {
	return (land.places[land.start] as Place).middle;
}

/** What a living land holds; who was beaten is followed by others, never in sight. */
const STOCK = { rat: 8, slime: 4, potion: 7, chest: 4 } as const;
const RESTOCK_MS = 30_000;

function stockWarren(world: World, warren: Warren): void {
	warren.nextStock = world.now + RESTOCK_MS;
	// Nothing lies about in look-alike places and pockets: what lies there would tell them apart.
	const plain = warren.land.places.filter(
		(p) => !p.pocket && p.id !== warren.land.start && !warren.land.alike.some((g) => g.includes(p.id)),
	);
	for (const kind of Object.keys(STOCK) as (keyof typeof STOCK)[]) {
		for (let n = world.things.Warren.filter((t) => t.kind === kind).length; n < STOCK[kind]; n++) {
			const { middle } = plain[between(world.dice, 0, plain.length - 1)] as Place;
			if (isNear(world, middle, 12)) continue;
			put(world, 'Warren', kind, [middle[0] - 4, middle[0] + 5], [middle[1] - 2, middle[1] + 3]);
		}
	}
}

/** The cellar always has something for who comes with nearly nothing, so that nobody is stuck without a potion. */
function stockCellar(world: World): void {
	const shelf = world.things.Cellar;
	while (shelf.filter((t) => t.kind === 'potion').length < 2) put(world, 'Cellar', 'potion', [4, 10], [3, 8]);
}

/** Puts a thing on a random tile with floor all around it, so that it never closes a passage. */
function put(world: World, room: RoomName, kind: ThingKind, columns: Tile, rows: Tile): void {
	for (let tries = 0; tries < 200; tries++) {
		const at: Tile = [within(world.dice, columns), within(world.dice, rows)];
		if (!roomy(world, room, at)) continue;
		return lay(world, room, kind, at, world.now + between(world.dice, 200, 1500));
	}
}

function lay(world: World, room: RoomName, kind: ThingKind, at: Tile, nextMove = 0): void {
	const hp = kind === 'rat' || kind === 'slime' ? FOES[kind].hp : 0;
	world.things[room].push({ ...still(at, world.now), id: world.nextId++, kind, home: at, hp, nextMove, nextHit: 0 });
}

export function roomOf(world: World, name: RoomName = world.room): Room {
	return name === 'Warren' ? (world.warren as Warren).room : rooms[name];
}

function roomy(world: World, room: RoomName, [column, row]: Tile): boolean {
	for (let r = row - 1; r <= row + 1; r++) {
		for (let c = column - 1; c <= column + 1; c++) {
			if (isSolid(roomOf(world, room), [c, r])) return false;
			if (world.things[room].some((t) => same(t.to, [c, r]))) return false;
			if (roomOf(world, room).doors.some((d) => same(d.front, [c, r]))) return false;
		}
	}
	return true;
}

/** Lets `ms` of game time pass and tells what happened in it. Only the play screen moves. */
export function step(world: World, ms: number): readonly GameEvent[] {
	world.spare += ms;
	while (world.spare >= STEP_MS) {
		world.spare -= STEP_MS;
		world.now += STEP_MS;
		// Written twice because the hero's own deed may open a talk or a door, and then foes wait.
		if (world.screen === 'play') movePlayer(world);
		if (world.screen === 'play') moveFoes(world);
		if (world.screen === 'play' && world.warren) liveOn(world, world.warren);
	}
	const events = world.events;
	world.events = [];
	return events;
}

function liveOn(world: World, warren: Warren): void {
	tend(world, warren, (tile) => isTaken(world, tile));
	if (world.now >= warren.nextStock) stockWarren(world, warren);
}

function movePlayer(world: World): void {
	const player = world.player;
	if (isWalking(player, world.now, PLAYER.tileMs)) return;
	arrive(player);
	const intent = world.intent;
	if (!intent) return;
	const goal = goalOf(world, intent);
	if (!goal) return stop(world);
	if (reached(intent, goal, player.to)) return use(world, intent);
	const next = firstStep(world, player.to, (tile) => reached(intent, goal, tile), undefined);
	if (next) {
		player.to = next;
		player.since = world.now;
		world.blockedSince = undefined;
		return;
	}
	world.blockedSince ??= world.now;
	if (world.now - world.blockedSince >= 1200) {
		say(world, 'The way is blocked.');
		stop(world);
	}
}

/** The tiles an intent aims at; undefined when its target is gone. */
function goalOf(world: World, intent: Intent): { at: Tile; size: number } | undefined {
	if (intent.do === 'walk') return { at: intent.to, size: 1 };
	if ('door' in intent) return { at: intent.door.at, size: 2 };
	if ('fixture' in intent) return intent.fixture;
	const thing = world.things[world.room].find((t) => t.id === intent.thing);
	return thing && { at: thing.to, size: 1 };
}

function reached(intent: Intent, goal: { at: Tile; size: number }, [column, row]: Tile): boolean {
	if (intent.do === 'walk') return same(goal.at, [column, row]);
	const dx = Math.max(goal.at[0] - column, 0, column - (goal.at[0] + goal.size - 1));
	const dy = Math.max(goal.at[1] - row, 0, row - (goal.at[1] + goal.size - 1));
	return dx + dy === 1;
}

function use(world: World, intent: Intent): void {
	if (intent.do === 'walk') return stop(world);
	if ('door' in intent) return enter(world, intent.door.to);
	if ('fixture' in intent) {
		stop(world);
		if (intent.fixture.name === 'mira') return talk(world);
		if (intent.fixture.name !== 'altar') return meet(world, world.warren as Warren, intent.fixture);
		world.hp = HP_MAX;
		world.events.push({ type: 'healed' });
		return say(world, 'The altar glows. You feel whole again.');
	}
	const thing = world.things[world.room].find((t) => t.id === intent.thing);
	if (!thing) return stop(world);
	if (thing.kind === 'rat' || thing.kind === 'slime') return swing(world, thing, thing.kind);
	stop(world);
	if (thing.kind === 'potion') {
		remove(world, thing);
		world.potions += 1;
		world.events.push({ type: 'picked' });
		return say(world, 'You pick up a potion.');
	}
	if (thing.kind === 'glowcap' || thing.kind === 'hammer') {
		if (take(world, world.warren as Warren, thing.kind, thing.home)) remove(world, thing);
		return;
	}
	if (thing.kind === 'chest-open') return say(world, 'The chest is empty.');
	if (world.warren) return loot(world, thing);
	if (world.quest === 'Open the chest') {
		thing.kind = 'chest-open';
		world.gold += 10;
		world.quest = 'Return to Mira';
		world.events.push({ type: 'opened' });
		return say(world, 'The relic is yours. Bring it to Mira.');
	}
	say(world, 'The chest stays shut while foes are near.');
}

function loot(world: World, chest: Thing): void {
	chest.kind = 'chest-open';
	const gold = between(world.dice, 4, 9);
	world.gold += gold;
	world.events.push({ type: 'opened' });
	say(world, `You find ${gold} gold in the chest.`);
}

function swing(world: World, thing: Thing, kind: FoeKind): void {
	if (world.now < world.nextSwing) return;
	world.nextSwing = world.now + PLAYER.swingMs;
	const damage = within(world.dice, PLAYER.damage);
	thing.hp -= damage;
	if (thing.hp > 0) return say(world, `You hit the ${kind} for ${damage}.`);
	remove(world, thing);
	const gold = within(world.dice, FOES[kind].gold);
	world.gold += gold;
	world.events.push({ type: 'beaten', foe: kind });
	if (kind === 'rat' && world.warren) ratBeaten(world, world.warren);
	say(world, `The ${kind} falls. You find ${gold} gold.`);
	stop(world);
	if (world.quest === 'Clear the Crypt' && !world.things.Crypt.some(isFoe)) world.quest = 'Open the chest';
}

function enter(world: World, room: HollowRoom): void {
	const at = entrance(room, world.room);
	world.room = room;
	stop(world);
	if (room === 'Cellar' && world.potions < 2) stockCellar(world);
	for (const thing of world.things[room]) {
		// Whoever is left in a room goes home while nobody looks, so that the way in is free.
		Object.assign(thing, still(thing.home, world.now), { nextMove: world.now + between(world.dice, 300, 1500) });
	}
	world.player = still(at, world.now);
	world.events.push({ type: 'entered', room });
	say(world, `You enter the ${room}.`);
}

function talk(world: World): void {
	const name: TalkName = world.quest === 'Talk to Mira' ? 'offer' : world.quest === 'Return to Mira' ? 'thanks' : 'waiting';
	world.talk = { name, line: 0 };
	world.screen = 'talk';
}

/** Next line of talk; after the last one the talk's consequence. */
function advanceTalk(world: World): void {
	const { name, line } = world.talk;
	if (line + 1 < TALKS[name].length) {
		world.talk = { name, line: line + 1 };
		return;
	}
	world.screen = 'play';
	if (name === 'offer') {
		world.quest = 'Clear the Crypt';
		world.events.push({ type: 'accepted' });
		say(world, world.hints ? 'East through the meadow, then down.' : '');
	}
	if (name === 'thanks') {
		world.gold += 25;
		world.screen = 'victory';
		world.events.push({ type: 'won' });
	}
}

function moveFoes(world: World): void {
	for (const thing of world.things[world.room]) {
		if (thing.kind !== 'rat' && thing.kind !== 'slime') continue;
		// Who is far from the picture sleeps.
		if (world.warren && !isNear(world, thing.to, 16)) continue;
		const foe = FOES[thing.kind];
		if (isWalking(thing, world.now, foe.tileMs)) continue;
		arrive(thing);
		const away = distance(thing.to, world.player.to);
		if (away === 1) {
			if (world.now >= thing.nextHit) hurt(world, thing, thing.kind);
			if (world.screen !== 'play') return;
			continue;
		}
		if (world.now < thing.nextMove) continue;
		const chasing = away <= foe.sight;
		thing.nextMove = world.now + (chasing ? 0 : between(world.dice, 700, 2200));
		const next = chasing
			? firstStep(world, thing.to, (tile) => distance(tile, world.player.to) === 1, thing)
			: neighbour(thing.to, between(world.dice, 0, 3));
		if (next && isFree(world, next)) {
			thing.to = next;
			thing.since = world.now;
		} else thing.nextMove = world.now + 200;
	}
}

function hurt(world: World, thing: Thing, kind: FoeKind): void {
	const foe = FOES[kind];
	thing.nextHit = world.now + foe.hitMs;
	if (roll(world.dice) >= foe.chance) return say(world, `The ${kind} misses you.`);
	const damage = Math.max(1, Math.round(within(world.dice, foe.damage) * (world.gentle ? 0.5 : 1)));
	world.hp = Math.max(0, world.hp - damage);
	world.events.push({ type: 'hurt', by: kind, damage });
	say(world, `The ${kind} ${foe.hit} you for ${damage}.`);
	if (world.hp > 0) return;
	world.screen = 'dead';
	world.gold = Math.max(0, world.gold - 10);
	stop(world);
	world.events.push({ type: 'died' });
}

/** Back in the village with a whole skin; the quest and whoever was beaten stay as they were. */
function revive(world: World): void {
	world.screen = 'play';
	world.hp = HP_MAX;
	world.room = world.warren ? 'Warren' : 'Village';
	world.player = still(world.warren ? startOf(world.warren) : [8, 6], world.now);
	for (const room of Object.values(world.things)) {
		for (const thing of room) if (thing.kind === 'rat' || thing.kind === 'slime') thing.hp = FOES[thing.kind].hp;
	}
	say(world, world.warren ? 'You wake where you began, poorer and wiser.' : 'You wake in the village, poorer and wiser.');
}

/** What a button does; false when no button of that name is on this screen. */
export function pushButton(world: World, name: string): boolean {
	if (world.warren && world.screen === 'talk') return pushTalk(world, world.warren, name);
	const does = buttons[world.screen]?.[name];
	if (!does) return false;
	does(world);
	return true;
}

const buttons: Partial<Record<Screen, Readonly<Record<string, (world: World) => void>>>> = {
	title: { start: beginRound, options: to('options') },
	options: {
		hints: (w) => {
			w.hints = !w.hints;
		},
		gentle: (w) => {
			w.gentle = !w.gentle;
		},
		back: to('title'),
	},
	play: { bag: to('inventory'), menu: to('menu') },
	talk: { next: advanceTalk, accept: advanceTalk },
	inventory: { close: to('play') },
	menu: { resume: to('play'), quit: to('title') },
	dead: { 'try-again': revive },
	victory: { 'play-again': beginRound },
};

function to(screen: Screen): (world: World) => void {
	return (world) => {
		world.screen = screen;
	};
}

/** A key by `KeyboardEvent.key`'s name, with `Space` for the blank. Keys without a meaning here are ignored. */
export function press(world: World, key: string): void {
	const name = key === ' ' || key === 'Space' ? 'Enter' : key.length === 1 ? key.toLowerCase() : key;
	const screen = world.screen;
	if (world.warren && screen === 'talk') pressInTalk(world, world.warren, name);
	else if (screen === 'talk' && name === 'Enter') advanceTalk(world);
	else if (screen === 'talk' && name === 'Escape') world.screen = 'play';
	else if ((screen === 'play' || screen === 'inventory') && name === 'q') drink(world);
	else if (screen === 'play' && name === 'i') world.screen = 'inventory';
	else if (screen === 'play' && name === 'Escape') world.screen = 'menu';
	else if (screen === 'inventory' && (name === 'i' || name === 'Escape')) world.screen = 'play';
	else if (screen === 'menu' && name === 'Escape') world.screen = 'play';
	else if (screen === 'options' && name === 'Escape') world.screen = 'title';
	else if (name === 'Enter')
		pushButton(world, { title: 'start', dead: 'try-again', victory: 'play-again', menu: 'resume' }[screen as string] ?? '');
}

/** Enter pushes the first button of a talk and Escape the last, which is to leave where there is one. */
function pressInTalk(world: World, warren: Warren, key: string): void {
	const offered = buttonsOf(warren.folk, world.potions);
	const button = key === 'Enter' ? offered[0] : key === 'Escape' ? offered.at(-1) : undefined;
	if (button) pushTalk(world, warren, button);
}

function drink(world: World): void {
	if (world.potions === 0) return say(world, 'No potion is left.');
	world.potions -= 1;
	world.hp = Math.min(HP_MAX, world.hp + HEAL);
	world.events.push({ type: 'drank' });
	say(world, 'You drink a potion and feel better.');
}

/** Sends the hero to a place of the world box, in pixels of the box, or to what is there. */
export function clickWorld(world: World, x: number, y: number): void {
	if (world.screen !== 'play') return;
	world.blockedSince = undefined;
	const room = roomOf(world);
	const camera = cameraOf(world);
	const tile: Tile = [clampTile(x + camera.x, room.map[0]?.length ?? 0), clampTile(y + camera.y, room.map.length)];
	const covers = (at: Tile, size: number): boolean =>
		tile[0] >= at[0] && tile[0] < at[0] + size && tile[1] >= at[1] && tile[1] < at[1] + size;
	const door = room.doors.find((d) => covers(d.at, 2));
	const fixture = room.fixtures.find((f) => covers(f.at, f.size));
	if (door) world.intent = { do: 'use', door };
	else if (fixture) world.intent = { do: 'use', fixture };
	else {
		const thing = thingAt(world, x + camera.x, y + camera.y);
		if (thing) world.intent = { do: 'use', thing: thing.id };
		else if (isSolid(room, tile)) stop(world);
		else world.intent = { do: 'walk', to: tile };
	}
}

/** Top left corner of the picture in the room, pixels: the hero stands in the middle of the Warren's, the Hollow's stand still. */
export function cameraOf(world: World): { x: number; y: number } {
	if (!world.warren) return { x: 0, y: 0 };
	const { x, y } = playerPlace(world);
	return { x: x - HERO_AT.x, y: y - HERO_AT.y };
}
/** Where the hero is drawn in the Warren, pixels of the world box. */
export const HERO_AT = { x: 336, y: 176 } as const;

/** The thing whose middle is nearest to the point: within a tile and a half for foes, which run while one aims. */
function thingAt(world: World, x: number, y: number): Thing | undefined {
	let best: Thing | undefined;
	let bestAway = Number.POSITIVE_INFINITY;
	for (const thing of world.things[world.room]) {
		const at = placeOf(thing, world.now, isFoe(thing) ? FOES[thing.kind as FoeKind].tileMs : 1);
		const away = Math.hypot(at.x + TILE / 2 - x, at.y + TILE / 2 - y);
		if (away <= (isFoe(thing) ? 48 : 20) && away < bestAway) {
			best = thing;
			bestAway = away;
		}
	}
	return best;
}

/** First tile of a shortest way to a tile that `arrived` accepts, around everything that stands; undefined when there is none. */
function firstStep(world: World, from: Tile, arrived: (tile: Tile) => boolean, self: Thing | undefined): Tile | undefined {
	const first = new Map<number, Tile>();
	const queue: Tile[] = [from];
	const seen = new Set([index(from)]);
	for (let head = 0; head < queue.length; head++) {
		const tile = queue[head] as Tile;
		if (arrived(tile) && head > 0) return first.get(index(tile));
		for (let d = 0; d < 4; d++) {
			const next = neighbour(tile, d);
			if (seen.has(index(next)) || !isFree(world, next, self)) continue;
			seen.add(index(next));
			first.set(index(next), first.get(index(tile)) ?? next);
			queue.push(next);
		}
	}
	return undefined;
}

function isFree(world: World, tile: Tile, self?: Thing): boolean {
	if (isSolid(roomOf(world), tile)) return false;
	// Nobody finds a way through what the picture does not show.
	if (world.warren && (!isNear(world, tile, 11) || isShutAt(world.warren, tile))) return false;
	return !isTaken(world, tile, self);
}

function isTaken(world: World, tile: Tile, self?: Thing): boolean {
	if (same(world.player.to, tile) || same(world.player.from, tile)) return true;
	return world.things[world.room].some((t) => t !== self && (same(t.to, tile) || same(t.from, tile)));
}

/** Within so many columns of the hero, and rows in the picture's proportion. */
function isNear(world: World, [column, row]: Tile, columns: number): boolean {
	const [c, r] = world.player.to;
	return Math.abs(column - c) <= columns && Math.abs(row - r) <= Math.round(columns * 0.55);
}

export function playerPlace(world: World): { x: number; y: number } {
	return placeOf(world.player, world.now, PLAYER.tileMs);
}

export function thingPlace(world: World, thing: Thing): { x: number; y: number } {
	return placeOf(thing, world.now, thing.kind === 'rat' || thing.kind === 'slime' ? FOES[thing.kind].tileMs : 1);
}

function isFoe(thing: Thing): boolean {
	return thing.kind === 'rat' || thing.kind === 'slime';
}

function stop(world: World): void {
	world.intent = undefined;
	world.blockedSince = undefined;
}

function remove(world: World, thing: Thing): void {
	world.things[world.room] = world.things[world.room].filter((t) => t !== thing);
}

function say(world: World, message: string): void {
	world.message = message;
}
