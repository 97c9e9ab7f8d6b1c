// Frames of a recording as bytes: every few seconds a whole picture, between them only the tiles that differ, to the last bit.
import type { Size } from '../geometry.ts';
import type { Frame } from '../ports.ts';

/** A picture in I420 without padding. */
export interface Picture extends Size {
	readonly luma: Uint8Array;
	readonly u: Uint8Array;
	readonly v: Uint8Array;
}
export interface RecordedFrame {
	/** Milliseconds since the recording began. */
	readonly at: number;
	readonly picture: Picture;
}

/** Pixels along the side of a tile: 16 of luminance, 8 of either chroma. */
const TILE = 16;
const KEY_EVERY_MS = 5000;
const HEAD_BYTES = 9;
const KEY = 1;

/** The planes of a captured frame without their padding. @throws RangeError where there is no colour */
export function pictureOf({ width, height, luma, stride, u, v, chromaStride }: Frame): Picture {
	if (u === undefined || v === undefined || chromaStride === undefined) throw new RangeError('a grey frame is not recorded');
	const half = halfOf({ width, height });
	return {
		width,
		height,
		luma: packed(luma, stride, width, height),
		u: packed(u, chromaStride, half.width, half.height),
		v: packed(v, chromaStride, half.width, half.height),
	};
}

/** A picture as whoever looks at frames wants it. */
export function frameOf({ width, height, luma, u, v }: Picture, id: string, at: number): Frame {
	return { id, at, width, height, luma, stride: width, u, v, chromaStride: halfOf({ width, height }).width };
}

/**
 * Writes frames one after the other.
 *
 * @returns `add` gives the bytes of one frame: milliseconds (4), whether it is whole (1), number of tiles (4), then planes or tiles;
 *  numbers are little-endian, and a tile is its number (4), its luminance and its chroma, clipped to the picture. The bytes of all
 *  frames in their order are the recording's `frames.bin`.
 */
export function makeFrameWriter(size: Size): { add(frame: RecordedFrame): Uint8Array } {
	let before: Picture | undefined;
	let wholeAt = -Infinity;
	return {
		add({ at, picture }) {
			if (picture.width !== size.width || picture.height !== size.height)
				throw new RangeError(
					`a frame of ${picture.width} × ${picture.height} in a recording of ${size.width} × ${size.height}: begin another recording`,
				);
			const whole = before === undefined || at - wholeAt >= KEY_EVERY_MS;
			const bytes = whole ? wholeBytes(at, picture) : changedBytes(at, picture, before as Picture);
			if (whole) wholeAt = at;
			before = { ...size, luma: picture.luma.slice(), u: picture.u.slice(), v: picture.v.slice() };
			return bytes;
		},
	};
}

/**
 * Reads `frames.bin`. The planes of a frame are valid until the next one is taken.
 *
 * @throws RangeError naming the frame, where the bytes are no frames of this size
 */
export function* readFrames(bytes: Uint8Array, size: Size): Generator<RecordedFrame> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const half = halfOf(size);
	const now: Picture = {
		...size,
		luma: new Uint8Array(size.width * size.height),
		u: new Uint8Array(half.width * half.height),
		v: new Uint8Array(half.width * half.height),
	};
	const columns = Math.ceil(size.width / TILE);
	const tiles = columns * Math.ceil(size.height / TILE);
	let at = 0;
	let last = -1;
	for (let n = 0; at < bytes.length; n++) {
		const take = (count: number): number => {
			const from = at;
			at += count;
			if (at > bytes.length) throw new RangeError(`frame ${n} ends before its time`);
			return from;
		};
		const head = take(HEAD_BYTES);
		const ms = view.getUint32(head, true);
		const whole = view.getUint8(head + 4) === KEY;
		const count = view.getUint32(head + 5, true);
		if (n === 0 && !whole) throw new RangeError('frame 0 is not whole');
		if (ms <= last) throw new RangeError(`frame ${n} is not later than the one before`);
		last = ms;
		if (whole) for (const plane of [now.luma, now.u, now.v]) plane.set(bytes.subarray(take(plane.length), at));
		else {
			if (count > tiles) throw new RangeError(`frame ${n} has more tiles than fit into it`);
			for (let i = 0; i < count; i++) {
				const tile = view.getUint32(take(4), true);
				if (tile >= tiles) throw new RangeError(`frame ${n} has a tile outside of the picture`);
				for (const { plane, stride, x, y, width, height } of partsOf(now, tile % columns, Math.floor(tile / columns)))
					for (let row = 0; row < height; row++) plane.set(bytes.subarray(take(width), at), (y + row) * stride + x);
			}
		}
		yield { at: ms, picture: now };
	}
}

