// What this machine and browser can run, as probed, and what that means for a model. Facts only; the words are made here too, so
// that every screen says the same.
import type { ModelManifest, RuntimeName } from './manifest.ts';
import type { Backend } from './runtime.ts';

export interface GpuFacts {
	/** "google swiftshader", as the adapter says. */
	readonly name: string;
	/** Software pretending to be a GPU: right, and far too slow. */
	readonly fallback: boolean;
	readonly features: readonly string[];
	readonly limits: Readonly<Record<string, number>>;
}
export interface Capabilities {
	readonly cores: number;
	/** GiB as the browser tells it, at most 8 in most; undefined when it does not. */
	readonly memoryGiB: number | undefined;
	/** Cross-origin isolated: threads are allowed. */
	readonly isolated: boolean;
	readonly simd: boolean;
	/** JavaScript promise integration, which the GPU build of onnxruntime-web runs on here. */
	readonly jspi: boolean;
	/** undefined: `why` says why there is none. */
	readonly gpu: GpuFacts | undefined;
	readonly gpuWhy: string;
	/** Times the GPU was lost since the page was opened; from two on nothing is put on it again. */
	readonly gpuLost: number;
	/** Chrome's own model, as `LanguageModel.availability` says with image input asked for; `absent` where there is no such thing. */
	readonly builtIn: 'absent' | 'unavailable' | 'downloadable' | 'downloading' | 'available';
}

/** Whether a model can run on this machine; the same shape as the `Fitness` of workers/models.protocol.ts. */
export interface Fitness {
	/** `no`: it cannot run here; `slow`: it will, and too slowly to play with; `good`. */
	readonly fit: 'good' | 'slow' | 'no';
	/** A sentence. */
	readonly why: string;
}
export type Choice = { readonly backend: Backend } | { readonly reason: string };

const GIB = 1024 ** 3;
/** A first loss may be a driver's update; a second one on the same page is a habit. */
export const GPU_LOSSES_MAX = 2;
/** What a browser answers at most, in GiB: this much means "or more". */
const MEMORY_TOLD_MAX = 8;
/** Address space of 32-bit WebAssembly. */
const WASM_BYTES_MAX = 4 * GIB;
/** These put their GPU build on promise integration; the other builds of onnxruntime-web are not served. */
const NEEDS_JSPI: ReadonlySet<RuntimeName> = new Set(['ort', 'transformers', 'kokoro']);

/** Threads for a model on the CPU that leave cores for the game, the browser and the loop; 1 = none to spare. */
export function spareThreads(cores: number): number {
	return cores < 6 ? 1 : Math.min(4, Math.floor(cores / 2) - 1);
}

function gigabytes(bytes: number): string {
	return bytes < GIB ? `${Math.max(1, Math.round(bytes / 1024 ** 2))} MiB` : `${Math.round((bytes / GIB) * 10) / 10} GiB`;
}

/** How a model on the CPU runs: on several threads, or why not. */
export function cpuNote(facts: Pick<Capabilities, 'isolated' | 'cores'>): string {
	if (!facts.isolated) return 'Single-threaded and slower: this page is not isolated, since its server sends no COOP and COEP headers.';
	if (spareThreads(facts.cores) === 1)
		return `Single-threaded: with ${facts.cores} ${facts.cores === 1 ? 'core' : 'cores'} a second thread would take its core from the game.`;
	return `On ${spareThreads(facts.cores)} threads of the CPU.`;
}

/** What a person should know of a model that runs by this backend. */
export function backendNote(backend: Backend, facts: Pick<Capabilities, 'isolated' | 'cores'>): string {
	switch (backend) {
		case 'webgpu':
			return '';
		case 'browser':
			return 'The model is the browser’s own.';
		case 'wasm-threads':
			// Whoever asked for threads gets two at least.
			return `On ${Math.max(2, spareThreads(facts.cores))} threads of the CPU.`;
		case 'wasm':
			return facts.isolated && spareThreads(facts.cores) > 1 ? 'Single-threaded.' : cpuNote(facts);
	}
}

/** Sentences for a person, the GPU first. */
export function describe(capabilities: Capabilities): readonly string[] {
	const { gpu, gpuWhy, gpuLost, cores, memoryGiB, simd, jspi, builtIn } = capabilities;
	const said: string[] = [];
	if (gpu === undefined) said.push(`No WebGPU: ${gpuWhy === '' ? 'the browser does not say why.' : gpuWhy}`);
	else {
		const buffer = gpu.limits.maxBufferSize ?? 0;
		const facts = [
			...(buffer > 0 ? [`buffers up to ${gigabytes(buffer)}`] : []),
			gpu.features.includes('shader-f16') ? '16-bit floats' : 'no 16-bit floats',
		].join(', ');
		said.push(`WebGPU: ${gpu.name} (${facts}).`);
		if (gpu.fallback)
			said.push('That is no real GPU but software pretending to be one: its answers are right, and far too slow to play with.');
		if (!jspi)
			said.push('This browser lacks JavaScript promise integration, so onnxruntime’s models cannot use the GPU here and run on the CPU.');
	}
	if (gpuLost >= GPU_LOSSES_MAX)
		said.push(`The GPU was lost ${gpuLost} times since this page was opened: models stay on the CPU until the page is reloaded.`);
	else if (gpuLost > 0) said.push('The GPU was lost once since this page was opened; models were put on it anew.');
	const memory =
		memoryGiB === undefined
			? 'the browser does not tell how much memory'
			: `${memoryGiB} GiB of memory${memoryGiB >= MEMORY_TOLD_MAX ? ' or more' : ''}, as the browser tells it`;
	said.push(`${cores} ${cores === 1 ? 'core' : 'cores'}; ${memory}.`);
	said.push(
		simd ? `Models on the CPU: ${lower(cpuNote(capabilities))}` : 'No WebAssembly SIMD: no model can run on the CPU in this browser.',
	);
	said.push(
		{
			absent: 'This browser has no model of its own.',
			unavailable: 'This browser could have a model of its own, but not on this machine.',
			downloadable: 'This browser offers a model of its own that sees pictures; it has to fetch it first.',
			downloading: 'This browser is fetching a model of its own that sees pictures.',
			available: 'This browser has a model of its own that sees pictures.',
		}[builtIn],
	);
	return said;
}

