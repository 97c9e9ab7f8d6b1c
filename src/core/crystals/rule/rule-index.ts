// Which rules fire. For each fact and each value it can be told apart by, a bitset holds the rules that this value excludes. A tick
// joins one bitset per fact, 32 rules at a time, so its cost hardly grows with the number of rules. Bits stand in the order of
// arbitration: the first one left is the rule to follow, and whoever wants no more than that stops there.
import { fires, known, meets, truthOf } from '../../facts/literal.ts';
import type { Facts, FactValue, Literal } from '../../question.ts';
import { score } from '../lifecycle.ts';
import { LAYERS, type Rule } from './schema.ts';

export interface RuleIndex {
	/**
	 * Adds a rule, or takes in that it changed. Call it after a label too: the score is part of its place. Costs its own bits and,
	 * where no place is free, those of a few neighbours.
	 */
	add(rule: Rule): void;
	remove(id: string): void;
	get(id: string): Rule | undefined;
	readonly size: number;
	/** In the order of arbitration. */
	all(): readonly Rule[];
	/** The first rule in the order of arbitration whose condition holds and which `accept` takes; stops looking there. Never a retired one. */
	first(facts: Facts, accept?: (rule: Rule) => boolean): Rule | undefined;
	/** Every rule whose condition holds, whatever its state except retired, in the order of arbitration. */
	matching(facts: Facts): readonly Rule[];
	/** Rules with one condition false for certain, the rest true and no exception: the nearest misses, for the question. */
	nearly(facts: Facts, limit?: number): readonly Rule[];
	/** Taken by the bitsets. */
	readonly sizeBytes: number;
}

/** Earlier layer, then higher score, then more conditions; the id settles the rest. Below 0 when `a` comes first. */
export function byArbitration(a: Rule, b: Rule): number {
	return compare(rankOf(a), rankOf(b));
}

