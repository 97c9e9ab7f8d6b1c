// Model answer + its frame → new templates, labels for the ones there are, or why not. Every doubtful box is refused: a bad
// template answers wrongly for ever, a refused one costs one more call.
import { type Box, contains, type FramePoint, iou } from '../../geometry.ts';
import { type BoxFormat, readBox, underPointer } from '../../perception/boxes.ts';
import { cutPatch, FLAT_BELOW, isApart, type Patch, type PatchPixels, preparePatch } from '../../perception/match.ts';
import { type Matcher, plainMatcher } from '../../perception/matcher.ts';
import type { Explained } from '../../perception/memory.ts';
import { snapBox } from '../../perception/snap.ts';
import type { Frame } from '../../ports.ts';
import type { PerceptionAnswer } from '../../question.ts';
import { freshStat, isYoung, type Provenance, type Refusal, type Scope } from '../crystal.ts';
import {
	answersBehind,
	CHROMA_MIN,
	type Found,
	INSTANCES_MAX,
	JITTER_PX,
	LOOK_PROVEN,
	patchesOf,
	recogniseTemplate,
	type Sight,
} from './apply.ts';
import { EXEMPLARS_MAX, fitHoverFloor, fitTemplate, fitThreshold, MARGIN, THRESHOLD_MAX, withLooks } from './fit.ts';
import { type Exemplar, PLACES_MAX, type TemplateCrystal, type TemplateData, version } from './schema.ts';

/** The same place, as two observers would draw it. */
export const SAME_PLACE_IOU = 0.7;
/** What was set aside is tried again after this long at the earliest (reliability.md §6): games do change. */
const SET_ASIDE_MS = 30 * 60_000;
/** Two boxes that mean the same spot, however roughly drawn. */
const SAME_SPOT_IOU = 0.3;
/** Look-alikes elsewhere are noted for fixed elements up to this size, pixels. */
const NOTED_AREA_MAX = 4096;
/** A larger mobile element takes more than a frame's time to search for; pixels. */
const MOBILE_AREA_MAX = 16_384;

/** What a model's answer says about a crystal that was there before. */
export interface Label {
	readonly id: string;
	/** True: crystal and model disagree. The model may be the one that is wrong, so this is for review, not a verdict. */
	readonly harmful: boolean;
	readonly kind: 'agrees' | 'elsewhere' | 'omitted' | 'twin' | 'disowned';
	readonly detail: string;
}
export interface TemplateHarvest {
	readonly made: readonly TemplateCrystal[];
	/** Crystals there were before whose data this answer changed (a look, a place, counts); to be stored again. */
	readonly changed: readonly TemplateCrystal[];
	readonly refused: readonly Refusal[];
	readonly labelled: readonly Label[];
}
export interface TemplateEvidence {
	readonly scope: Scope;
	readonly provenance: Provenance;
	/** How the model writes boxes. */
	readonly boxFormat: BoxFormat;
	/** The part of the frame that was sent; absent when the whole was. */
	readonly roi?: Box;
	/** Where the pointer is, when it is drawn into the frame. */
	readonly pointer?: FramePoint;
	readonly world?: Box;
	/** The picture had not come to rest: nothing is learnt from it. */
	readonly transition?: boolean;
	/** False: another window was in front, and what lies over the game is not the game. Absent: nobody knows. */
	readonly focused?: boolean;
	/** The boxes are a person's: they are taken as drawn. */
	readonly exact?: boolean;
	/** Frames explained before, and this one: observations, look-alikes and absences to fit to. */
	readonly kept?: readonly Explained[];
	/** Templates that were set aside, with `refusedWhy`: the same is not learnt again at once. */
	readonly setAside?: readonly TemplateCrystal[];
	readonly newId: (name: string) => string;
	/** Why a new look of the element may not be learnt from this box now: what is trusted says otherwise, for one. */
	readonly objection?: (element: string, box: Box) => string | undefined;
	/** What compares pixels; plain typed arrays unless given. */
	readonly matcher?: Matcher;
}

type Element = PerceptionAnswer['elements'][number];

