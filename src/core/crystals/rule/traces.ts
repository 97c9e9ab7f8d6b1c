// Labelled decisions, column by column: what a tree is grown from, and what a new rule is held against. A fact's values stand in one
// typed array, so that a condition is tried on thousands of moments in microseconds.
import { known, meets } from '../../facts/literal.ts';
import type { FactTable } from '../../facts/snapshot.ts';
import type { Act, Facts, FactValue, Literal } from '../../question.ts';
import { actKey } from './apply.ts';
import { LAYERS, type Layer, type Rule, type RuleData } from './schema.ts';

/** One decision and what is known of its worth. JSON. */
export interface Trace {
	/** Ledger entry that paid for it. */
	readonly entry: number;
	readonly facts: Facts;
	readonly act: Act;
	/** The other acts that the model would also have accepted. */
	readonly ok: readonly Act[];
	/** Where the same lesson counts anew. */
	readonly episode: string;
	readonly layer: Layer;
	/** Nobody bore the answer out: no rule that was sure, and no second one at the same moment. */
	readonly lone?: true;
	/** Of an act that was decided locally, and of which only the outcome is known: nothing is said of any other act. */
	readonly outcome?: 'good' | 'harmful';
}

/** Runs of equal values: index into `values` (-1: unknown), how often. */
type Runs = readonly number[];
/** JSON, some bytes a fact and change. */
export interface TraceMemory {
	readonly facts: Readonly<Record<string, { readonly values: readonly FactValue[]; readonly runs: Runs }>>;
	readonly acts: readonly Act[];
	/** Entry, act, layer, outcome, then the acts accepted besides. */
	readonly rows: readonly (readonly number[])[];
	readonly episodes: { readonly values: readonly string[]; readonly runs: Runs };
}

/** Whether an act was right in a trace; undefined when the trace does not say. */
export type Verdict = boolean | undefined;

export interface Traces {
	add(trace: Trace): void;
	/** Kept now. */
	readonly size: number;
	/** Older rows are of another world: they are kept, and speak for and against nothing. */
	readonly from: number;
	/** Begins another world with the newest so many. */
	begin(newest: number): void;
	/** Answers of models among all that were ever added. */
	readonly labelled: number;
	/** @param i  0 the oldest kept */
	get(i: number): Trace;
	/** Value of a fact as a number: itself, or what `codeOf` gives; NaN where it is unknown or was never met. */
	codes(fact: string): ((i: number) => number) | undefined;
	/** What a fact's code stands for. */
	valueOf(fact: string, code: number): FactValue;
	/** Facts met so far. */
	readonly facts: readonly string[];
	/** Rows in which the conditions hold and no exception does, oldest first. */
	matching(rule: Pick<RuleData, 'when' | 'unless'>, from?: number): number[];
	accepts(i: number, act: string): Verdict;
	episode(i: number): string;
	layer(i: number): Layer;
	entry(i: number): number;
	/** Key of the act that was chosen. */
	actOf(i: number): string;
	/** Keys of all acts that were right, that one first; empty where only an outcome is known. */
	right(i: number): readonly string[];
	act(key: string): Act | undefined;
	/** Nobody bore the answer out. */
	isLone(i: number): boolean;
	/** Of the newest `among` rows in which a rule matches, the `limit` most alike to these facts; answers of models only. */
	alike(rule: Pick<RuleData, 'when' | 'unless'>, facts: Facts, limit: number, among: number): readonly number[];
	/**
	 * A fact whose value is beyond all answers, of the newest `among`, that took this act for right: a word that none of them saw, or a
	 * number further from theirs than they are apart. Undefined where no fact is, and while they are too few to tell.
	 *
	 * @param act  key
	 */
	beyond(act: string, facts: Facts, among: number): string | undefined;
	/** The moments most alike, by the share of facts that agree; answers of models only. */
	nearest(facts: Facts, limit?: number): readonly Trace[];
	/** How both rules' acts did in the answers where both match, newer ones counting for more. */
	versus(a: Rule, b: Rule): Versus;
	/** @param most  of the newest so many */
	memory(most: number): TraceMemory;
}

