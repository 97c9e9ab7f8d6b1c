// The real game: ten minutes of its routes, a scripted policy as the teacher. What is decided by rules at the end, and what is still asked.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playFlare } from '../../../e2e/flare/session.mjs';
import { byThirds } from './decisions.mjs';
import { screensOf } from './flare.mjs';

const MINUTES = 10;
const PORT = 5967;

/** @param {{log: (line: string) => void, minutes?: number}} options */
export async function run({ log, minutes = MINUTES }) {
	const store = mkdtempSync(join(tmpdir(), 'falsework-decisions-flare-'));
	try {
		const played = await playFlare({ minutes, store, port: PORT, log });
		if (played.code !== 0) return { ok: false, seeds: [], results: { said: played.said } };
		const { report, ticks } = played;
		const { thirds, stillAsked } = byThirds(played, minutes);
		const shown = {
			'decisions ≥ 80 % local in the last third': thirds[2].share >= 0.8,
			'it acts on the real window': report.idle.acts > 0,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [],
			results: {
				simulated: 'the teacher stands in for a model: labelled frames found by a perceptual hash, a scripted policy',
				shown,
				minutes,
				thirds,
				screens: screensOf(ticks),
				wrong: report.wrong,
				stillAsked,
			},
		};
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
}