export function crystalliseTemplates(
	answer: PerceptionAnswer,
	frame: Frame,
	existing: readonly TemplateCrystal[],
	evidence: TemplateEvidence,
): TemplateHarvest {
	const made: TemplateCrystal[] = [];
	const changed = new Set<TemplateCrystal>();
	const refused: Refusal[] = [];
	const sight: Sight = {
		...(evidence.world ? { world: evidence.world } : {}),
		...(evidence.pointer ? { pointer: evidence.pointer } : {}),
		...(evidence.matcher ? { matcher: evidence.matcher } : {}),
	};
	const unlearnable =
		evidence.transition === true
			? 'the picture was still changing'
			: evidence.focused === false
				? 'another window was in front'
				: undefined;
	if (unlearnable !== undefined) {
		return {
			made,
			changed: [],
			refused: answer.elements.map((e) => ({ what: `template "${e.name}"`, why: unlearnable })),
			labelled: [],
		};
	}
	const seen: { element: Element; box: Box }[] = [];
	for (const element of answer.elements) {
		const read = readBox(element.box, evidence.boxFormat, frame, evidence.roi);
		if (read.ok) seen.push({ element, box: read.box });
		else refused.push({ what: `template "${element.name}"`, why: read.why });
	}
	const live = existing.filter((c) => c.state !== 'retired');
	const found = live.flatMap((crystal) => {
		const boxes = seen.filter((s) => s.element.name === crystal.data.element).map((s) => s.box);
		const unreadable = answer.elements.some((e) => e.name === crystal.data.element) && boxes.length === 0;
		if (unreadable) return [];
		if (crystal.data.roi === undefined) return label(crystal, frame, boxes, answer.screen, evidence.roi, sight, changed);
		// It was brought from elsewhere, and its name may mean nothing to a model: what stands just where it is found is what it means.
		const meant = boxes.length > 0 ? boxes : seen.map((s) => s.box).filter((box) => standsAt(crystal, frame, box, sight));
		// A find that no answer speaks of is evidence of nothing; that it is not there is.
		if (meant.length === 0 && (!crystal.data.fixed || recogniseTemplate(crystal, frame, sight).hit)) return [];
		const labels = label(crystal, frame, meant, answer.screen, evidence.roi, sight, changed);
		if (!crystal.data.fixed && labels.some((l) => l.kind === 'agrees')) settle(crystal, frame, meant, sight, changed);
		return labels;
	});

	// One answer against one answer: only where the element's other crystals take the side of this one is it settled.
	const elementOf = new Map(live.map((c) => [c.id, c.data.element]));
	const borneOut = new Set(found.flatMap((l) => (l.kind === 'agrees' ? [elementOf.get(l.id)] : [])));
	const labelled = found.filter((l) => l.kind !== 'disowned' || borneOut.has(elementOf.get(l.id)));

	for (const { element, box: drawn } of seen) {
		const what = `template "${element.name}"`;
		const same = [...live, ...made].filter((c) => c.data.element === element.name);
		const matching = same.find((c) => matches(c, frame, drawn, sight) && (isYoung(c) || holdsOrStands(c, frame, drawn, sight)));
		if (matching !== undefined) {
			addPlace(matching, drawn, frame, sight, changed);
			continue;
		}
		const why =
			unfit(element, frame, drawn, evidence) ?? evidence.objection?.(element.name, drawn) ?? wasSetAside(element, drawn, evidence);
		if (why !== undefined) {
			refused.push({ what, why });
			continue;
		}
		// What moves has no ground of its own: the nearest edge may be the ground's.
		const box = element.stable && evidence.exact !== true ? snapBox(frame, drawn) : drawn;
		const pixels = cutPatch(frame, box) as PatchPixels;
		const patch = preparePatch(pixels);
		const twin = [...live, ...made].find(
			(c) =>
				c.data.element !== element.name &&
				c.state !== 'quarantined' &&
				sameSize(c, box) &&
				// Two close buttons look alike; their places tell them apart.
				(!c.data.fixed || c.data.places.some((place) => iou(place, box) > SAME_SPOT_IOU)) &&
				matches(c, frame, box, sight),
		);
		if (twin !== undefined) {
			refused.push({ what, why: `it is the twin of "${twin.data.element}" at the same place` });
			continue;
		}
		const fixed = element.stable;
		const others = impostors(frame, patch, box, fixed, seen, element.name, evidence);
		const rival = others.best;
		if (!fixed && rival !== undefined && rival.score > 1 - MARGIN) {
			refused.push({
				what,
				why: `ambiguous: the same picture stands at [${rival.box.join(', ')}] too (${rival.score.toFixed(2)}) and the answer does not name it so`,
			});
			continue;
		}
		// One answer changes nothing that is trusted, nor what fell: what it says anew is learnt beside that, as a candidate.
		// What stands at another place is no other look of it either: one of the two answers is wrong, and their next ones tell which.
		const young = same.filter(
			(c) => isYoung(c) && (!fixed || !c.data.fixed || c.data.places.some((place) => iou(place, box) >= SAME_PLACE_IOU)),
		);
		const host = young.find((c) => c.data.fixed === fixed && c.data.exemplars.length < EXEMPLARS_MAX);
		if (host !== undefined) {
			addLook(host, pixels, patch, box, changed, evidence);
			continue;
		}
		if (young.length > 0) {
			refused.push({ what, why: `it has ${EXEMPLARS_MAX} looks already and fits none of them: it changes too much for a template` });
			continue;
		}
		// A fixed element is told by its place, so what looks alike elsewhere is a note; a mobile one has nothing but its looks.
		const impostor = Math.max(others.absent, fixed ? -1 : (rival?.score ?? -1));
		const threshold = fitThreshold(impostor, 0);
		if (threshold === undefined) {
			refused.push({ what, why: `a frame without it scores ${impostor.toFixed(2)}: no threshold tells them apart` });
			continue;
		}
		const blobs: Record<string, Uint8Array> = {};
		const data: TemplateData = {
			element: element.name,
			elementKind: element.kind,
			fixed,
			places: [stored(box)],
			size: [box[2], box[3]],
			exemplars: [putLook(blobs, 0, pixels, patch, evidence)],
			threshold,
			margin: threshold - Math.max(impostor, 0),
			...(element.text === undefined ? {} : { text: element.text }),
			screens: { [answer.screen]: { seen: 1, of: 1 } },
			negatives: { frames: 0, best: -1 },
			positives: { frames: 1, worst: 1 },
			scores: [],
			...(rival === undefined ? {} : { lookalike: { score: rival.score, box: stored(rival.box) } }),
			hoverFloor: fitHoverFloor(others.blocks),
		};
		made.push({
			id: evidence.newId(element.name),
			kind: 'template',
			scope: evidence.scope,
			name: element.name,
			schema: version,
			createdAt: evidence.provenance.at,
			provenance: evidence.provenance,
			state: 'trial',
			stat: freshStat(),
			history: [],
			data,
			blobs,
		});
	}
	// What is trusted is not re-cut by the answers that it is held against.
	const named = new Set(seen.map((s) => s.element.name));
	for (const crystal of [...live.filter(isYoung), ...made]) {
		if (!named.has(crystal.data.element)) continue;
		if (fitTemplate(crystal, evidence.kept ?? [], evidence.matcher ?? plainMatcher, evidence.world) && !made.includes(crystal))
			changed.add(crystal);
	}
	return { made, changed: [...changed], refused, labelled };
}

