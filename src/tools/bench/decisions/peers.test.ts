import { describe, expect, it } from 'vitest';
import { randomOf } from '../../statistics.ts';
import { noisy } from './noise.ts';
import { exploring, makeNearest } from './peers.ts';
import { drawCalls } from './picture.ts';
import { TOY } from './toy.fixture.ts';
import { growTree, treeSays } from './tree.ts';

const act = (verb: string) => ({ verb, args: {} });

describe('likeness', () => {
	it('is 1 for equal facts, and falls by a whole fact for another word and by steps for another number', () => {
		const near = makeNearest(TOY);
		near.add({ 'goal.side': 'left', door: false, weather: 1 }, act('left'));
		expect(near.find({ 'goal.side': 'left', door: false, weather: 1 })?.similarity).toBe(1);
		expect(near.find({ 'goal.side': 'right', door: false, weather: 1 })?.similarity).toBeCloseTo(2 / 3);
		expect(near.find({ 'goal.side': 'left', door: false, weather: 2 })?.similarity).toBeCloseTo(1 - 2 / 9 / 3);
		expect(near.find({ 'goal.side': 'left', weather: 1 })?.similarity).toBeCloseTo(2 / 3);
	});

	it('keeps finding the nearest among hundreds', () => {
		const near = makeNearest(TOY);
		for (let i = 0; i < 600; i++) near.add({ 'goal.side': 'left', door: true, weather: 50 }, act('open'));
		near.add({ 'goal.side': 'here', door: false, weather: 0 }, act('take'));
		expect(near.find({ 'goal.side': 'here', door: false, weather: 0 })?.entry.act.verb).toBe('take');
	});
});

describe('a verified entry', () => {
	const right = (n: number, similarity: number) => Array.from({ length: n }, () => ({ similarity, right: true }));
	it('is always checked until six observations', () => {
		expect(exploring(right(3, 1), 1, 0.02)).toBe(1);
	});
	it('is checked less once it was often right, and more often further away', () => {
		const record = [...right(30, 0.98), { similarity: 0.6, right: false }];
		expect(exploring(record, 1, 0.02)).toBeLessThan(0.8);
		expect(exploring(record, 0.6, 0.02)).toBeGreaterThan(exploring(record, 1, 0.02));
	});
	it('is checked nearly always where it was wrong as often as right', () => {
		const record = [...right(10, 0.9), ...Array.from({ length: 10 }, () => ({ similarity: 0.9, right: false }))];
		expect(exploring(record, 0.9, 0.02)).toBeGreaterThan(0.9);
	});
});

describe('the plain tree', () => {
	it('splits by what tells acts apart', () => {
		const cases = Array.from({ length: 40 }, (_, i) => ({
			facts: { 'goal.side': i % 2 === 0 ? 'left' : 'right', door: i % 4 === 0, weather: i },
			act: i % 2 === 0 ? 'left()' : 'right()',
		}));
		const tree = growTree(cases, TOY.facts);
		expect(treeSays(tree, { 'goal.side': 'right', door: true, weather: 0 })).toMatchObject({ label: 'right()', share: 1 });
		expect(treeSays(tree, { 'goal.side': 'left', door: false, weather: 39 }).label).toBe('left()');
	});
	it('sends a fact that is not known the other way', () => {
		const cases = Array.from({ length: 20 }, (_, i) => ({ facts: i < 10 ? { weather: 1 } : {}, act: i < 10 ? 'a' : 'b' }));
		expect(treeSays(growTree(cases, TOY.facts), {}).label).toBe('b');
	});
});

describe('a noisy teacher', () => {
	const truth = { act: act('left'), ok: [act('left')], because: [{ f: 'goal.side', op: '==' as const, v: 'left' }], chain: 'x' };
	it('leaves an answer as it is without noise', () => {
		expect(noisy(truth, { random: 0, dropped: 0, lying: 0 }, TOY, randomOf(1))).toEqual(truth);
	});
	it('lies with a harmful act, as the only one it accepts, for a reason that is not so', () => {
		const lie = noisy(truth, { random: 0, dropped: 0, lying: 1 }, TOY, randomOf(1));
		expect(lie.act.verb).not.toBe('left');
		expect(lie.ok).toEqual([lie.act]);
		expect(lie.because[0]?.v).not.toBe('left');
	});
	it('draws acts and drops literals in the shares asked for', () => {
		const next = randomOf(3);
		const answers = Array.from({ length: 2000 }, () => noisy(truth, { random: 0.2, dropped: 0.15, lying: 0 }, TOY, next));
		// One in four of the random acts is the right one all the same.
		expect(answers.filter((a) => a.act.verb !== 'left').length / 2000).toBeCloseTo(0.15, 1);
		expect(answers.filter((a) => a.because.length === 0).length / 2000).toBeCloseTo(0.15, 1);
	});
});

describe('the picture', () => {
	it('names every contender once beside its line, with no two names on one spot', () => {
		const curves = ['falsework', 'always ask', 'plain tree'].map((who) => ({ who, calls: [800, 10, 10], ratio: 0.99 }));
		const svg = drawCalls('Calls', curves, 1000);
		const spots = [...svg.matchAll(/<text x="572" y="([\d.]+)"[^>]*>([a-z ]+):/g)].map((m) => Number(m[1]));
		expect(spots).toHaveLength(3);
		expect(new Set(spots).size).toBe(3);
	});
});
