// Falsework in the bench: the very reasoner that decides in the page, with a fact table and nothing else around it.
import type { Provenance } from '../../../core/crystals/crystal.ts';
import { type FactTable, makeFactTable } from '../../../core/facts/snapshot.ts';
import { type DecisionAnswer, plainAnswer } from '../../../core/question.ts';
import { type Decision, makeReasoner, type Point } from '../../../core/reasoning/reasoner.ts';
import type { Tuning } from '../../../core/reasoning/tuning.ts';
import type { Contending, Occasion } from './contender.ts';
import { randomOf } from '../../statistics.ts';
import { HOUR } from './play.ts';
import type { Description, Teaching } from './world.ts';

const POINT_MS = 3_600_000 / HOUR;

/** @param tuning  what differs from the values of play */
export function falsework(tuning?: Partial<Tuning>): Contending {
	return (description, seed) => {
		let now = 0;
		const clock = { now: () => now, monotonic: () => now };
		const table = tableOf(description);
		const scope = { game: description.name, gameVersion: 'any', language: 'en', layout: 'any' };
		let made = 0;
		const reasoner = makeReasoner({
			table,
			actions: description.actions.map(({ verb, args }) => ({ verb, ...(args === undefined ? {} : { args }) })),
			random: { next: randomOf(seed) },
			clock,
			scope,
			newId: (kind) => `${kind}-${made++}`,
			...(tuning === undefined ? {} : { tuning }),
		});
		let episode = -1;
		let decision: Decision | undefined;
		let again = false;
		const pointOf = ({ episode: inEpisode, lesson, place, point }: Occasion): Point => ({
			facts: table.snapshot(now).values,
			...(lesson === undefined ? { episode: String(inEpisode) } : { episode: `${inEpisode} ${lesson}`, partial: true }),
			place: `${inEpisode} ${place}`,
			n: point,
		});
		return {
			who: 'falsework',
			get again() {
				return again;
			},
			decide(occasion) {
				const { facts, episode: inEpisode, point } = occasion;
				now = point * POINT_MS;
				if (inEpisode !== episode) for (const { id } of table.all) table.forget(id);
				episode = inEpisode;
				for (const { id } of description.facts) {
					const value = Object.hasOwn(facts, id) ? facts[id] : undefined;
					if (value === undefined) table.forget(id);
					else table.observe(id, value, now);
				}
				decision = reasoner.decide(pointOf(occasion));
				if (decision.outcome !== 'hit') return undefined;
				return {
					act: decision.act,
					confidence: decision.score,
					tried: decision.probability < 1,
					...(decision.audit ? { audit: decision.auditChance } : {}),
				};
			},
			learn(occasion, answer) {
				again = reasoner.learn(pointOf(occasion), answerOf(answer), provenanceOf(occasion.point, now), decision).again !== undefined;
			},
		};
	};
}

/** A fact table as a profile with these facts would give. */
export function tableOf({ facts }: Pick<Description, 'facts'>): FactTable {
	return makeFactTable({
		facts: facts.map(({ id, kind, values, words }) => ({
			name: id,
			type: kind,
			about: id,
			...(values === undefined ? {} : { values: [...values] }),
			...(words === undefined ? {} : { words: [...words] }),
		})),
	});
}

function answerOf({ act, ok, because, unless = [] }: Teaching): DecisionAnswer {
	const options = ok.map((one) => ({ act: one, value: 0, ok: true }));
	return plainAnswer(act, { options, because: [...because], unless: [...unless], confidence: 0.9 });
}

function provenanceOf(entry: number, at: number): Provenance {
	return {
		at,
		ask: 'decision',
		entry,
		tier: 'local',
		model: 'teacher',
		frameHash: '',
		promptTokens: 0,
		completionTokens: 0,
		usd: 0,
	};
}
