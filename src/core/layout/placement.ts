// Where an element stands once the window has another size. An interface keeps its distance to an edge, to the middle or to a line at
// some share of the frame, times the factor it is drawn with; before a second size was seen all of that is hypothesis.
import type { Box, Size } from '../geometry.ts';
import { type Anchor, ANCHORS, type Placement } from './schema.ts';

const SEEN_MAX = 6;
/** Shares that designers choose, likeliest first: one that fits is believed before the one that was measured. */
const USUAL_SHARES = [2, 4, 3, 5, 10, 8, 20, 100];
/** A share measured less exactly than this would say nothing of a third size. */
const SHARE_ERROR = 0.02;
/** An interface that counts in whole units of its own is off by up to one of them, and drawing rounds to a pixel. */
export const slackPx = (factor: number): number => factor + 1;

/** A frame's size and how large the interface is drawn in it, against the same game's first. */
export interface Layout extends Size {
	readonly ui: number;
}

/** Reads `1280x720` or `1280x720@1.25`; undefined when it is neither. */
export function readLayout(text: string): Layout | undefined {
	const m = /^([1-9]\d{0,4})x([1-9]\d{0,4})(?:@(\d{1,2}(?:\.\d{1,3})?))?$/.exec(text);
	if (m === null) return undefined;
	const ui = m[3] === undefined ? 1 : Number(m[3]);
	return ui > 0 ? { width: Number(m[1]), height: Number(m[2]), ui } : undefined;
}

/** As `Scope.layout` has it. The interface's factor is said only where the same frame size is known at another one. */
export function layoutText({ width, height, ui }: Layout): string {
	const rounded = Math.round(ui * 1000) / 1000;
	return rounded === 1 ? `${width}x${height}` : `${width}x${height}@${rounded}`;
}

/**
 * The near edge of an element along one axis, in the new frame; a fraction of a pixel may remain.
 *
 * @param factor  of distances
 * @param length  its side in the new frame
 */
function along(anchor: Anchor, at: number, was: number, length: number, from: number, to: number, factor: number): number {
	if (typeof anchor === 'number') return anchor * to + (at + was / 2 - anchor * from) * factor - length / 2;
	switch (anchor) {
		case 'near':
			return at * factor;
		case 'middle':
			return to / 2 + (at + was / 2 - from / 2) * factor - length / 2;
		case 'far':
			return to - (from - at - was) * factor - length;
	}
}

export interface Place {
	readonly x: Anchor;
	readonly y: Anchor;
	/** Top left corner, not rounded. */
	readonly left: number;
	readonly top: number;
}

export interface AnchorsByAxis {
	readonly x: readonly Anchor[];
	readonly y: readonly Anchor[];
}

/** The lines that an element stands on in one frame with its near edge, its middle or its far edge: any may be the one it keeps to. */
export function sharesOf([x, y, w, h]: Box, { width, height }: Size): AnchorsByAxis {
	const along = (at: number, length: number, side: number): number[] =>
		[at, at + length / 2, at + length].map((p) => p / side).filter((share) => share >= 0 && share <= 1);
	return { x: along(x, w, width), y: along(y, h, height) };
}

/**
 * Where the box may stand, by every anchor that is not ruled out; places that fall together within `slack` are told once.
 *
 * @param factor  of distances, the interface's
 * @param own     of the element's size, where it follows another law
 * @param more    anchors beside the edges and the middle
 */
export function hypotheses(
	box: Box,
	from: Size,
	to: Size,
	factor: number,
	known: Pick<Placement, 'x' | 'y'> = {},
	slack = slackPx(factor),
	own = factor,
	more: AnchorsByAxis = { x: [], y: [] },
): Place[] {
	const out: Place[] = [];
	for (const x of known.x === undefined ? [...ANCHORS, ...more.x] : [known.x]) {
		for (const y of known.y === undefined ? [...ANCHORS, ...more.y] : [known.y]) {
			const left = along(x, box[0], box[2], box[2] * own, from.width, to.width, factor);
			const top = along(y, box[1], box[3], box[3] * own, from.height, to.height, factor);
			if (!out.some((o) => Math.abs(o.left - left) <= slack && Math.abs(o.top - top) <= slack)) out.push({ x, y, left, top });
		}
	}
	return out;
}

