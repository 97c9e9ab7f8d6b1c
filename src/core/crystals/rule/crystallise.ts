// From a model's answer to a rule, or to a reason why not. Models say much that is not so: of the literals in public reasoning
// only 41 to 98 % hold where they were said, so each is held against this very moment and against the traces kept from before.
import { contradictionIn, holds, literalKey, truthOf } from '../../facts/literal.ts';
import type { FactTable } from '../../facts/snapshot.ts';
import type { Action } from '../../profile.ts';
import type { Act, DecisionAnswer, Facts, Literal } from '../../question.ts';
import {
	type Crystal,
	freshStat,
	type Provenance,
	type Refusal,
	type Residue,
	type Scope,
	type Stat,
	type StateChange,
} from '../crystal.ts';
import { applyStep, DELTA, labelled, type LabelledOptions, type LabelContext, type LifeEvent, live, score } from '../lifecycle.ts';
import { actKey } from './apply.ts';
import { makeRuleCheck, type RuleCheck } from './check.ts';
import { reasonsOf } from './reasons.ts';
import type { RuleIndex } from './rule-index.ts';
import { type Layer, type Rule, RULE_SCHEMA, type RuleData } from './schema.ts';
import { printLiteral, printRule, ruleName } from './text.ts';
import type { Traces } from './traces.ts';

/** Of the stored labels that a rule would have had so many of the newest are held against it. */
const REPLAYED_MOST = 400;
/** Stored labels that leave it a confidence below this contradict a rule: one wrong of six do, one of seven do not. */
const STANDS_FROM = 0.75;

/** The evidence that a rule would have by now, had it been there from the start. */
export function replay(traces: Traces, rows: readonly number[], act: Act, options: LabelledOptions): Stat {
	const key = actKey(act);
	const told = rows.slice(-REPLAYED_MOST).flatMap((i) => {
		const right = traces.accepts(i, key);
		return right === undefined ? [] : [{ harmful: !right, episode: traces.episode(i), lone: traces.isLone(i) }];
	});
	return labelled(told, options);
}

export interface RuleCrystalliseInput {
	readonly answer: DecisionAnswer;
	/** Facts the question was asked in; what the model could see. */
	readonly facts: Facts;
	readonly table: FactTable;
	readonly actions: readonly Pick<Action, 'verb' | 'args'>[];
	readonly traces: Traces;
	readonly index: RuleIndex;
	readonly provenance: Provenance;
	readonly scope: Scope;
	/** The screen visit. */
	readonly episode: string;
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly id: () => string;
	/** Elements an act may name, in sight or known; undefined to allow every name. */
	readonly elements?: ReadonlySet<string>;
	readonly layer?: Layer;
	/** False when the answer was an audit's: it labels, and makes nothing. */
	readonly mayMake?: boolean;
	/** Harm that a rule is allowed, for its alarm. */
	readonly delta?: (rule: Pick<Rule, 'data'>) => number;
	/** Weight kept by older evidence. */
	readonly decay?: number;
	/** What the answer counts for, in (0, 1]. */
	readonly weight?: number;
	/** Chance that an answer is an error where it contradicts a rule that is wrong with chance `risk`. */
	readonly errs?: (risk: number) => number;
	/** Of an answer that nobody bore out: chance that it is an error where it contradicts this rule. Its label counts for so much less. */
	readonly doubt?: (rule: Rule) => number;
}
export type RuleChange = Omit<StateChange, 'at'> & { readonly rule: Rule };

export interface RuleCrystallised {
	readonly residue: Residue;
	/** Crystals that changed, labelled or new: to be stored. */
	readonly changed: readonly Rule[];
	readonly made?: Rule;
	/** Why each state changed, for the ledger. */
	readonly changes: readonly RuleChange[];
	readonly labels: readonly { readonly rule: Rule; readonly harmful: boolean }[];
}

