// Rules out of traces: a decision tree for each layer, honest in that its shape is chosen on one half of the episodes and its counts
// are taken from the other (Athey and Imbens, "Recursive partitioning for heterogeneous causal effects", 2016; the tree is CART,
// Breiman et al. 1984). Two trees are grown, each half serving the other, so that no label is wasted. A path is a rule; a condition
// of it that does not raise its floor on the half that shaped it goes.
import type { FactTable } from '../../facts/snapshot.ts';
import { fnv1a } from '../../fnv.ts';
import type { Act, FactValue, Literal } from '../../question.ts';
import type { Stat } from '../crystal.ts';
import { DECAY, DELTA, floor, labelled, type LabelledOptions } from '../lifecycle.ts';
import { ruleKey } from './crystallise.ts';
import type { Layer } from './schema.ts';
import type { Traces } from './traces.ts';

export interface InduceTuning {
	/** Cases that a leaf must have, on the half that shapes the tree. */
	readonly leafLeast: number;
	readonly leavesMost: number;
	/** Thresholds tried for each number. */
	readonly cutsMost: number;
}
export interface Induced {
	readonly when: Literal[];
	readonly then: Act;
	/** From the half that did not shape it. */
	readonly stat: Stat;
	/** Entries of the traces it rests on, newest last, at most 64. */
	readonly from: string[];
}
/** A leaf whose labels stay mixed: a fact is missing there. */
export interface Mixed {
	readonly when: Literal[];
	/** Acts that were right there, the most frequent first. */
	readonly acts: readonly Act[];
	/** Of the best act. */
	readonly labels: number;
	readonly error: number;
	readonly entries: readonly number[];
}
export interface Induction {
	readonly rules: readonly Induced[];
	readonly mixed: readonly Mixed[];
}

/** Of a rule's conditions; more say that the tree follows noise. */
const DEPTH_MOST = 10;
const ACTS_MOST = 64;
const VALUES_MOST = 48;
const UNKNOWN = 255;
/** Of the newest so many traces: older ones hardly change a tree, and its cost stays near a tenth of a second. */
const ROWS_MOST = 5000;
/** A split must gain so many times what one wrong answer in the node is expected to: the best of a thousand splits finds order in noise. */
const NOISE_GAIN = 20;
/** Labels from which on a leaf that stays mixed is worth a word. */
const MIXED_FROM = 30;
/** Of the labels that count for a rule, so many of the newest. */
const COUNTED_MOST = 400;
const ENTRIES_MOST = 64;

interface Feature {
	/** Bin of each row, `UNKNOWN` where it is not known. */
	readonly bins: Uint8Array;
	/** Bins that a split may name; one more holds what none of them does. */
	readonly count: number;
	/** Place of its first bin among those of all features. */
	at: number;
	/** The literal of "bin is at most `b`" (ordered) or "bin is `b`", and its opposite. */
	readonly literal: (b: number, yes: boolean) => Literal;
	readonly ordered: boolean;
	/** Rows in which a test holds, made when first asked for. */
	readonly tested: Map<number, Bits>;
}
interface Test {
	readonly feature: Feature;
	readonly bin: number;
	readonly yes: boolean;
}
interface Split {
	readonly gain: number;
	readonly feature: Feature;
	readonly bin: number;
}
interface Node {
	readonly rows: Int32Array;
	readonly path: readonly Test[];
	/** Absent where nothing is gained. */
	readonly split?: Split;
	readonly counts?: Counts;
}
/** Of a node's rows, by the bins of all features. */
interface Counts {
	readonly cases: Int32Array;
	/** Rows in which an act was right, act by act in each bin. */
	readonly right: Int32Array;
}
/** One bit a row. */
type Bits = Uint32Array;

export interface InduceOptions extends LabelledOptions {
	/** 0 or 1 for an episode. */
	readonly halfOf?: (episode: string) => number;
	/** η: share of answers that are errors, which no split is to follow. */
	readonly noise?: number;
}

