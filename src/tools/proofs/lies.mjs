// A teacher that lies in every tenth answer, by boxes 20 pixels off or by swapped names: what is acted on stays right. Truth is the
// practice game's own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countShare, playPractice } from '../play-session.mjs';

const SEED = 13;
const MINUTES = 20;
const LIES = 0.1;
const PORT = 5966;

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const store = mkdtempSync(join(tmpdir(), 'falsework-lies-'));
	try {
		const options = { seed: SEED, lies: LIES };
		const { code, said, report, ticks } = await playPractice({ minutes: MINUTES, store, port: PORT, options, log });
		if (code !== 0) return { ok: false, seeds: [SEED], results: { said } };
		const truth = report.wrong.byAsk.perception ?? { checked: 0, wrong: 0, acted: 0 };
		const half = report.session.startedAt + (MINUTES / 2) * 60_000;
		const shown = {
			'≥ 300 acts checked against truth': truth.checked >= 300,
			'≤ 1 % of them wrong': truth.checked > 0 && truth.acted <= 0.01 * truth.checked,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [SEED],
			results: {
				simulated: 'the teacher is scripted and its prices are simulated; truth is the practice game’s own',
				shown,
				minutes: MINUTES,
				lies: LIES,
				truth,
				secondHalf: countShare(ticks, 'perception', half, Number.MAX_SAFE_INTEGER),
				callsPerMinute: report.metrics.cost.trend.map((m) => m.calls),
				demoted: report.demoted.length,
				wrong: report.wrong.examples,
			},
		};
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
}
