// Where everything stands. One list serves three: it is drawn, it is hit by clicks, and it is the truth told to the teacher;
// so a box of the truth is the very rectangle that was drawn.
import type { Box } from '../core/geometry.ts';
import { button, icon, type Item, label, plate, standing } from './items.ts';
import type { PracticeOptions } from './options.ts';
import { type HollowRoom, rooms, TILE, WORLD_SIZE } from './rooms.ts';
import type { View } from './view.ts';
import { questEntries, talkItems, warrenItems } from './warren/stage.ts';
import { HP_MAX, TALKS } from './world.ts';

export const STATUS_HEIGHT = 48;
export const STRIP_HEIGHT = 108;

/** Top edges of the three bands; the strip is always under the world. */
export function bands(hud: PracticeOptions['hud']): { status: number; world: number; strip: number } {
	return hud === 'top' ? { status: 0, world: STATUS_HEIGHT, strip: 432 } : { status: 492, world: 0, strip: 384 };
}

/** The play area in logical pixels. */
export function worldBox(hud: PracticeOptions['hud']): Box {
	return [0, bands(hud).world, WORLD_SIZE.width, WORLD_SIZE.height];
}

export function isFullScreen(view: Pick<View, 'screen'>): boolean {
	return view.screen !== 'play' && view.screen !== 'talk' && view.screen !== 'inventory';
}

/**
 * Logical to frame pixels. Place and size are rounded apart, so that a picture has one size wherever it stands; sizes are
 * rounded down, because round(a) + floor(b) <= round(a + b), so that what only touches never overlaps.
 */
export function scaled([x, y, w, h]: Box, scale: number): Box {
	return [Math.round(x * scale), Math.round(y * scale), Math.floor(w * scale), Math.floor(h * scale)];
}

/** Everything that has a name on the view's screen, in drawing order; nothing in it overlaps anything else in it. */
export function layOut(view: View, hud: PracticeOptions['hud']): readonly Item[] {
	if (isFullScreen(view)) return fullScreen(view);
	return [...layWorld(view, hud), ...layPanels(view, hud)];
}

/** What stands in the world box. */
export function layWorld(view: View, hud: PracticeOptions['hud']): readonly Item[] {
	const top = bands(hud).world;
	return view.warren ? warrenItems(view, view.warren, top) : roomItems(view, top);
}

/** What stands around the world box, or instead of it. */
export function layPanels(view: View, hud: PracticeOptions['hud']): readonly Item[] {
	if (isFullScreen(view)) return fullScreen(view);
	return [...statusItems(view, hud), ...columnItems(view, hud), ...stripItems(view, hud)];
}

function statusItems(view: View, hud: PracticeOptions['hud']): Item[] {
	const y = bands(hud).status;
	return [
		icon('heart-icon', 'heart', 14, y + 12),
		{ name: 'hp-bar', kind: 'bar', box: [50, y + 14, 152, 20], draw: 'bar', stable: true, part: view.hp / HP_MAX },
		plate('hp-plate', [212, y + 8, 56, 32], String(view.hp)),
		icon('coin-icon', 'coin', 304, y + 11),
		plate('gold-plate', [338, y + 8, 72, 32], String(view.gold)),
		icon('flask-icon', 'flask', 446, y + 9),
		plate('potions-plate', [474, y + 8, 48, 32], String(view.potions)),
		...(view.warren?.plate === '' ? [] : [plate('room-plate', [716, y + 8, 232, 32], view.warren?.plate ?? view.room)]),
	];
}

function roomItems(view: View, top: number): readonly Item[] {
	const room = rooms[view.room as HollowRoom];
	const items: Item[] = room.doors.map((door) => ({
		name: door.name,
		kind: 'tile',
		box: [door.at[0] * TILE, top + door.at[1] * TILE, 64, 64],
		draw: 'door',
		stable: true,
	}));
	for (const fixture of room.fixtures) {
		const [x, y] = [fixture.at[0] * TILE, top + fixture.at[1] * TILE];
		if (fixture.name === 'altar') items.push({ name: 'altar', kind: 'other', box: [x, y, 64, 64], draw: 'altar', stable: true });
		else items.push({ ...standing('mira', 'mira', x, y), stable: true });
	}
	for (const thing of view.things) items.push(standing(thing.kind, thing.kind, thing.x, top + thing.y));
	items.push(standing('player', 'player', view.player.x, top + view.player.y));
	return items;
}

