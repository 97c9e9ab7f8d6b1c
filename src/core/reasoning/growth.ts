// Rules that no single answer gave: grown as trees from all of them, merged from neighbours, and cleared away where another says the
// same and more. Runs when the labels have grown by a quarter, so its cost is spread thin however long a game is played.
import type { Provenance, Scope, Stat } from '../crystals/crystal.ts';
import { floor, type LifeEvent, score } from '../crystals/lifecycle.ts';
import { actKey } from '../crystals/rule/apply.ts';
import { admit, happen, implies, replay, type RuleChange, ruleKey } from '../crystals/rule/crystallise.ts';
import { induce, type Mixed } from '../crystals/rule/induce.ts';
import type { RuleIndex } from '../crystals/rule/rule-index.ts';
import { LAYERS, type Layer, type Rule, type RuleData } from '../crystals/rule/schema.ts';
import type { Traces } from '../crystals/rule/traces.ts';
import { literalKey } from '../facts/literal.ts';
import type { FactTable } from '../facts/snapshot.ts';
import type { Literal } from '../question.ts';
import type { Tuning } from './tuning.ts';

export interface GrowthInput {
	readonly traces: Traces;
	readonly table: FactTable;
	readonly index: RuleIndex;
	readonly tuning: Tuning;
	readonly id: () => string;
	readonly scope: Scope;
	/** Of the answer that was the last straw. */
	readonly provenance: Provenance;
	readonly at: number;
	/** Of a rule's act: what it does cannot be undone. */
	readonly delta: (rule: Pick<Rule, 'data'>) => number;
	/** How often answers are errors, and the chance that one is which contradicts a rule that is wrong with chance `risk`. */
	readonly noise: number;
	readonly doubt: (risk: number) => number;
}
export interface Growth {
	readonly made: readonly Rule[];
	readonly changes: readonly RuleChange[];
	/** Rules whose state or data changed, the new ones included. */
	readonly changed: readonly Rule[];
	readonly mixed: readonly (Mixed & { readonly layer: Layer })[];
}

/** A grown rule that its own counts do not bear out is not kept. */
const GROWN_FROM = 0.6;
const MERGES_MOST = 40;
const WHEN_MOST = 12;

export function grow(input: GrowthInput): Growth {
	const { traces, table, index, tuning, at, noise, doubt } = input;
	const made: Rule[] = [];
	const changed = new Set<Rule>();
	const changes: RuleChange[] = [];
	const mixed: (Mixed & { layer: Layer })[] = [];

	const end = (rule: Rule, event: LifeEvent): void => {
		const change = happen(rule, event, at);
		index.add(rule);
		changed.add(rule);
		if (change !== undefined) changes.push(change);
	};
	const take = (data: RuleData, stored: Stat): Rule => {
		const admitted = admit({ ...input, data, stored });
		changes.push(...admitted.changes);
		index.add(admitted.rule);
		made.push(admitted.rule);
		changed.add(admitted.rule);
		return admitted.rule;
	};
	const living = (): readonly Rule[] => index.all().filter((rule) => rule.state === 'shadow' || rule.state === 'autonomous');

	for (const layer of LAYERS) {
		const { delta } = tuning.limits[layer];
		const induction = induce(traces, table, layer, tuning.induce, { delta, decay: tuning.decay, noise, doubt });
		if (induction.rules.length === 0) continue;
		for (const one of induction.mixed) mixed.push({ ...one, layer });
		const known = new Set(index.all().flatMap((rule) => (rule.state === 'retired' ? [] : [ruleKey(rule.data)])));
		const grown = new Set(induction.rules.map((one) => ruleKey({ ...one, unless: [] })));
		for (const one of induction.rules.toSorted((a, b) => floor(b.stat) - floor(a.stat))) {
			if (one.stat.k === 0 || score(one.stat) < GROWN_FROM || one.when.length > WHEN_MOST) continue;
			const when = one.when.map((literal) => onCut(literal, table, traces));
			const data: RuleData = { layer, when, unless: [], then: one.then, expects: [], until: [], origin: 'induced', from: one.from };
			if (known.has(ruleKey(data))) continue;
			const better = living().some((rule) => implies(rule.data, data) && floor(rule.stat) >= floor(one.stat));
			if (!better) take(data, one.stat);
		}
		for (const rule of living()) {
			if (rule.state === 'shadow' && rule.data.origin === 'induced' && rule.data.layer === layer && !made.includes(rule))
				if (!grown.has(ruleKey(rule.data)))
					end(rule, { type: 'taken-back', why: `the trees of ${traces.labelled} labels grow it no more` });
		}
	}
	for (const [a, b, data] of neighbours(living())) {
		const rows = traces.matching(data);
		const stored = replay(traces, rows, data.then, { delta: input.delta({ data }), decay: tuning.decay, doubt });
		// What lies between the two is only taken in where the labels that are stored bear it out.
		if (floor(stored) < Math.max(floor(a.stat), floor(b.stat)) || floor(stored) < 1 - 5 * input.delta({ data })) continue;
		take(data, stored);
	}
	clear(living(), end);
	return { made, changes, changed: [...changed], mixed };
}

