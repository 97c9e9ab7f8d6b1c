// The map as a picture. The stage is dark in both themes, as everything that pictures of a game stand on.
import type { Point, Size } from '../../core/geometry.ts';
import type { PoseState } from '../../core/navigation/view.ts';
import { type Cluster, toStage, type View } from './geometry.ts';

const INK = {
	way: 'rgb(150 164 186 / 0.55)',
	told: 'rgb(150 164 186 / 0.4)',
	blocked: '#ff8a8a',
	route: '#86a2ff',
	place: '#3ed3b8',
	dead: '#f0c060',
	text: '#e9edf3',
	quiet: '#a7b1c0',
	halo: 'rgb(7 9 12 / 0.85)',
	fill: '#10151c',
	chosen: '#ffffff',
	you: '#ffffff',
} as const;

export interface NodeDrawn {
	readonly name: string;
	readonly deadEnd: boolean;
	readonly frontiers: number;
	readonly seen: number;
}
export interface EdgeDrawn {
	readonly from: Point;
	readonly to: Point;
	readonly count: string;
	readonly walks: number;
	readonly blocked: boolean;
	readonly planned: boolean;
	readonly onRoute: boolean;
	/** The way back is drawn too, beside this one. */
	readonly paired: boolean;
}
export interface Patch {
	/** Plane pixels. */
	readonly x: number;
	readonly y: number;
	readonly w: number;
	readonly h: number;
	readonly picture: CanvasImageSource;
	/** A place's own grey picture, where the land was not stitched. */
	readonly faint: boolean;
}
export interface Scene {
	readonly view: View;
	readonly size: Size;
	readonly graph: 'world' | 'page';
	readonly patches: readonly Patch[];
	readonly edges: readonly EdgeDrawn[];
	readonly clusters: readonly Cluster[];
	node(id: string): NodeDrawn | undefined;
	readonly chosen: string;
	readonly hovered: string;
	readonly goal: string;
	readonly maybe: ReadonlySet<string>;
	readonly you: { readonly at: Point; readonly state: PoseState; readonly sigmaPx: number } | null;
	/** The screen that shows, in the page graph. */
	readonly current: string;
}

/** Radius of a place's dot, CSS pixels. */
export const DOT = 7;
const LABELS_MOST = 140;
const COUNTS_MOST = 260;

export function paint(c: CanvasRenderingContext2D, scene: Scene): void {
	const { view, size } = scene;
	c.clearRect(0, 0, size.width, size.height);
	const at = (p: Point): Point => toStage(view, size, p);
	drawPatches(c, scene, at);
	const counts = drawEdges(c, scene, at);
	const taken = scene.graph === 'page' ? drawScreens(c, scene, at) : drawPlaces(c, scene, at);
	c.font = COUNT_FONT;
	for (const { text, x, y } of counts) {
		const spot = { x, y, w: c.measureText(text).width, h: TEXT_PX };
		if (!taken.some((t) => overlap(t, spot))) write(c, text, x, y, COUNT_FONT, INK.quiet, 'center');
	}
	if (scene.you) drawYou(c, at(scene.you.at), scene.you, view.scale);
}

type At = (p: Point) => Point;

function drawPatches(c: CanvasRenderingContext2D, { patches, view }: Scene, at: At): void {
	c.imageSmoothingEnabled = view.scale < 1;
	for (const { x, y, w, h, picture, faint } of patches) {
		const p = at({ x, y });
		c.globalAlpha = faint ? 0.5 : 0.85;
		// Whole pixels, so that no seam shows between two.
		const [left, top] = [Math.floor(p.x), Math.floor(p.y)];
		c.drawImage(picture, left, top, Math.ceil(p.x + w * view.scale) - left, Math.ceil(p.y + h * view.scale) - top);
	}
	c.globalAlpha = 1;
}

interface Count extends Point {
	readonly text: string;
}
/** What something drawn covers: its middle and size, CSS pixels. */
interface Covered extends Point {
	readonly w: number;
	readonly h: number;
}
const overlap = (a: Covered, b: Covered): boolean => Math.abs(a.x - b.x) < (a.w + b.w) / 2 && Math.abs(a.y - b.y) < (a.h + b.h) / 2;

