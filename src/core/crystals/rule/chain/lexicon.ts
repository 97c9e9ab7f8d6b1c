// What a game calls its things, as a reader of prose meets them: names of facts from their ids and words, values from what was
// seen, verbs and elements from the profile and the screen. All of it data; nothing here knows a game.
import { known } from '../../../facts/literal.ts';
import type { FactTable } from '../../../facts/snapshot.ts';
import type { Action } from '../../../profile.ts';
import type { Facts } from '../../../question.ts';
import { OWN, oppositesOf, type Phrases, phrases, sameAs, statesLike, stem } from './words.ts';

export interface ChainScene {
	/** What the model could see when it thought so. */
	readonly facts: Facts;
	readonly table: FactTable;
	readonly actions: readonly Pick<Action, 'verb' | 'args'>[];
	/** Elements an act may name. */
	readonly elements: Iterable<string>;
}

/** A number that prose speaks of. */
export interface Gauge {
	readonly id: string;
	/** Undefined when it is not known now: then nothing vague can be said of it. */
	readonly value: number | undefined;
	/** Ends of its range, where they are known. */
	readonly low: number;
	readonly high: number | undefined;
	readonly cuts: readonly number[];
	readonly integer: boolean;
	/** A share of one (`max` 1). */
	readonly ratio: boolean;
	/** A number of things, which are there or not; a level otherwise. */
	readonly counts: boolean;
	readonly distance: boolean;
	/** Whose or which: each a set of words, one of which has to stand near the name. */
	readonly which: readonly (readonly string[])[];
	readonly own: boolean;
	/** The key under which its name meets others for the same: `hp` for "health". */
	readonly head: string;
}
/** A name of gauges in the text. `whole`: it needs no further word to say which is meant. */
export interface GaugeName {
	readonly gauge: Gauge;
	readonly whole: boolean;
	/** Says what it is the distance to; only a word of nearness makes it a distance. */
	readonly near: boolean;
}
export interface Flag {
	readonly id: string;
	/** What has to be said with it: that it is had, seen, near; or a state. */
	readonly how: 'has' | 'sees' | 'near' | 'state';
	/** Each a way to say it: words in any order, the last of which may be an opposite. */
	readonly names: readonly (readonly (readonly string[])[])[];
	/** So many of them come from its id, and say by themselves that it is so; the profile's words want an "is". */
	readonly own: number;
	/** Words that say the contrary in place of a name's last. */
	readonly contrary: ReadonlySet<string>;
}
export interface Worded {
	readonly id: string;
	readonly value: string;
	/** The fact's own names, each a list of words that all have to be said, in one of their ways. */
	readonly fact: readonly (readonly (readonly string[])[])[];
	/** It is where one is, so that "in the crypt" says it. */
	readonly place: boolean;
	/** The value is a word of many uses: only with the fact's name. */
	readonly common: boolean;
}
export interface Deed {
	readonly verb: string;
	readonly words: readonly string[];
	readonly args: Readonly<Record<string, string>>;
}
export interface Lexicon {
	/** By stems. */
	readonly gauges: Phrases<readonly GaugeName[]>;
	/** Gauges by the key of their head (`hp`, `food`), one's own only. */
	readonly heads: ReadonlyMap<string, readonly Gauge[]>;
	readonly flags: readonly Flag[];
	readonly values: Phrases<readonly Worded[]>;
	readonly deeds: readonly Deed[];
	readonly elements: readonly { readonly name: string; readonly words: readonly string[] }[];
	/** Stems of whatever can have a gauge of its own: "the rat's health" is the rat's. */
	readonly things: ReadonlySet<string>;
	/** Facts that compare two others, by `a<b` with both ids. */
	readonly compared: ReadonlyMap<string, { readonly id: string; readonly when: boolean }>;
	/** Positions, for an argument that is a point. */
	readonly positions: readonly { readonly id: string; readonly words: readonly string[] }[];
}

