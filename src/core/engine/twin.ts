// The kernels in plain TypeScript, bit for bit what assembly/ computes: whole numbers are exact in both, and where they are not
// (f64 of a score, f32 of a coarse one) the operations stand in the same order. It runs where WebAssembly SIMD does not, and the
// property tests hold the other against it.
import { type BenchMaker, type Kernels, SLACK } from './kernels.ts';

/** Views of one buffer. A test may give views that refuse addresses outside what was handed out. */
export interface Views {
	readonly u8: Uint8Array;
	readonly i16: Int16Array;
	readonly i32: Int32Array;
	readonly f32: Float32Array;
	readonly f64: Float64Array;
}

export function viewsOf(buffer: ArrayBuffer): Views {
	return {
		u8: new Uint8Array(buffer),
		i16: new Int16Array(buffer),
		i32: new Int32Array(buffer),
		f32: new Float32Array(buffer),
		f64: new Float64Array(buffer),
	};
}

export const makeTwin: BenchMaker = (bytes) => {
	const buffer = new ArrayBuffer((bytes + SLACK + 63) & ~63);
	return { buffer, kernels: twinOf(viewsOf(buffer)) };
};

const PRIME = 0x01000193;
/** What pairs of pixels of a tile are weighed by: 16 rows of luma, then rows of u and of v in turn; see assembly/planes.ts. */
const ROW_WEIGHTS = (() => {
	const first = [0x3a6d, -0x2b1d, 0x52c7, -0x6e3b, 0x1f95, 0x7453, -0x4d8b, 0x690f];
	const steps = [0x2a35, 0x5dcd, -0x36d3, 0x4b15, -0x7a1b, 0x164d, 0x6335, -0x10b3];
	const out = Int16Array.from({ length: 32 * 8 }, (_, k) => first[k] ?? 0);
	for (let k = 8; k < out.length; k++) out[k] = Math.imul(out[k - 8] as number, steps[k % 8] as number);
	return out;
})();
const LANES = [0x243f6a88, 0x13198a2e, 0x299f31d0, 0x082efa98] as const;
const fround = Math.fround;

