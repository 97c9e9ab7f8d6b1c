// From clauses to literals: what a model says is so, in terms of facts. A denial turns a literal round; what is only imagined,
// asked or feared makes none.
import type { Literal } from '../../../question.ts';
import { conditionsIn, literalsOf, type Predicate, saidAfter, saidAll, saidBefore } from './amounts.ts';
import { type Clause, isModal } from './clauses.ts';
import { flagsIn, valuesIn } from './flags.ts';
import type { Gauge, GaugeName, Lexicon } from './lexicon.ts';
import { COPULAS, deniedBefore, IRREAL, OTHERS, phraseAt, PRONOUNS, stem } from './words.ts';

export interface Claim {
	readonly literal: Literal;
	readonly role: 'plain' | 'reason' | 'unless' | 'until';
}

/** The name of one or more gauges in a clause. */
export interface Mention {
	/** Undefined where only the distance to the thing is a fact. */
	readonly gauge: Gauge | undefined;
	/** The distance to what is named here; only a word of nearness speaks of it. */
	readonly near: Gauge | undefined;
	readonly start: number;
	readonly end: number;
}

/** Whether "it" and "mine" stand for a gauge that was spoken of: `own` asks for the same of one's own. */
const OWNERS = new Set(['mine', 'ours']);

export function claimsIn(clauses: readonly Clause[], lexicon: Lexicon): Claim[] {
	const claims: Claim[] = [];
	/** The last gauge spoken of: what "it" means. */
	let last: Gauge | undefined;
	/** Named in the clause before, and nothing said of them yet: "gold and wood are low". */
	let waiting: readonly Gauge[] = [];
	/** Words up to the copula of the clause before, for one that only goes on: "the door is closed and locked". */
	let subject: readonly string[] = [];
	for (const clause of clauses) {
		const { words, role } = clause;
		if (!clause.joined) waiting = [];
		const end = claimed(clause);
		if (clause.asks || role === 'skip' || role === 'concede' || role === 'therefore' || isUnreal(words, end)) continue;
		const literals: Literal[] = [];
		/** Tokens that told of an amount tell of nothing else. */
		const used = new Set<number>();
		const mentions = mentionsIn(clause, end, lexicon);
		let bare: Gauge[] = [];
		for (const [i, mention] of mentions.entries()) {
			if (used.has(mention.start)) continue;
			const { gauge, near } = mention;
			const next = mentions[i + 1];
			const from = mentions[i - 1]?.end ?? 0;
			const take = (of: readonly Gauge[], said: Predicate, denied: boolean): void => {
				for (let at = mention.start; at < said.end; at++) used.add(at);
				for (const one of of) literals.push(...literalsOf(one, said, denied, lexicon));
			};
			if (near !== undefined) {
				const said = saidAfter(words, mention.end, next?.start ?? end, near) ?? saidBefore(clause, mention, near, from, used);
				// "No rats nearby" says nothing of how far they are.
				if (said !== undefined && !deniedBefore(words, mention.start)) take([near], said, said.denied);
			}
			if (gauge === undefined) continue;
			last = gauge;
			const behind = saidAll(words, mention, gauge, end, next);
			const said = behind.length > 0 ? behind : [saidBefore(clause, mention, gauge, from, used)].filter((one) => one !== undefined);
			const denied = deniedBefore(words, mention.start) !== clause.denied;
			const shared = i === 0 && (behind.length > 0 || said[0]?.say === 'some') ? waiting : [];
			for (const one of said) take([...shared, gauge], one, one.denied !== denied);
			if (said.length === 0 && mention.end === words.length) bare = [...bare, gauge];
			else waiting = [];
		}
		if (mentions.length === 0 && last !== undefined) {
			const more = goesOn(clause, end, last, lexicon);
			if (more !== undefined) literals.push(...literalsOf(more.gauge, more.said, more.said.denied, lexicon));
		}
		waiting = clause.joined ? [...waiting, ...bare] : bare;
		literals.push(...conditionsIn(clause, end, lexicon));
		const flags = flagsIn(clause, end, used, lexicon);
		literals.push(...flags);
		const copula = words.findIndex((w) => COPULAS.has(w));
		if (flags.length === 0 && clause.joined && copula < 0 && subject.length > 0 && words.length <= 3) {
			const whole = [...subject, ...words];
			literals.push(...flagsIn({ ...clause, words: whole, stems: whole.map(stem) }, whole.length, new Set(), lexicon));
		}
		literals.push(...valuesIn(clause, end, lexicon));
		if (copula >= 0) subject = words.slice(Math.max(0, copula - 4), copula + 1);
		for (const literal of literals) claims.push({ literal, role });
	}
	return claims;
}

