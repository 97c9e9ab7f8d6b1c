// The reasons an answer gives, and what its free text adds to them (design-crystals.md §4). Given reasons come first: the text is
// read only where none of them stands, or for the one further condition that tells a rule's good cases from its bad ones.
import { truthOf } from '../../facts/literal.ts';
import type { DecisionAnswer, Literal } from '../../question.ts';
import { type Chain, type ChainScene, readChain } from './chain.ts';
import type { Origin } from './schema.ts';

export interface Reasons {
	readonly because: readonly Literal[];
	readonly unless: readonly Literal[];
	/** Where the conditions that stand come from. */
	readonly origin: Extract<Origin, 'because' | 'chain'>;
	/** True things that the text says of other facts: to be tried first when the conditions do not suffice. */
	readonly spare: readonly Literal[];
}

export function reasonsOf(answer: DecisionAnswer, scene: Omit<ChainScene, 'elements'> & { readonly elements?: Iterable<string> }): Reasons {
	const { because, unless, reasoning } = answer;
	const given: Reasons = { because, unless, origin: 'because', spare: [] };
	if (reasoning === undefined) return given;
	const { table, facts } = scene;
	const isTrue = (literal: Literal): boolean => table.fault(literal) === undefined && truthOf(literal, facts) === true;
	const chain: Chain = readChain(reasoning, { ...scene, elements: scene.elements ?? [] });
	const told = chain.because.filter(isTrue);
	const excepted = chain.unless.filter((literal) => table.fault(literal) === undefined && truthOf(literal, facts) === false);
	if (because.some(isTrue)) {
		const named = new Set(because.map((l) => l.f));
		return { ...given, spare: told.filter((l) => !named.has(l.f)) };
	}
	return told.length === 0 ? given : { because: [...because, ...told], unless: [...unless, ...excepted], origin: 'chain', spare: [] };
}
