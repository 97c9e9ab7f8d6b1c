// Scores at given places: correlation, hue, blocks. Records are laid out in ../kernels.ts.

/** Lane sums stay below 2³² for this many steps of 16 pixels: 16,512 × 4 × 255². */
const STEPS_MAX = 16512;

@inline
function lanes(v: v128): f64 {
	return (
		<f64>(<u32>i32x4.extract_lane(v, 0)) + <f64>(<u32>i32x4.extract_lane(v, 1)) +
		<f64>(<u32>i32x4.extract_lane(v, 2)) + <f64>(<u32>i32x4.extract_lane(v, 3))
	);
}

/** Correlation of a level with the pixels whose top left corner is at `from`. */
export function zncc(from: usize, stride: i32, level: usize): f64 {
	const height = load<i32>(level, 4), own = load<i32>(level, 8), maskStep = <usize>load<i32>(level, 20);
	let t = <usize>load<u32>(level, 12), mask = <usize>load<u32>(level, 16);
	const rows = max(1, STEPS_MAX / (own >> 4));
	const low = i16x8.splat(255), one = i16x8.splat(1);
	let sum: f64 = 0, squares: f64 = 0, cross: f64 = 0;
	for (let y = 0; y < height; ) {
		let a = i32x4.splat(0), b = i32x4.splat(0), c = i32x4.splat(0);
		for (const end = min(height, y + rows); y < end; y++) {
			for (let x: usize = 0; x < <usize>own; x += 16) {
				const f = v128.and(v128.load(from + x), v128.load(mask + x)), p = v128.load(t + x);
				const even = v128.and(f, low), odd = i16x8.shr_u(f, 8);
				a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.add(even, odd), one));
				b = i32x4.add(b, products(even, even, odd, odd));
				c = i32x4.add(c, products(even, v128.and(p, low), odd, i16x8.shr_u(p, 8)));
			}
			from += <usize>stride;
			t += <usize>own;
			mask += maskStep;
		}
		sum += lanes(a);
		squares += lanes(b);
		cross += lanes(c);
	}
	return finish(sum, squares, cross, <f64>load<i32>(level, 24), load<f64>(level, 32), load<f64>(level, 40));
}

// A window whose pixels differ by less than one grey level in the mean holds no picture, only noise.
@inline
function finish(sum: f64, squares: f64, cross: f64, n: f64, own: f64, ownSpread: f64): f64 {
	const spread = squares - (sum * sum) / n;
	if (!(spread >= n) || !(ownSpread > 0)) return 0;
	const score = (cross - (sum * own) / n) / sqrt<f64>(spread * ownSpread);
	return score > 1 ? 1 : score < -1 ? -1 : score;
}

let sum0: f64 = 0, sum1: f64 = 0, sum2: f64 = 0, sum3: f64 = 0, sum4: f64 = 0;
let squares0: f64 = 0, squares1: f64 = 0, squares2: f64 = 0, squares3: f64 = 0, squares4: f64 = 0;
let cross0: f64 = 0, cross1: f64 = 0, cross2: f64 = 0, cross3: f64 = 0, cross4: f64 = 0;

