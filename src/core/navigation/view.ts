// The map as it is shown: places, ways and where the player is, in words and figures.
import type { State } from '../crystals/crystal.ts';

/** A node of either graph. */
export interface PlaceView {
	/** A place's id, or `screen:` and a screen's name. */
	readonly id: string;
	/** What people call it. */
	readonly name: string;
	readonly graph: 'page' | 'world';
	/** The screen that shows it. */
	readonly screen: string;
	/** Places of one area share a plane; empty for screens. */
	readonly area: string;
	/** Where the player stands there, pixels of the area's plane, y downwards; null for screens. */
	readonly xy: readonly [x: number, y: number] | null;
	/** The part of the plane that its picture shows, `[x, y, w, h]`; null for screens. The picture comes by `placePicture`. */
	readonly view: readonly [x: number, y: number, w: number, h: number] | null;
	/** Another one when the picture is. */
	readonly picture: string;
	/** Visits. */
	readonly seen: number;
	/** No way is known from here but back. */
	readonly deadEnd: boolean;
	/** Ways in sight that nobody has tried yet. */
	readonly frontiers: number;
	/** Places that were taken for this one, by id; a person may take that back. */
	readonly merged: readonly string[];
}
/** A way from one node to the next. */
export interface RouteView {
	readonly id: string;
	readonly graph: 'page' | 'world';
	readonly from: string;
	readonly to: string;
	readonly state: State;
	/** How long a walk takes, ms: the mean of its own, before the first what is expected. */
	readonly ms: number;
	readonly walks: number;
	readonly failures: number;
	/** Milliseconds until it is tried again; 0: open. */
	readonly blockedMs: number;
	readonly lastFail: string;
	readonly terrain: string;
	/** Share of walks that something interrupted. */
	readonly danger: number;
	/** Screens that came up on the way. */
	readonly interrupts: readonly string[];
	/** The acts in words; empty: straight there. */
	readonly moves: readonly string[];
	/** Told by a model and not walked yet. */
	readonly planned: boolean;
}
/** All that is known of the ways of a game; sent when it changes, at most once a second. */
export interface NavView {
	readonly places: readonly PlaceView[];
	readonly routes: readonly RouteView[];
}

/** `none`: the screen shows no world. `lost` is a state, never a guess. */
export type PoseState = 'none' | 'fixed' | 'reckoned' | 'lost';
export type TravelState = 'travelling' | 'recovering' | 'waiting' | 'asking';
/** Sent as the player moves, at most ten times a second. */
export interface PoseView {
	readonly state: PoseState;
	/** Why it is so, for people. */
	readonly why: string;
	readonly screen: string;
	readonly area: string;
	/** Pixels of the area's plane; null while it is not known. */
	readonly xy: readonly [x: number, y: number] | null;
	/** Standard deviation of `xy`, pixels. */
	readonly sigmaPx: number;
	/** The place one is at or nearest to; empty while it is not known. */
	readonly place: string;
	/** Where one may be, while that is not known. */
	readonly maybe: readonly string[];
	readonly travel: {
		readonly to: string;
		readonly name: string;
		/** Nodes still to come, the goal last. */
		readonly route: readonly string[];
		readonly state: TravelState;
		readonly why: string;
	} | null;
}
export const NOWHERE: PoseView = {
	state: 'none',
	why: 'no world was seen yet',
	screen: '',
	area: '',
	xy: null,
	sigmaPx: 0,
	place: '',
	maybe: [],
	travel: null,
};
