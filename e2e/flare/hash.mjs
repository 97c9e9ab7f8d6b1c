// A perceptual hash by the discrete cosine transform: it keeps the signs of the lowest frequencies and knows nothing of
// correlation, so that the stand-in's eyes and the matcher under test do not fail on the same pictures for the same reason.

const SIDE = 32;
const LOW = 8;
// Half of a symmetric patch's frequencies are nearly nothing, and the sign of nearly nothing is noise.
const STRONG_SHARE = 0.02;
/** Bits in a hash: the lowest frequencies without the mean. */
export const BITS = LOW * LOW - 1;

const COSINES = Array.from({ length: LOW }, (_, k) =>
	Float64Array.from({ length: SIDE }, (_, n) => Math.cos(((2 * n + 1) * k * Math.PI) / (2 * SIDE))),
);

/** @typedef {[number, number, number, number]} Box  x, y, width, height in pixels */
/** @typedef {{width: number, height: number, data: Uint8Array}} Picture */
/**
 * @typedef {{bits: Uint8Array, strong: Uint8Array, contrast: number}} Hash
 *   strong: 1 where the frequency is present at all; contrast: standard deviation of the luminance, 0 to 128
 */

/** Luminance of a box, averaged over a 32 x 32 grid; each cell is the mean of the pixels under it, or the nearest one. */
function grid({ width, data }, [x, y, w, h]) {
	const cells = new Float64Array(SIDE * SIDE);
	for (let row = 0; row < SIDE; row++) {
		const y0 = Math.floor(y + (row * h) / SIDE);
		const y1 = Math.max(y0 + 1, Math.floor(y + ((row + 1) * h) / SIDE));
		for (let column = 0; column < SIDE; column++) {
			const x0 = Math.floor(x + (column * w) / SIDE);
			const x1 = Math.max(x0 + 1, Math.floor(x + ((column + 1) * w) / SIDE));
			let sum = 0;
			for (let py = y0; py < y1; py++) {
				for (let px = x0; px < x1; px++) {
					const i = (py * width + px) * 3;
					sum += 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
				}
			}
			cells[row * SIDE + column] = sum / ((y1 - y0) * (x1 - x0));
		}
	}
	return cells;
}

/**
 * @param {Picture} picture
 * @param {Box} box
 * @returns {Hash | undefined} undefined where the box does not lie wholly inside the picture
 */
export function hashBox(picture, box) {
	const [x, y, w, h] = box;
	if (x < 0 || y < 0 || w < 1 || h < 1 || x + w > picture.width || y + h > picture.height) return undefined;
	const cells = grid(picture, box);
	const mean = cells.reduce((sum, v) => sum + v, 0) / cells.length;
	const contrast = Math.sqrt(cells.reduce((sum, v) => sum + (v - mean) ** 2, 0) / cells.length);
	const half = new Float64Array(LOW * SIDE);
	for (let k = 0; k < LOW; k++) {
		for (let row = 0; row < SIDE; row++) {
			let sum = 0;
			for (let n = 0; n < SIDE; n++) sum += cells[row * SIDE + n] * COSINES[k][n];
			half[k * SIDE + row] = sum;
		}
	}
	const waves = new Float64Array(BITS);
	for (let i = 1; i <= BITS; i++) {
		const [across, down] = [i % LOW, Math.floor(i / LOW)];
		let sum = 0;
		for (let n = 0; n < SIDE; n++) sum += half[across * SIDE + n] * COSINES[down][n];
		waves[i - 1] = sum;
	}
	const floor = STRONG_SHARE * waves.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
	return {
		bits: Uint8Array.from(waves, (v) => (v > 0 ? 1 : 0)),
		strong: Uint8Array.from(waves, (v) => (Math.abs(v) > floor ? 1 : 0)),
		contrast,
	};
}

/**
 * Bits that differ, 0 to 63, among those that are strong in the labelled patch, as if all were strong. Two patches that
 * have nothing in common differ in about half.
 *
 * A patch of quite another contrast counts as wholly different: the bits of a nearly flat patch are noise.
 *
 * @param {Hash} labelled
 * @param {Hash} seen
 */
export function distance(labelled, seen) {
	const [low, high] = [labelled.contrast, seen.contrast].sort((a, b) => a - b);
	if (high > 2 * low + 2) return BITS;
	let strong = 0;
	let differ = 0;
	for (let i = 0; i < BITS; i++) {
		strong += labelled.strong[i];
		if (labelled.strong[i] && labelled.bits[i] !== seen.bits[i]) differ += 1;
	}
	return strong === 0 ? BITS : Math.round((differ * BITS) / strong);
}
