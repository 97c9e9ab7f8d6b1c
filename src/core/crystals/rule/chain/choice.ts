// The act that a chain of thought ends in: a verb of the profile, with what it is done to.
import type { Act } from '../../../question.ts';
import { type Clause, isModal } from './clauses.ts';
import type { Deed, Lexicon } from './lexicon.ts';
import { amountAt, deedsLike, NEGATORS, NOT_ONLY, sameVerb } from './words.ts';

const AGAINST = new Set('avoid instead stop refrain skip than without against refuse'.split(' '));
/** What may stand between the start of a clause and a verb that is told outright. */
const OPENERS = new Set(
	'i we let us now just simply first am is to will the best action move option choice thing please go try and quickly immediately definitely can then here really :'.split(
		' ',
	),
);
const ARTICLES = new Set('the a an my that this it on at to with in of into onto towards'.split(' '));

/** The last of the choices that are marked best; undefined when none is, or when it lacks an argument. */
export function choiceIn(clauses: readonly Clause[], lexicon: Lexicon): Act | undefined {
	let best: { readonly act: Act; readonly rank: number } | undefined;
	/** The element spoken of last: what "it" stands for. */
	let last: string | undefined;
	for (const clause of clauses) {
		const { words, role } = clause;
		const spoken = elementsFrom(clause, 0, lexicon).at(-1);
		if (!clause.asks && role !== 'unless' && role !== 'until' && role !== 'skip' && role !== 'concede') {
			for (let at = 0; at < words.length; at++) {
				const rank = rankOf(clause, at);
				if (rank === 0 || isDenied(words, at)) continue;
				const found = deedAt(words, at, lexicon.deeds);
				if (found === undefined) continue;
				const act = filled(found.deed, clause, at, found.end, lexicon, last);
				if (act === undefined) continue;
				if (best === undefined || rank >= best.rank) best = { act, rank };
				break;
			}
		}
		last = spoken ?? last;
	}
	return best?.act;
}

/** 3: "Action: …". 2: said as what should be done, or as what follows. 1: told outright. 0: the word does not choose here. */
function rankOf({ words, role, concludes, joined }: Clause, at: number): number {
	const opens = words.slice(words.lastIndexOf(':', at) + 1, at).every((w) => OPENERS.has(w));
	if (concludes && opens) return 3;
	for (let i = 0; i < at; i++) if (isModal(words, i)) return 2;
	// "Drinking is the safest move."
	if (opens && words.some((_, i) => i > at && isModal(words, i))) return 2;
	if (role === 'therefore') return opens ? 2 : 0;
	// "Since it is near, attack."
	return opens && (role === 'plain' || joined) ? 1 : 0;
}

function isDenied(words: readonly string[], at: number): boolean {
	return words.slice(0, at).some((w, i) => AGAINST.has(w) || (NEGATORS.has(w) && !NOT_ONLY.has(words[i + 1] ?? '')));
}

/** The deed whose words begin here; the one that takes most of the text wins, and of two that take as much neither. */
function deedAt(words: readonly string[], at: number, deeds: readonly Deed[]): { readonly deed: Deed; readonly end: number } | undefined {
	let found: { deed: Deed; end: number; weight: number } | undefined;
	let tie = false;
	for (const deed of deeds) {
		const [verb, ...rest] = deed.words;
		if (verb === undefined) continue;
		const word = words[at] as string;
		const own = sameVerb(word, verb);
		if (!own && (rest.length > 0 || !deedsLike(verb).some((like) => sameVerb(word, like)))) continue;
		let end = at + 1;
		let whole = true;
		for (const part of rest) {
			const next = words.slice(end, end + 4).findIndex((w) => sameVerb(w, part));
			if (next < 0) {
				whole = false;
				break;
			}
			end += next + 1;
		}
		if (!whole) continue;
		const weight = (own ? 2 : 0) + 2 * rest.length;
		if (found === undefined || weight > found.weight) {
			found = { deed, end, weight };
			tie = false;
		} else if (weight === found.weight) tie = true;
	}
	return found === undefined || tie ? undefined : found;
}

