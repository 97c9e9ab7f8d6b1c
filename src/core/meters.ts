// The scorecard's figures as they are shown, on the page and off it. Sums are the scorecard's; here they only become rows, marks and words.
import { formatCount, formatRate, formatShare, plural } from './figures.ts';
import type { Metrics, Milestone, Minute, Share } from './scorecard.ts';
import { type Trend, TREND_LEAST } from './trend.ts';

export const METERS = ['perception', 'decision', 'narration', 'cost', 'skills'] as const;
export type MeterId = (typeof METERS)[number];

export interface MeterRow {
	readonly id: MeterId;
	/** Of contracts §7. */
	readonly name: string;
	/** For where there is little room. */
	readonly short: string;
	/** The figure shown large. */
	readonly value: string;
	/** What it is a figure of. */
	readonly of: string;
	/** 0 to 1: how far the bar goes. */
	readonly fill: number;
	/** 0 to 1: where the target stands; absent without one. */
	readonly mark?: number;
	readonly target: string;
	readonly reached: boolean;
	/** False while there is too little to say anything. */
	readonly said: boolean;
	/** Whose colour the bar has. */
	readonly tone: 'crystal' | 'outside' | 'accent';
}

/** `at hour 4`, `at week 1`; nothing for a target that holds from the start. */
function when(milestone: Milestone): string {
	if (milestone.afterHours !== undefined) return ` at hour ${milestone.afterHours}`;
	return milestone.afterWeeks !== undefined ? ` at week ${milestone.afterWeeks}` : '';
}

function shareRow(id: MeterId, short: string, of: string, metric: Share | undefined): MeterRow {
	const local = metric?.local ?? 0;
	const total = metric?.total ?? 0;
	const share = total > 0 ? local / total : 0;
	// The next milestone that is still ahead, or the last one once all are behind.
	const next = metric?.target.find((m) => share < m.value) ?? metric?.target.at(-1);
	return {
		id,
		name: `${short} sovereignty`,
		short,
		value: formatShare(local, total),
		of: total > 0 ? `${formatCount(local)} of ${plural(total, of)}` : `no ${of}s yet`,
		fill: share,
		...(next ? { mark: next.value } : {}),
		target: next ? `target ${Math.round(next.value * 100)} %${when(next)}` : '',
		reached: next !== undefined && total > 0 && share >= next.value,
		said: total > 0,
		tone: 'crystal',
	};
}

/** Whether an hour costs less from session to session. */
function trendText(trend: Trend): string {
	if (trend.verdict === 'too few') return `trend: too few sessions, ${trend.n} of ${TREND_LEAST}`;
	return `${trend.verdict} over ${trend.n} sessions, p ${trend.p < 0.001 ? '< 0.001' : trend.p.toPrecision(2)}`;
}

/** The bar of the cost meter is full at this rate: the default cap of a session, spent in an hour. */
const FULL_COST_USD = 0.25;

/** The five, in their order; without metrics they say that there is nothing yet. */
export function meterRows(metrics?: Metrics): readonly MeterRow[] {
	const cost = metrics?.cost;
	const perHour = cost?.perHourUsd ?? null;
	const calls = cost?.calls ?? 0;
	const played = (cost?.trend.length ?? 0) > 0;
	const fresh = metrics?.skills.new ?? 0;
	const goal = metrics?.skills.target.at(-1)?.value ?? 0;
	return [
		shareRow('perception', 'Perception', 'question', metrics?.perception),
		shareRow('decision', 'Decision', 'decision', metrics?.decision),
		shareRow('narration', 'Narration', 'line', metrics?.narration),
		{
			id: 'cost',
			name: 'API cost',
			short: 'API cost',
			value: !played ? 'too few to say' : perHour === null ? 'unknown' : `${formatRate(perHour)} / h`,
			of: `${plural(calls, 'call')}${played && typeof cost?.callsPerHour === 'number' ? `, ${formatCount(cost.callsPerHour)} an hour` : ''}`,
			fill: Math.min(1, (perHour ?? 0) / FULL_COST_USD),
			target: cost === undefined ? '' : trendText(cost.sessions),
			reached: cost?.sessions.verdict === 'falling',
			said: played,
			tone: 'outside',
		},
		{
			id: 'skills',
			name: 'Skill library growth',
			short: 'New skills',
			value: played ? `+${formatCount(fresh)}` : 'too few to say',
			of: `${plural(metrics?.skills.total ?? 0, 'skill')} in all`,
			fill: goal > 0 ? Math.min(1, fresh / goal) : 0,
			...(goal > 0 ? { mark: 1 } : {}),
			target: goal > 0 ? `target +${formatCount(goal)}` : '',
			reached: goal > 0 && fresh >= goal,
			said: played,
			tone: 'accent',
		},
	];
}

export interface MinutePoint {
	readonly minute: number;
	readonly calls: number;
	/** Share of the counted questions answered without a model; null in a minute that asked none. */
	readonly share: number | null;
}

export function minutePoints(minutes: readonly Minute[]): readonly MinutePoint[] {
	return minutes.map((m) => {
		const parts = [m.perception, m.decision, m.narration];
		const local = parts.reduce((sum, p) => sum + p.local, 0);
		const total = parts.reduce((sum, p) => sum + p.total, 0);
		return { minute: m.minute, calls: m.calls, share: total > 0 ? local / total : null };
	});
}
