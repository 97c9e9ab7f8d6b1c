// Where everything of the Warren stands on the picture.
import type { Box } from '../../core/geometry.ts';
import { button, type Item, label, plate, standing } from '../items.ts';
import { TILE, type Tile, WORLD_SIZE } from '../rooms.ts';
import { SPRITES } from '../sprites.ts';
import type { View, WarrenView } from '../view.ts';
import { castOf, ERRANDS, nameOf, objective, type Person } from './folk.ts';
import { landOf } from './land.ts';
import type { TalkButton } from './rules.ts';

export function warrenItems(view: View, warren: WarrenView, top: number): readonly Item[] {
	const { camera } = warren;
	const land = landOf(warren.seed);
	const cast = castOf(warren.seed);
	const x = (column: number): number => column * TILE - camera.x;
	const y = (row: number): number => row * TILE - camera.y + top;
	const items: Item[] = land.gates.map((gate) => {
		const shut = warren.shut.includes(gate.id);
		const [w, h] = gate.runs === 'east' ? [TILE, 2 * TILE] : [2 * TILE, TILE];
		return {
			name: gate.kind === 'door' ? 'shut-door' : 'portcullis',
			kind: 'tile',
			box: [x(gate.at[0]), y(gate.at[1]), w, h],
			draw: 'gate',
			gate: { kind: gate.kind, runs: gate.runs, shut },
			stable: false,
			// An open gate is a frame in the wall, and people walk through it.
			...(shut ? {} : { scenery: true }),
		};
	});
	items.push({ name: 'altar', kind: 'other', box: [x(cast.altar[0]), y(cast.altar[1]), 64, 64], draw: 'altar', stable: false });
	const stands = (name: Parameters<typeof standing>[1], [column, row]: Tile): Item => standing(name, name, x(column), y(row));
	for (const { name, at, size } of cast.room.fixtures) if (size === 1) items.push(stands(name as 'lever' | Person, at));
	for (const thing of view.things) items.push(standing(thing.kind, thing.kind, thing.x, top + thing.y));
	items.push(standing('player', 'player', view.player.x, top + view.player.y));
	return items.flatMap((item) => {
		const within = withinWorld(item.box, top);
		return within === 'out' ? [] : within === 'in' ? [item] : [{ ...item, scenery: true as const }];
	});
}

function withinWorld([x, y, w, h]: Box, top: number): 'in' | 'cut' | 'out' {
	const [right, bottom] = [WORLD_SIZE.width, top + WORLD_SIZE.height];
	if (x >= right || y >= bottom || x + w <= 0 || y + h <= top) return 'out';
	return x >= 0 && y >= top && x + w <= right && y + h <= bottom ? 'in' : 'cut';
}

const TALK_PLACES: Readonly<Record<TalkButton, readonly [x: number, y: number, text: string, tone: 'good' | 'plain' | 'danger']>> = {
	next: [836, 2, 'Next', 'plain'],
	accept: [716, 2, 'Accept', 'good'],
	gift: [716, 2, 'Gift', 'good'],
	buy: [716, 2, 'Buy', 'good'],
	pay: [716, 2, 'Pay', 'plain'],
	duel: [716, 55, 'Duel', 'danger'],
	leave: [836, 55, 'Leave', 'plain'],
};

/** The strip under the world box while somebody talks; `y` is its top edge. */
export function talkItems({ talk }: WarrenView, y: number): Item[] {
	if (!talk) return [];
	const picture = SPRITES[talk.person];
	const [w, h] = [picture.width * 5, picture.height * 5];
	const portrait: Box = [16 + Math.floor((88 - w) / 2), y + 10 + Math.floor((88 - h) / 2), w, h];
	return [
		{ name: `${talk.person}-portrait`, kind: 'portrait', box: portrait, draw: 'sprite', picture: talk.person, zoom: 5, stable: true },
		label('talk-name', [120, y + 10, 120, 30], nameOf(talk.person), 20),
		{ ...plate('talk-line', [116, y + 48, 572, 44], talk.line), fontPx: 18 },
		...talk.buttons.map((name) => {
			const [x, down, text, tone] = TALK_PLACES[name];
			return button(name, [x, y + down, 108, 50], text, tone);
		}),
	];
}

/** The errands under way, in the bag's panel; `y` is the world box's top edge. */
export function questEntries({ stage, count }: WarrenView, y: number): Item[] {
	const open = ERRANDS.filter((e) => stage[e] > 0);
	const title = label('errands-title', [724, y + 122, 216, 28], open.length > 0 ? 'Your errands' : 'No errands yet', 20);
	return [
		title,
		...open.map((errand, i) => ({
			...plate(`errand-${errand}`, [720, y + 154 + 39 * i, 224, 34], objective(errand, stage[errand], count[errand])),
			fontPx: 17,
			// Its place depends on how many there are.
			stable: false,
		})),
	];
}