/** Labels every rule that matches by this answer, and makes a rule of it if it stands up to what is known. */
export function crystalliseRule(input: RuleCrystalliseInput): RuleCrystallised {
	const { answer, facts, traces, index, provenance, at } = input;
	const layer = input.layer ?? 'strategy';
	const ok = answer.options.filter((o) => o.ok).map((o) => o.act);
	const right = new Set([answer.act, ...ok].map(actKey));
	const delta = (rule: Pick<Rule, 'data'>): number => input.delta?.(rule) ?? DELTA;

	const changed: Rule[] = [];
	const changes: RuleChange[] = [];
	const labels: { rule: Rule; harmful: boolean }[] = [];
	const give = (rule: Rule, harmful: boolean): void => {
		const context: LabelContext = {
			episode: input.episode,
			at,
			delta: delta(rule),
			...(input.decay === undefined ? {} : { decay: input.decay }),
			weight: (input.weight ?? 1) * (harmful ? 1 - (input.doubt?.(rule) ?? 0) : 1),
		};
		const because = `answer ${provenance.entry} ${harmful ? 'would not do this' : 'agrees'}`;
		const change = happen(rule, { type: 'label', harmful, context, because }, at);
		index.add(rule);
		labels.push({ rule, harmful });
		changed.push(rule);
		if (change !== undefined) changes.push(change);
	};
	for (const rule of index.matching(facts)) give(rule, !right.has(actKey(rule.data.then)));
	const checked = labels.map((l) => l.rule.id);
	const done = (residue: Residue, made?: Rule): RuleCrystallised => {
		traces.add({
			entry: provenance.entry,
			facts,
			act: answer.act,
			ok,
			episode: input.episode,
			layer,
			...(input.doubt === undefined ? {} : { lone: true }),
		});
		return {
			residue,
			changed: made === undefined ? changed : [...changed, made],
			changes,
			labels,
			...(made === undefined ? {} : { made }),
		};
	};
	const nothing = (refused: Refusal[]): RuleCrystallised =>
		done(
			checked.length > 0
				? { made: [], refused, labelled: checked }
				: { none: 'all-refused', detail: refused.map((r) => `${r.what}: ${r.why}`).join('; ') || 'nothing to make a rule of' },
		);

	if (input.mayMake === false)
		return done(
			checked.length > 0 ? { made: [], refused: [], labelled: checked } : { none: 'audit', detail: 'asked to check, not to learn' },
		);
	const drafted = draft(input, layer, delta);
	if (drafted.data === undefined) return nothing(drafted.refused);
	const { data, refused, stored } = drafted;

	const all = index.all();
	const key = ruleKey(data);
	const twin = all.find((rule) => rule.state !== 'retired' && ruleKey(rule.data) === key);
	if (twin !== undefined) {
		// It has had its label above, since it matches this moment too.
		twin.data = { ...twin.data, from: [...twin.data.from, String(provenance.entry)].slice(-64) };
		if (!changed.includes(twin)) changed.push(twin);
		return checked.length > 0 ? done({ made: [], refused, labelled: checked }) : done({ none: 'confirmed-existing', detail: twin.name });
	}
	const general = all.find((rule) => (rule.state === 'shadow' || rule.state === 'autonomous') && implies(rule.data, data));
	if (general !== undefined)
		return nothing([...refused, { what: printRule(data), why: `"${general.name}" says the same of more situations` }]);

	const admitted = admit({ ...input, data, stored });
	changes.push(...admitted.changes);
	index.add(admitted.rule);
	return done({ made: [admitted.rule as Crystal], refused, labelled: checked }, admitted.rule);
}

/** A new rule, and what the labels stored before make of it at once. */
export function admit(input: {
	readonly data: RuleData;
	/** Its evidence from before, none of which it was fitted to. */
	readonly stored: Stat;
	readonly id: () => string;
	readonly scope: Scope;
	readonly provenance: Provenance;
	readonly at: number;
}): { readonly rule: Rule; readonly changes: readonly RuleChange[] } {
	const { data, stored, scope, provenance, at } = input;
	const rule: Rule = {
		id: input.id(),
		kind: 'rule',
		scope,
		name: ruleName(data),
		schema: RULE_SCHEMA,
		createdAt: at,
		provenance,
		state: 'trial',
		stat: freshStat(),
		history: [],
		data,
		blobs: {},
	};
	const changes = ([{ type: 'admitted' }, { type: 'replayed', stat: stored }] as const).flatMap((event) => happen(rule, event, at) ?? []);
	return { rule, changes };
}

/** Lets an event happen to a rule; undefined when its state stays. */
export function happen(rule: Rule, event: LifeEvent, at: number): RuleChange | undefined {
	const step = live(rule, event, at);
	applyStep(rule, step);
	return step.change && { rule, from: step.change.from, to: step.change.to, why: step.change.why };
}

