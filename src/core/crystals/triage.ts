// After a game update: a few frames re-check every template and say of each what became of it. Pure; no model is asked.
import type { Box } from '../geometry.ts';
import { type Matcher, plainMatcher } from '../perception/matcher.ts';
import type { Frame } from '../ports.ts';
import { isPart } from './screen/apply.ts';
import { recogniseTemplate } from './template/apply.ts';
import { type Elsewhere, LEAD_LEAST, lookElsewhere } from './template/elsewhere.ts';
import type { TemplateCrystal } from './template/schema.ts';

export interface TriageCase {
	readonly crystal: TemplateCrystal;
	/** Best score at its own place, or anywhere for what has none; -1 when no place fits the frame. */
	readonly atPlace: number;
	/** Best place elsewhere, where one was looked for. */
	readonly elsewhere?: { readonly box: Box; readonly score: number };
	/** Frames in which it was looked for, and those in which it held. */
	readonly frames: number;
	readonly held: number;
	readonly why: string;
}
export interface Triage {
	/** Found as before. */
	readonly ok: readonly TriageCase[];
	/** Something like it stands there. */
	readonly stale: readonly TriageCase[];
	/** The same picture stands elsewhere. */
	readonly moved: readonly TriageCase[];
	/** On its screen, and nothing there is like it. */
	readonly gone: readonly TriageCase[];
	/** No frame showed a screen of its, so nothing is said. */
	readonly unseen: readonly TriageCase[];
}
export interface TriageWatch {
	/** @returns those that held in this frame, with others of their screen beside them: fit to be labelled without a model */
	see(frame: Frame): readonly TemplateCrystal[];
	report(): Triage;
}

/** What scores less than this has nothing of the element left (absent ones reach 0.72 at most, by blocks). */
const LIKE = 0.6;
/** So many others of a screen must hold in a frame before it is that screen. */
const NEIGHBOURS = 2;

interface Tally {
	atPlace: number;
	elsewhere: Elsewhere | undefined;
	frames: number;
	held: number;
}

export function makeTriage(
	crystals: readonly TemplateCrystal[],
	options: { readonly matcher?: Matcher; readonly world?: Box } = {},
): TriageWatch {
	const matcher = options.matcher ?? plainMatcher;
	const tallies = new Map<TemplateCrystal, Tally>(crystals.map((c) => [c, { atPlace: -1, elsewhere: undefined, frames: 0, held: 0 }]));

	/** Screens of which enough elements hold in this frame. */
	function screensOf(holding: readonly TemplateCrystal[]): Set<string> {
		const counts = new Map<string, Set<string>>();
		for (const { data } of holding) {
			if (!data.fixed) continue;
			for (const screen of Object.keys(data.screens)) {
				if (isPart(data, screen)) counts.set(screen, (counts.get(screen) ?? new Set()).add(data.element));
			}
		}
		return new Set([...counts].filter(([, elements]) => elements.size >= NEIGHBOURS).map(([screen]) => screen));
	}

	function search(frame: Frame, lost: readonly TemplateCrystal[]): void {
		for (const [crystal, place] of lookElsewhere(lost, frame, matcher)) {
			const tally = tallies.get(crystal);
			if (tally !== undefined && place.score > (tally.elsewhere?.score ?? -Infinity)) tally.elsewhere = place;
		}
	}

	return {
		see(frame) {
			const holding: TemplateCrystal[] = [];
			const scores = new Map<TemplateCrystal, number>();
			for (const crystal of crystals) {
				const view = recogniseTemplate(crystal, frame, { matcher, ...(options.world === undefined ? {} : { world: options.world }) });
				scores.set(crystal, view.hit ? (view.places[0]?.score ?? 1) : view.best);
				if (view.hit) holding.push(crystal);
			}
			const shown = screensOf(holding);
			const lost: TemplateCrystal[] = [];
			for (const crystal of crystals) {
				const tally = tallies.get(crystal) as Tally;
				const here = holding.includes(crystal);
				// Absent from a screen that it does not belong to, it says nothing.
				if (!here && ![...shown].some((screen) => isPart(crystal.data, screen))) continue;
				tally.frames++;
				if (here) tally.held++;
				else if (tally.held === 0) lost.push(crystal);
				tally.atPlace = Math.max(tally.atPlace, scores.get(crystal) ?? -1);
			}
			if (lost.length > 0) search(frame, lost);
			return holding.filter((c) => {
				const others = screensOf(holding.filter((h) => h.data.element !== c.data.element));
				return c.data.fixed && [...others].some((screen) => isPart(c.data, screen));
			});
		},
		report() {
			const out: Record<keyof Triage, TriageCase[]> = { ok: [], stale: [], moved: [], gone: [], unseen: [] };
			for (const [crystal, { atPlace, elsewhere, frames, held }] of tallies) {
				const [outcome, why] = judge(crystal, { atPlace, elsewhere, frames, held });
				out[outcome].push({
					crystal,
					atPlace,
					frames,
					held,
					why,
					...(elsewhere === undefined || held > 0 ? {} : { elsewhere: { box: elsewhere.box, score: elsewhere.score } }),
				});
			}
			return out;
		},
	};
}

function judge(crystal: TemplateCrystal, { atPlace, elsewhere, frames, held }: Tally): readonly [keyof Triage, string] {
	const { threshold } = crystal.data;
	if (frames === 0) return ['unseen', 'no screen of its was shown'];
	if (held > 0) return ['ok', `found in ${held} of ${frames} frames, ${atPlace.toFixed(2)} at best`];
	if (elsewhere !== undefined && elsewhere.doubt === undefined)
		return ['moved', `the same picture stands at [${elsewhere.box.join(', ')}] (${elsewhere.score.toFixed(2)})`];
	if (atPlace >= LIKE) return ['stale', `something like it stands in its place (${atPlace.toFixed(2)}, ${threshold.toFixed(2)} is needed)`];
	if (elsewhere !== undefined && elsewhere.score >= LIKE && elsewhere.lead >= LEAD_LEAST)
		return ['stale', `something like it stands at [${elsewhere.box.join(', ')}] (${elsewhere.score.toFixed(2)})`];
	return ['gone', `nothing in ${frames} frames of its screen is like it (${Math.max(atPlace, elsewhere?.score ?? -1).toFixed(2)} at best)`];
}

/** Re-checks templates on frames of the updated game. */
export function triage(
	crystals: readonly TemplateCrystal[],
	frames: readonly Frame[],
	options: { readonly matcher?: Matcher; readonly world?: Box } = {},
): Triage {
	const watch = makeTriage(crystals, options);
	for (const frame of frames) watch.see(frame);
	return watch.report();
}

/** One sentence for the notice and the report. */
export function triageText({ ok, stale, moved, gone, unseen }: Triage): string {
	const list = (word: string, cases: readonly TriageCase[]): string[] =>
		cases.length === 0 ? [] : [`${cases.length} ${word} (${cases.map((c) => c.crystal.data.element).join(', ')})`];
	return [
		`${ok.length} as before`,
		...list('changed', stale),
		...list('moved', moved),
		...list('gone', gone),
		...list('not seen yet', unseen),
	].join('; ');
}
