// Floors, walls, doors and backdrops. Floors keep a low contrast, so that whatever stands on them is the liveliest thing there.
import { blend, dot, fill, grain, makeRaster, paint, type Raster, type Rgb, shade, type Skin, stamp, tint } from './raster.ts';
import { COLUMNS, type HollowRoom as RoomName, ROWS, rooms } from './rooms.ts';
import { GLYPHS, type Sprite } from './sprites.ts';

/** Half a tile on the screen: pictures are drawn twice as large. */
export const T = 16;
type Paint = (hex: string) => Rgb;

export function roomRaster(name: RoomName, skin: Skin): Raster {
	const raster = makeRaster(COLUMNS * T, ROWS * T);
	const p: Paint = (hex) => tint(hex, skin);
	const map = rooms[name].map;
	paint(raster, 0, 0, raster.width, raster.height, (i, j) => floors[name](p, i, j));
	for (let row = 0; row < ROWS; row++) {
		for (let column = 0; column < COLUMNS; column++) {
			const letter = map[row]?.[column];
			const at: [Raster, number, number] = [raster, column * T, row * T];
			const below = map[row + 1]?.[column];
			if (letter === '#') wall(...at, name, p, below !== undefined && below !== '#');
			else if (letter === 'P') pillar(...at, p, name === 'Shrine' ? '#cfc8b4' : '#77738c');
			else if (letter === 'H') house(...at, p, map[row - 1]?.[column] !== 'H', below !== 'H', map[row]?.[column - 1] !== 'H');
			else if (letter !== undefined) furniture(letter, ...at, p);
		}
	}
	return raster;
}

/** Draws what one letter of a map stands for, over its floor; a letter of nothing draws nothing. */
export function furniture(letter: string, raster: Raster, x: number, y: number, p: Paint): void {
	if (letter === 'T') tree(raster, x, y, p);
	else if (letter === 'R') rock(raster, x, y, p);
	else if (letter === 'P') pillar(raster, x, y, p, '#8d88a3');
	else if (letter === 'B') barrel(raster, x, y, p);
	else if (letter === 'S') shelf(raster, x, y, p);
	else if (letter === 'W') well(raster, x, y, p);
	else if (letter === 'C') shard(raster, x, y, p);
	else if (letter === 'M') mushroom(raster, x, y, p);
	else if (letter === 'K') crate(raster, x, y, p);
	else if (letter === 'L') brazier(raster, x, y, p);
	else if (letter === 'A') anvil(raster, x, y, p);
	else if (letter === 'G') gravestone(raster, x, y, p);
	else if (letter === '~') pool(raster, x, y, p);
}

const floors: Readonly<Record<RoomName, (p: Paint, i: number, j: number) => Rgb>> = {
	Village: (p, i, j) => {
		const path = Math.abs(j - 88 - 6 * Math.sin(i / 26)) < 13 || (Math.abs(i - 112 - 3 * Math.sin(j / 15)) < 9 && j > 88);
		const g = grain(i, j, 1);
		if (path) return shade(p('#a98a5c'), 0.95 + 0.08 * g + (grain(i >> 2, j >> 1, 3) > 0.9 ? 0.07 : 0));
		return shade(p('#5d8f45'), 0.93 + 0.09 * g + (grain(i >> 1, j >> 2, 2) > 0.88 ? 0.09 : 0));
	},
	Meadow: (p, i, j) => {
		const tuft = grain(i >> 1, j >> 2, 12);
		if (grain(i >> 1, j >> 1, 13) > 0.994) return p(grain(i >> 1, j >> 1, 14) > 0.5 ? '#e6d98a' : '#d7a9c4');
		return shade(p('#86a444'), 0.92 + 0.09 * grain(i, j, 11) + (tuft > 0.84 ? 0.08 : 0));
	},
	Crypt: (p, i, j) => {
		const row = j >> 3;
		const seam = j % 8 === 0 || (i + (row % 2) * 8) % 16 === 0;
		const stone = grain((i + (row % 2) * 8) >> 4, row, 21);
		return shade(p('#4a4a60'), (seam ? 0.78 : 0.93 + 0.12 * stone) + 0.06 * grain(i, j, 22));
	},
	Cellar: (p, i, j) => {
		const plank = i >> 3;
		const seam = i % 8 === 0 || (j + (plank % 3) * 23) % 64 === 0;
		const fibre = 0.07 * grain(i, j >> 3, 32);
		return shade(p('#7b5636'), (seam ? 0.76 : 0.9 + 0.12 * grain(plank, 0, 31)) + fibre);
	},
	Shrine: (p, i, j) => {
		const light = ((i >> 4) + (j >> 4)) % 2 === 0;
		const vein = Math.abs(Math.sin((i + j * 0.6 + 9 * Math.sin(j / 11)) / 17)) < 0.05;
		const edge = i % 16 === 0 || j % 16 === 0;
		return shade(p(light ? '#9db3b0' : '#8aa3a4'), (vein ? 1.07 : 1) * (edge ? 0.93 : 1) * (0.97 + 0.05 * grain(i, j, 41)));
	},
};

