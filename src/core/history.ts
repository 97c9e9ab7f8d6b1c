// A game's sessions, one line each, out of the one ledger: what a report is held against and what the trend is taken of.
import type { LedgerEntry } from './ledger.ts';
import { hourlyCost, scorecard, sumUp } from './scorecard.ts';

export interface Ratio {
	readonly local: number;
	readonly total: number;
}
export interface SessionLine {
	readonly session: string;
	/** Milliseconds since 1970, of its first entry. */
	readonly startedAt: number;
	readonly playedMs: number;
	/** False while it runs, and where the page went away before it could end. */
	readonly ended: boolean;
	readonly perception: Ratio;
	readonly decision: Ratio;
	readonly narration: Ratio;
	/** Requests to models outside the page. */
	readonly calls: number;
	readonly callsPerHour: number | null;
	/** null: the price of a call is not known. */
	readonly usd: number | null;
	readonly perHourUsd: number | null;
	readonly wrong: { readonly checked: number; readonly wrong: number };
	readonly idle: { readonly idle: number; readonly acts: number };
	readonly skills: { readonly new: number; readonly total: number };
	readonly simulated: boolean;
}

/** @param entries  of one game, in the ledger's order; sessions come out by their first entry */
export function sessionsOf(entries: Iterable<LedgerEntry>): SessionLine[] {
	const by = new Map<string, LedgerEntry[]>();
	for (const entry of entries) {
		const mine = by.get(entry.session);
		if (mine === undefined) by.set(entry.session, [entry]);
		else mine.push(entry);
	}
	return [...by].map(([session, mine]) => lineOf(session, mine)).toSorted((a, b) => a.startedAt - b.startedAt);
}

function lineOf(session: string, entries: readonly LedgerEntry[]): SessionLine {
	const card = scorecard(sumUp(entries));
	const { perception, decision, narration, cost, skills } = card.metrics;
	const ratio = ({ local, total }: Ratio): Ratio => ({ local, total });
	return {
		session,
		startedAt: entries[0]?.at ?? 0,
		playedMs: card.playedMs,
		ended: entries.some((e) => e.type === 'session' && e.event === 'ended'),
		perception: ratio(perception),
		decision: ratio(decision),
		narration: ratio(narration),
		calls: card.calls,
		callsPerHour: cost.callsPerHour,
		usd: card.spentUsd,
		perHourUsd: cost.perHourUsd,
		wrong: { checked: card.wrong.checked, wrong: card.wrong.wrong },
		idle: { idle: card.idle.idle, acts: card.idle.acts },
		skills: { new: skills.new, total: skills.total },
		simulated: card.simulated,
	};
}

/** What an hour of play cost, oldest first; sessions too short or of unknown price are left out. */
export function hourlyCosts(lines: readonly SessionLine[]): number[] {
	return lines.flatMap((line) => hourlyCost(line.playedMs, line.perHourUsd));
}

/** What became of a figure since the session before. */
export interface Change {
	readonly name: string;
	readonly before: number | null;
	readonly now: number | null;
	/** How it is to be read. */
	readonly unit: 'share' | 'usd' | 'count';
	/** Whether more of it is better. */
	readonly more: 'better' | 'worse';
	/** What a share is of: `local of total`, before and now. */
	readonly of?: { readonly before: Ratio; readonly now: Ratio };
}

/** The figures of a session beside those of the one before. */
export function changesOf(before: SessionLine, now: SessionLine): Change[] {
	const share = (name: string, of: (line: SessionLine) => Ratio, more: Change['more'] = 'better'): Change => {
		const value = ({ local, total }: Ratio): number | null => (total === 0 ? null : local / total);
		return { name, unit: 'share', more, before: value(of(before)), now: value(of(now)), of: { before: of(before), now: of(now) } };
	};
	const figure = (name: string, unit: Change['unit'], more: Change['more'], of: (line: SessionLine) => number | null): Change => ({
		name,
		unit,
		more,
		before: of(before),
		now: of(now),
	});
	return [
		share('Perception sovereignty', (l) => l.perception),
		share('Decision sovereignty', (l) => l.decision),
		share('Narration sovereignty', (l) => l.narration),
		figure('API cost an hour', 'usd', 'worse', (l) => l.perHourUsd),
		figure('Calls an hour', 'count', 'worse', (l) => l.callsPerHour),
		figure('Skills in the library', 'count', 'better', (l) => l.skills.total),
		share('Wrong answers', (l) => ({ local: l.wrong.wrong, total: l.wrong.checked }), 'worse'),
		share('Idle acts', (l) => ({ local: l.idle.idle, total: l.idle.acts }), 'worse'),
	];
}

