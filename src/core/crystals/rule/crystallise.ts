// From a model's answer to a rule, or to a reason why not. Models say much that is not so: of the literals in public reasoning
// only 41 to 98 % hold where they were said, so each is held against this very moment and against the cases kept from before.
import { actFault } from '../../facts/resolve.ts';
import { blockedBy, contradictionIn, holds, literalKey, truthOf } from '../../facts/literal.ts';
import type { FactTable } from '../../facts/snapshot.ts';
import type { Action } from '../../profile.ts';
import type { Act, DecisionAnswer, Effect, Facts, Literal } from '../../question.ts';
import { type Crystal, freshStat, type Provenance, type Refusal, type Residue, type Scope } from '../crystal.ts';
import { applyStep, type LabelContext, live } from '../lifecycle.ts';
import { actKey } from './apply.ts';
import { reasonsOf } from './reasons.ts';
import type { RuleIndex } from './rule-index.ts';
import { type Layer, type Rule, RULE_SCHEMA, type RuleData } from './schema.ts';
import { printLiteral, printRule } from './text.ts';

/** A labelled decision: what a model would have done in a situation. JSON. */
export interface Case {
	/** Ledger entry that paid for it. */
	readonly entry: number;
	readonly facts: Facts;
	readonly act: Act;
	/** Keys of the other acts it would also have accepted. */
	readonly ok: readonly string[];
}
export interface Cases {
	add(one: Case): void;
	readonly all: readonly Case[];
	/** The cases most alike, by the share of facts that agree. */
	nearest(facts: Facts, limit?: number): readonly Case[];
	/** Both rules' acts were acceptable in every one of at least three cases that both match. */
	compatible(a: Rule, b: Rule): boolean;
}

const CASES_MAX = 2000;

/** A ring of labelled cases; the oldest go first. */
export function makeCases(from: readonly Case[] = [], most = CASES_MAX): Cases {
	let cases = from.slice(-most);
	// Asked at every decision point where two rules disagree, and the same until another case comes.
	const pairs = new Map<string, boolean>();
	return {
		add(one) {
			pairs.clear();
			cases = [...cases, one].slice(-most);
		},
		get all() {
			return cases;
		},
		nearest(facts, limit = 3) {
			const alike = (one: Case): number => {
				const ids = new Set([...Object.keys(facts), ...Object.keys(one.facts)]);
				let same = 0;
				for (const id of ids) if (one.facts[id] === facts[id]) same++;
				return ids.size === 0 ? 0 : same / ids.size;
			};
			return cases
				.map((one) => ({ one, alike: alike(one) }))
				.toSorted((a, b) => b.alike - a.alike || b.one.entry - a.one.entry)
				.slice(0, limit)
				.map(({ one }) => one);
		},
		compatible(a, b) {
			const pair = a.id < b.id ? `${a.id} ${b.id}` : `${b.id} ${a.id}`;
			let agreed = pairs.get(pair);
			if (agreed === undefined) {
				const both = cases.filter((one) => matches(a.data, one.facts) && matches(b.data, one.facts));
				agreed = both.length >= 3 && both.every((one) => accepts(one, a.data.then) && accepts(one, b.data.then));
				pairs.set(pair, agreed);
			}
			return agreed;
		},
	};
}

function accepts(one: Pick<Case, 'act' | 'ok'>, act: Act): boolean {
	const key = actKey(act);
	return actKey(one.act) === key || one.ok.includes(key);
}
function matches(rule: Pick<RuleData, 'when' | 'unless'>, facts: Facts): boolean {
	return rule.when.every((l) => holds(l, facts)) && blockedBy(rule.unless, facts, false) === undefined;
}

export interface RuleCrystalliseInput {
	readonly answer: DecisionAnswer;
	/** Facts the question was asked in; what the model could see. */
	readonly facts: Facts;
	readonly table: FactTable;
	readonly actions: readonly Pick<Action, 'verb' | 'args'>[];
	readonly cases: Cases;
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
	readonly delta?: (rule: Rule) => number;
	/** Weight kept by older evidence. */
	readonly decay?: number;
	/** What the answer counts for, in (0, 1]. */
	readonly weight?: number;
}
export interface RuleCrystallised {
	readonly residue: Residue;
	/** Crystals that changed, labelled or new: to be stored. */
	readonly changed: readonly Rule[];
	readonly made?: Rule;
	/** Why each state changed, for the ledger. */
	readonly changes: readonly { readonly rule: Rule; readonly from: string; readonly to: string; readonly why: string }[];
	readonly labels: readonly { readonly rule: Rule; readonly harmful: boolean }[];
}

