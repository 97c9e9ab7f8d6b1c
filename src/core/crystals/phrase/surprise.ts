// How surprising an event is. That alone decides whether a model may speak of it, and how surprising it must be follows from how
// many lines an hour the person wants to pay for.
import type { NarrationEvent } from '../../question.ts';
import { logGamma } from '../lifecycle.ts';

/** What was going on when it happened. */
export interface Setting {
	/** Milliseconds since 1970. */
	readonly at: number;
	/** Of the rule that acted last; empty when none did. */
	readonly layer: string;
	/** The kind of place: the screen. */
	readonly place: string;
	/** Bits by which what is believed of rules moved since the event before. */
	readonly moved: number;
	/** Since the event before an act did not do what it should. */
	readonly failed: boolean;
}
export interface Noted {
	readonly bits: number;
	/** Bits from which on an event is in the top share; undefined while there are too few to tell. */
	readonly threshold: number | undefined;
	/** No line about this type has come from a model yet, and none was learnt. */
	readonly firstOfKind: boolean;
	readonly surprising: boolean;
	/** It may take the last line; what is only new leaves that. */
	readonly rare: boolean;
	/** For people. */
	readonly why: string;
}
/** What the budget comes to at the pace of play of late. */
export interface Pace {
	readonly eventsPerHour: number;
	/** The share of events that may be in the top. */
	readonly share: number;
	readonly threshold: number | undefined;
	/** Lines by a model that are to be expected, first ones of a kind left out. */
	readonly linesPerHour: number;
}
export interface SurpriseState {
	/** Times that each event came, by `context>type`; the contexts are `last|layer|place`, `last` and none. */
	readonly counts: Readonly<Record<string, number>>;
	/** Times that each value came, by `type.name=value`. */
	readonly values?: Readonly<Record<string, number>>;
	/** Bits of the last 500 events, and the milliseconds of play before each. */
	readonly bits: readonly number[];
	readonly gaps?: readonly number[];
	readonly last: string;
	/** When a model was asked in the last hour. */
	readonly asked: readonly number[];
	/** Types of which a model has spoken. */
	readonly told?: readonly string[];
}
export interface Surprise {
	/** Notes an event and says how surprising it was. */
	note(event: NarrationEvent, setting: Setting): Noted;
	/** A line for this type is known: it is no first of its kind any more. */
	told(type: string): void;
	/** Takes one of the lines that a model may speak; false when none is to be had now. What is new and nothing else leaves
	 *  the last one to what is rare. */
	take(at: number, rare?: boolean): boolean;
	/** Lines to be had at this time: half of the hour's at once, and never more than all of them in an hour. */
	left(at: number): number;
	pace(): Pace;
	state(): SurpriseState;
}

export const LINES_PER_HOUR = 6;
export const LINES_MOST = 600;
export function isLinesPerHour(lines: unknown): lines is number {
	return typeof lines === 'number' && Number.isInteger(lines) && lines >= 0 && lines <= LINES_MOST;
}
/** A stored setting; the usual one where it is none. */
export function readLinesPerHour(stored: unknown): number {
	return isLinesPerHour(stored) ? stored : LINES_PER_HOUR;
}
const HOUR_MS = 3_600_000;
const KEPT = 500;
/** The share of events a model may speak on, with the usual budget. */
const TOP_SHARE = 0.02;
/** Before so many events a top share means nothing. */
const LEAST = 50;
/** Longer without an event is a pause, not pace. */
const GAP_MOST_MS = 60_000;
/** A value says nothing before it was seen so often, and not more than this. */
const VALUES_LEAST = 5;
const VALUE_MOST_BITS = 6;
/** Different ones of a value that are told apart. */
const KINDS_MOST = 64;
const FAILED_BITS = 3;
const MOVED_MOST_BITS = 4;
/** The share of events for which the last line is kept. */
const RARE_SHARE = 0.1;

