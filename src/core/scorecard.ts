// The scorecard is sums over the ledger and has no other source: "why did this cost a call?" and "how sovereign are we?" are
// two readings of the same entries. Sums are kept up entry by entry; adding them up anew gives the same.
import { deviceCalls, type LedgerEntry, type QuestionEntry, TIERS, type TierName } from './ledger.ts';
import type { Ask } from './question.ts';
import { msatOf, type Rate } from './sats.ts';
import { type Trend, trendOf } from './trend.ts';

/** A milestone: this value, after so much play of a game, or so many weeks since its first session. */
export interface Milestone {
	readonly value: number;
	readonly afterHours?: number;
	readonly afterWeeks?: number;
}
export interface Share {
	/** local ÷ total; null while there is nothing to divide by. */
	readonly value: number | null;
	readonly local: number;
	readonly total: number;
	readonly target: readonly Milestone[];
}
export interface Metrics {
	readonly perception: Share;
	readonly decision: Share;
	readonly narration: Share;
	readonly cost: {
		/** null while no time was played, or where the price of a call is not known. */
		readonly perHourUsd: number | null;
		/** Requests sent to models outside the page, repairs and tries that failed included. */
		readonly calls: number;
		readonly callsPerHour: number | null;
		/** Whether an hour costs less from session to session, this one last. */
		readonly sessions: Trend;
		readonly trend: readonly { readonly minute: number; readonly calls: number; readonly usd: number | null }[];
	};
	readonly skills: { readonly new: number; readonly total: number; readonly target: readonly Milestone[] };
}

export const TARGETS = {
	perception: [
		{ value: 0.9, afterHours: 1 },
		{ value: 0.99, afterHours: 4 },
	],
	decision: [{ value: 0.8, afterWeeks: 4 }],
	narration: [{ value: 0.6, afterWeeks: 1 }],
	/** New skills in a session. */
	skills: [{ value: 5 }],
} as const satisfies Readonly<Record<string, readonly Milestone[]>>;

type Counted = 'perception' | 'decision' | 'narration';
interface Count {
	local: number;
	total: number;
}
/** Counts of one minute of play; pauses are left out, so minute 3 is the fourth minute played. */
export interface Minute {
	readonly minute: number;
	readonly perception: Readonly<Count>;
	readonly decision: Readonly<Count>;
	readonly narration: Readonly<Count>;
	readonly calls: number;
	/** Of tier `device`: shown, never counted as sovereign. */
	readonly deviceCalls: number;
	readonly usd: number;
	/** Calls whose price is not known. */
	readonly unpriced: number;
	readonly rested: number;
	readonly acts: number;
	readonly idle: number;
}
interface Verdicts {
	checked: number;
	wrong: number;
	acted: number;
}
interface Cost {
	n: number;
	usd: number;
	ms: number;
}

/** Sums so far. Changed in place by `accumulate`; JSON. */
export interface Sums {
	entries: number;
	minutes: Mutable<Minute>[];
	verdicts: Partial<Record<Ask, Verdicts>>;
	violations: number;
	refused: number;
	acts: number;
	idle: number;
	rested: number;
	simulated: boolean;
	unpriced: number;
	skillsNew: number;
	skillsTotal: number;
	interventions: number;
	sent: number;
	/** Answers of models, by ask: what one costs here. */
	paid: Partial<Record<Ask, Cost>>;
	/** Answers of crystals, by ask. */
	local: Partial<Record<Ask, Cost>>;
	byTier: Record<TierName | 'none', number>;
	misses: Record<string, number>;
	session: string;
	playedBefore: number;
	played: number;
	playingSince: number | null;
	at: number;
	/** Added to the times of entries, so that play goes on evenly where the clock was set anew. */
	shift: number;
	/** How often it was. */
	clockJumps: number;
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] extends Readonly<Count> ? Count : T[K] };

export function emptySums(): Sums {
	return {
		entries: 0,
		minutes: [],
		verdicts: {},
		violations: 0,
		refused: 0,
		acts: 0,
		idle: 0,
		rested: 0,
		simulated: false,
		unpriced: 0,
		skillsNew: 0,
		skillsTotal: 0,
		interventions: 0,
		sent: 0,
		paid: {},
		local: {},
		byTier: { ...(Object.fromEntries(TIERS.map((t) => [t, 0])) as Record<TierName, number>), none: 0 },
		misses: {},
		session: '',
		playedBefore: 0,
		played: 0,
		playingSince: null,
		at: 0,
		shift: 0,
		clockJumps: 0,
	};
}

/** Milliseconds of play up to a time, pauses left out. */
export function playedMs(sums: Sums, at = sums.at): number {
	return sums.playedBefore + sums.played + (sums.playingSince === null ? 0 : Math.max(0, at + sums.shift - sums.playingSince));
}

