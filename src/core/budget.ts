// Money and calls are reserved before a request leaves and settled after it, so that several at once cannot pass a cap together.
import type { MissReason, TierName } from './ledger.ts';
import type { Clock } from './ports.ts';

export interface Cap {
	readonly usd: number;
	readonly calls: number;
}
export interface Caps {
	readonly minute: Cap;
	readonly session: Cap;
	readonly day: Cap;
}
/** contracts.md §2: $0.25 a session and $1 a day. */
export const DEFAULT_CAPS: Caps = {
	minute: { usd: 0.1, calls: 120 },
	session: { usd: 0.25, calls: Infinity },
	day: { usd: 1, calls: Infinity },
};

/** What outlives a session: the day's spending, by UTC date. JSON. */
export interface BudgetMemory {
	readonly day: string;
	readonly usd: number;
	readonly calls: number;
}
export type Reservation =
	| { readonly ok: true; readonly id: number }
	| { readonly ok: false; readonly reason: Extract<MissReason, 'cap-reached'>; readonly detail: string };

export interface Budget {
	/**
	 * Sets money aside for one request.
	 *
	 * @param usd  the most it may cost; null when the price is not known, which is refused for the cloud
	 */
	reserve(tier: Exclude<TierName, 'crystal'>, usd: number | null): Reservation;
	/** The request came back and cost this much; null leaves the reserved amount standing. */
	settle(id: number, usd: number | null): void;
	/** The request never left. */
	refund(id: number): void;
	readonly spent: { readonly minute: Cap; readonly session: Cap; readonly day: Cap };
	readonly caps: Caps;
	memory(): BudgetMemory;
}

interface Spending {
	/** Clock.monotonic() when it was reserved. */
	readonly at: number;
	usd: number;
}

export function makeBudget(options: { readonly clock: Clock; readonly caps?: Caps; readonly from?: BudgetMemory }): Budget {
	const { clock } = options;
	const caps = options.caps ?? DEFAULT_CAPS;
	const open = new Map<number, Spending>();
	let recent: Spending[] = [];
	let day: { day: string; usd: number; calls: number } = options.from ? { ...options.from } : { day: today(clock), usd: 0, calls: 0 };
	const session = { usd: 0, calls: 0 };
	let next = 1;

	function roll(): void {
		const date = today(clock);
		// A clock set back does not give yesterday's money again.
		if (date > day.day) day = { day: date, usd: 0, calls: 0 };
		const since = clock.monotonic() - 60_000;
		recent = recent.filter((s) => s.at > since);
	}
	function spent(): Budget['spent'] {
		roll();
		return {
			minute: { usd: recent.reduce((sum, s) => sum + s.usd, 0), calls: recent.length },
			session: { ...session },
			day: { usd: day.usd, calls: day.calls },
		};
	}
	function change(spending: Spending, by: number): void {
		spending.usd += by;
		session.usd = Math.max(0, session.usd + by);
		day.usd = Math.max(0, day.usd + by);
	}
	return {
		caps,
		reserve(tier, usd) {
			const no = (detail: string): Reservation => ({ ok: false, reason: 'cap-reached', detail });
			if (usd === null && tier === 'cloud') return no('the price of this model is not known; type it in under Models');
			const wanted = usd ?? 0;
			if (!Number.isFinite(wanted) || wanted < 0) return no(`$${wanted} is no price`);
			const so = spent();
			for (const span of ['minute', 'session', 'day'] as const) {
				const cap = caps[span];
				// Floating sums of many small prices may pass the cap by a hair.
				if (so[span].usd + wanted > cap.usd + 1e-9)
					return no(`$${(so[span].usd + wanted).toFixed(4)} would pass the cap of $${cap.usd} a ${span}`);
				if (so[span].calls + 1 > cap.calls) return no(`${cap.calls} calls a ${span} are used up`);
			}
			const spending: Spending = { at: clock.monotonic(), usd: 0 };
			const id = next++;
			open.set(id, spending);
			recent.push(spending);
			session.calls++;
			day.calls++;
			change(spending, wanted);
			return { ok: true, id };
		},
		settle(id, usd) {
			const spending = open.get(id);
			if (spending === undefined) return;
			open.delete(id);
			if (usd !== null) change(spending, usd - spending.usd);
		},
		refund(id) {
			const spending = open.get(id);
			if (spending === undefined) return;
			open.delete(id);
			change(spending, -spending.usd);
			recent = recent.filter((s) => s !== spending);
			session.calls--;
			day.calls = Math.max(0, day.calls - 1);
		},
		get spent() {
			return spent();
		},
		memory() {
			roll();
			return { ...day };
		},
	};
}

/** The most one request may cost: its tokens in, and every token it is allowed to write. null when the price is unknown. */
export function dearest(
	price: { readonly inPerM: number; readonly outPerM: number } | null,
	promptTokens: number,
	completionTokensMost: number,
): number | null {
	return price === null ? null : (promptTokens * price.inPerM + completionTokensMost * price.outPerM) / 1e6;
}

function today(clock: Clock): string {
	return new Date(clock.now()).toISOString().slice(0, 10);
}

export type BreakerState = 'closed' | 'open' | 'half-open';
export interface Breaker {
	/** Why no request may leave; undefined when one may. In `half-open` only one is let through at a time. */
	refuses(): string | undefined;
	succeeded(): void;
	/** Counts towards opening; an answer that was cancelled by us is not a failure. */
	failed(): void;
	readonly state: BreakerState;
}

/** Opens after three failures in a row, tries one request after 30 s, and waits twice as long after each that fails, up to 8 min. */
export function makeBreaker(options: {
	readonly clock: Pick<Clock, 'monotonic'>;
	readonly failures?: number;
	readonly openMs?: number;
}): Breaker {
	const { clock } = options;
	const most = options.failures ?? 3;
	const openMs = options.openMs ?? 30_000;
	let failures = 0;
	let openedAt: number | undefined;
	let wait = openMs;
	let probing: number | undefined;
	const state = (): BreakerState => (openedAt === undefined ? 'closed' : clock.monotonic() - openedAt >= wait ? 'half-open' : 'open');
	return {
		refuses() {
			const now = clock.monotonic();
			const is = state();
			if (is === 'closed') return undefined;
			if (is === 'open') return `${most} failures in a row; tried again in ${Math.ceil((wait - (now - (openedAt ?? now))) / 1000)} s`;
			// A probe that never reports back must not close the door for ever.
			if (probing !== undefined && now - probing < wait) return 'one request is trying whether it works again';
			probing = now;
			return undefined;
		},
		succeeded() {
			failures = 0;
			openedAt = undefined;
			probing = undefined;
			wait = openMs;
		},
		failed() {
			failures++;
			probing = undefined;
			if (openedAt !== undefined) wait = Math.min(wait * 2, 16 * openMs);
			if (openedAt !== undefined || failures >= most) openedAt = clock.monotonic();
		},
		get state() {
			return state();
		},
	};
}
