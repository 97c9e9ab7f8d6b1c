import { expect, it } from 'vitest';
import type { Frame } from '../ports.ts';
import { seeded } from '../random.fixture.ts';
import { emptyAtlas } from './atlas.fixture.ts';
import { makePose } from './pose.ts';

const [W, H] = [640, 320];
/** Rubble of 25 pixels: nothing repeats. */
const stones = (() => {
	const random = seeded(4);
	return Array.from({ length: 400 }, () => Array.from({ length: 20 }, () => 40 + 170 * random.next()));
})();
/** The land `x` pixels to the right of where it begins. */
function land(x: number, at: number): Frame {
	const luma = new Uint8Array(W * H);
	for (let i = 0; i < luma.length; i++) luma[i] = stones[Math.floor((x + (i % W)) / 25)]?.[Math.floor(Math.floor(i / W) / 25)] as number;
	return { id: `f${at}`, at, width: W, height: H, luma, stride: W };
}

it('counts a screen that came up on the way as an interruption, and not the world that shows again after it', () => {
	const atlas = emptyAtlas();
	const pose = makePose({ atlas, at: () => 1_000_000 });
	let now = 0;
	let x = 0;
	const look = (screen: string): void =>
		pose.see({ frame: land(x, now), screen, world: [0, 0, W, H], hides: [], marks: {}, now: (now += 100) });
	const walk = (steps: number): void => {
		for (let i = 0; i < steps; i++) {
			x += 8;
			look('play');
		}
	};
	look('title');
	pose.leave('play');
	walk(40);
	expect(atlas.places().length).toBeGreaterThan(1);
	pose.leave('dialogue');
	look('dialogue');
	pose.leave('play');
	for (let i = 0; i < 5; i++) look('play');
	walk(40);
	expect(new Set(atlas.routes().flatMap(({ data }) => data.interrupts))).toEqual(new Set(['dialogue']));
});
