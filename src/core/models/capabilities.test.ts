import { describe as suite, expect, it } from 'vitest';
import { backendNote, type Capabilities, chooseBackend, cpuNote, describe, fitness, type GpuFacts, spareThreads } from './capabilities.ts';
import type { ModelManifest } from './manifest.ts';

const GIB = 1024 ** 3;
const gpu: GpuFacts = {
	name: 'nvidia ada-lovelace',
	fallback: false,
	features: ['shader-f16'],
	limits: { maxBufferSize: 4 * GIB, maxStorageBufferBindingSize: 2 * GIB },
};
const soft: GpuFacts = { name: 'google swiftshader', fallback: true, features: [], limits: { maxBufferSize: GIB } };
const able: Capabilities = {
	cores: 12,
	memoryGiB: 8,
	isolated: true,
	simd: true,
	jspi: true,
	gpu,
	gpuWhy: '',
	gpuLost: 0,
	builtIn: 'absent',
};
const model = (
	needs: Partial<ModelManifest['needs']> = {},
	runtime: ModelManifest['runtime'] = 'transformers',
): Pick<ModelManifest, 'runtime' | 'needs'> => ({ runtime, needs: { memoryBytes: GIB / 2, ...needs } });
const onGpu = (more: Partial<NonNullable<ModelManifest['needs']['webgpu']>> = {}) => ({
	webgpu: { features: [], limits: {}, optional: false, ...more },
});

suite('where a model runs', () => {
	it('takes the GPU where the model needs or may use one, and the CPU where it names none', () => {
		expect(chooseBackend(model(onGpu()), able)).toEqual({ backend: 'webgpu' });
		expect(chooseBackend(model(onGpu({ optional: true })), able)).toEqual({ backend: 'webgpu' });
		expect(chooseBackend(model(), able)).toEqual({ backend: 'wasm-threads' });
	});

	it('uses threads only where the page is isolated and cores are to spare', () => {
		expect(chooseBackend(model(), { ...able, isolated: false })).toEqual({ backend: 'wasm' });
		expect(chooseBackend(model(), { ...able, cores: 4 })).toEqual({ backend: 'wasm' });
		expect([1, 2, 5, 6, 8, 16].map(spareThreads)).toEqual([1, 1, 1, 2, 3, 4]);
	});

	it('falls to the CPU from a GPU that is missing, lost twice, fake, without promise integration, feature or limit', () => {
		const may = model(onGpu({ optional: true, features: ['shader-f16'], limits: { maxBufferSize: 2 * GIB } }));
		const without: Capabilities[] = [
			{ ...able, gpu: undefined, gpuWhy: 'No adapter.' },
			{ ...able, gpuLost: 2 },
			{ ...able, gpu: { ...gpu, fallback: true } },
			{ ...able, jspi: false },
			{ ...able, gpu: { ...gpu, features: [] } },
			{ ...able, gpu: { ...gpu, limits: { maxBufferSize: GIB } } },
		];
		for (const capabilities of without) expect(chooseBackend(may, capabilities)).toEqual({ backend: 'wasm-threads' });
		expect(chooseBackend(may, { ...able, gpuLost: 1 })).toEqual({ backend: 'webgpu' });
	});

	it('says in words why a model that needs the GPU cannot run', () => {
		const must = model(onGpu({ features: ['shader-f16'], limits: { maxStorageBufferBindingSize: GIB } }));
		const why = (capabilities: Capabilities, m = must) => chooseBackend(m, capabilities);
		expect(why({ ...able, gpu: undefined, gpuWhy: 'The browser offers no adapter.' })).toEqual({
			reason: 'There is no WebGPU here: The browser offers no adapter.',
		});
		expect(why({ ...able, gpuLost: 2 })).toEqual({ reason: expect.stringMatching(/lost 2 times.*restart/) });
		expect(why({ ...able, jspi: false })).toEqual({ reason: expect.stringMatching(/promise integration/) });
		expect(why({ ...able, gpu: { ...gpu, features: [] } })).toEqual({ reason: expect.stringMatching(/16-bit floats/) });
		expect(why({ ...able, gpu: { ...gpu, limits: { maxStorageBufferBindingSize: 5 } } })).toEqual({
			reason: expect.stringMatching(new RegExp(`maxStorageBufferBindingSize of 5, and ${GIB} is needed`)),
		});
		expect(why({ ...able, gpu: { ...gpu, limits: {} } })).toEqual({ reason: expect.stringMatching(/does not say its maxStorage/) });
	});

	it('runs web-llm on the GPU or not at all, and asks no promise integration of it', () => {
		expect(chooseBackend(model({}, 'web-llm'), { ...able, jspi: false })).toEqual({ backend: 'webgpu' });
		expect(chooseBackend(model(onGpu({ optional: true }), 'web-llm'), { ...able, gpu: undefined, gpuWhy: 'None.' })).toHaveProperty(
			'reason',
		);
	});

	it('takes software pretending to be a GPU only where there is no other way', () => {
		expect(chooseBackend(model(onGpu()), { ...able, gpu: soft })).toEqual({ backend: 'webgpu' });
		expect(chooseBackend(model(onGpu({ optional: true })), { ...able, gpu: soft })).toEqual({ backend: 'wasm-threads' });
	});

	it('refuses the CPU without SIMD, and for what 32-bit WebAssembly cannot hold', () => {
		expect(chooseBackend(model(), { ...able, simd: false })).toEqual({ reason: expect.stringMatching(/SIMD/) });
		expect(chooseBackend(model({ memoryBytes: 5 * GIB }), able)).toEqual({ reason: expect.stringMatching(/5 GiB.*4 GiB at most/) });
	});
});

