// A patch at another size, looked for at a place. Scaled edges seldom fall on whole pixels: half a pixel beside, thin lines lose a
// fifth of their score, so the half-pixel phases are tried where the whole one leaves room.
import type { Box } from '../geometry.ts';
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
/** From here on a rounded size may make a match of it. */
const NEARLY = 0.65;
/** More than this no phase can add. */
const ENOUGH = 0.95;

export interface ScaledPatch {
	readonly width: number;
	readonly height: number;
	/** The picture shifted by half pixels inside its box; made when first asked for. */
	phase(i: number): Patch;
	/** The same, its shorter side half a pixel smaller and larger: games draw into boxes of whole pixels. */
	rounded(): readonly ScaledPatch[];
}

export function scalePatch(pixels: PatchPixels, factor: number): ScaledPatch {
	const made: (Patch | undefined)[] = [];
	const phase = (i: number): Patch => (made[i] ??= preparePatch(resamplePatch(pixels, factor, PHASES[i] as (typeof PHASES)[number])));
	const { width, height } = phase(0);
	let others: readonly ScaledPatch[] | undefined;
	return {
		width,
		height,
		phase,
		rounded: () => (others ??= [-0.5, 0.5].map((px) => scalePatch(pixels, factor + px / Math.min(pixels.width, pixels.height)))),
	};
}

export interface Settled extends Placed {
	/** The phase that fits best. */
	readonly patch: Patch;
}

/** The best place near a middle, by the best of the four phases and, for what is nearly there, of the sizes that rounding gives. */
export function settleAt(frame: Frame, matcher: Matcher, scaled: ScaledPatch, x: number, y: number, slack: number): Settled {
	const { width, height } = scaled;
	const first = scaled.phase(0);
	const placed = matcher.verify(frame, first, [Math.round(x - width / 2), Math.round(y - height / 2), width, height], Math.ceil(slack));
	let best: Settled = { ...placed, patch: first };
	if (placed.score < HOPELESS) return best;
	best = byPhases(frame, matcher, scaled, best, 1);
	if (best.score < NEARLY || best.score >= ENOUGH) return best;
	for (const other of scaled.rounded()) {
		const [bx, by, bw, bh] = best.box;
		const patch = other.phase(0);
		const box: Box = [Math.round(bx + (bw - patch.width) / 2), Math.round(by + (bh - patch.height) / 2), patch.width, patch.height];
		const at: Settled = { ...matcher.verify(frame, patch, box, 1), patch };
		const settled = byPhases(frame, matcher, other, at, 1);
		if (settled.score > best.score) best = settled;
	}
	return best;
}

function byPhases(frame: Frame, matcher: Matcher, scaled: ScaledPatch, from: Settled, jitter: number): Settled {
	let best = from;
	for (let i = 1; i < PHASES.length && best.score < ENOUGH; i++) {
		const patch = scaled.phase(i);
		const shifted = matcher.verify(frame, patch, from.box, jitter);
		if (shifted.score > best.score) best = { ...shifted, patch };
	}
	return best;
}
