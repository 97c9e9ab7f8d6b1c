// Learns every element of a labelled set with the product's own crystalliser, from the frames it may be learnt from and from no
// other, then looks for it in all the rest: at its places first, then everywhere.
import type { Provenance } from '../../../core/crystals/crystal.ts';
import { recogniseTemplate } from '../../../core/crystals/template/apply.ts';
import { crystalliseTemplates } from '../../../core/crystals/template/crystallise.ts';
import { lookElsewhere } from '../../../core/crystals/template/elsewhere.ts';
import type { TemplateCrystal } from '../../../core/crystals/template/schema.ts';
import type { Box } from '../../../core/geometry.ts';
import { type Carrier, makeCarrier } from '../../../core/layout/carrier.ts';
import type { Placed } from '../../../core/perception/match.ts';
import { type Matcher, plainMatcher } from '../../../core/perception/matcher.ts';
import { makeFrameMemory } from '../../../core/perception/memory.ts';
import type { Frame } from '../../../core/ports.ts';
import type { PerceptionAnswer } from '../../../core/question.ts';
import type { Detections, LabelledFrame, Labels } from './labels.ts';

type Element = PerceptionAnswer['elements'][number];

const slugOf = (name: string): string =>
	name
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-')
		.replaceAll(/^-+|-+$/g, '');

/** Label kinds by what a model calls them; the rest is `other`. */
const KINDS: Readonly<Record<string, Element['kind']>> = {
	button: 'button',
	tab: 'button',
	bar: 'bar',
	icon: 'icon',
	slot: 'icon',
	indicator: 'icon',
	label: 'text',
	sprite: 'portrait',
	tile: 'tile',
	panel: 'panel',
};
/** Things of the game's world: they stand anywhere. */
const MOBILE: ReadonlySet<string> = new Set(['sprite', 'tile']);

export interface Learnt {
	readonly crystals: readonly TemplateCrystal[];
	/** What the crystalliser would not learn, and why. */
	readonly refused: readonly string[];
}

export function learnElement(labels: Labels, name: string, frameOf: (f: LabelledFrame) => Frame, matcher: Matcher = plainMatcher): Learnt {
	const element = labels.elements[name];
	const crystals: TemplateCrystal[] = [];
	const refused: string[] = [];
	const memory = makeFrameMemory();
	for (const file of element?.learn ?? []) {
		const labelled = labels.frames.find((f) => f.file === file);
		if (element === undefined || labelled === undefined) continue;
		const answer: PerceptionAnswer = {
			screen: slugOf(labelled.scene),
			facts: [],
			elements: labelled.instances
				.filter((i) => i.name === name)
				.map((i) => ({
					name: slugOf(name),
					kind: KINDS[element.kind] ?? 'other',
					box: i.bbox,
					stable: !MOBILE.has(element.kind),
					...(element.text === undefined ? {} : { text: element.text }),
				})),
		};
		const frame = frameOf(labelled);
		memory.add({
			frame,
			screen: answer.screen,
			names: new Set(answer.elements.map((e) => e.name)),
			places: new Map([[slugOf(name), answer.elements.map((e) => e.box)]]),
		});
		const harvest = crystalliseTemplates(answer, frame, crystals, {
			scope: { game: labelled.game, gameVersion: 'any', language: 'en', layout: `${frame.width}x${frame.height}` },
			provenance: PROVENANCE,
			boxFormat: 'pixels',
			matcher,
			kept: memory.frames(),
			newId: (id) => `${id}-${crystals.length}`,
		});
		crystals.push(...harvest.made);
		refused.push(...harvest.refused.map((r) => `${file}: ${r.what}: ${r.why}`));
	}
	return { crystals, refused };
}

const PROVENANCE: Provenance = {
	at: 0,
	ask: 'perception',
	entry: 1,
	tier: 'labels',
	model: 'labels',
	frameHash: '',
	promptTokens: 0,
	completionTokens: 0,
	usd: null,
};

/** Best place of one element: at its places first, then anywhere. */
export function detect(crystals: readonly TemplateCrystal[], frame: Frame, matcher: Matcher): Found | undefined {
	const here = crystals.map((crystal): readonly [TemplateCrystal, Placed | undefined] => {
		const seen = recogniseTemplate(crystal, frame, { matcher });
		return [crystal, seen.hit ? seen.places[0] : undefined];
	});
	const fixed = crystals.filter((c) => c.data.fixed);
	return surest(here) ?? surest([...lookElsewhere(fixed, frame, matcher, fixed.length)].filter(([, { doubt }]) => doubt === undefined));
}

