// A ledger that was stored or sent is somebody's word until it is read. What is counted must be countable: a number that is none
// would make every sum after it none.
import * as v from 'valibot';
import { type LedgerEntry, TIERS } from './ledger.ts';
import { ASKS } from './question.ts';

const amount = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e12));
const count = v.pipe(amount, v.integer());
/** Within what a date can be. */
const time = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8.64e15));
const line = v.pipe(v.string(), v.maxLength(300));
const text = v.pipe(v.string(), v.maxLength(20_000));
const ask = v.picklist(ASKS);
const tier = v.picklist(TIERS);
const names = v.array(v.pipe(v.string(), v.maxLength(300)));
const envelope = {
	n: v.pipe(count, v.minValue(1)),
	at: time,
	session: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
};
const miss = v.looseObject({ tier, reason: line, detail: text });
const tried = v.looseObject({ tier, calls: count, usd: v.nullable(amount) });
const waited = v.looseObject({ of: count, times: count });
const act = v.looseObject({ verb: line, args: v.record(v.string(), v.unknown()) });

/** What has stood in every version of an entry and is counted, shown or joined on; the rest comes along unread. */
const entry = v.variant('type', [
	v.looseObject({
		...envelope,
		type: v.literal('question'),
		tick: count,
		ask,
		tier: v.nullable(tier),
		misses: v.array(miss),
		latencyMs: amount,
		model: line,
		calls: count,
		tries: v.optional(v.array(tried)),
		promptTokens: count,
		completionTokens: count,
		usd: v.nullable(amount),
		simulated: v.boolean(),
		made: names,
		used: names,
		why: text,
		violation: v.boolean(),
		waited: v.optional(waited),
	}),
	v.looseObject({ ...envelope, type: v.literal('verdict'), ask, of: count, tier, wrong: v.boolean(), acted: v.boolean(), detail: text }),
	v.looseObject({
		...envelope,
		type: v.literal('act'),
		tick: count,
		frame: v.optional(line),
		of: v.optional(count),
		act,
		done: v.boolean(),
		reason: text,
		idle: v.boolean(),
	}),
	v.looseObject({ ...envelope, type: v.literal('intervention'), what: line, detail: text }),
	v.looseObject({ ...envelope, type: v.literal('rested'), ticks: count }),
	v.looseObject({ ...envelope, type: v.literal('spoken'), of: count, tier, event: line, line: text }),
	v.looseObject({ ...envelope, type: v.literal('silent'), event: line, why: text }),
	v.looseObject({ ...envelope, type: v.literal('sent'), to: text, tier, width: count, height: count, bytes: count, sha256: line }),
	v.looseObject({
		...envelope,
		type: v.literal('state'),
		crystal: line,
		kind: line,
		name: line,
		from: line,
		to: line,
		why: text,
		hand: v.optional(v.picklist(['act', 'undo'])),
	}),
	v.looseObject({
		...envelope,
		type: v.literal('session'),
		event: v.picklist(['started', 'paused', 'resumed', 'ended']),
		game: line,
		detail: text,
		playedMs: amount,
		skills: v.optional(count),
		waited: v.optional(v.array(waited)),
	}),
	v.looseObject({
		...envelope,
		type: v.literal('sats'),
		movedAt: time,
		direction: v.picklist(['in', 'out', 'fee']),
		msat: v.pipe(v.number(), v.integer(), v.minValue(0)),
		receipt: text,
		detail: text,
	}),
	v.looseObject({
		...envelope,
		type: v.literal('strike'),
		event: line,
		sort: line,
		key: text,
		what: text,
		times: count,
		evidence: v.array(count),
		draft: text,
	}),
	v.looseObject({ ...envelope, type: v.literal('drill'), event: v.picklist(['pulled', 'restored']), minutes: amount, detail: text }),
]);

/** A sort of entry that is missing above does not compile: it would be set aside as nonsense. */
const everySort: Record<LedgerEntry['type'], true> = {} as Record<v.InferOutput<typeof entry>['type'], true>;
void everySort;

export type EntryRead = { readonly ok: true; readonly entry: LedgerEntry } | { readonly ok: false; readonly why: string };

/** Checks what is said to be an entry of a ledger; the first fault is named with its field. */
export function readEntry(data: unknown): EntryRead {
	const read = v.safeParse(entry, data);
	if (read.success) return { ok: true, entry: read.output as unknown as LedgerEntry };
	const [issue] = read.issues;
	return { ok: false, why: `${v.getDotPath(issue) ?? 'entry'}: ${issue.message}` };
}
