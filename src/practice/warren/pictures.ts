// The Warren's cells and gates. A cell is drawn from its look in coordinates of its own, so that equal looks are equal pixels.
import { dot, fill, grain, makeRaster, paint, type Raster, type Rgb, shade, type Skin, tint } from '../raster.ts';
import type { GateLook } from '../items.ts';
import { furniture, T } from '../scenery.ts';
import { CELL, type Look, type Theme } from './land.ts';

type Paint = (hex: string) => Rgb;

const BEDROCK = ['#2c2833', '#37323f'] as const;
const EARTH = '#6b5d4c';

const floors: Readonly<Record<Theme, (p: Paint, i: number, j: number) => Rgb>> = {
	garden: (p, i, j) => {
		const tuft = grain(i >> 1, j >> 2, 212);
		if (grain(i >> 1, j >> 1, 213) > 0.994) return p(grain(i >> 1, j >> 1, 214) > 0.5 ? '#e6d98a' : '#d7a9c4');
		return shade(p('#6f9a48'), 0.92 + 0.09 * grain(i, j, 211) + (tuft > 0.84 ? 0.09 : 0));
	},
	crypt: (p, i, j) => flags(p('#55556e'), i, j, 16, 8, 221),
	cellar: (p, i, j) => {
		const plank = j >> 3;
		const seam = j % 8 === 0 || (i + (plank % 3) * 29) % 72 === 0;
		return shade(p('#85603c'), (seam ? 0.76 : 0.9 + 0.12 * grain(0, plank, 231)) + 0.07 * grain(i >> 3, j, 232));
	},
	shrine: (p, i, j) => {
		const light = ((i >> 4) + (j >> 4)) % 2 === 0;
		const edge = i % 16 === 0 || j % 16 === 0;
		return shade(p(light ? '#b9b39c' : '#a79f8b'), (edge ? 0.92 : 1) * (0.97 + 0.05 * grain(i, j, 241)));
	},
	mine: (p, i, j) => {
		const pebble = grain(i >> 2, j >> 1, 251) > 0.93;
		return shade(p('#7a6248'), 0.9 + 0.1 * grain(i, j, 252) + (pebble ? 0.12 : 0));
	},
	forge: (p, i, j) => {
		const crack = (i * 3 + j * 5 + Math.floor(9 * Math.sin(j / 9 + i / 23))) % 61 === 0;
		return crack ? shade(p('#a5532c'), 0.85) : flags(p('#514545'), i, j, 16, 16, 261);
	},
	grotto: (p, i, j) => shade(p('#40647c'), 0.9 + 0.08 * grain(i, j, 271) + 0.08 * Math.sin(i / 9 + 3 * Math.sin(j / 13))),
	fungus: (p, i, j) => {
		const spot = grain(i >> 2, j >> 2, 281) > 0.95;
		return shade(p(spot ? '#7d6299' : '#654f78'), 0.93 + 0.1 * grain(i, j, 282));
	},
	library: (p, i, j) => {
		const [x, y] = [Math.abs(i - 159.5), Math.abs(j - 111.5)];
		const border = Math.max(x - 32, y) > 24 && Math.max(x - 32, y) < 29;
		const weave = ((i >> 1) + (j >> 1)) % 2 === 0 ? 0.97 : 1.03;
		if (Math.max(x - 32, y) < 31) return shade(p(border ? '#c0a052' : '#7d3038'), weave);
		return flags(p('#7c6650'), i, j, 8, 32, 291);
	},
	flooded: (p, i, j) => {
		const wet = Math.sin(i / 21 + 2 * Math.sin(j / 17)) + Math.sin(j / 13 + 1.7) > 0.75;
		if (wet) return shade(p('#41707a'), 0.96 + (Math.sin(i / 5 + j / 3) > 0.93 ? 0.12 : 0) + 0.03 * grain(i, j, 302));
		return flags(p('#6d8078'), i, j, 16, 16, 301);
	},
};

