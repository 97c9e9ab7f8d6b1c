// Ignoring the new must not count as understanding. On every look it is measured what stands there unexplained: outside the world
// against the picture a model last confirmed, inside it by what came, stayed, and is no ground seen before.
import { groundOf, unexplainedTiles } from '../crystals/screen/crystallise.ts';
import type { ScreenCrystal } from '../crystals/screen/schema.ts';
import type { Box } from '../geometry.ts';
import { type TileGrid, tileInside, tileRange } from '../perception/change.ts';
import { exceeds, type Level, learntLevel, type Novelty, type Unexplained, unexplained, type Usual } from '../perception/novelty.ts';

/** What came into the world and has rested so long has come to stay; what walks rests for less. */
const STAYS_MS = 3000;
/** Share of the world's tiles that must be known ground, or explained, before a strange block among them says anything. */
const GROUND_KNOWN = 0.8;
/** After an answer that found nothing new the same screen is left alone for so long, then twice as long, up to the most. */
const BACK_OFF_MS = 1200;
const BACK_OFF_MOST_MS = 60_000;

export interface Newness {
	readonly outside: Unexplained;
	/** Only what has come to stay; nothing while too little of the world is known ground. */
	readonly inside: Unexplained;
	readonly levels: { readonly outside: Level; readonly inside: Level };
	/** What should be asked about, as a sentence; undefined when all is as usual. */
	readonly what?: string;
}
export interface NewnessWatch {
	/** Every look, so that it is known since when each tile rests. */
	see(tiles: TileGrid, at: number): void;
	/** @param boxes  what crystals and readers explain */
	measure(screen: ScreenCrystal, boxes: readonly Box[], at: number): Newness;
	/** Milliseconds until this screen may be asked about for what is unexplained; 0 now. */
	wait(screen: string, at: number): number;
	/** A model answered about the screen; `learnt` when there was something new in it. */
	answered(screen: string, learnt: boolean, at: number): void;
	/** A byte a tile: 1 where it lies wholly in the world and no box explains it. Undefined without a world. */
	ground(tiles: TileGrid, boxes: readonly Box[]): Uint8Array | undefined;
	/** A byte a tile: 1 where the world or a box explains what stands there. */
	explained(tiles: TileGrid, boxes: readonly Box[]): Uint8Array;
}

export function makeNewness(world: Box | undefined): NewnessWatch {
	let last: TileGrid | undefined;
	let since = new Float64Array(0);
	/** 1 where the tile changed since this size of picture is shown: what was there from the start has not come. */
	let came = new Uint8Array(0);
	const asked = new Map<string, { at: number; gap: number }>();
	const grounds = new WeakMap<Uint8Array, ReadonlySet<number>>();

	function cover(out: Uint8Array, tiles: TileGrid, boxes: readonly Box[], value: number): Uint8Array {
		for (const box of boxes) {
			const [c0, r0, c1, r1] = tileRange(tiles, box);
			for (let r = r0; r < r1; r++) out.fill(value, r * tiles.cols + c0, r * tiles.cols + Math.max(c0, c1));
		}
		return out;
	}

	function explained(tiles: TileGrid, boxes: readonly Box[]): Uint8Array {
		return cover(new Uint8Array(tiles.cols * tiles.rows), tiles, world === undefined ? boxes : [world, ...boxes], 1);
	}

	function ground(tiles: TileGrid, boxes: readonly Box[]): Uint8Array | undefined {
		if (world === undefined) return undefined;
		const out = new Uint8Array(tiles.cols * tiles.rows);
		const [c0, r0, c1, r1] = tileRange(tiles, world);
		for (let r = r0; r < r1; r++) for (let c = c0; c < c1; c++) if (tileInside(c, r, world)) out[r * tiles.cols + c] = 1;
		return cover(out, tiles, boxes, 0);
	}

	function knownGround(screen: ScreenCrystal): ReadonlySet<number> {
		const blob = screen.blobs['ground'];
		if (blob === undefined) return new Set();
		const known = grounds.get(blob) ?? groundOf(screen);
		grounds.set(blob, known);
		return known;
	}

	/** Tiles of the world that came, rest, and are no known ground. */
	function strangers(screen: ScreenCrystal, tiles: TileGrid, boxes: readonly Box[], at: number): Uint8Array {
		const out = new Uint8Array(tiles.hashes.length);
		const open = ground(tiles, boxes);
		if (open === undefined) return out;
		const known = knownGround(screen);
		const inWorld = ground(tiles, []) as Uint8Array;
		let all = 0;
		let unknown = 0;
		for (let i = 0; i < out.length; i++) {
			all += inWorld[i] as number;
			if (open[i] === 0 || known.has(tiles.hashes[i] as number)) continue;
			unknown++;
			if (came[i] === 1 && at - (since[i] as number) >= STAYS_MS) out[i] = 1;
		}
		// Another room, or a scrolled one: nothing here was ever confirmed, so nothing stands out.
		if (all === 0 || unknown > (1 - GROUND_KNOWN) * all) out.fill(0);
		return out;
	}

	return {
		see(tiles, at) {
			if (last === undefined || last.cols !== tiles.cols || last.rows !== tiles.rows) {
				since = new Float64Array(tiles.hashes.length).fill(at);
				came = new Uint8Array(tiles.hashes.length);
			} else if (last.hashes !== tiles.hashes) {
				for (let i = 0; i < since.length; i++) {
					if (last.hashes[i] === tiles.hashes[i]) continue;
					since[i] = at;
					came[i] = 1;
				}
			}
			last = tiles;
		},
		measure(screen, boxes, at) {
			const tiles = last as TileGrid;
			const map = { ...tiles, changed: 0, share: 0, fresh: false };
			const { outside }: Novelty = unexplained(
				{ ...map, tiles: unexplainedTiles(screen, tiles.hashes, explained(tiles, boxes)) },
				[],
				world,
			);
			const { inside }: Novelty = unexplained({ ...map, tiles: strangers(screen, tiles, boxes, at) }, [], world);
			const { usual } = screen.data;
			const insideAll = world === undefined ? 0 : (ground(tiles, []) as Uint8Array).reduce((sum, one) => sum + one, 0);
			const levels = {
				outside: learntLevel(usual.outside as Usual[], tiles.hashes.length - insideAll),
				inside: learntLevel(usual.inside as Usual[], insideAll),
			};
			const what = exceeds(outside, levels.outside)
				? sentence(outside, levels.outside, 'changed')
				: exceeds(inside, levels.inside)
					? sentence(inside, levels.inside, 'came into the world and stayed')
					: undefined;
			return { outside, inside, levels, ...(what === undefined ? {} : { what }) };
		},
		wait(screen, at) {
			const before = asked.get(screen);
			return before === undefined ? 0 : Math.max(0, before.at + before.gap - at);
		},
		answered(screen, learnt, at) {
			const before = asked.get(screen);
			if (learnt) asked.delete(screen);
			else asked.set(screen, { at, gap: before === undefined ? BACK_OFF_MS : Math.min(BACK_OFF_MOST_MS, 2 * before.gap) });
		},
		ground,
		explained,
	};
}

function sentence({ tiles, block, at }: Unexplained, level: Level, verb: string): string {
	const [c, r, w, h] = at ?? [0, 0, 0, 0];
	return block >= level.block
		? `${block} tiles around [${c * 16}, ${r * 16}, ${w * 16}, ${h * 16}] ${verb} and nothing known explains it (usual is under ${level.block})`
		: `${tiles} tiles here and there ${verb} and nothing known explains it (usual is under ${level.tiles})`;
}