/** Of some anchors, those that explain a box in one frame by its box in another: the edges and the middle unless told. */
export function anchorsFor(was: Box, from: Size, now: Box, to: Size, factor: number, among: readonly Anchor[] = ANCHORS): AnchorsByAxis {
	const slack = slackPx(factor);
	// By the edge it keeps to: near by the near one, far by the far one.
	const fits = (anchor: Anchor, axis: 0 | 1, a: number, b: number): boolean => {
		const length = now[axis + 2] as number;
		return Math.abs(along(anchor, was[axis], was[axis + 2] as number, length, a, b, factor) - now[axis]) <= slack;
	};
	return {
		x: among.filter((anchor) => fits(anchor, 0, from.width, to.width)),
		y: among.filter((anchor) => fits(anchor, 1, from.height, to.height)),
	};
}

type Seen = Placement['seen'][number];

/** Of some anchors, those that explain all the places seen by the last one. */
function explaining(seen: readonly Seen[], among: readonly Anchor[]): AnchorsByAxis {
	const last = seen.at(-1) as Seen;
	let [x, y] = [among, among];
	for (const s of seen.slice(0, -1)) {
		const fit = anchorsFor(s.box, sizeOf(s), last.box, sizeOf(last), last.factor / s.factor, among);
		x = x.filter((anchor) => fit.x.includes(anchor));
		y = y.filter((anchor) => fit.y.includes(anchor));
	}
	return { x, y };
}

/** The share of the frame's side that an element keeps to, by all the places seen; undefined when none explains them. */
function shareOf(seen: readonly Seen[], axis: 0 | 1): Anchor | undefined {
	const last = seen.at(-1) as Seen;
	const middle = ({ box }: Seen): number => box[axis] + (box[axis + 2] as number) / 2;
	let best: { readonly share: number; readonly error: number } | undefined;
	for (const s of seen.slice(0, -1)) {
		const factor = last.factor / s.factor;
		// The line moves by so much that the interface's factor does not explain.
		const moves = last.frame[axis] - s.frame[axis] * factor;
		const error = slackPx(factor) / Math.abs(moves);
		if (error <= (best?.error ?? SHARE_ERROR)) best = { share: (middle(last) - middle(s) * factor) / moves, error };
	}
	if (best === undefined) return undefined;
	const { share } = best;
	const tries = [...USUAL_SHARES.map((n) => Math.round(share * n) / n), share].filter((p) => p >= 0 && p <= 1);
	return explaining(seen, tries)[axis === 0 ? 'x' : 'y'][0];
}

const sizeOf = ({ frame: [width, height] }: Seen): Size => ({ width, height });

/**
 * The placement after the element was seen in one more size: anchors are what explains every size seen, and absent while several
 * do, as they all do between frames of one shape. A share of the frame is told from a panel's own way only by a third size.
 *
 * @param was  where it stood in the frame it came from, and the factor of that one against the first
 */
export function learnPlacement(
	known: Placement | undefined,
	was: { readonly box: Box; readonly frame: Size },
	now: { readonly box: Box; readonly frame: Size; readonly factor: number },
	more: { readonly panel?: string; readonly scale?: Placement['scale'] } = {},
): Placement {
	const seen = known === undefined || known.seen.length === 0 ? [asSeen(was.box, was.frame, 1)] : known.seen;
	const base = (seen.find((s) => same(s.frame, was.frame) && s.box.every((side, i) => side === was.box[i])) ?? seen.at(-1))?.factor ?? 1;
	const all = [...seen, asSeen(now.box, now.frame, base * now.factor)].slice(-SEEN_MAX);
	const { x: edgesX, y: edgesY } = explaining(all, ANCHORS);
	const panelled = more.panel ?? known?.panel;
	const only = (edges: readonly Anchor[], axis: 0 | 1): Anchor | undefined => {
		if (edges.length > 0) return edges.length === 1 ? edges[0] : undefined;
		return panelled === undefined || all.length > 2 ? shareOf(all, axis) : undefined;
	};
	const [x, y] = [only(edgesX, 0), only(edgesY, 1)];
	const moved = (edgesX.length === 0 && x === undefined) || (edgesY.length === 0 && y === undefined);
	const scale = more.scale ?? known?.scale;
	const panel = more.panel ?? (moved ? known?.panel : undefined);
	return {
		...(x === undefined ? {} : { x }),
		...(y === undefined ? {} : { y }),
		...(panel === undefined ? {} : { panel }),
		...(scale === undefined ? {} : { scale }),
		seen: all,
	};
}

function asSeen([x, y, w, h]: Box, { width, height }: Size, factor: number): Placement['seen'][number] {
	return { frame: [width, height], factor, box: [x, y, w, h] };
}
const same = (frame: readonly [number, number], size: Size): boolean => frame[0] === size.width && frame[1] === size.height;