function flags(colour: Rgb, i: number, j: number, w: number, h: number, salt: number): Rgb {
	const row = Math.floor(j / h);
	const x = i + (row % 2) * (w >> 1);
	const seam = j % h === 0 || x % w === 0;
	return shade(colour, (seam ? 0.8 : 0.93 + 0.11 * grain(Math.floor(x / w), row, salt)) + 0.06 * grain(i, j, salt + 1));
}

const walls: Readonly<Record<Theme, readonly [top: string, face: string]>> = {
	garden: ['#2f5a2c', '#3e7336'],
	crypt: ['#2e2c45', '#454366'],
	cellar: ['#46322a', '#6a4f39'],
	shrine: ['#7b7462', '#a2987e'],
	mine: ['#4b3a2b', '#6a523a'],
	forge: ['#33292b', '#5c4440'],
	grotto: ['#27455a', '#38627c'],
	fungus: ['#3c2e4d', '#574469'],
	library: ['#4a3022', '#7a5236'],
	flooded: ['#3d5650', '#567a70'],
};

/** One cell, 320 × 224: bedrock, corridors, the chamber and what stands in it. */
export function cellRaster(look: Look | undefined, skin: Skin): Raster {
	const raster = makeRaster(CELL.columns * T, CELL.rows * T);
	const p: Paint = (hex) => tint(hex, skin);
	paint(raster, 0, 0, raster.width, raster.height, (i, j) => bedrock(p, i, j));
	if (!look) return raster;
	// Beyond the cell's edge it goes on as it ends.
	const at = (column: number, row: number): string =>
		look.map[Math.min(CELL.rows - 1, Math.max(0, row))]?.[Math.min(CELL.columns - 1, Math.max(0, column))] as string;
	const isChamber = (column: number, row: number): boolean => {
		// A corridor's floor is the floor that leads out of the ring of walls.
		const rim = look.shape === 'tall' || look.shape === 'small' ? [6, 13] : [4, 15];
		return column >= (rim[0] as number) && column <= (rim[1] as number) && row >= 3 && row <= 10;
	};
	for (let row = 0; row < CELL.rows; row++) {
		for (let column = 0; column < CELL.columns; column++) {
			const letter = at(column, row);
			const [x, y] = [column * T, row * T];
			if (letter === 'x') {
				if (at(column, row + 1) !== 'x' && at(column, row + 1) !== '#') face(raster, x, y, p, BEDROCK);
				continue;
			}
			if (letter === '#') {
				ring(raster, x, y, p, walls[look.theme], look.theme === 'garden', at(column, row + 1) !== '#' && at(column, row + 1) !== 'x');
				continue;
			}
			const floor = isChamber(column, row) ? floors[look.theme] : corridor;
			paint(raster, x, y, T, T, (i, j) => shaded(floor(p, x + i, y + j), i, j, column, row, at));
			if (letter !== '.') furniture(letter, raster, x, y, p);
		}
	}
	return raster;
}

/** Floors darken under a wall to the north and, less, beside one: the light falls from the south. */
function shaded(colour: Rgb, i: number, j: number, column: number, row: number, at: (c: number, r: number) => string): Rgb {
	const solid = (c: number, r: number): boolean => at(c, r) === 'x' || at(c, r) === '#';
	let by = 1;
	if (j < 5 && solid(column, row - 1)) by -= 0.3 - 0.05 * j;
	if (i < 3 && solid(column - 1, row)) by -= 0.12 - 0.035 * i;
	if (i > 12 && solid(column + 1, row)) by -= 0.12 - 0.035 * (15 - i);
	return by === 1 ? colour : shade(colour, by);
}

function corridor(p: Paint, i: number, j: number): Rgb {
	const stone = grain(i >> 2, j >> 2, 311) > 0.9;
	return shade(p(EARTH), 0.88 + 0.12 * grain(i, j, 312) + (stone ? 0.1 : 0));
}

