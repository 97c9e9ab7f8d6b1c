// The practice game for ten minutes with the scripted teacher, then a second session on the same store. Truth is the game's own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countShare, playPractice } from '../play-session.mjs';

const SEED = 7;
const MINUTES = 10;
const SECOND_MINUTES = 3;
const PORT = 5963;

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const store = mkdtempSync(join(tmpdir(), 'falsework-loop-'));
	const session = (minutes) => playPractice({ minutes, store, port: PORT, options: { seed: SEED }, log });
	try {
		const first = await session(MINUTES);
		if (first.code !== 0) return { ok: false, seeds: [SEED], results: { said: first.said } };
		const second = await session(SECOND_MINUTES);
		if (second.code !== 0) return { ok: false, seeds: [SEED], results: { said: second.said } };
		const end = first.report.session.endedAt;
		const half = end - 5 * 60_000;
		const perception = countShare(first.ticks, 'perception', half, end + 1);
		const decision = countShare(first.ticks, 'decision', half, end + 1);
		const calls = first.report.metrics.cost.trend.map((m) => m.calls);
		const mean = (list) => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);
		const truth = first.report.wrong.byAsk.perception ?? { checked: 0, wrong: 0, acted: 0 };
		const truthAgain = second.report.wrong.byAsk.perception ?? { checked: 0, wrong: 0, acted: 0 };
		const opening = {
			first: countShare(first.ticks, 'perception', 0, first.report.session.startedAt + 60_000),
			second: countShare(second.ticks, 'perception', 0, second.report.session.startedAt + 60_000),
		};
		const shown = {
			'perception ≥ 90 % local over the last 5 minutes': perception.share >= 0.9,
			'decisions ≥ 70 % local over the last 5 minutes': decision.share >= 0.7,
			'calls per minute fall (second half below first)': mean(calls.slice(5, 10)) < mean(calls.slice(0, 5)),
			// `acted` counts the wrong ones that an act was decided on.
			'0 wrong perceptions acted upon': truth.checked > 0 && truth.acted === 0 && truthAgain.checked > 0 && truthAgain.acted === 0,
			'the second session starts where the first ended':
				opening.second.share > opening.first.share && second.report.metrics.perception.value >= 0.9,
			'no call without an artefact or a stated reason': first.report.calls.every((c) => c.artefact !== null || c.why !== ''),
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [SEED],
			results: {
				simulated: 'the teacher is scripted and its prices are simulated; truth is the practice game’s own',
				shown,
				minutes: MINUTES,
				perceptionLast5: perception,
				decisionLast5: decision,
				callsPerMinute: calls,
				perception: first.report.metrics.perception,
				decision: first.report.metrics.decision,
				narration: first.report.metrics.narration,
				truth,
				wrong: first.report.wrong.examples,
				idle: first.report.idle,
				secondSession: { minutes: SECOND_MINUTES, opening, metrics: second.report.metrics, truth: truthAgain },
			},
		};
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
}
