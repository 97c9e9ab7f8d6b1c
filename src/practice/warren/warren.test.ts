import { describe, expect, it } from 'vitest';
import { contains, overlap } from '../../core/geometry.ts';
import { readProfile } from '../../core/profile.ts';
import { defaultOptions, frameSize } from '../options.ts';
import { playThrough } from '../playthrough.ts';
import { distance, index, neighbour } from '../tiles.ts';
import { answerChat } from '../teacher.ts';
import { FACT_ELEMENTS, truthOf, type WarrenTruth } from '../truth.ts';
import { decodeState, encodeState, viewOf } from '../view.ts';
import { clickWorld, makeWorld, press, pushButton, step, type World } from '../world.ts';
import { findWay } from './guide.ts';
import { type Gate, gateTiles, landOf, placeAt } from './land.ts';
import { cellRaster } from './pictures.ts';
import { converse, holdGate, teleport, TRAP_MS, type Warren } from './rules.ts';

const SEEDS = Array.from({ length: 30 }, (_, i) => i + 1);

function openWarren(seed: number, settings: { doors?: number; popups?: number; plate?: boolean } = {}): { world: World; warren: Warren } {
	const world = makeWorld(seed, { land: 'warren', ...settings });
	pushButton(world, 'start');
	// Nothing that moves, so that a walk is as long as its way.
	world.things.Warren = world.things.Warren.filter((t) => t.kind !== 'rat' && t.kind !== 'slime');
	(world.warren as Warren).nextStock = Number.POSITIVE_INFINITY;
	return { world, warren: world.warren as Warren };
}

const truth = (world: World): WarrenTruth => truthOf(viewOf(world), defaultOptions).warren as WarrenTruth;

describe('the land', () => {
	it('has thirty places, every floor within reach of every other, at every seed', () => {
		for (const seed of SEEDS) {
			const land = landOf(seed);
			expect(new Set(land.places.map((p) => p.name)).size).toBe(30);
			const start = land.places[land.start]?.middle as [number, number];
			const seen = new Set([index(start)]);
			const queue: (readonly [number, number])[] = [start];
			for (const tile of queue) {
				for (let d = 0; d < 4; d++) {
					const next = neighbour(tile, d);
					if (land.map[next[1]]?.[next[0]] !== '.' || seen.has(index(next))) continue;
					seen.add(index(next));
					queue.push(next);
				}
			}
			const floor = land.map.join('').replaceAll(/[^.]/g, '').length;
			expect(seen.size, `seed ${seed}`).toBe(floor);
		}
	});

	it('has loops, so that a shut door can be walked round, and pockets with one way in', () => {
		for (const seed of SEEDS) {
			const land = landOf(seed);
			expect(land.passages.length).toBeGreaterThanOrEqual(37);
			const pockets = land.places.filter((p) => p.pocket);
			expect(pockets.length).toBe(3);
			for (const p of pockets) {
				const ways = land.passages.filter(({ a, b }) => a === p.id || b === p.id);
				expect(ways).toHaveLength(1);
				expect(land.gates[ways[0]?.gate as number]?.kind).toBe('portcullis');
			}
		}
	});

	it('looks the same to the pixel from the middle of look-alike places, which have other neighbours', () => {
		for (const seed of SEEDS) {
			const land = landOf(seed);
			expect(land.alike.length, `seed ${seed}`).toBeGreaterThanOrEqual(4);
			const inView = (id: number): string[] => {
				const [column, row] = land.places[id]?.middle as [number, number];
				const rows: string[] = [];
				for (let r = row - 6; r <= row + 6; r++) rows.push((land.map[r] ?? '').padEnd(200, 'x').slice(column - 9, column + 12));
				return rows;
			};
			for (const group of land.alike) {
				for (const other of group.slice(1)) {
					expect(land.places[other]?.look).toBe(land.places[group[0] as number]?.look);
					expect(inView(other)).toEqual(inView(group[0] as number));
				}
			}
			const looks = land.places.map((p) => p.look.key);
			const twins = land.alike.reduce((sum, g) => sum + g.length - 1, 0);
			expect(new Set(looks).size).toBe(30 - twins);
		}
	});

	it('is drawn the same each time, and other looks differ', () => {
		const land = landOf(1);
		const [a, b] = land.alike[0] as readonly [number, number];
		const pixels = (id: number): string => Buffer.from(cellRaster(land.places[id]?.look, 'day').data).toString('base64');
		expect(pixels(a)).toBe(pixels(b));
		expect(pixels(a)).not.toBe(pixels(land.start));
	});
});

