import { describe, expect, it } from 'vitest';
import { allowedClasses, closer, type CtcLine, lineTensor, pageTensor, readCtc, readTwice, recogniserFor, textBoxes } from './ocr.ts';

describe('around the text networks', () => {
	it('scales a line to 48 px of height and a multiple of 32 of width, in all three channels', () => {
		const { data, dims } = lineTensor({ width: 60, height: 16, luma: new Uint8Array(960).fill(255) });
		expect(dims).toEqual([1, 3, 48, 192]);
		expect([data[0], data[179], data[180], data[2 * 48 * 192 + 5]]).toEqual([1, 1, 0, 1]);
		expect(lineTensor({ width: 3, height: 12, luma: new Uint8Array(36) }).dims[3]).toBe(64);
		expect(lineTensor({ width: 4000, height: 8, luma: new Uint8Array(32000) }).dims[3]).toBe(2560);
	});

	it('drops repeats and blanks, and keeps doubled letters parted by a blank', () => {
		const steps = [1, 1, 0, 1, 2, 4, 0, 3];
		const output = steps.flatMap((best) => [0, 1, 2, 3, 4].map((c) => (c === best ? 0.8 : 0.05)));
		expect(readCtc(output, 8, 5, ['a', 'b', 'c'])).toEqual({ text: 'aab c', confidence: expect.closeTo(0.8), least: 0.8 });
		expect(readCtc([0.9, 0.1], 1, 2, ['a'])).toEqual({ text: '', confidence: 0, least: 0 });
		expect(readCtc([0, 0.9, 0.1, 0, 0.4, 0.6], 2, 3, ['a', 'b'])).toEqual({ text: 'ab', confidence: expect.closeTo(0.75), least: 0.6 });
	});

	it('reads what can stand there, and stays as unsure as the network was of it', () => {
		const keys = ['0', 'O', '/'];
		const allowed = allowedClasses(keys, (key) => key !== 'O');
		expect([...allowed]).toEqual([1, 1, 0, 1, 1]);
		const output = [
			[0.1, 0.2, 0.7, 0, 0],
			[0.9, 0.05, 0.05, 0, 0],
			[0, 0.1, 0, 0.9, 0],
		].flat();
		expect(readCtc(output, 3, 5, keys, allowed)).toEqual({ text: '0/', confidence: expect.closeTo(0.55), least: 0.2 });
		expect(readCtc(output, 3, 5, keys).text).toBe('O/');
	});

	it('looks again from closer when in doubt, and takes the surer of the two', async () => {
		const crop = { width: 40, height: 20, luma: new Uint8Array(800) };
		const seen: number[] = [];
		const read = (...lines: CtcLine[]) => {
			seen.length = 0;
			return (tensor: { dims: readonly number[] }) => {
				seen.push(tensor.dims[3] as number);
				return Promise.resolve(lines[seen.length - 1] as CtcLine);
			};
		};
		const line = (text: string, least: number): CtcLine => ({ text, confidence: 0.9, least });
		expect((await readTwice(crop, read(line('HP 45', 0.7)))).text).toBe('HP 45');
		expect(seen).toEqual([96]);
		expect((await readTwice(crop, read(line('HP 4S', 0.6), line('HP 45', 0.8)))).text).toBe('HP 45');
		expect(seen).toEqual([96, 128]);
		expect((await readTwice(crop, read(line('HP 45', 0.6), line('HP4S', 0.5)))).text).toBe('HP 45');
		// Nothing to look at, and nothing to cut away.
		expect((await readTwice(crop, read(line('', 0)))).text).toBe('');
		expect(seen).toHaveLength(1);
		expect((await readTwice({ width: 40, height: 15, luma: new Uint8Array(600) }, read(line('x', 0.1)))).text).toBe('x');
		expect(seen).toHaveLength(1);
		expect(closer({ width: 1, height: 16, luma: Uint8Array.from({ length: 16 }, (_, i) => i) })?.luma).toEqual(
			Uint8Array.of(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13),
		);
	});

	it('takes the recogniser that knows the signs of a language', () => {
		const tags = ['en', 'de-AT', 'zh', 'zh-Hans', 'zh-CN', 'ru', 'jam', 'zh-Hant', 'zh-TW', 'ja', 'ja-JP'];
		expect(tags.filter((tag) => recogniserFor(tag) === 'ppocr-v6-small')).toEqual(['zh-Hant', 'zh-TW', 'ja', 'ja-JP']);
	});

	it('widens a page to multiples of 32', () => {
		expect(pageTensor({ width: 50, height: 33, luma: new Uint8Array(1650) }).dims).toEqual([1, 3, 64, 64]);
	});

	it('finds text boxes, grown to the letters, without specks and faint parts', () => {
		const map = new Float32Array(64 * 32);
		const draw = (x: number, y: number, w: number, h: number, p: number) => {
			for (let row = y; row < y + h; row++) map.fill(p, row * 64 + x, row * 64 + x + w);
		};
		draw(10, 10, 30, 6, 0.9);
		draw(50, 4, 2, 2, 0.9);
		draw(50, 20, 8, 8, 0.4);
		expect(textBoxes(map, 64, 64, 32)).toEqual([[6, 6, 38, 14]]);
	});
});
