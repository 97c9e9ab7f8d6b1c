// A scripted model host: a shelf of believable models, each in a state of its own where asked for, and a download that moves by a
// clock of the caller's.
import type { ModelManifest } from '../../core/models/manifest.ts';
import type { Measured, Models, ModelsEvent, ModelState, ModelsView, ModelView } from '../services.ts';

const AT = Date.UTC(2026, 10, 30, 13, 5);

function manifest(id: string, part: Partial<ModelManifest> & Pick<ModelManifest, 'name' | 'purpose' | 'bytes'>): ModelManifest {
	return {
		falsework: 1,
		id,
		what: '',
		runtime: 'ort',
		licence: 'Apache-2.0',
		terms: '',
		copyright: '',
		origin: '',
		revision: '1',
		sources: [],
		files: [],
		needs: { memoryBytes: 400_000_000 },
		options: {},
		verified: true,
		embedded: false,
		...part,
	};
}

export const FAKE_MANIFESTS: readonly ModelManifest[] = [
	manifest('ppocr-v6-tiny', {
		name: 'PP-OCRv6 tiny',
		purpose: 'read',
		bytes: 3_126_369,
		what: 'Finds and reads text in 6,904 characters; comes with the page.',
		origin: 'PaddleOCR',
		embedded: true,
	}),
	manifest('ppocr-v6-small', {
		name: 'PP-OCRv6 small',
		purpose: 'read',
		bytes: 31_238_924,
		what: 'Reads small and dim text better, at four times the work.',
		origin: 'PaddleOCR',
	}),
	manifest('minilm-l6-v2-int8', {
		name: 'all-MiniLM-L6-v2',
		purpose: 'embed',
		runtime: 'transformers',
		bytes: 23_395_688,
		what: 'Turns a sentence into 384 numbers that can be compared.',
		origin: 'sentence-transformers',
	}),
	manifest('smollm2-135m-instruct', {
		name: 'SmolLM2 135M Instruct',
		purpose: 'think',
		runtime: 'wllama',
		bytes: 98_362_432,
		what: 'The smallest writer: well-formed answers, not wise ones.',
		origin: 'HuggingFaceTB',
		needs: { memoryBytes: 450_000_000 },
	}),
	manifest('gemma-3-270m', {
		name: 'Gemma 3 270M',
		purpose: 'think',
		runtime: 'wllama',
		bytes: 253_281_381,
		what: 'A base model that completes text.',
		licence: 'Gemma Terms of Use',
		terms: 'Use is restricted by the Gemma Terms of Use and their list of prohibited uses; they pass on with the model.',
		origin: 'Google',
	}),
	manifest('qwen3-0.6b', {
		name: 'Qwen3 0.6B',
		purpose: 'think',
		runtime: 'web-llm',
		bytes: 351_000_000,
		what: 'Decides and narrates on the GPU.',
		origin: 'Qwen',
		needs: { memoryBytes: 1_400_000_000, webgpu: { features: ['shader-f16'], limits: {}, optional: false } },
		verified: false,
	}),
	manifest('kokoro-82m-v1.0-int8', {
		name: 'Kokoro 82M',
		purpose: 'speak',
		runtime: 'kokoro',
		bytes: 95_000_000,
		what: 'A clear English voice, five speakers.',
		licence: 'Apache-2.0, MIT',
		origin: 'hexgrad',
		options: { voices: ['af_heart', 'af_bella', 'am_michael', 'bf_emma', 'bm_george'] },
	}),
	manifest('smolvlm-256m', {
		name: 'SmolVLM 256M',
		purpose: 'see',
		runtime: 'transformers',
		bytes: 262_000_000,
		what: 'Looks at a frame and names what is on it.',
		origin: 'HuggingFaceTB',
		needs: { memoryBytes: 1_100_000_000, webgpu: { features: [], limits: {}, optional: true } },
		verified: false,
	}),
];

const FIT: Readonly<Record<string, ModelView['fitness']>> = {
	'qwen3-0.6b': { fit: 'no', why: 'It needs a GPU that computes in 16 bits (shader-f16); this one does not.' },
	'smolvlm-256m': { fit: 'slow', why: 'No GPU is used here, so a picture takes a minute or so on the processor.' },
	'smollm2-135m-instruct': { fit: 'good', why: 'Runs on the processor in some 450 MB of memory.' },
};
const GOOD: ModelView['fitness'] = { fit: 'good', why: 'Runs on the processor; two cores and 8 GB are enough.' };

export function fakeModel(model: ModelManifest, part: Partial<ModelView> = {}): ModelView {
	return {
		manifest: model,
		from: 'built in',
		state: 'absent',
		haveBytes: 0,
		totalBytes: model.bytes,
		freesBytes: part.haveBytes ?? 0,
		speed: 0,
		etaMs: undefined,
		why: '',
		via: '',
		checkedAt: 0,
		lastUsedAt: 0,
		fitness: FIT[model.id] ?? GOOD,
		measured: undefined,
		loaded: undefined,
		...part,
	};
}

const MEASURED: Readonly<Record<string, Measured>> = {
	'ppocr-v6-tiny': { what: 'ms a line', value: 31, backend: 'wasm', at: AT },
	'smollm2-135m-instruct': { what: 'tokens a second', value: 7.4, backend: 'wasm', at: AT },
};
const ready = (id: string): Partial<ModelView> => ({
	state: 'ready',
	haveBytes: FAKE_MANIFESTS.find((m) => m.id === id)?.bytes ?? 0,
	checkedAt: AT - 3_600_000,
	lastUsedAt: id === 'ppocr-v6-tiny' ? AT - 60_000 : 0,
	measured: MEASURED[id],
});

