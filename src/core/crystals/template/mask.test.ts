import { describe, expect, it } from 'vitest';
import type { Box } from '../../geometry.ts';
import { canvas, noise } from '../../perception/drawing.fixture.ts';
import { crop } from '../../perception/pixels.ts';
import { maskOf } from './mask.ts';

const whole: Box = [0, 0, 40, 20];
const digit: Box = [24, 6, 8, 10];
/** A slot whose number differs, seen with a camera's noise. */
function slot(seed: number, { amount = 0, gain = 1, bias = 0 } = {}): Uint8Array {
	const { frame } = canvas(40, 20)
		.texture(whole, 1)
		.texture(digit, 50 + seed, undefined, 2)
		.dim(whole, gain, bias);
	const { luma } = crop(frame, whole) as { luma: Uint8Array };
	const next = noise(900 + seed);
	return luma.map((value) => Math.max(0, Math.min(255, Math.round(value + (next() - 0.5) * 2 * amount))));
}
const inside = (i: number, [x, y, w, h]: Box): boolean => {
	const [px, py] = [i % 40, Math.floor(i / 40)];
	return px >= x && px < x + w && py >= y && py < y + h;
};
const shareKept = (mask: Uint8Array, where: (i: number) => boolean): number => {
	const pixels = [...mask.keys()].filter(where);
	return pixels.filter((i) => mask[i] !== 0).length / pixels.length;
};

describe('the mask of several sightings', () => {
	it.each([
		['clean', {}],
		['noisy', { amount: 5 }],
	])('leaves out what changes and keeps the rest, from %s pictures', (_, how) => {
		const mask = maskOf(
			40,
			20,
			[1, 2, 3, 4].map((seed) => slot(seed, how)),
		);
		// Four textures may agree in a pixel or two by chance.
		expect(shareKept(mask, (i) => inside(i, digit))).toBeLessThan(0.05);
		// The ring of one pixel around it goes along.
		expect(shareKept(mask, (i) => !inside(i, [22, 4, 12, 14]))).toBe(1);
	});

	it('takes a dimmed or brighter sighting for the same', () => {
		const mask = maskOf(40, 20, [slot(1), slot(1, { gain: 0.6 }), slot(2, { gain: 0.9, bias: 10 }), slot(3)]);
		expect(shareKept(mask, (i) => inside(i, digit))).toBeLessThan(0.1);
		expect(shareKept(mask, (i) => !inside(i, [22, 4, 12, 14]))).toBeGreaterThan(0.95);
	});

	it('keeps everything of what rests', () => {
		expect(maskOf(40, 20, [slot(1), slot(1), slot(1), slot(1)]).every((value) => value === 255)).toBe(true);
	});
});
