// Keeps a feed open for ever: what breaks is opened again, each time a little later and never all at once. A socket is tried first,
// since a browser has six plain connections to a host and an open stream would keep one of them.

const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 10_000;
/** A connection that says nothing for so long is taken for dead, whatever the browser thinks. */
const SILENCE_MS = 20_000;
const POLL_MS = 1000;

/** Opens one connection. @returns closes it */
type Transport = (on: { message(text: string): void; lost(): void }) => () => void;

function socket(url: string): Transport {
	return ({ message, lost }) => {
		const ws = new WebSocket(url);
		ws.onmessage = ({ data }) => {
			if (typeof data === 'string') message(data);
		};
		ws.onclose = lost;
		return () => {
			ws.onmessage = ws.onclose = null;
			ws.close();
		};
	};
}

function stream(url: string): Transport {
	return ({ message, lost }) => {
		const source = new EventSource(url);
		source.onmessage = ({ data }) => message(String(data));
		source.onerror = lost;
		return () => source.close();
	};
}

/** For a host that only has files. */
function poll(url: string): Transport {
	return ({ message, lost }) => {
		const ended = new AbortController();
		const look = async (): Promise<void> => {
			try {
				const response = await fetch(url, { signal: ended.signal, cache: 'no-store', credentials: 'omit' });
				if (!response.ok) return lost();
				message(await response.text());
			} catch {
				if (!ended.signal.aborted) lost();
				return;
			}
			timer = setTimeout(() => void look(), POLL_MS);
		};
		let timer = setTimeout(() => void look());
		return () => {
			ended.abort();
			clearTimeout(timer);
		};
	};
}

/**
 * Ways to reach a feed, the best first.
 *
 * @param source  `ws:` a socket; `…/events` a stream; `….json` a file; else the address of a companion, or of its `/scorecard`
 */
export function waysTo(source: string, base: string): readonly Transport[] {
	let url: URL;
	try {
		url = new URL(source, base);
	} catch {
		// An address that is none leads nowhere; the card says that it waits.
		return [];
	}
	if (url.protocol === 'ws:' || url.protocol === 'wss:') return [socket(url.href)];
	if (url.pathname.endsWith('/events')) return [stream(url.href)];
	if (url.pathname.endsWith('.json')) return [poll(url.href)];
	const path = url.pathname.endsWith('/scorecard') ? url.pathname : `${url.pathname.replace(/\/$/, '')}/scorecard`;
	const open = new URL(url);
	open.pathname = path;
	const ws = new URL(open);
	ws.protocol = open.protocol === 'https:' ? 'wss:' : 'ws:';
	const sse = new URL(open);
	sse.pathname = `${path}/events`;
	return [socket(ws.href), stream(sse.href)];
}

/** @returns ends it */
export function connect(ways: readonly Transport[], onMessage: (text: string) => void): () => void {
	let at = 0;
	let waitMs = FIRST_WAIT_MS;
	let close: (() => void) | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let silence: ReturnType<typeof setTimeout> | undefined;
	let ended = false;

	function listen(): void {
		clearTimeout(silence);
		silence = setTimeout(lost, SILENCE_MS);
	}
	function lost(): void {
		if (ended || close === undefined) return;
		close();
		close = undefined;
		clearTimeout(silence);
		at++;
		timer = setTimeout(open, waitMs * (0.75 + Math.random() / 2));
		waitMs = Math.min(LAST_WAIT_MS, waitMs * 1.6);
	}
	function open(): void {
		const way = ways[at % ways.length];
		if (way === undefined) return;
		let heard = false;
		listen();
		close = way({
			message(text) {
				listen();
				waitMs = FIRST_WAIT_MS;
				// What has worked is tried again first.
				if (!heard) at = ways.indexOf(way) + ways.length - 1;
				heard = true;
				onMessage(text);
			},
			lost,
		});
	}
	open();
	return () => {
		ended = true;
		clearTimeout(timer);
		clearTimeout(silence);
		close?.();
	};
}
