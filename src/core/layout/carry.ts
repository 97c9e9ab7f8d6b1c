// From one layout to another: where each known element stands now, by the one factor, by what it is anchored to, and by the pixels
// there. A place that no pixels confirm is no place: such an element is lost, and says why.
import { CHROMA_MIN, INSTANCES_MAX } from '../crystals/template/apply.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import type { Box, Size } from '../geometry.ts';
import { isApart, type PatchPixels, preparePatch } from '../perception/match.ts';
import { type Matcher, plainMatcher } from '../perception/matcher.ts';
import type { Frame } from '../ports.ts';
import { type FactorSearch, findFactor, type Mark } from './factor.ts';
import { hypotheses, readLayout, sharesOf, slackPx } from './placement.ts';
import { resamplePatch, scaledSize } from './resample.ts';
import { type ScaledPatch, scalePatch, settleAt } from './scaled.ts';
import type { Anchor, ScaleLaw } from './schema.ts';

/** Shorter sides make no template. */
export const SIDE_LEAST = 8;
/** Nothing under this is taken for an element, however much scaling may have cost it (design-perception §2). */
const SCORE_LEAST = 0.7;
/** A lead that no chance hit had over the right place (design-perception §2). */
const LEAD = 0.2;
/** Two places within this of each other score alike: which is right must be told by something else. */
const ALIKE = 0.1;
/** So many neighbours may say where their panel went. */
const NEIGHBOURS = 4;

/** One place of an element, found again. */
export interface FoundPlace {
	/** Index in the old crystal's places; 0 for what moves freely. */
	readonly place: number;
	readonly box: Box;
	readonly score: number;
	/** Index of the exemplar that matched. */
	readonly exemplar: number;
	/** Of its own size, by its scale law. */
	readonly factor: number;
	readonly law: ScaleLaw;
	readonly anchors?: { readonly x: Anchor; readonly y: Anchor };
	/** The element whose way it went, where no anchor explains its place. */
	readonly panel?: string;
}
export interface Relocated {
	readonly crystal: TemplateCrystal;
	readonly places: readonly FoundPlace[];
}
export interface LostTemplate {
	readonly crystal: TemplateCrystal;
	readonly why: string;
}
export interface Carry {
	/** Undefined when no factor was found: then everything is lost. */
	readonly factor?: number;
	readonly search?: FactorSearch;
	readonly carried: readonly Relocated[];
	readonly lost: readonly LostTemplate[];
}

/** The exemplar's pixels as the crystal holds them. */
export function exemplarPixels(crystal: TemplateCrystal, index: number): PatchPixels | undefined {
	const look = crystal.data.exemplars[index];
	const luma = look === undefined ? undefined : crystal.blobs[look.luma];
	if (look === undefined || luma === undefined) return undefined;
	const mask = look.mask === undefined ? undefined : crystal.blobs[look.mask];
	const u = look.u === undefined ? undefined : crystal.blobs[look.u];
	const v = look.v === undefined ? undefined : crystal.blobs[look.v];
	return { width: look.size[0], height: look.size[1], luma, ...(mask ? { mask } : {}), ...(u && v ? { u, v } : {}) };
}

/** What a factor can be told by: everything with a place of its own. */
export function marksOf(templates: readonly TemplateCrystal[]): Mark[] {
	return templates.flatMap((crystal) => {
		const pixels = exemplarPixels(crystal, 0);
		if (!crystal.data.fixed || pixels === undefined) return [];
		const { places, placement } = crystal.data;
		return [{ id: crystal.id, pixels, places, ...(placement === undefined ? {} : { placement }) }];
	});
}

/**
 * Finds templates of another layout again in a frame.
 *
 * @param templates  all of one layout, told by their scope
 * @param known      the factor when it is known already; else it is looked for, once
 * @param before     what was found in earlier frames of the new layout: neighbours whose way a panel may have gone
 * @param sweep      whether factors are tried that nothing suggests, which takes ten times as long
 */
export function carryTemplates(
	templates: readonly TemplateCrystal[],
	frame: Frame,
	matcher: Matcher,
	known?: number,
	before: readonly Relocated[] = [],
	sweep = true,
): Carry {
	const from = readLayout(templates[0]?.scope.layout ?? '');
	if (from === undefined) return { carried: [], lost: templates.map((crystal) => ({ crystal, why: 'its layout is not known' })) };
	let factor = known;
	let search: FactorSearch | undefined;
	if (factor === undefined) {
		search = findFactor(marksOf(templates), from, frame, matcher, sweep);
		if (!search.found) {
			const why = `no factor was found: ${search.why}`;
			return { search, carried: [], lost: templates.map((crystal) => ({ crystal, why })) };
		}
		({ factor } = search);
	}
	return { factor, ...(search === undefined ? {} : { search }), ...relocate(templates, from, frame, matcher, factor, before) };
}

