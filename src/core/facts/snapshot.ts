// What is known about the game right now. A fact that was not read lately is unknown, and stays out of the snapshot.
import type { Box } from '../geometry.ts';
import type { FactWanted, Profile } from '../profile.ts';
import type { ConditionOffered, Facts, FactValue, Literal } from '../question.ts';
import { checkExpression, evaluate, type Expr, factsIn, parseExpression, type ValueType } from './expression.ts';
import { known, truthOf } from './literal.ts';

export type FactKind = 'number' | 'boolean' | 'enum' | 'text' | 'position';
export interface FactDef {
	readonly id: string;
	readonly kind: FactKind;
	/** Of an enum; grows when `open`. */
	readonly values?: readonly string[];
	readonly open?: boolean;
	/** For how long a reading holds. */
	readonly staleMs: number;
	/** Added by the loop, not by the profile. */
	readonly builtIn: boolean;
	readonly min?: number;
	readonly max?: number;
	/** Of a derived fact. */
	readonly from?: string;
	readonly about?: string;
	/** What a player or a model may call it; a name made of the id goes without saying. */
	readonly words?: readonly string[];
}

/** The part of a fact that outlives a session: what has been seen of it. JSON. */
export interface FactMemory {
	readonly id: string;
	readonly cuts: readonly number[];
	/** Distinct values seen, at most 9: enough to know that it varies. */
	readonly seen: readonly (string | number | boolean)[];
	readonly low?: number;
	readonly high?: number;
	readonly changes: number;
	/** Cuts that nothing rests on, and since when, milliseconds since 1970; absent when there are none. */
	readonly idle?: readonly (readonly [cut: number, since: number])[];
}

export interface Snapshot {
	/** Clock.monotonic(). */
	readonly at: number;
	/** Known facts only. */
	readonly values: Facts;
	/** Cut or value index of each fact that may stand in a condition; -1 unknown. */
	readonly codes: Readonly<Record<string, number>>;
}

export interface FactFault {
	readonly fact: string;
	readonly message: string;
}

export interface FactTable {
	define(def: Partial<FactDef> & Pick<FactDef, 'id' | 'kind'>): void;
	get(id: string): FactDef | undefined;
	readonly all: readonly FactDef[];
	/** Faults of the profile's derived facts; these are left out of every snapshot. */
	readonly faults: readonly FactFault[];
	/** Takes a reading; one of another type than the fact's is refused with a sentence. */
	observe(id: string, value: FactValue, at: number): string | undefined;
	/** Boxes of every element that was looked for, an empty list where it was not there. */
	see(instances: ReadonlyMap<string, readonly Box[]>, at: number): void;
	/** Says that nothing changed: what was known at the last look is known now. */
	refresh(at: number, ids?: readonly string[]): void;
	forget(id: string): void;
	/** What is known now; derived facts are worked out here and go into the history. */
	snapshot(now: number): Snapshot;
	varies(id: string): boolean;
	/** The facts worth sending, at most `limit`: what was the same in every reading so far gives way first. */
	varying(values: Facts, limit?: number): Facts;
	/**
	 * A literal with its number moved to a cut that is near and still true now, or to a new cut.
	 * Whatever is not a threshold comes back as it is.
	 */
	snap(literal: Literal, values: Facts): Literal;
	/**
	 * Lets go of cuts that nothing has rested on for a week.
	 *
	 * @param rests  whether a rule compares the fact with this number
	 * @param now    milliseconds since 1970
	 */
	tend(rests: (id: string, cut: number) => boolean, now: number): void;
	/** Why a literal may not stand in a condition; undefined when it may. */
	fault(literal: Literal): string | undefined;
	memory(): readonly FactMemory[];
	restore(memory: readonly FactMemory[]): void;
}

const STALE_MS = 10_000;
const CUTS_MAX = 32;
const HISTORY_MAX = 128;
const SEEN_MAX = 9;
/** A fact that was the same in so many readings is taken to be constant, for now: `quest` is until the first one is done. */
const NEW_READINGS = 40;
const CUT_IDLE_MS = 7 * 24 * 3_600_000;
/** How far a threshold may move to meet an older one, as a share of the range seen. */
const SNAP_SHARE = 0.05;

interface Row {
	def: FactDef;
	value: FactValue | undefined;
	at: number;
	/** Changes only, newest last. */
	history: { readonly value: FactValue; readonly at: number }[];
	/** Older changes have left the ring. */
	cut: boolean;
	cuts: number[];
	/** Cuts that nothing rests on, and since when. */
	idle: Map<number, number>;
	seen: Set<string | number | boolean>;
	values: string[];
	low: number;
	high: number;
	changes: number;
	readings: number;
	expr?: Expr;
}

