// What a person writes as a rule: read, and held against the facts and verbs of the game. A fault names its place in the text.
import * as v from 'valibot';
import { actFault } from '../../facts/resolve.ts';
import type { FactTable } from '../../facts/snapshot.ts';
import type { Profile } from '../../profile.ts';
import type { Act, Effect, Literal } from '../../question.ts';
import { ruleData } from './schema.ts';
import { parseRule, type RulePlaces, type RuleText } from './text.ts';

/** Why a part may not stand in a rule of this game, a sentence; undefined when it may. */
export interface RuleCheck {
	literal(literal: Literal): string | undefined;
	effect(effect: Effect): string | undefined;
	act(act: Act): string | undefined;
}

export function makeRuleCheck(
	table: FactTable,
	profile: { readonly actions: readonly Pick<Profile['actions'][number], 'verb' | 'args'>[] },
): RuleCheck {
	return {
		literal: (literal) => table.fault(literal),
		effect(effect) {
			if (effect.op === 'up' || effect.op === 'down')
				return table.get(effect.f)?.kind === 'number' ? undefined : `"${effect.f}" is not a number that can be read`;
			return effect.v === undefined ? 'has no value' : table.fault({ f: effect.f, op: effect.op, v: effect.v });
		},
		act: (act) => actFault(act, profile, table),
	};
}

export type WrittenRule =
	| { readonly ok: true; readonly rule: RuleText }
	/** `at`: offset in the text. */
	| { readonly ok: false; readonly at: number; readonly message: string };

/** Reads a rule that a person wrote. */
export function readWritten(text: string, check: RuleCheck): WrittenRule {
	const parsed = parseRule(text);
	if (!parsed.ok) return parsed;
	const { rule, places } = parsed;
	const shape = v.safeParse(ruleData, { ...rule, origin: 'hand', from: [] });
	if (!shape.success) {
		const [issue] = shape.issues;
		return { ok: false, at: placeOf(v.getDotPath(issue) ?? '', places), message: issue.message };
	}
	const faults = [
		...rule.when.map((l, i) => ({ at: places.when[i] ?? 0, message: check.literal(l) })),
		...rule.unless.map((l, i) => ({ at: places.unless[i] ?? 0, message: check.literal(l) })),
		{ at: places.then, message: check.act(rule.then) },
		...rule.expects.map((e, i) => ({ at: places.expects[i] ?? 0, message: check.effect(e) })),
		...rule.until.map((l, i) => ({ at: places.until[i] ?? 0, message: check.literal(l) })),
	];
	for (const { at, message } of faults) if (message !== undefined) return { ok: false, at, message };
	return { ok: true, rule };
}

/** Of a path in the rule, `when.2.v`. */
function placeOf(path: string, places: RulePlaces): number {
	const [part, i] = path.split('.');
	const place = places[part as keyof RulePlaces] as number | readonly number[] | undefined;
	return typeof place === 'number' ? place : (place?.[Number(i ?? 0)] ?? place?.at(-1) ?? 0);
}
