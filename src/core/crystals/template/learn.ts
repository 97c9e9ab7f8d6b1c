// Pixels of an element that change while it stays itself (the number on a slot, the weather behind a panel) are masked out,
// once enough sightings show which they are. The mask itself is computed off the hot path (adapters/vision.ts).
import { type Box, clip } from '../../geometry.ts';
import { FLAT_BELOW } from '../../perception/match.ts';
import { crop, deviation } from '../../perception/pixels.ts';
import type { Frame } from '../../ports.ts';
import type { Recognition } from './apply.ts';
import { SCORES_MAX, type TemplateCrystal } from './schema.ts';

/** Sightings needed before a mask says anything. */
export const SIGHTINGS_MIN = 4;
const SIGHTINGS_MAX = 8;
/** A mask that keeps less than this of the pixels leaves another element. */
const KEPT_MIN = 0.4;

export interface Sightings {
	/** Notes how the element looks at `box`, which has its exemplar's size; equal pictures are noted once. */
	see(id: string, frame: Frame, box: Box): void;
	/** The sightings, when there are enough of them; then they start anew. */
	take(id: string): { readonly width: number; readonly height: number; readonly lumas: readonly Uint8Array[] } | undefined;
}

export function makeSightings(): Sightings {
	const all = new Map<string, { width: number; height: number; lumas: Uint8Array[] }>();
	return {
		see(id, frame, box) {
			const inside = clip(box, frame);
			if (inside === undefined || inside[2] !== box[2] || inside[3] !== box[3]) return;
			const cut = crop(frame, inside);
			if (cut === undefined) return;
			let own = all.get(id);
			if (own === undefined || own.width !== cut.width || own.height !== cut.height) {
				own = { width: cut.width, height: cut.height, lumas: [] };
				all.set(id, own);
			}
			if (own.lumas.length >= SIGHTINGS_MAX || own.lumas.some((l) => l.every((value, i) => value === cut.luma[i]))) return;
			own.lumas.push(cut.luma);
		},
		take(id) {
			const own = all.get(id);
			if (own === undefined || own.lumas.length < SIGHTINGS_MIN) return undefined;
			all.delete(id);
			return own;
		},
	};
}

export type Masked = { readonly ok: true } | { readonly ok: false; readonly why: string };

/**
 * Gives an exemplar its mask, unless what is left would be too little or too flat to know the element by.
 *
 * @param mask  one byte a pixel, 0 = ignore
 */
export function giveMask(crystal: TemplateCrystal, index: number, mask: Uint8Array): Masked {
	const look = crystal.data.exemplars[index];
	const luma = look === undefined ? undefined : crystal.blobs[look.luma];
	if (look === undefined || luma === undefined) return { ok: false, why: 'there is no such look' };
	if (mask.length !== luma.length) return { ok: false, why: `the mask holds ${mask.length} pixels, the look ${luma.length}` };
	let kept = 0;
	for (const value of mask) if (value !== 0) kept++;
	if (kept === mask.length) return { ok: false, why: 'nothing of it changes' };
	if (kept < KEPT_MIN * mask.length) return { ok: false, why: `only ${Math.round((100 * kept) / mask.length)} % of its pixels rest` };
	const texture = deviation(luma, mask);
	if (texture < FLAT_BELOW) return { ok: false, why: `the part that rests is flat (${texture.toFixed(1)} grey levels)` };
	const name = `e${index}.mask`;
	crystal.blobs[name] = mask;
	crystal.data = {
		...crystal.data,
		exemplars: crystal.data.exemplars.map((e, i) => (i === index ? { ...e, mask: name, deviation: texture } : e)),
	};
	return { ok: true };
}

/** Looks are remembered this far apart. */
const SCORE_GAP_MS = 1000;
/** Written to the store after so many of them: they are for people, and not worth a write each. */
const SCORES_TO_SAVE = 16;

/**
 * Remembers the score of a look at changed pixels, in place: what was recognised from this data stays valid.
 *
 * @param at  ms since 1970
 * @returns whether it is time to store the crystal
 */
export function noteScore(crystal: TemplateCrystal, recognition: Recognition, at: number): boolean {
	const { scores } = crystal.data;
	const last = scores.at(-1);
	if (recognition.rested || (last !== undefined && at - last[0] < SCORE_GAP_MS && at >= last[0])) return false;
	const score = recognition.hit ? (recognition.places[0]?.score ?? 0) : recognition.best;
	scores.push([at, Math.round(score * 1000) / 1000]);
	if (scores.length > SCORES_MAX) scores.splice(0, scores.length - SCORES_MAX);
	return scores.length < SCORES_MAX ? scores.length % SCORES_TO_SAVE === 0 : Math.floor(at / SCORE_GAP_MS) % SCORES_TO_SAVE === 0;
}