const UNIT_WORDS = new Set(
	'ratio count num number amount total now current value pct percent fraction frac kind type id pos position'.split(' '),
);
const PLACE_WORDS = new Set('near nearby around visible in sight'.split(' '));
const DISTANCE_WORDS = new Set(['dist', 'distance']);
const PLACES = new Set(sameAs('room').concat(sameAs('screen')).concat(['town', 'map', 'chapter', 'terrain', 'biome', 'level']));
const COMMON = new Set(
	'none normal other yes no on off left right up down open closed full empty low high good bad play start end one two true false unknown self it wait go'.split(
		' ',
	),
);
const HOW: Readonly<Record<string, Flag['how']>> = {
	has: 'has',
	have: 'has',
	inv: 'has',
	inventory: 'has',
	holds: 'has',
	carries: 'has',
	owns: 'has',
	sees: 'sees',
	see: 'sees',
	near: 'near',
	beside: 'near',
	at: 'near',
};
const NAMES_MAX = 4000;

/** The words of an id: `me.hp.ratio`, `door-open`, `doorOpen`. Ids come from models too, so their length is bounded by the schema. */
export function wordsOf(id: string): string[] {
	return id
		.replaceAll(/([a-z])([A-Z])/g, '$1 $2')
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter((w) => w !== '');
}

