// `rules.txt`: all rules as if/else, a line each, and back. A fault names its line and column, and nothing of a file with a fault is taken.
import { floor, score } from '../lifecycle.ts';
import type { RuleCheck } from './check.ts';
import { readWritten } from './check.ts';
import { byArbitration } from './rule-index.ts';
import type { Rule } from './schema.ts';
import { printRule, type RuleText } from './text.ts';

const HEAD = '# The first line whose condition holds is followed, else the next; where none holds, a model is asked.';

/** The rules as sentences, in the order they are followed; what follows the # is for people. */
export function printRules(rules: readonly Rule[]): string {
	return [HEAD, ...rules.toSorted(byArbitration).map((rule) => printRule(rule.data, evidenceOf(rule))), ''].join('\n');
}

/** `autonomous 0.94, floor 0.88 (41/2)`: good and harmful labels. */
function evidenceOf({ state, stat }: Rule): string {
	return `${state} ${score(stat).toFixed(2)}, floor ${floor(stat).toFixed(2)} (${Math.round(stat.k)}/${Math.round(stat.w)})`;
}

export interface RulesFault {
	/** From 1. */
	readonly line: number;
	readonly column: number;
	readonly message: string;
}
export type RulesRead =
	| { readonly ok: true; readonly rules: readonly RuleText[] }
	/** The first of them; `more`: there may be others after these. */
	| { readonly ok: false; readonly faults: readonly RulesFault[]; readonly more: boolean };

/** As many as a pack may hold crystals. */
export const RULES_MOST = 5000;
const FAULTS_MOST = 20;

/** Reads a `rules.txt`. Stops at the limit of rules or of faults, so a file of any length takes bounded time. */
export function readRules(text: string, check: RuleCheck): RulesRead {
	const rules: RuleText[] = [];
	const faults: RulesFault[] = [];
	let line = 0;
	for (let from = 0; from <= text.length; ) {
		line++;
		const end = text.indexOf('\n', from);
		const written = text.slice(from, end < 0 ? text.length : end);
		from = end < 0 ? text.length + 1 : end + 1;
		if (/^\s*(#|$)/.test(written)) continue;
		if (rules.length >= RULES_MOST) {
			faults.push({ line, column: 1, message: `there are more than ${RULES_MOST} rules; split the file` });
			return { ok: false, faults, more: true };
		}
		const read = readWritten(written, check);
		if (read.ok) rules.push(read.rule);
		else faults.push({ line, column: read.at + 1, message: read.message });
		if (faults.length >= FAULTS_MOST) return { ok: false, faults, more: true };
	}
	return faults.length > 0 ? { ok: false, faults, more: false } : { ok: true, rules };
}