/** Sums for five neighbours in a row, the first at `from`: the patch is read and spread out once for all of them. */
function five(from: usize, stride: i32, level: usize): void {
	const height = load<i32>(level, 4), own = load<i32>(level, 8), maskStep = <usize>load<i32>(level, 20);
	let t = <usize>load<u32>(level, 12), mask = <usize>load<u32>(level, 16);
	const rows = max(1, STEPS_MAX / (own >> 4));
	const low = i16x8.splat(255), one = i16x8.splat(1), none = i32x4.splat(0);
	sum0 = sum1 = sum2 = sum3 = sum4 = 0;
	squares0 = squares1 = squares2 = squares3 = squares4 = 0;
	cross0 = cross1 = cross2 = cross3 = cross4 = 0;
	for (let y = 0; y < height; ) {
		let a0 = none, a1 = none, a2 = none, a3 = none, a4 = none;
		let b0 = none, b1 = none, b2 = none, b3 = none, b4 = none;
		let c0 = none, c1 = none, c2 = none, c3 = none, c4 = none;
		for (const end = min(height, y + rows); y < end; y++) {
			for (let x: usize = 0; x < <usize>own; x += 16) {
				const p = v128.load(t + x), inside = v128.load(mask + x);
				const pe = v128.and(p, low), po = i16x8.shr_u(p, 8);
				let f = v128.and(v128.load(from + x), inside), even = v128.and(f, low), odd = i16x8.shr_u(f, 8);
				a0 = i32x4.add(a0, i32x4.dot_i16x8_s(i16x8.add(even, odd), one));
				b0 = i32x4.add(b0, products(even, even, odd, odd));
				c0 = i32x4.add(c0, products(even, pe, odd, po));
				f = v128.and(v128.load(from + x, 1), inside), even = v128.and(f, low), odd = i16x8.shr_u(f, 8);
				a1 = i32x4.add(a1, i32x4.dot_i16x8_s(i16x8.add(even, odd), one));
				b1 = i32x4.add(b1, products(even, even, odd, odd));
				c1 = i32x4.add(c1, products(even, pe, odd, po));
				f = v128.and(v128.load(from + x, 2), inside), even = v128.and(f, low), odd = i16x8.shr_u(f, 8);
				a2 = i32x4.add(a2, i32x4.dot_i16x8_s(i16x8.add(even, odd), one));
				b2 = i32x4.add(b2, products(even, even, odd, odd));
				c2 = i32x4.add(c2, products(even, pe, odd, po));
				f = v128.and(v128.load(from + x, 3), inside), even = v128.and(f, low), odd = i16x8.shr_u(f, 8);
				a3 = i32x4.add(a3, i32x4.dot_i16x8_s(i16x8.add(even, odd), one));
				b3 = i32x4.add(b3, products(even, even, odd, odd));
				c3 = i32x4.add(c3, products(even, pe, odd, po));
				f = v128.and(v128.load(from + x, 4), inside), even = v128.and(f, low), odd = i16x8.shr_u(f, 8);
				a4 = i32x4.add(a4, i32x4.dot_i16x8_s(i16x8.add(even, odd), one));
				b4 = i32x4.add(b4, products(even, even, odd, odd));
				c4 = i32x4.add(c4, products(even, pe, odd, po));
			}
			from += <usize>stride;
			t += <usize>own;
			mask += maskStep;
		}
		sum0 += lanes(a0), sum1 += lanes(a1), sum2 += lanes(a2), sum3 += lanes(a3), sum4 += lanes(a4);
		squares0 += lanes(b0), squares1 += lanes(b1), squares2 += lanes(b2), squares3 += lanes(b3), squares4 += lanes(b4);
		cross0 += lanes(c0), cross1 += lanes(c1), cross2 += lanes(c2), cross3 += lanes(c3), cross4 += lanes(c4);
	}
}

@inline
function products(a: v128, b: v128, c: v128, d: v128): v128 {
	return i32x4.add(i32x4.dot_i16x8_s(a, b), i32x4.dot_i16x8_s(c, d));
}

let best: f64 = 0;
let bestX = 0, bestY = 0;

@inline
function better(score: f64, x: i32, y: i32): void {
	if (!(score > best)) return;
	best = score;
	bestX = x;
	bestY = y;
}

/** Scores each request at its place, and around it when the score there lies between `low` and `high` or it does not fit. */
export function verify(
	plane: usize, stride: i32, width: i32, height: i32,
	requests: usize, count: i32, reach: i32, low: f64, high: f64,
): void {
	for (let i = 0; i < count; i++, requests += 32) {
		const level = <usize>load<u32>(requests), x = load<i32>(requests, 4), y = load<i32>(requests, 8);
		const right = width - load<i32>(level), bottom = height - load<i32>(level, 4);
		const fits = x >= 0 && y >= 0 && x <= right && y <= bottom;
		best = fits ? zncc(plane + <usize>(y * stride + x), stride, level) : -1;
		bestX = x;
		bestY = y;
		if (!fits || (best < high && best > low)) {
			const left = max(0, x - reach), end = min(right, x + reach);
			for (let yy = max(0, y - reach); yy <= min(bottom, y + reach); yy++) {
				let xx = left;
				for (; xx + 4 <= end; xx += 5) {
					five(plane + <usize>(yy * stride + xx), stride, level);
					const n = <f64>load<i32>(level, 24), own = load<f64>(level, 32), spread = load<f64>(level, 40);
					better(finish(sum0, squares0, cross0, n, own, spread), xx, yy);
					better(finish(sum1, squares1, cross1, n, own, spread), xx + 1, yy);
					better(finish(sum2, squares2, cross2, n, own, spread), xx + 2, yy);
					better(finish(sum3, squares3, cross3, n, own, spread), xx + 3, yy);
					better(finish(sum4, squares4, cross4, n, own, spread), xx + 4, yy);
				}
				for (; xx <= end; xx++) better(zncc(plane + <usize>(yy * stride + xx), stride, level), xx, yy);
			}
		}
		store<i32>(requests, bestX, 4);
		store<i32>(requests, bestY, 8);
		store<f64>(requests, best, 16);
	}
}

