// What makes two moments near-same: the picture, or the facts.
import type { Frame } from '../ports.ts';
import type { Facts } from '../question.ts';

const COLUMNS = 9;
const ROWS = 8;
/** Of 64; a pointer or a counter moves a few, another screen some thirty. */
const BITS_APART = 6;
/** Pixels that are read of a line of a block. */
const READ = 8;
/** Moments are as much alike where one answer is to speak for another (`reasoning/cases.ts`). */
const ALIKE_FROM = 0.9;
/** Numbers this near to each other, by the larger of them, are alike. */
const NUMBERS_APART = 0.1;

/**
 * Whether each of nine blocks of a line is darker than the next, in eight lines: 64 bits as 16 hexadecimal digits. Pictures that look
 * alike differ in few of them.
 *
 * @see N. Krawetz, "Kind of Like That" (2013)
 */
export function lookOf(frame: Pick<Frame, 'luma' | 'width' | 'height' | 'stride'>): string {
	const means = Array.from({ length: ROWS }, (_, row) => Array.from({ length: COLUMNS }, (__, column) => meanOf(frame, column, row)));
	let text = '';
	for (const line of means) {
		let bits = 0;
		// What is as dark as its neighbour to a grey level is flat, and noise must not turn it.
		for (let column = 0; column + 1 < COLUMNS; column++)
			bits = (bits << 1) | ((line[column] as number) + 1 < (line[column + 1] as number) ? 1 : 0);
		text += bits.toString(16).padStart(2, '0');
	}
	return text;
}

function meanOf({ luma, width, height, stride }: Pick<Frame, 'luma' | 'width' | 'height' | 'stride'>, column: number, row: number): number {
	const x0 = Math.floor((column * width) / COLUMNS);
	const y0 = Math.floor((row * height) / ROWS);
	const w = Math.max(1, Math.floor(width / COLUMNS));
	const h = Math.max(1, Math.floor(height / ROWS));
	let sum = 0;
	for (let j = 0; j < READ; j++) {
		const from = (y0 + Math.floor((j * h) / READ)) * stride + x0;
		for (let i = 0; i < READ; i++) sum += luma[from + Math.floor((i * w) / READ)] as number;
	}
	return sum / (READ * READ);
}

export function looksAlike(a: string, b: string): boolean {
	let apart = Math.abs(a.length - b.length) * 4;
	for (let i = 0; i < Math.min(a.length, b.length); i++) {
		let bits = Number.parseInt(a[i] as string, 16) ^ Number.parseInt(b[i] as string, 16);
		for (; bits > 0; bits &= bits - 1) apart++;
	}
	return apart <= BITS_APART;
}

/** Nine in ten of the facts that either knows say the same; two that know none are alike. */
export function factsAlike(a: Facts, b: Facts): boolean {
	const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((f) => typeof (a[f] ?? b[f]) !== 'object');
	const same = names.filter((f) => {
		const [x, y] = [a[f], b[f]];
		if (typeof x === 'number' && typeof y === 'number') return Math.abs(x - y) <= NUMBERS_APART * Math.max(Math.abs(x), Math.abs(y));
		return x === y;
	});
	return same.length >= ALIKE_FROM * names.length;
}
