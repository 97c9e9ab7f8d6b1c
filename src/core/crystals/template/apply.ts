// Template + frame → hit or miss. Leans towards missing: a miss costs one model call, a false hit clicks on the wrong thing in
// someone's game.
import { type Box, grow, overlap } from '../../geometry.ts';
import type { FramePoint } from '../../geometry.ts';
import { underPointer } from '../../perception/boxes.ts';
import { changedBounds, changedIn, type ChangeMap } from '../../perception/change.ts';
import { isApart, type Patch, type Placed, preparePatch } from '../../perception/match.ts';
import { type Matcher, plainMatcher } from '../../perception/matcher.ts';
import type { Frame } from '../../ports.ts';
import { isYoung } from '../crystal.ts';
import type { Exemplar, TemplateCrystal, TemplateData } from './schema.ts';

/** How far a fixed element may stand from its place, pixels. */
export const JITTER_PX = 2;
/** Least cosine of hues; the right thing has 0.9, a twin of another colour less than 0. */
export const CHROMA_MIN = 0.5;
/** Less than this of a covered element is some other thing (design-perception §3). */
const COVERED_LEAST = 0.6;
/** Observations after which an element is known not to change by itself. */
export const OBSERVED_LEAST = 4;
/** Most instances of one mobile element that are followed. */
export const INSTANCES_MAX = 32;

export interface Found extends Placed {
	/** Index of the exemplar that matched. */
	readonly exemplar: number;
}
/** A place that came near and is not the element. */
interface Rejected extends Placed {
	readonly why: string;
}
export type Recognition = {
	/** Where what moves nearly was, each place once; absent for what is looked for at its places alone. */
	readonly rejected?: readonly Rejected[];
	readonly rested: boolean;
} & (
	| { readonly hit: true; readonly places: readonly Found[] }
	| {
			readonly hit: false;
			/** Best score reached; -1 when there was no place to look. */
			readonly best: number;
			readonly reason: string;
	  }
);

export interface Sight {
	/** Play area: where mobile elements are searched for. Absent: the whole frame. */
	readonly world?: Box;
	/** Where the pointer is, when it is drawn into the frame. */
	readonly pointer?: FramePoint;
	/** What compares pixels; plain typed arrays unless given. */
	readonly matcher?: Matcher;
}

const matcherOf = (sight: Sight): Matcher => sight.matcher ?? plainMatcher;

const prepared = new WeakMap<readonly Exemplar[], readonly Patch[]>();

/** The crystal's patches, made once for each list of exemplars (lists are replaced, never changed in place). */
export function patchesOf(crystal: TemplateCrystal): readonly Patch[] {
	const { exemplars } = crystal.data;
	const known = prepared.get(exemplars);
	if (known !== undefined) return known;
	const made = exemplars.flatMap((e) => {
		const luma = crystal.blobs[e.luma];
		if (luma === undefined) return [];
		const mask = e.mask === undefined ? undefined : crystal.blobs[e.mask];
		const u = e.u === undefined ? undefined : crystal.blobs[e.u];
		const v = e.v === undefined ? undefined : crystal.blobs[e.v];
		return [preparePatch({ width: e.size[0], height: e.size[1], luma, ...(mask ? { mask } : {}), ...(u && v ? { u, v } : {}) })];
	});
	prepared.set(exemplars, made);
	return made;
}

/** Answers that must have named an element where a look was found before the look is believed by itself, or beside another answer:
 *  of what one model says now and then falsely, the same falsehood three times over is one in thousands. */
export const LOOK_PROVEN = 3;
export const LOOK_SECONDED = 2;

/** How many answers stand behind what was found here. */
export function answersBehind({ data }: TemplateCrystal, { exemplar }: Pick<Found, 'exemplar'>): number {
	return data.exemplars[exemplar]?.answers ?? LOOK_PROVEN;
}

/** Found by a look of something that moves, beside other looks, that few answers stand behind: the crystal's own evidence is not
 *  evidence for it. What stands in a place of its own has that as well. */
export function isDoubtful(crystal: TemplateCrystal, found: Pick<Found, 'exemplar'>): boolean {
	return !crystal.data.fixed && crystal.data.exemplars.length > 1 && answersBehind(crystal, found) < LOOK_PROVEN;
}

/** Judges one place: undefined when it is the element, else why not. */
function fault(crystal: TemplateCrystal, patch: Patch, frame: Frame, placed: Placed, sight: Sight): string | undefined {
	const { threshold, hoverFloor, chromaMin = CHROMA_MIN } = crystal.data;
	if (placed.score < threshold) {
		const excused =
			placed.score >= COVERED_LEAST &&
			hoverFloor !== null &&
			mayBeCovered(crystal, placed.box, sight) &&
			(matcherOf(sight).blockMedian(frame, patch, placed.box) ?? 0) >= hoverFloor;
		if (!excused) return `score ${placed.score.toFixed(2)} is below ${threshold.toFixed(2)}`;
	}
	const hue = matcherOf(sight).chroma(frame, patch, placed.box);
	if (hue !== undefined && hue < chromaMin)
		return `the shape fits (${placed.score.toFixed(2)}) but the colour does not (${hue.toFixed(2)})`;
	return undefined;
}

/** A pointer lies over it; or nobody knows where the pointer is, and it was never seen to change in all its observations. */
function mayBeCovered({ data }: TemplateCrystal, box: Box, sight: Sight): boolean {
	if (sight.pointer !== undefined) return underPointer(box, sight.pointer);
	return data.fixed && data.exemplars.length === 1 && data.positives.frames >= OBSERVED_LEAST;
}

