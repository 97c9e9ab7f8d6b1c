// Whole planes: colour to luma and chroma, halving, hashes of tiles, integral images.
// Loads may reach up to 32 bytes past the end of what they read; the memory is laid out with that much to spare.

/** Full-range BT.601 from four bytes a pixel; `red` is the place of red in a pixel, 0 or 2. See splitColour. */
export function split(
	src: usize, stride: i32, width: i32, height: i32, red: i32,
	luma: usize, u: usize, v: usize,
): void {
	const first: i16 = red == 0 ? 77 : 29, third: i16 = red == 0 ? 29 : 77;
	const weights = i16x8(first, 150, third, 0, first, 150, third, 0);
	const rounding = i32x4.splat(128);
	for (let y = 0; y < height; y++) {
		let from = src + <usize>(y * stride);
		let to = luma + <usize>(y * width);
		let x = 0;
		for (; x + 16 <= width; x += 16, from += 64, to += 16) {
			const a = fourLuma(v128.load(from), weights, rounding), b = fourLuma(v128.load(from, 16), weights, rounding);
			const c = fourLuma(v128.load(from, 32), weights, rounding), d = fourLuma(v128.load(from, 48), weights, rounding);
			v128.store(to, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
		}
		for (; x < width; x++, from += 4, to++) {
			const blue = from + <usize>(2 - red);
			store<u8>(to, (77 * <i32>load<u8>(from + <usize>red) + 150 * <i32>load<u8>(from, 1) + 29 * <i32>load<u8>(blue) + 128) >> 8);
		}
	}
	splitChroma(src, stride, width, height, red, u, v);
}

@inline
function fourLuma(pixels: v128, weights: v128, rounding: v128): v128 {
	const low = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(pixels), weights);
	const high = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(pixels), weights);
	return i32x4.shr_u(i32x4.add(pairSums(low, high), rounding), 8);
}

@inline
function pairSums(low: v128, high: v128): v128 {
	return i32x4.add(v128.shuffle<i32>(low, high, 0, 2, 4, 6), v128.shuffle<i32>(low, high, 1, 3, 5, 7));
}

function splitChroma(src: usize, stride: i32, width: i32, height: i32, red: i32, u: usize, v: usize): void {
	const r = red == 0;
	const forU = i16x8(r ? -43 : 128, -85, r ? 128 : -43, 0, r ? -43 : 128, -85, r ? 128 : -43, 0);
	const forV = i16x8(r ? 128 : -21, -107, r ? -21 : 128, 0, r ? 128 : -21, -107, r ? -21 : 128, 0);
	const middle = i32x4.splat(65792);
	const half = (width + 1) >> 1;
	for (let y = 0; y < height; y += 2) {
		let from = src + <usize>(y * stride);
		const below: usize = y + 1 < height ? <usize>stride : 0;
		let to = <usize>((y >> 1) * half);
		let x = 0;
		for (; x + 8 <= width; x += 8, from += 32, to += 4) {
			const top = v128.shuffle<i32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6);
			const bottom = v128.shuffle<i32>(v128.load(from + below), v128.load(from + below, 16), 1, 3, 5, 7);
			const low = i16x8.add(i16x8.extend_low_i8x16_u(top), i16x8.extend_low_i8x16_u(bottom));
			const high = i16x8.add(i16x8.extend_high_i8x16_u(top), i16x8.extend_high_i8x16_u(bottom));
			storeChroma(u + to, low, high, forU, middle);
			storeChroma(v + to, low, high, forV, middle);
		}
		for (; x < width; x += 2, from += 8, to++) {
			const diagonal = from + below + (x + 1 < width ? 4 : 0);
			const R = <i32>load<u8>(from + <usize>red) + <i32>load<u8>(diagonal + <usize>red);
			const G = <i32>load<u8>(from, 1) + <i32>load<u8>(diagonal, 1);
			const B = <i32>load<u8>(from + <usize>(2 - red)) + <i32>load<u8>(diagonal + <usize>(2 - red));
			store<u8>(u + to, min(255, (-43 * R - 85 * G + 128 * B + 65792) >> 9));
			store<u8>(v + to, min(255, (128 * R - 107 * G - 21 * B + 65792) >> 9));
		}
	}
}

