// Pictures that differ from the labelled ones in ways a capture may: for the tests of this folder.

/** A small seeded generator (mulberry32), 0 to 1. */
export function makeRandom(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

const clamp = (v) => Math.max(0, Math.min(255, Math.round(v)));

/** @param {import('./png.mjs').Picture} picture */
export const mapBytes = (picture, change) => ({ ...picture, data: picture.data.map((v, i) => clamp(change(v, i))) });

/** Adds noise of at most `most` to every channel. */
export function withNoise(picture, most, seed) {
	const random = makeRandom(seed);
	return mapBytes(picture, (v) => v + (random() * 2 - 1) * most);
}

/** What a video codec keeps: full luminance in coarse steps, colour for each 2 x 2 block alone. */
export function reencoded({ width, height, data }, step = 6) {
	const out = new Uint8Array(data.length);
	const yuv = (i) => {
		const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
		return [
			0.299 * r + 0.587 * g + 0.114 * b,
			0.564 * (b - (0.299 * r + 0.587 * g + 0.114 * b)),
			0.713 * (r - (0.299 * r + 0.587 * g + 0.114 * b)),
		];
	};
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const i = (y * width + x) * 3;
			const [, u, v] = yuv(((y & ~1) * width + (x & ~1)) * 3);
			const luma = Math.round(yuv(i)[0] / step) * step;
			out.set([clamp(luma + 1.403 * v), clamp(luma - 0.344 * u - 0.714 * v), clamp(luma + 1.773 * u)], i);
		}
	}
	return { width, height, data: out };
}

/** Copies a box of one picture to the same place of another. */
export function pasted(to, from, [x, y, w, h]) {
	const data = to.data.slice();
	for (let row = y; row < y + h; row++) {
		const start = (row * to.width + x) * 3;
		data.set(from.data.subarray(start, start + w * 3), start);
	}
	return { ...to, data };
}

/** Fills a box with one grey. */
export const filled = (picture, box, grey) => pasted(picture, { ...picture, data: picture.data.map(() => grey) }, box);

export function cropped({ width, data }, [x, y, w, h]) {
	const out = new Uint8Array(w * h * 3);
	for (let row = 0; row < h; row++) {
		const start = ((y + row) * width + x) * 3;
		out.set(data.subarray(start, start + w * 3), row * w * 3);
	}
	return { width: w, height: h, data: out };
}
