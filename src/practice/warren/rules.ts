// What the Warren adds to the game's rules: places reached, gates that shut, pockets that trap, people who stop one on the way.
// It acts on the part of the world it needs (`Hero`), so that world.ts stays the one that knows everything.
import { type Dice, mix, roll, within } from '../random.ts';
import type { Fixture, Room, Tile } from '../rooms.ts';
import { same, still, type Walker } from '../tiles.ts';
import {
	advance,
	castOf,
	type Errand,
	type FolkState,
	like,
	makeFolk,
	nameOf,
	objective,
	type Person,
	REWARD,
	speak,
	type Talk,
} from './folk.ts';
import { type Gate, gateTiles, isInChamber, type Land, landOf, type Place, placeAt } from './land.ts';

export type WarrenEvent =
	| { readonly type: 'reached'; readonly place: string; readonly isNew: boolean }
	| { readonly type: 'trapped' | 'freed'; readonly place: string }
	| { readonly type: 'met' | 'gave' | 'duelled' | 'paid'; readonly person: Person }
	| { readonly type: 'quest'; readonly quest: string; readonly objective: string }
	| { readonly type: 'found'; readonly thing: string }
	| { readonly type: 'won' };

/** The part of the world that these rules read and change. */
export interface Hero {
	readonly seed: number;
	readonly now: number;
	readonly dice: Dice;
	screen: string;
	/** What the hero is about; undefined stops the walk. */
	intent: unknown;
	player: Walker;
	hp: number;
	gold: number;
	potions: number;
	message: string;
	readonly events: { push(event: WarrenEvent): unknown };
}

export interface Warren {
	readonly land: Land;
	readonly room: Room;
	settings: WarrenSettings;
	folk: FolkState;
	/** Ids of places, in the order of first visits. */
	visited: number[];
	/** The chamber the hero is in; undefined in a corridor. */
	inside: number | undefined;
	/** Ids of the gates that are shut now, ascending. */
	shut: number[];
	/** By a test's hand: gate to whether it is shut, whatever chance says. */
	held: Map<number, boolean>;
	/** Portcullis to the game ms at which it lifts by itself. */
	fallen: Map<number, number>;
	nextTend: number;
	/** Game ms at which what was beaten and taken is next made up for. */
	nextStock: number;
}
export interface WarrenSettings {
	/** Share of the doors that are shut at any time, 0 to 1. */
	readonly doors: number;
	/** Whether the status bar names the place. */
	readonly plate: boolean;
	/** Chance that the pedlar stops who comes into a chamber, 0 to 1. */
	readonly popups: number;
}

/** How long chance leaves a door as it is, game ms. */
const SPELL_MS = 45_000;
/** How long a portcullis stays down, unless the lever is pulled. */
export const TRAP_MS = 12_000;
const TEND_MS = 100;
const DUEL_COST = [3, 6] as const;

export function makeWarren(seed: number, settings: WarrenSettings): Warren {
	const land = landOf(seed);
	return {
		land,
		room: castOf(seed).room,
		settings,
		folk: makeFolk(),
		visited: [],
		inside: undefined,
		shut: [],
		held: new Map(),
		fallen: new Map(),
		nextTend: 0,
		nextStock: 0,
	};
}

/** Lets the land live: called at every step of the play screen. `occupied` are the tiles on which no gate may close. */
export function tend(hero: Hero, warren: Warren, occupied: (tile: Tile) => boolean): void {
	if (hero.now < warren.nextTend) return;
	warren.nextTend = hero.now + TEND_MS;
	arriveAt(hero, warren);
	warren.shut = warren.land.gates.filter((g) => wantsShut(hero, warren, g) && !gateTiles(g).some(occupied)).map((g) => g.id);
}

function wantsShut(hero: Hero, warren: Warren, gate: Gate): boolean {
	const held = warren.held.get(gate.id);
	if (held !== undefined) return held;
	if (gate.kind === 'portcullis') return hero.now < (warren.fallen.get(gate.id) ?? 0);
	return mix(hero.seed, gate.id, Math.floor(hero.now / SPELL_MS), 7) / 2 ** 32 < warren.settings.doors;
}

