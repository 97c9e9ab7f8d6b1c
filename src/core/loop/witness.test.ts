import { describe, expect, it } from 'vitest';
import type { Box } from '../geometry.ts';
import { makeWitnesses, type Places } from './witness.ts';

const boxes: Record<string, Box> = { hp: [10, 10, 40, 20], gold: [70, 10, 40, 20], menu: [130, 10, 40, 20] };
const standing: Places = new Map(Object.entries(boxes).map(([name, box]) => [name, [box]]));
const moved = (by: number, names = Object.keys(boxes)): Places =>
	new Map(
		Object.entries(boxes).map(([name, [x, y, w, h]]) => [name, [names.includes(name) ? ([x + by, y + by, w, h] as const) : [x, y, w, h]]]),
	);

describe('an answer', () => {
	it('that most known elements bear out is believed, and so is one roughly drawn', () => {
		const w = makeWitnesses();
		expect(w.hear('a', standing, standing, 0)).toBeUndefined();
		expect(w.hear('b', moved(5), standing, 1)).toBeUndefined();
		expect(w.hear('c', moved(20, ['hp']), standing, 2)).toBeUndefined();
	});

	it('that most of them contradict is not, and is told why', () => {
		expect(makeWitnesses().hear('a', moved(20), standing, 0)).toBe(
			'3 of the 3 known elements it names stand elsewhere in this picture, "hp" at [10, 10, 40, 20]',
		);
		expect(makeWitnesses().hear('a', moved(20, ['hp', 'gold']), standing, 0)).toContain('2 of the 3');
	});

	it('about a picture in which nothing known stands, or that names nothing known, is believed', () => {
		expect(makeWitnesses().hear('a', moved(20), new Map(), 0)).toBeUndefined();
		expect(makeWitnesses().hear('a', new Map([['rat', [boxes['hp'] as Box]]]), standing, 0)).toBeUndefined();
	});

	it('with swapped names is not', () => {
		const swapped: Places = new Map([
			['hp', [boxes['gold'] as Box]],
			['gold', [boxes['menu'] as Box]],
			['menu', [boxes['hp'] as Box]],
		]);
		expect(makeWitnesses().hear('a', swapped, standing, 0)).toBeDefined();
	});
});

describe('what was not believed', () => {
	it('is believed when another frame is told of so too, but not when the same frame is', () => {
		const w = makeWitnesses();
		expect(w.hear('a', moved(20), standing, 0)).toBeDefined();
		expect(w.hear('a', moved(20), standing, 1000)).toBeDefined();
		expect(w.hear('b', moved(20), standing, 2000)).toBeUndefined();
		// That settled it: the next one stands alone again.
		expect(w.hear('c', moved(20), standing, 3000)).toBeDefined();
	});

	it('is not when the other says something else, until a third does', () => {
		const w = makeWitnesses();
		expect(w.hear('a', moved(20), standing, 0)).toBeDefined();
		expect(w.hear('b', moved(60), standing, 1000)).toBeDefined();
		expect(w.hear('c', moved(100), standing, 2000)).toBeUndefined();
	});

	it('is forgotten after an answer that is believed, and after a minute', () => {
		const w = makeWitnesses();
		expect(w.hear('a', moved(20), standing, 0)).toBeDefined();
		expect(w.hear('b', standing, standing, 1000)).toBeUndefined();
		expect(w.hear('c', moved(20), standing, 2000)).toBeDefined();
		expect(w.hear('d', moved(20), standing, 62_001)).toBeDefined();
	});
});
