// How much larger is the interface drawn than when it was learnt? Found once after a change, by a few distinctive elements that
// must agree; never per frame, and never guessed.
import { CHROMA_MIN } from '../crystals/template/apply.ts';
import type { Box, Size } from '../geometry.ts';
import { deviation } from '../perception/pixels.ts';
import type { PatchPixels } from '../perception/match.ts';
import type { Matcher } from '../perception/matcher.ts';
import type { Frame } from '../ports.ts';
import { hypotheses, slackPx } from './placement.ts';
import { type ScaledPatch, scalePatch, settleAt } from './scaled.ts';
import type { Anchor, Placement } from './schema.ts';

/** An element whose place and looks are known in the old layout. */
export interface Mark {
	readonly id: string;
	readonly pixels: PatchPixels;
	readonly places: readonly Box[];
	readonly placement?: Placement;
}
export interface Agreement {
	readonly id: string;
	readonly box: Box;
	readonly score: number;
}
export type FactorSearch =
	| { readonly found: true; readonly factor: number; readonly agreeing: readonly Agreement[]; readonly tried: number }
	| { readonly found: false; readonly why: string; readonly best: number; readonly tried: number };

/** So many elements are looked for: most of them may stand on other screens than the one that shows. */
const MARKS_MAX = 12;
/** Larger ones cost more and tell no more. */
const MARK_AREA_MAX = 128 * 128;
/** Ratio of neighbouring factors of the sweep: an edge of a 32-pixel icon is then off by a quarter of a pixel at most. */
const STEP = 1.03;
/** 50 to 200 % there and 200 to 50 % here. */
const FACTOR_MIN = 0.25;
const FACTOR_MAX = 4;
/** Display scales that systems and games offer, against each other and 100 %. */
const USUAL = [1, 1.25, 1.5, 1.75, 2, 0.75, 0.5, 0.8, 2 / 3, 4 / 3, 0.6, 5 / 3, 1.1, 0.9, 1.2];
/** design-perception §2: below this a scaled element is as likely something else. */
const SEEN_LEAST = 0.65;
/** A scaled element found at 0.8 was right in 45 of 45 cases, and 3 of them agree on one factor here. */
const SURE = 0.8;
const AGREE_LEAST = 3;
/** Two suffice where nothing but a true match scores so high. */
const TWO_SURE = 0.9;
/** Half a pixel and half a step of the factor may cost a true match this much before it is settled. */
const COARSE_LEAST = 0.5;
/** A likelier factor is taken before one that looks this little better: the other only fits the noise. */
const BELIEVED = 0.98;
/** Spread of the old places from which on distances tell more than looks: half a pixel in 100 is half a percent. */
const FIT_LEAST_PX = 100;
/** A side shorter than this shows no shape any more. */
const SIDE_LEAST = 8;

/** The elements that tell a factor best: textured, of a middling size, not all in one corner. */
export function chooseMarks(all: readonly Mark[], max = MARKS_MAX): Mark[] {
	const rated = all
		.filter((m) => m.places.length > 0 && m.pixels.width * m.pixels.height <= MARK_AREA_MAX)
		.map((mark) => {
			const { width, height, luma, mask } = mark.pixels;
			// Thin things fit many places: the shorter side limits what an element can tell.
			return { mark, worth: deviation(luma, mask) * Math.min(width, height, 48) };
		})
		.sort((a, b) => b.worth - a.worth || (a.mark.id < b.mark.id ? -1 : 1));
	return rated.slice(0, max).map(({ mark }) => mark);
}

interface Tried {
	readonly factor: number;
	readonly hits: readonly Agreement[];
	/** How well all of it fits: scores above a chance hit's, summed. */
	readonly sum: number;
}

/**
 * Finds the one factor at which several known elements stand where it puts them.
 *
 * @param marks     elements of the old layout, best ones chosen by the caller or by `chooseMarks`
 * @param from      the frame size they were learnt in
 * @param sweep     false: only the likely factors are tried, for frames after the first
 */
export function findFactor(marks: readonly Mark[], from: Size, frame: Frame, matcher: Matcher, sweep = true): FactorSearch {
	const steps = searchFactor(marks, from, frame, matcher, sweep);
	for (;;) {
		const step = steps.next();
		if (step.done === true) return step.value;
	}
}

