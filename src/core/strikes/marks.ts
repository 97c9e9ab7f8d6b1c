// Marks of a picture that nobody could name: the boxes by which it would be known again.
import { type Box, iou } from '../geometry.ts';
import { crop, deviation } from '../perception/pixels.ts';
import type { Frame } from '../ports.ts';
import type { PerceptionAnswer } from '../question.ts';

/** As large as a button. */
const WIDTH = 96;
const HEIGHT = 40;
const MARKS = 4;
/** Grey levels; twice what a template needs. */
const TEXTURED = 16;

/**
 * The most textured boxes of a frame that lie apart from each other.
 *
 * @param world  where things move: nothing in it is a mark
 */
export function marksOf(frame: Frame, world?: Box): readonly Box[] {
	const found: { readonly box: Box; readonly deviation: number }[] = [];
	for (let y = 0; y + HEIGHT <= frame.height; y += HEIGHT / 2)
		for (let x = 0; x + WIDTH <= frame.width; x += WIDTH / 2) {
			const box: Box = [x, y, WIDTH, HEIGHT];
			if (world !== undefined && iou(box, world) > 0) continue;
			const cut = crop(frame, box);
			const differ = cut === undefined ? 0 : deviation(cut.luma);
			if (differ >= TEXTURED) found.push({ box, deviation: differ });
		}
	const marks: Box[] = [];
	for (const { box } of found.toSorted((a, b) => b.deviation - a.deviation)) {
		if (marks.length === MARKS) break;
		if (marks.every((other) => iou(box, other) === 0)) marks.push(box);
	}
	return marks;
}

/** What a person says by giving the picture a name: it is that screen, and these marks stand on it. */
export function namedScreen(screen: string, marks: readonly Box[]): PerceptionAnswer {
	const elements = marks.map((box, i) => ({
		name: `${screen}-mark-${i + 1}`,
		kind: 'other' as const,
		box: [...box] as [number, number, number, number],
		stable: true,
	}));
	return { screen, elements, facts: [] };
}
