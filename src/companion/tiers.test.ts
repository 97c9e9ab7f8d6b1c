import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askTier } from '../adapters/companion.ts';
import { CapsLedger } from './caps.ts';
import { openCompanion, tempDir, type TestCompanion } from './testing/companion.ts';
import { BREAKER_MS, Tiers } from './tiers.ts';

type Reply = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const answer = { choices: [{ message: { content: '{}' } }], usage: { prompt_tokens: 1000, completion_tokens: 100 } };
const ok: Reply = (_, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
const question = { model: 'ignored', messages: [{ role: 'user', content: 'hello' }], max_tokens: 100, stream: true };
const price = { inPerM: 1, outPerM: 2 };

describe('a model outside', () => {
	let server: Server;
	let base = '';
	let asked: { headers: IncomingMessage['headers']; body: string }[] = [];
	let reply: Reply = ok;
	let dir = '';
	let clock = 0;
	const quiet = (): void => undefined;
	const make = (): Tiers =>
		new Tiers(dir, new CapsLedger(dir, quiet, () => 1_800_000_000_000 + clock), quiet, () => performance.now() + clock);
	const never = new AbortController().signal;

	beforeEach(async () => {
		asked = [];
		reply = ok;
		clock = 0;
		dir = tempDir();
		server = createServer((request, response) => {
			let body = '';
			request.on('data', (part) => {
				body += part;
			});
			request.on('end', () => {
				asked.push({ headers: request.headers, body });
				reply(request, response, body);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
	});
	afterEach(() => {
		server.closeAllConnections();
		server.close();
	});

	it('is asked with its own model and key, and settled by what it used', async () => {
		const tiers = make();
		tiers.set({ id: 'cloud', base, model: 'm1', key: 'canary-key', price });
		const result = await tiers.ask('cloud', 'chat/completions', question, 's', never);
		expect(result).toMatchObject({ ok: true, body: answer, tries: 1, usd: 0.0012 });
		expect(asked[0]?.headers.authorization).toBe('Bearer canary-key');
		expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ model: 'm1', messages: question.messages, max_tokens: 100 });
		expect(JSON.stringify(tiers.list())).not.toContain('canary-key');
	});

	it('judges texts by its moderation model, where it has one', async () => {
		const tiers = make();
		const texts = { model: 'ignored', input: ['Onwards.'] };
		tiers.set({ id: 'cloud', base, model: 'm1', key: 'canary-key', price });
		expect(await tiers.ask('cloud', 'moderations', texts, 's', never)).toMatchObject({ ok: false, kind: 'no-tier' });
		tiers.set({ id: 'cloud', base, model: 'm1', moderation: 'judge', price });
		expect(await tiers.ask('cloud', 'moderations', question, 's', never)).toMatchObject({ ok: false, kind: 'bad-request' });
		expect(asked).toEqual([]);
		const judged = { results: [{ flagged: false, categories: {} }] };
		reply = (_, response) => void response.writeHead(200).end(JSON.stringify(judged));
		expect(await tiers.ask('cloud', 'moderations', texts, 's', never)).toMatchObject({ ok: true, body: judged, usd: 0 });
		expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ model: 'judge', input: ['Onwards.'] });
		reply = (_, response) => void response.writeHead(200).end('{"results":[]}');
		expect(await tiers.ask('cloud', 'moderations', texts, 's', never)).toMatchObject({ ok: false, kind: 'bad-response' });
	});

	it('keeps its key over a restart, and loses it when the host changes', async () => {
		make().set({ id: 'cloud', base, model: 'm1', key: 'canary-key', price });
		const again = make();
		expect(again.list()).toMatchObject([{ id: 'cloud', hasKey: true }]);
		again.set({ id: 'cloud', base, model: 'm2', price });
		expect(again.list()).toMatchObject([{ model: 'm2', hasKey: true }]);
		again.set({ id: 'cloud', base: 'https://other.example/v1', model: 'm2', price });
		expect(again.list()).toMatchObject([{ hasKey: false }]);
	});

	it('is refused when its address or price will not do', async () => {
		const tiers = make();
		for (const bad of ['ftp://x', 'nonsense', 'http://api.example/v1', 'https://user:pw@api.example/v1', 'https://api.example/v1?key=1']) {
			expect(tiers.set({ id: 'cloud', base: bad, model: 'm' })).toMatchObject({ ok: false, message: expect.stringMatching(/^base: /) });
		}
		expect(tiers.set({ id: 'Cloud', base, model: 'm' })).toMatchObject({ ok: false });
		tiers.set({ id: 'cloud', base: 'https://api.example/v1', model: 'm' });
		expect(await tiers.ask('cloud', 'chat/completions', question, 's', never)).toMatchObject({ ok: false, kind: 'price-unknown' });
		expect(await tiers.ask('none', 'chat/completions', question, 's', never)).toMatchObject({ ok: false, kind: 'no-tier' });
		expect(await tiers.ask('cloud', 'chat/completions', [], 's', never)).toMatchObject({ ok: false, kind: 'bad-request' });
	});

	it.each<readonly [string, Reply, string, number]>([
		['half a JSON', (_, r) => r.writeHead(200).end('{"choices":[{"mess'), 'bad-response', 1],
		['HTML', (_, r) => r.writeHead(200).end('<html>'), 'bad-response', 1],
		['no choices', (_, r) => r.writeHead(200).end('{"choices":[]}'), 'bad-response', 1],
		['ten megabytes', (_, r) => r.writeHead(200).end('x'.repeat(10_000_000)), 'too-big', 1],
		['a redirect', (_, r) => r.writeHead(307, { Location: 'http://127.0.0.1:9/' }).end(), 'redirected', 1],
		['a wrong key', (_, r) => r.writeHead(401).end(), 'refused', 1],
		['500 twice', (_, r) => r.writeHead(500).end(), 'server-error', 2],
		['429 twice', (_, r) => r.writeHead(429, { 'Retry-After': '0' }).end(), 'rate-limited', 2],
		['a connection cut', (_, r) => r.destroy(), 'unreachable', 2],
		[
			'an answer cut',
			(_, r) => {
				r.writeHead(200, { 'Content-Length': '99' });
				r.write('{');
				setTimeout(() => r.destroy(), 20);
			},
			'unreachable',
			2,
		],
	])('fails with a kind on %s', async (_, how, kind, tries) => {
		reply = how;
		const tiers = make();
		tiers.set({ id: 'local', base, model: 'm' });
		expect(await tiers.ask('local', 'chat/completions', question, 's', never)).toMatchObject({ ok: false, kind, tries });
		expect(asked).toHaveLength(tries);
	});

	it('is tried once more after a fault, and not when Retry-After is too long', async () => {
		const tiers = make();
		tiers.set({ id: 'local', base, model: 'm' });
		reply = (request, response, body) => (asked.length === 1 ? response.writeHead(503).end() : ok(request, response, body));
		expect(await tiers.ask('local', 'chat/completions', question, 's', never)).toMatchObject({ ok: true, tries: 2 });
		asked = [];
		reply = (_, response) => response.writeHead(429, { 'Retry-After': '60' }).end();
		expect(await tiers.ask('local', 'chat/completions', question, 's', never)).toMatchObject({
			kind: 'rate-limited',
			retryAfterMs: 60_000,
			tries: 1,
		});
	});

	it.each<readonly [string, Reply]>([
		['silence', () => undefined],
		[
			'an answer that drips',
			(_, r) => {
				r.writeHead(200);
				const drip = setInterval(() => r.write(' '), 20);
				r.on('close', () => clearInterval(drip));
			},
		],
	])('gives up in time on %s, and counts the call as spent', async (_, how) => {
		reply = how;
		const slow = new Tiers(dir, new CapsLedger(dir, quiet), quiet, () => performance.now(), 300);
		slow.set({ id: 'cloud', base, model: 'm', price });
		const started = performance.now();
		const result = await slow.ask('cloud', 'chat/completions', question, 's', never);
		expect(performance.now() - started).toBeLessThan(1500);
		expect(result).toMatchObject({ ok: false, kind: 'timeout', tries: 1 });
		expect(result.ok ? 0 : result.usd).toBeGreaterThan(0);
	});

	it('gives up when the page withdraws, and counts a silent call as spent', async () => {
		reply = () => undefined;
		const tiers = make();
		tiers.set({ id: 'cloud', base, model: 'm', price });
		const withdraw = new AbortController();
		setTimeout(() => withdraw.abort(), 50);
		const result = await tiers.ask('cloud', 'chat/completions', question, 's', withdraw.signal);
		expect(result).toMatchObject({ ok: false, kind: 'timeout' });
		expect(result.ok ? 0 : result.usd).toBeGreaterThan(0);
	});

	it('is left alone after three failures, then tried by one call', async () => {
		reply = (_, response) => response.writeHead(400).end();
		const tiers = make();
		tiers.set({ id: 'local', base, model: 'm' });
		for (let i = 0; i < 3; i++)
			expect(await tiers.ask('local', 'chat/completions', question, 's', never)).toMatchObject({ kind: 'refused' });
		const open = await tiers.ask('local', 'chat/completions', question, 's', never);
		expect(open).toMatchObject({ kind: 'breaker-open' });
		expect(asked).toHaveLength(3);
		clock += BREAKER_MS + 1;
		reply = (request, response, body) => setTimeout(() => ok(request, response, body), 50);
		const [first, second] = await Promise.all([
			tiers.ask('local', 'chat/completions', question, 's', never),
			tiers.ask('local', 'chat/completions', question, 's', never),
		]);
		expect([first, second]).toMatchObject([{ ok: true }, { kind: 'breaker-open' }]);
		expect(await tiers.ask('local', 'chat/completions', question, 's', never)).toMatchObject({ ok: true });
	});

	it('reserves on the disk before it sends, so a crash spends and never saves', async () => {
		const tiers = make();
		tiers.set({ id: 'cloud', base, model: 'm', price, caps: { callsPerSession: 4 } });
		let seen = 0;
		reply = (request, response, body) => {
			// The companion "dies" here: what a new one reads is what was on the disk while the call was under way.
			seen = new CapsLedger(dir, quiet, () => 1_800_000_000_000 + clock).spent('s').sessionUsd;
			ok(request, response, body);
		};
		await tiers.ask('cloud', 'chat/completions', question, 's', never);
		expect(seen).toBeGreaterThan(0);
	});

	it('never makes more calls than the cap over 200 restarts', () => {
		let reserved = 0;
		for (let i = 0; i < 200; i++) {
			clock += 61_000;
			if (new CapsLedger(dir, quiet, () => 1_800_000_000_000 + clock).reserve('cloud', 's', 0.01, { callsPerSession: 4 }).ok) reserved += 1;
		}
		expect(reserved).toBe(4);
	});

	it('holds the caps per minute, session and day', () => {
		const caps = new CapsLedger(dir, quiet, () => 1_800_000_000_000 + clock);
		for (let i = 0; i < 30; i++) expect(caps.reserve('cloud', 'a', 0, {}).ok).toBe(true);
		expect(caps.reserve('cloud', 'a', 0, {})).toMatchObject({ ok: false, retryAfterMs: expect.any(Number) });
		clock += 60_001;
		expect(caps.reserve('cloud', 'a', 0.26, {})).toMatchObject({ ok: false, message: expect.stringContaining('$0.25 a session') });
		for (const session of ['a', 'b', 'c', 'd']) expect(caps.reserve('cloud', session, 0.24, {}).ok).toBe(true);
		expect(caps.reserve('cloud', 'e', 0.24, {})).toMatchObject({ ok: false, message: expect.stringContaining('$1 a day') });
		clock += 86_400_000;
		expect(caps.reserve('cloud', 'e', 0.24, {}).ok).toBe(true);
	});

	it('keeps pretended money apart from real', () => {
		const caps = new CapsLedger(dir, quiet, () => 1_800_000_000_000 + clock);
		expect(caps.reserve('cloud', 'a', 0.2, {}, true).ok).toBe(true);
		expect(caps.spent('a')).toEqual({ sessionUsd: 0, dayUsd: 0 });
		expect(caps.reserve('cloud', 'a', 0.2, {}, true)).toMatchObject({ ok: false, message: expect.stringContaining('$0.25 a session') });
		expect(caps.reserve('cloud', 'a', 0.2, {}).ok).toBe(true);
	});

	it('gives back what a call did not use', () => {
		const caps = new CapsLedger(dir, quiet, () => 1_800_000_000_000 + clock);
		const call = caps.reserve('cloud', 'a', 0.2, {});
		if (call.ok) call.settle(0.001);
		expect(caps.spent('a').sessionUsd).toBeCloseTo(0.001);
	});
});

describe('through the companion', () => {
	let companion: TestCompanion;
	beforeEach(async () => {
		companion = await openCompanion();
	});
	afterEach(() => companion.close());

	/** The page's side of the companion, as a page on its own origin. */
	async function asPage(run: (http: { readonly url: string; readonly token: string; readonly session: string }) => Promise<void>) {
		const { origin } = companion.server;
		// Node's fetch sends no Origin; a browser does.
		const real = globalThis.fetch;
		globalThis.fetch = (input, init) => real(input, { ...init, headers: { ...(init?.headers as Record<string, string>), Origin: origin } });
		try {
			await run({ url: origin, token: companion.token(), session: 's1' });
		} finally {
			globalThis.fetch = real;
		}
	}

	it('maps every failure to its kind for the page', () =>
		asPage(async (http) => {
			expect(await askTier(http, 'cloud', question)).toMatchObject({ ok: false, kind: 'no-tier' });
			companion.tiers.set({ id: 'local', base: 'http://127.0.0.1:9/v1', model: 'm' });
			expect(await askTier(http, 'local', question)).toMatchObject({
				ok: false,
				kind: 'unreachable',
				tries: 2,
				message: expect.stringContaining('127.0.0.1:9'),
			});
			expect(await askTier({ ...http, token: '0'.repeat(64) }, 'local', question)).toMatchObject({ ok: false, kind: 'no-companion' });
			expect(await askTier({ ...http, url: 'http://127.0.0.1:9' }, 'local', question)).toMatchObject({ ok: false, kind: 'no-companion' });
		}));

	it('has texts judged by the moderation model, and never by one that is not set up to', async () => {
		const asked: { readonly path: string | undefined; readonly body: unknown }[] = [];
		const judged = { results: [{ flagged: true, categories: { hate: true } }] };
		const judge = createServer((request, response) => {
			let body = '';
			request.on('data', (part) => {
				body += part;
			});
			request.on('end', () => {
				asked.push({ path: request.url, body: JSON.parse(body) });
				response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(asked.length === 1 ? judged : answer));
			});
		});
		await new Promise<void>((resolve) => judge.listen(0, '127.0.0.1', resolve));
		const base = `http://127.0.0.1:${(judge.address() as AddressInfo).port}/v1`;
		const texts = { model: 'ignored', input: ['Onwards.'] };
		try {
			await asPage(async (http) => {
				const ask = (id: string, body: unknown) => askTier(http, id, body, undefined, 'moderations');
				companion.tiers.set({ id: 'plain', base, model: 'm' });
				expect(await ask('plain', texts)).toMatchObject({ ok: false, kind: 'no-tier' });
				companion.tiers.set({ id: 'local', base, model: 'm', moderation: 'judge' });
				expect(await ask('local', question)).toMatchObject({ ok: false, kind: 'bad-request' });
				expect(asked).toEqual([]);
				expect(await ask('local', texts)).toMatchObject({ ok: true, body: judged, usd: 0 });
				expect(asked).toEqual([{ path: '/v1/moderations', body: { model: 'judge', input: ['Onwards.'] } }]);
				// A chat's answer is no verdict.
				expect(await ask('local', texts)).toMatchObject({ ok: false, kind: 'bad-response' });
			});
		} finally {
			judge.closeAllConnections();
			judge.close();
		}
	});
});