/** Labels every rule that matches by this answer, and makes a rule of it if it stands up to what is known. */
export function crystalliseRule(input: RuleCrystalliseInput): RuleCrystallised {
	const { answer, facts, cases, index, provenance, at } = input;
	const ok = answer.options.filter((o) => o.ok).map((o) => actKey(o.act));
	const here: Case = { entry: provenance.entry, facts, act: answer.act, ok };

	const changed: Rule[] = [];
	const changes: { rule: Rule; from: string; to: string; why: string }[] = [];
	const labels: { rule: Rule; harmful: boolean }[] = [];
	const label = (rule: Rule, harmful: boolean): void => {
		const from = rule.state;
		const step = live(
			rule,
			{
				type: 'label',
				harmful,
				context: {
					episode: input.episode,
					at,
					...(input.delta === undefined ? {} : { delta: input.delta(rule) }),
					...(input.decay === undefined ? {} : { decay: input.decay }),
					...(input.weight === undefined ? {} : { weight: input.weight }),
				},
				because: `answer ${provenance.entry} ${harmful ? 'would not do this' : 'agrees'}`,
			},
			at,
		);
		applyStep(rule, step);
		index.add(rule);
		labels.push({ rule, harmful });
		changed.push(rule);
		if (step.change) changes.push({ rule, from, to: step.change.to, why: step.change.why });
	};
	for (const rule of index.matching(facts)) label(rule, !accepts(here, rule.data.then));
	const labelled = labels.map((l) => l.rule.id);
	const done = (residue: Residue, made?: Rule): RuleCrystallised => {
		cases.add(here);
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
			labelled.length > 0
				? { made: [], refused, labelled }
				: { none: 'all-refused', detail: refused.map((r) => `${r.what}: ${r.why}`).join('; ') || 'nothing to make a rule of' },
		);

	if (input.mayMake === false)
		return done(labelled.length > 0 ? { made: [], refused: [], labelled } : { none: 'audit', detail: 'asked to check, not to learn' });
	const drafted = draft(input, here);
	if ('refused' in drafted && drafted.data === undefined) return nothing(drafted.refused);
	const { data, refused } = drafted;

	const twin = index.all().find((rule) => rule.state !== 'retired' && ruleKey(rule.data) === ruleKey(data));
	if (twin !== undefined) {
		// It has had its label above, since it matches this moment too.
		twin.data = { ...twin.data, from: [...twin.data.from, String(provenance.entry)].slice(-64) };
		if (!changed.includes(twin)) changed.push(twin);
		return labelled.length > 0 ? done({ made: [], refused, labelled }) : done({ none: 'confirmed-existing', detail: twin.name });
	}
	const general = index.all().find((rule) => (rule.state === 'shadow' || rule.state === 'autonomous') && implies(rule.data, data));
	if (general !== undefined)
		return nothing([...refused, { what: printRule(data), why: `"${general.name}" says the same of more situations` }]);

	const rule: Rule = {
		id: input.id(),
		kind: 'rule',
		scope: input.scope,
		name: printRule({ ...data, expects: [], until: [] }),
		schema: RULE_SCHEMA,
		createdAt: at,
		provenance,
		state: 'trial',
		stat: freshStat(),
		history: [],
		data,
		blobs: {},
	};
	const step = live(rule, { type: 'admitted' }, at);
	applyStep(rule, step);
	if (step.change) changes.push({ rule, from: 'trial', to: step.change.to, why: step.change.why });
	index.add(rule);
	return done({ made: [rule as Crystal], refused, labelled }, rule);
}

type Drafted = { readonly data: RuleData; readonly refused: Refusal[] } | { readonly data?: undefined; readonly refused: Refusal[] };

