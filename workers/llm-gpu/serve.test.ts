import { describe, expect, it } from 'vitest';
import { crossed } from '../../src/core/models/crossing.ts';
import { type GpuChunk, type GpuEngine, gpuFault, makeGpuLlm, recordOf, serveFiles } from './serve.ts';

const FILES = {
	'mlc-chat-config.json': new Blob(['{}']),
	'tensor-cache.json': new Blob(['{"records":[]}']),
	'params_shard_0.bin': new Blob(['weights']),
	'lib-webgpu.wasm': new Blob(['program']),
};
const PLACE = recordOf('m', FILES, {}, []).model;
const load = { model: 'm', files: FILES, backend: 'webgpu', threads: 1, engine: '', options: {}, needs: { memoryBytes: 1 } } as const;
const prompt = { system: 's', user: 'u', maxTokens: 8 };

function engineThat(parts: Partial<GpuEngine> & { readonly chunks?: readonly GpuChunk[] } = {}): GpuEngine {
	const { chunks = [{ choices: [{ delta: { content: 'hi' } }] }, { choices: [{ finish_reason: 'stop' }] }], ...rest } = parts;
	return {
		reload: async () => {},
		unload: async () => {},
		interruptGenerate: () => {},
		getGPUVendor: async () => 'test',
		async chatCompletion() {
			return (async function* () {
				yield* chunks;
			})();
		},
		...rest,
	};
}
const thrownBy = async (work: Promise<unknown>) => crossed(await work.catch((error: unknown) => error));

describe("web-llm's files", () => {
	it('are answered from what was handed over, whichever way it asks', async () => {
		const served = serveFiles(FILES, () => Promise.reject(new Error('the network was asked')));
		const cache = await served.caches.open('webllm/model');
		expect(await (await cache.match(new Request(`${PLACE}params_shard_0.bin`)))?.text()).toBe('weights');
		expect(await (await served.fetch(`${PLACE}lib-webgpu.wasm`)).text()).toBe('program');
		expect((await cache.keys()).map(({ url }) => url)).toContain(`${PLACE}params_shard_0.bin`);
		expect(served.last).toBe('lib-webgpu.wasm');
	});

	it('are refused by name when they are not among them; nothing goes to the network', async () => {
		const served = serveFiles(FILES, () => Promise.reject(new Error('the network was asked')));
		const cache = await served.caches.open('webllm/model');
		expect(await cache.match(new Request(`${PLACE}params_shard_1.bin`))).toBeUndefined();
		await expect(cache.add(new Request(`${PLACE}params_shard_1.bin`))).rejects.toThrow('"params_shard_1.bin" is not among');
		await expect(served.fetch('https://example.com/elsewhere')).rejects.toThrow('https://example.com/elsewhere');
	});

	it('make a record with the library of the manifest, or the only one there is', () => {
		expect(recordOf('m', FILES, { model: 'Name-MLC', context: 1024 }, ['shader-f16'])).toMatchObject({
			model_id: 'Name-MLC',
			model_lib: `${PLACE}lib-webgpu.wasm`,
			required_features: ['shader-f16'],
			overrides: { context_window_size: 1024 },
		});
		expect(() => recordOf('m', { 'tensor-cache.json': FILES['tensor-cache.json'] }, {}, [])).toThrow(
			/lacks mlc-chat-config.json, the model library/,
		);
		expect(() => recordOf('m', FILES, { library: 'other.wasm' }, [])).toThrow(/lacks other.wasm/);
	});
});