function surest(places: readonly (readonly [TemplateCrystal, Placed | undefined])[]): Found | undefined {
	let best: Found | undefined;
	for (const [crystal, place] of places) {
		if (place === undefined) continue;
		const sure = sureness(place.score, crystal.data.threshold);
		if (best === undefined || sure > best.score) best = { score: sure, box: place.box };
	}
	return best;
}

interface Found {
	readonly score: number;
	readonly box: Box;
}
/** Every crystal has a threshold of its own; in the list of detections all of them are at 0.8, as scorers expect. */
const sureness = (score: number, threshold: number): number => 0.8 + (0.2 * Math.max(0, score - threshold)) / (1 - threshold);

export interface Evaluated {
	readonly detections: Detections;
	readonly crystals: readonly TemplateCrystal[];
	/** What the crystalliser would not learn, and why. */
	readonly refused: readonly string[];
	/** What happened after each change of the interface's scale, for people. */
	readonly scaled: readonly string[];
}

export function evaluate(labels: Labels, frameOf: (f: LabelledFrame) => Frame, matcher: Matcher = plainMatcher): Evaluated {
	const detections: Detections = Object.fromEntries(labels.frames.map((f) => [f.file, {}]));
	const refused: string[] = [];
	const learnt = new Map<string, readonly TemplateCrystal[]>();
	const put = (file: string, name: string, found: Found | undefined): void => {
		(detections[file] as Detections[string])[name] = found === undefined ? null : [found.score, ...found.box];
	};
	for (const [name, element] of Object.entries(labels.elements)) {
		const { crystals, refused: why } = learnElement(labels, name, frameOf, matcher);
		refused.push(...why);
		learnt.set(name, crystals);
		for (const labelled of labels.frames) {
			if (!isElsewhere(labelled, crystals) && !element.learn.includes(labelled.file))
				put(labelled.file, name, detect(crystals, frameOf(labelled), matcher));
		}
	}
	const scaled = detectScaled(labels, learnt, frameOf, matcher, put);
	return { detections, crystals: [...learnt.values()].flat(), refused, scaled };
}

/** Whether a frame has another layout than any that these were learnt in: another scale of the interface, or another size. */
function isElsewhere({ game, width, height, ui_scale }: LabelledFrame, crystals: readonly TemplateCrystal[]): boolean {
	const own = crystals.filter((c) => c.scope.game === game);
	return ui_scale !== 1 || (own.length > 0 && own.every((c) => c.scope.layout !== `${width}x${height}`));
}

/**
 * Frames of another layout, in their order, as they come after a change of resolution: the factor is found once, everything is
 * carried over by it, and what shows later is found by it too.
 */
function detectScaled(
	labels: Labels,
	learnt: ReadonlyMap<string, readonly TemplateCrystal[]>,
	frameOf: (f: LabelledFrame) => Frame,
	matcher: Matcher,
	put: (file: string, name: string, found: Found | undefined) => void,
): string[] {
	const said: string[] = [];
	const carriers = new Map<string, Carrier>();
	for (const labelled of labels.frames) {
		const elsewhere = new Map([...learnt].filter(([, crystals]) => isElsewhere(labelled, crystals)));
		if (elsewhere.size === 0) continue;
		const frame = frameOf(labelled);
		const own = [...learnt.values()].flat().filter((c) => c.scope.game === labelled.game);
		// Elements of one game and one layout were learnt together.
		for (const layout of new Set(own.map((c) => c.scope.layout))) {
			const to = `${frame.width}x${frame.height}`;
			const key = `${labelled.game} ${layout} ${to} ${labelled.ui_scale}`;
			const carrier =
				carriers.get(key) ??
				makeCarrier({
					templates: own.filter((c) => c.scope.layout === layout),
					scope: { ...(own[0] as TemplateCrystal).scope, layout: to },
					matcher,
					newId: (of) => `${of.id}-scaled`,
					now: () => 0,
				});
			carriers.set(key, carrier);
			const before = carrier.factor;
			carrier.see(frame);
			if (before === undefined)
				said.push(`${labelled.file}: what was learnt at ${layout} is drawn ${carrier.factor?.toFixed(4) ?? 'at no factor that is found'}`);
			for (const [name, crystals] of elsewhere) {
				const here = crystals.flatMap((c) => (c.scope.layout === layout ? (carrier.found.get(c.id) ?? []) : []));
				if (here.length > 0) put(labelled.file, name, detect(here, frame, matcher));
			}
		}
	}
	return said;
}