/** @param layer  of the traces looked at */
export function induce(
	traces: Traces,
	table: Pick<FactTable, 'get'>,
	layer: Layer,
	tuning: InduceTuning,
	{ delta = DELTA, decay = DECAY, halfOf = halfOfEpisode, noise = 0, doubt }: InduceOptions = {},
): Induction {
	let rows: number[] = [];
	for (let i = traces.from; i < traces.size; i++) if (traces.layer(i) === layer) rows.push(i);
	rows = rows.slice(-ROWS_MOST);
	const halves = splitRows(rows, traces, halfOf);
	const labels = labelsOf(traces, rows);
	const features = featuresOf(traces, table, rows, tuning.cutsMost);
	const grow = makeGrower(features, labels, rows.length, tuning, NOISE_GAIN * noise * (1 - noise));
	const floorOf = memoFloor();
	const byKey = new Map<string, Induced>();
	const mixed: Mixed[] = [];
	for (const [shaping, counting] of [
		[0, 1],
		[1, 0],
	] as const) {
		const shaped = bitsOf(halves[shaping], rows.length);
		const held = bitsOf(halves[counting], rows.length);
		// What came of acts was seen by nobody who shaped the tree.
		for (const n of labels.outcomes) set(held, n);
		for (const leaf of grow(halves[shaping])) {
			const chosen = bestAct(leaf.rows, labels);
			if (chosen === undefined || leaf.path.length === 0) continue;
			const right = labels.bits[chosen.act] as Bits;
			const path = prune(leaf.path, right, shaped, floorOf);
			const when = tidy(path.map(({ feature, bin, yes }) => feature.literal(bin, yes)));
			const act = traces.act(labels.keys[chosen.act] as string) as Act;
			const error = 1 - chosen.accepted / leaf.rows.length;
			if (leaf.rows.length >= MIXED_FROM && error > delta + noise) {
				mixed.push({
					when,
					acts: chosen.ranked.slice(0, 3).map((a) => traces.act(labels.keys[a] as string) as Act),
					labels: leaf.rows.length,
					error,
					entries: [...leaf.rows.slice(-20)].map((n) => traces.entry(rows[n] as number)),
				});
			}
			const key = ruleKey({ when, unless: [], then: act });
			if (byKey.has(key)) continue;
			const matched = among(path, rows.length);
			const told: { harmful: boolean; episode: string; lone: boolean }[] = [];
			const entries: string[] = [];
			// The newest first, for only so many of them count.
			for (let word = matched.length - 1; word >= 0 && (told.length < COUNTED_MOST || entries.length < ENTRIES_MOST); word--) {
				for (let left = matched[word] as number; left !== 0; ) {
					const high = 31 - Math.clz32(left);
					left ^= 1 << high;
					const n = (word << 5) + high;
					if (n >= rows.length) continue;
					const i = rows[n] as number;
					if (entries.length < ENTRIES_MOST) entries.push(String(traces.entry(i)));
					if (told.length >= COUNTED_MOST || !has(held, n)) continue;
					const accepted = labels.right[n]?.length === 0 ? traces.accepts(i, labels.keys[chosen.act] as string) : has(right, n);
					if (accepted !== undefined) told.push({ harmful: !accepted, episode: traces.episode(i), lone: traces.isLone(i) });
				}
			}
			const stat = labelled(told.reverse(), { delta, decay, ...(doubt === undefined ? {} : { doubt }) });
			byKey.set(key, { when, then: act, stat, from: entries.reverse() });
		}
	}
	return { rules: [...byKey.values()], mixed };
}

// ---- bits ---------------------------------------------------------------------------------------------------------------