it.each([
	[new Error('Device was lost.'), 'gpu-lost'],
	['DeviceLostError: The WebGPU device was lost', 'gpu-lost'],
	['WebGPUNotAvailableError: WebGPU is not supported', 'unsupported'],
	[Object.assign(new Error('needs shader-f16'), { name: 'ShaderF16SupportError' }), 'unsupported'],
	['ContextWindowSizeExceededError: Prompt tokens exceed', 'bad-input'],
	['GrammarMatcherInitError: no', 'bad-input'],
	['ModelNotFoundError: Cannot find model record', 'load-failed'],
	['IntegrityError: hashes differ', 'load-failed'],
	[new WebAssembly.CompileError('expected magic word'), 'load-failed'],
	[new TypeError("Failed to execute 'add' on 'Cache'"), 'load-failed'],
	[new RangeError('Array buffer allocation failed'), 'out-of-memory'],
] as const)('sorts what web-llm throws: %s is %s', (error, reason) => {
	const sorted = crossed(gpuFault(error, 'load-failed', 'It could not load', 'lib.wasm'));
	expect(sorted.reason).toBe(reason);
	expect(sorted.message).toContain('It could not load');
});

describe('web-llm behind the protocol', () => {
	it('names the file that was asked for last when loading fails', async () => {
		const around: { fetch?: typeof fetch } = {};
		const api = makeGpuLlm(
			() =>
				engineThat({
					reload: async () => {
						await around.fetch?.(`${PLACE}lib-webgpu.wasm`);
						throw new TypeError("Cannot read properties of undefined (reading 'buffer')");
					},
				}),
			around,
		);
		expect(await thrownBy(api.load(load, () => {}))).toMatchObject({
			reason: 'load-failed',
			message: expect.stringContaining('lib-webgpu.wasm'),
		});
	});

	it('answers, passes the schema on, and says what was cut', async () => {
		const asked: unknown[] = [];
		const chunks = [{ choices: [{ delta: { content: '{}' } }] }, { choices: [{ finish_reason: 'length' }] }];
		const engine = engineThat({ chunks });
		const { chatCompletion } = engine;
		const api = makeGpuLlm(() => ({ ...engine, chatCompletion: (request) => (asked.push(request), chatCompletion(request)) }), {});
		await api.load(load, () => {});
		const done = await api.complete({ id: '1', prompt: { ...prompt, schema: { type: 'object' } } });
		expect(done).toMatchObject({ text: '{}', finish: 'length' });
		expect(asked[0]).toMatchObject({
			temperature: 0,
			max_tokens: 8,
			response_format: { type: 'json_object', schema: '{"type":"object"}' },
		});
	});

	it('ends a call that is taken back only when the engine has ended it, and answers the next one', async () => {
		let go: () => void = () => {};
		const held = new Promise<void>((resolve) => (go = resolve));
		let interrupted = 0;
		let calls = 0;
		const api = makeGpuLlm(
			() =>
				engineThat({
					interruptGenerate: () => {
						interrupted++;
						go();
					},
					async chatCompletion() {
						const first = calls++ === 0;
						return (async function* () {
							yield { choices: [{ delta: { content: 'a' } }] };
							if (first) await held;
							yield { choices: [{ delta: { content: 'b' }, finish_reason: 'stop' }] };
						})();
					},
				}),
			{},
		);
		await api.load(load, () => {});
		const heard: string[] = [];
		const call = thrownBy(api.complete({ id: '1', prompt }, (piece) => void heard.push(piece)));
		await new Promise((resolve) => setTimeout(resolve, 1));
		api.cancel('another');
		expect(interrupted).toBe(0);
		api.cancel('1');
		expect((await call).reason).toBe('cancelled');
		expect(heard).toEqual(['a']);
		expect((await api.complete({ id: '2', prompt })).text).toBe('ab');
	});

	it('refuses a question before a model, a second model, and a picture', async () => {
		const api = makeGpuLlm(() => engineThat(), {});
		expect((await thrownBy(api.complete({ id: '1', prompt }))).reason).toBe('bad-input');
		await api.load(load, () => {});
		expect((await thrownBy(api.load(load, () => {}))).reason).toBe('bad-input');
		expect((await thrownBy(api.complete({ id: '1', prompt: { ...prompt, image: new Uint8Array(1) } }))).reason).toBe('bad-input');
	});
});
