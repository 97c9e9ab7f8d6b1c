// Fans the feed out for a public site: it reads one feed for ever, and hands on a snapshot a second at most, as late as the streamer
// wants. It knows numbers only, and its key opens nothing but them.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { readTold, type ToldSnapshot } from '../../core/feed/snapshot.ts';
import { ensurePrivateDir, writePrivate } from '../files.ts';
import { equalSecrets } from '../pairing.ts';
import { Door } from './door.ts';
import { Feed } from './feed.ts';

export const RELAY_PORT = 4954;
/** Snapshots go out no closer than this. */
const RELAY_GAP_MS = 1000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
/** The feed gives a sign of life every 15 seconds. */
const SILENCE_MS = 40_000;
/** Longest event that is read; a snapshot is a quarter of it. */
const EVENT_LIMIT = 32_768;

export interface RelayOptions {
	/** Address of a companion, or of another relay with its `?key=`. */
	readonly from: URL;
	readonly host: string;
	readonly port: number;
	readonly delayMs: number;
	readonly mostViewers: number;
	readonly origins: readonly string[];
	/** undefined: anybody may read. */
	readonly key: string | undefined;
	readonly pageDir: string | undefined;
	readonly log: (line: string) => void;
}
export interface Relay {
	readonly origin: string;
	readonly feed: Feed;
	close(): Promise<void>;
}

/** The key of the folder, made when there is none or a new one is wanted. */
export function relayKey(dataDir: string, fresh: boolean): string {
	const path = join(dataDir, 'relay-key');
	const kept = !fresh && existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
	if (/^[0-9a-f]{32}$/.test(kept)) return kept;
	const key = randomBytes(16).toString('hex');
	ensurePrivateDir(dataDir);
	writePrivate(path, `${key}\n`);
	return key;
}