export function makeLexicon(scene: ChainScene): Lexicon {
	const { facts, table } = scene;
	const memory = new Map(table.memory().map((m) => [m.id, m]));
	const gauges = new Map<string, GaugeName[]>();
	const heads = new Map<string, Gauge[]>();
	const values = new Map<string, Worded[]>();
	const flags: Flag[] = [];
	const compared = new Map<string, { id: string; when: boolean }>();
	const positions: { id: string; words: string[] }[] = [];
	let names = 0;
	const put = <T>(into: Map<string, T[]>, phrase: readonly string[], what: T): void => {
		if (phrase.length === 0 || names++ >= NAMES_MAX) return;
		const key = phrase.map(stem).join(' ');
		const there = into.get(key);
		if (there === undefined) into.set(key, [what]);
		else if (!there.includes(what)) there.push(what);
	};

	for (const def of table.all) {
		const id = wordsOf(def.id);
		const past = memory.get(def.id);
		const now = known(facts, def.id);
		if (def.kind === 'number') {
			const own = id.some((w) => OWN.has(w));
			const content = id.filter((w) => !OWN.has(w) && !UNIT_WORDS.has(w));
			const distance = content.some((w) => DISTANCE_WORDS.has(w));
			const bare = content.filter((w) => !(PLACE_WORDS.has(w) && content.length > 1));
			const named = bare.length === 0 ? id : bare;
			const head = (distance ? 'distance' : named.at(-1)) as string;
			const others = named.filter((w) => (distance ? !DISTANCE_WORDS.has(w) : w !== head));
			const seen = (past?.seen ?? []).filter((v) => typeof v === 'number');
			const ratio = def.max === 1 || id.includes('ratio') || id.includes('frac') || id.includes('fraction');
			const high = def.max ?? (ratio ? 1 : past?.high !== undefined && past.high > (past.low ?? 0) ? past.high : undefined);
			const gauge: Gauge = {
				id: def.id,
				value: typeof now === 'number' ? now : undefined,
				low: def.min ?? Math.min(0, past?.low ?? 0),
				high,
				cuts: past?.cuts ?? [],
				integer: !ratio && [...seen, ...(typeof now === 'number' ? [now] : [])].every(Number.isInteger),
				ratio,
				counts: !ratio && !distance && (id.includes('count') || stem(head) !== head),
				distance,
				which: others.map((w) => sameAs(stem(w))),
				own,
				head: sameAs(stem(head))[0] as string,
			};
			for (const same of sameAs(stem(head))) put(gauges, same.split(' '), { gauge, whole: others.length === 0, near: false });
			if (id.length > 1) put(gauges, id, { gauge, whole: true, near: false });
			if (others.length > 0) put(gauges, named, { gauge, whole: true, near: false });
			if (distance && others.length > 0)
				for (const same of sameAs(stem(others.join(' ')))) put(gauges, same.split(' '), { gauge, whole: true, near: true });
			for (const phrase of def.words ?? []) put(gauges, wordsOf(phrase), { gauge, whole: true, near: false });
			if (own || others.length === 0) heads.set(gauge.head, [...(heads.get(gauge.head) ?? []), gauge]);
		} else if (def.kind === 'boolean') {
			const how = HOW[id[0] as string] ?? (id[1] === undefined ? 'state' : (HOW[id[1]] ?? 'state'));
			const content = id.filter((w) => !OWN.has(w) && !Object.hasOwn(HOW, w) && w !== 'is' && w !== 'are' && w !== 'in' && w !== 'can');
			const last = content.at(-1);
			const ways = (words: readonly string[]): string[][] =>
				words.map((w, i) => [
					...new Set([...sameAs(stem(w)), ...(i === words.length - 1 ? statesLike(w).map(stem) : [])].filter((one) => !one.includes(' '))),
				]);
			// "front.door.open" is also just the open door.
			const own = content.length === 0 ? [] : content.length > 2 ? [ways(content), ways(content.slice(1))] : [ways(content)];
			const told = (def.words ?? []).map(wordsOf);
			flags.push({
				id: def.id,
				how,
				names: [...own, ...told.map((phrase) => phrase.map((w) => [stem(w)]))],
				own: own.length,
				contrary: new Set([last, ...told.map((phrase) => phrase.at(-1))].flatMap((w) => (w === undefined ? [] : oppositesOf(w)))),
			});
			const sides = def.from === undefined ? null : /^\s*([a-z][a-z0-9.-]*)\s*([<>])=?\s*([a-z][a-z0-9.-]*)\s*$/.exec(def.from);
			if (sides !== null) {
				const [, a, op, b] = sides as unknown as [string, string, string, string];
				compared.set(op === '<' ? `${a}<${b}` : `${b}<${a}`, { id: def.id, when: true });
				compared.set(op === '<' ? `${b}<${a}` : `${a}<${b}`, { id: def.id, when: false });
			}
		} else if (def.kind === 'enum') {
			const words = id.filter((w) => !OWN.has(w) && !UNIT_WORDS.has(w));
			const ways = (phrase: readonly string[]): readonly (readonly string[])[] => phrase.map((w) => sameAs(stem(w)));
			const fact = [ways(words.length === 0 ? id : words), ...(def.words ?? []).map((phrase) => ways(wordsOf(phrase)))];
			const place = fact.some((name) => name.length === 1 && (name[0] as readonly string[]).some((w) => PLACES.has(w)));
			const all = new Set([
				...(def.values ?? []),
				...(past?.seen ?? []).filter((v) => typeof v === 'string'),
				...(typeof now === 'string' ? [now] : []),
			]);
			for (const value of all) {
				const phrase = wordsOf(value);
				put(values, phrase, { id: def.id, value, fact, place, common: phrase.length === 1 && COMMON.has(phrase[0] as string) });
			}
		} else if (def.kind === 'position') {
			positions.push({ id: def.id, words: id.filter((w) => !UNIT_WORDS.has(w)).map(stem) });
		}
	}
	const deeds = scene.actions.map(({ verb, args }) => ({ verb, words: wordsOf(verb), args: args ?? {} }));
	const elements = [...new Set(scene.elements)].slice(0, 500).map((name) => ({ name, words: wordsOf(name).map(stem) }));
	const things = new Set([
		...elements.flatMap(({ words }) => words),
		...[...gauges].flatMap(([name, all]) => (all.some(({ gauge }) => gauge.counts) ? [name] : [])),
		...[...values].flatMap(([name, all]) => (all.some(({ common }) => common) ? [] : [name])),
	]);
	return { things, gauges: phrases(gauges), heads, flags, values: phrases(values), deeds, elements, compared, positions };
}
