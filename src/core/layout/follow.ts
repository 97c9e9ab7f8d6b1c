// What a profile or a person named in pixels, in a window of another size: it goes where the elements went that were found in both.
// Where they do not tell, it is not known, and nothing is aimed at it.
import type { Crystal } from '../crystals/crystal.ts';
import type { TemplateCrystal } from '../crystals/template/schema.ts';
import { type Box, clip, contains, type FramePoint, type Size } from '../geometry.ts';
import { layoutText, readLayout, slackPx } from './placement.ts';

/** One element in both layouts. */
interface Pair {
	readonly was: Box;
	readonly now: Box;
	/** Of the interface. */
	readonly factor: number;
}

export interface Follow {
	/** Undefined while it is not known where that point went. */
	point(x: number, y: number): FramePoint | undefined;
	box(box: Box): Box | undefined;
}

/** The same scale, measured twice. */
const SAME_FACTOR = 0.02;

/**
 * @param home      the layout that the pixels were named for, as `Scope.layout` has it
 * @param here      the layout that shows
 * @param crystals  of both; asked anew each time, because elements are found as their screens come
 */
export function makeFollow(home: string, here: string, crystals: () => Iterable<Crystal>): Follow {
	const [from, to] = [readLayout(home), readLayout(here)];
	if (from === undefined || to === undefined) return { point: () => undefined, box: () => undefined };
	if (layoutText(from) === layoutText(to)) return { point: (x, y) => ({ x, y }), box: (box) => box };
	const pairs = (): Pair[] =>
		[...crystals()].flatMap((c) => (c.kind === 'template' ? (pairOf(c as TemplateCrystal, home, here) ?? []) : []));
	return {
		point(x, y) {
			const known = pairs();
			const factor = factorOf(known);
			const on = known.filter(({ was }) => contains(was, [x, y, 1, 1])).map((pair) => within(pair, x, y));
			const [first] = on;
			// Of another screen each, they may have gone different ways.
			if (first !== undefined) {
				const slack = slackPx(factor ?? 1);
				return on.every((p) => Math.hypot(p.x - first.x, p.y - first.y) <= slack) ? first : undefined;
			}
			if (factor === undefined) return undefined;
			const [px, py] = [across(x + 0.5, from.width, to.width, factor), across(y + 0.5, from.height, to.height, factor)];
			return px === undefined || py === undefined ? undefined : { x: Math.floor(px), y: Math.floor(py) };
		},
		box([x, y, w, h]) {
			const factor = factorOf(pairs());
			const edge = (at: number, a: number, b: number): number | undefined =>
				at <= 0 ? 0 : at >= a ? b : factor === undefined ? undefined : across(at, a, b, factor);
			const [x0, x1] = [edge(x, from.width, to.width), edge(x + w, from.width, to.width)];
			const [y0, y1] = [edge(y, from.height, to.height), edge(y + h, from.height, to.height)];
			if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return undefined;
			const [left, top] = [Math.round(x0), Math.round(y0)];
			return clip([left, top, Math.round(x1) - left, Math.round(y1) - top], to);
		},
	};
}

function within({ was, now }: Pair, x: number, y: number): FramePoint {
	const at = (axis: 0 | 1, p: number): number =>
		Math.floor(now[axis] + ((p + 0.5 - was[axis]) / (was[axis + 2] as number)) * (now[axis + 2] as number));
	return { x: at(0, x), y: at(1, y) };
}

/** A place along one axis, by every edge it may keep to; undefined where they differ. */
function across(at: number, from: number, to: number, factor: number): number | undefined {
	const [near, middle, far] = [at * factor, to / 2 + (at - from / 2) * factor, to - (from - at) * factor];
	return Math.max(near, middle, far) - Math.min(near, middle, far) <= slackPx(factor) ? middle : undefined;
}

/** The middle one of those that elements tell; undefined without two of them. */
function factorOf(pairs: readonly Pair[]): number | undefined {
	return pairs.length < 2 ? undefined : pairs.map((p) => p.factor).sort((a, b) => a - b)[pairs.length >> 1];
}

/** Where a template of one of the two layouts stood in the other. */
function pairOf({ scope, data, state }: TemplateCrystal, home: string, here: string): Pair | undefined {
	const { placement } = data;
	const own = placement?.seen.at(-1);
	if (placement === undefined || own === undefined || state === 'retired' || state === 'quarantined') return undefined;
	if (scope.layout !== here && scope.layout !== home) return undefined;
	const otherName = scope.layout === here ? home : here;
	const other = readLayout(otherName) as Size;
	const mine = readLayout(scope.layout) as Size;
	if (!isOf(own.frame, mine)) return undefined;
	const direct = placement.from?.layout === otherName ? placement.from.factor : undefined;
	const seen = placement.seen
		.slice(0, -1)
		.filter((s) => isOf(s.frame, other) && (direct === undefined || Math.abs(Math.log(own.factor / s.factor / direct)) < SAME_FACTOR));
	const last = seen.at(-1);
	// One size seen at two scales: which of them is meant, only what came from there itself tells.
	if (last === undefined || seen.some((s) => Math.abs(Math.log(s.factor / last.factor)) >= SAME_FACTOR)) return undefined;
	const factor = own.factor / last.factor;
	return scope.layout === here ? { was: last.box, now: own.box, factor } : { was: own.box, now: last.box, factor: 1 / factor };
}

const isOf = (frame: readonly [number, number], size: Size): boolean => frame[0] === size.width && frame[1] === size.height;
