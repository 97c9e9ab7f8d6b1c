// The graduation test: five conditions, all inside one window of 24 hours. The arch has to hold with the falsework gone, so each is
// counted by its strictest sensible reading, says what it saw, and says what is missing where it is not met.
import { formatCount, plural } from '../figures.ts';
import { MINUTE_MS, type MinuteTally, type SatsTally, type SessionTally } from './tally.ts';

export const CONDITIONS = ['perception', 'decision', 'narration', 'economy', 'operation'] as const;
export type ConditionName = (typeof CONDITIONS)[number];

export interface Condition {
	readonly name: ConditionName;
	/** What is asked, in a sentence. */
	readonly asks: string;
	readonly met: boolean;
	/** How far it is, in the unit of `need`; null where nothing was recorded that could be counted. */
	readonly have: number | null;
	readonly need: number;
	readonly unit: 'minutes' | 'outside calls' | 'sats';
	/** What was seen, with its numbers. */
	readonly evidence: string;
	/** What would meet it; '' when met. */
	readonly missing: string;
}
export interface Graduation {
	/** Milliseconds since 1970; whole minutes. */
	readonly from: number;
	readonly to: number;
	/** In the order of `CONDITIONS`. */
	readonly conditions: readonly Condition[];
	readonly graduated: boolean;
	/** A teacher, price or wallet was pretended in it. */
	readonly simulated: boolean;
}

export const WINDOW_MINUTES = 24 * 60;
/** Of a session, before the hour without model calls may begin. */
const WARM_UP_MINUTES = 15;
const HOUR_MINUTES = 60;
/** Answers of crystals in that hour: an hour in which nothing was looked at proves nothing. */
const SEEN_LEAST = 60;
/** A session with this many outside calls is one too many. */
const CALLS_LIMIT = 5;
/** A session shorter than this is no whole session. */
const SESSION_LEAST_MS = 3_600_000;
/** Minutes of progress unattended must be more. */
const PROGRESS_LIMIT = 23.5 * 60;
/** Windows are looked for this far apart, besides the one that ends now. */
const STEP_MINUTES = 15;

/** A window's minutes and the sessions that have some in it. */
interface Inside {
	readonly from: number;
	readonly to: number;
	readonly sessions: readonly { readonly of: SessionTally; readonly minutes: readonly MinuteTally[] }[];
	readonly minutes: readonly MinuteTally[];
	readonly sats: readonly SatsTally[];
}

/** @param fromMinute  minutes since 1970 */
export function graduation(sessions: readonly SessionTally[], fromMinute: number): Graduation {
	const toMinute = fromMinute + WINDOW_MINUTES;
	const here = sessions
		.map((of) => ({ of, minutes: of.minutes.filter(({ minute }) => minute >= fromMinute && minute < toMinute) }))
		.filter(({ minutes }) => minutes.length > 0);
	const inside: Inside = {
		from: fromMinute * MINUTE_MS,
		to: toMinute * MINUTE_MS,
		sessions: here,
		minutes: here.flatMap(({ minutes }) => minutes),
		sats: sessions.flatMap((of) => of.sats.filter(({ minute }) => minute >= fromMinute && minute < toMinute)),
	};
	const conditions = [perception(inside), decision(inside), narration(inside), economy(inside), operation(inside)];
	return {
		from: inside.from,
		to: inside.to,
		conditions,
		graduated: conditions.every(({ met }) => met),
		simulated: here.some(({ of }) => of.simulated),
	};
}

/**
 * The window that meets most, of those that lie a quarter of an hour apart: of equal ones that with most progress, then the newest.
 *
 * @param until  milliseconds since 1970; the last window ends with the minute that it lies in
 */
export function bestGraduation(sessions: readonly SessionTally[], until: number): Graduation {
	const last = Math.floor(until / MINUTE_MS) + 1 - WINDOW_MINUTES;
	const first = sessions.reduce((earliest, { minutes }) => Math.min(earliest, minutes[0]?.minute ?? last), last);
	let best = graduation(sessions, last);
	for (let from = Math.floor((last - 1) / STEP_MINUTES) * STEP_MINUTES; from > first - STEP_MINUTES; from -= STEP_MINUTES) {
		const next = graduation(sessions, from);
		if (worth(next) > worth(best)) best = next;
	}
	return best;
}

function worth({ conditions }: Graduation): number {
	const met = conditions.filter((c) => c.met).length;
	return met * 2 * WINDOW_MINUTES + (conditions.at(-1)?.have ?? 0);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((all, item) => all + of(item), 0);
}

function perception({ sessions }: Inside): Condition {
	const need = HOUR_MINUTES;
	let best = { minutes: 0, seen: 0, at: 0 };
	for (const { of, minutes } of sessions) {
		const by = new Map(minutes.map((m) => [m.minute, m]));
		if (of.startedAt === null) continue;
		const begin = Math.ceil(of.startedAt / MINUTE_MS) + WARM_UP_MINUTES;
		let run = { minutes: 0, seen: 0, at: 0 };
		for (let minute = Math.max(begin, minutes[0]?.minute ?? begin); minute <= (minutes.at(-1)?.minute ?? -1); minute++) {
			const now = by.get(minute);
			// A minute in which nothing was written, a pause say, neither breaks the hour nor is a part of it.
			if (now === undefined) continue;
			if (now.vlm > 0) run = { minutes: 0, seen: 0, at: 0 };
			else run = { minutes: run.minutes + 1, seen: run.seen + now.seen, at: run.minutes === 0 ? minute * MINUTE_MS : run.at };
			if (better(run, best)) best = run;
		}
	}
	const met = best.minutes >= need && best.seen >= SEEN_LEAST;
	const calls = sum(sessions, ({ minutes }) => sum(minutes, (m) => m.vlm));
	return {
		name: 'perception',
		asks: 'An hour of play without a vision model’s call, after minute 15 of a session.',
		met,
		have: Math.min(best.minutes, need),
		need,
		unit: 'minutes',
		evidence:
			best.minutes === 0
				? `No minute after minute 15 of a session was without such a call; ${plural(calls, 'call')} in the window.`
				: `${plural(best.minutes, 'minute')} in a row from ${clock(best.at)}, in which crystals answered ${plural(best.seen, 'perception question')}; ${plural(calls, 'call')} in the whole window. A model in the page counts as a call.`,
		missing: met
			? ''
			: best.minutes < need
				? `${plural(need - best.minutes, 'minute')} more in a row without a call for perception.`
				: `Only ${plural(best.seen, 'perception question')} came up in that hour; at least ${SEEN_LEAST} must.`,
	};
}

