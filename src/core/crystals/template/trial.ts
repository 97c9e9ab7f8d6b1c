// The first seconds of a template: found again on three later frames of the same picture it may stay. What looks otherwise each
// time is animated; what only a part of it does gets a mask; what is gone was an accident of one frame.
import { type Box, clip } from '../../geometry.ts';
import { FLAT_BELOW } from '../../perception/match.ts';
import { crop, deviation } from '../../perception/pixels.ts';
import type { Frame } from '../../ports.ts';
import type { Recognition } from './apply.ts';
import { giveMask } from './learn.ts';
import { maskOf } from './mask.ts';
import type { TemplateCrystal } from './schema.ts';

/** So many later frames, this far apart, decide about what is in trial. */
export const TRIAL_FRAMES = 3;
export const TRIAL_APART_MS = 200;

export type Verdict =
	| { readonly is: 'found' }
	/** A part of it changes: it has a mask now and is found. */
	| { readonly is: 'masked' }
	| { readonly is: 'refused'; readonly why: string };

export interface Trials {
	/**
	 * Takes one later frame as evidence.
	 *
	 * @param same  the frame shows the picture it was learnt from, as far as its surroundings tell; else a miss says nothing
	 * @param now   a monotonic clock, milliseconds
	 * @returns once, when enough frames were seen
	 */
	see(crystal: TemplateCrystal, frame: Frame, recognition: Recognition, same: boolean, now: number): Verdict | undefined;
}

interface Trial {
	at: number;
	found: number;
	missed: number;
	readonly cuts: Uint8Array[];
}

export function makeTrials(): Trials {
	const all = new Map<string, Trial>();
	return {
		see(crystal, frame, recognition, same, now) {
			const known = all.get(crystal.id);
			if (known !== undefined && now - known.at < TRIAL_APART_MS) return undefined;
			// What moves may have walked away.
			if (!recognition.hit && (!same || !crystal.data.fixed)) return undefined;
			const trial = known ?? { at: now, found: 0, missed: 0, cuts: [] };
			all.set(crystal.id, trial);
			trial.at = now;
			if (recognition.hit) trial.found++;
			else {
				trial.missed++;
				const cut = cutAt(crystal, frame);
				if (cut !== undefined) trial.cuts.push(cut);
			}
			if (trial.found >= TRIAL_FRAMES) {
				all.delete(crystal.id);
				return { is: 'found' };
			}
			if (trial.missed < TRIAL_FRAMES) return undefined;
			all.delete(crystal.id);
			if (maskBy(crystal, trial.cuts)) return { is: 'masked' };
			const why = trial.cuts.every((cut) => deviation(cut) < FLAT_BELOW)
				? `not found again on ${TRIAL_FRAMES} later frames: its place was empty`
				: `animated: it looked otherwise on ${TRIAL_FRAMES} later frames (${recognition.hit ? '' : recognition.reason})`;
			return { is: 'refused', why };
		},
	};
}

function cutAt(crystal: TemplateCrystal, frame: Frame): Uint8Array | undefined {
	const place = crystal.data.places[0];
	const look = crystal.data.exemplars[0];
	if (place === undefined || look === undefined) return undefined;
	const box: Box = [place[0], place[1], look.size[0], look.size[1]];
	const inside = clip(box, frame);
	return inside === undefined || inside[2] !== box[2] || inside[3] !== box[3] ? undefined : crop(frame, box)?.luma;
}

function maskBy(crystal: TemplateCrystal, cuts: readonly Uint8Array[]): boolean {
	const look = crystal.data.exemplars[0];
	const first = look === undefined ? undefined : crystal.blobs[look.luma];
	if (look === undefined || first === undefined || cuts.length < TRIAL_FRAMES) return false;
	return giveMask(crystal, 0, maskOf(look.size[0], look.size[1], [first, ...cuts])).ok;
}
