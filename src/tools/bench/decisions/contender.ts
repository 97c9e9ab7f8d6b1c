// What decides in the bench: ours and the peers under one interface, so that all of them are given the same points, the same answers
// and the same count of calls.
import { actKey } from '../../../core/crystals/rule/apply.ts';
import type { Act, Facts } from '../../../core/question.ts';
import type { Description, Teaching } from './world.ts';

export interface Occasion {
	readonly facts: Facts;
	readonly place: string;
	readonly lesson?: string;
	/** Number of the episode since the start. */
	readonly episode: number;
	/** Number of the decision point since the start. */
	readonly point: number;
}
export interface Local {
	readonly act: Act;
	/** The act is to be held against an answer as well, which costs a call; drawn with this probability. */
	readonly audit?: number;
	/** Confidence at which it is let act, where the contender has one. */
	readonly confidence?: number;
	/** It was drawn to be tried out before it was trusted. */
	readonly tried?: boolean;
}

/** Decides points one after the other. What it learns stays inside. */
export interface Contender {
	readonly who: string;
	/** Its own act, or undefined to ask. */
	decide(occasion: Occasion): Local | undefined;
	/** The answer to what it asked, or to what was audited. */
	learn(occasion: Occasion, answer: Teaching, audited: Local | undefined): void;
	/** Whether it asks once more at the same point, which is another call. */
	readonly again?: boolean;
}
/** Makes a contender anew for each run. `seed` is for what it draws. */
export type Contending = (description: Description, seed: number) => Contender;

export function accepts(answer: Pick<Teaching, 'act' | 'ok'>, act: Act): boolean {
	const key = actKey(act);
	return actKey(answer.act) === key || answer.ok.some((other) => actKey(other) === key);
}
