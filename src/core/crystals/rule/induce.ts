// Rules out of traces: a decision tree for each layer, honest in that its shape is chosen on one half of the episodes and its counts
// are taken from the other (Athey and Imbens, "Recursive partitioning for heterogeneous causal effects", 2016; the tree is CART,
// Breiman et al. 1984). Two trees are grown, each half serving the other, so that no label is wasted. A path is a rule; a condition
// of it that does not raise its floor on the half that shaped it goes.
import type { FactTable } from '../../facts/snapshot.ts';
import { fnv1a } from '../../fnv.ts';
import type { Act, FactValue, Literal } from '../../question.ts';
import type { Stat } from '../crystal.ts';
import { DECAY, DELTA, floor, labelled } from '../lifecycle.ts';
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
/** Labels from which on a leaf that stays mixed is worth a word. */
const MIXED_FROM = 30;
/** Of the labels that count for a rule, so many of the newest. */
const COUNTED_MOST = 400;

interface Feature {
	/** Bin of each row, `UNKNOWN` where it is not known. */
	readonly bins: Uint8Array;
	/** Bins that a split may name. */
	readonly count: number;
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
interface Node {
	readonly rows: Int32Array;
	readonly path: readonly Test[];
	readonly split: { readonly gain: number; readonly feature: Feature; readonly bin: number } | undefined;
}
/** One bit a row. */
type Bits = Uint32Array;

/**
 * @param layer   of the traces looked at
 * @param halfOf  0 or 1 for an episode
 */
export function induce(
	traces: Traces,
	table: Pick<FactTable, 'get'>,
	layer: Layer,
	tuning: InduceTuning,
	{ delta = DELTA, decay = DECAY, halfOf = halfOfEpisode }: { delta?: number; decay?: number; halfOf?: (episode: string) => number } = {},
): Induction {
	let rows: number[] = [];
	for (let i = traces.from; i < traces.size; i++) if (traces.layer(i) === layer) rows.push(i);
	rows = rows.slice(-ROWS_MOST);
	const halves = splitRows(rows, traces, halfOf);
	const labels = labelsOf(traces, rows);
	const features = featuresOf(traces, table, rows, tuning.cutsMost);
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
		for (const leaf of leaves(halves[shaping], features, labels, tuning)) {
			const chosen = bestAct(leaf.rows, labels);
			if (chosen === undefined || leaf.path.length === 0) continue;
			const right = labels.bits[chosen.act] as Bits;
			const path = prune(leaf.path, right, shaped, floorOf);
			const when = tidy(path.map(({ feature, bin, yes }) => feature.literal(bin, yes)));
			const act = traces.act(labels.keys[chosen.act] as string) as Act;
			const error = 1 - chosen.accepted / leaf.rows.length;
			if (leaf.rows.length >= MIXED_FROM && error > delta) {
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
			const told: { harmful: boolean; episode: string }[] = [];
			const entries: string[] = [];
			for (let word = 0; word < matched.length; word++) {
				for (let left = matched[word] as number; left !== 0; left &= left - 1) {
					const n = (word << 5) + 31 - Math.clz32(left & -left);
					const i = rows[n] as number;
					if (n >= rows.length) break;
					entries.push(String(traces.entry(i)));
					const accepted = has(held, n) ? traces.accepts(i, labels.keys[chosen.act] as string) : undefined;
					if (accepted !== undefined) told.push({ harmful: !accepted, episode: traces.episode(i) });
				}
			}
			byKey.set(key, { when, then: act, stat: labelled(told.slice(-COUNTED_MOST), { delta, decay }), from: entries.slice(-64) });
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
	return traces.facts.flatMap((fact): Feature[] => {
		const kind = table.get(fact)?.kind;
		const code = traces.codes(fact);
		if (code === undefined || kind === undefined || kind === 'text' || kind === 'position') return [];
		const codes = Float64Array.from(rows, (i) => code(i));
		const often = new Map<number, number>();
		for (const c of codes) if (!Number.isNaN(c)) often.set(c, (often.get(c) ?? 0) + 1);
		if (often.size < 2) return [];
		const bins = new Uint8Array(codes.length);
		if (kind === 'number') {
			const cuts = cutsOf(often, cutsMost);
			for (let n = 0; n < codes.length; n++) bins[n] = binOf(codes[n] as number, cuts);
			const literal = (b: number, yes: boolean): Literal => ({ f: fact, op: yes ? '<=' : '>', v: cuts[b] as number });
			return [{ bins, count: cuts.length, literal, ordered: true, tested: new Map() }];
		}
		const values = [...often]
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
		return [{ bins, count: values.length, literal, ordered: false, tested: new Map() }];
	});
}
function equality(f: string, v: FactValue, yes: boolean): Literal {
	if (typeof v === 'boolean') return { f, op: '==', v: yes ? v : !v };
	return { f, op: yes ? '==' : '!=', v: v as string };
}

/** Thresholds between values met, at even shares of the cases where there are too many. */
function cutsOf(often: ReadonlyMap<number, number>, most: number): number[] {
	const values = [...often].toSorted((a, b) => a[0] - b[0]);
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

/** Leaves of the tree, grown where it gains most first. */
function leaves(rows: Int32Array, features: readonly Feature[], labels: Labels, { leafLeast, leavesMost }: InduceTuning): Node[] {
	const nodeOf = (of: Int32Array, path: readonly Test[]): Node => ({
		rows: of,
		path,
		split: path.length >= DEPTH_MOST ? undefined : bestSplit(of, features, labels, leafLeast),
	});
	const done: Node[] = [];
	const open: Node[] = rows.length === 0 ? [] : [nodeOf(rows, [])];
	while (open.length > 0) {
		let first = 0;
		for (let n = 1; n < open.length; n++) if ((open[n]?.split?.gain ?? 0) > (open[first]?.split?.gain ?? 0)) first = n;
		const node = open.splice(first, 1)[0] as Node;
		if (node.split === undefined || open.length + done.length + 2 > leavesMost) {
			done.push(node);
			continue;
		}
		const { feature, bin } = node.split;
		const yes: number[] = [];
		const no: number[] = [];
		for (const n of node.rows) {
			const b = feature.bins[n] as number;
			if (b === UNKNOWN) continue;
			if (feature.ordered ? b <= bin : b === bin) yes.push(n);
			else no.push(n);
		}
		open.push(nodeOf(Int32Array.from(yes), [...node.path, { feature, bin, yes: true }]));
		open.push(nodeOf(Int32Array.from(no), [...node.path, { feature, bin, yes: false }]));
	}
	return done;
}

/** Sum over acts of the variance of being right, times cases: 0 where each act is always right or never. */
function spread(counts: Float64Array, at: number, acts: number, cases: number): number {
	let sum = 0;
	for (let a = 0; a < acts; a++) {
		const c = counts[at + a] as number;
		sum += c - (c * c) / cases;
	}
	return sum;
}

function bestSplit(rows: Int32Array, features: readonly Feature[], labels: Labels, leafLeast: number): Node['split'] {
	if (rows.length < 2 * leafLeast) return undefined;
	// Only acts met here take room in the counts.
	const local = new Map<number, number>();
	for (const n of rows) for (const act of labels.right[n] as readonly number[]) if (!local.has(act)) local.set(act, local.size);
	const acts = local.size;
	const total = new Float64Array(acts);
	// Nearly all answers name one act: that one without a list.
	const one = new Int16Array(rows.length).fill(-1);
	const more: (readonly number[] | undefined)[] = Array.from({ length: rows.length });
	for (let r = 0; r < rows.length; r++) {
		const of = labels.right[rows[r] as number] as readonly number[];
		if (of.length > 0) one[r] = local.get(of[0] as number) as number;
		if (of.length > 1) more[r] = of.slice(1).map((act) => local.get(act) as number);
		for (const act of of) {
			const n = local.get(act) as number;
			total[n] = (total[n] as number) + 1;
		}
	}
	if (total.some((n) => n === rows.length)) return undefined;
	const before = spread(total, 0, acts, rows.length);
	let best: Node['split'];
	for (const feature of features) {
		const counts = new Float64Array(feature.count * acts);
		const cases = new Float64Array(feature.count);
		const all = new Float64Array(acts);
		let known = 0;
		for (let r = 0; r < rows.length; r++) {
			const b = feature.bins[rows[r] as number] as number;
			if (b === UNKNOWN) continue;
			known++;
			const act = one[r] as number;
			const others = more[r];
			if (act >= 0) all[act] = (all[act] as number) + 1;
			if (others !== undefined) for (const other of others) all[other] = (all[other] as number) + 1;
			if (b >= feature.count) continue;
			const at = b * acts;
			cases[b] = (cases[b] as number) + 1;
			if (act >= 0) counts[at + act] = (counts[at + act] as number) + 1;
			if (others !== undefined) for (const other of others) counts[at + other] = (counts[at + other] as number) + 1;
		}
		if (known < 2 * leafLeast) continue;
		// Cases in which the fact is not known go to neither side, and stay as mixed as they were.
		const lost = (before * (rows.length - known)) / rows.length;
		const side = new Float64Array(acts);
		const other = new Float64Array(acts);
		let yes = 0;
		for (let b = 0; b < feature.count; b++) {
			if (feature.ordered) {
				yes += cases[b] as number;
				for (let a = 0; a < acts; a++) side[a] = (side[a] as number) + (counts[b * acts + a] as number);
			} else {
				yes = cases[b] as number;
				for (let a = 0; a < acts; a++) side[a] = counts[b * acts + a] as number;
			}
			if (yes < leafLeast || known - yes < leafLeast) continue;
			for (let a = 0; a < acts; a++) other[a] = (all[a] as number) - (side[a] as number);
			const gain = before - lost - spread(side, 0, acts, yes) - spread(other, 0, acts, known - yes);
			if (gain > 1e-9 && (best === undefined || gain > best.gain + 1e-9)) best = { gain, feature, bin: b };
		}
	}
	return best;
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
