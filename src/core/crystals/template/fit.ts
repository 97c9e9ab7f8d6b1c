// What several observations teach about one template: which of its pixels are the element, how many looks it needs, and how sure
// a match must be. One frame is enough to begin with; the rest comes from frames that were explained since, and from those that
// do not show it.
import type { Box } from '../../geometry.ts';
import { readLayout } from '../../layout/placement.ts';
import { cutPatch, isApart, type Patch } from '../../perception/match.ts';
import type { Matcher } from '../../perception/matcher.ts';
import type { Explained } from '../../perception/memory.ts';
import type { Frame } from '../../ports.ts';
import { CHROMA_MIN, INSTANCES_MAX, JITTER_PX, patchesOf } from './apply.ts';
import { giveMask, SIGHTINGS_MIN } from './learn.ts';
import { maskOf } from './mask.ts';
import type { TemplateCrystal, TemplateData } from './schema.ts';

/** Asked of a match before frames without the element were seen; after `PROVEN_FRAMES` of them, the lower one. */
export const THRESHOLD_NEW = 0.85;
const THRESHOLD_PROVEN = 0.8;
/** Nothing under this is taken for an element, whoever chose the threshold (design-perception §2). */
export const THRESHOLD_LEAST = 0.7;
const PROVEN_FRAMES = 30;
/** No threshold above this: JPEG noise and rounding cost a true match up to 0.03. */
export const THRESHOLD_MAX = 0.97;
/** What a frame's noise does to the score of one and the same picture, at most (JPEG quality 95: 0.01). */
const NOISE = 0.02;
/** Looks that one template may have. */
export const EXEMPLARS_MAX = 6;
/** Distance kept above the best impostor. */
export const MARGIN = 0.05;
/** Least block median that excuses something lying over the element (design-perception §2: absent elements reach 0.72). */
const HOVER_FLOOR = 0.8;
/** Above this a floor would ask for more than a covered element gives. */
const HOVER_MAX = 0.95;
/** As far as a model's box may stand off what it means. */
const DRAWN_PX = 3;
/** A look under half alike is no other state of the same element, or the box was drawn beside it. */
const SAME_THING = 0.5;
/** Hues nearer to each other than this are one hue with noise. */
const HUE_GAP = 0.1;

/** Threshold from the best impostor, the worst true match and the number of frames without the element; undefined = no gap. */
export function fitThreshold(impostor: number, negativeFrames: number, worst = 1): number | undefined {
	const proven = negativeFrames >= PROVEN_FRAMES;
	const least = impostor + MARGIN;
	// Midway between the two (reliability.md §6), once enough frames said how good an impostor gets.
	const wanted = proven ? Math.max(THRESHOLD_PROVEN, least, (impostor + worst) / 2) : Math.max(THRESHOLD_NEW, least);
	return wanted > THRESHOLD_MAX ? undefined : wanted;
}

/** Floor for the block median from the best one of an impostor; null when an impostor's blocks would pass. */
export function fitHoverFloor(blocks: number | undefined): number | null {
	if (blocks === undefined) return HOVER_FLOOR;
	return blocks + MARGIN > HOVER_MAX ? null : Math.max(HOVER_FLOOR, blocks + MARGIN);
}

interface Sighted {
	readonly frame: Frame;
	readonly box: Box;
}
interface Aligned extends Sighted {
	/** Index of the look that fits best. */
	readonly look: number;
	readonly score: number;
}

/** Best place of a patch about a box that a model drew. */
function alignTo(frame: Frame, patch: Patch, box: Box, matcher: Matcher): { readonly score: number; readonly box: Box } {
	const [w, h] = [patch.width, patch.height];
	return matcher.verify(frame, patch, [box[0] + ((box[2] - w) >> 1), box[1] + ((box[3] - h) >> 1), w, h], DRAWN_PX);
}

