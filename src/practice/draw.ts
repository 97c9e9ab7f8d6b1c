// Draws a view. Everything is put at whole pixels without smoothing, from pictures made once a skin and scale, so that the
// same state gives the same pixels wherever it is drawn.
import type { Box } from '../core/geometry.ts';
import type { Item } from './items.ts';
import { bands, isFullScreen, layPanels, layWorld, scaled, worldBox } from './layout.ts';
import { frameSize, logicalSize, type PracticeOptions } from './options.ts';
import { groundOf, type Picture, pictureOf } from './pictures.ts';
import { css, type Raster, shade, tint, toned } from './raster.ts';
import { backdropRaster, chromeRaster } from './scenery.ts';
import type { View } from './view.ts';

export type Context2D = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;
type Look = Pick<PracticeOptions, 'skin' | 'scale' | 'hud'>;

/** A wide face with open figures: numbers and names are read by machines too. */
const FONT = '"DejaVu Sans", Verdana, "Liberation Sans", Arial, sans-serif';
const PLATE = '#12101a';
const PLATE_TEXT = '#ffffff';

/** Draws the whole picture. The canvas must have `frameSize(options)`. */
export function draw(ctx: Context2D, view: View, options: Look): void {
	ctx.imageSmoothingEnabled = false;
	drawGround(ctx, view, options);
	if (!isFullScreen(view)) drawWorld(ctx, view, options);
	for (const item of layPanels(view, options.hud)) drawItem(ctx, item, options);
}

/**
 * A drawer for one canvas that repaints only the world's box while nothing else has changed.
 * @returns the function that draws; the canvas is resized by it when the scale changes
 */
export function makePainter(canvas: OffscreenCanvas, ctx: Context2D): (view: View, options: PracticeOptions) => void {
	let before = '';
	return (view, options) => {
		const size = frameSize(options);
		if (canvas.width !== size.width || canvas.height !== size.height) {
			Object.assign(canvas, size);
			before = '';
		}
		const outside = JSON.stringify([
			options.skin,
			options.scale,
			options.hud,
			{ ...view, player: 0, things: 0, warren: view.warren && { ...view.warren, camera: 0, shut: 0 } },
		]);
		if (outside !== before || isFullScreen(view)) {
			before = outside;
			draw(ctx, view, options);
			return;
		}
		ctx.imageSmoothingEnabled = false;
		drawWorld(ctx, view, options);
	};
}

function drawGround(ctx: Context2D, view: View, look: Look): void {
	const key = isFullScreen(view) ? `back ${view.screen}` : `chrome ${look.hud}`;
	const { status, world, strip } = bands(look.hud);
	const make = (): Raster =>
		isFullScreen(view) ? backdropRaster(view.screen as 'title', look.skin) : chromeRaster(status / 2, world / 2, strip / 2, look.skin);
	put(ctx, { key, make, box: [0, 0, logicalSize.width, logicalSize.height] }, look);
}

/** The world box and nothing outside it. */
function drawWorld(ctx: Context2D, view: View, look: Look): void {
	const box = worldBox(look.hud);
	ctx.save();
	ctx.beginPath();
	ctx.rect(...scaled(box, look.scale));
	ctx.clip();
	for (const picture of groundOf(view, look)) put(ctx, picture, look);
	for (const item of layWorld(view, look.hud)) drawItem(ctx, item, look);
	ctx.restore();
}

function drawItem(ctx: Context2D, item: Item, look: Look): void {
	const picture = pictureOf(item, look.skin);
	if (picture) return put(ctx, picture, look);
	const box = scaled(item.box, look.scale);
	switch (item.draw) {
		case 'plate':
			return drawPlate(ctx, item, box, look);
		case 'label':
			return drawLabel(ctx, item, box, look);
		case 'bar':
			return drawBar(ctx, item.part ?? 0, box, look);
		case 'button':
			return drawButton(ctx, item, box, look);
		case 'help':
			return drawHelp(ctx, box, look);
		default:
			return;
	}
}

const pictures = new Map<string, OffscreenCanvas>();

/** Draws a picture at its box, from a copy kept at the size of the frame. */
function put(ctx: Context2D, { key, make, box }: Picture, look: Look): void {
	const [x, y, w, h] = scaled(box, look.scale);
	const full = `${key} ${look.skin} ${look.scale}`;
	let picture = pictures.get(full);
	if (!picture) {
		picture = enlarge(make(), w, h);
		pictures.set(full, picture);
	}
	ctx.drawImage(picture, x, y);
}

function enlarge(raster: Raster, width: number, height: number): OffscreenCanvas {
	const small = new OffscreenCanvas(raster.width, raster.height);
	contextOf(small).putImageData(new ImageData(raster.data, raster.width, raster.height), 0, 0);
	const large = new OffscreenCanvas(width, height);
	const ctx = contextOf(large);
	ctx.imageSmoothingEnabled = false;
	ctx.drawImage(small, 0, 0, width, height);
	return large;
}

/** Kept in main memory: every frame is read back, and reading from a graphics card costs more than drawing here. */
export function contextOf(canvas: OffscreenCanvas, settings: CanvasRenderingContext2DSettings = {}): OffscreenCanvasRenderingContext2D {
	const ctx = canvas.getContext('2d', { willReadFrequently: true, ...settings });
	if (!ctx) throw new Error('No 2D drawing for an OffscreenCanvas here; the practice game needs one.');
	return ctx;
}

