// Puts the companion together: what `start`, `play` and the tests all run.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { answerChat } from '../practice/teacher.ts';
import { CapsLedger } from './caps.ts';
import { Control } from './control.ts';
import { Door } from './feed/door.ts';
import { Feed } from './feed/feed.ts';
import { ensurePrivateDir } from './files.ts';
import type { DriverName } from './input/choose.ts';
import { openDesk } from './input/desk.ts';
import { Pairing } from './pairing.ts';
import { openRecords, type RecordsDesk } from './records/desk.ts';
import { recordRoutes } from './records/routes.ts';
import { satsRoutes } from './sats-routes.ts';
import { type Answer, type Call, type Route, type RunningServer, startServer } from './server.ts';
import { serveWeights } from './serve-weights.ts';
import { Tiers } from './tiers.ts';
import { Wallet } from './wallet.ts';
import { Weights } from './weights.ts';

/** Streams of the scorecard at once, and of them those of one site. */
const MOST_VIEWERS = 64;
const MOST_OF_ONE_ORIGIN = 32;
/** A question may carry a picture. */
const QUESTION_LIMIT_BYTES = 12 * 1024 * 1024;

export interface CompanionOptions {
	readonly port: number;
	readonly dataDir: string;
	/** The built page. */
	readonly pageDir: string | undefined;
	/** The program that can run the sibling; see `input/watchdog.ts`. */
	readonly entry: string | undefined;
	readonly driver: DriverName;
	readonly log: (line: string) => void;
	readonly env?: NodeJS.ProcessEnv;
	readonly panicKey?: string;
	readonly extraOrigins?: readonly string[];
	/** The only origins besides its own that may read the scorecard; any unless given. */
	readonly feedOrigins?: readonly string[];
	readonly extraRoutes?: readonly Route[];
	/** What tells whether an anti-cheat runs; the list of processes unless a test says. */
	readonly antiCheat?: () => string | undefined;
}

export interface Companion {
	readonly server: RunningServer;
	readonly pairing: Pairing;
	readonly control: Control;
	readonly tiers: Tiers;
	readonly feed: Feed;
	readonly records: RecordsDesk;
	readonly notes: readonly string[];
	/** Keys up, sockets closed, port free. */
	close(): Promise<void>;
}

export const VERSION = '0.1.0';

