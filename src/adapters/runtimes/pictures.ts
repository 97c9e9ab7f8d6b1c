// Pictures that a person brings, opened by the browser.
import { RuntimeError } from '../../core/models/runtime.ts';
import type { Pictures } from './trial.ts';

/** 4K and a bit: no screenshot is larger, and a decoded pixel takes four bytes. */
const PIXELS_MAX = 16_000_000;

async function drawn(bytes: Uint8Array): Promise<OffscreenCanvas> {
	let bitmap: ImageBitmap;
	try {
		bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]));
	} catch (cause) {
		throw new RuntimeError('bad-input', 'That file is no picture this browser can open; choose a PNG or JPEG.', { cause });
	}
	try {
		const { width, height } = bitmap;
		if (width * height > PIXELS_MAX)
			throw new RuntimeError('bad-input', `The picture is ${width} × ${height} pixels; choose a smaller one.`);
		const canvas = new OffscreenCanvas(width, height);
		canvas.getContext('2d', { willReadFrequently: true })?.drawImage(bitmap, 0, 0);
		return canvas;
	} finally {
		bitmap.close();
	}
}

export const pictures: Pictures = {
	async pixels(bytes) {
		const canvas = await drawn(bytes);
		const { width, height } = canvas;
		const data = canvas.getContext('2d', { willReadFrequently: true })?.getImageData(0, 0, width, height).data;
		if (data === undefined) throw new RuntimeError('unsupported', 'This browser draws no pictures in a worker.');
		return { width, height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
	},
	async png(bytes) {
		const isPng = bytes[0] === 0x89 && bytes[1] === 0x50;
		if (isPng) return bytes;
		const blob = await (await drawn(bytes)).convertToBlob({ type: 'image/png' });
		return new Uint8Array(await blob.arrayBuffer());
	},
};