type Run = { readonly minutes: number; readonly seen: number };
function better(a: Run, b: Run): boolean {
	const whole = ({ minutes, seen }: Run): boolean => minutes >= HOUR_MINUTES && seen >= SEEN_LEAST;
	return whole(a) === whole(b) ? a.minutes > b.minutes : whole(a);
}

function decision({ sessions, from, to }: Inside): Condition {
	const need = CALLS_LIMIT;
	const whole = sessions
		.filter(({ of }) => (of.startedAt ?? -1) >= from && (of.endedAt ?? to) < to && (of.playedMs ?? 0) >= SESSION_LEAST_MS)
		.map(({ of, minutes }) => ({
			of,
			cloud: sum(minutes, (m) => m.cloud),
			local: sum(minutes, (m) => m.local),
			decided: sum(minutes, (m) => m.decided),
		}))
		.filter(({ decided }) => decided > 0)
		.toSorted((a, b) => a.cloud - b.cloud);
	const [best] = whole;
	const met = best !== undefined && best.cloud < need;
	return {
		name: 'decision',
		asks: 'A whole session of an hour at least with fewer than five calls outside.',
		met,
		have: best?.cloud ?? null,
		need,
		unit: 'outside calls',
		evidence:
			best === undefined
				? 'No session of an hour of play, in which anything was decided, began and ended inside the window.'
				: `Session ${best.of.session}: ${plural(best.cloud, 'call')} to the cloud in ${((best.of.playedMs ?? 0) / 3_600_000).toFixed(1)} hours and ${plural(best.decided, 'decision')}; besides ${plural(best.local, 'call')} to servers of this machine or network.`,
		missing: met
			? ''
			: best === undefined
				? 'A session of at least an hour that begins and ends inside the window.'
				: `${plural(best.cloud - need + 1, 'call')} fewer in one session.`,
	};
}

function narration({ minutes }: Inside): Condition {
	const spoken = sum(minutes, (m) => m.spoken);
	const outside = sum(minutes, (m) => m.cloudSpeech) + sum(minutes, (m) => m.spokenOutside);
	const met = outside === 0 && spoken > 0;
	return {
		name: 'narration',
		asks: 'No call outside for narration, speech or the judging of a line.',
		met,
		have: spoken === 0 ? null : outside,
		need: 0,
		unit: 'outside calls',
		evidence: `${plural(spoken, 'line')} spoken; ${plural(outside, 'call or line', 'calls or lines')} of the cloud.`,
		missing: met ? '' : spoken === 0 ? 'Nothing was said: at least one line must be spoken.' : 'A window in which every line is made here.',
	};
}

function economy({ sats: moved }: Inside): Condition {
	const earned = sum(moved, (s) => s.earnedMsat);
	const spent = sum(moved, (s) => s.spentMsat);
	const met = moved.length > 0 && earned > spent;
	return {
		name: 'economy',
		asks: 'More sats earned than spent on models.',
		met,
		have: moved.length === 0 ? null : (earned - spent) / 1000,
		need: 0.001,
		unit: 'sats',
		evidence:
			moved.length === 0
				? 'Not recorded yet: no movement of sats stands in the ledger.'
				: `${sats(earned)} earned, ${sats(spent)} spent, fees among them.`,
		missing: met
			? ''
			: moved.length === 0
				? 'A wallet or an import that tells what was earned.'
				: `${sats(spent - earned + 1)} more must be earned.`,
	};
}

function operation({ sessions }: Inside): Condition {
	const need = PROGRESS_LIMIT;
	const progress = new Set<number>();
	let attended = 0;
	for (const { of, minutes } of sessions) {
		const mine = minutes.filter((m) => m.progress && !m.attended);
		attended += minutes.filter((m) => m.attended).length;
		// A wall clock that was set forward makes minutes that nobody played: of a session that ended, no more count than it played.
		const played = of.playedMs === null ? Infinity : Math.ceil(of.playedMs / MINUTE_MS) + 1;
		for (const { minute } of mine.slice(0, played)) progress.add(minute);
	}
	const have = progress.size;
	const met = have > need;
	return {
		name: 'operation',
		asks: 'More than 23.5 hours of progress with nobody at hand.',
		met,
		have,
		need,
		unit: 'minutes',
		evidence: `${plural(have, 'minute')} in which the game’s state changed or an act was seen to work, and nobody took part; ${plural(attended, 'minute')} in which a person did.`,
		missing: met ? '' : `${plural(Math.floor(need) + 1 - have, 'minute')} more of progress in the same 24 hours.`,
	};
}

const sats = (msat: number): string =>
	`${formatCount(Math.floor(msat / 1000))}${msat % 1000 === 0 ? '' : `.${String(msat % 1000).padStart(3, '0')}`} sats`;
const clock = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
