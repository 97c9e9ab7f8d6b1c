import { describe, expect, it } from 'vitest';
import { type DetectorSettings, detectorSettings, pictureTensor, readDetections, withoutOverlaps } from './detect.ts';
import type { Detection } from './runtime.ts';

const settings: DetectorSettings = { labels: ['goblin', 'potion'], layout: 'yolo-v8', input: [8, 8], threshold: 0.4, overlap: 0.5 };
const whole = { scale: 1, left: 0, top: 0 };
const picture = { width: 100, height: 100 };

describe('a picture for a detector', () => {
	it('keeps its shape in the middle of grey', () => {
		const rgba = Uint8Array.from([255, 0, 0, 255, 255, 0, 0, 255]);
		const { data, placed } = pictureTensor({ width: 2, height: 1, rgba }, 8, 8);
		expect(placed).toEqual({ scale: 4, left: 0, top: 2 });
		const [red, green] = [data.subarray(0, 64), data.subarray(64, 128)];
		expect([...red.subarray(16, 48)].every((v) => v === 1)).toBe(true);
		expect([...green.subarray(16, 48)].every((v) => v === 0)).toBe(true);
		for (const row of [0, 1, 6, 7]) expect(red[row * 8]).toBeCloseTo(114 / 255);
	});

	it('is scaled smoothly between its pixels', () => {
		const rgba = Uint8Array.from([0, 0, 0, 255, 255, 255, 255, 255]);
		const { data } = pictureTensor({ width: 2, height: 1, rgba }, 4, 2);
		expect([...data.subarray(0, 4)]).toEqual([0, 0.25, 0.75, 1]);
	});
});

describe('the output of a detector', () => {
	it('of the form yolo-v8 is read class by class, put back into the picture and clipped to it', () => {
		// Two candidates: a goblin half outside on the left, and something below the threshold.
		const output = [4, 50, 50, 50, 20, 10, 20, 10, 0.9, 0.1, 0.2, 0.3];
		expect(readDetections(output, [1, 6, 2], settings, whole, picture)).toEqual([{ label: 'goblin', score: 0.9, box: [0, 40, 14, 20] }]);
		const placed = { scale: 0.5, left: 2, top: 0 };
		expect(readDetections([12, 10, 10, 10, 0.9, 0], [1, 6, 1], settings, placed, picture)).toEqual([
			{ label: 'goblin', score: 0.9, box: [10, 10, 20, 20] },
		]);
	});

	it('of the form boxes names a class beyond the labels by its number', () => {
		const output = [10, 10, 30, 20, 0.8, 1, 10, 10, 30, 20, 0.7, 9, 0, 0, 9, 9, 0.1, 0];
		expect(readDetections(output, [1, 3, 6], { ...settings, layout: 'boxes' }, whole, picture)).toEqual([
			{ label: 'potion', score: 0.8, box: [10, 10, 20, 10] },
			{ label: 'class-9', score: 0.7, box: [10, 10, 20, 10] },
		]);
	});

	it('drops what is empty, outside or no number', () => {
		const output = [200, 10, 220, 20, 0.9, 0, 10, 10, 10, 20, 0.9, 0, Number.NaN, 0, 9, 9, 0.9, 0, 0, 0, 9, 9, Number.NaN, 0];
		expect(readDetections(output, [1, 4, 6], { ...settings, layout: 'boxes' }, whole, picture)).toEqual([]);
	});

	it('of another shape than its layout is a fault in words', () => {
		expect(readDetections([], [1, 8400], settings, whole, picture)).toEqual({ fault: expect.stringMatching(/1 × 8400/) });
		expect(readDetections([], [1, 300, 7], { ...settings, layout: 'boxes' }, whole, picture)).toEqual({
			fault: expect.stringMatching(/6 columns/),
		});
		expect(readDetections([], [1, 3, 10], settings, whole, picture)).toEqual({ fault: expect.stringMatching(/4 rows/) });
		expect(readDetections([], [1, 8400, 6], settings, whole, picture)).toEqual({ fault: expect.stringMatching(/8396 classes.*2 labels/) });
	});

	it('keeps the best of boxes that overlap, of each label by itself', () => {
		const at = (label: string, score: number, x: number): Detection => ({ label, score, box: [x, 0, 10, 10] });
		const all = [at('goblin', 0.9, 0), at('goblin', 0.8, 2), at('potion', 0.7, 1), at('goblin', 0.6, 9)];
		expect(withoutOverlaps(all, 0.5).map(({ label, score }) => [label, score])).toEqual([
			['goblin', 0.9],
			['potion', 0.7],
			['goblin', 0.6],
		]);
	});
});

describe('the settings of a detector', () => {
	it('come from the manifest, with what the profile says in front', () => {
		const options = { labels: ['a'], layout: 'boxes', width: 320, height: 192, threshold: 0.3 };
		expect(detectorSettings(options)).toEqual({ labels: ['a'], layout: 'boxes', input: [320, 192], threshold: 0.3, overlap: 0.5 });
		expect(detectorSettings(options, { labels: ['b'], threshold: 0.6 })).toMatchObject({ labels: ['b'], threshold: 0.6 });
		expect(detectorSettings({})).toEqual({ labels: [], layout: 'yolo-v8', input: undefined, threshold: 0.4, overlap: 0.5 });
	});

	it('that mean nothing are a fault in words', () => {
		expect(detectorSettings({ layout: 'yolo-v3' })).toEqual({ fault: expect.stringMatching(/yolo-v3.*yolo-v8 and boxes/) });
		expect(detectorSettings({ width: 5, height: 9000 })).toEqual({ fault: expect.stringMatching(/5 × 9000/) });
		expect(detectorSettings({ threshold: 40 })).toEqual({ fault: expect.stringMatching(/40 is not between/) });
	});
});
