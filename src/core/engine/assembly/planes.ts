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

/** Mixes the pixels of each tile into its hash, so that several planes can share one. @param side 16, or 8 for chroma */
export function tiles(plane: usize, stride: i32, width: i32, height: i32, side: i32, hashes: usize): void {
	const steps = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	const prime = i32x4.splat(0x01000193);
	const apart = i32x4(0x243f6a88, 0x13198a2e, 0x299f31d0, 0x082efa98);
	// Two rows of such a tile fill a register.
	const narrow = side == 8;
	for (let y = 0; y < height; y += side) {
		const rows = min(side, height - y);
		let x = 0;
		// Two whole tiles at a time: four chains of multiplications keep the processor busy where two would wait.
		if (rows == side) {
			for (; x + 2 * side <= width; x += 2 * side, hashes += 8) {
				let from = plane + <usize>(y * stride + x);
				let evenLeft = v128.xor(i32x4.splat(load<i32>(hashes)), apart);
				let oddLeft = v128.not(evenLeft);
				let evenRight = v128.xor(i32x4.splat(load<i32>(hashes, 4)), apart);
				let oddRight = v128.not(evenRight);
				if (narrow) {
					for (let row = 0; row < 8; row += 4) {
						const a = v128.load(from);
						const b = v128.load(from + <usize>stride);
						evenLeft = mix(evenLeft, i64x2.shuffle(a, b, 0, 2), prime);
						evenRight = mix(evenRight, i64x2.shuffle(a, b, 1, 3), prime);
						from += <usize>(2 * stride);
						const c = v128.load(from);
						const d = v128.load(from + <usize>stride);
						oddLeft = mix(oddLeft, i64x2.shuffle(c, d, 0, 2), prime);
						oddRight = mix(oddRight, i64x2.shuffle(c, d, 1, 3), prime);
						from += <usize>(2 * stride);
					}
				} else {
					for (let row = 0; row < 16; row += 2) {
						evenLeft = mix(evenLeft, v128.load(from), prime);
						evenRight = mix(evenRight, v128.load(from, 16), prime);
						oddLeft = mix(oddLeft, v128.load(from + <usize>stride), prime);
						oddRight = mix(oddRight, v128.load(from + <usize>stride, 16), prime);
						from += <usize>(2 * stride);
					}
				}
				store<i32>(hashes, folded(mix(evenLeft, oddLeft, prime)));
				store<i32>(hashes, folded(mix(evenRight, oddRight, prime)), 4);
			}
		}
		for (; x < width; x += side, hashes += 4) {
			const inside = i8x16.lt_u(narrow ? v128.and(steps, i8x16.splat(7)) : steps, i8x16.splat(<i8>min(side, width - x)));
			let from = plane + <usize>(y * stride + x);
			let even = v128.xor(i32x4.splat(load<i32>(hashes)), apart);
			let odd = v128.not(even);
			let row = 0;
			if (narrow) {
				for (; row + 4 <= rows; row += 4) {
					even = mix(even, v128.and(twoRows(from, stride), inside), prime);
					odd = mix(odd, v128.and(twoRows(from + <usize>(2 * stride), stride), inside), prime);
					from += <usize>(4 * stride);
				}
				if (row < rows) even = mix(even, v128.and(row + 1 < rows ? twoRows(from, stride) : v128.load64_zero(from), inside), prime);
				if (row + 2 < rows) odd = mix(odd, v128.and(v128.load64_zero(from + <usize>(2 * stride)), inside), prime);
				row = rows;
			}
			for (; row + 2 <= rows; row += 2) {
				even = mix(even, v128.and(v128.load(from), inside), prime);
				odd = mix(odd, v128.and(v128.load(from + <usize>stride), inside), prime);
				from += <usize>(2 * stride);
			}
			if (row < rows) even = mix(even, v128.and(v128.load(from), inside), prime);
			store<i32>(hashes, folded(mix(even, odd, prime)));
		}
	}
}

@inline
function folded(all: v128): i32 {
	return (
		((i32x4.extract_lane(all, 0) * 31 + i32x4.extract_lane(all, 1)) * 31 + i32x4.extract_lane(all, 2)) * 31 + i32x4.extract_lane(all, 3)
	);
}

@inline
function twoRows(from: usize, stride: i32): v128 {
	return v128.load64_lane(from + <usize>stride, v128.load64_zero(from), 1);
}

// A multiplication carries only upwards; folding back lets the high bytes of a word reach all of the hash.
@inline
function mix(state: v128, words: v128, prime: v128): v128 {
	const next = i32x4.mul(v128.xor(state, words), prime);
	return v128.xor(next, i32x4.shr_u(next, 15));
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
