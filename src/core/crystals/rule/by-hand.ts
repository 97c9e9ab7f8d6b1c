// What a person does to a rule besides what they do to every crystal (../by-hand.ts): write it anew.
import { type ByHand, moves } from '../by-hand.ts';
import { freshStat } from '../crystal.ts';
import { readWritten, type RuleCheck } from './check.ts';
import { EARLIER_MAX, type Rule } from './schema.ts';
import { printRule, ruleName } from './text.ts';

export type EditByHand = ByHand | { readonly ok: false; readonly why: string; readonly at: number };

/**
 * Gives a rule another text. It answers silently until it has proved itself with it; what it said before is kept.
 *
 * @param at  milliseconds since 1970
 * @returns the act; or why not, with the fault's offset in the text
 */
export function editRule(rule: Rule, text: string, check: RuleCheck, at: number): EditByHand {
	if (rule.state === 'retired') return { ok: false, why: `"${rule.name}" is switched off: switch it on first` };
	const read = readWritten(text, check);
	if (!read.ok) return { ok: false, why: read.message, at: read.at };
	const before = printRule(rule.data);
	const after = printRule(read.rule);
	if (before === after) return { ok: false, why: 'it says that already' };
	const { data, stat, state, name } = rule;
	const earlier = [...(data.earlier ?? []), { at, text: before }].slice(-EARLIER_MAX);
	rule.data = { ...read.rule, origin: 'hand', from: data.from, earlier };
	rule.name = ruleName(read.rule);
	const change = moves(rule, 'shadow', 'rewritten by hand', at, { ...freshStat(), used: stat.used, lastUsedAt: stat.lastUsedAt });
	return {
		ok: true,
		act: {
			what: 'edit',
			crystal: rule,
			said: `rewrote ${name}`,
			before,
			after,
			change,
			takeBack(then) {
				rule.data = data;
				rule.name = name;
				return moves(rule, state, 'taken back: rewritten by hand', then, { ...stat, used: rule.stat.used });
			},
		},
	};
}
