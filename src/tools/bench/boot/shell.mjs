// What the page weighs before any model or engine: the files that its service worker keeps at install, and what a first visit fetches.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { listKept } from '../../service-worker.mjs';

/** Most bytes of the shell, compressed. */
export const SHELL_BYTES = 1_000_000;
/** Pictures are compressed already. */
const PACKED = /\.(png|jpg|woff2)$/;
/** Engines and weights, which the limit leaves out: they come when play begins. */
const LATER = /^(ort|wllama)\/|^models\/.+\/|^assets\/(opencv\.worker|onnxruntime|transformers)-/;

/** @returns {{ files: number, bytes: number }} the precache list as a compressing host sends it */
export function shellOf(folder) {
	const { shell } = listKept(folder);
	const sizes = shell.map(({ url }) => {
		const file = readFileSync(join(folder, url));
		return PACKED.test(url) ? file.length : gzipSync(file, { level: 9 }).length;
	});
	return { files: sizes.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
}

/** Whether an address below the page's folder belongs to the shell. */
export const isShell = (address) => !LATER.test(address.replace(/^\//, ''));