export interface Versus {
	/** Answers, decayed. */
	readonly n: number;
	/** In which the first rule's act was right, and the second's. */
	readonly a: number;
	readonly b: number;
	/** In which both were. */
	readonly both: number;
}
interface Pair {
	n: number;
	/** Of the rule whose id comes first. */
	first: number;
	second: number;
	both: number;
	/** Of `added`: answers before are counted already. */
	upTo: number;
	/** What they were when counted. */
	readonly data: readonly [RuleData, RuleData];
}

interface Column {
	/** Of facts that are no numbers; their codes are the places in here. */
	readonly values: FactValue[];
	readonly place: Map<FactValue, number>;
	data: Float64Array;
}
interface Row {
	readonly entry: number;
	readonly act: number;
	readonly ok: readonly number[];
	readonly episode: string;
	readonly layer: number;
	readonly outcome: Outcome;
}

/** What is known of a row's worth, as it is stored: an answer that was borne out, a good or a harmful outcome, an answer that stood alone. */
const OUTCOMES = ['answer', 'good', 'harmful', 'lone'] as const;
type Outcome = 0 | 1 | 2 | 3;
const isAnswer = (outcome: number): boolean => outcome === 0 || outcome === 3;

/** Fewer answers than a rule needs to be trusted do not show how far they reach. */
const SPAN_LEAST = 4;
const FIRST_ROOM = 256;
/** A fact of more values than this is kept as unknown from then on: it would never come again. */
const VALUES_MOST = 4096;
/** Weight kept by the older answers where two rules meet: half is gone after 34. */
const VERSUS_DECAY = 0.98;
const PAIRS_MOST = 20_000;

/** Whether a code differs from those in all these places, of which some are known. */
function isNew(code: number, data: Float64Array, places: readonly number[]): boolean {
	let known = false;
	for (const n of places) {
		const c = data[n] as number;
		if (c === code) return false;
		known ||= !Number.isNaN(c);
	}
	return known;
}
/** Whether a number is further from those in these places than they are apart. */
function isFar(value: number, data: Float64Array, places: readonly number[]): boolean {
	let low = Infinity;
	let high = -Infinity;
	for (const n of places) {
		const c = data[n] as number;
		if (c < low) low = c;
		if (c > high) high = c;
	}
	return low <= high && (value < 2 * low - high || value > 2 * high - low);
}

/**
 * A ring: the oldest go first.
 *
 * @param table  texts and positions are left out, since no condition may rest on them
 */
