// A place is laid where the player is, by no model: from the look of the moment. Seen again, it learns its own threshold, and what
// stood in front before.
import { alike, fillIn, type Look } from '../../navigation/look.ts';
import { freshStat, type Scope, unpaid } from '../crystal.ts';
import { applyStep, live } from '../lifecycle.ts';
import { withValue } from '../spread.ts';
import { MARKS_MOST, type Place, PLACE_SCHEMA, type PlaceData } from './schema.ts';

const MINI = 'minimap';

export interface PlaceSeen {
	readonly area: string;
	readonly screen: string;
	readonly xy: readonly [x: number, y: number];
	readonly view: readonly [x: number, y: number];
	readonly look: Look;
	/** What the minimap shows. */
	readonly mini?: Look;
	readonly marks: PlaceData['marks'];
}

export function layPlace(seen: PlaceSeen, { id, scope, at }: { readonly id: string; readonly scope: Scope; readonly at: number }): Place {
	const place: Place = {
		id,
		kind: 'place',
		scope,
		name: Object.values(seen.marks).join(', ').slice(0, 200) || `a place on ${seen.screen}`,
		schema: PLACE_SCHEMA,
		createdAt: at,
		provenance: unpaid({ at, ask: 'route', tier: 'crystal' }),
		state: 'trial',
		stat: freshStat(),
		history: [],
		data: {
			area: seen.area,
			screen: seen.screen,
			xy: [...seen.xy],
			view: [...seen.view],
			looks: ['look0'],
			...(seen.mini === undefined ? {} : { mini: MINI }),
			seen: 1,
			scores: { n: 0, mean: 0, m2: 0 },
			marks: Object.fromEntries(Object.entries(seen.marks).slice(0, MARKS_MOST)),
			tried: {},
			merges: [],
		},
		blobs: { look0: seen.look.slice(), ...(seen.mini === undefined ? {} : { [MINI]: seen.mini.slice() }) },
	};
	applyStep(place, live(place, { type: 'admitted' }, at));
	return place;
}

/** It is known to be here, and looks like this, laid without a shift. */
export function seeAgain(place: Place, look: Look, marks: PlaceData['marks'], visit: boolean): void {
	const { data } = place;
	const newest = data.looks.at(-1) as string;
	const own = place.blobs[newest] as Look;
	if (own.includes(0) && alike(own, look).score > 0) place.blobs[newest] = fillIn(own, look);
	if (!visit) return;
	data.seen++;
	const kept = Object.entries(data.marks).filter(([fact, value]) => marks[fact] === undefined || marks[fact] === value);
	if (kept.length !== Object.keys(data.marks).length) data.marks = Object.fromEntries(kept);
}

/** A look lay over it so well, where it should. @param score  correlation, in [-1, 1] */
export function fits({ data }: Place, score: number): void {
	if (data.scores.n < SCORES_MOST) data.scores = withValue(data.scores, score);
}
/** More say nothing new. */
const SCORES_MOST = 1000;