/** Cosine of a patch's hues with those at `u` and `v`; 0 where the frame is grey. */
export function chroma(u: usize, v: usize, stride: i32, hue: usize): f64 {
	const height = load<i32>(hue, 4), own = load<i32>(hue, 8);
	let pu = <usize>load<u32>(hue, 12), pv = <usize>load<u32>(hue, 16), mask = <usize>load<u32>(hue, 20);
	const grey = i8x16.splat(-128);
	const rows = max(1, STEPS_MAX / (2 * (own >> 4)));
	let cross: f64 = 0, theirs: f64 = 0;
	for (let y = 0; y < height; ) {
		let a = i32x4.splat(0), b = i32x4.splat(0);
		for (const end = min(height, y + rows); y < end; y++) {
			for (let x: usize = 0; x < <usize>own; x += 16) {
				const inside = v128.load(mask + x);
				const fu = v128.and(v128.xor(v128.load(u + x), grey), inside), fv = v128.and(v128.xor(v128.load(v + x), grey), inside);
				a = i32x4.add(a, i32x4.add(dot(fu, v128.load(pu + x)), dot(fv, v128.load(pv + x))));
				b = i32x4.add(b, i32x4.add(dot(fu, fu), dot(fv, fv)));
			}
			u += <usize>stride;
			v += <usize>stride;
			pu += <usize>own;
			pv += <usize>own;
			mask += <usize>own;
		}
		cross += signed(a);
		theirs += lanes(b);
	}
	// A greyed-out twin has no hue to compare: its noise would point anywhere.
	if (theirs < 4 * <f64>load<i32>(hue, 24)) return 0;
	return cross / sqrt<f64>(load<f64>(hue, 32) * theirs);
}

@inline
function dot(a: v128, b: v128): v128 {
	return i32x4.add(
		i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(a), i16x8.extend_low_i8x16_s(b)),
		i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(a), i16x8.extend_high_i8x16_s(b)),
	);
}

@inline
function signed(v: v128): f64 {
	return (
		<f64>i32x4.extract_lane(v, 0) + <f64>i32x4.extract_lane(v, 1) + <f64>i32x4.extract_lane(v, 2) + <f64>i32x4.extract_lane(v, 3)
	);
}

/** Scores of 3 × 3 blocks; those without enough pixels or texture are left out. @returns how many were written */
export function blocks(from: usize, stride: i32, level: usize, out: usize): i32 {
	const width = load<i32>(level), height = load<i32>(level, 4), own = load<i32>(level, 8);
	const t = <usize>load<u32>(level, 12), mask = <usize>load<u32>(level, 16), maskStep = load<i32>(level, 20);
	let count = 0;
	for (let by = 0; by < 3; by++) {
		for (let bx = 0; bx < 3; bx++) {
			let n: f64 = 0, st: f64 = 0, stt: f64 = 0, sf: f64 = 0, sff: f64 = 0, stf: f64 = 0;
			for (let y = (by * height) / 3; y < ((by + 1) * height) / 3; y++) {
				for (let x = (bx * width) / 3; x < ((bx + 1) * width) / 3; x++) {
					if (load<u8>(mask + <usize>(y * maskStep + x)) == 0) continue;
					const a = <f64>load<u8>(t + <usize>(y * own + x)), b = <f64>load<u8>(from + <usize>(y * stride + x));
					n += 1;
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
			store<f64>(out + (<usize>count << 3), finish(sf, sff, stf, n, st, spread));
			count++;
		}
	}
	return count;
}
