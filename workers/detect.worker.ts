// Finds things by any ONNX network whose output has one of the layouts of src/core/models/detect.ts.
import '../src/adapters/trusted.ts';
import * as Comlink from 'comlink';
import * as ort from 'onnxruntime-web/webgpu';
import { crossing } from '../src/core/models/crossing.ts';
import { DEFAULT_INPUT, type DetectorSettings, pictureTensor, readDetections } from '../src/core/models/detect.ts';
import { RuntimeError } from '../src/core/models/runtime.ts';
import type { DetectApi } from './detect.protocol.ts';
import { openNetwork, prepareOnnx } from './models/onnx.ts';

let session: ort.InferenceSession | undefined;
let settings: DetectorSettings | undefined;
/** As the network's input says where it says it. */
let own: readonly [width: number, height: number] | undefined;

function sizeOf(network: ort.InferenceSession, model: string): readonly [number, number] | undefined {
	const [input] = network.inputMetadata;
	if (input === undefined || !input.isTensor) throw new RuntimeError('load-failed', `${model} has no picture for an input.`);
	if (network.inputNames.length !== 1 || input.type !== 'float32' || input.shape.length !== 4)
		throw new RuntimeError(
			'load-failed',
			`${model} takes ${network.inputNames.length} inputs, the first of ${input.type} [${input.shape.join(', ')}]; a detector takes one of float32 [1, 3, height, width].`,
		);
	const [, , height, width] = input.shape;
	return typeof width === 'number' && typeof height === 'number' && width > 0 && height > 0 ? [width, height] : undefined;
}

const api: DetectApi = {
	async load(options) {
		try {
			prepareOnnx(options);
			const network = await openNetwork(options.network, options.model, options.backend);
			own = sizeOf(network, options.model);
			session = network;
			settings = options.settings;
			return settings.input ?? own ?? [DEFAULT_INPUT, DEFAULT_INPUT];
		} catch (error) {
			throw crossing(error, 'load-failed', `${options.model} could not be loaded`);
		}
	},
	async detect(picture) {
		try {
			if (session === undefined || settings === undefined)
				throw new RuntimeError('bad-input', 'A picture was given before the network was loaded.');
			const how: DetectorSettings = { ...settings, ...picture.as };
			const [width, height] = how.input ?? own ?? [DEFAULT_INPUT, DEFAULT_INPUT];
			const { data, placed } = pictureTensor(picture, width, height);
			const input = new ort.Tensor('float32', data, [1, 3, height, width]);
			const outputs = await session.run({ [session.inputNames[0] as string]: input });
			const output = outputs[session.outputNames[0] as string] as ort.Tensor;
			const found = readDetections((await output.getData()) as Float32Array, output.dims, how, placed, picture);
			input.dispose();
			output.dispose();
			if ('fault' in found) throw new RuntimeError('bad-input', `The detector cannot be understood: ${found.fault}.`);
			return found;
		} catch (error) {
			throw crossing(error, 'crashed', 'Detecting failed');
		}
	},
};

Comlink.expose(api);
