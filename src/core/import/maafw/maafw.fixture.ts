// A project of our own, small enough to read: nodes as an object, and pictures that are a header and a seed.
import { utf8 } from '../../utf8.ts';
import { pngSize } from '../../unpack.ts';
import type { MaaTools } from './maafw.ts';
import type { Rgba } from '../../unpack.ts';

/**
 * A PNG as far as its header; the decoder of these tests makes the rest up.
 *
 * @param seed  0: one colour; 99: cannot be decoded
 * @param green  its left half is pure green
 */
export function fakePng(width: number, height: number, seed: number, { green = false } = {}): Uint8Array {
	const bytes = new Uint8Array(40);
	bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
	const view = new DataView(bytes.buffer);
	view.setUint32(16, width);
	view.setUint32(20, height);
	bytes[33] = seed;
	bytes[34] = green ? 1 : 0;
	return bytes;
}

export function picture(png: Uint8Array): Rgba {
	const { width, height } = pngSize(png) ?? { width: 0, height: 0 };
	const seed = png[33] ?? 0;
	if (seed === 99) throw new Error('broken on purpose');
	const data = new Uint8Array(4 * width * height).fill(255);
	let state = seed * 7919 + 17;
	for (let y = 0, at = 0; y < height; y++) {
		for (let x = 0; x < width; x++, at += 4) {
			state = (Math.imul(state, 1103515245) + 12345) >>> 0;
			const level = seed === 0 ? 90 : (state >>> 16) & 255;
			data.set(png[34] === 1 && x < width / 2 ? [0, 255, 0] : [level, (level * 3) & 255, 255 - level], at);
		}
	}
	return { width, height, data };
}

export const tools: MaaTools = { decodePng: picture, now: () => 1_700_000_000_000 };

/** A project whose one task begins at the first node, played in a window. */
export function project(
	pipeline: object,
	more: Readonly<Record<string, Uint8Array>> = {},
	controller: object = {},
): Record<string, Uint8Array> {
	const face = {
		name: 'Shop Keeper',
		controller: [{ name: 'pc', type: 'Win32', win32: { window_regex: 'Shop Keeper' }, ...controller }],
		resource: [{ name: 'all', path: ['resource'] }],
		task: Object.keys(pipeline)
			.slice(0, 1)
			.map((entry) => ({ name: 'Buy things', entry })),
	};
	return { 'interface.json': utf8(JSON.stringify(face)), 'resource/pipeline/main.json': utf8(JSON.stringify(pipeline)), ...more };
}