function lower(sentence: string): string {
	return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** Why the GPU cannot run it; undefined: it can. */
function gpuFault({ runtime, needs }: Pick<ModelManifest, 'runtime' | 'needs'>, capabilities: Capabilities): string | undefined {
	const { gpu, gpuWhy, gpuLost, jspi } = capabilities;
	if (gpuLost >= GPU_LOSSES_MAX)
		return `The GPU was lost ${gpuLost} times since this page was opened; restart the browser to use it again.`;
	if (gpu === undefined) return `There is no WebGPU here: ${gpuWhy === '' ? 'the browser does not say why.' : gpuWhy}`;
	if (NEEDS_JSPI.has(runtime) && !jspi) return 'This browser lacks JavaScript promise integration, which this engine needs to use the GPU.';
	for (const feature of needs.webgpu?.features ?? [])
		if (!gpu.features.includes(feature))
			return `The GPU (${gpu.name}) lacks ${feature === 'shader-f16' ? '16-bit floats (shader-f16)' : feature}.`;
	for (const [limit, least] of Object.entries(needs.webgpu?.limits ?? {})) {
		const has = gpu.limits[limit];
		if (has === undefined) return `The GPU (${gpu.name}) does not say its ${limit}, and ${least} is needed.`;
		if (has < least) return `The GPU (${gpu.name}) has a ${limit} of ${has}, and ${least} is needed.`;
	}
	return undefined;
}

/**
 * Where a model runs: on the GPU where it needs or may use one and a real one is there, else on the CPU, on threads where the page
 * is isolated and cores are to spare.
 *
 * @returns the backend, or a sentence why it cannot run here at all
 */
export function chooseBackend(manifest: Pick<ModelManifest, 'runtime' | 'needs'>, capabilities: Capabilities): Choice {
	const { needs, runtime } = manifest;
	const wantsGpu = needs.webgpu !== undefined || runtime === 'web-llm';
	const mayCpu = runtime !== 'web-llm' && (needs.webgpu === undefined || needs.webgpu.optional);
	let fault = '';
	if (wantsGpu) {
		const why = gpuFault(manifest, capabilities);
		// Software pretending to be a GPU is slower than the CPU by hundreds: taken only where there is no other way.
		if (why === undefined && !(mayCpu && capabilities.gpu?.fallback === true)) return { backend: 'webgpu' };
		fault = why ?? '';
	}
	if (!mayCpu) return { reason: fault };
	if (!capabilities.simd)
		return { reason: `${fault === '' ? '' : `${fault} `}This browser has no WebAssembly SIMD, so nothing runs on the CPU either.` };
	if (needs.memoryBytes > WASM_BYTES_MAX)
		return {
			reason: `It needs ${gigabytes(needs.memoryBytes)} of memory, and a model on the CPU can have ${gigabytes(WASM_BYTES_MAX)} at most.`,
		};
	return { backend: capabilities.isolated && spareThreads(capabilities.cores) > 1 ? 'wasm-threads' : 'wasm' };
}

/** Whether a model can run here and be played with, before anything of it is fetched. */
export function fitness(manifest: Pick<ModelManifest, 'runtime' | 'needs'>, capabilities: Capabilities): Fitness {
	const choice = chooseBackend(manifest, capabilities);
	if ('reason' in choice) return { fit: 'no', why: choice.reason };
	const needed = manifest.needs.memoryBytes;
	const { memoryGiB } = capabilities;
	const told = memoryGiB === undefined ? undefined : memoryGiB * GIB;
	// A figure at the browser's ceiling may stand for much more, so it refuses nothing.
	if (told !== undefined && needed > told && (memoryGiB ?? 0) < MEMORY_TOLD_MAX)
		return { fit: 'no', why: `It needs ${gigabytes(needed)} of memory, and this machine has ${gigabytes(told)}.` };
	if (told !== undefined && needed > told / 2)
		return {
			fit: 'slow',
			why: `It needs ${gigabytes(needed)} of memory; of ${gigabytes(told)}${(memoryGiB ?? 0) >= MEMORY_TOLD_MAX ? ' or more' : ''} that may leave too little for the game.`,
		};
	if (choice.backend === 'webgpu')
		return capabilities.gpu?.fallback === true
			? {
					fit: 'slow',
					why: `It would run on ${capabilities.gpu.name}, software pretending to be a GPU: right, and far too slow to play with.`,
				}
			: { fit: 'good', why: `It runs on the GPU (${capabilities.gpu?.name ?? ''}).` };
	const gpu = manifest.needs.webgpu;
	if (gpu !== undefined) {
		const fault = gpuFault(manifest, capabilities) ?? 'The GPU here is software pretending to be one.';
		return { fit: 'slow', why: `It runs on the CPU, and slowly. ${fault}` };
	}
	return { fit: 'good', why: `It runs on the CPU. ${backendNote(choice.backend, capabilities)}` };
}
