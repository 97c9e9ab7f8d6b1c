// Narration: phrases for what is usual, a model for what surprises, silence for the rest.
import type { Attempt } from '../cascade.ts';
import { used } from '../crystals/lifecycle.ts';
import { APART_LINES, RECENT_LINES, type SpokenLine, speakPhrase } from '../crystals/phrase/apply.ts';
import { crystallisePhrases, rehearse } from '../crystals/phrase/crystallise.ts';
import type { Lexicon } from '../crystals/phrase/induce.ts';
import type { Phrase } from '../crystals/phrase/schema.ts';
import { beliefMoved, makeSurprise, type Pace, type SurpriseState } from '../crystals/phrase/surprise.ts';
import type { Rule } from '../crystals/rule/schema.ts';
import type { Random } from '../ports.ts';
import type { Profile } from '../profile.ts';
import { type NarrationAnswer, type NarrationEvent, questionHead } from '../question.ts';
import { type Desk, provenanceOf } from './desk.ts';
import type { Voice } from './loop.ts';

export interface VoiceOptions extends Desk {
	readonly random: Random;
	/** Lines an hour that a model may speak; 6 unless said. */
	readonly linesPerHour?: () => number;
	/** From the session before, in this scope. */
	readonly memory?: SurpriseState;
}

const EVENTS_KEPT = 200;
/** Lines that go with a question. */
const RECENT = 8;
const SAID_KEPT = 5;

