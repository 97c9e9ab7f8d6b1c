import * as Comlink from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import { crossing } from '../../core/models/crossing.ts';
import type { ModelManifest } from '../../core/models/manifest.ts';
import { type Completion, type LoadOptions, RuntimeError } from '../../core/models/runtime.ts';
import type { Capabilities } from '../../core/models/capabilities.ts';
import type { LlmApi, LlmCall } from '../../../workers/llm.protocol.ts';
import { makeLlmDriver, type LlmLimits } from './llm.ts';
import { gpuRefusal } from './web-llm.ts';
import { makeWllamaDriver } from './wllama.ts';

const manifest = { id: 'smol', name: 'Smol', options: {}, needs: { memoryBytes: 1 } } as unknown as ModelManifest;
const options: LoadOptions = {
	manifest,
	files: { 'model.gguf': new Blob(['x']) },
	backend: 'wasm',
	engines: { ort: '', wllama: '' },
	cancel: new AbortController().signal,
};
const prompt = { system: 's', user: 'u', maxTokens: 4 };
const never = new AbortController().signal;
const done = (text: string): Completion => ({ text, promptTokens: 1, completionTokens: 1, ms: 1, finish: 'stop' });

const open: MessagePort[] = [];
afterEach(() => {
	for (const port of open.splice(0)) port.close();
});

/** A worker that is a port in this very thread: what crosses is cloned all the same. */
function workerOf(api: Partial<LlmApi>) {
	const { port1, port2 } = new MessageChannel();
	open.push(port1, port2);
	const log = { ended: 0, cancelled: [] as string[] };
	const whole: LlmApi = {
		load: async () => ({ contextTokens: 512, chats: true, sees: false, engine: 'scripted.' }),
		complete: async () => done('hello'),
		cancel: (id) => void log.cancelled.push(id),
		...api,
	};
	Comlink.expose(whole, port1 as unknown as Comlink.Endpoint);
	(port1 as unknown as { start(): void }).start();
	const worker = Object.assign(port2, { terminate: () => log.ended++ }) as unknown as Worker;
	return { worker, log };
}
function drive(api: Partial<LlmApi>, limits: Partial<LlmLimits> = {}) {
	const { worker, log } = workerOf(api);
	const driver = makeLlmDriver({
		runtime: 'wllama',
		start: () => worker,
		prepare: () => Promise.resolve({ threads: 1, note: 'On paper.' }),
		limits,
	});
	return { driver, log };
}
const reasonOf = async (work: Promise<unknown>) => {
	const error = await work.catch((caught: unknown) => caught);
	return error instanceof RuntimeError ? error.reason : error;
};