function minuteAt(sums: Sums, at: number): Mutable<Minute> {
	const minute = Math.floor(playedMs(sums, at) / 60_000);
	while (sums.minutes.length <= minute) {
		sums.minutes.push({
			minute: sums.minutes.length,
			perception: { local: 0, total: 0 },
			decision: { local: 0, total: 0 },
			narration: { local: 0, total: 0 },
			calls: 0,
			deviceCalls: 0,
			usd: 0,
			unpriced: 0,
			rested: 0,
			acts: 0,
			idle: 0,
		});
	}
	return sums.minutes[minute] as Mutable<Minute>;
}

/** While something is played no entry comes so much later than the one before, */
const AHEAD_MOST_MS = 3 * 3_600_000;
/** nor so much earlier: what took its number first and was written last may be some minutes late. */
const BEHIND_MOST_MS = 600_000;

/** The wall clock may be set: play neither jumps ahead with it nor back. */
function keepTime(sums: Sums, entry: LedgerEntry): void {
	const ahead = entry.at - sums.at;
	const begins = entry.type === 'session' && entry.session !== sums.session;
	if (begins) sums.shift = 0;
	else if (sums.playingSince !== null && (ahead > AHEAD_MOST_MS || ahead < -BEHIND_MOST_MS)) {
		sums.shift -= ahead;
		sums.at = entry.at;
		sums.clockJumps++;
		return;
	}
	// Nothing was played until it: whatever the clock did meanwhile is no matter.
	sums.at = sums.playingSince === null || begins ? entry.at : Math.max(sums.at, entry.at);
}

/** Adds one entry to the sums, and gives them back. Entries come in the ledger's order. */
export function accumulate(sums: Sums, entry: LedgerEntry): Sums {
	sums.entries++;
	keepTime(sums, entry);
	const minute = minuteAt(sums, entry.at);
	switch (entry.type) {
		case 'session':
			if (entry.session !== sums.session) {
				sums.playedBefore += sums.played;
				sums.played = 0;
				sums.session = entry.session;
			}
			sums.played = entry.playedMs;
			if (entry.event === 'started' && entry.skills !== undefined) sums.skillsTotal = entry.skills;
			sums.playingSince = entry.event === 'started' || entry.event === 'resumed' ? entry.at + sums.shift : null;
			break;
		case 'question':
			addQuestion(sums, minute, entry);
			break;
		case 'spoken':
			minute.narration.total++;
			if (entry.tier === 'crystal') minute.narration.local++;
			break;
		case 'verdict': {
			const verdicts = (sums.verdicts[entry.ask] ??= { checked: 0, wrong: 0, acted: 0 });
			verdicts.checked++;
			if (entry.wrong) verdicts.wrong++;
			if (entry.wrong && entry.acted) verdicts.acted++;
			break;
		}
		case 'act':
			sums.acts++;
			minute.acts++;
			if (entry.idle) {
				sums.idle++;
				minute.idle++;
			}
			break;
		case 'rested':
			sums.rested += entry.ticks;
			minute.rested += entry.ticks;
			break;
		case 'state':
			if (entry.kind === 'skill') {
				if (entry.to === 'autonomous') {
					if (entry.again !== true) sums.skillsNew++;
					sums.skillsTotal++;
				} else if (entry.from === 'autonomous') sums.skillsTotal--;
			}
			break;
		case 'intervention':
			sums.interventions++;
			break;
		case 'sent':
			sums.sent++;
			break;
		case 'drill':
		case 'sats':
		case 'silent':
		case 'strike':
			break; // told of elsewhere: nothing is counted
	}
	return sums;
}

function addQuestion(sums: Sums, minute: Mutable<Minute>, entry: QuestionEntry): void {
	sums.byTier[entry.tier ?? 'none']++;
	if (entry.ask === 'perception' || entry.ask === 'decision') {
		minute[entry.ask].total++;
		if (entry.tier === 'crystal') minute[entry.ask].local++;
	}
	const device = deviceCalls(entry);
	minute.deviceCalls += device;
	minute.calls += entry.calls - device;
	if (entry.usd === null) {
		minute.unpriced += entry.calls;
		sums.unpriced += entry.calls;
	} else minute.usd += entry.usd;
	if (entry.violation) sums.violations++;
	if (entry.tier === null) sums.refused++;
	if (entry.simulated) sums.simulated = true;
	const first = entry.misses[0];
	if (first !== undefined) sums.misses[first.reason] = (sums.misses[first.reason] ?? 0) + 1;
	if (entry.tier !== null) {
		const cost = ((entry.tier === 'crystal' ? sums.local : sums.paid)[entry.ask] ??= { n: 0, usd: 0, ms: 0 });
		cost.n++;
		cost.usd += entry.usd ?? 0;
		cost.ms += entry.latencyMs;
	}
}

/** Shorter sessions say nothing about an hour. */
const LEAST_PLAY_MS = 60_000;

