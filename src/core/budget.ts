// Money and calls are reserved before a request leaves and settled after it, so that several at once cannot pass a cap together.
// What is reserved stands in `memory()` at its most: a page that dies before it settles has spent it.
import * as v from 'valibot';
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
/** contracts.md §2: $0.25 a session and $1 a day. The limits of calls stop what runs away where calls are free. */
export const DEFAULT_CAPS: Caps = {
	minute: { usd: 0.1, calls: 120 },
	session: { usd: 0.25, calls: 2000 },
	day: { usd: 1, calls: 10_000 },
};
/** A session whose page went away goes on when its game is played again so soon after its last sign of life. */
export const GOES_ON_MS = 10 * 60_000;

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const whole = v.pipe(amount, v.integer());
const budgetMemory = v.object({
	/** UTC date of `usd` and `calls`. */
	day: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/)),
	usd: amount,
	calls: whole,
	/** The newest session; absent in what was stored before sessions went on. */
	session: v.exactOptional(
		v.object({
			id: v.string(),
			game: v.string(),
			/** 1 for its first page, one more for each page after it. */
			epoch: v.pipe(whole, v.minValue(1)),
			usd: amount,
			calls: whole,
			/** Its last sign of life, ms since 1970. */
			at: amount,
			/** It was ended by somebody or by its own time, and does not go on. */
			over: v.boolean(),
		}),
	),
	/** Of the last minute, ms since 1970. */
	recent: v.exactOptional(v.array(v.object({ at: amount, usd: amount }))),
});
/** What outlives a page. JSON. */
export type BudgetMemory = v.InferOutput<typeof budgetMemory>;

/** A stored memory; `damaged` when something stands there that is none: what was spent is not known then. */
export function readBudget(stored: unknown): BudgetMemory | undefined | 'damaged' {
	if (stored === undefined) return undefined;
	const read = v.safeParse(budgetMemory, stored);
	return read.success ? read.output : 'damaged';
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
	/** Which session the caps are of: another id than asked for when an earlier one goes on. */
	readonly session: { readonly id: string; readonly epoch: number };
	/** Its session does not go on after this. */
	end(): void;
	memory(): BudgetMemory;
}

interface Spending {
	/** Clock.monotonic() when it was reserved. */
	readonly at: number;
	usd: number;
}

/**
 * The caps of one session.
 *
 * @param from     what was kept; `damaged` counts as a day that is used up, since it is not known what of it is left
 * @param session  who plays what; a kept one of the same game goes on in its place, by the rule of `GOES_ON_MS`
 */
export function makeBudget(options: {
	readonly clock: Clock;
	readonly caps?: Caps;
	readonly from?: BudgetMemory | 'damaged' | undefined;
	readonly session: { readonly id: string; readonly game: string };
}): Budget {
	const { clock } = options;
	const caps = options.caps ?? DEFAULT_CAPS;
	const from = options.from === 'damaged' ? { day: today(clock), ...caps.day } : options.from;
	const open = new Map<number, Spending>();
	// A clock set back leaves times in the future; they count as now, never as long gone.
	let recent: Spending[] = (from?.recent ?? []).map(({ at, usd }) => ({ at: clock.monotonic() - Math.max(0, clock.now() - at), usd }));
	let day = { day: from?.day ?? today(clock), usd: from?.usd ?? 0, calls: from?.calls ?? 0 };
	const before = from?.session;
	const goesOn = before !== undefined && !before.over && before.game === options.session.game && clock.now() - before.at < GOES_ON_MS;
	const session = goesOn ? { ...before, epoch: before.epoch + 1 } : { ...options.session, epoch: 1, usd: 0, calls: 0, over: false };
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
			session: { usd: session.usd, calls: session.calls },
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
		session: { id: session.id, epoch: session.epoch },
		end() {
			session.over = true;
		},
		memory() {
			roll();
			const [wall, running] = [clock.now(), clock.monotonic()];
			return {
				...day,
				session: { ...session, at: wall },
				recent: recent.map(({ at, usd }) => ({ at: Math.max(0, wall - (running - at)), usd: Math.max(0, usd) })),
			};
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