/** What is only possible, past or wished for: "might be", "can be dangerous". */
function isUnreal(words: readonly string[], end: number): boolean {
	return words.slice(0, end).some((w, i) => IRREAL.has(w) || (w === 'can' && words[i + 1] === 'be'));
}

/** How far a clause says what is: up to where it says what shall be. */
function claimed({ words }: Clause): number {
	for (let at = 0; at < words.length; at++) if (isModal(words, at)) return at;
	return words.length;
}

/** A clause that names nothing and goes on about what was named: "it is low", "and below 15", "mine is above half". */
function goesOn(
	{ words, joined }: Clause,
	end: number,
	last: Gauge,
	lexicon: Lexicon,
): { readonly gauge: Gauge; readonly said: Predicate } | undefined {
	const owner = words.findIndex((w, i) => i < 3 && OWNERS.has(w));
	const taken = owner >= 0 || PRONOUNS.has(words[0] ?? '');
	const gauge = owner < 0 ? last : lexicon.heads.get(last.head)?.[0];
	if (gauge === undefined || !(taken || joined)) return undefined;
	const from = owner >= 0 ? owner + 1 : PRONOUNS.has(words[0] ?? '') ? 1 : 0;
	const said = saidAfter(words, from, end, gauge);
	if (said === undefined || said.end < end - 2) return undefined;
	// Without a pronoun only what cannot be said of anything else is taken for more of the same.
	const clear =
		said.say === 'between' || (said.say === 'amount' && said.compare !== undefined) || (said.say === 'level' && words.length <= 3);
	return taken || clear ? { gauge, said } : undefined;
}

function mentionsIn(clause: Clause, end: number, lexicon: Lexicon): Mention[] {
	const { stems, words } = clause;
	const found: Mention[] = [];
	for (let at = 0; at < end; at++) {
		const named = phraseAt(lexicon.gauges, stems, at);
		if (named === undefined) continue;
		const to = at + named.length;
		// "Health potions" are potions: of two names side by side the last is the thing.
		const modifies = to < end && phraseAt(lexicon.gauges, stems, to) !== undefined && !COPULAS.has(words[to] as string);
		if (!modifies) {
			const gauge = chosen(
				named.means.filter((one) => !one.near),
				clause,
				at,
				to,
				end,
				lexicon.things,
			);
			const near = chosen(
				named.means.filter((one) => one.near),
				clause,
				at,
				to,
				end,
				lexicon.things,
			);
			if (gauge !== undefined || near !== undefined) found.push({ gauge, near, start: at, end: to });
		}
		at = to - 1;
	}
	return found;
}

/** Which of the facts of one name is meant; undefined when the text does not say, or means something else. */
function chosen(
	names: readonly GaugeName[],
	{ words, stems }: Clause,
	start: number,
	end: number,
	to: number,
	things: ReadonlySet<string>,
): Gauge | undefined {
	const around = new Set([...stems.slice(Math.max(0, start - 4), start), ...ofPhrase(stems, end, to)]);
	const foreign =
		things.has(stems[start - 1] ?? '') ||
		[...words.slice(Math.max(0, start - 2), start), ...ofPhrase(words, end, to)].some((w) => OTHERS.has(w) || OTHERS.has(stem(w)));
	const fits = names.flatMap(({ gauge, whole, near }) => {
		const said = whole ? gauge.which.length : gauge.which.filter((ways) => ways.some((w) => around.has(w))).length;
		if (said < gauge.which.length) return [];
		// "The enemy's health" is not one's own.
		if (foreign && said === 0 && !gauge.counts && !near) return [];
		return [{ gauge, rank: 2 * said + (gauge.own ? 1 : 0) }];
	});
	fits.sort((a, b) => b.rank - a.rank);
	const [best, next] = fits;
	return best === undefined || (next !== undefined && next.rank === best.rank && next.gauge !== best.gauge) ? undefined : best.gauge;
}

/** "of the rat", "in the pot": right after a name. */
function ofPhrase(words: readonly string[], end: number, to: number): readonly string[] {
	return /^(?:of|to|from|in|inside|on)$/.test(words[end] ?? '') ? words.slice(end + 1, Math.min(to, end + 4)) : [];
}