interface Candidate extends FoundPlace {
	readonly crystal: TemplateCrystal;
}

function relocate(
	templates: readonly TemplateCrystal[],
	from: Size,
	frame: Frame,
	matcher: Matcher,
	factor: number,
	before: readonly Relocated[],
): Pick<Carry, 'carried' | 'lost'> {
	const looks = new Map<string, ScaledLook[]>();
	const looksOf = (crystal: TemplateCrystal): ScaledLook[] => {
		const key = crystal.id;
		const made = looks.get(key) ?? scaledLooks(crystal, from, frame, factor);
		looks.set(key, made);
		return made;
	};
	const found: Candidate[] = before.flatMap(({ crystal, places }) => places.map((place) => ({ ...place, crystal })));
	const why = new Map<string, string>();
	const open: { readonly crystal: TemplateCrystal; readonly place: number; readonly among: readonly Candidate[] }[] = [];
	const missing: { readonly crystal: TemplateCrystal; readonly place: number }[] = [];
	for (const crystal of templates) {
		if (looksOf(crystal).length === 0) {
			why.set(crystal.id, `it would be too small at ${factor.toFixed(2)} ×`);
			continue;
		}
		if (!crystal.data.fixed) {
			const places = anywhere(crystal, looksOf(crystal), frame, matcher);
			found.push(...places);
			if (places.length === 0) why.set(crystal.id, 'nothing here looks like it');
			continue;
		}
		crystal.data.places.forEach((_, place) => {
			const { sure, best } = byAnchors(crystal, place, looksOf(crystal), factor, from, frame, matcher);
			if (sure.length === 1) found.push(sure[0] as Candidate);
			else if (sure.length > 1) open.push({ crystal, place, among: sure });
			else {
				missing.push({ crystal, place });
				why.set(crystal.id, `it is at none of the places that fit (best score ${best.toFixed(2)})`);
			}
		});
	}
	for (const { crystal, place, among } of open) {
		const picked = pick(among, nearest(crystal, place, found));
		if (picked !== undefined) found.push(picked);
		else why.set(crystal.id, `it fits ${among.length} places equally well`);
	}
	for (const { crystal, place } of missing) {
		const moved = withPanel(crystal, place, looksOf(crystal), factor, nearest(crystal, place, found), frame, matcher);
		const shares = moved === undefined ? byAnchors(crystal, place, looksOf(crystal), factor, from, frame, matcher, true).sure : [];
		const at = moved ?? (shares.length === 1 ? shares[0] : undefined);
		if (at !== undefined) found.push(at);
	}
	const still = missing.filter(({ crystal, place }) => !found.some((f) => f.crystal === crystal && f.place === place));
	found.push(...movedTogether(still, looksOf, frame, matcher));
	const kept = withoutTwins(found);
	const carried = templates.flatMap((crystal) => {
		const places = kept.filter((f) => f.crystal === crystal).map(({ crystal: _, ...place }) => place);
		return places.length > 0 ? [{ crystal, places }] : [];
	});
	const lost = templates
		.filter((crystal) => !carried.some((c) => c.crystal === crystal))
		.map((crystal) => ({ crystal, why: why.get(crystal.id) ?? 'another element stands in its place' }));
	return { carried, lost };
}

interface ScaledLook {
	readonly exemplar: number;
	readonly law: ScaleLaw;
	readonly factor: number;
	readonly scaled: ScaledPatch;
	/** Least score that is a hit: the crystal's own less what scaling itself costs this picture. */
	readonly sure: number;
}

/** The crystal's looks at the new size, by each scale law that makes a difference. */
function scaledLooks(crystal: TemplateCrystal, from: Size, frame: Size, factor: number): ScaledLook[] {
	const { data } = crystal;
	const laws: readonly (readonly [ScaleLaw, number])[] = [
		['ui', factor],
		['height', frame.height / from.height],
		['fixed', 1],
	];
	const wanted = data.placement?.scale === undefined ? laws : laws.filter(([law]) => law === data.placement?.scale);
	const distinct = wanted.filter(([, f], i) => wanted.findIndex(([, other]) => sameSize(data.size, f, other)) === i);
	return distinct.flatMap(([law, f]) =>
		data.exemplars.flatMap((_, exemplar) => {
			const pixels = exemplarPixels(crystal, exemplar);
			if (pixels === undefined || Math.min(scaledSize(pixels.width, f), scaledSize(pixels.height, f)) < SIDE_LEAST) return [];
			const scaled = scalePatch(pixels, f);
			const sure = Math.max(SCORE_LEAST, data.threshold - scalingCost(pixels, scaled.phase(0).pixels, f));
			return [{ exemplar, law, factor: f, scaled, sure }];
		}),
	);
}

