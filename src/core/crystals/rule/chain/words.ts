// The closed part of the language that chains are read in: words that stand for a number, a comparison, a level, a denial or a
// turn of thought. What a game calls its things comes from the fact table (lexicon.ts).
import { TENS, UNITS } from '../../../number-words.ts';

/** How two amounts are held against each other. */
export type Compare = '<' | '<=' | '>' | '>=';
/** A level that has no number of its own: where it lies is the fact's to say, see `levelLiteral`. */
export type Level = 'empty' | 'critical' | 'low' | 'high' | 'full';
/** What a clause is to the others: said of now, a reason, an exception, an end, or nothing that is claimed at all. */
export type Role = 'plain' | 'reason' | 'therefore' | 'unless' | 'until' | 'concede' | 'skip';

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Phrases by their first word, the longest first, so that a reader takes as much as it can. */
export type Phrases<T> = ReadonlyMap<string, readonly { readonly words: readonly string[]; readonly means: T }[]>;
export function phrases<T>(entries: Iterable<readonly [phrase: string, means: T]>): Phrases<T> {
	const all = new Map<string, { words: readonly string[]; means: T }[]>();
	for (const [phrase, means] of entries) {
		const words = phrase.split(' ');
		const first = words[0] as string;
		all.set(first, [...(all.get(first) ?? []), { words, means }]);
	}
	for (const found of all.values()) found.sort((a, b) => b.words.length - a.words.length);
	return all;
}

export const COMPARES: Phrases<Compare> = phrases<Compare>([
	...(
		['below', 'under', 'beneath', '<', 'less than', 'lower than', 'fewer than', 'smaller than', 'worse than', 'weaker than'] as const
	).map((p) => [p, '<'] as const),
	...(['closer than', 'nearer than', 'shorter than', 'short of'] as const).map((p) => [p, '<'] as const),
	...(['at most', 'up to', '<=', '≤', 'within', 'down to', 'at or below', 'no more than', 'no further than'] as const).map(
		(p) => [p, '<='] as const,
	),
	...(['less than or equal to', 'no farther than', 'no higher than', 'maximum of', 'no greater than'] as const).map(
		(p) => [p, '<='] as const,
	),
	...(['above', 'over', 'beyond', '>', 'more than', 'greater than', 'higher than', 'larger than', 'bigger than'] as const).map(
		(p) => [p, '>'] as const,
	),
	...(['exceeds', 'exceed', 'farther than', 'further than', 'stronger than', 'better than', 'upwards of'] as const).map(
		(p) => [p, '>'] as const,
	),
	...(['at least', '>=', '≥', 'no less than', 'no fewer than', 'no lower than', 'minimum of', 'as many as', 'as much as'] as const).map(
		(p) => [p, '>='] as const,
	),
	...(['greater than or equal to', 'more than or equal to', 'at or above'] as const).map((p) => [p, '>='] as const),
]);
/** After the number: "3 or more". */
export const AFTER_NUMBER: Phrases<Compare> = phrases<Compare>([
	...(['or less', 'or fewer', 'or lower', 'or below', 'or under', 'at most', 'or closer', 'or worse'] as const).map(
		(p) => [p, '<='] as const,
	),
	...(['or more', 'or higher', 'or above', 'or over', 'at least', 'or greater', 'or better', '+'] as const).map((p) => [p, '>='] as const),
]);
/** Before a number: it is little, or much, for what it is. */
export const ONLY = list('only just merely barely mere hardly scarcely');
export const ALREADY = list('already fully');
export const ALMOST = list('almost nearly practically virtually');