/** As `findFactor`, a factor or two a step: some three seconds of work, which no loop may wait for in one piece. `frame` is read until the end. */
export function* searchFactor(
	marks: readonly Mark[],
	from: Size,
	frame: Frame,
	matcher: Matcher,
	sweep = true,
): Generator<undefined, FactorSearch, undefined> {
	const chosen = chooseMarks(marks);
	if (chosen.length < 2) return { found: false, why: 'fewer than two known elements could tell a factor', best: 0, tried: 0 };
	const ratios = [frame.height / from.height, frame.width / from.width];
	const resized = ratios.some((r) => r !== 1);
	const likely = [...new Set(resized ? [...ratios, 1] : USUAL)].filter((f) => f >= FACTOR_MIN && f <= FACTOR_MAX);
	let tried = 0;
	const at = (factor: number, reach: number, among = chosen): Tried => {
		tried++;
		return attempt(among, from, frame, matcher, factor, reach);
	};
	let best: Tried = { factor: 1, hits: [], sum: 0 };
	const keep = (t: Tried): void => {
		if (t.sum > best.sum) best = t;
	};
	for (const factor of likely) {
		keep(at(factor, 0));
		if (isSure(best.hits, 0.85)) break;
		yield;
	}
	if (sweep && !isSure(best.hits, 0.85)) {
		const middle = ratios[0] as number;
		// Outwards from the frame's own ratio, until it is sure and both neighbours of the best were seen too.
		let left: number | undefined;
		for (let i = 1; left !== 0; i = i > 0 ? -i : 1 - i) {
			const [up, down] = [middle * STEP ** Math.abs(i), middle / STEP ** Math.abs(i)];
			if (up > FACTOR_MAX && down < FACTOR_MIN) break;
			const factor = i > 0 ? up : down;
			if (factor >= FACTOR_MIN && factor <= FACTOR_MAX) keep(at(factor, Math.log(STEP) / 2));
			if (left !== undefined) left--;
			else if (isSure(best.hits, 0.85)) left = 2;
			yield;
		}
	}
	if (best.hits.length < 2) {
		return { found: false, why: `of ${chosen.length} elements ${best.hits.length} can be seen at any factor`, best: best.factor, tried };
	}
	// Only what was seen says more; the others stand on another screen.
	const seen = chosen.filter((m) => best.hits.some((h) => h.id === m.id));
	// Between two steps of the sweep first; then distances tell the factor, and the usual ones are believed before any, because games
	// choose round numbers.
	const coarse = best.factor;
	for (const k of [-2, -1, 1, 2]) keep(at(coarse * STEP ** (k / 3), Math.log(STEP) / 6, seen));
	yield;
	const fitted = fitDistances(best, seen, from, frame);
	const rough = at(fitted, 0.003, seen);
	const again = fitDistances(rough.sum > BELIEVED * best.sum ? rough : best, seen, from, frame);
	const usual = [...likely, ...USUAL].filter((f) => Math.abs(f / best.factor - 1) < STEP - 1);
	// In order of belief: a round factor, the one that distances tell, the one that looks best.
	const tries = [...new Set([...usual, again, fitted, best.factor])].map((f) => at(f, 0, seen));
	const most = Math.max(...tries.map((t) => t.sum));
	const chosenOne = tries.find((t) => t.sum >= BELIEVED * most);
	const snapped = (chosenOne ?? best).factor;
	const final = at(snapped, 0);
	const agreeing = final.hits.filter((h) => h.score >= SURE);
	if (!isSure(agreeing, SURE)) {
		return {
			found: false,
			why: `at ${snapped.toFixed(2)} × only ${agreeing.length} of ${chosen.length} elements agree`,
			best: snapped,
			tried,
		};
	}
	return { found: true, factor: snapped, agreeing, tried };
}

function isSure(hits: readonly Agreement[], least: number): boolean {
	return hits.filter((h) => h.score >= least).length >= AGREE_LEAST || hits.filter((h) => h.score >= TWO_SURE).length >= 2;
}

/** How well the marks fit at one factor. `reach`: relative error of the factor that the places allow for. */
function attempt(marks: readonly Mark[], from: Size, frame: Frame, matcher: Matcher, factor: number, reach: number): Tried {
	const hits: Agreement[] = [];
	let sum = 0;
	for (const mark of marks) {
		if (Math.min(mark.pixels.width, mark.pixels.height) * factor < SIDE_LEAST) continue;
		const hit = bestPlace(mark, scalePatch(mark.pixels, factor), from, frame, matcher, factor, reach);
		if (hit === undefined || hit.score < SEEN_LEAST) continue;
		// Two elements on one place are one thing that looks like both.
		if (hits.some((h) => h.box[0] === hit.box[0] && h.box[1] === hit.box[1])) continue;
		hits.push(hit);
		sum += hit.score - SEEN_LEAST / 2;
	}
	return { factor, hits, sum };
}

