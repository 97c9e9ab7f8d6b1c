// Where an element stands once the window has another size. An interface keeps its distance to an edge or to the middle, times
// the factor it is drawn with; before a second size was seen all of that is hypothesis.
import type { Box, Size } from '../geometry.ts';
import { type Anchor, ANCHORS, type Placement } from './schema.ts';

const SEEN_MAX = 6;
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

/**
 * Where the box may stand, by every anchor that is not ruled out; places that fall together within `slack` are told once.
 *
 * @param factor  of distances, the interface's
 * @param own     of the element's size, where it follows another law
 */
export function hypotheses(
	box: Box,
	from: Size,
	to: Size,
	factor: number,
	known: Pick<Placement, 'x' | 'y'> = {},
	slack = slackPx(factor),
	own = factor,
): Place[] {
	const out: Place[] = [];
	for (const x of known.x === undefined ? ANCHORS : [known.x]) {
		for (const y of known.y === undefined ? ANCHORS : [known.y]) {
			const left = along(x, box[0], box[2], box[2] * own, from.width, to.width, factor);
			const top = along(y, box[1], box[3], box[3] * own, from.height, to.height, factor);
			if (!out.some((o) => Math.abs(o.left - left) <= slack && Math.abs(o.top - top) <= slack)) out.push({ x, y, left, top });
		}
	}
	return out;
}

/** The anchors that explain a box in one frame by its box in another. */
export function anchorsFor(
	was: Box,
	from: Size,
	now: Box,
	to: Size,
	factor: number,
): { readonly x: readonly Anchor[]; readonly y: readonly Anchor[] } {
	const slack = slackPx(factor);
	// By the edge it keeps to: near by the near one, far by the far one.
	const fits = (anchor: Anchor, axis: 0 | 1, a: number, b: number): boolean => {
		const length = now[axis + 2] as number;
		return Math.abs(along(anchor, was[axis], was[axis + 2] as number, length, a, b, factor) - now[axis]) <= slack;
	};
	return {
		x: ANCHORS.filter((anchor) => fits(anchor, 0, from.width, to.width)),
		y: ANCHORS.filter((anchor) => fits(anchor, 1, from.height, to.height)),
	};
}

/**
 * The placement after the element was seen in one more size: anchors are what explains every size seen, and absent while several
 * do, as they all do between frames of one shape.
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
	const last = all.at(-1) as (typeof all)[number];
	let x: readonly Anchor[] = ANCHORS;
	let y: readonly Anchor[] = ANCHORS;
	for (const s of all.slice(0, -1)) {
		const fit = anchorsFor(
			s.box,
			{ width: s.frame[0], height: s.frame[1] },
			last.box,
			{ width: last.frame[0], height: last.frame[1] },
			last.factor / s.factor,
		);
		x = x.filter((anchor) => fit.x.includes(anchor));
		y = y.filter((anchor) => fit.y.includes(anchor));
	}
	const moved = x.length === 0 || y.length === 0;
	const scale = more.scale ?? known?.scale;
	const panel = more.panel ?? (moved ? known?.panel : undefined);
	return {
		...(x.length === 1 ? { x: x[0] as Anchor } : {}),
		...(y.length === 1 ? { y: y[0] as Anchor } : {}),
		...(panel === undefined ? {} : { panel }),
		...(scale === undefined ? {} : { scale }),
		seen: all,
	};
}

function asSeen([x, y, w, h]: Box, { width, height }: Size, factor: number): Placement['seen'][number] {
	return { frame: [width, height], factor, box: [x, y, w, h] };
}
const same = (frame: readonly [number, number], size: Size): boolean => frame[0] === size.width && frame[1] === size.height;
