// Whether two texts may stand for each other at all. Similarity cannot tell: it is highest between opposites. So this looks for
// what turns a meaning round: an opposite word, a negation, another direction, number or name, two things that changed places.
// Leans towards refusing: a refusal costs one model call, a swap does the opposite of what was asked.
import { FILLERS, LEXICON, LIGHT, NUMBERS, PARTICLES, type Sense, stem } from './lexicon.ts';

interface Unit {
	/** The ideas a word may stand for, else its stem: two words that share one are taken for the same. */
	readonly names: readonly string[];
	readonly senses: readonly Sense[];
	/** In the reach of a negation. */
	readonly denied: boolean;
	/** The first that the negation meets: what is denied itself. */
	readonly first: boolean;
	/** The preposition it hangs on, '' for none. */
	readonly role: string;
	/** The particle right behind it, '' for none: rolled out is not rolled up. */
	readonly particle: string;
	/** Says something by itself; `with` and `up` only together with others. */
	readonly full: boolean;
}

/** What of a text may not be turned round. */
export interface Signs {
	readonly units: readonly Unit[];
	/** Sorted. */
	readonly numbers: readonly number[];
	/** Known names in it, such as elements of the game, sorted. */
	readonly names: readonly string[];
}

const ROLES = new Set(
	'from to for into onto toward towards with before after than by against behind over under beneath below in on at'.split(' '),
);
const TOWARDS = new Set(['to', 'into', 'onto', 'toward', 'towards']);
const WAYS = new Set('in out up down on off over away back'.split(' '));
/** Places where a thing is not, where the other text only names it. */
const TELLING_ROLES = new Set(['under', 'beneath', 'below', 'behind']);
const CLAUSE = new Set([',', ';', '.', ':', '!', '?', 'but', 'then', 'instead']);
/** After a particle another clause may begin with one of these. */
const JOINS = new Set(['and', 'or', 'until', 'while', 'when', 'if', 'again']);
/** An object between a verb and its particle may be so long: "switch the old lamp there off". */
const OBJECT_WORDS = 4;
const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
	[/\bcan'?t\b/g, 'can not'],
	[/\bwon'?t\b/g, 'will not'],
	[/\b(do|does|did|is|are|was|were|should|would|must|could|need|has|have)n'?t\b/g, '$1 not'],
];

/** The words of a text and the marks that end a clause, in lower case. */
function wordsOf(text: string): string[] {
	let plain = text.normalize('NFKC').toLowerCase().replaceAll(/[’‘`]/g, "'");
	for (const [from, to] of CONTRACTIONS) plain = plain.replaceAll(from, to);
	return plain.match(/\d+(?:\.\d+)?|\p{L}+(?:['-]\p{L}+)*|[,;.:!?]/gu) ?? [];
}

/** The ideas that signs are about, in order: what a text is found by. */
export function ideasOf({ units }: Signs): string[] {
	return units.flatMap((unit) => (unit.full ? (unit.names[0] ?? []) : []));
}

interface Phrase {
	/** Its stems, joined as in the lexicon. */
	readonly key: string;
	/** Words from its first on that it takes. */
	readonly length: number;
	/** Place of a particle that stands apart. */
	readonly apart?: number;
}

/** @param names  of things in this game, as slugs; those found in the text must agree */
export function readSigns(text: string, names: ReadonlySet<string> = new Set()): Signs {
	const words = wordsOf(text);
	const stems = words.map(stem);
	const apart = new Set<number>();
	const units: Unit[] = [];
	const numbers: number[] = [];
	let denied = false;
	let first = false;
	let role = '';
	for (let i = 0; i < words.length; ) {
		if (apart.has(i)) {
			i++;
			continue;
		}
		const word = words[i] as string;
		const root = stems[i] as string;
		const doing = isDoing(words[i + 1]);
		const turn = doing && LEXICON.enders.has(root) ? { key: root, length: 1 } : phraseAt(stems, i, LEXICON.negators);
		if (turn !== undefined) {
			denied = !denied;
			first = denied;
			role = '';
			if (turn.apart !== undefined) apart.add(turn.apart);
			i += turn.length;
			continue;
		}
		if (CLAUSE.has(word)) {
			denied = false;
			role = '';
		}
		const number = /^\d/.test(word) ? Number(word) : Object.hasOwn(NUMBERS, word) ? NUMBERS[word] : undefined;
		if (number !== undefined) numbers.push(number);
		const phrase = doing && root === KEEP ? { key: CONTINUE, length: 1 } : phraseAt(stems, i, LEXICON.senses);
		if (phrase?.apart !== undefined) apart.add(phrase.apart);
		const full = phrase === undefined || phrase.key === root ? !FILLERS.has(word) : true;
		const known = phrase === undefined ? undone(root) : { senses: LEXICON.senses.get(phrase.key) ?? [], turned: false };
		if (known.senses.length > 0 || (full && number === undefined && /^\p{L}/u.test(word))) {
			const ideas = known.senses.length > 0 ? [...new Set(known.senses.map((s) => s.idea))] : [root];
			const after = words[i + (phrase?.length ?? 1)] ?? '';
			units.push({
				names: ideas,
				senses: known.senses,
				denied: denied !== known.turned,
				first: (first && full) || known.turned,
				role,
				particle: WAYS.has(after) ? after : '',
				full,
			});
			if (full && !ideas.some((idea) => LIGHT.has(idea))) first = false;
		}
		i += phrase?.length ?? 1;
		const end = words[i - 1] as string;
		if (ROLES.has(end)) role = end;
		else if ((end === 'out' && words[i] === 'of') || end === 'off') role = 'from';
	}
	return { units, numbers: numbers.toSorted((a, b) => a - b), names: namesIn(words, names) };
}

const KEEP = stem('keep');
const CONTINUE = stem('continue');

function isDoing(word: string | undefined): boolean {
	return word !== undefined && word.length > 4 && word.endsWith('ing');
}

/** The longest phrase that begins here; a verb's particle may stand behind its object. */
function phraseAt(stems: readonly string[], at: number, among: ReadonlySet<string> | ReadonlyMap<string, unknown>): Phrase | undefined {
	for (let n = Math.min(LEXICON.longest, stems.length - at); n > 0; n--) {
		const key = stems.slice(at, at + n).join(' ');
		if (n > 1 && among.has(key)) return { key, length: n };
		if (n > 1) continue;
		for (let to = at + 2; to <= at + OBJECT_WORDS + 1 && to < stems.length; to++) {
			const between = stems[to - 1] as string;
			if (ROLES.has(between) || CLAUSE.has(between) || between === 'and' || between === 'or') break;
			const split = `${key} ${stems[to]}`;
			// "put the hat on" and not "put the hat on the shelf".
			const after = stems[to + 1];
			const ends = after === undefined || CLAUSE.has(after) || ROLES.has(after) || JOINS.has(after);
			if (ends && PARTICLES.has(stems[to] as string) && among.has(split)) return { key: split, length: 1, apart: to };
		}
		if (among.has(key)) return { key, length: 1 };
	}
	return undefined;
}

/** "unprotected", "disarm": the rest of the word, turned round. */
function undone(root: string): { readonly senses: readonly Sense[]; readonly turned: boolean } {
	const rest = /^(?:un|dis)(\p{L}{3,})$/u.exec(root)?.[1];
	const senses = rest === undefined ? undefined : LEXICON.senses.get(rest);
	return senses === undefined ? { senses: [], turned: false } : { senses, turned: true };
}

/** The longest names first, each word in one of them only. */
function namesIn(words: readonly string[], names: ReadonlySet<string>): string[] {
	const found = new Set<string>();
	if (names.size === 0) return [];
	for (let i = 0; i < words.length; ) {
		let n = Math.min(6, words.length - i);
		while (n > 0 && !names.has(words.slice(i, i + n).join('-'))) n--;
		if (n > 0) found.add(words.slice(i, i + n).join('-'));
		i += Math.max(1, n);
	}
	return [...found].sort();
}

/** Why two texts do not mean the same. */
export interface Objection {
	readonly why: string;
	/** They say the other way round of each other, not merely something else. */
	readonly turned: boolean;
	/** Nothing speaks against it but that no word is known to say the same. */
	readonly unknown: boolean;
}
const other = (why: string): Objection => ({ why, turned: false, unknown: false });
const turned = (why: string): Objection => ({ why, turned: true, unknown: false });
const unknown = (why: string): Objection => ({ why, turned: false, unknown: true });

/**
 * Why a text must not be answered by what serves this goal; undefined when nothing of that sort is found.
 *
 * @param goal  of the skill
 * @param asked  of the moment
 */
export function opposed(goal: Signs, asked: Signs): Objection | undefined {
	return (
		numbersDiffer(goal, asked) ??
		namesDiffer(goal, asked) ??
		polesDiffer(goal, asked) ??
		denialsDiffer(goal, asked) ??
		swapped(goal, asked) ??
		headIsMissing(goal, asked) ??
		oneThingDiffers(goal, asked)
	);
}

/** The verb carries the sense: where it is not named, not even by a known word for the same, what is asked may be anything. */
function headIsMissing(goal: Signs, asked: Signs): Objection | undefined {
	const head = goal.units.find((u) => u.full);
	if (head === undefined || asked.units.some((u) => u.names.some((name) => head.names.includes(name)))) return undefined;
	return unknown(`nothing of "${head.names[0]}" is asked`);
}

function numbersDiffer(a: Signs, b: Signs): Objection | undefined {
	// One of a thing often goes without saying.
	const [x, y] = [a, b].map(({ numbers }) => numbers.filter((n) => n !== 1).join(' and '));
	return x === y ? undefined : other(`${x || 'no number'} is not ${y || 'no number'}`);
}

function namesDiffer(a: Signs, b: Signs): Objection | undefined {
	const [x, y] = [a.names.join(', '), b.names.join(', ')];
	return x === '' || y === '' || x === y ? undefined : other(`${x} is not ${y}`);
}

interface Poles {
	readonly poles: Set<string>;
	/** As it stands there, with its `not`. */
	readonly said: Set<string>;
	readonly telling: boolean;
}
/** One says of a pole only yes, where the other says only no. */
function denies(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
	return [...a].some((one) => !one.startsWith('not ') && !a.has(`not ${one}`) && b.has(`not ${one}`) && !b.has(one));
}

/** By idea, the poles a text names. To deny one pole of two is to name the other. */
function polesOf({ units }: Signs): Map<string, Poles> {
	const out = new Map<string, Poles>();
	for (const { senses, denied } of units) {
		for (const { idea, pole, telling } of senses) {
			if (pole === 0) continue;
			const known = out.get(idea) ?? { poles: new Set(), said: new Set(), telling };
			known.said.add(`${denied ? 'not ' : ''}${pole}`);
			known.poles.add(typeof pole === 'number' ? String(denied ? -pole : pole) : denied ? `not ${pole}` : pole);
			out.set(idea, known);
		}
	}
	return out;
}

function polesDiffer(a: Signs, b: Signs): Objection | undefined {
	const [x, y] = [polesOf(a), polesOf(b)];
	for (const idea of new Set([...x.keys(), ...y.keys()])) {
		const [p, q] = [x.get(idea), y.get(idea)];
		if (p !== undefined && q !== undefined) {
			// Word by word first: a guard is no act of guarding, and together they would look like both poles.
			if (denies(p.said, q.said) || denies(q.said, p.said)) return turned(`only one denies "${idea}"`);
			if (p.poles.size !== q.poles.size || [...p.poles].some((pole) => !q.poles.has(pole))) return turned(`opposite in "${idea}"`);
		} else if ((p ?? q)?.telling === true) return other(`only one says "${[...((p ?? q)?.poles ?? [])].join(', ')}"`);
	}
	return undefined;
}

function denialsDiffer(a: Signs, b: Signs): Objection | undefined {
	const poles = [polesOf(a), polesOf(b)] as const;
	for (const [one, two, theirs] of [
		[a, b, poles[1]],
		[b, a, poles[0]],
	] as const) {
		for (const unit of one.units) {
			if (!unit.first || !unit.denied) continue;
			// With two poles, to deny one is to say the other, and poles are compared by themselves.
			if (unit.senses.some(({ idea, pole }) => pole !== 0 && theirs.has(idea))) continue;
			const alike = two.units.filter((u) => u.names.some((name) => unit.names.includes(name)));
			if (!alike.some((u) => u.denied)) return turned(`only one denies "${unit.names[0]}"`);
		}
	}
	return undefined;
}

/** "trade gold for wood" and "trade wood for gold": two things that changed places; and to a place is not from it. */
function swapped(a: Signs, b: Signs): Objection | undefined {
	const places = ({ units }: Signs) => new Map(units.map((u) => [u.names[0] as string, u.role]));
	const y = places(b);
	for (const { names, particle } of a.units) {
		const its = b.units.find((u) => u.names[0] === names[0])?.particle ?? '';
		if (particle !== '' && its !== '' && its !== particle) return other(`${particle} is not ${its}`);
	}
	const moved = [...places(a)].flatMap(([name, role]) => {
		const was = y.get(name);
		return was === undefined || was === role ? [] : [{ name, role, was }];
	});
	for (const one of moved) {
		if (TELLING_ROLES.has(one.role) !== TELLING_ROLES.has(one.was))
			return other(`only one is ${TELLING_ROLES.has(one.role) ? one.role : one.was} "${one.name}"`);
		if ((one.role === 'from' && TOWARDS.has(one.was)) || (one.was === 'from' && TOWARDS.has(one.role)))
			return turned(`to "${one.name}" is not from it`);
		if ([one.role, one.was].sort().join() === 'against,for') return turned(`for "${one.name}" is not against it`);
		const rival = moved.find((m) => m.name !== one.name && m.role === one.was && m.was === one.role);
		if (rival !== undefined) return turned(`"${one.name}" and "${rival.name}" changed places`);
	}
	return undefined;
}

/** All is the same but one thing on either side, or one that the other says in two words: whether the two are the same thing, no likeness of sentences can say. */
function oneThingDiffers(a: Signs, b: Signs): Objection | undefined {
	const [x, y] = [a, b].map(({ units }) => units.filter((u) => u.full)) as [Unit[], Unit[]];
	const [p, q] = [without(x, y), without(y, x)];
	const few = (p.length === 1 && q.length > 0 && q.length < 3) || (q.length === 1 && p.length > 0 && p.length < 3);
	return few && p.length < x.length ? unknown(`"${p.join(' ')}" is not "${q.join(' ')}"`) : undefined;
}

/** Names of the units that share no idea with one of the others. */
function without(units: readonly Unit[], others: readonly Unit[]): string[] {
	const theirs = new Set(others.flatMap((u) => u.names));
	return [...new Set(units.flatMap((u) => (u.names.some((name) => theirs.has(name)) ? [] : (u.names[0] ?? []))))];
}