/** @returns how often ways were walked, to be written where room is left */
function drawEdges(c: CanvasRenderingContext2D, { edges, graph, view }: Scene, at: At): readonly Count[] {
	const counts: Count[] = [];
	const isNear = graph === 'page' || view.scale > 0.04;
	const counted = edges.length <= COUNTS_MOST && isNear;
	if (!isNear) drawFar(c, edges, at);
	for (const pass of ['ways', 'route'] as const) {
		for (const edge of edges) {
			if (edge.onRoute !== (pass === 'route') || (!isNear && !edge.onRoute)) continue;
			const ends = beside(at(edge.from), at(edge.to), edge.paired ? 4 : 0);
			const length = Math.hypot(ends.to.x - ends.from.x, ends.to.y - ends.from.y);
			c.strokeStyle = edge.onRoute ? INK.route : edge.blocked ? INK.blocked : edge.planned ? INK.told : INK.way;
			c.setLineDash(edge.blocked ? [7, 5] : edge.planned ? [2, 5] : []);
			c.lineWidth = edge.onRoute ? 4 : 1.2 + Math.min(2.4, Math.log2(1 + edge.walks) * 0.6);
			c.lineCap = 'round';
			if (edge.onRoute || isNear) halo(c, ends.from, ends.to);
			line(c, ends.from, ends.to);
			if (length > 34 && isNear) arrow(c, ends.from, ends.to, edge.onRoute ? 1.25 : 1);
			const middle = { x: (ends.from.x + ends.to.x) / 2, y: (ends.from.y + ends.to.y) / 2 };
			if (edge.blocked && isNear) cross(c, middle);
			else if (counted && length > 64 && edge.count !== '') counts.push(countBeside(middle, edge.count, ends));
		}
	}
	c.setLineDash([]);
	return counts;
}

/** Thousands of ways from afar: a stroke for all that are open and one for all that are not. */
function drawFar(c: CanvasRenderingContext2D, edges: readonly EdgeDrawn[], at: At): void {
	c.setLineDash([]);
	c.lineWidth = 1;
	for (const [blocked, colour] of [
		[false, INK.way],
		[true, INK.blocked],
	] as const) {
		c.beginPath();
		for (const edge of edges) {
			if (edge.blocked !== blocked) continue;
			const [from, to] = [at(edge.from), at(edge.to)];
			c.moveTo(from.x, from.y);
			c.lineTo(to.x, to.y);
		}
		c.strokeStyle = colour;
		c.stroke();
	}
}

/** A line moved a little to its right, so that the way there and the way back stand side by side. */
function beside(from: Point, to: Point, by: number): { from: Point; to: Point } {
	const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
	const [dx, dy] = [(-(to.y - from.y) / length) * by, ((to.x - from.x) / length) * by];
	return { from: { x: from.x + dx, y: from.y + dy }, to: { x: to.x + dx, y: to.y + dy } };
}

function line(c: CanvasRenderingContext2D, from: Point, to: Point): void {
	c.beginPath();
	c.moveTo(from.x, from.y);
	c.lineTo(to.x, to.y);
	c.stroke();
}

function halo(c: CanvasRenderingContext2D, from: Point, to: Point): void {
	c.save();
	c.setLineDash([]);
	c.strokeStyle = INK.halo;
	c.lineWidth += 2.5;
	c.globalAlpha = 0.6;
	line(c, from, to);
	c.restore();
}

function arrow(c: CanvasRenderingContext2D, from: Point, to: Point, size: number): void {
	const angle = Math.atan2(to.y - from.y, to.x - from.x);
	// A little past the middle, where neither dot covers it.
	const tip = { x: from.x + (to.x - from.x) * 0.64, y: from.y + (to.y - from.y) * 0.64 };
	c.save();
	c.setLineDash([]);
	c.translate(tip.x, tip.y);
	c.rotate(angle);
	c.fillStyle = c.strokeStyle;
	c.beginPath();
	c.moveTo(6 * size, 0);
	c.lineTo(-4 * size, 4.5 * size);
	c.lineTo(-4 * size, -4.5 * size);
	c.fill();
	c.restore();
}

