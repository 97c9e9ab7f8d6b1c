// web-llm's worker with its engine object replaced, and labelled so wherever it shows: the same adapter, protocol, files and errors,
// no generation. It reads its files as web-llm does, by Cache Storage, and its answers are canned.
import * as Comlink from 'comlink';
import { type GpuChunk, type GpuEngine, makeGpuLlm } from '../../../../workers/llm-gpu/serve.ts';

const CONTEXT_TOKENS = 512;

Comlink.expose(
	makeGpuLlm(({ model, model_lib }, told): GpuEngine => {
		let interrupted = false;
		async function read(scope: string, url: string): Promise<ArrayBuffer> {
			const cache = await caches.open(scope);
			const request = new Request(url);
			if ((await cache.match(request)) === undefined) await cache.add(request);
			return (await (cache.match(request) as Promise<Response>)).arrayBuffer();
		}
		async function* write(text: string, most: number, usage: GpuChunk['usage']): AsyncGenerator<GpuChunk> {
			interrupted = false;
			const words = text.match(/.{1,6}/gs) ?? [];
			let finish = 'stop';
			for (const [i, content] of words.entries()) {
				if (i >= most || interrupted) {
					finish = interrupted ? 'abort' : 'length';
					break;
				}
				yield { choices: [{ delta: { content }, finish_reason: null }] };
				await new Promise((resolve) => setTimeout(resolve, 1));
			}
			yield { choices: [{ delta: {}, finish_reason: finish }] };
			yield { choices: [], usage: usage ?? null };
		}
		return {
			async reload() {
				told({ progress: 0, text: 'Reading' });
				JSON.parse(new TextDecoder().decode(await read('webllm/config', `${model}mlc-chat-config.json`)));
				const library = await read('webllm/wasm', model_lib);
				await WebAssembly.compile(library);
				await read('webllm/model', `${model}tensor-cache.json`);
				told({ progress: 1, text: 'Ready' });
			},
			async unload() {},
			interruptGenerate() {
				interrupted = true;
			},
			getGPUVendor: async () => 'none: the engine is scripted',
			async chatCompletion({ messages, max_tokens, response_format }) {
				const length = messages.reduce((sum, message) => sum + Math.ceil(message.content.length / 4), 0);
				// web-llm's worker gives errors on as texts.
				if (length > CONTEXT_TOKENS) throw `ContextWindowSizeExceededError: Prompt tokens exceed context window size: ${length}`;
				const text =
					response_format === undefined
						? 'Hello, goblin. You look well today, for a goblin. '.repeat(20)
						: '{"action":"attack","target":"goblin"}';
				const most = response_format === undefined ? Math.min(max_tokens, 400) : max_tokens;
				return write(text, most, { prompt_tokens: length, completion_tokens: Math.min(most, Math.ceil(text.length / 6)) });
			},
		};
	}),
);
