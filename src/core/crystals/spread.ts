// A mean and how far values lie from it, kept up value by value.

export interface Spread {
	/** Values so far. */
	readonly n: number;
	readonly mean: number;
	/** Sum of squared differences from the mean. */
	readonly m2: number;
}

/** @see B. P. Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products" (1962) */
export function withValue(spread: Spread, value: number): Spread {
	const n = spread.n + 1;
	const off = value - spread.mean;
	const mean = spread.mean + off / n;
	return { n, mean, m2: spread.m2 + off * (value - mean) };
}

/** Standard deviation; of two values or more. */
export function deviationOf({ n, m2 }: Spread): number {
	return Math.sqrt(m2 / (n - 1));
}