@inline
function storeChroma(to: usize, low: v128, high: v128, weights: v128, middle: v128): void {
	const sums = i32x4.add(pairSums(i32x4.dot_i16x8_s(low, weights), i32x4.dot_i16x8_s(high, weights)), middle);
	const words = i16x8.narrow_i32x4_s(i32x4.shr_s(sums, 9), sums);
	v128.store_lane<u32>(to, i8x16.narrow_i16x8_u(words, words), 0);
}

/** Averages 2 × 2 blocks. @param width of the result */
export function half(src: usize, stride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
	const two = i16x8.splat(2);
	for (let y = 0; y < height; y++) {
		let a = src + <usize>(2 * y * stride);
		let b = a + <usize>stride;
		let to = dst + <usize>(y * dstStride);
		let x = 0;
		for (; x + 16 <= width; x += 16, a += 32, b += 32, to += 16) {
			const low = i16x8.add(i16x8.extadd_pairwise_i8x16_u(v128.load(a)), i16x8.extadd_pairwise_i8x16_u(v128.load(b)));
			const high = i16x8.add(i16x8.extadd_pairwise_i8x16_u(v128.load(a, 16)), i16x8.extadd_pairwise_i8x16_u(v128.load(b, 16)));
			v128.store(to, i8x16.narrow_i16x8_u(i16x8.shr_u(i16x8.add(low, two), 2), i16x8.shr_u(i16x8.add(high, two), 2)));
		}
		for (; x < width; x++, a += 2, b += 2, to++) {
			store<u8>(to, (<i32>load<u8>(a) + <i32>load<u8>(a, 1) + <i32>load<u8>(b) + <i32>load<u8>(b, 1) + 2) >> 2);
		}
	}
}

/** What the first row of a tile is weighed by, two pixels at a time, and what leads from the weights of a row to those of the next. */
const WEIGHTS = i16x8(0x3a6d, -0x2b1d, 0x52c7, -0x6e3b, 0x1f95, 0x7453, -0x4d8b, 0x690f);
const STEPS = i16x8(0x2a35, 0x5dcd, -0x36d3, 0x4b15, -0x7a1b, 0x164d, 0x6335, -0x10b3);

/**
 * Hashes of tiles of 16 × 16 pixels, brightness and, unless `u` is 0, colour: sums of pixels by weights that are odd, so that no
 * change of one pair of pixels is lost, and another for every pair. Rows are read from end to end, which memory does best.
 *
 * @param sums  room for 32 bytes for every 32 columns
 */
export function tiles(
	luma: usize, stride: i32, u: usize, uStride: i32, v: usize, vStride: i32, width: i32, height: i32, sums: usize, hashes: usize,
): void {
	const columns = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	const rest = width & 31;
	const leftIn = i8x16.lt_u(columns, i8x16.splat(<i8>min(16, rest)));
	const rightIn = i8x16.lt_u(columns, i8x16.splat(<i8>max(0, rest - 16)));
	const chromaIn = i8x16.lt_u(columns, i8x16.splat(<i8>((rest + 1) >> 1)));
	const whole = width - rest;
	const all = i8x16.splat(-1);
	let chromaFirst = WEIGHTS;
	for (let row = 0; row < 16; row++) chromaFirst = i16x8.mul(chromaFirst, STEPS);
	for (let y = 0; y < height; y += 16) {
		memory.fill(sums, 0, <usize>((width + 31) & ~31));
		let weights = WEIGHTS, forU = chromaFirst;
		for (let row = y, end = min(height, y + 16); row < end; row += 2) {
			const a = luma + <usize>(row * stride);
			// A last row without a neighbour is weighed once: by nothing where the other would be.
			const b = row + 1 < end ? a + <usize>stride : a;
			const below = i16x8.mul(weights, row + 1 < end ? STEPS : i16x8.splat(0));
			const fromU = u == 0 ? 0 : u + <usize>((row >> 1) * uStride);
			const fromV = v + <usize>((row >> 1) * vStride);
			const forV = i16x8.mul(forU, STEPS);
			for (let x = 0; x < whole; x += 32)
				weigh(a + <usize>x, b + <usize>x, fromU, fromV, <usize>(x >> 1), sums + <usize>x, weights, below, forU, forV, all, all, all);
			if (rest != 0) {
				const x = whole;
				weigh(
					a + <usize>x, b + <usize>x, fromU, fromV, <usize>(x >> 1), sums + <usize>x,
					weights, below, forU, forV, leftIn, rightIn, chromaIn,
				);
			}
			weights = i16x8.mul(i16x8.mul(weights, STEPS), STEPS);
			forU = i16x8.mul(forV, STEPS);
		}
		let x = 0;
		for (; x + 48 < width; x += 64, hashes += 16) {
			const a = mixed(v128.load(sums + <usize>x)), b = mixed(v128.load(sums + <usize>x, 16));
			const c = mixed(v128.load(sums + <usize>x, 32)), d = mixed(v128.load(sums + <usize>x, 48));
			const ab = i32x4.shuffle(a, b, 0, 4, 1, 5), cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
			const low = i64x2.shuffle(ab, cd, 0, 2), next = i64x2.shuffle(ab, cd, 1, 3);
			const ef = i32x4.shuffle(a, b, 2, 6, 3, 7), gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
			v128.store(hashes, folded(low, next, i64x2.shuffle(ef, gh, 0, 2), i64x2.shuffle(ef, gh, 1, 3)));
		}
		for (; x < width; x += 16, hashes += 4) {
			const a = mixed(v128.load(sums + <usize>x));
			const b = i32x4.shuffle(a, a, 1, 1, 1, 1), c = i32x4.shuffle(a, a, 2, 2, 2, 2), d = i32x4.shuffle(a, a, 3, 3, 3, 3);
			v128.store_lane<u32>(hashes, folded(a, b, c, d), 0);
		}
	}
}

