// Reads text in Node with the networks of the page. A crop is read once in a process: the same pixels read the same.
import { createHash } from 'node:crypto';
import * as ort from 'onnxruntime-web';
import { allowedClasses, readCtc, readTwice } from '../../core/perception/ocr.ts';
import type { Crop, TextHint, TextReader } from '../../core/ports.ts';
import { alphabetOf } from '../../../workers/ocr/alphabet.ts';

/**
 * @param network  `rec.onnx` of the recogniser
 * @param keys  its `keys.txt`
 */
export async function makeNodeReader(network: Uint8Array, keys: string): Promise<TextReader> {
	ort.env.wasm.numThreads = 1;
	ort.env.logLevel = 'error';
	const session = await ort.InferenceSession.create(network, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
	const table = keys.replace(/\n$/, '').split('\n');
	const known = new Map<string, Promise<{ text: string; confidence: number; least?: number }>>();
	const read = async (crop: Crop, hint: TextHint | undefined) => {
		const has = hint === undefined ? undefined : alphabetOf(hint);
		const allowed = has === undefined ? undefined : allowedClasses(table, has);
		return await readTwice(crop, async (tensor) => {
			const input = new ort.Tensor('float32', tensor.data, [...tensor.dims]);
			const output = (await session.run({ [session.inputNames[0] as string]: input }))[session.outputNames[0] as string] as ort.Tensor;
			const [, steps = 0, classes = 0] = output.dims;
			return readCtc((await output.getData()) as Float32Array, steps, classes, table, allowed);
		});
	};
	return {
		readLine(crop, _cancel, _key, hint) {
			const key = `${crop.width}x${crop.height} ${hint?.language ?? ''} ${hint?.charset ?? ''} ${createHash('sha1').update(crop.luma).digest('base64')}`;
			const before = known.get(key);
			if (before !== undefined) return before;
			const reading = read(crop, hint);
			known.set(key, reading);
			return reading;
		},
	};
}
