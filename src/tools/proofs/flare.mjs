// The real game: two runs of the same four minutes on one store. The second must ask perception at most a tenth as often.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playFlare } from '../../../e2e/flare/session.mjs';

const MINUTES = 4;
const PORT = 5962;

/** Screens a session passed through, without those that only flash by. */
export const screensOf = (ticks) =>
	[...new Set(ticks.filter((t) => t.ask === 'decision' && t.screen !== undefined).map((t) => t.screen))].sort();
export const callsOf = (report, ask) => report.calls.filter((c) => c.ask === ask).reduce((sum, c) => sum + c.requests, 0);

/** @param {{log: (line: string) => void, minutes?: number}} options */
export async function run({ log, minutes = MINUTES }) {
	const store = mkdtempSync(join(tmpdir(), 'falsework-flare-'));
	try {
		const first = await playFlare({ minutes, store, port: PORT, log });
		if (first.code !== 0) return { ok: false, seeds: [], results: { said: first.said } };
		const second = await playFlare({ minutes, store, port: PORT, log });
		if (second.code !== 0) return { ok: false, seeds: [], results: { said: second.said } };
		const asked = [callsOf(first.report, 'perception'), callsOf(second.report, 'perception')];
		const screens = [screensOf(first.ticks), screensOf(second.ticks)];
		const wanted = ['character', 'inventory', 'log', 'play', 'title'];
		const hp = second.ticks.filter((t) => t.ask === 'perception' && t.tier === 'crystal' && typeof t.facts?.hp === 'number').length;
		const shown = {
			'the second run asks perception at most a tenth as often': asked[1] <= asked[0] / 10,
			'it reaches the same screens': wanted.every((s) => screens[0].includes(s) && screens[1].includes(s)),
			'it reads its hit points by itself': hp > 0,
			'it acts on the real window': second.report.idle.acts > 0,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [],
			results: {
				simulated: 'the teacher stands in for a model: labelled frames found by a perceptual hash, a scripted policy',
				shown,
				minutes,
				perceptionCalls: asked,
				requestsThatReachedTheTeacher: [first.requests, second.requests],
				screens,
				hpReadByCrystal: hp,
				metrics: [first.report.metrics, second.report.metrics],
				wrong: [first.report.wrong, second.report.wrong],
			},
		};
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
}
