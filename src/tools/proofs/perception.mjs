// See once, template for ever: the practice game for twenty minutes and once more on the same store, and a patch half-way. Truth is
// the game's own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countShare, playPractice } from '../play-session.mjs';

const SEED = 11;
const MINUTES = 20;
const SECOND_MINUTES = 5;
const PATCH_SEED = 12;
const PATCH_MINUTES = 10;
const PORT = 5964;

const truthOf = (report) => report.wrong.byAsk.perception ?? { checked: 0, wrong: 0, acted: 0 };
const within = (ticks, ask, startedAt, from, to) => countShare(ticks, ask, startedAt + from * 60_000, startedAt + to * 60_000);

/** @param {{log: (line: string) => void}} options */
export async function run({ log }) {
	const stores = [];
	const freshStore = () => {
		const store = mkdtempSync(join(tmpdir(), 'falsework-perception-'));
		stores.push(store);
		return store;
	};
	const session = async (store, minutes, options) => {
		const played = await playPractice({ minutes, store, port: PORT, options, log });
		if (played.code !== 0)
			throw new Error(`A session of ${minutes} minutes with ${JSON.stringify(options)} failed: ${played.said.slice(-2000)}`);
		return played;
	};
	try {
		const store = freshStore();
		const first = await session(store, MINUTES, { seed: SEED });
		const second = await session(store, SECOND_MINUTES, { seed: SEED });
		const patched = await session(freshStore(), PATCH_MINUTES, { seed: PATCH_SEED, patchAt: (PATCH_MINUTES * 60) / 2 });

		const later = within(first.ticks, 'perception', first.report.session.startedAt, 10, 21);
		const again = countShare(second.ticks, 'perception', 0, Number.MAX_SAFE_INTEGER);
		const truth = truthOf(first.report);
		const truthAgain = truthOf(second.report);
		const checked = truth.checked + truthAgain.checked;
		const wrong = truth.acted + truthAgain.acted;
		const half = PATCH_MINUTES / 2;
		const began = patched.report.session.startedAt;
		const patch = {
			before: within(patched.ticks, 'perception', began, half - 1, half),
			after: within(patched.ticks, 'perception', began, half, half + 0.5),
			end: within(patched.ticks, 'perception', began, PATCH_MINUTES - 2, PATCH_MINUTES + 1),
			quarantined: patched.report.demoted.filter((d) => d.to === 'quarantined').length,
			truth: truthOf(patched.report),
		};
		const shown = {
			'perception ≥ 95 % local over the second ten minutes': later.share >= 0.95,
			'perception ≥ 99 % local in a second session': again.share >= 0.99,
			'≥ 300 acts checked against truth, ≤ 1 % wrong': checked >= 300 && wrong <= 0.01 * checked,
			'a patch half-way is noticed': patch.quarantined > 0 && patch.after.share < patch.before.share,
			'and learnt again': patch.end.share >= 0.95,
			'without a wrong act': patch.truth.checked > 0 && patch.truth.acted === 0,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [SEED, PATCH_SEED],
			results: {
				simulated: 'the teacher is scripted and its prices are simulated; truth is the practice game’s own',
				shown,
				minutes: [MINUTES, SECOND_MINUTES, PATCH_MINUTES],
				secondTenMinutes: later,
				secondSession: again,
				truth: { first: truth, second: truthAgain },
				callsPerMinute: first.report.metrics.cost.trend.map((m) => m.calls),
				patch,
				wrong: [first, second, patched].map((p) => p.report.wrong.examples),
			},
		};
	} finally {
		for (const store of stores) rmSync(store, { recursive: true, force: true });
	}
}
