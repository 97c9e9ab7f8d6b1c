// The Warren: a seeded land of thirty places, each a chamber in a cell of a grid, joined by corridors. A cell's picture depends on
// its look alone, and some places share one look and the same ways out: whoever stands there sees the very same pixels.
// The land has loops, so that a shut door can be walked round, and pockets with one way in, behind a gate that falls.
import { between, type Dice, mix, roll, shuffle } from '../random.ts';
import type { Tile } from '../rooms.ts';

export const GRID = { columns: 6, rows: 5 } as const;
/** Tiles of a cell. The view is 22 × 12, so from a chamber's middle no other chamber can be seen. */
export const CELL = { columns: 20, rows: 14 } as const;
export const LAND = { columns: GRID.columns * CELL.columns, rows: GRID.rows * CELL.rows } as const;

export const THEMES = ['garden', 'crypt', 'cellar', 'shrine', 'mine', 'forge', 'grotto', 'fungus', 'library', 'flooded'] as const;
export type Theme = (typeof THEMES)[number];
export const SHAPES = ['hall', 'cut', 'round', 'cross', 'long', 'tall', 'small'] as const;
export type Shape = (typeof SHAPES)[number];

/** Ways out of a cell, as bits of `Look.ways`. */
export const WAYS = { north: 1, east: 2, south: 4, west: 8 } as const;

/** All that a cell's picture depends on. */
export interface Look {
	readonly theme: Theme;
	readonly shape: Shape;
	readonly ways: number;
	/** 14 rows of 20 letters: `.` floor, `#` the chamber's wall, `x` bedrock, others are furniture, one letter a kind. */
	readonly map: readonly string[];
	/** Equal for cells that look alike. */
	readonly key: string;
}
export interface Place {
	readonly id: number;
	readonly name: string;
	readonly cell: Tile;
	/** Where one stands in its middle, tiles of the land. */
	readonly middle: Tile;
	readonly look: Look;
	/** One way in, behind a gate that falls behind whoever enters. */
	readonly pocket: boolean;
}
export interface Passage {
	readonly a: number;
	readonly b: number;
	/** Index into `gates`; absent where nothing can close the passage. */
	readonly gate?: number;
}
export interface Gate {
	readonly id: number;
	/** Top left tile; two tiles across the corridor. */
	readonly at: Tile;
	/** How the corridor runs. */
	readonly runs: 'east' | 'south';
	/** A door may be shut; a portcullis falls when somebody enters the pocket behind it. */
	readonly kind: 'door' | 'portcullis';
	/** The two places it parts. */
	readonly parts: readonly [number, number];
}
export interface Land {
	readonly seed: number;
	readonly places: readonly Place[];
	readonly passages: readonly Passage[];
	readonly gates: readonly Gate[];
	/** Letters of the whole land, as in `Look.map`. */
	readonly map: readonly string[];
	/** Ids of places that share one look, two or more each. */
	readonly alike: readonly (readonly number[])[];
	/** The place where a round begins. */
	readonly start: number;
}

export const NAMES: Readonly<Record<Theme, readonly string[]>> = {
	garden: ['Sunken Garden', 'Fern Court', 'Bee Yard', 'Root Cloister', 'Thorn Walk', 'Pale Orchard'],
	crypt: ['Bone Vault', 'Hall of Names', 'Quiet Crypt', 'Ash Chapel', 'Lower Vault', 'Widow Tomb'],
	cellar: ['Wine Cellar', 'Salt Store', 'Cooper Room', 'Old Larder', 'Dry Cellar', 'Brewhouse'],
	shrine: ['Lantern Hall', 'Moon Shrine', 'Echo Dome', 'White Chapel', 'Oracle Stair', 'Hall of Steps'],
	mine: ['Ore Pit', 'Deep Adit', 'Rail Head', 'Tin Gallery', 'Old Winze', 'Sump'],
	forge: ['Cold Forge', 'Slag Hall', 'Bellows Room', 'Ember Court', 'Anvil Room', 'Kiln'],
	grotto: ['Blue Grotto', 'Shard Cave', 'Glass Hollow', 'Singing Cave', 'Prism Den', 'Frost Nook'],
	fungus: ['Fungus Gallery', 'Spore Den', 'Puffball Hall', 'Mould Garden', 'Cap Hollow', 'Gill Room'],
	library: ['Sealed Library', 'Map Room', 'Scriptorium', 'Reading Hall', 'Index Room', 'Atlas Court'],
	flooded: ['Drowned Hall', 'Cistern', 'Eel Basin', 'Sluice Room', 'Wet Steps', 'Mirror Pool'],
};

