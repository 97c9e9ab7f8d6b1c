// A corridor written in TypeScript, so that the bench's own parts are tested without other people's environments. Never counted as a
// result: the goal lies to the left or to the right, a door may stand in the way, and a fact of no use changes all the time.
import type { Act } from '../../../core/question.ts';
import type { Description, Point, Teaching, World } from './world.ts';
import { randomOf } from '../../statistics.ts';

const act = (verb: string): Act => ({ verb, args: {} });

export const TOY: Description = {
	name: 'corridor',
	teacher: 'the corridor itself',
	facts: [
		{ id: 'goal.side', kind: 'enum', values: ['left', 'right', 'here'] },
		{ id: 'door', kind: 'boolean' },
		{ id: 'weather', kind: 'number' },
	],
	actions: [
		{ verb: 'left', does: 'one step to the left' },
		{ verb: 'right', does: 'one step to the right' },
		{ verb: 'open', does: 'open the door' },
		{ verb: 'take', does: 'take the goal' },
	],
	versions: {},
};
const STEPS = 12;

export function makeToy(): World {
	let next = randomOf(0);
	let [at, goal, steps] = [0, 0, 0];
	let door = false;
	let swapped = false;
	const controls = (verb: string): string => (swapped && verb === 'left' ? 'right' : swapped && verb === 'right' ? 'left' : verb);
	const point = (reward: number, done: boolean): Point => {
		const side = goal < at ? 'left' : goal > at ? 'right' : 'here';
		const verb = side === 'here' ? 'take' : door ? 'open' : side;
		const chosen = act(controls(verb));
		const teacher: Teaching = {
			act: chosen,
			ok: [chosen],
			because: [{ f: 'goal.side', op: '==', v: side }, ...(side === 'here' ? [] : [{ f: 'door', op: '==' as const, v: door }])],
			chain: `The goal is ${side}. So I should ${chosen.verb}.`,
		};
		return {
			facts: { 'goal.side': side, door, weather: Math.floor(next() * 40) },
			place: String(at),
			reward,
			done,
			teacher: done ? null : teacher,
		};
	};
	return {
		describe: () => Promise.resolve(TOY),
		reset(seed) {
			next = randomOf(seed);
			[at, goal, steps, door] = [0, Math.floor(next() * 9) - 4, 0, false];
			return Promise.resolve(point(0, false));
		},
		step(wanted) {
			const verb = controls(wanted.verb);
			steps++;
			if (verb === 'take' && at === goal) return Promise.resolve(point(1 - steps / 20, true));
			if (verb === 'open') door = false;
			else if (!door && (verb === 'left' || verb === 'right')) {
				at += verb === 'left' ? -1 : 1;
				door = next() < 0.3;
			}
			return Promise.resolve(point(0, steps >= STEPS));
		},
		swap() {
			swapped = !swapped;
			return Promise.resolve();
		},
		close: () => Promise.resolve(),
	};
}