export function makeTraces(table: Pick<FactTable, 'get'>, most: number): Traces {
	const columns = new Map<string, Column>();
	const acts: Act[] = [];
	const places = new Map<string, number>();
	const keys: string[] = [];
	const rows: Row[] = [];
	let room = Math.min(FIRST_ROOM, most);
	/** Where row 0 is. */
	let start = 0;
	let labelled = 0;
	let added = 0;
	/** Of `added`: the first of this world. */
	let since = 0;
	const fromRow = (): number => Math.max(0, rows.length - (added - since));
	const pairs = new Map<string, Pair>();

	const at = (i: number): number => (start + i) % room;
	const rowAt = (i: number): Row => rows[at(i)] as Row;

	function grow(): void {
		const wider = Math.min(most, room * 2);
		for (const column of columns.values()) {
			const data = new Float64Array(wider).fill(Number.NaN);
			data.set(column.data);
			column.data = data;
		}
		room = wider;
	}
	function place(act: Act): number {
		const key = actKey(act);
		let n = places.get(key);
		if (n === undefined) {
			places.set(key, (n = acts.length));
			acts.push(act);
			keys.push(key);
		}
		return n;
	}
	function keeps(fact: string, value: FactValue): boolean {
		const kind = table.get(fact)?.kind;
		return typeof value !== 'object' && kind !== 'text' && kind !== 'position';
	}
	function columnOf(fact: string): Column {
		let column = columns.get(fact);
		if (column === undefined) {
			column = { values: [], place: new Map(), data: new Float64Array(room).fill(Number.NaN) };
			columns.set(fact, column);
		}
		return column;
	}
	function codeOf(column: Column, value: FactValue | undefined, mayAdd: boolean): number {
		if (value === undefined || typeof value === 'number') return value ?? Number.NaN;
		const code = column.place.get(value);
		if (code !== undefined) return code;
		if (!mayAdd || column.values.length >= VALUES_MOST) return Number.NaN;
		column.place.set(value, column.values.length);
		column.values.push(value);
		return column.values.length - 1;
	}
	function isNumber(fact: string): boolean {
		return table.get(fact)?.kind === 'number';
	}
	function valueOf(fact: string, code: number): FactValue {
		return isNumber(fact) ? code : ((columns.get(fact) as Column).values[code] as FactValue);
	}

	/** Codes at which a literal is true, or the comparison itself. */
	function test({ f, op, v }: Literal): { readonly column: Column; readonly holds: (code: number) => boolean } | undefined {
		const column = columns.get(f);
		if (column === undefined) return undefined;
		if (isNumber(f)) {
			if (op === '<=' && typeof v === 'number') return { column, holds: (c) => c <= v };
			if (op === '>' && typeof v === 'number') return { column, holds: (c) => c > v };
			return { column, holds: (c) => !Number.isNaN(c) && meets(c, op, v) === true };
		}
		const truths = column.values.map((value) => meets(value, op, v) === true);
		return { column, holds: (c) => truths[c] === true };
	}

	function matching(rule: Pick<RuleData, 'when' | 'unless'>, from = fromRow()): number[] {
		const tests = rule.when.map(test);
		const blocks = rule.unless.flatMap((l) => test(l) ?? []);
		const found: number[] = [];
		if (tests.some((t) => t === undefined)) return found;
		for (let i = Math.max(0, from); i < rows.length; i++) {
			const n = at(i);
			if ((tests as NonNullable<(typeof tests)[number]>[]).every((t) => t.holds(t.column.data[n] as number)))
				if (!blocks.some((t) => t.holds(t.column.data[n] as number))) found.push(i);
		}
		return found;
	}
	function accepts(i: number, key: string): Verdict {
		const { act, ok, outcome } = rowAt(i);
		const n = places.get(key);
		if (!isAnswer(outcome)) return act === n ? outcome === 1 : undefined;
		return n !== undefined && (act === n || ok.includes(n));
	}
	function get(i: number): Trace {
		const { entry, act, ok, episode, layer, outcome } = rowAt(i);
		const facts: Record<string, FactValue> = {};
		for (const [fact, column] of columns) {
			const code = column.data[at(i)] as number;
			if (!Number.isNaN(code)) facts[fact] = valueOf(fact, code);
		}
		return {
			entry,
			facts,
			act: acts[act] as Act,
			ok: ok.map((n) => acts[n] as Act),
			episode,
			layer: LAYERS[layer] as Layer,
			...told(outcome),
		};
	}

	return {
		add({ entry, facts, act, ok, episode, layer, outcome, lone }) {
			added++;
			if (rows.length === room && room < most) grow();
			const row: Row = {
				entry,
				act: place(act),
				ok: ok.map(place),
				episode,
				layer: LAYERS.indexOf(layer),
				outcome: OUTCOMES.indexOf(outcome ?? (lone === true ? 'lone' : 'answer')) as Outcome,
			};
			if (isAnswer(row.outcome)) labelled++;
			let n = rows.length;
			if (n === room) {
				n = start;
				start = (start + 1) % room;
				for (const column of columns.values()) column.data[n] = Number.NaN;
				rows[n] = row;
			} else rows.push(row);
			for (const [fact, value] of Object.entries(facts)) {
				if (!keeps(fact, value)) continue;
				const column = columnOf(fact);
				column.data[n] = codeOf(column, value, true);
			}
		},
		get size() {
			return rows.length;
		},
		get from() {
			return fromRow();
		},
		begin(newest) {
			since = Math.max(since, added - newest);
			pairs.clear();
		},
		get labelled() {
			return labelled;
		},
		get,
		codes(fact) {
			const column = columns.get(fact);
			return column && ((i) => column.data[at(i)] as number);
		},
		valueOf,
		get facts() {
			return [...columns.keys()];
		},
		matching,
		accepts,
		episode: (i) => rowAt(i).episode,
		layer: (i) => LAYERS[rowAt(i).layer] as Layer,
		entry: (i) => rowAt(i).entry,
		actOf: (i) => keys[rowAt(i).act] as string,
		right(i) {
			const { act, ok, outcome } = rowAt(i);
			return isAnswer(outcome) ? [...new Set([act, ...ok])].map((n) => keys[n] as string) : [];
		},
		act(key) {
			const n = places.get(key);
			return n === undefined ? undefined : acts[n];
		},
		isLone: (i) => rowAt(i).outcome === 3,
		alike(rule, facts, limit, among) {
			const found = matching(rule, Math.max(fromRow(), rows.length - among)).filter((i) => isAnswer(rowAt(i).outcome));
			if (found.length <= limit) return found;
			const same = new Uint16Array(found.length);
			for (const [fact, column] of columns) {
				const value = known(facts, fact);
				const code = value === undefined || typeof value === 'object' ? Number.NaN : codeOf(column, value, false);
				for (let n = 0; n < found.length; n++) {
					const c = column.data[at(found[n] as number)] as number;
					// What neither knows is alike as well.
					if (c === code || (Number.isNaN(c) && value === undefined)) same[n] = (same[n] as number) + 1;
				}
			}
			const order = found.map((_, n) => n).sort((a, b) => (same[b] as number) - (same[a] as number) || b - a);
			return order.slice(0, limit).map((n) => found[n] as number);
		},
		beyond(act, facts, among) {
			const places: number[] = [];
			for (let i = Math.max(fromRow(), rows.length - among); i < rows.length; i++)
				if (isAnswer(rowAt(i).outcome) && accepts(i, act) === true) places.push(at(i));
			if (places.length < SPAN_LEAST) return undefined;
			for (const [fact, column] of columns) {
				const value = known(facts, fact);
				if (value === undefined || !keeps(fact, value)) continue;
				const here = codeOf(column, value, false);
				if (isNumber(fact) ? isFar(here, column.data, places) : isNew(here, column.data, places)) return fact;
			}
			return undefined;
		},
		nearest(facts, limit = 3) {
			const same = new Uint16Array(rows.length);
			const shown = new Uint16Array(rows.length);
			let asked = 0;
			for (const [fact, column] of columns) {
				const value = known(facts, fact);
				const code = value === undefined || typeof value === 'object' ? Number.NaN : codeOf(column, value, false);
				if (value !== undefined) asked++;
				for (let i = 0; i < rows.length; i++) {
					const c = column.data[at(i)] as number;
					if (Number.isNaN(c)) continue;
					shown[i] = (shown[i] as number) + (value === undefined ? 1 : 0);
					if (c === code) same[i] = (same[i] as number) + 1;
				}
			}
			const best: { readonly i: number; readonly alike: number }[] = [];
			for (let i = rows.length - 1; i >= fromRow(); i--) {
				if (!isAnswer(rowAt(i).outcome)) continue;
				const alike = (same[i] as number) / Math.max(1, asked + (shown[i] as number));
				if (best.length === limit && alike <= (best.at(-1) as (typeof best)[number]).alike) continue;
				best.push({ i, alike });
				best.sort((a, b) => b.alike - a.alike);
				if (best.length > limit) best.pop();
			}
			return best.map(({ i }) => get(i));
		},
		versus(a, b) {
			const swapped = b.id < a.id;
			const [one, two] = swapped ? [b, a] : [a, b];
			const key = `${one.id} ${two.id}`;
			let pair = pairs.get(key);
			if (pair === undefined || pair.data[0] !== one.data || pair.data[1] !== two.data) {
				if (pairs.size >= PAIRS_MOST) pairs.clear();
				pairs.set(key, (pair = { n: 0, first: 0, second: 0, upTo: 0, both: 0, data: [one.data, two.data] }));
			}
			if (pair.upTo < added) {
				const from = Math.max(fromRow(), rows.length - (added - pair.upTo));
				const both = { when: [...one.data.when, ...two.data.when], unless: [...one.data.unless, ...two.data.unless] };
				const [keyOne, keyTwo] = [actKey(one.data.then), actKey(two.data.then)];
				for (const i of matching(both, from)) {
					if (!isAnswer(rowAt(i).outcome)) continue;
					pair.n = pair.n * VERSUS_DECAY + 1;
					const [first, second] = [accepts(i, keyOne) === true, accepts(i, keyTwo) === true];
					pair.first = pair.first * VERSUS_DECAY + (first ? 1 : 0);
					pair.second = pair.second * VERSUS_DECAY + (second ? 1 : 0);
					pair.both = pair.both * VERSUS_DECAY + (first && second ? 1 : 0);
				}
				pair.upTo = added;
			}
			return { n: pair.n, a: swapped ? pair.second : pair.first, b: swapped ? pair.first : pair.second, both: pair.both };
		},
		memory(newest) {
			const from = Math.max(fromRow(), rows.length - newest);
			const facts: Record<string, { values: FactValue[]; runs: number[] }> = {};
			for (const [fact, column] of columns) {
				const packed = packer<number>();
				for (let i = from; i < rows.length; i++) packed.add(column.data[at(i)] as number);
				const values = packed.values.map((code) => valueOf(fact, code));
				if (values.length > 0) facts[fact] = { values, runs: packed.runs };
			}
			const episodes = packer<string>();
			const kept: number[][] = [];
			const used = packer<number>();
			for (let i = from; i < rows.length; i++) {
				const { entry, act, ok, episode, layer, outcome } = rowAt(i);
				episodes.add(episode);
				kept.push([entry, used.place(act), layer, outcome, ...ok.map((n) => used.place(n))]);
			}
			return {
				facts,
				acts: used.values.map((n) => acts[n] as Act),
				rows: kept,
				episodes: { values: episodes.values, runs: episodes.runs },
			};
		},
	};
}

