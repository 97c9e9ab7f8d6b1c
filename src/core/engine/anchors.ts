// What the search of a whole frame looks for: a few points of a patch that can be recognised from the order of brightness around
// them (after Calonder and others, "BRIEF", 2010), and a few pixels that tell a chance likeness from the patch.
import type { PatchPixels } from '../perception/match.ts';

/** Side of the window of a signature, in pixels of the half scale. */
export const WINDOW = 7;
/** A comparison counts as brighter only by more than this many grey levels: twice a codec's usual error. */
export const BIAS = 8;
export const PROBES = 24;
/** Anchors to choose from for each of the four ways in which a patch can lie on the half scale. */
const POOL = 12;
/** A comparison this far from tipping over survives the same error once more. */
const SAFE = 4;
/** Most positions looked at for each phase: large patches have anchors enough without looking at every pixel. */
const LOOKED_AT = 1500;

export interface Anchor {
	readonly signature: number;
	/** Place of the window's top left corner in the patch, pixels. */
	readonly x: number;
	readonly y: number;
}

/** A generator for fixed choices: the same everywhere, so that two engines agree. */
function chooser(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
		return (state >> 8) % below;
	};
}

/** 16 pairs of places in the window, each pair apart by more than the blur of halving. */
export const PAIRS: readonly { readonly ax: number; readonly ay: number; readonly bx: number; readonly by: number }[] = (() => {
	const next = chooser(7);
	const pairs = [];
	while (pairs.length < 16) {
		const [ax, ay, bx, by] = [next(WINDOW), next(WINDOW), next(WINDOW), next(WINDOW)] as [number, number, number, number];
		if (Math.hypot(ax - bx, ay - by) >= 2.8) pairs.push({ ax, ay, bx, by });
	}
	return pairs;
})();

/** Side of the picture that rarity at large is counted in: 65,536 signatures are met about twice each. */
const LEAVES_SIDE = 384;

/**
 * A picture of overlapping discs and boxes whose sizes follow a cube law: it has the statistics of pictures at large, edges, flats
 * and detail alike at every size, and belongs to no game (Lee, Mumford and Huang, "Occlusion Models for Natural Images", 2001).
 */
function deadLeaves(side: number): Uint8Array {
	const next = chooser(11);
	const unit = (): number => (next(1 << 20) + 0.5) / (1 << 20);
	const out = new Uint8Array(side * side);
	const [least, most] = [2 ** -2, 128 ** -2];
	for (let i = 0; i < 20_000; i++) {
		const size = 1 / Math.sqrt(least + unit() * (most - least));
		const stretch = Math.exp(1.6 * (unit() - 0.5));
		const [w, h] = [Math.round(size * stretch), Math.round(size / stretch)];
		const [cx, cy, grey, round] = [next(side), next(side), next(256), next(2) === 1] as [number, number, number, boolean];
		for (let y = Math.max(0, cy - h); y < Math.min(side, cy + h); y++) {
			const half = round ? Math.round(w * Math.sqrt(Math.max(0, 1 - ((y - cy) / h) ** 2))) : w;
			out.fill(grey, y * side + Math.max(0, cx - half), y * side + Math.max(0, Math.min(side, cx + half)));
		}
	}
	return out;
}

let counted: Uint16Array | undefined;

/** How often each signature is met in pictures at large. */
function commonness(): Uint16Array {
	if (counted !== undefined) return counted;
	const side = LEAVES_SIDE;
	const picture = deadLeaves(side);
	const offsets = PAIRS.flatMap(({ ax, ay, bx, by }) => [ay * side + ax, by * side + bx]);
	counted = new Uint16Array(65_536);
	for (let y = 0; y + WINDOW <= side; y++) {
		for (let x = 0; x + WINDOW <= side; x++) {
			const p = y * side + x;
			let signature = 0;
			for (let k = 0; k < 16; k++) {
				if ((picture[p + (offsets[2 * k] as number)] as number) > (picture[p + (offsets[2 * k + 1] as number)] as number) + BIAS)
					signature |= 1 << k;
			}
			counted[signature] = (counted[signature] as number) + 1;
		}
	}
	return counted;
}

