// One contender plays one world. Calls are counted by whoever plays, not by the contender: an answer was needed or it was not.
import { accepts, type Contending, type Occasion } from './contender.ts';
import { type Noise, noisy } from './noise.ts';
import { randomOf } from '../../statistics.ts';
import type { Facts } from '../../../core/question.ts';
import type { Description, Point, Teaching, World } from './world.ts';

/** Decision points in an hour of play. */
export const HOUR = 800;

export interface PlayOptions {
	readonly world: World;
	readonly description: Description;
	readonly contending: Contending;
	/** Of the run: every contender meets the same episodes. */
	readonly seed: number;
	/** Ends after so many decision points, the episode in play is cut off and counts for no return. */
	readonly points?: number;
	/** Or after so many episodes. */
	readonly episodes?: number;
	readonly noise?: Noise;
	/** Two of the controls mean each other from this point on. */
	readonly swapAt?: number;
}

export interface Audited {
	readonly point: number;
	readonly episode: number;
	/** With which it was drawn. */
	readonly chance: number;
	readonly harmful: boolean;
}
export interface Played {
	readonly who: string;
	readonly seed: number;
	/** By decision point: how often a model was called. */
	readonly called: Uint8Array;
	/** 1 where a local act was none that the teacher would accept; the teacher itself, not what noise made of it. */
	readonly harmed: Uint8Array;
	readonly audits: readonly Audited[];
	/** Of whole episodes, in order. */
	readonly returns: readonly number[];
	/** First decision point of each episode, the one cut off included. */
	readonly starts: readonly number[];
}
/** A moment of an always-asking run: what was known and what was answered. */
export interface Recorded {
	readonly facts: Facts;
	readonly answer: Teaching;
	readonly episode: number;
	readonly place: string;
	readonly lesson?: string;
}

/** Seeds of one run's episodes follow each other, and no two runs share one. */
export function episodeSeed(run: number, episode: number): number {
	return run * 100_000 + episode;
}

function occasionOf({ facts, place, lesson }: Point): Pick<Occasion, 'facts' | 'place' | 'lesson'> {
	return { facts, place, ...(lesson === undefined ? {} : { lesson }) };
}

export async function play(o: PlayOptions): Promise<Played> {
	const { world, description } = o;
	const contender = o.contending(description, o.seed);
	const noise = randomOf(o.seed ^ 0x5eed);
	const limit = o.points ?? 1_000_000;
	const called: number[] = [];
	const harmed: number[] = [];
	const audits: Audited[] = [];
	const returns: number[] = [];
	const starts: number[] = [];
	for (let episode = 0; episode < (o.episodes ?? Infinity) && called.length < limit; episode++) {
		let at: Point = await world.reset(episodeSeed(o.seed, episode));
		starts.push(called.length);
		let sum = 0;
		while (!at.done && at.teacher !== null && called.length < limit) {
			if (called.length === o.swapAt) {
				await world.swap();
				at = await world.reset(episodeSeed(o.seed, episode));
				sum = 0;
				if (at.teacher === null) break;
			}
			const occasion: Occasion = { ...occasionOf(at), episode, point: called.length };
			const local = contender.decide(occasion);
			let { act } = at.teacher;
			let calls = 0;
			if (local === undefined || local.audit !== undefined) {
				let answer: Teaching;
				do {
					answer = o.noise === undefined ? at.teacher : noisy(at.teacher, o.noise, description, noise);
					calls++;
					contender.learn(occasion, answer, local);
				} while (contender.again === true);
				({ act } = answer);
				if (local?.audit !== undefined) {
					const harmful = !accepts(answer, local.act);
					audits.push({ point: called.length, episode, chance: local.audit, harmful });
					// What the answer accepts is done as it was decided.
					if (!harmful) ({ act } = local);
				}
			} else ({ act } = local);
			called.push(calls);
			harmed.push(calls === 0 && !accepts(at.teacher, act) ? 1 : 0);
			at = await world.step(act);
			sum += at.reward;
		}
		if (at.done) returns.push(sum);
	}
	return {
		who: contender.who,
		seed: o.seed,
		called: Uint8Array.from(called),
		harmed: Uint8Array.from(harmed),
		audits,
		returns,
		starts,
	};
}

/** The first decision points of a world as its teacher plays it, each with its answer. */
export async function record(world: World, seed: number, points: number): Promise<Recorded[]> {
	const trace: Recorded[] = [];
	for (let episode = 0; trace.length < points; episode++) {
		let at = await world.reset(episodeSeed(seed, episode));
		while (!at.done && at.teacher !== null && trace.length < points) {
			trace.push({ ...occasionOf(at), answer: at.teacher, episode });
			at = await world.step(at.teacher.act);
		}
	}
	return trace;
}
