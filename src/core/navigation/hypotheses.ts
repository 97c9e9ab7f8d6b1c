// Where the player may be while that is not known: every place that looks like this is followed as they move, and what is walked over
// speaks for or against each. One look says nothing twice: only ground that comes into sight is evidence.
import type { Box } from '../geometry.ts';
import { MARGIN, recognisePlace, thresholdOf } from '../crystals/place/apply.ts';
import type { Place } from '../crystals/place/schema.ts';
import type { Atlas } from './atlas.ts';
import { cellOf, type Prepared } from './look.ts';
import { apart, sharedBy, shiftTo, viewBy, type Xy } from './plane.ts';

/** One of the places where the player may be. */
export interface Track {
	readonly area: string;
	/** Top left corner of the world's box. */
	cam: Xy;
	/** Where it was when it was first thought of. */
	readonly first: Xy;
	/** Looks for it, less those against it. */
	support: number;
	/** The place that it was last seen by. */
	place: string;
}
export interface Hypotheses {
	readonly tracks: readonly Track[];
	clear(): void;
	moved(by: Xy): void;
	/** Holds them against what is seen; where none is left, all that look so are taken up. */
	look(seen: Prepared, screen: string, world: Box, mini?: Prepared): void;
	/** All that a look fits, and the minimap where there is one. */
	find(seen: Prepared, screen: string, world: Box, mini?: Prepared): readonly Track[];
	/** The one that nothing speaks against, where all others are out of it. */
	readonly only: Track | undefined;
}

/** Looks that agree before one is believed. */
const RUNNING = 3;
/** Looks by which one is ahead of all others. */
const AHEAD = 3;
/** A place speaks for a view that shares so much with it; against it, so much. */
const SPEAKS_FOR = 0.35;
const SPEAKS_AGAINST = 0.5;
/** What scores so little lower than a place's own threshold still is it, where it should be. */
export const LENIENT = 0.04;

export function makeHypotheses(atlas: Atlas): Hypotheses {
	let tracks: Track[] = [];

	function find(seen: Prepared, screen: string, world: Box, mini?: Prepared): Track[] {
		const all = atlas.alike(seen, atlas.on(screen), mini);
		const least = (all[0]?.laid.score ?? 0) - MARGIN;
		return all.reduce<Track[]>((found, { place, laid }) => {
			if (laid.score < least) return found;
			const view = viewBy(place, laid, world);
			// Two places side by side say the same.
			if (!found.some((t) => t.area === place.data.area && apart(t.cam, view) < 3 * cellOf(world)[0]))
				found.push({ area: place.data.area, cam: view, first: view, support: 1, place: place.id });
			return found;
		}, []);
	}

	/** Whether it is still to be followed, looked at as if one was there. */
	function holds(track: Track, seen: Prepared, world: Box): boolean {
		const near = atlas
			.within(track.area)
			.map((place): readonly [Place, number] => [place, sharedBy(place.data.view, track.cam, world)])
			.filter(([, share]) => share >= SPEAKS_FOR)
			.toSorted((a, b) => b[1] - a[1]);
		let against = false;
		for (const [place, share] of near) {
			const laid = recognisePlace(place, seen, { at: shiftTo(place, track.cam, world), within: 2 });
			if (laid.score >= thresholdOf(place.data) - LENIENT) {
				track.support++;
				track.cam = viewBy(place, laid, world);
				track.place = place.id;
				return true;
			}
			if (share > SPEAKS_AGAINST) against = true;
		}
		if (against) track.support--;
		return track.support > 0;
	}

	return {
		get tracks() {
			return tracks;
		},
		clear() {
			tracks = [];
		},
		moved([dx, dy]) {
			for (const track of tracks) track.cam = [track.cam[0] + dx, track.cam[1] + dy];
		},
		look(seen, screen, world, mini) {
			tracks = tracks.filter((track) => holds(track, seen, world));
			if (tracks.length === 0) tracks = find(seen, screen, world, mini);
		},
		find,
		get only() {
			const [best, second] = tracks.toSorted((a, b) => b.support - a.support);
			if (best === undefined || best.support < (second === undefined ? RUNNING : second.support + AHEAD)) return undefined;
			return best;
		},
	};
}
