import { beforeEach, describe, expect, it } from 'vitest';
import { freshStat } from '../crystals/crystal.ts';
import type { Box } from '../geometry.ts';
import { canvas, type Canvas } from '../perception/drawing.fixture.ts';
import type { Cancel } from '../ports.ts';
import type { PerceptionAnswer } from '../question.ts';
import { deskOf, profileOf, receiptOf, type TestDesk } from './desk.fixture.ts';
import { makeEyes } from './eyes.ts';
import type { Eyes, Look } from './loop.ts';

const world: Box = [0, 32, 320, 168];
const start: Box = [8, 4, 40, 20];
const quit: Box = [264, 4, 40, 20];
const profile = profileOf({
	world: [...world] as [number, number, number, number],
	facts: [
		{ name: 'foes', type: 'count', element: 'foe' },
		{ name: 'boss.pos', type: 'position', element: 'boss' },
	],
});
const never: Cancel = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };
const hud = (): Canvas => canvas(320, 200).texture(start, 1).texture(quit, 2);
const spots = Array.from({ length: 36 }, (_, i): Box => [4 + 34 * (i % 9), 40 + 38 * Math.floor(i / 9), 20, 20]);
const foes = (boxes: readonly Box[]): Canvas => boxes.reduce((picture, box) => picture.texture(box, 5, undefined, 4), hud());
const boss = (picture: Canvas, box: Box): Canvas => picture.texture(box, 8);

let desk: TestDesk;
let eyes: Eyes;
beforeEach(async () => {
	desk = deskOf(profile);
	eyes = makeEyes({
		...desk,
		reader: {
			async readLine() {
				return { text: '', confidence: 0 };
			},
		},
	});
	const two = spots.slice(0, 2);
	const place: Box = [200, 150, 28, 28];
	const named = (name: string, box: Box, stable: boolean): PerceptionAnswer['elements'][number] => ({
		name,
		kind: 'tile',
		box: [...box] as [number, number, number, number],
		stable,
	});
	const answer: PerceptionAnswer = {
		screen: 'play',
		elements: [
			named('start', start, true),
			named('quit', quit, true),
			...two.map((box) => named('foe', box, false)),
			named('boss', place, false),
		],
		facts: [
			{ name: 'foes', value: 2, element: 'foe' },
			{ name: 'boss.pos', value: [214, 164], element: 'boss' },
		],
	};
	await eyes.crystallise(await look(boss(foes(two), place)), answer, receiptOf(), undefined, 1);
	for (const crystal of desk.crystals.values()) {
		crystal.state = 'autonomous';
		crystal.stat = { ...freshStat(), k: 8, labels: 8, clean: 8 };
	}
});
async function look(picture: Canvas, afterMs = 1000): Promise<Look> {
	desk.clock.at += afterMs;
	return eyes.look(picture.shot(desk.clock.at), never);
}

describe('a count', () => {
	for (const n of [0, 1, 7, 24]) {
		it(`reads ${n}`, async () => {
			expect((await look(foes(spots.slice(0, n)))).facts['foes']).toBe(n);
		});
	}

	it('is not read of a crowd of which only a part is followed', async () => {
		expect((await look(foes(spots))).facts['foes']).toBeUndefined();
	});

	it('counts those that touch each other one by one', async () => {
		const row = Array.from({ length: 5 }, (_, i): Box => [40 + 20 * i, 100, 20, 20]);
		expect((await look(foes(row))).facts['foes']).toBe(5);
	});

	it('counts what lies half over another as one less, never as one more', async () => {
		const [a, b]: [Box, Box] = [
			[40, 100, 20, 20],
			[50, 108, 20, 20],
		];
		expect([1, 2]).toContain((await look(foes([a, b]))).facts['foes']);
	});

	it('does not count what has not wholly entered the world', async () => {
		const edge: Box = [100, 20, 20, 20];
		expect((await look(foes([...spots.slice(0, 3), edge]))).facts['foes']).toBe(3);
	});

	it('that falls is believed after a moment; one that rises, at once', async () => {
		expect((await look(foes(spots.slice(0, 3)))).facts['foes']).toBe(3);
		expect((await look(foes(spots.slice(0, 5)), 100)).facts['foes']).toBe(5);
		const fewer = await look(foes(spots.slice(0, 4)), 100);
		expect(fewer.facts['foes']).toBeUndefined();
		expect(fewer.settling).toBe(true);
		expect((await look(foes(spots.slice(0, 4)), 500)).facts['foes']).toBe(4);
	});

	it('that never comes to rest holds no act up for ever', async () => {
		let seen: Look | undefined;
		for (let i = 0; i < 20; i++) seen = await look(foes(spots.slice(0, 4 + (i % 2))), 100);
		expect(seen?.settling).toBe(false);
	});

	it('is the same when two crystals know the element', async () => {
		const [one] = [...desk.crystals.values()].filter((c) => c.name === 'foe');
		if (one !== undefined) desk.crystals.set('again', { ...one, id: 'again' });
		expect((await look(foes(spots.slice(0, 7)))).facts['foes']).toBe(7);
	});
});

describe('a position', () => {
	it('is the middle of the only one, and unknown of none or two', async () => {
		expect((await look(boss(hud(), [60, 90, 28, 28]))).facts['boss.pos']).toEqual([74, 104]);
		expect((await look(boss(boss(hud(), [60, 90, 28, 28]), [160, 90, 28, 28]))).facts['boss.pos']).toBeUndefined();
		expect((await look(hud(), 2000)).facts['boss.pos']).toBeUndefined();
	});
});