const sameSize = ([w, h]: readonly [number, number], a: number, b: number): boolean =>
	scaledSize(w, a) === scaledSize(w, b) && scaledSize(h, a) === scaledSize(h, b);

/** What is lost on the way there and back, as a score: much for thin text, little for bold icons. */
function scalingCost(pixels: PatchPixels, scaled: PatchPixels, factor: number): number {
	const back = resamplePatch(scaled, 1 / factor);
	if (back.width !== pixels.width || back.height !== pixels.height) return 0;
	const frame = { ...back, id: 'back', at: 0, stride: back.width };
	return Math.max(0, 1 - plainMatcher.verify(frame, preparePatch(pixels), [0, 0, back.width, back.height], 0).score);
}

/**
 * Where one place of a crystal may have gone by the anchors, as far as the pixels agree.
 *
 * @param shares  by a share of the frame along one axis at least, instead of by edges and middle alone
 */
function byAnchors(
	crystal: TemplateCrystal,
	place: number,
	looks: readonly ScaledLook[],
	ui: number,
	from: Size,
	frame: Frame,
	matcher: Matcher,
	shares = false,
): { readonly sure: readonly Candidate[]; readonly best: number } {
	const was = crystal.data.places[place] as Box;
	const more = shares ? sharesOf(was, from) : undefined;
	const sure: Candidate[] = [];
	let best = -1;
	// Distances go with the interface, whatever law its size follows; the interface's own law is the likeliest.
	for (const law of new Set(looks.map((l) => l.law))) {
		const own = (looks.find((l) => l.law === law) as ScaledLook).factor;
		for (const { x, y, left, top } of hypotheses(was, from, frame, ui, crystal.data.placement, slackPx(ui), own, more)) {
			if (shares && typeof x !== 'number' && typeof y !== 'number') continue;
			for (const look of looks.filter((l) => l.law === law)) {
				const at = check(look, left + (was[2] * own) / 2, top + (was[3] * own) / 2, slackPx(ui), frame, matcher);
				best = Math.max(best, at.score);
				if (!at.ok) continue;
				const { exemplar, factor } = look;
				add(sure, { crystal, place, box: at.box, score: at.score, exemplar, factor, law, anchors: { x, y } });
			}
		}
		if (sure.length > 0) break;
	}
	return { sure, best };
}

function check(
	look: ScaledLook,
	centreX: number,
	centreY: number,
	slack: number,
	frame: Frame,
	matcher: Matcher,
): { readonly ok: boolean; readonly score: number; readonly box: Box } {
	const at = settleAt(frame, matcher, look.scaled, centreX, centreY, slack);
	const ok = at.score >= look.sure && (matcher.chroma(frame, at.patch, at.box) ?? 1) >= CHROMA_MIN;
	return { ok, score: at.score, box: at.box };
}

/** Best of what stands on one place; places apart from each other are kept apart. */
function add(list: Candidate[], next: Candidate): void {
	const at = list.findIndex((c) => !isApart(c.box, next.box));
	if (at < 0) list.push(next);
	else if (next.score > (list[at] as Candidate).score) list[at] = next;
}

/** Elements found already, those first that stood nearest in the old layout. */
function nearest(crystal: TemplateCrystal, place: number, found: readonly Candidate[]): Candidate[] {
	const own = crystal.data.places[place] as Box;
	const far = (c: Candidate): number => {
		const box = c.crystal.data.places[c.place] as Box;
		return Math.hypot(box[0] + box[2] / 2 - own[0] - own[2] / 2, box[1] + box[3] / 2 - own[1] - own[3] / 2);
	};
	return found
		.filter((c) => c.crystal !== crystal && c.crystal.data.fixed)
		.sort((a, b) => far(a) - far(b))
		.slice(0, NEIGHBOURS);
}

/** Of several places that fit: the one that leads, else the one that went with its neighbour. */
function pick(among: readonly Candidate[], near: readonly Candidate[]): Candidate | undefined {
	const [first, second] = [...among].sort((a, b) => b.score - a.score);
	if (first === undefined || second === undefined || first.score - second.score >= LEAD) return first;
	for (const n of near) {
		const along = among.filter((c) => c.score >= first.score - ALIKE && c.anchors?.x === n.anchors?.x && c.anchors?.y === n.anchors?.y);
		if (along.length === 1) return along[0];
	}
	return undefined;
}

