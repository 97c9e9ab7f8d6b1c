import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodePng, encodePng } from './png.mjs';

/** A PNG of given rows, each with its filter byte first; checksums are left at zero, which the reader does not look at. */
function png(width, height, colour, rows, extra = [], { depth = 8, interlace = 0 } = {}) {
	const chunk = (type, body) => {
		const length = Buffer.alloc(4);
		length.writeUInt32BE(body.length);
		return Buffer.concat([length, Buffer.from(type, 'latin1'), Buffer.from(body), Buffer.alloc(4)]);
	};
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([depth, colour, 0, 0, interlace], 8);
	const data = deflateSync(Buffer.from(rows.flat()));
	return Buffer.concat([
		Buffer.from('89504e470d0a1a0a', 'hex'),
		chunk('IHDR', header),
		...extra.map(([type, body]) => chunk(type, body)),
		chunk('IDAT', data.subarray(0, 5)),
		chunk('IDAT', data.subarray(5)),
		chunk('IEND', []),
	]);
}

const pixels = (bytes) => [...decodePng(bytes).data];

describe('decodePng', () => {
	it('undoes each of the five row filters', () => {
		const rows = [
			[0, 10, 20, 30, 40, 50, 60],
			[1, 11, 21, 31, 30, 30, 30],
			[2, 1, 1, 1, 1, 1, 1],
			[3, 100, 100, 100, 100, 100, 100],
			[4, 5, 5, 5, 5, 5, 5],
		];
		expect(pixels(png(2, 5, 2, rows))).toEqual([
			10, 20, 30, 40, 50, 60, 11, 21, 31, 41, 51, 61, 12, 22, 32, 42, 52, 62, 106, 111, 116, 174, 181, 189, 111, 116, 121, 179, 186, 194,
		]);
	});

	it('reads grey, palette and alpha as RGB', () => {
		expect(pixels(png(2, 1, 0, [[0, 7, 9]]))).toEqual([7, 7, 7, 9, 9, 9]);
		expect(pixels(png(2, 1, 4, [[0, 7, 255, 9, 0]]))).toEqual([7, 7, 7, 9, 9, 9]);
		expect(pixels(png(1, 1, 6, [[0, 1, 2, 3, 128]]))).toEqual([1, 2, 3]);
		expect(pixels(png(2, 1, 3, [[0, 1, 0]], [['PLTE', [1, 2, 3, 4, 5, 6]]]))).toEqual([4, 5, 6, 1, 2, 3]);
	});

	it('gives back what encodePng wrote', () => {
		const picture = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => (i * 37) & 255) };
		expect(decodePng(encodePng(picture, (y) => (y === 1 ? 2 : 0)))).toEqual(picture);
	});

	it('names what it cannot read', () => {
		const good = png(2, 2, 0, [
			[0, 1, 2],
			[0, 3, 4],
		]);
		expect(() => decodePng(Buffer.from('GIF89a'))).toThrow('not a PNG');
		expect(() => decodePng(good.subarray(0, 45))).toThrow('cut short');
		expect(() => decodePng(png(2, 2, 0, [[0, 1, 2]]))).toThrow('cut short');
		expect(() => decodePng(png(1, 1, 0, [[0, 1]], [], { interlace: 1 }))).toThrow('interlace 1');
		expect(() => decodePng(png(1, 1, 0, [[0, 1]], [], { depth: 1 }))).toThrow('depth 1');
		expect(() => decodePng(png(1, 1, 0, [[9, 1]]))).toThrow('filter 9');
		expect(() => decodePng(png(60000, 60000, 0, [[0, 1]]))).toThrow('out of range');
		expect(() => decodePng(png(1, 1, 3, [[0, 1]]))).toThrow('without a palette');
	});
});
