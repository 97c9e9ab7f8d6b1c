// What was brought from another program, in the layout that shows. There no element has a place of its own yet that a frame could
// confirm, and none is needed: such programs draw every picture to one size before they look at it, so the factor is known.
import { BROUGHT, type Crystal, freshStat, type Scope } from '../crystals/crystal.ts';
import { applyStep, live } from '../crystals/lifecycle.ts';
import { isTextual, type RegionCrystal } from '../crystals/region/schema.ts';
import type { Skill, SkillAct } from '../crystals/skill/schema.ts';
import type { TemplateCrystal, TemplateData } from '../crystals/template/schema.ts';
import { type Box, clip } from '../geometry.ts';
import { deviation } from '../perception/pixels.ts';
import { exemplarPixels, SIDE_LEAST } from './carry.ts';
import { type Layout, readLayout } from './placement.ts';
import { resamplePatch, scaledSize } from './resample.ts';
import { idIn } from './rest.ts';

/**
 * The crystal as it would be in another layout, in shadow and without evidence: the picture's short side decides.
 *
 * @param at  milliseconds since 1970
 * @returns undefined when it says nothing of pixels, has a place that is carried over by sight, or does not fit the frame
 */
export function inLayout(crystal: Crystal, scope: Scope, at: number): Crystal | undefined {
	const from = readLayout(crystal.scope.layout);
	const to = readLayout(scope.layout);
	if (crystal.provenance.tier !== BROUGHT || from === undefined || to === undefined || crystal.state === 'retired') return undefined;
	const factor = shortSide(to) / shortSide(from);
	const own = ownPart(crystal, factor, to);
	if (own === undefined) return undefined;
	const copy: Crystal = {
		...crystal,
		...own,
		id: idIn(scope.layout, crystal),
		scope,
		createdAt: at,
		state: 'trial',
		stat: freshStat(),
		history: [],
	};
	applyStep(copy, live(copy, { type: 'imported' }, at));
	return copy;
}

const shortSide = ({ width, height }: Layout): number => Math.min(width, height);

function ownPart(crystal: Crystal, factor: number, to: Layout): Pick<Crystal, 'data' | 'blobs'> | undefined {
	switch (crystal.kind) {
		case 'template':
			return template(crystal as TemplateCrystal, factor, to);
		case 'region':
			return region(crystal as RegionCrystal, factor, to);
		case 'skill':
			return skill(crystal as Skill, factor);
		default:
			return undefined;
	}
}

function template(crystal: TemplateCrystal, factor: number, to: Layout): Pick<TemplateCrystal, 'data' | 'blobs'> | undefined {
	const { data } = crystal;
	if (data.fixed || data.roi === undefined) return undefined;
	const roi = scaled(data.roi, factor, to);
	if (roi === undefined) return undefined;
	const blobs: Record<string, Uint8Array> = {};
	const exemplars = data.exemplars.flatMap((look, i): TemplateData['exemplars'] => {
		const pixels = exemplarPixels(crystal, i);
		if (pixels === undefined || Math.min(scaledSize(pixels.width, factor), scaledSize(pixels.height, factor)) < SIDE_LEAST) return [];
		const { width, height, luma, mask, u, v } = resamplePatch(pixels, factor);
		for (const [name, bytes] of [
			[look.luma, luma],
			[look.mask, mask],
			[look.u, u],
			[look.v, v],
		] as const)
			if (name !== undefined && bytes !== undefined) blobs[name] = bytes;
		return [{ ...look, size: [width, height], deviation: deviation(luma, mask) }];
	});
	const [first] = exemplars;
	if (first === undefined) return undefined;
	const fresh = { screens: {}, places: [], negatives: { frames: 0, best: -1 }, positives: { frames: 0, worst: 1 }, scores: [] };
	return { data: { ...data, ...fresh, roi, exemplars, size: first.size }, blobs };
}

function region({ data, blobs }: RegionCrystal, factor: number, to: Layout): Pick<RegionCrystal, 'data' | 'blobs'> | undefined {
	if (!isTextual(data.reader) || data.box === undefined) return undefined;
	const box = scaled(data.box, factor, to);
	if (box === undefined) return undefined;
	// Glyphs are pictures of the old size.
	const { glyphs, ...rest } = data;
	return { data: { ...rest, box, screens: {} }, blobs: glyphs === undefined ? blobs : {} };
}

/** Only points of the frame change; a skill without one holds in every layout as it is. */
function skill({ data, blobs }: Skill, factor: number): Pick<Skill, 'data' | 'blobs'> | undefined {
	let points = 0;
	const act = (one: SkillAct): SkillAct => {
		const args = Object.entries(one.args).map(([name, value]) => {
			if (!Array.isArray(value)) return [name, value] as const;
			points++;
			return [name, [Math.round(value[0] * factor), Math.round(value[1] * factor)] as [number, number]] as const;
		});
		return { ...one, args: Object.fromEntries(args) };
	};
	const steps = data.steps.map((step) => (step.act === undefined ? step : { ...step, act: act(step.act) }));
	return points === 0 ? undefined : { data: { ...data, steps }, blobs };
}

function scaled(box: Box, factor: number, to: Layout): [number, number, number, number] | undefined {
	const inside = clip([box[0] * factor, box[1] * factor, box[2] * factor, box[3] * factor], to);
	return inside === undefined ? undefined : [...inside];
}
