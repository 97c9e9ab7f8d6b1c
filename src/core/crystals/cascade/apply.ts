// What is learnt about a model, put to use: is it good enough for this kind of question, may it be skipped, how long is it worth
// waiting for, and how likely is this very answer to be right. Pure.
import { floor } from '../lifecycle.ts';
import { askedOf, type CascadeCrystal, type CascadeData, type Channel, type Example, isVerifiable, verifiedOf } from './schema.ts';

/** A kind with few observations of its own leans on the ask as a whole as if it had seen this many there. */
const LEAN = 4;
/** Below so many verified answers nothing is predicted, and so nothing doubted. */
export const PREDICT_LEAST = 12;
/** Below so many times the tier's own budget counts. */
const LATENCIES_LEAST = 8;
const WAIT_LEAST_MS = 1000;

/** What is known of a tier for one kind of question: of the kind itself, and of the ask as a whole. */
export interface Known {
	readonly own?: CascadeCrystal;
	readonly whole?: CascadeCrystal;
}

/** The verdict in force and who says so. The ask's verdict holds for kinds that have none, unless they saw the opposite. */
export function verdictOf({ own, whole }: Known): { readonly is: CascadeData['verdict']; readonly from?: CascadeCrystal } {
	// Taken out of service by hand: for this kind nothing that was learnt counts.
	if (own?.state === 'retired') return { is: 'open' };
	if (own?.state === 'autonomous') return { is: own.data.verdict, from: own };
	if (whole?.state !== 'autonomous' || own?.state === 'quarantined') return { is: 'open' };
	const seen = own === undefined ? undefined : chanceOf(own.data);
	const against = whole.data.verdict === 'skip' ? seen !== undefined && seen > 0.5 : seen !== undefined && seen < 0.5;
	return against ? { is: 'open' } : { is: whole.data.verdict, from: whole };
}

/** Nearly every answer of it was doubted, so it only costs the time until the next is asked. */
export function doubtedText({ own, whole }: Known): { readonly text: string; readonly from: CascadeCrystal } | undefined {
	if (own?.state === 'retired') return undefined;
	const from = own !== undefined && own.data.weighed[0] + own.data.weighed[1] >= DOUBTS_LEAST ? own : whole;
	if (from === undefined || from.state === 'retired') return undefined;
	const [stood, doubted] = from.data.weighed;
	if (stood + doubted < DOUBTS_LEAST || doubted < DOUBTED_NEARLY * (stood + doubted)) return undefined;
	return { text: `${countsText(from.data)}; nearly all of its answers were doubted`, from };
}
/** Decayed counts: twelve is reached after eighteen answers. */
const DOUBTS_LEAST = 12;
const DOUBTED_NEARLY = 0.9;

const mean = ({ k, w }: Channel, prior = 0.5, weight = 2): number => (weight * prior + k) / (weight + k + w);

/** By what the kind itself saw; undefined below two observations. */
function chanceOf(data: CascadeData): number | undefined {
	const seen = Math.max(data.usable.k + data.usable.w, data.right.k + data.right.w);
	return seen < 1.9 ? undefined : mean(data.usable) * (isVerifiable(data.ask) && data.right.k + data.right.w > 0 ? mean(data.right) : 1);
}

/** The chances that an answer is usable, and that a usable one is right, by history alone. */
export function historyOf({ own, whole }: Known): { readonly usable: number; readonly right: number } {
	const inUse = (c: CascadeCrystal | undefined) => (c === undefined || c.state === 'retired' ? undefined : c.data);
	const [of, all] = [inUse(own), inUse(whole)];
	const usable = all === undefined ? 0.5 : mean(all.usable);
	const right = all === undefined ? 0.5 : mean(all.right);
	const data = of ?? all;
	return {
		usable: of === undefined ? usable : mean(of.usable, usable, LEAN),
		right: data !== undefined && !isVerifiable(data.ask) ? 1 : of === undefined ? right : mean(of.right, right, LEAN),
	};
}

/** Chance of a usable and right answer, with the floor under it, for people and for ranking. */
export function successOf(data: CascadeData): { readonly score: number; readonly floor: number } {
	const judged = isVerifiable(data.ask);
	return {
		score: mean(data.usable) * (judged ? mean(data.right) : 1),
		floor: floor(data.usable) * (judged ? floor(data.right) : 1),
	};
}

/** So long an answer is worth waiting for when another tier can be asked after; undefined while its own times are few. */
export function waitOf({ own, whole }: Known): number | undefined {
	const ms = [own, whole].find((c) => c !== undefined && c.state !== 'retired' && c.data.ms.length >= LATENCIES_LEAST)?.data.ms;
	return ms === undefined ? undefined : Math.max(WAIT_LEAST_MS, Math.round(2 * quantile(ms, 0.9)));
}

