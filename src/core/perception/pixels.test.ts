import { describe, expect, it } from 'vitest';
import { canvas } from './drawing.fixture.ts';
import { crop, deviation, hashBox, hashLuma, keepFrame, makeFrame, makeFrameBuffers, type PixelFormat } from './pixels.ts';

/** A 4 × 2 picture: left half red, right half white. */
function fourBytes(format: PixelFormat): Uint8Array {
	const red = format.startsWith('R') ? [255, 0, 0, 255] : [0, 0, 255, 255];
	const row = [red, red, [255, 255, 255, 255], [255, 255, 255, 255]].flat();
	return Uint8Array.from([...row, ...row]);
}

describe('frames from captured bytes', () => {
	it.each(['RGBX', 'RGBA', 'BGRX', 'BGRA'] as const)('reads luma and chroma of %s', (format) => {
		const frame = makeFrame(
			{ format, width: 4, height: 2, data: fourBytes(format), planes: [{ offset: 0, stride: 16 }] },
			'a',
			5,
			makeFrameBuffers(),
		);
		expect([...frame.luma]).toEqual([77, 77, 255, 255, 77, 77, 255, 255]);
		expect(frame.u?.[0]).toBeLessThan(90);
		expect(frame.v?.[0]).toBe(255);
		expect([frame.u?.[1], frame.v?.[1]]).toEqual([128, 128]);
	});

	it('takes the planes of I420 as they lie, without a copy', () => {
		const data = Uint8Array.from([1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 0, 0, 100, 101, 150, 151]);
		const planes = [
			{ offset: 0, stride: 6 },
			{ offset: 12, stride: 2 },
			{ offset: 14, stride: 2 },
		];
		const frame = makeFrame({ format: 'I420', width: 4, height: 2, data, planes }, 'a', 0, makeFrameBuffers());
		expect(frame.luma.buffer).toBe(data.buffer);
		expect(frame.luma[6]).toBe(5);
		expect([frame.u?.[1], frame.v?.[0]]).toEqual([101, 150]);
	});

	it('parts the chroma of NV12', () => {
		const data = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 100, 150, 101, 151]);
		const frame = makeFrame(
			{
				format: 'NV12',
				width: 4,
				height: 2,
				data,
				planes: [
					{ offset: 0, stride: 4 },
					{ offset: 8, stride: 4 },
				],
			},
			'a',
			0,
			makeFrameBuffers(),
		);
		expect(frame.luma.buffer).toBe(data.buffer);
		expect([...(frame.u ?? [])]).toEqual([100, 101]);
		expect([...(frame.v ?? [])]).toEqual([150, 151]);
	});

	it('reads odd sizes', () => {
		const frame = makeFrame(
			{ format: 'RGBA', width: 3, height: 3, data: new Uint8Array(36).fill(200), planes: [{ offset: 0, stride: 12 }] },
			'a',
			0,
			makeFrameBuffers(),
		);
		expect([...frame.luma]).toEqual(Array.from({ length: 9 }, () => 200));
		expect(frame.u?.length).toBe(4);
	});

	it('reuses buffers after as many frames as it has slots, and keepFrame outlives that', () => {
		const buffers = makeFrameBuffers(2);
		const take = (value: number) => {
			const data = buffers.raw(4).fill(value);
			return makeFrame({ format: 'RGBX', width: 1, height: 1, data, planes: [{ offset: 0, stride: 4 }] }, 'a', 0, buffers);
		};
		const first = take(10);
		const kept = keepFrame(first);
		take(20);
		expect(first.luma[0]).toBe(10);
		take(30);
		expect(first.luma[0]).toBe(30);
		expect(kept.luma[0]).toBe(10);
	});
});

describe('crops and hashes', () => {
	it('clips a crop to the frame and is undefined outside', () => {
		const { frame } = canvas(20, 10).fill([16, 0, 4, 4], 200);
		expect(crop(frame, [16, 2, 10, 4])).toEqual({
			width: 4,
			height: 4,
			luma: Uint8Array.from([...Array(8).fill(200), ...Array(8).fill(90)]),
		});
		expect(crop(frame, [30, 2, 10, 4])).toBeUndefined();
	});

	it('hashes every pixel, the last of an odd row too', () => {
		const a = canvas(19, 7);
		const before = hashLuma(a.frame);
		for (const at of [0, 18, 19 * 7 - 1, 63]) {
			a.frame.luma[at] = 91;
			expect(hashLuma(a.frame)).not.toBe(before);
			a.frame.luma[at] = 90;
		}
		expect(hashLuma(a.frame)).toBe(before);
		expect(hashBox(a.frame, [0, 0, 8, 3])).toBe(hashBox(a.frame, [5, 2, 8, 3]));
	});

	it('measures deviation over the mask alone', () => {
		expect(deviation(Uint8Array.from([10, 30, 255, 255]), Uint8Array.from([1, 1, 0, 0]))).toBe(10);
		expect(deviation(new Uint8Array(4))).toBe(0);
	});
});