export const LEVELS: Phrases<Level> = phrases<Level>([
	...(['empty', 'depleted', 'gone', 'exhausted', 'used up', 'out of', 'run out', 'ran out', 'none left', 'none'] as const).map(
		(p) => [p, 'empty'] as const,
	),
	...(['critical', 'critically low', 'dangerously low', 'very low', 'extremely low', 'perilously low', 'too low', 'dire'] as const).map(
		(p) => [p, 'critical'] as const,
	),
	...(
		[
			'almost empty',
			'nearly empty',
			'almost gone',
			'nearly gone',
			'almost out',
			'nearly out',
			'in the red',
			'hardly any',
			'barely any',
		] as const
	).map((p) => [p, 'critical'] as const),
	...(['low', 'running low', 'weak', 'poor', 'scarce', 'small', 'short', 'little', 'few', 'bad', 'lacking', 'insufficient'] as const).map(
		(p) => [p, 'low'] as const,
	),
	...(['high', 'much', 'healthy', 'good', 'strong', 'large', 'many', 'plenty', 'plentiful', 'lots', 'big', 'great', 'ample'] as const).map(
		(p) => [p, 'high'] as const,
	),
	...(['very high', 'abundant', 'a lot', 'fine', 'comfortable', 'safe'] as const).map((p) => [p, 'high'] as const),
	...(['full', 'max', 'maximum', 'maxed', 'maxed out', 'topped up', 'at the maximum', 'completely full', 'almost full'] as const).map(
		(p) => [p, 'full'] as const,
	),
]);
/** Levels of a distance; "near" also stands in "near the door". */
export const NEARNESS: Phrases<Level | 'beside'> = phrases<Level | 'beside'>([
	...(['close', 'near', 'nearby', 'very close', 'in range', 'in reach', 'within reach', 'within range'] as const).map(
		(p) => [p, 'low'] as const,
	),
	...(['adjacent', 'next to', 'beside', 'right next to', 'directly next to', 'one step away'] as const).map((p) => [p, 'beside'] as const),
	...(['far', 'far away', 'distant', 'far off', 'out of reach', 'out of range', 'a long way'] as const).map((p) => [p, 'high'] as const),
]);
/** How somebody is, and which gauge that is said of. */
export const CONDITIONS: ReadonlyMap<string, readonly [head: string, level: Level]> = new Map<string, readonly [string, Level]>([
	...[...list('hurt wounded injured damaged battered bleeding')].map((w) => [w, ['hp', 'low']] as const),
	...[...list('dying')].map((w) => [w, ['hp', 'critical']] as const),
	...[...list('healthy unhurt uninjured unscathed unharmed')].map((w) => [w, ['hp', 'high']] as const),
	...[...list('hungry')].map((w) => [w, ['food', 'low']] as const),
	...[...list('starving famished')].map((w) => [w, ['food', 'critical']] as const),
	...[...list('thirsty')].map((w) => [w, ['water', 'low']] as const),
	...[...list('tired weary')].map((w) => [w, ['energy', 'low']] as const),
	...[...list('exhausted')].map((w) => [w, ['energy', 'critical']] as const),
	...[...list('rested')].map((w) => [w, ['energy', 'high']] as const),
	...[...list('broke penniless')].map((w) => [w, ['gold', 'low']] as const),
	...[...list('rich wealthy')].map((w) => [w, ['gold', 'high']] as const),
]);

export const NEGATORS = list('not no never none neither nor without lack lacks lacking cannot nothing nobody nowhere');
/** A sentence's "no" that denies nothing here: "no longer than" is a comparison, and read as one before. */
export const NOT_ONLY = list('only just merely');

/** The bare "to be" of a sentence, and its like. */
export const COPULAS = list('is are am be been being seems seem remains remain looks look feels feel becomes still now currently lives');

/** An odd number of denials between the start of a clause and a token: "I do not think my health is low". */
export function deniedBefore(words: readonly string[], end: number): boolean {
	let denied = false;
	for (let at = 0; at < end; at++) {
		if (!NEGATORS.has(words[at] as string)) continue;
		if (words[at] === 'not' && NOT_ONLY.has(words[at + 1] ?? '')) continue;
		// "No more than three potions" is a comparison.
		if (phraseAt(COMPARES, words, at) !== undefined) continue;
		denied = !denied;
	}
	return denied;
}

/** Between a fact's name and what is said of it. */
export const FILLERS = list(
	`is are am be been being at of to the a an my our i we it its this that has have had now currently still remains remain stands
	stand sits sit seems seem looks look appears appear reads read shows show equals equal only just merely barely mere already almost yet
	nearly about around approximately roughly exactly very quite too pretty rather fairly really relatively so bar level value points
	point count number total meter reading stat score pool counter remaining left : = == ( ) was well dropped down fallen fell reached
	hovering sitting drops falls goes gets reaches ratio percentage fraction amount on some here in room area screen view sight which fully carried`,
);
/** Between a number or level and the fact's name after it. */
export const INNER = list(
	'of the my our on remaining nearby visible more other hostile enemy living active available current total whole left spare full in for any single additional piece pieces log logs unit units bit bits',
);

