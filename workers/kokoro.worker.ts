// Speaks with Kokoro by kokoro-js. The one place that imports it: its phonemizer holds eSpeak NG, which is under the GPL, so the voice is a
// script of its own that nothing else imports and that the page runs without (THIRD-PARTY-NOTICES).
// The model comes from the blobs by transformers' own way of fetching. The voices do not: kokoro-js asks Cache Storage, then a fixed address of a
// hub. This worker's `caches` is therefore our own, which answers from the same blobs; nothing is stored twice and nothing is fetched.
import '../src/adapters/trusted.ts';
import * as Comlink from 'comlink';
import { KokoroTTS } from 'kokoro-js';
import { crossing } from '../src/core/models/crossing.ts';
import { type ModelFiles, RuntimeError } from '../src/core/models/runtime.ts';
import { voicesOf } from '../src/core/models/speech.ts';
import type { KokoroApi } from './kokoro.protocol.ts';
import { serveFiles } from './models/hub.ts';
import { prepareOnnx, watchDevice } from './models/onnx.ts';

const ID = 'kokoro';

let files: ModelFiles = {};
let tts: KokoroTTS | undefined;
const stopped = new Set<number>();

Object.defineProperty(self, 'caches', {
	value: {
		open: async () => ({
			match: async (address: string) => {
				const file = files[`voices/${address.slice(address.lastIndexOf('/') + 1)}`] as Blob | undefined;
				return file === undefined ? undefined : new Response(file);
			},
			put: async () => {},
		}),
	},
});

const api: KokoroApi = {
	async load(options) {
		try {
			files = options.files;
			prepareOnnx(options);
			serveFiles(ID, files);
			tts = await KokoroTTS.from_pretrained(ID, { dtype: options.dtype, device: options.backend === 'webgpu' ? 'webgpu' : 'wasm' });
			await watchDevice(options.backend);
			const known = tts.voices;
			return voicesOf(Object.keys(files)).filter((voice) => Object.hasOwn(known, voice));
		} catch (error) {
			throw crossing(error, 'load-failed', 'The voice could not be loaded');
		}
	},
	async speak(call, pieces, voice) {
		try {
			if (tts === undefined) throw new RuntimeError('load-failed', 'The voice was asked to speak before it was loaded.');
			if (files[`voices/${voice}.bin`] === undefined)
				throw new RuntimeError('bad-input', `There is no voice "${voice}"; there are ${voicesOf(Object.keys(files)).join(', ')}.`);
			const parts: Float32Array[] = [];
			let rate = 24_000;
			const from = performance.now();
			for (const piece of pieces) {
				// The engine holds this thread while it speaks: a stop is heard in between, or never.
				if (parts.length > 0) await new Promise((resolve) => setTimeout(resolve));
				if (stopped.has(call))
					throw new RuntimeError('cancelled', `The rest of a text was not said: ${pieces.length - parts.length} pieces.`);
				const audio = await tts.generate(piece, { voice: voice as 'af_heart' });
				rate = audio.sampling_rate;
				parts.push(audio.audio as Float32Array);
			}
			const ms = performance.now() - from;
			const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
			let at = 0;
			for (const part of parts) {
				samples.set(part, at);
				at += part.length;
			}
			return Comlink.transfer({ samples, rate, ms }, [samples.buffer]);
		} catch (error) {
			throw crossing(error, 'crashed', 'Speaking failed');
		} finally {
			stopped.delete(call);
		}
	},
	stop(call) {
		stopped.add(call);
	},
};

Comlink.expose(api);