const CAPABILITIES: ModelsView['capabilities'] = {
	cores: 8,
	memoryGiB: 8,
	isolated: true,
	simd: true,
	jspi: true,
	gpu: {
		name: 'intel gen-12lp',
		fallback: false,
		features: ['timestamp-query', 'subgroups'],
		limits: { maxBufferSize: 1_073_741_824, maxStorageBufferBindingSize: 1_073_741_824 },
	},
	gpuWhy: '',
	gpuLost: 0,
	builtIn: 'absent',
};

/** `none`: a fresh browser. `busy`: one model in each state. `all`: the small set is here. */
export type FakeShelf = 'none' | 'busy' | 'all' | 'elsewhere' | 'trouble' | 'looking';

export function fakeModelsView(shelf: FakeShelf): ModelsView {
	const parts: Record<string, Partial<ModelView>> = { 'ppocr-v6-tiny': ready('ppocr-v6-tiny') };
	if (shelf === 'busy')
		Object.assign(parts, {
			'minilm-l6-v2-int8': { state: 'downloading', haveBytes: 8_388_608, speed: 2_310_000, etaMs: 6500, via: 'the hub' },
			'smollm2-135m-instruct': { ...ready('smollm2-135m-instruct'), loaded: { backend: 'wasm', note: 'single-threaded' } },
			'kokoro-82m-v1.0-int8': { state: 'paused', haveBytes: 41_943_040 },
			'ppocr-v6-small': { state: 'queued', ahead: 1 },
			'gemma-3-270m': {
				state: 'damaged',
				haveBytes: 244_892_773,
				why: 'One of its 31 pieces is not what was promised. Fetch that piece again.',
			},
			'smolvlm-256m': { state: 'failed', haveBytes: 8_388_608, why: 'The hub answered 404 for config.json. Try again, or name a mirror.' },
		} satisfies Record<string, Partial<ModelView>>);
	if (shelf === 'all') for (const id of ['minilm-l6-v2-int8', 'smollm2-135m-instruct', 'kokoro-82m-v1.0-int8']) parts[id] = ready(id);
	if (shelf === 'elsewhere')
		parts['kokoro-82m-v1.0-int8'] = { state: 'elsewhere', why: 'The store cannot be opened now, so nobody knows whether it is here.' };
	const models = shelf === 'looking' ? [] : FAKE_MANIFESTS.map((m) => fakeModel(m, parts[m.id] ?? {}));
	return {
		models,
		capabilities: shelf === 'trouble' ? undefined : CAPABILITIES,
		keptIn: shelf === 'trouble' ? 'nowhere' : 'the bucket “models” of this browser',
		usedBytes: models.reduce((sum, m) => sum + m.haveBytes, 0),
		freeBytes: 21_300_000_000,
		persisted: shelf === 'all',
		mirror: '',
		trouble:
			shelf === 'trouble'
				? 'This browser gives the page no private files (a private window does this). Models last until the page is closed.'
				: '',
	};
}

export interface FakeModels {
	readonly models: Models;
	emit(event: ModelsEvent): void;
	view(): ModelsView;
	/** Puts one model into another state, as the host would. */
	set(id: string, part: Partial<ModelView>): void;
}

export function makeFakeModels(start: FakeShelf, onCall: (name: string, ...args: unknown[]) => void): FakeModels {
	const listeners = new Set<(event: ModelsEvent) => void>();
	let view = fakeModelsView(start);
	const emit = (event: ModelsEvent) => {
		if (event.type === 'models') view = event.view;
		// As a message would: nobody shares an object with the host.
		for (const listener of listeners) listener(structuredClone(event));
	};
	function set(id: string, part: Partial<ModelView>): void {
		const models = view.models.map((m) => (m.manifest.id === id ? { ...m, ...part } : m));
		emit({ type: 'models', view: { ...view, models, usedBytes: models.reduce((sum, m) => sum + m.haveBytes, 0) } });
	}
	const to = (name: string, state: ModelState, more: (m: ModelView) => Partial<ModelView> = () => ({})) => {
		return async (id: string) => {
			onCall(name, id);
			const model = view.models.find((m) => m.manifest.id === id);
			if (model) set(id, { state, why: '', speed: 0, etaMs: undefined, ...more(model) });
			return '';
		};
	};
	return {
		emit,
		view: () => view,
		set,
		models: {
			subscribe(listener) {
				listeners.add(listener);
				if (start !== 'looking') listener(structuredClone({ type: 'models', view }));
				return () => void listeners.delete(listener);
			},
			download: to('download', 'downloading', () => ({ speed: 2_310_000, etaMs: 40_000, via: 'the hub' })),
			pause: to('pause', 'paused'),
			cancel: to('cancel', 'absent', () => ({ haveBytes: 0 })),
			remove: to('remove', 'absent', () => ({ haveBytes: 0, checkedAt: 0, loaded: undefined })),
			check: to('check', 'ready', () => ({ checkedAt: AT })),
			unload: to('unload', 'ready', () => ({ loaded: undefined })),
			async sideload(files) {
				onCall(
					'sideload',
					files.map((f) => f.path),
				);
				return files.some((f) => f.path.endsWith('.txt')) ? 'Nothing in it is a model: no manifest, no GGUF, no ONNX.' : '';
			},
			async setMirror(address) {
				onCall('setMirror', address);
				emit({ type: 'models', view: { ...view, mirror: address } });
				return '';
			},
			async trial(id, input) {
				onCall('trial', id, input.text ?? '');
				const measured = MEASURED[id] ?? { what: 'times real time', value: 0.31, backend: 'wasm', at: AT };
				set(id, { measured, lastUsedAt: AT });
				return { ok: true, said: id.startsWith('smollm2') ? 'A potion heals.' : 'done', measured };
			},
			async eraseEverything() {
				onCall('eraseModels');
				return '';
			},
		},
	};
}
