// The real game for twenty minutes, and once more on the same store: how much of what is on the screen is known without a model.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playFlare } from '../../../e2e/flare/session.mjs';
import { countShare } from '../play-session.mjs';

const MINUTES = 20;
const SECOND_MINUTES = 5;
const PORT = 5965;

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const store = mkdtempSync(join(tmpdir(), 'falsework-flare-'));
	try {
		const first = await playFlare({ minutes: MINUTES, store, port: PORT, log });
		if (first.code !== 0) return { ok: false, seeds: [], results: { said: first.said } };
		const second = await playFlare({ minutes: SECOND_MINUTES, store, port: PORT, log });
		if (second.code !== 0) return { ok: false, seeds: [], results: { said: second.said } };
		const half = first.report.session.startedAt + (MINUTES / 2) * 60_000;
		const later = countShare(first.ticks, 'perception', half, Number.MAX_SAFE_INTEGER);
		const again = countShare(second.ticks, 'perception', 0, Number.MAX_SAFE_INTEGER);
		const shown = {
			'perception ≥ 95 % local over the second ten minutes': later.total > 0 && later.share >= 0.95,
			'perception ≥ 99 % local in a second session': again.total > 0 && again.share >= 0.99,
			'it acts on the real window': first.report.idle.acts > 0 && second.report.idle.acts > 0,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [],
			results: {
				simulated: 'the teacher stands in for a model: labelled frames found by a perceptual hash, a scripted policy',
				shown,
				minutes: [MINUTES, SECOND_MINUTES],
				secondTenMinutes: later,
				secondSession: again,
				requestsThatReachedTheTeacher: [first.requests, second.requests],
				metrics: [first.report.metrics, second.report.metrics],
				wrong: [first.report.wrong, second.report.wrong],
			},
		};
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
}