/** A threshold of a tree becomes a cut, or moves to one that is there already where no moment stored tells the two apart. */
function onCut(literal: Literal, table: FactTable, traces: Traces): Literal {
	const snapped = table.snap(literal, {});
	const alike = (one: Literal): number => traces.matching({ when: [one], unless: [] }).length;
	return snapped.v === literal.v || alike(snapped) === alike(literal) ? snapped : literal;
}

/** Pairs of rules for one act that differ in one fact's bounds or value, with the rule that spans both. */
function neighbours(rules: readonly Rule[]): (readonly [Rule, Rule, RuleData])[] {
	const groups = new Map<string, Rule[]>();
	for (const rule of rules) {
		const { layer, then, unless, when, origin } = rule.data;
		if (origin === 'hand') continue;
		const shape = [...new Set(when.map((l) => l.f))].sort().join(' ');
		const key = `${layer} ${actKey(then)} ${unless.map(literalKey).sort().join('&')} | ${shape}`;
		groups.set(key, [...(groups.get(key) ?? []), rule]);
	}
	const known = new Set(rules.map((rule) => ruleKey(rule.data)));
	const found: (readonly [Rule, Rule, RuleData])[] = [];
	for (const group of groups.values()) {
		for (let i = 0; i < group.length && found.length < MERGES_MOST; i++) {
			for (let j = i + 1; j < group.length && found.length < MERGES_MOST; j++) {
				const [a, b] = [group[i] as Rule, group[j] as Rule];
				const when = hull(a.data.when, b.data.when);
				if (when === undefined) continue;
				const from = [...new Set([...a.data.from, ...b.data.from])].slice(-64);
				const data: RuleData = { ...a.data, when, origin: 'merged', from };
				if (known.has(ruleKey(data))) continue;
				known.add(ruleKey(data));
				found.push([a, b, data]);
			}
		}
	}
	return found;
}

/** The narrowest conjunction that holds wherever either does, when they differ in one fact alone; undefined otherwise. */
export function hull(a: readonly Literal[], b: readonly Literal[]): Literal[] | undefined {
	const keys = new Set(b.map(literalKey));
	const same = a.filter((l) => keys.has(literalKey(l)));
	const common = new Set(same.map(literalKey));
	const onlyA = a.filter((l) => !common.has(literalKey(l)));
	const onlyB = b.filter((l) => !common.has(literalKey(l)));
	const [first] = onlyA;
	if (first === undefined || onlyB.length === 0) return undefined;
	if ([...onlyA, ...onlyB].some((l) => l.f !== first.f)) return undefined;
	const values = (of: readonly Literal[]): (string | number)[] | undefined => {
		const [only] = of;
		if (only === undefined || of.length !== 1) return undefined;
		if (only.op === 'in' && Array.isArray(only.v)) return only.v;
		return only.op === '==' && typeof only.v !== 'boolean' && !Array.isArray(only.v) ? [only.v] : undefined;
	};
	const [va, vb] = [values(onlyA), values(onlyB)];
	if (va !== undefined && vb !== undefined) {
		const all = [...new Set([...va, ...vb])];
		return all.length > 32 ? undefined : [...same, { f: first.f, op: 'in', v: all }];
	}
	if ([...onlyA, ...onlyB].some((l) => (l.op !== '<=' && l.op !== '>') || typeof l.v !== 'number')) return undefined;
	const bound = (op: '<=' | '>'): Literal[] => {
		// A bound that only one of them has is none of the hull.
		const [x, y] = [a, b].map((of) => of.find((l) => l.f === first.f && l.op === op)?.v) as (number | undefined)[];
		if (x === undefined || y === undefined) return [];
		return [{ f: first.f, op, v: op === '<=' ? Math.max(x, y) : Math.min(x, y) }];
	};
	const bounds = [...bound('>'), ...bound('<=')];
	const rest = same.filter((l) => l.f !== first.f || (l.op !== '<=' && l.op !== '>'));
	return rest.length + bounds.length === 0 ? undefined : [...rest, ...bounds];
}

/** Retires what a better rule in service says of more situations. */
function clear(rules: readonly Rule[], end: (rule: Rule, event: LifeEvent) => void): void {
	const byAct = new Map<string, Rule[]>();
	for (const rule of rules) {
		const key = `${rule.data.layer} ${actKey(rule.data.then)}`;
		byAct.set(key, [...(byAct.get(key) ?? []), rule]);
	}
	for (const group of byAct.values()) {
		for (const special of group) {
			if (special.data.origin === 'hand') continue;
			const general = group.find(
				(other) =>
					other !== special &&
					other.state === 'autonomous' &&
					implies(other.data, special.data) &&
					floor(other.stat) >= floor(special.stat) &&
					!(implies(special.data, other.data) && other.id > special.id),
			);
			if (general !== undefined) end(special, { type: 'implied', by: `"${general.name}"` });
		}
	}
}
