// The scorecard's figures as the page shows them. Sums are the core's; here they only become rows, marks and words.
import type { ScoreView } from '../services.ts';
import { formatCount, formatRate, formatShare, plural } from '../primitives/format.ts';

export interface MeterRow {
	readonly name: string;
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
}

/** Milestones come as plain shares or as objects that hold one. */
export function milestones(target: unknown): readonly { readonly value: number; readonly when: string }[] {
	const list = Array.isArray(target) ? target : target === undefined || target === null ? [] : [target];
	return list.flatMap((item: unknown) => {
		if (typeof item === 'number') return [{ value: item, when: '' }];
		if (typeof item !== 'object' || item === null) return [];
		const { value, when, at, hour, hours, week, weeks } = item as Record<string, unknown>;
		if (typeof value !== 'number') return [];
		if (typeof when === 'string' || typeof at === 'string') return [{ value, when: String(when ?? at) }];
		if (typeof (hour ?? hours) === 'number') return [{ value, when: `hour ${String(hour ?? hours)}` }];
		if (typeof (week ?? weeks) === 'number') return [{ value, when: `week ${String(week ?? weeks)}` }];
		return [{ value, when: '' }];
	});
}

function shareRow(name: string, of: string, metric: { readonly local: number; readonly total: number; readonly target: unknown } | undefined): MeterRow {
	const local = metric?.local ?? 0;
	const total = metric?.total ?? 0;
	const share = total > 0 ? local / total : 0;
	// The next milestone that is still ahead, or the last one once all are behind.
	const all = milestones(metric?.target);
	const next = all.find((m) => share < m.value) ?? all.at(-1);
	return {
		name,
		value: formatShare(local, total),
		of: total > 0 ? `${formatCount(local)} of ${plural(total, of)}` : `no ${of} yet`,
		fill: share,
		...(next ? { mark: next.value } : {}),
		target: next ? `target ${Math.round(next.value * 100)} %${next.when ? ` at ${next.when}` : ''}` : '',
		reached: next !== undefined && total > 0 && share >= next.value,
		said: total > 0,
	};
}

/** The bar of the cost meter is full at this rate: the default cap of a session, spent in an hour. */
const FULL_COST_USD = 0.25;

export function meterRows(score: ScoreView | null): readonly MeterRow[] {
	const metrics = score?.metrics;
	const cost = metrics?.cost;
	const perHour = cost?.perHourUsd ?? null;
	const calls = cost?.calls ?? 0;
	const played = (score?.minutes.length ?? 0) > 0;
	const fresh = metrics?.skills?.new ?? 0;
	const goal = milestones(metrics?.skills?.target).at(-1)?.value ?? 0;
	return [
		shareRow('Perception sovereignty', 'question', metrics?.perception),
		shareRow('Decision sovereignty', 'decision', metrics?.decision),
		shareRow('Narration sovereignty', 'line', metrics?.narration),
		{
			name: 'API cost',
			value: !played ? 'too few to say' : perHour === null ? 'unknown' : `${formatRate(perHour)} / h`,
			of: `${plural(calls, 'call')}${played && typeof cost?.callsPerHour === 'number' ? `, ${formatCount(cost.callsPerHour)} an hour` : ''}`,
			fill: Math.min(1, (perHour ?? 0) / FULL_COST_USD),
			target: 'falling is good',
			reached: false,
			said: played,
		},
		{
			name: 'Skill library growth',
			value: played ? `+${formatCount(fresh)}` : 'too few to say',
			of: `${plural(metrics?.skills?.total ?? 0, 'skill')} in all`,
			fill: goal > 0 ? Math.min(1, fresh / goal) : 0,
			...(goal > 0 ? { mark: 1 } : {}),
			target: goal > 0 ? `target +${formatCount(goal)}` : '',
			reached: goal > 0 && fresh >= goal,
			said: played,
		},
	];
}

export interface MinutePoint {
	readonly minute: number;
	readonly calls: number;
	/** Share of the counted questions answered without a model; null in a minute that asked none. */
	readonly share: number | null;
}

interface Counted {
	readonly local: number;
	readonly total: number;
}
function counted(value: unknown): Counted {
	const { local, total } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Counted>;
	return { local: local ?? 0, total: total ?? 0 };
}

export function minutePoints(minutes: ScoreView['minutes']): readonly MinutePoint[] {
	return minutes.map((minute, i) => {
		const row = minute as unknown as Record<string, unknown>;
		const parts = [counted(row['perception']), counted(row['decision']), counted(row['narration'])];
		const local = parts.reduce((sum, p) => sum + p.local, 0);
		const total = parts.reduce((sum, p) => sum + p.total, 0);
		return {
			minute: typeof row['minute'] === 'number' ? row['minute'] : i,
			calls: typeof row['calls'] === 'number' ? row['calls'] : 0,
			share: total > 0 ? local / total : null,
		};
	});
}