/** It belongs to this place already, or stands at one of its own in this frame too: then this is one more of it, not a move. */
function holdsOrStands(crystal: TemplateCrystal, frame: Frame, box: Box, sight: Sight): boolean {
	const { fixed, places } = crystal.data;
	if (!fixed || places.some((place) => iou(place, box) >= SAME_PLACE_IOU)) return true;
	return crystal.state === 'autonomous' && recogniseTemplate(crystal, frame, sight).hit;
}

/** Why this box cannot be learnt; undefined when it can. */
function unfit(element: Element, frame: Frame, box: Box, evidence: TemplateEvidence): string | undefined {
	if (element.kind === 'cursor') return 'a pointer is not learnt';
	if (underPointer(box, evidence.pointer)) return 'the pointer lies over it';
	const pixels = cutPatch(frame, box);
	if (pixels === undefined) return 'its box leaves the frame';
	const { deviation } = preparePatch(pixels);
	if (deviation < FLAT_BELOW) return `flat: its pixels differ by ${deviation.toFixed(1)} grey levels, ${FLAT_BELOW} are needed`;
	if (!element.stable && box[2] * box[3] > MOBILE_AREA_MAX)
		return `it moves and is too large (${box[2]} × ${box[3]}) to be searched for in every frame`;
	if (!element.stable && evidence.world !== undefined && !contains(evidence.world, box)) return 'it moves but stands outside the play area';
	return undefined;
}

const stored = ([x, y, w, h]: Box): [number, number, number, number] => [x, y, w, h];