suite('the fitness of a model', () => {
	it('is good on a real GPU and for a CPU model, with the way it runs', () => {
		expect(fitness(model(onGpu()), able)).toEqual({ fit: 'good', why: 'It runs on the GPU (nvidia ada-lovelace).' });
		expect(fitness(model(), able)).toEqual({ fit: 'good', why: 'It runs on the CPU. On 4 threads of the CPU.' });
		expect(fitness(model(), { ...able, isolated: false }).why).toMatch(/not isolated/);
	});

	it('is slow on a fake GPU, and on the CPU for a model made for the GPU', () => {
		expect(fitness(model(onGpu()), { ...able, gpu: soft })).toMatchObject({ fit: 'slow', why: expect.stringMatching(/swiftshader/) });
		const may = model(onGpu({ optional: true }));
		expect(fitness(may, { ...able, gpu: undefined, gpuWhy: 'None is there.' })).toEqual({
			fit: 'slow',
			why: 'It runs on the CPU, and slowly. There is no WebGPU here: None is there.',
		});
		expect(fitness(may, { ...able, gpu: soft })).toMatchObject({ fit: 'slow', why: expect.stringMatching(/pretending/) });
	});

	it('is no with the reason, where no backend is left', () => {
		expect(fitness(model(onGpu()), { ...able, gpuLost: 3 })).toMatchObject({ fit: 'no', why: expect.stringMatching(/lost 3 times/) });
	});

	it('counts memory: too little refuses, more than half is slow, and a figure at the ceiling of what is told refuses nothing', () => {
		expect(fitness(model({ memoryBytes: 3 * GIB }), { ...able, memoryGiB: 2 })).toEqual({
			fit: 'no',
			why: 'It needs 3 GiB of memory, and this machine has 2 GiB.',
		});
		expect(fitness(model({ memoryBytes: 3 * GIB }), { ...able, memoryGiB: 4 })).toMatchObject({ fit: 'slow' });
		expect(fitness(model({ ...onGpu(), memoryBytes: 12 * GIB }), able)).toMatchObject({
			fit: 'slow',
			why: expect.stringMatching(/8 GiB or more/),
		});
		expect(fitness(model({ memoryBytes: 3 * GIB }), { ...able, memoryGiB: undefined })).toMatchObject({ fit: 'good' });
	});
});

suite('the words for a machine', () => {
	it('name a real GPU, threads, memory at the ceiling and no built-in model', () => {
		expect(describe(able)).toEqual([
			'WebGPU: nvidia ada-lovelace (buffers up to 4 GiB, 16-bit floats).',
			'12 cores; 8 GiB of memory or more, as the browser tells it.',
			'Models on the CPU: on 4 threads of the CPU.',
			'This browser has no model of its own.',
		]);
	});

	it('say what is missing and what follows from it', () => {
		const said = describe({
			...able,
			gpu: soft,
			jspi: false,
			gpuLost: 1,
			cores: 1,
			memoryGiB: undefined,
			simd: false,
			builtIn: 'downloadable',
		}).join('\n');
		for (const part of [
			/no 16-bit floats/,
			/pretending/,
			/promise integration/,
			/lost once/,
			/1 core;/,
			/does not tell/,
			/No WebAssembly SIMD/,
			/fetch it first/,
		])
			expect(said).toMatch(part);
		expect(describe({ ...able, gpu: undefined, gpuWhy: 'The browser offers no adapter.' })[0]).toBe(
			'No WebGPU: The browser offers no adapter.',
		);
		expect(describe({ ...able, gpuLost: 2 }).join()).toMatch(/lost 2 times.*stay on the CPU/);
	});

	it('tell why a model runs single-threaded', () => {
		expect(cpuNote({ isolated: false, cores: 16 })).toMatch(/not isolated/);
		expect(cpuNote({ isolated: true, cores: 2 })).toMatch(/with 2 cores/);
		expect(backendNote('wasm', { isolated: false, cores: 2 })).toMatch(/not isolated/);
		expect(backendNote('wasm-threads', { isolated: true, cores: 2 })).toBe('On 2 threads of the CPU.');
		expect(backendNote('webgpu', { isolated: false, cores: 2 })).toBe('');
	});
});
