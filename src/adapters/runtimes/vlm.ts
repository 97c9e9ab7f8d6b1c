// Models that see: a vision-language model on transformers.js, in a worker of its own.
import { backendNote } from '../../core/models/capabilities.ts';
import { type Driver, RuntimeError } from '../../core/models/runtime.ts';
import { dtypesOf, needsF16 } from '../../core/models/sight.ts';
import type { VlmApi } from '../../../workers/vlm.protocol.ts';
import { checkFiles, here, threadsFor } from './files.ts';
import { loadOrClose, startLink } from './link.ts';
import { makeComplete } from './llm.ts';

const LOAD_MS = 300_000;
/** The picture is seen and the prompt read in that time, and each token written in that; a CPU is slow at all three. */
const LIMITS = { promptMs: 300_000, tokenMs: 5000, abortMs: 120_000 };
const TOKENS_MAX = 2048;

export const vlmDriver: Driver = async ({ manifest, files, backend, engines, cancel }) => {
	checkFiles(manifest, files, ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json']);
	const dtypes = dtypesOf(manifest.options.dtype);
	if ('fault' in dtypes) throw new RuntimeError('load-failed', `${manifest.name} cannot be loaded: ${dtypes.fault}.`);
	if (backend !== 'webgpu' && needsF16(dtypes.dtype))
		throw new RuntimeError('unsupported', `${manifest.name} is in 16-bit floats, which only a GPU that has them can run.`);
	const begun = performance.now();
	const link = startLink<VlmApi>(
		manifest.name,
		() => new Worker(new URL('../../../workers/vlm.worker.ts', import.meta.url), { type: 'module', name: `see ${manifest.id}` }),
	);
	await loadOrClose(link, manifest.name, LOAD_MS, cancel, (api) =>
		api.load({ model: manifest.id, files, dtype: dtypes.dtype, backend, engine: engines.ort, threads: threadsFor(backend) }),
	);
	const complete = makeComplete(manifest.name, link, undefined, LIMITS);
	return {
		loaded: {
			model: manifest.id,
			runtime: manifest.runtime,
			backend,
			loadMs: performance.now() - begun,
			note: [
				backendNote(backend, here()),
				manifest.verified ? '' : 'Not verified on this build: its real weights were never run by its tests.',
			]
				.filter((part) => part !== '')
				.join(' '),
		},
		writer: {
			async complete(prompt, cancelled, onText) {
				if (!(Number.isInteger(prompt.maxTokens) && prompt.maxTokens >= 1 && prompt.maxTokens <= TOKENS_MAX))
					throw new RuntimeError(
						'bad-input',
						`An answer of ${prompt.maxTokens} tokens was asked of ${manifest.name}; it gives 1 to ${TOKENS_MAX}.`,
					);
				return await complete(prompt, cancelled, onText);
			},
		},
		close: () => link.close(),
		onDeath: (listener) => link.onDeath(listener),
	};
};