function bedrock(p: Paint, i: number, j: number): Rgb {
	const lump = grain(i >> 3, j >> 3, 321);
	const crack = grain((i + (j >> 2)) >> 2, j >> 3, 322) > 0.93;
	return shade(p(lump > 0.6 ? BEDROCK[1] : BEDROCK[0]), (crack ? 0.72 : 0.92) + 0.14 * grain(i >> 1, j >> 1, 323));
}

/** The side of the rock over a corridor. */
function face(raster: Raster, x: number, y: number, p: Paint, [, light]: readonly [string, string]): void {
	paint(raster, x, y + 6, T, 10, (i, j) =>
		shade(p(light), (j > 7 ? 0.8 : 1.12 - 0.02 * j) + 0.16 * grain((x + i) >> 1, (y + j) >> 1, 331)),
	);
}

function ring(
	raster: Raster,
	x: number,
	y: number,
	p: Paint,
	[top, side]: readonly [string, string],
	leafy: boolean,
	isFace: boolean,
): void {
	paint(raster, x, y, T, T, (i, j) => {
		const [gx, gy] = [x + i, y + j];
		if (leafy) {
			const lump = grain(gx >> 2, gy >> 2, 341);
			return shade(p(lump > 0.55 ? side : top), (isFace && j > 12 ? 0.6 : 0.86) + 0.34 * grain(gx >> 1, gy >> 1, 342));
		}
		const seam = j % 8 === 7 || (gx + (gy >> 3) * 8) % 16 === 15;
		const stone = 0.95 + 0.15 * grain((gx + (gy >> 3) * 8) >> 4, gy >> 3, 343);
		return shade(p(isFace ? side : top), (seam ? 0.7 : stone) + 0.06 * grain(gx, gy, 344) - (isFace && j > 13 ? 0.22 : 0));
	});
}

/** A gate, 16 × 32 or 32 × 16; an open one lets the floor through, save for its posts. */
export function gateRaster({ kind, runs, shut }: GateLook, skin: Skin): Raster {
	const across = runs === 'east';
	const raster = across ? makeRaster(T, 2 * T) : makeRaster(2 * T, T);
	const p: Paint = (hex) => tint(hex, skin);
	const [w, h] = [raster.width, raster.height];
	if (shut && kind === 'door') {
		paint(raster, 0, 0, w, h, (i, j) => {
			const plank = across ? j >> 2 : i >> 2;
			const edge = i === 0 || j === 0 || i === w - 1 || j === h - 1;
			const hinge = across ? i % 12 === 4 : j % 12 === 4;
			if (edge) return p('#15101c');
			return hinge
				? shade(p('#9aa1ad'), 0.85 + 0.3 * grain(i, j, 351))
				: shade(p('#8a5a36'), ((across ? j : i) % 4 === 0 ? 0.66 : 0.88) + 0.26 * grain(plank, 0, 352));
		});
		const [cx, cy] = [w >> 1, h >> 1];
		fill(raster, cx - 3, cy - 3, 6, 6, p('#15101c'));
		fill(raster, cx - 2, cy - 2, 4, 4, p('#f7cf4d'));
	} else if (shut) {
		paint(raster, 0, 0, w, h, (i, j) => {
			const bar = across ? j % 5 < 2 : i % 5 < 2;
			const cross = across ? i === 4 || i === 11 : j === 4 || j === 11;
			if (!bar && !cross) return shade(p('#1b1622'), 0.8 + 0.3 * grain(i, j, 353));
			return shade(p('#aab2be'), (bar ? 0.72 : 0.98) + ((across ? j : i) % 5 === 0 ? 0.24 : 0));
		});
	}
	const posts: readonly (readonly [number, number, number, number])[] = across
		? [
				[2, 0, 12, 3],
				[2, h - 3, 12, 3],
			]
		: [
				[0, 2, 3, 12],
				[w - 3, 2, 3, 12],
			];
	for (const [x, y, pw, ph] of posts) {
		paint(raster, x, y, pw, ph, (i, j) => shade(p(kind === 'door' ? '#6d4a2c' : '#5d6472'), 0.85 + 0.4 * grain(x + i, y + j, 354)));
		dot(raster, x, y, p('#15101c'));
	}
	return raster;
}