export function makeVoice(o: VoiceOptions): Voice & { memory(): SurpriseState; pace(): Pace } {
	const { profile, crystals, clock, random } = o;
	const surprise = makeSurprise({
		...(o.linesPerHour === undefined ? {} : { perHour: o.linesPerHour }),
		...(o.memory === undefined ? {} : { from: o.memory }),
	});
	const lexicon = lexiconOf(profile);
	const cooldowns = profile.narration?.cooldowns ?? {};
	let past: NarrationEvent[] = [];
	let said: SpokenLine[] = [];
	let episodes = 0;
	let byType = new Map<string, Phrase[]>();
	let indexed = -1;
	/** What was believed of each rule at the event before. */
	const believed = new Map<string, { readonly k: number; readonly w: number }>();

	function phrasesFor(type: string): readonly Phrase[] {
		// Crystals come and go one at a time; a phrase that is retired stays among them.
		if (indexed !== crystals.size) {
			indexed = crystals.size;
			byType = new Map();
			for (const c of crystals.values()) {
				if (c.kind !== 'phrase') continue;
				const { event } = (c as Phrase).data;
				const there = byType.get(event);
				if (there === undefined) byType.set(event, [c as Phrase]);
				else there.push(c as Phrase);
			}
		}
		return byType.get(type) ?? [];
	}

	/** The farthest that what is believed of a rule has moved since the event before. */
	function moved(): number {
		let most = 0;
		for (const crystal of crystals.values()) {
			if (crystal.kind !== 'rule') continue;
			const { k, w } = crystal.stat;
			const before = believed.get(crystal.id);
			if (before?.k === k && before.w === w) continue;
			if (before !== undefined) most = Math.max(most, beliefMoved(before, { k, w }));
			believed.set(crystal.id, { k, w });
		}
		return most;
	}

	return {
		attempt(
			event,
			{ screen, used: acted, failed, asking },
		): Attempt<NarrationAnswer> | { readonly outcome: 'silence'; readonly why: string } {
			const at = clock.now();
			const mine = phrasesFor(event.type);
			if (mine.some((p) => p.state !== 'retired' && p.state !== 'trial')) surprise.told(event.type);
			const rule = acted.map((id) => crystals.get(id)).find((c) => c?.kind === 'rule') as Rule | undefined;
			const noted = surprise.note(event, { at, layer: rule?.data.layer ?? '', place: screen, moved: moved(), failed });
			// Each phrase shows on every event whether its slots can be filled: evidence that costs nothing.
			const episode = String(episodes++);
			for (const phrase of mine) {
				const step = rehearse(phrase, event, episode, at, lexicon.names);
				if (step === undefined) continue;
				o.save(phrase);
				if (step.change !== undefined) o.changed(phrase, step.change);
			}
			past = [...past, event].slice(-EVENTS_KEPT);
			const due = noted.surprising && !asking;
			if (due && surprise.take(at, noted.rare)) return { outcome: 'miss', reason: 'surprise', detail: noted.why };
			const seconds = cooldowns[event.type];
			const spoken = speakPhrase(mine, event, {
				at,
				recent: said,
				random,
				...(lexicon.names === undefined ? {} : { names: lexicon.names }),
				...(seconds === undefined ? {} : { cooldownMs: 1000 * seconds }),
			});
			const held = due
				? `${noted.why}; no line by a model is left now`
				: noted.surprising
					? `${noted.why}; another line is being asked for`
					: noted.why;
			if (spoken.outcome === 'miss') return { outcome: 'silence', why: `${spoken.detail}; ${held}` };
			spoken.phrase.stat = used(spoken.phrase.stat, at);
			spoken.phrase.data.said = [...(spoken.phrase.data.said ?? []), { at, line: spoken.line }].slice(-SAID_KEPT);
			o.save(spoken.phrase);
			return {
				outcome: 'hit',
				used: [spoken.phrase.id],
				why: `${spoken.why}; ${held}`,
				answer: { line: spoken.line, slots: {}, variants: [] },
			};
		},
		question(event, frame, tick) {
			return {
				...questionHead('narration', profile.id, tick, frame),
				event,
				persona: profile.narration?.persona ?? 'a calm commentator',
				recent: said.slice(-RECENT).map((s) => s.line),
			};
		},
		crystallise(event, answer, receipt) {
			const at = clock.now();
			const done = crystallisePhrases({
				answer: { ...answer, variants: answer.variants.filter(isWhole) },
				event,
				phrases: phrasesFor(event.type),
				past,
				provenance: provenanceOf(receipt, at, 'narration'),
				scope: o.scope,
				at,
				id: () => o.newId('phrase'),
				lexicon,
			});
			for (const phrase of [...done.made, ...done.changed]) o.save(phrase);
			return done.residue;
		},
		verify({ line }, event) {
			if (/[<>{}]/.test(line)) return 'the line holds markup or braces';
			if (!isWhole(line)) return 'the line is cut: end its last sentence';
			const lately = said.filter((s) => s.event === event.type).slice(-APART_LINES);
			return lately.some((s) => s.line === line) ? 'the line was said lately; say it in other words' : undefined;
		},
		memory: () => surprise.state(),
		pace: () => surprise.pace(),
		spoken(event, line, by) {
			surprise.told(event.type);
			said = [...said, { event: event.type, phrase: by[0] ?? '', line, at: clock.now() }].slice(-RECENT_LINES);
		},
	};
}

/** Small models write until they are stopped: half a sentence says nothing, and would be said again for good. */
function isWhole(line: string): boolean {
	return /[.!?…]["'”’)\]]*$/u.test(line);
}

/** What a line may speak of though no value of the event gives it, and what it may not. */
function lexiconOf(profile: Profile): Lexicon {
	// Names that a line may hold: the game's, its persona's.
	const allowed = new Set(
		`${profile.name} ${profile.narration?.persona ?? ''} ${profile.goal}`.split(/[^\p{L}]+/u).filter((word) => /^\p{Lu}/u.test(word)),
	);
	const things = new Set<string>();
	for (const { type, values, element } of profile.facts) {
		if (type === 'enum') for (const value of values ?? []) things.add(value.toLowerCase().replaceAll('-', ' '));
		if (type === 'count' && element !== undefined) things.add(element.replaceAll('-', ' '));
	}
	const names = new Map(Object.entries(profile.narration?.names ?? {}));
	for (const name of names.keys()) if (!things.has(name.toLowerCase())) allowed.delete(name);
	return { allowed, things, names };
}