const KIND: Readonly<Record<NonNullable<FactWanted['type']>, FactKind>> = {
	number: 'number',
	count: 'number',
	boolean: 'boolean',
	text: 'text',
	enum: 'enum',
	position: 'position',
};
const VALUE_TYPE: Readonly<Record<FactKind, ValueType>> = {
	number: 'number',
	boolean: 'boolean',
	enum: 'text',
	text: 'text',
	position: 'position',
};

/** A table with the profile's facts; derived ones are checked here, and compiled in the order they need each other. */
export function makeFactTable(profile: Pick<Profile, 'facts'>, options: { readonly staleMs?: number } = {}): FactTable {
	const staleMs = options.staleMs ?? STALE_MS;
	const rows = new Map<string, Row>();
	let instances: ReadonlyMap<string, readonly Box[]> = new Map();
	let instancesAt = -Infinity;
	let faults: FactFault[] = [];
	let derived: Row[] = [];
	let compiled = false;

	function define(def: Partial<FactDef> & Pick<FactDef, 'id' | 'kind'>): void {
		const old = rows.get(def.id);
		if (old !== undefined && old.def.kind === def.kind && def.from === undefined) return;
		const full: FactDef = { staleMs, builtIn: true, ...def };
		rows.set(def.id, {
			def: full,
			value: undefined,
			at: -Infinity,
			history: [],
			cut: false,
			cuts: [],
			idle: new Map(),
			seen: new Set(),
			values: [...(def.values ?? [])],
			low: def.min ?? Infinity,
			high: def.max ?? -Infinity,
			changes: 0,
			readings: 0,
		});
		compiled = false;
	}

	for (const fact of profile.facts) {
		define({
			id: fact.name,
			// A derived fact's kind is what its expression gives; this is a place-holder until then.
			kind: fact.type === undefined ? 'number' : KIND[fact.type],
			builtIn: false,
			...(fact.values === undefined ? {} : { values: fact.values }),
			...(fact.min === undefined ? {} : { min: fact.min }),
			...(fact.max === undefined ? {} : { max: fact.max }),
			...(fact.from === undefined ? {} : { from: fact.from }),
			...(fact.about === undefined ? {} : { about: fact.about }),
			...(fact.words === undefined ? {} : { words: fact.words }),
		});
	}

	/** Checks derived facts and orders them; again after each `define`, since they may name built-in facts. */
	function compile(): void {
		compiled = true;
		faults = [];
		derived = [];
		const state = new Map<string, 'open' | 'done' | 'failed'>();
		const visit = (row: Row): boolean => {
			const { id, from } = row.def;
			if (from === undefined) return true;
			const at = state.get(id);
			if (at === 'open') return fail(row, 'is derived from itself');
			if (at !== undefined) return at === 'done';
			state.set(id, 'open');
			const parsed = parseExpression(from);
			if (!parsed.ok) return fail(row, `position ${parsed.fault.at}: ${parsed.fault.message}`);
			for (const name of factsIn(parsed.expr, (n) => rows.has(n))) {
				const on = rows.get(name) as Row;
				if (!visit(on)) return state.get(id) === 'failed' ? false : fail(row, `needs "${name}", which has a fault`);
			}
			const checked = checkExpression(parsed.expr, {
				fact: (n) => {
					const on = rows.get(n);
					return on && VALUE_TYPE[on.def.kind];
				},
				element: (n) => !rows.has(n) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(n),
			});
			if (!checked.ok) return fail(row, `position ${checked.fault.at}: ${checked.fault.message}`);
			row.expr = parsed.expr;
			row.def = { ...row.def, kind: checked.type };
			state.set(id, 'done');
			derived.push(row);
			return true;
		};
		const fail = (row: Row, message: string): false => {
			state.set(row.def.id, 'failed');
			faults.push({ fact: row.def.id, message });
			return false;
		};
		for (const row of rows.values()) visit(row);
	}

	function take(row: Row, value: FactValue, at: number): void {
		row.readings++;
		row.at = at;
		row.value = value;
		if (same(row.history.at(-1)?.value, value)) return;
		row.history.push({ value, at });
		if (row.history.length > HISTORY_MAX) {
			row.history.shift();
			row.cut = true;
		}
		row.changes++;
		if (typeof value === 'object') return;
		if (row.seen.size < SEEN_MAX) row.seen.add(value);
		if (typeof value === 'number') {
			row.low = Math.min(row.low, value);
			row.high = Math.max(row.high, value);
		}
	}

	const history = {
		valueAt(id: string, at: number): FactValue | undefined {
			const row = rows.get(id);
			for (let i = (row?.history.length ?? 0) - 1; i >= 0; i--) {
				const past = row?.history[i];
				if (past !== undefined && past.at <= at) return past.value;
			}
			return undefined;
		},
		changedAt(id: string): number | undefined {
			const row = rows.get(id);
			// The first reading is not a change: how long it had been so was not seen.
			return row === undefined || (row.history.length < 2 && !row.cut) ? undefined : row.history.at(-1)?.at;
		},
	};

	function code(row: Row): number {
		const { value } = row;
		if (typeof value === 'number') return row.cuts.reduce((n, cut) => (value > cut ? n + 1 : n), 0);
		if (typeof value === 'boolean') return value ? 1 : 0;
		// 0 is "other".
		return typeof value === 'string' && row.def.kind === 'enum' ? row.values.indexOf(value) + 1 : -1;
	}

	return {
		define,
		get: (id) => rows.get(id)?.def,
		get all() {
			if (!compiled) compile();
			return [...rows.values()].map((row) => row.def);
		},
		get faults() {
			if (!compiled) compile();
			return faults;
		},
		observe(id, value, at) {
			const row = rows.get(id);
			if (row === undefined) return `there is no fact "${id}"`;
			if (row.def.from !== undefined) return `"${id}" is derived, not read`;
			const wrong = typeFault(row, value);
			if (wrong !== undefined) return wrong;
			if (typeof value === 'string' && row.def.kind === 'enum' && !row.values.includes(value) && row.values.length < 255)
				row.values.push(value);
			take(row, value, at);
			return undefined;
		},
		see(seen, at) {
			instances = seen;
			instancesAt = at;
		},
		refresh(at, ids) {
			for (const row of ids === undefined ? rows.values() : ids.flatMap((id) => rows.get(id) ?? [])) {
				// Only what was still known can be said to be so still.
				if (row.value !== undefined && at - row.at <= row.def.staleMs) row.at = at;
			}
			if (at - instancesAt <= staleMs) instancesAt = at;
		},
		forget(id) {
			const row = rows.get(id);
			if (row !== undefined) row.value = undefined;
		},
		snapshot(now) {
			if (!compiled) compile();
			const facts = new Map<string, FactValue>();
			for (const [id, row] of rows) {
				if (row.expr === undefined && row.def.from === undefined && row.value !== undefined && now - row.at <= row.def.staleMs)
					facts.set(id, row.value);
			}
			const scene = { facts, instances: now - instancesAt <= staleMs ? instances : new Map<string, readonly Box[]>(), history, now };
			for (const row of derived) {
				const value = row.expr && evaluate(row.expr, scene);
				if (value === undefined) {
					row.value = undefined;
					continue;
				}
				take(row, value, now);
				facts.set(row.def.id, value);
			}
			const codes: Record<string, number> = {};
			for (const [id, row] of rows) codes[id] = facts.has(id) ? code(row) : -1;
			return { at: now, values: Object.fromEntries(facts), codes };
		},
		varies: (id) => (rows.get(id)?.seen.size ?? 0) > 1,
		varying(values, limit = 60) {
			const ranked = Object.keys(values)
				.flatMap((id) => rows.get(id) ?? [])
				.filter((row) => row.def.kind !== 'text' && row.def.kind !== 'position')
				.toSorted((a, b) => rank(b) - rank(a))
				.slice(0, limit);
			// In the table's order, so that equal situations read the same.
			const chosen = new Set(ranked.map((row) => row.def.id));
			return Object.fromEntries(Object.entries(values).filter(([id]) => chosen.has(id)));
		},
		snap(literal, values) {
			const row = rows.get(literal.f);
			if (row === undefined || typeof literal.v !== 'number' || (literal.op !== '<=' && literal.op !== '>')) return literal;
			const wanted = literal.v;
			const range = row.high - row.low;
			const reach = Number.isFinite(range) && range > 0 ? range * SNAP_SHARE : 0;
			const near = row.cuts
				.filter((cut) => Math.abs(cut - wanted) <= reach || row.cuts.length >= CUTS_MAX)
				.filter((cut) => truthOf({ ...literal, v: cut }, values) === truthOf(literal, values))
				.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0];
			if (near !== undefined) return { ...literal, v: near };
			if (row.cuts.length < CUTS_MAX && !row.cuts.includes(wanted)) row.cuts = [...row.cuts, wanted].sort((a, b) => a - b);
			return literal;
		},
		tend(rests, now) {
			for (const [id, row] of rows) {
				for (const cut of row.cuts) {
					if (rests(id, cut)) row.idle.delete(cut);
					else if (!row.idle.has(cut)) row.idle.set(cut, now);
				}
				row.cuts = row.cuts.filter((cut) => now - (row.idle.get(cut) ?? now) < CUT_IDLE_MS);
				for (const cut of row.idle.keys()) if (!row.cuts.includes(cut)) row.idle.delete(cut);
			}
		},
		fault(literal) {
			const row = rows.get(literal.f);
			if (row === undefined) return `there is no fact "${literal.f}"`;
			if (row.def.kind === 'text' || row.def.kind === 'position')
				return `"${literal.f}" is a ${row.def.kind}, which may not stand in a condition`;
			if (literal.op === '<=' || literal.op === '>') {
				return row.def.kind === 'number' && typeof literal.v === 'number'
					? undefined
					: `"${literal.op}" compares numbers, and "${literal.f}" is a ${row.def.kind}`;
			}
			const wanted =
				literal.op === 'in' ? (Array.isArray(literal.v) ? literal.v : undefined) : Array.isArray(literal.v) ? undefined : [literal.v];
			if (wanted === undefined || wanted.length === 0) return `"${literal.op}" does not go with ${JSON.stringify(literal.v)}`;
			for (const v of wanted) {
				const wrong = typeFault(row, v);
				if (wrong !== undefined) return wrong;
			}
			return undefined;
		},
		memory: () =>
			[...rows.values()]
				.filter((row) => row.changes > 0 || row.cuts.length > 0)
				.map((row) => ({
					id: row.def.id,
					cuts: row.cuts,
					seen: [...row.seen],
					changes: row.changes,
					...(row.idle.size > 0 ? { idle: [...row.idle] } : {}),
					...(Number.isFinite(row.low) ? { low: row.low } : {}),
					...(Number.isFinite(row.high) ? { high: row.high } : {}),
				})),
		restore(memory) {
			for (const m of memory) {
				const row = rows.get(m.id);
				if (row === undefined) continue;
				row.cuts = [...new Set([...row.cuts, ...m.cuts])].sort((a, b) => a - b).slice(0, CUTS_MAX);
				for (const [cut, since] of m.idle ?? []) if (row.cuts.includes(cut)) row.idle.set(cut, since);
				for (const value of m.seen) if (row.seen.size < SEEN_MAX) row.seen.add(value);
				for (const value of m.seen)
					if (typeof value === 'string' && row.def.kind === 'enum' && !row.values.includes(value)) row.values.push(value);
				row.low = Math.min(row.low, m.low ?? Infinity);
				row.high = Math.max(row.high, m.high ?? -Infinity);
				row.changes += m.changes;
			}
		},
	};
}

