// Where things of the map stand on the page: planes, layers, and what of ten thousand places is worth drawing.
import type { Box, Point, Size } from '../../core/geometry.ts';

/** What part of a plane shows: the point in the middle of the stage, and CSS pixels to a pixel of the plane. */
export interface View {
	readonly x: number;
	readonly y: number;
	readonly scale: number;
}
export interface Spot extends Point {
	readonly id: string;
}

const SCALE = { min: 0.002, max: 4 } as const;

export function toStage(view: View, size: Size, { x, y }: Point): Point {
	return { x: (x - view.x) * view.scale + size.width / 2, y: (y - view.y) * view.scale + size.height / 2 };
}

export function toPlane(view: View, size: Size, { x, y }: Point): Point {
	return { x: (x - size.width / 2) / view.scale + view.x, y: (y - size.height / 2) / view.scale + view.y };
}

/** Moves what is under the pointer along with it, CSS pixels. */
export function panned(view: View, dx: number, dy: number): View {
	return { ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale };
}

/** Nearer or farther; what is at `at`, in CSS pixels of the stage, stays there. */
export function zoomed(view: View, size: Size, at: Point, factor: number): View {
	const scale = Math.min(SCALE.max, Math.max(SCALE.min, view.scale * factor));
	const still = toPlane(view, size, at);
	return { x: still.x - (at.x - size.width / 2) / scale, y: still.y - (at.y - size.height / 2) / scale, scale };
}

/** Shows all of a box, with room around it; @param most  the nearest it goes, however small the box */
export function fitted([x, y, w, h]: Box, size: Size, room = 48, most = 0.5): View {
	const scale = Math.min((size.width - 2 * room) / Math.max(1, w), (size.height - 2 * room) / Math.max(1, h), most);
	return { x: x + w / 2, y: y + h / 2, scale: Math.max(SCALE.min, scale) };
}

export function boundsOf(points: readonly Point[]): Box {
	if (points.length === 0) return [0, 0, 0, 0];
	let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const { x, y } of points) {
		left = Math.min(left, x);
		top = Math.min(top, y);
		right = Math.max(right, x);
		bottom = Math.max(bottom, y);
	}
	return [left, top, right - left, bottom - top];
}

/** The part of the plane that the stage shows, grown by CSS pixels on every side. */
export function shownPart(view: View, size: Size, grow: number): Box {
	const [w, h] = [size.width + 2 * grow, size.height + 2 * grow];
	return [view.x - w / 2 / view.scale, view.y - h / 2 / view.scale, w / view.scale, h / view.scale];
}

export interface AreaPlaced {
	readonly area: string;
	/** Added to a point of the area's own plane. */
	readonly dx: number;
	readonly dy: number;
}
/** Between two areas, pixels of the plane. */
const GAP = 900;

/**
 * Lays areas side by side, the one with most places first: each has a plane of its own, and nothing is known of how they lie.
 * The first keeps its coordinates.
 */
export function placeAreas(places: readonly { readonly area: string; readonly x: number; readonly y: number }[]): readonly AreaPlaced[] {
	const areas = new Map<string, Point[]>();
	for (const place of places) {
		const list = areas.get(place.area);
		if (list) list.push(place);
		else areas.set(place.area, [place]);
	}
	const [first, ...others] = [...areas].toSorted((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
	if (!first) return [];
	const [x, y, w] = boundsOf(first[1]);
	const out: AreaPlaced[] = [{ area: first[0], dx: 0, dy: 0 }];
	let right = x + w;
	for (const [area, points] of others) {
		const [ax, ay, aw] = boundsOf(points);
		out.push({ area, dx: right + GAP - ax, dy: y - ay });
		right += GAP + aw;
	}
	return out;
}

/** A few places that would be drawn over one another, as one. */
export interface Cluster {
	readonly x: number;
	readonly y: number;
	readonly ids: readonly string[];
}

/**
 * The spots that lie in a part of the plane, those within one raster square taken together.
 * @param cell  side of a square, pixels of the plane; 0 takes nothing together
 */
export function clustered(spots: readonly Spot[], [x, y, w, h]: Box, cell: number): readonly Cluster[] {
	const inside = spots.filter((s) => s.x >= x && s.x <= x + w && s.y >= y && s.y <= y + h);
	if (cell <= 0) return inside.map((s) => ({ x: s.x, y: s.y, ids: [s.id] }));
	const squares = new Map<string, { x: number; y: number; ids: string[] }>();
	for (const spot of inside) {
		const key = `${Math.floor(spot.x / cell)} ${Math.floor(spot.y / cell)}`;
		const square = squares.get(key);
		if (!square) squares.set(key, { x: spot.x, y: spot.y, ids: [spot.id] });
		else {
			square.x += (spot.x - square.x) / (square.ids.length + 1);
			square.y += (spot.y - square.y) / (square.ids.length + 1);
			square.ids.push(spot.id);
		}
	}
	return [...squares.values()];
}

/** The nearest cluster within a distance, plane pixels. */
export function nearest(clusters: readonly Cluster[], at: Point, within: number): Cluster | undefined {
	let best: Cluster | undefined;
	let away = within;
	for (const c of clusters) {
		const d = Math.hypot(c.x - at.x, c.y - at.y);
		if (d <= away) {
			best = c;
			away = d;
		}
	}
	return best;
}

/** Steps between columns and rows of the layered picture, pixels of its plane. */
export const LAYER = { x: 270, y: 110 } as const;

/**
 * Columns of a graph without places: a node stands one column right of the nearest that leads to it. In a column nodes are ordered by
 * where those before them stand, so that lines cross less.
 * @param roots  where it begins, in this order; nodes that none of them reaches begin columns of their own
 */
export function layered(
	nodes: readonly string[],
	edges: readonly { readonly from: string; readonly to: string }[],
	roots: readonly string[],
): readonly Spot[] {
	const depth = new Map<string, number>();
	const leads = new Map<string, string[]>();
	for (const { from, to } of edges) leads.set(from, [...(leads.get(from) ?? []), to]);
	for (const root of [...roots, ...nodes]) {
		if (depth.has(root) || !nodes.includes(root)) continue;
		depth.set(root, 0);
		const queue = [root];
		for (const node of queue) {
			for (const to of leads.get(node) ?? []) {
				if (depth.has(to)) continue;
				depth.set(to, (depth.get(node) as number) + 1);
				queue.push(to);
			}
		}
	}
	const columns: string[][] = [];
	for (const node of nodes) (columns[depth.get(node) ?? 0] ??= []).push(node);
	const row = new Map<string, number>();
	for (const column of columns) {
		const weight = (node: string): number => {
			const before = edges.filter((e) => e.to === node && row.has(e.from)).map((e) => row.get(e.from) as number);
			return before.length === 0 ? 0 : before.reduce((a, b) => a + b, 0) / before.length;
		};
		const order = (column ?? []).map((node) => ({ node, weight: weight(node) })).toSorted((a, b) => a.weight - b.weight);
		order.forEach(({ node }, i) => row.set(node, i - (order.length - 1) / 2));
	}
	return nodes.map((id) => ({ id, x: (depth.get(id) ?? 0) * LAYER.x, y: (row.get(id) ?? 0) * LAYER.y }));
}
