// Searching: brightness-order signatures for many patches at once, and dense correlation at a coarse scale for one.
import { zncc } from './places';

@inline
function bit(p: usize, pairs: usize, k: usize, bias: v128, value: i8): v128 {
	const a = v128.load(p + <usize>load<i32>(pairs + (k << 3))), b = v128.load(p + <usize>load<i32>(pairs + (k << 3), 4));
	return v128.and(i8x16.le_u(a, i8x16.add_sat_u(b, bias)), i8x16.splat(value));
}

@inline
function eight(p: usize, pairs: usize, bias: v128): v128 {
	const low = v128.or(
		v128.or(bit(p, pairs, 0, bias, 1), bit(p, pairs, 1, bias, 2)),
		v128.or(bit(p, pairs, 2, bias, 4), bit(p, pairs, 3, bias, 8)),
	);
	const high = v128.or(
		v128.or(bit(p, pairs, 4, bias, 16), bit(p, pairs, 5, bias, 32)),
		v128.or(bit(p, pairs, 6, bias, 64), bit(p, pairs, 7, bias, -128)),
	);
	return v128.not(v128.or(low, high));
}

/**
 * Signature of every position in a part of a plane; those that the table knows are written to `out` as (y << 16 | x, signature).
 *
 * @param pairs  16 pairs of offsets from a position; bit k is set where the first is brighter than the second by more than `bias`
 * @param known  one bit for each signature
 * @returns how many there were, also when more than `room`
 */
