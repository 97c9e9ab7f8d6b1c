// From a model's thinking aloud to the conditions it rests on (design-crystals.md §4). What is found is a draft like any answer:
// whether it is so in this situation is asked at admission (crystallise.ts), as of every reason that a model gives.
import { literalKey } from '../../facts/literal.ts';
import { type Act, plainAnswer, type DecisionAnswer, type Literal } from '../../question.ts';
import { choiceIn } from './chain/choice.ts';
import { claimsIn } from './chain/claims.ts';
import { clausesOf, READ_MAX } from './chain/clauses.ts';
import { type ChainScene, makeLexicon } from './chain/lexicon.ts';

export type { ChainScene };

/** What a text says of the facts, and what it would do. */
export interface Chain {
	/** Reasons first, then what else is said to be so; at most 6. */
	readonly because: readonly Literal[];
	readonly unless: readonly Literal[];
	readonly until: readonly Literal[];
	readonly act?: Act;
}

const LITERALS_MAX = 6;

/**
 * Reads prose for thresholds, levels, comparisons and choices. Linear in the text; of a text longer than 8000 characters the end
 * is read, where conclusions stand. A text that says nothing of any fact gives empty lists.
 */
export function readChain(text: string, scene: ChainScene): Chain {
	const lexicon = makeLexicon(scene);
	const clauses = clausesOf(text);
	const claims = claimsIn(clauses, lexicon);
	const of = (...roles: string[]): Literal[] =>
		distinct(claims.filter((c) => roles.includes(c.role)).map((c) => c.literal)).slice(0, LITERALS_MAX);
	const act = choiceIn(clauses, lexicon);
	return {
		because: distinct([...of('reason'), ...of('plain')]).slice(0, LITERALS_MAX),
		unless: of('unless'),
		until: of('until'),
		...(act === undefined ? {} : { act }),
	};
}

/**
 * The answer in a text that is prose throughout; undefined when it names no act. Its reasons stay in `reasoning`, to be read when
 * a rule is made of it: what is not given as a reason has not been promised to be one.
 */
export function answerFromProse(text: string, scene: ChainScene): DecisionAnswer | undefined {
	const { act } = readChain(text, scene);
	if (act === undefined) return undefined;
	return plainAnswer(act, { confidence: 0.5, reasoning: text.slice(-READ_MAX) });
}

function distinct(literals: readonly Literal[]): Literal[] {
	const kept = new Map<string, Literal>();
	for (const literal of literals) if (!kept.has(literalKey(literal))) kept.set(literalKey(literal), literal);
	return [...kept.values()];
}
