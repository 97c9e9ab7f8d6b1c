// Is this that place? A look laid over its looks says so, or by how much not.
import { type Laid, layings, layOver, likeliest, type Near, type Prepared, prepare, sharpen } from '../../navigation/look.ts';
import { deviationOf } from '../spread.ts';
import type { Place, PlaceData } from './schema.ts';

/** Until a place has been seen often enough to know better. */
export const ALIKE = 0.86;
const ALIKE_LEAST = 0.8;
const ALIKE_MOST = 0.97;
const SCORES_LEAST = 5;
/** A place is told from the next one alike only beyond this. */
export const MARGIN = 0.05;

/** The place's own threshold, from how well it matched when it was known to be it. */
export function thresholdOf({ scores }: Pick<PlaceData, 'scores'>): number {
	if (scores.n < SCORES_LEAST) return ALIKE;
	return Math.min(ALIKE_MOST, Math.max(ALIKE_LEAST, scores.mean - 3 * deviationOf(scores) - 0.01));
}

/** Whether the minimap shows what it showed there; undefined where nobody can tell. */
export function minimapFits({ data, blobs }: Place, mini: Prepared | undefined): boolean | undefined {
	const own = data.mini === undefined ? undefined : blobs[data.mini];
	return own === undefined || mini === undefined ? undefined : layOver(preparedLook(own), mini).score >= ALIKE;
}

const prepared = new WeakMap<Uint8Array, Prepared>();
/** Prepared once for each look that is kept. */
export function preparedLook(look: Uint8Array): Prepared {
	let made = prepared.get(look);
	if (made === undefined) prepared.set(look, (made = prepare(look)));
	return made;
}

/** How the look lies over the best of the place's; `dx`, `dy` in cells, see `Laid`. @param near  where it should lie */
export function recognisePlace(place: Place, look: Prepared, near?: Near): Laid {
	let best: Laid = { dx: 0, dy: 0, score: -1, overlap: 0 };
	for (const name of place.data.looks) {
		const own = place.blobs[name];
		if (own === undefined) continue;
		const kept = preparedLook(own);
		const all = layings(kept, look, near);
		const laid = near === undefined ? all[0] : likeliest(all, ({ dx, dy }) => Math.hypot(dx - near.at[0], dy - near.at[1]));
		if (laid !== undefined && laid.score > best.score) best = sharpen(own, look.look, laid);
	}
	return best;
}
