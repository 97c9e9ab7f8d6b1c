// A worker that runs a model which writes, as its adapter sees it. Types only. Two workers speak it, llm-cpu.worker.ts (wllama) and
// llm-gpu.worker.ts (web-llm), so that one contract tests both. Errors cross as name `RuntimeError` and message `reason: sentence`.
import type { ModelManifest } from '../src/core/models/manifest.ts';
import type { Backend, Completion, Prompt } from '../src/core/models/runtime.ts';

export interface LlmLoad {
	readonly model: string;
	/** Verified bytes by the path that the manifest gives; nothing else is ever read. */
	readonly files: Readonly<Record<string, Blob>>;
	readonly backend: Backend;
	/** Used on the CPU alone. */
	readonly threads: number;
	/** Folder that serves wllama.wasm, absolute, with a slash at the end; used on the CPU alone. */
	readonly engine: string;
	readonly options: ModelManifest['options'];
	readonly needs: ModelManifest['needs'];
}
export interface LlmReady {
	/** Tokens that prompt and answer may have together. */
	readonly contextTokens: number;
	/** False: the model has no chat template and is given the prompt as plain text to go on from. */
	readonly chats: boolean;
	readonly sees: boolean;
	/** What runs it, for a person: the adapter's name, or the engine's version. */
	readonly engine: string;
}
export interface LlmCall {
	/** For `cancel`; each is used once. */
	readonly id: string;
	readonly prompt: Prompt;
	/** GBNF that the answer must fit, for the engine that takes one. */
	readonly grammar?: string;
}

/** Exposed by comlink. */
export interface LlmApi {
	/** Once in the worker's life. @param told  share in [0, 1] and a few words */
	load(load: LlmLoad, told: (share: number, what: string) => void | Promise<void>): Promise<LlmReady>;
	/** One at a time. @param told  hears each piece of text */
	complete(call: LlmCall, told?: (piece: string) => void | Promise<void>): Promise<Completion>;
	/** The call then ends with reason `cancelled`; one that has ended is no mistake. */
	cancel(id: string): void;
}