export function twinOf({ u8, i16, i32, f32, f64 }: Views): Kernels {
	const byte = (at: number): number => u8[at] as number;
	const word = (at: number): number => i32[at >> 2] as number;

	const split: Kernels['split'] = (src, stride, width, height, red, luma, u, v) => {
		const blue = 2 - red;
		for (let y = 0; y < height; y++) {
			let from = src + y * stride;
			let to = luma + y * width;
			for (let x = 0; x < width; x++, from += 4, to++) {
				u8[to] = (77 * byte(from + red) + 150 * byte(from + 1) + 29 * byte(from + blue) + 128) >> 8;
			}
		}
		const half = (width + 1) >> 1;
		for (let y = 0; y < height; y += 2) {
			let from = src + y * stride;
			const below = y + 1 < height ? stride : 0;
			let to = (y >> 1) * half;
			for (let x = 0; x < width; x += 2, from += 8, to++) {
				// Two pixels across the diagonal stand for the block: half the reads, and a bar or a potion keeps its hue.
				const diagonal = from + below + (x + 1 < width ? 4 : 0);
				const r = byte(from + red) + byte(diagonal + red);
				const g = byte(from + 1) + byte(diagonal + 1);
				const b = byte(from + blue) + byte(diagonal + blue);
				u8[u + to] = Math.min(255, (-43 * r - 85 * g + 128 * b + 65_792) >> 9);
				u8[v + to] = Math.min(255, (128 * r - 107 * g - 21 * b + 65_792) >> 9);
			}
		}
	};

	const half: Kernels['half'] = (src, stride, dst, dstStride, width, height) => {
		for (let y = 0; y < height; y++) {
			let a = src + 2 * y * stride;
			let b = a + stride;
			let to = dst + y * dstStride;
			for (let x = 0; x < width; x++, a += 2, b += 2, to++) u8[to] = (byte(a) + byte(a + 1) + byte(b) + byte(b + 1) + 2) >> 2;
		}
	};

	/** Two pixels as one signed word; from `count` on they are 0. */
	function twoBytes(at: number, count: number): number {
		return (((count > 1 ? byte(at + 1) : 0) << 24) | (byte(at) << 16)) >> 16;
	}
	function mix(state: number): number {
		const next = Math.imul(state, PRIME);
		return next ^ (next >>> 15);
	}

	const tiles: Kernels['tiles'] = (luma, stride, u, uStride, v, vStride, width, height, _sums, hashes) => {
		const sums = new Int32Array(4);
		const half = (width + 1) >> 1;
		function weigh(from: number, count: number, pairs: number, lane: number, weights: number): void {
			for (let k = 0; k < pairs && 2 * k < count; k++) {
				const product = Math.imul(twoBytes(from + 2 * k, count - 2 * k), ROW_WEIGHTS[weights + k] as number);
				sums[lane + (k >> 1)] = (sums[lane + (k >> 1)] as number) + product;
			}
		}
		for (let y = 0; y < height; y += 16) {
			const rows = Math.min(16, height - y);
			for (let x = 0; x < width; x += 16, hashes += 4) {
				sums.fill(0);
				for (let row = 0; row < rows; row++) {
					weigh(luma + (y + row) * stride + x, width - x, 8, 0, 8 * row);
					if (u === 0 || (row & 1) === 1) continue;
					const [line, column] = [(y + row) >> 1, x >> 1];
					// Two tiles share the weights of sixteen columns.
					const side = (x >> 2) & 4;
					weigh(u + line * uStride + column, half - column, 4, 0, 8 * (16 + row) + side);
					weigh(v + line * vStride + column, half - column, 4, 2, 8 * (17 + row) + side);
				}
				let hash = 0;
				for (let lane = 0; lane < 4; lane++) hash = (Math.imul(hash, 31) + mix((sums[lane] as number) ^ (LANES[lane] as number))) | 0;
				i32[hashes >> 2] = hash;
			}
		}
	};

	const integral: Kernels['integral'] = (plane, stride, width, height, sums, squares, line) => {
		const s = sums >> 2;
		const q = squares >> 2;
		for (let x = 0; x <= width; x++) {
			i32[s + x] = 0;
			i32[q + x] = 0;
		}
		for (let y = 0; y < height; y++) {
			let from = plane + y * stride;
			let to = (y + 1) * line;
			i32[s + to] = 0;
			i32[q + to] = 0;
			let sum = 0;
			let square = 0;
			for (let x = 0; x < width; x++, from++) {
				const value = byte(from);
				sum += value;
				square += value * value;
				to++;
				i32[s + to] = (i32[s + to - line] as number) + sum;
				i32[q + to] = (i32[q + to - line] as number) + square;
			}
		}
	};

	/** A window whose pixels differ by less than one grey level in the mean holds no picture, only noise. */
	function finish(sum: number, squares: number, cross: number, n: number, own: number, ownSpread: number): number {
		const spread = squares - (sum * sum) / n;
		if (!(spread >= n) || !(ownSpread > 0)) return 0;
		const score = (cross - (sum * own) / n) / Math.sqrt(spread * ownSpread);
		return score > 1 ? 1 : score < -1 ? -1 : score;
	}

	function zncc(from: number, stride: number, level: number): number {
		const width = word(level);
		const height = word(level + 4);
		const own = word(level + 8);
		const maskStep = word(level + 20);
		let t = word(level + 12);
		let mask = word(level + 16);
		let sum = 0;
		let squares = 0;
		let cross = 0;
		for (let y = 0; y < height; y++) {
			if (maskStep === 0) {
				for (let x = 0; x < width; x++) {
					const value = u8[from + x] as number;
					sum += value;
					squares += value * value;
					cross += value * (u8[t + x] as number);
				}
			} else {
				for (let x = 0; x < width; x++) {
					if (u8[mask + x] === 0) continue;
					const value = u8[from + x] as number;
					sum += value;
					squares += value * value;
					cross += value * (u8[t + x] as number);
				}
			}
			from += stride;
			t += own;
			mask += maskStep;
		}
		return finish(sum, squares, cross, word(level + 24), f64[(level + 32) >> 3] as number, f64[(level + 40) >> 3] as number);
	}

	const verify: Kernels['verify'] = (plane, stride, width, height, requests, count, reach, low, high) => {
		for (let i = 0; i < count; i++, requests += 32) {
			const level = word(requests);
			const x = word(requests + 4);
			const y = word(requests + 8);
			const right = width - word(level);
			const bottom = height - word(level + 4);
			const fits = x >= 0 && y >= 0 && x <= right && y <= bottom;
			let best = fits ? zncc(plane + y * stride + x, stride, level) : -1;
			let bestX = x;
			let bestY = y;
			if (!fits || (best < high && best > low)) {
				const lastX = Math.min(right, x + reach);
				const lastY = Math.min(bottom, y + reach);
				for (let yy = Math.max(0, y - reach); yy <= lastY; yy++) {
					for (let xx = Math.max(0, x - reach); xx <= lastX; xx++) {
						if (xx === x && yy === y) continue;
						const score = zncc(plane + yy * stride + xx, stride, level);
						if (score > best) {
							best = score;
							bestX = xx;
							bestY = yy;
						}
					}
				}
			}
			i32[(requests + 4) >> 2] = bestX;
			i32[(requests + 8) >> 2] = bestY;
			f64[(requests + 16) >> 3] = best;
		}
	};

	/** A byte as a signed one. */
	const signed = (at: number): number => (byte(at) << 24) >> 24;

	const chroma: Kernels['chroma'] = (u, v, stride, hue) => {
		const width = word(hue);
		const height = word(hue + 4);
		const own = word(hue + 8);
		const pu = word(hue + 12);
		const pv = word(hue + 16);
		const mask = word(hue + 20);
		let cross = 0;
		let theirs = 0;
		for (let y = 0; y < height; y++) {
			for (let x = 0; x < width; x++) {
				const at = y * own + x;
				if (byte(mask + at) === 0) continue;
				const fu = byte(u + y * stride + x) - 128;
				const fv = byte(v + y * stride + x) - 128;
				cross += fu * signed(pu + at) + fv * signed(pv + at);
				theirs += fu * fu + fv * fv;
			}
		}
		// A greyed-out twin has no hue to compare: its noise would point anywhere.
		if (theirs < 4 * word(hue + 24)) return 0;
		return cross / Math.sqrt((f64[(hue + 32) >> 3] as number) * theirs);
	};

	const blocks: Kernels['blocks'] = (from, stride, level, out) => {
		const width = word(level);
		const height = word(level + 4);
		const own = word(level + 8);
		const t = word(level + 12);
		const mask = word(level + 16);
		const maskStep = word(level + 20);
		let count = 0;
		for (let by = 0; by < 3; by++) {
			for (let bx = 0; bx < 3; bx++) {
				let n = 0;
				let st = 0;
				let stt = 0;
				let sf = 0;
				let sff = 0;
				let stf = 0;
				const x1 = Math.trunc(((bx + 1) * width) / 3);
				const y1 = Math.trunc(((by + 1) * height) / 3);
				for (let y = Math.trunc((by * height) / 3); y < y1; y++) {
					for (let x = Math.trunc((bx * width) / 3); x < x1; x++) {
						if (byte(mask + y * maskStep + x) === 0) continue;
						const a = byte(t + y * own + x);
						const b = byte(from + y * stride + x);
						n++;
						st += a;
						stt += a * a;
						sf += b;
						sff += b * b;
						stf += a * b;
					}
				}
				if (n < 9) continue;
				const spread = stt - (st * st) / n;
				if (spread < 16 * n) continue;
				f64[(out >> 3) + count] = finish(sf, sff, stf, n, st, spread);
				count++;
			}
		}
		return count;
	};

	const scan: Kernels['scan'] = (plane, stride, x0, y0, x1, y1, pairs, bias, known, _line, out, room) => {
		const offsets = Array.from({ length: 32 }, (_, k) => word(pairs + 4 * k));
		let found = 0;
		for (let y = y0; y < y1; y++) {
			for (let x = x0; x < x1; x++) {
				const p = plane + y * stride + x;
				let s = 0;
				for (let k = 0; k < 16; k++) {
					if ((u8[p + (offsets[2 * k] as number)] as number) > (u8[p + (offsets[2 * k + 1] as number)] as number) + bias) s |= 1 << k;
				}
				if (s === 0 || ((byte(known + (s >> 3)) >> (s & 7)) & 1) === 0) continue;
				if (found < room) {
					i32[(out >> 2) + 2 * found] = (y << 16) | x;
					i32[(out >> 2) + 2 * found + 1] = s;
				}
				found++;
			}
		}
		return found;
	};

	const probe = (from: number, stride: number, at: number): number =>
		byte(from + (i16[(at + 2) >> 1] as number) * stride + (i16[at >> 1] as number));

	// Probes are sorted from dark to bright: the darkest against the brightest, and so on inwards.
	function ordered(from: number, stride: number, probes: number, n: number): boolean {
		for (let k = 0, dark = probes, bright = probes + 8 * (n - 1); k < 6; k++, dark += 8, bright -= 8) {
			if (word(bright + 4) - word(dark + 4) < 16) return true;
			if (probe(from, stride, bright) <= probe(from, stride, dark)) return false;
		}
		return true;
	}

	function likely(from: number, stride: number, probes: number, n: number, least: number): boolean {
		let sf = 0;
		let st = 0;
		let sff = 0;
		let stt = 0;
		let sft = 0;
		for (let k = 0; k < n; k++, probes += 8) {
			const f = probe(from, stride, probes);
			const t = word(probes + 4);
			sf += f;
			st += t;
			sff += f * f;
			stt += t * t;
			sft += f * t;
		}
		const cross = n * sft - sf * st;
		return cross > 0 && cross * cross >= least * (n * sff - sf * sf) * (n * stt - st * st);
	}

	function keep(target: number, level: number, x: number, y: number, from: number, stride: number): void {
		const places = word(target + 12);
		const room = word(target + 16);
		const w = word(level);
		const h = word(level + 4);
		let near = 0;
		let worst = places;
		const scoreOf = (at: number): number => f64[at >> 3] as number;
		for (let k = 0, at = places; k < room; k++, at += 16) {
			const score = scoreOf(at);
			if (score > -2) {
				const dx = Math.abs(word(at + 8) - x);
				const dy = Math.abs(word(at + 12) - y);
				if (dx === 0 && dy === 0) return;
				if (2 * dx <= w && 2 * dy <= h && (near === 0 || score > scoreOf(near))) near = at;
			}
			if (score < scoreOf(worst)) worst = at;
		}
		const score = zncc(from, stride, level);
		const to = near !== 0 ? near : worst;
		if (!(score > scoreOf(to))) return;
		f64[to >> 3] = score;
		i32[(to + 8) >> 2] = x;
		i32[(to + 12) >> 2] = y;
	}

	const resolve: Kernels['resolve'] = (found, count, heads, entries, plane, stride, x0, y0, x1, y1, least) => {
		for (let i = 0; i < count; i++) {
			const at = word(found + 8 * i);
			const px = (at & 0xffff) << 1;
			const py = (at >> 16) << 1;
			for (let e = word(heads + 4 * word(found + 8 * i + 4)); e !== 0; ) {
				const entry = entries + 16 * (e - 1);
				const target = word(entry);
				const x = px - word(entry + 4);
				const y = py - word(entry + 8);
				e = word(entry + 12);
				const level = word(target);
				if (x < x0 || y < y0 || x + word(level) > x1 || y + word(level + 4) > y1) continue;
				const from = plane + y * stride + x;
				const probes = word(target + 4);
				const n = word(target + 8);
				if (ordered(from, stride, probes, n) && likely(from, stride, probes, n, least)) keep(target, level, x, y, from, stride);
			}
		}
	};

	const coarse: Kernels['coarse'] = (plane, stride, x0, y0, cols, rows, patch, sums, squares, line, floor, _lines, out, room) => {
		const width = word(patch);
		const height = word(patch + 4);
		const pairs = word(patch + 8);
		const t = word(patch + 12) >> 1;
		const mask = word(patch + 16) >> 1;
		const real = (at: number): number => f32[(patch + at) >> 2] as number;
		const invN = real(24);
		const mean = real(28);
		const norm = real(32);
		const flat = real(36);
		const least = fround(floor);
		const empty = new Float32Array(cols + 2);
		const ring = [new Float32Array(cols + 2), new Float32Array(cols + 2), new Float32Array(cols + 2)];
		let kept = 0;
		let weakest = out;

		function scoreAt(x: number, y: number): number {
			const from = plane + y * stride + x;
			let cross = 0;
			let sum = 0;
			let square = 0;
			if (sums !== 0) {
				const a = y * line + x;
				const b = a + height * line;
				const s = sums >> 2;
				const q = squares >> 2;
				sum = ((i32[s + b + width] as number) - (i32[s + b] as number) - (i32[s + a + width] as number) + (i32[s + a] as number)) | 0;
				square = ((i32[q + b + width] as number) - (i32[q + b] as number) - (i32[q + a + width] as number) + (i32[q + a] as number)) | 0;
			} else {
				for (let row = 0; row < height; row++) {
					for (let col = 0, at = from + row * stride, w = row * 2 * pairs; col < width; col++, at++, w++) {
						if (i16[mask + w] === 0) continue;
						const value = u8[at] as number;
						cross += value * (i16[t + w] as number);
						sum += value;
						square += value * value;
					}
				}
			}
			const f = fround(sum);
			const spread = fround(fround(square) - fround(fround(f * f) * invN));
			if (!(spread >= flat)) return 0;
			if (sums !== 0) {
				for (let row = 0; row < height; row++) {
					for (let col = 0, at = from + row * stride, w = t + row * 2 * pairs; col < width; col++, at++, w++) {
						cross += (u8[at] as number) * (i16[w] as number);
					}
				}
			}
			return fround(fround(fround(fround(cross) - fround(f * mean)) * norm) / fround(Math.sqrt(spread)));
		}

		function emit(x: number, y: number, score: number): void {
			const scoreOf = (at: number): number => f32[(at + 8) >> 2] as number;
			let to = weakest;
			if (kept < room) to = out + 16 * kept++;
			else if (!(score > scoreOf(weakest))) return;
			i32[to >> 2] = x;
			i32[(to + 4) >> 2] = y;
			f32[(to + 8) >> 2] = score;
			if (kept < room) return;
			weakest = out;
			for (let k = 1; k < room; k++) if (scoreOf(out + 16 * k) < scoreOf(weakest)) weakest = out + 16 * k;
		}

		function peaks(row: number): void {
			const here = ring[row % 3] as Float32Array;
			const over = row > 0 ? (ring[(row + 2) % 3] as Float32Array) : here;
			const under = row < rows - 1 ? (ring[(row + 1) % 3] as Float32Array) : here;
			for (let c = 1; c <= cols; c++) {
				const score = here[c] as number;
				if (!(score >= least)) continue;
				let peak = !((here[c - 1] as number) > score || (here[c + 1] as number) > score);
				for (let d = -1; d <= 1 && peak; d++) peak = !((over[c + d] as number) > score || (under[c + d] as number) > score);
				if (peak) emit(x0 + c - 1, y0 + row, score);
			}
		}

		for (let row = 0; row < rows; row++) {
			const scores = ring[row % 3] as Float32Array;
			scores.set(empty);
			for (let x = 0; x < cols; x++) scores[x + 1] = scoreAt(x0 + x, y0 + row);
			if (row > 0) peaks(row - 1);
		}
		if (rows > 0) peaks(rows - 1);
		return kept;
	};

	return { split, half, tiles, integral, verify, chroma, blocks, scan, resolve, coarse };
}
