// web-llm behind the protocol of a writing model, without web-llm itself: the worker beside this folder gives the real engine, a test
// gives a scripted one. All that the engine asks for by address is answered from the files that were handed over; nothing else is.
import type { ModelManifest } from '../../src/core/models/manifest.ts';
import { crossing } from '../../src/core/models/crossing.ts';
import { type Completion, RuntimeError } from '../../src/core/models/runtime.ts';
import type { LlmApi, LlmCall } from '../llm.protocol.ts';

/** Where the engine believes its model to be; nothing is ever sent there. `resolve/` keeps web-llm from adding a path of its own. */
const PLACE = 'https://models.falsework.invalid/resolve/here/';
const CONFIG = 'mlc-chat-config.json';
const CONTEXT_TOKENS = 4096;

/** What of web-llm's engine is used; its own fits. */
export interface GpuEngine {
	reload(model: string): Promise<void>;
	unload(): Promise<void>;
	interruptGenerate(): void | Promise<void>;
	chatCompletion(request: GpuRequest): Promise<AsyncIterable<GpuChunk>>;
	getGPUVendor(): Promise<string>;
}
export interface GpuRequest {
	readonly messages: readonly { readonly role: 'system' | 'user'; readonly content: string }[];
	readonly stream: true;
	readonly stream_options: { readonly include_usage: true };
	readonly temperature: 0;
	readonly max_tokens: number;
	readonly response_format?: { readonly type: 'json_object'; readonly schema: string };
}
export interface GpuChunk {
	readonly choices: readonly {
		readonly delta?: { readonly content?: string | null };
		readonly finish_reason?: string | null;
	}[];
	readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
}
/** One model, as web-llm's `appConfig.model_list` wants it. */
export interface GpuRecord {
	readonly model: string;
	readonly model_id: string;
	readonly model_lib: string;
	readonly required_features: readonly string[];
	readonly overrides: { readonly context_window_size: number };
}
export type MakeGpuEngine = (record: GpuRecord, told: (report: { readonly progress: number; readonly text: string }) => void) => GpuEngine;

function refused(reason: RuntimeError['reason'], sentence: string): Error {
	return crossing(new RuntimeError(reason, sentence));
}

/** web-llm throws errors, and texts that begin with an error's name. */
const WORDS: readonly (readonly [RegExp, RuntimeError['reason'], string])[] = [
	[/^WebGPUNotAvailable|^WebGPUNotFound|Unable to find a compatible GPU/, 'unsupported', 'There is no WebGPU for it'],
	[/^ShaderF16Support|^FeatureSupport|exceeds limit/, 'unsupported', 'The GPU lacks what the model needs'],
	[/^DeviceLost/, 'gpu-lost', 'The GPU was lost'],
	[/^ContextWindowSizeExceeded|^EmbeddingExceedContext/, 'bad-input', 'The question is longer than the context'],
	[
		/^(InvalidResponseFormat|GrammarMatcherInit|UnsupportedFields|ContentType|UserMessageContent|MessageOrder)/,
		'bad-input',
		'The question was refused',
	],
	[/^ModelNotLoaded|^EngineNotLoaded|^WorkerEngineModelNotLoaded/, 'bad-input', 'No model is loaded'],
	[/^ModelNotFound|^MissingModelWasm|^UnsupportedTokenizerFiles|^Integrity/, 'load-failed', 'The files do not make a model'],
];

/** Sorts what web-llm throws; its own TypeErrors and CompileErrors name no file, so the last one asked for is named here. */
export function gpuFault(error: unknown, otherwise: RuntimeError['reason'], what: string, file: string): Error {
	const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
	const known = WORDS.find(([pattern]) => pattern.test(said) || (error instanceof Error && pattern.test(error.message)));
	if (known !== undefined) return refused(known[1], `${what}: ${known[2]}: ${said}`);
	return crossing(said, otherwise, file === '' ? what : `${what} at ${file}`);
}

export interface Files {
	/** Path of the file that was asked for last. */
	readonly last: string;
	/** Takes the place of the browser's Cache Storage. */
	readonly caches: Pick<CacheStorage, 'open'>;
	readonly fetch: typeof fetch;
}

/** Answers web-llm's requests from the files of the model; what is not among them is refused by name. */
export function serveFiles(files: Readonly<Record<string, Blob>>, pass: typeof fetch): Files {
	let last = '';
	const pathOf = (request: RequestInfo | URL): string => {
		const url = request instanceof Request ? request.url : String(request);
		return url.startsWith(PLACE) ? decodeURIComponent(url.slice(PLACE.length)) : url;
	};
	const find = (request: RequestInfo | URL): Response | undefined => {
		last = pathOf(request);
		const blob = files[last];
		return blob === undefined ? undefined : new Response(blob);
	};
	const missing = (path: string): RuntimeError =>
		new RuntimeError('load-failed', `"${path}" is not among the model's files, and nothing is fetched for it.`);
	const cache = {
		match: (request: RequestInfo | URL) => Promise.resolve(find(request)),
		add: (request: RequestInfo | URL) => Promise.reject(missing(pathOf(request))),
		keys: () => Promise.resolve(Object.keys(files).map((path) => new Request(PLACE + path))),
		put: () => Promise.resolve(),
		delete: () => Promise.resolve(false),
	};
	return {
		get last() {
			return last;
		},
		caches: { open: () => Promise.resolve(cache as unknown as Cache) },
		fetch: (request, options) => {
			const url = request instanceof Request ? request.url : String(request);
			// WebAssembly that lies inside the engine's own script.
			if (url.startsWith('data:') || url.startsWith('blob:')) return pass(request, options);
			const found = find(request);
			return found === undefined ? Promise.reject(missing(pathOf(request))) : Promise.resolve(found);
		},
	};
}

