// How likely a skill that was found is the right thing to do: a probability learnt from what came of earlier finds, never a
// likeness taken at its word. A ridge-regularised logistic regression, refitted with each label; once there are labels enough, a
// monotone curve over its predictions puts right what a straight line cannot say.

/** What is known of a find before it is used; see `FEATURES` for their scales. */
export interface Features {
	/** Cosine of the two sentences; without an encoder, the share of words in common. */
	readonly likeness: number;
	/** Place by words alone, from 1; 0 when no word is in common. */
	readonly wordRank: number;
	/** Lead of its likeness over the next one's; its whole likeness where it is alone. */
	readonly margin: number;
	/** Of the conditions it names, the share known to hold. */
	readonly met: number;
	/** Its success floor. */
	readonly floor: number;
	/** Since it was last used; a year when never. */
	readonly hours: number;
}

/** Features as numbers of like spread: the ridge would else hold the narrow ones down. */
function rowOf(f: Features): number[] {
	return [
		1,
		(f.likeness - 0.75) / 0.15,
		f.wordRank === 0 ? 0 : 1 / f.wordRank,
		f.margin / 0.15,
		2 * f.met - 1,
		(f.floor - 0.5) / 0.25,
		Math.log1p(Math.max(0, f.hours)) / Math.log1p(8760) - 0.5,
	];
}
const WIDTH = 7;

/** One find whose outcome is known. JSON. */
export type Outcome = readonly [features: Features, right: boolean];

export interface Confidence {
	/** In [0, 1]; 0.5 before anything is known. */
	of(features: Features): number;
	learn(features: Features, right: boolean): void;
	readonly labels: number;
	memory(): readonly Outcome[];
}

const KEPT = 1000;
const RIDGE = 1;
/** From so many labels on there is a curve. */
const ISOTONIC_FROM = 200;
const NEWTON_STEPS = 4;

export function makeConfidence(from: readonly Outcome[] = []): Confidence {
	let outcomes = from.slice(-KEPT);
	let seen = from.length;
	let weights: number[] = new Array<number>(WIDTH).fill(0);
	let curve: Curve | undefined;
	refit(12);

	function raw(features: Features): number {
		return sigmoid(dot(weights, rowOf(features)));
	}
	function refit(steps: number): void {
		weights = fit(outcomes, weights, steps);
		// Seven numbers fitted to hundreds of labels hardly know any of them by heart, so these predictions are as good as fresh ones.
		curve = seen >= ISOTONIC_FROM ? isotonic(outcomes.map(([features, right]) => [raw(features), right])) : undefined;
	}
	return {
		of(features) {
			const p = raw(features);
			return curve === undefined ? p : curve(p);
		},
		learn(features, right) {
			outcomes = [...outcomes, [features, right] as const].slice(-KEPT);
			seen++;
			refit(NEWTON_STEPS);
		},
		get labels() {
			return seen;
		},
		memory: () => outcomes,
	};
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

/** Newton's method on the penalised likelihood, from where it stood before; the constant is not penalised to speak of. */
function fit(outcomes: readonly Outcome[], from: readonly number[], steps: number): number[] {
	let w = [...from];
	if (outcomes.length === 0) return w;
	const rows = outcomes.map(([features]) => rowOf(features));
	for (let step = 0; step < steps; step++) {
		const gradient = w.map((x, i) => (i === 0 ? 0.01 : RIDGE) * x);
		const hessian = w.map((_, i) => w.map((__, j) => (i === j ? (i === 0 ? 0.01 : RIDGE) : 0)));
		for (const [n, row] of rows.entries()) {
			const p = sigmoid(dot(w, row));
			const slope = Math.max(1e-6, p * (1 - p));
			const off = p - (outcomes[n]?.[1] === true ? 1 : 0);
			for (let i = 0; i < WIDTH; i++) {
				gradient[i] = (gradient[i] as number) + off * (row[i] as number);
				const line = hessian[i] as number[];
				for (let j = 0; j < WIDTH; j++) line[j] = (line[j] as number) + slope * (row[i] as number) * (row[j] as number);
			}
		}
		const by = solve(hessian, gradient);
		// Far from the optimum a full step may overshoot and never come back.
		const most = Math.max(...by.map(Math.abs));
		w = w.map((x, i) => x - (by[i] as number) * Math.min(1, 2 / Math.max(1e-9, most)));
		if (most < 1e-6) break;
	}
	return w;
}

/** Gaussian elimination with pivots; the matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
	const n = right.length;
	const m = matrix.map((line, i) => [...line, right[i] as number]);
	for (let i = 0; i < n; i++) {
		let pivot = i;
		for (let r = i + 1; r < n; r++) if (Math.abs(m[r]?.[i] ?? 0) > Math.abs(m[pivot]?.[i] ?? 0)) pivot = r;
		[m[i], m[pivot]] = [m[pivot] as number[], m[i] as number[]];
		const head = m[i] as number[];
		for (let r = 0; r < n; r++) {
			if (r === i) continue;
			const line = m[r] as number[];
			const by = (line[i] as number) / (head[i] as number);
			for (let c = i; c <= n; c++) line[c] = (line[c] as number) - by * (head[c] as number);
		}
	}
	return m.map((line, i) => (line[n] as number) / (line[i] as number));
}

type Curve = (p: number) => number;

/**
 * Pool adjacent violators: the rising steps nearest to the outcomes. Each step leans to the half as much as two more outcomes would
 * make it, and between the middles of two steps it is a line: a step of three that were all right promises no certainty.
 *
 * @see Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates" (2002)
 */
export function isotonic(pairs: readonly (readonly [p: number, right: boolean])[]): Curve {
	const blocks: { x: number; k: number; n: number }[] = [];
	for (const [p, right] of pairs.toSorted(([a], [b]) => a - b)) {
		let block = { x: p, k: right ? 1 : 0, n: 1 };
		for (let last = blocks.at(-1); last !== undefined && last.k * block.n >= block.k * last.n; last = blocks.at(-1)) {
			blocks.pop();
			block = { x: last.x + block.x, k: last.k + block.k, n: last.n + block.n };
		}
		blocks.push(block);
	}
	const points = blocks.map(({ x, k, n }) => [x / n, (k + 1) / (n + 2)] as const);
	return (p) => {
		const next = points.findIndex(([x]) => x >= p);
		if (next === 0) return points[0]?.[1] ?? p;
		if (next < 0) return points.at(-1)?.[1] ?? p;
		const [[x0, y0], [x1, y1]] = [points[next - 1] as readonly [number, number], points[next] as readonly [number, number]];
		return y0 + ((y1 - y0) * (p - x0)) / Math.max(1e-12, x1 - x0);
	};
}