function wasSetAside(element: Element, box: Box, evidence: TemplateEvidence): string | undefined {
	const before = (evidence.setAside ?? []).find(
		({ data, history }) =>
			data.element === element.name &&
			data.refusedWhy !== undefined &&
			data.places.some((place) => iou(place, box) > SAME_SPOT_IOU) &&
			evidence.provenance.at - (history.at(-1)?.at ?? 0) < SET_ASIDE_MS,
	);
	return before === undefined ? undefined : `it was set aside: ${before.data.refusedWhy}`;
}

/** A threshold that a person chose, above this impostor by the margin. */
function raised(threshold: number, impostor: number): number {
	return Math.max(threshold, Math.min(THRESHOLD_MAX, impostor + MARGIN));
}

/** What looks like the patch without being the element. */
function impostors(
	frame: Frame,
	patch: Patch,
	box: Box,
	fixed: boolean,
	seen: readonly { readonly element: Element; readonly box: Box }[],
	name: string,
	evidence: TemplateEvidence,
): { best?: { score: number; box: Box }; blocks?: number; absent: number } {
	const matcher = evidence.matcher ?? plainMatcher;
	const roi: Box = fixed ? [0, 0, frame.width, frame.height] : (evidence.world ?? [0, 0, frame.width, frame.height]);
	const own = [box, ...seen.filter((s) => s.element.name === name).map((s) => s.box)];
	// For a fixed element this is a note for people; it is not worth the 100 ms that a large panel's search takes.
	const worth = !fixed || patch.width * patch.height <= NOTED_AREA_MAX;
	const rivals = (worth ? matcher.searchAll(frame, patch, roi, 0.5, INSTANCES_MAX) : []).filter(
		(place) => own.every((b) => isApart(place.box, b)) && (matcher.chroma(frame, patch, place.box) ?? 1) >= CHROMA_MIN,
	);
	let absent = -1;
	let blocks: number | undefined;
	const rate = (where: Frame, at: Box, score: number): void => {
		absent = Math.max(absent, score);
		if (score < 0.5) return;
		const median = matcher.blockMedian(where, patch, at);
		if (median !== undefined) blocks = Math.max(blocks ?? -1, median);
	};
	const same = (evidence.kept ?? []).filter((k) => k.frame.width === frame.width && k.frame.height === frame.height);
	const showing = same.filter((k) => k.frame.id !== frame.id && k.names.has(name)).length + 1;
	const rated: { where: Frame; at: Box; score: number }[] = [];
	for (const kept of same.filter((k) => !k.names.has(name))) {
		const places = fixed ? [matcher.verify(kept.frame, patch, box, JITTER_PX)] : matcher.searchAll(kept.frame, patch, roi, 0.5, 2);
		for (const place of places) {
			if ((matcher.chroma(kept.frame, patch, place.box) ?? 1) >= CHROMA_MIN)
				rated.push({ where: kept.frame, at: place.box, score: place.score });
		}
	}
	// The same picture where an answer did not name it: left out by that answer, unless that happens as often as not.
	const left = rated.filter((r) => r.score > THRESHOLD_MAX - MARGIN);
	const omitted = left.length < showing;
	for (const { where, at, score } of rated) if (!omitted || score <= THRESHOLD_MAX - MARGIN) rate(where, at, score);
	if (!fixed) {
		for (const rival of rivals) {
			const median = matcher.blockMedian(frame, patch, rival.box);
			if (median !== undefined) blocks = Math.max(blocks ?? -1, median);
		}
	}
	const best = rivals[0];
	return { absent, ...(best ? { best: { score: best.score, box: best.box } } : {}), ...(blocks === undefined ? {} : { blocks }) };
}

/** Whether the crystal, asked about this very place, would say "here". */
function matches(crystal: TemplateCrystal, frame: Frame, box: Box, sight: Sight): boolean {
	return placeOf(crystal, frame, box, sight) !== undefined;
}

function placeOf(crystal: TemplateCrystal, frame: Frame, box: Box, sight: Sight): Found | undefined {
	const probe: TemplateCrystal = { ...crystal, data: { ...crystal.data, fixed: true, places: [stored(box)] } };
	// A model draws the same thing a few pixels off from one answer to the next.
	const there = recogniseTemplate(probe, frame, sight);
	if (there.hit) return there.places[0];
	let best: Found | undefined;
	const roi: Box = [box[0] - 6, box[1] - 6, box[2] + 12, box[3] + 12];
	const wide: TemplateCrystal = { ...crystal, data: { ...crystal.data, fixed: false } };
	const near = recogniseTemplate(wide, frame, { ...sight, world: roi });
	if (near.hit) best = near.places.find((place) => iou(place.box, box) >= SAME_PLACE_IOU);
	return best;
}

