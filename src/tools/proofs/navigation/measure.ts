// What the proof of navigation measures in one land.
import { seeded } from '../../../core/random.fixture.ts';
import { readProfile } from '../../../core/profile.ts';
import { makeWalker, shortest, type Tally, walkLand } from '../../../practice/walks.fixture.ts';
import { tileOf } from '../../../practice/view.ts';
import { TILE, type Tile } from '../../../practice/rooms.ts';
import { landOf } from '../../../practice/warren/land.ts';
import { holdGate, teleport } from '../../../practice/warren/rules.ts';
import { cameraOf } from '../../../practice/world.ts';
import { median } from '../../statistics.ts';

const JOURNEYS = 12;
const MOVES = 10;
const DOORS = 10;
const JOURNEY_MS = 120_000;
const FOUND_MS = 30_000;
/** A door that nothing leads round stays shut so long. */
const SHUT_MS = 8000;
/** Of the practice game: the walk of a tile. */
const TILE_MS = 180;
/** So near to where a place was laid a journey has led there: a place reaches a third of the picture's height, and half a tile of error. */
const THERE_PX = 4.5 * TILE + TILE / 2;

/** @param profile  the practice game's, as JSON */
export function measure(seed: number, profile: string) {
	const read = readProfile(profile);
	if (!read.ok) throw new Error('the practice profile has faults');
	const walker = makeWalker(read.profile, seed, seeded(seed), { land: 'warren' });
	const { world } = walker;
	const { warren } = world;
	if (warren === undefined) throw new Error('the larger land is not there');
	const land = landOf(seed);
	const nodes = walkLand(walker, seed);
	const walked = told(walker.tally);
	const random = seeded(100 + seed);
	const ids = [...nodes.keys()];
	const draw = (): number => ids[Math.floor(random.next() * ids.length)] as number;
	const middleOf = (id: number): Tile => (land.places[id] as (typeof land.places)[number]).middle;
	/** How far the hero stands from where the place was laid, pixels. */
	const farFrom = (id: number): number => {
		const spot = walker.spotOf(nodes.get(id) as string);
		const { x, y } = walker.truth();
		return spot === undefined ? Infinity : Math.hypot(spot.x - x, spot.y - y);
	};
	const goals = Array.from({ length: JOURNEYS }, draw);

	/** `wrong`: it believed to be there and was not. `detour`: how much longer than the shortest way between the same two tiles. */
	function journeys() {
		const before = walker.asked;
		const ratios: number[] = [];
		let arrived = 0;
		let wrong = 0;
		let [px, least] = [0, 0];
		for (const goal of goals) {
			const begin = tileOf(cameraOf(world));
			const gone = walker.travel(nodes.get(goal) as string, JOURNEY_MS);
			if (gone === undefined) continue;
			if (farFrom(goal) > THERE_PX) {
				wrong++;
				continue;
			}
			arrived++;
			const way = TILE * ((shortest(world, seed, begin)?.length ?? 1) - 1);
			px += gone.px;
			least += way;
			if (way > 0) ratios.push(gone.px / way);
		}
		return {
			tries: goals.length,
			arrived,
			wrong,
			asked: walker.asked - before,
			lengthOfShortest: round(px / Math.max(1, least)),
			medianLengthOfShortest: round(median(ratios)),
		};
	}
	walker.tallyAnew();
	const first = journeys();
	const second = journeys();
	const travelled = told(walker.tally);

	// Moved by a hand: a journey looks about until it knows where it is, and is right.
	walker.tallyAnew();
	let found = 0;
	const foundAfterMs: number[] = [];
	for (let i = 0; i < MOVES; i++) {
		teleport(world, warren, draw());
		const knows = (): boolean => walker.navigator.pose.state === 'fixed' && (walker.tally.off.at(-1) as number) <= TILE;
		const gone = walker.travel(nodes.get(draw()) as string, FOUND_MS, knows);
		if (gone === undefined) continue;
		found++;
		foundAfterMs.push(gone.ms);
	}
	const moved = { tries: MOVES, found, medianMs: median(foundAfterMs), ...told(walker.tally) };

	// A door is shut that lies on the way; where no other way leads there it opens again after a while.
	let through = 0;
	let tries = 0;
	const shutMs: number[] = [];
	for (const gate of land.gates.filter(({ kind }) => kind === 'door').slice(0, DOORS)) {
		const [a, b] = gate.parts;
		const [from, to] = [nodes.get(a), nodes.get(b)];
		if (from === undefined || to === undefined || walker.travel(from, JOURNEY_MS) === undefined) continue;
		tries++;
		holdGate(warren, gate.id, true);
		walker.tick();
		const round = shortest(world, seed, middleOf(b));
		const opens = walker.now + (round === undefined ? SHUT_MS : JOURNEY_MS);
		const gone = walker.travel(to, JOURNEY_MS, () => {
			if (walker.now >= opens) holdGate(warren, gate.id, false);
			return false;
		});
		holdGate(warren, gate.id, undefined);
		const walk = (round ?? shortest(world, seed, middleOf(a)) ?? []).length * TILE_MS + (round === undefined ? SHUT_MS : 0);
		if (gone === undefined || farFrom(b) > THERE_PX || gone.ms > walk + FOUND_MS) continue;
		through++;
		shutMs.push(gone.ms - walk);
	}
	return {
		places: walker.navigator.atlas.places().length,
		lookAlikes: land.alike.flat().length,
		walked,
		first,
		second,
		travelled,
		moved,
		shut: { tries, arrived: through, medianMsBeyondTheWay: median(shutMs) },
	};
}

function told({ looks, lost, off, placed, wrong }: Tally) {
	return {
		looks,
		lost: round(lost / Math.max(1, looks)),
		medianErrorPx: round(median(off)),
		wrongPlaces: round(wrong / Math.max(1, placed)),
	};
}
const round = (value: number): number => Math.round(1e4 * value) / 1e4;
