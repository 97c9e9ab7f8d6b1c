// Which rules fire, and which of them is followed. For each fact and each value it can be told apart by, a bitset holds the
// rules that this value excludes; a tick joins one bitset per fact, so its cost hardly grows with the number of rules.
import { fires, literalKey, meets, truthOf, known } from '../../facts/literal.ts';
import type { MissReason } from '../../ledger.ts';
import type { Random } from '../../ports.ts';
import type { Profile } from '../../profile.ts';
import type { Act, Facts, FactValue, Literal } from '../../question.ts';
import { type ActPolicy, canAct, DELTA, DELTA_IRREVERSIBLE, floor, groupScore, score } from '../lifecycle.ts';
import { LAYERS, type Rule } from './schema.ts';
import { printAct, printRule } from './text.ts';

/** One text for an act, so that equal acts compare equal whatever the order of their arguments. */
export function actKey(act: Act): string {
	return `${act.verb}(${Object.entries(act.args)
		.map(([name, value]) => `${name}=${JSON.stringify(value)}`)
		.sort()
		.join(',')})`;
}

export interface RuleIndex {
	/** Adds a rule, or takes in that its data changed. */
	add(rule: Rule): void;
	remove(id: string): void;
	get(id: string): Rule | undefined;
	readonly size: number;
	all(): readonly Rule[];
	/** Every rule whose condition holds, whatever its state except retired, in the order they were added. */
	matching(facts: Facts): readonly Rule[];
	/** Rules with one condition false for certain and the rest true: the nearest misses, for the question. */
	nearly(facts: Facts, limit?: number): readonly Rule[];
}

/** What a value is told apart by: its place among the cuts, or itself. Null for positions, undefined for the unknown. */
type Code = string | number | boolean | null | undefined;

interface Column {
	/** Distinct tests of the fact: literal, and whether the rule needs it false. */
	readonly tests: Map<string, { readonly literal: Literal; readonly blocks: boolean; readonly strict: boolean; readonly slots: number[] }>;
	/** Numbers that some test compares with, sorted; values between two of them exclude the same rules. */
	cuts: number[];
	/** Rules excluded, by the value's code. Emptied when a test is added that no code knows. */
	masks: Map<Code, Uint32Array>;
}