function sameSize(crystal: TemplateCrystal, box: Box): boolean {
	return patchesOf(crystal).some(
		(p) => Math.min(p.width, box[2]) / Math.max(p.width, box[2]) > 0.8 && Math.min(p.height, box[3]) / Math.max(p.height, box[3]) > 0.8,
	);
}

/** Found at a box, the whole of it. */
function standsAt(crystal: TemplateCrystal, frame: Frame, box: Box, sight: Sight): boolean {
	const view = sameSize(crystal, box) ? recogniseTemplate(crystal, frame, sight) : undefined;
	return view?.hit === true && view.places.some((place) => iou(place.box, box) >= SAME_PLACE_IOU);
}

/** Remembers where one that was brought from elsewhere stands; twice in one place alone, that is its place. */
function settle(crystal: TemplateCrystal, frame: Frame, boxes: readonly Box[], sight: Sight, changed: Set<TemplateCrystal>): void {
	const view = recogniseTemplate(crystal, frame, sight);
	const here = (view.hit ? view.places : []).filter((place) => boxes.some((box) => iou(place.box, box) >= SAME_PLACE_IOU));
	const { data } = crystal;
	const places = [...data.places];
	for (const { box } of here)
		if (places.length < PLACES_MAX && !places.some((known) => iou(known, box) >= SAME_PLACE_IOU)) places.push(stored(box));
	const fixed = places.length === 1 && data.places.length === 1;
	crystal.data = { ...data, places, fixed };
	changed.add(crystal);
}

/** Holds a crystal's own view of the frame against the answer; keeps its counts, and raises its threshold above impostors. */
function label(
	crystal: TemplateCrystal,
	frame: Frame,
	boxes: readonly Box[],
	screen: string,
	roi: Box | undefined,
	sight: Sight,
	changed: Set<TemplateCrystal>,
): Label[] {
	const view = recogniseTemplate(crystal, frame, sight);
	const { id } = crystal;
	const { element } = crystal.data;
	const all = view.hit ? view.places.filter((place) => roi === undefined || contains(roi, place.box)) : [];
	const named = (place: Found): boolean => boxes.some((box) => iou(place.box, box) >= SAME_PLACE_IOU);
	const inView = screen === 'unknown' ? all : creditLooks(crystal, all, named, changed);
	if (inView.length === 0 && all.length > 0 && boxes.length > 0) {
		const detail = `"${element}" matches at [${(all[0] as Found).box.join(', ')}] by a look of one answer, where the answer does not place it`;
		return [{ id, harmful: true, kind: 'disowned', detail }];
	}
	const agreed = boxes.filter((box) => inView.some((place) => iou(place.box, box) >= SAME_PLACE_IOU));
	const stray = inView.find((place) => !named(place));
	if (screen !== 'unknown') count(crystal, screen, boxes.length > 0, changed);
	if (boxes.length === 0) {
		if (stray !== undefined && screen !== 'unknown') {
			return [
				{
					id,
					harmful: true,
					kind: 'omitted',
					detail: `"${element}" matches at [${stray.box.join(', ')}] (${stray.score.toFixed(2)}) but the answer does not name it`,
				},
			];
		}
		if (!view.hit && screen !== 'unknown' && roi === undefined) {
			const { negatives } = crystal.data;
			const best = Math.max(negatives.best, view.best);
			const frames = negatives.frames + 1;
			const byHand = crystal.data.thresholdBy === 'hand';
			const threshold = byHand ? raised(crystal.data.threshold, view.best) : (fitThreshold(best, frames) ?? THRESHOLD_MAX);
			crystal.data = { ...crystal.data, negatives: { frames, best }, threshold, margin: threshold - Math.max(best, 0) };
			changed.add(crystal);
		}
		return [];
	}
	if (stray !== undefined) {
		return [
			{
				id,
				harmful: true,
				kind: agreed.length > 0 ? 'omitted' : 'elsewhere',
				detail: `"${element}" matches at [${stray.box.join(', ')}] (${stray.score.toFixed(2)}) but the answer places it at ${boxes.map((b) => `[${b.join(', ')}]`).join(' ')}`,
			},
		];
	}
	if (agreed.length > 0) return [{ id, harmful: false, kind: 'agrees', detail: `"${element}" stands where the answer says` }];
	return [];
}

