// Pictures as plain pixels, at half the size they are shown. No canvas here, so tests can look at the very pixels.
import { mix } from './random.ts';
import { INK, type Sprite } from './sprites.ts';

export type Skin = 'day' | 'dusk';
export type Rgb = readonly [red: number, green: number, blue: number];

/** RGBA, row-major. */
export interface Raster {
	readonly width: number;
	readonly height: number;
	readonly data: Uint8ClampedArray<ArrayBuffer>;
}

export function makeRaster(width: number, height: number): Raster {
	return { width, height, data: new Uint8ClampedArray(width * height * 4) };
}

/** `#rrggbb` in the skin's light. Dusk is no mere dimming: it turns warm light cold, so that learnt pictures stop fitting. */
export function tint(hex: string, skin: Skin): Rgb {
	const n = Number.parseInt(hex.slice(1), 16);
	return toned([(n >> 16) & 255, (n >> 8) & 255, n & 255], skin);
}

export function toned([r, g, b]: Rgb, skin: Skin): Rgb {
	if (skin === 'day') return [r, g, b];
	return [
		Math.round(0.2 * r + 0.06 * g + 0.4 * b),
		Math.round(0.14 * r + 0.16 * g + 0.4 * b),
		Math.round(0.2 * r + 0.06 * g + 0.72 * b + 16),
	];
}

export function css([r, g, b]: Rgb): string {
	return `rgb(${r},${g},${b})`;
}

/** `by` above 1 lightens, below darkens. */
export function shade([r, g, b]: Rgb, by: number): Rgb {
	return [Math.min(255, Math.round(r * by)), Math.min(255, Math.round(g * by)), Math.min(255, Math.round(b * by))];
}

export function blend(a: Rgb, b: Rgb, part: number): Rgb {
	const at = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * part);
	return [at(0), at(1), at(2)];
}

export function dot(raster: Raster, x: number, y: number, [r, g, b]: Rgb): void {
	if (x < 0 || y < 0 || x >= raster.width || y >= raster.height) return;
	raster.data.set([r, g, b, 255], (y * raster.width + x) * 4);
}

export function fill(raster: Raster, x: number, y: number, w: number, h: number, colour: Rgb): void {
	for (let j = y; j < y + h; j++) for (let i = x; i < x + w; i++) dot(raster, i, j, colour);
}

/** Fills with a colour per pixel. */
export function paint(raster: Raster, x: number, y: number, w: number, h: number, colour: (i: number, j: number) => Rgb): void {
	for (let j = 0; j < h; j++) for (let i = 0; i < w; i++) dot(raster, x + i, y + j, colour(i, j));
}

export function stamp(raster: Raster, sprite: Sprite, x: number, y: number, skin: Skin): void {
	sprite.rows.forEach((row, j) => {
		[...row].forEach((letter, i) => {
			const ink = INK[letter];
			if (ink) dot(raster, x + i, y + j, tint(ink, skin));
		});
	});
}

export function spriteRaster(sprite: Sprite, skin: Skin): Raster {
	const raster = makeRaster(sprite.width, sprite.height);
	stamp(raster, sprite, 0, 0, skin);
	return raster;
}

/** Uniform in [0, 1), fixed for a place: the grain of floors and walls. */
export function grain(x: number, y: number, salt: number): number {
	return mix(x, y, salt) / 4294967296;
}
