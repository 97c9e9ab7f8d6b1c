// A small file server for benches and proofs, with the isolation headers of the real one. The companion is the real one.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.mjs': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.json': 'application/json; charset=utf-8',
	'.webmanifest': 'application/manifest+json',
	'.wasm': 'application/wasm',
	'.png': 'image/png',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain; charset=utf-8',
};
/** What a host compresses; pictures and weights gain nothing. */
const PACKED = new Set(['.html', '.js', '.mjs', '.css', '.json', '.webmanifest', '.svg', '.txt', '.wasm']);
const EMPTY =
	'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Falsework</title><link rel="icon" href="data:,"></head><body></body></html>';

/**
 * Serves a folder on 127.0.0.1.
 *
 * @param {string} folder
 * @param {{ port?: number, also?: Readonly<Record<string, string>>, sent?: (path: string, bytes: number) => void }} options  port 0
 *   (default) takes a free one; `also` gives other folders by the address they are served under, `/weights/`; with `sent` files go
 *   compressed, as a host on the web sends them, and it hears the bytes of each
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>} `/empty.html` is an empty page of that origin
 */
export async function serveFolder(folder, { port = 0, also = {}, sent } = {}) {
	const packed = new Map();
	const server = createServer((request, response) => {
		const headers = {
			'Cross-Origin-Opener-Policy': 'same-origin',
			'Cross-Origin-Embedder-Policy': 'require-corp',
			'Cross-Origin-Resource-Policy': 'same-origin',
			'Cache-Control': 'no-store',
		};
		const path = decodeURIComponent(new URL(request.url ?? '/', 'http://127.0.0.1').pathname);
		if (path === '/empty.html') {
			response.writeHead(200, { ...headers, 'Content-Type': TYPES['.html'] }).end(EMPTY);
			return;
		}
		const [prefix, under] = Object.entries(also).find(([address]) => path.startsWith(address)) ?? ['/', folder];
		const file = normalize(join(under, path === '/' ? 'index.html' : path.slice(prefix.length)));
		if (!file.startsWith(under + sep) || !existsSync(file) || !statSync(file).isFile()) {
			response.writeHead(404, headers).end();
			return;
		}
		const type = TYPES[extname(file)] ?? 'application/octet-stream';
		if (sent !== undefined) {
			const small = PACKED.has(extname(file));
			if (!packed.has(file)) packed.set(file, small ? gzipSync(readFileSync(file), { level: 9 }) : readFileSync(file));
			const body = packed.get(file);
			sent(path, body.length);
			const coding = small ? { 'Content-Encoding': 'gzip' } : {};
			response.writeHead(200, { ...headers, ...coding, 'Content-Type': type, 'Content-Length': body.length }).end(body);
			return;
		}
		response.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': statSync(file).size });
		createReadStream(file).pipe(response);
	});
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	return {
		origin: `http://127.0.0.1:${server.address().port}`,
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(resolve);
			}),
	};
}