/** The half scale of a patch whose top left pixel has the given parity; a cell is sure when none of its pixels is masked. */
function halved({ width, height, luma, mask }: PatchPixels, px: number, py: number) {
	const w = (width - px) >> 1;
	const h = (height - py) >> 1;
	const cells = new Uint8Array(Math.max(0, w * h));
	const sure = new Uint8Array(cells.length);
	for (let y = 0, to = 0; y < h; y++) {
		for (let x = 0; x < w; x++, to++) {
			const at = (2 * y + py) * width + 2 * x + px;
			const [a, b, c, d] = [at, at + 1, at + width, at + width + 1];
			cells[to] = ((luma[a] as number) + (luma[b] as number) + (luma[c] as number) + (luma[d] as number) + 2) >> 2;
			sure[to] = mask === undefined || (mask[a] !== 0 && mask[b] !== 0 && mask[c] !== 0 && mask[d] !== 0) ? 1 : 0;
		}
	}
	return { w, h, cells, sure };
}

interface Candidate extends Anchor {
	/** Grey levels by which the nearest comparison is away from tipping over. */
	readonly margin: number;
	/** How often its signature is met in pictures at large. */
	readonly common: number;
}

/**
 * The points of a patch that are recognised best, rarest at large first, for each of the ways in which it can lie on the half scale;
 * none when it is too small, too flat or too much masked.
 */
export function anchorsOf(pixels: PatchPixels): Anchor[][] {
	const pools: Anchor[][] = [];
	const common = commonness();
	for (let phase = 0; phase < 4; phase++) {
		const [px, py] = [phase & 1, phase >> 1];
		const { w, h, cells, sure } = halved(pixels, px, py);
		const [cols, rows] = [w - WINDOW + 1, h - WINDOW + 1];
		if (cols <= 0 || rows <= 0) continue;
		const step = Math.max(1, Math.ceil(Math.sqrt((cols * rows) / LOOKED_AT)));
		const candidates: Candidate[] = [];
		for (let y = 0; y < rows; y += step) {
			for (let x = 0; x < cols; x += step) {
				const at = y * w + x;
				let signature = 0;
				let margin = 255;
				for (let k = 0; k < 16; k++) {
					const { ax, ay, bx, by } = PAIRS[k] as (typeof PAIRS)[number];
					const a = at + ay * w + ax;
					const b = at + by * w + bx;
					if (sure[a] === 0 || sure[b] === 0) {
						margin = -1;
						break;
					}
					const over = (cells[a] as number) - (cells[b] as number) - BIAS;
					if (over > 0) signature |= 1 << k;
					margin = Math.min(margin, Math.abs(over - 0.5));
				}
				if (margin > 0 && signature !== 0)
					candidates.push({ signature, x: 2 * x + px, y: 2 * y + py, margin, common: common[signature] as number });
			}
		}
		candidates.sort((a, b) => Math.min(b.margin, SAFE) - Math.min(a.margin, SAFE) || a.common - b.common || b.margin - a.margin);
		const chosen: Candidate[] = [];
		for (const c of candidates) {
			if (chosen.length >= POOL) break;
			if (chosen.every((o) => Math.abs(o.x - c.x) + Math.abs(o.y - c.y) >= 6)) chosen.push(c);
		}
		pools.push(chosen.map(({ signature, x, y }) => ({ signature, x, y })));
	}
	return pools;
}

/** Pixels that tell most: the darkest quarter and the brightest eighth, dark ones first. Empty for a patch without pixels. */
export function probesOf({ width, height, luma, mask }: PatchPixels): { x: number; y: number; luma: number }[] {
	const inside: number[] = [];
	const inner = width > 4 && height > 4 ? 1 : 0;
	for (let y = inner; y < height - inner; y++) {
		for (let x = inner; x < width - inner; x++) if (mask === undefined || mask[y * width + x] !== 0) inside.push(y * width + x);
	}
	if (inside.length === 0) return [];
	const next = chooser(width * 7919 + height);
	const drawn = Array.from({ length: 10 * PROBES }, () => inside[next(inside.length)] as number);
	drawn.sort((a, b) => (luma[a] as number) - (luma[b] as number));
	const half = PROBES / 2;
	const dark = Array.from({ length: half }, (_, k) => drawn[Math.floor((k * drawn.length) / 4 / half)] as number);
	const bright = Array.from(
		{ length: half },
		(_, k) => drawn[drawn.length - 1 - Math.floor(((half - 1 - k) * drawn.length) / 8 / half)] as number,
	);
	return [...dark, ...bright].map((at) => ({ x: at % width, y: Math.floor(at / width), luma: luma[at] as number }));
}
