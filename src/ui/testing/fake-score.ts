import { TARGETS } from '../../core/scorecard.ts';
import type { ScoreView } from '../services.ts';

const CALLS = [34, 21, 14, 9, 6, 4, 3, 2];

const STANDING = { ms: 300_000, questions: 124, acts: 61, idle: 4, checked: 40, wrong: 1 };

/** Eight minutes of a session whose calls fall. */
export function fakeScore(): ScoreView {
	return {
		metrics: {
			perception: { value: 412 / 450, local: 412, total: 450, target: TARGETS.perception },
			decision: { value: 143 / 196, local: 143, total: 196, target: TARGETS.decision },
			narration: { value: null, local: 0, total: 0, target: TARGETS.narration },
			cost: {
				perHourUsd: 0.0731,
				calls: 93,
				callsPerHour: 724,
				sessions: { verdict: 'falling', n: 6, s: -13, p: 0.0083 },
				trend: CALLS.map((calls, minute) => ({ minute, calls, usd: calls * 0.0004 })),
			},
			skills: { new: 3, total: 11, target: TARGETS.skills },
		},
		minutes: CALLS.map((calls, minute) => ({
			minute,
			perception: { local: 20 + minute * 5, total: 20 + minute * 5 + Math.ceil(calls * 0.6) },
			decision: { local: 8 + minute * 2, total: 8 + minute * 2 + Math.floor(calls * 0.4) },
			narration: { local: 0, total: 0 },
			calls,
			deviceCalls: 0,
			usd: calls * 0.0004,
			unpriced: 0,
			rested: 600,
			acts: 24,
			idle: 3,
		})),
		wrong: { checked: 388, wrong: 1 },
		idle: { acts: 196, idle: 22 },
		rested: 5210,
		violations: 0,
		simulated: true,
		drill: {
			pulled: null,
			last: {
				startedAt: 0,
				endedAt: 300_000,
				minutes: 5,
				early: false,
				during: { ...STANDING, local: 118, device: 3, unanswered: 3, outside: 0 },
				before: { ...STANDING, local: 104, device: 2, unanswered: 0, outside: 18 },
			},
		},
	};
}
