import * as Comlink from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import type { OcrApi } from '../../workers/ocr.protocol.ts';
import type { ModelFiles } from '../core/models/runtime.ts';
import type { Crop } from '../core/ports.ts';
import { makeOcrReader, OcrCancelledError, OcrCrashError, OcrModelError, type OcrReader, OcrTimeoutError } from './ocr.ts';

const crop = (value: number): Crop => ({ width: 2, height: 1, luma: Uint8Array.of(value, value) });
const never = new AbortController().signal;
let readers: OcrReader[] = [];
let ports: MessagePort[] = [];
afterEach(() => {
	for (const reader of readers) reader.close();
	for (const port of ports) port.close();
	readers = [];
	ports = [];
});

/** A worker that lives on the other end of a channel. */
function start(readLine: OcrApi['readLine'], budgetMs = 60, files: () => Promise<ModelFiles> = async () => ({})) {
	const workers: EventTarget[] = [];
	const reader = makeOcrReader({
		files,
		runtime: '/ort/',
		budgetMs,
		start: () => {
			const { port1, port2 } = new MessageChannel();
			ports.push(port1, port2);
			const api: OcrApi = {
				init: () => {},
				warm: async () => {},
				readLine,
				readPage: async () => [],
				stop: () => {},
				dispose: async () => {},
			};
			Comlink.expose(api, port2 as unknown as Comlink.Endpoint);
			const worker = Object.assign(port1, { terminate: () => port1.close() });
			workers.push(worker);
			return worker as unknown as Worker;
		},
	});
	readers.push(reader);
	return { reader, workers };
}

describe('the text reader', () => {
	it('reads, one request at a time, the newest of a place first', async () => {
		const read: number[] = [];
		const { reader } = start(async ({ luma }) => {
			read.push(luma[0] as number);
			await new Promise((resolve) => setTimeout(resolve, 5));
			return { text: String(luma[0]), confidence: 1, least: 1 };
		});
		const settled = await Promise.allSettled([1, 2, 3].map((n) => reader.readLine(crop(n), never, 'hp')));
		expect(settled.map((s) => s.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
		expect((settled[1] as PromiseRejectedResult).reason).toBeInstanceOf(OcrCancelledError);
		expect(read).toEqual([1, 3]);
	});

	it('ends a worker that hangs, and the next line gets a fresh one', async () => {
		let hang = false;
		const { reader, workers } = start(({ luma }) =>
			hang ? new Promise(() => {}) : Promise.resolve({ text: String(luma[0]), confidence: 1, least: 1 }),
		);
		await reader.warm();
		hang = true;
		await expect(reader.readLine(crop(1), never)).rejects.toBeInstanceOf(OcrTimeoutError);
		hang = false;
		expect((await reader.readLine(crop(2), never)).text).toBe('2');
		expect([reader.restarts, workers.length]).toEqual([1, 2]);
	});

	it('fails what waits when the worker dies, and starts anew', async () => {
		let hang = true;
		const { reader, workers } = start(
			() => (hang ? new Promise(() => {}) : Promise.resolve({ text: 'ok', confidence: 1, least: 1 })),
			5000,
		);
		const waiting = reader.readLine(crop(1), never);
		setTimeout(() => workers[0]?.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' })), 5);
		await expect(waiting).rejects.toThrow('out of memory');
		await expect(waiting).rejects.toBeInstanceOf(OcrCrashError);
		hang = false;
		expect((await reader.readLine(crop(1), never)).text).toBe('ok');
	});

	it('gives errors of the worker their class back', async () => {
		const { reader } = start(() => Promise.reject(Object.assign(new Error('rec.onnx is damaged'), { name: 'OcrModelError' })));
		await expect(reader.readLine(crop(1), never)).rejects.toBeInstanceOf(OcrModelError);
	});

	it('asks for its files again after they could not be had', async () => {
		let asked = 0;
		const { reader, workers } = start(
			async () => ({ text: 'ok', confidence: 1, least: 1 }),
			60,
			async () => {
				if (++asked === 1) throw new Error('Fetching "rec.onnx" failed; it is tried again at the next line.');
				return {};
			},
		);
		const first = reader.readLine(crop(1), never);
		await expect(first).rejects.toBeInstanceOf(OcrModelError);
		await expect(first).rejects.toThrow('rec.onnx');
		expect((await reader.readLine(crop(1), never)).text).toBe('ok');
		expect((await reader.readLine(crop(1), never)).text).toBe('ok');
		expect([asked, workers.length]).toEqual([2, 1]);
	});

	it('lets go of a cancelled request, and of all when closed', async () => {
		const { reader } = start(() => new Promise(() => {}), 5000);
		const abort = new AbortController();
		const running = reader.readLine(crop(1), never);
		const cancelled = reader.readLine(crop(2), abort.signal);
		const left = reader.readLine(crop(3), never);
		abort.abort();
		await expect(cancelled).rejects.toBeInstanceOf(OcrCancelledError);
		await expect(reader.readLine(crop(4), abort.signal)).rejects.toBeInstanceOf(OcrCancelledError);
		reader.close();
		await expect(running).rejects.toThrow('starts anew');
		await expect(left).rejects.toBeInstanceOf(OcrCancelledError);
		await expect(reader.readLine(crop(5), never)).rejects.toThrow('closed');
	});
});