/** Clicks along a way until the hero stands at its end or `ms` of game time have passed. */
function walkTo(world: World, warren: Warren, place: number, ms = 120_000): boolean {
	const target = warren.land.places[place]?.middle as [number, number];
	const until = world.now + ms;
	while (world.now < until) {
		if (world.screen === 'talk') press(world, 'Escape');
		const from = world.player.to;
		if (distance(from, target) === 0) return true;
		const way = findWay({ seed: world.seed, shut: warren.shut }, from, (t) => distance(t, target) === 0, true);
		const next = way?.findLast((t) => Math.abs(t[0] - from[0]) <= 8 && Math.abs(t[1] - from[1]) <= 4);
		if (next) clickWorld(world, 336 + 16 + (next[0] - from[0]) * 32, 176 + 16 + (next[1] - from[1]) * 32);
		step(world, 400);
	}
	return false;
}

describe('walking', () => {
	it('scrolls: the hero stays in the middle of the picture and the land moves under it', () => {
		const { world, warren } = openWarren(1);
		const before = truth(world);
		const near = warren.land.passages.find((p) => p.a === before.place || p.b === before.place);
		const to = near?.a === before.place ? near.b : (near?.a as number);
		expect(walkTo(world, warren, to)).toBe(true);
		step(world, 200);
		const after = truth(world);
		expect(after.place).toBe(to);
		expect(Math.hypot(after.at.x - before.at.x, after.at.y - before.at.y)).toBeGreaterThan(400);
		expect(viewOf(world).player).toEqual({ x: 336, y: 176 });
		expect(after.visited).toEqual([before.place, to]);
	});

	it('finds no way through what the picture does not show', () => {
		const { world, warren } = openWarren(1);
		const before = truth(world).at;
		const [x] = warren.land.places[warren.land.start]?.middle as [number, number];
		// A floor tile of another place lies beyond the rock; a click on the rock itself sends nobody anywhere.
		expect(warren.land.map[(world.player.to[1] as number) - 6]?.[x - 9]).toBe('x');
		clickWorld(world, 40, 4);
		step(world, 3000);
		expect(truth(world).at).toEqual(before);
	});

	it('reaches every place but the pockets with a tenth of the doors shut by chance', { timeout: 30_000 }, () => {
		const { world, warren } = openWarren(2, { doors: 0.1 });
		for (const p of warren.land.places) if (!p.pocket) expect(walkTo(world, warren, p.id, 400_000), p.name).toBe(true);
		expect(truth(world).visited.length).toBeGreaterThanOrEqual(27);
	});
});

describe('gates', () => {
	it('are shut by chance in about the share that was asked for, and move on', () => {
		const { world } = openWarren(3, { doors: 0.3 });
		const doors = landOf(3).gates.filter((g) => g.kind === 'door').length;
		const shares: number[] = [];
		const sets = new Set<string>();
		for (let i = 0; i < 60; i++) {
			step(world, 45_000);
			shares.push(truth(world).shut.length / doors);
			sets.add(truth(world).shut.join());
		}
		const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
		expect(mean).toBeGreaterThan(0.25);
		expect(mean).toBeLessThan(0.35);
		expect(sets.size).toBeGreaterThan(50);
	});

	it('stay as a hand set them, block the way, and never close on the hero', () => {
		const { world, warren } = openWarren(1);
		const gate = warren.land.gates.find((g) => g.kind === 'door') as Gate;
		holdGate(warren, gate.id, true);
		step(world, 200);
		expect(truth(world).shut).toEqual([gate.id]);
		expect(truthOf(viewOf(world), defaultOptions).warren?.shut).toEqual([gate.id]);
		teleport(world, warren, gate.parts[0]);
		const tiles = gateTiles(gate);
		world.player = { from: tiles[0], to: tiles[0], since: world.now };
		step(world, 200);
		expect(truth(world).shut).toEqual([]);
		expect(() => holdGate(warren, 99, true)).toThrow(/no gate 99/);
	});

	it('of a pocket falls behind the hero, and lifts by the lever or by itself', () => {
		const { world, warren } = openWarren(1);
		const pocket = warren.land.places.find((p) => p.pocket);
		if (!pocket) throw new Error('no pocket');
		teleport(world, warren, pocket.id);
		step(world, 200);
		expect(world.message).toMatch(/portcullis/);
		const gate = truth(world).shut[0];
		expect(warren.land.gates[gate as number]?.kind).toBe('portcullis');
		const lever = truthOf(viewOf(world), defaultOptions).elements.find((e) => e.name === 'lever');
		expect(lever).toBeDefined();
		clickWorld(world, (lever?.box[0] ?? 0) + 8, (lever?.box[1] ?? 0) - 48 + 8);
		step(world, 3000);
		expect(truth(world).shut).toEqual([]);
		teleport(world, warren, warren.land.start);
		step(world, 200);
		teleport(world, warren, pocket.id);
		step(world, 200);
		expect(truth(world).shut).toEqual([gate]);
		step(world, TRAP_MS + 200);
		expect(truth(world).shut).toEqual([]);
	});
});

