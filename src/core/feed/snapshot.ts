// What of the scorecard leaves for streams and sites: numbers, and the session's id. Read again at each end, since whoever hears it
// may not believe who says it.
import * as v from 'valibot';
import { CONDITIONS } from '../graduation/conditions.ts';
import type { Scorecard } from '../scorecard.ts';

/** Minutes of the cost's course that go out, the newest. */
export const TREND_MINUTES = 60;
/** Longest snapshot as JSON. */
export const SNAPSHOT_LIMIT_BYTES = 8192;
/** Without a word for this long what is shown is called stale. */
export const STALE_MS = 10_000;

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e12));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e12));
const chance = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const part = v.nullable(chance);
const milestone = v.pipe(
	v.object({ value: amount, afterHours: v.optional(amount), afterWeeks: v.optional(amount) }),
	v.transform(({ value, afterHours, afterWeeks }) => ({
		value,
		...(afterHours === undefined ? {} : { afterHours }),
		...(afterWeeks === undefined ? {} : { afterWeeks }),
	})),
);
const target = v.pipe(v.array(milestone), v.maxLength(8));
const isShare = (value: number | null, of: number, all: number): boolean =>
	of <= all && (all === 0 ? value === null : value !== null && Math.abs(value - of / all) < 1e-9);
const share = v.pipe(
	v.object({ value: part, local: count, total: count, target }),
	v.check(({ value, local, total }) => isShare(value, local, total), 'not local ÷ total'),
);

const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));
const time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const coordinate = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));
/** The graduation test, and where the ledger's chain stands, signed by the player's device. Newest of the last minute. */
const graduation = v.object({
	graduated: v.boolean(),
	simulated: v.boolean(),
	from: time,
	to: time,
	conditions: v.pipe(
		v.array(v.object({ name: v.picklist(CONDITIONS), met: v.boolean(), have: v.nullable(v.pipe(v.number(), v.finite())), need: amount })),
		v.length(CONDITIONS.length),
	),
	head: v.nullable(v.object({ link: count, hash: hex(64), at: time, signature: hex(128) })),
	/** Of the public key, ECDSA over P-256. */
	key: v.nullable(v.object({ x: coordinate, y: coordinate })),
});
export type FeedGraduation = v.InferOutput<typeof graduation>;

/** Unknown fields are dropped; a number that cannot be refuses the whole. */
const snapshot = v.object({
	falsework: v.literal(1),
	/** '' before the first. */
	session: v.pipe(v.string(), v.regex(/^[\w.-]{0,120}$/, 'no id of a session')),
	metrics: v.object({
		perception: share,
		decision: share,
		narration: share,
		cost: v.object({
			/** null while no time was played, or where a price is not known. */
			perHourUsd: v.nullable(amount),
			calls: count,
			callsPerHour: v.nullable(amount),
			/** Whether an hour got cheaper from session to session: Mann and Kendall's test over all of them. */
			sessions: v.variant('verdict', [
				v.object({ verdict: v.literal('too few'), n: count }),
				v.object({ verdict: v.picklist(['falling', 'flat', 'rising']), n: count, s: v.pipe(v.number(), v.integer()), p: chance }),
			]),
			/** The newest minutes of play, oldest first. */
			trend: v.pipe(v.array(v.object({ minute: count, calls: count, usd: v.nullable(amount) })), v.maxLength(TREND_MINUTES)),
		}),
		skills: v.object({ new: count, total: v.pipe(v.number(), v.integer(), v.minValue(-1e12), v.maxValue(1e12)), target }),
	}),
	/** Requests to models outside the page. */
	calls: count,
	/** Requests to models in the page. */
	deviceCalls: count,
	wrong: v.pipe(
		v.object({ checked: count, wrong: count, acted: count }),
		v.check(({ checked, wrong, acted }) => wrong <= checked && acted <= wrong, 'more wrong than checked'),
	),
	idle: v.pipe(
		v.object({ value: part, idle: count, acts: count }),
		v.check(({ value, idle, acts }) => isShare(value, idle, acts), 'not idle ÷ acts'),
	),
	/** Ticks on which nothing watched had changed. */
	rested: count,
	unanswered: count,
	violations: count,
	/** What crystals' answers would have cost; null where nothing tells. */
	saved: v.object({ usd: v.nullable(amount), msat: v.nullable(count), ms: v.nullable(amount) }),
	spentUsd: v.nullable(amount),
	playedMs: amount,
	/** A teacher is scripted, or a price pretended. */
	simulated: v.boolean(),
	/** When the sums were read, ms since 1970 by the player's clock; 0 before the first. For people: what is stale is told by `ageMs`. */
	updatedAt: time,
	/** Absent until it was evaluated. */
	graduation: v.optional(graduation),
});
export type FeedSnapshot = v.InferOutput<typeof snapshot>;