/** One of the founding document's rows: what a week of play was to cost and to do by itself. */
export interface Projected {
	/** Weeks since the game's first session; null: where it is to end. */
	readonly week: number | null;
	readonly callsPerHour: number;
	readonly localPerHour: number;
	readonly sovereignty: number;
	readonly perHourUsd: number;
}

/** The projection that Falsework was founded on, and is measured against. Source: the founding document's cost table. */
export const PROJECTION: readonly Projected[] = [
	{ week: 1, callsPerHour: 720, localPerHour: 80, sovereignty: 0.1, perHourUsd: 0.4 },
	{ week: 2, callsPerHour: 400, localPerHour: 400, sovereignty: 0.5, perHourUsd: 0.22 },
	{ week: 4, callsPerHour: 160, localPerHour: 640, sovereignty: 0.8, perHourUsd: 0.09 },
	{ week: 8, callsPerHour: 40, localPerHour: 760, sovereignty: 0.95, perHourUsd: 0.02 },
	{ week: null, callsPerHour: 20, localPerHour: 780, sovereignty: 0.97, perHourUsd: 0.01 },
];

const WEEK_MS = 7 * 24 * 3_600_000;

/** From 1, counted from the first session. */
const weekOf = (firstSessionAt: number, at: number): number => 1 + Math.max(0, Math.floor((at - firstSessionAt) / WEEK_MS));

/** What the sessions of a week come to, those that began in it. */
export interface WeekLine
	extends Pick<
		SessionLine,
		'playedMs' | 'perception' | 'decision' | 'narration' | 'calls' | 'callsPerHour' | 'usd' | 'perHourUsd' | 'wrong' | 'idle' | 'simulated'
	> {
	readonly week: number;
	readonly sessions: number;
	readonly skillsNew: number;
	readonly projected: Projected;
}

/** @param sessions  all of a game's, by their beginning; weeks without one are left out */
export function weeksOf(sessions: readonly SessionLine[]): WeekLine[] {
	const first = sessions[0]?.startedAt ?? 0;
	const weeks = new Map<number, SessionLine[]>();
	for (const line of sessions) {
		const week = weekOf(first, line.startedAt);
		weeks.set(week, [...(weeks.get(week) ?? []), line]);
	}
	return [...weeks].map(([week, lines]) => {
		const sum = (of: (line: SessionLine) => number): number => lines.reduce((all, line) => all + of(line), 0);
		const ratio = (of: (line: SessionLine) => Ratio): Ratio => ({ local: sum((l) => of(l).local), total: sum((l) => of(l).total) });
		const playedMs = sum((l) => l.playedMs);
		const calls = sum((l) => l.calls);
		const usd = lines.some((l) => l.usd === null) ? null : sum((l) => l.usd ?? 0);
		const hourly = (of: number | null): number | null => (of === null || playedMs === 0 ? null : of / (playedMs / 3_600_000));
		return {
			week,
			sessions: lines.length,
			playedMs,
			perception: ratio((l) => l.perception),
			decision: ratio((l) => l.decision),
			narration: ratio((l) => l.narration),
			calls,
			callsPerHour: hourly(calls),
			usd,
			perHourUsd: hourly(usd),
			wrong: { checked: sum((l) => l.wrong.checked), wrong: sum((l) => l.wrong.wrong) },
			idle: { idle: sum((l) => l.idle.idle), acts: sum((l) => l.idle.acts) },
			skillsNew: sum((l) => l.skills.new),
			simulated: lines.some((l) => l.simulated),
			projected: projectedAt(first, first + (week - 1) * WEEK_MS),
		};
	});
}

/** The row that holds at a time: the last whose week has begun; after week 8 the end. */
export function projectedAt(firstSessionAt: number, at: number): Projected {
	const week = weekOf(firstSessionAt, at);
	const last = PROJECTION.at(-1) as Projected;
	return week > 8 ? last : (PROJECTION.findLast((row) => row.week !== null && row.week <= week) ?? last);
}
