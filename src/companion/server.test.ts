import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { pair } from '../adapters/companion.ts';
import { openCompanion, tempDir, type TestCompanion } from './testing/companion.ts';

/** Sends the very bytes of a request and reads the answer's head and body. */
function bytes(port: number, request: string, host = '127.0.0.1'): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, host, () => socket.write(request));
		let answer = '';
		socket.on('data', (data) => {
			answer += data.toString('latin1');
		});
		socket.on('close', () => resolve(answer));
		socket.on('error', reject);
		socket.setTimeout(3000, () => socket.destroy());
	});
}
const get = (port: number, path: string, headers: readonly string[]): Promise<string> =>
	bytes(port, `GET ${path} HTTP/1.1\r\n${[...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`);
const statusOf = (answer: string): number => Number(answer.split(' ')[1]);

describe('the wall', () => {
	let companion: TestCompanion;
	let port = 0;
	let origin = '';
	const dir = tempDir();

	beforeAll(async () => {
		const page = join(dir, 'page');
		mkdirSync(join(page, 'assets'), { recursive: true });
		writeFileSync(join(page, 'index.html'), '<!doctype html><title>Falsework</title>');
		writeFileSync(join(page, 'practice-window.html'), '<!doctype html><title>Practice</title>');
		writeFileSync(join(page, 'sw.js'), '// worker');
		writeFileSync(join(page, 'assets', 'main-AbCd1234.js'), '0123456789');
		writeFileSync(join(page, 'assets', 'opencv.worker-AbCd1234.js'), '// opencv');
		writeFileSync(join(page, 'assets', 'llm-cpu.worker-AbCd1234.js'), '// llama.cpp');
		writeFileSync(join(page, 'assets', 'x.wasm'), 'wasm');
		writeFileSync(join(dir, 'secret.txt'), 'secret');
		symlinkSync(join(dir, 'secret.txt'), join(page, 'assets', 'link.txt'));
		companion = await openCompanion({ pageDir: page, extraOrigins: ['https://play.example'] });
		({ port, origin } = companion.server);
	});
	afterAll(() => companion.close());

	it('answers on 127.0.0.1 alone', async () => {
		const others = Object.values(networkInterfaces())
			.flat()
			.filter((a) => a !== undefined && !a.internal)
			.map((a) => a?.address ?? '');
		for (const host of ['::1', ...(process.platform === 'linux' ? ['127.0.0.2'] : []), ...others.filter((a) => !a.startsWith('fe80'))])
			await expect(bytes(port, 'GET / HTTP/1.1\r\n\r\n', host)).rejects.toThrow();
	});

	it.each([
		['a rebound name', ['Host: evil.test:PORT']],
		['a longer name', ['Host: 127.0.0.1.evil.test:PORT']],
		['a trailing dot', ['Host: 127.0.0.1.:PORT']],
		['no Host', []],
		['two Hosts', ['Host: 127.0.0.1:PORT', 'Host: evil.test']],
		['another port', ['Host: 127.0.0.1:1']],
		['no port', ['Host: 127.0.0.1']],
		['the IPv6 name', ['Host: [::1]:PORT']],
	])('refuses %s', async (_, headers) => {
		const hosts = headers.map((h) => h.replace('PORT', String(port)));
		expect(statusOf(await get(port, '/health', hosts))).toBeGreaterThanOrEqual(400);
		expect(statusOf(await get(port, '/', hosts))).toBeGreaterThanOrEqual(400);
		const handshake = [
			...hosts,
			`Origin: ${origin}`,
			'Connection: Upgrade',
			'Upgrade: websocket',
			'Sec-WebSocket-Version: 13',
			`Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
		];
		const upgrade = await bytes(port, `GET /control HTTP/1.1\r\n${handshake.join('\r\n')}\r\n\r\n`);
		expect(statusOf(upgrade)).toBeGreaterThanOrEqual(400);
	});

	it('sends localhost to the one origin', async () => {
		const answer = await get(port, '/', [`Host: localhost:${port}`]);
		expect(statusOf(answer)).toBe(308);
		expect(answer).toContain(`Location: http://127.0.0.1:${port}/`);
		expect(
			statusOf(await bytes(port, `POST /pair HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)),
		).toBe(403);
	});

	it.each(['http://127.0.0.1:1', 'null', 'https://app.evil', 'http://127.0.0.1.evil.test', undefined])(
		'refuses the socket to origin %s',
		async (foreign) => {
			const socket = new WebSocket(`ws://127.0.0.1:${port}/control`, foreign === undefined ? {} : { origin: foreign });
			const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
			expect(error.message).toContain('403');
		},
	);

	it('refuses every route to a foreign, missing or doubled Origin and a wrong token', async () => {
		const own = companion.headers();
		const authorization = own.Authorization ?? '';
		for (const [method, path] of [
			['GET', '/tiers'],
			['POST', '/tiers'],
			['DELETE', '/tiers/local'],
			['POST', '/forget'],
			['POST', '/erase'],
			['POST', '/tiers/local/chat/completions'],
			['POST', '/tiers/local/moderations'],
		] as const) {
			const body = method === 'POST' ? { body: '{}' } : {};
			const ask = (headers: Record<string, string>): Promise<number> =>
				fetch(origin + path, { method, headers: { 'Content-Type': 'application/json', ...headers }, ...body }).then((r) => r.status);
			expect(await ask({ Authorization: authorization })).toBe(403);
			expect(await ask({ Authorization: authorization, Origin: 'https://app.evil' })).toBe(403);
			expect(await ask({ Authorization: authorization, Origin: 'null' })).toBe(403);
			expect(await ask({ Origin: origin })).toBe(401);
			expect(await ask({ Origin: origin, Authorization: `Bearer ${'0'.repeat(64)}` })).toBe(401);
			// A token belongs to the origin it was given to.
			expect(await ask({ Origin: 'https://play.example', Authorization: authorization })).toBe(401);
		}
		expect(companion.pairing.accepts(origin, authorization.slice(7))).toBe(true);
	});

	it('takes JSON alone, and not too much of it', async () => {
		const headers = companion.headers();
		for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
			expect((await fetch(`${origin}/forget`, { method: 'POST', headers: { ...headers, 'Content-Type': type }, body: '{}' })).status).toBe(
				415,
			);
		}
		expect((await fetch(`${origin}/tiers`, { method: 'POST', headers, body: '{"id":' })).status).toBe(400);
		expect((await fetch(`${origin}/tiers`, { method: 'POST', headers, body: '{"__proto__":{"a":1}}' })).status).toBe(400);
		expect(
			(
				await fetch(`${origin}/tiers`, { method: 'POST', headers, body: JSON.stringify({ id: 'x'.repeat(300_000) }) }).catch(() => ({
					status: 413,
				}))
			).status,
		).toBe(413);
		expect((await fetch(`${origin}/forget`, { headers })).status).toBe(405);
	});

	it('gives no CORS but to the feed and the origins it was told of', async () => {
		const health = await fetch(`${origin}/health`, { headers: { Origin: 'https://app.evil' } });
		expect(health.headers.get('access-control-allow-origin')).toBe('*');
		expect(await health.json()).toMatchObject({ name: 'falsework', ok: true, driver: 'none' });
		expect((await fetch(`${origin}/tiers`, { headers: companion.headers() })).headers.get('access-control-allow-origin')).toBeNull();
		expect(
			(await fetch(`${origin}/tiers`, { method: 'OPTIONS', headers: { Origin: 'https://app.evil' } })).headers.get(
				'access-control-allow-origin',
			),
		).toBeNull();
		const told = await fetch(`${origin}/tiers`, { method: 'OPTIONS', headers: { Origin: 'https://play.example' } });
		expect(told.headers.get('access-control-allow-origin')).toBe('https://play.example');
	});

	it('serves the page under a strict policy, the OpenCV worker alone with eval, the wllama worker alone with workers from blobs', async () => {
		for (const path of ['/', '/practice-window', '/sw.js', '/assets/main-AbCd1234.js', '/missing']) {
			const answer = await fetch(origin + path);
			const csp = answer.headers.get('content-security-policy') ?? '';
			expect(csp).toContain("default-src 'none'");
			expect(csp).toContain("script-src 'self' 'wasm-unsafe-eval';");
			expect(csp).toContain(`connect-src 'self' ws://127.0.0.1:${port};`);
			expect(csp).toContain("require-trusted-types-for 'script'; trusted-types default falsework");
			expect(csp).not.toContain("'unsafe-eval'");
			expect(csp).not.toContain('unsafe-inline');
			expect(csp).toContain("worker-src 'self';");
			expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
			expect(answer.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
			expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
			expect(answer.headers.get('permissions-policy')).toContain('display-capture=(self)');
			expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
		}
		const worker = await fetch(`${origin}/assets/opencv.worker-AbCd1234.js`);
		expect(worker.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'");
		expect(worker.headers.get('content-security-policy')).toContain("worker-src 'self';");
		expect(worker.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
		const wllama = await fetch(`${origin}/assets/llm-cpu.worker-AbCd1234.js`);
		expect(wllama.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval';");
		expect(wllama.headers.get('content-security-policy')).toContain("worker-src 'self' blob:;");
	});

	it('caches hashed files for good and the shell not at all, with ranges and etags', async () => {
		const hashed = await fetch(`${origin}/assets/main-AbCd1234.js`);
		expect(hashed.headers.get('cache-control')).toContain('immutable');
		expect(hashed.headers.get('content-type')).toContain('text/javascript');
		expect((await fetch(`${origin}/`)).headers.get('cache-control')).toBe('no-cache');
		expect((await fetch(`${origin}/sw.js`)).headers.get('cache-control')).toBe('no-cache');
		expect((await fetch(`${origin}/assets/x.wasm`)).headers.get('content-type')).toBe('application/wasm');
		const part = await fetch(`${origin}/assets/main-AbCd1234.js`, { headers: { Range: 'bytes=2-4' } });
		expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10']);
		expect((await fetch(`${origin}/assets/main-AbCd1234.js`, { headers: { Range: 'bytes=99-' } })).status).toBe(416);
		const etag = hashed.headers.get('etag') ?? '';
		expect((await fetch(`${origin}/assets/main-AbCd1234.js`, { headers: { 'If-None-Match': etag } })).status).toBe(304);
	});

	it.each([
		'/../secret.txt',
		'/%2e%2e/secret.txt',
		'/assets/..%2f..%2fsecret.txt',
		'/assets/%5c..%5csecret.txt',
		'//etc/passwd',
		'/.git/config',
		'/assets/link.txt',
		'/assets/',
		'/play-game',
		'/%00',
		'/%',
	])('serves nothing for %s', async (path) => {
		const answer = await get(port, path, [`Host: 127.0.0.1:${port}`]);
		expect(statusOf(answer)).toBe(404);
		expect(answer).not.toContain('\r\n\r\nsecret');
	});

	it('serves a second page by its name', async () => {
		const answer = await fetch(`${origin}/practice-window`);
		expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
	});

	it('tells the version of the package', async () => {
		const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
		expect(await (await fetch(`${origin}/health`)).json()).toMatchObject({ version });
	});

	it('mounts the practice teacher for anyone who speaks as a model client', async () => {
		const ask = (headers: Record<string, string>): Promise<Response> =>
			fetch(`${origin}/practice/v1/chat/completions`, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', ...headers },
				body: '{"messages":[]}',
			});
		expect((await ask({})).status).not.toBe(404);
		expect((await ask({ Origin: 'https://app.evil' })).status).toBe(403);
	});

	it('keeps its files to this person', () => {
		if (process.platform === 'win32') return;
		companion.token();
		expect(statSync(companion.dataDir).mode & 0o777).toBe(0o700);
		expect(readdirSync(companion.dataDir)).toContain('pairing.json');
		for (const name of readdirSync(companion.dataDir))
			expect([name, statSync(join(companion.dataDir, name)).mode & 0o777]).toEqual([name, 0o600]);
	});
});

describe('pairing', () => {
	it('exchanges a one-time code once', async () => {
		const companion = await openCompanion();
		const { origin } = companion.server;
		const code = companion.pairing.makeOneTimeCode();
		const post = (body: unknown): Promise<Response> =>
			fetch(`${origin}/pair`, {
				method: 'POST',
				headers: { Origin: origin, 'Content-Type': 'application/json' },
				body: JSON.stringify(body),
			});
		const first = await post({ code });
		expect(first.status).toBe(200);
		expect(await first.json()).toMatchObject({ token: expect.stringMatching(/^[0-9a-f]{64}$/) });
		expect((await post({ code })).status).toBe(403);
		expect(JSON.stringify(companion.logged)).not.toContain(code);
		await companion.close();
	});

	it('shows six digits in the terminal only, and locks after five wrong ones', async () => {
		const companion = await openCompanion();
		const { origin } = companion.server;
		const post = (path: string, body: unknown): Promise<Response> =>
			fetch(origin + path, { method: 'POST', headers: { Origin: origin, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
		const shown = await (await post('/pair/show', {})).text();
		const digits = companion.pairing.digits().digits;
		expect(shown).not.toContain(digits);
		expect(companion.logged.join()).toContain(digits);
		for (let i = 0; i < 4; i++) expect((await post('/pair', { code: 'wrong' })).status).toBe(403);
		expect((await post('/pair', { code: 'wrong' })).status).toBe(429);
		expect((await post('/pair', { code: digits })).status).toBe(429);
		await companion.close();
	});

	it('takes the digits as typed', async () => {
		const companion = await openCompanion();
		const { digits } = companion.pairing.digits();
		expect(companion.pairing.pair('https://play.example', digits)).toMatchObject({ ok: true });
		expect(companion.pairing.pair('https://play.example', digits)).toMatchObject({ ok: false });
		await companion.close();
	});

	it('says when no companion answers', async () => {
		expect(await pair('http://127.0.0.1:9', '123456')).toMatchObject({ ok: false, kind: 'no-companion' });
	});

	it('erases keys, tiers, tokens, caps and vault', async () => {
		const companion = await openCompanion();
		const { origin } = companion.server;
		const headers = companion.headers();
		const set = await fetch(`${origin}/tiers`, {
			method: 'POST',
			headers,
			body: JSON.stringify({ id: 'local', base: 'http://127.0.0.1:9/v1', model: 'm', key: 'canary-key' }),
		});
		expect(set.status).toBe(200);
		expect(await set.text()).not.toContain('canary-key');
		expect(await (await fetch(`${origin}/tiers`, { headers })).text()).not.toContain('canary-key');
		mkdirSync(join(companion.dataDir, 'vault'));
		expect((await fetch(`${origin}/erase`, { method: 'POST', headers, body: '{}' })).status).toBe(200);
		expect((await fetch(`${origin}/tiers`, { headers })).status).toBe(401);
		expect(readdirSync(companion.dataDir)).toEqual(['pairing.json']);
		expect(companion.tiers.list()).toEqual([]);
		await companion.close();
	});
});