/** What the manifest says, and what lies in the files; throws `bad-input` with the file that is missing. */
export function recordOf(
	model: string,
	files: Readonly<Record<string, Blob>>,
	options: ModelManifest['options'],
	features: readonly string[],
): GpuRecord {
	const libraries = Object.keys(files).filter((path) => path.endsWith('.wasm'));
	const library = typeof options['library'] === 'string' ? options['library'] : libraries[0];
	const missing = [CONFIG, 'tensor-cache.json', library ?? 'the model library (.wasm)'].filter((path) => !(path in files));
	if (missing.length > 0)
		throw refused(
			'bad-input',
			`"${model}" lacks ${missing.join(', ')}: web-llm needs a model compiled for it, with its library, configuration, tokenizer and weights.`,
		);
	return {
		model: PLACE,
		model_id: typeof options['model'] === 'string' ? options['model'] : model,
		model_lib: PLACE + (library as string),
		required_features: features,
		overrides: { context_window_size: typeof options['context'] === 'number' ? options['context'] : CONTEXT_TOKENS },
	};
}

/** @param around  the worker's own globals, whose `caches` and `fetch` are replaced while a model is there */
export function makeGpuLlm(makeEngine: MakeGpuEngine, around: object = globalThis): LlmApi {
	let engine: GpuEngine | undefined;
	const stopped = new Set<string>();
	let current = '';

	return {
		async load({ model, files: handed, options, needs }, told) {
			if (engine !== undefined) throw refused('bad-input', 'A model is loaded already; a worker runs one.');
			const record = recordOf(model, handed, options, needs.webgpu?.features ?? []);
			const { fetch } = globalThis;
			const served = serveFiles(handed, fetch.bind(globalThis));
			for (const name of ['caches', 'fetch'] as const)
				Object.defineProperty(around, name, { value: served[name], configurable: true, writable: true });
			const made = makeEngine(record, ({ progress, text }) => void told(Math.min(1, Math.max(0, progress)), text));
			try {
				await made.reload(record.model_id);
			} catch (error) {
				throw gpuFault(error, 'load-failed', `web-llm could not load "${model}"`, served.last);
			}
			engine = made;
			const vendor = await made.getGPUVendor().catch(() => '');
			return {
				contextTokens: record.overrides.context_window_size,
				chats: true,
				sees: false,
				engine: `web-llm by WebGPU${vendor === '' ? '' : ` (${vendor})`}.`,
			};
		},

		async complete({ id, prompt }: LlmCall, told): Promise<Completion> {
			if (engine === undefined) throw refused('bad-input', 'No model is loaded.');
			if (prompt.image !== undefined) throw refused('bad-input', 'The model reads text alone, and the question holds a picture.');
			const begun = performance.now();
			current = id;
			let text = '';
			let pieces = 0;
			const heard: Promise<void>[] = [];
			let finish = '';
			let usage: GpuChunk['usage'];
			const dropped = (): Error => refused('cancelled', 'The question was taken back.');
			try {
				const chunks = await engine.chatCompletion({
					messages: [
						{ role: 'system', content: prompt.system },
						{ role: 'user', content: prompt.user },
					],
					stream: true,
					stream_options: { include_usage: true },
					temperature: 0,
					max_tokens: prompt.maxTokens,
					...(prompt.schema === undefined
						? {}
						: { response_format: { type: 'json_object', schema: JSON.stringify(prompt.schema) } as const }),
				});
				for await (const chunk of chunks) {
					usage = chunk.usage ?? usage;
					const [choice] = chunk.choices;
					finish = choice?.finish_reason ?? finish;
					const piece = choice?.delta?.content ?? '';
					// What was interrupted still sends its end; the engine is free only after it.
					if (piece === '' || stopped.has(id)) continue;
					pieces++;
					text += piece;
					heard.push(Promise.resolve(told?.(piece)));
				}
			} catch (error) {
				if (stopped.has(id)) throw dropped();
				throw gpuFault(error, 'crashed', 'web-llm could not answer', '');
			} finally {
				current = '';
			}
			if (stopped.delete(id)) throw dropped();
			// Pieces go by a port of their own; the answer must not overtake the last of them.
			await Promise.all(heard);
			return {
				text,
				promptTokens: usage?.prompt_tokens ?? 0,
				completionTokens: usage?.completion_tokens ?? pieces,
				ms: performance.now() - begun,
				finish: finish === 'stop' ? 'stop' : 'length',
			};
		},

		cancel(id) {
			if (engine === undefined || current !== id) return;
			stopped.add(id);
			void engine.interruptGenerate();
		},
	};
}
