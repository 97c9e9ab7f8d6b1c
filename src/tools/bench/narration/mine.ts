// The product's phrases over a stream of messages: learnt from the first so many, held against those that follow.
import type { Provenance, Scope } from '../../../core/crystals/crystal.ts';
import { fill, RECENT_LINES, speakPhrase, type SpokenLine } from '../../../core/crystals/phrase/apply.ts';
import { used } from '../../../core/crystals/lifecycle.ts';
import { crystallisePhrases, rehearse } from '../../../core/crystals/phrase/crystallise.ts';
import type { Phrase } from '../../../core/crystals/phrase/schema.ts';
import type { FactValue, NarrationEvent } from '../../../core/question.ts';
import { seeded } from '../../../core/random.fixture.ts';

export interface Line {
	readonly text: string;
	readonly values: Readonly<Record<string, FactValue>>;
}

const scope: Scope = { game: 'nethack', gameVersion: 'any', language: 'en', layout: 'any' };
const provenance: Provenance = {
	at: 0,
	ask: 'narration',
	entry: 1,
	tier: 'local',
	model: "NetHack's own messages",
	frameHash: '',
	promptTokens: 0,
	completionTokens: 0,
	usd: 0,
};

/** One type for all: what kind of event it is, is for the tree to find. */
const eventOf = ({ values }: Line): NarrationEvent => ({ ...values, type: 'message' });

export interface Mined {
	readonly phrases: readonly Phrase[];
	/** Milliseconds of each line. */
	readonly ms: readonly number[];
}

/** Each line as if a model had said it of its event. */
export function mine(lines: readonly Line[], from: readonly Phrase[] = []): Mined {
	const phrases = [...from];
	const ms: number[] = [];
	let ids = from.length;
	for (const [i, line] of lines.entries()) {
		const begun = performance.now();
		const { made } = crystallisePhrases({
			answer: { line: line.text, slots: {}, variants: [] },
			event: eventOf(line),
			phrases,
			past: [],
			provenance: { ...provenance, entry: i + 1 },
			scope,
			at: i,
			id: () => `phrase-${++ids}`,
			waitingMost: lines.length,
		});
		ms.push(performance.now() - begun);
		phrases.push(...made);
	}
	return { phrases, ms };
}

/** Whether a template in service makes this very line from the event's values. */
export function covers(phrases: readonly Phrase[], line: Line): boolean {
	const event = eventOf(line);
	return phrases.some((p) => p.data.open.length === 0 && fill(p.data, event) === line.text);
}

/** Words that belong to the name of a thing, beside those of the game's tables. */
const NAMING =
	/\b(?:an?|the|your|some|poor|blessed|uncursed|cursed|pairs?|of|potions?|scrolls?|spellbooks?|wands?|rings?|gems?|statues?|corpses?)\b/g;

/** A line without what it names: what is left is the kind of message. */
function kindOf({ text, values }: Line): string {
	const names = Object.values(values)
		.filter((value) => typeof value === 'string')
		.sort((a, b) => b.length - a.length);
	return names
		.reduce((left, name) => left.replaceAll(name, '*'), text)
		.toLowerCase()
		.replace(NAMING, '*')
		.replace(/[+-]?\d+|\*e?s\b/g, '*')
		.replace(/\*(?:[\s:()]*\*)*/g, '*');
}

/** Whether the like of each line was among those learnt, whatever it names. */
export function ofKnownKind(learnt: readonly Line[], next: readonly Line[]): boolean[] {
	const kinds = new Set(learnt.map(kindOf));
	return next.map((line) => kinds.has(kindOf(line)));
}

export interface Narrated {
	readonly spoken: number;
	/** A template was there, and was said lately. */
	readonly held: number;
	readonly without: number;
	/** Templates said again within 20 lines. */
	readonly repeats: number;
}

/** The lines that follow, spoken by the templates: what kind of event one is shows by the template that covers it. */
export function narrate(phrases: readonly Phrase[], lines: readonly Line[], seed: number): Narrated {
	const random = seeded(seed);
	let recent: SpokenLine[] = [];
	const counts = { spoken: 0, held: 0, without: 0, repeats: 0 };
	for (const [i, line] of lines.entries()) {
		// A line each thirty seconds: the pace of somebody who comments on a game.
		const at = 1_700_000_000_000 + i * 30_000;
		const event = eventOf(line);
		const fits = phrases.filter((p) => p.data.open.length === 0 && fill(p.data, event) === line.text);
		if (fits.length === 0) {
			counts.without++;
			continue;
		}
		for (const phrase of fits) for (let e = 0; e < 4; e++) rehearse(phrase, event, `${i} ${e}`, at);
		const attempt = speakPhrase(fits, event, { at, recent, random, cooldownMs: 0 });
		if (attempt.outcome === 'miss') {
			counts.held++;
			continue;
		}
		const { phrase } = attempt;
		if (recent.slice(-20).some((s) => s.phrase === phrase.id)) counts.repeats++;
		phrase.stat = used(phrase.stat, at);
		recent = [...recent, { event: event.type, phrase: phrase.id, line: attempt.line, at }].slice(-RECENT_LINES);
		counts.spoken++;
	}
	return counts;
}
