import { describe, expect, it } from 'vitest';
import { contains, overlap } from '../core/geometry.ts';
import { click } from './input.ts';
import { layOut, worldBox } from './layout.ts';
import { defaultOptions, frameSize, readOptions } from './options.ts';
import { between, type Dice, roll } from './random.ts';
import { COLUMNS, entrance, isSolid, ROOMS, ROWS, rooms } from './rooms.ts';
import { truthOf } from './truth.ts';
import { decodeState, encodeState, viewOf } from './view.ts';
import { clickWorld, makeWorld, press, pushButton, SCREENS, step, type World } from './world.ts';

/** Clicks and keys at random game times, all from one seed. */
function playAtRandom(
	world: World,
	seed: number,
	turns: number,
	feed: (world: World, ms: number) => void,
	each: (world: World) => void = () => {},
): void {
	const dice: Dice = { state: seed };
	for (let i = 0; i < turns; i++) {
		const kind = roll(dice);
		const at = { x: between(dice, 0, 959), y: between(dice, 0, 539) };
		const items = layOut(viewOf(world), 'top');
		const item = items[between(dice, 0, items.length - 1)];
		// Aims at named things half of the time; random points alone rarely leave the first room.
		if (kind < 0.5 && item) click(world, { x: item.box[0] + 6, y: item.box[1] + 6 }, 'top');
		else if (kind < 0.85) click(world, at, 'top');
		else press(world, ['i', 'q', 'Escape', 'Enter', 'x'][between(dice, 0, 4)] as string);
		feed(world, between(dice, 20, 2500));
		each(world);
	}
}

describe('the world', () => {
	it('is the same after the same inputs at the same game times, however time is fed', () => {
		for (const seed of [1, 2, 3]) {
			const whole = makeWorld(seed);
			const crumbs = makeWorld(seed);
			playAtRandom(whole, seed, 300, (w, ms) => void step(w, ms));
			playAtRandom(crumbs, seed, 300, (w, ms) => {
				for (let left = ms; left > 0; left -= 7) step(w, Math.min(7, left));
			});
			expect(crumbs).toEqual(whole);
		}
	});

	it('puts its foes elsewhere for another seed and for the next round', () => {
		const places = (world: World): string => JSON.stringify(world.things.Crypt.map((t) => t.home));
		const first = makeWorld(1);
		const before = places(first);
		expect(places(makeWorld(2))).not.toBe(before);
		first.screen = 'victory';
		pushButton(first, 'play-again');
		expect(places(first)).not.toBe(before);
	});

	it('holds 3 to 5 foes and one chest in the crypt, all on floor', () => {
		for (let seed = 0; seed < 60; seed++) {
			const things = makeWorld(seed).things.Crypt;
			const foes = things.filter((t) => t.kind === 'rat' || t.kind === 'slime');
			expect(foes.length).toBeGreaterThanOrEqual(3);
			expect(foes.length).toBeLessThanOrEqual(5);
			expect(things.filter((t) => t.kind === 'chest')).toHaveLength(1);
			for (const thing of things) expect(isSolid(rooms.Crypt, thing.home)).toBe(false);
		}
	});

	it('has rooms of one size whose doors lead back and forth', () => {
		for (const name of ROOMS) {
			const room = rooms[name];
			expect(room.map).toHaveLength(ROWS);
			for (const row of room.map) expect(row).toHaveLength(COLUMNS);
			for (const door of room.doors) {
				expect(
					rooms[door.to].doors.some((back) => back.to === name),
					`${door.to} back to ${name}`,
				).toBe(true);
				expect(isSolid(rooms[door.to], entrance(door.to, name))).toBe(false);
				expect(isSolid(room, door.front)).toBe(false);
			}
		}
	});

	it('stands still on every screen but play', () => {
		for (const screen of SCREENS.filter((s) => s !== 'play')) {
			const world = makeWorld(4);
			world.screen = screen;
			world.room = 'Crypt';
			const before = JSON.stringify(viewOf(world));
			step(world, 10_000);
			expect(JSON.stringify(viewOf(world)), screen).toBe(before);
		}
	});

	it('walks through a clicked door and gives up on a way that is closed', () => {
		const world = makeWorld(1);
		pushButton(world, 'start');
		clickWorld(world, 20 * 32 + 30, 5 * 32 + 30);
		step(world, 6000);
		expect(world.room).toBe('Meadow');
		clickWorld(world, 5, 5);
		step(world, 3000);
		expect(world.intent).toBeUndefined();
	});

	it('draws potions, dies and wakes, with the quest where it was', () => {
		const world = makeWorld(1);
		pushButton(world, 'start');
		world.hp = 10;
		press(world, 'q');
		expect([world.hp, world.potions]).toEqual([28, 0]);
		press(world, 'q');
		expect(world.message).toBe('No potion is left.');
		world.quest = 'Clear the Crypt';
		world.screen = 'dead';
		pushButton(world, 'try-again');
		expect([world.screen, world.room, world.hp, world.quest]).toEqual(['play', 'Village', 40, 'Clear the Crypt']);
	});
});

