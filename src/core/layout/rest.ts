// What goes along when templates move to another layout: boxes of text beside the elements they stand by, and screens, whose
// pictures begin anew. Rules and phrases rest on no pixels: they hold in every layout and are never carried.
import { type Crystal, freshStat, type Scope } from '../crystals/crystal.ts';
import { live } from '../crystals/lifecycle.ts';
import type { Reading } from '../crystals/region/apply.ts';
import { isTextual, type RegionCrystal } from '../crystals/region/schema.ts';
import type { ScreenCrystal } from '../crystals/screen/schema.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import { type Box, contains, type Size } from '../geometry.ts';
import type { Relocated } from './carry.ts';
import { learnPlacement } from './placement.ts';

const TILE = 16;
const CARRIED = 'carried over from';
/** Elements that tell where a box is when the one it stands by is not in sight: one alone may be found amiss. */
const NEIGHBOURS_LEAST = 2;

export interface NewHome {
	readonly scope: Scope;
	readonly frame: Size;
	readonly factor: number;
	readonly id: string;
	/** Milliseconds since 1970. */
	readonly at: number;
}

/**
 * A region in the new layout: as far from the nearest element that was found again as it was before, times the factor. It reads
 * in shadow until a model's answers agree with it there, or until it proves itself by `readsAgain`.
 *
 * @param from  the frame size it was learnt in
 * @returns undefined while no element of its screens was found, or when its box would leave the frame
 */
export function carryRegion(region: RegionCrystal, from: Size, found: readonly Relocated[], home: NewHome): RegionCrystal | undefined {
	const { glyphs: _, ...data } = region.data;
	const why = `${CARRIED} ${region.scope.layout} at ${home.factor.toFixed(3)} ×`;
	if (!isTextual(data.reader) || data.box === undefined) return moved(region, home, why, { ...data });
	const was = data.box;
	let nearest: { readonly old: Box; readonly now: Box; readonly far: number; readonly name: string } | undefined;
	for (const { crystal, places } of found) {
		if (!crystal.data.fixed || !Object.keys(crystal.data.screens).some((screen) => data.screens[screen] !== undefined)) continue;
		for (const place of places) {
			const old = crystal.data.places[place.place];
			if (old === undefined) continue;
			const far = Math.hypot(old[0] + old[2] / 2 - was[0] - was[2] / 2, old[1] + old[3] / 2 - was[1] - was[3] / 2);
			if (nearest === undefined || far < nearest.far) nearest = { old, now: place.box, far, name: crystal.data.element };
		}
	}
	if (nearest === undefined) return undefined;
	const { factor } = home;
	const x = Math.round(nearest.now[0] + (was[0] - nearest.old[0]) * factor);
	const y = Math.round(nearest.now[1] + (was[1] - nearest.old[1]) * factor);
	const box: [number, number, number, number] = [x, y, Math.round(was[2] * factor), Math.round(was[3] * factor)];
	if (!contains([0, 0, home.frame.width, home.frame.height], box)) return undefined;
	const placement = {
		...learnPlacement(data.placement, { box: was, frame: from }, { box, frame: home.frame, factor }, { panel: nearest.name }),
		from: { layout: region.scope.layout, crystal: region.id, factor },
	};
	return moved(region, home, `${why}, beside ${nearest.name}`, { ...data, box, placement });
}

/** A region's glyphs are pictures of the old size: they stay behind, and the recogniser teaches new ones. */
function moved(region: RegionCrystal, home: NewHome, why: string, data: RegionCrystal['data']): RegionCrystal {
	const copy: RegionCrystal = { ...region, id: home.id, scope: home.scope, createdAt: home.at, history: [], data, blobs: {} };
	return reborn(copy, region, home.at, why);
}

/** True while a region that was trusted where it came from waits here, and no answer spoke against it since. */
export function mayRegain({ state, stat, history }: Pick<RegionCrystal, 'state' | 'stat' | 'history'>): boolean {
	const last = history.at(-1);
	return state === 'shadow' && last?.from === 'autonomous' && last.why.startsWith(CARRIED) && stat.clean >= stat.labels;
}

/**
 * Whether a look speaks for a carried region. A text must be read as a valid value where the box is now, and what tells where that
 * is must be in sight: the element it was carried beside, or two others of its screens. What is read off an element is as good as
 * the element's template.
 *
 * @param templates  of the new layout
 * @param found      ids of those that the same look finds
 */
export function readsAgain(
	{ data }: Pick<RegionCrystal, 'data'>,
	reading: Reading,
	templates: readonly TemplateCrystal[],
	found: ReadonlySet<string>,
): boolean {
	if (!reading.hit) return false;
	const carried = templates.filter((t) => t.state === 'autonomous' && t.data.placement?.from !== undefined);
	if (!isTextual(data.reader)) return carried.some((t) => t.data.element === data.element);
	const shared = carried.filter(
		(t) => t.data.fixed && found.has(t.id) && Object.keys(t.data.screens).some((screen) => data.screens[screen] !== undefined),
	);
	const beside = new Set(shared.map((t) => t.data.element));
	const panel = data.placement?.panel;
	return (panel !== undefined && beside.has(panel)) || beside.size >= NEIGHBOURS_LEAST;
}

/** A screen in the new layout: how it is entered is known; what it looks like is asked once. */
export function carryScreen(screen: ScreenCrystal, home: NewHome): ScreenCrystal {
	const columns = Math.ceil(home.frame.width / TILE);
	const rows = Math.ceil(home.frame.height / TILE);
	return {
		...screen,
		id: home.id,
		scope: home.scope,
		createdAt: home.at,
		stat: freshStat(),
		history: [{ at: home.at, from: screen.state, to: screen.state, why: `${CARRIED} ${screen.scope.layout}: how it is entered` }],
		data: { ...screen.data, confirmed: 0, columns, rows, usual: { outside: [], inside: [] } },
		blobs: { reference: new Uint8Array(4 * columns * rows), varies: new Uint8Array(columns * rows) },
	};
}

/** Evidence counts for a quarter in the new layout, ranks for nothing: they were won by other pixels. */
export function reborn<C extends Crystal>(copy: C, old: Crystal, at: number, why: string): C {
	const { stat, change } = live(copy, { type: 'revised', what: 'the layout' }, at);
	const { ladder: _, ...evidence } = stat;
	const state = change?.to ?? copy.state;
	return { ...copy, stat: evidence, state, history: [{ at, from: old.state, to: state, why }] };
}

/** Id of a crystal in another layout: the same each time, so that carrying twice changes nothing. */
export function idIn(layout: string, crystal: Pick<TemplateCrystal, 'id'>): string {
	const own = layout.replaceAll('@', '-');
	return `${crystal.id.replace(/\.\d+x\d+(-[\d.]+)?$/, '')}.${own}`;
}
