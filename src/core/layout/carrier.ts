// Carries the templates of one layout over to another while the first frames of it go by. What is found again becomes a crystal of
// the new layout with real pixels; what is not stays known there without a place, so nothing can act on it until it shows.
import { freshStat, type Scope } from '../crystals/crystal.ts';
import { type Exemplar, type TemplateCrystal, type TemplateData, version } from '../crystals/template/schema.ts';
import type { Box } from '../geometry.ts';
import { cutPatch, FLAT_BELOW, type PatchPixels, preparePatch } from '../perception/match.ts';
import type { Matcher } from '../perception/matcher.ts';
import type { Frame } from '../ports.ts';
import { carryTemplates, exemplarPixels, type LostTemplate, type Relocated } from './carry.ts';
import { learnPlacement, readLayout } from './placement.ts';
import { resamplePatch } from './resample.ts';
import { reborn } from './rest.ts';
import type { Placement } from './schema.ts';

const SIDE_LEAST = 8;
const EXEMPLARS_MAX = 6;
const PLACES_MAX = 8;
/** Of the frames without a factor, those in which all factors are tried: the first, and one when a slow start may be over. */
const SWEEPS: ReadonlySet<number> = new Set([0, 4]);

export interface CarrierOptions {
	/** Of one layout; those that are retired or in quarantine stay where they are. */
	readonly templates: readonly TemplateCrystal[];
	/** Where to. */
	readonly scope: Scope;
	readonly matcher: Matcher;
	readonly newId: (of: TemplateCrystal) => string;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** When it is known from an earlier time. */
	readonly factor?: number;
}

export interface Carrier {
	/** Of the interface, against the old layout; undefined until it is found. */
	readonly factor: number | undefined;
	/** Found again so far, by the id they had: crystals of the new layout. */
	readonly found: ReadonlyMap<string, TemplateCrystal>;
	/** Where they stood and stand, for what goes along with them. */
	readonly relocated: readonly Relocated[];
	/** Those still looked for, with the reason of the last look. */
	readonly lost: readonly LostTemplate[];
	/** Looks for what is not found yet. @returns the new crystals of this frame */
	see(frame: Frame): readonly TemplateCrystal[];
	/** Crystals in trial for what was not found: with looks at the new size, without a place. */
	unfound(): readonly TemplateCrystal[];
}

export function makeCarrier(o: CarrierOptions): Carrier {
	const templates = o.templates.filter((t) => t.state !== 'retired' && t.state !== 'quarantined');
	const found = new Map<string, TemplateCrystal>();
	const neighbours: Relocated[] = [];
	let lost: readonly LostTemplate[] = templates.map((crystal) => ({ crystal, why: 'no frame was seen yet' }));
	let { factor } = o;
	let frames = 0;
	return {
		get factor() {
			return factor;
		},
		found,
		relocated: neighbours,
		get lost() {
			return lost;
		},
		see(frame) {
			if (lost.length === 0) return [];
			// The factor needs all; once it is known only the rest is looked for, beside what was found before.
			const wanted = factor === undefined ? templates : lost.map(({ crystal }) => crystal);
			const carry = carryTemplates(wanted, frame, o.matcher, factor, neighbours, SWEEPS.has(frames++));
			factor = carry.factor;
			({ lost } = carry);
			if (factor === undefined) return [];
			neighbours.push(...carry.carried);
			return carry.carried.map((relocated) => {
				const made = carriedTemplate(relocated, frame, o.scope, factor as number, o.newId(relocated.crystal), o.now());
				found.set(relocated.crystal.id, made);
				return made;
			});
		},
		unfound() {
			const known = factor;
			if (known === undefined) return [];
			return lost.flatMap(({ crystal, why }) => placeless(crystal, why, o.scope, known, o.newId(crystal), o.now()) ?? []);
		},
	};
}

interface Look {
	readonly pixels: PatchPixels;
	readonly state: string;
	readonly answers?: number | undefined;
}