/**
 * Counts the answer for the looks it agrees with. A look of something that moves which the answer contradicts, and which few
 * answers stand behind, is dropped, or disregarded while it is the only one: it may be one wrong answer's, and then the others
 * are not to blame.
 *
 * @returns the places that are for the crystal to answer for
 */
function creditLooks(
	crystal: TemplateCrystal,
	inView: readonly Found[],
	named: (place: Found) => boolean,
	changed: Set<TemplateCrystal>,
): readonly Found[] {
	const { data } = crystal;
	const right = new Set(inView.filter(named).map((place) => place.exemplar));
	const wrong = new Set(
		inView.filter((place) => !data.fixed && !named(place) && answersBehind(crystal, place) < LOOK_PROVEN).map((place) => place.exemplar),
	);
	const exemplars = data.exemplars.map((look, i) =>
		right.has(i) && look.answers !== undefined && look.answers < LOOK_PROVEN ? { ...look, answers: look.answers + 1 } : look,
	);
	if (exemplars.some((look, i) => look !== data.exemplars[i])) {
		crystal.data = { ...crystal.data, exemplars };
		changed.add(crystal);
	}
	const keep = [...exemplars.keys()].filter((i) => !wrong.has(i));
	if (wrong.size > 0 && keep.length > 0) {
		const left = withLooks(crystal, keep);
		crystal.data = left.data;
		crystal.blobs = left.blobs;
		changed.add(crystal);
	}
	return inView.filter((place) => !wrong.has(place.exemplar));
}

function count(crystal: TemplateCrystal, screen: string, here: boolean, changed: Set<TemplateCrystal>): void {
	const known = crystal.data.screens[screen];
	// Screens that never showed it are counted too: "absent on this screen" is evidence for telling screens apart.
	const { seen, of } = known ?? { seen: 0, of: 0 };
	crystal.data = { ...crystal.data, screens: { ...crystal.data.screens, [screen]: { seen: seen + (here ? 1 : 0), of: of + 1 } } };
	changed.add(crystal);
}

function addPlace(crystal: TemplateCrystal, box: Box, frame: Frame, sight: Sight, changed: Set<TemplateCrystal>): void {
	const { data } = crystal;
	if (!data.fixed || data.places.length >= PLACES_MAX) return;
	const exact = placeOf(crystal, frame, box, sight)?.box ?? box;
	if (data.places.some((place) => iou(place, exact) >= SAME_PLACE_IOU)) return;
	crystal.data = { ...data, places: [...data.places, stored(exact)] };
	changed.add(crystal);
}

function addLook(
	crystal: TemplateCrystal,
	pixels: PatchPixels,
	patch: Patch,
	box: Box,
	changed: Set<TemplateCrystal>,
	evidence: Pick<TemplateEvidence, 'exact'>,
): void {
	const { data } = crystal;
	const look = putLook(crystal.blobs, data.exemplars.length, pixels, patch, evidence);
	const known = data.places.some((place) => iou(place, box) >= SAME_PLACE_IOU);
	const places = known || data.places.length >= PLACES_MAX ? data.places : [...data.places, stored(box)];
	crystal.data = { ...data, exemplars: [...data.exemplars, look], places };
	changed.add(crystal);
}

function putLook(
	blobs: Record<string, Uint8Array>,
	index: number,
	pixels: PatchPixels,
	patch: Patch,
	{ exact }: Pick<TemplateEvidence, 'exact'>,
): Exemplar {
	const name = (part: string): string => `e${index}.${part}`;
	blobs[name('luma')] = pixels.luma;
	const chromatic = pixels.u !== undefined && pixels.v !== undefined;
	if (pixels.u && pixels.v) {
		blobs[name('u')] = pixels.u;
		blobs[name('v')] = pixels.v;
	}
	return {
		state: index === 0 ? 'first' : `look-${index + 1}`,
		size: [pixels.width, pixels.height],
		luma: name('luma'),
		...(chromatic ? { u: name('u'), v: name('v') } : {}),
		deviation: patch.deviation,
		...(exact === true ? {} : { answers: 1 }),
	};
}