function cross(c: CanvasRenderingContext2D, { x, y }: Point): void {
	c.save();
	c.setLineDash([]);
	for (const [colour, width] of [
		[INK.halo, 6],
		[INK.blocked, 2.6],
	] as const) {
		c.strokeStyle = colour;
		c.lineWidth = width;
		line(c, { x: x - 5, y: y - 5 }, { x: x + 5, y: y + 5 });
		line(c, { x: x - 5, y: y + 5 }, { x: x + 5, y: y - 5 });
	}
	c.restore();
}

const TEXT_PX = 15;
const FONT = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif';

const COUNT_FONT = `500 10.5px ${FONT}`;

function countBeside({ x, y }: Point, text: string, ends: { from: Point; to: Point }): Count {
	const length = Math.hypot(ends.to.x - ends.from.x, ends.to.y - ends.from.y) || 1;
	// On the line's own side, so that the counts of both directions are apart.
	const [dx, dy] = [(-(ends.to.y - ends.from.y) / length) * 13, ((ends.to.x - ends.from.x) / length) * 11];
	return { text, x: x + dx, y: y + dy };
}

function write(
	c: CanvasRenderingContext2D,
	text: string,
	x: number,
	y: number,
	font: string,
	colour: string,
	align: CanvasTextAlign,
): void {
	c.font = font;
	c.textAlign = align;
	c.textBaseline = 'middle';
	c.lineJoin = 'round';
	c.lineWidth = 3.5;
	c.setLineDash([]);
	c.strokeStyle = INK.halo;
	c.strokeText(text, x, y);
	c.fillStyle = colour;
	c.fillText(text, x, y);
}

/** @returns what is covered by names and dots */
function drawPlaces(c: CanvasRenderingContext2D, scene: Scene, at: At): readonly Covered[] {
	const { clusters, chosen, hovered, goal, maybe } = scene;
	const dots = clusters.map((cluster): Covered => ({ ...at(cluster), w: 2 * DOT, h: 2 * DOT }));
	const taken: Covered[] = [];
	let labels = 0;
	const first = (id: string): number => (id === chosen || id === goal ? 2 : id === hovered ? 1 : 0);
	for (const cluster of clusters) {
		const p = at(cluster);
		const [id] = cluster.ids as [string];
		if (cluster.ids.length > 1) {
			bubble(c, p, cluster.ids.length, cluster.ids.includes(chosen));
			continue;
		}
		const node = scene.node(id);
		if (!node) continue;
		dot(c, p, node, maybe.has(id));
		if (id === chosen || id === goal || id === hovered) ring(c, p, id === goal ? INK.route : INK.chosen);
	}
	// Names of what a person asked for first; others where there is room.
	const singles = clusters.filter((k) => k.ids.length === 1).toSorted((a, b) => first(b.ids[0] as string) - first(a.ids[0] as string));
	for (const cluster of singles) {
		const [id] = cluster.ids as [string];
		const node = scene.node(id);
		if (!node || (labels >= LABELS_MOST && first(id) === 0)) continue;
		const p = at(cluster);
		c.font = `600 11.5px ${FONT}`;
		const w = c.measureText(node.name).width;
		const spot = { x: p.x, y: p.y + DOT + 11, w: w + 6, h: TEXT_PX };
		if (first(id) === 0 && (taken.some((t) => overlap(t, spot)) || dots.some((dot) => overlap(dot, spot)))) continue;
		taken.push(spot);
		labels++;
		write(c, node.name, spot.x, spot.y, `600 11.5px ${FONT}`, maybe.has(id) ? INK.dead : INK.text, 'center');
	}
	return [...taken, ...dots];
}

