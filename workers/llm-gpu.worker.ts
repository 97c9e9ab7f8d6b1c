// Writes with web-llm on WebGPU, from the files handed to `load`; see llm-gpu/serve.ts.
import * as Comlink from 'comlink';
import { MLCEngine } from '@mlc-ai/web-llm';
import { type GpuEngine, makeGpuLlm } from './llm-gpu/serve.ts';

Comlink.expose(
	makeGpuLlm(
		({ required_features, ...record }, told) =>
			new MLCEngine({
				appConfig: { model_list: [{ ...record, required_features: [...required_features] }], cacheBackend: 'cache' },
				initProgressCallback: told,
				logLevel: 'ERROR',
			}) as unknown as GpuEngine,
	),
);
