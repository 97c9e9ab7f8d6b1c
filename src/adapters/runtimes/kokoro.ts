// The voice: starts its worker with verified files and speaks text piece by piece. What it cannot say is refused here, with a sentence.
import { backendNote } from '../../core/models/capabilities.ts';
import { type Driver, type ModelFiles, RuntimeError } from '../../core/models/runtime.ts';
import { piecesOf } from '../../core/models/speech.ts';
import type { KokoroApi, KokoroLoad } from '../../../workers/kokoro.protocol.ts';
import { checkFiles, here, threadsFor } from './files.ts';
import { loadOrClose, startLink } from './link.ts';

/** 95 MB of int8 weights are folded at load: 5 s on a quiet machine, 14 s and more on a busy one. */
const LOAD_MS = 180_000;
/** Of one piece: 12 s of speech take 40 s of one core, and a busy machine three times that. */
const PIECE_MS = 120_000;

/** By the name of the graph that is there; what its manifest says comes first. */
const GRAPHS: Readonly<Record<KokoroLoad['dtype'], string>> = {
	fp32: 'onnx/model.onnx',
	fp16: 'onnx/model_fp16.onnx',
	q8: 'onnx/model_quantized.onnx',
	q4: 'onnx/model_q4.onnx',
	q4f16: 'onnx/model_q4f16.onnx',
};
const DTYPES = Object.keys(GRAPHS) as KokoroLoad['dtype'][];

/** @throws RuntimeError when no graph is there, or not the one that is asked for */
export function dtypeOf(asked: unknown, files: ModelFiles, name: string): KokoroLoad['dtype'] {
	const there = DTYPES.filter((dtype) => files[GRAPHS[dtype]] !== undefined);
	const wanted = asked === undefined ? there[0] : DTYPES.find((dtype) => dtype === asked);
	if (wanted === undefined)
		throw new RuntimeError(
			'load-failed',
			`${name} ${asked === undefined ? 'brings no graph under onnx/' : `asks for "${String(asked)}", which this voice has not`}.`,
		);
	if (!there.includes(wanted)) throw new RuntimeError('load-failed', `${name} lacks ${GRAPHS[wanted]}; check it on the Models page.`);
	return wanted;
}

/** @param start  starts kokoro.worker.ts; the bundler wants to see `new Worker(new URL('./kokoro.worker.ts', import.meta.url), …)` there */
export function makeKokoroDriver(start: () => Worker): Driver {
	return async ({ manifest, files, backend, engines, cancel }) => {
		checkFiles(manifest, files, ['config.json', 'tokenizer.json', 'tokenizer_config.json']);
		const dtype = dtypeOf(manifest.options['dtype'], files, manifest.name);
		const from = performance.now();
		const link = startLink<KokoroApi>(manifest.name, start);
		const brought = await loadOrClose(link, manifest.name, LOAD_MS, cancel, (api) =>
			api.load({ files, dtype, backend, engine: engines.ort, threads: threadsFor(backend) }),
		);
		if (brought.length === 0) {
			await link.close();
			throw new RuntimeError('load-failed', `${manifest.name} brings no voice that it can speak with: voices/NAME.bin is missing.`);
		}
		// The manifest's first is the one to speak with when nobody chose.
		const listed = manifest.options['voices'];
		const order = Array.isArray(listed) ? listed : [];
		const rank = (voice: string): number => (order.includes(voice) ? order.indexOf(voice) : order.length);
		const voices = brought.toSorted((a, b) => rank(a) - rank(b));
		let calls = 0;
		return {
			loaded: {
				model: manifest.id,
				runtime: 'kokoro',
				backend,
				loadMs: performance.now() - from,
				note: backendNote(backend, here()),
			},
			speaker: {
				voices,
				async speak(text, voice, given) {
					const read = piecesOf(text);
					if ('fault' in read) throw new RuntimeError('bad-input', read.fault);
					if (!voices.includes(voice))
						throw new RuntimeError('bad-input', `${manifest.name} has no voice "${voice}"; it has ${voices.join(', ')}.`);
					const call = calls++;
					return await link.call(
						'Speaking',
						PIECE_MS * read.pieces.length,
						given,
						(api) => api.speak(call, read.pieces, voice),
						(api) => void api.stop(call).catch(() => {}),
					);
				},
			},
			close: () => link.close(),
			onDeath: (listener) => link.onDeath(listener),
		};
	};
}