/** The clause does not say how things are now. */
export const IRREAL = list(
	'would could might may perhaps maybe possibly probably soon risk avoid prevent otherwise wish hope want wants was were had used previously earlier yesterday doubt unsure unclear unknown assume assuming suppose imagine ideally eventually later generally usually often sometimes typically',
);
/** A clause with one of these chooses, and claims nothing. */
export const MODALS = list('should must shall ought will let lets gonna recommend suggest choose decide prefer plan intend opt');
export const MODAL_PHRASES: Phrases<true> = phrases<true>(
	[
		'need to',
		'needs to',
		'have to',
		'has to',
		'going to',
		'time to',
		'want to',
		'wants to',
		'best to',
		'best action',
		'best move',
		'best option',
		'best choice',
		'best thing',
		'best course',
		'best is to',
		'better to',
		'wise to',
		'makes sense to',
		'priority is',
		'right move',
		'right action',
		'next step',
		'next action',
		'next move',
		'safest',
		'it is safe to',
		'able to',
		'worth',
	].map((p) => [p, true] as const),
);

/** Turns of thought, at the start of the clause that they introduce. */
export const TURNS: Phrases<Role> = phrases<Role>([
	...(
		[
			'because',
			'because of',
			'since',
			'if',
			'when',
			'whenever',
			'given that',
			'given',
			'due to',
			'considering',
			'considering that',
		] as const
	).map((p) => [p, 'reason'] as const),
	...(
		['seeing that', 'seeing as', 'now that', 'as long as', 'provided', 'provided that', 'in case', 'with', 'without', 'thanks to'] as const
	).map((p) => [p, 'reason'] as const),
	...(['the reason is', 'the reason is that', 'reason', 'reasons', 'as'] as const).map((p) => [p, 'reason'] as const),
	...(['so', 'therefore', 'thus', 'hence', 'then', 'consequently', 'accordingly', 'as a result', 'which means', 'that means'] as const).map(
		(p) => [p, 'therefore'] as const,
	),
	...(['this means', 'meaning', 'action', 'decision', 'answer', 'conclusion', 'in conclusion', 'for that reason'] as const).map(
		(p) => [p, 'therefore'] as const,
	),
	...(['unless', 'except if', 'except when', 'but not if', 'but not when', 'not if', 'not when', 'except while'] as const).map(
		(p) => [p, 'unless'] as const,
	),
	...(['until', 'till', 'up until'] as const).map((p) => [p, 'until'] as const),
	...(['although', 'though', 'even though', 'despite', 'in spite of', 'even if', 'albeit', 'while'] as const).map(
		(p) => [p, 'concede'] as const,
	),
	...(
		['whether', 'whether or not', 'regardless', 'regardless of', 'no matter', 'once', 'after', 'before', 'so that', 'so as to'] as const
	).map((p) => [p, 'skip'] as const),
	...(
		['in order to', 'instead of', 'rather than', 'or else', 'otherwise', 'lest', 'as if', 'as though', 'if only', 'as soon as'] as const
	).map((p) => [p, 'skip'] as const),
]);
/** Joins two clauses that have the same part in the thought. */
export const JOINTS = list('and or plus also nor');
/** Turns back to what is. */
export const BREAKS = list('but however whereas');

/** Pronouns that take up what the clause before spoke of. */
export const PRONOUNS = list('it that this which they');
/** Whose: a fact of one's own is not meant after one of these. */
export const OTHERS = list('enemy foe opponent monster hostile rival boss target its his her their ally teammate companion');
export const OWN = list('me my player self hero own i our');

const UNIT_OF = new Map(UNITS.map((word, n) => [word, n] as const));
const TEN_OF = new Map(TENS.map((word, i) => [word, 20 + 10 * i] as const));
const SHARES: Phrases<number> = phrases<number>([
	['half', 50],
	['a half', 50],
	['one half', 50],
	['a third', 100 / 3],
	['one third', 100 / 3],
	['two thirds', 200 / 3],
	['a quarter', 25],
	['one quarter', 25],
	['three quarters', 75],
	['a fifth', 20],
	['a tenth', 10],
]);
const AMOUNTS: Phrases<number> = phrases<number>([
	['a couple of', 2],
	['a couple', 2],
	['couple of', 2],
	['a pair of', 2],
	['a dozen', 12],
	['a hundred', 100],
	['one hundred', 100],
	['both', 2],
	['a single', 1],
	['single', 1],
]);