const wallColours: Readonly<Record<RoomName, readonly [top: string, face: string]>> = {
	Village: ['#2f5a2c', '#3e7336'],
	Meadow: ['#3f6526', '#54802f'],
	Crypt: ['#25243a', '#35344f'],
	Cellar: ['#3b2a22', '#54402f'],
	Shrine: ['#566f78', '#6f8a90'],
};

function wall(raster: Raster, x: number, y: number, room: RoomName, p: Paint, isFace: boolean): void {
	const [top, face] = wallColours[room];
	const leafy = room === 'Village' || room === 'Meadow';
	paint(raster, x, y, T, T, (i, j) => {
		const [gx, gy] = [x + i, y + j];
		if (leafy) {
			const lump = grain(gx >> 2, gy >> 2, 51);
			const rim = isFace && j > 12;
			return shade(p(lump > 0.55 ? face : top), (rim ? 0.6 : 0.86) + 0.34 * grain(gx >> 1, gy >> 1, 52));
		}
		const seam = j % 8 === 7 || (i + ((y + j) >> 3) * 8) % 16 === 15;
		const base = p(isFace ? face : top);
		return shade(
			base,
			(seam ? 0.68 : 0.95 + 0.15 * grain((gx + (gy >> 3) * 8) >> 4, gy >> 3, 53)) +
				0.07 * grain(gx, gy, 54) -
				(isFace && j > 13 ? 0.25 : 0),
		);
	});
}

function shadow(raster: Raster, x: number, y: number, w: number, p: Paint): void {
	fill(raster, x, y, w, 2, p('#2a3024'));
}

function tree(raster: Raster, x: number, y: number, p: Paint): void {
	shadow(raster, x + 3, y + 14, 10, p);
	fill(raster, x + 6, y + 10, 4, 5, p('#54341f'));
	fill(raster, x + 6, y + 10, 1, 5, p('#7a5130'));
	disc(raster, x + 7.5, y + 6, 6.9, (i, j) =>
		shade(p('#2f7040'), 0.75 + 0.5 * grain((x + i) >> 1, (y + j) >> 1, 61) + (i + j < 10 ? 0.22 : -0.08)),
	);
}

function rock(raster: Raster, x: number, y: number, p: Paint): void {
	shadow(raster, x + 2, y + 14, 12, p);
	disc(raster, x + 7.5, y + 9, 6, (i, j) => shade(p('#858078'), 0.72 + 0.3 * grain(x + i, y + j, 62) + (i + j < 14 ? 0.25 : 0)));
}

function pillar(raster: Raster, x: number, y: number, p: Paint, hex: string): void {
	shadow(raster, x + 1, y + 14, 14, p);
	paint(raster, x + 3, y + 2, 10, 12, (i) => shade(p(hex), 1.1 - Math.abs(i - 3) * 0.08 + (i % 3 === 2 ? -0.12 : 0)));
	for (const top of [0, 12]) paint(raster, x + 2, y + top, 12, 3, (_, j) => shade(p(hex), j === 0 ? 1.2 : 0.82));
}

function barrel(raster: Raster, x: number, y: number, p: Paint): void {
	shadow(raster, x + 2, y + 14, 12, p);
	paint(raster, x + 2, y + 2, 12, 13, (i, j) => {
		const hoop = j === 3 || j === 10;
		return shade(p(hoop ? '#5d6068' : '#8a5c33'), 1.1 - Math.abs(i - 4) * 0.07 + (i % 3 === 0 && !hoop ? -0.12 : 0));
	});
	paint(raster, x + 3, y + 1, 10, 2, () => p('#4a2f1c'));
}

