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
	let sum: f64 = 0, squares: f64 = 0, cross: f64 = 0;
	for (let y = 0; y < height; ) {
		let a = i32x4.splat(0), b = i32x4.splat(0), c = i32x4.splat(0);
		for (const end = min(height, y + rows); y < end; y++) {
			for (let x: usize = 0; x < <usize>own; x += 16) {
				const f = v128.and(v128.load(from + x), v128.load(mask + x)), p = v128.load(t + x);
				const low = i16x8.extend_low_i8x16_u(f), high = i16x8.extend_high_i8x16_u(f);
				a = i32x4.add(a, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(f)));
				b = i32x4.add(b, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)));
				c = i32x4.add(
					c,
					i32x4.add(i32x4.dot_i16x8_s(low, i16x8.extend_low_i8x16_u(p)), i32x4.dot_i16x8_s(high, i16x8.extend_high_i8x16_u(p))),
				);
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

/** Scores each request at its place, and around it when the score there lies between `low` and `high` or it does not fit. */
export function verify(
	plane: usize, stride: i32, width: i32, height: i32,
	requests: usize, count: i32, reach: i32, low: f64, high: f64,
): void {
	for (let i = 0; i < count; i++, requests += 32) {
		const level = <usize>load<u32>(requests), x = load<i32>(requests, 4), y = load<i32>(requests, 8);
		const right = width - load<i32>(level), bottom = height - load<i32>(level, 4);
		const fits = x >= 0 && y >= 0 && x <= right && y <= bottom;
		let best: f64 = fits ? zncc(plane + <usize>(y * stride + x), stride, level) : -1;
		let bestX = x, bestY = y;
		if (!fits || (best < high && best > low)) {
			for (let yy = max(0, y - reach); yy <= min(bottom, y + reach); yy++) {
				for (let xx = max(0, x - reach); xx <= min(right, x + reach); xx++) {
					if (xx == x && yy == y) continue;
					const score = zncc(plane + <usize>(yy * stride + xx), stride, level);
					if (score > best) {
						best = score;
						bestX = xx;
						bestY = yy;
					}
				}
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