function bitsOf(rows: Int32Array, most: number): Bits {
	const bits = new Uint32Array((most + 31) >> 5);
	for (const n of rows) set(bits, n);
	return bits;
}
function set(bits: Bits, n: number): void {
	bits[n >> 5] = (bits[n >> 5] as number) | (1 << (n & 31));
}
function has(bits: Bits, n: number): boolean {
	return ((bits[n >> 5] as number) & (1 << (n & 31))) !== 0;
}
function ones(x: number): number {
	let n = x - ((x >>> 1) & 0x55555555);
	n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
	return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
/** Rows in which a test holds; where the fact is not known it does not. */
function testBits({ feature, bin, yes }: Test): Bits {
	const key = bin * 2 + (yes ? 1 : 0);
	let bits = feature.tested.get(key);
	if (bits === undefined) {
		feature.tested.set(key, (bits = new Uint32Array((feature.bins.length + 31) >> 5)));
		for (let n = 0; n < feature.bins.length; n++) {
			const b = feature.bins[n] as number;
			if (b !== UNKNOWN && (feature.ordered ? b <= bin : b === bin) === yes) set(bits, n);
		}
	}
	return bits;
}
function among(path: readonly Test[], most: number): Bits {
	const all = path.map(testBits);
	const bits = new Uint32Array((most + 31) >> 5);
	for (let word = 0; word < bits.length; word++) bits[word] = all.reduce((left, of) => left & (of[word] as number), -1);
	return bits;
}

function memoFloor(): (k: number, w: number) => number {
	const known = new Map<number, number>();
	return (k, w) => {
		const key = k * 65_536 + w;
		let value = known.get(key);
		if (value === undefined) known.set(key, (value = floor({ k, w })));
		return value;
	};
}

// ---- what the tree sees -------------------------------------------------------------------------------------------------

/** By a hash of its name: an episode stays on its side for good. */
export function halfOfEpisode(episode: string): number {
	const hash = fnv1a(episode);
	return ((hash ^ (hash >>> 15)) >>> 3) & 1;
}

/** Places in `rows` of models' answers, by half. Where nearly all of them fall on one side, every other one goes to the other. */
function splitRows(rows: readonly number[], traces: Traces, halfOf: (episode: string) => number): readonly [Int32Array, Int32Array] {
	const halves: [number[], number[]] = [[], []];
	const told: number[] = [];
	rows.forEach((i, n) => {
		if (traces.right(i).length === 0) return;
		told.push(n);
		halves[halfOf(traces.episode(i)) === 0 ? 0 : 1].push(n);
	});
	if (Math.min(halves[0].length, halves[1].length) < 0.25 * told.length) {
		halves[0] = told.filter((_, m) => m % 2 === 0);
		halves[1] = told.filter((_, m) => m % 2 === 1);
	}
	return [Int32Array.from(halves[0]), Int32Array.from(halves[1])];
}

interface Labels {
	readonly keys: readonly string[];
	/** Acts that were right, by row. */
	readonly right: readonly (readonly number[])[];
	/** Rows in which an act was right, by act. */
	readonly bits: readonly Bits[];
	/** Rows of which only an outcome is known. */
	readonly outcomes: readonly number[];
}
function labelsOf(traces: Traces, rows: readonly number[]): Labels {
	const often = new Map<string, number>();
	const told = rows.map((i) => traces.right(i));
	for (const right of told) for (const key of right) often.set(key, (often.get(key) ?? 0) + 1);
	const keys = [...often]
		.toSorted((a, b) => b[1] - a[1])
		.slice(0, ACTS_MOST)
		.map(([key]) => key);
	const places = new Map(keys.map((key, n) => [key, n]));
	const right = told.map((of) => of.flatMap((key) => places.get(key) ?? []));
	const bits = keys.map(() => new Uint32Array((rows.length + 31) >> 5));
	right.forEach((of, n) => {
		for (const act of of) set(bits[act] as Bits, n);
	});
	return { keys, right, bits, outcomes: told.flatMap((of, n) => (of.length === 0 ? [n] : [])) };
}

function featuresOf(traces: Traces, table: Pick<FactTable, 'get'>, rows: readonly number[], cutsMost: number): Feature[] {
	const features = traces.facts.flatMap((fact): Feature[] => {
		const kind = table.get(fact)?.kind;
		const code = traces.codes(fact);
		if (code === undefined || kind === undefined || kind === 'text' || kind === 'position') return [];
		const codes = new Float64Array(rows.length);
		for (let n = 0; n < rows.length; n++) codes[n] = code(rows[n] as number);
		const often = timesOf(codes);
		if (often.length < 2) return [];
		const bins = new Uint8Array(codes.length);
		if (kind === 'number') {
			const cuts = cutsOf(often, cutsMost);
			for (let n = 0; n < codes.length; n++) bins[n] = binOf(codes[n] as number, cuts);
			const literal = (b: number, yes: boolean): Literal => ({ f: fact, op: yes ? '<=' : '>', v: cuts[b] as number });
			return [{ bins, count: cuts.length, at: 0, literal, ordered: true, tested: new Map() }];
		}
		const values = often
			.toSorted((a, b) => b[1] - a[1])
			.slice(0, VALUES_MOST)
			.map(([c]) => c);
		const places = new Map(values.map((c, n) => [c, n]));
		// What is rare shares one bin, which no split names.
		for (let n = 0; n < codes.length; n++) {
			const c = codes[n] as number;
			bins[n] = Number.isNaN(c) ? UNKNOWN : (places.get(c) ?? values.length);
		}
		const value = values.map((c) => traces.valueOf(fact, c));
		const literal = (b: number, yes: boolean): Literal => equality(fact, value[b] as FactValue, yes);
		return [{ bins, count: values.length, at: 0, literal, ordered: false, tested: new Map() }];
	});
	let at = 0;
	for (const feature of features) {
		feature.at = at;
		at += feature.count + 1;
	}
	return features;
}

/** Values met and how often, the least first. */
function timesOf(codes: Float64Array): (readonly [value: number, times: number])[] {
	const sorted = Float64Array.from(codes).sort();
	const times: (readonly [number, number])[] = [];
	// What is not known sorts last.
	for (let from = 0; from < sorted.length && !Number.isNaN(sorted[from]); ) {
		let to = from + 1;
		while (to < sorted.length && sorted[to] === sorted[from]) to++;
		times.push([sorted[from] as number, to - from]);
		from = to;
	}
	return times;
}
function equality(f: string, v: FactValue, yes: boolean): Literal {
	if (typeof v === 'boolean') return { f, op: '==', v: yes ? v : !v };
	return { f, op: yes ? '==' : '!=', v: v as string };
}

/** Thresholds between values met, at even shares of the cases where there are too many. */
function cutsOf(values: readonly (readonly [value: number, times: number])[], most: number): number[] {
	const total = values.reduce((sum, [, n]) => sum + n, 0);
	const cuts: number[] = [];
	let seen = 0;
	let next = 0;
	for (let n = 0; n + 1 < values.length; n++) {
		const [value, times] = values[n] as [number, number];
		const above = (values[n + 1] as [number, number])[0];
		seen += times;
		if (values.length - 1 > most && seen < next) continue;
		next = seen + total / most;
		// Whole numbers are cut at one: that is how a person would say it.
		cuts.push(Number.isInteger(value) && Number.isInteger(above) ? Math.floor((value + above) / 2) : (value + above) / 2);
	}
	return cuts;
}
function binOf(value: number, cuts: readonly number[]): number {
	if (Number.isNaN(value)) return UNKNOWN;
	let low = 0;
	let high = cuts.length;
	while (low < high) {
		const mid = (low + high) >> 1;
		if ((cuts[mid] as number) < value) low = mid + 1;
		else high = mid;
	}
	return low;
}

/**
 * Grows trees, where they gain most first, and gives their leaves. What is counted in a node is counted in the smaller of its two parts;
 * the rest is the other part's.
 *
 * @param gainLeast  of a split
 */
function makeGrower(
	features: readonly Feature[],
	labels: Labels,
	rowsAll: number,
	{ leafLeast, leavesMost }: InduceTuning,
	gainLeast: number,
): (rows: Int32Array) => Node[] {
	const acts = labels.keys.length;
	const last = features.at(-1);
	const bins = last === undefined ? 0 : last.at + last.count + 1;
	// Nearly all answers name one act: that one without a list.
	const one = new Int16Array(rowsAll).fill(-1);
	const more = new Map<number, readonly number[]>();
	labels.right.forEach((of, n) => {
		if (of.length > 0) one[n] = of[0] as number;
		if (of.length > 1) more.set(n, of.slice(1));
	});
	const side = new Float64Array(acts);
	const all = new Float64Array(acts);

	function count(rows: Int32Array): Counts {
		const cases = new Int32Array(bins);
		const right = new Int32Array(bins * acts);
		const several = more.size === 0 ? [] : rows.filter((n) => more.has(n));
		for (const feature of features) {
			const { at } = feature;
			const of = feature.bins;
			for (let r = 0; r < rows.length; r++) {
				const n = rows[r] as number;
				const b = of[n] as number;
				if (b === UNKNOWN) continue;
				cases[at + b] = (cases[at + b] as number) + 1;
				const act = one[n] as number;
				if (act < 0) continue;
				const place = (at + b) * acts + act;
				right[place] = (right[place] as number) + 1;
			}
			for (const n of several) {
				const b = of[n] as number;
				if (b === UNKNOWN) continue;
				for (const act of more.get(n) as readonly number[]) {
					const place = (at + b) * acts + act;
					right[place] = (right[place] as number) + 1;
				}
			}
		}
		return { cases, right };
	}
	function rest(whole: Counts, part: Counts): Counts {
		const cases = new Int32Array(whole.cases.length);
		const right = new Int32Array(whole.right.length);
		for (let n = 0; n < cases.length; n++) cases[n] = (whole.cases[n] as number) - (part.cases[n] as number);
		for (let n = 0; n < right.length; n++) right[n] = (whole.right[n] as number) - (part.right[n] as number);
		return { cases, right };
	}

	/** Sum over acts of the variance of being right, times cases: 0 where each act is always right or never. */
	function spreadOf(counts: Float64Array, n: number): number {
		let sum = 0;
		for (let a = 0; a < acts; a++) {
			const c = counts[a] as number;
			sum += c - (c * c) / n;
		}
		return sum;
	}
	function bestSplit(rows: Int32Array, { cases, right }: Counts): Split | undefined {
		all.fill(0);
		for (const n of rows) for (const act of labels.right[n] as readonly number[]) all[act] = (all[act] as number) + 1;
		if (all.includes(rows.length)) return undefined;
		const before = spreadOf(all, rows.length);
		let best: Split | undefined;
		for (const feature of features) {
			const { at, count: named, ordered } = feature;
			let known = 0;
			all.fill(0);
			for (let b = at; b <= at + named; b++) {
				const n = cases[b] as number;
				if (n === 0) continue;
				known += n;
				for (let a = 0; a < acts; a++) all[a] = (all[a] as number) + (right[b * acts + a] as number);
			}
			if (known < 2 * leafLeast) continue;
			// Cases in which the fact is not known go to neither side, and stay as mixed as they were.
			const lost = (before * (rows.length - known)) / rows.length;
			side.fill(0);
			let yes = 0;
			for (let b = 0; b < named; b++) {
				const here = cases[at + b] as number;
				if (here === 0) continue;
				const place = (at + b) * acts;
				if (ordered) {
					yes += here;
					for (let a = 0; a < acts; a++) side[a] = (side[a] as number) + (right[place + a] as number);
				} else {
					yes = here;
					for (let a = 0; a < acts; a++) side[a] = right[place + a] as number;
				}
				const no = known - yes;
				if (yes < leafLeast || no < leafLeast) continue;
				let spread = 0;
				for (let a = 0; a < acts; a++) {
					const c = side[a] as number;
					const d = (all[a] as number) - c;
					spread += c - (c * c) / yes + d - (d * d) / no;
				}
				const gain = before - lost - spread;
				if (gain > 1e-9 && gain >= gainLeast && (best === undefined || gain > best.gain + 1e-9)) best = { gain, feature, bin: b };
			}
		}
		return best;
	}

	function nodeOf(rows: Int32Array, path: readonly Test[], counted: () => Counts): Node {
		if (path.length >= DEPTH_MOST || rows.length < 2 * leafLeast) return { rows, path };
		const counts = counted();
		const split = bestSplit(rows, counts);
		return split === undefined ? { rows, path } : { rows, path, split, counts };
	}
	function parts({ rows, path, split, counts }: Node & { readonly split: Split }): readonly Node[] {
		const { feature, bin } = split;
		const yes: number[] = [];
		const no: number[] = [];
		for (const n of rows) {
			const b = feature.bins[n] as number;
			if (b === UNKNOWN) continue;
			if (feature.ordered ? b <= bin : b === bin) yes.push(n);
			else no.push(n);
		}
		const [a, b] = [Int32Array.from(yes), Int32Array.from(no)];
		const smaller = count(a.length <= b.length ? a : b);
		// Where some rows went to neither side, each is counted for itself.
		const whole = a.length + b.length === rows.length ? counts : undefined;
		const larger = (): Counts => (whole === undefined ? count(a.length <= b.length ? b : a) : rest(whole, smaller));
		return [
			nodeOf(a, [...path, { feature, bin, yes: true }], a.length <= b.length ? () => smaller : larger),
			nodeOf(b, [...path, { feature, bin, yes: false }], a.length <= b.length ? larger : () => smaller),
		];
	}

	return (rows) => {
		const done: Node[] = [];
		const open: Node[] = rows.length === 0 ? [] : [nodeOf(rows, [], () => count(rows))];
		while (open.length > 0) {
			let first = 0;
			for (let n = 1; n < open.length; n++) if ((open[n]?.split?.gain ?? 0) > (open[first]?.split?.gain ?? 0)) first = n;
			const node = open.splice(first, 1)[0] as Node;
			const { split } = node;
			if (split === undefined || open.length + done.length + 2 > leavesMost) done.push(node);
			else open.push(...parts({ ...node, split }));
		}
		return done;
	};
}

function bestAct(
	rows: Int32Array,
	{ right }: Labels,
): { readonly act: number; readonly accepted: number; readonly ranked: readonly number[] } | undefined {
	const often = new Map<number, number>();
	for (const n of rows) for (const act of right[n] as readonly number[]) often.set(act, (often.get(act) ?? 0) + 1);
	const ranked = [...often].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]);
	const first = ranked[0];
	return first && { act: first[0], accepted: first[1], ranked: ranked.map(([act]) => act) };
}

