// The discrete Fourier transform of small pictures: iterative, radix 2, in place, after J. W. Cooley and J. W. Tukey (1965). Own,
// because what packages offer is one-dimensional and would be a third of this file.

/** A complex picture, row-major; sides are powers of two. */
export interface Spectrum {
	readonly width: number;
	readonly height: number;
	readonly re: Float64Array;
	readonly im: Float64Array;
}

export function makeSpectrum(width: number, height: number): Spectrum {
	if (!isPower(width) || !isPower(height))
		throw new Error(`A picture of ${width} × ${height} has no transform here: sides are powers of two.`);
	return { width, height, re: new Float64Array(width * height), im: new Float64Array(width * height) };
}

const isPower = (n: number): boolean => n > 0 && (n & (n - 1)) === 0;

/** Transforms in place; the inverse divides by the number of cells. */
export function transform(s: Spectrum, inverse = false): void {
	const { width, height, re, im } = s;
	for (let y = 0; y < height; y++) line(re, im, y * width, 1, width, inverse);
	for (let x = 0; x < width; x++) line(re, im, x, width, height, inverse);
	if (!inverse) return;
	const n = width * height;
	for (let i = 0; i < n; i++) {
		re[i] = (re[i] as number) / n;
		im[i] = (im[i] as number) / n;
	}
}

interface Turns {
	readonly cos: Float64Array;
	readonly sin: Float64Array;
	/** Each index with its bits turned round. */
	readonly order: Uint16Array;
}
const turnsOf = new Map<number, Turns>();
function turns(n: number): Turns {
	let made = turnsOf.get(n);
	if (made === undefined) {
		const order = new Uint16Array(n);
		for (let i = 1; i < n; i++) order[i] = ((order[i >> 1] as number) >> 1) | ((i & 1) === 1 ? n >> 1 : 0);
		made = {
			cos: Float64Array.from({ length: n / 2 }, (_, k) => Math.cos((-2 * Math.PI * k) / n)),
			sin: Float64Array.from({ length: n / 2 }, (_, k) => Math.sin((-2 * Math.PI * k) / n)),
			order,
		};
		turnsOf.set(n, made);
	}
	return made;
}

/** One row or column: `n` cells from `at` on, `step` apart. */
function line(re: Float64Array, im: Float64Array, at: number, step: number, n: number, inverse: boolean): void {
	const { cos, sin, order } = turns(n);
	const sign = inverse ? -1 : 1;
	for (let i = 0; i < n; i++) {
		const j = order[i] as number;
		if (j <= i) continue;
		const a = at + i * step;
		const b = at + j * step;
		const [r, m] = [re[a] as number, im[a] as number];
		re[a] = re[b] as number;
		im[a] = im[b] as number;
		re[b] = r;
		im[b] = m;
	}
	for (let size = 2; size <= n; size *= 2) {
		const half = size / 2;
		const hop = n / size;
		for (let from = 0; from < n; from += size) {
			for (let k = 0; k < half; k++) {
				const c = cos[k * hop] as number;
				const s = sign * (sin[k * hop] as number);
				const a = at + (from + k) * step;
				const b = a + half * step;
				const [br, bi] = [re[b] as number, im[b] as number];
				const tr = br * c - bi * s;
				const ti = br * s + bi * c;
				re[b] = (re[a] as number) - tr;
				im[b] = (im[a] as number) - ti;
				re[a] = (re[a] as number) + tr;
				im[a] = (im[a] as number) + ti;
			}
		}
	}
}
