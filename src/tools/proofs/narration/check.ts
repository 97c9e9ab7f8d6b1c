// Held against the lines: the game's own truth for what they say, other people's rules of English for how they say it. Nothing here
// is shared with what made the lines.
// @ts-expect-error  it comes without types
import indefiniteOf from 'indefinite';
import { pluralize, singularize } from 'inflection';
import type { Told } from './play.ts';

const indefinite = indefiniteOf as (word: string, options?: { readonly articleOnly?: boolean }) => string;

export interface Fault {
	readonly line: string;
	readonly why: string;
}

const ROOMS = ['village', 'meadow', 'crypt', 'cellar', 'shrine'];
const QUESTS = ['Talk to Mira', 'Clear the Crypt', 'Open the chest', 'Return to Mira'];
const NUMBERS = new Map(
	'no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
		.split(' ')
		.map((word, n) => [word, n]),
);
const TENS: Readonly<Record<string, number>> = { twenty: 20, thirty: 30, forty: 40 };
/** What a number counts, by the words after it: the fact, or what the message on screen tells. */
const COUNTED: readonly (readonly [words: RegExp, facts: readonly string[]])[] = [
	[/^hit points?\b/, ['hp']],
	[/^potions?\b/, ['potions']],
	[/^rats?\b/, ['rats']],
	[/^slimes?\b/, ['slimes']],
	[/^gold\b/, ['gold', 'message']],
	[/^coins?\b/, ['gold', 'message']],
	[/^points? of me\b/, ['hp']],
	[/^points?\b/, ['message']],
];

function numberOf(word: string): number | undefined {
	if (/^\d+$/.test(word)) return Number(word);
	const [tens, unit] = word.toLowerCase().split('-');
	if (unit !== undefined && tens !== undefined && TENS[tens] !== undefined) return TENS[tens] + (NUMBERS.get(unit) ?? 0);
	return TENS[word.toLowerCase()] ?? NUMBERS.get(word.toLowerCase());
}

/** What a session's templates said that was not so. Lines in the order of play, silences included. */
export function untrue(told: readonly Told[]): Fault[] {
	const faults: Fault[] = [];
	let room = '';
	let quest = '';
	for (const { by, line, form, truth, happened } of told) {
		for (const event of happened) if (event.type === 'entered') room = event.room;
		if (typeof truth.facts.room === 'string') room = truth.facts.room;
		if (typeof truth.facts.quest === 'string') quest = truth.facts.quest;
		if (by !== 'template') continue;
		const no = (why: string) => faults.push({ line, why });
		const message = String(truth.facts.message ?? '');
		const inMessage = [...message.matchAll(/\d+/g)].map(([n]) => Number(n));
		const facts = truth.facts as Readonly<Record<string, unknown>>;
		const quoted = QUESTS.find((name) => line.includes(name));
		if (quoted !== undefined && quoted !== quest) no(`the quest is "${quest}"`);
		const rest = QUESTS.reduce((text, name) => text.replaceAll(name, ''), line);
		for (const name of ROOMS) {
			if (new RegExp(`\\b${name}\\b`, 'i').test(rest) && name !== room.toLowerCase()) no(`the room is ${room}, not ${name}`);
		}
		for (const foe of ['rat', 'slime']) {
			if (!new RegExp(`\\b${foe}s?\\b`, 'i').test(rest)) continue;
			const there = happened.some((e) => ('by' in e && e.by === foe) || ('foe' in e && e.foe === foe)) || message.includes(` ${foe} `);
			if (!there && facts[`${foe}s`] === undefined) no(`no ${foe} is there`);
			if (!there && !(Number(facts[`${foe}s`]) > 0) && !new RegExp(`\\b(?:no|0) ${foe}s\\b`, 'i').test(rest)) no(`no ${foe} is there`);
		}
		for (const found of rest.matchAll(/(?<![\p{L}\d-])(\d+|[\p{L}]+(?:-[\p{L}]+)?)(?![\p{L}\d])/gu)) {
			const n = numberOf(found[1] as string);
			const after = rest.slice(found.index + found[0].length).trimStart();
			// "One of us", "no more", "the rat is down to none": words about no number.
			if (n === undefined || (!/^\d/.test(found[0]) && n < 2 && (form.includes(found[0]) || !COUNTED.some(([words]) => words.test(after)))))
				continue;
			const which = COUNTED.find(([words]) => words.test(after))?.[1] ?? ['hp', 'gold', 'potions', 'message'];
			const so = which.some((name) => (name === 'message' ? inMessage.includes(n) : facts[name] === n));
			if (!so) no(`${found[0]} is not so: ${which.map((name) => `${name} ${String(facts[name])}`).join(', ')}`);
		}
		for (const [, digits] of rest.matchAll(/(\d+)(?:st|nd|rd|th)\b/g))
			if (Number(digits) !== facts.potions) no(`not the ${String(digits)}th`);
	}
	return faults;
}

