// The wall around the companion. Order of every request: Host, then Origin, then token, then the size and type of its body, and
// only then its handler. A route that wants less says so in the table, where it can be seen.
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Control } from './control.ts';
import type { Door } from './feed/door.ts';
import { commonHeaders, pageHeaders } from './headers.ts';
import type { Pairing } from './pairing.ts';
import { BIND_LIMIT_BYTES } from './protocol.ts';
import { TokenBucket } from './rate.ts';
import { serveStatic } from './static-files.ts';

export const BODY_LIMIT_BYTES = 256 * 1024;
/** Connections to the control socket a minute. */
const CONNECTIONS_PER_MINUTE = 10;

export interface Answer {
	readonly status: number;
	/** JSON; `{ ok: true }` unless said. */
	readonly body?: unknown;
	/** In the place of JSON; its type stands in the headers. */
	readonly text?: string;
	readonly headers?: Readonly<Record<string, string>>;
}
export interface Call {
	/** Parts of the path that a `:name` of the route stands for. */
	readonly params: Readonly<Record<string, string>>;
	/** The page's origin; the companion's own for programs that send none. */
	readonly origin: string;
	/** Parsed JSON of a POST. */
	readonly body: unknown;
	readonly request: IncomingMessage;
	/** Aborts when the caller goes away. */
	readonly signal: AbortSignal;
}
export interface Route {
	readonly method: 'GET' | 'POST' | 'DELETE';
	/** `/tiers/:id`; a `:name` is one segment. */
	readonly path: string;
	/**
	 * `token`: an allowed Origin and its token. `origin`: an allowed Origin. `model`: no Origin or an allowed one, for calls as a
	 * model server gets them. `feed`: any Origin, and told so; numbers only.
	 */
	readonly needs: 'token' | 'origin' | 'model' | 'feed';
	readonly limitBytes?: number;
	readonly handle: (call: Call) => Answer | Promise<Answer>;
}

export interface ServerOptions {
	readonly port: number;
	/** The built page; undefined serves none. */
	readonly pageDir: string | undefined;
	readonly pairing: Pairing;
	readonly control: Control;
	readonly routes: readonly Route[];
	/** What it has is for any origin, read-only, and goes out past the table. */
	readonly feed?: Door;
	/** Answers a GET or HEAD of its own, or says that the path is none of its; `cors` holds what an allowed other origin needs. */
	readonly files?: (
		path: string,
		request: IncomingMessage,
		response: ServerResponse,
		cors: Readonly<Record<string, string>>,
	) => Promise<boolean>;
	/** Origins besides the companion's own that may pair, exact. */
	readonly extraOrigins?: readonly string[];
	readonly log: (line: string) => void;
}

export interface RunningServer {
	readonly port: number;
	readonly origin: string;
	close(): Promise<void>;
}