/** Furniture of each theme: letters drawn by scenery.ts. */
const FURNITURE: Readonly<Record<Theme, string>> = {
	garden: 'TTR',
	crypt: 'PGG',
	cellar: 'BBS',
	shrine: 'PPL',
	mine: 'RRK',
	forge: 'ALK',
	grotto: 'CCR',
	fungus: 'MMR',
	library: 'SSL',
	flooded: '~~P',
};

const lands = new Map<number, Land>();

/** The land of a seed; made once. */
export function landOf(seed: number): Land {
	let land = lands.get(seed);
	if (!land) {
		// Other seeds are of other games; a handful serves those who compare them.
		if (lands.size >= 8) lands.clear();
		land = makeLand(seed);
		lands.set(seed, land);
	}
	return land;
}

function makeLand(seed: number): Land {
	// A draw with too few look-alikes or pockets is no use for what the land is for; the next one is as good as any.
	for (let draw = 0; ; draw++) {
		const dice: Dice = { state: mix(seed, 0x3a22e4, draw) };
		const links = drawLinks(dice);
		const ways = waysOf(links);
		const twins = drawTwins(dice, ways);
		const deadEnds = ways.flatMap((w, i) => (degree(w) === 1 ? [i] : []));
		if (twins.length < 4 || deadEnds.length < 3) continue;
		return build(seed, dice, links, ways, twins, deadEnds);
	}
}

type Link = readonly [a: number, b: number];
const COUNT = GRID.columns * GRID.rows;

/** A spanning tree and a good number of loops; always as many as leave some dead ends. */
function drawLinks(dice: Dice): readonly Link[] {
	const all: Link[] = [];
	for (let i = 0; i < COUNT; i++) {
		if ((i + 1) % GRID.columns !== 0) all.push([i, i + 1]);
		if (i + GRID.columns < COUNT) all.push([i, i + GRID.columns]);
	}
	shuffle(dice, all);
	const group = Array.from({ length: COUNT }, (_, i) => i);
	const rootOf = (i: number): number => (group[i] === i ? i : rootOf(group[i] as number));
	const links: Link[] = [];
	const spare: Link[] = [];
	for (const link of all) {
		const [a, b] = [rootOf(link[0]), rootOf(link[1])];
		if (a === b) spare.push(link);
		else {
			group[a] = b;
			links.push(link);
		}
	}
	const loops = between(dice, 8, 10);
	return [...links, ...spare.slice(0, loops)];
}

function waysOf(links: readonly Link[]): number[] {
	const ways = new Array<number>(COUNT).fill(0);
	for (const [a, b] of links) {
		const east = b === a + 1;
		ways[a] = (ways[a] as number) | (east ? WAYS.east : WAYS.south);
		ways[b] = (ways[b] as number) | (east ? WAYS.west : WAYS.north);
	}
	return ways;
}

/** Groups of two or three cells with the same ways out, no two of a group side by side. */
function drawTwins(dice: Dice, ways: readonly number[]): readonly (readonly number[])[] {
	const byWays = new Map<number, number[]>();
	ways.forEach((w, i) => {
		if (degree(w) > 1) byWays.set(w, [...(byWays.get(w) ?? []), i]);
	});
	const groups: number[][] = [];
	for (const cells of byWays.values()) {
		shuffle(dice, cells);
		const group: number[] = [];
		for (const cell of cells) if (group.length < 3 && group.every((other) => apart(cell, other) > 1)) group.push(cell);
		if (group.length > 1) groups.push(group);
	}
	return groups.slice(0, 5);
}

function apart(a: number, b: number): number {
	const [ca, ra, cb, rb] = [a % GRID.columns, Math.floor(a / GRID.columns), b % GRID.columns, Math.floor(b / GRID.columns)];
	return Math.abs(ca - cb) + Math.abs(ra - rb);
}

function degree(ways: number): number {
	return [1, 2, 4, 8].filter((bit) => (ways & bit) > 0).length;
}