/** Where it stands when it kept its distance to a neighbour that was found. */
function expectedBeside(crystal: TemplateCrystal, place: number, beside: Candidate, ui: number): readonly [x: number, y: number] {
	const own = crystal.data.places[place] as Box;
	const was = beside.crystal.data.places[beside.place] as Box;
	const now = beside.box;
	return [
		now[0] + now[2] / 2 + ui * (own[0] + own[2] / 2 - was[0] - was[2] / 2),
		now[1] + now[3] / 2 + ui * (own[1] + own[3] / 2 - was[1] - was[3] / 2),
	];
}

function withPanel(
	crystal: TemplateCrystal,
	place: number,
	looks: readonly ScaledLook[],
	ui: number,
	near: readonly Candidate[],
	frame: Frame,
	matcher: Matcher,
): Candidate | undefined {
	for (const beside of near) {
		const [x, y] = expectedBeside(crystal, place, beside, ui);
		for (const look of looks) {
			const at = check(look, x, y, slackPx(ui), frame, matcher);
			if (at.ok)
				return {
					crystal,
					place,
					box: at.box,
					score: at.score,
					exemplar: look.exemplar,
					factor: look.factor,
					law: look.law,
					panel: beside.crystal.data.element,
				};
		}
	}
	return undefined;
}

/**
 * A panel may have gone where no anchor leads and nobody of it is known yet: two of its elements that are found anywhere, and kept
 * their distance to each other, speak for each other. One alone does not: words and icons repeat.
 */
function movedTogether(
	missing: readonly { readonly crystal: TemplateCrystal; readonly place: number }[],
	looksOf: (crystal: TemplateCrystal) => readonly ScaledLook[],
	frame: Frame,
	matcher: Matcher,
): Candidate[] {
	if (missing.length < 2) return [];
	const wanted = missing.flatMap(({ crystal, place }) => {
		const look = looksOf(crystal)[0];
		return look === undefined ? [] : [{ crystal, place, look }];
	});
	const searches = matcher.searchLost(
		frame,
		wanted.map(({ look }) => look.scaled.phase(0)),
	);
	const seen = wanted.flatMap(({ crystal, place, look }, i): Candidate[] => {
		const best = searches[i]?.best;
		if (best === undefined || best.score < look.sure) return [];
		if (best.score - (searches[i]?.second?.score ?? -1) < LEAD && best.score < crystal.data.threshold) return [];
		if ((matcher.chroma(frame, look.scaled.phase(0), best.box) ?? 1) < CHROMA_MIN) return [];
		return [{ crystal, place, box: best.box, score: best.score, exemplar: look.exemplar, factor: look.factor, law: look.law }];
	});
	return seen.flatMap((one) => {
		const friend = seen.find((other) => {
			if (other.crystal === one.crystal || !isApart(other.box, one.box)) return false;
			const [x, y] = expectedBeside(one.crystal, one.place, other, one.factor);
			const slack = slackPx(one.factor);
			return Math.abs(x - one.box[0] - one.box[2] / 2) <= slack && Math.abs(y - one.box[1] - one.box[3] / 2) <= slack;
		});
		return friend === undefined ? [] : [{ ...one, panel: friend.crystal.data.element }];
	});
}

function anywhere(crystal: TemplateCrystal, looks: readonly ScaledLook[], frame: Frame, matcher: Matcher): Candidate[] {
	const places: Candidate[] = [];
	for (const look of looks) {
		// Without a place of its own only its looks speak for it: nothing is taken off its threshold.
		for (const { box, score } of matcher.searchAll(
			frame,
			look.scaled.phase(0),
			[0, 0, frame.width, frame.height],
			crystal.data.threshold,
			INSTANCES_MAX,
		)) {
			if ((matcher.chroma(frame, look.scaled.phase(0), box) ?? 1) < CHROMA_MIN) continue;
			add(places, { crystal, place: 0, box, score, exemplar: look.exemplar, factor: look.factor, law: look.law });
		}
	}
	return places;
}

/** Two elements that stood apart cannot stand on one place now: the better one stays. */
function withoutTwins(found: readonly Candidate[]): Candidate[] {
	return found.filter((one) =>
		found.every((other) => {
			if (other === one || isApart(one.box, other.box) || !one.crystal.data.fixed || !other.crystal.data.fixed) return true;
			const [a, b] = [one.crystal.data.places[one.place] as Box, other.crystal.data.places[other.place] as Box];
			return !isApart(a, b) || one.score >= other.score;
		}),
	);
}
