// The feed's door, the same in the companion and in the relay: numbers go out to whoever asks, and nothing comes in. There is no
// route here that changes anything, no token is read and no cookie set.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { readOptions } from '../../core/feed/options.ts';
import { commonHeaders } from '../headers.ts';
import { TokenBucket } from '../rate.ts';
import { embedPage, fragment, fragmentEvents, snapshotEvent } from './documents.ts';
import type { Feed } from './feed.ts';
import { type Outlet, Viewer } from './viewer.ts';

/** A browser whose stream broke comes back after this long. */
const RETRY_MS = 2000;
const HEARTBEAT_MS = 15_000;
/** What htmx asks with; everything else needs no permission. */
const HTMX_HEADERS =
	'hx-boosted, hx-current-url, hx-history-restore-request, hx-prompt, hx-request, hx-target, hx-trigger, hx-trigger-name';

const STREAMS = ['/scorecard/events', '/embed/scorecard/events'];
const SOCKETS = ['/scorecard', '/embed/scorecard/ws'];
const DOCUMENTS = ['/scorecard.json', '/graduation.json', '/embed/scorecard', '/embed/scorecard.html'];
const FILES: Readonly<Record<string, string>> = {
	'/embed/scorecard.js': 'text/javascript; charset=utf-8',
	'/embed/scorecard.css': 'text/css; charset=utf-8',
};

export interface DoorOptions {
	readonly feed: Feed;
	/** The built page, in which `embed/` lies; undefined serves no script. */
	readonly pageDir: string | undefined;
	/** Where the embedded page gets its numbers, relative to itself, for the query it was asked with. */
	readonly source: (query: URLSearchParams) => string;
	/** Also sockets, which a relay has not. */
	readonly sockets: boolean;
	/** Exact origins that may read; empty lets any. */
	readonly origins: readonly string[];
	/** The program's own. */
	readonly self: () => string;
	readonly mostViewers: number;
	/** One page shall not take all places; sandboxed ones share the origin `null`. */
	readonly mostOfOneOrigin: number;
	/** Snapshots go out no closer than this. */
	readonly gapMs: number;
	readonly steady?: () => number;
}

interface Watching {
	/** '' when none was named. */
	readonly origin: string;
	/** The message of now. */
	readonly compose: () => string;
	readonly fragments: boolean;
	readonly socket: boolean;
}

