// What is on a frame, worked out from the state that drew it. The teacher answers from here, and tests judge by it.
import { type Box, centreOf } from '../core/geometry.ts';
import type { ElementKind, FactValue } from '../core/question.ts';
import { isFullScreen, layOut, scaled } from './layout.ts';
import type { PracticeOptions } from './options.ts';
import type { View } from './view.ts';
import type { Screen } from './world.ts';

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
}

/** Where each fact is read. A count or position comes from all the boxes of the name. */
export const FACT_ELEMENTS: Readonly<Record<string, string>> = {
	hp: 'hp-plate',
	gold: 'gold-plate',
	potions: 'potions-plate',
	room: 'room-plate',
	quest: 'quest-line',
	talk: 'talk-line',
	message: 'message',
	rats: 'rat',
	slimes: 'slime',
	player: 'player',
};

export function truthOf(view: View, options: Pick<PracticeOptions, 'scale' | 'hud'>): Truth {
	const elements = layOut(view, options.hud).map((item): TrueElement => {
		const box = scaled(item.box, options.scale);
		const { name, kind, stable } = item;
		return item.text === undefined ? { name, kind, box, stable } : { name, kind, box, text: item.text, stable };
	});
	return { screen: view.screen, elements, facts: factsOf(view, elements) };
}

function factsOf(view: View, elements: readonly TrueElement[]): Truth['facts'] {
	if (isFullScreen(view)) return {};
	const count = (name: string): number => elements.filter((e) => e.name === name).length;
	const text = (name: string): string | undefined => elements.find((e) => e.name === name)?.text;
	const player = elements.find((e) => e.name === 'player');
	const at = player && centreOf(player.box);
	const talk = text('talk-line');
	const message = text('message');
	return {
		hp: view.hp,
		gold: view.gold,
		potions: view.potions,
		room: view.room,
		quest: view.quest,
		rats: count('rat'),
		slimes: count('slime'),
		...(at ? { player: [at.x, at.y] as [number, number] } : {}),
		...(talk === undefined ? {} : { talk }),
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