/** Leaves out each condition without which the floor, on the half that shaped the path, is no lower; the last to come first. */
function prune(path: readonly Test[], right: Bits, shaped: Bits, floorOf: (k: number, w: number) => number): readonly Test[] {
	const value = (tests: readonly Test[]): number => {
		const all = tests.map(testBits);
		let k = 0;
		let cases = 0;
		for (let word = 0; word < shaped.length; word++) {
			let left = shaped[word] as number;
			for (let t = 0; t < all.length && left !== 0; t++) left &= (all[t] as Bits)[word] as number;
			if (left === 0) continue;
			cases += ones(left);
			k += ones(left & (right[word] as number));
		}
		return floorOf(k, cases - k);
	};
	let tests = path;
	let best = value(tests);
	for (let n = path.length - 1; n >= 0 && tests.length > 1; n--) {
		const without = tests.filter((test) => test !== path[n]);
		const now = value(without);
		if (now < best) continue;
		tests = without;
		best = now;
	}
	return tests;
}

/** One lower and one upper bound for each number, and no "is not" beside an "is". */
function tidy(when: readonly Literal[]): Literal[] {
	const kept: Literal[] = [];
	for (const literal of when) {
		const same = kept.findIndex((other) => other.f === literal.f && other.op === literal.op && typeof other.v === 'number');
		if (same >= 0 && typeof literal.v === 'number' && (literal.op === '<=' || literal.op === '>')) {
			const other = kept[same] as Literal & { v: number };
			kept[same] = { ...literal, v: literal.op === '<=' ? Math.min(literal.v, other.v) : Math.max(literal.v, other.v) };
		} else kept.push(literal);
	}
	const fixed = new Set(kept.filter((l) => l.op === '==').map((l) => l.f));
	return kept.filter((l) => l.op !== '!=' || !fixed.has(l.f));
}
