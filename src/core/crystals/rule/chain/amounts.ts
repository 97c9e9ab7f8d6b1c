// What is said of an amount, and what literal that makes: thresholds, levels and comparisons, each a pattern over words in a row.
import type { Literal } from '../../../question.ts';
import type { Mention } from './claims.ts';
import type { Clause } from './clauses.ts';
import type { Gauge, Lexicon } from './lexicon.ts';
import {
	AFTER_NUMBER,
	ALMOST,
	ALREADY,
	amountAt,
	COMPARES,
	type Compare,
	CONDITIONS,
	deniedBefore,
	EXISTING,
	FILLERS,
	INNER,
	type Level,
	LEVELS,
	NEARNESS,
	NEGATORS,
	NOT_ONLY,
	ONLY,
	phraseAt,
} from './words.ts';

/** What is said of an amount; `n` in the words of the text until a fact gives it a scale. */
type Said =
	| { readonly say: 'level'; readonly level: Level | 'beside' }
	| { readonly say: 'amount'; readonly compare: Compare | undefined; readonly n: number; readonly share: boolean; readonly of?: number }
	| { readonly say: 'between'; readonly from: number; readonly to: number; readonly share: boolean }
	| { readonly say: 'other'; readonly compare: Compare; readonly gauge: Gauge }
	/** There are some. */
	| { readonly say: 'some' };
export type Predicate = Said & { readonly denied: boolean; readonly end: number };

const THAN: Readonly<Record<string, Compare>> = { more: '>', higher: '>', greater: '>', fewer: '<', less: '<', lower: '<' };
const AWAY = /^(?:away|off|tiles?|steps?|squares?|cells?|meters?|metres?|pixels?|blocks?|m)$/;

