// The land as it was seen, stitched together where the frames were laid by what scrolled. Kept for people to look at: nothing is
// recognised by it. It holds so many tiles and no more; those not seen for longest go first.
import type { Box } from '../geometry.ts';
import type { Frame } from '../ports.ts';

/** Pixels of the plane to a cell of the picture, in both directions. */
export const CELL_PX = 4;
/** Cells of a tile, in both directions. */
export const TILE_CELLS = 128;
export const TILE_PX = CELL_PX * TILE_CELLS;
/** 82 kB a tile: 16 MB at most, which is 67 million pixels of land. */
const TILES_MOST = 200;
/** Two frames that lie closer together show the same. */
const STEP_PX = 12;

export interface MosaicTile {
	readonly area: string;
	readonly column: number;
	readonly row: number;
	/** Grows with every change of any tile. */
	readonly revision: number;
	/** One pixel a cell, with the colours of the frames it was made of. */
	readonly picture: Frame;
	/** A byte a cell: 0 where nothing was seen. */
	readonly seen: Uint8Array;
}
export interface Mosaic {
	/**
	 * Lays a frame over the land.
	 * @param view   top left corner of the world's box in the area's plane
	 * @param world  the part of the frame that shows the world
	 * @param hides  boxes of what moves, frame pixels; they are left as they were
	 */
	lay(area: string, view: readonly [x: number, y: number], frame: Frame, world: Box, hides: readonly Box[]): void;
	/** Tiles of an area changed after a revision, the longest unchanged first. */
	tiles(area: string, after: number, most: number): readonly MosaicTile[];
	readonly revision: number;
}

interface Open extends Omit<MosaicTile, 'revision'> {
	revision: number;
	readonly luma: Uint8Array;
	readonly u: Uint8Array;
	readonly v: Uint8Array;
}

/** @param from  where revisions begin; later for a later mosaic, so that who saw an earlier one asks on */
export function makeMosaic(from = 0, most = TILES_MOST): Mosaic {
	/** In the order in which they were laid over last. */
	const tiles = new Map<string, Open>();
	let revision = from;
	let last: { readonly area: string; readonly x: number; readonly y: number } | undefined;

	function tileAt(area: string, column: number, row: number, like: Frame): Open {
		const key = `${column} ${row} ${area}`;
		const old = tiles.get(key);
		// Put back at the end, as the newest.
		tiles.delete(key);
		const tile = old ?? blank(area, column, row, like);
		tiles.set(key, tile);
		for (const oldest of tiles.keys()) {
			if (tiles.size <= most) break;
			tiles.delete(oldest);
		}
		return tile;
	}

	return {
		get revision() {
			return revision;
		},
		lay(area, [left, top], frame, world, hides) {
			if (last?.area === area && Math.hypot(left - last.x, top - last.y) < STEP_PX) return;
			last = { area, x: left, y: top };
			revision++;
			const [dx, dy] = [world[0] - left, world[1] - top];
			// Whole cells only: half a cell would mix the land with what stands beside the world's box.
			const [x0, y0] = [Math.ceil(left / CELL_PX), Math.ceil(top / CELL_PX)];
			const [x1, y1] = [Math.floor((left + world[2]) / CELL_PX), Math.floor((top + world[3]) / CELL_PX)];
			const hidden = hides.map(([x, y, w, h]) => [x - dx, y - dy, x - dx + w, y - dy + h] as const);
			for (let row = Math.floor(y0 / TILE_CELLS); row * TILE_CELLS < y1; row++) {
				for (let column = Math.floor(x0 / TILE_CELLS); column * TILE_CELLS < x1; column++) {
					const tile = tileAt(area, column, row, frame);
					tile.revision = revision;
					const [cx, cy] = [column * TILE_CELLS, row * TILE_CELLS];
					for (let y = Math.max(y0, cy); y < Math.min(y1, cy + TILE_CELLS); y++) {
						for (let x = Math.max(x0, cx); x < Math.min(x1, cx + TILE_CELLS); x++) {
							const [px, py] = [x * CELL_PX, y * CELL_PX];
							if (hidden.some(([l, t, r, b]) => px + CELL_PX > l && px < r && py + CELL_PX > t && py < b)) continue;
							layCell(tile, x - cx, y - cy, frame, Math.round(px + dx), Math.round(py + dy));
						}
					}
				}
			}
		},
		tiles(area, after, atMost) {
			return [...tiles.values()]
				.filter((t) => t.area === area && t.revision > after)
				.toSorted((a, b) => a.revision - b.revision)
				.slice(0, atMost);
		},
	};
}

function blank(area: string, column: number, row: number, like: Frame): Open {
	const half = TILE_CELLS / 2;
	const luma = new Uint8Array(TILE_CELLS * TILE_CELLS);
	const u = new Uint8Array(half * half).fill(128);
	const v = new Uint8Array(half * half).fill(128);
	// What the source says of its colours goes along with them.
	const picture = {
		...like,
		id: `${area} ${column} ${row}`,
		width: TILE_CELLS,
		height: TILE_CELLS,
		luma,
		stride: TILE_CELLS,
		u,
		v,
		chromaStride: half,
	};
	return { area, column, row, revision: 0, picture, seen: new Uint8Array(TILE_CELLS * TILE_CELLS), luma, u, v };
}

function layCell(tile: Open, x: number, y: number, frame: Frame, px: number, py: number): void {
	const at = y * TILE_CELLS + x;
	let sum = 0;
	let n = 0;
	for (let j = Math.max(0, py); j < Math.min(frame.height, py + CELL_PX); j++) {
		for (let i = Math.max(0, px); i < Math.min(frame.width, px + CELL_PX); i++) {
			sum += frame.luma[j * frame.stride + i] as number;
			n++;
		}
	}
	if (n === 0) return;
	tile.luma[at] = Math.round(sum / n);
	tile.seen[at] = 1;
	if (frame.u === undefined || frame.v === undefined || frame.chromaStride === undefined || (x | y) % 2 !== 0) return;
	const chroma = Math.min(frame.height - 1, py + CELL_PX) >> 1;
	const from = chroma * frame.chromaStride + (Math.min(frame.width - 1, px + CELL_PX) >> 1);
	const to = (y >> 1) * (TILE_CELLS / 2) + (x >> 1);
	tile.u[to] = frame.u[from] as number;
	tile.v[to] = frame.v[from] as number;
}
