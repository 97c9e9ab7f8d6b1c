// Narration: phrases for what is usual, a model for what surprises, silence for the rest.
import { used } from '../crystals/lifecycle.ts';
import { makeSurprise, type SpokenLine, speakPhrase, type SurpriseState } from '../crystals/phrase/apply.ts';
import { crystallisePhrases, rehearse } from '../crystals/phrase/crystallise.ts';
import type { Phrase } from '../crystals/phrase/schema.ts';
import type { Random } from '../ports.ts';
import type { NarrationEvent } from '../question.ts';
import { type Desk, provenanceOf } from './desk.ts';
import type { Voice } from './loop.ts';

export interface VoiceOptions extends Desk {
	readonly random: Random;
	/** From the session before, in this scope. */
	readonly memory?: SurpriseState;
}

const EVENTS_KEPT = 200;
const LINES_KEPT = 60;
/** Lines that go with a question. */
const RECENT = 8;

export function makeVoice(o: VoiceOptions): Voice & { memory(): SurpriseState } {
	const { profile, crystals, clock, random } = o;
	const surprise = makeSurprise(o.memory === undefined ? {} : { from: o.memory });
	// Names that a line may hold though no value of the event gives them.
	const names = new Set(
		`${profile.name} ${profile.narration?.persona ?? ''} ${profile.goal}`.split(/[^\p{L}]+/u).filter((word) => /^\p{Lu}/u.test(word)),
	);
	let past: NarrationEvent[] = [];
	let said: SpokenLine[] = [];
	let episodes = 0;
	const phrases = (): Phrase[] => [...crystals.values()].filter((c): c is Phrase => c.kind === 'phrase');

	return {
		attempt(event) {
			const at = clock.now();
			const noted = surprise.note(event);
			const mine = phrases().filter((p) => p.data.event === event.type);
			// Each phrase shows on every event whether its slots can be filled: evidence that costs nothing.
			const episode = String(episodes++);
			for (const phrase of mine) {
				const step = rehearse(phrase, event, episode, at);
				if (step === undefined) continue;
				o.save(phrase);
				if (step.change !== undefined) o.changed(phrase, step.change);
			}
			past = [...past, event].slice(-EVENTS_KEPT);
			const spoken = speakPhrase(mine, event, { at, recent: said, random });
			const novel = noted.surprising && !(noted.firstOfKind && mine.length > 0);
			if (novel && surprise.take(at)) return { outcome: 'miss', reason: 'surprise', detail: noted.why };
			if (spoken.outcome === 'hit') {
				spoken.phrase.stat = used(spoken.phrase.stat, at);
				o.save(spoken.phrase);
				return { outcome: 'hit', used: [spoken.phrase.id], why: spoken.why, answer: { line: spoken.line, slots: {}, variants: [] } };
			}
			if (spoken.reason === 'no-crystal' && surprise.take(at)) return { outcome: 'miss', reason: 'no-crystal', detail: spoken.detail };
			return undefined;
		},
		question(event, frame, tick) {
			return {
				falsework: 1,
				ask: 'narration',
				game: profile.id,
				tick,
				frame: { id: frame.id, width: frame.width, height: frame.height },
				event,
				persona: profile.narration?.persona ?? 'a calm commentator',
				recent: said.slice(-RECENT).map((s) => s.line),
			};
		},
		crystallise(event, answer, receipt) {
			const at = clock.now();
			const done = crystallisePhrases({
				answer,
				event,
				phrases: phrases(),
				past,
				provenance: provenanceOf(receipt, at, 'narration'),
				scope: o.scope,
				at,
				id: () => o.newId('phrase'),
				allowed: names,
			});
			for (const phrase of [...done.made, ...done.changed]) o.save(phrase);
			return done.residue;
		},
		verify(answer) {
			return /[<>{}]/.test(answer.line) ? 'the line holds markup or braces' : undefined;
		},
		memory: () => surprise.state(),
		spoken(_event, line, by) {
			said = [...said, { phrase: by[0] ?? '', line, at: clock.now() }].slice(-LINES_KEPT);
		},
	};
}
