// The peers of the decisions bench, as their papers and users run them. All are given the same answers; none is told the truth.
import { actKey } from '../../../core/crystals/rule/apply.ts';
import type { Act, Facts, FactValue } from '../../../core/question.ts';
import { randomOf } from '../../statistics.ts';
import { accepts, type Contending } from './contender.ts';
import { growTree, type Tree, treeSays } from './tree.ts';
import type { Description } from './world.ts';

/** Every decision is a call. */
export const alwaysAsk: Contending = () => ({ who: 'always ask', decide: () => undefined, learn: () => undefined });

/** The act that was answered for exactly these facts. */
export const exactCache: Contending = () => {
	const kept = new Map<string, Act>();
	return {
		who: 'exact fact cache',
		decide({ facts }) {
			const act = kept.get(textOf(facts));
			return act === undefined ? undefined : { act };
		},
		learn({ facts }, { act }) {
			kept.set(textOf(facts), act);
		},
	};
};

/** The act that was answered for the most alike facts, when they are alike enough; as GPTCache does with sentence vectors. */
export function similarityCache(threshold: number): Contending {
	return (description) => {
		const near = makeNearest(description);
		return {
			who: `similarity cache ${threshold.toFixed(2)}`,
			decide({ facts }) {
				const found = near.find(facts);
				return found === undefined || found.similarity < threshold ? undefined : { act: found.entry.act };
			},
			learn({ facts }, { act }) {
				near.add(facts, act);
			},
		};
	};
}

/**
 * Each entry learns from its own record at which similarity it may answer, so that errors stay under δ.
 *
 * @see Schroeder et al., "vCache: Verified Semantic Prompt Caching" (2025), and its program: explore with the chance that keeps that of a
 *   correct answer at 1 − δ, from a logistic fit of (similarity, correct) and the uncertainty of its threshold
 */
export function verifiedCache(delta: number): Contending {
	return (description, seed) => {
		const near = makeNearest(description);
		const next = randomOf(seed);
		return {
			who: 'verified cache',
			decide({ facts }) {
				const found = near.find(facts);
				if (found === undefined) return undefined;
				return next() <= exploring(found.entry.record, found.similarity, delta) ? undefined : { act: found.entry.act };
			},
			learn({ facts }, answer) {
				const found = near.find(facts);
				if (found === undefined) return near.add(facts, answer.act);
				const right = accepts(answer, found.entry.act);
				found.entry.record.push({ similarity: found.similarity, right });
				if (!right) near.add(facts, answer.act);
			},
		};
	};
}

export interface Observed {
	readonly similarity: number;
	readonly right: boolean;
}
/** What an entry starts with: nothing alike is wrong, the same is right. Counted among the six. */
const RECORD_FIRST: readonly Observed[] = [
	{ similarity: 0, right: false },
	{ similarity: 1, right: true },
];
const RECORD_LEAST = 6;
/** Variance of the threshold where the record separates without error, by the number of observations; between them evenly. */
const SEPARATED = [
	[6, 0.0354],
	[9, 0.0213],
	[12, 0.0114],
	[24, 0.013],
	[30, 0.008],
	[36, 0.0076],
	[48, 0.0153],
] as const;

/** Chance with which an entry must be checked at this similarity. */
export function exploring(record: readonly Observed[], similarity: number, delta: number): number {
	const all = [...RECORD_FIRST, ...record];
	if (all.length < RECORD_LEAST) return 1;
	const { threshold, slope, variance } = fitLogistic(all);
	let least = 1;
	// The level of the bound is free: of all levels the one that asks least.
	for (let i = 0; i < 50; i++) {
		const level = Math.min(1 - 1e-6, Math.max(1e-6, i / 49));
		const bound = Math.min(1, Math.max(0, threshold + normalQuantile(1 - level) * Math.sqrt(variance)));
		const sure = (1 - level) / (1 + Math.exp(-slope * (similarity - bound)));
		least = Math.min(least, 1 - delta / (1 - sure));
	}
	return Math.max(0, least);
}

/** Chance to be right as a logistic curve in the similarity: where it is one half, how steep, and how sure the former is. */
function fitLogistic(record: readonly Observed[]): { readonly threshold: number; readonly slope: number; readonly variance: number } {
	let a = 0;
	let b = 1;
	let [haa, hab, hbb] = [1, 0, 1];
	for (let i = 0; i < 25; i++) {
		// A trace of ridge: a record that separates has no steepest curve.
		let [ga, gb] = [-1e-3 * a, -1e-3 * b];
		[haa, hab, hbb] = [1e-3, 0, 1e-3];
		for (const { similarity: x, right } of record) {
			const p = 1 / (1 + Math.exp(-(a + b * x)));
			const d = (right ? 1 : 0) - p;
			const w = p * (1 - p);
			ga += d;
			gb += d * x;
			haa += w;
			hab += w * x;
			hbb += w * x * x;
		}
		const det = haa * hbb - hab * hab;
		a += (hbb * ga - hab * gb) / det;
		b += (haa * gb - hab * ga) / det;
	}
	const slope = Math.max(1e-6, b);
	const threshold = Math.min(1, Math.max(0, -a / slope));
	const wrong = Math.max(...record.filter(({ right }) => !right).map(({ similarity }) => similarity));
	const right = Math.min(...record.filter((one) => one.right).map(({ similarity }) => similarity));
	if (right > wrong) return { threshold, slope, variance: separatedVariance(record.length) };
	const [da, db] = [-1 / slope, a / (slope * slope)];
	const variance = (hbb * da * da - 2 * hab * da * db + haa * db * db) / (haa * hbb - hab * hab);
	return { threshold, slope, variance: Math.max(0, variance) };
}

