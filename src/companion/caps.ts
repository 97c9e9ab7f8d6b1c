// What models outside may cost. An amount is taken off the caps and on the disk *before* the call is sent, and put right when the
// server says what it used. A crash in between leaves the whole reservation spent: the sums can be too high, never too low.
import { join } from 'node:path';
import * as v from 'valibot';
import { readStored, removeStored, writePrivate } from './files.ts';

/** Calls are a tier's own; their limits stop what runs away where calls are free. */
export const DEFAULT_CAPS = { callsPerMinute: 30, callsPerSession: 2000, callsPerDay: 10_000, usdPerSession: 0.25, usdPerDay: 1 } as const;

export interface Caps {
	readonly callsPerMinute?: number | undefined;
	readonly callsPerSession?: number | undefined;
	readonly callsPerDay?: number | undefined;
	/** Over all tiers together. */
	readonly usdPerSession?: number | undefined;
	readonly usdPerDay?: number | undefined;
}

const sums = v.strictObject({ usd: v.number(), calls: v.record(v.string(), v.number()) });
const stored = v.strictObject({
	version: v.literal(1),
	/** By UTC date, pretended money apart as `DATE simulated`; the last 40 days of each. */
	days: v.record(v.string(), sums),
	/** By session of play, oldest first; the last 100. */
	sessions: v.array(v.strictObject({ id: v.string(), sums })),
	/** When the calls of the last minute were sent, by tier, ms since 1970. */
	recent: v.array(v.strictObject({ tier: v.string(), at: v.number() })),
});
type Stored = v.InferOutput<typeof stored>;
type Sums = v.InferOutput<typeof sums>;

export type Reservation =
	| { readonly ok: true /** @param usd what the call cost in truth; called once */; readonly settle: (usd: number) => void }
	| { readonly ok: false; readonly message: string; readonly retryAfterMs?: number };

/** Days of either purse. */
const KEEP_DAYS = 80;
const KEEP_SESSIONS = 100;

export class CapsLedger {
	private readonly path: string;
	private readonly now: () => number;
	private data: Stored;

	constructor(dataDir: string, warn: (line: string) => void, now: () => number = Date.now) {
		this.path = join(dataDir, 'caps.json');
		this.now = now;
		this.data = readStored(this.path, stored, { version: 1, days: {}, sessions: [], recent: [] }, warn);
	}

	/** Takes one call of at most `usd` off the caps, or says which cap is in the way. On the disk when it returns. */
	reserve(tier: string, sessionId: string, usd: number, caps: Caps, simulated = false): Reservation {
		const now = this.now();
		// Pretended money has a purse of its own: a rehearsal must not use up what real calls may cost.
		const purse = simulated ? ' simulated' : '';
		const date = new Date(now).toISOString().slice(0, 10) + purse;
		const session = sessionId + purse;
		const day = this.data.days[date] ?? { usd: 0, calls: {} };
		const played = this.data.sessions.find((s) => s.id === session)?.sums ?? { usd: 0, calls: {} };
		// A clock set back leaves times in the future; they count as now, never as long gone.
		const recent = this.data.recent.filter((r) => now - r.at < 60_000);
		const mine = recent.filter((r) => r.tier === tier);
		const perMinute = caps.callsPerMinute ?? DEFAULT_CAPS.callsPerMinute;
		if (mine.length >= perMinute) {
			const retryAfterMs = Math.min(60_000, Math.max(1, 60_000 - (now - (mine[0]?.at ?? now))));
			return { ok: false, message: `The cap of ${perMinute} calls a minute is reached.`, retryAfterMs };
		}
		const callsPerSession = caps.callsPerSession ?? DEFAULT_CAPS.callsPerSession;
		if ((played.calls[tier] ?? 0) >= callsPerSession)
			return { ok: false, message: `The cap of ${callsPerSession} calls a session is reached.` };
		const callsPerDay = caps.callsPerDay ?? DEFAULT_CAPS.callsPerDay;
		if ((day.calls[tier] ?? 0) >= callsPerDay) return { ok: false, message: `The cap of ${callsPerDay} calls a day is reached.` };
		const usdPerSession = caps.usdPerSession ?? DEFAULT_CAPS.usdPerSession;
		if (usd > 0 && played.usd + usd > usdPerSession) {
			return {
				ok: false,
				message: `The cap of $${usdPerSession} a session would be passed: $${played.usd.toFixed(4)} spent, this call may cost $${usd.toFixed(4)}.`,
			};
		}
		const usdPerDay = caps.usdPerDay ?? DEFAULT_CAPS.usdPerDay;
		if (usd > 0 && day.usd + usd > usdPerDay) {
			return {
				ok: false,
				message: `The cap of $${usdPerDay} a day would be passed: $${day.usd.toFixed(4)} spent, this call may cost $${usd.toFixed(4)}.`,
			};
		}
		this.add(date, session, tier, usd, 1, [...recent, { tier, at: now }]);
		let settled = false;
		return {
			ok: true,
			settle: (actual) => {
				if (settled) return;
				settled = true;
				if (actual !== usd) this.add(date, session, tier, actual - usd, 0, this.data.recent);
			},
		};
	}

	/** What was spent in real money, reservations included. */
	spent(session: string): { readonly sessionUsd: number; readonly dayUsd: number } {
		const date = new Date(this.now()).toISOString().slice(0, 10);
		return { sessionUsd: this.data.sessions.find((s) => s.id === session)?.sums.usd ?? 0, dayUsd: this.data.days[date]?.usd ?? 0 };
	}

	erase(): void {
		removeStored(this.path);
		this.data = { version: 1, days: {}, sessions: [], recent: [] };
	}

	private add(date: string, session: string, tier: string, usd: number, calls: number, recent: Stored['recent']): void {
		const plus = (sum: Sums | undefined): Sums => ({
			usd: Math.max(0, (sum?.usd ?? 0) + usd),
			calls: { ...sum?.calls, [tier]: (sum?.calls[tier] ?? 0) + calls },
		});
		const days = Object.fromEntries(
			Object.entries({ ...this.data.days, [date]: plus(this.data.days[date]) })
				.sort()
				.slice(-KEEP_DAYS),
		);
		const known = this.data.sessions.find((s) => s.id === session);
		const sessions = [...this.data.sessions.filter((s) => s.id !== session), { id: session, sums: plus(known?.sums) }].slice(
			-KEEP_SESSIONS,
		);
		this.data = { version: 1, days, sessions, recent };
		writePrivate(this.path, `${JSON.stringify(this.data)}\n`);
	}
}