function align({ frame, box }: Sighted, patches: readonly Patch[], matcher: Matcher): Aligned {
	let best: Aligned = { frame, box, look: 0, score: -1 };
	for (const [look, patch] of patches.entries()) {
		const placed = alignTo(frame, patch, box, matcher);
		if (placed.score > best.score) best = { frame, look, ...placed };
	}
	return best;
}

function sightedIn(kept: readonly Explained[], crystal: TemplateCrystal): Sighted[] {
	return sameLayout(kept, crystal).flatMap(({ frame, places }) => (places?.get(crystal.data.element) ?? []).map((box) => ({ frame, box })));
}

function sameLayout(kept: readonly Explained[], crystal: TemplateCrystal): Explained[] {
	const layout = readLayout(crystal.scope.layout);
	return kept.filter(({ frame }) => frame.width === layout?.width && frame.height === layout.height);
}

/** The best that frames without the element offer in its stead. */
export interface Impostor {
	readonly score: number;
	/** Block median of those that come near; undefined when none does. */
	readonly blocks: number | undefined;
	/** Best cosine of hues among those that the shape alone would let pass. */
	readonly hue: number | undefined;
}

/**
 * Looks where the element would be in a frame that does not show it.
 *
 * @param own  places that are the element after all; absent: none
 */
export function impostorIn(
	crystal: TemplateCrystal,
	frame: Frame,
	matcher: Matcher,
	world: Box | undefined,
	own: readonly Box[] = [],
): Impostor {
	const { fixed, places, threshold, chromaMin = CHROMA_MIN } = crystal.data;
	let score = -1;
	let blocks: number | undefined;
	let hue: number | undefined;
	for (const patch of patchesOf(crystal)) {
		const found = fixed
			? places.map((place) => matcher.verify(frame, patch, [place[0], place[1], patch.width, patch.height], JITTER_PX))
			: matcher.searchAll(frame, patch, world ?? [0, 0, frame.width, frame.height], SAME_THING, INSTANCES_MAX);
		for (const place of found) {
			if (place.score === -1 || own.some((box) => !isApart(place.box, box))) continue;
			const cosine = matcher.chroma(frame, patch, place.box);
			if (cosine !== undefined && place.score >= threshold) hue = Math.max(hue ?? -1, cosine);
			if (cosine !== undefined && cosine < chromaMin) continue;
			score = Math.max(score, place.score);
			if (place.score < SAME_THING) continue;
			const median = matcher.blockMedian(frame, patch, place.box);
			if (median !== undefined) blocks = Math.max(blocks ?? -1, median);
		}
	}
	return { score, blocks, hue };
}

/** A copy to try something on: looks, masks and data are its own. */
const copyOf = (crystal: TemplateCrystal): TemplateCrystal => ({ ...crystal, data: { ...crystal.data }, blobs: { ...crystal.blobs } });

/** Gives look `index` the mask that these sightings show, on a copy; undefined when they show none that is sound. */
function masked(crystal: TemplateCrystal, index: number, seen: readonly Sighted[], matcher: Matcher): TemplateCrystal | undefined {
	const look = crystal.data.exemplars[index];
	const luma = look === undefined ? undefined : crystal.blobs[look.luma];
	const patch = patchesOf(crystal)[index];
	if (look === undefined || luma === undefined || patch === undefined) return undefined;
	const lumas = [luma];
	for (const { frame, box } of seen) {
		const at = alignTo(frame, patch, box, matcher);
		const cut = at.score < SAME_THING ? undefined : cutPatch(frame, at.box)?.luma;
		if (cut !== undefined && lumas.every((known) => known.some((value, i) => value !== cut[i]))) lumas.push(cut);
	}
	if (lumas.length < SIGHTINGS_MIN) return undefined;
	const mask = maskOf(look.size[0], look.size[1], lumas);
	// What changed in frames that are forgotten changes still.
	const before = look.mask === undefined ? undefined : crystal.blobs[look.mask];
	if (before !== undefined) for (let i = 0; i < mask.length; i++) if (before[i] === 0) mask[i] = 0;
	if (before?.every((value, i) => (value === 0) === (mask[i] === 0))) return undefined;
	const copy = copyOf(crystal);
	return giveMask(copy, index, mask).ok ? copy : undefined;
}