function shelf(raster: Raster, x: number, y: number, p: Paint): void {
	fill(raster, x, y, T, T, p('#4b301e'));
	for (const j of [7, 14]) fill(raster, x, y + j, T, 2, p('#8d6138'));
	for (let i = 1; i < 15; i += 3) {
		for (const j of [3, 10]) {
			const hue = ['#8f3b32', '#3c5d7c', '#8b7a3d', '#5c7a48'][Math.floor(grain(x + i, y + j, 63) * 4)] ?? '#8f3b32';
			fill(raster, x + i, y + j, 2, 4, p(hue));
		}
	}
}

function shard(raster: Raster, x: number, y: number, p: Paint): void {
	shadow(raster, x + 2, y + 14, 12, p);
	for (const [cx, top, half, base] of [
		[8, 1, 3, 14],
		[4, 6, 2, 14],
		[12, 5, 2, 14],
	] as const) {
		for (let j = top; j < base; j++) {
			const w = Math.min(half, Math.floor((j - top) / 2) + 1);
			for (let i = -w; i <= w; i++) dot(raster, x + cx + i, y + j, shade(p('#6fc3e8'), i < 0 ? 1.15 : i === w ? 0.5 : 0.78));
		}
	}
}

function mushroom(raster: Raster, x: number, y: number, p: Paint): void {
	shadow(raster, x + 3, y + 14, 10, p);
	paint(raster, x + 6, y + 8, 5, 7, (i) => shade(p('#d8cdb4'), 1.05 - i * 0.1));
	disc(raster, x + 8, y + 6, 6, (i, j) =>
		grain((x + i) >> 1, (y + j) >> 1, 67) > 0.82 ? p('#f2e9d2') : shade(p('#b8503e'), i + j < 10 ? 1.15 : 0.85),
	);
	fill(raster, x + 3, y + 9, 11, 2, p('#7c3a35'));
}

function crate(raster: Raster, x: number, y: number, p: Paint): void {
	shadow(raster, x + 1, y + 15, 14, p);
	paint(raster, x + 1, y + 1, 14, 14, (i, j) => {
		const frame = i < 2 || j < 2 || i > 11 || j > 11 || Math.abs(i - j) < 2;
		return shade(p(frame ? '#a8793f' : '#7f5a33'), 0.92 + 0.14 * grain(x + i, y + j, 68) - (i === 0 || j === 13 ? 0.3 : 0));
	});
}

function brazier(raster: Raster, x: number, y: number, p: Paint): void {
	shadow(raster, x + 3, y + 14, 10, p);
	fill(raster, x + 7, y + 9, 2, 6, p('#3c4048'));
	fill(raster, x + 4, y + 14, 8, 1, p('#3c4048'));
	paint(raster, x + 3, y + 8, 10, 3, (_, j) => shade(p('#5d6068'), j === 0 ? 1.2 : 0.8));
	for (const [i, top, hue] of [
		[4, 5, '#e0662c'],
		[6, 2, '#f09a3a'],
		[8, 1, '#ffd873'],
		[10, 4, '#f09a3a'],
	] as const)
		fill(raster, x + i, y + top, 2, 8 - top, p(hue));
}

function anvil(raster: Raster, x: number, y: number, p: Paint): void {
	shadow(raster, x + 2, y + 14, 12, p);
	paint(raster, x + 4, y + 9, 8, 6, (i, j) => shade(p('#6d4a2c'), 1.1 - i * 0.05 - (j % 3 === 2 ? 0.2 : 0)));
	paint(raster, x + 1, y + 4, 14, 4, (_, j) => shade(p('#7b828e'), j === 0 ? 1.35 : 1 - j * 0.12));
	fill(raster, x + 5, y + 8, 6, 1, p('#4a4f59'));
}

