// Reason once, rule for ever: the practice game with what it learns, and the same game with every decision asked. A saving counts only at
// equal play, so the share of local decisions stands beside ρ, the return against always asking: rounds won in an hour of the game.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countShare, playPractice } from '../play-session.mjs';

const SEED = 31;
/** Game time runs so much faster; an hour of it takes ten minutes. */
const SPEED = 6;
const MINUTES = 10;
/** Both play at once, on a core each: what slows one slows the other. */
const PORTS = [5966, 5968];

/** Times that a screen was entered, as the decisions tell. */
function entered(ticks, screen) {
	const screens = ticks.filter((t) => t.ask === 'decision' && t.screen !== undefined).map((t) => t.screen);
	return screens.filter((name, i) => name === screen && screens[i - 1] !== screen).length;
}

/** How decisions were made in each third of a session, and why the last one still asked. */
export function byThirds({ report, ticks }, minutes) {
	const edge = (n) => (n === 3 ? Number.MAX_SAFE_INTEGER : report.session.startedAt + (minutes * 60_000 * n) / 3);
	const asked = report.calls.filter(({ ask, at }) => ask === 'decision' && at >= edge(2));
	return {
		thirds: [0, 1, 2].map((n) => countShare(ticks, 'decision', edge(n), edge(n + 1))),
		stillAsked: [...new Set(asked.map(({ why }) => why))].slice(0, 20),
	};
}

/** @param {{log: (line: string) => void, minutes?: number}} options */
export async function run({ log, minutes = MINUTES }) {
	const session = async (port, more) => {
		const store = mkdtempSync(join(tmpdir(), 'falsework-decisions-'));
		try {
			const played = await playPractice({ minutes, store, port, options: { seed: SEED, speed: SPEED }, more, log });
			if (played.code !== 0) throw new Error(`A session of ${minutes} minutes failed: ${played.said.slice(-2000)}`);
			const { report, ticks } = played;
			const wins = entered(ticks, 'victory');
			return {
				report,
				wins,
				deaths: entered(ticks, 'dead'),
				winsAnHour: wins / ((minutes * SPEED) / 60),
				decisions: countShare(ticks, 'decision', 0, Number.MAX_SAFE_INTEGER),
				...byThirds(played, minutes),
			};
		} finally {
			rmSync(store, { recursive: true, force: true });
		}
	};
	const [ours, asking] = await Promise.all([session(PORTS[0], []), session(PORTS[1], ['--always-ask'])]);
	const rho = asking.wins === 0 ? null : ours.wins / asking.wins;
	const wrong = ours.report.wrong.byAsk.decision ?? { checked: 0, wrong: 0 };
	const lastThird = ours.thirds[2];
	const shown = {
		'decisions ≥ 80 % local in the last third': lastThird.share >= 0.8,
		'at ρ ≥ 0.98': rho !== null && rho >= 0.98,
		'every decision of the other session was asked': asking.decisions.local === 0 && asking.decisions.total > 0,
	};
	return {
		ok: Object.values(shown).every(Boolean),
		seeds: [SEED],
		results: {
			simulated: 'the teacher is scripted; what happens is the practice game’s own',
			shown,
			minutes,
			speed: SPEED,
			rho,
			ours: { wins: ours.wins, deaths: ours.deaths, winsAnHour: ours.winsAnHour, lastThird, thirds: ours.thirds, wrong },
			alwaysAsk: { wins: asking.wins, deaths: asking.deaths, winsAnHour: asking.winsAnHour, decisions: asking.decisions.total },
			stillAsked: ours.stillAsked,
		},
	};
}