export class Door {
	private readonly options: DoorOptions;
	private readonly viewers = new Map<Viewer, Watching>();
	private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false, clientTracking: false });
	private readonly openings: TokenBucket;
	private readonly steady: () => number;
	private readonly stopHearing: () => void;
	private readonly timer: NodeJS.Timeout;
	private sentAt = -Infinity;
	private sending: NodeJS.Timeout | undefined;
	private nudgedAt: number;
	private toldStale = false;

	constructor(options: DoorOptions) {
		this.options = options;
		this.steady = options.steady ?? (() => performance.now());
		// All may come back at once, after that a sixth each second.
		this.openings = new TokenBucket(options.mostViewers / 6, options.mostViewers, this.steady);
		this.nudgedAt = this.steady();
		this.stopHearing = options.feed.onTaken(() => this.taken());
		this.timer = setInterval(() => this.watch(), 1000);
		this.timer.unref();
	}

	get watching(): number {
		return this.viewers.size;
	}

	/** Whether an address is the feed's. */
	has(path: string): boolean {
		return (
			STREAMS.includes(path) || DOCUMENTS.includes(path) || FILES[path] !== undefined || (this.options.sockets && SOCKETS.includes(path))
		);
	}

	/** Answers a request whose Host was checked. */
	async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
		const query = queryOf(request);
		const { origin } = request.headers;
		const headers = { ...commonHeaders(), ...this.shared(path, origin) };
		const end = (status: number, type: string, body: string, more: Readonly<Record<string, string>> = {}): void => {
			response.writeHead(status, { ...headers, 'Content-Type': type, 'Cache-Control': 'no-store', ...more });
			response.end(request.method === 'HEAD' ? undefined : body);
		};
		const refuse = (status: number, message: string, more: Readonly<Record<string, string>> = {}): void =>
			end(status, JSON_TYPE, `${JSON.stringify({ error: { kind: 'feed', message } })}\n`, { Connection: 'close', ...more });
		if (!this.mayRead(origin)) return refuse(403, 'This site is not among those that may read the scorecard (--feed-origin).');
		if (request.method === 'OPTIONS') {
			response.writeHead(204, {
				...headers,
				'Access-Control-Allow-Methods': 'GET, HEAD',
				'Access-Control-Allow-Headers': HTMX_HEADERS,
				'Access-Control-Max-Age': '600',
			});
			response.end();
			return;
		}
		if (request.method !== 'GET' && request.method !== 'HEAD')
			return refuse(405, 'The scorecard is read, never written.', { Allow: 'GET, HEAD, OPTIONS' });
		const { feed } = this.options;
		const options = readOptions((name) => query.get(name));
		const type = FILES[path];
		if (type !== undefined) {
			const file = await this.file(path);
			return file === undefined ? refuse(404, 'The page is not built here.') : end(200, type, file, { 'Cache-Control': 'no-cache' });
		}
		switch (path) {
			case '/scorecard.json':
				return end(200, JSON_TYPE, `${JSON.stringify(feed.told)}\n`);
			case '/graduation.json':
				return end(200, JSON_TYPE, `${JSON.stringify(graduationOf(feed))}\n`);
			case '/embed/scorecard':
				return end(200, HTML_TYPE, embedPage(this.options.source(query), options), this.pageHeaders());
			case '/embed/scorecard.html':
				return end(200, HTML_TYPE, `${fragment(feed, options)}\n`);
			case '/scorecard/events':
				return this.stream(request, response, headers, () => snapshotEvent(feed), false);
			case '/embed/scorecard/events':
				return this.stream(request, response, headers, () => fragmentEvents(feed, options), true);
			default:
				return refuse(426, 'A WebSocket is spoken here; /scorecard.json and /scorecard/events are for HTTP.', { Upgrade: 'websocket' });
		}
	}

	/** Takes a socket over whose Host was checked. */
	upgrade(path: string, request: IncomingMessage, socket: Duplex, head: Buffer): void {
		const deny = (status: string): void => {
			socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
		};
		const { feed } = this.options;
		const { origin = '' } = request.headers;
		if (!this.options.sockets || !SOCKETS.includes(path)) return deny('404 Not Found');
		if (!this.mayRead(origin === '' ? undefined : origin)) return deny('403 Forbidden');
		if (!this.mayOpen(origin)) return deny('503 Service Unavailable');
		const query = queryOf(request);
		const options = readOptions((name) => query.get(name));
		const fragments = path === '/embed/scorecard/ws';
		const compose = fragments ? () => fragment(feed, options, true) : () => JSON.stringify(feed.told);
		this.sockets.handleUpgrade(request, socket, head, (ws) => {
			const outlet: Outlet = { write: (text, left) => ws.send(text, left), end: () => ws.terminate() };
			this.keepAlive(ws, this.admit(outlet, { origin, compose, fragments, socket: true }));
		});
	}

	/** Nobody's word is listened to here; a pong says that somebody is still there. */
	private keepAlive(ws: WebSocket, leave: () => void): void {
		let alive = true;
		const ping = setInterval(() => {
			if (!alive) return ws.terminate();
			alive = false;
			ws.ping();
		}, HEARTBEAT_MS);
		ping.unref();
		ws.on('pong', () => {
			alive = true;
		});
		ws.on('error', () => ws.terminate());
		ws.on('close', () => {
			clearInterval(ping);
			leave();
		});
	}

	private stream(
		request: IncomingMessage,
		response: ServerResponse,
		headers: Readonly<Record<string, string>>,
		compose: () => string,
		fragments: boolean,
	): void {
		const { origin = '' } = request.headers;
		const open = request.method === 'HEAD' || this.mayOpen(origin);
		response.writeHead(open ? 200 : 503, {
			...headers,
			'Cache-Control': 'no-store',
			...(open ? { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' } : { 'Retry-After': '10' }),
		});
		if (!open || request.method === 'HEAD') {
			response.end();
			return;
		}
		request.socket.setNoDelay(true);
		const outlet: Outlet = { write: (text, left) => void response.write(text, left), end: () => response.destroy() };
		response.write(`retry: ${RETRY_MS}\n\n`);
		response.on('close', this.admit(outlet, { origin, compose, fragments, socket: false }));
	}

	/** @returns takes the viewer out again */
	private admit(outlet: Outlet, watching: Watching): () => void {
		const viewer = new Viewer(outlet, this.steady);
		this.viewers.set(viewer, watching);
		// Before the first snapshot there is nothing to show, and a viewer may have a good one from before.
		if (this.options.feed.newest !== undefined) viewer.send(watching.compose);
		return () => void this.viewers.delete(viewer);
	}

	private mayRead(origin: string | undefined): boolean {
		const { origins, self } = this.options;
		return origins.length === 0 || origin === undefined || origin === self() || origins.includes(origin);
	}

	private mayOpen(origin: string): boolean {
		const { mostViewers, mostOfOneOrigin } = this.options;
		const alike = [...this.viewers.values()].filter((viewer) => viewer.origin === origin).length;
		return this.viewers.size < mostViewers && alike < mostOfOneOrigin && this.openings.take();
	}

	/** What lets another origin read. htmx opens its streams as if there were cookies, for which `*` is not enough. */
	private shared(path: string, origin: string | undefined): Record<string, string> {
		const named = origin !== undefined && (this.options.origins.length > 0 || STREAMS.includes(path));
		return {
			'Cross-Origin-Resource-Policy': 'cross-origin',
			...(named
				? {
						'Access-Control-Allow-Origin': this.mayRead(origin) ? origin : this.options.self(),
						'Access-Control-Allow-Credentials': 'true',
						Vary: 'Origin',
					}
				: { 'Access-Control-Allow-Origin': '*' }),
		};
	}

	/** The page's own walls: it reads the feed, runs one script, and is cut off from what the program's other page keeps. */
	private pageHeaders(): Record<string, string> {
		const { origins, self } = this.options;
		const narrowed = origins.length > 0;
		return {
			'Content-Security-Policy': [
				"default-src 'none'",
				"script-src 'self'",
				`connect-src 'self' ${self().replace(/^http/, 'ws')}`,
				// Left out, and not `*`, where any may: a file on the streamer's disk is matched by no source.
				...(narrowed ? [`frame-ancestors 'self' ${origins.join(' ')}`] : []),
				"base-uri 'none'",
				"form-action 'none'",
				"require-trusted-types-for 'script'",
				"trusted-types 'none'",
				// With an origin of its own the page can prove which one it is, where only some may read.
				`sandbox allow-scripts${narrowed ? ' allow-same-origin' : ''}`,
			].join('; '),
			'Cross-Origin-Embedder-Policy': 'require-corp',
			'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), display-capture=()',
		};
	}

	private async file(path: string): Promise<string | undefined> {
		if (this.options.pageDir === undefined) return undefined;
		// A build may come while this runs.
		return await readFile(join(this.options.pageDir, path), 'utf8').catch(() => undefined);
	}

	private taken(): void {
		this.toldStale = false;
		const wait = this.sentAt + this.options.gapMs - this.steady();
		if (wait <= 0) this.sendAll();
		else this.sending ??= setTimeout(() => this.sendAll(), wait);
	}

	private sendAll(): void {
		clearTimeout(this.sending);
		this.sending = undefined;
		this.sentAt = this.steady();
		for (const [viewer, { compose }] of this.viewers) viewer.send(compose);
	}

	private watch(): void {
		for (const [viewer] of this.viewers) if (viewer.stuck) viewer.end();
		// Fragments have no clock of their own: that nothing comes any more has to be said to them.
		if (!this.toldStale && this.options.feed.staleSince !== null) {
			this.toldStale = true;
			for (const [viewer, { compose, fragments }] of this.viewers) if (fragments) viewer.send(compose);
		}
		if (this.steady() - this.nudgedAt < HEARTBEAT_MS) return;
		this.nudgedAt = this.steady();
		for (const [viewer, { socket }] of this.viewers) if (!socket) viewer.nudge(':\n\n');
	}

	close(): void {
		this.stopHearing();
		clearInterval(this.timer);
		clearTimeout(this.sending);
		for (const viewer of this.viewers.keys()) viewer.end();
	}
}

function queryOf(request: IncomingMessage): URLSearchParams {
	return new URLSearchParams((request.url ?? '').split('?', 2)[1] ?? '');
}

const JSON_TYPE = 'application/json; charset=utf-8';
const HTML_TYPE = 'text/html; charset=utf-8';
/** Whoever keeps these, one a minute, can say later what stood in the ledger when. */
function graduationOf({ newest, ageMs }: Feed): object {
	const told = newest?.graduation;
	return {
		falsework: 1,
		evaluated: told !== undefined,
		...(told ?? { graduated: null, conditions: [], head: null, key: null }),
		ageMs: Math.round(ageMs ?? 0),
	};
}
