// What was learnt about asking one model one kind of question: how often its answer could be used, how often it proved right, how
// long it takes. The cascade's configuration is made of these, so it can be read, traced and taken back like everything learnt.
import * as v from 'valibot';
import type { Crystal } from '../crystal.ts';
import { type Migrations, readStored, type Stored } from '../stored.ts';

export const CASCADE_SCHEMA = 1;

export const CASCADE_ASKS = ['perception', 'decision', 'route', 'strategy', 'narration', 'quest', 'npc', 'moderation'] as const;
export const CASCADE_TIERS = ['device', 'local', 'cloud'] as const;
/** `open`: not shown either way. `good`: its answers stand. `skip`: it almost surely fails, so the next is asked at once. */
export const VERDICTS = ['open', 'good', 'skip'] as const;
export type RoutingVerdict = (typeof VERDICTS)[number];

export const LATENCIES_MAX = 64;
export const EXAMPLES_MAX = 120;

const num = v.pipe(v.number(), v.finite());
const count = v.pipe(num, v.minValue(0));
const unit = v.pipe(count, v.maxValue(1));
const pair = v.tuple([count, count]);

/** One sort of evidence: is the answer usable; is a usable answer right. */
const channel = v.object({
	/** Good and bad observations, × 0.99 with each new one. */
	k: count,
	w: count,
	/** Observations since the tests began. */
	since: count,
	/** Log likelihood ratios of the two sequential tests: towards "good enough" and towards "to be skipped". */
	good: num,
	skip: num,
	/** The CUSUM against the verdict in force. */
	alarm: count,
});
export type Channel = v.InferOutput<typeof channel>;

/** A usable answer that was verified later: what was known before, and what came of it. */
const example = v.tuple([
	/** Chance of being right by the kind's history alone. */
	unit,
	/** What the model said of itself; null when it says nothing. */
	v.nullable(unit),
	/** Whether crystals in shadow said the same: 1, −1, or 0 when none said anything. */
	v.picklist([-1, 0, 1]),
	/** The calibrated prediction that was made. */
	unit,
	/** 1: it was right. */
	v.picklist([0, 1]),
]);
export type Example = v.InferOutput<typeof example>;

export const cascadeData = v.object({
	ask: v.picklist(CASCADE_ASKS),
	/** Screen, decision point or event type; empty: the ask as a whole. */
	key: v.pipe(v.string(), v.maxLength(120)),
	tier: v.object({ name: v.picklist(CASCADE_TIERS), model: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) }),
	/** A scripted stand-in: what is learnt of it says nothing about a model. */
	simulated: v.boolean(),
	usable: channel,
	right: channel,
	/** Questions by what came of them, never decayed: usable at once, after one repair, refused twice, too late, failed. */
	outcomes: v.object({ first: count, again: count, refused: count, timedOut: count, failed: count }),
	/** Right and wrong, by what said so. */
	verified: v.object({ postcondition: pair, truth: pair, tier: pair }),
	/** How long questions took, ms, newest last. */
	ms: v.pipe(v.array(count), v.maxLength(LATENCIES_MAX)),
	/** US dollars of all calls whose price is known. */
	usd: count,
	calls: count,
	verdict: v.picklist(VERDICTS),
	/** The evidence that the verdict rests on. */
	by: v.picklist(['', 'usable', 'right', 'both']),
	/** Usable answers that stood and that were doubted while another tier could be asked, × 0.95 with each new one. */
	weighed: pair,
	/** Times it was skipped since something last spoke against skipping it. */
	skips: count,
	/** Only where `key` is empty. */
	examples: v.pipe(v.array(example), v.maxLength(EXAMPLES_MAX)),
	/** What a pack says was learnt elsewhere; four outcomes here that agree put it into force. */
	claimed: v.optional(v.object({ verdict: v.picklist(VERDICTS), good: count, of: count, ms: count })),
});
export type CascadeData = v.InferOutput<typeof cascadeData>;
export type CascadeCrystal = Crystal<'cascade', CascadeData>;
export type CascadeAsk = CascadeData['ask'];
export type CascadeTier = CascadeData['tier'];

/** Each takes data of version `index + 1` to the next. */
export const CASCADE_MIGRATIONS: Migrations = [];

export function readCascade(data: unknown, version: number): Stored<CascadeData> {
	return readStored('cascade', { schema: cascadeData, newest: CASCADE_SCHEMA, migrations: CASCADE_MIGRATIONS }, data, version);
}

export function freshChannel(): Channel {
	return { k: 0, w: 0, since: 0, good: 0, skip: 0, alarm: 0 };
}

export function freshCascade(ask: CascadeAsk, key: string, tier: CascadeTier, simulated: boolean): CascadeData {
	return {
		ask,
		key,
		tier,
		simulated,
		usable: freshChannel(),
		right: freshChannel(),
		outcomes: { first: 0, again: 0, refused: 0, timedOut: 0, failed: 0 },
		verified: { postcondition: [0, 0], truth: [0, 0], tier: [0, 0] },
		ms: [],
		usd: 0,
		calls: 0,
		verdict: 'open',
		by: '',
		weighed: [0, 0],
		skips: 0,
		examples: [],
	};
}

/** Nothing checks a line of narration beyond its schema and its slots, and nothing a ruling: a usable one is as good as a right one. */
export function isVerifiable(ask: CascadeAsk): boolean {
	return ask !== 'narration' && ask !== 'moderation';
}

/** Questions it was asked, whatever came of them. */
export function askedOf({ outcomes: o }: Pick<CascadeData, 'outcomes'>): number {
	return o.first + o.again + o.refused + o.timedOut + o.failed;
}
/** Answers that something other than the model checked: right, and all. */
export function verifiedOf({ verified: x }: Pick<CascadeData, 'verified'>): readonly [right: number, of: number] {
	const right = x.postcondition[0] + x.truth[0] + x.tier[0];
	return [right, right + x.postcondition[1] + x.truth[1] + x.tier[1]];
}

/**
 * What may be believed of data that came with a pack: what it says it learnt, as a claim. Another machine's times, prices and
 * counts say nothing about this one.
 */
export function asClaim(data: CascadeData): CascadeData {
	const asked = askedOf(data);
	const [right, checked] = verifiedOf(data);
	const [good, of] = isVerifiable(data.ask) ? [right, checked] : [data.outcomes.first + data.outcomes.again, asked];
	const sorted = data.ms.toSorted((a, b) => a - b);
	return {
		...freshCascade(data.ask, data.key, data.tier, data.simulated),
		claimed: { verdict: data.verdict, good, of, ms: sorted[sorted.length >> 1] ?? 0 },
	};
}
