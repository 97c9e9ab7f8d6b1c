// A room is a map of letters and a few doors. A door that leads to one place has one picture and one place on the screen,
// whichever room it stands in, so that its name, its look and its position say the same thing.
import type { Person } from './warren/folk.ts';

export const ROOMS = ['Village', 'Meadow', 'Crypt', 'Cellar', 'Shrine'] as const;
export type HollowRoom = (typeof ROOMS)[number];
/** The Warren is one room, far larger than the picture of it. */
export type RoomName = HollowRoom | 'Warren';

export const COLUMNS = 22;
export const ROWS = 12;
export const TILE = 32;
/** The picture of a room, logical pixels. */
export const WORLD_SIZE = { width: COLUMNS * TILE, height: ROWS * TILE } as const;

export interface Door {
	/** Element name: `door-` and where it leads. */
	readonly name: `door-${string}`;
	readonly to: HollowRoom;
	/** Top left tile; a door is two by two tiles. */
	readonly at: Tile;
	/** Where somebody stands who came in by this door. */
	readonly front: Tile;
}
export type Tile = readonly [column: number, row: number];

/** A picture two by two tiles, or one, that does not move and can be used. */
export interface Fixture {
	readonly name: 'mira' | 'altar' | 'lever' | Person;
	readonly at: Tile;
	readonly size: 1 | 2;
}

export interface Room {
	readonly name: RoomName;
	/** Rows of letters, 12 of 22 outside the Warren: `.` floor, `#` wall, others are scenery that blocks: T tree, R rock, H house, W well, P pillar, B barrel, S shelf. */
	readonly map: readonly string[];
	readonly doors: readonly Door[];
	readonly fixtures: readonly Fixture[];
}

const toMeadow: Door = { name: 'door-meadow', to: 'Meadow', at: [20, 5], front: [19, 5] };
const toVillage: Door = { name: 'door-village', to: 'Village', at: [0, 5], front: [2, 5] };
const toCellar: Door = { name: 'door-cellar', to: 'Cellar', at: [6, 10], front: [6, 9] };
const toCrypt: Door = { name: 'door-crypt', to: 'Crypt', at: [20, 2], front: [19, 2] };
const toShrine: Door = { name: 'door-shrine', to: 'Shrine', at: [10, 0], front: [10, 2] };

export const rooms: Readonly<Record<HollowRoom, Room>> = {
	Village: {
		name: 'Village',
		map: [
			'######################',
			'#T...............T..T#',
			'#..HHHH.............T#',
			'#..HHHH.....T........#',
			'#..HHHH..............#',
			'#..............HHH...#',
			'#......W.......HHH...#',
			'#..............HHH...#',
			'#T...................#',
			'#...........T.....T..#',
			'#TT................TT#',
			'######################',
		],
		doors: [toMeadow, toCellar],
		fixtures: [{ name: 'mira', at: [10, 4], size: 1 }],
	},
	Meadow: {
		name: 'Meadow',
		map: [
			'######################',
			'#TT..............TT.T#',
			'#....................#',
			'#......R.............#',
			'#...T.........R......#',
			'#....................#',
			'#.......T.......T....#',
			'#....................#',
			'#..R........R........#',
			'#.................R..#',
			'#TT....T....T......TT#',
			'######################',
		],
		doors: [toVillage, toCrypt, toShrine],
		fixtures: [],
	},
	Crypt: {
		name: 'Crypt',
		map: [
			'######################',
			'#........#...........#',
			'#..P.....#....P...P..#',
			'#........#...........#',
			'#....................#',
			'#....P........P......#',
			'#....................#',
			'#........#...........#',
			'#..P.....#....P...P..#',
			'#........#...........#',
			'#........#...........#',
			'######################',
		],
		doors: [toMeadow],
		fixtures: [],
	},
	Cellar: {
		name: 'Cellar',
		map: [
			'######################',
			'#BBSSSS..BB..SSSSS.BB#',
			'#B..................B#',
			'#............BB......#',
			'#....................#',
			'#.............B......#',
			'#....................#',
			'#............BB......#',
			'#.................BB.#',
			'#B................BB.#',
			'#BB..BB....SSSS..BBBB#',
			'######################',
		],
		doors: [toVillage],
		fixtures: [],
	},
	Shrine: {
		name: 'Shrine',
		map: [
			'######################',
			'#P..................P#',
			'#....................#',
			'#...P...P....P...P...#',
			'#....................#',
			'#....................#',
			'#....................#',
			'#....................#',
			'#...P...P....P...P...#',
			'#....................#',
			'#P..................P#',
			'######################',
		],
		doors: [toMeadow],
		fixtures: [{ name: 'altar', at: [12, 5], size: 2 }],
	},
};

/** True where nobody can stand, whoever else is about. */
export function isSolid(room: Room, [column, row]: Tile): boolean {
	if (room.map[row]?.[column] !== '.') return true;
	const inside = (at: Tile, size: number): boolean => column >= at[0] && column < at[0] + size && row >= at[1] && row < at[1] + size;
	return room.doors.some((d) => inside(d.at, 2)) || room.fixtures.some((f) => inside(f.at, f.size));
}

/** Where one stands after coming into `room` out of `from`. */
export function entrance(room: HollowRoom, from: RoomName): Tile {
	return rooms[room].doors.find((d) => d.to === from)?.front ?? [10, 6];
}
