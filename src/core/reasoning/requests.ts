// Where no fact at hand tells the cases apart, a fact is missing: the place is filed, the next question names it, and what models say
// is missing is counted. Adding the fact is for whoever writes the profile.
import type { Mixed } from '../crystals/rule/induce.ts';
import type { Layer } from '../crystals/rule/schema.ts';
import { printLiteral } from '../crystals/rule/text.ts';
import { fires, literalKey } from '../facts/literal.ts';
import type { Act, DecisionAnswer, DecisionQuestion, Facts, Literal } from '../question.ts';

/** A place in the facts whose labels stay mixed. JSON. */
export interface FactRequest {
	readonly layer: Layer;
	readonly when: readonly Literal[];
	/** For people. */
	readonly text: string;
	/** Acts that were right there, the most frequent first. */
	readonly acts: readonly Act[];
	readonly labels: number;
	/** Share of labels in which the first act was wrong. */
	readonly error: number;
	/** Ledger entries of some of them, newest last. */
	readonly entries: readonly number[];
	/** Milliseconds since 1970. */
	readonly since: number;
	/** Questions that named it. */
	readonly asked: number;
	/** What models said is missing there, the most frequent first. */
	readonly missing: readonly { readonly name: string; readonly type: string; readonly why: string; readonly times: number }[];
}

export interface FactRequests {
	/** Takes in which leaves are mixed now; those that no longer are go. */
	file(mixed: readonly (Mixed & { readonly layer: Layer })[], at: number): void;
	/** What a question in this situation is to name. */
	unclear(facts: Facts): DecisionQuestion['unclear'];
	/** Notes what an answer in this situation says is missing. */
	hear(facts: Facts, missing: DecisionAnswer['missing']): void;
	/** Most labels first. */
	all(): readonly FactRequest[];
}

const KEPT = 20;
const MISSING_KEPT = 8;

export function makeFactRequests(from: readonly FactRequest[] = []): FactRequests {
	let requests = [...from];
	const keyOf = ({ layer, when }: Pick<FactRequest, 'layer' | 'when'>): string => `${layer} ${when.map(literalKey).sort().join('&')}`;
	const at = (facts: Facts): FactRequest | undefined => requests.find(({ when }) => fires(when, [], facts));
	return {
		file(mixed, now) {
			const old = new Map(requests.map((one) => [keyOf(one), one]));
			requests = mixed
				.toSorted((a, b) => b.labels * b.error - a.labels * a.error)
				.slice(0, KEPT)
				.map(({ layer, when, acts, labels, error, entries }) => {
					const known = old.get(keyOf({ layer, when }));
					return {
						layer,
						when,
						text: when.map(printLiteral).join(' and '),
						acts,
						labels,
						error,
						entries,
						since: known?.since ?? now,
						asked: known?.asked ?? 0,
						missing: known?.missing ?? [],
					};
				});
		},
		unclear(facts) {
			const request = at(facts);
			return request && { when: [...request.when], acts: [...request.acts], labels: request.labels };
		},
		hear(facts, missing) {
			const request = at(facts);
			if (request === undefined) return;
			const times = new Map(request.missing.map((one) => [one.name, one]));
			for (const { name, type, why } of missing) times.set(name, { name, type, why, times: (times.get(name)?.times ?? 0) + 1 });
			const heard = [...times.values()].toSorted((a, b) => b.times - a.times).slice(0, MISSING_KEPT);
			requests = requests.map((one) => (one === request ? { ...request, asked: request.asked + 1, missing: heard } : one));
		},
		all: () => requests,
	};
}
