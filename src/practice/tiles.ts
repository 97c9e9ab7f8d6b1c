// Tiles, and walking from one to the next.
import { TILE, type Tile } from './rooms.ts';

export interface Walker {
	from: Tile;
	to: Tile;
	/** Game ms when the walk from `from` to `to` began. */
	since: number;
}

/** Where a walker is drawn, in whole pixels of the world box: the top left corner of its tile. */
export function placeOf(walker: Walker, now: number, tileMs: number): { x: number; y: number } {
	const part = Math.min(1, (now - walker.since) / tileMs);
	return {
		x: Math.round(TILE * (walker.from[0] + (walker.to[0] - walker.from[0]) * part)),
		y: Math.round(TILE * (walker.from[1] + (walker.to[1] - walker.from[1]) * part)),
	};
}

export function isWalking(walker: Walker, now: number, tileMs: number): boolean {
	return !same(walker.from, walker.to) && now - walker.since < tileMs;
}

export function arrive(walker: Walker): void {
	walker.from = walker.to;
}

export function still(at: Tile, now: number): Walker {
	return { from: at, to: at, since: now };
}

export function same(a: Tile, b: Tile): boolean {
	return a[0] === b[0] && a[1] === b[1];
}

export function distance(a: Tile, b: Tile): number {
	return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);
}

export function neighbour([column, row]: Tile, direction: number): Tile {
	if (direction === 0) return [column + 1, row];
	if (direction === 1) return [column - 1, row];
	return direction === 2 ? [column, row + 1] : [column, row - 1];
}

/** One number a tile, in any room of up to 1024 columns. */
export function index([column, row]: Tile): number {
	return row * 1024 + column;
}

export function clampTile(pixel: number, count: number): number {
	return Math.min(count - 1, Math.max(0, Math.floor(pixel / TILE)));
}
