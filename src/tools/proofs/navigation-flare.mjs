// Journeys in the real game: a scripted policy walks about in its first area, then sends the hero to places it was at, twice each. What the
// hero walks through is known from pixels alone; the teacher answers no question for a way, so one that is asked is a failure.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TUTORED } from '../../../e2e/flare/launch.mjs';
import { playFlare } from '../../../e2e/flare/session.mjs';
import { callsOf } from './flare.mjs';

const MINUTES = 6;
const PORT = 5971;
const GOALS = 3;
const EAST = [900, 360];
const SOUTH = [640, 560];
const WEST = [380, 360];
const NORTH = [640, 160];
/**
 * Walked about before anybody is sent anywhere: round where it begins, and back. A step is up to 100 pixels. Aslant, since the player learns
 * what is answered alike six times in a row, and then asks no more.
 */
const STROLL = [
	[EAST, SOUTH, 3],
	[WEST, SOUTH, 4],
	[WEST, NORTH, 4],
	[EAST, NORTH, 4],
].flatMap(([one, other, pairs]) => Array(pairs).fill([one, other]).flat());

/** Walks about, then travels. What it answers is for here only: nobody is to learn a rule from it. */
function makeTraveller() {
	let strolled = 0;
	/** Places in the order in which they were first named. */
	const seen = [];
	const journeys = [];
	const states = {};
	let under;
	return {
		seen,
		journeys,
		states,
		policy({ screen, facts = {} }) {
			if (screen !== 'play') return undefined;
			const { place, 'nav.state': state = 'none' } = facts;
			states[state] = (states[state] ?? 0) + 1;
			if (typeof place === 'string' && !seen.includes(place)) seen.push(place);
			const answer = (act, reasoning) => ({
				act,
				options: [{ act, value: 1, ok: true }],
				because: [],
				unless: [],
				expects: [],
				until: [],
				scope: 'here',
				confidence: 0.1,
				missing: [],
				reasoning,
			});
			if (under !== undefined) {
				under.arrived = place === under.to;
				under.at = place ?? '';
				under = undefined;
			}
			const to = STROLL[strolled++];
			if (to !== undefined) return answer({ verb: 'walk', args: { to } }, 'A look about.');
			const goals = [seen[0], seen[Math.floor(seen.length / 2)], seen.at(-1)].filter(
				(name, i, all) => name !== undefined && all.indexOf(name) === i,
			);
			const round = Math.floor(journeys.length / Math.max(1, goals.length));
			if (goals.length < 2 || round >= 2) return answer({ verb: 'wait', args: { ms: 500 } }, 'Nowhere else to go.');
			under = { to: goals[journeys.length % goals.length], round: round + 1, arrived: false, at: '' };
			journeys.push(under);
			return answer({ verb: 'travel', args: { to: under.to } }, 'Back to where we were.');
		},
	};
}

/** @param {{log: (line: string) => void, minutes?: number, evidence?: string}} options  evidence: see `playFlare` */
export async function run({ log, minutes = MINUTES, evidence }) {
	const store = mkdtempSync(join(tmpdir(), 'falsework-navigation-flare-'));
	const traveller = makeTraveller();
	try {
		const { code, report, said } = await playFlare({
			minutes,
			store,
			port: PORT,
			log,
			policy: traveller.policy,
			statuses: TUTORED,
			...(evidence === undefined ? {} : { evidence }),
		});
		if (code !== 0) return { ok: false, seeds: [], results: { said } };
		const { journeys, seen, states } = traveller;
		const of = (round) => journeys.filter((journey) => journey.round === round);
		const arrived = (list) => list.filter((journey) => journey.arrived).length;
		const shown = {
			'places are known in the real game': seen.length >= 2,
			'journeys are made twice': of(2).length >= Math.min(2, GOALS),
			'the second asks no model the way': callsOf(report, 'route') === 0,
			'and arrives as often as the first, most times': arrived(of(2)) >= arrived(of(1)) && arrived(of(2)) > of(2).length / 2,
		};
		return {
			ok: Object.values(shown).every(Boolean),
			seeds: [],
			results: {
				simulated: 'the teacher stands in for a model: labelled frames found by a perceptual hash, a scripted policy',
				shown,
				minutes,
				places: seen,
				decisionsByState: states,
				journeys,
				routeCalls: callsOf(report, 'route'),
			},
		};
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
}
