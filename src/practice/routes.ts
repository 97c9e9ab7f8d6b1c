// The ways between the five rooms, told as a model would tell them. Places are the asker's own; each is named after the room on its plate.
import { bands } from './layout.ts';
import type { PracticeOptions } from './options.ts';
import { type Door, type HollowRoom, ROOMS, rooms, TILE } from './rooms.ts';
import type { View } from './view.ts';
import type { RouteAsked, WaypointTold } from './warren/guide.ts';

/** The doors from room to room, or across the room one is in; undefined where the name says no room. */
export function routeOfRooms(
	asked: RouteAsked,
	view: View,
	{ hud, scale }: Pick<PracticeOptions, 'hud' | 'scale'>,
): readonly WaypointTold[] | undefined {
	const from = ROOMS.find((room) => room === view.room);
	const to = roomOf(asked.to);
	if (from === undefined || to === undefined) return undefined;
	const doors = doorsBetween(from, to);
	if (doors.length > 0)
		return doors.map((door, i) => {
			const place = i === doors.length - 1 ? asked.to : asked.places.find((p) => roomOf(p.name) === door.to)?.name;
			return {
				...(place === undefined ? {} : { place }),
				action: { verb: 'click', args: { at: door.name } },
				terrain: door.to.toLowerCase(),
			};
		});
	const here = asked.places.find((p) => p.name === asked.from);
	const there = asked.places.find((p) => p.name === asked.to);
	if (here === undefined || there === undefined) return [{ place: asked.to, terrain: to.toLowerCase() }];
	const x = Math.round((view.player.x + TILE / 2) * scale + there.x - here.x);
	const y = Math.round((view.player.y + TILE / 2 + bands(hud).world) * scale + there.y - here.y);
	return [{ place: asked.to, x, y, terrain: to.toLowerCase() }];
}

/** `Meadow`, and what the asker numbered, as `Meadow 2`. */
function roomOf(name: string): HollowRoom | undefined {
	return ROOMS.find((room) => name === room || name.startsWith(`${room} `));
}

/** Fewest doors first; none where one is there already. */
function doorsBetween(from: HollowRoom, to: HollowRoom): readonly Door[] {
	const ways = new Map<string, readonly Door[]>([[from, []]]);
	for (const [at, way] of ways) {
		if (at === to) return way;
		for (const door of rooms[at as HollowRoom].doors) if (!ways.has(door.to)) ways.set(door.to, [...way, door]);
	}
	return [];
}
