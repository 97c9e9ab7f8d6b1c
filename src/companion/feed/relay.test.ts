import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { emptySums, scorecard } from '../../core/scorecard.ts';
import { type FeedSnapshot, snapshotOf } from '../../core/feed/snapshot.ts';
import { openCompanion, tempDir } from '../testing/companion.ts';
import { type Relay, relayKey, type RelayOptions, startRelay } from './relay.ts';

const score = (calls: number): FeedSnapshot => ({ ...snapshotOf(scorecard(emptySums())), session: 's', calls, updatedAt: 1 });
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});
async function relayOf(from: string, change: Partial<RelayOptions> = {}): Promise<Relay & { logged: string[] }> {
	const logged: string[] = [];
	const relay = await startRelay({
		from: new URL(from),
		host: '127.0.0.1',
		port: 0,
		delayMs: 0,
		mostViewers: 100,
		origins: [],
		key: undefined,
		pageDir: undefined,
		log: (line) => logged.push(line),
		...change,
	});
	closing.push(() => relay.close());
	return { ...relay, logged };
}

/** Reads a stream for a while: the calls of each snapshot, and when it came. */
async function watch(url: string, forMs: number): Promise<readonly { readonly calls: number; readonly at: number }[]> {
	const heard: { calls: number; at: number }[] = [];
	const ended = AbortSignal.timeout(forMs);
	try {
		const { body } = await fetch(url, { signal: ended });
		if (body === null) return heard;
		for await (const part of body.pipeThrough(new TextDecoderStream()))
			for (const [, data] of part.matchAll(/^data: (.*)$/gm))
				heard.push({ calls: (JSON.parse(data ?? '') as FeedSnapshot).calls, at: performance.now() });
	} catch {
		if (!ended.aborted) throw new Error('the stream broke');
	}
	return heard;
}

it('hands on one snapshot a second at most, the newest, to who has the key', async () => {
	const companion = await openCompanion();
	closing.push(() => companion.close());
	const relay = await relayOf(companion.server.origin, { key: 'secret' });
	let n = 0;
	const telling = setInterval(() => companion.feed.take(score(++n)), 200);
	await expect.poll(() => relay.feed.newest?.calls ?? 0).toBeGreaterThan(0);
	for (const path of [
		'/scorecard.json',
		'/scorecard/events',
		'/embed/scorecard',
		'/embed/scorecard/events',
		'/graduation.json',
		'/scorecard.json?key=wrong',
	])
		expect((await fetch(relay.origin + path)).status, path).toBe(401);
	expect((await fetch(`${relay.origin}/scorecard.json`, { headers: { Authorization: 'Bearer secret' } })).status).toBe(200);
	for (const path of ['/scorecard', '/metrics', '/control', '/pair', '/tiers', '/'])
		expect((await fetch(`${relay.origin}${path}?key=secret`)).status, path).toBe(404);
	expect((await fetch(`${relay.origin}/scorecard.json?key=secret`, { method: 'POST' })).status).toBe(405);
	expect(await (await fetch(`${relay.origin}/embed/scorecard?key=secret`)).text()).toContain('src="../scorecard/events?key=secret"');
	const heard = await watch(`${relay.origin}/scorecard/events?key=secret`, 3500);
	clearInterval(telling);
	expect(heard.length).toBeGreaterThanOrEqual(3);
	expect(heard.length).toBeLessThanOrEqual(5);
	// The first is what there is at once; from the second on they keep their distance.
	for (let i = 2; i < heard.length; i++) expect((heard[i]?.at ?? 0) - (heard[i - 1]?.at ?? 0)).toBeGreaterThan(900);
	expect(heard.at(-1)?.calls).toBeGreaterThan(n - 8);
});

it('is as late as it is told to be, and loses none for it', async () => {
	const companion = await openCompanion();
	closing.push(() => companion.close());
	const relay = await relayOf(companion.server.origin, { delayMs: 1500 });
	await expect.poll(() => relay.logged.join()).toContain('Reading');
	companion.feed.take(score(1));
	const toldAt = performance.now();
	await expect.poll(() => relay.feed.newest?.calls, { interval: 20, timeout: 5000 }).toBe(1);
	expect(performance.now() - toldAt).toBeGreaterThan(1450);
});

it('comes back when its feed does, and keeps its numbers meanwhile', async () => {
	let server: Server | undefined;
	const open = async (port: number, calls: number) => {
		server = createServer((_, response) => {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.write(`data: {"nonsense":true}\n\ndata: ${JSON.stringify({ ...score(calls), ageMs: 0 })}\n\n`);
		});
		await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
		return (server.address() as AddressInfo).port;
	};
	const shut = async () => {
		server?.closeAllConnections();
		await new Promise((resolve) => server?.close(resolve));
	};
	const port = await open(0, 1);
	const relay = await relayOf(`http://127.0.0.1:${port}`);
	await expect.poll(() => relay.feed.newest?.calls).toBe(1);
	await shut();
	await expect.poll(() => relay.logged.join()).toContain('Lost');
	expect(relay.feed.newest?.calls).toBe(1);
	expect(await (await fetch(`${relay.origin}/health`)).json()).toMatchObject({ name: 'falsework-relay', ok: false });
	await open(port, 2);
	await expect.poll(() => relay.feed.newest?.calls, { timeout: 20_000 }).toBe(2);
	expect(relay.logged.join()).toContain('told no scorecard: falsework');
	await shut();
});

it('keeps its key until a new one is wanted', () => {
	const dir = tempDir();
	const key = relayKey(dir, false);
	expect(key).toMatch(/^[0-9a-f]{32}$/);
	expect(relayKey(dir, false)).toBe(key);
	expect(relayKey(dir, true)).not.toBe(key);
});
