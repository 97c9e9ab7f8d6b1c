// The arithmetic around the two text networks, without the networks: what goes in, and what their output means. Grey crops
// stand in for colour, all three channels alike, so the networks' channel order (blue first) makes no difference here.
import type { Box } from '../geometry.ts';
import type { Crop } from '../ports.ts';

/** Height of the recogniser's input. */
const LINE_HEIGHT = 48;
const LINE_WIDTH_MIN = 64;
/** Longer lines are squeezed: 2,560 px is 50 times the height. */
const LINE_WIDTH_MAX = 2560;

/** The recognisers there are, smallest first. */
export type Recogniser = 'ppocr-v6-tiny' | 'ppocr-v6-small';

/** Which of them knows the signs of a language: the tiny one has no kana and few of the older forms of Chinese signs. */
export function recogniserFor(language: string): Recogniser {
	return /^(ja|zh-(hant|tw|hk|mo))\b/i.test(language) ? 'ppocr-v6-small' : 'ppocr-v6-tiny';
}

export interface Tensor {
	readonly data: Float32Array;
	readonly dims: readonly [1, 3, height: number, width: number];
}

/** A crop scaled to the recogniser's height, widened with the networks' zero to a multiple of 32. */
export function lineTensor(crop: Crop): Tensor {
	const drawn = Math.min(LINE_WIDTH_MAX, Math.max(1, Math.round((crop.width * LINE_HEIGHT) / crop.height)));
	const width = Math.max(LINE_WIDTH_MIN, Math.ceil(drawn / 32) * 32);
	const data = new Float32Array(3 * LINE_HEIGHT * width);
	const plane = LINE_HEIGHT * width;
	const sx = crop.width / drawn;
	const sy = crop.height / LINE_HEIGHT;
	for (let y = 0; y < LINE_HEIGHT; y++) {
		const fy = Math.min(crop.height - 1, Math.max(0, (y + 0.5) * sy - 0.5));
		const y0 = Math.floor(fy);
		const y1 = Math.min(crop.height - 1, y0 + 1);
		const wy = fy - y0;
		for (let x = 0; x < drawn; x++) {
			const fx = Math.min(crop.width - 1, Math.max(0, (x + 0.5) * sx - 0.5));
			const x0 = Math.floor(fx);
			const x1 = Math.min(crop.width - 1, x0 + 1);
			const wx = fx - x0;
			const top = (crop.luma[y0 * crop.width + x0] as number) * (1 - wx) + (crop.luma[y0 * crop.width + x1] as number) * wx;
			const bottom = (crop.luma[y1 * crop.width + x0] as number) * (1 - wx) + (crop.luma[y1 * crop.width + x1] as number) * wx;
			const value = (top * (1 - wy) + bottom * wy) / 127.5 - 1;
			const at = y * width + x;
			data[at] = value;
			data[plane + at] = value;
			data[2 * plane + at] = value;
		}
	}
	return { data, dims: [1, 3, LINE_HEIGHT, width] };
}

export interface CtcLine {
	readonly text: string;
	/** Mean probability of the characters kept; 0 for empty text. */
	readonly confidence: number;
	/** Probability of the least certain of them. */
	readonly least: number;
}

/**
 * Greedy CTC: the likeliest class of each step, repeats dropped, then blanks (class 0).
 *
 * @param output   steps × classes probabilities
 * @param keys     characters of classes 1 and up; the class after the last key is the blank between words
 * @param allowed  one byte a class, 0 for those that cannot stand there; all can without it. The probabilities stay those of the whole
 *                 alphabet: where only something forbidden was likely, the line is unsure
 */
export function readCtc(output: ArrayLike<number>, steps: number, classes: number, keys: readonly string[], allowed?: Uint8Array): CtcLine {
	let text = '';
	let sum = 0;
	let least = 1;
	let kept = 0;
	let last = 0;
	for (let step = 0; step < steps; step++) {
		const row = step * classes;
		let best = 0;
		let top = -Infinity;
		for (let c = 0; c < classes; c++) {
			const p = output[row + c] as number;
			if (p > top && (allowed === undefined || allowed[c] !== 0)) {
				top = p;
				best = c;
			}
		}
		if (best !== 0 && best !== last) {
			text += keys[best - 1] ?? ' ';
			sum += top;
			least = Math.min(least, top);
			kept++;
		}
		last = best;
	}
	const trimmed = text.trim();
	return { text: trimmed, confidence: kept === 0 ? 0 : sum / kept, least: kept === 0 ? 0 : least };
}

/**
 * Classes that stand for characters of an alphabet, in the form `readCtc` wants; the blanks are always among them.
 *
 * @param has  asked with each key of the network
 */
