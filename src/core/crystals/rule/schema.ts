// A rule is a decision made durable: when these facts hold, do this. Text and JSON say the same thing (text.ts).
import * as v from 'valibot';
import { act, effect, type Effect, literal, type Literal, type Act } from '../../question.ts';
import type { Crystal } from '../crystal.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';

/** Earlier wins. */
export const LAYERS = ['reflex', 'combat', 'strategy', 'dialogue', 'quest', 'travel', 'idle'] as const;
export type Layer = (typeof LAYERS)[number];
export const ORIGINS = ['because', 'chain', 'induced', 'merged', 'hand'] as const;
export type Origin = (typeof ORIGINS)[number];

export const RULE_SCHEMA = 1;
const WHEN_MAX = 12;
export const EARLIER_MAX = 8;

export const ruleData = v.object({
	layer: v.picklist(LAYERS),
	/** A conjunction; "or" is two rules. A rule without a condition would always fire, so there is none. */
	when: v.pipe(v.array(literal), v.minLength(1), v.maxLength(WHEN_MAX)),
	/** Any one of these blocks. */
	unless: v.pipe(v.array(literal), v.maxLength(WHEN_MAX)),
	then: act,
	expects: v.pipe(v.array(effect), v.maxLength(6)),
	until: v.pipe(v.array(literal), v.maxLength(6)),
	origin: v.picklist(ORIGINS),
	/** Ledger entries and traces it came from. */
	from: v.pipe(v.array(v.string()), v.maxLength(64)),
	/** What it said before a person rewrote it, newest last; `at` in ms since 1970. */
	earlier: v.optional(v.pipe(v.array(v.object({ at: v.number(), text: v.string() })), v.maxLength(EARLIER_MAX))),
});

export interface RuleData {
	layer: Layer;
	when: Literal[];
	unless: Literal[];
	then: Act;
	expects: Effect[];
	until: Literal[];
	origin: Origin;
	from: string[];
	earlier?: { readonly at: number; readonly text: string }[] | undefined;
}
export type Rule = Crystal<'rule', RuleData>;

/** Each takes data of version `index + 1` to the next. A change of shape adds one, and a test runs it. */
export const RULE_MIGRATIONS: Migrations = [];

export function readRule(data: unknown, version: number): Stored<RuleData> {
	return readStored('rule', { schema: ruleData, newest: RULE_SCHEMA, migrations: RULE_MIGRATIONS }, data, version);
}