/** With these looks only, in this order; blobs get the names of their new order. */
export function withLooks(crystal: TemplateCrystal, keep: readonly number[]): TemplateCrystal {
	const blobs: Record<string, Uint8Array> = {};
	const exemplars = keep.flatMap((index, at) => {
		const look = crystal.data.exemplars[index];
		if (look === undefined) return [];
		const move = <N extends string | undefined>(name: N, part: string): N => {
			if (name === undefined) return name;
			const to = `e${at}.${part}`;
			blobs[to] = crystal.blobs[name] as Uint8Array;
			return to as N;
		};
		const { mask, u, v, ...rest } = look;
		return [
			{
				...rest,
				luma: move(look.luma, 'luma'),
				...(mask === undefined ? {} : { mask: move(mask, 'mask') }),
				...(u === undefined || v === undefined ? {} : { u: move(u, 'u'), v: move(v, 'v') }),
			},
		];
	});
	const [first] = exemplars;
	return { ...crystal, blobs, data: { ...crystal.data, exemplars, ...(first === undefined ? {} : { size: first.size }) } };
}

/** One masked look instead of several, where one covers them all; else each look its own mask. */
function fitLooks(
	crystal: TemplateCrystal,
	seen: readonly Sighted[],
	worst: number,
	matcher: Matcher,
	safe: (c: TemplateCrystal) => boolean,
): TemplateCrystal {
	const { threshold, exemplars } = crystal.data;
	const enough = threshold + MARGIN;
	if (exemplars.length > 1) {
		for (let index = 0; index < exemplars.length; index++) {
			const tried = masked(crystal, index, seen, matcher);
			if (tried === undefined) continue;
			const one = withLooks(
				tried,
				[index, ...exemplars.keys()].filter((i, at) => at === 0 || !covers(tried, index, i, enough, matcher)),
			);
			const patches = patchesOf(one);
			if (one.data.exemplars.length < exemplars.length && seen.every((s) => align(s, patches, matcher).score >= threshold) && safe(one))
				return one;
		}
	}
	// Masks cost search time and say less; a look that fits as well as noise lets it needs none.
	if (worst >= THRESHOLD_MAX) return crystal;
	let now = crystal;
	for (let index = 0; index < exemplars.length; index++) {
		const patches = patchesOf(now);
		const own = seen.filter((s) => align(s, patches, matcher).look === index);
		const tried = masked(now, index, own, matcher);
		if (tried !== undefined && safe(tried)) now = tried;
	}
	return now;
}

/** Whether look `index` fits the stored pixels of look `other`. */
function covers(crystal: TemplateCrystal, index: number, other: number, enough: number, matcher: Matcher): boolean {
	if (index === other) return true;
	const patch = patchesOf(crystal)[index];
	const look = crystal.data.exemplars[other];
	const luma = look === undefined ? undefined : crystal.blobs[look.luma];
	if (patch === undefined || look === undefined || luma === undefined) return false;
	const [width, height] = look.size;
	if (width !== patch.width || height !== patch.height) return false;
	return matcher.verify({ id: '', at: 0, width, height, luma, stride: width }, patch, [0, 0, width, height], 0).score >= enough;
}

/**
 * Fits masks, looks, threshold, floor and hue of a crystal to the frames kept. Nothing is changed when they say nothing new.
 *
 * @returns whether its data changed
 */