function dot(c: CanvasRenderingContext2D, { x, y }: Point, node: NodeDrawn, isMaybe: boolean): void {
	c.setLineDash([]);
	c.beginPath();
	c.arc(x, y, DOT, 0, 2 * Math.PI);
	c.fillStyle = INK.fill;
	c.fill();
	c.lineWidth = 2.6;
	c.strokeStyle = isMaybe || node.deadEnd ? INK.dead : INK.place;
	if (isMaybe) c.setLineDash([3, 3]);
	c.stroke();
	c.setLineDash([]);
	if (isMaybe) write(c, '?', x, y + 0.5, `700 10px ${FONT}`, INK.dead, 'center');
	else if (node.deadEnd) {
		// A bar across it: no way goes on.
		c.beginPath();
		c.moveTo(x - 3.5, y);
		c.lineTo(x + 3.5, y);
		c.stroke();
	} else if (node.seen > 0) {
		c.beginPath();
		c.arc(x, y, 2.6, 0, 2 * Math.PI);
		c.fillStyle = INK.place;
		c.fill();
	}
	if (node.frontiers > 0) {
		c.beginPath();
		c.arc(x + DOT, y - DOT, 3.4, 0, 2 * Math.PI);
		c.fillStyle = INK.route;
		c.fill();
		c.lineWidth = 1.5;
		c.strokeStyle = INK.halo;
		c.stroke();
	}
}

function ring(c: CanvasRenderingContext2D, { x, y }: Point, colour: string): void {
	c.beginPath();
	c.arc(x, y, DOT + 4.5, 0, 2 * Math.PI);
	c.lineWidth = 2;
	c.strokeStyle = colour;
	c.stroke();
}

function bubble(c: CanvasRenderingContext2D, { x, y }: Point, count: number, chosen: boolean): void {
	const r = 8 + Math.min(7, Math.log2(count));
	c.beginPath();
	c.arc(x, y, r, 0, 2 * Math.PI);
	c.fillStyle = INK.fill;
	c.fill();
	c.lineWidth = chosen ? 3 : 1.8;
	c.strokeStyle = chosen ? INK.chosen : INK.place;
	c.stroke();
	write(c, count > 999 ? '999+' : String(count), x, y + 0.5, `600 10px ${FONT}`, INK.text, 'center');
}

/** Size of a screen's box, plane pixels. */
export const SCREEN_BOX = { w: 148, h: 46 } as const;

/** @returns what is covered by screens */
function drawScreens(c: CanvasRenderingContext2D, scene: Scene, at: At): readonly Covered[] {
	const taken: Covered[] = [];
	for (const cluster of scene.clusters) {
		const [id] = cluster.ids as [string];
		const node = scene.node(id);
		if (!node) continue;
		const p = at(cluster);
		const [w, h] = [SCREEN_BOX.w * scene.view.scale, SCREEN_BOX.h * scene.view.scale];
		c.setLineDash([]);
		c.beginPath();
		c.roundRect(p.x - w / 2, p.y - h / 2, w, h, 9 * scene.view.scale);
		c.fillStyle = id === scene.current ? '#14342f' : INK.fill;
		c.fill();
		c.lineWidth = id === scene.chosen || id === scene.goal ? 3 : 1.8;
		c.strokeStyle =
			id === scene.goal ? INK.route : id === scene.chosen || id === scene.hovered ? INK.chosen : node.deadEnd ? INK.dead : INK.place;
		c.stroke();
		const px = Math.max(7, Math.min(15, 14 * scene.view.scale));
		write(c, node.name, p.x, p.y, `600 ${px}px ${FONT}`, INK.text, 'center');
		taken.push({ ...p, w, h });
	}
	return taken;
}

function drawYou(c: CanvasRenderingContext2D, { x, y }: Point, { state, sigmaPx }: NonNullable<Scene['you']>, scale: number): void {
	const r = Math.max(14, Math.min(300, 2 * sigmaPx * scale));
	c.setLineDash(state === 'reckoned' ? [5, 4] : []);
	c.beginPath();
	c.arc(x, y, r, 0, 2 * Math.PI);
	c.fillStyle = 'rgb(134 162 255 / 0.16)';
	c.fill();
	c.lineWidth = 1.8;
	c.strokeStyle = INK.route;
	c.stroke();
	c.setLineDash([]);
	c.beginPath();
	c.arc(x, y, 5.5, 0, 2 * Math.PI);
	c.fillStyle = INK.you;
	c.fill();
	c.lineWidth = 2.5;
	c.strokeStyle = state === 'reckoned' ? INK.dead : INK.route;
	c.stroke();
}
