// Rules and facts drawn by chance, the same in every run, and the same rules in each peer's own language.
import { freshStat } from '../../../core/crystals/crystal.ts';
import { LAYERS, RULE_SCHEMA, type Rule } from '../../../core/crystals/rule/schema.ts';
import type { Facts, FactValue, Literal } from '../../../core/question.ts';
import { congruential } from '../../statistics.ts';

export const FACTS = 64;
/** Thresholds of a number, as many as a fact may have (design-crystals.md §1). */
const CUTS = 32;
const WORDS = ['none', 'wolf', 'slime', 'guard', 'chest', 'door', 'merchant', 'spider'];
const VERBS = ['attack', 'flee', 'drink', 'talk', 'open', 'walk', 'wait', 'cast'];

/** Whole numbers from 0 below `n`. */
export function makeDice(seed: number): (n: number) => number {
	const next = congruential(seed);
	return (n) => Math.floor(next() * n);
}

/** Five in eight facts are numbers, two words, one is a yes or no. */
const kindOf = (fact: number): 'number' | 'word' | 'yes-no' => (fact % 8 < 5 ? 'number' : fact % 8 < 7 ? 'word' : 'yes-no');

function literal(dice: (n: number) => number, fact: number): Literal {
	const f = `f${fact}`;
	if (kindOf(fact) === 'yes-no') return { f, op: '==', v: dice(2) === 0 };
	if (kindOf(fact) === 'word') {
		const word = WORDS[dice(WORDS.length)] as string;
		return dice(4) === 0 ? { f, op: 'in', v: [word, WORDS[dice(WORDS.length)] as string] } : { f, op: '==', v: word };
	}
	// Thresholds are where something changes: low ones from below, high ones from above.
	return dice(2) === 0 ? { f, op: '<=', v: dice(CUTS / 2) } : { f, op: '>', v: CUTS / 2 + dice(CUTS / 2) };
}

/** Rules of 2 to 6 conditions, one in five with an exception. */
export function drawRules(n: number, seed: number): Rule[] {
	const dice = makeDice(seed);
	return Array.from({ length: n }, (_, i) => {
		const facts = new Set<number>();
		for (const wanted = 2 + dice(5); facts.size < wanted; ) facts.add(dice(FACTS));
		const when = [...facts].map((fact) => literal(dice, fact));
		const unless = dice(5) === 0 ? [literal(dice, dice(FACTS))] : [];
		const verb = VERBS[dice(VERBS.length)] as string;
		return {
			id: `r${i}`,
			kind: 'rule',
			scope: { game: 'bench', gameVersion: 'any', language: 'en', layout: '1x1' },
			name: `r${i}`,
			schema: RULE_SCHEMA,
			createdAt: 0,
			provenance: {
				at: 0,
				ask: 'decision',
				entry: 1,
				tier: 'cloud',
				model: '',
				frameHash: '',
				promptTokens: 0,
				completionTokens: 0,
				usd: null,
			},
			state: 'autonomous',
			stat: { ...freshStat(), k: 4 + dice(60) },
			history: [],
			data: {
				layer: LAYERS[dice(LAYERS.length)] ?? 'idle',
				when,
				unless,
				then: { verb, args: {} },
				expects: [],
				until: [],
				origin: 'because',
				from: [],
			},
			blobs: {},
		};
	});
}

/** Every fact is known: what the unknown means differs from peer to peer. */
export function drawSnapshots(n: number, seed: number): Facts[] {
	const dice = makeDice(seed);
	const value = (fact: number): FactValue =>
		kindOf(fact) === 'number' ? dice(CUTS + 1) : kindOf(fact) === 'word' ? (WORDS[dice(WORDS.length)] as string) : dice(2) === 0;
	return Array.from({ length: n }, () => Object.fromEntries(Array.from({ length: FACTS }, (_, fact) => [`f${fact}`, value(fact)])));
}

/** In JSON logic. */
export function jsonLogicOf({ data }: Rule): object {
	const test = ({ f, op, v }: Literal): object => ({ [op === '==' ? '===' : op]: [{ var: f }, v] });
	return { and: [...data.when.map(test), ...data.unless.map((l) => ({ '!': [test(l)] }))] };
}

/** As json-rules-engine takes it. */
export function conditionsOf({ data }: Rule): object {
	const operators = { '<=': 'lessThanInclusive', '>': 'greaterThan', '==': 'equal', '!=': 'notEqual', in: 'in' } as const;
	const test = ({ f, op, v }: Literal): object => ({ fact: f, operator: operators[op], value: v });
	return { all: [...data.when.map(test), ...data.unless.map((l) => ({ not: test(l) }))] };
}
