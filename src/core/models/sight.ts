// What a vision-language model on transformers.js is asked with, without the library: its number formats, the order of its processor's
// arguments, the words of a question.
import type { Prompt } from './runtime.ts';

/** By model type, as its config.json names it: what its processor takes first. Others have no shape that was looked up. */
const FIRST: Readonly<Record<string, 'text' | 'images'>> = {
	smolvlm: 'text',
	idefics3: 'text',
	qwen2_vl: 'text',
	qwen2_5_vl: 'text',
	qwen3_vl: 'text',
	qwen3_5: 'text',
	gemma3: 'text',
	lfm2_vl: 'images',
	llava: 'images',
	llava_onevision: 'images',
	mistral3: 'images',
	paligemma: 'images',
};
/** Splitting makes four and more pictures of one, each as dear as the whole. */
const SPLITS: ReadonlySet<string> = new Set(['smolvlm', 'idefics3', 'lfm2_vl']);

export interface SightShape {
	readonly first: 'text' | 'images';
	/** Options for the processor; undefined where its third argument is something else. */
	readonly options: { readonly do_image_splitting: false } | undefined;
}

/** How a model of this type is called. A text names the fault. */
export function sightShape(config: unknown): SightShape | { readonly fault: string } {
	const type = typeof config === 'object' && config !== null ? (config as { readonly model_type?: unknown }).model_type : undefined;
	if (typeof type !== 'string') return { fault: 'its config.json names no model_type' };
	if (type === 'florence2') return { fault: 'it is a Florence-2, which answers its own task words and no questions' };
	const first = Object.hasOwn(FIRST, type) ? FIRST[type] : undefined;
	if (first === undefined) return { fault: `its model_type is "${type}"; known are ${Object.keys(FIRST).join(', ')}` };
	return { first, options: SPLITS.has(type) ? { do_image_splitting: false } : undefined };
}

const DTYPES: ReadonlySet<string> = new Set(['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'bnb4', 'q4f16']);

/** `options.dtype` of a manifest: one for all parts, or a list of `part=dtype`. A text names the fault. */
export function dtypesOf(given: unknown): { readonly dtype: string | Readonly<Record<string, string>> } | { readonly fault: string } {
	if (given === undefined) return { dtype: 'fp32' };
	if (typeof given === 'string')
		return DTYPES.has(given) ? { dtype: given } : { fault: `its dtype is "${given}"; known are ${[...DTYPES].join(', ')}` };
	if (!Array.isArray(given)) return { fault: 'its dtype is neither a word nor a list' };
	const parts: Record<string, string> = {};
	for (const entry of given as readonly string[]) {
		const [part = '', dtype = ''] = entry.split('=');
		if (!/^\w+$/.test(part) || !DTYPES.has(dtype)) return { fault: `its dtype holds "${entry}", which is not "part=dtype"` };
		parts[part] = dtype;
	}
	return { dtype: parts };
}

/** Whether a number format needs a GPU with 16-bit floats. */
export function needsF16(dtype: string | Readonly<Record<string, string>>): boolean {
	return (typeof dtype === 'string' ? [dtype] : Object.values(dtype)).some((one) => one.endsWith('f16') || one === 'fp16');
}

/** transformers.js has no grammar, so the form of the answer is asked for; whoever asked checks it. */
export function questionOf({ user, schema }: Pick<Prompt, 'user' | 'schema'>): string {
	return schema === undefined
		? user
		: `${user}\n\nAnswer with one JSON value and nothing else. It fits this JSON Schema: ${JSON.stringify(schema)}`;
}

/** `<|end|>` and `<end>` can stand in a game's text; as words of the question they must not end it. */
export function withoutMarks(text: string, marks: readonly string[]): string {
	let out = text;
	for (const mark of marks)
		if (mark.length > 1 && out.includes(mark)) out = out.replaceAll(mark, mark.replace(/^</, '‹').replace(/>$/, '›'));
	return out;
}