function gravestone(raster: Raster, x: number, y: number, p: Paint): void {
	shadow(raster, x + 2, y + 14, 12, p);
	paint(raster, x + 3, y + 4, 10, 11, (i, j) =>
		shade(p('#8d8a9c'), 1.08 - i * 0.035 + 0.12 * grain(x + i, y + j, 69) - (j === 10 ? 0.3 : 0)),
	);
	paint(raster, x + 4, y + 2, 8, 2, () => p('#9a97a8'));
	fill(raster, x + 7, y + 5, 2, 7, p('#5a5769'));
	fill(raster, x + 5, y + 7, 6, 2, p('#5a5769'));
}

function pool(raster: Raster, x: number, y: number, p: Paint): void {
	disc(raster, x + 7.5, y + 8, 7.4, () => p('#5d7a80'));
	disc(raster, x + 7.5, y + 8, 6, (i, j) => shade(p('#2b6f93'), 0.92 + (Math.sin((i + 2 * j) / 2) > 0.8 ? 0.3 : 0)));
}

function well(raster: Raster, x: number, y: number, p: Paint): void {
	disc(raster, x + 7.5, y + 8, 7.4, (i, j) => shade(p('#8d8a86'), 0.8 + 0.35 * grain((x + i) >> 1, (y + j) >> 1, 64)));
	disc(raster, x + 7.5, y + 8, 4.6, () => p('#1c3550'));
	fill(raster, x + 5, y + 6, 3, 1, p('#6fa3cf'));
}

function house(raster: Raster, x: number, y: number, p: Paint, isTop: boolean, isBottom: boolean, isLeft: boolean): void {
	if (isBottom) {
		paint(raster, x, y, T, T, (i, j) => shade(p('#cdb58a'), (j > 13 ? 0.7 : 0.92) + 0.08 * grain(x + i, y + j, 65)));
		for (const i of [0, 15]) fill(raster, x + i, y, 1, T, p('#6b4a2c'));
		fill(raster, x, y, T, 2, p('#6b4a2c'));
		fill(raster, x + 5, y + 5, 6, 6, p(isLeft ? '#5b3a22' : '#3b5b78'));
		if (!isLeft) fill(raster, x + 6, y + 6, 2, 4, p('#7fb0cf'));
		return;
	}
	paint(raster, x, y, T, T, (i, j) => {
		const seam = j % 5 === 4 || (i + (Math.floor(j / 5) % 2) * 3) % 6 === 0;
		return shade(p('#9a4a38'), (seam ? 0.74 : 0.95) + 0.12 * grain((x + i) >> 1, y + j, 66) + (isTop && j < 2 ? 0.25 : 0));
	});
}

function disc(raster: Raster, cx: number, cy: number, radius: number, colour: (i: number, j: number) => Rgb): void {
	const [x0, y0] = [Math.floor(cx - radius), Math.floor(cy - radius)];
	for (let j = y0; j <= cy + radius; j++) {
		for (let i = x0; i <= cx + radius; i++) {
			const away = Math.hypot(i - cx, j - cy);
			if (away <= radius) dot(raster, i, j, away > radius - 1 ? shade(colour(i - x0, j - y0), 0.55) : colour(i - x0, j - y0));
		}
	}
}

/** Wood of the signs: one hue to a door, so that doors differ at a glance. */
const signs: Readonly<Record<string, readonly [arch: string, board: string, way: string]>> = {
	'door-village': ['#8c6a43', '#f0dfb0', '#57422e'],
	'door-meadow': ['#4f7f38', '#fff6c8', '#2b5522'],
	'door-crypt': ['#565a6e', '#3d2f55', '#0d0b15'],
	'door-cellar': ['#73482a', '#cfa265', '#241407'],
	'door-shrine': ['#9fb9c4', '#2f5f86', '#dfeef0'],
};

