// Keeps the page for the day without a network, in two tiers: the shell at install, all of it or nothing, and the big parts (the
// text reader's runtime, OpenCV) once play has used them. Other big files are kept as they are fetched. Models of the
// model store are none of its business.
//
// A new version waits until the page says so (see adapters/shell/registration.ts): a page that plays is never reloaded, and never
// runs on files of two versions, since every file is checked against the hash that was built into this worker.
//
// A static host sends no isolation headers; what is answered from here carries them all the same.
import { clientsClaim } from 'workbox-core';
import { type PrecacheEntry, PrecacheController, PrecacheRoute } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import {
	LAUNCH_QUERY,
	SHARE_ADDRESS,
	SHARE_FIELD,
	SHARED_CACHE,
	SHARED_NAME,
	SHARED_PACK,
	type ShellMessage,
} from './service-worker.protocol.ts';

declare const self: ServiceWorkerGlobalScope;
/** Files of this build, put in as it is built (src/tools/service-worker.mjs). */
declare const __KEPT__: { readonly shell: PrecacheEntry[]; readonly parts: PrecacheEntry[]; readonly late: PrecacheEntry[] };

const { scope } = self.registration;
const WANTED: readonly (readonly [string, string])[] = [
	['Cross-Origin-Opener-Policy', 'same-origin'],
	['Cross-Origin-Embedder-Policy', 'require-corp'],
	['Cross-Origin-Resource-Policy', 'same-origin'],
];

/** The response with the headers that isolate a page and its workers; the very same one when it has them. */
function isolated(response: Response): Response {
	if (response.status === 0 || WANTED.every(([name, value]) => response.headers.get(name) === value)) return response;
	const headers = new Headers(response.headers);
	for (const [name, value] of WANTED) headers.set(name, value);
	// Some statuses may not have a body, not even an empty one.
	const body = [204, 205, 304].includes(response.status) ? null : response.body;
	return new Response(body, { status: response.status, statusText: response.statusText, headers });
}
const isolates = { fetchDidSucceed: ({ response }: { response: Response }) => Promise.resolve(isolated(response)) };

// Caches are the origin's, not the scope's: two Falseworks under one host must not empty each other's.
const shell = new PrecacheController({ cacheName: `falsework-shell ${scope}`, plugins: [isolates] });
const parts = new PrecacheController({ cacheName: `falsework-parts ${scope}`, plugins: [isolates] });
/** Parts being fetched, by key. Two workers want the same megabytes at the same moment: the second waits until the first has them. */
const underWay = new Map<string, Promise<void>>();
shell.precache(__KEPT__.shell);
parts.addToCacheList([...__KEPT__.parts, ...__KEPT__.late]);
// The query says what to do, or how the practice game is played; it never names another file.
registerRoute(new PrecacheRoute(shell, { directoryIndex: 'index.html', cleanURLs: true, ignoreURLParametersMatching: [/./] }));
registerRoute(
	({ url, request }) =>
		parts.getCacheKeyForURL(url.href) !== undefined &&
		// Who asks for a piece, or for the network's own answer, has a store of its own.
		!request.headers.has('range') &&
		request.cache !== 'no-store',
	async ({ url, request, event }) => {
		const cacheKey = parts.getCacheKeyForURL(url.href) ?? url.href;
		await underWay.get(cacheKey);
		const params = { cacheKey, integrity: parts.getIntegrityForCacheKey(cacheKey) };
		const [response, kept] = parts.strategy.handleAll({ request, event, params });
		const over = kept
			.catch(() => undefined)
			.then(() => {
				if (underWay.get(cacheKey) === over) underWay.delete(cacheKey);
			});
		underWay.set(cacheKey, over);
		return response;
	},
);
registerRoute(
	({ url }) => url.href === new URL(SHARE_ADDRESS, scope).href,
	({ request }) => takeShared(request),
	'POST',
);

// TypeScript's library does not know these two; only what is used here is described.
interface RoutableInstall extends ExtendableEvent {
	addRoutes?(rules: { readonly condition: { readonly urlPattern: unknown }; readonly source: 'fetch-event' }): Promise<void>;
}
declare const URLPattern: new (pattern: Record<string, never>) => unknown;
self.addEventListener('install', (event: RoutableInstall) => {
	// While a service worker starts, Chrome asks the network at the same time, in case it is the faster one. What is kept here needs
	// no second answer, so every request is this worker's alone.
	if (event.addRoutes) event.waitUntil(event.addRoutes({ condition: { urlPattern: new URLPattern({}) }, source: 'fetch-event' }));
});
self.addEventListener('activate', (event) => void parts.activate(event));
clientsClaim();

self.addEventListener('message', (event) => {
	const message = event.data as ShellMessage;
	if (message?.type === 'SKIP_WAITING') void self.skipWaiting();
	else if (message?.type === 'PARTS_KEPT')
		event.waitUntil(missingParts().then((missing) => event.ports[0]?.postMessage(missing.length === 0)));
	else if (message?.type === 'KEEP_PARTS') event.waitUntil(keepParts().then((reply) => event.ports[0]?.postMessage(reply)));
});

/** Address and key of each part that play needs and that is not kept. */
async function missingParts(): Promise<(readonly [url: string, key: string])[]> {
	const cache = await caches.open(parts.strategy.cacheName);
	const kept = new Set((await cache.keys()).map((request) => request.url));
	const needed = new Set(__KEPT__.parts.map(({ url }) => new URL(url, scope).href));
	return [...parts.getURLsToCacheKeys()].filter(([url, key]) => needed.has(url) && !kept.has(key));
}

/** Fetches what is not kept yet. Asks the server whether the browser's own copy still holds, so nothing is loaded twice. */
async function keepParts(): Promise<string> {
	try {
		const cache = await caches.open(parts.strategy.cacheName);
		await Promise.all(underWay.values());
		for (const [url, key] of await missingParts()) {
			const integrity = parts.getIntegrityForCacheKey(key);
			const response = await fetch(url, { cache: 'no-cache', ...(integrity === undefined ? {} : { integrity }) });
			if (!response.ok) return `${url} could not be kept: HTTP ${response.status}.`;
			await cache.put(key, isolated(response));
		}
		return '';
	} catch (error) {
		return `The text reader could not be kept for offline use: ${error instanceof Error ? error.message : String(error)}`;
	}
}

/**
 * Puts a shared pack where the page finds it, and opens the page. Any site can post a form here, so nothing but a review may
 * follow, and the page checks what it takes out.
 */
async function takeShared(request: Request): Promise<Response> {
	const file = (await request.formData()).get(SHARE_FIELD);
	const cache = await caches.open(SHARED_CACHE);
	if (file instanceof File)
		await cache.put(new URL(SHARED_PACK, scope), new Response(file, { headers: { [SHARED_NAME]: encodeURIComponent(file.name) } }));
	return Response.redirect(new URL(`?${LAUNCH_QUERY}=review`, scope).href, 303);
}
