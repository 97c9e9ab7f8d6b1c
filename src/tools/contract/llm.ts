// The contract of a runtime that writes, run in a page against a real adapter, without the program around it. The browser tests run it
// with llama.cpp on real weights; a person with a GPU runs the same with web-llm (src/tools/contract/README.md).
import { makeWllamaDriver } from '../../adapters/runtimes/wllama.ts';
import { makeWebLlmDriver } from '../../adapters/runtimes/web-llm.ts';
import { readAnswer } from '../../core/cascade.ts';
import { type ModelManifest, readManifest } from '../../core/models/manifest.ts';
import type { Backend, Completion, Driver, LoadOptions, ModelFiles, Prompt, Running } from '../../core/models/runtime.ts';
import { RuntimeError } from '../../core/models/runtime.ts';
import type { LiveAsk } from '../../core/question.ts';

export interface Settings {
	/** `scripted` is web-llm's adapter and worker with only the engine object replaced: it proves the plumbing, not generation. */
	readonly runtime: 'wllama' | 'web-llm' | 'web-llm-scripted';
	readonly backend: Backend;
	readonly manifest: unknown;
	/** Folder that serves the manifest's files, with a slash at the end. */
	readonly weights: string;
	/** Tokens that a plain answer may have; small where a token takes long. */
	readonly maxTokens?: number;
}
export interface Fact {
	readonly what: string;
	readonly ok: boolean;
	readonly detail: string;
	readonly ms: number;
}

const drivers: Readonly<Record<Settings['runtime'], Driver>> = {
	wllama: makeWllamaDriver(
		() => new Worker(new URL('../../../workers/llm-cpu.worker.ts', import.meta.url), { type: 'module', name: 'llm-cpu' }),
	),
	'web-llm': makeWebLlmDriver(
		() => new Worker(new URL('../../../workers/llm-gpu.worker.ts', import.meta.url), { type: 'module', name: 'llm-gpu' }),
	),
	'web-llm-scripted': makeWebLlmDriver(
		() => new Worker(new URL('./scripted/llm-gpu.worker.ts', import.meta.url), { type: 'module', name: 'llm-gpu-scripted' }),
		{ probe: () => Promise.resolve(undefined) },
	),
};

const SAY: Prompt = { system: 'You are terse.', user: 'Say hello to the goblin.', maxTokens: 12 };
/** Small and closed: any model's answer ends within it. */
const CHOICE = {
	type: 'object',
	properties: { action: { enum: ['drink_potion', 'attack', 'flee'] }, target: { enum: ['goblin', 'door'] } },
	required: ['action', 'target'],
	additionalProperties: false,
} as const;
const CHOOSE: Prompt = { system: 'Answer with JSON only.', user: 'A goblin attacks you. Choose.', schema: CHOICE, maxTokens: 40 };

export function manifestOf(settings: Settings): ModelManifest {
	const read = readManifest(settings.manifest);
	if ('fault' in read) throw new Error(`The manifest has a fault: ${read.fault}.`);
	return read.manifest;
}

export async function filesOf(settings: Settings): Promise<ModelFiles> {
	const { files } = manifestOf(settings);
	const blobs = await Promise.all(
		files.map(async ({ path }) => {
			const response = await fetch(settings.weights + path);
			if (!response.ok) throw new Error(`${settings.weights}${path} answered ${response.status}.`);
			return [path, await response.blob()] as const;
		}),
	);
	return Object.fromEntries(blobs);
}

function optionsOf(settings: Settings, files: ModelFiles): LoadOptions {
	const at = (folder: string): string => new URL(folder, location.href).href;
	return {
		manifest: manifestOf(settings),
		files,
		backend: settings.backend,
		engines: { ort: at('/ort/'), wllama: at('/wllama/') },
		cancel: new AbortController().signal,
	};
}

let running: Running | undefined;

/** Loads the model and keeps it for `ask`. */
export async function load(settings: Settings): Promise<Running['loaded']> {
	running = await drivers[settings.runtime](optionsOf(settings, await filesOf(settings)));
	return running.loaded;
}

export async function unload(): Promise<void> {
	await running?.close();
	running = undefined;
}

export type Answered =
	| { readonly how: 'usable'; readonly completion: Completion }
	/** By the check of every answer, or as cut. */
	| { readonly how: 'refused'; readonly why: string; readonly completion: Completion };

/** Asks the loaded model and checks the answer as the seam does. */
export async function ask(kind: LiveAsk, prompt: Prompt): Promise<Answered> {
	if (running?.writer === undefined) throw new Error('Load a model that writes first.');
	const completion = await running.writer.complete(prompt, new AbortController().signal);
	if (completion.finish === 'length') return { how: 'refused', why: `cut at ${completion.completionTokens} tokens`, completion };
	const read = readAnswer(kind, completion.text);
	return 'fault' in read ? { how: 'refused', why: read.fault, completion } : { how: 'usable', completion };
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
	try {
		await work;
		return 'nothing';
	} catch (error) {
		return error instanceof RuntimeError ? error.reason : `${(error as Error).name}: ${(error as Error).message}`;
	}
}

