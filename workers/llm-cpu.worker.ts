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
import { crossing } from '../src/core/models/crossing.ts';
import { RuntimeError } from '../src/core/models/runtime.ts';
import type { LlmApi, LlmCall, LlmLoad } from './llm.protocol.ts';

/** A prompt is read in steps of so many tokens, and a call can be taken back only between two: some three seconds on a slow core. */
const STEP_TOKENS = 32;
const CONTEXT_TOKENS = 2048;

let llm: Wllama | undefined;
let chats = true;
const calls = new Map<string, AbortController>();

function refused(reason: RuntimeError['reason'], sentence: string): Error {
	return crossing(new RuntimeError(reason, sentence));
}

function count(options: LlmLoad['options'], name: string, otherwise: number): number {
	const given = options[name];
	return typeof given === 'number' && given > 0 ? Math.floor(given) : otherwise;
}

const api: LlmApi = {
	async load({ model, files, threads, engine, options }, told) {
		if (llm !== undefined) throw refused('bad-input', 'A model is loaded already; a worker runs one.');
		const weights = Object.entries(files)
			.filter(([path]) => path.endsWith('.gguf'))
			.map(([, blob]) => blob);
		void told(0, 'Starting llama.cpp');
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
			const megabytes = Math.round(weights.reduce((sum, blob) => sum + blob.size, 0) / 1e6);
			throw crossing(error, 'load-failed', `llama.cpp could not load "${model}" (${megabytes} MB) with ${engine}wllama.wasm`);
		}
		// wllama takes a load that failed for one that went well; a model without words is none.
		if (!(made.getLoadedContextInfo().n_vocab > 0)) {
			await made.exit();
			throw refused('load-failed', `llama.cpp could not read "${model}": its file is no GGUF model, or one of a kind it does not know.`);
		}
		llm = made;
		chats = options['chat'] !== false && made.getChatTemplate() !== null;
		void told(1, 'Ready');
		return {
			contextTokens: made.getLoadedContextInfo().n_ctx,
			chats,
			sees: made.supportInputModality('image'),
			engine: `llama.cpp ${Wllama.getLibllamaVersion()}.`,
		};
	},

	async complete({ id, prompt, grammar }: LlmCall, told) {
		if (llm === undefined) throw refused('bad-input', 'No model is loaded.');
		if (prompt.image !== undefined && !llm.supportInputModality('image'))
			throw refused('bad-input', 'The model reads text alone, and the question holds a picture.');
		const stop = new AbortController();
		calls.set(id, stop);
		const begun = performance.now();
		let text = '';
		let pieces = 0;
		const heard: Promise<void>[] = [];
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
			heard.push(Promise.resolve(told?.(piece)));
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
			if (error instanceof WllamaAbortError || stop.signal.aborted) throw refused('cancelled', 'The question was taken back.');
			// A fault of the engine leaves it broken; what it says itself is about the question.
			if (error instanceof WllamaRuntimeError) throw crossing(error, 'crashed', 'llama.cpp broke down');
			throw crossing(error, 'bad-input', 'llama.cpp refused the question');
		} finally {
			calls.delete(id);
		}
		// Pieces go by a port of their own; the answer must not overtake the last of them.
		await Promise.all(heard);
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
