// Pictures under the map: the stitched land where there is one, else what each place looks like. Fetched for what is in sight only.
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import type { Point, Size } from '../../core/geometry.ts';
import type { PlaceView } from '../../core/navigation/view.ts';
import { useServices } from '../services.ts';
import { shownPart, type View } from './geometry.ts';
import type { Patch } from './paint.ts';

const TILES_EVERY_MS = 1000;
/** Of each kind at once; 200 tiles are what the agent keeps. */
const TILES_MOST = 200;
const PICTURES_MOST = 80;
/** A place smaller on the page is shown without a picture, CSS pixels. */
const SMALL_PX = 26;

interface Held {
	readonly canvas: HTMLCanvasElement;
	readonly area: string;
	readonly x: number;
	readonly y: number;
	readonly side: number;
}

export function createPatches(o: {
	readonly places: Accessor<readonly PlaceView[]>;
	readonly inPlane: (area: string, xy: readonly [number, number]) => Point;
	readonly view: Accessor<View | undefined>;
	readonly size: Accessor<Size>;
}): Accessor<readonly Patch[]> {
	const { agent } = useServices();
	const tiles = new Map<string, Held>();
	const revisions = new Map<string, number>();
	const pictures = new Map<string, { readonly key: string; readonly bitmap: ImageBitmap | undefined }>();
	const [changed, setChanged] = createSignal(0);
	const areas = () => [...new Set(o.places().map((p) => p.area))];
	let gone = false;

	async function fetchTiles(): Promise<void> {
		for (const area of areas()) {
			const told = await agent.mapTiles(area, revisions.get(area) ?? 0);
			if (gone || told === undefined) continue;
			revisions.set(area, told.revision);
			for (const { column, row, width, rgba, sidePx } of told.tiles) {
				const key = `${column} ${row} ${area}`;
				const canvas = tiles.get(key)?.canvas ?? document.createElement('canvas');
				Object.assign(canvas, { width, height: width });
				canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, width), 0, 0);
				tiles.delete(key);
				tiles.set(key, { canvas, area, x: column * sidePx, y: row * sidePx, side: sidePx });
			}
			for (const oldest of tiles.keys()) {
				if (tiles.size <= TILES_MOST) break;
				tiles.delete(oldest);
			}
			if (told.tiles.length > 0) setChanged((n) => n + 1);
		}
	}
	let fetching = false;
	const timer = setInterval(() => {
		if (fetching || document.hidden) return;
		fetching = true;
		// An agent that has ended has no more to show; what was shown stays.
		fetchTiles().then(
			() => {
				fetching = false;
			},
			() => {
				fetching = false;
			},
		);
	}, TILES_EVERY_MS);
	onCleanup(() => {
		gone = true;
		clearInterval(timer);
		for (const { bitmap } of pictures.values()) bitmap?.close();
	});

	const wanted = createMemo(() => {
		const view = o.view();
		if (!view) return [];
		const [x, y, w, h] = shownPart(view, o.size(), 0);
		return o
			.places()
			.filter((p) => p.view !== null && p.view[2] * view.scale >= SMALL_PX)
			.filter((p) => {
				const at = o.inPlane(p.area, p.view as never);
				const [, , pw, ph] = p.view as readonly [number, number, number, number];
				return at.x < x + w && at.y < y + h && at.x + pw > x && at.y + ph > y;
			})
			.slice(0, PICTURES_MOST);
	});
	createEffect(
		on(wanted, (list) => {
			for (const place of list) {
				if (pictures.get(place.id)?.key === place.picture) continue;
				pictures.set(place.id, { key: place.picture, bitmap: pictures.get(place.id)?.bitmap });
				void fetchPicture(place);
			}
		}),
	);
	async function fetchPicture({ id, picture }: PlaceView): Promise<void> {
		try {
			const png = await agent.placePicture(id);
			if (png === undefined) return;
			const bitmap = await createImageBitmap(new Blob([png as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
			if (gone) return bitmap.close();
			pictures.get(id)?.bitmap?.close();
			pictures.set(id, { key: picture, bitmap });
			setChanged((n) => n + 1);
		} catch {
			// Without its picture a place is still a dot with a name.
		}
	}

	return () => {
		changed();
		const under: Patch[] = wanted().flatMap((place) => {
			const bitmap = pictures.get(place.id)?.bitmap;
			if (!bitmap || place.view === null) return [];
			const at = o.inPlane(place.area, [place.view[0], place.view[1]]);
			return [{ ...at, w: place.view[2], h: place.view[3], picture: bitmap, faint: true }];
		});
		const over = [...tiles.values()].map(
			(t): Patch => ({ ...o.inPlane(t.area, [t.x, t.y]), w: t.side, h: t.side, picture: t.canvas, faint: false }),
		);
		return [...under, ...over];
	};
}