/** The middle of its times; undefined when there is none. */
export function medianOf({ own, whole }: Known): number | undefined {
	const ms = [own, whole].find((c) => c !== undefined && c.data.ms.length > 0)?.data.ms;
	return ms === undefined ? undefined : quantile(ms, 0.5);
}

/** @param q  in [0, 1] */
export function quantile(values: readonly number[], q: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

/** The chance with which a skipped tier gets its turn all the same: a quarter at first, falling to one in fifty. */
export function chanceAgain(skips: number): number {
	return Math.max(0.02, 1 / (4 + skips));
}

// ---- how likely is this answer right --------------------------------------------------------------------------------------

export interface Signs {
	/** What the model said of itself, in [0, 1]. */
	readonly confidence?: number;
	/** Whether crystals in shadow say the same; undefined when none says anything. */
	readonly agrees?: boolean;
}
export interface Prediction {
	/** Chance of being right by history alone. */
	readonly base: number;
	/** Calibrated with the signs; undefined below `PREDICT_LEAST` verified answers. */
	readonly chance: number | undefined;
}

/** How likely a usable answer is right. */
export function predict(known: Known, signs: Signs): Prediction {
	const base = historyOf(known).right;
	const whole = known.whole;
	if (whole === undefined || whole.state === 'retired' || known.own?.state === 'retired') return { base, chance: undefined };
	// Nothing is verified where nothing can be: a usable line is as likely good as its kind.
	if (!isVerifiable(whole.data.ask)) return { base, chance: undefined };
	const [, checked] = verifiedOf(whole.data);
	if (checked < PREDICT_LEAST || whole.data.examples.length < PREDICT_LEAST) return { base, chance: undefined };
	return { base, chance: sigmoid(dot(weightsOf(whole.data.examples), featuresOf(base, signs.confidence ?? null, turn(signs.agrees)))) };
}

export function turn(agrees: boolean | undefined): -1 | 0 | 1 {
	return agrees === undefined ? 0 : agrees ? 1 : -1;
}

type Four = readonly [number, number, number, number];
const dot = (a: Four, b: Four): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-Math.max(-30, Math.min(30, x))));
const logit = (p: number): number => Math.log(p / (1 - p));

/** History in log odds, the stated confidence about its middle, agreement. */
function featuresOf(base: number, confidence: number | null, agrees: number): Four {
	return [1, logit(Math.max(0.02, Math.min(0.98, base))), confidence === null ? 0 : 4 * (confidence - 0.5), agrees];
}

const fitted = new WeakMap<readonly Example[], Four>();
/** By history alone until the examples say otherwise. */
const START: Four = [0, 1, 0, 0];
const RIDGE = 1;
/** It converges in four. */
const NEWTON_STEPS = 5;

/** A logistic regression with a ridge towards "history alone" (design-crystals.md §6), by Newton's method. */
function weightsOf(examples: readonly Example[]): Four {
	const known = fitted.get(examples);
	if (known !== undefined) return known;
	const rows = examples.map(([base, confidence, agrees]) => featuresOf(base, confidence, agrees));
	let weights = START;
	for (let step = 0; step < NEWTON_STEPS; step++) {
		const slope = weights.map((weight, i) => -RIDGE * (weight - (START[i] as number)));
		// Row by row, four by four.
		const bend = new Float64Array(16);
		for (let i = 0; i < 4; i++) bend[5 * i] = RIDGE;
		for (const [n, x] of rows.entries()) {
			const p = sigmoid(dot(weights, x));
			const off = (examples[n] as Example)[4] - p;
			for (let i = 0; i < 4; i++) {
				const xi = x[i] as number;
				slope[i] = (slope[i] as number) + off * xi;
				const by = p * (1 - p) * xi;
				for (let j = 0; j < 4; j++) bend[4 * i + j] = (bend[4 * i + j] as number) + by * (x[j] as number);
			}
		}
		const change = solve(
			[0, 1, 2, 3].map((i) => [...bend.subarray(4 * i, 4 * i + 4)]),
			slope,
		);
		weights = weights.map((weight, i) => weight + (change[i] as number)) as unknown as Four;
	}
	fitted.set(examples, weights);
	return weights;
}

