import { describe, expect, it } from 'vitest';
import { canvas } from '../perception/drawing.fixture.ts';
import { marksOf, namedScreen } from './marks.ts';
import { factsAlike, lookOf, looksAlike } from './near.ts';

describe('a look', () => {
	const title = () => canvas(320, 200, 40).texture([20, 20, 120, 60], 1).texture([180, 100, 100, 60], 2);

	it('is the same with a pointer over the picture and a bar that ran down, and another for another screen', () => {
		const look = lookOf(title().frame);
		expect(look).toMatch(/^[0-9a-f]{16}$/);
		expect(looksAlike(look, lookOf(title().texture([150, 90, 12, 18], 7).frame))).toBe(true);
		expect(looksAlike(look, lookOf(canvas(320, 200, 40).texture([60, 110, 200, 70], 3).frame))).toBe(false);
	});

	it('is not turned by noise where nothing is', () => {
		expect(lookOf(canvas(320, 200, 40).frame)).toBe('0'.repeat(16));
	});
});

it('facts are alike where nine in ten say the same, numbers within a tenth', () => {
	const facts = { a: 1, b: true, c: 'x', d: 100 };
	expect(factsAlike(facts, { ...facts, d: 95 })).toBe(true);
	expect(factsAlike(facts, { ...facts, d: 80 })).toBe(false);
	expect(factsAlike(facts, { a: 1, b: true, c: 'x' })).toBe(false);
	expect(factsAlike({}, {})).toBe(true);
});

it('marks are textured boxes apart from each other and from where things move', () => {
	const frame = canvas(640, 400, 40).texture([0, 0, 200, 60], 1).texture([300, 200, 300, 150], 2).frame;
	const marks = marksOf(frame, [280, 180, 360, 220]);
	expect(marks.length).toBeGreaterThan(0);
	expect(marks.every(([, y]) => y < 80)).toBe(true);
	expect(marksOf(canvas(640, 400, 40).frame)).toEqual([]);
	expect(namedScreen('title', marks.slice(0, 1))).toMatchObject({ screen: 'title', elements: [{ name: 'title-mark-1', stable: true }] });
});
