// Which rules fire. For each fact and each value it can be told apart by, a bitset holds the rules that this value excludes. A tick
// joins one bitset per fact, 32 rules at a time, so its cost hardly grows with the number of rules. Bits stand in the order of
// arbitration: the first one left is the rule to follow, and whoever wants no more than that stops there.
import { fires, meets, truthOf } from '../../facts/literal.ts';
import type { Facts, FactValue, Literal } from '../../question.ts';
import { score } from '../lifecycle.ts';
import type { Crystal } from '../crystal.ts';
import { LAYERS, type Rule, type RuleData } from './schema.ts';

/** What is looked for by its conditions: rules, and skills, which are gated alike. */
export type Conditional = Pick<Crystal, 'id' | 'state' | 'stat'> & { readonly data: Pick<RuleData, 'layer' | 'when' | 'unless'> };
export type RuleIndex = ConditionIndex<Rule>;
export interface ConditionIndex<C extends Conditional> {
	/**
	 * Adds a rule, or takes in that it changed. Call it after a label too: the score is part of its place. Costs its own bits and,
	 * where no place is free, those of a few neighbours.
	 */
	add(rule: C): void;
	/** Adds many at once, which costs as much as making the index with them; one after the other they would move each other about. */
	addAll(rules: readonly C[]): void;
	remove(id: string): void;
	get(id: string): C | undefined;
	readonly size: number;
	/** Grows with each `add` and `remove`: what was worked out of its rules holds while it stays. */
	readonly version: number;
	/** In the order of arbitration. */
	all(): readonly C[];
	/** The first rule in the order of arbitration whose condition holds and which `accept` takes; stops looking there. Never a retired one. */
	first(facts: Facts, accept?: (rule: C) => boolean): C | undefined;
	/** Every rule whose condition holds, whatever its state except retired, in the order of arbitration. */
	matching(facts: Facts): readonly C[];
	/** Rules with one condition false for certain, the rest true and no exception: the nearest misses, for the question. */
	nearly(facts: Facts, limit?: number): readonly C[];
	/** Taken by the bitsets. */
	readonly sizeBytes: number;
}

/** Earlier layer, then higher score, then more conditions; the id settles the rest. Below 0 when `a` comes first. */
export function byArbitration(a: Conditional, b: Conditional): number {
	return compare(rankOf(a), rankOf(b));
}

