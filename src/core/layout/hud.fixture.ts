// A small interface for tests, drawn anew at every size as a game draws it: shapes in interface units, each pixel averaged over
// its area. Nothing in it is resampled from another size.
import { provenanceOf } from '../crystals/crystal.fixture.ts';
import type { Scope } from '../crystals/crystal.ts';
import { crystalliseTemplates, type TemplateHarvest } from '../crystals/template/crystallise.ts';
import type { Box, Size } from '../geometry.ts';
import { noise } from '../perception/drawing.fixture.ts';
import type { Matcher } from '../perception/matcher.ts';
import type { Frame } from '../ports.ts';
import type { Anchor } from './schema.ts';

export interface HudElement {
	readonly name: string;
	/** Interface units. */
	readonly size: readonly [w: number, h: number];
	/** Distance of its near edge, middle or far edge from that of the frame, or of its middle from a share of it, interface units. */
	readonly x: readonly [Anchor, number];
	readonly y: readonly [Anchor, number];
	readonly hue?: readonly [u: number, v: number];
	/** Grows with another law than the interface. */
	readonly factor?: number;
}

/** Twelve elements round the edges and in the middle. */
export const HUD: readonly HudElement[] = [
	{ name: 'hp-bar', size: [110, 16], x: ['near', 4], y: ['near', 4], hue: [90, 220] },
	{ name: 'mp-bar', size: [110, 16], x: ['near', 4], y: ['near', 24], hue: [220, 90] },
	{ name: 'compass', size: [36, 36], x: ['far', 6], y: ['near', 6] },
	{ name: 'settings', size: [40, 18], x: ['far', 6], y: ['near', 48] },
	{ name: 'slot-one', size: [30, 30], x: ['middle', -64], y: ['far', 4] },
	{ name: 'slot-two', size: [30, 30], x: ['middle', -32], y: ['far', 4] },
	{ name: 'slot-three', size: [30, 30], x: ['middle', 0], y: ['far', 4] },
	{ name: 'slot-four', size: [30, 30], x: ['middle', 32], y: ['far', 4] },
	{ name: 'chat', size: [90, 24], x: ['near', 8], y: ['far', 10] },
	{ name: 'quest', size: [28, 28], x: ['far', 10], y: ['far', 40] },
	{ name: 'title', size: [80, 20], x: ['middle', 0], y: ['middle', -60] },
	{ name: 'close', size: [22, 22], x: ['middle', 90], y: ['middle', -60] },
];

/** Where an element stands: its edges rounded to pixels, as drawing rounds them. */
export function boxOf({ size, x, y, factor }: HudElement, frame: Size, ui: number): Box {
	const [w, h] = [size[0] * (factor ?? ui), size[1] * (factor ?? ui)];
	const at = ([anchor, off]: readonly [Anchor, number], side: number, length: number): number => {
		if (anchor === 'near') return off * ui;
		return anchor === 'far' ? side - off * ui - length : side * (anchor === 'middle' ? 0.5 : anchor) + off * ui - length / 2;
	};
	const [left, top] = [at(x, frame.width, w), at(y, frame.height, h)];
	const [x0, y0] = [Math.round(left), Math.round(top)];
	return [x0, y0, Math.round(left + w) - x0, Math.round(top + h) - y0];
}

/** Draws the elements over a ground that differs from frame to frame. */
export function drawHud(frame: Size, ui: number, elements: readonly HudElement[] = HUD, ground = 1): Frame {
	const { width, height } = frame;
	const cw = (width + 1) >> 1;
	const ch = (height + 1) >> 1;
	const luma = new Uint8Array(width * height);
	const u = new Uint8Array(cw * ch).fill(128);
	const v = new Uint8Array(cw * ch).fill(128);
	const next = noise(ground);
	// A world of coarse blots, so that something is everywhere and nothing of it is an element.
	const blot = 24;
	const cols = Math.ceil(width / blot);
	const blots = Array.from({ length: cols * Math.ceil(height / blot) }, () => 60 + next() * 50);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) luma[y * width + x] = blots[Math.floor(y / blot) * cols + Math.floor(x / blot)] as number;
	for (const element of elements) {
		const [x0, y0, w, h] = boxOf(element, frame, ui);
		const shapes = shapesOf(element);
		for (let y = 0; y < h; y++) {
			for (let x = 0; x < w; x++) {
				let sum = 0;
				for (let j = 0; j < 3; j++)
					for (let i = 0; i < 3; i++)
						sum += greyAt(shapes, ((x + (i + 0.5) / 3) / w) * element.size[0], ((y + (j + 0.5) / 3) / h) * element.size[1]);
				const at = (y0 + y) * width + x0 + x;
				if (x0 + x < 0 || y0 + y < 0 || x0 + x >= width || y0 + y >= height) continue;
				luma[at] = sum / 9;
				if (element.hue === undefined) continue;
				u[((y0 + y) >> 1) * cw + ((x0 + x) >> 1)] = element.hue[0];
				v[((y0 + y) >> 1) * cw + ((x0 + x) >> 1)] = element.hue[1];
			}
		}
	}
	return { id: `${width}x${height}-${ground}`, at: 0, width, height, luma, stride: width, u, v, chromaStride: cw };
}

interface Shape {
	readonly x: number;
	readonly y: number;
	readonly w: number;
	readonly h: number;
	readonly grey: number;
	readonly round: boolean;
}

/** A border and some boxes and discs of its own, the same for the same name. */
function shapesOf({ name, size: [w, h] }: HudElement): Shape[] {
	const next = noise([...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) % 99_991);
	const shapes: Shape[] = [
		{ x: 0, y: 0, w, h, grey: 190, round: false },
		{ x: 1.5, y: 1.5, w: w - 3, h: h - 3, grey: 40, round: false },
	];
	for (let i = 0; i < 4 + (w * h) / 150; i++) {
		const side = 3 + next() * 8;
		shapes.push({
			x: 2 + next() * (w - 4 - side),
			y: 2 + next() * Math.max(1, h - 4 - side),
			w: side,
			h: side * (0.4 + next() * 0.6),
			grey: 60 + next() * 190,
			round: next() < 0.5,
		});
	}
	return shapes;
}

function greyAt(shapes: readonly Shape[], x: number, y: number): number {
	let grey = 0;
	for (const s of shapes) {
		const [dx, dy] = [(x - s.x) / s.w, (y - s.y) / s.h];
		if (dx < 0 || dy < 0 || dx > 1 || dy > 1) continue;
		if (!s.round || (dx - 0.5) ** 2 + (dy - 0.5) ** 2 <= 0.25) ({ grey } = s);
	}
	return grey;
}

/** What a model's answer about the drawn interface leaves behind. */
export function learnHud(size: Size, ui: number, matcher: Matcher, scope: Scope, elements: readonly HudElement[] = HUD): TemplateHarvest {
	return crystalliseTemplates(
		{
			screen: 'play',
			facts: [],
			elements: elements.map((e) => ({
				name: e.name,
				kind: 'button',
				box: [...boxOf(e, size, ui)] as [number, number, number, number],
				stable: true,
			})),
		},
		drawHud(size, ui, elements),
		[],
		{ scope, provenance: provenanceOf(), boxFormat: 'pixels', matcher, newId: (name) => `old-${name}` },
	);
}