function separatedVariance(n: number): number {
	const after = SEPARATED.findIndex(([count]) => count >= n);
	if (after === 0) return SEPARATED[0][1];
	const [n1, v1] = SEPARATED[after === -1 ? SEPARATED.length - 1 : after - 1] as (typeof SEPARATED)[number];
	const [n2, v2] = SEPARATED[after === -1 ? SEPARATED.length - 1 : after] as (typeof SEPARATED)[number];
	return n1 === n2 ? v1 : v1 + ((v2 - v1) * (n - n1)) / (n2 - n1);
}

/** @see Abramowitz and Stegun 26.2.23; exact to 4.5e-4 */
function normalQuantile(p: number): number {
	if (p < 0.5) return -normalQuantile(1 - p);
	const t = Math.sqrt(-2 * Math.log(1 - p));
	return t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t);
}

/** A decision tree over the same answers that acts wherever its leaf is clear: no gate, no audit, no way back but growing anew. */
export const plainTree: Contending = (description) => {
	const cases: { facts: Facts; act: string }[] = [];
	const acts = new Map<string, Act>();
	let tree: Tree | undefined;
	let growAt = 40;
	return {
		who: 'plain tree',
		decide({ facts }) {
			if (tree === undefined) return undefined;
			const { label, share, cases: n } = treeSays(tree, facts);
			const act = acts.get(label);
			return act === undefined || n < LEAF_CASES || share < LEAF_SHARE ? undefined : { act, confidence: share };
		},
		learn({ facts }, { act }) {
			acts.set(actKey(act), act);
			cases.push({ facts, act: actKey(act) });
			if (cases.length < growAt) return;
			tree = growTree(cases, description.facts);
			growAt = Math.ceil(cases.length * 1.25);
		},
	};
};
const LEAF_CASES = 4;
const LEAF_SHARE = 0.8;

/** All of them, in the order of the tables. */
export function peersOf(delta: number): readonly Contending[] {
	return [alwaysAsk, exactCache, similarityCache(0.9), similarityCache(0.95), verifiedCache(delta), plainTree];
}

// ---- likeness -----------------------------------------------------------------------------------------------------------

interface Entry {
	readonly act: Act;
	readonly record: Observed[];
}
interface Found {
	readonly entry: Entry;
	/** Cosine, in [-1, 1]. */
	readonly similarity: number;
}

/** Steps at which a number counts as another. */
const STEPS = [0, 1, 2, 3, 5, 8, 13, 21, 34];

/**
 * The nearest entry by the cosine of fact vectors. In a vector every fact has the same weight: an enum or boolean one place for each
 * value, a number a row of signs, one for each step, so that two numbers k steps apart differ in k of them; not known is a value of its
 * own. All vectors are equally long, so the cosine is a mean over the facts and is taken from their codes.
 */
export function makeNearest({ facts: defs }: Pick<Description, 'facts'>): {
	find(facts: Facts): Found | undefined;
	add(facts: Facts, act: Act): void;
} {
	const entries: Entry[] = [];
	const width = defs.length;
	let codes = new Int16Array(width * 256);
	let last: { readonly facts: Facts; readonly found: Found | undefined } | undefined;
	const encode = (facts: Facts): Int16Array =>
		Int16Array.from(defs, ({ id, kind, values }) => {
			const value: FactValue | undefined = Object.hasOwn(facts, id) ? facts[id] : undefined;
			if (value === undefined) return -1;
			if (kind === 'number') return STEPS.filter((step) => Number(value) > step).length;
			return kind === 'boolean' ? (value === true ? 1 : 0) : (values?.indexOf(String(value)) ?? -1) + 1;
		});
	const perStep = defs.map(({ kind }) => (kind === 'number' ? 2 / STEPS.length : 1));
	return {
		find(facts) {
			if (last?.facts === facts) return last.found;
			const wanted = encode(facts);
			let best = -1;
			let nearest = Infinity;
			for (let e = 0; e < entries.length; e++) {
				let apart = 0;
				for (let f = 0; f < width && apart < nearest; f++) {
					const a = wanted[f] as number;
					const b = codes[e * width + f] as number;
					if (a === b) continue;
					const step = perStep[f] as number;
					apart += step === 1 || a < 0 || b < 0 ? 1 : step * Math.abs(a - b);
				}
				if (apart < nearest) [best, nearest] = [e, apart];
			}
			const entry = entries[best];
			last = { facts, found: entry === undefined ? undefined : { entry, similarity: 1 - nearest / width } };
			return last.found;
		},
		add(facts, act) {
			if ((entries.length + 1) * width > codes.length) {
				const wide = new Int16Array(codes.length * 2);
				wide.set(codes);
				codes = wide;
			}
			codes.set(encode(facts), entries.length * width);
			entries.push({ act, record: [] });
			last = undefined;
		},
	};
}

function textOf(facts: Facts): string {
	return Object.keys(facts)
		.sort()
		.map((id) => `${id}=${String(facts[id])}`)
		.join('\n');
}
