// The dial: "at most x % of the questions that no crystal answers may reach the cloud", for all asks or for each. Held online by a
// bucket for each ask that gets x of a token with each question and gives one to each that reaches the cloud; and met well by a
// threshold, the x-quantile of one's own predictions: the answers least likely right go on, the others stand.
import * as v from 'valibot';
import { quantile } from '../crystals/cascade/apply.ts';
import type { TierName } from '../ledger.ts';
import type { LiveAsk } from '../question.ts';

/** Share in [0, 1]; 0: never; null: as needed. */
export type Share = number | null;
export interface Dial {
	readonly all: Share;
	/** Where an ask has a share of its own. */
	readonly asks: Readonly<Partial<Record<LiveAsk, Share>>>;
}
export const DIAL_ASKS = [
	'perception',
	'decision',
	'route',
	'strategy',
	'narration',
	'quest',
	'npc',
	'moderation',
] as const satisfies readonly LiveAsk[];
export const OPEN_DIAL: Dial = { all: null, asks: {} };

const share = v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1)));
const dialSchema = v.object({
	all: share,
	asks: v.object(v.entriesFromList(DIAL_ASKS, v.optional(share))),
});
/** What a store gives back; the open dial when it is no dial. */
export function readDial(stored: unknown): Dial {
	const read = v.safeParse(dialSchema, stored);
	return read.success ? (read.output as Dial) : OPEN_DIAL;
}
export function shareOf(dial: Dial, ask: LiveAsk): Share {
	const own = dial.asks[ask];
	return own === undefined ? dial.all : own;
}
/** The dial after one change, or a sentence why not. `share` undefined: the ask follows "all" again. */
export function turnDial(dial: Dial, ask: LiveAsk | 'all', to: Share | undefined): Dial | string {
	if (to !== undefined && to !== null && !(to >= 0 && to <= 1)) return `A share lies between 0 and 100 %, not at ${100 * to} %.`;
	if (ask === 'all') return to === undefined ? 'The share for all asks cannot follow another.' : { ...dial, all: to };
	const { [ask]: _, ...others } = dial.asks;
	return { ...dial, asks: to === undefined ? others : { ...others, [ask]: to } };
}
export function shareText(share: Share): string {
	return share === null ? 'as needed' : share === 0 ? 'never' : `at most ${Number((100 * share).toFixed(1))} %`;
}

/** Questions that the share is measured on, and predictions that the threshold is taken from. */
const WINDOW = 400;
const PREDICTIONS = 200;
const PREDICTIONS_LEAST = 20;
/** So many may reach the cloud in a row beyond the share. */
export const BURST = 3;

/** Which tiers a question reached. */
type Reached = Readonly<Record<Exclude<TierName, 'crystal'>, boolean>>;
const BITS = { device: 1, local: 2, cloud: 4 } as const;

const meterSchema = v.object({
	tokens: v.pipe(v.number(), v.minValue(0), v.maxValue(BURST)),
	reached: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7))), v.maxLength(WINDOW)),
	chances: v.pipe(v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(1))), v.maxLength(PREDICTIONS)),
});
/** What outlives a session, by ask. JSON. */
export type MeterMemory = v.InferOutput<typeof meterSchema>;

export interface Meter {
	/** A question missed the crystals. */
	question(share: Share): void;
	/** Whether one may reach the cloud now, and with how many tokens to spare. */
	may(share: Share, spare?: number): boolean;
	/** One does; `refund` when it never left. */
	spend(share: Share): void;
	refund(share: Share): void;
	/** @param chance  of the best answer there was before the cloud was considered; undefined when nothing could be foretold */
	done(reached: Reached, chance: number | undefined): void;
	/** The chance at and below which an answer is among the `share` least sure; 1 while too few are known. */
	threshold(share: Share): number;
	readonly shares: { readonly questions: number; readonly device: number; readonly local: number; readonly cloud: number };
	memory(): MeterMemory;
}

export function makeMeter(from?: unknown): Meter {
	const read = v.safeParse(meterSchema, from);
	let { tokens, reached, chances }: MeterMemory = read.success ? read.output : { tokens: 1, reached: [], chances: [] };
	return {
		question(share) {
			if (share !== null) tokens = Math.min(BURST, tokens + share);
		},
		// Many small shares added up may fall a hair short of one.
		may: (share, spare = 0) => share === null || (share > 0 && tokens > 1 - 1e-9 + spare),
		spend(share) {
			if (share !== null) tokens = Math.max(0, tokens - 1);
		},
		refund(share) {
			if (share !== null) tokens = Math.min(BURST, tokens + 1);
		},
		done(by, chance) {
			const bits = (Object.keys(BITS) as (keyof typeof BITS)[]).reduce((sum, tier) => sum + (by[tier] ? BITS[tier] : 0), 0);
			reached = [...reached, bits].slice(-WINDOW);
			if (chance !== undefined) chances = [...chances, chance].slice(-PREDICTIONS);
		},
		threshold: (share) => (share === null || chances.length < PREDICTIONS_LEAST ? 1 : share >= 1 ? 1 : quantile(chances, share)),
		get shares() {
			const of = (bit: number) => reached.filter((bits) => (bits & bit) !== 0).length;
			return { questions: reached.length, device: of(BITS.device), local: of(BITS.local), cloud: of(BITS.cloud) };
		},
		memory: () => ({ tokens, reached, chances }),
	};
}
