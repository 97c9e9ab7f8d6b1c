// Most of a game's picture rests from one frame to the next (median 0.3 % of tiles change in a played Flare), so an answer
// whose tiles rest is still the answer. A tile is its hash; every pixel of it counts, colour included.
import type { Box, Size } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import type { Matcher } from './matcher.ts';

export const TILE = 16;

/** Hashes of a frame's tiles, row by row. */
export interface TileGrid extends Size {
	readonly cols: number;
	readonly rows: number;
	readonly hashes: Uint32Array;
}

export interface ChangeMap extends Size {
	readonly cols: number;
	readonly rows: number;
	/** 1 where the tile changed. */
	readonly tiles: Uint8Array;
	readonly changed: number;
	/** Changed tiles of all tiles, in [0, 1]; 1 when there was nothing to compare with. */
	readonly share: number;
	/** The frames have different sizes, or there was no frame before: everything counts as changed. */
	readonly fresh: boolean;
}

/** What differs between two moments; `before` undefined counts as all changed. */
export function compareTiles(now: TileGrid, before: TileGrid | undefined): ChangeMap {
	const { cols, rows, width, height } = now;
	const tiles = new Uint8Array(cols * rows);
	const fresh = before === undefined || before.width !== width || before.height !== height;
	let changed = 0;
	if (fresh) {
		tiles.fill(1);
		changed = tiles.length;
	} else {
		const [a, b] = [now.hashes, before.hashes];
		for (let i = 0; i < tiles.length; i++) {
			if (a[i] === b[i]) continue;
			tiles[i] = 1;
			changed++;
		}
	}
	return { width, height, cols, rows, tiles, changed, share: tiles.length === 0 ? 0 : changed / tiles.length, fresh };
}

/** Follows a stream of frames; `update` compares each with the one before. */
export interface ChangeTracker {
	update(frame: Frame): ChangeMap;
	/** A copy of the last frame's hashes, to compare with later (`compareTiles`); undefined before the first frame. */
	snapshot(): TileGrid | undefined;
	/** The last frame's hashes themselves, valid until the next update. */
	readonly last: TileGrid | undefined;
	reset(): void;
}

/** @param hash  who hashes the tiles */
export function makeChangeTracker(hash: Matcher['hashTiles']): ChangeTracker {
	let last: TileGrid | undefined;
	let spare: TileGrid | undefined;
	return {
		update(frame) {
			const now = hash(frame, spare);
			const map = compareTiles(now, last);
			spare = last;
			last = now;
			return map;
		},
		snapshot: () => (last === undefined ? undefined : { ...last, hashes: last.hashes.slice() }),
		get last() {
			return last;
		},
		reset() {
			last = undefined;
		},
	};
}

/** True when a tile that `box` touches changed. */
export function changedIn(map: ChangeMap, box: Box): boolean {
	const [c0, r0, c1, r1] = tileRange(map, box);
	for (let r = r0; r < r1; r++) {
		for (let c = c0; c < c1; c++) if (map.tiles[r * map.cols + c] === 1) return true;
	}
	return false;
}

/** Share of the tiles that `box` touches that changed, not counting tiles wholly inside `except`. */
export function changedShare(map: ChangeMap, box: Box, except?: Box): number {
	const [c0, r0, c1, r1] = tileRange(map, box);
	let all = 0;
	let changed = 0;
	for (let r = r0; r < r1; r++) {
		for (let c = c0; c < c1; c++) {
			if (except !== undefined && tileInside(c, r, except)) continue;
			all++;
			changed += map.tiles[r * map.cols + c] as number;
		}
	}
	return all === 0 ? 0 : changed / all;
}

/** Smallest box of whole tiles that holds every changed tile touching `within`; undefined when none changed. */
export function changedBounds(map: ChangeMap, within: Box): Box | undefined {
	const [c0, r0, c1, r1] = tileRange(map, within);
	let left = c1;
	let top = r1;
	let right = -1;
	let bottom = -1;
	for (let r = r0; r < r1; r++) {
		for (let c = c0; c < c1; c++) {
			if (map.tiles[r * map.cols + c] !== 1) continue;
			if (c < left) left = c;
			if (c > right) right = c;
			if (r < top) top = r;
			bottom = r;
		}
	}
	return right < 0 ? undefined : [left * TILE, top * TILE, (right - left + 1) * TILE, (bottom - top + 1) * TILE];
}

/** Columns and rows of the tiles that a box touches, end exclusive, clipped to the map. */
export function tileRange(
	map: { readonly cols: number; readonly rows: number },
	[x, y, w, h]: Box,
): readonly [c0: number, r0: number, c1: number, r1: number] {
	return [
		Math.max(0, Math.floor(x / TILE)),
		Math.max(0, Math.floor(y / TILE)),
		Math.min(map.cols, Math.ceil((x + w) / TILE)),
		Math.min(map.rows, Math.ceil((y + h) / TILE)),
	];
}

export function tileInside(col: number, row: number, [x, y, w, h]: Box): boolean {
	return col * TILE >= x && row * TILE >= y && (col + 1) * TILE <= x + w && (row + 1) * TILE <= y + h;
}
