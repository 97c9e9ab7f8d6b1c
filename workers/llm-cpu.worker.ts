// Writes with wllama: llama.cpp in WebAssembly, from the GGUF files handed to `load`. It fetches wllama.wasm and nothing else. The
// engine itself lives in a worker of wllama's own, so this thread stays free to hear `cancel` while it computes.
import * as Comlink from 'comlink';
import {
	type ChatCompletionChunk,
	type RawCompletionChunk,
	Wllama,
	WllamaAbortError,
	WllamaRuntimeError,
} from '@wllama/wllama/esm/index.js';
import type { RuntimeError } from '../src/core/models/runtime.ts';
import type { LlmApi, LlmCall, LlmLoad } from './llm.protocol.ts';

/** A prompt is read in steps of so many tokens, and a call can be taken back only between two: some three seconds on a slow core. */
const STEP_TOKENS = 32;
const CONTEXT_TOKENS = 2048;

let llm: Wllama | undefined;
let chats = true;
const calls = new Map<string, AbortController>();

/** Only name and message cross to the adapter. */
function fail(reason: RuntimeError['reason'], message: string, cause?: unknown): Error {
	const error = new Error(`${reason}: ${message}`, { cause });
	error.name = 'RuntimeError';
	return error;
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const MEMORY = /out of memory|memory access out of bounds|allocat|OOM/i;

function count(options: LlmLoad['options'], name: string, otherwise: number): number {
	const given = options[name];
	return typeof given === 'number' && given > 0 ? Math.floor(given) : otherwise;
}

const api: LlmApi = {
	async load({ model, files, threads, engine, options }, told) {
		if (llm !== undefined) throw fail('bad-input', 'A model is loaded already; a worker runs one.');
		const weights = Object.entries(files)
			.filter(([path]) => path.endsWith('.gguf'))
			.map(([, blob]) => blob);
		told(0, 'Starting llama.cpp');
		const quiet = { debug() {}, log() {}, warn() {}, error() {} };
		const made = new Wllama({ default: `${engine}wllama.wasm` }, { suppressNativeLog: true, logger: quiet });
		try {
			await made.loadModel(weights, {
				n_ctx: count(options, 'context', CONTEXT_TOKENS),
				n_threads: threads,
				n_gpu_layers: 0,
				n_batch: STEP_TOKENS,
				n_ubatch: STEP_TOKENS,
				// One question at a time, so the whole context is its own and the prompt before stays cached.
				n_parallel: 1,
				warmup: false,
			});
		} catch (error) {
			await made.exit().catch(() => {});
			const bytes = weights.reduce((sum, blob) => sum + blob.size, 0);
			const reason = MEMORY.test(said(error)) ? 'out-of-memory' : 'load-failed';
			throw fail(
				reason,
				`llama.cpp could not load "${model}" (${Math.round(bytes / 1e6)} MB) with ${engine}wllama.wasm: ${said(error)}`,
				error,
			);
		}
		llm = made;
		chats = options['chat'] !== false && made.getChatTemplate() !== null;
		told(1, 'Ready');
		return {
			contextTokens: made.getLoadedContextInfo().n_ctx,
			chats,
			sees: made.supportInputModality('image'),
			engine: `llama.cpp ${Wllama.getLibllamaVersion()}.`,
		};
	},

	async complete({ id, prompt, grammar }: LlmCall, told) {
		if (llm === undefined) throw fail('bad-input', 'No model is loaded.');
		if (prompt.image !== undefined && !llm.supportInputModality('image'))
			throw fail('bad-input', 'The model reads text alone, and the question holds a picture.');
		const stop = new AbortController();
		calls.set(id, stop);
		const begun = performance.now();
		let text = '';
		let pieces = 0;
		let last: ChatCompletionChunk | RawCompletionChunk | undefined;
		let finish: string | null = null;
		const hear = (chunk: ChatCompletionChunk | RawCompletionChunk): void => {
			last = chunk;
			const [choice] = chunk.choices;
			if (choice === undefined) return;
			finish = choice.finish_reason ?? finish;
			const piece = ('delta' in choice ? choice.delta.content : choice.text) ?? '';
			if (piece === '') return;
			pieces++;
			text += piece;
			told?.(piece);
		};
		const settings = {
			stream: true as const,
			onData: hear,
			max_tokens: prompt.maxTokens,
			temperature: 0,
			cache_prompt: true,
			abortSignal: stop.signal,
			...(grammar === undefined ? {} : { grammar }),
		};
		try {
			if (chats) await llm.createChatCompletion({ ...settings, messages: messages(prompt) });
			else await llm.createCompletion({ ...settings, prompt: `${prompt.system}\n\n${prompt.user}\n\n` });
		} catch (error) {
			if (error instanceof WllamaAbortError || stop.signal.aborted) throw fail('cancelled', 'The question was taken back.', error);
			if (error instanceof WllamaRuntimeError)
				throw fail(MEMORY.test(error.message) ? 'out-of-memory' : 'crashed', `llama.cpp broke down: ${error.message}`, error);
			throw fail('bad-input', `llama.cpp refused the question: ${said(error)}`, error);
		} finally {
			calls.delete(id);
		}
		const { timings } = (last ?? {}) as ChatCompletionChunk;
		return {
			text,
			promptTokens: timings === undefined ? 0 : timings.prompt_n + timings.cache_n,
			completionTokens: timings?.predicted_n ?? pieces,
			ms: performance.now() - begun,
			finish: finish === 'stop' ? 'stop' : 'length',
		};
	},

	cancel(id) {
		calls.get(id)?.abort();
	},
};

/** What never changes stands first: what a prompt shares with the one before is not read again. */
function messages({ system, user, image }: LlmCall['prompt']): Parameters<Wllama['createChatCompletion']>[0]['messages'] {
	return [
		{ role: 'system', content: system },
		image === undefined
			? { role: 'user', content: user }
			: {
					role: 'user',
					content: [
						{ type: 'text', text: user },
						{ type: 'image', data: image.slice().buffer },
					],
				},
	];
}

Comlink.expose(api);
