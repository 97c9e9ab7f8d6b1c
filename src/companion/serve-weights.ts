// The folder of models as the page reads it: `/weights/index.json` lists it, `/weights/ID/PATH` is a file. Read-only, by GET with Range,
// and for the companion's own page unless an origin was allowed by name.
import { statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { commonHeaders } from './headers.ts';
import { segmentsOf, send } from './static-files.ts';
import type { Weights } from './weights.ts';

const FOLDER = 'weights';

/** @returns false when the path is not of this folder */
export function serveWeights(
	weights: Weights,
	path: string,
	request: IncomingMessage,
	response: ServerResponse,
	cors: Readonly<Record<string, string>>,
): boolean {
	if (path !== `/${FOLDER}` && !path.startsWith(`/${FOLDER}/`)) return false;
	const headers = {
		...commonHeaders(),
		...cors,
		...('Access-Control-Allow-Origin' in cors ? { 'Access-Control-Expose-Headers': 'Content-Range' } : {}),
	};
	const segments = segmentsOf(path)?.slice(1) ?? [];
	if (segments.length === 1 && segments[0] === 'index.json') {
		response
			.writeHead(200, { ...headers, 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
			.end(request.method === 'HEAD' ? undefined : JSON.stringify(weights.list()));
		return true;
	}
	const [id, ...rest] = segments;
	const file = id === undefined ? undefined : weights.pathOf(id, rest.join('/'));
	if (file === undefined) {
		response
			.writeHead(404, { ...headers, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
			.end(`There is no ${path} here. "falsework models list" says what there is.\n`);
		return true;
	}
	// A blob is named by what it hashes to, so its name is its ETag.
	send({ file, size: statSync(file).size, etag: `"${file.slice(-64)}"` }, request, response, {
		...headers,
		'Content-Type': 'application/octet-stream',
		'Cache-Control': 'no-cache',
	});
	return true;
}
