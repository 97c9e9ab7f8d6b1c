// The arithmetic around a network that finds things in a picture, without the network: what goes in, and what its output means.
import type { Detection } from './runtime.ts';

/** `yolo-v8`: [1, 4 + classes, N] of centre, size and class scores. `boxes`: [1, N, 6] of corners, score and class. */
export const DETECTOR_LAYOUTS = ['yolo-v8', 'boxes'] as const;
export type DetectorLayout = (typeof DETECTOR_LAYOUTS)[number];

export interface DetectorSettings {
	/** By class; a class beyond them is named by its number. */
	readonly labels: readonly string[];
	readonly layout: DetectorLayout;
	/** Pixels of the network's input; undefined: as the network itself says, else 640 × 640. */
	readonly input: readonly [width: number, height: number] | undefined;
	/** Least score, in [0, 1]. */
	readonly threshold: number;
	/** Boxes of one label that share more than this of their union are one thing. */
	readonly overlap: number;
}
export const DEFAULT_INPUT = 640;
/** What nobody reads: a screen full of boxes is a wrong layout or threshold. */
const DETECTIONS_MAX = 300;
/** Boxes looked at before overlaps are taken out: that is quadratic. */
const CANDIDATES_MAX = 2000;

type Options = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Settings of a manifest's `options`, with what a game's profile says in front. A text names the fault. */
export function detectorSettings(options: Options, own: Partial<DetectorSettings> = {}): DetectorSettings | { readonly fault: string } {
	const { labels, layout, width, height, threshold, overlap } = options;
	const size = typeof width === 'number' && typeof height === 'number' ? ([width, height] as const) : undefined;
	const settings = {
		labels: own.labels ?? (Array.isArray(labels) ? (labels as readonly string[]) : []),
		layout: own.layout ?? layout ?? 'yolo-v8',
		input: own.input ?? size,
		threshold: own.threshold ?? (typeof threshold === 'number' ? threshold : 0.4),
		overlap: own.overlap ?? (typeof overlap === 'number' ? overlap : 0.5),
	};
	if (!(DETECTOR_LAYOUTS as readonly unknown[]).includes(settings.layout))
		return { fault: `its layout is "${String(settings.layout)}"; known are ${DETECTOR_LAYOUTS.join(' and ')}` };
	for (const side of settings.input ?? [])
		if (!Number.isInteger(side) || side < 8 || side > 4096)
			return { fault: `its input is ${settings.input?.join(' × ')} pixels; a side has 8 to 4096` };
	for (const share of [settings.threshold, settings.overlap])
		if (!(share >= 0 && share <= 1)) return { fault: `a threshold of ${share} is not between 0 and 1` };
	return settings as DetectorSettings;
}

interface Picture {
	readonly width: number;
	readonly height: number;
	/** Row-major, height × width × 4 bytes. */
	readonly rgba: Uint8Array;
}
/** How the picture lies in the network's input. */
export interface Placed {
	readonly scale: number;
	readonly left: number;
	readonly top: number;
}
/** The grey that detectors are trained to see around a picture. */
const MARGIN = 114 / 255;

/** The picture scaled into the middle of `width` × `height`, its shape kept; planes of red, green and blue in [0, 1]. */
export function pictureTensor(picture: Picture, width: number, height: number): { readonly data: Float32Array; readonly placed: Placed } {
	const scale = Math.min(width / picture.width, height / picture.height);
	const w = Math.max(1, Math.round(picture.width * scale));
	const h = Math.max(1, Math.round(picture.height * scale));
	const left = Math.floor((width - w) / 2);
	const top = Math.floor((height - h) / 2);
	const plane = width * height;
	const data = new Float32Array(3 * plane).fill(MARGIN);
	const stride = picture.width * 4;
	for (let y = 0; y < h; y++) {
		const fy = Math.min(picture.height - 1, Math.max(0, (y + 0.5) / scale - 0.5));
		const y0 = Math.floor(fy);
		const y1 = Math.min(picture.height - 1, y0 + 1);
		const wy = fy - y0;
		for (let x = 0; x < w; x++) {
			const fx = Math.min(picture.width - 1, Math.max(0, (x + 0.5) / scale - 0.5));
			const x0 = Math.floor(fx);
			const x1 = Math.min(picture.width - 1, x0 + 1);
			const wx = fx - x0;
			const at = (y + top) * width + x + left;
			for (let c = 0; c < 3; c++) {
				const value = (column: number, row: number): number => picture.rgba[row * stride + column * 4 + c] as number;
				const upper = value(x0, y0) * (1 - wx) + value(x1, y0) * wx;
				const lower = value(x0, y1) * (1 - wx) + value(x1, y1) * wx;
				data[c * plane + at] = (upper * (1 - wy) + lower * wy) / 255;
			}
		}
	}
	return { data, placed: { scale, left, top } };
}