export function allowedClasses(keys: readonly string[], has: (key: string) => boolean): Uint8Array {
	const allowed = new Uint8Array(keys.length + 2);
	for (let i = 0; i < keys.length; i++) if (has(keys[i] as string)) allowed[i + 1] = 1;
	allowed[0] = 1;
	allowed[keys.length + 1] = 1;
	return allowed;
}

/** A line whose least certain character is below this is looked at again. */
export const DOUBT = 0.7;
/** Rows cut from each side for the second look: what stands close above and below is taken for parts of the letters, and a crop has
 *  three pixels of room around its box. */
const CLOSER_PX = 2;
/** A lower crop holds letters of a size that the rows are needed for. */
const CLOSER_HEIGHT_MIN = 12;

/** Without its outermost rows; undefined where it is too low for that. */
export function closer({ width, height, luma }: Crop): Crop | undefined {
	if (height - 2 * CLOSER_PX < CLOSER_HEIGHT_MIN) return undefined;
	return { width, height: height - 2 * CLOSER_PX, luma: luma.subarray(CLOSER_PX * width, (height - CLOSER_PX) * width) };
}

/** Reads a line once, and in doubt a second time from closer; the one whose least certain character is surer is taken. */
export async function readTwice(crop: Crop, read: (tensor: Tensor) => Promise<CtcLine>): Promise<CtcLine> {
	const first = await read(lineTensor(crop));
	if (first.least >= DOUBT || first.text === '') return first;
	const cut = closer(crop);
	if (cut === undefined) return first;
	const second = await read(lineTensor(cut));
	return second.least > first.least ? second : first;
}

const MEAN = [0.406, 0.456, 0.485] as const;
const DEVIATION = [0.225, 0.224, 0.229] as const;

/** A whole picture for the detector, widened to multiples of 32 with black. */
export function pageTensor(page: Crop): Tensor {
	const width = Math.ceil(page.width / 32) * 32;
	const height = Math.ceil(page.height / 32) * 32;
	const data = new Float32Array(3 * width * height);
	for (let channel = 0; channel < 3; channel++) {
		const mean = MEAN[channel] as number;
		const deviation = DEVIATION[channel] as number;
		const plane = data.subarray(channel * width * height, (channel + 1) * width * height);
		plane.fill(-mean / deviation);
		for (let y = 0; y < page.height; y++) {
			for (let x = 0; x < page.width; x++) plane[y * width + x] = ((page.luma[y * page.width + x] as number) / 255 - mean) / deviation;
		}
	}
	return { data, dims: [1, 3, height, width] };
}

/**
 * Text boxes from the detector's map of text probability: connected parts above 0.3, faint and thin ones dropped, grown to
 * the whole letters (the network draws their cores only).
 */
export function textBoxes(map: ArrayLike<number>, stride: number, width: number, height: number): Box[] {
	const done = new Uint8Array(width * height);
	const boxes: Box[] = [];
	const stack: number[] = [];
	for (let start = 0; start < width * height; start++) {
		if (done[start] === 1) continue;
		const sx = start % width;
		const sy = (start - sx) / width;
		if ((map[sy * stride + sx] as number) < 0.3) continue;
		let [left, top, right, bottom] = [sx, sy, sx, sy];
		let sum = 0;
		let n = 0;
		done[start] = 1;
		stack.push(start);
		for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
			const x = at % width;
			const y = (at - x) / width;
			sum += map[y * stride + x] as number;
			n++;
			left = Math.min(left, x);
			right = Math.max(right, x);
			top = Math.min(top, y);
			bottom = Math.max(bottom, y);
			for (const [next, nx, ny] of [
				[at - 1, x - 1, y],
				[at + 1, x + 1, y],
				[at - width, x, y - 1],
				[at + width, x, y + 1],
			] as const) {
				if (nx < 0 || ny < 0 || nx >= width || ny >= height || done[next] === 1 || (map[ny * stride + nx] as number) < 0.3) continue;
				done[next] = 1;
				stack.push(next);
			}
		}
		const w = right - left + 1;
		const h = bottom - top + 1;
		if (sum / n < 0.5 || Math.min(w, h) < 3) continue;
		const by = (w * h * 1.6) / (2 * (w + h));
		const x0 = Math.max(0, Math.floor(left - by));
		const y0 = Math.max(0, Math.floor(top - by));
		boxes.push([x0, y0, Math.min(width, Math.ceil(right + 1 + by)) - x0, Math.min(height, Math.ceil(bottom + 1 + by)) - y0]);
	}
	return boxes.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
}