type Drafted =
	| {
			readonly data: RuleData;
			readonly refused: Refusal[];
			/** Its evidence from before. */
			readonly stored: Stat;
	  }
	| { readonly data?: undefined; readonly refused: Refusal[] };

/** Admission, in the order of design-crystals.md §3; what falls is named. */
function draft(input: RuleCrystalliseInput, layer: Layer, delta: (rule: Pick<Rule, 'data'>) => number): Drafted {
	const { answer, facts, table, traces } = input;
	const refused: Refusal[] = [];
	const check = makeRuleCheck(table, input);
	const fault = illegal(answer.act, input, check);
	if (fault !== undefined) return { refused: [{ what: `act "${answer.act.verb}"`, why: fault }] };

	const admitted: Literal[] = [];
	const reasons = reasonsOf(answer, input);
	const wanted =
		answer.scope === 'here' && typeof facts['screen'] === 'string'
			? [{ f: 'screen', op: '==' as const, v: facts['screen'] }, ...reasons.because]
			: reasons.because;
	for (const literal of wanted) {
		const what = printLiteral(literal);
		const wrong = table.fault(literal);
		const truth = truthOf(literal, facts);
		if (wrong !== undefined) refused.push({ what, why: wrong });
		else if (truth === undefined) refused.push({ what, why: 'not known in this situation' });
		else if (!truth) refused.push({ what, why: 'not true in this situation' });
		else {
			const snapped = table.snap(literal, facts);
			if (!admitted.some((l) => literalKey(l) === literalKey(snapped))) admitted.push(snapped);
		}
	}
	const unless: Literal[] = [];
	for (const literal of reasons.unless) {
		const wrong = table.fault(literal);
		if (wrong !== undefined) refused.push({ what: `unless ${printLiteral(literal)}`, why: wrong });
		else if (truthOf(literal, facts) === true)
			refused.push({ what: `unless ${printLiteral(literal)}`, why: 'is true in this situation, so it cannot be an exception' });
		else if (!unless.some((l) => literalKey(l) === literalKey(literal))) unless.push(table.snap(literal, facts));
	}
	if (admitted.length === 0) return { refused: [...refused, { what: 'rule', why: 'no condition of it stands' }] };

	const expects = answer.expects.filter((effect) => {
		const wrong = check.effect(effect);
		if (wrong !== undefined) refused.push({ what: `expects ${effect.f}`, why: wrong });
		return wrong === undefined;
	});
	const ends = answer.until.filter((literal) => {
		const wrong = table.fault(literal);
		if (wrong !== undefined) refused.push({ what: `until ${printLiteral(literal)}`, why: wrong });
		return wrong === undefined;
	});
	const never = contradictionIn(ends);
	if (never !== undefined)
		refused.push({ what: `until ${never.map(printLiteral).join(' and ')}`, why: 'can never be: one excludes the other' });
	const until = never === undefined ? ends : [];
	const data: RuleData = {
		layer,
		when: admitted,
		unless,
		then: answer.act,
		expects,
		until,
		origin: reasons.origin,
		from: [String(input.provenance.entry)],
	};
	const rows = traces.matching(data);
	const stored = replay(traces, rows, data.then, {
		delta: delta({ data }),
		...(input.decay === undefined ? {} : { decay: input.decay }),
		...(input.errs === undefined ? {} : { doubt: input.errs }),
	});
	if (stored.w === 0 || score(stored) >= STANDS_FROM) return { data, refused, stored };
	const key = actKey(data.then);
	const mine = rows.slice(-REPLAYED_MOST).flatMap((i) => {
		const accepted = traces.accepts(i, key);
		return accepted === undefined ? [] : [{ entry: traces.entry(i), facts: traces.get(i).facts, accepted }];
	});
	const extra = splitOff([...mine, { entry: 0, facts, accepted: true }], data, facts, table, reasons.spare);
	if (extra === undefined) {
		return {
			refused: [
				...refused,
				{
					what: ruleName(data),
					why: `contradicted by answer ${mine.findLast((one) => !one.accepted)?.entry ?? ''}, and no further condition tells them apart`,
				},
			],
		};
	}
	// The extra condition was fitted to what is stored, which therefore says nothing of it.
	return { data: { ...data, when: [...data.when, extra] }, refused, stored: freshStat() };
}

