// What the benches count with: sums and middles, chance that is the same for the same seed, and how far a probability is to be believed.

export interface Interval {
	readonly value: number;
	readonly low: number;
	readonly high: number;
}

const RESAMPLES = 1000;

/** Resamples whole items, so that what belongs together in one (an episode) stays together; a 95 % interval. */
export function bootstrap<T>(items: readonly T[], of: (some: readonly T[]) => number, seed: number): Interval {
	const next = randomOf(seed);
	const values: number[] = [];
	for (let i = 0; i < RESAMPLES; i++) {
		const some = items.map(() => items[Math.floor(next() * items.length)] as T);
		values.push(of(some));
	}
	values.sort((a, b) => a - b);
	return { value: of(items), low: values[Math.floor(0.025 * RESAMPLES)] as number, high: values[Math.floor(0.975 * RESAMPLES)] as number };
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	return sorted.length % 2 === 1
		? (sorted[Math.floor(middle)] as number)
		: sorted.length === 0
			? Number.NaN
			: ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** @param q  in [0, 1); the value at that place of the order, itself one of them */
export function quantile(values: readonly number[], q: number): number {
	return [...values].sort((a, b) => a - b)[Math.floor(q * values.length)] ?? Number.NaN;
}

export function mean(values: readonly number[]): number {
	return values.length === 0 ? Number.NaN : sum(values) / values.length;
}

export function sum(values: Iterable<number>): number {
	let total = 0;
	for (const value of values) total += value;
	return total;
}

/**
 * Mean distance between what was said and what came true, over bins of equal width, weighed by how many fell into each; NaN of nothing.
 *
 * @see Guo et al., "On Calibration of Modern Neural Networks" (2017)
 */
export function calibrationError(said: readonly (readonly [p: number, right: boolean])[], bins: number): number {
	const apart = new Float64Array(bins);
	for (const [p, right] of said) {
		const bin = Math.min(bins - 1, Math.floor(p * bins));
		apart[bin] = (apart[bin] as number) + p - (right ? 1 : 0);
	}
	return sum(apart.map(Math.abs)) / said.length;
}

/** mulberry32: the same numbers for the same seed, in [0, 1). */
export function randomOf(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** Numerical Recipes' congruential generator, likewise. */
export function congruential(seed: number): () => number {
	let state = seed;
	return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