export function fitTemplate(crystal: TemplateCrystal, kept: readonly Explained[], matcher: Matcher, world?: Box): boolean {
	const { data } = crystal;
	const seen = sightedIn(kept, crystal);
	const lacking = sameLayout(kept, crystal).filter((k) => !k.names.has(data.element));
	const before = seen.map((s) => align(s, patchesOf(crystal), matcher)).filter((a) => a.score >= SAME_THING);
	if (before.length === 0) return false;
	const worstBefore = Math.min(...before.map((a) => a.score));
	const impostors = (c: TemplateCrystal): Impostor[] => lacking.map((k) => impostorIn(c, k.frame, matcher, world));
	// A frame where an omitted element really stands would forbid every mask: only what the looks of now tell apart counts.
	const safe = (c: TemplateCrystal): boolean => {
		const now = impostors(crystal);
		return impostors(c).every((i, at) => i.score < c.data.threshold || (now[at] as Impostor).score >= c.data.threshold);
	};
	const fitted = fitLooks(crystal, before, worstBefore, matcher, safe);
	const looksChanged = fitted.data.exemplars !== data.exemplars;
	const patches = patchesOf(fitted);
	const after = before.map((s) => align(s, patches, matcher));
	const good = after.filter((a) => a.score >= data.threshold);
	if (good.length === 0) return false;
	const worst = Math.min(...good.map((a) => a.score), looksChanged ? 1 : data.positives.worst);
	const positives = { frames: Math.max(good.length, data.positives.frames), worst };
	// Where it matches as well as where it is, the answer left it out: that is a label, not an impostor.
	const all = impostors(fitted);
	const absent = all.filter((i) => i.score < worst - NOISE);
	const best = Math.max(-1, looksChanged ? -1 : data.negatives.best, ...absent.map((i) => i.score));
	const frames = Math.max(absent.length, data.negatives.frames);
	const blocks = absent.flatMap((i) => i.blocks ?? []);
	// For what moves, whatever looks alike in its own frames is an impostor too.
	const rival = data.fixed
		? -1
		: Math.max(-1, ...seen.map((s) => impostorIn(fitted, s.frame, matcher, world, placesIn(seen, s.frame)).score));
	const threshold =
		data.thresholdBy === 'hand'
			? data.threshold
			: (fitThreshold(Math.max(best, rival), frames, worst) ?? between(Math.max(best, rival), worst, good.length));
	const hoverFloor = blocks.length === 0 ? data.hoverFloor : stricter(data.hoverFloor, fitHoverFloor(Math.max(...blocks)));
	const chromaMin = fitHue(fitted, good, all, matcher);
	const next: TemplateData = {
		...fitted.data,
		positives,
		negatives: { frames, best },
		threshold,
		margin: threshold - Math.max(best, rival, 0),
		hoverFloor,
		...(chromaMin === undefined ? {} : { chromaMin }),
	};
	if (JSON.stringify(next) === JSON.stringify(data)) return false;
	crystal.data = next;
	crystal.blobs = fitted.blobs;
	return true;
}

/** A near twin leaves less than the margin: the middle, where enough true matches say how low they get; else the highest there is. */
function between(impostor: number, worst: number, seen: number): number {
	return seen >= SIGHTINGS_MIN && worst - impostor >= 2 * NOISE ? Math.min(THRESHOLD_MAX, (worst + impostor) / 2) : THRESHOLD_MAX;
}

const placesIn = (seen: readonly Sighted[], frame: Frame): Box[] => seen.filter((s) => s.frame === frame).map((s) => s.box);
const stricter = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : Math.max(a, b));

/** A twin whose hue is near, and not the same: the middle between the worst true hue and the best twin's. */
function fitHue(crystal: TemplateCrystal, good: readonly Aligned[], impostors: readonly Impostor[], matcher: Matcher): number | undefined {
	const patches = patchesOf(crystal);
	const own = good.flatMap((a) => matcher.chroma(a.frame, patches[a.look] as Patch, a.box) ?? []);
	const others = impostors.flatMap((i) => i.hue ?? []);
	if (own.length === 0 || others.length === 0) return crystal.data.chromaMin;
	const worst = Math.min(...own);
	const best = Math.max(...others);
	return best < CHROMA_MIN || worst - best < HUE_GAP ? crystal.data.chromaMin : (worst + best) / 2;
}
