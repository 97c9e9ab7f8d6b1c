import { describe, expect, it } from 'vitest';
import { makeCaptureSource, makePracticeSource } from './capture.ts';
import { makeFrameBuffers } from '../core/perception/pixels.ts';
import { frameToRgba } from './png.ts';

const clock = { now: () => 0, monotonic: () => performance.now() };
let open = 0;

/** Stands for a VideoFrame of one luma value; Node has none. */
function video(value: number, format: string | null = 'I420', broken = false): VideoFrame {
	open++;
	const bytes = format === 'I420' || format === 'NV12' ? 6 * 4 * 1.5 : 6 * 4 * 4;
	return {
		format,
		visibleRect: { x: 0, y: 0, width: 6, height: 4 },
		colorSpace: { matrix: 'bt709', fullRange: false },
		allocationSize: () => bytes,
		async copyTo(to: Uint8Array, options: { format?: string }) {
			if (broken) throw new Error('the picture is gone');
			to.fill(value);
			const as = options.format ?? format;
			if (as === 'I420')
				return [
					{ offset: 0, stride: 6 },
					{ offset: 24, stride: 3 },
					{ offset: 30, stride: 3 },
				];
			if (as === 'NV12')
				return [
					{ offset: 0, stride: 6 },
					{ offset: 24, stride: 6 },
				];
			return [{ offset: 0, stride: 24 }];
		},
		close() {
			open--;
		},
	} as unknown as VideoFrame;
}

function stream() {
	let controller: ReadableStreamDefaultController<VideoFrame> | undefined;
	const readable = new ReadableStream<VideoFrame>({
		start(c) {
			controller = c;
		},
	});
	return {
		readable,
		push: (frame: VideoFrame) => controller?.enqueue(frame),
		end: () => controller?.close(),
		fail: () => controller?.error(new Error('gone')),
	};
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const never = new AbortController().signal;

describe('capture', () => {
	it.each(['I420', 'NV12', 'RGBX', 'BGRA', null])('reads %s and closes the frame', async (format) => {
		const { readable, push } = stream();
		const source = makeCaptureSource(readable, { clock, name: 'window', buffers: makeFrameBuffers() });
		push(video(100, format));
		const next = await source.next(never);
		expect(next).toMatchObject({ ended: false, frame: { id: 'window#0', width: 6, height: 4 } });
		if (!next.ended) expect(next.frame.luma[13]).toBe(100);
		expect(open).toBe(0);
		expect(source.open).toBe(0);
	});

	it('keeps the newest frame only and closes the others', async () => {
		const { readable, push } = stream();
		const source = makeCaptureSource(readable, { clock, name: 'window', buffers: makeFrameBuffers() });
		for (let i = 1; i <= 5; i++) push(video(i));
		await settle();
		expect(source.open).toBe(1);
		const next = await source.next(never);
		expect(!next.ended && next.frame.luma[0]).toBe(5);
		expect([source.dropped, source.taken, open]).toEqual([4, 1, 0]);
	});

	it('passes over a frame that cannot be read, and says why', async () => {
		const { readable, push } = stream();
		const source = makeCaptureSource(readable, { clock, name: 'window', buffers: makeFrameBuffers() });
		push(video(1, 'I420', true));
		setTimeout(() => push(video(2)), 10);
		const next = await source.next(never);
		expect(!next.ended && next.frame.luma[0]).toBe(2);
		expect([source.failed, source.lastFault, open]).toEqual([1, 'the picture is gone', 0]);
	});

	it('ends when sharing ends or fails, with nothing left open', async () => {
		const one = stream();
		const ending = makeCaptureSource(one.readable, { clock, name: 'window', buffers: makeFrameBuffers() });
		one.push(video(1));
		one.end();
		await settle();
		expect(await ending.next(never)).toEqual({ ended: true, reason: 'Sharing has ended.' });
		const two = stream();
		const failing = makeCaptureSource(two.readable, { clock, name: 'window', buffers: makeFrameBuffers() });
		const waiting = failing.next(never);
		two.fail();
		expect(await waiting).toEqual({ ended: true, reason: 'The capture failed: gone' });
		expect(open).toBe(0);
	});

	it('stops waiting when aborted, and closes what is open when closed', async () => {
		const { readable, push } = stream();
		const source = makeCaptureSource(readable, { clock, name: 'window', buffers: makeFrameBuffers() });
		const abort = new AbortController();
		const waiting = source.next(abort.signal);
		abort.abort(new Error('stopped'));
		await expect(waiting).rejects.toThrow('stopped');
		push(video(1));
		await settle();
		source.close();
		expect(open).toBe(0);
		expect(await source.next(never)).toMatchObject({ ended: true });
	});

	it('asks the practice game for a frame after each one', async () => {
		const { port1, port2 } = new MessageChannel();
		let wants = 0;
		port2.onmessage = () => wants++;
		const source = makePracticeSource(port1, { clock, name: 'practice', buffers: makeFrameBuffers() });
		await settle();
		expect(wants).toBe(1);
		// A real VideoFrame crosses the port; here the message is handed over by hand.
		port1.onmessage?.({ data: { frame: video(9), id: 's1' } } as MessageEvent);
		expect(await source.next(never)).toMatchObject({ frame: { id: 's1' } });
		await settle();
		expect(wants).toBe(2);
		source.close();
		port2.close();
		expect(open).toBe(0);
	});
});

describe('pixels for a picture', () => {
	it('gives limited and full range their own black and white', () => {
		const planes = { id: 'a', at: 0, width: 2, height: 2, stride: 2, u: Uint8Array.of(128), v: Uint8Array.of(128), chromaStride: 1 };
		const grey = (luma: number, fullRange: boolean) =>
			frameToRgba({ ...planes, luma: new Uint8Array(4).fill(luma), colour: { matrix: 'bt601', fullRange } }).data[0];
		expect([grey(16, false), grey(235, false), grey(0, true), grey(255, true)]).toEqual([0, 255, 0, 255]);
	});

	it('gives back the red it was made of, and only the part asked for', () => {
		const red = {
			id: 'a',
			at: 0,
			width: 4,
			height: 2,
			stride: 4,
			luma: new Uint8Array(8).fill(77),
			u: Uint8Array.of(85, 85),
			v: Uint8Array.of(255, 255),
			chromaStride: 2,
		};
		const { width, height, data } = frameToRgba(red, [2, 0, 9, 9]);
		expect([width, height]).toEqual([2, 2]);
		expect(data[0]).toBeGreaterThan(250);
		expect(data[1]).toBeLessThan(6);
		expect(data[2]).toBeLessThan(6);
		expect(() => frameToRgba(red, [20, 0, 2, 2])).toThrow('outside the frame');
	});
});
