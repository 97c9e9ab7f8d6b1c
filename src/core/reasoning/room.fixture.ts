// A room to find one's way in, small enough for a test: facts as a game would give them, a teacher that knows the shortest way and
// names every act it would accept, and can be made to err, to lie about its reasons, or to find its keys swapped.
import type { Random } from '../ports.ts';
import type { FactWanted } from '../profile.ts';
import type { Act, DecisionAnswer, Facts, Literal } from '../question.ts';

const SIZE = 9;
const STEPS = [
	[1, 0],
	[0, 1],
	[-1, 0],
	[0, -1],
] as const;
export const VERBS = ['forward', 'left', 'right'] as const;
type Verb = (typeof VERBS)[number];

export const ROOM_FACTS: readonly FactWanted[] = [
	{ name: 'goal.side', type: 'enum', values: ['ahead', 'left', 'right', 'behind'] },
	{ name: 'goal.ahead', type: 'number' },
	{ name: 'goal.across', type: 'number' },
	{ name: 'front', type: 'enum', values: ['free', 'wall', 'goal'] },
	{ name: 'on-left', type: 'enum', values: ['free', 'wall', 'goal'] },
	{ name: 'on-right', type: 'enum', values: ['free', 'wall', 'goal'] },
	{ name: 'steps', type: 'number' },
	{ name: 'colour', type: 'enum', values: ['red', 'blue', 'green'] },
];

interface Pose {
	readonly x: number;
	readonly y: number;
	readonly facing: number;
}
export interface Room {
	facts(): Facts;
	/** Acts on a shortest way; the first is the one the teacher says. */
	best(): readonly Verb[];
	act(verb: string): void;
	readonly place: string;
	readonly done: boolean;
	readonly steps: number;
	/** Steps of the shortest way from the start. */
	readonly shortest: number;
}

export function makeRoom(random: Random): Room {
	const pick = (n: number): number => Math.floor(random.next() * n);
	const walls = new Set<number>();
	for (let i = 0; i < 8; i++) walls.add(pick(SIZE) + SIZE * pick(SIZE));
	const free = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < SIZE && y < SIZE && !walls.has(x + SIZE * y);
	const place = (): readonly [number, number] => {
		for (;;) {
			const [x, y] = [pick(SIZE), pick(SIZE)];
			if (free(x, y)) return [x, y];
		}
	};
	const goal = place();
	const start = place();
	const colour = ['red', 'blue', 'green'][pick(3)] as string;
	let pose: Pose = { x: start[0], y: start[1], facing: pick(4) };
	let steps = 0;
	const after = ({ x, y, facing }: Pose, verb: string): Pose => {
		if (verb === 'left') return { x, y, facing: (facing + 3) % 4 };
		if (verb === 'right') return { x, y, facing: (facing + 1) % 4 };
		const [dx, dy] = STEPS[facing] as readonly [number, number];
		return free(x + dx, y + dy) ? { x: x + dx, y: y + dy, facing } : { x, y, facing };
	};
	const keyOf = ({ x, y, facing }: Pose): number => (x + SIZE * y) * 4 + facing;
	/** Steps to the goal from every pose, backwards from it. */
	const far = new Map<number, number>();
	const poses: Pose[] = [];
	for (let x = 0; x < SIZE; x++)
		for (let y = 0; y < SIZE; y++) if (free(x, y)) for (let facing = 0; facing < 4; facing++) poses.push({ x, y, facing });
	for (const p of poses) if (p.x === goal[0] && p.y === goal[1]) far.set(keyOf(p), 0);
	for (let changed = true; changed; ) {
		changed = false;
		for (const p of poses) {
			const next = Math.min(...VERBS.map((verb) => (far.get(keyOf(after(p, verb))) ?? Infinity) + 1));
			if (next < (far.get(keyOf(p)) ?? Infinity)) {
				far.set(keyOf(p), next);
				changed = true;
			}
		}
	}
	const cell = (facing: number): string => {
		const [dx, dy] = STEPS[facing % 4] as readonly [number, number];
		if (pose.x + dx === goal[0] && pose.y + dy === goal[1]) return 'goal';
		return free(pose.x + dx, pose.y + dy) ? 'free' : 'wall';
	};
	return {
		facts() {
			const [fx, fy] = STEPS[pose.facing] as readonly [number, number];
			const [dx, dy] = [goal[0] - pose.x, goal[1] - pose.y];
			const ahead = dx * fx + dy * fy;
			const across = -dx * fy + dy * fx;
			const side = ahead > 0 && across === 0 ? 'ahead' : across < 0 ? 'left' : across > 0 ? 'right' : 'behind';
			return {
				'goal.side': side,
				'goal.ahead': ahead,
				'goal.across': across,
				front: cell(pose.facing),
				'on-left': cell(pose.facing + 3),
				'on-right': cell(pose.facing + 1),
				steps,
				colour,
			};
		},
		best() {
			const here = far.get(keyOf(pose)) ?? Infinity;
			return VERBS.filter((verb) => (far.get(keyOf(after(pose, verb))) ?? Infinity) < here);
		},
		act(verb) {
			steps++;
			pose = after(pose, verb);
		},
		get place() {
			return String(keyOf(pose));
		},
		get done() {
			return pose.x === goal[0] && pose.y === goal[1];
		},
		get steps() {
			return steps;
		},
		shortest: far.get(keyOf(pose)) ?? Infinity,
	};
}

export interface TeacherOptions {
	/** Share of answers that are a random act. */
	readonly wrong?: number;
	/** Share of answers whose reasons are not so. */
	readonly lying?: number;
	/** Gives reasons: the facts it looked at, as conditions. */
	readonly reasons?: boolean;
}
export function teach(room: Room, random: Random, { wrong = 0, lying = 0, reasons = false }: TeacherOptions = {}): DecisionAnswer {
	const act = (verb: string): Act => ({ verb, args: {} });
	const best = room.best();
	const errs = random.next() < wrong;
	const verb = errs ? (VERBS[Math.floor(random.next() * VERBS.length)] as Verb) : (best[0] ?? 'forward');
	const facts = room.facts();
	const lies = random.next() < lying;
	const literal = (f: string): Literal => ({ f, op: '==', v: (lies ? 'wall' : facts[f]) as string });
	return {
		act: act(verb),
		options: errs ? [] : best.map((v) => ({ act: act(v), value: 0, ok: true })),
		because: reasons ? [literal('goal.side'), literal('front')] : [],
		unless: [],
		expects: [],
		until: [],
		scope: 'situation',
		confidence: 0.9,
		missing: [],
	};
}
