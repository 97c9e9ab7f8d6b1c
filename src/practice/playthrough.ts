// Plays the game in no time at all: world, truth and teacher in one loop, as the tests and the balance of the game need it.
import { centreOf } from '../core/geometry.ts';
import type { Act, DecisionAnswer, DecisionQuestion, Facts } from '../core/question.ts';
import { click } from './input.ts';
import { defaultOptions, frameSize } from './options.ts';
import { decide } from './policy.ts';
import { derivedOf, type Truth, truthOf } from './truth.ts';
import { encodeState, viewOf } from './view.ts';
import { nextStep } from './warren/guide.ts';
import { type GameEvent, type LandOptions, makeWorld, press, step, type World } from './world.ts';

export const ACTIONS = [
	{ verb: 'click', args: { at: 'element' }, does: 'left-click an element' },
	{ verb: 'go', args: { to: 'point' }, does: 'walk to a point of the play area' },
	{ verb: 'drink', does: 'drink a potion' },
	{ verb: 'open-bag', does: 'open or close the bag' },
	{ verb: 'close', does: 'close what is open' },
	{ verb: 'wait', args: { ms: 'number' }, does: 'do nothing' },
] as const;

export interface Playthrough {
	readonly wins: number;
	readonly deaths: number;
	/** Game ms of each round won. */
	readonly roundMs: readonly number[];
	readonly asked: number;
}

/** The facts that the loop would offer for a frame: those of the profile, and which known elements are in sight. */
export function offeredFacts(truth: Truth, known: Iterable<string>): Facts {
	const facts: Record<string, Facts[string]> = { screen: truth.screen, ...truth.facts, ...derivedOf(truth) };
	for (const name of known) facts[`sees.${name}`] = truth.elements.some((e) => e.name === name);
	return facts;
}

export interface Moment {
	readonly question: DecisionQuestion;
	readonly answer: DecisionAnswer;
	readonly truth: Truth;
	/** What is done about it; undefined while an act that is being carried out goes on. */
	readonly act: Act | undefined;
	/** What happened since the moment before. */
	readonly happened: readonly GameEvent[];
	/** Game ms. */
	readonly at: number;
}

/**
 * Plays `ms` of game time by the policy, looking every 250 ms; between two moments nothing happens, however long the caller takes.
 *
 * @param person  what a person at the keys does at this moment instead of what the policy would
 */
export function* momentsOf(
	seed: number,
	ms: number,
	land: LandOptions = {},
	person: (truth: Truth, at: number) => Act | undefined = () => undefined,
): Generator<Moment> {
	const world = makeWorld(seed, land);
	const options = { ...defaultOptions, ...land, seed };
	const known = new Set<string>();
	let asked = 0;
	let last = '';
	let actedAt = 0;
	let happened: readonly GameEvent[] = [];
	while (world.now < ms) {
		const view = viewOf(world);
		const truth = truthOf(view, options);
		for (const element of truth.elements) known.add(element.name);
		const question: DecisionQuestion = {
			falsework: 1,
			ask: 'decision',
			game: 'practice',
			tick: asked++,
			frame: { id: encodeState(view, options), ...frameSize(options) },
			screen: truth.screen,
			facts: offeredFacts(truth, known),
			elements: truth.elements.map((e) => e.name),
			goal: 'win',
			actions: ACTIONS,
			recent: [],
			cases: [],
		};
		const { warren } = view;
		const answer = decide(question, warren && (() => nextStep(view, warren, options, question.tick)));
		const wanted = person(truth, world.now) ?? answer.act;
		const key = JSON.stringify([wanted, truth.screen]);
		// The same act again only after a while: the first one is most likely still being carried out.
		const act = key !== last || world.now - actedAt > 2000 ? wanted : undefined;
		yield { question, answer, truth, act, happened, at: world.now };
		if (act !== undefined) {
			carryOut(world, act, truth);
			last = key;
			actedAt = world.now;
		}
		happened = step(world, 250);
	}
}

/** The whole of it at once; `watch` is told each question and its answer. */
export function playThrough(
	seed: number,
	ms: number,
	watch: (question: DecisionQuestion, answer: DecisionAnswer, truth: Truth) => void = () => {},
	land: LandOptions = {},
): Playthrough {
	const counts = { wins: 0, deaths: 0, asked: 0 };
	const roundMs: number[] = [];
	let began = 0;
	for (const { question, answer, truth, happened, at } of momentsOf(seed, ms, land)) {
		counts.asked += 1;
		watch(question, answer, truth);
		for (const event of happened) {
			if (event.type === 'died') counts.deaths += 1;
			if (event.type === 'won') {
				counts.wins += 1;
				roundMs.push(at - began);
				began = at;
			}
		}
	}
	return { ...counts, roundMs };
}

function carryOut(world: World, act: Act, truth: Truth): void {
	if (act.verb === 'drink') press(world, 'q');
	if (act.verb === 'open-bag') press(world, 'i');
	if (act.verb === 'close') press(world, 'Escape');
	if (act.verb === 'go') {
		const [x, y] = act.args.to as [number, number];
		click(world, { x, y }, 'top');
	}
	if (act.verb === 'click') {
		const target = truth.elements.find((e) => e.name === act.args.at);
		if (target) click(world, centreOf(target.box), 'top');
	}
}
