// The engine: frames, patches and results in one block of memory, over either kind of kernels. The memory never grows under
// somebody's feet: when it is too small, kernels are made anew over more of it and everything is copied to the same addresses, so
// a frame that still lies in the old memory keeps its pixels and is copied in when it is asked about again.
import { type Box, clip, type Roi, type Size } from '../geometry.ts';
import type { TileGrid } from '../perception/change.ts';
import { isApart, type Patch, type Placed, type Search } from '../perception/match.ts';
import type { Matcher } from '../perception/matcher.ts';
import type { FrameBuffers } from '../perception/pixels.ts';
import type { Frame } from '../ports.ts';
import { type Anchor, anchorsOf, BIAS, PAIRS, WINDOW } from './anchors.ts';
import { makeArena } from './arena.ts';
import { type Bench, type BenchMaker, type Kernels, SLACK } from './kernels.ts';
import { coarseBytes, coarseOf, hueBytes, levelBytes, padded, shrink, writeCoarse, writeHue, writeLevel, writeProbes } from './records.ts';

/** Least mean distance from grey for which a patch's hue is worth comparing. */
const COLOURFUL = 8;
const TILE = 16;
/** Places kept for each lost patch; the best two are answered, the rest is room for near misses while searching. */
const PLACES = 4;
/** Anchors followed for each way in which a patch can lie: the rarest in the very picture that is searched. */
const EACH = 4;
/** Rows of the half scale of which one is counted, to tell rare from common. */
const COUNTED_ROWS = 8;
/** An anchor met at more than this share of a picture's positions costs more to follow than it finds; a few times is never too often. */
const COMMON_MOST = 1 / 1000;
const FEW = 4;
/** Positions scanned before what was found is followed: their list then stays in a processor's nearest caches. */
const BAND = 65_536;
/** Correlation that the probes must reach. A right place with a third of it covered or changed still has it. */
const PROBES_LEAST = 0.6;
/** A place this good needs no second look by other means. */
const SURE = 0.8;
/** Light at which a comparison that was safe by half the bias comes to tip over: 8 + 4 grey levels are then 8. */
const DIMMED = 2 / 3;
/** Pixels at the quarter scale from which a patch that lies between two of them still stands out. */
const ROOMY = 64;
/** Coarse peaks followed for each phase of the coarse scale. */
const FOLLOWED = 160;

export interface EngineStats {
	/** Bytes that patches, frames and tables take now. */
	readonly usedBytes: number;
	/** Bytes of memory held. */
	readonly heldBytes: number;
	readonly patches: number;
}

export interface Engine extends Matcher {
	readonly kind: 'wasm-simd' | 'plain';
	/** Buffers for captured frames in the engine's own memory: what lies there is not copied again. */
	frameBuffers(slots?: number): FrameBuffers;
	/** Gives back what a patch takes. Forgotten patches may be used again; what nobody refers to any more is forgotten by itself. */
	forget(patch: Patch): void;
	readonly stats: EngineStats;
	/** Gives all memory back; the engine must not be used afterwards. */
	dispose(): void;
}

/** What of a patch lies in memory. Holds addresses alone, so that it does not keep the patch alive. */
interface Held {
	readonly level: number;
	/** Address of the hue record, 0 for a patch without one. */
	readonly hue: number;
	search?: Sought;
	/** When it was last looked for with care. */
	turn: number;
}
interface Sought {
	readonly at: number;
	readonly half: number;
	/** 0 when nothing stands out at that scale. */
	readonly coarse: number;
	readonly factor: 1 | 2 | 4;
	readonly left: number;
	readonly top: number;
	readonly coarseWidth: number;
	readonly coarseHeight: number;
	readonly masked: boolean;
	readonly probes: number;
	readonly probeCount: number;
	/** By the way in which the patch lies on the half scale. */
	readonly anchors: readonly (readonly Anchor[])[];
}

/** A frame's planes as the kernels see them; addresses are those of the frame's own (0, 0), which may lie outside a copied part. */
interface Plane extends Size {
	readonly at: number;
	readonly stride: number;
}
interface Summed extends Plane {
	readonly sums: number;
	readonly squares: number;
	readonly line: number;
}

interface Candidate {
	readonly x: number;
	readonly y: number;
	readonly score: number;
}