function drawPlate(ctx: Context2D, item: Item, box: Box, look: Look): void {
	const [x, y, w, h] = box;
	const px = Math.max(1, Math.round(look.scale));
	ctx.fillStyle = css(tint('#6d573c', look.skin));
	ctx.fillRect(x, y, w, h);
	ctx.fillStyle = PLATE;
	ctx.fillRect(x + px, y + px, w - 2 * px, h - 2 * px);
	const centred = item.align === 'centre';
	write(
		ctx,
		item.text ?? '',
		centred ? x + w / 2 : x + 12 * look.scale,
		y + h / 2,
		(item.fontPx ?? 20) * look.scale,
		PLATE_TEXT,
		centred ? 'center' : 'left',
		600,
	);
}

function drawLabel(ctx: Context2D, item: Item, [x, y, w, h]: Box, look: Look): void {
	const size = (item.fontPx ?? 20) * look.scale;
	const centred = item.align === 'centre';
	const place: [number, number] = [centred ? x + w / 2 : x + 2 * look.scale, y + h / 2];
	const align = centred ? 'center' : 'left';
	if (centred) {
		const off = Math.max(2, Math.round(size / 18));
		write(ctx, item.text ?? '', place[0] + off, place[1] + off, size, '#120c18', align, 700);
	}
	write(
		ctx,
		item.text ?? '',
		...place,
		size,
		css(toned([255, 226, 150], look.skin === 'dusk' && !centred ? 'day' : look.skin)),
		align,
		700,
	);
}

function drawBar(ctx: Context2D, part: number, [x, y, w, h]: Box, look: Look): void {
	const px = Math.max(1, Math.round(2 * look.scale));
	ctx.fillStyle = css(tint('#15101c', look.skin));
	ctx.fillRect(x, y, w, h);
	ctx.fillStyle = css(tint('#4a1c26', look.skin));
	ctx.fillRect(x + px, y + px, w - 2 * px, h - 2 * px);
	const full = Math.round((w - 2 * px) * part);
	ctx.fillStyle = css(tint('#d8393f', look.skin));
	ctx.fillRect(x + px, y + px, full, h - 2 * px);
	ctx.fillStyle = css(tint('#ff8a7a', look.skin));
	ctx.fillRect(x + px, y + px, full, Math.round((h - 2 * px) / 3));
}

const buttonColours = { good: '#2f7d4f', plain: '#3f5f96', danger: '#9a3340' } as const;

function drawButton(ctx: Context2D, item: Item, [x, y, w, h]: Box, look: Look): void {
	const base = tint(buttonColours[item.tone ?? 'plain'], look.skin);
	const px = Math.max(2, Math.round(2 * look.scale));
	const layers: [string, number, number][] = [
		[css(tint('#15101c', look.skin)), 0, 0],
		[css(shade(base, 1.55)), px, px],
		[css(shade(base, 0.6)), 2 * px, px],
		[css(base), 2 * px, 2 * px],
	];
	for (const [colour, inset, bottom] of layers) {
		ctx.fillStyle = colour;
		ctx.fillRect(x + inset, y + inset, w - inset - bottom, h - inset - bottom);
	}
	ctx.fillStyle = css(shade(base, 1.18));
	ctx.fillRect(x + 2 * px, y + 2 * px, w - 4 * px, Math.round((h - 4 * px) / 2));
	const size = (item.fontPx ?? 20) * look.scale;
	write(ctx, item.text ?? '', x + w / 2 + px / 2, y + h / 2 + px, size, '#0c0a12', 'center', 700);
	write(ctx, item.text ?? '', x + w / 2, y + h / 2, size, '#ffffff', 'center', 700);
}

function drawHelp(ctx: Context2D, [x, y]: Box, look: Look): void {
	const rows = [
		['Q', 'drink a potion'],
		['I', 'open the bag'],
		['Esc', 'menu'],
	] as const;
	const s = look.scale;
	write(ctx, 'Keys', x + 6 * s, y + 18 * s, 18 * s, css(toned([255, 226, 150], 'day')), 'left', 700);
	rows.forEach(([key, does], i) => {
		const top = y + (44 + i * 40) * s;
		ctx.fillStyle = css(tint('#d9cfbb', look.skin));
		ctx.fillRect(Math.round(x + 6 * s), Math.round(top), Math.round(46 * s), Math.round(28 * s));
		write(ctx, key, x + 29 * s, top + 14 * s, 16 * s, '#1b1622', 'center', 700);
		write(ctx, does, x + 64 * s, top + 14 * s, 16 * s, '#f2ead8', 'left', 500);
	});
}

/** One line of text, its middle at `y`, at whole pixels. */
function write(
	ctx: Context2D,
	text: string,
	x: number,
	y: number,
	sizePx: number,
	colour: string,
	align: 'left' | 'center',
	weight: number,
): void {
	ctx.font = `${weight} ${Math.round(sizePx)}px ${FONT}`;
	ctx.textAlign = 'left';
	ctx.textBaseline = 'alphabetic';
	ctx.fillStyle = colour;
	const left = align === 'center' ? x - ctx.measureText(text).width / 2 : x;
	ctx.fillText(text, Math.round(left), Math.round(y + sizePx * 0.36));
}