/** As it is sent on: with how long ago it was heard, by the sender's steady clock. */
const told = v.object({ ...snapshot.entries, ageMs: amount });
export type ToldSnapshot = v.InferOutput<typeof told>;

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** Checks what somebody says is a snapshot; the fault is named with its path. */
export function readSnapshot(data: unknown): Read<FeedSnapshot> {
	return read(snapshot, data);
}
/** Checks one message of a feed. */
export function readTold(text: string): Read<ToldSnapshot> {
	try {
		return read(told, JSON.parse(text));
	} catch {
		return { ok: false, why: 'not JSON' };
	}
}

function read<S extends v.GenericSchema>(schema: S, data: unknown): Read<v.InferOutput<S>> {
	const result = v.safeParse(schema, data);
	if (result.success) return { ok: true, value: result.output };
	const [issue] = result.issues;
	return { ok: false, why: `${v.getDotPath(issue) ?? 'snapshot'}: ${issue.message}` };
}

/** A millionth of a dollar is enough for a minute, and keeps the snapshot short. */
const micro = (usd: number | null): number | null => (usd === null ? null : Math.round(usd * 1e6) / 1e6);

/** The part of a scorecard that the feed tells. */
export function snapshotOf(card: Scorecard, graduation?: FeedGraduation): FeedSnapshot {
	const { perception, decision, narration, cost, skills } = card.metrics;
	const shareOf = ({ value, local, total, target }: Scorecard['metrics']['perception']) => ({ value, local, total, target: [...target] });
	return {
		falsework: 1,
		session: card.session,
		metrics: {
			perception: shareOf(perception),
			decision: shareOf(decision),
			narration: shareOf(narration),
			cost: {
				perHourUsd: cost.perHourUsd,
				calls: cost.calls,
				callsPerHour: cost.callsPerHour,
				// Added up of many parts, a chance can come out a hair above 1.
				sessions: 'p' in cost.sessions ? { ...cost.sessions, p: Math.min(1, cost.sessions.p) } : cost.sessions,
				trend: cost.trend.slice(-TREND_MINUTES).map(({ minute, calls, usd }) => ({ minute, calls, usd: micro(usd) })),
			},
			skills: { new: skills.new, total: skills.total, target: [...skills.target] },
		},
		calls: card.calls,
		deviceCalls: card.deviceCalls,
		wrong: { checked: card.wrong.checked, wrong: card.wrong.wrong, acted: card.wrong.acted },
		idle: { value: card.idle.value, idle: card.idle.idle, acts: card.idle.acts },
		rested: card.rested,
		unanswered: card.unanswered,
		violations: card.violations,
		saved: { usd: card.saved.usd, msat: card.saved.msat, ms: card.saved.ms },
		spentUsd: card.spentUsd,
		playedMs: card.playedMs,
		simulated: card.simulated,
		updatedAt: Math.max(0, Math.round(card.updatedAt)),
		...(graduation === undefined ? {} : { graduation }),
	};
}