/** @param isIrreversible  of a verb: for these an unknown `unless` blocks */
export function makeRuleIndex(rules: Iterable<Rule> = [], isIrreversible: (verb: string) => boolean = () => false): RuleIndex {
	const columns = new Map<string, Column>();
	const slots: (Rule | undefined)[] = [];
	const slotOf = new Map<string, number>();
	let live = new Uint32Array(32);

	function add(rule: Rule): void {
		remove(rule.id);
		const slot = slots.length;
		slots.push(rule);
		slotOf.set(rule.id, slot);
		if (slot >> 5 >= live.length) {
			live = widen(live, live.length * 2);
			for (const column of columns.values()) column.masks.clear();
		}
		live[slot >> 5] = (live[slot >> 5] as number) | (1 << (slot & 31));
		for (const literal of rule.data.when) put(literal, false, false, slot);
		for (const literal of rule.data.unless) put(literal, true, isIrreversible(rule.data.then.verb), slot);
	}

	function put(literal: Literal, blocks: boolean, strict: boolean, slot: number): void {
		let column = columns.get(literal.f);
		if (column === undefined) columns.set(literal.f, (column = { tests: new Map(), cuts: [], masks: new Map() }));
		const key = `${blocks ? (strict ? '!!' : '!') : ''}${literalKey(literal)}`;
		const test = column.tests.get(key);
		if (test !== undefined) test.slots.push(slot);
		else {
			column.tests.set(key, { literal, blocks, strict, slots: [slot] });
			const numbers = (Array.isArray(literal.v) ? literal.v : [literal.v]).filter((n): n is number => typeof n === 'number');
			column.cuts = [...new Set([...column.cuts, ...numbers])].sort((a, b) => a - b);
		}
		// Masks are made when a value is met, so a new rule only has to let go of those of its own facts.
		column.masks.clear();
	}

	function remove(id: string): void {
		const slot = slotOf.get(id);
		if (slot === undefined) return;
		slotOf.delete(id);
		slots[slot] = undefined;
		live[slot >> 5] = (live[slot >> 5] as number) & ~(1 << (slot & 31));
	}

	function maskOf(column: Column, value: FactValue | undefined): Uint32Array {
		const code = codeOf(column, value);
		let mask = column.masks.get(code);
		if (mask !== undefined) return mask;
		mask = new Uint32Array(live.length);
		for (const test of column.tests.values()) {
			const truth = value === undefined ? undefined : meets(value, test.literal.op, test.literal.v);
			const excluded = test.blocks ? truth === true || (test.strict && truth === undefined) : truth !== true;
			if (excluded) for (const slot of test.slots) mask[slot >> 5] = (mask[slot >> 5] as number) | (1 << (slot & 31));
		}
		// A text with endless values would fill the memory; beyond this many they are worked out anew.
		if (column.masks.size > 512) column.masks.clear();
		column.masks.set(code, mask);
		return mask;
	}

	for (const rule of rules) add(rule);
	return {
		add,
		remove,
		get(id) {
			const slot = slotOf.get(id);
			return slot === undefined ? undefined : slots[slot];
		},
		get size() {
			return slotOf.size;
		},
		all: () => slots.filter((rule) => rule !== undefined),
		matching(facts) {
			const masks: Uint32Array[] = [];
			for (const [id, column] of columns) masks.push(maskOf(column, known(facts, id)));
			const found: Rule[] = [];
			const words = (slots.length + 31) >> 5;
			for (let w = 0; w < words; w++) {
				let left = live[w] as number;
				for (let m = 0; m < masks.length && left !== 0; m++) left &= ~((masks[m] as Uint32Array)[w] as number);
				while (left !== 0) {
					const bit = 31 - Math.clz32(left & -left);
					left &= left - 1;
					const rule = slots[(w << 5) + bit];
					if (rule !== undefined && rule.state !== 'retired') found.push(rule);
				}
			}
			return found;
		},
		nearly(facts, limit = 5) {
			const near: Rule[] = [];
			for (const rule of slots) {
				if (near.length >= limit) break;
				if (rule === undefined || rule.state === 'retired' || rule.data.when.length < 2) continue;
				let off = 0;
				for (const literal of rule.data.when) {
					const truth = truthOf(literal, facts);
					if (truth !== true) off += truth === undefined ? 2 : 1;
					if (off > 1) break;
				}
				if (off === 1) near.push(rule);
			}
			return near;
		},
	};
}

function codeOf(column: Column, value: FactValue | undefined): Code {
	if (typeof value === 'object') return null;
	if (typeof value !== 'number') return value;
	let low = 0;
	let high = column.cuts.length;
	while (low < high) {
		const mid = (low + high) >> 1;
		if ((column.cuts[mid] as number) < value) low = mid + 1;
		else high = mid;
	}
	return column.cuts[low] === value ? 2 * low + 1 : 2 * low;
}

function widen(from: Uint32Array, words: number): Uint32Array<ArrayBuffer> {
	const wide = new Uint32Array(words);
	wide.set(from);
	return wide;
}

export interface RulePolicy {
	readonly profile: Pick<Profile, 'actions'>;
	readonly random: Random;
	/** From the shared harm budget. */
	readonly lambda?: number;
	/** True when earlier cases show that both acts were acceptable wherever both rules matched: then they do not conflict. */
	readonly compatible?: (a: Rule, b: Rule) => boolean;
	/** Whether the act can be carried out now; a rule whose target is out of sight does not fire. */
	readonly possible?: (act: Act) => boolean;
}
export type RuleAttempt =
	| {
			readonly outcome: 'hit';
			readonly rule: Rule;
			readonly act: Act;
			/** Under its group's prior: what the harm budget counts with, here and when the act's outcome is known. */
			readonly score: number;
			/** Below 1 when it was tried out from shadow. */
			readonly probability: number;
			readonly why: string;
			/** Every rule that matched, this one included: to be labelled when a model is asked as well. */
			readonly matching: readonly Rule[];
	  }
	| {
			readonly outcome: 'miss';
			readonly reason: Extract<MissReason, 'no-crystal' | 'shadow' | 'conflict' | 'below-threshold'>;
			readonly detail: string;
			/** Best score of a rule that fired, 0 when none did: a decision point for the harm budget all the same. */
			readonly score: number;
			readonly matching: readonly Rule[];
	  };

/** A rule that others speak against must keep this score after them. */
const ACTS_FROM = 0.8;

