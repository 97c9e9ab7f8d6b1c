// Asks the browser what it and the machine can run. Facts only; src/core/models/capabilities.ts says what they mean.
import type { Capabilities, GpuFacts } from '../../core/models/capabilities.ts';

/** A driver that is stuck must not hold the models page up. */
const ADAPTER_MS = 10_000;
/** One function that gives a vector of zeros: valid only where there is SIMD. */
export const SIMD_PROBE = Uint8Array.of(
	0,
	97,
	115,
	109,
	1,
	0,
	0,
	0,
	1,
	5,
	1,
	96,
	0,
	1,
	123,
	3,
	2,
	1,
	0,
	10,
	10,
	1,
	8,
	0,
	65,
	0,
	253,
	15,
	253,
	98,
	11,
);

/** The parts of an adapter that are read; the browser's own fits. */
interface Adapter {
	readonly info?: {
		readonly vendor?: string;
		readonly architecture?: string;
		readonly device?: string;
		readonly description?: string;
		readonly isFallbackAdapter?: boolean;
	};
	/** Where it stood before it moved into `info`. */
	readonly isFallbackAdapter?: boolean;
	readonly features: Iterable<string>;
	readonly limits: object;
}
export interface Surroundings {
	readonly gpu?: { requestAdapter(options?: { readonly powerPreference?: 'high-performance' }): Promise<Adapter | null> } | undefined;
	readonly cores: number | undefined;
	readonly memoryGiB: number | undefined;
	readonly isolated: boolean;
	/** Only https and this machine's own addresses are offered WebGPU. */
	readonly secure: boolean;
	readonly jspi: boolean;
	readonly simd: boolean;
}

function surroundings(): Surroundings {
	const { gpu, hardwareConcurrency, deviceMemory } = navigator as Navigator & {
		readonly gpu?: Surroundings['gpu'];
		readonly deviceMemory?: number;
	};
	return {
		gpu,
		cores: hardwareConcurrency,
		memoryGiB: deviceMemory,
		isolated: globalThis.crossOriginIsolated === true,
		secure: globalThis.isSecureContext,
		jspi: 'Suspending' in WebAssembly && 'promising' in WebAssembly,
		simd: WebAssembly.validate(SIMD_PROBE),
	};
}

/** Numbers of a GPUSupportedLimits: its values are getters of its prototype, which nothing enumerates on the object itself. */
function numbersOf(limits: object): Record<string, number> {
	const found: Record<string, number> = {};
	for (const name in limits) {
		const value: unknown = limits[name as never];
		if (typeof value === 'number') found[name] = value;
	}
	return found;
}

async function probeGpu(
	{ gpu, secure }: Surroundings,
	limitMs: number,
): Promise<{ readonly gpu: GpuFacts | undefined; readonly gpuWhy: string }> {
	const none = (gpuWhy: string) => ({ gpu: undefined, gpuWhy });
	if (gpu === undefined)
		return none(
			secure ? 'This browser does not have it.' : 'The browser gives it to secure pages only: open this page by https or by 127.0.0.1.',
		);
	let timer: ReturnType<typeof setTimeout> | undefined;
	try {
		const adapter = await Promise.race([
			gpu.requestAdapter({ powerPreference: 'high-performance' }),
			new Promise<'late'>((resolve) => {
				timer = setTimeout(() => resolve('late'), limitMs);
			}),
		]);
		if (adapter === 'late') return none(`The GPU did not answer within ${Math.round(limitMs / 1000)} seconds.`);
		if (adapter === null)
			return none('The browser offers no GPU adapter: there is none, its driver is blocked, or graphics acceleration is off.');
		const { info } = adapter;
		const name = [info?.vendor, info?.architecture, info?.device, info?.description].filter((part) => part !== undefined && part !== '');
		return {
			gpu: {
				name: [...new Set(name)].join(' ') || 'a GPU without a name',
				fallback: info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false,
				features: [...adapter.features].sort(),
				limits: numbersOf(adapter.limits),
			},
			gpuWhy: '',
		};
	} catch (error) {
		return none(`Asking for the GPU failed: ${error instanceof Error ? error.message : String(error)}`);
	} finally {
		clearTimeout(timer);
	}
}

/**
 * Runs in a window or a worker. `told` is what it cannot know by itself: the browser's own model is asked for in the window, and
 * losses of the GPU are counted by the host.
 */
export async function probeCapabilities(
	told: Pick<Capabilities, 'builtIn' | 'gpuLost'>,
	around: Surroundings = surroundings(),
	limitMs = ADAPTER_MS,
): Promise<Capabilities> {
	return {
		cores: Math.max(1, around.cores ?? 1),
		memoryGiB: around.memoryGiB,
		isolated: around.isolated,
		simd: around.simd,
		jspi: around.jspi,
		...(await probeGpu(around, limitMs)),
		...told,
	};
}

interface LanguageModelFactory {
	availability(options: object): Promise<string>;
}
/** What is asked of the browser's own model; `create` must be given the same. */
export const BUILT_IN_OPTIONS = {
	expectedInputs: [{ type: 'text', languages: ['en'] }, { type: 'image' }],
	expectedOutputs: [{ type: 'text', languages: ['en'] }],
} as const;

/** For the window: workers are not shown `LanguageModel`. */
export async function askBuiltIn(
	model = (globalThis as { readonly LanguageModel?: LanguageModelFactory }).LanguageModel,
): Promise<Capabilities['builtIn']> {
	if (model === undefined) return 'absent';
	try {
		const answer = await model.availability(BUILT_IN_OPTIONS);
		return answer === 'downloadable' || answer === 'downloading' || answer === 'available' ? answer : 'unavailable';
	} catch {
		// A browser that knows the name and not the options has no model that sees.
		return 'unavailable';
	}
}
