// Sentences to unit vectors by transformers.js, from files that this worker was handed.
import '../src/adapters/trusted.ts';
import { type FeatureExtractionPipeline, pipeline } from '@huggingface/transformers';
import * as Comlink from 'comlink';
import { crossing } from '../src/core/models/crossing.ts';
import { RuntimeError } from '../src/core/models/runtime.ts';
import type { EmbedApi } from './embed.protocol.ts';
import { serveFiles } from './models/hub.ts';
import { prepareOnnx, watchDevice } from './models/onnx.ts';

/** A run cannot be interrupted, so this many texts are the longest wait for a cancel. */
const BATCH = 8;

let extract: FeatureExtractionPipeline | undefined;
let dimensions = 0;
const cancelled = new Set<number>();

/** A turn of the event loop, in which a `cancel` arrives. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

const api: EmbedApi = {
	async load({ model, files, dtype, backend, engine, threads }) {
		try {
			prepareOnnx({ backend, engine, threads });
			serveFiles(model, files);
			extract = await pipeline('feature-extraction', model, {
				dtype: dtype as 'q8',
				device: backend === 'webgpu' ? 'webgpu' : 'wasm',
				session_options: { graphOptimizationLevel: 'all' },
			});
			await watchDevice(backend);
			// Also compiles what the first real text would wait for.
			const probe = await extract('a', { pooling: 'mean', normalize: true });
			dimensions = probe.dims.at(-1) ?? 0;
			probe.dispose();
			if (dimensions === 0) throw new Error('it gives no vector');
			return dimensions;
		} catch (error) {
			throw crossing(error, 'load-failed', `${model} could not be loaded`);
		}
	},
	async embed(texts, call) {
		const begun = performance.now();
		try {
			if (extract === undefined) throw new RuntimeError('bad-input', 'A text was given before the model was loaded.');
			const vectors = new Float32Array(texts.length * dimensions);
			for (let at = 0; at < texts.length; at += BATCH) {
				if (at > 0) await turn();
				if (cancelled.has(call)) throw new RuntimeError('cancelled', `Embedding was cancelled after ${at} of ${texts.length} texts.`);
				const batch = texts.slice(at, at + BATCH);
				const tensor = await extract(batch, { pooling: 'mean', normalize: true });
				try {
					vectors.set(tensor.data as Float32Array, at * dimensions);
				} finally {
					tensor.dispose();
				}
			}
			return Comlink.transfer({ vectors, dimensions, ms: performance.now() - begun }, [vectors.buffer]);
		} catch (error) {
			throw crossing(error, 'crashed', 'Embedding failed');
		} finally {
			cancelled.delete(call);
		}
	},
	cancel(call) {
		cancelled.add(call);
	},
};

Comlink.expose(api);