/** @param perHour  lines an hour that a model may speak; read anew with each event */
export function makeSurprise(options: { readonly perHour?: () => number; readonly from?: SurpriseState } = {}): Surprise {
	const perHour = options.perHour ?? (() => LINES_PER_HOUR);
	const { from } = options;
	const counts = makeCounts(from?.counts);
	const values = makeCounts(from?.values);
	let bits = [...(from?.bits ?? [])];
	let gaps = [...(from?.gaps ?? [])];
	let last = from?.last ?? '';
	let asked = [...(from?.asked ?? [])];
	let before: number | undefined;
	const told = new Set(from?.told ?? []);

	/** Dirichlet ½ at each level, its mass spread as the level below has it. */
	function chance(type: string, contexts: readonly string[]): number {
		const kinds = counts.kinds('') + (counts.of('', type) === 0 ? 1 : 0);
		let p = 1 / kinds;
		for (const context of contexts.toReversed()) p = (counts.of(context, type) + 0.5 * kinds * p) / (counts.sum(context) + 0.5 * kinds);
		return p;
	}

	/** By how much the rarest of the values is rarer than is usual for it. */
	function rarity(event: NarrationEvent): { readonly bits: number; readonly name: string } {
		let most = { bits: 0, name: '' };
		for (const [name, value] of Object.entries(event)) {
			const kind = kindOf(value);
			if (name === 'type' || kind === undefined) continue;
			const of = `${event.type}.${name}`;
			const seen = values.sum(of);
			const kinds = values.kinds(of);
			if (seen >= VALUES_LEAST && kinds < KINDS_MOST) {
				const among = seen + 0.5 * (kinds + 1);
				const usual = values.each(of).reduce((sum, n) => sum - ((n + 0.5) / among) * Math.log2((n + 0.5) / among), 0);
				const excess = Math.min(VALUE_MOST_BITS, -Math.log2((values.of(of, kind) + 0.5) / among) - usual);
				if (excess > most.bits) most = { bits: excess, name };
			}
			if (values.of(of, kind) > 0 || kinds < KINDS_MOST) values.add(of, kind);
		}
		return most;
	}

	function pace(): Pace {
		const ms = gaps.reduce((a, b) => a + b, 0);
		const eventsPerHour = ms === 0 ? 0 : (gaps.length * HOUR_MS) / ms;
		const budget = perHour();
		// Top 2 % for six lines an hour; who wants more lines hears of lesser surprises as well.
		const most = TOP_SHARE * Math.max(1, budget / LINES_PER_HOUR);
		const share = eventsPerHour === 0 ? most : Math.min(1, most, budget / eventsPerHour);
		const sorted = bits.toSorted((a, b) => b - a);
		const threshold = bits.length < LEAST ? undefined : sorted[Math.floor(share * sorted.length)];
		return { eventsPerHour, share, threshold, linesPerHour: Math.min(budget, share * eventsPerHour) };
	}

	function stock(at: number): { readonly lines: number; readonly holds: number } {
		const budget = perHour();
		const lately = asked.filter((t) => at - t < HOUR_MS);
		// A bucket of half the hour's lines that fills evenly: the first minutes, in which all is new, leave something for later.
		const holds = Math.ceil(budget / 2);
		let bucket = holds;
		let then = lately[0] ?? at;
		for (const t of lately) {
			bucket = Math.min(holds, bucket + ((t - then) * budget) / HOUR_MS) - 1;
			then = t;
		}
		bucket = Math.min(holds, bucket + ((at - then) * budget) / HOUR_MS);
		return { lines: Math.min(bucket + 1e-9, budget - lately.length), holds };
	}

	return {
		note(event, { at, layer, place, moved, failed }) {
			const { type } = event;
			const contexts = [...(last === '' ? [] : [`${last}|${layer}|${place}`, last]), ''];
			const sequence = -Math.log2(chance(type, contexts));
			const value = rarity(event);
			const shift = Math.min(MOVED_MOST_BITS, moved);
			const now = sequence + value.bits + shift + (failed ? FAILED_BITS : 0);
			const firstOfKind = !told.has(type);
			const { threshold } = pace();
			const top = threshold !== undefined && now > threshold;
			const rare = top || (bits.length >= LEAST && bits.filter((b) => b > now).length < RARE_SHARE * bits.length);
			for (const context of contexts) counts.add(context, type);
			bits = [...bits, now].slice(-KEPT);
			if (before !== undefined) gaps = [...gaps, Math.min(GAP_MOST_MS, Math.max(0, at - before))].slice(-KEPT);
			before = at;
			last = type;
			const parts = [
				`${sequence.toFixed(1)} for coming now`,
				...(value.bits >= 0.05 ? [`${value.bits.toFixed(1)} for its ${value.name}`] : []),
				...(shift >= 0.05 ? [`${shift.toFixed(1)} for what a rule was believed to be worth`] : []),
				...(failed ? [`${FAILED_BITS} for an act that failed`] : []),
			];
			const held =
				threshold === undefined ? `${bits.length} of ${LEAST} events seen` : `${top ? 'over' : 'not over'} ${threshold.toFixed(1)}`;
			const why = `${firstOfKind ? `first "${type}", ` : ''}${now.toFixed(1)} bits (${parts.join(', ')}), ${held}`;
			return { bits: now, threshold, firstOfKind, surprising: firstOfKind || top, rare, why };
		},
		told: (type) => void told.add(type),
		take(at, rare = true) {
			asked = asked.filter((t) => at - t < HOUR_MS);
			const { lines, holds } = stock(at);
			if (lines < (rare ? 1 : Math.min(2, holds))) return false;
			asked.push(at);
			return true;
		},
		left: (at) => Math.max(0, Math.floor(stock(at).lines)),
		pace,
		state: () => ({ counts: counts.all(), values: values.all(), bits, gaps, last, asked, told: [...told] }),
	};
}

