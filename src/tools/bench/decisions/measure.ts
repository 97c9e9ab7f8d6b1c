// What a run shows: share of local decisions, return against always asking, harm. Everything is sums over what `play` noted.
import { HOUR, type Played } from './play.ts';
import { bootstrap, type Interval, sum } from '../../statistics.ts';

export interface Hour {
	/** Counted from 1. */
	readonly hour: number;
	readonly points: number;
	readonly calls: number;
	readonly local: number;
	/** ρ over the episodes that began in this hour. */
	readonly ratio: number;
	/** Share of local acts that the teacher would not accept. */
	readonly harm: number;
	/** The same as the contender's own audits put it, undefined where it had none. */
	readonly audited: number | undefined;
}

/** By the hour of 800 decision points; an hour cut short is left out. */
export function hoursOf(played: Played, asked: readonly number[]): readonly Hour[] {
	const hours: Hour[] = [];
	for (let from = 0; from + HOUR <= played.called.length; from += HOUR) {
		const hour = between(played, from, from + HOUR, asked);
		hours.push({ hour: from / HOUR + 1, ...hour });
	}
	return hours;
}

/** The same over any stretch of decision points. */
export function between(played: Played, from: number, to: number, asked: readonly number[]): Omit<Hour, 'hour'> {
	const calls = sum(played.called.subarray(from, to));
	const points = Math.min(to, played.called.length) - from;
	const whole = played.starts.flatMap((start, e) => (start >= from && start < to && e < played.returns.length ? [e] : []));
	return {
		points,
		calls,
		local: points === 0 ? Number.NaN : 1 - calls / points,
		ratio: ratioOver(played.returns, asked, whole),
		harm: harmShare(played, from, to),
		audited: auditedHarm(played.audits.filter((a) => a.point >= from && a.point < to)),
	};
}

/** Of the decisions made without a call, the share that the teacher would not accept; 0 where there are none. */
export function harmShare({ called, harmed }: Pick<Played, 'called' | 'harmed'>, from = 0, to = called.length): number {
	const local = called.subarray(from, to).filter((calls) => calls === 0).length;
	return local === 0 ? 0 : sum(harmed.subarray(from, to)) / local;
}

/** ρ over all whole episodes, with its 95 % interval by a paired bootstrap over them. */
export function returnRatio(returns: readonly number[], asked: readonly number[], seed: number): Interval {
	const pairs = returns.map((_, e) => e).filter((e) => asked[e] !== undefined);
	return bootstrap(pairs, (some) => ratioOver(returns, asked, some), seed);
}

function ratioOver(returns: readonly number[], asked: readonly number[], episodes: readonly number[]): number {
	let ours = 0;
	let theirs = 0;
	for (const e of episodes) {
		ours += returns[e] ?? 0;
		theirs += asked[e] ?? 0;
	}
	return theirs === 0 ? Number.NaN : ours / theirs;
}

/** Harm among local acts, each audit weighed by how rarely such an act is drawn. Undefined without an audit. */
export function auditedHarm(audits: readonly { readonly chance: number; readonly harmful: boolean }[]): number | undefined {
	let harm = 0;
	let weight = 0;
	for (const { chance, harmful } of audits) {
		weight += 1 / chance;
		if (harmful) harm += 1 / chance;
	}
	return weight === 0 ? undefined : harm / weight;
}

/** First decision point from which on the following `window` hold at most δ of harmful local acts; Infinity when there is none. */
export function calmAfter(harmed: ArrayLike<number>, from: number, window: number, delta: number): number {
	let harm = 0;
	for (let i = from; i < harmed.length; i++) {
		harm += harmed[i] as number;
		if (i - window >= from) harm -= harmed[i - window] as number;
		if (i - from + 1 >= window && harm <= delta * window) return i + 1 - window - from;
	}
	return Infinity;
}
