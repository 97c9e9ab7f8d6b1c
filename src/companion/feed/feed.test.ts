import { request as openRequest } from 'node:http';
import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { emptySums, scorecard } from '../../core/scorecard.ts';
import { type FeedSnapshot, type ToldSnapshot, readTold, snapshotOf } from '../../core/feed/snapshot.ts';
import { openCompanion, openPage, type TestCompanion } from '../testing/companion.ts';
import { Feed } from './feed.ts';
import { makeMetrics } from './metrics.ts';
import { STUCK_MS, Viewer } from './viewer.ts';

const EMPTY = snapshotOf(scorecard(emptySums()));
const score = (n: number): FeedSnapshot => ({
	...EMPTY,
	session: 's',
	calls: n,
	metrics: { ...EMPTY.metrics, decision: { value: n / (n + 1), local: n, total: n + 1, target: [{ value: 0.8, afterWeeks: 4 }] } },
	updatedAt: 1_760_000_000_000 + n,
});

describe('the feed', () => {
	const clocks = (at: { wall: number; steady: number }) => ({ wall: () => at.wall, steady: () => at.steady });

	it('keeps the last good one through nonsense, and counts that', () => {
		const feed = new Feed();
		expect(feed.told).toMatchObject({ session: '', updatedAt: 0 });
		expect(feed.take(score(1))).toBe('');
		for (const bad of [undefined, 1, {}, { ...score(2), calls: -1 }]) expect(feed.take(bad)).not.toBe('');
		expect(feed.newest).toEqual(score(1));
		expect([feed.taken, feed.refused]).toEqual([1, 4]);
	});
	it('is stale by a steady clock, whatever the clocks on the wall do', () => {
		const at = { wall: 1_760_000_000_000, steady: 0 };
		const feed = new Feed(clocks(at));
		feed.take(score(1));
		at.wall += 365 * 86_400_000;
		feed.take({ ...score(2), updatedAt: 5 });
		expect(feed.staleSince).toBeNull();
		at.wall -= 3_600_000;
		at.steady = 10_001;
		expect(feed.staleSince).toBe(at.wall - 10_001);
		expect(feed.told.ageMs).toBe(10_001);
	});
	it('forgets when everything is erased', () => {
		const feed = new Feed();
		feed.take(score(1));
		feed.forget();
		expect(feed.told).toMatchObject({ session: '', calls: 0 });
	});
	it('takes no flood', () => {
		const feed = new Feed(clocks({ wall: 0, steady: 0 }));
		for (let i = 0; i < 100; i++) feed.take(score(i));
		expect(feed.taken).toBe(16);
		expect(feed.refused).toBe(84);
	});
});

describe('a viewer', () => {
	it('who is slow gets the newest alone, and is let go when nothing leaves', () => {
		let now = 0;
		const sent: string[] = [];
		const left: (() => void)[] = [];
		const viewer = new Viewer(
			{ write: (text, done) => void (sent.push(text), left.push(done)), end: () => void sent.push('end') },
			() => now,
		);
		for (let i = 0; i < 1000; i++) viewer.send(() => `n${i}`);
		expect(sent).toEqual(['n0']);
		left[0]?.();
		expect(sent).toEqual(['n0', 'n999']);
		now = STUCK_MS + 1;
		expect(viewer.stuck).toBe(true);
		viewer.end();
		viewer.send(() => 'late');
		expect(sent).toEqual(['n0', 'n999', 'end']);
	});
});

/** Reads a stream until `enough` of it came. */
function readStream(
	url: string,
	enough: (text: string) => boolean,
	headers: Record<string, string> = {},
): Promise<{ text: string; headers: NodeJS.Dict<string | string[]> }> {
	return new Promise((resolve, reject) => {
		const request = openRequest(url, { headers }, (response) => {
			let text = '';
			response.setEncoding('utf8');
			response.on('data', (chunk: string) => {
				text += chunk;
				if (!enough(text)) return;
				request.destroy();
				resolve({ text, headers: response.headers });
			});
			response.on('end', () => resolve({ text: `${response.statusCode}`, headers: response.headers }));
			response.on('error', () => undefined);
		});
		request.on('error', reject);
		request.end();
	});
}