/** The screen first, constants last, the profile's own facts before built-in ones; among equals, what changes most tells most. */
function rank(row: Row): number {
	const constant = row.seen.size <= 1 && row.readings >= NEW_READINGS;
	return (row.def.id === 'screen' ? 1e9 : 0) + (row.def.builtIn ? 0 : 1e6) + (constant ? -1e7 : 0) + Math.min(row.changes, 1e5);
}

function same(a: FactValue | undefined, b: FactValue): boolean {
	return a === b || (Array.isArray(a) && Array.isArray(b) && a[0] === b[0] && a[1] === b[1]);
}

function typeFault(row: Row, value: FactValue): string | undefined {
	const { id, kind } = row.def;
	const is = Array.isArray(value) ? 'position' : typeof value === 'string' ? 'text' : typeof value;
	if (VALUE_TYPE[kind] !== is) return `"${id}" is a ${kind}, and ${JSON.stringify(value)} is a ${is}`;
	if (typeof value === 'number' && !Number.isFinite(value)) return `"${id}" is not a finite number`;
	if (kind === 'enum' && row.def.values !== undefined && !row.def.open && !row.def.values.includes(value as string)) {
		return `"${id}" is one of ${row.def.values.join(', ')}, not ${JSON.stringify(value)}`;
	}
	return undefined;
}

/** What a condition may test, known now or not; `but` some facts. */
export function conditionsOffered({ all }: Pick<FactTable, 'all'>, but: ReadonlySet<string> = new Set()): ConditionOffered[] {
	return all.flatMap(({ id, kind, values }) =>
		!but.has(id) && (kind === 'number' || kind === 'boolean' || kind === 'enum')
			? [{ f: id, type: kind, ...(values === undefined ? {} : { values }) }]
			: [],
	);
}

/** Facts for a question: unknown ones left out, in the table's order. */
export function pick(values: Facts, ids: readonly string[]): Facts {
	return Object.fromEntries(
		ids.flatMap((id) => {
			const value = known(values, id);
			return value === undefined ? [] : [[id, value] as const];
		}),
	);
}
