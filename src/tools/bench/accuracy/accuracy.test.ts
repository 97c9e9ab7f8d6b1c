// The harness on a set drawn here, of another make than the frames kept for it: other shapes, sizes, noise, states.
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../core/geometry.ts';
import { BLUE, canvas, noise, RED } from '../../../core/perception/drawing.fixture.ts';
import type { Frame } from '../../../core/ports.ts';
import { evaluate } from './evaluate.ts';
import { readLabels } from './labels.ts';
import { scoreDetections } from './score.ts';

const SIZE = { width: 400, height: 240 };
const places: Readonly<Record<string, Box>> = {
	life: [8, 6, 90, 14],
	mana: [8, 24, 90, 14],
	bag: [340, 196, 44, 36],
	map: [290, 196, 44, 36],
	elixir: [240, 196, 40, 36],
};
const looks: Readonly<Record<string, readonly [seed: number, hue?: readonly [number, number]]>> = {
	life: [1, RED],
	mana: [1, BLUE],
	bag: [3],
	map: [4],
	elixir: [5, RED],
};

interface Drawn {
	readonly frame: Frame;
	readonly states: ReadonlyMap<string, string>;
}
function draw(n: number): Drawn {
	// A world that is another one each time, dimmed now and then; what stands on it, with its states.
	const page = canvas(SIZE.width, SIZE.height).texture([0, 0, SIZE.width, SIZE.height], 500 + n, undefined, 11);
	const states = new Map<string, string>();
	for (const [name, box] of Object.entries(places)) {
		if (name === 'map' && n % 3 === 0) continue;
		const [seed, hue] = looks[name] as (typeof looks)[string];
		page.texture(box, seed, hue);
		states.set(name, 'normal');
	}
	const [x, y] = places.elixir as Box;
	page.texture([x + 22, y + 20, 14, 14], 700 + n, RED, 3);
	states.set('elixir', `count=${n}`);
	if (n % 4 === 1) {
		page.dim(places.bag as Box, 0.5, 0);
		states.set('bag', 'dimmed');
	}
	// A bright pointer on a dimmed thing outweighs it: such a one is missed, and not drawn here.
	if (n % 7 === 6 && n % 4 !== 1) {
		const [bx, by] = places.bag as Box;
		page.fill([bx + 26, by + 20, 13, 13], 250);
		states.set('bag', 'hover');
	}
	const next = noise(n);
	const { frame } = page;
	return {
		frame: { ...frame, id: `${n}`, luma: frame.luma.map((value) => Math.max(0, Math.min(255, Math.round(value + (next() - 0.5) * 8)))) },
		states,
	};
}

describe('a set of another make', () => {
	const drawn = Array.from({ length: 24 }, (_, n) => draw(n));
	const learn = (name: string): string[] =>
		drawn.flatMap(({ states }, n) => (states.has(name) && n < 8 && states.get(name) !== 'hover' ? [`${n}`] : [])).slice(0, 5);
	const labels = readLabels({
		elements: Object.fromEntries(Object.keys(places).map((name) => [name, { kind: 'icon', learn: learn(name) }])),
		frames: drawn.map(({ states }, n) => ({
			file: `${n}`,
			...SIZE,
			instances: [...states].map(([name, state]) => ({ name, bbox: places[name], state })),
		})),
	});
	const { detections, refused } = evaluate(labels, ({ file }) => (drawn[Number(file)] as Drawn).frame);
	const score = scoreDetections(labels, detections);

	it('is found in every state, nowhere else, and not where it is absent', () => {
		expect(refused).toEqual([]);
		expect(score.misses).toEqual([]);
		expect(score.native.hits).toBe(score.native.of);
		expect(score.native.of).toBeGreaterThan(80);
		expect(score.falseAlarms).toEqual({ hits: 0, of: 8 });
		expect(Object.keys(score.hits)).toEqual(expect.arrayContaining(['dimmed', 'hover', 'normal', 'count=12']));
	});
});

describe('the scorer', () => {
	const labels = readLabels({
		elements: { a: { kind: 'button', learn: ['l'] }, p: { kind: 'panel' } },
		frames: [
			{ file: 'l', ...SIZE, instances: [{ name: 'a', bbox: [0, 0, 10, 10] }] },
			{
				file: 'on',
				...SIZE,
				instances: [
					{ name: 'a', bbox: [0, 0, 10, 10], state: 'hover' },
					{ name: 'p', bbox: [50, 50, 99, 99] },
				],
			},
			{ file: 'big', ...SIZE, ui_scale: 1.5, instances: [{ name: 'a', bbox: [0, 0, 15, 15] }] },
			{ file: 'off', ...SIZE, instances: [] },
			{ file: 'alike', ...SIZE, instances: [], lookalikes: [{ name: 'a', bbox: [30, 0, 10, 10] }] },
		],
	});
	const put = (at: readonly [number, number, number, number, number] | null) =>
		Object.fromEntries(labels.frames.map((f) => [f.file, { a: at }]));

	it('counts hits by state, never what was learnt from, and look-alikes not at all', () => {
		const score = scoreDetections(labels, put([0.9, 1, 0, 10, 10]));
		expect(score).toMatchObject({
			hits: { hover: { hits: 1, of: 1 }, scaled: { hits: 0, of: 1 } },
			native: { hits: 1, of: 1 },
			falseAlarms: { hits: 1, of: 1 },
			wrongPlace: { hits: 0, of: 2 },
			special: { p: { hits: 0, of: 1 } },
		});
	});

	it('tells a wrong place from a miss, and takes nothing below the threshold', () => {
		expect(scoreDetections(labels, put([0.9, 200, 100, 10, 10])).wrongPlace).toEqual({ hits: 2, of: 2 });
		const unsure = scoreDetections(labels, put([0.79, 0, 0, 10, 10]));
		expect([unsure.native.hits, unsure.falseAlarms.hits]).toEqual([0, 0]);
		expect(scoreDetections(labels, put(null)).misses).toHaveLength(2);
	});

	it('names the field that is wrong in labels.json', () => {
		expect(() => readLabels({ elements: {}, frames: [{ file: 'a' }] })).toThrow('frames.0.width');
	});
});
