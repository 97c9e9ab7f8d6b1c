import { describe, expect, it } from 'vitest';
import { LOOK_BYTES, LOOK_SIZE, type Place } from '../crystals/place/schema.ts';
import { seeded } from '../random.fixture.ts';
import { emptyAtlas } from './atlas.fixture.ts';
import { makeHypotheses } from './hypotheses.ts';
import { type Look, prepare } from './look.ts';

const world = [0, 0, 640, 320] as const;
const random = seeded(8);
/** A land three pictures wide: its first and its last third are the same, what lies between is not. */
const coarse = Array.from({ length: 8 * 16 * 3 }, () => 20 + 200 * random.next());
function valueAt(x: number, y: number): number {
	const own = x >= 2 * LOOK_SIZE.width ? x - 2 * LOOK_SIZE.width : x;
	return coarse[Math.floor(y / 4) * 48 + Math.floor(own / 4)] as number;
}
const lookAt = (cells: number): Look =>
	Uint8Array.from({ length: LOOK_BYTES }, (_, i) => valueAt(cells + (i % LOOK_SIZE.width), Math.floor(i / LOOK_SIZE.width)));

const minimapOf = (seed: number): Look => {
	const dice = seeded(100 + seed);
	const blocks = Array.from({ length: 16 * 8 }, () => 20 + 200 * dice.next());
	return Uint8Array.from(
		{ length: LOOK_BYTES },
		(_, i) => blocks[Math.floor(Math.floor(i / LOOK_SIZE.width) / 4) * 16 + Math.floor((i % LOOK_SIZE.width) / 4)] as number,
	);
};

function mapped() {
	const atlas = emptyAtlas();
	const places = [0, 32, 64, 96, 128].map(
		(cells) =>
			atlas.lay({ area: 'a', screen: 'play', xy: [10 * cells, 0], view: [10 * cells, 0], look: lookAt(cells), marks: {} }) as Place,
	);
	return { maybe: makeHypotheses(atlas), places };
}

describe('where the player may be', () => {
	it('is both of two places that look the same, however often they are looked at, until what is walked over tells', () => {
		const { maybe } = mapped();
		for (let i = 0; i < 10; i++) maybe.look(prepare(lookAt(0)), 'play', world);
		expect(maybe.tracks.length).toBe(2);
		expect(maybe.only).toBeUndefined();
		for (let cells = 4; cells <= 64 && maybe.only === undefined; cells += 4) {
			maybe.moved([40, 0]);
			for (let i = 0; i < 3; i++) maybe.look(prepare(lookAt(cells)), 'play', world);
		}
		expect(maybe.only).toMatchObject({ area: 'a', first: [0, 0] });
	});

	it('is the one whose minimap shows the same, where there is a minimap', () => {
		const { maybe, places } = mapped();
		for (const [i, place] of places.entries()) {
			place.data.mini = 'minimap';
			place.blobs['minimap'] = minimapOf(i);
		}
		maybe.look(prepare(lookAt(0)), 'play', world, prepare(minimapOf(4)));
		expect(maybe.tracks.map(({ place }) => place)).toEqual([places[4]?.id]);
	});

	it('is nowhere where nothing known looks so', () => {
		const { maybe } = mapped();
		const other = seeded(77);
		maybe.look(prepare(Uint8Array.from({ length: LOOK_BYTES }, () => 20 + 200 * other.next())), 'play', world);
		expect(maybe.tracks).toEqual([]);
		expect(maybe.only).toBeUndefined();
	});
});