interface Rank {
	readonly layer: number;
	readonly score: number;
	readonly literals: number;
	readonly id: string;
}
function rankOf({ id, data, stat }: Conditional): Rank {
	return { layer: LAYERS.indexOf(data.layer), score: score(stat), literals: data.when.length, id };
}
function compare(a: Rank, b: Rank): number {
	return a.layer - b.layer || b.score - a.score || b.literals - a.literals || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Number of a mask: a bit for each slot, set where the rule in it is excluded. */
type MaskId = number;

/** What one fact excludes. Values that no rule tells apart share a mask. */
interface Column {
	readonly id: string;
	/** Where the truth of some condition turns. Sorted; the stretches lie between. */
	readonly turns: Turn[];
	/** One more than turns. */
	readonly stretches: MaskId[];
	/** By each text that some rule names. */
	readonly texts: Map<string, MaskId>;
	readonly yes: MaskId;
	readonly no: MaskId;
	/** For every text that no rule names. */
	readonly otherText: MaskId;
	/** For a fact that is not known, and for positions, with which nothing compares. */
	readonly unknown: MaskId;
	/** Rules that test it. */
	rules: number;
}
interface Turn {
	readonly at: number;
	/** Just above `at`, else just below it. */
	readonly above: boolean;
}
/** Longer than any text a condition may hold, so no rule names it. */
const SOME_OTHER_TEXT = ' '.repeat(401);

interface Part {
	readonly column: Column;
	readonly when: readonly Literal[];
	readonly unless: readonly Literal[];
}
interface Entry<C> {
	rule: C;
	rank: Rank;
	readonly when: readonly Literal[];
	readonly unless: readonly Literal[];
	/** The unknown counts as an exception: its act cannot be undone. */
	readonly strict: boolean;
	parts: readonly Part[];
	/** Some condition found no room among the masks, so the whole is held against the facts at each match. */
	loose: boolean;
	slot: number;
}

/** The mask that excludes no rule. */
const NOBODY: MaskId = 0;
/** Beyond this conditions are held against the facts one by one: a set of rules with endless thresholds must not fill the memory. */
const MASK_BYTES_MAX = 96 << 20;
/** Neighbours moved for a new rule before a wider stretch of slots is spread out anew. */
const SHIFT_MOST = 64;
/** One slot in so many is left free when room is made. */
const GAP = 8;
/** A stretch of slots with a smaller share of free ones is not worth spreading. */
const FREE_LEAST = 1 / 16;

/** @param isIrreversible  of a verb: for these an unknown `unless` blocks */
export function makeRuleIndex(
	rules: Iterable<Rule> = [],
	isIrreversible: (verb: string) => boolean = () => false,
	bytesMost = MASK_BYTES_MAX,
): RuleIndex {
	return makeConditionIndex(rules, (rule) => isIrreversible(rule.data.then.verb), bytesMost);
}

/**
 * @param isStrict  an unknown `unless` blocks it
 * @param bytesMost  for the masks; conditions beyond it cost time instead
 */
export function makeConditionIndex<C extends Conditional>(
	rules: Iterable<C>,
	isStrict: (rule: C) => boolean,
	bytesMost = MASK_BYTES_MAX,
): ConditionIndex<C> {
	const entries = new Map<string, Entry<C>>();
	let columns = new Map<string, Column>();
	/** Those that exclude most come first, so that a block of rules is soon done with. */
	let inTurn: Column[] | undefined;
	let version = 0;
	let slots: (Entry<C> | undefined)[] = [];
	/** By slot; apart, so that a tick which finds many reads no more than it gives. */
	let ruleAt: (C | undefined)[] = [];
	/** Words of a mask. */
	let words = 0;
	/** All masks one after another: in one array, the inner loop of a tick is a sum and a load. */
	let bits = new Uint32Array(0);
	let masks = 0;
	/** Slots that hold a rule; of those the ones that may fire, all but the retired; and the ones with a condition that found no room. */
	let taken = new Uint32Array(0);
	let live = new Uint32Array(0);
	let loose = new Uint32Array(0);
	/** Where the masks of a tick begin, and what is left after all of them; kept so that a tick makes nothing. */
	let begins = new Uint32Array(0);
	let joined = new Uint32Array(0);

	const entryOf = (rule: C): Entry<C> => ({
		rule,
		rank: rankOf(rule),
		when: rule.data.when,
		unless: rule.data.unless,
		strict: isStrict(rule),
		parts: [],
		loose: false,
		slot: -1,
	});

	function add(rule: C): void {
		version++;
		const old = entries.get(rule.id);
		const entry = entryOf(rule);
		if (old !== undefined) {
			if (old.when === entry.when && old.unless === entry.unless && old.strict === entry.strict) {
				old.rule = ruleAt[old.slot] = rule;
				old.rank = entry.rank;
				const before = slots[lastTaken(old.slot - 1)];
				const after = slots[nextTaken(old.slot + 1)];
				if ((before === undefined || compare(before.rank, old.rank) < 0) && (after === undefined || compare(old.rank, after.rank) < 0)) {
					put(live, old.slot, rule.state !== 'retired');
					return;
				}
			}
			takeOut(old);
		}
		entries.set(rule.id, entry);
		if (entries.size > slots.length) makeRoom();
		if (!squeezeIn(entry)) {
			makeRoom();
			squeezeIn(entry);
		}
	}

	function addAll(many: readonly C[]): void {
		version++;
		for (const rule of many) entries.set(rule.id, entryOf(rule));
		inTurn = undefined;
		layOut();
	}

	function remove(id: string): void {
		const entry = entries.get(id);
		if (entry === undefined) return;
		version++;
		takeOut(entry);
	}

	function takeOut(entry: Entry<C>): void {
		const { slot } = entry;
		for (const { column } of entry.parts) {
			column.rules--;
			eachMask(column, (mask) => void put(bits, mask * words * 32 + slot, false));
		}
		put(taken, slot, false);
		put(live, slot, false);
		put(loose, slot, false);
		slots[slot] = ruleAt[slot] = undefined;
		entries.delete(entry.rule.id);
		inTurn = undefined;
	}

	const wordsFor = (n: number): number => Math.ceil((n + n / GAP + 31) / 32);

	/** Longer masks, with gaps between all rules. */
	function makeRoom(): void {
		const wider = Math.max(words + 1, wordsFor(entries.size));
		if ((masks + 1) * wider * 4 > bytesMost) {
			layOut();
			return;
		}
		const old = bits;
		bits = new Uint32Array(Math.ceil((masks * 5) / 4) * wider);
		for (let m = 0; m < masks; m++) bits.set(old.subarray(m * words, (m + 1) * words), m * wider);
		taken = widen(taken, wider);
		live = widen(live, wider);
		loose = widen(loose, wider);
		slots.length = ruleAt.length = wider * 32;
		words = wider;
		spread(0, slots.length);
	}

	/** Everything anew. */
	function layOut(): void {
		const sorted = [...entries.values()].sort((a, b) => compare(a.rank, b.rank));
		words = wordsFor(sorted.length);
		slots = new Array<Entry<C> | undefined>(words * 32);
		ruleAt = new Array<C | undefined>(words * 32);
		taken = new Uint32Array(words);
		live = new Uint32Array(words);
		loose = new Uint32Array(words);
		bits = new Uint32Array(0);
		columns = new Map();
		masks = 0;
		newMask();
		for (const entry of sorted) prepare(entry);
		for (const [i, entry] of sorted.entries()) settle(entry, Math.floor((i * slots.length) / sorted.length));
	}

	/** Finds the rule's place, moving neighbours if need be; false when there is too little room for them. */
	function squeezeIn(entry: Entry<C>): boolean {
		for (;;) {
			let place = 0;
			for (let end = slots.length; place < end; ) {
				const middle = (place + end) >> 1;
				const at = nextTaken(middle);
				if (at < end && compare((slots[at] as Entry<C>).rank, entry.rank) < 0) place = at + 1;
				else end = middle;
			}
			const before = lastTaken(place - 1);
			const after = nextTaken(place);
			if (after - before > 1) {
				prepare(entry);
				settle(entry, (before + after) >> 1);
				return true;
			}
			let left = before;
			while (left >= 0 && slots[left] !== undefined) left--;
			let right = after;
			while (right < slots.length && slots[right] !== undefined) right++;
			const toLeft = left < 0 ? Infinity : before - left;
			const toRight = right >= slots.length ? Infinity : right - after;
			if (Math.min(toLeft, toRight) <= SHIFT_MOST) {
				if (toLeft < toRight) for (let from = left + 1; from <= before; from++) move(from, from - 1);
				else for (let from = right - 1; from >= after; from--) move(from, from + 1);
				prepare(entry);
				settle(entry, toLeft < toRight ? before : after);
				return true;
			}
			if (!spreadAround(place)) return false;
		}
	}

	/** The smallest stretch around a slot with free slots enough to share out; false when there is none. */
	function spreadAround(place: number): boolean {
		for (let half = 2 * SHIFT_MOST; ; half *= 2) {
			const from = Math.max(0, place - half);
			const to = Math.min(slots.length, place + half);
			let free = 0;
			for (let slot = from; slot < to; slot++) if (slots[slot] === undefined) free++;
			if (free >= (to - from) * FREE_LEAST) {
				spread(from, to);
				return true;
			}
			if (from === 0 && to === slots.length) return false;
		}
	}

	/** Spreads the rules of a stretch of slots evenly over it. */
	function spread(from: number, to: number): void {
		let end = from;
		for (let slot = from; slot < to; slot++) if (slots[slot] !== undefined) move(slot, end++);
		const n = end - from;
		for (let i = n - 1; i >= 0; i--) move(from + i, from + Math.floor((i * (to - from)) / n));
	}

	function move(from: number, to: number): void {
		if (from === to) return;
		const entry = slots[from] as Entry<C>;
		for (const { column } of entry.parts) {
			eachMask(column, (mask) => {
				const begin = mask * words * 32;
				put(bits, begin + to, has(bits, begin + from));
				put(bits, begin + from, false);
			});
		}
		put(taken, to, true);
		put(taken, from, false);
		put(live, to, has(live, from));
		put(live, from, false);
		put(loose, to, entry.loose);
		put(loose, from, false);
		slots[to] = entry;
		ruleAt[to] = entry.rule;
		slots[from] = ruleAt[from] = undefined;
		entry.slot = to;
	}

	/** Sees to it that the values which the rule tells apart have masks of their own. */
	function prepare(entry: Entry<C>): void {
		const parts = new Map<Column, { readonly column: Column; readonly when: Literal[]; readonly unless: Literal[] }>();
		entry.loose = false;
		const take = (literal: Literal, side: 'when' | 'unless'): void => {
			const column = columnFor(literal);
			if (column === undefined) {
				entry.loose = true;
				return;
			}
			let part = parts.get(column);
			if (part === undefined) {
				parts.set(column, (part = { column, when: [], unless: [] }));
				column.rules++;
			}
			part[side].push(literal);
		};
		for (const literal of entry.when) take(literal, 'when');
		for (const literal of entry.unless) take(literal, 'unless');
		entry.parts = [...parts.values()];
		inTurn = undefined;
	}

	/** The fact's column with all the masks that the condition needs; undefined when there is no room for them. */
	function columnFor(literal: Literal): Column | undefined {
		const old = columns.get(literal.f);
		const turns: Turn[] = [];
		const texts: string[] = [];
		for (const value of Array.isArray(literal.v) ? literal.v : [literal.v]) {
			if (typeof value === 'string' && old?.texts.has(value) !== true) texts.push(value);
			if (typeof value !== 'number') continue;
			for (const above of literal.op === '<=' || literal.op === '>' ? [true] : [false, true]) {
				if (old === undefined || !isTurn(old, { at: value, above })) turns.push({ at: value, above });
			}
		}
		const more = (old === undefined ? 5 : 0) + turns.length + texts.length;
		if (more === 0) return old;
		if ((masks + more) * words * 4 > bytesMost) return undefined;
		const column = old ?? {
			id: literal.f,
			turns: [],
			stretches: [newMask()],
			texts: new Map(),
			yes: newMask(),
			no: newMask(),
			otherText: newMask(),
			unknown: newMask(),
			rules: 0,
		};
		columns.set(literal.f, column);
		for (const turn of turns) {
			// A list may name a number twice.
			if (isTurn(column, turn)) continue;
			const at = placeOf(column, turn);
			column.turns.splice(at, 0, turn);
			column.stretches.splice(at, 0, newMask(column.stretches[at]));
		}
		for (const text of texts) if (!column.texts.has(text)) column.texts.set(text, newMask(column.otherText));
		return column;
	}

	function newMask(like?: MaskId): MaskId {
		const id = masks++;
		if (masks * words > bits.length) bits = widen(bits, Math.ceil((masks * 5) / 4) * words);
		if (like !== undefined) bits.copyWithin(id * words, like * words, (like + 1) * words);
		return id;
	}

	function settle(entry: Entry<C>, slot: number): void {
		for (const part of entry.parts) {
			eachMask(part.column, (mask, value) => {
				if (excludes(part, value, entry.strict)) put(bits, mask * words * 32 + slot, true);
			});
		}
		put(taken, slot, true);
		put(live, slot, entry.rule.state !== 'retired');
		put(loose, slot, entry.loose);
		slots[slot] = entry;
		ruleAt[slot] = entry.rule;
		entry.slot = slot;
	}

	/** The slot itself or the next one in use after it; the number of slots when there is none. */
	function nextTaken(slot: number): number {
		let word = slot >> 5;
		if (word >= words) return slots.length;
		let left = (taken[word] as number) & (-1 << (slot & 31));
		while (left === 0) {
			if (++word >= words) return slots.length;
			left = taken[word] as number;
		}
		return (word << 5) + lowest(left);
	}
	/** The slot itself or the last one in use before it; -1 when there is none. */
	function lastTaken(slot: number): number {
		if (slot < 0) return -1;
		let word = slot >> 5;
		let left = (taken[word] as number) & (-1 >>> (31 - (slot & 31)));
		while (left === 0) {
			if (--word < 0) return -1;
			left = taken[word] as number;
		}
		return (word << 5) + 31 - Math.clz32(left);
	}

	/** Sets `begins` to where the masks for these facts begin, those that exclude most first. @returns how many they are */
	function lookUp(facts: Facts): number {
		inTurn ??= [...columns.values()].filter((column) => column.rules > 0).sort((a, b) => b.rules - a.rules);
		const n = inTurn.length;
		// Read in eights, the last of them filled up with the mask that excludes nobody.
		if (begins.length < n + 8) begins = new Uint32Array(n + 8);
		for (let i = 0; i < n; i++) {
			const column = inTurn[i] as Column;
			// Ids come from models, so one may be "constructor"; what a prototype holds is no value of a fact, and counts as unknown.
			begins[i] = maskOf(column, facts[column.id]) * words;
		}
		begins.fill(NOBODY * words, n);
		if (joined.length < words) joined = new Uint32Array(words);
		return n;
	}

	/** Visits the rules that fire until one is taken. */
	function visit(facts: Facts, take: (rule: C) => boolean): C | undefined {
		const n = lookUp(facts);
		// Small at first, since most who ask want the first rule; then larger, since the rest is read to the end.
		for (let from = 0, size = 8; from < words; from += size, size *= 2) {
			const to = Math.min(words, from + size);
			join(n, from, to);
			for (let word = from; word < to; word++) {
				for (let left = joined[word] as number; left !== 0; left &= left - 1) {
					const slot = (word << 5) + lowest(left);
					const rule = ruleAt[slot] as C;
					if (has(loose, slot) && !ruleFires(rule, facts, (slots[slot] as Entry<C>).strict)) continue;
					if (take(rule)) return rule;
				}
			}
		}
		return undefined;
	}

	/** Leaves in `joined`, in the words named, the rules that none of the first `n` masks excludes. */
	function join(n: number, from: number, to: number): void {
		// Held here because what lies outside is looked up anew at each use. Eight masks at a time: that is three times as fast as one.
		const [all, begin, out] = [bits, begins, joined];
		for (let word = from; word < to; word++) out[word] = live[word] as number;
		for (let i = 0; i < n; i += 8) {
			const [a, b, c, d] = [begin[i] as number, begin[i + 1] as number, begin[i + 2] as number, begin[i + 3] as number];
			const [e, f, g, h] = [begin[i + 4] as number, begin[i + 5] as number, begin[i + 6] as number, begin[i + 7] as number];
			for (let word = from; word < to; word++) {
				const left = out[word] as number;
				if (left === 0) continue;
				const excluded =
					(all[a + word] as number) |
					(all[b + word] as number) |
					(all[c + word] as number) |
					(all[d + word] as number) |
					(all[e + word] as number) |
					(all[f + word] as number) |
					(all[g + word] as number) |
					(all[h + word] as number);
				out[word] = left & ~excluded;
			}
		}
	}

	for (const rule of rules) entries.set(rule.id, entryOf(rule));
	layOut();
	return {
		add,
		addAll,
		remove,
		get: (id) => entries.get(id)?.rule,
		get size() {
			return entries.size;
		},
		get version() {
			return version;
		},
		all: () => slots.flatMap((entry) => (entry === undefined ? [] : [entry.rule])),
		first: (facts, accept = () => true) => visit(facts, accept),
		matching(facts) {
			const found: C[] = [];
			visit(facts, (rule) => {
				found.push(rule);
				return false;
			});
			return found;
		},
		nearly(facts, limit = 5) {
			const n = lookUp(facts);
			const near: C[] = [];
			for (let word = 0; word < words && near.length < limit; word++) {
				let once = 0;
				let twice = 0;
				for (let i = 0; i < n; i++) {
					const excluded = bits[(begins[i] as number) + word] as number;
					twice |= once & excluded;
					once |= excluded;
				}
				for (let left = (live[word] as number) & ~twice; left !== 0 && near.length < limit; left &= left - 1) {
					const { rule, when, unless, strict } = slots[(word << 5) + lowest(left)] as Entry<C>;
					if (when.length < 2) continue;
					const lacking = when.filter((literal) => truthOf(literal, facts) !== true);
					const [one] = lacking;
					if (one !== undefined && lacking.length === 1 && truthOf(one, facts) === false && fires([], unless, facts, strict))
						near.push(rule);
				}
			}
			return near;
		},
		get sizeBytes() {
			return bits.byteLength;
		},
	};
}

/** The same question asked of one rule, without the index: the measure that the index is tested against. */
export function ruleFires(rule: Pick<Conditional, 'data'>, facts: Facts, irreversible = false): boolean {
	return fires(rule.data.when, rule.data.unless, facts, irreversible);
}

/** Each mask with a value that stands for all those it is for. */
function eachMask(column: Column, visit: (mask: MaskId, value: FactValue | undefined) => void): void {
	for (let i = 0; i < column.stretches.length; i++) visit(column.stretches[i] as MaskId, within(column, i));
	for (const [text, mask] of column.texts) visit(mask, text);
	visit(column.yes, true);
	visit(column.no, false);
	visit(column.otherText, SOME_OTHER_TEXT);
	visit(column.unknown, undefined);
}

/** A number of a stretch. Where its ends are neighbouring doubles there is none, and none will ever be looked up. */
function within({ turns }: Column, stretch: number): number {
	const from = turns[stretch - 1];
	const to = turns[stretch];
	if (from === undefined) return -Infinity;
	if (to === undefined) return Infinity;
	if (!from.above) return from.at;
	return to.above ? to.at : from.at / 2 + to.at / 2;
}

/** @param value  anything but a number, a text, a yes or a no is unknown */
function maskOf(column: Column, value: unknown): MaskId {
	switch (typeof value) {
		case 'number': {
			const { turns } = column;
			let low = 0;
			for (let high = turns.length; low < high; ) {
				const middle = (low + high) >> 1;
				const turn = turns[middle] as Turn;
				if (turn.above ? value > turn.at : value >= turn.at) low = middle + 1;
				else high = middle;
			}
			return column.stretches[low] as MaskId;
		}
		case 'string':
			return column.texts.get(value) ?? column.otherText;
		case 'boolean':
			return value ? column.yes : column.no;
		default:
			return column.unknown;
	}
}

/** Where the turn stands, or would stand. */
function placeOf({ turns }: Column, turn: Turn): number {
	let low = 0;
	for (let high = turns.length; low < high; ) {
		const middle = (low + high) >> 1;
		const other = turns[middle] as Turn;
		if (other.at < turn.at || (other.at === turn.at && !other.above && turn.above)) low = middle + 1;
		else high = middle;
	}
	return low;
}
function isTurn(column: Column, turn: Turn): boolean {
	const there = column.turns[placeOf(column, turn)];
	return there !== undefined && there.at === turn.at && there.above === turn.above;
}

function excludes({ when, unless }: Part, value: FactValue | undefined, strict: boolean): boolean {
	for (const l of when) if (value === undefined || meets(value, l.op, l.v) !== true) return true;
	for (const l of unless) {
		const truth = value === undefined ? undefined : meets(value, l.op, l.v);
		if (truth === true || (strict && truth === undefined)) return true;
	}
	return false;
}

function has(bits: Uint32Array, at: number): boolean {
	return ((bits[at >>> 5] as number) & (1 << (at & 31))) !== 0;
}
function put(bits: Uint32Array, at: number, set: boolean): void {
	const bit = 1 << (at & 31);
	bits[at >>> 5] = set ? (bits[at >>> 5] as number) | bit : (bits[at >>> 5] as number) & ~bit;
}
function widen(from: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
	const wide = new Uint32Array(length);
	wide.set(from);
	return wide;
}

/** Index of the lowest set bit. */
function lowest(word: number): number {
	return 31 - Math.clz32(word & -word);
}