function halfOf({ width, height }: Size): Size {
	return { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
}

function packed(plane: Uint8Array, stride: number, width: number, height: number): Uint8Array {
	if (stride === width) return plane.subarray(0, width * height);
	const out = new Uint8Array(width * height);
	for (let row = 0; row < height; row++) out.set(plane.subarray(row * stride, row * stride + width), row * width);
	return out;
}

interface Part extends Size {
	readonly plane: Uint8Array;
	readonly stride: number;
	readonly x: number;
	readonly y: number;
}
/** What of each plane lies in a tile. */
function partsOf(picture: Picture, column: number, row: number): readonly Part[] {
	const half = halfOf(picture);
	const part = (plane: Uint8Array, { width, height }: Size, side: number): Part => ({
		plane,
		stride: width,
		x: column * side,
		y: row * side,
		width: Math.min(side, width - column * side),
		height: Math.min(side, height - row * side),
	});
	return [part(picture.luma, picture, TILE), part(picture.u, half, TILE / 2), part(picture.v, half, TILE / 2)];
}

function head(bytes: Uint8Array, at: number, whole: boolean, count: number): void {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	view.setUint32(0, at, true);
	view.setUint8(4, whole ? KEY : 0);
	view.setUint32(5, count, true);
}

function wholeBytes(at: number, { luma, u, v }: Picture): Uint8Array {
	const bytes = new Uint8Array(HEAD_BYTES + luma.length + u.length + v.length);
	head(bytes, at, true, 0);
	bytes.set(luma, HEAD_BYTES);
	bytes.set(u, HEAD_BYTES + luma.length);
	bytes.set(v, HEAD_BYTES + luma.length + u.length);
	return bytes;
}

function changedBytes(at: number, picture: Picture, before: Picture): Uint8Array {
	const columns = Math.ceil(picture.width / TILE);
	const rows = Math.ceil(picture.height / TILE);
	const bytes = new Uint8Array(HEAD_BYTES + columns * rows * (4 + TILE * TILE * 1.5));
	const view = new DataView(bytes.buffer);
	let to = HEAD_BYTES;
	let count = 0;
	for (let tile = 0; tile < columns * rows; tile++) {
		const [column, row] = [tile % columns, Math.floor(tile / columns)];
		const parts = partsOf(picture, column, row);
		const olds = partsOf(before, column, row);
		if (!parts.some((part, i) => differs(part, olds[i] as Part))) continue;
		count++;
		view.setUint32(to, tile, true);
		to += 4;
		for (const { plane, stride, x, y, width, height } of parts)
			for (let line = 0; line < height; line++, to += width)
				bytes.set(plane.subarray((y + line) * stride + x, (y + line) * stride + x + width), to);
	}
	head(bytes, at, false, count);
	return bytes.subarray(0, to);
}

function differs({ plane, stride, x, y, width, height }: Part, { plane: before }: Part): boolean {
	for (let row = y; row < y + height; row++)
		for (let i = row * stride + x, end = i + width; i < end; i++) if (plane[i] !== before[i]) return true;
	return false;
}
