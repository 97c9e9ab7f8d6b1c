import { describe, expect, it } from 'vitest';
import { seeded } from '../random.fixture.ts';
import { makeRoads, type Road } from './roads.ts';

/** Floyd and Warshall: slow, and plainly right. */
function allPairs(n: number, roads: readonly Road[]): number[][] {
	const far = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 0 : Infinity)));
	for (const { from, to, cost } of roads)
		(far[Number(from)] as number[])[Number(to)] = Math.min(far[Number(from)]?.[Number(to)] as number, cost);
	for (let k = 0; k < n; k++)
		for (let i = 0; i < n; i++)
			for (let j = 0; j < n; j++)
				(far[i] as number[])[j] = Math.min(far[i]?.[j] as number, (far[i]?.[k] as number) + (far[k]?.[j] as number));
	return far;
}
const nodesOf = (n: number) => Array.from({ length: n }, (_, i) => String(i));

describe('roads', () => {
	it('finds what a slow search finds, also after costs changed, on 40 random graphs', () => {
		for (let seed = 1; seed <= 40; seed++) {
			const random = seeded(seed);
			const n = 4 + Math.floor(random.next() * 20);
			const roads: Road[] = Array.from({ length: 3 * n }, (_, i) => ({
				id: `r${i}`,
				from: String(Math.floor(random.next() * n)),
				to: String(Math.floor(random.next() * n)),
				cost: 1 + random.next() * 50,
			})).filter(({ from, to }) => from !== to);
			const found = makeRoads(nodesOf(n), roads);
			for (let turn = 0; turn < 2; turn++) {
				const far = allPairs(n, roads);
				for (let i = 0; i < n; i++)
					for (let j = 0; j < n; j++) {
						const way = found.find(String(i), String(j));
						const wanted = far[i]?.[j] as number;
						if (wanted === Infinity) expect(way).toBeUndefined();
						else expect(way?.cost).toBeCloseTo(wanted, 6);
					}
				const [road] = roads;
				if (road === undefined) break;
				roads[0] = { ...road, cost: road.cost * 0.5 };
				found.recost(road.id, road.cost * 0.5);
			}
		}
	});

	it('stays right where landmarks guide it, when costs fall and rise', () => {
		const random = seeded(3);
		const side = 45;
		const roads: Road[] = [];
		const link = (a: number, b: number) => {
			for (const [from, to] of [
				[a, b],
				[b, a],
			] as const)
				roads.push({ id: `r${roads.length}`, from: String(from), to: String(to), cost: 50 + random.next() * 100 });
		};
		for (let i = 0; i < side * side; i++) {
			if (i % side < side - 1) link(i, i + 1);
			if (i + side < side * side) link(i, i + side);
		}
		const guided = makeRoads(nodesOf(side * side), roads);
		guided.find('0', '1');
		for (let i = 0; i < 200; i++) {
			const at = Math.floor(random.next() * roads.length);
			const cost = 20 + random.next() * 300;
			roads[at] = { ...(roads[at] as Road), cost };
			guided.recost((roads[at] as Road).id, cost);
		}
		const plain = makeRoads(nodesOf(side * side), roads);
		for (let i = 0; i < 60; i++) {
			const [a, b] = [String(Math.floor(random.next() * side * side)), String(Math.floor(random.next() * side * side))];
			expect(guided.find(a, b)?.cost).toBeCloseTo(plain.find(a, b)?.cost as number, 6);
		}
	});

	it('goes round what is shut, and says when nothing is left', () => {
		const roads = makeRoads(nodesOf(3), [
			{ id: 'short', from: '0', to: '2', cost: 1 },
			{ id: 'long', from: '0', to: '1', cost: 5 },
			{ id: 'on', from: '1', to: '2', cost: 5 },
		]);
		expect(roads.find('0', '2')).toEqual({ roads: ['short'], cost: 1 });
		expect(roads.find('0', '2', (road) => road !== 'short')).toEqual({ roads: ['long', 'on'], cost: 10 });
		expect(roads.find('0', '2', (road) => road === 'on')).toBeUndefined();
		expect(roads.find('2', '0')).toBeUndefined();
	});

	it('leaves out what leads to itself, to nowhere, or costs no number', () => {
		const roads = makeRoads(nodesOf(2), [
			{ id: 'loop', from: '0', to: '0', cost: 1 },
			{ id: 'nowhere', from: '0', to: 'gone', cost: 1 },
			{ id: 'nan', from: '0', to: '1', cost: Number.NaN },
			{ id: 'below', from: '0', to: '1', cost: -4 },
			{ id: 'good', from: '0', to: '1', cost: 9 },
		]);
		expect(roads.find('0', '1')).toEqual({ roads: ['good'], cost: 9 });
		expect(roads.find('0', 'gone')).toBeUndefined();
		expect(roads.find('0', '0')).toEqual({ roads: [], cost: 0 });
	});
});
