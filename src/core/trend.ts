// Whether a row of figures falls, by Mann and Kendall: every pair votes for up or down, and chance alone says how one-sided the vote
// may be. No shape is supposed, so one wild session cannot make a trend.
// Source: H. B. Mann, Econometrica 13 (1945) 245; M. G. Kendall, Rank Correlation Methods (1975), for ties.

/** Fewer figures say nothing. */
export const TREND_LEAST = 5;
/** Above it a trend is not told from chance. */
const TREND_LEVEL = 0.05;
/** So many are counted out exactly where no two are equal, and so many where some are. */
const EXACT_MOST = 40;
const EXACT_TIED_MOST = 8;

export type Trend =
	| { readonly verdict: 'too few'; readonly n: number }
	| {
			readonly verdict: 'falling' | 'flat' | 'rising';
			readonly n: number;
			/** Pairs that rise less pairs that fall. */
			readonly s: number;
			/** How often chance alone gives a vote at least so strong the same way (one-sided, for a claim has a direction). */
			readonly p: number;
	  };

/** @param values  oldest first, finite */
export function trendOf(values: readonly number[]): Trend {
	const n = values.length;
	if (n < TREND_LEAST) return { verdict: 'too few', n };
	const s = kendall(values);
	const p = chanceOf(values, Math.abs(s));
	return { verdict: p > TREND_LEVEL ? 'flat' : s < 0 ? 'falling' : 'rising', n, s, p };
}

function kendall(values: readonly number[]): number {
	let s = 0;
	for (const [i, a] of values.entries()) for (const b of values.slice(i + 1)) s += Math.sign(b - a);
	return s;
}

/** @param s  at least 0 */
function chanceOf(values: readonly number[], s: number): number {
	const n = values.length;
	const ties = tiesOf(values);
	if (ties.length === 0 && n <= EXACT_MOST) return exact(n, s);
	if (n <= EXACT_TIED_MOST) return exactTied(values, s);
	const variance = (n * (n - 1) * (2 * n + 5) - ties.reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0)) / 18;
	return variance === 0 ? 1 : upperNormal(Math.max(0, s - 1) / Math.sqrt(variance));
}

/** Sizes of the groups of equal figures. */
function tiesOf(values: readonly number[]): number[] {
	const counts = new Map<number, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts.values()].filter((count) => count > 1);
}

/** P(S ≥ s) over all orders of n different figures: orders by their inversions, added up figure by figure. */
function exact(n: number, s: number): number {
	const pairs = (n * (n - 1)) / 2;
	let share: number[] = [1];
	for (let k = 2; k <= n; k++) {
		const next = new Array<number>((k * (k - 1)) / 2 + 1).fill(0);
		for (const [inversions, p] of share.entries())
			for (let more = 0; more < k; more++) next[inversions + more] = (next[inversions + more] ?? 0) + p / k;
		share = next;
	}
	return share.reduce((sum, p, inversions) => sum + (pairs - 2 * inversions >= s ? p : 0), 0);
}

function exactTied(values: readonly number[], s: number): number {
	let all = 0;
	let such = 0;
	const left = [...values];
	const order: number[] = [];
	// Equal figures do not change places with each other: each order would be counted equally often, and the share stays.
	const place = (): void => {
		if (left.length === 0) {
			all++;
			if (kendall(order) >= s) such++;
			return;
		}
		for (let i = 0; i < left.length; i++) {
			if (left.indexOf(left[i] as number) < i) continue;
			const [value] = left.splice(i, 1) as [number];
			order.push(value);
			place();
			order.pop();
			left.splice(i, 0, value);
		}
	};
	place();
	return such / all;
}

/** P(Z ≥ z) of the standard normal, to 1.2e-7 relative. Source: Numerical Recipes' erfc by Chebyshev fitting. */
function upperNormal(z: number): number {
	const x = z / Math.SQRT2;
	const t = 1 / (1 + 0.5 * x);
	const c = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
	return 0.5 * t * Math.exp(-x * x + c.reduceRight((sum, k) => sum * t + k, 0));
}