export function scan(
	plane: usize, stride: i32, x0: i32, y0: i32, x1: i32, y1: i32,
	pairs: usize, bias: i32, known: usize, line: usize, out: usize, room: i32,
): i32 {
	const over = i8x16.splat(<i8>bias);
	let found = 0;
	for (let y = y0; y < y1; y++) {
		for (let x = x0; x < x1; x += 16) {
			const p = plane + <usize>(y * stride + x);
			const low = eight(p, pairs, over), high = eight(p, pairs + 64, over);
			// Flat ground is most of many pictures and has no bit set.
			if (!v128.any_true(v128.or(low, high))) continue;
			v128.store(line, v128.shuffle<u8>(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
			v128.store(line, v128.shuffle<u8>(low, high, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
			const end = min(16, x1 - x);
			for (let i = 0; i < end; i++) {
				const s = <u32>load<u16>(line + (<usize>i << 1));
				if (((<u32>load<u8>(known + <usize>(s >> 3)) >> (s & 7)) & 1) == 0) continue;
				if (found < room) {
					store<i32>(out + (<usize>found << 3), (y << 16) | (x + i));
					store<i32>(out + (<usize>found << 3), <i32>s, 4);
				}
				found++;
			}
		}
	}
	return found;
}

/**
 * Follows what `scan` found: order of brightness, correlation of a few probes, then the whole patch.
 *
 * @param heads    for each signature its first entry, counted from 1
 * @param entries  16 bytes: target's address, the anchor's place in the patch (x, y), next entry counted from 1
 * @param least    square of the least correlation of the probes
 */
export function resolve(
	found: usize, count: i32, heads: usize, entries: usize,
	plane: usize, stride: i32, x0: i32, y0: i32, x1: i32, y1: i32, least: f64,
): void {
	for (let i = 0; i < count; i++) {
		const at = load<i32>(found + (<usize>i << 3)), s = load<i32>(found + (<usize>i << 3), 4);
		const px = (at & 0xffff) << 1, py = (at >> 16) << 1;
		for (let e = load<i32>(heads + (<usize>s << 2)); e != 0; ) {
			const entry = entries + (<usize>(e - 1) << 4);
			const target = <usize>load<u32>(entry), x = px - load<i32>(entry, 4), y = py - load<i32>(entry, 8);
			e = load<i32>(entry, 12);
			const level = <usize>load<u32>(target);
			if (x < x0 || y < y0 || x + load<i32>(level) > x1 || y + load<i32>(level, 4) > y1) continue;
			const from = plane + <usize>(y * stride + x);
			const probes = <usize>load<u32>(target, 4);
			const n = load<i32>(target, 8);
			if (!ordered(from, stride, probes, n) || !likely(from, stride, probes, n, least)) continue;
			keep(target, level, x, y, from, stride);
		}
	}
}

@inline
function probe(from: usize, stride: i32, at: usize): i32 {
	return <i32>load<u8>(from + <usize>(<i32>load<i16>(at, 2) * stride + <i32>load<i16>(at)));
}

// Probes are sorted from dark to bright: the darkest against the brightest, and so on inwards.
@inline
function ordered(from: usize, stride: i32, probes: usize, n: i32): bool {
	let dark = probes, bright = probes + (<usize>(n - 1) << 3);
	for (let k = 0; k < 6; k++, dark += 8, bright -= 8) {
		if (load<i32>(bright, 4) - load<i32>(dark, 4) < 16) return true;
		if (probe(from, stride, bright) <= probe(from, stride, dark)) return false;
	}
	return true;
}

@inline
function likely(from: usize, stride: i32, probes: usize, n: i32, least: f64): bool {
	let sf = 0, st = 0, sff = 0, stt = 0, sft = 0;
	for (let k = 0; k < n; k++, probes += 8) {
		const f = probe(from, stride, probes), t = load<i32>(probes, 4);
		sf += f;
		st += t;
		sff += f * f;
		stt += t * t;
		sft += f * t;
	}
	const cross = <f64>(n * sft - sf * st);
	return cross > 0 && cross * cross >= least * <f64>(n * sff - sf * sf) * <f64>(n * stt - st * st);
}

/** Puts a place among the target's best, one within a template radius. Places are 16 bytes: score, x, y. */
function keep(target: usize, level: usize, x: i32, y: i32, from: usize, stride: i32): void {
	const places = <usize>load<u32>(target, 12), room = load<i32>(target, 16);
	const w = load<i32>(level), h = load<i32>(level, 4);
	let near: usize = 0, worst = places;
	for (let k = 0, at = places; k < room; k++, at += 16) {
		const score = load<f64>(at);
		if (score > -2) {
			const dx = abs<i32>(load<i32>(at, 8) - x), dy = abs<i32>(load<i32>(at, 12) - y);
			if (dx == 0 && dy == 0) return;
			if (2 * dx <= w && 2 * dy <= h && (near == 0 || score > load<f64>(near))) near = at;
		}
		if (score < load<f64>(worst)) worst = at;
	}
	const score = zncc(from, stride, level);
	const to = near != 0 ? near : worst;
	if (!(score > load<f64>(to))) return;
	store<f64>(to, score);
	store<i32>(to, x, 8);
	store<i32>(to, y, 12);
}

let kept: i32 = 0;
let weakest: usize = 0;

/**
 * Correlates a coarse patch with every position of a part of a plane and keeps the best local maxima.
 *
 * @param sums    integral images of the plane (see integral), or 0: then every window is summed by itself, by the patch's mask
 * @param lines   room for three lines of `cols` + 16 scores
 * @param out     places of 16 bytes: x, y, score (f32)
 * @returns how many were kept
 */
export function coarse(
	plane: usize, stride: i32, x0: i32, y0: i32, cols: i32, rows: i32, patch: usize,
	sums: usize, squares: usize, line: i32, floor: f32, lines: usize, out: usize, room: i32,
): i32 {
	const width = load<i32>(patch), height = load<i32>(patch, 4);
	const invN = f32x4.splat(load<f32>(patch, 24)), mean = f32x4.splat(load<f32>(patch, 28)), norm = f32x4.splat(load<f32>(patch, 32));
	const flat = f32x4.splat(load<f32>(patch, 36));
	const step = <usize>(4 * (cols + 16));
	memory.fill(lines, 0, 3 * step);
	kept = 0;
	weakest = out;
	for (let row = 0; row < rows; row++) {
		const scores = lines + <usize>(row % 3) * step + 16;
		for (let x = 0; x < cols; x += 8) {
			const from = plane + <usize>((y0 + row) * stride + x0 + x);
			const to = scores + (<usize>x << 2);
			if (sums != 0) {
				const corner = <usize>(4 * ((y0 + row) * line + x0 + x));
				const right = <usize>(4 * width), down = <usize>(4 * line * height);
				const sumA = window(sums + corner, right, down), sumB = window(sums + corner + 16, right, down);
				const a = f32x4.convert_i32x4_s(sumA), b = f32x4.convert_i32x4_s(sumB);
				const spreadA = f32x4.sub(f32x4.convert_i32x4_s(window(squares + corner, right, down)), f32x4.mul(f32x4.mul(a, a), invN));
				const spreadB = f32x4.sub(f32x4.convert_i32x4_s(window(squares + corner + 16, right, down)), f32x4.mul(f32x4.mul(b, b), invN));
				if (!v128.any_true(v128.or(f32x4.ge(spreadA, flat), f32x4.ge(spreadB, flat)))) {
					v128.store(to, f32x4.splat(0));
					v128.store(to, f32x4.splat(0), 16);
					continue;
				}
				crossed(from, stride, patch);
				v128.store(to, scored(crossLow, a, spreadA, mean, norm, flat));
				v128.store(to, scored(crossHigh, b, spreadB, mean, norm, flat), 16);
			} else {
				crossedMasked(from, stride, patch);
				const a = f32x4.convert_i32x4_s(sumLow), b = f32x4.convert_i32x4_s(sumHigh);
				const spreadA = f32x4.sub(f32x4.convert_i32x4_s(squareLow), f32x4.mul(f32x4.mul(a, a), invN));
				const spreadB = f32x4.sub(f32x4.convert_i32x4_s(squareHigh), f32x4.mul(f32x4.mul(b, b), invN));
				v128.store(to, scored(crossLow, a, spreadA, mean, norm, flat));
				v128.store(to, scored(crossHigh, b, spreadB, mean, norm, flat), 16);
			}
		}
		v128.store(scores + (<usize>cols << 2), f32x4.splat(0));
		v128.store(scores + (<usize>cols << 2), f32x4.splat(0), 16);
		if (row > 0) peaks(lines, step, row - 1, row > 1, true, cols, x0, y0, floor, out, room);
	}
	if (rows > 0) peaks(lines, step, rows - 1, rows > 1, false, cols, x0, y0, floor, out, room);
	return kept;
}

@inline
function window(corner: usize, right: usize, down: usize): v128 {
	return i32x4.sub(
		i32x4.add(v128.load(corner + down + right), v128.load(corner)),
		i32x4.add(v128.load(corner + down), v128.load(corner + right)),
	);
}

@inline
function scored(cross: v128, sum: v128, spread: v128, mean: v128, norm: v128, flat: v128): v128 {
	const over = f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(cross), f32x4.mul(sum, mean)), norm);
	return v128.and(f32x4.div(over, f32x4.sqrt(spread)), f32x4.ge(spread, flat));
}

let crossLow: v128 = i32x4.splat(0);
let crossHigh: v128 = i32x4.splat(0);
let sumLow: v128 = i32x4.splat(0);
let sumHigh: v128 = i32x4.splat(0);
let squareLow: v128 = i32x4.splat(0);
let squareHigh: v128 = i32x4.splat(0);

// Two neighbours of the patch at a time: one product of pairs serves the even positions, another, one pixel on, the odd ones.
@inline
function crossed(from: usize, stride: i32, patch: usize): void {
	const height = load<i32>(patch, 4), pairs = load<i32>(patch, 8);
	let t = <usize>load<u32>(patch, 12);
	let even = i32x4.splat(0), odd = i32x4.splat(0);
	for (let y = 0; y < height; y++) {
		let p = from;
		for (let k = 0; k < pairs; k++, p += 2, t += 4) {
			const weights = v128.load_splat<u32>(t);
			even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load_ext<u8>(p), weights));
			odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load_ext<u8>(p, 1), weights));
		}
		from += <usize>stride;
	}
	crossLow = v128.shuffle<i32>(even, odd, 0, 4, 1, 5);
	crossHigh = v128.shuffle<i32>(even, odd, 2, 6, 3, 7);
}