function columnItems(view: View, hud: PracticeOptions['hud']): Item[] {
	const y = bands(hud).world;
	const items: Item[] = [
		label('quest-title', [724, y + 16, 216, 28], 'Quest', 20),
		view.warren
			? { ...plate('quest-line', [720, y + 52, 224, 40], view.warren.objective), fontPx: 17 }
			: plate('quest-line', [720, y + 52, 224, 40], view.quest),
	];
	if (view.screen === 'talk') return items;
	if (view.screen === 'inventory' && view.warren)
		return [...items, ...questEntries(view.warren, y), button('close', [720, y + 316, 224, 52], 'Close', 'plain')];
	if (view.screen === 'inventory') {
		items.push(label('bag-title', [724, y + 124, 216, 28], 'In your bag', 20));
		items.push({ ...icon('bag-sword', 'sword', 732, y + 164), zoom: 3, box: [732, y + 164, 42, 42] });
		items.push(label('bag-sword-name', [790, y + 172, 150, 26], 'Short sword', 17));
		if (view.quest === 'Return to Mira') {
			items.push({ ...icon('bag-relic', 'relic', 735, y + 222), zoom: 3, box: [735, y + 222, 36, 42] });
			items.push(label('bag-relic-name', [790, y + 230, 150, 26], 'The relic', 17));
		}
		items.push(button('close', [720, y + 316, 224, 52], 'Close', 'plain'));
		return items;
	}
	items.push({ name: 'help', kind: 'panel', box: [720, y + 128, 224, 164], draw: 'help', stable: true });
	items.push(button('bag', [720, y + 316, 108, 52], 'Bag', 'good'), button('menu', [836, y + 316, 108, 52], 'Menu', 'plain'));
	return items;
}

function stripItems(view: View, hud: PracticeOptions['hud']): Item[] {
	const y = bands(hud).strip;
	if (view.screen !== 'talk') return [{ ...plate('message', [16, y + 34, 672, 40], view.message), fontPx: 18 }];
	if (view.warren) return talkItems(view.warren, y);
	const lines = TALKS[view.talk.name];
	const last = view.talk.name === 'offer' && view.talk.line === lines.length - 1;
	return [
		{ ...icon('mira-portrait', 'portrait', 16, y + 10), kind: 'portrait', zoom: 4, box: [16, y + 10, 88, 88] },
		label('talk-name', [120, y + 10, 120, 30], 'Mira', 20),
		{ ...plate('talk-line', [116, y + 48, 572, 44], lines[view.talk.line] ?? ''), fontPx: 18 },
		last ? button('accept', [716, y + 28, 108, 52], 'Accept', 'good') : button('next', [836, y + 28, 108, 52], 'Next', 'plain'),
	];
}

function fullScreen(view: View): readonly Item[] {
	switch (view.screen) {
		case 'title':
			return [
				label('game-title', [240, 92, 480, 92], view.warren ? 'The Warren' : 'Relic Hollow', 60),
				button('start', [380, 316, 200, 60], 'Start', 'good'),
				button('options', [380, 396, 200, 60], 'Options', 'plain'),
			];
		case 'options':
			return [
				label('options-title', [330, 84, 300, 64], 'Options', 40),
				button('hints', [290, 190, 250, 56], 'Hints', 'plain'),
				plate('hints-value', [562, 196, 108, 44], view.hints ? 'On' : 'Off'),
				button('gentle', [290, 270, 250, 56], 'Gentle foes', 'plain'),
				plate('gentle-value', [562, 276, 108, 44], view.gentle ? 'On' : 'Off'),
				button('back', [380, 396, 200, 60], 'Back', 'good'),
			];
		case 'menu':
			return [
				label('menu-title', [330, 104, 300, 64], 'Paused', 40),
				button('resume', [370, 236, 220, 60], 'Resume', 'good'),
				button('quit', [370, 320, 220, 60], 'Quit', 'danger'),
			];
		case 'dead':
			return [
				{ ...icon('skull', 'skull', 416, 84), zoom: 8, box: [416, 84, 128, 112] },
				label('dead-title', [280, 226, 400, 64], 'You have fallen', 40),
				button('try-again', [360, 356, 240, 64], 'Try again', 'danger'),
			];
		default:
			return [
				{ ...icon('relic', 'relic', 432, 76), zoom: 8, box: [432, 76, 96, 112] },
				label('victory-title', [330, 216, 300, 68], 'Victory!', 46),
				{
					...plate('victory-line', [300, 300, 360, 40], view.warren ? 'The Warren owes you thanks.' : 'The village is safe. +25 gold'),
					align: 'centre',
				},
				button('play-again', [360, 372, 240, 64], 'Play again', 'good'),
			];
	}
}

/** The item under a point in logical pixels. */
export function itemAt(items: readonly Item[], x: number, y: number): Item | undefined {
	return items.find(({ box }) => x >= box[0] && x < box[0] + box[2] && y >= box[1] && y < box[1] + box[3]);
}