describe('the truth of a frame', () => {
	it('has boxes inside the frame, at least 12 pixels a side, none over another, on every screen, scale and place of the bar', () => {
		for (const scale of [1, 1.25, 1.5] as const) {
			for (const hud of ['top', 'bottom'] as const) {
				const seen = new Set<string>();
				const options = { ...defaultOptions, scale, hud };
				const size = frameSize(options);
				const check = (world: World): void => {
					const truth = truthOf(viewOf(world), options);
					seen.add(truth.screen);
					truth.elements.forEach((e, i) => {
						const where = `${e.name} ${e.box.join(' ')} on ${truth.screen} at ${scale} ${hud}`;
						expect(contains([0, 0, size.width, size.height], e.box), where).toBe(true);
						expect(Math.min(e.box[2], e.box[3]), where).toBeGreaterThanOrEqual(12);
						for (const other of truth.elements.slice(i + 1)) expect(overlap(e.box, other.box), `${where} and ${other.name}`).toBe(0);
					});
				};
				for (const screen of SCREENS) {
					for (const room of ROOMS) check(Object.assign(makeWorld(3), { screen, room, quest: 'Return to Mira' }));
				}
				const world = makeWorld(7);
				pushButton(world, 'start');
				playAtRandom(world, 7, 250, (w, ms) => void step(w, ms), check);
				expect([...seen].sort()).toEqual([...SCREENS].sort());
			}
		}
	});

	it('names every element once, but for things of which there may be several', () => {
		const world = makeWorld(11);
		pushButton(world, 'start');
		playAtRandom(
			world,
			11,
			400,
			(w, ms) => void step(w, ms),
			(w) => {
				const names = truthOf(viewOf(w), defaultOptions)
					.elements.filter((e) => e.stable)
					.map((e) => e.name);
				expect(new Set(names).size).toBe(names.length);
			},
		);
	});

	it('keeps the same place and size for a stable element of a screen, in one room', () => {
		const places = new Map<string, string>();
		const world = makeWorld(5);
		pushButton(world, 'start');
		playAtRandom(
			world,
			5,
			400,
			(w, ms) => void step(w, ms),
			(w) => {
				for (const e of truthOf(viewOf(w), defaultOptions).elements) {
					if (!e.stable) continue;
					const key = `${w.screen} ${e.name}`;
					expect(places.get(key) ?? e.box.join(), key).toBe(e.box.join());
					places.set(key, e.box.join());
				}
			},
		);
	});

	it('leaves out what cannot be read: no facts on a full screen, talk only in a talk', () => {
		const factsOn = (screen: World['screen']): string[] =>
			Object.keys(truthOf(viewOf(Object.assign(makeWorld(1), { screen })), defaultOptions).facts);
		expect(factsOn('title')).toEqual([]);
		expect(factsOn('victory')).toEqual([]);
		expect(factsOn('talk')).toContain('talk');
		expect(factsOn('play')).not.toContain('talk');
		expect(factsOn('inventory')).toContain('hp');
	});

	it('tells positions of the hero within the world box', () => {
		const truth = truthOf(viewOf(Object.assign(makeWorld(1), { screen: 'play' })), { scale: 1, hud: 'bottom' });
		const player = truth.elements.find((e) => e.name === 'player');
		expect(player && contains(worldBox('bottom'), player.box)).toBe(true);
	});
});

describe('the id of a frame', () => {
	it('holds the whole state in under 1.5 kB, for any frame of a long game', () => {
		const world = makeWorld(9);
		let longest = 0;
		playAtRandom(
			world,
			9,
			400,
			(w, ms) => void step(w, ms),
			(w) => {
				const options = { ...defaultOptions, seed: 123456, scale: 1.25, skin: 'dusk', hud: 'bottom', lies: 0.1 } as const;
				const id = encodeState(viewOf(w), options);
				longest = Math.max(longest, id.length);
				expect(decodeState(`capture-12/${id}`)).toEqual({ view: viewOf(w), options });
			},
		);
		expect(longest).toBeLessThan(1500);
	});

	it('is undefined for damaged ids and other games, and never throws', () => {
		const id = encodeState(viewOf(makeWorld(1)), defaultOptions);
		const dice: Dice = { state: 5 };
		for (const bad of ['', 'flare.abc', 'practice.', 'practice.AAAA', id.slice(0, 40), 'practice.W10', 'practice.WzFd'])
			expect(decodeState(bad)).toBeUndefined();
		for (let i = 0; i < 2000; i++) {
			const at = between(dice, 9, id.length - 1);
			const read = decodeState(id.slice(0, at) + String.fromCharCode(between(dice, 48, 122)) + id.slice(at + 1));
			if (read) expect(() => truthOf(read.view, read.options)).not.toThrow();
		}
	});
});

describe('options', () => {
	it('are clamped and fall back, wherever they come from', () => {
		expect(readOptions({})).toEqual(defaultOptions);
		const land = { land: 'warren', doors: '0.2', popups: '-1', plate: 'on' };
		expect(readOptions({ seed: '7', speed: '99', skin: 'dusk', scale: '1.5', hud: 'bottom', lies: '7', patchAt: '240', ...land })).toEqual({
			seed: 7,
			speed: 16,
			skin: 'dusk',
			scale: 1.5,
			hud: 'bottom',
			lies: 1,
			patchAt: 240,
			land: 'warren',
			doors: 0.2,
			popups: 0,
			plate: true,
		});
		expect(readOptions({ seed: 'x', speed: 'y', skin: 'z', scale: '3', hud: 'left' })).toEqual(defaultOptions);
	});
});