@inline
function crossedMasked(from: usize, stride: i32, patch: usize): void {
	const height = load<i32>(patch, 4), pairs = load<i32>(patch, 8);
	let t = <usize>load<u32>(patch, 12), mask = <usize>load<u32>(patch, 16);
	const one = i16x8.splat(1);
	let even = i32x4.splat(0), odd = i32x4.splat(0);
	let sumEven = i32x4.splat(0), sumOdd = i32x4.splat(0), squareEven = i32x4.splat(0), squareOdd = i32x4.splat(0);
	for (let y = 0; y < height; y++) {
		let p = from;
		for (let k = 0; k < pairs; k++, p += 2, t += 4, mask += 4) {
			const weights = v128.load_splat<u32>(t), inside = v128.load_splat<u32>(mask);
			const a = v128.and(v128.load_ext<u8>(p), inside), b = v128.and(v128.load_ext<u8>(p, 1), inside);
			even = i32x4.add(even, i32x4.dot_i16x8_s(a, weights));
			odd = i32x4.add(odd, i32x4.dot_i16x8_s(b, weights));
			sumEven = i32x4.add(sumEven, i32x4.dot_i16x8_s(a, one));
			sumOdd = i32x4.add(sumOdd, i32x4.dot_i16x8_s(b, one));
			squareEven = i32x4.add(squareEven, i32x4.dot_i16x8_s(a, a));
			squareOdd = i32x4.add(squareOdd, i32x4.dot_i16x8_s(b, b));
		}
		from += <usize>stride;
	}
	crossLow = v128.shuffle<i32>(even, odd, 0, 4, 1, 5);
	crossHigh = v128.shuffle<i32>(even, odd, 2, 6, 3, 7);
	sumLow = v128.shuffle<i32>(sumEven, sumOdd, 0, 4, 1, 5);
	sumHigh = v128.shuffle<i32>(sumEven, sumOdd, 2, 6, 3, 7);
	squareLow = v128.shuffle<i32>(squareEven, squareOdd, 0, 4, 1, 5);
	squareHigh = v128.shuffle<i32>(squareEven, squareOdd, 2, 6, 3, 7);
}