interface Held {
	readonly facts: Facts;
	/** The rule's act was right there. */
	readonly accepted: boolean;
}

/**
 * One step of a decision tree on the rule's own cases: a literal true here that keeps the good and leaves no bad one.
 *
 * @param spoken  what the model said besides its reasons: taken before what merely tells the cases apart
 */
function splitOff(mine: readonly Held[], rule: RuleData, facts: Facts, table: FactTable, spoken: readonly Literal[]): Literal | undefined {
	const used = new Set(rule.when.map((l) => l.f));
	let best: { literal: Literal; kept: number } | undefined;
	const consider = (literal: Literal): void => {
		if (!holds(literal, facts) || table.fault(literal) !== undefined) return;
		const left = mine.filter((one) => holds(literal, one.facts));
		if (left.some((one) => !one.accepted)) return;
		if (best === undefined || left.length > best.kept) best = { literal, kept: left.length };
	};
	for (const literal of spoken) consider(literal);
	for (const [id, value] of best === undefined ? Object.entries(facts) : []) {
		if ((id !== 'screen' && !table.varies(id)) || (used.has(id) && typeof value !== 'number')) continue;
		if (typeof value === 'boolean' || typeof value === 'string') {
			consider({ f: id, op: '==', v: value });
			continue;
		}
		if (typeof value !== 'number') continue;
		const values = [...new Set(mine.map((one) => one.facts[id]).filter((n): n is number => typeof n === 'number'))].sort((a, b) => a - b);
		for (let i = 1; i < values.length; i++) {
			const cut = ((values[i - 1] as number) + (values[i] as number)) / 2;
			consider(value <= cut ? { f: id, op: '<=', v: cut } : { f: id, op: '>', v: cut });
		}
	}
	if (best === undefined) return undefined;
	const snapped = table.snap(best.literal, facts);
	// A snapped cut may let a bad case in again.
	return mine.some((one) => holds(snapped, one.facts) && !one.accepted) ? best.literal : snapped;
}

/** Why an act may not be kept in a rule: its verb, an argument, or an element nobody knows. */
function illegal(act: Act, input: RuleCrystalliseInput, check: RuleCheck): string | undefined {
	const fault = check.act(act);
	if (fault !== undefined || input.elements === undefined) return fault;
	const args = input.actions.find((a) => a.verb === act.verb)?.args ?? {};
	for (const [name, type] of Object.entries(args)) {
		const value = act.args[name];
		if (type === 'element' && typeof value === 'string' && !input.elements.has(value)) return `there is no element "${value}"`;
	}
	return undefined;
}

export function ruleKey(rule: Pick<RuleData, 'when' | 'unless' | 'then'>): string {
	const side = (literals: readonly Literal[]): string => [...new Set(literals.map(literalKey))].sort().join(' & ');
	return `${side(rule.when)} ! ${side(rule.unless)} => ${actKey(rule.then)}`;
}

/** Whether `general` fires with the same act wherever `special` does. */
export function implies(general: RuleData, special: RuleData): boolean {
	if (actKey(general.then) !== actKey(special.then)) return false;
	const has = (literals: readonly Literal[], l: Literal): boolean =>
		literals.some((other) => literalKey(other) === literalKey(l) || narrower(other, l));
	return (
		general.when.every((l) => has(special.when, l)) &&
		general.unless.every((l) => special.unless.some((other) => literalKey(other) === literalKey(l)))
	);
}

/** Whether `a` can only hold where `b` does. */
function narrower(a: Literal, b: Literal): boolean {
	if (a.f !== b.f || a.op !== b.op || typeof a.v !== 'number' || typeof b.v !== 'number') return false;
	return a.op === '<=' ? a.v <= b.v : a.op === '>' ? a.v >= b.v : false;
}

/** The outcome of an act that a rule chose, as its label. */
export function labelOutcome(rule: Rule, verdict: 'good' | 'harmful' | 'none', why: string, context: LabelContext): RuleChange | undefined {
	if (verdict === 'none') return undefined;
	return happen(rule, { type: 'label', harmful: verdict === 'harmful', context, because: why }, context.at);
}