/** @throws the listen error with its `code`, `EADDRINUSE` when the port is taken */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
	const { pairing, control } = options;
	let port = options.port;
	const origins = (): readonly string[] => [`http://127.0.0.1:${port}`, ...(options.extraOrigins ?? [])];
	const routes = options.routes.map((route) => ({ route, parts: route.path.split('/') }));
	const sockets = new WebSocketServer({ noServer: true, maxPayload: BIND_LIMIT_BYTES, perMessageDeflate: false, clientTracking: false });
	const connections = new TokenBucket(CONNECTIONS_PER_MINUTE / 60, CONNECTIONS_PER_MINUTE);

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const host = onlyHeader(request, 'host');
		const target = request.url ?? '/';
		const path = target.split('?', 1)[0] ?? '/';
		if (
			host === `localhost:${port}` &&
			(request.method === 'GET' || request.method === 'HEAD') &&
			target.startsWith('/') &&
			!target.startsWith('//')
		) {
			// One origin, or the crystals would be in two places.
			response.writeHead(308, { ...commonHeaders(), Location: `http://127.0.0.1:${port}${target}` }).end();
			return;
		}
		if (host !== `127.0.0.1:${port}`) return refuse(response, 403, 'host', `This companion answers at http://127.0.0.1:${port} only.`);
		if (options.feed?.has(path)) return await options.feed.answer(path, request, response);
		const found = routes.map((r) => ({ ...r, params: match(r.parts, path) })).filter((r) => r.params !== undefined);
		if (found.length === 0) {
			if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 404, 'not-found', `There is no ${path} here.`);
			const asking = onlyHeader(request, 'origin');
			const shared = asking !== undefined && (options.extraOrigins ?? []).includes(asking) ? corsFor(asking) : {};
			if ((await options.files?.(path, request, response, shared)) === true) return;
			if (options.pageDir !== undefined && (await serveStatic(options.pageDir, port, path, request, response))) return;
			response
				.writeHead(404, { ...pageHeaders(port, path), 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-cache' })
				.end(`There is no ${path} here.\n`);
			return;
		}
		const here = found.find((r) => r.route.method === request.method || (r.route.method === 'GET' && request.method === 'HEAD'));
		const origin = onlyHeader(request, 'origin');
		const cors = origin !== undefined && (options.extraOrigins ?? []).includes(origin) ? corsFor(origin) : {};
		if (request.method === 'OPTIONS' && 'Access-Control-Allow-Origin' in cors) {
			response.writeHead(204, { ...commonHeaders(), ...cors }).end();
			return;
		}
		if (!here) return refuse(response, 405, 'method', `${request.method} is not for ${path}.`, cors);
		const { route, params } = here;
		const asked = originOf(request, origin, route.needs, origins());
		if (asked === undefined) return refuse(response, 403, 'origin', 'This page may not speak to the companion.');
		if (route.needs === 'token') {
			const bearer = /^Bearer ([0-9a-f]{64})$/.exec(onlyHeader(request, 'authorization') ?? '');
			if (!bearer?.[1] || !pairing.accepts(asked, bearer[1]))
				return refuse(response, 401, 'token', 'This page is not paired with the companion.', cors);
		}
		let body: unknown;
		if (route.method === 'POST') {
			const type = (onlyHeader(request, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
			if (type !== 'application/json') return refuse(response, 415, 'content-type', 'The body must be application/json.', cors);
			const read = await readJson(request, route.limitBytes ?? BODY_LIMIT_BYTES);
			if (!read.ok) return refuse(response, read.status, read.status === 413 ? 'too-big' : 'bad-json', read.message, cors);
			body = read.body;
		}
		const gone = new AbortController();
		response.on('close', () => gone.abort());
		const answer = await route.handle({ params: params ?? {}, origin: asked, body, request, signal: gone.signal });
		const feed = route.needs === 'feed' ? { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' } : {};
		response.writeHead(answer.status, {
			...commonHeaders(),
			'Content-Type': 'application/json; charset=utf-8',
			'Cache-Control': 'no-store',
			...cors,
			...feed,
			...answer.headers,
		});
		response.end(request.method === 'HEAD' ? undefined : (answer.text ?? `${JSON.stringify(answer.body ?? { ok: true })}\n`));
	}

	const server = createHttpServer({ maxHeaderSize: 16 * 1024, requireHostHeader: false }, (request, response) => {
		handle(request, response).catch((error: unknown) => {
			options.log(
				`${request.method} ${(request.url ?? '').split('?', 1)[0]} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
			);
			if (!response.headersSent) refuse(response, 500, 'failed', 'The companion failed; its terminal says how.');
			else response.destroy();
		});
	});
	server.requestTimeout = 60_000;
	server.headersTimeout = 10_000;

	server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		socket.on('error', () => socket.destroy());
		const deny = (status: string): void => {
			socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
		};
		if (onlyHeader(request, 'host') !== `127.0.0.1:${port}`) return deny('403 Forbidden');
		const path = request.url?.split('?', 1)[0] ?? '';
		if (options.feed?.has(path)) return options.feed.upgrade(path, request, socket, head);
		const origin = onlyHeader(request, 'origin');
		if (origin === undefined || !origins().includes(origin)) return deny('403 Forbidden');
		// The whole target, so that nothing can ride in a query.
		if (request.url !== '/control') return deny('404 Not Found');
		if (!connections.take()) return deny('429 Too Many Requests');
		sockets.handleUpgrade(request, socket, head, (ws) => control.accept(ws, origin));
	});

	await listen(server, port);
	const address = server.address();
	if (typeof address === 'object' && address) port = address.port;
	return {
		port,
		origin: `http://127.0.0.1:${port}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function listen(server: Server, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
			server.off('error', reject);
			resolve();
		});
	});
}

/** The header's value when it stands there exactly once. Node joins or drops a doubled one; the raw list tells. */
function onlyHeader(request: IncomingMessage, name: string): string | undefined {
	let value: string | undefined;
	let count = 0;
	for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
		if (request.rawHeaders[i]?.toLowerCase() === name) {
			value = request.rawHeaders[i + 1];
			count += 1;
		}
	}
	return count === 1 ? value : undefined;
}

function hasHeader(request: IncomingMessage, name: string): boolean {
	return request.rawHeaders.some((value, i) => i % 2 === 0 && value.toLowerCase() === name);
}

/** The origin the call counts as coming from, or undefined when it may not be made. */
function originOf(
	request: IncomingMessage,
	origin: string | undefined,
	needs: Route['needs'],
	allowed: readonly string[],
): string | undefined {
	const own = allowed[0];
	if (needs === 'feed') return origin ?? own;
	if (origin !== undefined) return allowed.includes(origin) ? origin : undefined;
	if (hasHeader(request, 'origin')) return undefined; // doubled
	if (needs === 'model') return own;
	// A browser leaves Origin out of a same-origin GET, and says so in a header that no page can set.
	const safe = request.method === 'GET' || request.method === 'HEAD';
	return safe && onlyHeader(request, 'sec-fetch-site') === 'same-origin' ? own : undefined;
}

function match(parts: readonly string[], path: string): Record<string, string> | undefined {
	const segments = path.split('/');
	const params: Record<string, string> = {};
	// A `:name` at the end of a tier's route is one segment; `chat/completions` is spelt out in the table.
	if (segments.length !== parts.length) return undefined;
	for (let i = 0; i < parts.length; i++) {
		const part = parts[i] ?? '';
		const segment = segments[i] ?? '';
		if (part.startsWith(':')) params[part.slice(1)] = segment;
		else if (part !== segment) return undefined;
	}
	return params;
}

function corsFor(origin: string): Record<string, string> {
	return {
		'Access-Control-Allow-Origin': origin,
		'Access-Control-Allow-Headers': 'authorization, content-type, x-falsework-session',
		'Access-Control-Allow-Methods': 'GET, POST, DELETE',
		'Access-Control-Expose-Headers': 'x-falsework-tries, x-falsework-usd, x-falsework-ms',
		'Access-Control-Allow-Private-Network': 'true',
		'Cross-Origin-Resource-Policy': 'cross-origin',
		Vary: 'Origin',
	};
}

function refuse(response: ServerResponse, status: number, kind: string, message: string, headers: Record<string, string> = {}): void {
	response.writeHead(status, {
		...commonHeaders(),
		'Content-Type': 'application/json; charset=utf-8',
		'Cache-Control': 'no-store',
		Connection: 'close',
		...headers,
	});
	response.end(`${JSON.stringify({ error: { kind, message } })}\n`);
}

type Json = { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly status: 400 | 413; readonly message: string };

async function readJson(request: IncomingMessage, limit: number): Promise<Json> {
	const tooBig: Json = { ok: false, status: 413, message: `The body is over ${limit} bytes.` };
	if (Number(request.headers['content-length'] ?? 0) > limit) return tooBig;
	const parts: Buffer[] = [];
	let size = 0;
	for await (const part of request as AsyncIterable<Buffer>) {
		size += part.length;
		if (size > limit) return tooBig;
		parts.push(part);
	}
	try {
		const body: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'), (name, value: unknown) => {
			if (name === '__proto__') throw new SyntaxError('a "__proto__" key');
			return value;
		});
		return { ok: true, body };
	} catch (error) {
		return { ok: false, status: 400, message: `The body is not JSON: ${error instanceof Error ? error.message : String(error)}` };
	}
}