// Two rows of two tiles, and the row of chroma that belongs to them.
@inline
function weigh(
	a: usize, b: usize, u: usize, v: usize, half: usize, to: usize,
	weights: v128, below: v128, forU: v128, forV: v128, leftIn: v128, rightIn: v128, chromaIn: v128,
): void {
	let left = i32x4.add(
		i32x4.dot_i16x8_s(v128.and(v128.load(a), leftIn), weights), i32x4.dot_i16x8_s(v128.and(v128.load(b), leftIn), below),
	);
	let right = i32x4.add(
		i32x4.dot_i16x8_s(v128.and(v128.load(a, 16), rightIn), weights), i32x4.dot_i16x8_s(v128.and(v128.load(b, 16), rightIn), below),
	);
	if (u != 0) {
		const hue = i32x4.dot_i16x8_s(v128.and(v128.load(u + half), chromaIn), forU);
		const other = i32x4.dot_i16x8_s(v128.and(v128.load(v + half), chromaIn), forV);
		left = i32x4.add(left, i64x2.shuffle(hue, other, 0, 2));
		right = i32x4.add(right, i64x2.shuffle(hue, other, 1, 3));
	}
	v128.store(to, i32x4.add(v128.load(to), left));
	v128.store(to, i32x4.add(v128.load(to, 16), right), 16);
}

// A multiplication carries only upwards; folding back lets the high bits of a sum reach all of the hash.
@inline
function mixed(sum: v128): v128 {
	const state = i32x4.mul(v128.xor(sum, i32x4(0x243f6a88, 0x13198a2e, 0x299f31d0, 0x082efa98)), i32x4.splat(0x01000193));
	return v128.xor(state, i32x4.shr_u(state, 15));
}

@inline
function folded(a: v128, b: v128, c: v128, d: v128): v128 {
	const prime = i32x4.splat(31);
	return i32x4.add(i32x4.mul(i32x4.add(i32x4.mul(i32x4.add(i32x4.mul(a, prime), b), prime), c), prime), d);
}

/** Sums of all pixels above and to the left, of values and of their squares: (width + 1) × (height + 1), modulo 2³². */
export function integral(plane: usize, stride: i32, width: i32, height: i32, sums: usize, squares: usize, line: i32): void {
	memory.fill(sums, 0, <usize>(4 * (width + 1)));
	memory.fill(squares, 0, <usize>(4 * (width + 1)));
	const up = <usize>(4 * line);
	for (let y = 0; y < height; y++) {
		let from = plane + <usize>(y * stride);
		let s = sums + <usize>(y + 1) * up;
		let q = squares + <usize>(y + 1) * up;
		store<u32>(s, 0);
		store<u32>(q, 0);
		let sum: u32 = 0;
		let square: u32 = 0;
		for (let x = 0; x < width; x++, from++) {
			const value = <u32>load<u8>(from);
			sum += value;
			square += value * value;
			s += 4;
			q += 4;
			store<u32>(s, load<u32>(s - up) + sum);
			store<u32>(q, load<u32>(q - up) + square);
		}
	}
}
