// A PNG reader for the pictures this room handles: 8 bits a channel, not interlaced; grey, RGB, palette, with or without alpha.
import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = '89504e470d0a1a0a';
/** Bytes a pixel by PNG colour type. */
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
// 4096 x 4096: more than any screen here, and little enough that a hostile header cannot fill the memory.
const PIXELS_MAX = 1 << 24;

/** @typedef {{width: number, height: number, data: Uint8Array}} Picture  row-major RGB, 3 bytes a pixel; alpha is dropped */

/** The predictor of PNG's fourth filter: whichever of left, up and up-left is nearest to left + up - up-left. */
function paeth(left, up, upLeft) {
	const estimate = left + up - upLeft;
	const byLeft = Math.abs(estimate - left);
	const byUp = Math.abs(estimate - up);
	const byUpLeft = Math.abs(estimate - upLeft);
	if (byLeft <= byUp && byLeft <= byUpLeft) return left;
	return byUp <= byUpLeft ? up : upLeft;
}

/** Undoes the five row filters in place and returns the rows without their filter bytes. */
function unfilter(raw, width, height, step) {
	const stride = width * step;
	if (raw.length < (stride + 1) * height) throw new Error('PNG: image data is cut short');
	const rows = new Uint8Array(stride * height);
	for (let y = 0; y < height; y++) {
		const filter = raw[y * (stride + 1)];
		if (filter > 4) throw new Error(`PNG: row ${y} has filter ${filter}`);
		const from = y * (stride + 1) + 1;
		const to = y * stride;
		for (let i = 0; i < stride; i++) {
			const left = i >= step ? rows[to + i - step] : 0;
			const up = y > 0 ? rows[to + i - stride] : 0;
			const upLeft = y > 0 && i >= step ? rows[to + i - stride - step] : 0;
			const guess = [0, left, up, (left + up) >> 1, filter === 4 ? paeth(left, up, upLeft) : 0][filter];
			rows[to + i] = (raw[from + i] + guess) & 255;
		}
	}
	return rows;
}

/**
 * @param {Uint8Array} bytes
 * @returns {Picture}
 * @throws when the bytes are no PNG of the kind this reader knows
 */
export function decodePng(bytes) {
	const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (file.subarray(0, 8).toString('hex') !== SIGNATURE) throw new Error('PNG: not a PNG file');
	let header;
	let palette;
	const parts = [];
	for (let at = 8; at + 12 <= file.length; ) {
		const length = file.readUInt32BE(at);
		const type = file.toString('latin1', at + 4, at + 8);
		const body = file.subarray(at + 8, at + 8 + length);
		if (body.length < length) throw new Error(`PNG: chunk ${type} is cut short`);
		if (type === 'IHDR')
			header = { width: body.readUInt32BE(0), height: body.readUInt32BE(4), depth: body[8], colour: body[9], interlace: body[12] };
		else if (type === 'PLTE') palette = body;
		else if (type === 'IDAT') parts.push(body);
		else if (type === 'IEND') break;
		at += length + 12;
	}
	if (!header || parts.length === 0) throw new Error('PNG: no header or no image data');
	const { width, height, depth, colour, interlace } = header;
	const step = CHANNELS[colour];
	if (depth !== 8 || interlace !== 0 || !step) {
		throw new Error(`PNG: depth ${depth}, colour type ${colour}, interlace ${interlace} is not read here; use 8 bits, not interlaced`);
	}
	if (width * height === 0 || width * height > PIXELS_MAX) throw new Error(`PNG: ${width} x ${height} is out of range`);
	if (colour === 3 && !palette) throw new Error('PNG: palette colours without a palette');
	const rows = unfilter(inflateSync(Buffer.concat(parts), { maxOutputLength: (width * step + 1) * height }), width, height, step);
	const data = new Uint8Array(width * height * 3);
	for (let i = 0; i < width * height; i++) {
		for (let c = 0; c < 3; c++) {
			if (colour === 3) data[i * 3 + c] = palette[rows[i] * 3 + c] ?? 0;
			else data[i * 3 + c] = rows[i * step + (step >= 3 ? c : 0)];
		}
	}
	return { width, height, data };
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
	let c = n;
	for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
	return c >>> 0;
});

function chunk(type, body) {
	const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
	let crc = 0xffffffff;
	for (const byte of typed) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(body.length);
	const sum = Buffer.alloc(4);
	sum.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
	return Buffer.concat([length, typed, sum]);
}

/**
 * Writes RGB as a PNG; for tests, which need pictures that differ from the labelled ones.
 *
 * @param {Picture} picture
 * @param {(y: number) => number} [filterOf]  the row filter, 0 or 2 ("up")
 */
export function encodePng({ width, height, data }, filterOf = () => 0) {
	const stride = width * 3;
	const raw = Buffer.alloc((stride + 1) * height);
	for (let y = 0; y < height; y++) {
		const up = filterOf(y) === 2 ? 1 : 0;
		raw[y * (stride + 1)] = up * 2;
		for (let i = 0; i < stride; i++) {
			const above = up && y > 0 ? data[(y - 1) * stride + i] : 0;
			raw[y * (stride + 1) + 1 + i] = (data[y * stride + i] - above) & 255;
		}
	}
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 2, 0, 0, 0], 8);
	const body = deflateSync(raw, { level: 1 });
	return Buffer.concat([Buffer.from(SIGNATURE, 'hex'), chunk('IHDR', header), chunk('IDAT', body), chunk('IEND', Buffer.alloc(0))]);
}