function build(
	seed: number,
	dice: Dice,
	links: readonly Link[],
	ways: readonly number[],
	alike: readonly (readonly number[])[],
	deadEnds: readonly number[],
): Land {
	const pockets = new Set(deadEnds.slice(0, 3));
	// Each look is drawn once, so that two places look alike only where they were meant to.
	const styles = THEMES.flatMap((theme) => SHAPES.map((shape) => ({ theme, shape })));
	shuffle(dice, styles);
	const taken = new Map<number, Look>();
	const neighbours = (i: number): readonly number[] => links.flatMap(([a, b]) => (a === i ? [b] : b === i ? [a] : []));
	const draw = (cells: readonly number[]): void => {
		const near = new Set(cells.flatMap((i) => neighbours(i).map((n) => taken.get(n)?.theme)));
		const at = Math.max(
			0,
			styles.findIndex((s) => !near.has(s.theme)),
		);
		const [style] = styles.splice(at, 1) as [(typeof styles)[number]];
		const look = makeLook(seed, style.theme, style.shape, ways[cells[0] as number] as number);
		for (const i of cells) taken.set(i, look);
	};
	for (const group of alike) draw(group);
	for (let i = 0; i < COUNT; i++) if (!taken.has(i)) draw([i]);

	const names = Object.fromEntries(THEMES.map((theme) => [theme, shuffle(dice, [...NAMES[theme]])])) as Record<Theme, string[]>;
	const spare = THEMES.flatMap((theme) => names[theme].slice(4));
	for (const theme of THEMES) names[theme] = names[theme].slice(0, 4);
	const places = Array.from({ length: COUNT }, (_, id): Place => {
		const look = taken.get(id) as Look;
		const cell: Tile = [id % GRID.columns, Math.floor(id / GRID.columns)];
		return {
			id,
			name: names[look.theme].shift() ?? (spare.shift() as string),
			cell,
			middle: [cell[0] * CELL.columns + 9, cell[1] * CELL.rows + 6],
			look,
			pocket: pockets.has(id),
		};
	});
	const gates: Gate[] = [];
	const passages = links.map(([a, b]): Passage => {
		const isPocket = pockets.has(a) || pockets.has(b);
		if (!isPocket && roll(dice) < 0.4) return { a, b };
		const [column, row] = (places[a] as Place).cell;
		const runs = b === a + 1 ? 'east' : 'south';
		// At the far edge of the first cell: the corridor's middle, which belongs to neither chamber.
		const at: Tile =
			runs === 'east' ? [(column + 1) * CELL.columns - 1, row * CELL.rows + 6] : [column * CELL.columns + 9, (row + 1) * CELL.rows - 1];
		gates.push({ id: gates.length, at, runs, kind: isPocket ? 'portcullis' : 'door', parts: [a, b] });
		return { a, b, gate: gates.length - 1 };
	});
	const map = Array.from({ length: LAND.rows }, (_, row) =>
		Array.from({ length: GRID.columns }, (_, column) => {
			const place = places[Math.floor(row / CELL.rows) * GRID.columns + column] as Place;
			return place.look.map[row % CELL.rows] as string;
		}).join(''),
	);
	const open = places.filter((p) => degree(p.look.ways) > 2 && !alike.some((group) => group.includes(p.id)));
	const start = (open[Math.floor(roll(dice) * open.length)] ?? (places[0] as Place)).id;
	return { seed, places, passages, gates, map, alike, start };
}

function makeLook(seed: number, theme: Theme, shape: Shape, ways: number): Look {
	const dice: Dice = { state: mix(seed, THEMES.indexOf(theme), SHAPES.indexOf(shape)) };
	const rows = Array.from({ length: CELL.rows }, (_, row) =>
		Array.from({ length: CELL.columns }, (_, column) => (isInside(shape, column, row) ? '.' : 'x')),
	);
	const set = (column: number, row: number, letter: string): void => {
		(rows[row] as string[])[column] = letter;
	};
	const at = (column: number, row: number): string => rows[row]?.[column] ?? 'x';
	for (let row = 0; row < CELL.rows; row++) {
		for (let column = 0; column < CELL.columns; column++) {
			const isRim = at(column, row) === 'x' && around(column, row).some(([c, r]) => isInside(shape, c, r));
			if (isRim) set(column, row, '#');
		}
	}
	furnish(dice, theme, shape, at, set);
	// The ways out, two tiles wide, from the middle to the edge.
	for (let column = 0; column < CELL.columns; column++) {
		const open = (column < 9 && (ways & WAYS.west) > 0) || (column > 10 && (ways & WAYS.east) > 0);
		if (open) for (const row of [6, 7]) set(column, row, '.');
	}
	for (let row = 0; row < CELL.rows; row++) {
		const open = (row < 6 && (ways & WAYS.north) > 0) || (row > 7 && (ways & WAYS.south) > 0);
		if (open) for (const column of [9, 10]) set(column, row, '.');
	}
	return { theme, shape, ways, map: rows.map((r) => r.join('')), key: `${theme} ${shape} ${ways} ${seed}` };
}