/** Every fact in turn; one that fails does not keep the next from being tried. */
export async function contract(settings: Settings, told: (fact: Fact) => void = () => {}): Promise<readonly Fact[]> {
	const facts: Fact[] = [];
	const drive = drivers[settings.runtime];
	const files = await filesOf(settings);
	const options = optionsOf(settings, files);
	const plain = { ...SAY, maxTokens: settings.maxTokens ?? SAY.maxTokens };
	const never = new AbortController().signal;
	let model: Running | undefined;

	async function fact(what: string, check: () => Promise<string | { readonly fine: string }>): Promise<void> {
		const begun = performance.now();
		let result: string | { readonly fine: string };
		try {
			result = await check();
		} catch (error) {
			result = error instanceof RuntimeError ? `${error.reason}: ${error.message}` : String(error);
		}
		const done: Fact = {
			what,
			ok: typeof result !== 'string',
			detail: typeof result === 'string' ? result : result.fine,
			ms: Math.round(performance.now() - begun),
		};
		facts.push(done);
		told(done);
	}
	const writer = () => {
		if (model?.writer === undefined) throw new Error('nothing is loaded');
		return model.writer;
	};

	await fact('a load that is taken back beforehand starts nothing', async () => {
		const gone = AbortSignal.abort();
		const reason = await reasonOf(drive({ ...options, cancel: gone }));
		return reason === 'cancelled' ? { fine: reason } : `it ended with ${reason}`;
	});
	await fact('files that are no model are refused, and say so', async () => {
		const junk = Object.fromEntries(Object.keys(files).map((path) => [path, new Blob([new Uint8Array(64)])]));
		const reason = await reasonOf(drive({ ...options, files: junk }));
		return reason === 'load-failed' || reason === 'bad-input' ? { fine: reason } : `it ended with ${reason}`;
	});
	await fact('a backend it cannot have is refused, never replaced in silence', async () => {
		const reason = await reasonOf(drive({ ...options, backend: 'browser' }));
		return reason === 'unsupported' ? { fine: reason } : `it ended with ${reason}`;
	});
	await fact('it loads, tells how far, and says what runs it', async () => {
		const shares: number[] = [];
		model = await drive({ ...options, onProgress: (share) => shares.push(share) });
		if (shares.length === 0) return 'no progress was told';
		if (shares.some((share) => share < 0 || share > 1)) return `progress out of range: ${shares.join()}`;
		if (model.loaded.note === '') return 'it does not say what runs it';
		return { fine: `${Math.round(model.loaded.loadMs)} ms; ${model.loaded.note}` };
	});
	await fact('it answers, and counts tokens', async () => {
		const done = await writer().complete(plain, never);
		if (done.text === '') return 'it wrote nothing';
		if (done.promptTokens < 5 || done.completionTokens < 1) return `tokens: ${done.promptTokens} and ${done.completionTokens}`;
		return { fine: `${done.promptTokens} + ${done.completionTokens} tokens, ${Math.round(done.ms)} ms, ${done.finish}` };
	});
	await fact('an answer that is cut says so', async () => {
		const done = await writer().complete({ ...plain, maxTokens: 2 }, never);
		return done.finish === 'length' ? { fine: JSON.stringify(done.text) } : `finish ${done.finish}: ${JSON.stringify(done.text)}`;
	});
	await fact('it streams: the pieces together are the answer', async () => {
		const pieces: string[] = [];
		const done = await writer().complete(plain, never, (piece) => pieces.push(piece));
		if (pieces.length < 2) return `${pieces.length} pieces`;
		return pieces.join('') === done.text ? { fine: `${pieces.length} pieces` } : 'the pieces are not the answer';
	});
	await fact('an answer under a schema fits it', async () => {
		const done = await writer().complete(CHOOSE, never);
		const value = JSON.parse(done.text) as Record<string, unknown>;
		const fits = Object.keys(value).join() === 'action,target' && CHOICE.properties.action.enum.some((one) => one === value['action']);
		return fits && done.finish === 'stop' ? { fine: done.text } : `${done.finish}: ${done.text}`;
	});
	await fact('a question that is taken back ends at once, and the next one is answered', async () => {
		const stop = new AbortController();
		const begun = writer().complete({ ...plain, maxTokens: 200 }, stop.signal, () => stop.abort());
		const reason = await reasonOf(begun);
		if (reason !== 'cancelled') return `it ended with ${reason}`;
		const done = await writer().complete(CHOOSE, never);
		return done.finish === 'stop' ? { fine: reason } : 'the next answer was cut';
	});
	await fact('two at a time wait for each other', async () => {
		const both = await Promise.all([writer().complete(CHOOSE, never), writer().complete(CHOOSE, never)]);
		return both[0]?.text === both[1]?.text ? { fine: both[0]?.text ?? '' } : 'the same question had two answers';
	});
	await fact('a picture for a model without eyes is refused', async () => {
		const reason = await reasonOf(writer().complete({ ...plain, image: new Uint8Array(8) }, never));
		return reason === 'bad-input' ? { fine: reason } : `it ended with ${reason}`;
	});
	await fact('a question longer than the context is refused, and the next one is answered', async () => {
		const reason = await reasonOf(writer().complete({ ...plain, user: 'goblin '.repeat(60_000) }, never));
		if (reason !== 'bad-input') return `it ended with ${reason}`;
		const done = await writer().complete(CHOOSE, never);
		return done.finish === 'stop' ? { fine: reason } : 'the next answer was cut';
	});
	await fact('unloading ends it for good', async () => {
		const gone = writer();
		await model?.close();
		const reason = await reasonOf(gone.complete(plain, never));
		return reason === 'cancelled' ? { fine: reason } : `it ended with ${reason}`;
	});
	return facts;
}