export interface EngineOptions {
	readonly kind: Engine['kind'];
	readonly make: BenchMaker;
	/** Memory to begin with, bytes. */
	readonly reserve?: number;
}

export function makeEngine({ kind, make, reserve = 2 ** 20 }: EngineOptions): Engine {
	const arena = makeArena();
	const held = new WeakMap<Patch, Held>();
	const gone = new FinalizationRegistry<Held>((slot) => release(slot));
	/** Named pieces that are kept from call to call and replaced when too short. */
	const pieces = new Map<string, number>();
	let patches = 0;
	let turn = 0;
	let disposed = false;
	let bench: Bench = make(reserve);
	let kernels: Kernels = bench.kernels;
	let i16 = new Int16Array(bench.buffer);
	let i32 = new Int32Array(bench.buffer);
	let f32 = new Float32Array(bench.buffer);
	let f64 = new Float64Array(bench.buffer);
	let u8 = new Uint8Array(bench.buffer);
	/** What was last derived from a frame to search it. */
	let seen:
		| { readonly frame: WeakRef<Frame>; readonly luma: Plane; readonly half: Plane; readonly quarters: Map<string, Summed> }
		| undefined;

	function remake(bytes: number): void {
		const before = u8;
		bench = make(bytes);
		kernels = bench.kernels;
		i16 = new Int16Array(bench.buffer);
		i32 = new Int32Array(bench.buffer);
		f32 = new Float32Array(bench.buffer);
		f64 = new Float64Array(bench.buffer);
		u8 = new Uint8Array(bench.buffer);
		u8.set(before.subarray(0, Math.min(arena.top, before.length)));
	}
	function take(bytes: number): number {
		if (disposed) throw new Error('The engine was disposed; make another.');
		const at = arena.take(bytes + SLACK);
		if (arena.top + SLACK > u8.length) remake(Math.ceil((arena.top + SLACK) * 1.5));
		return at;
	}
	function piece(name: string, bytes: number): number {
		const before = pieces.get(name);
		if (before !== undefined && arena.lengthOf(before) >= bytes + SLACK) return before;
		if (before !== undefined) arena.free(before);
		const at = take(bytes);
		pieces.set(name, at);
		return at;
	}
	// What is kept from call to call can be made again; it must not hold the end of a memory that is otherwise empty.
	function shrinkMemory(): void {
		if (disposed || u8.length <= 2 * reserve || arena.used > u8.length / 8) return;
		for (const at of pieces.values()) arena.free(at);
		pieces.clear();
		seen = undefined;
		if (arena.top + SLACK < u8.length / 4) remake(Math.max(reserve, 2 * (arena.top + SLACK)));
	}

	function release(slot: Held): void {
		if (disposed) return;
		arena.free(slot.level);
		if (slot.search !== undefined) arena.free(slot.search.at);
		patches--;
		shrinkMemory();
	}
	function hold(patch: Patch): Held {
		const known = held.get(patch);
		if (known !== undefined) return known;
		const { pixels } = patch;
		const hued = pixels.u !== undefined && pixels.v !== undefined && patch.chromaEnergy >= COLOURFUL;
		const first = levelBytes(pixels);
		const level = take(first + (hued ? hueBytes(pixels) : 0));
		writeLevel(bench.buffer, level, pixels);
		const hue = hued && writeHue(bench.buffer, level + first, pixels) ? level + first : 0;
		const slot: Held = { level, hue, turn: 0 };
		held.set(patch, slot);
		gone.register(patch, slot, slot);
		patches++;
		return slot;
	}
	function sought(patch: Patch): Held & { search: Sought } {
		const slot = hold(patch);
		if (slot.search === undefined) {
			const { pixels } = patch;
			const half = shrink(pixels, 2);
			const coarse = coarseOf(pixels);
			const [a, b] = [levelBytes(half), coarseBytes(coarse)];
			const at = take(a + b + 8 * 24);
			writeLevel(bench.buffer, at, half);
			const stands = writeCoarse(bench.buffer, at + a, coarse);
			slot.search = {
				at,
				half: at,
				coarse: stands ? at + a : 0,
				factor: coarse.factor,
				left: coarse.left,
				top: coarse.top,
				coarseWidth: coarse.width,
				coarseHeight: coarse.height,
				masked: pixels.mask !== undefined,
				probes: at + a + b,
				probeCount: writeProbes(bench.buffer, at + a + b, pixels),
				anchors: anchorsOf(pixels),
			};
		}
		return slot as Held & { search: Sought };
	}

	/** Copies part of a plane in, unless it lies here; the answer's address is where the plane's (0, 0) is or would be. */
	function bring(name: string, plane: Uint8Array, stride: number, [x, y, w, h]: Box): { at: number; stride: number } {
		if (plane.buffer === bench.buffer) return { at: plane.byteOffset, stride };
		const own = padded(w);
		const at = piece(name, own * h);
		for (let row = 0; row < h; row++) {
			const from = (y + row) * stride + x;
			u8.set(plane.subarray(from, from + w), at + row * own);
		}
		return { at: at - y * own - x, stride: own };
	}

	function verifyAll(frame: Frame, wanted: readonly { readonly patch: Patch; readonly box: Box }[], jitterPx = 2): Placed[] {
		return score(frame, wanted, jitterPx, 0.2, 0.97);
	}
	// Above 0.97 a neighbour cannot matter. Below 0.2 a shift of two pixels never brought an element back (thin text falls faster
	// than icons).
	function score(
		frame: Frame,
		wanted: readonly { readonly patch: Patch; readonly box: Box }[],
		reach: number,
		low: number,
		high: number,
	): Placed[] {
		if (wanted.length === 0) return [];
		const slots = wanted.map(({ patch }) => hold(patch));
		const requests = piece('requests', 32 * wanted.length);
		let [x0, y0, x1, y1] = [frame.width, frame.height, 0, 0];
		wanted.forEach(({ patch, box: [x, y] }, k) => {
			const to = (requests >> 2) + 8 * k;
			i32[to] = (slots[k] as Held).level;
			// A place that is no number is no place.
			i32[to + 1] = Number.isFinite(x) ? x : -(2 ** 30);
			i32[to + 2] = Number.isFinite(y) ? y : -(2 ** 30);
			x0 = Math.min(x0, x - reach);
			y0 = Math.min(y0, y - reach);
			x1 = Math.max(x1, x + patch.width + reach);
			y1 = Math.max(y1, y + patch.height + reach);
		});
		const part = clip([x0, y0, x1 - x0, y1 - y0], frame);
		if (part === undefined) return wanted.map(({ patch, box: [x, y] }) => ({ score: -1, box: [x, y, patch.width, patch.height] }));
		const { at, stride } = bring('part', frame.luma, frame.stride, part);
		kernels.verify(at, stride, frame.width, frame.height, requests, wanted.length, reach, low, high);
		return wanted.map(({ patch }, k) => {
			const from = (requests >> 2) + 8 * k;
			return {
				score: f64[(requests >> 3) + 4 * k + 2] as number,
				box: [i32[from + 1] as number, i32[from + 2] as number, patch.width, patch.height],
			};
		});
	}

	function holds(frame: Size, patch: Patch, x: number, y: number): boolean {
		return x >= 0 && y >= 0 && x + patch.width <= frame.width && y + patch.height <= frame.height;
	}
	function chroma(frame: Frame, patch: Patch, [x, y]: Box): number | undefined {
		const slot = hold(patch);
		if (slot.hue === 0 || !frame.u || !frame.v || frame.chromaStride === undefined || !holds(frame, patch, x, y)) return undefined;
		const part: Box = [x >> 1, y >> 1, (patch.width + 1) >> 1, (patch.height + 1) >> 1];
		const u = bring('u', frame.u, frame.chromaStride, part);
		const v = bring('v', frame.v, frame.chromaStride, part);
		const from = part[1] * u.stride + part[0];
		return kernels.chroma(u.at + from, v.at + from, u.stride, slot.hue);
	}
	function blockMedian(frame: Frame, patch: Patch, [x, y]: Box): number | undefined {
		if (!holds(frame, patch, x, y)) return undefined;
		const slot = hold(patch);
		const out = piece('blocks', 9 * 8);
		const { at, stride } = bring('part', frame.luma, frame.stride, [x, y, patch.width, patch.height]);
		const count = kernels.blocks(at + y * stride + x, stride, slot.level, out);
		if (count < 3) return undefined;
		const scores = f64.slice(out >> 3, (out >> 3) + count).sort();
		const middle = count >> 1;
		return count % 2 === 1 ? (scores[middle] as number) : ((scores[middle - 1] as number) + (scores[middle] as number)) / 2;
	}

	function hashTiles(frame: Frame, into?: TileGrid): TileGrid {
		const { width, height } = frame;
		const cols = Math.ceil(width / TILE);
		const rows = Math.ceil(height / TILE);
		const hashes = into !== undefined && into.hashes.length === cols * rows ? into.hashes : new Uint32Array(cols * rows);
		const at = piece('tiles', 4 * cols * rows);
		const sums = piece('sums', padded(width + 16));
		const luma = bring('plane', frame.luma, frame.stride, [0, 0, width, height]);
		const half: Box = [0, 0, (width + 1) >> 1, (height + 1) >> 1];
		const chromaOf = (name: string, plane: Uint8Array | undefined) =>
			plane && frame.u && frame.v && frame.chromaStride !== undefined ? bring(name, plane, frame.chromaStride, half) : { at: 0, stride: 0 };
		const u = chromaOf('u', frame.u);
		const v = chromaOf('v', frame.v);
		kernels.tiles(luma.at, luma.stride, u.at, u.stride, v.at, v.stride, width, height, sums, at);
		hashes.set(new Uint32Array(bench.buffer, at, cols * rows));
		return { width, height, cols, rows, hashes };
	}

	/** The frame at half scale; made at most once for each frame object. */
	function look(frame: Frame) {
		if (seen !== undefined && seen.frame.deref() === frame) return seen;
		const { width, height } = frame;
		const luma = { ...bring('luma', frame.luma, frame.stride, [0, 0, width, height]), width, height };
		const half = { width: width >> 1, height: height >> 1, stride: padded(width >> 1), at: 0 };
		half.at = piece('half', half.stride * half.height);
		kernels.half(luma.at, luma.stride, half.at, half.stride, half.width, half.height);
		seen = { frame: new WeakRef(frame), luma, half, quarters: new Map() };
		return seen;
	}
	/** A plane with its integral images: the half scale, or the quarter scale from one of four corners of it. */
	function summed(view: NonNullable<typeof seen>, factor: 2 | 4, phase: number): Summed {
		const name = `${factor}/${phase}`;
		const known = view.quarters.get(name);
		if (known !== undefined) return known;
		const { half } = view;
		const [dx, dy] = [phase & 1, phase >> 1];
		const plane: { -readonly [K in keyof Plane]: Plane[K] } =
			factor === 2
				? half
				: {
						at: 0,
						width: Math.max(0, (half.width - dx) >> 1),
						height: Math.max(0, (half.height - dy) >> 1),
						stride: padded(half.width >> 1),
					};
		const line = plane.width + 1;
		const table = (4 * line * (plane.height + 1) + 63 + SLACK) & ~63;
		const own = factor === 2 ? 0 : plane.stride * plane.height;
		const at = piece(name, 2 * table + own);
		if (factor === 4) {
			plane.at = at + 2 * table;
			kernels.half(half.at + dy * half.stride + dx, half.stride, plane.at, plane.stride, plane.width, plane.height);
		}
		kernels.integral(plane.at, plane.stride, plane.width, plane.height, at, at + table, line);
		const made = { ...plane, sums: at, squares: at + table, line };
		view.quarters.set(name, made);
		return made;
	}

	/**
	 * Best places of a patch by dense correlation at its coarse scale, followed to full scale.
	 *
	 * @param quick  one phase of the quarter scale instead of four, where the patch is large enough to stand out between two
	 */
	function dense(frame: Frame, patch: Patch, roi: Roi, floor: number, keep: number, quick = false): Placed[] {
		const inside = clip(roi, frame);
		if (inside === undefined || patch.width > inside[2] || patch.height > inside[3]) return [];
		const slot = sought(patch);
		const { search } = slot;
		if (search.coarse === 0) return [];
		const view = look(frame);
		const [rx, ry, rw, rh] = inside;
		const { factor } = search;
		const phases = factor === 4 && !(quick && search.coarseWidth * search.coarseHeight >= ROOMY) ? 4 : 1;
		// Between two coarse pixels about half the score is left, and a tiny patch hardly stands out at all at that scale.
		const least = Math.max(0.1, Math.min(search.coarseWidth * search.coarseHeight < 64 ? 0.15 : 0.3, floor - 0.4));
		const room = phases === 1 ? 2 * FOLLOWED : FOLLOWED;
		const out = piece('peaks', 16 * room);
		const followed: Candidate[] = [];
		for (let phase = 0; phase < phases; phase++) {
			const plane: Plane & Partial<Summed> = factor === 1 ? view.luma : summed(view, factor, phase);
			// Where this phase begins, frame pixels.
			const [px, py] = factor === 4 ? [2 * (phase & 1), 2 * (phase >> 1)] : [0, 0];
			const x0 = Math.max(0, Math.floor((rx - px) / factor)) + search.left;
			const y0 = Math.max(0, Math.floor((ry - py) / factor)) + search.top;
			const x1 = Math.min(plane.width - search.coarseWidth, Math.ceil((rx + rw - patch.width - px) / factor) + search.left);
			const y1 = Math.min(plane.height - search.coarseHeight, Math.ceil((ry + rh - patch.height - py) / factor) + search.top);
			if (x1 < x0 || y1 < y0) continue;
			const integral = factor !== 1 && !search.masked;
			const lines = piece('lines', 12 * (x1 - x0 + 1 + 16));
			const count = kernels.coarse(
				plane.at,
				plane.stride,
				x0,
				y0,
				x1 - x0 + 1,
				y1 - y0 + 1,
				search.coarse,
				integral ? (plane.sums as number) : 0,
				integral ? (plane.squares as number) : 0,
				plane.line ?? 0,
				least,
				lines,
				out,
				room,
			);
			for (let k = 0, at = out >> 2; k < count; k++, at += 4) {
				followed.push({
					x: ((i32[at] as number) - search.left) * factor + px,
					y: ((i32[at + 1] as number) - search.top) * factor + py,
					score: f32[at + 2] as number,
				});
			}
		}
		followed.sort(byScore);
		// The phases see one place each by itself, up to a pixel of the half scale apart; climbing finds it from the best of them.
		let candidates = factor === 4 ? thin(followed, 2) : followed;
		if (factor === 4) {
			const middle = climb(
				view.half,
				search.half,
				candidates.map(({ x, y, score }) => ({ x: x >> 1, y: y >> 1, score })),
				phases === 1 ? 2 : 1,
			)
				.sort(byScore)
				.filter(({ score }, k) => score > floor - 0.25 || k < 4);
			candidates = thin(middle, Math.min(patch.width, patch.height) >> 3)
				.slice(0, 2 * keep + 8)
				.map(({ x, y, score }) => ({ x: 2 * x, y: 2 * y, score }));
		}
		const near = climb(view.luma, slot.level, candidates, 1);
		const top = climb(
			view.luma,
			slot.level,
			near.filter(({ score }) => score > floor - 0.3),
			1,
		);
		const found = top
			.filter(({ x, y }) => x >= rx && y >= ry && x + patch.width <= rx + rw && y + patch.height <= ry + rh)
			.map(({ x, y, score }): Placed => ({ score, box: [x, y, patch.width, patch.height] }));
		return spread(found, keep);
	}

	/** The best place within `reach` of each candidate. */
	function climb(plane: Plane, level: number, candidates: readonly Candidate[], reach: number): Candidate[] {
		if (candidates.length === 0) return [];
		const requests = piece('requests', 32 * candidates.length);
		candidates.forEach(({ x, y }, k) => {
			const to = (requests >> 2) + 8 * k;
			i32[to] = level;
			i32[to + 1] = x;
			i32[to + 2] = y;
		});
		kernels.verify(plane.at, plane.stride, plane.width, plane.height, requests, candidates.length, reach, -2, 2);
		return candidates.map((_, k) => {
			const from = (requests >> 2) + 8 * k;
			return { x: i32[from + 1] as number, y: i32[from + 2] as number, score: f64[(requests >> 3) + 4 * k + 2] as number };
		});
	}

	// The tables are as large as there are signatures, so only what was entered is taken out again.
	let entered: readonly Anchor[] = [];
	function clearTables(heads: number, known: number): void {
		for (const { signature } of entered) {
			i32[(heads >> 2) + signature] = 0;
			u8[known + (signature >> 3)] = 0;
		}
		entered = [];
	}

	/** How often the signatures of the patches looked for were met in the rows that were counted. */
	const met = new Uint32Array(65_536);
	/** Adds the rarest of a pool, in its own order where they are met alike. */
	function choose(pool: readonly Anchor[], most: number, to: Anchor[]): void {
		let rarity = -1;
		let place = -1;
		for (let n = 0; n < EACH; n++) {
			let least = Number.POSITIVE_INFINITY;
			let at = -1;
			for (let i = 0; i < pool.length; i++) {
				const count = met[(pool[i] as Anchor).signature] as number;
				if (count >= least || count < rarity || (count === rarity && i <= place)) continue;
				least = count;
				at = i;
			}
			if (least > most) return;
			to.push(pool[at] as Anchor);
			rarity = least;
			place = at;
		}
	}

	/** Best places of many patches by their anchors, in one pass over the region. */
	function byAnchors(frame: Frame, patches: readonly Patch[], [rx, ry, rw, rh]: Box, bias: number): Placed[][] {
		const slots = patches.map(sought);
		const view = look(frame);
		const { half, luma } = view;
		const [x0, y0] = [rx >> 1, ry >> 1];
		const x1 = Math.min(half.width, (rx + rw) >> 1) - WINDOW + 1;
		const y1 = Math.min(half.height, (ry + rh) >> 1) - WINDOW + 1;
		if (x1 <= x0 || y1 <= y0) return patches.map(() => []);
		const fresh = !pieces.has('heads');
		const heads = piece('heads', 4 * 65_536);
		const known = piece('known', 65_536 / 8);
		if (fresh) {
			u8.fill(0, heads, heads + 4 * 65_536);
			u8.fill(0, known, known + 65_536 / 8);
		}
		const entries = piece('entries', 16 * 4 * EACH * patches.length);
		const targets = piece('targets', 32 * patches.length);
		const places = piece('places', 16 * PLACES * patches.length);
		const pairs = piece('pairs', 8 * 16);
		const line = piece('line', 32);
		const found = piece('found', 8 * BAND);
		PAIRS.forEach(({ ax, ay, bx, by }, k) => {
			i32[(pairs >> 2) + 2 * k] = ay * half.stride + ax;
			i32[(pairs >> 2) + 2 * k + 1] = by * half.stride + bx;
		});
		f64.fill(-2, places >> 3, (places >> 3) + 2 * PLACES * patches.length);
		const pools = slots.flatMap(({ search }) => search.anchors);
		for (const pool of pools) {
			for (const { signature } of pool) {
				met[signature] = 0;
				u8[known + (signature >> 3)] = (u8[known + (signature >> 3)] as number) | (1 << (signature & 7));
			}
		}
		let counted = 0;
		for (let y = y0 + Math.min(COUNTED_ROWS >> 1, (y1 - y0) >> 1); y < y1; y += COUNTED_ROWS, counted += x1 - x0) {
			const count = kernels.scan(half.at, half.stride, x0, y, x1, y + 1, pairs, bias, known, line, found, BAND);
			for (let k = 0, at = (found >> 2) + 1; k < count; k++, at += 2) met[i32[at] as number] = (met[i32[at] as number] as number) + 1;
		}
		for (const pool of pools) for (const { signature } of pool) u8[known + (signature >> 3)] = 0;
		let n = 0;
		const chosen: Anchor[] = [];
		slots.forEach(({ level, search }, k) => {
			const target = targets + 32 * k;
			i32.set([level, search.probes, search.probeCount, places + 16 * PLACES * k, PLACES], target >> 2);
			const first = chosen.length;
			for (const pool of search.anchors) choose(pool, FEW + counted * COMMON_MOST, chosen);
			for (let i = first; i < chosen.length; i++) {
				const { signature, x, y } = chosen[i] as Anchor;
				const to = (entries >> 2) + 4 * n++;
				i32[to] = target;
				i32[to + 1] = x;
				i32[to + 2] = y;
				i32[to + 3] = i32[(heads >> 2) + signature] as number;
				i32[(heads >> 2) + signature] = n;
				u8[known + (signature >> 3)] = (u8[known + (signature >> 3)] as number) | (1 << (signature & 7));
			}
		});
		entered = chosen;
		const rows = Math.max(1, Math.floor(BAND / (x1 - x0)));
		for (let y = y0; y < y1; y += rows) {
			const count = kernels.scan(half.at, half.stride, x0, y, x1, Math.min(y1, y + rows), pairs, bias, known, line, found, BAND);
			kernels.resolve(found, Math.min(count, BAND), heads, entries, luma.at, luma.stride, rx, ry, rx + rw, ry + rh, PROBES_LEAST ** 2);
		}
		clearTables(heads, known);
		return patches.map((patch, k) => {
			const mine: Placed[] = [];
			for (let at = places + 16 * PLACES * k, end = at + 16 * PLACES; at < end; at += 16) {
				const score = f64[at >> 3] as number;
				if (score > -2) mine.push({ score, box: [i32[(at >> 2) + 2] as number, i32[(at >> 2) + 3] as number, patch.width, patch.height] });
			}
			return spread(mine, PLACES);
		});
	}

	/**
	 * Contrast of what was surely found against the contrast that it was learnt with: nearly the least, since a dialog darkens all but
	 * itself; a single pale look-alike tells nothing. A half where nothing was found: it may be for the darkness.
	 */
	function lightOf(frame: Frame, patches: readonly Patch[], answers: readonly (readonly Placed[])[]): number {
		const lights: number[] = [];
		const { luma } = look(frame);
		patches.forEach((patch, k) => {
			const best = answers[k]?.[0];
			if (best === undefined || best.score < SURE) return;
			const { search } = sought(patch);
			const from = luma.at + best.box[1] * luma.stride + best.box[0];
			let own = 0;
			let here = 0;
			for (let n = 0, at = search.probes >> 1; n < search.probeCount; n++, at += 4) {
				const sign = 2 * n < search.probeCount ? -1 : 1;
				own += sign * (i16[at + 2] as number);
				here += sign * (u8[from + (i16[at + 1] as number) * luma.stride + (i16[at] as number)] as number);
			}
			if (own > 0) lights.push(here / own);
		});
		lights.sort((a, b) => a - b);
		return lights[1] ?? lights[0] ?? 0.5;
	}

	function searchLost(frame: Frame, patches: readonly Patch[], roi: Roi = [0, 0, frame.width, frame.height], careful = 1): Search[] {
		const inside = clip(roi, frame);
		if (inside === undefined) return patches.map(() => ({}));
		const fits = (patch: Patch): boolean => patch.width <= inside[2] && patch.height <= inside[3];
		const answers = byAnchors(frame, patches, inside, BIAS);
		turn++;
		const isOpen = (patch: Patch, k: number): boolean => fits(patch) && (answers[k]?.[0]?.score ?? -1) < SURE;
		// In a darkened picture an order of brightness that was clear is less so by as much as the light is less.
		const light = lightOf(frame, patches, answers);
		if (light < DIMMED) {
			const lost = patches.flatMap((patch, k) => (isOpen(patch, k) ? [k] : []));
			const again = byAnchors(
				frame,
				lost.map((k) => patches[k] as Patch),
				inside,
				Math.max(1, Math.round(BIAS * light)),
			);
			lost.forEach((k, i) => {
				answers[k] = spread([...(answers[k] ?? []), ...(again[i] ?? [])], PLACES);
			});
		}
		const open = patches.flatMap((patch, k) => (isOpen(patch, k) ? [k] : []));
		const turnOf = (k: number): number => (held.get(patches[k] as Patch) as Held).turn;
		const chosen = new Set([...open].sort((a, b) => turnOf(a) - turnOf(b)).slice(0, careful));
		for (const k of chosen) {
			const patch = patches[k] as Patch;
			hold(patch).turn = turn;
			answers[k] = spread([...(answers[k] ?? []), ...dense(frame, patch, inside, 0.7, 8, true)], 8);
		}
		return patches.map((_, k) => {
			const [best, second] = answers[k] ?? [];
			const unsure = open.includes(k) && !chosen.has(k);
			return { ...(best ? { best } : {}), ...(second ? { second } : {}), ...(unsure ? { unsure } : {}) };
		});
	}

	function frameBuffers(slots = 3): FrameBuffers {
		const raws: (number | undefined)[] = [];
		const planes: (number | undefined)[] = [];
		let slot = 0;
		const fit = (list: (number | undefined)[], bytes: number): number => {
			const before = list[slot];
			if (before !== undefined && arena.lengthOf(before) >= bytes + SLACK) return before;
			if (before !== undefined) arena.free(before);
			const at = take(bytes);
			list[slot] = at;
			return at;
		};
		return {
			raw(bytes) {
				slot = (slot + 1) % slots;
				const at = fit(raws, bytes);
				return u8.subarray(at, at + bytes);
			},
			planes(lumaBytes, chromaBytes) {
				const [first, second] = [padded(lumaBytes), padded(chromaBytes)];
				const at = fit(planes, first + 2 * second);
				return {
					luma: u8.subarray(at, at + lumaBytes),
					u: u8.subarray(at + first, at + first + chromaBytes),
					v: u8.subarray(at + first + second, at + first + second + chromaBytes),
				};
			},
			split(data, offset, stride, width, height, red, out) {
				const rows = bring('raw', data.subarray(offset), stride, [0, 0, 4 * width, height]);
				// Bringing the pixels in may have moved the memory away from under the planes.
				const own = out.luma.buffer === bench.buffer;
				const n = width * height;
				const c = ((width + 1) >> 1) * ((height + 1) >> 1);
				const at = own ? 0 : piece('split', n + 2 * c);
				const [l, u, v] = own ? [out.luma.byteOffset, out.u.byteOffset, out.v.byteOffset] : [at, at + n, at + n + c];
				kernels.split(rows.at, rows.stride, width, height, red, l, u, v);
				if (own) return;
				out.luma.set(u8.subarray(l, l + n));
				out.u.set(u8.subarray(u, u + c));
				out.v.set(u8.subarray(v, v + c));
			},
		};
	}

	return {
		kind,
		verify: (frame, patch, box, jitterPx) => verifyAll(frame, [{ patch, box }], jitterPx)[0] as Placed,
		verifyAll,
		searchAll: (frame, patch, roi, threshold, max) => dense(frame, patch, roi, threshold, max).filter(({ score }) => score >= threshold),
		searchLost,
		chroma,
		blockMedian,
		hashTiles,
		frameBuffers,
		forget(patch) {
			const slot = held.get(patch);
			if (slot === undefined) return;
			held.delete(patch);
			gone.unregister(slot);
			release(slot);
		},
		get stats() {
			return { usedBytes: disposed ? 0 : arena.used, heldBytes: u8.length, patches };
		},
		dispose() {
			disposed = true;
			seen = undefined;
			patches = 0;
			bench = { buffer: new ArrayBuffer(0), kernels };
			u8 = new Uint8Array(0);
			i16 = new Int16Array(0);
			i32 = new Int32Array(0);
			f32 = new Float32Array(0);
			f64 = new Float64Array(0);
		},
	};
}

