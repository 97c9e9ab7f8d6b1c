// What this machine and browser can run, as probed, and what that means for a model. Facts only; the words are made here too, so
// that every screen says the same.

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
