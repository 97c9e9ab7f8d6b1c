// Where the player is, what ways are known, and how to go them: one object that the loop shows its frames and tells its acts.
import type { Box } from '../geometry.ts';
import type { Desk } from '../loop/desk.ts';
import type { Situation } from '../loop/situation.ts';
import type { Place } from '../crystals/place/schema.ts';
import type { Frame } from '../ports.ts';
import type { Act, Facts } from '../question.ts';
import { type Atlas, makeAtlas } from './atlas.ts';
import { makePages } from './pages.ts';
import { pictureOfPlace, showAtlas } from './show.ts';
import { type NavView, NOWHERE, type PoseView } from './view.ts';

export interface NavigatorOptions extends Desk {
	/** The part of the frame that shows the world; the whole frame unless given. */
	readonly world?: Box;
}

export interface Navigator {
	readonly atlas: Atlas;
	/** Looks at a frame. @param situation  what is believed of it; undefined while nothing is */
	see(frame: Frame, situation: Situation | undefined): void;
	/** An act was carried out. */
	sent(act: Act): void;
	readonly pose: PoseView;
	readonly facts: Facts;
	view(): NavView;
	/** Goes to a node of either graph, by id or name. @returns a sentence when it cannot, else '' */
	goTo(place: string): string;
	stop(why: string): string;
	picture(place: string): Frame | undefined;
}

export function makeNavigator(o: NavigatorOptions): Navigator {
	const { clock } = o;
	const atlas = makeAtlas({
		scope: o.scope,
		crystals: o.crystals,
		now: () => clock.now(),
		newId: o.newId,
		save: o.save,
		changed: o.changed,
	});
	const pages = makePages(atlas, () => clock.now());
	let world: Box = o.world ?? [0, 0, 1, 1];
	const frontiers = (_place: Place): number => 0;

	return {
		atlas,
		see(frame, situation) {
			world = o.world ?? [0, 0, frame.width, frame.height];
			if (situation === undefined || situation.frame.at !== frame.at) return;
			pages.see(situation.screen, clock.monotonic());
		},
		sent: (act) => pages.sent(act, clock.monotonic()),
		get pose() {
			return { ...NOWHERE, screen: pages.screen };
		},
		facts: {},
		goTo(place) {
			const node = atlas.find(place);
			if (node === undefined) return `There is no place "${place}" on the map.`;
			return 'Going there by the map is not built yet.';
		},
		stop: () => 'Nothing is being travelled.',
		picture(id) {
			const place = atlas.place(id);
			return place === undefined ? undefined : pictureOfPlace(place, world);
		},
		view: () => showAtlas(atlas, world, frontiers, clock.now()),
	};
}