describe('people', () => {
	it('stop the hero on the way, which ends the walk', () => {
		const { world, warren } = openWarren(1, { popups: 1 });
		step(world, 200);
		expect(world.screen).toBe('talk');
		expect(truth(world).speaker).toBe('Pedlar');
		expect(world.intent).toBeUndefined();
		press(world, 'Escape');
		expect(world.screen).toBe('play');
		expect(warren.folk.talk).toBeUndefined();
	});

	it('remember gifts, duels and broken hopes, and turn cold or warm by them', () => {
		const { world, warren } = openWarren(1);
		const attitude = (name: string): number => truth(world).people.find((p) => p.name === name)?.attitude ?? Number.NaN;
		converse(world, warren, 'tovin');
		expect(warren.folk.talk?.lines[0]).toMatch(/hate visitors/);
		expect(pushButton(world, 'gift')).toBe(true);
		expect([attitude('Tovin'), world.potions]).toEqual([-0.05, 0]);
		converse(world, warren, 'sela');
		pushButton(world, 'next');
		pushButton(world, 'leave');
		expect(attitude('Sela')).toBeCloseTo(0.3);
		converse(world, warren, 'pip');
		pushButton(world, 'duel');
		converse(world, warren, 'pip');
		expect(attitude('Pip')).toBeCloseTo(0.1);
		pushButton(world, 'duel');
		expect(truth(world).people.find((p) => p.name === 'Pip')).toMatchObject({ attitude: -0.5, met: true });
		converse(world, warren, 'pip');
		expect(warren.folk.talk?.lines).toEqual(['You are mean! I am telling everybody.']);
	});

	it('have errands with stages: the letter goes there and back', () => {
		const { world, warren } = openWarren(1);
		converse(world, warren, 'ysolde');
		pushButton(world, 'next');
		expect(warren.folk.talk?.lines[1]).toContain('Tovin');
		pushButton(world, 'accept');
		expect(truth(world).quests).toMatchObject([
			{ quest: 'A letter below', giver: 'Ysolde', stage: 1, objective: 'Take letter to Tovin', done: false },
		]);
		converse(world, warren, 'tovin');
		pushButton(world, 'next');
		pushButton(world, 'leave');
		expect(truth(world).quests).toMatchObject([{ stage: 2, objective: 'Return to Ysolde' }]);
		converse(world, warren, 'ysolde');
		pushButton(world, 'next');
		pushButton(world, 'leave');
		expect(truth(world).quests).toMatchObject([{ stage: 3, done: true }]);
		expect(world.gold).toBe(10);
	});

	it('say nothing that does not fit its plate, and offer no button twice', () => {
		const { world, warren } = openWarren(4);
		for (const stage of [0, 1, 2, 3]) {
			for (const attitude of [-90, 0, 90]) {
				for (const { person } of [...warren.land.places, ...Object.keys(warren.folk.attitude).map((person) => ({ person }))] as {
					person?: string;
				}[]) {
					if (!person) continue;
					Object.keys(warren.folk.stage).forEach((e) => Object.assign(warren.folk.stage, { [e]: stage }));
					Object.assign(warren.folk.attitude, { [person]: attitude });
					converse(world, warren, person as 'sela');
					for (const line of warren.folk.talk?.lines ?? []) expect(line.length, line).toBeLessThanOrEqual(58);
				}
			}
		}
	});
});

