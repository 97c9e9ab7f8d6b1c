// A patch at another size, looked for at a place. Scaled edges seldom fall on whole pixels: half a pixel beside, thin lines lose a
// fifth of their score, so the half-pixel phases are tried where the whole one leaves room.
import { type Patch, type PatchPixels, type Placed, preparePatch } from '../perception/match.ts';
import type { Matcher } from '../perception/matcher.ts';
import type { Frame } from '../ports.ts';
import { resamplePatch } from './resample.ts';

const PHASES = [
	[0, 0],
	[0.5, 0],
	[0, 0.5],
	[0.5, 0.5],
] as const;
/** Half a pixel never brought less than this to a match. */
const HOPELESS = 0.45;
/** More than this no phase can add. */
const ENOUGH = 0.95;

export interface ScaledPatch {
	readonly width: number;
	readonly height: number;
	/** The picture shifted by half pixels inside its box; made when first asked for. */
	phase(i: number): Patch;
}

export function scalePatch(pixels: PatchPixels, factor: number): ScaledPatch {
	const made: (Patch | undefined)[] = [];
	const phase = (i: number): Patch => (made[i] ??= preparePatch(resamplePatch(pixels, factor, PHASES[i] as (typeof PHASES)[number])));
	const { width, height } = phase(0);
	return { width, height, phase };
}

export interface Settled extends Placed {
	/** The phase that fits best. */
	readonly patch: Patch;
}

/** The best place near a middle, by the best of the four phases. */
export function settleAt(frame: Frame, matcher: Matcher, scaled: ScaledPatch, x: number, y: number, slack: number): Settled {
	const { width, height } = scaled;
	const jitter = Math.ceil(slack);
	const first = scaled.phase(0);
	const placed = matcher.verify(frame, first, [Math.round(x - width / 2), Math.round(y - height / 2), width, height], jitter);
	let best: Settled = { ...placed, patch: first };
	if (placed.score < HOPELESS || placed.score >= ENOUGH) return best;
	for (let i = 1; i < PHASES.length; i++) {
		const patch = scaled.phase(i);
		const shifted = matcher.verify(frame, patch, placed.box, 1);
		if (shifted.score > best.score) best = { ...shifted, patch };
	}
	return best;
}
