// The game of the simulated world: rooms with a lever each, drawn small, at two sizes of window. And its model server, which knows
// the truth behind each picture, and tells it, or not.
import type { Random } from '../../core/ports.ts';
import { canvas } from '../../core/perception/drawing.fixture.ts';
import type { PictureFrame } from '../../core/perception/pixels.ts';
import type { Profile } from '../../core/profile.ts';
import type { Desktop } from './desktop.ts';
import { WINDOW } from './desktop.ts';

const ROOMS = 5;
/** A frame comes this often, whatever happens. */
export const FRAME_MS = 250;
const BOXES = {
	mark: [8, 8, 32, 24],
	lever: [120, 72, 40, 32],
	door: [24, 80, 32, 32],
} as const;

export const PROFILE: Profile = {
	falsework: 1,
	id: 'lamps',
	name: 'Lamps',
	language: 'en',
	window: { title: WINDOW.title },
	heartbeatMs: 1000,
	goal: 'See every room.',
	actions: [
		{ verb: 'click', args: { at: 'element' }, does: 'clicks an element', input: [{ click: 'left', at: '$at' }] },
		{ verb: 'lean', does: 'presses w for a while', input: [{ key: 'w', holdMs: 700 }] },
		{ verb: 'run', does: 'holds d down', input: [{ hold: 'd' }] },
		{ verb: 'halt', does: 'lets d go', input: [{ release: 'd' }] },
		{ verb: 'wait', does: 'waits', input: [{ waitMs: 200 }] },
	],
	facts: [],
	safety: { keys: ['w', 'd'], buttons: ['left'], ratePerSecond: 8 },
};

export interface Game {
	room: number;
	/** What stands in the window now. */
	frame(id: string, at: number): PictureFrame;
	/** The person or the agent pressed something. */
	pressed(what: string, x: number, y: number): void;
	/** What a model should say of a frame; undefined for one that never was. */
	truth(frame: string): { readonly room: number; readonly scale: number } | undefined;
}

export function makeGame(desktop: Desktop): Game {
	const drawn = new Map<string, ReturnType<ReturnType<typeof canvas>['shot']>>();
	const shown = new Map<string, { room: number; scale: number }>();
	const game: Game = {
		room: 0,
		frame(id, at) {
			const { width, height } = desktop.placement;
			const { room } = game;
			const key = `${room} ${width}x${height}`;
			const scale = width / 192;
			let picture = drawn.get(key);
			if (picture === undefined) {
				const paint = canvas(width, height, 60 + 12 * room);
				paint.texture(scaled(BOXES.mark, scale), 10 + room, undefined, 5 * scale);
				paint.texture(scaled(BOXES.lever, scale), 40, undefined, 5 * scale);
				paint.texture(scaled(BOXES.door, scale), 50, undefined, 5 * scale);
				picture = paint.shot();
				drawn.set(key, picture);
			}
			shown.set(id, { room, scale });
			return { ...picture, id, at } as PictureFrame;
		},
		pressed(what, x, y) {
			if (what !== 'button left') return;
			const scale = desktop.placement.width / 192;
			const inside = ([bx, by, w, h]: readonly number[]): boolean =>
				x >= (bx ?? 0) * scale && y >= (by ?? 0) * scale && x < ((bx ?? 0) + (w ?? 0)) * scale && y < ((by ?? 0) + (h ?? 0)) * scale;
			if (inside(BOXES.lever)) game.room = (game.room + 1) % ROOMS;
			else if (inside(BOXES.door)) game.room = (game.room + 2) % ROOMS;
		},
		truth: (frame) => shown.get(frame),
	};
	return game;
}

function scaled([x, y, w, h]: readonly [number, number, number, number], scale: number): [number, number, number, number] {
	return [Math.round(x * scale), Math.round(y * scale), Math.round(w * scale), Math.round(h * scale)];
}

/** An answer as a model would write it. @param lies  chance that it is wrong */
export function answer(game: Game, question: Record<string, unknown>, random: Random, lies: number): string {
	const lying = random.next() < lies;
	const frame = (question['frame'] as { id?: string } | undefined)?.id ?? '';
	const truth = game.truth(frame);
	if (question['ask'] === 'perception') {
		const scale = truth?.scale ?? 1;
		const off = lying ? 40 : 0;
		const room = lying ? Math.floor(random.next() * ROOMS) : (truth?.room ?? 0);
		const elements = Object.entries(BOXES).map(([name, box]) => {
			const [x, y, w, h] = scaled(box, scale);
			return { name: name === 'mark' ? `mark-${room}` : name, kind: 'button', box: [x + off, y, w, h], stable: true };
		});
		return JSON.stringify({ screen: `room-${room}`, elements, facts: [] });
	}
	if (question['ask'] === 'decision') {
		if (lying) return JSON.stringify({ act: { verb: 'fly', args: {} }, because: [] });
		const dice = random.next();
		const act =
			dice < 0.45
				? { verb: 'click', args: { at: 'lever' } }
				: dice < 0.6
					? { verb: 'click', args: { at: 'door' } }
					: { verb: ['lean', 'run', 'halt', 'wait'][Math.floor(random.next() * 4)] as string, args: {} };
		return JSON.stringify({ act, because: [], confidence: 0.9 });
	}
	return '{}';
}