function carriedTemplate(
	{ crystal, places }: Relocated,
	frame: Frame,
	scope: Scope,
	factor: number,
	id: string,
	at: number,
): TemplateCrystal {
	const [best] = [...places].sort((a, b) => b.score - a.score);
	if (best === undefined) throw new Error(`"${crystal.name}" was found at no place`);
	const old = crystal.data;
	const looks = scaledLooks(crystal, best.factor);
	// Real pixels from the first sure sight; a doubtful one (another state of it?) is kept beside the scaled look, not instead.
	for (const sight of [...places].sort((a, b) => a.score - b.score)) {
		const fresh = cutPatch(frame, sight.box);
		const scaled = looks[sight.exemplar];
		if (fresh === undefined || scaled === undefined || preparePatch(fresh).deviation < FLAT_BELOW) continue;
		const { mask } = scaled.pixels;
		const real: Look = { ...scaled, pixels: mask === undefined ? fresh : { ...fresh, mask } };
		if (sight.score >= old.threshold) looks[sight.exemplar] = real;
		else if (looks.length < EXEMPLARS_MAX) looks.push({ ...real, state: `look-${looks.length + 1}` });
	}
	const was = { box: old.places[best.place] ?? best.box, frame: readLayout(crystal.scope.layout) ?? frame };
	const placement: Placement = {
		...learnPlacement(
			old.placement,
			was,
			{ box: best.box, frame, factor },
			{
				...(best.panel === undefined ? {} : { panel: best.panel }),
				...(lawTold(best.factor, factor, frame.height / was.frame.height) ? { scale: best.law } : {}),
			},
		),
		from: { layout: crystal.scope.layout, crystal: crystal.id, factor },
	};
	const why = `carried over from ${crystal.scope.layout} at ${factor.toFixed(3)} ×: found with score ${best.score.toFixed(2)}`;
	return assemble(crystal, scope, id, at, why, looks, {
		places: places.slice(0, PLACES_MAX).map(({ box }) => stored(box)),
		placement,
	});
}

/** A law is told from the others only where they differ. */
function lawTold(own: number, ui: number, height: number): boolean {
	const differs = (a: number, b: number): boolean => Math.abs(a / b - 1) > 0.03;
	return differs(own, 1) === differs(own, ui) ? differs(own, height) : differs(ui, 1) && differs(ui, height);
}

function placeless(
	crystal: TemplateCrystal,
	why: string,
	scope: Scope,
	factor: number,
	id: string,
	at: number,
): TemplateCrystal | undefined {
	const looks = scaledLooks(crystal, factor);
	if (looks.some(({ pixels }) => Math.min(pixels.width, pixels.height) < SIDE_LEAST)) return undefined;
	const { layout } = crystal.scope;
	const placement: Placement = { ...(crystal.data.placement ?? { seen: [] }), from: { layout, crystal: crystal.id, factor } };
	const said = `known from ${layout}, not seen at ${factor.toFixed(3)} × yet: ${why}`;
	return { ...assemble(crystal, scope, id, at, said, looks, { places: [], placement }), state: 'trial', stat: freshStat() };
}

function scaledLooks(crystal: TemplateCrystal, factor: number): Look[] {
	return crystal.data.exemplars.flatMap((e, i) => {
		const pixels = exemplarPixels(crystal, i);
		return pixels === undefined ? [] : [{ pixels: resamplePatch(pixels, factor), state: e.state, answers: e.answers }];
	});
}

/** A new crystal of the new scope: its origin, its name and what it is part of stay; its evidence counts for a quarter. */
function assemble(
	old: TemplateCrystal,
	scope: Scope,
	id: string,
	at: number,
	why: string,
	looks: readonly Look[],
	more: Pick<TemplateData, 'places'> & { readonly placement: Placement },
): TemplateCrystal {
	const blobs: Record<string, Uint8Array> = {};
	const exemplars = looks.map((look, i) => putLook(blobs, i, look));
	const { lookalike: _, ...kept } = old.data;
	const first = exemplars[0] as Exemplar;
	const copy: TemplateCrystal = {
		...old,
		id,
		scope,
		schema: version,
		createdAt: at,
		history: [],
		// Scores of the old pixels say nothing of the new ones; the look-alikes of the element stay its look-alikes.
		data: { ...kept, ...more, size: [first.size[0], first.size[1]], exemplars, positives: { frames: 0, worst: 1 }, scores: [] },
		blobs,
	};
	return reborn(copy, old, at, why);
}

function putLook(blobs: Record<string, Uint8Array>, index: number, { pixels, state, answers }: Look): Exemplar {
	const named = (part: 'luma' | 'mask' | 'u' | 'v', bytes: Uint8Array | undefined): string | undefined => {
		if (bytes === undefined) return undefined;
		const name = `e${index}.${part}`;
		blobs[name] = bytes;
		return name;
	};
	const luma = named('luma', pixels.luma) as string;
	const mask = named('mask', pixels.mask);
	const u = named('u', pixels.u);
	const v = named('v', pixels.v);
	return {
		state,
		size: [pixels.width, pixels.height],
		luma,
		...(mask === undefined ? {} : { mask }),
		...(u === undefined || v === undefined ? {} : { u, v }),
		deviation: preparePatch(pixels).deviation,
		...(answers === undefined ? {} : { answers }),
	};
}

const stored = ([x, y, w, h]: Box): [number, number, number, number] => [x, y, w, h];
