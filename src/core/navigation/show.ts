// The atlas as the page shows it.
import type { Box } from '../geometry.ts';
import { printAct } from '../crystals/rule/text.ts';
import { dangerOf } from '../crystals/route/apply.ts';
import { screenOf } from '../crystals/route/schema.ts';
import { LOOK_SIZE, newestLook, type Place } from '../crystals/place/schema.ts';
import type { Frame } from '../ports.ts';
import type { Atlas } from './atlas.ts';
import type { NavView, PlaceView } from './view.ts';

/**
 * @param world      of the layout that shows, for the size of a place's picture
 * @param frontiers  ways in sight of a place that nobody has tried
 * @param at         milliseconds since 1970
 */
export function showAtlas(atlas: Atlas, world: Box, frontiers: (place: Place) => number, at: number): NavView {
	const routes = atlas.routes();
	const screens = new Set(routes.flatMap(({ data }) => [data.from, data.to]).filter((id) => screenOf(id) !== undefined));
	const isDead = (id: string): boolean => new Set(atlas.from(id).map((route) => atlas.resolve(route.data.to))).size < 2;
	return {
		places: [
			...[...screens].map(
				(id): PlaceView => ({
					id,
					name: atlas.nameOf(id),
					graph: 'page',
					screen: atlas.nameOf(id),
					area: '',
					xy: null,
					view: null,
					picture: '',
					seen: atlas.into(id).reduce((sum, route) => sum + route.data.ms.n, 0),
					deadEnd: isDead(id),
					frontiers: 0,
					merged: [],
				}),
			),
			...atlas.places().map((place): PlaceView => {
				const { data } = place;
				const open = frontiers(place);
				return {
					id: place.id,
					name: atlas.nameOf(place.id),
					graph: 'world',
					screen: data.screen,
					area: data.area,
					xy: data.xy,
					view: [data.view[0], data.view[1], world[2], world[3]],
					picture: `${data.looks.at(-1)} ${data.scores.n === 0 ? 0 : Math.floor(Math.log2(data.scores.n))}`,
					seen: data.seen,
					deadEnd: open === 0 && isDead(place.id),
					frontiers: open,
					merged: atlas.mergedInto(place.id),
				};
			}),
		],
		routes: routes.flatMap((route) => {
			const { data, stat } = route;
			const [from, to] = [atlas.resolve(data.from), atlas.resolve(data.to)];
			if (from === to) return [];
			return [
				{
					id: route.id,
					graph: data.graph,
					from,
					to,
					state: route.state,
					ms: atlas.expectedMs(route),
					walks: data.ms.n,
					failures: Math.round(stat.w),
					blockedMs: Math.max(0, data.blockedUntil - at),
					lastFail: data.lastFail,
					terrain: data.terrain,
					danger: dangerOf(data),
					interrupts: data.interrupts,
					moves: data.moves.map(printAct),
					planned: data.origin === 'plan' && data.ms.n === 0,
				},
			];
		}),
	};
}

/** What a place looks like, as a picture in grey of the world's shape. */
export function pictureOfPlace(place: Place, world: Box): Frame {
	const { width, height } = LOOK_SIZE;
	const look = newestLook(place);
	const scale = 4;
	const [w, h] = [width * scale, Math.max(1, Math.round((width * scale * world[3]) / world[2]))];
	const luma = new Uint8Array(w * h);
	const mean = look.reduce((sum, value) => sum + value, 0) / Math.max(1, look.filter((value) => value > 0).length);
	const at = (x: number, y: number): number => look[Math.min(height - 1, y) * width + Math.min(width - 1, x)] || mean;
	for (let y = 0; y < h; y++) {
		const v = Math.max(0, ((y + 0.5) * height) / h - 0.5);
		for (let x = 0; x < w; x++) {
			const u = Math.max(0, (x + 0.5) / scale - 0.5);
			const [cx, cy] = [Math.floor(u), Math.floor(v)];
			const [fx, fy] = [u - cx, v - cy];
			const top = at(cx, cy) * (1 - fx) + at(cx + 1, cy) * fx;
			const bottom = at(cx, cy + 1) * (1 - fx) + at(cx + 1, cy + 1) * fx;
			luma[y * w + x] = Math.round(top * (1 - fy) + bottom * fy);
		}
	}
	return { id: place.id, at: 0, width: w, height: h, luma, stride: w };
}