export async function startCompanion(options: CompanionOptions): Promise<Companion> {
	const { log, dataDir } = options;
	ensurePrivateDir(dataDir);
	const pairing = new Pairing(dataDir, log);
	const caps = new CapsLedger(dataDir, log);
	const weights = new Weights(dataDir);
	const tiers = new Tiers(dataDir, caps, log);
	const desk = await openDesk({ driver: options.driver, entry: options.entry, log, ...(options.env ? { env: options.env } : {}) });
	const feed = new Feed();
	const records = openRecords(dataDir, options.entry, log);
	const wallet = new Wallet({ dataDir, records, log });
	const control = new Control({
		pairing,
		desk,
		log,
		onScore: (score) => {
			const why = feed.take(score);
			// Said once: a page that tells nonsense tells it twice a second.
			if (why !== '' && feed.refused === 1) log(`What the page told as its scorecard was refused: ${why}.`);
		},
		...(options.panicKey === undefined ? {} : { panicKey: options.panicKey }),
		...(options.antiCheat ? { antiCheat: options.antiCheat } : {}),
	});

	let origin = '';
	const door = new Door({
		feed,
		pageDir: options.pageDir,
		source: () => '../scorecard',
		sockets: true,
		origins: options.feedOrigins ?? [],
		self: () => origin,
		mostViewers: MOST_VIEWERS,
		mostOfOneOrigin: MOST_OF_ONE_ORIGIN,
		gapMs: 0,
	});
	let metrics: Registry | undefined;
	const startedAt = performance.now();
	const routes: Route[] = [
		{
			method: 'GET',
			path: '/health',
			needs: 'feed',
			handle: () => ({
				status: 200,
				body: {
					name: 'falsework',
					version: VERSION,
					ok: true,
					uptimeMs: Math.round(performance.now() - startedAt),
					driver: desk.driver?.name ?? 'none',
					bind: desk.windows !== undefined && desk.driver !== undefined,
					controlled: control.connected,
				},
			}),
		},
		{
			method: 'GET',
			path: '/metrics',
			// A scraper names no origin, and no page of another origin is shown the answer.
			needs: 'model',
			async handle() {
				metrics ??= (await import('./feed/metrics.ts')).makeMetrics(feed, () => door.watching);
				return { status: 200, text: await metrics.metrics(), headers: { 'Content-Type': metrics.contentType } };
			},
		},
		{
			method: 'POST',
			path: '/pair',
			needs: 'origin',
			handle: ({ body, origin }) => {
				const code = (body as { code?: unknown } | null)?.code;
				if (typeof code !== 'string' || code.length > 64) return failed(400, 'bad-request', 'POST {"code": "…"}');
				const result = pairing.pair(origin, code.trim());
				if (result.ok) return { status: 200, body: { token: result.token } };
				const message =
					result.reason === 'locked'
						? `Pairing is locked for ${Math.ceil(result.retryAfterMs / 60_000)} minutes after too many wrong codes.`
						: 'That is not the code that the companion shows now.';
				return failed(result.reason === 'locked' ? 429 : 403, result.reason, message, result.retryAfterMs);
			},
		},
		{
			method: 'POST',
			path: '/pair/show',
			needs: 'origin',
			// The code goes to the terminal, never into an answer: reading it there is what proves the person.
			handle: () => {
				const { digits, leftMs } = pairing.digits();
				log(`Pairing code: ${digits} (for ${Math.ceil(leftMs / 1000)} s)`);
				return { status: 200, body: { shown: true, leftMs: Math.ceil(leftMs) } };
			},
		},
		{
			method: 'POST',
			path: '/forget',
			needs: 'token',
			handle: () => {
				pairing.forget();
				control.dropAll('forgotten', 'all devices were forgotten');
				return { status: 200 };
			},
		},
		{
			method: 'POST',
			path: '/erase',
			needs: 'token',
			handle: async () => {
				control.dropAll('forgotten', 'everything was erased');
				tiers.erase();
				caps.erase();
				pairing.forget();
				feed.forget();
				wallet.disconnect();
				await records.erase();
				rmSync(join(dataDir, 'vault'), { recursive: true, force: true });
				return { status: 200 };
			},
		},
		{
			method: 'GET',
			path: '/tiers',
			needs: 'token',
			handle: ({ request }) => ({
				status: 200,
				body: { tiers: tiers.list(), spent: caps.spent(sessionOf(request.headers['x-falsework-session'])) },
			}),
		},
		{
			method: 'POST',
			path: '/tiers',
			needs: 'token',
			handle: ({ body }) => {
				const result = tiers.set(body);
				return result.ok ? { status: 200, body: { tier: result.tier } } : failed(400, 'bad-request', result.message);
			},
		},
		{
			method: 'DELETE',
			path: '/tiers/:id',
			needs: 'token',
			handle: ({ params }) =>
				tiers.remove(params.id ?? '') ? { status: 200 } : failed(404, 'no-tier', `No tier "${params.id}" is set up.`),
		},
		{
			method: 'POST',
			path: '/tiers/:id/chat/completions',
			needs: 'token',
			limitBytes: QUESTION_LIMIT_BYTES,
			handle: (call) => askTier(tiers, 'chat/completions', call),
		},
		{
			method: 'POST',
			path: '/tiers/:id/moderations',
			needs: 'token',
			limitBytes: QUESTION_LIMIT_BYTES,
			handle: (call) => askTier(tiers, 'moderations', call),
		},
		{
			method: 'POST',
			path: '/practice/v1/chat/completions',
			// A model server of the practice game's own: it knows nothing but the game's rules and keeps nothing.
			needs: 'model',
			limitBytes: QUESTION_LIMIT_BYTES,
			handle: ({ body }) => answerChat(body),
		},
		...recordRoutes(records),
		...satsRoutes(records, wallet),
		...(options.extraRoutes ?? []),
	];

	try {
		const server = await startServer({
			port: options.port,
			pageDir: options.pageDir,
			pairing,
			control,
			routes,
			feed: door,
			files: (path, request, response, cors) => Promise.resolve(serveWeights(weights, path, request, response, cors)),
			log,
			...(options.extraOrigins ? { extraOrigins: options.extraOrigins } : {}),
		});
		origin = server.origin;
		return {
			server,
			feed,
			pairing,
			control,
			tiers,
			records,
			notes: desk.notes,
			async close() {
				control.close();
				door.close();
				await desk.driver?.settle().catch(() => undefined);
				desk.close();
				wallet.close();
				await server.close();
				await records.close();
			},
		};
	} catch (error) {
		door.close();
		desk.close();
		throw error;
	}
}

function failed(status: number, kind: string, message: string, retryAfterMs?: number): Answer {
	return { status, body: { error: { kind, message, ...(retryAfterMs ? { retryAfterMs } : {}) } } };
}

/** Sessions that do not say their name share one. */
function sessionOf(header: string | string[] | undefined): string {
	return typeof header === 'string' && /^[\w.-]{1,80}$/.test(header) ? header : 'unnamed';
}

const STATUS: Readonly<Record<string, number>> = {
	'no-tier': 404,
	'bad-request': 400,
	'price-unknown': 409,
	'cap-reached': 429,
	'rate-limited': 429,
	'breaker-open': 503,
	timeout: 504,
};

async function askTier(tiers: Tiers, route: 'chat/completions' | 'moderations', call: Call): Promise<Answer> {
	const session = sessionOf(call.request.headers['x-falsework-session']);
	const answer = await tiers.ask(call.params.id ?? '', route, call.body, session, call.signal);
	const headers = {
		'X-Falsework-Tries': String(answer.tries),
		'X-Falsework-Usd': String(answer.usd),
		...(answer.ok ? { 'X-Falsework-Ms': String(Math.round(answer.ms)) } : {}),
	};
	if (answer.ok) return { status: 200, body: answer.body, headers };
	const { status, body } = failed(STATUS[answer.kind] ?? 502, answer.kind, answer.message, answer.retryAfterMs);
	return { status, body, headers };
}