/** Looks for the crystal's element in the frame. Places are best first. */
export function recogniseTemplate(crystal: TemplateCrystal, frame: Frame, sight: Sight = {}): Recognition {
	return crystal.data.fixed ? atPlaces(crystal, frame, sight) : everywhere(crystal, frame, roiOf(crystal, frame, sight), sight);
}

/** Where what moves is searched for. */
function roiOf({ data }: TemplateCrystal, frame: Frame, sight: Sight): Box {
	return data.roi ?? sight.world ?? [0, 0, frame.width, frame.height];
}

/** It was brought from elsewhere, and nobody here has said yet where it stands, or that it is what it seems. */
export function isUnplaced({ data, state }: Pick<TemplateCrystal, 'data' | 'state'>): boolean {
	return data.roi !== undefined && !data.fixed && isYoung({ state });
}

function atPlaces(crystal: TemplateCrystal, frame: Frame, sight: Sight): Recognition {
	const patches = patchesOf(crystal);
	const places: Found[] = [];
	let best = -1;
	let reason = 'it has no place in this frame';
	for (const place of crystal.data.places) {
		let here: Found | undefined;
		for (let i = 0; i < patches.length; i++) {
			const patch = patches[i] as Patch;
			// A look of another size belongs to the same middle.
			const from: Box = [
				place[0] + ((place[2] - patch.width) >> 1),
				place[1] + ((place[3] - patch.height) >> 1),
				patch.width,
				patch.height,
			];
			const placed = matcherOf(sight).verify(frame, patch, from, JITTER_PX);
			const why = fault(crystal, patch, frame, placed, sight);
			if (placed.score > best) {
				best = placed.score;
				if (why !== undefined) reason = why;
			}
			if (why === undefined && (here === undefined || placed.score > here.score)) here = { ...placed, exemplar: i };
			if (here !== undefined && here.score > 0.97) break;
		}
		if (here !== undefined) places.push(here);
	}
	if (places.length === 0) return { hit: false, best, reason, rested: false };
	places.sort((a, b) => b.score - a.score);
	return { hit: true, places, rested: false };
}

function everywhere(crystal: TemplateCrystal, frame: Frame, roi: Box, sight: Sight): Recognition {
	const found: Found[] = [];
	const rejected: Rejected[] = [];
	patchesOf(crystal).forEach((patch, exemplar) => {
		for (const placed of matcherOf(sight).searchAll(frame, patch, roi, Math.min(0.6, crystal.data.threshold), INSTANCES_MAX)) {
			const why = fault(crystal, patch, frame, placed, sight);
			if (why === undefined) found.push({ ...placed, exemplar });
			else rejected.push({ ...placed, why });
		}
	});
	return searched(found, rejected);
}

function searched(found: readonly Found[], near: readonly Rejected[]): Recognition {
	const places = dedupe(found);
	const rejected = dedupe(near);
	if (places.length > 0) return { hit: true, places, rejected, rested: false };
	const { score: best, why: reason } = rejected[0] ?? { score: -1, why: 'nothing in the searched part looks like it' };
	return { hit: false, best, reason, rejected, rested: false };
}

/** Best first, one per template radius. */
function dedupe<P extends Placed>(all: readonly P[]): P[] {
	const kept: P[] = [];
	for (const place of [...all].sort((a, b) => b.score - a.score)) {
		if (kept.every((k) => isApart(k.box, place.box))) kept.push(place);
	}
	return kept.slice(0, INSTANCES_MAX);
}

/** What was recognised last, by crystal; valid for one stream of frames, whose every change map is given to `recogniseAgain`. */
export type Recognitions = Map<string, Recognition>;

/**
 * As `recogniseTemplate`, but looks only where pixels changed since the frame before.
 *
 * @param map  what changed since the frame that `last` was filled from; a fresh map looks everywhere
 */
export function recogniseAgain(crystal: TemplateCrystal, frame: Frame, map: ChangeMap, last: Recognitions, sight: Sight = {}): Recognition {
	const before = last.get(crystal.id);
	// What a crystal learnt since (a look, a place, a mask) holds for resting pixels too.
	const same = before !== undefined && madeFrom.get(before) === crystal.data && !map.fresh;
	const now = same ? update(crystal, frame, map, before, sight) : recogniseTemplate(crystal, frame, sight);
	madeFrom.set(now, crystal.data);
	last.set(crystal.id, now);
	return now;
}

const madeFrom = new WeakMap<Recognition, TemplateData>();

function update(crystal: TemplateCrystal, frame: Frame, map: ChangeMap, before: Recognition, sight: Sight): Recognition {
	const { data } = crystal;
	if (map.changed === 0) return { ...before, rested: true };
	if (data.fixed) {
		const touched = data.places.some((place) => changedIn(map, grow(place, JITTER_PX + 1)));
		return touched ? atPlaces(crystal, frame, sight) : { ...before, rested: true };
	}
	const roi = roiOf(crystal, frame, sight);
	const moved = changedBounds(map, roi);
	if (moved === undefined) return { ...before, rested: true };
	const reach = Math.max(...data.exemplars.map((e) => Math.max(...e.size)));
	const wide = grow(moved, reach);
	const x0 = Math.max(roi[0], wide[0]);
	const y0 = Math.max(roi[1], wide[1]);
	const part: Box = [x0, y0, Math.min(roi[0] + roi[2], wide[0] + wide[2]) - x0, Math.min(roi[1] + roi[3], wide[1] + wide[3]) - y0];
	const fresh = everywhere(crystal, frame, part, sight);
	const rests = ({ box }: Placed): boolean => overlap(box, moved) === 0;
	return searched(
		[...placesOf(before).filter(rests), ...placesOf(fresh)],
		[...(before.rejected ?? []).filter(rests), ...(fresh.rejected ?? [])],
	);
}

const placesOf = (seen: Recognition): readonly Found[] => (seen.hit ? seen.places : []);