/** Nouns without a plural here, and words after a number that it does not count. */
const NOT_COUNTED = new Set('gold hp of and or in on at to for from by with left again more less later say says old day'.split(' '));
/** Words before a noun. */
const BEFORE_NOUN = new Set('hit good fresh angry small other'.split(' '));

/** What is wrong with a line's English, or with its slots. */
export function illWritten(line: string): string[] {
	const faults: string[] = [];
	if (/[{}]|\bundefined\b|\bNaN\b|\bnull\b| {2}|\s[.,!?]/.test(line)) faults.push('a slot is not filled');
	for (const [, article, next] of line.matchAll(/(?<![\p{L}'’])(an?) ["“]?([\p{L}\d][\p{L}\d'’-]*)/giu)) {
		const wanted = indefinite(next as string, { articleOnly: true }).toLowerCase();
		if (wanted !== (article as string).toLowerCase()) faults.push(`"${article} ${next}" wants "${wanted}"`);
	}
	for (const [, number, first, second] of line.matchAll(/(?<![\p{L}\d-])(\d+|[\p{L}]+(?:-[\p{L}]+)?) (\p{Ll}+)(?: (\p{Ll}+))?/gu)) {
		const n = numberOf(number as string);
		if (n === undefined || (n === 0 && !/^(?:\d|no$)/i.test(number as string))) continue;
		const noun = BEFORE_NOUN.has(first as string) ? second : first;
		if (noun === undefined || NOT_COUNTED.has(noun) || /^(?:mention|doubt|better|wonder|way|welcome|chairs|none|song|bigger)$/.test(noun))
			continue;
		const one = n === 1;
		// "One becomes careful" counts nothing.
		if (one && !/^\d/.test(number as string) && !COUNTED.some(([words]) => words.test(noun))) continue;
		if (one ? singularize(noun) !== noun : pluralize(noun) !== noun) faults.push(`"${number} ${noun}" wants ${one ? 'one' : 'several'}`);
	}
	return faults;
}

/** Lines of which the template was one of the 20 lines before, or whose words were among the last 20 of their type. */
export function repeated(told: readonly Told[]): Fault[] {
	const spoken = told.filter((t) => t.by !== 'silence');
	const faults: Fault[] = [];
	for (const [i, { line, form, by }] of spoken.entries()) {
		if (by === 'template' && spoken.slice(Math.max(0, i - 20), i).some((t) => t.form === form))
			faults.push({ line, why: 'its template was said within 20 lines' });
	}
	for (const type of new Set(spoken.map((t) => t.event.type))) {
		const mine = spoken.filter((t) => t.event.type === type).map((t) => t.line);
		for (const [i, line] of mine.entries()) {
			if (mine.slice(Math.max(0, i - 20), i).includes(line)) faults.push({ line, why: `said within 20 lines about "${type}"` });
		}
	}
	return faults;
}

/** Questions put to the model for another reason than surprise, and the most of them in any hour. */
export function asked(told: readonly Told[]): { readonly unreasoned: Fault[]; readonly mostInAnHour: number } {
	const models = told.filter((t) => t.by === 'model');
	const HOUR = 3_600_000;
	return {
		unreasoned: models.filter((t) => !/^surprise: (?:first "|.* bits .*, over \d)/.test(t.why)).map(({ line, why }) => ({ line, why })),
		mostInAnHour: Math.max(0, ...models.map((t) => models.filter((o) => o.at >= t.at && o.at < t.at + HOUR).length)),
	};
}