/** Pieces in a quarter of the chamber, mirrored to the other three, away from the lanes so that every tile stays within reach. */
function furnish(
	dice: Dice,
	theme: Theme,
	shape: Shape,
	at: (column: number, row: number) => string,
	set: (column: number, row: number, letter: string) => void,
): void {
	const letters = FURNITURE[theme];
	const free: Tile[] = [];
	for (let row = 3; row <= 5; row++) for (let column = 4; column <= 6; column++) if (isInside(shape, column, row)) free.push([column, row]);
	shuffle(dice, free);
	const mirrors = roll(dice) < 0.6 ? 'both' : roll(dice) < 0.5 ? 'across' : 'down';
	for (const [i, [column, row]] of free.slice(0, between(dice, 2, 3)).entries()) {
		const letter = letters[i % letters.length] as string;
		const spots: Tile[] = [[column, row]];
		if (mirrors !== 'down') spots.push([19 - column, row]);
		if (mirrors !== 'across') spots.push([column, 13 - row]);
		if (mirrors === 'both') spots.push([19 - column, 13 - row]);
		for (const [c, r] of spots) if (at(c, r) === '.' && isLoose(at, c, r)) set(c, r, letter);
	}
}

/** True where a piece of furniture leaves everybody a way round it: at most one other solid thing beside the walls touches it. */
function isLoose(at: (column: number, row: number) => string, column: number, row: number): boolean {
	return around(column, row).every(([c, r]) => at(c, r) === '.' || at(c, r) === '#') && at(column, row - 2) !== 'x';
}

function around(column: number, row: number): readonly Tile[] {
	const out: Tile[] = [];
	for (let r = row - 1; r <= row + 1; r++) for (let c = column - 1; c <= column + 1; c++) if (c !== column || r !== row) out.push([c, r]);
	return out;
}

/** Floor of a chamber, tiles of the cell; the middle four tiles are in every shape. */
function isInside(shape: Shape, column: number, row: number): boolean {
	const [x, y] = [Math.abs(column - 9.5), Math.abs(row - 6.5)];
	switch (shape) {
		case 'hall':
			return x < 6 && y < 4;
		case 'cut':
			return x < 6 && y < 4 && x + y < 8;
		case 'round':
			return (x / 6) ** 2 + (y / 4) ** 2 < 1;
		case 'cross':
			return (x < 6 && y < 2) || (x < 3 && y < 4);
		case 'long':
			return x < 6 && y < 2.9;
		case 'tall':
			return x < 4 && y < 4;
		case 'small':
			return x < 4 && y < 2.9;
	}
}

/** The place in whose cell a tile lies; corridors belong to the nearer chamber. */
export function placeAt(land: Land, [column, row]: Tile): Place {
	const [c, r] = [Math.floor(column / CELL.columns), Math.floor(row / CELL.rows)];
	return land.places[Math.min(GRID.rows - 1, Math.max(0, r)) * GRID.columns + Math.min(GRID.columns - 1, Math.max(0, c))] as Place;
}

/** True on the floor of a chamber, false in a corridor. */
export function isInChamber(place: Place, [column, row]: Tile): boolean {
	return isInside(place.look.shape, column - place.cell[0] * CELL.columns, row - place.cell[1] * CELL.rows);
}

/** The two tiles a gate stands on. */
export function gateTiles({ at, runs }: Gate): readonly [Tile, Tile] {
	return [at, runs === 'east' ? [at[0], at[1] + 1] : [at[0] + 1, at[1]]];
}