/** Traces of a session before. What cannot be read is left out: it is evidence, not settings. */
export function* readTraces({ facts, acts, rows, episodes }: TraceMemory): Generator<Trace> {
	const readers = Object.entries(facts).map(([fact, { values, runs }]) => ({ fact, next: unpack(values, runs) }));
	const episode = unpack(episodes.values, episodes.runs);
	for (const [entry = 0, act = -1, layer = -1, outcome = 0, ...ok] of rows) {
		const here: Record<string, FactValue> = {};
		for (const { fact, next } of readers) {
			const value = next();
			if (value !== undefined) here[fact] = value;
		}
		const where = episode() ?? '';
		const chosen = acts[act];
		const level = LAYERS[layer];
		if (chosen === undefined || level === undefined) continue;
		yield {
			entry,
			facts: here,
			act: chosen,
			ok: ok.flatMap((n) => acts[n] ?? []),
			episode: where,
			layer: level,
			...told(outcome),
		};
	}
}

function told(outcome: number): Pick<Trace, 'outcome' | 'lone'> {
	const is = OUTCOMES[outcome];
	return is === 'good' || is === 'harmful' ? { outcome: is } : is === 'lone' ? { lone: true } : {};
}

function packer<T extends number | string>() {
	const values: T[] = [];
	const places = new Map<T, number>();
	const runs: number[] = [];
	const place = (value: T): number => {
		if (Number.isNaN(value)) return -1;
		let n = places.get(value);
		if (n === undefined) {
			places.set(value, (n = values.length));
			values.push(value);
		}
		return n;
	};
	return {
		values,
		runs,
		place,
		add(value: T) {
			const n = place(value);
			if (runs.length > 0 && runs.at(-2) === n) runs[runs.length - 1] = (runs.at(-1) as number) + 1;
			else runs.push(n, 1);
		},
	};
}
function unpack<T>(values: readonly T[], runs: Runs): () => T | undefined {
	let run = -2;
	let left = 0;
	return () => {
		while (left === 0) {
			run += 2;
			if (run >= runs.length) return undefined;
			left = runs[run + 1] as number;
		}
		left--;
		return values[runs[run] as number];
	};
}
