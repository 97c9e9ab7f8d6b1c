import { describe, expect, it } from 'vitest';
import type { Act } from '../../../core/question.ts';
import type { Contending } from './contender.ts';
import { sum } from '../../statistics.ts';
import { between, calmAfter, hoursOf, returnRatio } from './measure.ts';
import { falsework } from './ours.ts';
import { alwaysAsk, exactCache, plainTree, similarityCache, verifiedCache } from './peers.ts';
import { play, type Played } from './play.ts';
import { coverageAt } from './stream.ts';
import { makeToy, TOY } from './toy.fixture.ts';
import type { Point } from './world.ts';

const run = (contending: Contending, more: object = {}): Promise<Played> =>
	play({ world: makeToy(), description: TOY, contending, seed: 7, points: 800, ...more });

describe('playing', () => {
	it('counts a call for every decision of one who always asks, and no harm', async () => {
		const asked = await run(alwaysAsk);
		expect(sum(asked.called)).toBe(800);
		expect(sum(asked.harmed)).toBe(0);
		expect(asked.returns.every((r) => r > 0)).toBe(true);
	});

	it('lets every contender meet the same episodes', async () => {
		const [asked, cached] = [await run(alwaysAsk), await run(exactCache)];
		const both = Math.min(asked.returns.length, cached.returns.length);
		expect(cached.returns.slice(0, both)).toEqual(asked.returns.slice(0, both));
	});

	it('plays the same twice', async () => {
		expect(await run(falsework())).toEqual(await run(falsework()));
	});

	it('leaves the exact cache asking where a useless number changes, while rules do not look at it', async () => {
		const asked = await run(alwaysAsk);
		const [cached, ours] = [await run(exactCache), await run(falsework())];
		expect(sum(ours.called)).toBeLessThan(sum(cached.called) / 2);
		expect(returnRatio(ours.returns, asked.returns, 1).value).toBeGreaterThan(0.99);
		expect(between(ours, 400, 800, asked.returns).local).toBeGreaterThan(0.95);
	});

	it('counts lessons anew where a job begins again, and by the episode in a world that names no jobs', async () => {
		const toy = makeToy();
		let jobs = 0;
		const named = async (at: Promise<Point>): Promise<Point> => ({ ...(await at), lesson: String(jobs++) });
		const world = { ...toy, reset: (seed: number) => named(toy.reset(seed)), step: (act: Act) => named(toy.step(act)) };
		const [whole, each] = [await run(falsework(), { points: 200 }), await run(falsework(), { points: 200, world })];
		// A rule may act after three lessons: of the first games, or of the first jobs of one.
		expect(each.called.indexOf(0)).toBeLessThan(whole.called.indexOf(0));
	});

	it('charges a local act that the teacher would not accept, whatever the contender thinks of it', async () => {
		const stubborn: Contending = () => ({
			who: 'stubborn',
			decide: () => ({ act: { verb: 'take', args: {} } }),
			learn: () => undefined,
		});
		const played = await run(stubborn, { points: 60 });
		expect(sum(played.called)).toBe(0);
		expect(sum(played.harmed)).toBeGreaterThan(30);
	});

	it('counts an audit as a call and follows the answer where it disagrees', async () => {
		const audited: Contending = () => ({
			who: 'audited',
			decide: () => ({ act: { verb: 'take', args: {} }, audit: 0.5, confidence: 0.9 }),
			learn: () => undefined,
		});
		const [asked, played] = [await run(alwaysAsk, { points: 60 }), await run(audited, { points: 60 })];
		expect(sum(played.called)).toBe(60);
		expect(played.returns).toEqual(asked.returns);
		expect(played.audits).toHaveLength(60);
		expect(played.audits.some(({ harmful }) => harmful)).toBe(true);
	});

	it('counts a second opinion as another call, and the last word as the answer', async () => {
		const again: Contending = () => {
			let asked = 0;
			return {
				who: 'doubtful',
				decide: () => undefined,
				learn: () => void asked++,
				get again() {
					return asked % 2 === 1;
				},
			};
		};
		const played = await run(again, { points: 40 });
		expect([...played.called]).toEqual(Array<number>(40).fill(2));
		expect(sum(played.harmed)).toBe(0);
	});

	it('has ours decide most by itself under a teacher that lies and errs, without his harm', async () => {
		const played = await run(falsework(), { points: 1600, noise: { random: 0.05, dropped: 0.15, lying: 0.1 } });
		const { local, harm } = between(played, 800, 1600, []);
		expect(local).toBeGreaterThan(0.75);
		expect(harm).toBeLessThan(0.03);
	});

	it('swaps the controls at the point that was named, and what was learnt does harm from there on', async () => {
		const tree = await run(plainTree, { swapAt: 400 });
		const before = sum(tree.harmed.subarray(0, 400));
		expect(sum(tree.harmed.subarray(400))).toBeGreaterThan(5 * before);
		expect(sum(tree.harmed.subarray(400))).toBeGreaterThan(50);
	});

	it('gives one seed of episodes to similarity and verified caches too', async () => {
		const asked = await run(alwaysAsk);
		for (const contending of [similarityCache(0.9), verifiedCache(0.02)]) {
			const played = await run(contending);
			expect(played.returns.length).toBeGreaterThan(0);
			expect(hoursOf(played, asked.returns)).toHaveLength(1);
		}
	});
});

describe('measuring', () => {
	it('finds the first stretch of decisions in which harm is under δ again', () => {
		const harmed = [...Array<number>(50).fill(1), ...Array<number>(200).fill(0)];
		expect(calmAfter(harmed, 0, 100, 0.02)).toBe(48);
		expect(calmAfter(harmed.slice(0, 60), 0, 100, 0.02)).toBe(Infinity);
	});
});

describe('what is foretold', () => {
	it('covers at an agreement as much as the surest part reaches it, and never a part of those that are equally sure', () => {
		const said: [number, boolean][] = [
			[1, true],
			[0.9, true],
			[0.9, false],
			[0.8, true],
		];
		expect(coverageAt(1, [{ said, points: 8 }])).toBe(1 / 8);
		expect(coverageAt(0.75, [{ said, points: 8 }])).toBe(4 / 8);
		expect(coverageAt(0.99, [{ said: said.slice(1), points: 8 }])).toBe(0);
	});
});
