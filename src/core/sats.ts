// What the play earns and what thinking costs, in one unit. Amounts are whole millisatoshis, a row is written once, and each has the
// receipt it rests on: a payment's hash, or the entry of the ledger that says what a model took.
import * as v from 'valibot';

/** A hundredth of all that ever will be is no tip; nor is it a whole number that a `number` holds for sure once added up. */
export const MSAT_MOST = 100_000_000_000;
const MSAT_PER_BTC = 100_000_000_000;

export type SatsKind =
	/** Came in. */
	| 'in'
	/** Spent on inference. */
	| 'out'
	/** Left the wallet for anything else. */
	| 'paid'
	/** What paying or being paid cost. */
	| 'fee'
	/** On its way in or out, until `until`. */
	| 'pending';

export interface SatsRow {
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly kind: SatsKind;
	readonly msat: number;
	readonly source: 'wallet' | 'import' | 'ledger';
	/** Hash of the payment; `SESSION N` for an entry of the ledger. One row for each kind and receipt. */
	readonly receipt: string;
	/** For people: what it was for. */
	readonly note: string;
	/** Dollars that were converted; null where none were. */
	readonly usd: number | null;
	/** When the rate was set that converted them; null where none did. */
	readonly rateAt: number | null;
	/** Of `pending`: no longer counted from then on; null: never known to end. */
	readonly until: number | null;
	/** Pretended: a scripted teacher's price, or a wallet of a test network. */
	readonly simulated: boolean;
}

export interface Rate {
	/** From when it holds. */
	readonly at: number;
	/** Dollars for one bitcoin. */
	readonly usdPerBtc: number;
	/** Where it was taken from; `typed in` for a person's word. */
	readonly from: string;
}

export interface SatsSums {
	readonly in: number;
	readonly out: number;
	readonly paid: number;
	readonly fee: number;
	readonly pending: number;
}
/** What a window of time earned and spent, in millisatoshis. */
export interface SatsTotals extends SatsSums {
	/** Pretended, and in none of the sums above. */
	readonly simulated: SatsSums;
}

const NOTHING: SatsSums = { in: 0, out: 0, paid: 0, fee: 0, pending: 0 };

/**
 * @param from  rows of this millisecond count
 * @param to  and those of this one do not
 * @param now  when what was pending may have lapsed
 */
export function satsTotals(rows: Iterable<SatsRow>, from: number, to: number, now: number): SatsTotals {
	const all = [...rows];
	// What was pending and has come through stands there a second time, as what it became.
	const through = new Set(all.flatMap((row) => (row.kind === 'in' || row.kind === 'paid' ? [row.receipt] : [])));
	const real = { ...NOTHING };
	const simulated = { ...NOTHING };
	for (const row of all) {
		if (row.at < from || row.at >= to) continue;
		if (row.kind === 'pending' && (through.has(row.receipt) || (row.until ?? Infinity) <= now)) continue;
		(row.simulated ? simulated : real)[row.kind] += row.msat;
	}
	return { ...real, simulated };
}

export interface SatsAdded {
	readonly added: number;
	readonly known: number;
	/** Why, of each that was set aside. */
	readonly refused: readonly string[];
}
export interface SatsView {
	readonly totals: SatsTotals;
	readonly rates: readonly Rate[];
	/** Paid for, and waiting for a rate. */
	readonly unconverted: { readonly calls: number; readonly usd: number };
	/** Calls whose price is not known: what was spent is more than is told. */
	readonly unpriced: number;
	/** Payments and rows that were set aside, over all time. */
	readonly setAside: number;
	readonly rows: number;
	/** The newest. */
	readonly newest: readonly SatsRow[];
}

/** As a paired page may see it. */
export interface WalletView {
	readonly connected: boolean;
	/** The wallet's name for itself. */
	readonly alias: string;
	/** `mainnet`, or one where sats are worth nothing. */
	readonly network: string;
	/** Hosts of the relays between. */
	readonly relays: readonly string[];
	/** When it last told all; 0: not yet. */
	readonly readAt: number;
	/** What keeps it from being read; '' = nothing. */
	readonly trouble: string;
}

export type SatsShown = SatsView & { readonly wallet: WalletView };

/** What a person does about sats. */
export type SatsChange =
	| { readonly do: 'connect'; readonly connection: string }
	| { readonly do: 'disconnect' }
	| { readonly do: 'read' }
	| { readonly do: 'rate'; readonly usdPerBtc: number }
	| { readonly do: 'rate of today' };