/** Admission, in the order of design-crystals.md §3; what falls is named. */
function draft(input: RuleCrystalliseInput, here: Case): Drafted {
	const { answer, facts, table, cases } = input;
	const refused: Refusal[] = [];
	const fault = illegal(answer.act, input);
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

	const expects: Effect[] = [];
	for (const effect of answer.expects) {
		const wrong =
			effect.op === 'up' || effect.op === 'down'
				? table.get(effect.f)?.kind === 'number'
					? undefined
					: `"${effect.f}" is not a number that can be read`
				: effect.v === undefined
					? 'has no value'
					: table.fault({ f: effect.f, op: effect.op, v: effect.v });
		if (wrong === undefined) expects.push(effect);
		else refused.push({ what: `expects ${effect.f}`, why: wrong });
	}
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
		layer: input.layer ?? 'strategy',
		when: admitted,
		unless,
		then: answer.act,
		expects,
		until,
		origin: reasons.origin,
		from: [String(input.provenance.entry)],
	};
	const mine = [...cases.all, here].filter((one) => matches(data, one.facts));
	const bad = mine.filter((one) => !accepts(one, data.then));
	if (bad.length === 0) return { data, refused };
	const extra = splitOff(mine, data, facts, table, reasons.spare);
	if (extra === undefined) {
		return {
			refused: [
				...refused,
				{
					what: printRule({ ...data, expects: [], until: [] }),
					why: `contradicted by answer ${bad.at(-1)?.entry ?? ''}, and no further condition tells them apart`,
				},
			],
		};
	}
	return { data: { ...data, when: [...data.when, extra] }, refused };
}

/**
 * One step of a decision tree on the rule's own cases: a literal true here that keeps the good and leaves no bad one.
 *
 * @param spoken  what the model said besides its reasons: taken before what merely tells the cases apart
 */
function splitOff(mine: readonly Case[], rule: RuleData, facts: Facts, table: FactTable, spoken: readonly Literal[]): Literal | undefined {
	const used = new Set(rule.when.map((l) => l.f));
	let best: { literal: Literal; kept: number } | undefined;
	const consider = (literal: Literal): void => {
		if (!holds(literal, facts) || table.fault(literal) !== undefined) return;
		const left = mine.filter((one) => holds(literal, one.facts));
		if (left.some((one) => !accepts(one, rule.then))) return;
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
	return mine.some((one) => holds(snapped, one.facts) && !accepts(one, rule.then)) ? best.literal : snapped;
}

/** Why an act may not be kept in a rule: its verb, an argument, or an element nobody knows. */
function illegal(act: Act, input: RuleCrystalliseInput): string | undefined {
	const kinds = new Map(
		input.table.all.map((def) => [def.id, def.kind === 'number' || def.kind === 'position' ? def.kind : ('other' as const)]),
	);
	const fault = actFault(act, input, kinds);
	if (fault !== undefined || input.elements === undefined) return fault;
	const args = input.actions.find((a) => a.verb === act.verb)?.args ?? {};
	for (const [name, type] of Object.entries(args)) {
		const value = act.args[name];
		if (type === 'element' && typeof value === 'string' && !input.elements.has(value)) return `there is no element "${value}"`;
	}
	return undefined;
}

function ruleKey(rule: Pick<RuleData, 'when' | 'unless' | 'then'>): string {
	const side = (literals: readonly Literal[]): string => [...new Set(literals.map(literalKey))].sort().join(' & ');
	return `${side(rule.when)} ! ${side(rule.unless)} => ${actKey(rule.then)}`;
}

/** Whether `general` fires with the same act wherever `special` does. */
function implies(general: RuleData, special: RuleData): boolean {
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
export function labelOutcome(
	rule: Rule,
	label: 'good' | 'harmful' | 'none',
	why: string,
	context: LabelContext,
): RuleCrystallised['changes'][number] | undefined {
	if (label === 'none') return undefined;
	const from = rule.state;
	const step = live(rule, { type: 'label', harmful: label === 'harmful', context, because: why }, context.at);
	applyStep(rule, step);
	return step.change && { rule, from, to: step.change.to, why: step.change.why };
}