describe('the scripted teacher in the Warren', () => {
	it.each([1, 2, 3])('does every errand of seed %i within eleven minutes of game time', { timeout: 60_000 }, (seed) => {
		const stages = new Set<string>();
		const played = playThrough(
			seed,
			660_000,
			(_q, _a, t) => {
				for (const q of t.warren?.quests ?? []) stages.add(`${q.quest} ${q.stage}`);
			},
			{ land: 'warren', doors: 0.1, popups: 0.1 },
		);
		expect(played.wins, [...stages].join(', ')).toBeGreaterThanOrEqual(1);
	});

	it('tells a way between visited places: a point in sight, then places of the asker on it', () => {
		const { world, warren } = openWarren(1);
		const { land } = warren;
		const ids = land.places
			.filter((p) => !p.pocket)
			.slice(0, 12)
			.map((p) => p.id);
		for (const id of ids) walkTo(world, warren, id);
		const here = placeAt(land, world.player.to);
		const to = warren.visited.find((id) => distance(land.places[id]?.cell as [number, number], here.cell) >= 3) as number;
		// The asker's plane has an origin of its own.
		const places = land.places.map((p) => ({
			name: `p${p.id}`,
			area: 'below',
			x: p.middle[0] * 32 - 777,
			y: p.middle[1] * 32 + 123,
			leads: [],
		}));
		const frame = { id: encodeState(viewOf(world), { ...defaultOptions, seed: 1 }), width: 960, height: 540 };
		const ask = (more: object): { waypoints: { place?: string; x?: number; y?: number; terrain: string }[] } => {
			const question = {
				falsework: 1,
				ask: 'route',
				game: 'warren',
				tick: 1,
				frame,
				places,
				screen: 'play',
				elements: [],
				actions: [],
				failed: [],
				...more,
			};
			const reply = answerChat({
				messages: [
					{
						role: 'user',
						content: [
							{ type: 'text', text: '' },
							{ type: 'text', text: JSON.stringify(question) },
						],
					},
				],
			});
			expect(reply.status).toBe(200);
			return JSON.parse((reply.body as { choices: [{ message: { content: string } }] }).choices[0].message.content);
		};
		const { waypoints } = ask({ from: `p${here.id}`, to: `p${to}` });
		expect(waypoints[0]).toMatchObject({ x: expect.any(Number), y: expect.any(Number) });
		expect(waypoints.at(-1)?.place).toBe(`p${to}`);
		expect(waypoints.filter((w) => w.place !== undefined).length).toBeGreaterThanOrEqual(3);
		// Who is lost is told the way out, not a place.
		expect(ask({ from: '', to: `p${to}` }).waypoints).toMatchObject([{ x: expect.any(Number) }]);
	});
});

describe('frames of the Warren', () => {
	it('carry the whole state in their id, in under 1.5 kB, and have boxes of the truth within the frame, none over another', () => {
		const options = { ...defaultOptions, land: 'warren', seed: 5, doors: 0.2, popups: 0.2, plate: true } as const;
		let longest = 0;
		const seen = new Set<string>();
		playThrough(
			5,
			200_000,
			(question, _answer, told) => {
				longest = Math.max(longest, question.frame.id.length);
				const state = decodeState(question.frame.id);
				expect(state?.options).toMatchObject({ land: 'warren', doors: 0.2, popups: 0.2, plate: true });
				for (const scale of [1, 1.25, 1.5] as const) {
					const at = { scale, hud: scale === 1 ? ('top' as const) : ('bottom' as const) };
					const t = truthOf(state?.view as never, at);
					const size = frameSize(at);
					t.elements.forEach((e, i) => {
						seen.add(e.name);
						expect(contains([0, 0, size.width, size.height], e.box), e.name).toBe(true);
						for (const other of t.elements.slice(i + 1))
							expect(overlap(e.box, other.box), `${e.name} ${e.box} and ${other.name} ${other.box}`).toBe(0);
					});
				}
				expect(told.warren).toEqual(truthOf(state?.view as never, options).warren);
			},
			options,
		);
		expect(longest).toBeLessThan(1500);
		for (const name of ['player', 'rat', 'shut-door', 'talk-line', 'accept', 'leave', 'room-plate']) expect(seen, name).toContain(name);
	});

	it('show no name of the place unless asked to', () => {
		const plate = (on: boolean): boolean => {
			const { world } = openWarren(1, { plate: on });
			return truthOf(viewOf(world), defaultOptions).elements.some((e) => e.name === 'room-plate');
		};
		expect([plate(false), plate(true)]).toEqual([false, true]);
	});

	it('have a profile that asks for what they show', async () => {
		const { readFileSync } = await import('node:fs');
		const read = readProfile(readFileSync(new URL('../../../public/profiles/warren.json', import.meta.url), 'utf8'));
		if (!read.ok) throw new Error(JSON.stringify(read.faults));
		for (const f of read.profile.facts) if (f.element) expect(FACT_ELEMENTS[f.name]).toBe(f.element);
		const values = new Set<string>();
		playThrough(1, 600_000, (_q, _a, t) => void values.add(String(t.facts.quest)), { land: 'warren' });
		expect(read.profile.facts.find((f) => f.name === 'quest')?.values).toEqual(
			expect.arrayContaining([...values].filter((v) => v !== 'undefined')),
		);
	});
});