function peaks(
	lines: usize, step: usize, row: i32, above: bool, below: bool, cols: i32,
	x0: i32, y0: i32, floor: f32, out: usize, room: i32,
): void {
	const here = lines + <usize>(row % 3) * step + 16;
	const over = above ? lines + <usize>((row + 2) % 3) * step + 16 : here;
	const under = below ? lines + <usize>((row + 1) % 3) * step + 16 : here;
	const least = f32x4.splat(floor);
	for (let x = 0; x < cols; x += 4) {
		if (!v128.any_true(f32x4.ge(v128.load(here + (<usize>x << 2)), least))) continue;
		const end = min(cols, x + 4);
		for (let c = x; c < end; c++) {
			const i = <usize>c << 2;
			const score = load<f32>(here + i);
			if (!(score >= floor)) continue;
			if (load<f32>(here + i - 4) > score || load<f32>(here + i, 4) > score) continue;
			if (load<f32>(over + i - 4) > score || load<f32>(over + i) > score || load<f32>(over + i, 4) > score) continue;
			if (load<f32>(under + i - 4) > score || load<f32>(under + i) > score || load<f32>(under + i, 4) > score) continue;
			emit(x0 + c, y0 + row, score, out, room);
		}
	}
}

// Keeps the best `room`: while there is room at the end, then in the place of the weakest.
function emit(x: i32, y: i32, score: f32, out: usize, room: i32): void {
	let to: usize;
	if (kept < room) {
		to = out + (<usize>kept << 4);
		kept++;
	} else if (score > load<f32>(weakest, 8)) to = weakest;
	else return;
	store<i32>(to, x);
	store<i32>(to, y, 4);
	store<f32>(to, score, 8);
	if (kept < room) return;
	weakest = out;
	for (let k = 1; k < room; k++) {
		const at = out + (<usize>k << 4);
		if (load<f32>(at, 8) < load<f32>(weakest, 8)) weakest = at;
	}
}
