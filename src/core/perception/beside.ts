// What a detector sees, put beside a model's answer about the same frame. The model names the screen and reads it; the detector finds the
// things it was trained on, every one of them. What both found is the model's, since its name is the one that crystals know.
import { type Box, iou, type Size } from '../geometry.ts';
import { ELEMENTS_MOST, type PerceptionAnswer } from '../question.ts';
import { type BoxFormat, readBox, writeBox } from './boxes.ts';

/** Two boxes that share more than this of their union are one thing. */
const SAME_IOU = 0.4;

/**
 * @param answer  the model's, its boxes in its own format
 * @param seen    the detector's, its boxes in frame pixels
 * @returns the model's answer with the things that it did not name
 */
export function joinDetections(answer: PerceptionAnswer, format: BoxFormat, seen: PerceptionAnswer, frame: Size): PerceptionAnswer {
	const named = answer.elements.flatMap(({ box }): Box[] => {
		const read = readBox(box, format, frame);
		return read.ok ? [read.box] : [];
	});
	const more = seen.elements.flatMap((element): PerceptionAnswer['elements'] => {
		const read = readBox(element.box, 'pixels', frame);
		if (!read.ok || named.some((box) => iou(box, read.box) > SAME_IOU)) return [];
		return [{ ...element, box: [...writeBox(read.box, format, frame)] }];
	});
	return { ...answer, elements: [...answer.elements, ...more].slice(0, ELEMENTS_MOST) };
}