function arriveAt(hero: Hero, warren: Warren): void {
	const place = placeAt(warren.land, hero.player.to);
	const inside = isInChamber(place, hero.player.to) ? place.id : undefined;
	if (inside === warren.inside) return;
	warren.inside = inside;
	if (inside === undefined) return;
	const isNew = !warren.visited.includes(place.id);
	if (isNew) warren.visited.push(place.id);
	hero.events.push({ type: 'reached', place: place.name, isNew });
	if (place.pocket) return spring(hero, warren, place);
	if (roll(hero.dice) < warren.settings.popups) converse(hero, warren, 'pedlar');
}

/** The portcullis behind who enters a pocket falls. */
function spring(hero: Hero, warren: Warren, place: Place): void {
	const gate = warren.land.gates.find((g) => g.kind === 'portcullis' && g.parts.includes(place.id));
	if (!gate) return;
	warren.fallen.set(gate.id, hero.now + TRAP_MS);
	hero.events.push({ type: 'trapped', place: place.name });
	hero.message = 'A portcullis crashes down behind you!';
}

export function isShutAt(warren: Warren, tile: Tile): boolean {
	return warren.shut.some((id) => gateTiles(warren.land.gates[id] as Gate).some((t) => same(t, tile)));
}

/** The hero turns to somebody or something of the land. */
export function meet(hero: Hero, warren: Warren, fixture: Fixture): void {
	if (fixture.name === 'lever') {
		const place = placeAt(warren.land, fixture.at);
		for (const g of warren.land.gates) if (g.kind === 'portcullis' && g.parts.includes(place.id)) warren.fallen.delete(g.id);
		hero.events.push({ type: 'freed', place: place.name });
		hero.message = 'Chains rattle; the portcullis lifts.';
	} else if (fixture.name !== 'altar' && fixture.name !== 'mira') converse(hero, warren, fixture.name);
}

/** Opens a talk; what happened to interrupt a walk is a talk too. */
export function converse(hero: Hero, warren: Warren, person: Person): void {
	if (!warren.folk.met.includes(person)) hero.events.push({ type: 'met', person });
	warren.folk.talk = speak(warren.land.seed, warren.folk, person);
	hero.screen = 'talk';
	// What somebody says ends the walk it interrupts.
	hero.intent = undefined;
}

export const TALK_BUTTONS = ['next', 'accept', 'leave', 'gift', 'duel', 'buy', 'pay'] as const;
export type TalkButton = (typeof TALK_BUTTONS)[number];

/** The buttons under what is being said. */
export function buttonsOf(folk: FolkState, potions: number): readonly TalkButton[] {
	const { talk } = folk;
	if (!talk) return [];
	if (talk.line + 1 < talk.lines.length) return ['next'];
	if (talk.end === 'accept') return ['accept', 'leave'];
	if (talk.end === 'buy') return ['buy', 'leave'];
	if (talk.end === 'pay') return ['pay', 'duel'];
	if (talk.end === 'choice') return potions > 0 ? ['gift', 'duel', 'leave'] : ['duel', 'leave'];
	return ['leave'];
}

/** @returns false when the talk has no such button now */
export function pushTalk(hero: Hero, warren: Warren, button: string): boolean {
	const { folk } = warren;
	const { talk } = folk;
	if (!talk || !buttonsOf(folk, hero.potions).includes(button as TalkButton)) return false;
	if (button === 'next') {
		folk.talk = { ...talk, line: talk.line + 1 };
		return true;
	}
	folk.talk = undefined;
	hero.screen = 'play';
	hero.message = '';
	const who = nameOf(talk.person);
	switch (button) {
		case 'accept':
			if (talk.errand) begin(hero, folk, talk.errand);
			like(folk, talk.person, 10);
			return true;
		case 'leave':
			if (talk.end === 'accept') {
				like(folk, talk.person, -10);
				hero.message = `${who} is disappointed.`;
			}
			if (talk.end === 'leave' && talk.errand) conclude(hero, folk, talk);
			return true;
		case 'gift':
			hero.potions -= 1;
			like(folk, talk.person, 35);
			hero.events.push({ type: 'gave', person: talk.person });
			hero.message = `${who} takes the potion, and smiles.`;
			return true;
		case 'buy':
			if (hero.gold < 5) hero.message = 'Five gold is more than you have.';
			else {
				hero.gold -= 5;
				hero.potions += 1;
				like(folk, talk.person, 10);
				hero.message = 'A potion for five gold. The pedlar bows.';
			}
			return true;
		case 'pay':
			hero.gold = Math.max(0, hero.gold - 10);
			like(folk, talk.person, 20);
			hero.events.push({ type: 'paid', person: talk.person });
			hero.message = `${who} lets you pass.`;
			return true;
		default:
			return duel(hero, folk, talk.person);
	}
}

