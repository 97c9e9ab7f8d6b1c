// What is on a frame, worked out from the state that drew it. The teacher answers from here, and tests judge by it.
import { type Box, centreOf } from '../core/geometry.ts';
import type { ElementKind, FactValue } from '../core/question.ts';
import { isFullScreen, layOut, scaled } from './layout.ts';
import type { PracticeOptions } from './options.ts';
import { TILE } from './rooms.ts';
import { tileOf, type View, type WarrenView, whereIs } from './view.ts';
import { folkOf, nameOf, type PersonTruth, type QuestTruth, questsOf } from './warren/folk.ts';
import { isInChamber, landOf } from './warren/land.ts';
import { type Screen, HERO_AT } from './world.ts';

export interface TrueElement {
	readonly name: string;
	readonly kind: ElementKind;
	/** Frame pixels: exactly the rectangle that was drawn. */
	readonly box: Box;
	readonly text?: string;
	readonly stable: boolean;
}
export interface Truth {
	readonly screen: Screen;
	/** Wholly visible, none overlapping another. */
	readonly elements: readonly TrueElement[];
	/** The profile's facts that can be read on this screen, derived ones left out. */
	readonly facts: Readonly<Record<string, FactValue>>;
	readonly warren?: WarrenTruth;
}
/** What is so in the Warren, whether the picture shows it or not: what navigation and the readers of quests and people are judged by. */
export interface WarrenTruth {
	/** Middle of the hero, pixels of the land at scale 1. */
	readonly at: { readonly x: number; readonly y: number };
	/** Id of the place in whose cell the hero is; a corridor belongs to the nearer chamber. */
	readonly place: number;
	readonly name: string;
	readonly inChamber: boolean;
	/** Ids of the places that look like this one, itself left out. */
	readonly alike: readonly number[];
	/** Ids of the gates that are shut, and of the places reached so far, oldest first. */
	readonly shut: readonly number[];
	readonly visited: readonly number[];
	readonly quests: readonly QuestTruth[];
	readonly people: readonly PersonTruth[];
	/** Who speaks, while somebody does. */
	readonly speaker?: string;
}

/** Where each fact is read. A count or position comes from all the boxes of the name. */
export const FACT_ELEMENTS: Readonly<Record<string, string>> = {
	hp: 'hp-plate',
	gold: 'gold-plate',
	potions: 'potions-plate',
	room: 'room-plate',
	quest: 'quest-line',
	talk: 'talk-line',
	speaker: 'talk-name',
	message: 'message',
	rats: 'rat',
	slimes: 'slime',
	player: 'player',
};

export function truthOf(view: View, options: Pick<PracticeOptions, 'scale' | 'hud'>): Truth {
	const told = layOut(view, options.hud).filter((item) => !item.scenery);
	const elements = told.map((item): TrueElement => {
		const box = scaled(item.box, options.scale);
		const { name, kind, stable } = item;
		return item.text === undefined ? { name, kind, box, stable } : { name, kind, box, text: item.text, stable };
	});
	return { screen: view.screen, elements, facts: factsOf(view, elements), ...(view.warren ? { warren: warrenTruth(view.warren) } : {}) };
}

function warrenTruth(warren: WarrenView): WarrenTruth {
	const { seed, camera, talk } = warren;
	const place = whereIs(seed, camera);
	const group = landOf(seed).alike.find((g) => g.includes(place.id)) ?? [];
	return {
		at: { x: camera.x + HERO_AT.x + TILE / 2, y: camera.y + HERO_AT.y + TILE / 2 },
		place: place.id,
		name: place.name,
		inChamber: isInChamber(place, tileOf(camera)),
		alike: group.filter((id) => id !== place.id),
		shut: warren.shut,
		visited: warren.visited,
		quests: questsOf(seed, warren),
		people: folkOf(seed, warren),
		...(talk ? { speaker: nameOf(talk.person) } : {}),
	};
}

function factsOf(view: View, elements: readonly TrueElement[]): Truth['facts'] {
	if (isFullScreen(view)) return {};
	const count = (name: string): number => elements.filter((e) => e.name === name).length;
	const text = (name: string): string | undefined => elements.find((e) => e.name === name)?.text;
	const player = elements.find((e) => e.name === 'player');
	const at = player && centreOf(player.box);
	const talk = text('talk-line');
	const message = text('message');
	const speaker = text('talk-name');
	return {
		hp: view.hp,
		gold: view.gold,
		potions: view.potions,
		...(view.warren ? { quest: view.warren.objective } : { room: view.room, quest: view.quest }),
		...(view.warren && view.warren.plate !== '' ? { room: view.warren.plate } : {}),
		rats: count('rat'),
		slimes: count('slime'),
		...(at ? { player: [at.x, at.y] as [number, number] } : {}),
		...(talk === undefined ? {} : { talk }),
		...(speaker === undefined ? {} : { speaker }),
		...(message === undefined ? {} : { message }),
	};
}

/** The profile's derived facts, by hand: what the expressions in the profile should come to. */
export function derivedOf(truth: Truth): Readonly<Record<string, FactValue>> {
	const { hp, potions } = truth.facts;
	if (typeof hp !== 'number' || typeof potions !== 'number') return {};
	const count = (name: string): number => truth.elements.filter((e) => e.name === name).length;
	const enemies = count('rat') + count('slime');
	const thirsty = hp <= 15 && potions > 0;
	return { enemies, thirsty, calm: enemies + count('potion') === 0 && !thirsty };
}
