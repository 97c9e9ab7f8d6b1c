// Routing by nothing but the order: each tier is asked until one answers. For replays, benches and tests that learn nothing.
import type { Tier } from '../cascade.ts';
import type { Answers, LiveAsk } from '../question.ts';
import type { Chosen, Routing } from './walk.ts';

export const PLAIN: Routing = {
	walk<A extends LiveAsk>(_kind: unknown, tiers: readonly Tier[]) {
		const rest = [...tiers];
		let current: Tier | undefined;
		let best: Chosen<A> | undefined;
		return {
			next() {
				if (best !== undefined) return undefined;
				current = rest.shift();
				return current === undefined ? undefined : { tier: current, withinMs: current.budgetMs };
			},
			tried: () => {},
			weigh(answer: Answers[A], model: string) {
				if (current !== undefined) best = { tier: current, model, answer, chance: undefined };
				return undefined;
			},
			best: () => best,
			over: () => {},
		};
	},
	verified: () => {},
};
