// The long ladder of perception crystals (reliability.md §6): ranks inside "autonomous", won by a sequential test that may be
// looked at after every sample, lost by a CUSUM over the re-checks. Pure: evidence in, evidence out.
//
// Where the ladder begins: four clean labels make a crystal autonomous (contracts.md "States"), which is rank probation. The
// long ladder's first test (32 clean) is not asked before that: it runs while the crystal answers, and until it is passed every
// answer is re-checked locally. Waiting for 32 clean answers of a model would buy the same certainty with 28 more calls.
import type { Ladder, Stat } from './crystal.ts';

/** Ranks of an autonomous crystal, lowest first; only the highest may serve an act that cannot be undone. */
export const RANKS = ['probation', 'trusted', 'sovereign'] as const;
export type Rank = (typeof RANKS)[number];

export interface SequentialTest {
	/** Error under which the crystal must not rise. */
	readonly p0: number;
	/** Error that it is tested for. */
	readonly p1: number;
	/** Chance of rising at an error of `p0`, at whatever sample one looks. */
	readonly alpha: number;
}
/** 32, 100 and 254 clean samples in a row pass them. */
export const TESTS: readonly SequentialTest[] = [
	{ p0: 0.1, p1: 0.01, alpha: 0.05 },
	{ p0: 0.05, p1: 0.005, alpha: 0.01 },
	{ p0: 0.02, p1: 0.002, alpha: 0.01 },
];
/** Tests passed from which on a crystal has the rank. */
const RANK_FROM: Readonly<Record<Rank, number>> = { probation: 0, trusted: 2, sovereign: 3 };
/** Samples must differ: another screen visit, or so much later. */
export const SAMPLE_GAP_MS = 10_000;
const TRUSTED_VISITS = 3;
const TRUSTED_SESSIONS = 2;

/** CUSUM: error that is tolerated, error that is to be found, height of the alarm. */
const TOLERATED = 0.01;
const BROKEN = 0.1;
export const ALARM_HEIGHT = 4.6;

/** Answers that are all re-checked at first, and again after an update, a resize or a week without use. */
export const FULL_CHECKS = 32;
const RATE_LEAST = 0.05;
export const IDLE_MS = 7 * 24 * 3_600_000;
export const FALLS_MOST = 3;
export const RELEARN_GAP_MS = 30 * 60_000;

export function freshLadder(falls = 0): Ladder {
	return { tested: 0, l: 0, s: 0, visits: 0, sessions: 0, at: 0, episode: '', session: '', full: FULL_CHECKS, falls, serves: false };
}
export function ladderOf(stat: Stat): Ladder {
	return stat.ladder ?? freshLadder();
}

/** One step of the log likelihood ratio. It never restarts by itself: that is what makes it valid at every sample (Ville). */
export function testStep(l: number, missed: boolean, { p0, p1 }: SequentialTest): number {
	return l + (missed ? Math.log(p1 / p0) : Math.log((1 - p1) / (1 - p0)));
}
export function testPassed(l: number, { alpha }: SequentialTest): boolean {
	return l >= Math.log(1 / alpha);
}

/** One step of the CUSUM; at `ALARM_HEIGHT` the crystal is quarantined. Two misses in a row reach it. */
export function cusumStep(s: number, missed: boolean): number {
	return Math.max(0, s + (missed ? Math.log(BROKEN / TOLERATED) : Math.log((1 - BROKEN) / (1 - TOLERATED))));
}

export interface Sample {
	readonly episode: string;
	/** Milliseconds since 1970. */
	readonly at: number;
	/** The session of play; samples of two are needed to be trusted. */
	readonly session?: string;
}

/** The ladder after one label. Every label counts for the alarm, only differing samples for a rise; a miss always differs. */
export function climb(stat: Stat, missed: boolean, { episode, at, session = '' }: Sample): Ladder {
	const before = ladderOf(stat);
	const s = cusumStep(before.s, missed);
	const differs = episode !== before.episode || at - before.at >= SAMPLE_GAP_MS;
	if (!differs && !missed) return { ...before, s };
	const visits = before.visits + (episode === before.episode ? 0 : 1);
	const sessions = before.sessions + (session === before.session && before.sessions > 0 ? 0 : 1);
	const test = TESTS[before.tested];
	const l = test === undefined ? 0 : testStep(before.l, missed, test);
	const next = { ...before, s, l, visits, sessions, at, episode, session };
	const known = before.tested + 1 < RANK_FROM.trusted || (visits >= TRUSTED_VISITS && sessions >= TRUSTED_SESSIONS);
	return test !== undefined && testPassed(l, test) && known ? { ...next, tested: before.tested + 1, l: 0 } : next;
}

/** True when the alarm rings: by the CUSUM, or at once for one that served acts that cannot be undone. */
export function rings(ladder: Ladder, missed: boolean): boolean {
	return ladder.s >= ALARM_HEIGHT || (missed && ladder.serves);
}

export function rankOf(stat: Stat): Rank {
	const { tested } = ladderOf(stat);
	return tested >= RANK_FROM.sovereign ? 'sovereign' : tested >= RANK_FROM.trusted ? 'trusted' : 'probation';
}

/** Share of its answers that are re-checked by a second local channel. */
export function recheckRate(stat: Stat, at: number): number {
	const idle = stat.lastUsedAt > 0 && at - stat.lastUsedAt >= IDLE_MS;
	if (ladderOf(stat).full > 0 || idle) return 1;
	return Math.min(1, Math.max(RATE_LEAST, 1 / Math.sqrt(Math.max(1, stat.used))));
}

/** One of the answers that are all re-checked has been. */
export function checked(stat: Stat, at: number): Stat {
	const ladder = ladderOf(stat);
	const idle = stat.lastUsedAt > 0 && at - stat.lastUsedAt >= IDLE_MS;
	const full = idle ? FULL_CHECKS : ladder.full;
	return full === 0 && ladder === stat.ladder ? stat : { ...stat, ladder: { ...ladder, full: Math.max(0, full - 1) } };
}
