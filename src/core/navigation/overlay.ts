// What stands over the world and does not scroll with it: bars, panels, a map in the corner. A cell that shows the same after a step as
// before it, where the step should have brought something else there, is none of the world's.
import { LOOK_BYTES, LOOK_SIZE } from '../crystals/place/schema.ts';
import type { Look, Shift } from './look.ts';

export interface Overlay {
	/** The look without what is known to stand over the world. */
	clear(look: Look): Look;
	/** Takes note of a step of whole cells. */
	learn(before: Look, after: Look, shift: Shift): void;
}

const { width: W, height: H } = LOOK_SIZE;
/** Grey levels by which a cell that stays may differ, and by which it must differ from what the step brings there. */
const STAYS = 3;
const DIFFERS = 12;
/** Steps, less those on which it changed, after which a cell stands over the world. */
const STEPS_LEAST = 3;
/** Where more of the picture stays than this, it is the picture that does not scroll. */
const SHARE_MOST = 0.1;

/** Cells of both looks that stayed where they are, though the rest moved by `shift`. */
export function stayed(before: Look, after: Look, [dx, dy]: Shift): readonly number[] {
	const found: number[] = [];
	for (let y = Math.max(0, dy); y < Math.min(H, H + dy); y++) {
		for (let x = Math.max(0, dx); x < Math.min(W, W + dx); x++) {
			const i = y * W + x;
			const [was, is, brought] = [before[i], after[i], before[(y - dy) * W + x - dx]] as [number, number, number];
			if (was === 0 || is === 0 || brought === 0) continue;
			if (Math.abs(was - is) <= STAYS && Math.abs(brought - is) > DIFFERS) found.push(i);
		}
	}
	return found.length <= SHARE_MOST * LOOK_BYTES ? found : [];
}

export function without(look: Look, cells: Iterable<number>): Look {
	const left = look.slice();
	for (const i of cells) left[i] = 0;
	return left;
}

export function makeOverlay(): Overlay {
	const counts = new Int8Array(LOOK_BYTES);
	const over = new Set<number>();
	return {
		clear: (look) => (over.size === 0 ? look : without(look, over)),
		learn(before, after, shift) {
			if (shift[0] === 0 && shift[1] === 0) return;
			for (let i = 0; i < LOOK_BYTES; i++)
				if (before[i] !== 0 && after[i] !== 0 && Math.abs((before[i] as number) - (after[i] as number)) > STAYS) counts[i] = 0;
			for (const i of stayed(before, after, shift)) {
				counts[i] = Math.min(STEPS_LEAST, (counts[i] as number) + 1);
				if (counts[i] === STEPS_LEAST && over.size < SHARE_MOST * LOOK_BYTES) over.add(i);
			}
		},
	};
}
