// The worker of a model that sees, as its adapter sees it. Types only. It is asked as the workers of llm.protocol.ts are.
import type { Backend, ModelFiles } from '../src/core/models/runtime.ts';
import type { LlmApi } from './llm.protocol.ts';

export interface VlmLoad {
	/** Id of its manifest; no more than a name here. */
	readonly model: string;
	readonly files: ModelFiles;
	/** One number format, or one for each part, as transformers.js names them. */
	readonly dtype: string | Readonly<Record<string, string>>;
	readonly backend: Backend;
	/** Folder with a slash at the end that serves onnxruntime's wasm. */
	readonly engine: string;
	readonly threads: number;
}

/** Exposed by comlink. Errors cross as core/models/crossing.ts says. */
export interface VlmApi extends Pick<LlmApi, 'complete' | 'cancel'> {
	load(load: VlmLoad): Promise<void>;
}
