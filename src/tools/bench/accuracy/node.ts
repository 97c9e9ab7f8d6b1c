// The accuracy bench's own part, built into one file for Node: the product's core with its engine.
import { makeBestEngine } from '../../../adapters/engine.ts';
import { makeFrame, makeFrameBuffers } from '../../../core/perception/pixels.ts';
import type { Frame } from '../../../core/ports.ts';
import { type Evaluated, evaluate } from './evaluate.ts';
import { type LabelledFrame, type Labels, readLabels } from './labels.ts';
import { type Score, scoreDetections } from './score.ts';

export interface Measured extends Evaluated {
	readonly labels: Labels;
	readonly score: Score;
}

/**
 * @param json      of labels.json
 * @param pictures  file → width × height × 4 bytes, red first
 */
export function measure(json: unknown, pictures: ReadonlyMap<string, Uint8Array>): Measured {
	const labels = readLabels(json);
	const frames = new Map<string, Frame>();
	const frameOf = (labelled: LabelledFrame): Frame => {
		const known = frames.get(labelled.file);
		if (known !== undefined) return known;
		const data = pictures.get(labelled.file);
		const { file, width, height } = labelled;
		if (data?.length !== width * height * 4) throw new Error(`${file} is not ${width} × ${height}, as labels.json says.`);
		const made = makeFrame(
			{ format: 'RGBX', data, width, height, planes: [{ offset: 0, stride: 4 * width }] },
			file,
			0,
			makeFrameBuffers(1),
		);
		frames.set(file, made);
		return made;
	};
	const evaluated = evaluate(labels, frameOf, makeBestEngine());
	return { ...evaluated, labels, score: scoreDetections(labels, evaluated.detections) };
}
