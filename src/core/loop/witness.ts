// What a model says is one witness; crystals that several answers made are others. An answer that most of them contradict, while
// they stand in plain sight, is not learnt from and not acted on, unless another answer about another frame says the same again:
// then it is the picture that changed.
import { type Box, iou } from '../geometry.ts';

/** Boxes of each element by its name, frame pixels. */
export type Places = ReadonlyMap<string, readonly Box[]>;

export interface Witnesses {
	/**
	 * Hears an answer before it is believed.
	 *
	 * @param frame     id of the frame it is about
	 * @param named     where the answer has the elements
	 * @param standing  where crystals that more than one answer stands behind find them in this very frame
	 * @param now       a monotonic clock, milliseconds
	 * @returns why it is not believed, as a sentence that may be sent back to the model; undefined when it is
	 */
	hear(frame: string, named: Places, standing: Places, now: number): string | undefined;
}

/** The same place, however roughly drawn. */
const SAME_SPOT_IOU = 0.3;
/** Answers about so many frames, one after the other, are believed even when each says something else. */
const FRAMES_MOST = 3;
/** An answer refused so long ago says nothing about this one. */
const REMEMBERED_MS = 60_000;

export function makeWitnesses(): Witnesses {
	let refused: { frame: string; named: Places; frames: number; at: number } | undefined;
	return {
		hear(frame, named, standing, now) {
			const against: string[] = [];
			let agree = 0;
			for (const [name, places] of standing) {
				const boxes = named.get(name);
				if (boxes === undefined) continue;
				if (meet(boxes, places)) agree++;
				else against.push(name);
			}
			if (against.length <= agree) {
				refused = undefined;
				return undefined;
			}
			const before = refused !== undefined && now - refused.at <= REMEMBERED_MS ? refused : undefined;
			if (before !== undefined && before.frame !== frame) {
				const again = against.every((name) => meet(named.get(name) ?? [], before.named.get(name) ?? []));
				if (again || before.frames + 1 >= FRAMES_MOST) {
					refused = undefined;
					return undefined;
				}
			}
			refused = { frame, named, frames: (before?.frames ?? 0) + (before?.frame === frame ? 0 : 1), at: now };
			const [first] = against as [string];
			return `${against.length} of the ${against.length + agree} known elements it names stand elsewhere in this picture, "${first}" at [${(standing.get(first)?.[0] ?? []).join(', ')}]`;
		},
	};
}

function meet(some: readonly Box[], others: readonly Box[]): boolean {
	return some.some((a) => others.some((b) => iou(a, b) >= SAME_SPOT_IOU));
}