const byScore = (a: { readonly score: number }, b: { readonly score: number }): number => b.score - a.score;

/** Of candidates sorted by score, those with no better one within `near` in both directions. */
function thin(candidates: readonly Candidate[], near: number): Candidate[] {
	const kept: Candidate[] = [];
	// In cells as wide as that, only the eight around a candidate's own can hold such a one.
	const side = near + 1;
	const cells = new Map<number, Candidate[]>();
	for (const c of candidates) {
		const cell = Math.floor(c.y / side) * 65_536 + Math.floor(c.x / side);
		let free = true;
		for (let dy = -65_536; dy <= 65_536 && free; dy += 65_536) {
			for (let dx = -1; dx <= 1 && free; dx++)
				free = cells.get(cell + dy + dx)?.every((k) => Math.abs(k.x - c.x) > near || Math.abs(k.y - c.y) > near) ?? true;
		}
		if (!free) continue;
		kept.push(c);
		const own = cells.get(cell);
		if (own === undefined) cells.set(cell, [c]);
		else own.push(c);
	}
	return kept;
}

/** Best first, one within a template radius. */
function spread(places: readonly Placed[], keep: number): Placed[] {
	const kept: Placed[] = [];
	for (const place of [...places].sort(byScore)) {
		if (kept.length === keep) break;
		if (kept.every((other) => isApart(place.box, other.box))) kept.push(place);
	}
	return kept;
}
