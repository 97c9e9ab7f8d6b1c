// Rows of the companion's tables, out of the one ledger: the sums are the scorecard's own, laid out.
import type { ActEntry, QuestionEntry, SessionEntry } from './ledger.ts';
import { type Minute, type Scorecard, scorecard, type Sums } from './scorecard.ts';

/** The names of the tables that can be asked for. */
export const TABLES = ['ledger', 'metrics_minute', 'metrics_session', 'commands', 'crystals', 'sats', 'rates', 'set_aside'] as const;
export type TableName = (typeof TABLES)[number];
export type Row = Readonly<Record<string, string | number | null>>;

export interface RowsAsked {
	readonly table: TableName;
	/** Of one session; tables that know none give all. */
	readonly session?: string;
	/** `next` of the rows before. */
	readonly after?: number;
	/** 1000 at most. */
	readonly limit?: number;
	/** The newest first. */
	readonly newest?: boolean;
}
export interface RowsTold {
	readonly rows: readonly Row[];
	/** To ask on with; null: that was all. */
	readonly next: number | null;
}

/** What the records are like as a whole. */
export interface RecordsView {
	readonly tables: readonly { readonly name: TableName; readonly rows: number }[];
	/** Of the file. */
	readonly bytes: number;
	/** Rows that were set aside, by the table they were meant for or found in. */
	readonly setAside: number;
	/** Why nothing is being written just now; '' = it is. */
	readonly trouble: string;
}

/** When a session began and ended, as its entries say. */
export interface SessionSpan {
	game: string | null;
	startedAt: number;
	endedAt: number | null;
	endedBy: string | null;
}
export function spanAfter(span: SessionSpan | undefined, entry: { readonly at: number } | SessionEntry): SessionSpan {
	const next = span ?? { game: null, startedAt: entry.at, endedAt: null, endedBy: null };
	next.startedAt = Math.min(next.startedAt, entry.at);
	if (!('type' in entry) || entry.type !== 'session') return next;
	next.game = entry.game;
	if (entry.event === 'ended') Object.assign(next, { endedAt: entry.at, endedBy: entry.detail });
	return next;
}

export function minuteRow(session: string, minute: Minute): Row {
	return {
		session,
		minute: minute.minute,
		perception_local: minute.perception.local,
		perception_total: minute.perception.total,
		decision_local: minute.decision.local,
		decision_total: minute.decision.total,
		narration_local: minute.narration.local,
		narration_total: minute.narration.total,
		calls: minute.calls,
		device_calls: minute.deviceCalls,
		usd: minute.usd,
		unpriced: minute.unpriced,
		rested: minute.rested,
		acts: minute.acts,
		idle: minute.idle,
	};
}

export function sessionRow(session: string, sums: Sums, span: SessionSpan): Row {
	const card: Scorecard = scorecard(sums);
	const { perception, decision, narration, skills } = card.metrics;
	return {
		session,
		game: span.game,
		started_at: span.startedAt,
		ended_at: span.endedAt,
		ended_by: span.endedBy,
		entries: sums.entries,
		played_ms: card.playedMs,
		perception_local: perception.local,
		perception_total: perception.total,
		decision_local: decision.local,
		decision_total: decision.total,
		narration_local: narration.local,
		narration_total: narration.total,
		calls: card.calls,
		device_calls: card.deviceCalls,
		usd: card.spentUsd,
		unpriced: sums.unpriced,
		rested: card.rested,
		acts: card.idle.acts,
		idle: card.idle.idle,
		checked: card.wrong.checked,
		wrong: card.wrong.wrong,
		wrong_acted: card.wrong.acted,
		unanswered: card.unanswered,
		violations: card.violations,
		skills_new: skills.new,
		skills_total: skills.total,
		simulated: card.simulated ? 1 : 0,
	};
}

/** @param decision  the entry that it carries out, where that is at hand */
export function commandRow(entry: ActEntry, decision: QuestionEntry | undefined): Row {
	return {
		session: entry.session,
		n: entry.n,
		at: entry.at,
		frame: entry.frame ?? null,
		tick: entry.tick,
		verb: entry.act.verb,
		args: JSON.stringify(entry.act.args),
		reason: decision === undefined ? null : `${decision.tier ?? 'nobody'}: ${decision.why}`,
		decided_by: entry.of ?? null,
		outcome: entry.done ? 'done' : entry.reason,
		idle: entry.idle ? 1 : 0,
	};
}

/** A row as a line of JSONL: what is kept as JSON comes out as what it is. */
export function jsonlOf(row: Row): string {
	const plain: Record<string, unknown> = { ...row };
	for (const name of ['entry', 'args']) if (typeof plain[name] === 'string') plain[name] = parsed(plain[name]);
	return `${JSON.stringify(plain)}\n`;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
