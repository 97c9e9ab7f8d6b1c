// Sentence vectors: a model of purpose `embed` on transformers.js, in a worker of its own.
import { backendNote } from '../../core/models/capabilities.ts';
import { type Driver, RuntimeError } from '../../core/models/runtime.ts';
import type { EmbedApi } from '../../../workers/embed.protocol.ts';
import { checkFiles, here, threadsFor } from './files.ts';
import { loadOrClose, startLink } from './link.ts';

/** 2.5 s here on the CPU, 30 s on a software GPU; a slow disk and a busy machine come on top. */
const LOAD_MS = 180_000;
/** 280 ms for 240 tokens on the CPU here; a software GPU takes 4 s a sentence. */
const BASE_MS = 60_000;
const TEXT_MS = 10_000;
const TEXTS_MAX = 4096;
/** The model reads 256 tokens; a longer text is cut by its tokeniser, and one without end would stall that. */
const CHARACTERS_MAX = 20_000;

export const embedDriver: Driver = async ({ manifest, files, backend, engines, cancel }) => {
	checkFiles(manifest, files, ['config.json', 'tokenizer.json', 'tokenizer_config.json']);
	const begun = performance.now();
	const link = startLink<EmbedApi>(
		manifest.name,
		() => new Worker(new URL('../../../workers/embed.worker.ts', import.meta.url), { type: 'module', name: `embed ${manifest.id}` }),
	);
	const { dtype } = manifest.options;
	const dimensions = await loadOrClose(link, manifest.name, LOAD_MS, cancel, (api) =>
		api.load({
			model: manifest.id,
			files,
			dtype: typeof dtype === 'string' ? dtype : 'fp32',
			backend,
			engine: engines.ort,
			threads: threadsFor(backend),
		}),
	);
	let calls = 0;
	return {
		loaded: {
			model: manifest.id,
			runtime: manifest.runtime,
			backend,
			loadMs: performance.now() - begun,
			note: backendNote(backend, here()),
		},
		embedder: {
			async embed(texts, cancelled) {
				if (texts.length === 0) return { vectors: new Float32Array(0), dimensions, ms: 0 };
				if (texts.length > TEXTS_MAX)
					throw new RuntimeError('bad-input', `${texts.length} texts were given to ${manifest.name}; it takes ${TEXTS_MAX} at once.`);
				if (texts.some((text) => text.length > CHARACTERS_MAX))
					throw new RuntimeError('bad-input', `A text of more than ${CHARACTERS_MAX} characters was given to ${manifest.name}.`);
				const call = ++calls;
				return await link.call(
					`Comparing ${texts.length} ${texts.length === 1 ? 'text' : 'texts'} by ${manifest.name}`,
					BASE_MS + TEXT_MS * texts.length,
					cancelled,
					(api) => api.embed(texts, call),
					(api) => void api.cancel(call).catch(() => {}),
				);
			},
		},
		close: () => link.close(),
		onDeath: (listener) => link.onDeath(listener),
	};
};