interface Rank {
	readonly layer: number;
	readonly score: number;
	readonly literals: number;
	readonly id: string;
}
function rankOf({ id, data, stat }: Rule): Rank {
	return { layer: LAYERS.indexOf(data.layer), score: score(stat), literals: data.when.length, id };
}
function compare(a: Rank, b: Rank): number {
	return a.layer - b.layer || b.score - a.score || b.literals - a.literals || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Bit set: the rule in that slot is excluded. */
type Mask = Uint32Array<ArrayBuffer>;

/** What one fact excludes. Values that no rule tells apart share a mask. */
interface Column {
	readonly id: string;
	/** Where the truth of some condition turns: just below `at`, or just above it. Sorted; the stretches lie between. */
	readonly turns: { readonly at: number; readonly above: boolean }[];
	/** One more than turns. */
	readonly stretches: Mask[];
	/** By each text that some rule names. */
	readonly texts: Map<string, Mask>;
	readonly yes: Mask;
	readonly no: Mask;
	/** For every text that no rule names. */
	readonly otherText: Mask;
	/** For a fact that is not known, and for positions, with which nothing compares. */
	readonly unknown: Mask;
	/** Rules that test it. */
	rules: number;
}
/** Longer than any text a condition may hold, so no rule names it. */
const SOME_OTHER_TEXT = ' '.repeat(401);

interface Part {
	readonly column: Column;
	readonly when: readonly Literal[];
	readonly unless: readonly Literal[];
}
interface Entry {
	rule: Rule;
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

/** Beyond this conditions are held against the facts one by one: a set of rules with endless thresholds must not fill the memory. */
const MASK_BYTES_MAX = 96 << 20;
/** Neighbours moved for a new rule before everything is laid out anew with gaps. */
const SHIFT_MOST = 64;
/** One slot in so many is left free. */
const GAP = 8;

/**
 * @param isIrreversible  of a verb: for these an unknown `unless` blocks
 * @param bytesMost  for the masks; conditions beyond it cost time instead
 */
export function makeRuleIndex(
	rules: Iterable<Rule> = [],
	isIrreversible: (verb: string) => boolean = () => false,
	bytesMost = MASK_BYTES_MAX,
): RuleIndex {
	const entries = new Map<string, Entry>();
	let columns = new Map<string, Column>();
	/** Those that exclude most come first, so that a block of rules is soon done with. */
	let inTurn: Column[] | undefined;
	let slots: (Entry | undefined)[] = [];
	let live: Mask = new Uint32Array(0);
	let masks = 0;

	const entryOf = (rule: Rule): Entry => ({
		rule,
		rank: rankOf(rule),
		when: rule.data.when,
		unless: rule.data.unless,
		strict: isIrreversible(rule.data.then.verb),
		parts: [],
		loose: false,
		slot: -1,
	});

	function add(rule: Rule): void {
		const old = entries.get(rule.id);
		const entry = entryOf(rule);
		if (old !== undefined) {
			if (old.when === entry.when && old.unless === entry.unless && old.strict === entry.strict) {
				old.rule = rule;
				old.rank = entry.rank;
				const before = slots[prevLive(old.slot - 1)];
				const after = slots[nextLive(old.slot + 1)];
				if ((before === undefined || compare(before.rank, old.rank) < 0) && (after === undefined || compare(old.rank, after.rank) < 0))
					return;
			}
			takeOut(old);
		}
		entries.set(rule.id, entry);
		if (entries.size > slots.length || !squeezeIn(entry)) layOut();
	}

	function remove(id: string): void {
		const entry = entries.get(id);
		if (entry !== undefined) takeOut(entry);
	}

	function takeOut(entry: Entry): void {
		const [word, bit] = [entry.slot >> 5, 1 << (entry.slot & 31)];
		for (const { column } of entry.parts) {
			column.rules--;
			eachMask(column, (mask) => void (mask[word] = (mask[word] as number) & ~bit));
		}
		live[word] = (live[word] as number) & ~bit;
		slots[entry.slot] = undefined;
		entries.delete(entry.rule.id);
		inTurn = undefined;
	}

	/** All rules anew, with gaps between them and as much room as they need. */
	function layOut(): void {
		const sorted = [...entries.values()].sort((a, b) => compare(a.rank, b.rank));
		const words = Math.ceil((sorted.length + sorted.length / GAP + 31) / 32);
		slots = new Array<Entry | undefined>(words * 32).fill(undefined);
		live = new Uint32Array(words);
		columns = new Map();
		masks = 0;
		// Masks are all made while they are empty: copying them is then no more than making them.
		for (const entry of sorted) prepare(entry);
		for (const [i, entry] of sorted.entries()) settle(entry, Math.floor((i * slots.length) / sorted.length));
	}

	/** Finds the rule's place, moving a few neighbours if need be; false when too many would have to. */
	function squeezeIn(entry: Entry): boolean {
		let place = 0;
		for (let end = slots.length; place < end; ) {
			const middle = (place + end) >> 1;
			const at = nextLive(middle);
			if (at < end && compare((slots[at] as Entry).rank, entry.rank) < 0) place = at + 1;
			else end = middle;
		}
		const before = prevLive(place - 1);
		const after = nextLive(place);
		if (after - before > 1) {
			place = (before + after + 1) >> 1;
		} else {
			let left = before;
			while (left >= 0 && slots[left] !== undefined) left--;
			let right = after;
			while (right < slots.length && slots[right] !== undefined) right++;
			const [toLeft, toRight] = [left < 0 ? Infinity : before - left, right >= slots.length ? Infinity : right - after];
			if (Math.min(toLeft, toRight) > SHIFT_MOST) return false;
			if (toLeft < toRight) for (let from = left + 1; from <= before; from++) move(from, from - 1);
			else for (let from = right - 1; from >= after; from--) move(from, from + 1);
			place = toLeft < toRight ? before : after;
		}
		prepare(entry);
		settle(entry, place);
		return true;
	}

	function move(from: number, to: number): void {
		const entry = slots[from] as Entry;
		for (const { column } of entry.parts) eachMask(column, (mask) => moveBit(mask, from, to));
		moveBit(live, from, to);
		slots[to] = entry;
		slots[from] = undefined;
		entry.slot = to;
	}

	/** Sees to it that the values which the rule tells apart have masks of their own. */
	function prepare(entry: Entry): void {
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
		const turns: Column['turns'] = [];
		const texts: string[] = [];
		for (const value of Array.isArray(literal.v) ? literal.v : [literal.v]) {
			if (typeof value === 'string' && old?.texts.has(value) !== true) texts.push(value);
			if (typeof value !== 'number') continue;
			if (literal.op !== '<=' && literal.op !== '>') turns.push({ at: value, above: false });
			turns.push({ at: value, above: true });
		}
		const fresh = turns.filter((turn) => old === undefined || !isTurn(old, turn));
		const more = (old === undefined ? 5 : 0) + fresh.length + texts.length;
		if (more > 0 && (masks + more) * live.byteLength > bytesMost) return undefined;
		masks += more;
		const column = old ?? emptyColumn(literal.f, live.length);
		columns.set(literal.f, column);
		for (const turn of fresh) {
			const at = placeOf(column, turn);
			// A list may name a number twice.
			if (isTurn(column, turn)) continue;
			column.turns.splice(at, 0, turn);
			column.stretches.splice(at, 0, (column.stretches[at] as Mask).slice());
		}
		for (const text of texts) column.texts.set(text, column.otherText.slice());
		return column;
	}

	function settle(entry: Entry, slot: number): void {
		const [word, bit] = [slot >> 5, 1 << (slot & 31)];
		for (const part of entry.parts) {
			eachMask(part.column, (mask, value) => {
				if (excludes(part, value, entry.strict)) mask[word] = (mask[word] as number) | bit;
			});
		}
		live[word] = (live[word] as number) | bit;
		slots[slot] = entry;
		entry.slot = slot;
	}

	/** The slot itself or the next one in use after it; the number of slots when there is none. */
	function nextLive(slot: number): number {
		let word = slot >> 5;
		if (word >= live.length) return slots.length;
		let left = (live[word] as number) & (-1 << (slot & 31));
		while (left === 0) {
			if (++word >= live.length) return slots.length;
			left = live[word] as number;
		}
		return (word << 5) + lowest(left);
	}
	/** The slot itself or the last one in use before it; -1 when there is none. */
	function prevLive(slot: number): number {
		if (slot < 0) return -1;
		let word = slot >> 5;
		let left = (live[word] as number) & (-1 >>> (31 - (slot & 31)));
		while (left === 0) {
			if (--word < 0) return -1;
			left = live[word] as number;
		}
		return (word << 5) + 31 - Math.clz32(left);
	}

	function masksFor(facts: Facts): Mask[] {
		inTurn ??= [...columns.values()].filter((column) => column.rules > 0).sort((a, b) => b.rules - a.rules);
		return inTurn.map((column) => maskOf(column, known(facts, column.id)));
	}

	/** Visits the rules that fire until one is taken. */
	function visit(facts: Facts, take: (rule: Rule) => boolean): Rule | undefined {
		const all = masksFor(facts);
		for (let word = 0; word < live.length; word++) {
			let left = live[word] as number;
			for (let m = 0; left !== 0 && m < all.length; m++) left &= ~((all[m] as Mask)[word] as number);
			while (left !== 0) {
				const entry = slots[(word << 5) + lowest(left)] as Entry;
				left &= left - 1;
				if (entry.rule.state === 'retired' || (entry.loose && !fires(entry.when, entry.unless, facts, entry.strict))) continue;
				if (take(entry.rule)) return entry.rule;
			}
		}
		return undefined;
	}

	for (const rule of rules) entries.set(rule.id, entryOf(rule));
	layOut();
	return {
		add,
		remove,
		get: (id) => entries.get(id)?.rule,
		get size() {
			return entries.size;
		},
		all: () => slots.flatMap((entry) => (entry === undefined ? [] : [entry.rule])),
		first: (facts, accept = () => true) => visit(facts, accept),
		matching(facts) {
			const found: Rule[] = [];
			visit(facts, (rule) => {
				found.push(rule);
				return false;
			});
			return found;
		},
		nearly(facts, limit = 5) {
			const all = masksFor(facts);
			const near: Rule[] = [];
			for (let word = 0; word < live.length && near.length < limit; word++) {
				let once = 0;
				let twice = 0;
				for (const mask of all) {
					const excluded = mask[word] as number;
					twice |= once & excluded;
					once |= excluded;
				}
				for (let left = (live[word] as number) & ~twice; left !== 0 && near.length < limit; left &= left - 1) {
					const { rule, when, unless, strict } = slots[(word << 5) + lowest(left)] as Entry;
					if (rule.state === 'retired' || when.length < 2) continue;
					const lacking = when.filter((literal) => truthOf(literal, facts) !== true);
					const [one] = lacking;
					if (one !== undefined && lacking.length === 1 && truthOf(one, facts) === false && fires([], unless, facts, strict))
						near.push(rule);
				}
			}
			return near;
		},
		get sizeBytes() {
			return (masks + 1) * live.byteLength;
		},
	};
}

/** The same question asked of one rule, without the index: the measure that the index is tested against. */
export function ruleFires(rule: Rule, facts: Facts, irreversible = false): boolean {
	return fires(rule.data.when, rule.data.unless, facts, irreversible);
}

function emptyColumn(id: string, words: number): Column {
	const mask = (): Mask => new Uint32Array(words);
	return { id, turns: [], stretches: [mask()], texts: new Map(), yes: mask(), no: mask(), otherText: mask(), unknown: mask(), rules: 0 };
}

/** Each mask with a value that stands for all those it is for. */
function eachMask(column: Column, visit: (mask: Mask, value: FactValue | undefined) => void): void {
	for (let i = 0; i < column.stretches.length; i++) visit(column.stretches[i] as Mask, within(column, i));
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

function maskOf(column: Column, value: FactValue | undefined): Mask {
	switch (typeof value) {
		case 'number': {
			const { turns } = column;
			let low = 0;
			for (let high = turns.length; low < high; ) {
				const middle = (low + high) >> 1;
				const turn = turns[middle] as Column['turns'][number];
				if (turn.above ? value > turn.at : value >= turn.at) low = middle + 1;
				else high = middle;
			}
			return column.stretches[low] as Mask;
		}
		case 'string':
			return column.texts.get(value) ?? column.otherText;
		case 'boolean':
			return value ? column.yes : column.no;
		default:
			return column.unknown;
	}
}

type Turn = Column['turns'][number];
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

function moveBit(mask: Mask, from: number, to: number): void {
	const [word, bit] = [from >> 5, 1 << (from & 31)];
	const set = ((mask[word] as number) & bit) !== 0;
	mask[word] = (mask[word] as number) & ~bit;
	const [into, as] = [to >> 5, 1 << (to & 31)];
	mask[into] = set ? (mask[into] as number) | as : (mask[into] as number) & ~as;
}

/** Index of the lowest set bit. */
function lowest(word: number): number {
	return 31 - Math.clz32(word & -word);
}
