// The main LLM, on the GPU by web-llm. web-llm looks for a GPU only after it has read the model, and says in few words what it lacks;
// so the GPU is asked here, beforehand, for all that the model and the engine need.
import { type Capabilities, chooseBackend } from '../../core/models/capabilities.ts';
import type { ModelManifest } from '../../core/models/manifest.ts';
import { type Driver, type LoadOptions, RuntimeError } from '../../core/models/runtime.ts';
import { probeCapabilities } from '../models/probe.ts';
import { type LlmEngine, makeLlmDriver } from './llm.ts';

/** Without these web-llm 0.2.86 starts on no GPU, whatever the model. */
const ENGINE_NEEDS: Readonly<Record<string, number>> = {
	maxBufferSize: 1 << 28,
	maxStorageBufferBindingSize: 1 << 27,
	maxComputeWorkgroupStorageSize: 32 << 10,
	maxStorageBuffersPerShaderStage: 10,
};

/** Why a GPU cannot run a model by web-llm, as a sentence; undefined when it can. */
export function gpuRefusal(manifest: Pick<ModelManifest, 'needs' | 'runtime'>, capabilities: Capabilities): string | undefined {
	const { webgpu } = manifest.needs;
	const limits: Record<string, number> = { ...ENGINE_NEEDS };
	for (const [name, least] of Object.entries(webgpu?.limits ?? {})) limits[name] = Math.max(least, limits[name] ?? 0);
	const choice = chooseBackend(
		{ runtime: 'web-llm', needs: { ...manifest.needs, webgpu: { features: webgpu?.features ?? [], limits, optional: false } } },
		capabilities,
	);
	return 'reason' in choice ? choice.reason : undefined;
}

export interface WebLlmOptions {
	readonly limits?: LlmEngine['limits'];
	/** Asks the machine; a test of the adapter without an engine asks nothing. */
	readonly probe?: () => Promise<Capabilities | undefined>;
}

/** @param start  starts llm-gpu.worker.ts; the bundler wants to see `new Worker(new URL('./llm-gpu.worker.ts', import.meta.url), …)` there */
export function makeWebLlmDriver(start: () => Worker, options: WebLlmOptions = {}): Driver {
	const probe = options.probe ?? (() => probeCapabilities({ builtIn: 'absent', gpuLost: 0 }));
	return makeLlmDriver({
		runtime: 'web-llm',
		start,
		...(options.limits === undefined ? {} : { limits: options.limits }),
		prepare: async ({ manifest, backend }: LoadOptions) => {
			if (backend !== 'webgpu')
				throw new RuntimeError('unsupported', `"${manifest.name}" runs on the GPU alone; it cannot run by ${backend}.`);
			const capabilities = await probe();
			if (capabilities === undefined) return { threads: 1, note: '' };
			const why = gpuRefusal(manifest, capabilities);
			if (why !== undefined) throw new RuntimeError('unsupported', `"${manifest.name}" cannot run here: ${why}`);
			const { gpu } = capabilities;
			return {
				threads: 1,
				note: gpu?.fallback === true ? `On ${gpu.name}, which is software: right, and very slow.` : `On the GPU (${gpu?.name ?? ''}).`,
			};
		},
	});
}