/** Scores under the prior of all rules of the same origin and layer; sums are taken once, at the first use. */
function calibrator(index: RuleIndex): (rule: Rule) => number {
	let groups: Map<string, { k: number; w: number }> | undefined;
	return (rule) => {
		if (groups === undefined) {
			groups = new Map();
			for (const { data, stat } of index.all()) {
				const key = `${data.origin} ${data.layer}`;
				const sum = groups.get(key) ?? { k: 0, w: 0 };
				groups.set(key, { k: sum.k + stat.k, w: sum.w + stat.w });
			}
		}
		return groupScore(rule.stat, groups.get(`${rule.data.origin} ${rule.data.layer}`) ?? { k: 0, w: 0 });
	};
}

/** Follows one of the rules that fire, or says why none can be. */
export function decideByRule(index: RuleIndex, facts: Facts, policy: RulePolicy): RuleAttempt {
	const matching = index.matching(facts);
	let bestScore = 0;
	const miss = (reason: Extract<RuleAttempt, { outcome: 'miss' }>['reason'], detail: string): RuleAttempt => ({
		outcome: 'miss',
		reason,
		detail,
		score: bestScore,
		matching,
	});
	if (matching.length === 0)
		return miss('no-crystal', index.size === 0 ? 'no rule has been learnt yet' : `none of ${index.size} rules matches`);
	const firing = matching.filter((rule) => policy.possible?.(rule.data.then) ?? true);
	if (firing.length === 0) return miss('no-crystal', `${matching.length} rules match, but what they act on is not in sight`);

	const ready: { readonly rule: Rule; readonly s: number; readonly probability: number; readonly why: string }[] = [];
	let refused = '';
	const calibrated = calibrator(index);
	for (const rule of firing) {
		if (rule.state === 'autonomous') bestScore = Math.max(bestScore, calibrated(rule));
		const irreversible = policy.profile.actions.some((a) => a.verb === rule.data.then.verb && a.irreversible);
		const limits: ActPolicy = {
			irreversible,
			calibrated: calibrated(rule),
			delta: irreversible ? DELTA_IRREVERSIBLE : DELTA,
			...(policy.lambda === undefined ? {} : { lambda: policy.lambda }),
		};
		const may = canAct(rule, policy.random, limits);
		if (may.act) ready.push({ rule, s: score(rule.stat), probability: may.probability, why: may.why });
		else if (rule.state === 'autonomous') refused ||= `"${rule.name}": ${may.why}`;
	}
	if (ready.length === 0) {
		if (refused !== '') return miss('below-threshold', refused);
		const states = [...new Set(firing.map((rule) => rule.state))].join(', ');
		return miss(
			'shadow',
			`${firing.length} matching: ${states}; best confidence ${Math.max(...firing.map((r) => score(r.stat))).toFixed(2)}`,
		);
	}
	const best = ready.toSorted(
		(a, b) =>
			LAYERS.indexOf(a.rule.data.layer) - LAYERS.indexOf(b.rule.data.layer) ||
			b.s - a.s ||
			b.rule.data.when.length - a.rule.data.when.length ||
			(a.rule.id < b.rule.id ? -1 : 1),
	)[0] as (typeof ready)[number];
	const { rule } = best;
	// Only what has shown something of its own speaks against: a fresh rule in shadow is a question, not an objection.
	const against = firing
		.filter((other) => other.state === 'autonomous' || (other.state === 'shadow' && other.stat.k >= 0.99))
		.filter((other) => LAYERS.indexOf(other.data.layer) <= LAYERS.indexOf(rule.data.layer))
		.filter((other) => actKey(other.data.then) !== actKey(rule.data.then) && !policy.compatible?.(rule, other))
		.toSorted((a, b) => score(b.stat) - score(a.stat))[0];
	const capped = against === undefined ? 1 : Math.min(best.s, 1 - score(against.stat) / 2);
	if (against !== undefined && capped < ACTS_FROM) {
		return miss('conflict', `"${rule.name}" says ${printAct(rule.data.then)}, "${against.name}" says ${printAct(against.data.then)}`);
	}
	const why = `${printRule(rule.data)}; ${best.why}, floor ${floor(rule.stat).toFixed(2)}`;
	return { outcome: 'hit', rule, act: rule.data.then, score: calibrated(rule), probability: best.probability, why, matching };
}

/** The same question asked of one rule, without the index: the measure that the index is tested against. */
export function ruleFires(rule: Rule, facts: Facts, irreversible = false): boolean {
	return fires(rule.data.when, rule.data.unless, facts, irreversible);
}