/** All that is said of a name behind it, e.g. twice in "health is low (8/40)". */
export function saidAll(words: readonly string[], mention: Mention, gauge: Gauge, to: number, next: Mention | undefined): Predicate[] {
	const limit = next?.start ?? to;
	const than =
		words[mention.end] === 'than' && Object.hasOwn(THAN, words[mention.start - 1] ?? '')
			? THAN[words[mention.start - 1] as string]
			: undefined;
	const first = saidAfter(words, mention.end + (than === undefined ? 0 : 1), limit, gauge, next, than);
	if (first === undefined) return [];
	const more =
		first.end < limit && /^(?:\(|at|,)$/.test(words[first.end] as string) ? saidAfter(words, first.end, limit, gauge, next) : undefined;
	return more === undefined ? [first] : [first, more];
}

/** What is said of a gauge from a token on; undefined when something else comes first. `by`: a comparison was opened before. */
export function saidAfter(
	words: readonly string[],
	from: number,
	to: number,
	gauge: Gauge,
	next?: Mention,
	by?: Compare,
): Predicate | undefined {
	let compare = by;
	let denied = false;
	let only = false;
	let already = false;
	let almost = false;
	for (let at = from; at < to; ) {
		const word = words[at] as string;
		if (word === 'between') {
			const a = amountAt(words, at + 1);
			const and = at + 1 + (a?.length ?? 0);
			const b = words[and] === 'and' ? amountAt(words, and + 1) : undefined;
			if (a === undefined || b === undefined) return undefined;
			return { say: 'between', from: a.n, to: b.n, share: a.share || b.share, denied, end: and + 1 + b.length };
		}
		const compared = phraseAt(COMPARES, words, at);
		if (compared !== undefined && at + compared.length <= to) {
			compare = compared.means;
			at += compared.length;
			continue;
		}
		if (NEGATORS.has(word)) {
			const onlyNow = word === 'not' && NOT_ONLY.has(words[at + 1] ?? '');
			if (!onlyNow) denied = !denied;
			at += onlyNow || (word === 'no' && words[at + 1] === 'longer') ? 2 : 1;
			continue;
		}
		const amount = amountAt(words, at);
		if (amount !== undefined) {
			const whole = wholeOf(words, at + amount.length);
			const end = at + amount.length + (whole?.length ?? 0);
			const trail = phraseAt(AFTER_NUMBER, words, end);
			const away = words.slice(end, end + 3).some((w) => AWAY.test(w));
			const stop = end + (trail?.length ?? 0);
			// A number beside a thing is a distance only with its unit: "the key is 3 tiles away".
			if (gauge.distance && !away && compare === undefined && words[from - 1] !== undefined && from > 0 && !isDistanceWord(words, from))
				return undefined;
			const held = compare ?? trail?.means ?? (only ? '<=' : already ? '>=' : undefined);
			return {
				say: 'amount',
				compare: held,
				n: amount.n,
				share: amount.share,
				...(whole === undefined ? {} : { of: whole.n }),
				denied,
				end: stop,
			};
		}
		const level = (gauge.distance ? phraseAt(NEARNESS, words, at) : undefined) ?? phraseAt(LEVELS, words, at);
		if (level !== undefined && compare === undefined && at + level.length <= to)
			return { say: 'level', level: nearly(level.means, almost), denied, end: at + level.length };
		if (compare !== undefined && next?.gauge !== undefined && next.start - at <= 3)
			return { say: 'other', compare, gauge: next.gauge, denied, end: next.end };
		if (ONLY.has(word)) only = true;
		else if (ALREADY.has(word)) already = true;
		else if (ALMOST.has(word)) almost = true;
		else if (!FILLERS.has(word)) return undefined;
		at++;
	}
	// "Gold is less than wheat."
	return compare !== undefined && next?.gauge !== undefined
		? { say: 'other', compare, gauge: next.gauge, denied, end: next.end }
		: undefined;
}

function isDistanceWord(words: readonly string[], end: number): boolean {
	return words.slice(Math.max(0, end - 5), end).some((w) => w === 'distance' || w === 'dist' || w === 'range');
}

function nearly(level: Level | 'beside', almost: boolean): Level | 'beside' {
	return almost && level === 'empty' ? 'critical' : almost && level === 'full' ? 'high' : level;
}

/** "3/20", "3 out of 20", "3 of 20". */
function wholeOf(words: readonly string[], at: number): { readonly n: number; readonly length: number } | undefined {
	const over = words[at] === '/' || words[at] === 'of' ? 1 : words[at] === 'out' && words[at + 1] === 'of' ? 2 : 0;
	const whole = over === 0 ? undefined : amountAt(words, at + over);
	return whole === undefined || whole.share ? undefined : { n: whole.n, length: over + whole.length };
}

const NONE = new Set(['no', 'without', 'lack', 'lacking', 'lacks']);

/** What is said of a name before it: "three potions", "low on health", "no gold"; or that there are some. */
export function saidBefore(
	{ words }: Clause,
	{ start, end }: Mention,
	gauge: Gauge,
	from: number,
	used: ReadonlySet<number>,
): Predicate | undefined {
	let inner = start;
	while (inner > from && start - inner < 3 && INNER.has(words[inner - 1] as string) && !used.has(inner - 1)) inner--;
	for (let at = Math.max(from, start - 7); at < start; at++) {
		if (used.has(at)) continue;
		const fits = (length: number): boolean => at + length >= inner && at + length <= start;
		const word = words[at] as string;
		const amount = gauge.distance ? undefined : amountAt(words, at);
		if (amount !== undefined) {
			const trail = phraseAt(AFTER_NUMBER, words, at + amount.length);
			if (!fits(amount.length + (trail?.length ?? 0))) continue;
			const only = words.slice(Math.max(from, at - 2), at).some((w) => ONLY.has(w));
			// Who has three potions has at least three.
			const compare =
				compareBefore(words, at, from) ??
				trail?.means ??
				(only || amount.n === 0 ? '<=' : gauge.counts || !amount.share ? '>=' : undefined);
			return { say: 'amount', compare, n: amount.n, share: amount.share, denied: false, end };
		}
		if (word === 'a' && words[at + 1] === 'few' && fits(2)) return { say: 'some', denied: false, end };
		if (word === 'any' && fits(1) && !gauge.distance) return { say: 'some', denied: false, end };
		const level = (gauge.distance ? phraseAt(NEARNESS, words, at) : undefined) ?? phraseAt(LEVELS, words, at);
		if (level !== undefined && fits(level.length))
			return { say: 'level', level: nearly(level.means, ALMOST.has(words[at - 1] ?? '')), denied: false, end };
		// The denial itself is counted by whoever looks for denials before a name.
		if (NONE.has(word) && fits(1) && !gauge.distance) return { say: 'level', level: 'empty', denied: true, end };
	}
	return gauge.counts && words.some((w) => EXISTING.has(w)) ? { say: 'some', denied: false, end } : undefined;
}

function compareBefore(words: readonly string[], at: number, from: number): Compare | undefined {
	for (let start = Math.max(from, at - 6); start < at; start++) {
		const found = phraseAt(COMPARES, words, start);
		if (found !== undefined && start + found.length === at) return found.means;
	}
	return undefined;
}

/** "I am badly hurt": how somebody is says how a gauge stands. */
export function conditionsIn({ words, joined, denied }: Clause, end: number, lexicon: Lexicon): Literal[] {
	for (let at = 0; at < end; at++) {
		const found = CONDITIONS.get(words[at] as string);
		if (found === undefined) continue;
		const [head, level] = found;
		const of = lexicon.heads.get(head);
		const subject = words.slice(0, at).some((w) => /^(?:i|am|we|my|player|hero)$/.test(w)) || (joined && words.length <= 2);
		// A flag of this name says it better.
		const told = lexicon.flags.some((flag) => flag.names.some((name) => name.some((ways) => ways.includes(words[at] as string))));
		if (of?.length === 1 && subject && !told)
			return literalsOf(of[0] as Gauge, { say: 'level', level }, deniedBefore(words, at) !== denied, lexicon);
	}
	return [];
}

const CONTRARY: Readonly<Record<Compare, Compare>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

export function literalsOf(gauge: Gauge, said: Said, denied: boolean, lexicon: Lexicon): Literal[] {
	const one = (literal: Literal | undefined): Literal[] => (literal === undefined ? [] : [literal]);
	switch (said.say) {
		case 'level':
			return one(levelLiteral(gauge, said.level, denied));
		case 'some':
			return one(levelLiteral(gauge, 'empty', !denied));
		case 'between': {
			const from = scaled(gauge, said.from, said.share);
			const to = scaled(gauge, said.to, said.share);
			return denied || from === undefined || to === undefined
				? []
				: [...one(compared(gauge, '>=', from)), ...one(compared(gauge, '<=', to))];
		}
		case 'other':
			return one(otherLiteral(gauge, denied ? CONTRARY[said.compare] : said.compare, said.gauge, lexicon));
		case 'amount': {
			const n = said.of !== undefined && said.of > 0 && gauge.ratio ? said.n / said.of : scaled(gauge, said.n, said.share);
			if (n === undefined) return [];
			if (said.compare !== undefined) return one(compared(gauge, denied ? CONTRARY[said.compare] : said.compare, n));
			if (denied) return gauge.counts || n === 0 ? [{ f: gauge.id, op: '!=', v: n }] : [];
			return one(stated(said.of !== undefined && !gauge.ratio ? { ...gauge, low: 0, high: said.of } : gauge, n));
		}
	}
}

/** A number of the text in the fact's own unit; a share of an unknown whole is nothing. */
function scaled(gauge: Gauge, n: number, share: boolean): number | undefined {
	if (!share) return gauge.ratio && n > 1 && n <= 100 ? n / 100 : n;
	if (gauge.ratio) return round(n / 100);
	return gauge.high === undefined ? undefined : round(gauge.low + (n / 100) * (gauge.high - gauge.low));
}
function round(n: number): number {
	return Math.round(n * 1000) / 1000;
}

/** Only `<=` and `>` stand in a literal. Of a value exactly on an open end nothing is said: the nearest literal would be untrue. */
function compared(gauge: Gauge, compare: Compare, n: number): Literal | undefined {
	const f = gauge.id;
	const whole = gauge.integer && Number.isInteger(n);
	switch (compare) {
		case '<=':
			return { f, op: '<=', v: n };
		case '>':
			return { f, op: '>', v: n };
		case '<':
			return whole ? { f, op: '<=', v: n - 1 } : gauge.value === n ? undefined : { f, op: '<=', v: n };
		case '>=':
			return whole ? { f, op: '>', v: n - 1 } : gauge.value === n ? undefined : { f, op: '>', v: n };
	}
}

/**
 * A value that is only stated ("hp is 8", "health at 30 %") and given as a reason: of a level the side of its range that it lies
 * on is what tells, of a few things their number.
 */
function stated(gauge: Gauge, n: number): Literal | undefined {
	if (gauge.counts) return { f: gauge.id, op: '==', v: n };
	if (gauge.high === undefined || gauge.high <= gauge.low) return n === 0 ? { f: gauge.id, op: '<=', v: 0 } : undefined;
	const share = (n - gauge.low) / (gauge.high - gauge.low);
	if (share < 0 || share > 1) return undefined;
	if (share <= 0.5) return { f: gauge.id, op: '<=', v: n };
	return { f: gauge.id, op: '>', v: gauge.integer ? n - 1 : round(n - 0.02 * (gauge.high - gauge.low)) };
}

/**
 * A level in numbers. The fact's own cuts come first: "low" is at or below the first cut that the present value does not exceed,
 * within the lower half; without cuts a share of the range stands in. A value in the other half is not bent to: the literal is
 * then false, and admission says so.
 */
function levelLiteral(gauge: Gauge, level: Level | 'beside', denied: boolean): Literal | undefined {
	const { id: f, low, high, value, cuts, integer } = gauge;
	const at = (op: '<=' | '>', v: number): Literal => ({ f, op: denied ? (op === '<=' ? '>' : '<=') : op, v });
	if (level === 'empty') return at('<=', Math.max(0, low));
	if (level === 'beside') return gauge.distance ? at('<=', 1) : undefined;
	const little = level === 'low' || level === 'critical';
	if (high === undefined || high <= low) {
		const cut = little ? cuts[0] : cuts.at(-1);
		return cut === undefined ? undefined : at(little ? '<=' : '>', cut);
	}
	const range = high - low;
	const middle = low + range / 2;
	const share = (part: number): number => (integer ? Math.round(low + part * range) : round(low + part * range));
	if (level === 'full') return at('>', integer ? Math.min(high - 1, share(0.95)) : share(0.95));
	// The cut between the value and the middle, or, of what is denied, the last one that the value is past.
	const past = (cut: number): boolean => value !== undefined && (little ? cut < value : cut >= value);
	const usable = little ? cuts.filter((cut) => cut <= middle) : cuts.filter((cut) => cut >= middle).toReversed();
	const cut = denied ? usable.findLast(past) : usable.find((one) => !past(one));
	if (cut !== undefined) return at(little ? '<=' : '>', cut);
	const usual = share(level === 'critical' ? 0.2 : little ? 1 / 3 : 2 / 3);
	// Said of a value between the usual bound and the middle it is meant of that value all the same.
	if (!denied && level === 'low' && value !== undefined && value > usual && value <= middle) return at('<=', value);
	if (!denied && level === 'high' && value !== undefined && value <= usual && value > middle) return at('>', share(0.5));
	return at(little ? '<=' : '>', usual);
}

/** One fact against another: the fact derived from the two where there is one, else the other's value of this moment. */
function otherLiteral(gauge: Gauge, compare: Compare, other: Gauge, lexicon: Lexicon): Literal | undefined {
	const under = compare === '<' || compare === '<=';
	const derived = lexicon.compared.get(under ? `${gauge.id}<${other.id}` : `${other.id}<${gauge.id}`);
	if (derived !== undefined) return { f: derived.id, op: '==', v: derived.when };
	return other.value === undefined ? undefined : compared(gauge, compare, other.value);
}
