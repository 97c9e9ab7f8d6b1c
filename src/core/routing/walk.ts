// What the seam needs of whoever routes its questions: a walk through the tiers, one turn after the other.
import type { Tier } from '../cascade.ts';
import type { Signs } from '../crystals/cascade/apply.ts';
import type { Attempted, VerifiedBy } from '../crystals/cascade/crystallise.ts';
import type { Miss } from '../ledger.ts';
import type { Answers, LiveAsk } from '../question.ts';
import type { QuestionKind } from './route.ts';

/** What the next turn of a question is: a tier to ask, or one that is not asked and why. */
export type Turn = { readonly tier: Tier; readonly withinMs: number } | { readonly miss: Miss };

export interface Chosen<A extends LiveAsk> {
	readonly tier: Tier;
	/** What the server says answered. */
	readonly model: string;
	readonly answer: Answers[A];
	/** Of being right, as far as one's own log can tell. */
	readonly chance: number | undefined;
}

/** One question on its way through the tiers. */
export interface Walk<A extends LiveAsk> {
	/** undefined: nobody is left, or the answer stands. */
	next(): Turn | undefined;
	/** What came of asking the tier of the last turn; undefined: nothing left, so it says nothing about the model. */
	tried(what: Attempted | undefined): void;
	/**
	 * A usable answer of the tier of the last turn.
	 *
	 * @param model    what the server says answered
	 * @returns why it is not taken at its word while another may be asked; undefined when it stands
	 */
	weigh(answer: Answers[A], model: string, signs: Signs): Miss | undefined;
	/** The usable answer to go by. */
	best(): Chosen<A> | undefined;
	/** It is over. @param entry  that the answer was put down in; its verification will name it */
	over(entry: number): void;
}

export interface Routing {
	/** @param begunMs  Clock.monotonic() when the question came up */
	walk<A extends LiveAsk>(kind: QuestionKind & { readonly ask: A }, tiers: readonly Tier[], begunMs: number): Walk<A>;
	/** An answer of the ledger entry was held against something other than who gave it. */
	verified(entry: number, right: boolean, by: VerifiedBy): void;
}