/** Gauss with pivots; the ridge keeps the matrix regular. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
	const n = right.length;
	const rows = matrix.map((row, i) => [...row, right[i] as number]);
	for (let i = 0; i < n; i++) {
		let best = i;
		for (let j = i + 1; j < n; j++) if (Math.abs(rows[j]?.[i] as number) > Math.abs(rows[best]?.[i] as number)) best = j;
		[rows[i], rows[best]] = [rows[best] as number[], rows[i] as number[]];
		const pivot = rows[i] as number[];
		for (let j = 0; j < n; j++) {
			if (j === i) continue;
			const row = rows[j] as number[];
			const by = (row[i] as number) / (pivot[i] as number);
			for (let c = i; c <= n; c++) row[c] = (row[c] as number) - by * (pivot[c] as number);
		}
	}
	return rows.map((row, i) => (row[n] as number) / (row[i] as number));
}

/**
 * How far predictions and outcomes lie apart: the mean over five groups of like predictions, weighted by their size.
 *
 * @returns undefined below twenty
 */
export function calibrationError(examples: readonly Pick<Example, 3 | 4>[]): number | undefined {
	if (examples.length < 20) return undefined;
	const groups = Array.from({ length: 5 }, () => ({ n: 0, p: 0, right: 0 }));
	for (const e of examples) {
		const group = groups[Math.min(4, Math.floor(5 * e[3]))] as (typeof groups)[number];
		group.n++;
		group.p += e[3];
		group.right += e[4];
	}
	return groups.reduce((sum, { p, right }) => sum + Math.abs(p - right), 0) / examples.length;
}

/** Chance of a wrong verdict that both tests allow at their edge. */
export const TEST_ALPHA = 0.05;

// ---- in words ---------------------------------------------------------------------------------------------------------------

const WHERE = { device: 'on this device', local: 'on this network', cloud: 'in the cloud' } as const;

export function kindText({ ask, key }: Pick<CascadeData, 'ask' | 'key'>): string {
	if (key === '') return `any ${ask}`;
	return ask === 'narration' ? `narration of ${key}` : ask === 'decision' ? `decision on ${key}` : `perception after ${key}`;
}

export function cascadeName(data: CascadeData): string {
	return `${kindText(data)}: ${data.tier.model}`;
}

/** "14 of 16 right, 2.1 s; good enough". */
export function countsText(data: CascadeData): string {
	const asked = askedOf(data);
	const usable = data.outcomes.first + data.outcomes.again;
	const [right, checked] = verifiedOf(data);
	const claim = data.claimed;
	const parts = [
		asked === 0 ? '' : `${usable} of ${asked} usable`,
		checked === 0 ? '' : `${right} of ${checked} right`,
		data.ms.length === 0 ? '' : secondsText(quantile(data.ms, 0.5)),
		claim === undefined || claim.of === 0 ? '' : `elsewhere ${claim.good} of ${claim.of} ${isVerifiable(data.ask) ? 'right' : 'usable'}`,
	].filter(Boolean);
	return parts.length === 0 ? 'not asked yet' : parts.join(', ');
}

export function secondsText(ms: number): string {
	return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

const WORDS = { open: 'undecided', good: 'good enough', skip: 'to be skipped' } as const;

export function verdictText({ state, data }: Pick<CascadeCrystal, 'state' | 'data'>): string {
	if (state === 'retired') return 'not used: taken out of service';
	if (state === 'quarantined') return 'changed: watched anew';
	return state === 'autonomous' ? WORDS[data.verdict] : WORDS.open;
}

/** What it still lacks before it is followed, in words; empty when it is. */
export function lacksText({ state, data }: Pick<CascadeCrystal, 'state' | 'data'>): string {
	if (state === 'autonomous' || state === 'retired') return '';
	const way = (l: number): number => Math.round(Math.min(100, (100 * Math.max(0, l)) / Math.log(1 / TEST_ALPHA)));
	const judged = isVerifiable(data.ask);
	const good = judged ? Math.min(way(data.usable.good), way(data.right.good)) : way(data.usable.good);
	const skip = judged ? Math.max(way(data.usable.skip), way(data.right.skip)) : way(data.usable.skip);
	return `${good} % of the way to “good enough”, ${skip} % to “to be skipped”`;
}

/** "decision on play: SmolLM2 on this device: 14 of 16 right, 2.1 s; good enough". */
export function cascadeText(crystal: Pick<CascadeCrystal, 'state' | 'data'>): string {
	const { data } = crystal;
	const stand = data.simulated ? ' (scripted stand-in)' : '';
	return `${kindText(data)}: ${data.tier.model} ${WHERE[data.tier.name]}${stand}: ${countsText(data)}; ${verdictText(crystal)}`;
}