export interface Amount {
	readonly n: number;
	/** A share of the whole, in percent. */
	readonly share: boolean;
	/** Tokens that it takes. */
	readonly length: number;
}
/** The number that starts at a token, in digits or in words; undefined when none does. */
export function amountAt(words: readonly string[], at: number): Amount | undefined {
	const word = words[at] ?? '';
	const percent = (n: number, length: number): Amount => {
		const after = words[at + length];
		const two = after === 'per' && words[at + length + 1] === 'cent';
		const share = after === '%' || after === 'percent' || two;
		return { n, share, length: length + (share ? (two ? 2 : 1) : 0) };
	};
	if (/^-?\d/.test(word)) return percent(Number(word), 1);
	const share = phraseAt(SHARES, words, at);
	if (share !== undefined) return { n: share.means, share: true, length: share.length };
	const some = phraseAt(AMOUNTS, words, at);
	if (some !== undefined) return { n: some.means, share: false, length: some.length };
	const tens = TEN_OF.get(word);
	if (tens !== undefined) {
		const unit = UNIT_OF.get(words[at + 1] ?? '');
		return unit !== undefined && unit > 0 && unit < 10 ? percent(tens + unit, 2) : percent(tens, 1);
	}
	const unit = UNIT_OF.get(word);
	return unit === undefined ? undefined : percent(unit, 1);
}

export function phraseAt<T>(
	from: Phrases<T>,
	words: readonly string[],
	at: number,
): { readonly means: T; readonly length: number } | undefined {
	for (const { words: wanted, means } of from.get(words[at] ?? '') ?? []) {
		if (wanted.every((word, i) => words[at + i] === word)) return { means, length: wanted.length };
	}
	return undefined;
}

/** Words for one thing; the first is the key under which names meet. */
const SAME: readonly (readonly string[])[] = [
	['hp', 'health', 'hit point', 'hitpoint', 'life', 'health point', 'vitality', 'heart'],
	['mp', 'mana', 'magic', 'magic point', 'mana point', 'spell point'],
	['xp', 'exp', 'experience', 'experience point'],
	['energy', 'stamina', 'endurance', 'fatigue'],
	['food', 'satiety', 'nutrition', 'fullness'],
	['water', 'hydration', 'drink'],
	['gold', 'money', 'coin', 'cash', 'gold piece', 'gold coin', 'currency'],
	['ammo', 'ammunition', 'bullet', 'round'],
	['ac', 'armor class', 'armour class'],
	['dlvl', 'dungeon level', 'depth', 'floor'],
	['enemy', 'hostile', 'foe', 'monster', 'opponent', 'adversary', 'attacker', 'mob', 'creature'],
	['distance', 'dist', 'range'],
	['inventory', 'bag', 'backpack', 'inv'],
	['dialogue', 'dialog', 'conversation', 'talk'],
	['front', 'ahead', 'facing'],
	['carrying', 'holding', 'carry', 'hold', 'carried', 'held', 'hand', 'wielding'],
	['room', 'place', 'area', 'location', 'zone', 'region'],
	['screen', 'page', 'view'],
	['quest', 'mission', 'task', 'objective'],
	['weather', 'sky'],
	['time', 'clock'],
	['visible', 'seen', 'shown'],
];
const KEY = new Map(SAME.flatMap((group) => group.map((word) => [word, group[0] as string] as const)));
/** Every phrase for the thing that a word names, that word's own included; stems. */
export function sameAs(stemmed: string): readonly string[] {
	const key = KEY.get(stemmed);
	return key === undefined ? [stemmed] : (SAME.find((group) => group[0] === key) ?? [stemmed]);
}

/** States that mean the same of a thing on screen or in hand. */
const STATES: readonly (readonly string[])[] = [
	['open', 'opened', 'showing', 'displayed', 'active', 'shown'],
	['closed', 'shut'],
	['alive', 'living'],
	['dead', 'defeated', 'killed'],
	['ready', 'prepared'],
	['done', 'complete', 'completed', 'finished'],
	['broken', 'destroyed'],
];
/** Every word for the state that a word names. */
export function statesLike(word: string): readonly string[] {
	return STATES.find((group) => group.includes(word)) ?? [word];
}