/** A session's figure for the trend; none where it was too short or its price is not known. */
export function hourlyCost(playedMs: number, perHourUsd: number | null): number[] {
	return playedMs < LEAST_PLAY_MS || perHourUsd === null ? [] : [perHourUsd];
}

/** The sums of a whole ledger. */
export function sumUp(entries: Iterable<LedgerEntry>): Sums {
	let sums = emptySums();
	for (const entry of entries) sums = accumulate(sums, entry);
	return sums;
}

export interface Wrong {
	readonly checked: number;
	readonly wrong: number;
	/** Wrong ones that an act was decided on. */
	readonly acted: number;
}
export interface Scorecard {
	readonly session: string;
	readonly metrics: Metrics;
	/** Requests to models outside the page. */
	readonly calls: number;
	readonly deviceCalls: number;
	/** Answers held against something other than the actor. */
	readonly wrong: Wrong & { readonly byAsk: Readonly<Partial<Record<Ask, Wrong>>> };
	/** Share of acts that did nothing; null before the first act. */
	readonly idle: { readonly value: number | null; readonly idle: number; readonly acts: number };
	/** Ticks on which nothing watched had changed. */
	readonly rested: number;
	/** Questions that nobody could answer. */
	readonly unanswered: number;
	/** Calls that left neither an artefact nor a reason. */
	readonly violations: number;
	/** What the crystals' answers would have cost at the mean price and time of the models' answers here; null without one. */
	readonly saved: { readonly usd: number | null; readonly msat: number | null; readonly ms: number | null };
	readonly spentUsd: number | null;
	readonly playedMs: number;
	readonly simulated: boolean;
	/** How often the clock of this computer was set during play; play is counted on evenly. */
	readonly clockJumps: number;
	readonly minutes: readonly Minute[];
	/** First reason for which crystals did not answer, and how often. */
	readonly misses: Readonly<Record<string, number>>;
	readonly updatedAt: number;
}

/**
 * What the sums say.
 *
 * @param at  the time they are read, which hours of play run up to; the last entry's unless given
 * @param before  what an hour cost in the sessions before, oldest first
 * @param rate  what dollars are in sats; without one nothing is told in them
 */
export function scorecard(sums: Sums, at = sums.at, before: readonly number[] = [], rate?: Rate): Scorecard {
	const played = playedMs(sums, at);
	const hours = played / 3_600_000;
	const of = (what: Counted): Share => {
		const local = add(sums.minutes, (m) => m[what].local);
		const total = add(sums.minutes, (m) => m[what].total);
		return { value: total === 0 ? null : local / total, local, total, target: TARGETS[what] };
	};
	const calls = add(sums.minutes, (m) => m.calls);
	const spentUsd = sums.unpriced > 0 ? null : add(sums.minutes, (m) => m.usd);
	const perHourUsd = hours > 0 && spentUsd !== null ? spentUsd / hours : null;
	const byAsk = sums.verdicts;
	const all = Object.values(byAsk);
	return {
		session: sums.session,
		metrics: {
			perception: of('perception'),
			decision: of('decision'),
			narration: of('narration'),
			cost: {
				perHourUsd,
				calls,
				callsPerHour: hours > 0 ? calls / hours : null,
				sessions: trendOf([...before, ...hourlyCost(played, perHourUsd)]),
				trend: sums.minutes.map((m) => ({ minute: m.minute, calls: m.calls, usd: m.unpriced > 0 ? null : m.usd })),
			},
			skills: { new: sums.skillsNew, total: sums.skillsTotal, target: TARGETS.skills },
		},
		calls,
		deviceCalls: add(sums.minutes, (m) => m.deviceCalls),
		wrong: { checked: add(all, (v) => v.checked), wrong: add(all, (v) => v.wrong), acted: add(all, (v) => v.acted), byAsk },
		idle: { value: sums.acts === 0 ? null : sums.idle / sums.acts, idle: sums.idle, acts: sums.acts },
		rested: sums.rested,
		unanswered: sums.refused,
		violations: sums.violations,
		saved: savings(sums, rate),
		spentUsd,
		playedMs: played,
		simulated: sums.simulated,
		clockJumps: sums.clockJumps,
		minutes: sums.minutes,
		misses: sums.misses,
		updatedAt: at,
	};
}

function savings(sums: Sums, rate: Rate | undefined): Scorecard['saved'] {
	let usd: number | null = null;
	let ms: number | null = null;
	for (const [ask, local] of Object.entries(sums.local) as [Ask, Cost][]) {
		const paid = sums.paid[ask];
		if (paid === undefined || paid.n === 0) continue;
		if (sums.unpriced === 0) usd = (usd ?? 0) + (local.n * paid.usd) / paid.n;
		ms = (ms ?? 0) + Math.max(0, (local.n * paid.ms) / paid.n - local.ms);
	}
	return { usd, msat: usd === null || rate === undefined ? null : msatOf(usd, rate), ms };
}

function add<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((sum, item) => sum + of(item), 0);
}
