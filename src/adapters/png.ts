// A picture for a model's question or a person's preview. The one place where a canvas is right: it runs only when a call is
// about to be paid for.
import { blacken, masksIn } from '../core/consent.ts';
import { type Box, clip } from '../core/geometry.ts';
import type { Frame } from '../core/ports.ts';
import type { Colour } from '../core/perception/pixels.ts';
import { type Grey, greyOf, MAX_PIXELS, pngSize, type Rgba } from '../core/unpack.ts';

/** Full-range BT.601 stands in when a source did not say. */
const DEFAULT: Colour = { matrix: 'bt601', fullRange: true };

/** Red, green, blue, alpha of a part of a frame, from its luma and half-size chroma. */
export function frameToRgba(
	frame: Frame & { readonly colour?: Colour },
	roi?: Box,
): { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> } {
	const part = clip(roi ?? [0, 0, frame.width, frame.height], frame);
	if (part === undefined)
		throw new Error(`The part [${(roi ?? []).join(', ')}] lies outside the frame of ${frame.width} × ${frame.height}.`);
	const [x0, y0, width, height] = part;
	const { matrix, fullRange } = frame.colour ?? DEFAULT;
	const [kr, kb] = matrix === 'bt709' ? [0.2126, 0.0722] : [0.299, 0.114];
	const kg = 1 - kr - kb;
	const gain = fullRange ? 1 : 255 / 219;
	const lift = fullRange ? 0 : 16;
	const chromaGain = fullRange ? 1 : 255 / 224;
	const rv = 2 * (1 - kr) * chromaGain;
	const bu = 2 * (1 - kb) * chromaGain;
	const gu = (-2 * (1 - kb) * kb * chromaGain) / kg;
	const gv = (-2 * (1 - kr) * kr * chromaGain) / kg;
	const data = new Uint8ClampedArray(width * height * 4);
	const { u, v, chromaStride = 0 } = frame;
	for (let y = 0, to = 0; y < height; y++) {
		let from = (y0 + y) * frame.stride + x0;
		const line = ((y0 + y) >> 1) * chromaStride;
		for (let x = 0; x < width; x++, from++, to += 4) {
			const luma = ((frame.luma[from] as number) - lift) * gain;
			const at = line + ((x0 + x) >> 1);
			const du = u ? (u[at] as number) - 128 : 0;
			const dv = v ? (v[at] as number) - 128 : 0;
			data[to] = luma + rv * dv;
			data[to + 1] = luma + gu * du + gv * dv;
			data[to + 2] = luma + bu * du;
			data[to + 3] = 255;
		}
	}
	return { width, height, data };
}

/**
 * @param hide  parts painted black before the picture leaves (chat, names), frame pixels
 */
export async function encodePng(frame: Frame & { readonly colour?: Colour }, roi?: Box, hide: readonly Box[] = []): Promise<Uint8Array> {
	const { width, height, data } = frameToRgba(frame, roi);
	const part = clip(roi ?? [0, 0, frame.width, frame.height], frame) as Box;
	const canvas = new OffscreenCanvas(width, height);
	const context = canvas.getContext('2d', { willReadFrequently: true });
	if (context === null) throw new Error('This browser gives no 2D canvas to encode the picture with.');
	blacken(data, { width, height }, masksIn(hide, part));
	context.putImageData(new ImageData(data, width, height), 0, 0);
	const blob = await canvas.convertToBlob({ type: 'image/png' });
	return new Uint8Array(await blob.arrayBuffer());
}

/**
 * The grey picture in a PNG, as `encodePng` wrote it, byte for byte.
 *
 * @throws Error when it is no PNG, has more than 16 million pixels, or is not grey and opaque
 */
export async function decodeGrey(png: Uint8Array): Promise<Grey> {
	return greyOf(await decodeRgba(png));
}

/**
 * Red, green, blue and alpha of a PNG, as they stand in the file.
 *
 * @throws Error when it is no PNG or has more than 16 million pixels
 */
export async function decodeRgba(png: Uint8Array): Promise<Rgba> {
	const size = pngSize(png);
	if (size === undefined) throw new Error('It is no PNG.');
	const { width, height } = size;
	// Known before decoding: a few bytes can name a picture of gigabytes.
	if (width * height > MAX_PIXELS) throw new Error(`It has ${width} × ${height} pixels; ${MAX_PIXELS} are the most.`);
	// Colours as they stand in the file: a profile or gamma in it would change the bytes.
	const options: ImageBitmapOptions = { colorSpaceConversion: 'none', premultiplyAlpha: 'none' };
	const bitmap = await createImageBitmap(new Blob([png as Uint8Array<ArrayBuffer>], { type: 'image/png' }), options);
	try {
		if (bitmap.width !== width || bitmap.height !== height) throw new Error(`It was decoded as ${bitmap.width} × ${bitmap.height} pixels.`);
		const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
		if (context === null) throw new Error('This browser gives no 2D canvas to read the picture with.');
		context.drawImage(bitmap, 0, 0);
		const { data } = context.getImageData(0, 0, width, height);
		return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
	} finally {
		bitmap.close();
	}
}
