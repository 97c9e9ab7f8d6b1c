// onnxruntime-web as every worker here starts it: engine files from our own address, threads and GPU as the host chose, and no way to
// fall back in silence.
import * as ort from 'onnxruntime-web/webgpu';
import { type Backend, RuntimeError } from '../../src/core/models/runtime.ts';

export interface OnnxSettings {
	readonly backend: Backend;
	/** Folder with a slash at the end that serves the runtime's wasm. */
	readonly engine: string;
	/** For `wasm-threads`. */
	readonly threads: number;
}

/** Before the first session. @throws RuntimeError when this browser cannot have the backend */
export function prepareOnnx({ backend, engine, threads }: OnnxSettings): void {
	if (backend === 'browser') throw new RuntimeError('unsupported', 'onnxruntime does not run the browser’s own model.');
	if (backend === 'webgpu' && !('Suspending' in WebAssembly))
		throw new RuntimeError(
			'unsupported',
			'This browser lacks JavaScript promise integration, which onnxruntime needs to use the GPU here.',
		);
	if (backend === 'webgpu' && !('gpu' in navigator)) throw new RuntimeError('unsupported', 'This browser has no WebGPU.');
	if (backend === 'wasm-threads' && !self.crossOriginIsolated)
		throw new RuntimeError('unsupported', 'Threads need an isolated page, and this one is not.');
	const pair = backend === 'webgpu' ? 'ort-wasm-simd-threaded.jspi' : 'ort-wasm-simd-threaded';
	ort.env.wasm.wasmPaths = { mjs: `${engine}${pair}.mjs`, wasm: `${engine}${pair}.wasm` };
	ort.env.wasm.numThreads = backend === 'wasm-threads' ? threads : 1;
	ort.env.wasm.proxy = false;
	ort.env.logLevel = 'error';
}

/** After the first session on the GPU: a device that is lost ends this worker with an error, from which its adapter knows. */
export async function watchDevice(backend: Backend): Promise<void> {
	if (backend !== 'webgpu') return;
	const device = (await (ort.env.webgpu as { readonly device?: Promise<GPUDevice> }).device) as GPUDevice | undefined;
	void device?.lost.then(({ message }) => {
		// Outside of every promise, so that the worker's own error event carries it.
		setTimeout(() => {
			throw new Error(`The GPU device was lost${message === '' ? '' : `: ${message}`}`);
		});
	});
}

/** @throws RuntimeError `load-failed` when the bytes are no network that onnxruntime can run */
export async function openNetwork(
	file: { arrayBuffer(): Promise<ArrayBuffer> },
	name: string,
	backend: Backend,
): Promise<ort.InferenceSession> {
	const bytes = new Uint8Array(await file.arrayBuffer());
	try {
		const session = await ort.InferenceSession.create(bytes, {
			executionProviders: [backend === 'webgpu' ? 'webgpu' : 'wasm'],
			graphOptimizationLevel: 'all',
		});
		await watchDevice(backend);
		return session;
	} catch (cause) {
		throw new RuntimeError(
			'load-failed',
			`The network "${name}" (${bytes.length} bytes) could not be started: ${cause instanceof Error ? cause.message : String(cause)}`,
			{ cause },
		);
	}
}