/** A doorway with a sign over it, opaque to its corners, 32 by 32. */
export function doorRaster(name: string, skin: Skin): Raster {
	const raster = makeRaster(32, 32);
	const p: Paint = (hex) => tint(hex, skin);
	const [arch, board, way] = signs[name] ?? ['#888888', '#dddddd', '#222222'];
	const salt = name.length + name.charCodeAt(5);
	paint(raster, 0, 0, 32, 32, (i, j) => {
		const stone = grain((i + ((j >> 2) % 2) * 3) >> 2, j >> 2, 70 + salt);
		const seam = j % 4 === 3 || (i + ((j >> 2) % 2) * 3) % 6 === 0;
		return shade(p(arch), (seam ? 0.66 : 0.86 + 0.3 * stone) + 0.06 * grain(i, j, 71));
	});
	// The way through: darker or lighter than its arch, with steps.
	paint(raster, 7, 17, 18, 15, (_, j) => shade(p(way), name === 'door-shrine' ? 1 - j * 0.02 : 0.8 + (j % 4 === 3 ? 0.9 : 0) + j * 0.03));
	fill(raster, 6, 17, 1, 15, p('#15101c'));
	fill(raster, 25, 17, 1, 15, p('#15101c'));
	fill(raster, 6, 16, 20, 1, p('#15101c'));
	fill(raster, 8, 0, 16, 16, p('#15101c'));
	paint(raster, 9, 1, 14, 14, (i, j) => shade(p(board), 0.94 + 0.1 * grain(i, j, 72) - (i === 13 || j === 13 ? 0.16 : 0)));
	const glyph = GLYPHS[name];
	if (glyph) stamp(raster, glyph, 10, 2, skin);
	for (const [i, j] of [
		[0, 0],
		[31, 0],
		[0, 31],
		[31, 31],
	] as const)
		dot(raster, i, j, p('#15101c'));
	return raster;
}

/** A stone table with a flame in a bowl, opaque, 32 by 32. */
export function altarRaster(skin: Skin): Raster {
	const raster = makeRaster(32, 32);
	const p: Paint = (hex) => tint(hex, skin);
	paint(raster, 0, 0, 32, 32, (i, j) => {
		const away = Math.hypot(i - 15.5, j - 15.5);
		return away < 15.5 ? shade(p('#3a5d78'), 1.15 - away * 0.03 + (Math.abs((away % 5) - 2.5) < 0.6 ? 0.35 : 0)) : p('#27404f');
	});
	paint(raster, 4, 15, 24, 13, (i, j) =>
		shade(p('#d8d2c0'), (j < 3 ? 1.12 : 0.78) + 0.1 * grain(i, j, 81) - (j > 3 && i % 8 === 7 ? 0.18 : 0)),
	);
	fill(raster, 4, 18, 24, 1, p('#6e6a60'));
	fill(raster, 10, 11, 12, 4, p('#b8832a'));
	fill(raster, 11, 11, 10, 1, p('#f7cf4d'));
	const flame: Sprite = {
		width: 8,
		height: 9,
		rows: ['...oo...', '...oyo..', '..oyyo..', '.oyyyoo.', '.oywyyo.', 'oyywwyyo', 'oywwwwyo', '.oywwyo.', '..oyyo..'],
	};
	stamp(raster, flame, 12, 2, skin);
	for (const edge of [0, 31]) {
		fill(raster, edge, 0, 1, 32, p('#15101c'));
		fill(raster, 0, edge, 32, 1, p('#15101c'));
	}
	return raster;
}

/** The interface's ground: status bar, column and strip as one picture of 480 by 270; the world's box is left to the room. */
export function chromeRaster(status: number, world: number, strip: number, skin: Skin): Raster {
	const raster = makeRaster(480, 270);
	const p: Paint = (hex) => tint(hex, skin);
	const wood =
		(hex: string) =>
		(i: number, j: number): Rgb =>
			shade(p(hex), 0.92 + 0.08 * grain(i >> 3, j, 91) + 0.05 * grain(i, j, 92));
	paint(raster, 0, 0, 480, 270, wood('#2b2333'));
	panel(raster, 0, status, 480, 24, p, wood('#352a3f'));
	panel(raster, 352, world, 128, 192, p, wood('#2f2639'));
	panel(raster, 0, strip, 480, 54, p, wood('#352a3f'));
	panel(raster, 356, world + 4, 120, 48, p, wood('#4a3a2c'));
	panel(raster, 356, world + 58, 120, 94, p, wood('#3a3046'));
	return raster;
}