function kindOf(value: NarrationEvent[string]): string | undefined {
	if (typeof value === 'number') return `${Math.sign(value) * Math.round(2 * Math.log2(1 + Math.abs(value)))}`;
	if (typeof value === 'boolean') return String(value);
	return typeof value === 'string' && value.length <= 60 ? value : undefined;
}

/** Counts by context and kind, with what is asked of them kept along. */
function makeCounts(from: Readonly<Record<string, number>> = {}) {
	const contexts = new Map<string, { readonly by: Map<string, number>; sum: number }>();
	function put(context: string, kind: string, times: number): void {
		let there = contexts.get(context);
		if (there === undefined) contexts.set(context, (there = { by: new Map(), sum: 0 }));
		there.by.set(kind, (there.by.get(kind) ?? 0) + times);
		there.sum += times;
	}
	for (const [both, times] of Object.entries(from)) {
		const at = both.indexOf('>');
		put(both.slice(0, at), both.slice(at + 1), times);
	}
	return {
		add: (context: string, kind: string) => put(context, kind, 1),
		of: (context: string, kind: string) => contexts.get(context)?.by.get(kind) ?? 0,
		sum: (context: string) => contexts.get(context)?.sum ?? 0,
		kinds: (context: string) => contexts.get(context)?.by.size ?? 0,
		each: (context: string) => [...(contexts.get(context)?.by.values() ?? [])],
		all: () =>
			Object.fromEntries([...contexts].flatMap(([context, { by }]) => [...by].map(([kind, n]) => [`${context}>${kind}`, n] as const))),
	};
}

/** Kullback–Leibler divergence of what is believed of a rule now from what was believed before, bits; both Beta(1 + k, 1 + w). */
export function beliefMoved(before: { readonly k: number; readonly w: number }, now: { readonly k: number; readonly w: number }): number {
	const [a, b, c, d] = [1 + now.k, 1 + now.w, 1 + before.k, 1 + before.w];
	const logBeta = (x: number, y: number): number => logGamma(x) + logGamma(y) - logGamma(x + y);
	const nats = logBeta(c, d) - logBeta(a, b) + (a - c) * digamma(a) + (b - d) * digamma(b) + (c - a + d - b) * digamma(a + b);
	return Math.max(0, nats / Math.LN2);
}

/** By recurrence up to 6 and the asymptotic series from there. */
function digamma(x: number): number {
	let shift = 0;
	let at = x;
	for (; at < 6; at++) shift -= 1 / at;
	const inverse = 1 / (at * at);
	return shift + Math.log(at) - 0.5 / at - inverse * (1 / 12 - inverse * (1 / 120 - inverse / 252));
}