function duel(hero: Hero, folk: FolkState, person: Person): boolean {
	const hurt = within(hero.dice, DUEL_COST);
	// A duel is about honour: nobody dies of it.
	hero.hp = Math.max(1, hero.hp - hurt);
	// A robber respects who stands up to him; everybody else remembers.
	like(folk, person, person === 'gorm' ? 30 : -60);
	hero.events.push({ type: 'duelled', person });
	hero.message = person === 'gorm' ? 'Gorm yields, and laughs about it.' : `${nameOf(person)} yields, and will not forget it.`;
	return true;
}

function begin(hero: Hero, folk: FolkState, errand: Errand): void {
	folk.stage[errand] = 1;
	folk.tracked = errand;
	hero.message = 'You take the errand.';
	tell(hero, folk, errand);
}

/** A talk that hands something over or pays for it. */
function conclude(hero: Hero, folk: FolkState, talk: Talk): void {
	const { errand, person } = talk;
	if (!errand) return;
	if (errand === 'letter' && person === 'tovin') {
		advance(folk, errand);
		hero.message = 'Tovin has his letter.';
	} else if (folk.stage[errand] === 2) {
		folk.stage[errand] = 3;
		folk.tracked = undefined;
		hero.gold += REWARD[errand];
		hero.message = `${nameOf(person)} pays you ${REWARD[errand]} gold.`;
		like(folk, person, 40);
	}
	tell(hero, folk, errand);
	if (Object.values(folk.stage).some((s) => s !== 3)) return;
	hero.screen = 'victory';
	hero.events.push({ type: 'won' });
}

function tell(hero: Hero, folk: FolkState, errand: Errand): void {
	hero.events.push({ type: 'quest', quest: errand, objective: objective(errand, folk.stage[errand], folk.count[errand]) });
}

/** Picks up a thing of an errand; false when nobody has asked for it. */
export function take(hero: Hero, warren: Warren, kind: 'glowcap' | 'hammer', at: Tile): boolean {
	const errand = kind === 'glowcap' ? 'glowcaps' : 'hammer';
	if (!advance(warren.folk, errand)) {
		hero.message = kind === 'glowcap' ? 'Somebody might want these. Not you.' : 'A heavy hammer. Whose may it be?';
		return false;
	}
	warren.folk.taken.push(castOf(warren.land.seed).props.findIndex((p) => same(p.at, at)));
	hero.events.push({ type: 'found', thing: kind });
	hero.message = kind === 'glowcap' ? `You pick a glowcap, your ${ordinal(warren.folk.count.glowcaps)}.` : 'You take the hammer.';
	tell(hero, warren.folk, errand);
	return true;
}

function ordinal(n: number): string {
	return ['first', 'second', 'third'][n - 1] ?? 'next';
}

export function ratBeaten(hero: Hero, warren: Warren): void {
	if (advance(warren.folk, 'rats')) tell(hero, warren.folk, 'rats');
}

/** As printed in the quest panel. */
export function questLine({ tracked, stage, count }: Pick<FolkState, 'tracked' | 'stage' | 'count'>): string {
	return tracked ? objective(tracked, stage[tracked], count[tracked]) : 'Look around';
}

// What tests and proofs do to the land by hand.

/** Moves the hero to the middle of a place, without a walk. */
export function teleport(hero: Hero, warren: Warren, place: number): void {
	const to = warren.land.places[place];
	if (!to) throw new Error(`The Warren has no place ${place}; its places are 0 to ${warren.land.places.length - 1}.`);
	hero.player = still(to.middle, hero.now);
	hero.intent = undefined;
}

/** Shuts or opens a gate whatever chance says; undefined leaves it to chance again. It never closes on somebody. */
export function holdGate(warren: Warren, gate: number, shut: boolean | undefined): void {
	if (!warren.land.gates[gate]) throw new Error(`The Warren has no gate ${gate}; its gates are 0 to ${warren.land.gates.length - 1}.`);
	if (shut === undefined) warren.held.delete(gate);
	else warren.held.set(gate, shut);
}
