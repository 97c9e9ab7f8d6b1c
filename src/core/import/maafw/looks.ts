// The project's pictures as patches. They are cut from a picture whose short side has 720 lines (or as the project says), and pure
// green in them may mean "not this pixel".
import { deviation, makeFrame, makeFrameBuffers } from '../../perception/pixels.ts';
import { cutPatch, FLAT_BELOW, type PatchPixels } from '../../perception/match.ts';
import { MAX_PIXELS, MAX_PIXELS_ALL, pngSize, type Rgba } from '../../unpack.ts';

/** Throws where the bytes are no such picture. */
export type DecodeRgba = (png: Uint8Array) => Rgba | Promise<Rgba>;

export interface Look {
	readonly pixels: PatchPixels;
	/** Grey levels, without what is masked. */
	readonly deviation: number;
}
export type LookRead =
	/** `masked`: without its green pixels, the same where it has none; why not, where too little stays. */
	{ readonly ok: true; readonly look: Look; readonly masked: Look | string } | { readonly ok: false; readonly why: string };

/** The author chose what counts; but under this many pixels nothing can be told. */
const KEPT_LEAST = 64;
const SIDE_LEAST = 8;

/**
 * Decodes what the nodes name, each picture once.
 *
 * @param paths  of pictures, in the order in which they are wanted
 */
export async function readLooks(
	paths: Iterable<string>,
	files: Readonly<Record<string, Uint8Array>>,
	decode: DecodeRgba,
): Promise<ReadonlyMap<string, LookRead>> {
	const looks = new Map<string, LookRead>();
	let budget = MAX_PIXELS_ALL;
	for (const path of paths) {
		if (looks.has(path)) continue;
		const bytes = files[path] as Uint8Array;
		const size = pngSize(bytes);
		const pixels = size === undefined ? 0 : size.width * size.height;
		if (size === undefined) looks.set(path, { ok: false, why: 'is no PNG' });
		else if (pixels > MAX_PIXELS) looks.set(path, { ok: false, why: `has more than ${MAX_PIXELS} pixels` });
		else if (pixels > budget)
			looks.set(path, { ok: false, why: `comes after ${MAX_PIXELS_ALL} pixels of other pictures, which are the most` });
		else {
			budget -= pixels;
			try {
				looks.set(path, lookOf(await decode(bytes)));
			} catch (error) {
				looks.set(path, { ok: false, why: `cannot be decoded: ${error instanceof Error ? error.message : String(error)}` });
			}
		}
	}
	return looks;
}

function lookOf(picture: Rgba): LookRead {
	const { width, height } = picture;
	if (Math.min(width, height) < SIDE_LEAST)
		return { ok: false, why: `is ${width} × ${height}; under ${SIDE_LEAST} pixels nothing can be told` };
	const pixels = patchOf(picture);
	const flat = deviation(pixels.luma);
	const look = { pixels, deviation: flat };
	const masked = withoutGreen(picture, look);
	if (flat < FLAT_BELOW && (masked === look || typeof masked === 'string'))
		return { ok: false, why: `is flat (${flat.toFixed(1)} grey levels): it would match nearly anything` };
	return { ok: true, look, masked };
}

function patchOf({ width, height, data }: Rgba): PatchPixels {
	const frame = makeFrame({ format: 'RGBA', width, height, data, planes: [{ offset: 0, stride: 4 * width }] }, '', 0, makeFrameBuffers(1));
	return cutPatch(frame, [0, 0, width, height]) as PatchPixels;
}

/** The look with its green pixels left out; why not, when too little stays. */
function withoutGreen({ width, height, data }: Rgba, look: Look): Look | string {
	const mask = new Uint8Array(width * height).fill(255);
	const sum = [0, 0, 0];
	let kept = mask.length;
	for (let i = 0, at = 0; i < mask.length; i++, at += 4) {
		if (data[at] === 0 && data[at + 1] === 255 && data[at + 2] === 0) {
			mask[i] = 0;
			kept--;
		} else for (let c = 0; c < 3; c++) sum[c] = (sum[c] as number) + (data[at + c] as number);
	}
	if (kept === mask.length) return look;
	if (kept < KEPT_LEAST) return `only ${kept} pixels of it are not green`;
	// Chroma is kept for blocks of pixels and knows no mask: where it is green, the mean of the rest stands for it.
	const filled = new Uint8Array(data);
	for (let i = 0, at = 0; i < mask.length; i++, at += 4)
		if (mask[i] === 0) for (let c = 0; c < 3; c++) filled[at + c] = Math.round((sum[c] as number) / kept);
	const pixels = { ...patchOf({ width, height, data: filled }), mask };
	const rest = deviation(pixels.luma, mask);
	return rest < FLAT_BELOW ? `what is not green of it is flat (${rest.toFixed(1)} grey levels)` : { pixels, deviation: rest };
}
