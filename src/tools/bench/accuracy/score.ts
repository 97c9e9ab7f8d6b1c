// Detections held against labels, so that everybody counts alike: hits by state of the element, false alarms on frames that lack
// it, wrong places on frames that have it. What an element may be learnt from it is not tested on.
import { type Box, iou } from '../../../core/geometry.ts';
import type { Detections, Labels } from './labels.ts';

export interface Count {
	hits: number;
	of: number;
}
export interface Score {
	/** By state of the element; frames whose interface is drawn in another scale are counted under `scaled`. */
	readonly hits: Readonly<Record<string, Count>>;
	/** Of all states at native scale. */
	readonly native: Count;
	readonly falseAlarms: Count;
	/** Detections on a frame that has the element, but elsewhere. */
	readonly wrongPlace: Count;
	/** Sprites that animate, bare panels and repeated slots: reported apart. */
	readonly special: Readonly<Record<string, Count>>;
	/** Each failure, for people. */
	readonly misses: readonly string[];
}

/** The same element, as two observers would place it. */
const SAME_IOU = 0.5;
/** A place that touches the element or its look-alike this much is a poor hit, not another place. */
const NEAR_IOU = 0.3;

export function scoreDetections(labels: Labels, detections: Detections, threshold = 0.8): Score {
	const hits: Record<string, Count> = {};
	const special: Record<string, Count> = {};
	const falseAlarms: Count = { hits: 0, of: 0 };
	const wrongPlace: Count = { hits: 0, of: 0 };
	const misses: string[] = [];
	for (const frame of labels.frames) {
		for (const [name, element] of Object.entries(labels.elements)) {
			if (element.learn.includes(frame.file)) continue;
			const found = detections[frame.file]?.[name];
			const here = frame.instances.filter((i) => i.name === name);
			const alike = frame.lookalikes.filter((l) => l.name === name);
			const on = found !== undefined && found !== null && found[0] >= threshold;
			const place = on ? (found.slice(1) as unknown as Box) : undefined;
			const apart = name === 'slot_empty' || element.kind === 'panel' || name.startsWith('avatar');
			const at = place === undefined ? '' : ` at [${place.join(', ')}] (${found?.[0].toFixed(2)})`;
			if (here.length > 0) {
				const right = place !== undefined && here.some((i) => iou(place, i.bbox) > SAME_IOU);
				const first = here.find((i) => i.state === 'normal') ?? here[0];
				const state = apart ? name : frame.ui_scale !== 1 ? 'scaled' : (first?.state ?? 'normal');
				const into = apart ? special : hits;
				into[state] ??= { hits: 0, of: 0 };
				const count = into[state];
				count.of++;
				if (right) count.hits++;
				if (apart) continue;
				wrongPlace.of++;
				if (!right) misses.push(`${frame.file}: "${name}" (${state}) was not found${at}`);
				if (!right && place !== undefined && ![...here, ...alike].some((i) => iou(place, i.bbox) > NEAR_IOU)) wrongPlace.hits++;
			} else if (alike.length === 0 && !apart) {
				falseAlarms.of++;
				if (on) {
					falseAlarms.hits++;
					misses.push(`${frame.file}: "${name}" is not there and was found${at}`);
				}
			}
		}
	}
	const native = Object.entries(hits).filter(([state]) => state !== 'scaled');
	const sum = (pick: (c: Count) => number): number => native.reduce((all, [, c]) => all + pick(c), 0);
	return { hits, native: { hits: sum((c) => c.hits), of: sum((c) => c.of) }, falseAlarms, wrongPlace, special, misses };
}
