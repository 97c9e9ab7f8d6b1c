// Serves the built page, and files of models. A path is looked up segment by segment under the page's folder, so there is no way to
// name a file outside it. `/` is index.html and `/name` is name.html; there is no listing and no other fallback.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { commonHeaders, pageHeaders } from './headers.ts';

const TYPES: Readonly<Record<string, string>> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.mjs': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.json': 'application/json; charset=utf-8',
	'.webmanifest': 'application/manifest+json; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.jpg': 'image/jpeg',
	'.webp': 'image/webp',
	'.ico': 'image/x-icon',
	'.wasm': 'application/wasm',
	'.woff2': 'font/woff2',
	'.txt': 'text/plain; charset=utf-8',
	'.md': 'text/markdown; charset=utf-8',
	'.map': 'application/json; charset=utf-8',
	'.mp4': 'video/mp4',
	'.webm': 'video/webm',
};

/** Decoded path segments, or undefined for a path that tries to leave, hides something, or is not a path. */
export function segmentsOf(path: string): readonly string[] | undefined {
	let decoded: string;
	try {
		decoded = decodeURIComponent(path);
	} catch {
		return undefined;
	}
	if (!decoded.startsWith('/')) return undefined;
	const segments = decoded.slice(1).split('/');
	const bad = segments.some((s, i) => (s === '' && i < segments.length - 1) || s.startsWith('.') || /[\\\0:]/.test(s));
	return bad ? undefined : segments;
}

/** Answers a GET or HEAD from the folder. @returns false when there is no such file */
export async function serveStatic(
	root: string,
	port: number,
	path: string,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<boolean> {
	const segments = segmentsOf(path === '/' ? '/index.html' : /\/[^./]+$/.test(path) ? `${path}.html` : path);
	if (!segments) return false;
	let file: string;
	let size: number;
	let modified: number;
	try {
		file = await realpath(join(root, ...segments));
		// A link in the folder could still point elsewhere.
		if (!file.startsWith((await realpath(root)) + sep)) return false;
		const info = await stat(file);
		if (!info.isFile()) return false;
		size = info.size;
		modified = info.mtimeMs;
	} catch {
		return false;
	}
	const name = segments.at(-1) ?? '';
	const hashed = path.startsWith('/assets/') && /[-.][\w-]{8,}\.\w+$/.test(name);
	const etag = `"${createHash('sha256').update(`${file} ${size} ${modified}`).digest('hex').slice(0, 24)}"`;
	send({ file, size, etag }, request, response, {
		...pageHeaders(port, path),
		'Content-Type': TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream',
		'Cache-Control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
	});
	return true;
}

export interface Sendable {
	readonly file: string;
	readonly size: number;
	/** With its quotes. */
	readonly etag: string;
}

/** Sends a file, or the part of it that was asked for. */
export function send(
	{ file, size, etag }: Sendable,
	request: IncomingMessage,
	response: ServerResponse,
	given: Readonly<Record<string, string>>,
): void {
	const headers: Record<string, string> = { ...given, 'Accept-Ranges': 'bytes', ETag: etag };
	if (request.headers['if-none-match'] === etag) {
		response.writeHead(304, headers).end();
		return;
	}
	const range = rangeOf(request, size, etag);
	if (range === 'unsatisfiable') {
		response.writeHead(416, { ...commonHeaders(), 'Content-Range': `bytes */${size}` }).end();
		return;
	}
	const [start, end] = range ?? [0, size - 1];
	if (range) headers['Content-Range'] = `bytes ${start}-${end}/${size}`;
	headers['Content-Length'] = String(size === 0 ? 0 : end - start + 1);
	response.writeHead(range ? 206 : 200, headers);
	if (request.method === 'HEAD' || size === 0) {
		response.end();
		return;
	}
	const stream = createReadStream(file, { start, end });
	stream.on('error', () => response.destroy());
	response.on('close', () => stream.destroy());
	stream.pipe(response);
}

function rangeOf(request: IncomingMessage, size: number, etag: string): readonly [number, number] | 'unsatisfiable' | undefined {
	const header = request.headers.range;
	const condition = request.headers['if-range'];
	if (header === undefined || (condition !== undefined && condition !== etag)) return undefined;
	const match = /^bytes=(\d*)-(\d*)$/.exec(header);
	if (!match || (match[1] === '' && match[2] === '')) return undefined;
	const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
	const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
	return start <= end && start < size ? [start, end] : 'unsatisfiable';
}