function filled(deed: Deed, clause: Clause, start: number, end: number, lexicon: Lexicon, last: string | undefined): Act | undefined {
	const args: Act['args'] = {};
	const { words } = clause;
	for (const [name, type] of Object.entries(deed.args)) {
		if (type === 'element') {
			const [named] = elementsFrom(clause, end, lexicon);
			const pronoun = words.slice(end, end + 3).some((w) => w === 'it' || w === 'that' || w === 'them') ? last : undefined;
			const element = named ?? pronoun;
			if (element === undefined) return undefined;
			args[name] = element;
		} else if (type === 'number') {
			let n: number | undefined;
			for (let at = end; at < words.length && n === undefined; at++) {
				const amount = amountAt(words, at);
				if (amount === undefined || amount.share) continue;
				const seconds = /^(?:seconds?|secs?|s)$/.test(words[at + amount.length] ?? '');
				n = seconds && /ms$/i.test(name) ? amount.n * 1000 : amount.n;
			}
			if (n === undefined) return undefined;
			args[name] = n;
		} else if (type === 'point') {
			const point = pointFrom(words, end);
			const named = point === undefined ? positionFrom(clause, end, lexicon) : undefined;
			if (point === undefined && named === undefined) return undefined;
			args[name] = point ?? { fact: named as string };
		} else {
			const opened = words.findIndex((w, i) => i >= end && /^["“]$/.test(w));
			const closed = words.findIndex((w, i) => i > opened && /^["”]$/.test(w));
			// Quotes cut clauses, so a text seldom comes through; an act without it is no act.
			if (opened < 0 || closed < 0) return undefined;
			args[name] = words
				.slice(opened + 1, closed)
				.join(' ')
				.slice(0, 400);
		}
	}
	// "Close the window" is not the deed "close" when it goes on to something that the deed does not take.
	return start < end ? { verb: deed.verb, args } : undefined;
}

/** Elements named from a token on, in the order of the text; of two that share their words the one named more fully. */
function elementsFrom({ stems, words }: Clause, from: number, lexicon: Lexicon): string[] {
	const found: { name: string; at: number; weight: number }[] = [];
	for (const { name, words: parts } of lexicon.elements) {
		if (parts.length === 0) continue;
		for (let at = from; at < stems.length; at++) {
			if (!parts.includes(stems[at] as string)) continue;
			const near = stems.slice(at, at + parts.length + 4);
			if (!parts.every((part) => near.includes(part))) continue;
			found.push({ name, at, weight: parts.length });
			break;
		}
	}
	const kept = found.filter(
		(one) =>
			!found.some(
				(other) =>
					other !== one &&
					other.weight > one.weight &&
					Math.abs(other.at - one.at) <= 4 &&
					partsOf(other.name, lexicon).some((p) => partsOf(one.name, lexicon).includes(p)),
			),
	);
	// Two of the same weight at one place: the text does not say which.
	const clear = kept.filter((one) => !kept.some((other) => other !== one && other.at === one.at));
	return clear.toSorted((a, b) => a.at - b.at || (words[a.at] ?? '').localeCompare(words[b.at] ?? '')).map((one) => one.name);
}

function partsOf(name: string, lexicon: Lexicon): readonly string[] {
	return lexicon.elements.find((e) => e.name === name)?.words ?? [];
}

function pointFrom(words: readonly string[], from: number): [number, number] | undefined {
	for (let at = from; at + 2 < words.length; at++) {
		const x = amountAt(words, at);
		if (x === undefined || x.share) continue;
		const gap = at + x.length;
		const y = amountAt(words, words[gap] === ',' ? gap + 1 : gap);
		if (y !== undefined && !y.share) return [x.n, y.n];
	}
	return undefined;
}

function positionFrom({ stems }: Clause, from: number, lexicon: Lexicon): string | undefined {
	const rest = stems.slice(from).filter((w) => !ARTICLES.has(w));
	const fits = lexicon.positions.filter(({ words }) => words.length > 0 && words.every((w) => rest.includes(w)));
	return fits.length === 1 ? fits[0]?.id : undefined;
}