describe("the feed's door", () => {
	let companion: TestCompanion;
	let url = '';
	let tell: (data: unknown) => void;
	let close: () => void;

	beforeAll(async () => {
		companion = await openCompanion();
		url = companion.server.origin;
		const { link, connected } = openPage(url, companion.token());
		await connected;
		tell = (data) => link.tellScore(data as FeedSnapshot);
		close = () => link.close();
	});
	afterAll(async () => {
		close();
		await companion.close();
	});
	const told = async (n: number) => {
		tell(score(n));
		await expect.poll(() => companion.feed.newest?.calls).toBe(n);
	};

	it('tells what the page that plays told, to any origin, and nothing else', async () => {
		await told(1);
		const response = await fetch(`${url}/scorecard.json`, { headers: { Origin: 'https://stream.example' } });
		expect(response.headers.get('access-control-allow-origin')).toBe('*');
		expect(response.headers.get('set-cookie')).toBeNull();
		const body = (await response.json()) as ToldSnapshot;
		expect(readTold(JSON.stringify(body)).ok).toBe(true);
		expect(Object.keys(body)).toEqual(expect.arrayContaining(['session', 'metrics', 'calls', 'wrong', 'idle', 'saved', 'updatedAt']));
		expect(body).toMatchObject({ calls: 1, saved: { usd: null, msat: null, ms: null } });
		expect(await (await fetch(`${url}/graduation.json`)).json()).toMatchObject({ evaluated: false, graduated: null });
	});
	it('survives nonsense from the page without ending its session', async () => {
		await told(2);
		const refused = companion.feed.refused;
		for (const bad of [null, 'x', [], { falsework: 1 }]) tell(bad);
		await told(3);
		expect(companion.feed.refused).toBe(refused + 4);
		expect(companion.control.connected).toBe(true);
	});
	it('streams: at once the newest with its id, then each change', async () => {
		await told(4);
		const reading = readStream(`${url}/scorecard/events`, (text) => text.includes('"calls":5'));
		await expect.poll(async () => (await (await fetch(`${url}/metrics`)).text()).includes('falsework_feed_viewers 1')).toBe(true);
		tell(score(5));
		const { text, headers } = await reading;
		expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
		expect(text).toMatch(/^retry: 2000\n\nid: \w+-\d+\ndata: \{"falsework":1.*"calls":4.*\}\n\nid: \w+-\d+\ndata: .*"calls":5/);
	});
	it('gives htmx fragments, and lets it ask with credentials', async () => {
		await told(6);
		const origin = 'https://stream.example';
		const { text, headers } = await readStream(`${url}/embed/scorecard/events?metrics=decision,cost`, (t) => t.includes('event: foot'), {
			Origin: origin,
		});
		expect(headers['access-control-allow-origin']).toBe(origin);
		expect(headers['access-control-allow-credentials']).toBe('true');
		expect(text.match(/^event: \w+/gm)).toEqual(['event: scorecard', 'event: decision', 'event: cost', 'event: foot']);
		for (const data of text.match(/^data: .*$/gm) ?? []) expect(data).toMatch(/^data: <(section|div|footer) .*<\/\1>$/);
		const preflight = await fetch(`${url}/embed/scorecard.html`, {
			method: 'OPTIONS',
			headers: { Origin: origin, 'Access-Control-Request-Headers': 'hx-request' },
		});
		expect(preflight.status).toBe(204);
		expect(preflight.headers.get('access-control-allow-headers')).toContain('hx-request');
		expect(await (await fetch(`${url}/embed/scorecard.html`)).text()).toMatch(/^<section id="falsework-scorecard" .*6 of 7 decisions/);
	});
	it('speaks WebSocket, JSON and fragments, and hears nothing', async () => {
		await told(7);
		for (const [path, start] of [
			['/scorecard', '{"falsework":1'],
			['/embed/scorecard/ws', '<section id="falsework-scorecard" hx-swap-oob="true"'],
		] as const) {
			const socket = new WebSocket(url.replace('http', 'ws') + path, { origin: 'https://stream.example' });
			const heard: string[] = [];
			socket.on('message', (data: Buffer) => void heard.push(data.toString()));
			await expect.poll(() => heard.length).toBe(1);
			expect(heard[0]?.startsWith(start)).toBe(true);
			socket.send(JSON.stringify(score(99)));
			socket.send(JSON.stringify({ type: 'score', epoch: 0, seq: 1, score: score(99) }));
			await new Promise((resolve) => setTimeout(resolve, 50));
			expect(companion.feed.newest?.calls).toBe(7);
			socket.terminate();
		}
	});
	it('is read and never written', async () => {
		for (const path of [
			'/scorecard.json',
			'/scorecard/events',
			'/embed/scorecard',
			'/embed/scorecard.js',
			'/graduation.json',
			'/scorecard',
		]) {
			for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
				expect((await fetch(url + path, { method, headers: companion.headers() })).status, `${method} ${path}`).toBe(405);
		}
		expect((await fetch(`${url}/scorecard`)).status).toBe(426);
	});
	it('serves the page for a frame with walls of its own', async () => {
		const response = await fetch(`${url}/embed/scorecard?title=%22%3E%3Cscript%3E&theme=light&metrics=cost`);
		const policy = response.headers.get('content-security-policy') ?? '';
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain('sandbox allow-scripts');
		expect(policy).not.toMatch(/unsafe|frame-ancestors|allow-same-origin/);
		expect(response.headers.get('x-frame-options')).toBeNull();
		expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
		const html = await response.text();
		expect(html).toContain(
			'<falsework-scorecard src="../scorecard" fit="" theme="light" metrics="cost" heading="&quot;&gt;&lt;script&gt;">',
		);
	});
	it('has room for so many and no more, and one origin does not take it all', async () => {
		const sockets = Array.from(
			{ length: 40 },
			() => new WebSocket(`${url.replace('http', 'ws')}/scorecard`, { origin: 'https://flood.example' }),
		);
		const ends = await Promise.all(
			sockets.map((s) => new Promise<string>((resolve) => s.once('open', () => resolve('open')).once('error', (e) => resolve(e.message)))),
		);
		expect(ends.filter((end) => end === 'open')).toHaveLength(32);
		expect(ends.filter((end) => end.includes('503'))).toHaveLength(8);
		expect((await readStream(`${url}/scorecard/events`, (t) => t.includes('data:'))).text).toContain('"calls":7');
		for (const socket of sockets) socket.terminate();
	});
	it('holds nobody up for one who does not read', async () => {
		const { port } = companion.server;
		const stuck = connect(port, '127.0.0.1', () => {
			stuck.pause();
			stuck.write(`GET /embed/scorecard/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
		});
		await expect.poll(async () => (await (await fetch(`${url}/metrics`)).text()).includes('falsework_feed_viewers 1')).toBe(true);
		await told(8);
		const began = performance.now();
		for (let n = 9; n < 14; n++) await told(n);
		expect(performance.now() - began).toBeLessThan(2000);
		stuck.destroy();
	});

	it('can be narrowed to some sites', async () => {
		const narrow = await openCompanion({ feedOrigins: ['https://stream.example'] });
		const at = narrow.server.origin;
		const status = async (path: string, origin?: string) =>
			(await fetch(at + path, origin === undefined ? {} : { headers: { Origin: origin } })).status;
		expect(await status('/scorecard.json', 'https://stream.example')).toBe(200);
		expect(await status('/scorecard.json', at)).toBe(200);
		expect(await status('/scorecard.json')).toBe(200);
		for (const origin of ['https://evil.example', 'null', 'https://stream.example.evil', 'http://stream.example'])
			expect(await status('/scorecard.json', origin)).toBe(403);
		const socket = new WebSocket(`${at.replace('http', 'ws')}/scorecard`, { origin: 'https://evil.example' });
		expect(await new Promise<string>((resolve) => socket.once('error', (error) => resolve(error.message)))).toContain('403');
		const policy = (await fetch(`${at}/embed/scorecard`)).headers.get('content-security-policy');
		expect(policy).toContain("frame-ancestors 'self' https://stream.example");
		await narrow.close();
	});
});

describe('metrics', () => {
	const names = (text: string) => [...text.matchAll(/^# TYPE (\w+) /gm)].map((m) => m[1] as string).sort();
	const read = (path: string) => readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8');

	it('say what the snapshot says, and leave out what nobody knows', async () => {
		const feed = new Feed();
		const registry = makeMetrics(feed, () => 2);
		const before = await registry.metrics();
		expect(before).toContain('falsework_feed_viewers 2');
		expect(before).not.toMatch(/^falsework_(calls_total|sovereignty_ratio|feed_age_seconds)/m);
		feed.take(score(3));
		const text = await registry.metrics();
		expect(text).toContain('falsework_sovereignty_ratio{metric="decision"} 0.75');
		expect(text).toContain('falsework_local_total{metric="decision"} 3');
		expect(text).toContain('falsework_calls_total{where="outside"} 3');
		expect(text).not.toContain('falsework_sovereignty_ratio{metric="narration"}');
		feed.take(score(1));
		expect(await registry.metrics()).toContain('falsework_calls_total{where="outside"} 1');
	});
	it('have the names that docs/metrics.md lists', async () => {
		const listed = [...read('metrics.md').matchAll(/^\| `(falsework_\w+)`/gm)].map((m) => m[1] as string).sort();
		expect(listed).toEqual(names(await makeMetrics(new Feed(), () => 0).metrics()));
	});
	it('are all that the example dashboard asks for', async () => {
		const known = names(await makeMetrics(new Feed(), () => 0).metrics());
		const dashboard = JSON.parse(read('grafana-dashboard.json')) as { panels: { title: string; targets?: { expr: string }[] }[] };
		const asked = dashboard.panels.flatMap((panel) => panel.targets ?? []).map(({ expr }) => expr);
		expect(asked.length).toBeGreaterThan(8);
		for (const expr of asked) {
			const used = expr.match(/\bfalsework_\w+/g) ?? [];
			expect(used.length, expr).toBeGreaterThan(0);
			for (const name of used) expect(known, expr).toContain(name);
		}
	});
	it('are for programs of this computer, and no page of another origin', async () => {
		const companion = await openCompanion();
		const at = `${companion.server.origin}/metrics`;
		const response = await fetch(at);
		expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
		expect(response.headers.get('access-control-allow-origin')).toBeNull();
		expect((await fetch(at, { headers: { Origin: 'https://evil.example' } })).status).toBe(403);
		await companion.close();
	});
});