function panel(raster: Raster, x: number, y: number, w: number, h: number, p: Paint, body: (i: number, j: number) => Rgb): void {
	paint(raster, x, y, w, h, body);
	fill(raster, x, y, w, 1, p('#15101c'));
	fill(raster, x, y + h - 1, w, 1, p('#15101c'));
	fill(raster, x, y, 1, h, p('#15101c'));
	fill(raster, x + w - 1, y, 1, h, p('#15101c'));
	fill(raster, x + 1, y + 1, w - 2, 1, p('#8a6f4a'));
	fill(raster, x + 1, y + 1, 1, h - 2, p('#6d573c'));
	fill(raster, x + 1, y + h - 2, w - 2, 1, p('#241b2b'));
	fill(raster, x + w - 2, y + 1, 1, h - 2, p('#241b2b'));
	for (const [i, j] of [
		[2, 2],
		[w - 4, 2],
		[2, h - 4],
		[w - 4, h - 4],
	] as const)
		fill(raster, x + i, y + j, 2, 2, p('#d2a36c'));
}

const skies = {
	title: ['#141432', '#5a3f78', '#e08a5a', '#241b3c', '#0f0c1c'],
	options: ['#141432', '#2b3560', '#5a6a9a', '#1c1f3c', '#0d0e1c'],
	menu: ['#10202a', '#1f4450', '#4a8078', '#12303a', '#081a20'],
	dead: ['#12060c', '#3a0f1c', '#7a2228', '#210a12', '#0c0408'],
	victory: ['#17356e', '#2f6aa6', '#f0b25e', '#2f6a48', '#173a2e'],
} as const;

/** Sky, hills and a village under it, 480 by 270. */
export function backdropRaster(screen: keyof typeof skies, skin: Skin): Raster {
	const raster = makeRaster(480, 270);
	const p: Paint = (hex) => tint(hex, skin);
	const [high, middle, low, far, near] = skies[screen];
	paint(raster, 0, 0, 480, 270, (i, j) => {
		// Steps of sky, their edges broken by dots: a gradient in the manner of old machines.
		const level = Math.floor((j / 200) * 12 + (grain(i >> 1, j >> 1, 101) - 0.5)) / 12;
		const part = Math.min(1, Math.max(0, level));
		return part < 0.55 ? blend(p(high), p(middle), part / 0.55) : blend(p(middle), p(low), (part - 0.55) / 0.45);
	});
	if (screen !== 'victory') {
		for (let n = 0; n < 130; n++) {
			const [x, y] = [Math.floor(grain(n, 1, 102) * 480), Math.floor(grain(n, 2, 102) * 130)];
			dot(raster, x, y, p(grain(n, 3, 102) > 0.6 ? '#fff2d0' : '#9a90c0'));
		}
	}
	disc(raster, 392, 44, 19, (i, j) => shade(p(screen === 'dead' ? '#b03838' : '#fff0c0'), 0.86 + 0.2 * grain(i >> 2, j >> 2, 103)));
	hills(raster, (x) => 176 + 17 * Math.sin(x / 47) + 9 * Math.sin(x / 19 + 2), p(far), 104);
	for (let n = 0; n < 9; n++) cottage(raster, 24 + n * 52 + Math.floor(grain(n, 4, 105) * 16), p, screen === 'dead');
	hills(raster, (x) => 218 + 9 * Math.sin(x / 61 + 1) + 4 * Math.sin(x / 13), p(near), 106);
	return raster;
}

function hills(raster: Raster, ridge: (x: number) => number, colour: Rgb, salt: number): void {
	for (let x = 0; x < raster.width; x++) {
		const top = Math.round(ridge(x) - (grain(x >> 2, 0, salt) > 0.7 ? 5 * grain(x, 1, salt) : 0));
		for (let y = top; y < raster.height; y++) dot(raster, x, y, shade(colour, (y === top ? 1.5 : 0.92) + 0.14 * grain(x, y, salt)));
	}
}

function cottage(raster: Raster, x: number, p: Paint, isDark: boolean): void {
	const y = Math.round(190 + 17 * Math.sin(x / 47) * 0.5);
	fill(raster, x, y, 16, 13, p('#241c2c'));
	for (let j = 0; j < 8; j++) fill(raster, x + j - 2, y - j, 20 - 2 * j, 1, p('#1a1422'));
	fill(raster, x + 3, y + 4, 3, 4, p(isDark ? '#3a2028' : '#ffc860'));
	fill(raster, x + 10, y + 4, 3, 4, p(isDark ? '#3a2028' : '#ffa84a'));
}