/**
 * Boxes of a network's output, in pixels of the picture, best first, overlaps taken out.
 *
 * @param output  row-major, of the shape `dims`
 * @returns a text when the output has not the shape that the layout says: the profile names the wrong one
 */
export function readDetections(
	output: ArrayLike<number>,
	dims: readonly number[],
	settings: DetectorSettings,
	placed: Placed,
	picture: { readonly width: number; readonly height: number },
): readonly Detection[] | { readonly fault: string } {
	const shape = dims.join(' × ');
	if (dims.length !== 3 || dims[0] !== 1) return { fault: `its output is ${shape}, and "${settings.layout}" is 1 × rows × columns` };
	const [, rows = 0, columns = 0] = dims;
	const found: Detection[] = [];
	/** Corners in the network's input. */
	const add = (x0: number, y0: number, x1: number, y1: number, score: number, label: number): void => {
		if (!(score >= settings.threshold) || !Number.isFinite(x0 + y0 + x1 + y1)) return;
		const left = Math.min(picture.width, Math.max(0, (x0 - placed.left) / placed.scale));
		const top = Math.min(picture.height, Math.max(0, (y0 - placed.top) / placed.scale));
		const right = Math.min(picture.width, Math.max(0, (x1 - placed.left) / placed.scale));
		const bottom = Math.min(picture.height, Math.max(0, (y1 - placed.top) / placed.scale));
		const box = [Math.round(left), Math.round(top), Math.round(right - left), Math.round(bottom - top)] as const;
		if (box[2] < 1 || box[3] < 1) return;
		found.push({ label: settings.labels[label] ?? `class-${label}`, score: Math.min(1, score), box });
	};
	if (settings.layout === 'boxes') {
		if (columns !== 6) return { fault: `its output is ${shape}, and "boxes" has 6 columns` };
		for (let row = 0; row < rows; row++) {
			const at = (i: number): number => output[row * 6 + i] as number;
			add(at(0), at(1), at(2), at(3), at(4), Math.round(at(5)));
		}
	} else {
		const classes = rows - 4;
		if (classes < 1) return { fault: `its output is ${shape}, and "yolo-v8" has 4 rows and one more for each class` };
		// A layout of the wrong way round has thousands of "classes" and a handful of boxes.
		if (rows > columns && settings.labels.length > 0 && classes !== settings.labels.length)
			return { fault: `its output is ${shape}, which is ${classes} classes, and ${settings.labels.length} labels are given` };
		for (let i = 0; i < columns; i++) {
			let best = 0;
			let score = -Infinity;
			for (let c = 0; c < classes; c++) {
				const s = output[(4 + c) * columns + i] as number;
				if (s > score) {
					score = s;
					best = c;
				}
			}
			if (!(score >= settings.threshold)) continue;
			const at = (row: number): number => output[row * columns + i] as number;
			const [cx, cy, w, h] = [at(0), at(1), at(2), at(3)];
			add(cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, score, best);
		}
	}
	found.sort((a, b) => b.score - a.score);
	return withoutOverlaps(found.slice(0, CANDIDATES_MAX), settings.overlap).slice(0, DETECTIONS_MAX);
}

/** Keeps the best of what overlaps, label by label. `sorted`: best first. */
export function withoutOverlaps(sorted: readonly Detection[], overlap: number): readonly Detection[] {
	const kept: Detection[] = [];
	for (const one of sorted) if (!kept.some((other) => other.label === one.label && shared(other.box, one.box) > overlap)) kept.push(one);
	return kept;
}

/** Intersection over union. */
function shared(a: Detection['box'], b: Detection['box']): number {
	const w = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
	const h = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
	if (w <= 0 || h <= 0) return 0;
	return (w * h) / (a[2] * a[3] + b[2] * b[3] - w * h);
}