function bestPlace(
	mark: Mark,
	scaled: ScaledPatch,
	from: Size,
	frame: Frame,
	matcher: Matcher,
	factor: number,
	reach: number,
): Agreement | undefined {
	let best: Agreement | undefined;
	for (const place of mark.places) {
		for (const { x, y, left, top } of hypotheses(place, from, frame, factor, mark.placement)) {
			const [cx, cy] = [left + (place[2] * factor) / 2, top + (place[3] * factor) / 2];
			const dx = Math.ceil(reach * factor * distance(x, place[0], place[2], from.width));
			const dy = Math.ceil(reach * factor * distance(y, place[1], place[3], from.height));
			const near = dx + dy <= 1 ? { x: cx, y: cy } : coarsely(scaled, cx, cy, dx, dy, frame, matcher);
			if (near === undefined) continue;
			const placed = settleAt(frame, matcher, scaled, near.x, near.y, slackPx(factor));
			if (placed.score <= (best?.score ?? -1) || (matcher.chroma(frame, placed.patch, placed.box) ?? 1) < CHROMA_MIN) continue;
			best = { id: mark.id, box: placed.box, score: placed.score };
		}
	}
	return best;
}

/** The middle of the best place in a wider surrounding. */
function coarsely(
	scaled: ScaledPatch,
	x: number,
	y: number,
	dx: number,
	dy: number,
	frame: Frame,
	matcher: Matcher,
): { readonly x: number; readonly y: number } | undefined {
	const { width, height } = scaled;
	const [w, h] = [width + 2 * dx + 4, height + 2 * dy + 4];
	const roi: Box = [Math.round(x - w / 2), Math.round(y - h / 2), w, h];
	const box = matcher.searchAll(frame, scaled.phase(0), roi, COARSE_LEAST, 1)[0]?.box;
	return box === undefined ? undefined : { x: box[0] + width / 2, y: box[1] + height / 2 };
}

/** How far the element's middle is from what it keeps its distance to. */
function distance(anchor: Anchor, at: number, length: number, side: number): number {
	const centre = at + length / 2;
	if (typeof anchor === 'number') return Math.abs(centre - anchor * side);
	return anchor === 'near' ? centre : anchor === 'middle' ? Math.abs(centre - side / 2) : side - centre;
}

/**
 * The factor that distances tell: the hundreds of pixels between two elements say it more exactly than the few of their own size.
 * Only between elements that keep to the same edge, and only between: games round their middle by a unit or two.
 */
function fitDistances(best: Tried, marks: readonly Mark[], from: Size, frame: Size): number {
	const { factor } = best;
	const slack = 2 * slackPx(factor);
	const groups = new Map<string, { was: number; now: number }[]>();
	for (const hit of best.hits) {
		const mark = marks.find((m) => m.id === hit.id);
		if (mark === undefined) continue;
		for (const axis of [0, 1] as const) {
			const now = hit.box[axis] + (hit.box[axis + 2] as number) / 2;
			let nearest: { anchor: Anchor; was: number; off: number } | undefined;
			for (const place of mark.places) {
				const was = place[axis] + (place[axis + 2] as number) / 2;
				for (const h of hypotheses(place, from, frame, factor, mark.placement, 0)) {
					const off = Math.abs((axis === 0 ? h.left : h.top) + ((place[axis + 2] as number) * factor) / 2 - now);
					if (off < (nearest?.off ?? slack)) nearest = { anchor: axis === 0 ? h.x : h.y, was, off };
				}
			}
			if (nearest === undefined) continue;
			const key = `${axis} ${nearest.anchor}`;
			groups.set(key, [...(groups.get(key) ?? []), { was: nearest.was, now }]);
		}
	}
	let cross = 0;
	let squares = 0;
	for (const group of groups.values()) {
		const was = group.reduce((sum, g) => sum + g.was, 0) / group.length;
		const now = group.reduce((sum, g) => sum + g.now, 0) / group.length;
		for (const g of group) {
			cross += (g.was - was) * (g.now - now);
			squares += (g.was - was) ** 2;
		}
	}
	return squares < FIT_LEAST_PX ** 2 ? factor : cross / squares;
}