describe('a runtime that writes', () => {
	it('loads, and says what runs it and how', async () => {
		const { driver } = drive({});
		const running = await driver(options);
		expect(running.loaded).toMatchObject({ model: 'smol', backend: 'wasm', note: 'On paper. scripted.' });
		expect((await running.writer?.complete(prompt, never))?.text).toBe('hello');
	});

	it('ends its worker when loading fails, with the reason that the worker gave', async () => {
		const { driver, log } = drive({ load: () => Promise.reject(crossing(new RuntimeError('load-failed', 'No GGUF.'))) });
		await expect(driver(options)).rejects.toMatchObject({ reason: 'load-failed', message: 'No GGUF.' });
		expect(log.ended).toBe(1);
	});

	it('lets a caller go at once and the next one wait until the engine is free', async () => {
		let free: () => void = () => {};
		const order: string[] = [];
		const { driver, log } = drive({
			async complete({ id }: LlmCall) {
				order.push(`begin ${id}`);
				if (id === '1') await new Promise<void>((resolve) => (free = resolve));
				order.push(`end ${id}`);
				if (id === '1') throw crossing(new RuntimeError('cancelled', 'x'));
				return done(id);
			},
		});
		const { writer } = await driver(options);
		const stop = new AbortController();
		const first = reasonOf(writer!.complete(prompt, stop.signal));
		const second = writer!.complete(prompt, never);
		await new Promise((resolve) => setTimeout(resolve, 20));
		stop.abort();
		expect(await first).toBe('cancelled');
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(log.cancelled).toEqual(['1']);
		expect(order).toEqual(['begin 1']);
		free();
		expect((await second).text).toBe('2');
		expect(order).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
	});

	it('gives a question up that is taken back before its turn, without asking it', async () => {
		const asked: string[] = [];
		let free: () => void = () => {};
		const { driver } = drive({
			async complete({ id }: LlmCall) {
				asked.push(id);
				if (id === '1') await new Promise<void>((resolve) => (free = resolve));
				return done(id);
			},
		});
		const { writer } = await driver(options);
		const first = writer!.complete(prompt, never);
		const stop = new AbortController();
		const second = reasonOf(writer!.complete(prompt, stop.signal));
		const third = writer!.complete(prompt, never);
		await new Promise((resolve) => setTimeout(resolve, 20));
		stop.abort();
		expect(await second).toBe('cancelled');
		free();
		await first;
		expect((await third).text).toBe('3');
		expect(asked).toEqual(['1', '3']);
	});

	it('is ended when it does not stop, when it takes too long, and when its engine breaks; whoever listens hears of it', async () => {
		const hang = () => new Promise<Completion>(() => {});
		const deaths: string[] = [];
		const stuck = await drive({ complete: hang }, { abortMs: 20 }).driver(options);
		stuck.onDeath(({ reason }) => deaths.push(reason));
		const stop = new AbortController();
		const call = reasonOf(stuck.writer!.complete(prompt, stop.signal));
		await new Promise((resolve) => setTimeout(resolve, 10));
		stop.abort();
		expect(await call).toBe('cancelled');
		await new Promise((resolve) => setTimeout(resolve, 60));
		expect(deaths).toEqual(['crashed']);
		expect(await reasonOf(stuck.writer!.complete(prompt, never))).toBe('crashed');

		const slow = await drive({ complete: hang }, { promptMs: 10, tokenMs: 1 }).driver(options);
		slow.onDeath(({ reason }) => deaths.push(reason));
		expect(await reasonOf(slow.writer!.complete(prompt, never))).toBe('timed-out');

		const broken = await drive({ complete: () => Promise.reject(crossing(new RuntimeError('crashed', 'abort()'))) }).driver(options);
		broken.onDeath(({ reason }) => deaths.push(reason));
		expect(await reasonOf(broken.writer!.complete(prompt, never))).toBe('crashed');
		expect(deaths).toEqual(['crashed', 'timed-out', 'crashed']);
	});

	it('stays loaded when a question is refused', async () => {
		let first = true;
		const { driver, log } = drive({
			complete: () => {
				if (!first) return Promise.resolve(done('fine'));
				first = false;
				return Promise.reject(crossing(new RuntimeError('bad-input', 'Too long.')));
			},
		});
		const { writer } = await driver(options);
		expect(await reasonOf(writer!.complete(prompt, never))).toBe('bad-input');
		expect((await writer!.complete(prompt, never)).text).toBe('fine');
		expect(log.ended).toBe(0);
	});
});

describe('llama.cpp', () => {
	const driver = makeWllamaDriver(() => workerOf({}).worker);

	it('refuses the GPU, files that are none of its own, and a schema that it cannot hold', async () => {
		expect(await reasonOf(driver({ ...options, backend: 'webgpu' }))).toBe('unsupported');
		expect(await reasonOf(driver({ ...options, files: { 'model.onnx': new Blob(['x']) } }))).toBe('bad-input');
		const { writer } = await driver(options);
		const odd = { ...prompt, schema: { type: 'string', pattern: '^(?!x)$' } };
		await expect(writer!.complete(odd, never)).rejects.toMatchObject({
			reason: 'bad-input',
			message: expect.stringContaining('look-around'),
		});
		expect((await writer!.complete(prompt, never)).text).toBe('hello');
	});
});

describe('a GPU for web-llm', () => {
	const gpu = (limits: Record<string, number>, features: readonly string[] = []): Capabilities => ({
		cores: 8,
		memoryGiB: 8,
		isolated: true,
		simd: true,
		jspi: true,
		gpu: { name: 'test', fallback: false, features, limits },
		gpuWhy: '',
		gpuLost: 0,
		builtIn: 'absent',
	});
	const enough = {
		maxBufferSize: 2 ** 30,
		maxStorageBufferBindingSize: 2 ** 30,
		maxComputeWorkgroupStorageSize: 32_768,
		maxStorageBuffersPerShaderStage: 10,
	};
	const model = (webgpu?: object) => ({ runtime: 'web-llm', needs: { memoryBytes: 1, webgpu } }) as unknown as ModelManifest;

	it('must have what the engine itself asks for, whatever the manifest says', () => {
		expect(gpuRefusal(model(), gpu(enough))).toBeUndefined();
		for (const limit of Object.keys(enough)) expect(gpuRefusal(model(), gpu({ ...enough, [limit]: 4 }))).toContain(limit);
	});

	it('must have what the model needs beyond it', () => {
		expect(gpuRefusal(model({ features: ['shader-f16'], limits: {} }), gpu(enough))).toContain('16-bit floats');
		expect(gpuRefusal(model({ features: ['shader-f16'], limits: {} }), gpu(enough, ['shader-f16']))).toBeUndefined();
		expect(gpuRefusal(model({ features: [], limits: { maxBufferSize: 2 ** 31 } }), gpu(enough))).toContain('maxBufferSize');
		expect(gpuRefusal(model(), { ...gpu(enough), gpu: undefined, gpuWhy: 'There is no adapter.' })).toContain('There is no adapter.');
	});
});
