// Every runtime with its worker, by the name that manifests use. The bundler finds the workers here.
import type { RuntimeName } from '../../core/models/manifest.ts';
import type { Driver } from '../../core/models/runtime.ts';
import { transformersDriver } from './transformers.ts';
import { makeKokoroDriver } from './kokoro.ts';
import { ortDriver } from './ort.ts';
import { makeWebLlmDriver } from './web-llm.ts';
import { makeWllamaDriver } from './wllama.ts';

export const drivers: Readonly<Record<RuntimeName, Driver>> = {
	ort: ortDriver,
	transformers: transformersDriver,
	kokoro: makeKokoroDriver(
		() => new Worker(new URL('../../../workers/kokoro.worker.ts', import.meta.url), { type: 'module', name: 'kokoro' }),
	),
	wllama: makeWllamaDriver(
		() => new Worker(new URL('../../../workers/llm-cpu.worker.ts', import.meta.url), { type: 'module', name: 'llm-cpu' }),
	),
	'web-llm': makeWebLlmDriver(
		() => new Worker(new URL('../../../workers/llm-gpu.worker.ts', import.meta.url), { type: 'module', name: 'llm-gpu' }),
	),
};
