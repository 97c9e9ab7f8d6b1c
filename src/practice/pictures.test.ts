import { describe, expect, it } from 'vitest';
import { type Raster, type Skin, spriteRaster } from './raster.ts';
import { ROOMS } from './rooms.ts';
import { altarRaster, doorRaster, roomRaster } from './scenery.ts';
import { INK, SPRITES, type SpriteName } from './sprites.ts';

/** Luminance as a capture has it; what is see-through takes `ground`. */
function luma(raster: Raster, ground: number): number[] {
	const out: number[] = [];
	for (let i = 0; i < raster.data.length; i += 4) {
		const [r, g, b, a] = raster.data.subarray(i, i + 4) as unknown as [number, number, number, number];
		out.push(a === 0 ? ground : 0.299 * r + 0.587 * g + 0.114 * b);
	}
	return out;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function deviation(values: readonly number[]): number {
	const m = mean(values);
	return Math.sqrt(mean(values.map((x) => (x - m) ** 2)));
}

/** Correlation of two pictures laid over one another at their centres, over the smaller common rectangle, in [-1, 1]. */
function likeness(a: Raster, b: Raster): number {
	const [w, h] = [Math.min(a.width, b.width), Math.min(a.height, b.height)];
	const cut = (r: Raster): number[] => {
		const all = luma(r, 90);
		const [x0, y0] = [(r.width - w) >> 1, (r.height - h) >> 1];
		return Array.from({ length: w * h }, (_, i) => all[(y0 + Math.floor(i / w)) * r.width + x0 + (i % w)] as number);
	};
	const [p, q] = [cut(a), cut(b)];
	const [mp, mq] = [mean(p), mean(q)];
	return mean(p.map((x, i) => (x - mp) * ((q[i] as number) - mq))) / (deviation(p) * deviation(q));
}

const DOORS = ['door-village', 'door-meadow', 'door-crypt', 'door-cellar', 'door-shrine'];

describe('the pictures', () => {
	it('are rectangles of known inks, tight at every side', () => {
		for (const [name, sprite] of Object.entries(SPRITES)) {
			const inked = (letters: readonly (string | undefined)[]): boolean => letters.some((l) => l !== '.' && l !== undefined);
			for (const row of sprite.rows) {
				expect(row, name).toHaveLength(sprite.width);
				for (const letter of row) expect(letter === '.' || INK[letter] !== undefined, `${name}: ${letter}`).toBe(true);
			}
			expect(inked([...(sprite.rows[0] ?? '')]), name).toBe(true);
			expect(inked([...(sprite.rows.at(-1) ?? '')]), name).toBe(true);
			expect(inked(sprite.rows.map((r) => r[0])), name).toBe(true);
			expect(inked(sprite.rows.map((r) => r.at(-1))), name).toBe(true);
		}
	});

	it('have contrast enough to be learnt, in both skins and on every ground', () => {
		for (const skin of ['day', 'dusk'] satisfies Skin[]) {
			const all = [
				...Object.values(SPRITES).map((s) => spriteRaster(s, skin)),
				...DOORS.map((d) => doorRaster(d, skin)),
				altarRaster(skin),
			];
			for (const raster of all) for (const ground of [40, 90, 150]) expect(deviation(luma(raster, ground))).toBeGreaterThanOrEqual(12);
		}
	});

	it('are livelier than the floors they stand on', () => {
		for (const room of ROOMS) {
			const raster = roomRaster(room, 'day');
			const all = luma(raster, 0);
			// A patch of open floor, the size of a sprite, in the middle of each room.
			const patch = Array.from({ length: 256 }, (_, i) => all[(112 + (i >> 4)) * raster.width + 160 + (i % 16)] as number);
			expect(deviation(patch), room).toBeLessThan(12);
		}
	});

	it('do not look alike', () => {
		const pictures = [
			...(Object.keys(SPRITES) as SpriteName[]).map((name) => [name, spriteRaster(SPRITES[name], 'day')] as const),
			...DOORS.map((name) => [name, doorRaster(name, 'day')] as const),
		];
		pictures.forEach(([name, a], i) => {
			for (const [other, b] of pictures.slice(i + 1)) {
				if (Math.abs(a.width - b.width) > 5 || Math.abs(a.height - b.height) > 5) continue;
				expect(likeness(a, b), `${name} and ${other}`).toBeLessThan(0.75);
			}
		});
	});

	it('change with the skin by more than brightness', () => {
		expect(likeness(roomRaster('Village', 'day'), roomRaster('Village', 'dusk'))).toBeLessThan(0.98);
	});
});
