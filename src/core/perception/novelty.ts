// What changed since a model last confirmed the screen, and which no crystal explains. A window that opened over the game is a
// large connected block of such tiles; a blinking light is one tile that the caller's learnt level allows.
import type { Box } from '../geometry.ts';
import { type ChangeMap, tileInside, tileRange } from './change.ts';

export interface Unexplained {
	readonly tiles: number;
	/** Of all tiles of this part, in [0, 1]. */
	readonly share: number;
	/** Tiles in the largest connected block; tiles touch along their sides. */
	readonly block: number;
	/** Bounding box of that block in tiles, [column, row, columns, rows]; absent when nothing is unexplained. */
	readonly at?: Box;
}
export interface Novelty {
	readonly outside: Unexplained;
	readonly inside: Unexplained;
}

/**
 * @param map        what changed since the screen was confirmed
 * @param explained  boxes of what was recognised now, and for things that moved also where they were; a tile they touch is explained
 * @param world      the play area; a tile is inside when the whole of it is
 */
export function unexplained(map: ChangeMap, explained: readonly Box[], world?: Box): Novelty {
	const open = map.tiles.slice();
	for (const box of explained) {
		const [c0, r0, c1, r1] = tileRange(map, box);
		for (let r = r0; r < r1; r++) open.fill(0, r * map.cols + c0, r * map.cols + Math.max(c0, c1));
	}
	const inWorld = new Uint8Array(open.length);
	let insideAll = 0;
	if (world !== undefined) {
		const [c0, r0, c1, r1] = tileRange(map, world);
		for (let r = r0; r < r1; r++) {
			for (let c = c0; c < c1; c++) {
				if (!tileInside(c, r, world)) continue;
				inWorld[r * map.cols + c] = 1;
				insideAll++;
			}
		}
	}
	return { outside: survey(map, open, inWorld, 0, open.length - insideAll), inside: survey(map, open, inWorld, 1, insideAll) };
}

function survey(map: ChangeMap, open: Uint8Array, part: Uint8Array, which: 0 | 1, all: number): Unexplained {
	const { cols, rows } = map;
	const done = new Uint8Array(open.length);
	const is = (at: number): boolean => open[at] === 1 && part[at] === which && done[at] === 0;
	let tiles = 0;
	let block = 0;
	let bounds: Box | undefined;
	const stack: number[] = [];
	for (let start = 0; start < open.length; start++) {
		if (!is(start)) continue;
		let size = 0;
		let [left, top, right, bottom] = [cols, rows, 0, 0];
		done[start] = 1;
		stack.push(start);
		for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
			size++;
			const c = at % cols;
			const r = (at - c) / cols;
			left = Math.min(left, c);
			right = Math.max(right, c);
			top = Math.min(top, r);
			bottom = Math.max(bottom, r);
			for (const [next, fits] of [
				[at - 1, c > 0],
				[at + 1, c + 1 < cols],
				[at - cols, r > 0],
				[at + cols, r + 1 < rows],
			] as const) {
				if (fits && is(next)) {
					done[next] = 1;
					stack.push(next);
				}
			}
		}
		tiles += size;
		if (size > block) {
			block = size;
			bounds = [left, top, right - left + 1, bottom - top + 1];
		}
	}
	return { tiles, share: all === 0 ? 0 : tiles / all, block, ...(bounds ? { at: bounds } : {}) };
}

/** What was unexplained while a model said that all is known: tiles in all, tiles of the largest block. */
export type Usual = readonly [tiles: number, block: number];
export interface Level {
	readonly tiles: number;
	readonly block: number;
}
/** Before anything is known of a screen: just under 6 × 3 tiles, a small panel or a line of buttons, or four of them scattered. */
const PRIOR: Usual = [4 * 17, 17];
/** The prior weighs as much as so many answers. */
const PRIOR_WEIGHT = 4;
/** One ask in ten for what turns out to be usual is worth it. */
const QUANTILE = 0.9;
/** The smallest thing worth a question, a button of 32 × 16 pixels, lies across 3 × 2 tiles. */
const BLOCK_LEAST = 6;
/** However restless a screen is, a block of this share of its tiles is not usual. */
const SHARE_MOST = 0.1;
/** Newest answers that count. */
export const USUAL_KEPT = 50;

/**
 * The amount of unexplained change from which on a screen is asked about: a high quantile of what was usual, so that one answer
 * that overlooked something does not move it.
 *
 * @param all  tiles of the part that is measured
 */
export function learntLevel(usual: readonly Usual[], all: number): Level {
	const level = (which: 0 | 1, least: number): number => {
		const sorted = [...usual.map((u) => u[which]), ...Array<number>(PRIOR_WEIGHT).fill(PRIOR[which])].toSorted((a, b) => a - b);
		const q = sorted[Math.floor(QUANTILE * (sorted.length - 1))] as number;
		return Math.max(least, Math.min(q, Math.max(PRIOR[which], SHARE_MOST * all)) + 1);
	};
	return { tiles: level(0, 4 * BLOCK_LEAST), block: level(1, BLOCK_LEAST) };
}

export function exceeds(part: Unexplained, level: Level): boolean {
	return part.block >= level.block || part.tiles >= level.tiles;
}
