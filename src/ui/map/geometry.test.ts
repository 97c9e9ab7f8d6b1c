import { describe, expect, it } from 'vitest';
import { boundsOf, clustered, fitted, layered, nearest, panned, placeAreas, shownPart, toPlane, toStage, zoomed } from './geometry.ts';

const size = { width: 800, height: 600 };
const view = { x: 1000, y: -200, scale: 0.5 };

describe('the view of a plane', () => {
	it('goes there and back between the plane and the stage', () => {
		expect(toStage(view, size, { x: 1000, y: -200 })).toEqual({ x: 400, y: 300 });
		expect(toPlane(view, size, toStage(view, size, { x: 37, y: 41 }))).toEqual({ x: 37, y: 41 });
	});

	it('keeps what is under the pointer where it is while zooming and panning', () => {
		const at = { x: 700, y: 120 };
		const under = toPlane(view, size, at);
		const near = zoomed(view, size, at, 1.7);
		expect(near.scale).toBeCloseTo(0.85);
		expect(toStage(near, size, under).x).toBeCloseTo(700);
		expect(toStage(near, size, under).y).toBeCloseTo(120);
		expect(toPlane(panned(view, 30, -12), size, { x: at.x + 30, y: at.y - 12 })).toEqual(under);
		expect(zoomed(view, size, at, 1e9).scale).toBe(4);
	});

	it('shows all of a box, also of one place alone', () => {
		const all = fitted([0, 0, 4000, 1000], size);
		for (const corner of [
			{ x: 0, y: 0 },
			{ x: 4000, y: 1000 },
		]) {
			const { x, y } = toStage(all, size, corner);
			expect(x).toBeGreaterThanOrEqual(47.9);
			expect(x).toBeLessThanOrEqual(752.1);
			expect(y).toBeGreaterThan(0);
			expect(y).toBeLessThan(600);
		}
		expect(fitted(boundsOf([{ x: 5, y: 5 }]), size)).toEqual({ x: 5, y: 5, scale: 0.5 });
		expect(boundsOf([])).toEqual([0, 0, 0, 0]);
	});
});

describe('areas', () => {
	it('stand side by side without a common place, the largest as it is', () => {
		const places = [
			{ area: 'b', x: 10, y: 10 },
			{ area: 'a', x: 0, y: 0 },
			{ area: 'a', x: 500, y: 0 },
		];
		expect(placeAreas(places)).toEqual([
			{ area: 'a', dx: 0, dy: 0 },
			{ area: 'b', dx: 1390, dy: -10 },
		]);
		expect(placeAreas([])).toEqual([]);
	});
});

describe('ten thousand places', () => {
	const spots = Array.from({ length: 10_000 }, (_, i) => ({ id: `p${i}`, x: (i % 100) * 200, y: Math.floor(i / 100) * 200 }));

	it('are a few hundred clusters from afar, which hold every one of them', () => {
		const far = fitted(boundsOf(spots), size);
		const clusters = clustered(spots, shownPart(far, size, 24), 26 / far.scale);
		expect(clusters.length).toBeLessThan(700);
		expect(clusters.reduce((sum, c) => sum + c.ids.length, 0)).toBe(10_000);
	});

	it('are only those in sight from near by', () => {
		const near = { x: 10_000, y: 10_000, scale: 0.5 };
		const clusters = clustered(spots, shownPart(near, size, 24), 26 / near.scale);
		expect(clusters.every((c) => c.ids.length === 1)).toBe(true);
		expect(clusters.length).toBeLessThan(80);
		expect(nearest(clusters, { x: 10_020, y: 10_010 }, 40)?.ids).toEqual(['p5050']);
		expect(nearest(clusters, { x: 10_100, y: 10_100 }, 40)).toBeUndefined();
	});
});

describe('layers', () => {
	it('put each screen right of the nearest that leads to it, and loops do no harm', () => {
		const nodes = ['dead', 'title', 'play', 'menu', 'island'];
		const edges = [
			{ from: 'title', to: 'play' },
			{ from: 'play', to: 'menu' },
			{ from: 'menu', to: 'play' },
			{ from: 'play', to: 'dead' },
			{ from: 'dead', to: 'title' },
			{ from: 'play', to: 'play' },
		];
		const laid = Object.fromEntries(layered(nodes, edges, ['title']).map((s) => [s.id, [s.x, s.y]]));
		expect(laid).toEqual({ title: [0, -55], island: [0, 55], play: [270, 0], dead: [540, -55], menu: [540, 55] });
	});
});
