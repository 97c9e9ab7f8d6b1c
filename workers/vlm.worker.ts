// Answers questions about a picture with a vision-language model on transformers.js, from files that this worker was handed. There is no
// pipeline for it in transformers.js 4.3: processor and model are called one by one, in the order that the model's type wants.
import '../src/adapters/trusted.ts';
import {
	AutoModelForImageTextToText,
	AutoProcessor,
	InterruptableStoppingCriteria,
	type PreTrainedModel,
	type Processor,
	RawImage,
	type Tensor,
	TextStreamer,
} from '@huggingface/transformers';
import * as Comlink from 'comlink';
import { crossing } from '../src/core/models/crossing.ts';
import { type Completion, type Prompt, RuntimeError } from '../src/core/models/runtime.ts';
import { questionOf, type SightShape, sightShape, withoutMarks } from '../src/core/models/sight.ts';
import { serveFiles } from './models/hub.ts';
import { prepareOnnx, watchDevice } from './models/onnx.ts';
import type { VlmApi } from './vlm.protocol.ts';

interface Loaded {
	readonly name: string;
	readonly processor: Processor;
	readonly model: PreTrainedModel;
	readonly shape: SightShape;
	/** What has a meaning of its own in a prompt: a game's text must not say it. */
	readonly marks: readonly string[];
}
let loaded: Loaded | undefined;
const calls = new Map<string, InterruptableStoppingCriteria>();

/** A turn of the event loop, in which a `cancel` arrives: on the CPU a whole answer is written without one. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

async function typeOf(files: Parameters<VlmApi['load']>[0]['files']): Promise<SightShape> {
	let config: unknown;
	try {
		config = JSON.parse(new TextDecoder().decode(await files['config.json']?.arrayBuffer()));
	} catch (cause) {
		throw new RuntimeError('load-failed', 'Its config.json is no JSON.', { cause });
	}
	const shape = sightShape(config);
	if ('fault' in shape) throw new RuntimeError('unsupported', `The model cannot be asked: ${shape.fault}.`);
	return shape;
}

async function pictureOf(image: Uint8Array | undefined): Promise<RawImage> {
	if (image === undefined) throw new RuntimeError('bad-input', 'A model that sees was asked without a picture.');
	try {
		return (await RawImage.fromBlob(new Blob([image.slice()]))).rgb();
	} catch (cause) {
		throw new RuntimeError('bad-input', `The picture (${image.length} bytes) cannot be decoded; a PNG or JPEG is wanted.`, { cause });
	}
}

/** The prompt's text as the model's own template writes it; one that knows no system message gets it in front of the question. */
function textOf({ processor, marks }: Loaded, prompt: Prompt): string {
	const ask = withoutMarks(questionOf(prompt), marks);
	const system = withoutMarks(prompt.system, marks);
	const question = (text: string) => ({ role: 'user', content: [{ type: 'image' }, { type: 'text', text }] });
	const write = (messages: object[]): string =>
		processor.apply_chat_template(messages as never, { add_generation_prompt: true }) as unknown as string;
	if (system === '') return write([question(ask)]);
	try {
		return write([{ role: 'system', content: [{ type: 'text', text: system }] }, question(ask)]);
	} catch {
		return write([question(`${system}\n\n${ask}`)]);
	}
}

function endsOf(model: PreTrainedModel): ReadonlySet<number> {
	const { eos_token_id: end } = (model.generation_config ?? {}) as { readonly eos_token_id?: number | number[] | null };
	return new Set(Array.isArray(end) ? end : end == null ? [] : [end]);
}

const api: VlmApi = {
	async load({ model: name, files, dtype, backend, engine, threads }) {
		try {
			if (loaded !== undefined) throw new RuntimeError('bad-input', 'A model is loaded already; a worker runs one.');
			const shape = await typeOf(files);
			prepareOnnx({ backend, engine, threads });
			serveFiles(name, files);
			const processor = await AutoProcessor.from_pretrained(name);
			const model = await AutoModelForImageTextToText.from_pretrained(name, {
				dtype: dtype as never,
				device: backend === 'webgpu' ? 'webgpu' : 'wasm',
			});
			await watchDevice(backend);
			const forward = model.forward.bind(model);
			model.forward = async (inputs: Record<string, unknown>) => {
				await turn();
				return await forward(inputs);
			};
			const marks = processor.tokenizer?.all_special_tokens ?? [];
			loaded = { name, processor, model, shape, marks };
		} catch (error) {
			throw crossing(error, 'load-failed', `${name} could not be loaded`);
		}
	},

	async complete({ id, prompt }, told) {
		const begun = performance.now();
		const stop = new InterruptableStoppingCriteria();
		calls.set(id, stop);
		try {
			if (loaded === undefined) throw new RuntimeError('bad-input', 'A question was asked before the model was loaded.');
			const { processor, model, shape } = loaded;
			const picture = await pictureOf(prompt.image);
			const text = textOf(loaded, prompt);
			const pair = shape.first === 'text' ? ([text, [picture]] as const) : ([[picture], text] as const);
			const call = processor as unknown as (...given: unknown[]) => Promise<Record<string, unknown> & { readonly input_ids: Tensor }>;
			const inputs = await call(...pair, ...(shape.options === undefined ? [] : [{ ...shape.options }]));
			const promptTokens = inputs.input_ids.dims.at(-1) ?? 0;
			await turn();
			if (stop.interrupted) throw new RuntimeError('cancelled', 'The question was taken back before the first token.');
			const heard: Promise<void>[] = [];
			const streamer =
				told === undefined || processor.tokenizer === undefined
					? undefined
					: new TextStreamer(processor.tokenizer, {
							skip_prompt: true,
							skip_special_tokens: true,
							callback_function: (piece: string) => void heard.push(Promise.resolve(told(piece))),
						});
			const out = (await model.generate({
				...inputs,
				max_new_tokens: prompt.maxTokens,
				do_sample: false,
				stopping_criteria: stop,
				...(streamer === undefined ? {} : { streamer }),
			} as never)) as Tensor;
			const total = out.dims.at(-1) ?? promptTokens;
			const completionTokens = total - promptTokens;
			if (stop.interrupted)
				throw new RuntimeError('cancelled', `The question was taken back after ${completionTokens} of ${prompt.maxTokens} tokens.`);
			const answer = out.slice(null, [promptTokens, total]);
			const [said = ''] = processor.batch_decode(answer, { skip_special_tokens: true });
			const last = Number((out.data as BigInt64Array).at(-1) ?? -1);
			await Promise.all(heard);
			return {
				text: said,
				promptTokens,
				completionTokens,
				ms: performance.now() - begun,
				finish: endsOf(model).has(last) ? 'stop' : 'length',
			} satisfies Completion;
		} catch (error) {
			throw crossing(error, 'crashed', 'Answering failed');
		} finally {
			calls.delete(id);
		}
	},

	cancel(id) {
		calls.get(id)?.interrupt();
	},
};

Comlink.expose(api);
