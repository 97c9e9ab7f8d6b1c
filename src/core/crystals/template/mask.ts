// Which pixels of an element are the element: those that rest while it is seen again and again. A number on a slot, the ground
// behind a figure and the weather behind a see-through panel change, and say nothing.

/** Grey levels by which a pixel may vary and still count as resting: JPEG and video codecs stay below (design-perception §2). */
const REST_BELOW = 4;
/** The same as a multiple of the noise that the sightings themselves show, and its limit. */
const NOISE_TIMES = 3;
const REST_MAX = 12;
/** A darker or lighter sighting is brought to the first one's level; further than this the noise would be stretched along. */
const GAIN_MAX = 2;

/**
 * @param lumas  the element seen several times, width × height bytes each
 * @returns one byte a pixel: 255 where it rests, 0 where it changes
 */
export function maskOf(width: number, height: number, lumas: readonly Uint8Array[]): Uint8Array {
	const [first, ...more] = lumas;
	const n = width * height;
	if (first === undefined) return new Uint8Array(n).fill(255);
	const levelled = [Float32Array.from(first), ...more.flatMap((luma) => level(luma, first) ?? [])];
	const spread = new Float32Array(n);
	for (let i = 0; i < n; i++) {
		let sum = 0;
		let squares = 0;
		for (const luma of levelled) {
			const value = luma[i] as number;
			sum += value;
			squares += value * value;
		}
		const mean = sum / levelled.length;
		spread[i] = Math.sqrt(Math.max(0, squares / levelled.length - mean * mean));
	}
	// More than half of an element rests, or it is none: the middle spread is noise.
	const noise = spread.toSorted()[n >> 1] as number;
	const rest = Math.min(REST_MAX, Math.max(REST_BELOW, NOISE_TIMES * noise));
	const moving = Uint8Array.from(spread, (s) => (s >= rest ? 1 : 0));
	// A changing digit leaves gaps where two digits share a stroke: closing fills them; growing by one takes the soft edge of the
	// letters along. A single pixel is noise.
	const lone = neighbours(moving, width, height);
	for (let i = 0; i < n; i++) if (moving[i] === 1 && (lone[i] as number) < 2) moving[i] = 0;
	const closed = erode(dilate(moving, width, height), width, height);
	return Uint8Array.from(dilate(closed, width, height), (m) => (m === 1 ? 0 : 255));
}

/** Brightness and contrast as in `like`, by least squares over the pixels that agree; undefined when they do not fit each other. */
function level(luma: Uint8Array, like: Uint8Array): Float32Array | undefined {
	let gain = 1;
	let bias = 0;
	let limit = Number.POSITIVE_INFINITY;
	// The second and third round leave out what changed.
	for (let round = 0; round < 3; round++) {
		let n = 0;
		let sx = 0;
		let sy = 0;
		let sxx = 0;
		let sxy = 0;
		for (let i = 0; i < luma.length; i++) {
			const x = luma[i] as number;
			const y = like[i] as number;
			if (Math.abs(gain * x + bias - y) > limit) continue;
			n++;
			sx += x;
			sy += y;
			sxx += x * x;
			sxy += x * y;
		}
		const variance = sxx - (sx * sx) / n;
		if (n < luma.length / 4 || variance < n) return undefined;
		gain = (sxy - (sx * sy) / n) / variance;
		bias = (sy - gain * sx) / n;
		if (gain < 1 / GAIN_MAX || gain > GAIN_MAX) return undefined;
		const off = Float32Array.from(luma, (x, i) => Math.abs(gain * x + bias - (like[i] as number))).toSorted();
		limit = Math.max(REST_BELOW, NOISE_TIMES * (off[luma.length >> 1] as number));
	}
	return Float32Array.from(luma, (x) => gain * x + bias);
}

function around(width: number, height: number, at: number, visit: (near: number) => void): void {
	const x = at % width;
	const y = (at - x) / width;
	for (let yy = Math.max(0, y - 1); yy <= Math.min(height - 1, y + 1); yy++)
		for (let xx = Math.max(0, x - 1); xx <= Math.min(width - 1, x + 1); xx++) visit(yy * width + xx);
}

/** How many of the 3 × 3 pixels around each are set, itself included. */
function neighbours(set: Uint8Array, width: number, height: number): Uint8Array {
	const out = new Uint8Array(set.length);
	for (let i = 0; i < set.length; i++) {
		if (set[i] !== 1) continue;
		around(width, height, i, (near) => {
			out[near] = (out[near] as number) + 1;
		});
	}
	return out;
}
function dilate(set: Uint8Array, width: number, height: number): Uint8Array {
	return Uint8Array.from(neighbours(set, width, height), (n) => (n > 0 ? 1 : 0));
}
/** Pixels beyond the border count as set, as in OpenCV. */
function erode(set: Uint8Array, width: number, height: number): Uint8Array {
	const open = Uint8Array.from(set, (s) => 1 - s);
	return Uint8Array.from(dilate(open, width, height), (s) => 1 - s);
}
