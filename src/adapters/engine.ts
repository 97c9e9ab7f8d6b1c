// The engine over WebAssembly SIMD where there is any, else over plain TypeScript.
import { bytes } from 'falsework:engine';
import { type Engine, makeEngine } from '../core/engine/engine.ts';
import type { BenchMaker, Kernels } from '../core/engine/kernels.ts';
import { makeTwin } from '../core/engine/twin.ts';

const PAGE = 65_536;

/** Kernels in WebAssembly. @throws WebAssembly.CompileError where SIMD is missing */
export function wasmBench(): BenchMaker {
	const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
	return (wanted) => {
		const memory = new WebAssembly.Memory({ initial: Math.ceil(wanted / PAGE) });
		const { exports } = new WebAssembly.Instance(module, { env: { memory } });
		return { buffer: memory.buffer, kernels: exports as unknown as Kernels };
	};
}

/** What a person is told when the plain twin has to do. */
export const PLAIN_NOTICE =
	'This browser has no WebAssembly SIMD, so pictures are compared by plain script: right, but many times slower. Falsework may look less often.';

/** Memory for three 1080p frames and what searching one takes, so that a session begins without moving. */
export function makeBestEngine(reserve = 24 * 2 ** 20): Engine {
	if (WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) return makeEngine({ kind: 'wasm-simd', make: wasmBench(), reserve });
	return makeEngine({ kind: 'plain', make: makeTwin, reserve });
}