/** @throws the listen error with its `code`, `EADDRINUSE` when the port is taken */
export async function startRelay(options: RelayOptions): Promise<Relay> {
	const { key, log } = options;
	const feed = new Feed();
	let origin = '';
	const door = new Door({
		feed,
		pageDir: options.pageDir,
		source: (query) => `../scorecard/events${query.has('key') ? `?key=${encodeURIComponent(query.get('key') ?? '')}` : ''}`,
		sockets: false,
		origins: options.origins,
		self: () => origin,
		mostViewers: options.mostViewers,
		// They all come from the one site that it is for.
		mostOfOneOrigin: options.mostViewers,
		gapMs: RELAY_GAP_MS,
	});
	let connected = false;

	function handle(request: IncomingMessage, response: ServerResponse): void {
		const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
		const say = (status: number, body: unknown): void => {
			const type = { 'Content-Type': 'application/json; charset=utf-8', 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' };
			response.writeHead(status, type).end(`${JSON.stringify(body)}\n`);
		};
		if (path === '/health')
			return say(200, { name: 'falsework-relay', ok: connected, viewers: door.watching, ageMs: Math.round(feed.ageMs ?? -1) });
		if (!door.has(path)) return say(404, { error: { kind: 'not-found', message: `There is no ${path} here.` } });
		// The script and the sheet are the same for everybody; a browser asks beforehand without a key.
		const open = path.endsWith('.js') || path.endsWith('.css') || request.method === 'OPTIONS';
		const shown = new URLSearchParams(query).get('key') ?? /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
		if (!open && key !== undefined && !equalSecrets(shown, key))
			return say(401, { error: { kind: 'key', message: 'The key is missing or wrong: append ?key=… as the relay showed it.' } });
		door.answer(path, request, response).catch((error: unknown) => {
			log(`${path} failed: ${error instanceof Error ? error.message : String(error)}`);
			response.destroy();
		});
	}

	const server = createServer({ maxHeaderSize: 16 * 1024 }, handle);
	server.requestTimeout = 60_000;
	server.headersTimeout = 10_000;
	try {
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen({ port: options.port, host: options.host, exclusive: true }, resolve);
		});
	} catch (error) {
		door.close();
		throw error;
	}
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : options.port;
	origin = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;

	const later = new Later(options.delayMs, ({ ageMs, ...snapshot }) => {
		const why = feed.take(snapshot, ageMs);
		if (why !== '') log(`A snapshot was refused: ${why}.`);
	});
	const ended = new AbortController();
	void follow(options.from, ended.signal, {
		told(snapshot) {
			// Nothing yet, said by one that was started anew, takes nothing away.
			if (snapshot.session !== '') later.add(snapshot);
		},
		state(on, why) {
			if (on !== connected) log(on ? `Reading ${options.from.origin}.` : `Lost ${options.from.origin}: ${why}. Trying again for ever.`);
			connected = on;
		},
		refused: (why) => log(`${options.from.origin} told no scorecard: ${why}.`),
	});
	return {
		origin,
		feed,
		close: () =>
			new Promise((resolve) => {
				ended.abort();
				later.clear();
				door.close();
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

/** Holds what comes back for a while; of what comes closer together than goes out, only the newest. */
class Later {
	private readonly delayMs: number;
	private readonly give: (told: ToldSnapshot) => void;
	private readonly waiting: { due: number; told: ToldSnapshot }[] = [];
	private timer: NodeJS.Timeout | undefined;

	constructor(delayMs: number, give: (told: ToldSnapshot) => void) {
		this.delayMs = delayMs;
		this.give = give;
	}

	add(told: ToldSnapshot): void {
		if (this.delayMs === 0) return this.give(told);
		const due = performance.now() + this.delayMs;
		const [last, before] = [this.waiting.at(-1), this.waiting.at(-2)];
		if (last !== undefined && due - (before?.due ?? -Infinity) < RELAY_GAP_MS) this.waiting.pop();
		this.waiting.push({ due, told });
		this.timer ??= setTimeout(() => this.ripe(), this.delayMs);
	}

	private ripe(): void {
		this.timer = undefined;
		const now = performance.now();
		while (this.waiting[0] !== undefined && this.waiting[0].due <= now + 1)
			this.give((this.waiting.shift() as { told: ToldSnapshot }).told);
		const [next] = this.waiting;
		if (next !== undefined) this.timer = setTimeout(() => this.ripe(), next.due - now);
	}

	clear(): void {
		clearTimeout(this.timer);
		this.waiting.length = 0;
	}
}

interface Followed {
	told(snapshot: ToldSnapshot): void;
	state(connected: boolean, why: string): void;
	refused(why: string): void;
}

/** Reads a feed's stream until the signal; whatever breaks is opened again, each time a little later. */
async function follow(from: URL, signal: AbortSignal, on: Followed): Promise<void> {
	const url = new URL(from);
	url.pathname = `${url.pathname.replace(/\/(scorecard\/events)?$/, '')}/scorecard/events`;
	let waitMs = FIRST_RETRY_MS;
	while (!signal.aborted) {
		const silent = new AbortController();
		let timer = setTimeout(() => silent.abort(), SILENCE_MS);
		try {
			const response = await fetch(url, { signal: AbortSignal.any([signal, silent.signal]), headers: { Accept: 'text/event-stream' } });
			if (!response.ok || response.body === null) throw new Error(`it answered ${response.status}`);
			on.state(true, '');
			let rest = '';
			for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
				clearTimeout(timer);
				timer = setTimeout(() => silent.abort(), SILENCE_MS);
				const events = (rest + part).split('\n\n');
				rest = events.pop() ?? '';
				if (rest.length > EVENT_LIMIT) throw new Error('it sends an event without end');
				for (const event of events) {
					const data = /^data: ?(.*)$/m.exec(event)?.[1];
					if (data === undefined) continue;
					const read = readTold(data);
					if (read.ok) on.told(read.value);
					else on.refused(read.why);
					waitMs = FIRST_RETRY_MS;
				}
			}
			on.state(false, 'it ended');
		} catch (error) {
			if (signal.aborted) break;
			on.state(false, silent.signal.aborted ? 'it is silent' : reasonOf(error));
		} finally {
			clearTimeout(timer);
		}
		await new Promise((resolve) => setTimeout(resolve, waitMs * (0.75 + Math.random() / 2)));
		waitMs = Math.min(LAST_RETRY_MS, waitMs * 1.6);
	}
}

/** `fetch` says only that it failed; why stands in the cause. */
function reasonOf(error: unknown): string {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	return cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : cause.name) : String(cause);
}
