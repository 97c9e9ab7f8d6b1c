// Speaks with Kokoro by kokoro-js. The one place that imports it: its phonemizer holds eSpeak NG, which is under the GPL, so the voice is a
// script of its own that nothing else imports and that the page runs without (THIRD-PARTY-NOTICES).
// The model comes from blobs by transformers' custom cache. The voices do not: kokoro-js asks Cache Storage, then a fixed address of a
// hub. This worker's `caches` is therefore our own, which answers from the same blobs; nothing is stored twice and nothing is fetched.
import '../src/adapters/trusted.ts';
import * as Comlink from 'comlink';
import { env, LogLevel } from '@huggingface/transformers';
import { KokoroTTS } from 'kokoro-js';
import { crossing } from '../src/core/models/crossing.ts';
import { type ModelFiles, RuntimeError } from '../src/core/models/runtime.ts';
import { voicesOf } from '../src/core/models/speech.ts';
import type { KokoroApi } from './kokoro.protocol.ts';

/** Names no host: what the blobs lack is answered as absent, never fetched. */
const NOWHERE = 'https://model.invalid/';
const ID = 'kokoro';

let files: ModelFiles = {};
let tts: KokoroTTS | undefined;
const stopped = new Set<number>();

function answer(path: string): Response | undefined {
	const blob = files[path] as Blob | undefined;
	return blob === undefined ? undefined : new Response(blob, { headers: { 'content-length': String(blob.size) } });
}
const absent = (): Response => new Response(null, { status: 404 });

Object.defineProperty(self, 'caches', {
	value: {
		open: async () => ({
			match: async (address: string) => answer(`voices/${address.slice(address.lastIndexOf('/') + 1)}`),
			put: async () => {},
		}),
	},
});
env.allowLocalModels = false;
env.allowRemoteModels = true;
env.remoteHost = NOWHERE;
env.remotePathTemplate = '{model}/';
env.useBrowserCache = false;
env.useCustomCache = true;
env.customCache = {
	match: async (address: string) =>
		address.startsWith(`${NOWHERE}${ID}/`) ? answer(address.slice(NOWHERE.length + ID.length + 1)) : undefined,
	put: async () => {},
};
env.fetch = async () => absent();
// Would load the engine's script from a blob, which the page's CSP refuses.
env.useWasmCache = false;
env.logLevel = LogLevel.ERROR;

/** Says when the device is gone; a session on it answers nothing any more. */
async function watchDevice(onLost: (why: string) => void): Promise<void> {
	const device = (await (env.backends.onnx as { webgpu?: { device?: Promise<GpuDevice> | GpuDevice } }).webgpu?.device) ?? undefined;
	const lost = await device?.lost;
	if (lost !== undefined) onLost(lost.message || lost.reason || 'no reason given');
}
interface GpuDevice {
	readonly lost: Promise<{ readonly reason?: string; readonly message: string }>;
}

const api: KokoroApi = {
	async load(options, onLost) {
		files = options.files;
		const wasm = env.backends.onnx.wasm as { wasmPaths?: unknown; numThreads?: number };
		const build = options.device === 'webgpu' ? 'ort-wasm-simd-threaded.jspi' : 'ort-wasm-simd-threaded';
		wasm.wasmPaths = { mjs: `${options.ort}${build}.mjs`, wasm: `${options.ort}${build}.wasm` };
		wasm.numThreads = options.threads;
		try {
			tts = await KokoroTTS.from_pretrained(ID, { dtype: options.dtype, device: options.device });
		} catch (error) {
			throw crossing(error, 'load-failed', 'The voice could not be loaded');
		}
		if (options.device === 'webgpu') void watchDevice(onLost).catch(() => {});
		const known = tts.voices;
		return voicesOf(Object.keys(files)).filter((voice) => Object.hasOwn(known, voice));
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
