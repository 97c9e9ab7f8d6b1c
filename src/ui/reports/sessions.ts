// The sessions of a report as rows for charts and a table, each beside what the founding projection holds for its week.
import { projectedAt, type SessionLine } from '../../core/history.ts';
import type { Report } from '../../core/report.ts';
import { type Trend, TREND_LEAST } from '../../core/trend.ts';

export interface SessionsSeries {
	readonly title: string;
	readonly measured: readonly (number | null)[];
	readonly projected: readonly number[];
	readonly say: (value: number) => string;
}
export interface SessionsView {
	readonly lines: readonly SessionLine[];
	readonly cost: Trend;
	readonly series: readonly SessionsSeries[];
}

/** @returns undefined where the report was made before it told of sessions */
export function readSessions(json: string): SessionsView | undefined {
	const { metrics, sessions: lines } = JSON.parse(json) as Partial<Pick<Report, 'metrics' | 'sessions'>>;
	const cost: Trend | undefined = metrics?.cost.sessions;
	if (cost === undefined || lines === undefined || lines.length === 0) return undefined;
	const first = lines[0]?.startedAt ?? 0;
	const target = lines.map((line) => projectedAt(first, line.startedAt));
	const hours = (line: SessionLine): number => line.playedMs / 3_600_000;
	return {
		lines,
		cost,
		series: [
			{
				title: 'Calls / h',
				measured: lines.map((l) => l.callsPerHour),
				projected: target.map((t) => t.callsPerHour),
				say: (value) => value.toFixed(0),
			},
			{
				title: 'Cost / h',
				measured: lines.map((l) => l.perHourUsd),
				projected: target.map((t) => t.perHourUsd),
				say: (value) => (value === 0 ? '$0' : `$${value.toFixed(value < 0.1 ? 3 : 2)}`),
			},
			{
				title: 'Local decisions / h',
				measured: lines.map((l) => (hours(l) > 0 ? l.decision.local / hours(l) : null)),
				projected: target.map((t) => t.localPerHour),
				say: (value) => value.toFixed(0),
			},
			{
				title: 'Answered locally',
				measured: lines.map(shareOf),
				projected: target.map((t) => t.sovereignty),
				say: (value) => `${Math.round(100 * value)} %`,
			},
		],
	};
}

function shareOf({ perception, decision, narration }: SessionLine): number | null {
	const total = perception.total + decision.total + narration.total;
	return total === 0 ? null : (perception.local + decision.local + narration.local) / total;
}

/** One sentence on whether an hour costs less from session to session. */
export function trendSentence(trend: Trend): string {
	if (trend.verdict === 'too few') return `Too few sessions to say whether an hour costs less (${trend.n} of ${TREND_LEAST}).`;
	const p = trend.p < 0.001 ? 'p < 0.001' : `p = ${trend.p.toPrecision(2)}`;
	return `The cost of an hour is ${trend.verdict} over ${trend.n} sessions (Mann–Kendall, ${p}).`;
}