const OPPOSITES: readonly (readonly [string, string])[] = [
	['open', 'closed'],
	['open', 'shut'],
	['locked', 'unlocked'],
	['alive', 'dead'],
	['full', 'empty'],
	['on', 'off'],
	['day', 'night'],
	['daytime', 'nighttime'],
	['daylight', 'dark'],
	['daylight', 'night'],
	['light', 'dark'],
	['safe', 'dangerous'],
	['safe', 'unsafe'],
	['visible', 'hidden'],
	['hot', 'cold'],
	['clear', 'blocked'],
	['free', 'blocked'],
	['free', 'busy'],
	['ready', 'unready'],
	['equipped', 'unequipped'],
	['done', 'unfinished'],
	['complete', 'incomplete'],
	['available', 'unavailable'],
	['peaceful', 'hostile'],
	['calm', 'tense'],
	['cursed', 'uncursed'],
	['lit', 'unlit'],
];
export function oppositesOf(word: string): readonly string[] {
	return OPPOSITES.flatMap(([a, b]) => (a === word ? [b] : b === word ? [a] : [])).flatMap(statesLike);
}

/** Said of a thing that one has. */
export const HAVING = list(
	'have has holding hold carry carrying carried own possess possessing got with available inventory bag having a an the no any without lack hand our my another one',
);
/** Said of a thing that is there. */
export const SEEING = list(
	'see sees seen visible sight screen there shown shows show spot spotted notice noticed front ahead appears appear here present view exists nearby',
);
/** A thing that is had is not thereby seen. */
export const POSSESSING = list('have has holding hold carry carrying carried own possess got need needs inventory');
export const NEARING = list('near close next adjacent beside by reach nearby alongside at');
/** Not there, not had. */
export const ABSENT = list('missing absent gone lost hidden unavailable lacking');
/** There is or are: an amount without a number. */
export const EXISTING = list(
	'there see sees have has carry carrying hold holding got nearby visible sight around remaining left adjacent approaching attacking face facing spotted spot notice present here some own possess chasing surrounded in',
);

/** Verbs by what they do, for a choice named in other words than the profile's. Stems. */
const DEEDS: readonly (readonly string[])[] = [
	['attack', 'strike', 'hit', 'fight', 'kill', 'slay', 'engage'],
	['flee', 'run', 'retreat', 'escape', 'withdraw'],
	['wait', 'rest', 'idle', 'stay', 'pause', 'noop'],
	['take', 'grab', 'collect', 'get', 'pickup', 'gather', 'loot'],
	['drop', 'discard', 'place', 'put'],
	['drink', 'quaff', 'sip'],
	['eat', 'consume'],
	['talk', 'speak', 'chat'],
	['go', 'walk', 'move', 'head', 'travel', 'return', 'enter', 'proceed'],
	['click', 'press', 'tap', 'select', 'push', 'choose'],
	['use', 'apply', 'employ'],
	['search', 'explore', 'look'],
	['chop', 'cut', 'harvest'],
	['buy', 'purchase'],
	['toggle', 'open', 'close'],
	['forward', 'ahead', 'straight'],
];
export function deedsLike(verb: string): readonly string[] {
	return DEEDS.find((group) => group.includes(verb)) ?? [verb];
}

/** Singular of a noun, roughly: both sides of every comparison go through it, so it need not be right, only the same. */
export function stem(word: string): string {
	if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
	if (word.length > 4 && /(?:ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2);
	return word.length > 3 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
}
/** A verb without its ending: "attacking", "attacked" and "attacks" are "attack". */
export function verbStem(word: string): string {
	const base = stem(word);
	for (const ending of ['ing', 'ed']) {
		if (base.length < ending.length + 3 || !base.endsWith(ending)) continue;
		const cut = base.slice(0, -ending.length);
		const twice = cut.at(-1) === cut.at(-2) && !/[lsz]$/.test(cut);
		return twice ? cut.slice(0, -1) : cut;
	}
	return base;
}
/** Whether two verbs are one, the silent "e" left out: "use" and "using". */
export function sameVerb(a: string, b: string): boolean {
	const bare = (w: string): string => (w.endsWith('e') ? w.slice(0, -1) : w);
	return bare(verbStem(a)) === bare(verbStem(b));
}
