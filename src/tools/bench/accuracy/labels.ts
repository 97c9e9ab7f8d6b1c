// A labelled frame set: `labels.json` beside its pictures, in the form that e2e/frames/README.md tells.
import * as v from 'valibot';
import type { Box } from '../../../core/geometry.ts';

const box = v.tuple([v.number(), v.number(), v.number(), v.number()]);
const instance = v.object({ name: v.string(), bbox: box, state: v.optional(v.string(), 'normal') });

const labelled = v.object({
	elements: v.record(
		v.string(),
		v.object({
			kind: v.string(),
			text: v.optional(v.string()),
			/** The frames from which it may be learnt; on these it is not scored. */
			learn: v.optional(v.array(v.string()), []),
		}),
	),
	frames: v.array(
		v.object({
			file: v.string(),
			width: v.number(),
			height: v.number(),
			game: v.optional(v.string(), 'any'),
			scene: v.optional(v.string(), 'unknown'),
			/** How much larger than in the frames learnt from the interface is drawn. */
			ui_scale: v.optional(v.number(), 1),
			instances: v.array(instance),
			lookalikes: v.optional(v.array(v.object({ name: v.string(), bbox: box })), []),
		}),
	),
});
export type Labels = v.InferOutput<typeof labelled>;
export type LabelledFrame = Labels['frames'][number];

/** @throws Error naming the field that is not as it should be */
export function readLabels(json: unknown): Labels {
	const read = v.safeParse(labelled, json);
	if (!read.success) throw new Error(`labels.json: ${v.getDotPath(read.issues[0]) ?? 'it'}: ${read.issues[0].message}`);
	return read.output;
}

/** Best place of each element in each frame, by file; null where it was not found. */
export type Detections = Record<string, Record<string, readonly [score: number, ...box: Box] | null>>;
