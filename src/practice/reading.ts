// How the scripted teacher reads what is said in the game: from the text alone, mistakes of the reader included, it finds the line that
// is meant, and says of it what a good model would. It knows the game's lines by heart, and nothing of the game's state.
import type { NpcAnswer, NpcQuestion, QuestAnswer, QuestQuestion } from '../core/question.ts';
import { standsIn } from '../core/texts/claims.ts';
import { COLD, ERRANDS, type Errand, GIVER, nameOf, objective, OFFER, PEOPLE, PLAIN, THANKS, WAITING, WARM } from './warren/folk.ts';
import { NAMES } from './warren/land.ts';
import { TALKS } from './world.ts';

/** What one line says. */
export interface Line {
	readonly text: string;
	/** Who says it; absent for a text that nobody says. */
	readonly speaker?: string;
	/** Absent: it speaks of no quest. */
	readonly quest?: QuestAnswer;
	/** Of the speaker. */
	readonly attitude?: number;
}

const [STIRS, BEAT] = TALKS.offer;
const [HURRY] = TALKS.waiting;
const [SAVED] = TALKS.thanks;
const RELIC = { quest: 'The relic', giver: 'Mira' } as const;
const FETCH: QuestAnswer = {
	...RELIC,
	stage: '1',
	objective: 'Beat what lurks in the crypt and bring the relic',
	place: 'Crypt',
	done: [{ f: 'quest', op: '==', v: 'Return to Mira' }],
};

const HOLLOW: readonly Line[] = [
	{ text: STIRS, speaker: 'Mira', attitude: 0.3 },
	{ text: BEAT, speaker: 'Mira', attitude: 0.4, quest: FETCH },
	{ text: HURRY, speaker: 'Mira', attitude: 0.4, quest: { ...FETCH, objective: 'Hurry to the crypt past the meadow' } },
	{
		text: SAVED,
		speaker: 'Mira',
		attitude: 0.9,
		quest: { ...RELIC, stage: '2', objective: 'The relic has saved the village', done: true },
	},
];

/** What each errand of the Warren is called in the words of who wants it done. */
const ERRAND_NAMES: Readonly<Record<Errand, string>> = {
	glowcaps: 'Glowcaps',
	hammer: 'The hammer',
	letter: 'The letter',
	rats: 'The rats',
};

/** Every line of the Warren, for each place that it may name. */
function warrenLines(): Line[] {
	const lines: Line[] = [];
	for (const errand of ERRANDS) {
		const person = GIVER[errand];
		const giver = nameOf(person);
		const quest = (stage: string, objective: string, more: Partial<QuestAnswer> = {}): QuestAnswer => ({
			quest: ERRAND_NAMES[errand],
			stage,
			objective,
			giver,
			done: false,
			...more,
		});
		for (const place of Object.values(NAMES).flat()) {
			const at = { ...(errand === 'rats' ? {} : { place }), done: [{ f: 'quest', op: '==' as const, v: objective(errand, 2, 0) }] };
			const offer = OFFER[errand](place);
			offer.forEach((text, i) =>
				lines.push({ text, speaker: giver, attitude: 0.3, ...(i === offer.length - 1 ? { quest: quest('1', text, at) } : {}) }),
			);
			const waiting = WAITING[errand](place);
			lines.push({ text: waiting, speaker: giver, attitude: 0.3, quest: quest('1', waiting, at) });
		}
		for (const text of THANKS[errand]) lines.push({ text, speaker: giver, attitude: 0.8, quest: quest('3', text, { done: true }) });
	}
	for (const person of PEOPLE) {
		lines.push({ text: WARM[person], speaker: nameOf(person), attitude: 0.7 });
		lines.push({ text: PLAIN[person], speaker: nameOf(person), attitude: 0 });
		lines.push({ text: COLD[person], speaker: nameOf(person), attitude: -0.7 });
	}
	return lines;
}

let all: readonly Line[] | undefined;
/** What is said in either land, each line once. */
function allLines(): readonly Line[] {
	all ??= [...new Map([...HOLLOW, ...warrenLines()].map((line) => [`${line.speaker ?? ''} ${line.text}`, line])).values()];
	return all;
}

/** A reading shares so much with its line; two lines of the game never do. */
const ALIKE = 0.6;

const pairs = new WeakMap<Line, ReadonlySet<string>>();

/** The line that a reading is of; undefined where it is of none. */
export function lineOf(text: string, lines: readonly Line[] = allLines()): Line | undefined {
	const read = pairsOf(text);
	let best: { readonly line: Line; readonly alike: number } | undefined;
	for (const line of lines) {
		let own = pairs.get(line);
		if (own === undefined) pairs.set(line, (own = pairsOf(line.text)));
		let shared = 0;
		for (const pair of own) if (read.has(pair)) shared++;
		const alike = (2 * shared) / (own.size + read.size || 1);
		if (alike >= ALIKE && alike > (best?.alike ?? 0)) best = { line, alike };
	}
	return best?.line;
}

/** Pairs of neighbouring letters and digits. @see L. R. Dice, "Measures of the Amount of Ecologic Association Between Species" (1945) */
function pairsOf(text: string): ReadonlySet<string> {
	const letters = text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
	const found = new Set<string>();
	for (let i = 1; i < letters.length; i++) found.add(letters.slice(i - 1, i + 1));
	// Numbers tell two lines apart that are otherwise the same.
	for (const number of text.match(/\d+/g) ?? []) found.add(`#${number}`);
	return found;
}

/** Only what the question lets a condition speak of, and only names that it gives or the text has. */
export function readQuest(question: QuestQuestion): QuestAnswer {
	const none: QuestAnswer = { quest: '', stage: '', objective: '', done: false };
	const quest = lineOf(question.text)?.quest;
	if (quest === undefined) return none;
	const offered = new Set(question.conditions.map(({ f }) => f));
	const isNamed = (name: string): boolean => question.known.quests.includes(name) || standsIn(name, [question.text]);
	if (!isNamed(quest.quest)) return none;
	const { place, giver, ...rest } = quest;
	const done = Array.isArray(quest.done) && !quest.done.every(({ f }) => offered.has(f)) ? false : quest.done;
	return {
		...rest,
		done,
		...(giver !== undefined && (giver === question.speaker || question.known.people.includes(giver)) ? { giver } : {}),
		...(place !== undefined && question.known.places.includes(place) ? { place } : {}),
	};
}

export function judge(question: NpcQuestion): NpcAnswer {
	const attitude = lineOf(question.text)?.attitude ?? 0;
	return {
		name: question.name,
		attitude,
		because: question.text.slice(0, 280),
	};
}
