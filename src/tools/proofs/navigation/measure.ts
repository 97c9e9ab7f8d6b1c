// What the proof of navigation measures in one land.
import { seeded } from '../../../core/random.fixture.ts';
import { readProfile } from '../../../core/profile.ts';
import { makeWalker, walkLand } from '../../../practice/walks.fixture.ts';
import { tileOf } from '../../../practice/view.ts';
import { landOf, placeAt } from '../../../practice/warren/land.ts';
import { holdGate, teleport } from '../../../practice/warren/rules.ts';
import { cameraOf } from '../../../practice/world.ts';
import { median } from '../../statistics.ts';

const JOURNEYS = 12;
const MOVES = 10;
const JOURNEY_MS = 120_000;
const FOUND_MS = 30_000;

/** @param profile  the practice game's, as JSON */
export function measure(seed: number, profile: string) {
	const read = readProfile(profile);
	if (!read.ok) throw new Error('the practice profile has faults');
	const walker = makeWalker(read.profile, seed, seeded(seed), { land: 'warren' });
	const { warren } = walker.world;
	if (warren === undefined) throw new Error('the larger land is not there');
	const land = landOf(seed);
	const { nodes, off, states } = walkLand(walker, seed);
	const random = seeded(100 + seed);
	const ids = [...nodes.keys()];
	const draw = (): number => ids[Math.floor(random.next() * ids.length)] as number;
	const here = (): number => placeAt(land, tileOf(cameraOf(walker.world))).id;
	const goals = Array.from({ length: JOURNEYS }, draw);

	/** `wrong`: it believed to be there and was not. */
	function journeys() {
		const before = walker.asked;
		let arrived = 0;
		let wrong = 0;
		for (const goal of goals) {
			if (walker.travel(nodes.get(goal) as string, JOURNEY_MS) === undefined) continue;
			if (here() === goal) arrived++;
			else wrong++;
		}
		return { tries: goals.length, arrived, wrong, asked: walker.asked - before };
	}
	const first = journeys();
	const second = journeys();

	let found = 0;
	for (let i = 0; i < MOVES; i++) {
		const to = draw();
		teleport(walker.world, warren, to);
		const begun = walker.now;
		const goal = nodes.get(draw()) as string;
		// A journey looks about until it knows where it is.
		walker.travel(goal, FOUND_MS);
		if (walker.navigator.pose.state !== 'lost' && walker.now - begun <= FOUND_MS + 1000) found++;
	}

	const doors = land.gates.filter(({ kind }) => kind === 'door');
	let through = 0;
	let tries = 0;
	for (const gate of doors.slice(0, MOVES)) {
		const [a, b] = gate.parts;
		const [from, to] = [nodes.get(a), nodes.get(b)];
		if (from === undefined || to === undefined || walker.travel(from, JOURNEY_MS) === undefined) continue;
		tries++;
		holdGate(warren, gate.id, true);
		if (walker.travel(to, JOURNEY_MS) !== undefined) through++;
		holdGate(warren, gate.id, undefined);
	}
	return {
		places: walker.navigator.atlas.places().length,
		lookAlikes: land.alike.flat().length,
		medianErrorPx: Math.round(10 * median(off)) / 10,
		lost: (states.lost ?? 0) / Math.max(1, off.length),
		first,
		second,
		moved: { tries: MOVES, found },
		shut: { tries, arrived: through },
	};
}