/** Dollars in millisatoshis, rounded up: what is spent is never told too low. */
export function msatOf(usd: number, rate: Rate): number {
	// A whole amount that the division left a hair above itself stays what it is.
	return Math.ceil(((usd * MSAT_PER_BTC) / rate.usdPerBtc) * (1 - 1e-12));
}

/** The rate of a day: the newest that held by then, or the first there is. */
export function rateFor(rates: readonly Rate[], at: number): Rate | undefined {
	const ordered = rates.toSorted((a, b) => a.at - b.at);
	return ordered.findLast((rate) => rate.at <= at) ?? ordered[0];
}

/** Where a rate is no rate of any day so far. */
export function rateFault(usdPerBtc: number): string {
	return Number.isFinite(usdPerBtc) && usdPerBtc >= 1 && usdPerBtc <= 1e8 ? '' : 'Dollars for one bitcoin: a number from 1 to 100,000,000.';
}

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/i, 'no hash of a payment'), v.toLowerCase());
const whole = v.pipe(v.number(), v.integer('no whole number'), v.minValue(0, 'negative'));
const msat = v.pipe(whole, v.maxValue(MSAT_MOST, 'more than one bitcoin'));
/** Seconds since 1970. Wallets write null, or 0, for never. */
const seconds = v.optional(v.nullable(v.pipe(whole, v.maxValue(1e11))));

/** The part of a NIP-47 transaction that is kept. */
const transaction = v.object({
	type: v.picklist(['incoming', 'outgoing']),
	state: v.optional(v.nullable(v.picklist(['settled', 'pending', 'accepted', 'failed', 'expired']))),
	payment_hash: hash,
	amount: msat,
	fees_paid: v.optional(v.nullable(msat)),
	created_at: v.pipe(whole, v.maxValue(1e11)),
	settled_at: seconds,
	expires_at: seconds,
	description: v.optional(v.nullable(v.string())),
	/** Said by some; amounts are millisatoshis or nothing. */
	currency: v.optional(v.nullable(v.picklist(['BTC', 'btc', 'msat', 'msats'], 'another currency'))),
});

/** The first block was mined on that day, so nobody was paid before. */
const FIRST_DAY_S = Date.UTC(2009, 0, 3) / 1000;
/** A wallet's clock may go a little ahead of this one. */
const AHEAD_S = 3600;

export type TransactionRead =
	/** None for what failed or lapsed. */
	{ readonly ok: true; readonly rows: readonly SatsRow[] } | { readonly ok: false; readonly why: string };

/**
 * Reads what a wallet, or a file of one, says of a payment. What cannot be is refused with its fault.
 *
 * @param now  milliseconds since 1970
 */
export function readTransaction(data: unknown, source: 'wallet' | 'import', now: number, simulated: boolean): TransactionRead {
	const read = v.safeParse(transaction, data);
	if (!read.success) {
		const [issue] = read.issues;
		return { ok: false, why: `${v.getDotPath(issue) ?? 'transaction'}: ${issue.message}` };
	}
	const t = read.output;
	const settled = t.state === 'settled' || (t.state == null && !!t.settled_at);
	const atS = (settled ? t.settled_at : undefined) || t.created_at;
	if (atS < FIRST_DAY_S) return { ok: false, why: 'created_at: before there were any' };
	if (atS > now / 1000 + AHEAD_S) return { ok: false, why: `${settled ? 'settled_at' : 'created_at'}: in the future` };
	const common = {
		at: atS * 1000,
		source,
		receipt: t.payment_hash,
		note: (t.description ?? '').slice(0, 200),
		usd: null,
		rateAt: null,
		until: null,
		simulated,
	} as const;
	if (settled) {
		const rows: SatsRow[] = [{ ...common, kind: t.type === 'incoming' ? 'in' : 'paid', msat: t.amount }];
		if (t.fees_paid) rows.push({ ...common, kind: 'fee', msat: t.fees_paid });
		return { ok: true, rows };
	}
	if (t.state === 'failed' || t.state === 'expired') return { ok: true, rows: [] };
	return { ok: true, rows: [{ ...common, kind: 'pending', msat: t.amount, until: t.expires_at ? t.expires_at * 1000 : null }] };
}

/** Sats as people write them; millisatoshis are shown where there are some. */
export function formatSats(msats: number): string {
	const sats = msats / 1000;
	return `${sats.toLocaleString('en', { maximumFractionDigits: Math.abs(sats) < 100 ? 3 : 0 })} sats`;
}
