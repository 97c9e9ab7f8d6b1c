// The model store in a real browser, against a hub on this machine that can be told to misbehave. Real files of the browser, real
// Range, real kills; the bytes are made up except where the title says otherwise. Whatever a runtime would be given is what `files`
// gives, so a bad weight loaded would be seen there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { BrowserContext, Page } from 'playwright/test';
import type { ModelManifest } from '../src/core/models/manifest.ts';
import { ensureWeights } from '../src/tools/models/weights.mjs';
import { startHub, type Hub, type Misdeed } from './fixtures/hub.mjs';
import { openProfile } from './fixtures/static-host.ts';
import { CHUNK, madeUp, makeModel, openStore, promised, type StorePage } from './fixtures/store.ts';
import { addModel, expect, type Site, test as base } from './fixtures/test.ts';

interface Shelf {
	/** Where the hub's files lie. */
	readonly folder: string;
	readonly hub: Hub;
	/** Three chunks and a small file. */
	readonly one: ModelManifest;
}
const test = base.extend<{ shelf: Shelf }>({
	shelf: async ({}, use) => {
		const folder = mkdtempSync(join(tmpdir(), 'falsework-hub-'));
		const hub = await startHub({
			models: { one: join(folder, 'one'), two: join(folder, 'two') },
			repos: { 'own/hubbed': { folder: join(folder, 'one') } },
		});
		const one = makeModel(
			join(folder, 'one'),
			'one',
			{ 'onnx/big.onnx': madeUp('big', 2 * CHUNK + 100_000), 'config.json': Buffer.from('{"a":1}') },
			{ sources: [`${hub.url}one/`] },
		);
		await use({ folder, hub, one });
		await hub.close();
		rmSync(folder, { recursive: true, force: true });
	},
});

const ready = (store: StorePage, id: string) => expect.poll(() => store.state(id), { timeout: 60_000 }).toBe('ready');

/** Changes one byte of a blob behind the store's back. */
async function flip(page: Page, sha256: string, at: number): Promise<void> {
	await page.evaluate(
		async ([name, position]) => {
			const buckets = (
				navigator as unknown as { storageBuckets: { open(name: string): Promise<{ getDirectory(): Promise<FileSystemDirectoryHandle> }> } }
			).storageBuckets;
			const blobs = await (await (await buckets.open('models')).getDirectory()).getDirectoryHandle('blobs');
			const handle = await blobs.getFileHandle(name as string);
			const byte = new Uint8Array(await (await handle.getFile()).slice(position as number, (position as number) + 1).arrayBuffer());
			const writer = await handle.createWritable({ keepExistingData: true });
			await writer.write({ type: 'write', position: position as number, data: Uint8Array.of((byte[0] ?? 0) ^ 1) });
			await writer.close();
		},
		[sha256, at] as const,
	);
}

/** Ends the whole browser as a power cut would. */
async function killBrowser(context: BrowserContext): Promise<void> {
	const session = await context.browser()?.newBrowserCDPSession();
	const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
	const pid = processInfo.find(({ type }) => type === 'browser')?.id;
	if (pid === undefined) throw new Error('the browser did not say its process');
	const gone = new Promise<void>((resolve) => context.on('close', () => resolve()));
	process.kill(pid, 'SIGKILL');
	await gone;
}

/** A browser lets go of what it has received and not yet handed over when a connection breaks; at most 2 MB (its data pipe). */
const LOST_AT_MOST = 2 * 1024 * 1024;

/** In the middle of a chunk the connection breaks and the browser is killed; it goes on from the last verified chunk in a new one. */
async function cutAndKill(profile: string, site: Site, hub: Hub, model: ModelManifest, path: RegExp, chunks: number): Promise<void> {
	const whole = chunks * CHUNK;
	const cutAt = whole + 2 * LOST_AT_MOST;
	const first = await openProfile(profile);
	// The rest never comes: the kill finds the download waiting to try again.
	hub.misbehave({ path, cutAt, times: 1 }, { path, stallAt: 0 });
	const before = await openStore(first.pages()[0] ?? (await first.newPage()), site.companion.origin, [model], {
		patience: { stallMs: 60_000 },
	});
	expect(await before.call('download', model.id)).toBe('');
	await expect
		.poll(
			async () => {
				const { haveBytes, state, why } = await before.model(model.id);
				return haveBytes >= whole ? 'the whole chunks are here' : { haveBytes, state, why, sent: hub.sent, asked: hub.asked };
			},
			{ timeout: 60_000 },
		)
		.toBe('the whole chunks are here');
	await killBrowser(first);
	hub.misbehave();
	const second = await openProfile(profile);
	try {
		const after = await openStore(second.pages()[0] ?? (await second.newPage()), site.companion.origin, [model]);
		// It was under way, so it goes on by itself.
		await expect.poll(() => after.state(model.id), { timeout: 120_000 }).toBe('ready');
		expect(await after.files(model.id)).toEqual({ files: promised(model) });
		expect(hub.sent, 'bytes on the wire').toBeLessThanOrEqual(model.bytes + CHUNK);
		expect(
			hub.asked.some(({ range }) => range.startsWith(`bytes=${whole}-`)),
			'from the last verified chunk',
		).toBe(true);
	} finally {
		await second.close();
	}
}

test('a model is fetched, verified, handed out, and deleted to the byte', async ({ page, site, shelf: { one } }) => {
	const store = await openStore(page, site.companion.origin, [one]);
	expect((await store.view()).keptIn).toContain('bucket “models”');
	expect(await store.call('download', 'one')).toBe('');
	await ready(store, 'one');
	expect(await store.files('one')).toEqual({ files: promised(one) });
	const { freesBytes, checkedAt } = await store.model('one');
	const { usedBytes } = await store.view();
	expect([freesBytes, usedBytes, checkedAt > 0]).toEqual([one.bytes, one.bytes, true]);
	expect(await store.call('remove', 'one')).toBe('');
	await expect.poll(async () => (await store.view()).usedBytes).toBe(usedBytes - freesBytes);
	expect(await store.files('one')).toHaveProperty('why');
});

test('cut at half and the browser killed, it goes on from the last verified chunk', async ({ site, shelf: { hub, one } }, info) => {
	test.setTimeout(180_000);
	await cutAndKill(info.outputPath('profile'), site, hub, one, /big\.onnx/, 1);
});

test('@full real weights, cut at half and the browser killed, go on from the last verified chunk', async ({ site }, info) => {
	test.setTimeout(300_000);
	const weights = await ensureWeights(['smollm2-135m-instruct']);
	const model = JSON.parse(readFileSync(new URL('../models/smollm2-135m-instruct.json', import.meta.url), 'utf8')) as ModelManifest;
	const hub = await startHub({ models: { 'smollm2-135m-instruct': join(weights, 'smollm2-135m-instruct') } });
	try {
		const here = { ...model, sources: [], files: model.files };
		await cutAndKill(
			info.outputPath('profile'),
			site,
			hub,
			{ ...here, sources: [`${hub.url}smollm2-135m-instruct/`], files: here.files.map(({ at: _, ...file }) => file) },
			/gguf/,
			Math.floor(model.bytes / 2 / CHUNK),
		);
	} finally {
		await hub.close();
	}
});

test('@full twenty of twenty corrupted, truncated and lying downloads are refused with the fault named, and nothing of them is loaded', async ({
	page,
	site,
	shelf: { hub, one },
}) => {
	test.setTimeout(240_000);
	const big = /big\.onnx/;
	const last = 2 * CHUNK + 99_999;
	const bad: readonly (readonly [Misdeed, RegExp])[] = [
		...[0, 1, CHUNK - 1, CHUNK, CHUNK + 12_345, last].map(
			(at) => [{ path: big, flip: at }, /Chunk \d of "onnx\/big\.onnx" from 127.* SHA-256/] as const,
		),
		[{ path: /config/, flip: 3 }, /Chunk 1 of "config\.json"/],
		...[0, 1, CHUNK - 1, CHUNK, CHUNK + 1, last].map(
			(at) => [{ path: big, truncateAt: at }, /stopped sending "onnx\/big\.onnx" at byte \d+/] as const,
		),
		[{ path: /config/, truncateAt: 3 }, /stopped sending "config\.json" at byte 3 of 7/],
		[{ path: big, length: 100 }, /were promised/],
		[{ path: big, length: one.bytes * 2 }, /were promised/],
		[{ path: big, html: true }, /sends a web page instead of/],
		[{ path: big, status: 404 }, /has no "onnx\/big\.onnx" \(HTTP 404\)/],
		[{ path: /config/, status: 403 }, /wants a login/],
		[{ path: big, status: 500 }, /failed \(HTTP 500\)/],
	];
	expect(bad).toHaveLength(20);
	const store = await openStore(page, site.companion.origin, [one]);
	const refused: string[] = [];
	for (const [misdeed, why] of bad) {
		hub.misbehave(misdeed);
		expect(await store.call('download', 'one')).toBe('');
		await expect.poll(() => store.state('one'), { timeout: 60_000 }).toBe('failed');
		expect((await store.model('one')).why).toMatch(why);
		const given = await store.files('one');
		expect(given, JSON.stringify(misdeed)).toHaveProperty('why');
		if ('why' in given) refused.push(given.why);
		expect(await store.call('cancel', 'one')).toBe('');
	}
	expect(refused).toHaveLength(20);
	expect((await store.view()).usedBytes).toBe(0);
	// The same place, an honest server: nothing was left that could spoil it.
	hub.misbehave();
	expect(await store.call('download', 'one')).toBe('');
	await ready(store, 'one');
	expect(await store.files('one')).toEqual({ files: promised(one) });
});

test('a silent server and one that ignores Range or hides its headers are coped with', async ({ page, site, shelf: { hub, one } }) => {
	test.setTimeout(120_000);
	const store = await openStore(page, site.companion.origin, [one]);
	hub.misbehave({ path: /big/, stallAt: CHUNK + 50_000 });
	expect(await store.call('download', 'one')).toBe('');
	// What is shown falls to 0 while nothing comes, and the person reads why.
	await expect
		.poll(async () => [(await store.model('one')).haveBytes, (await store.model('one')).speed], { timeout: 30_000 })
		.toEqual([CHUNK, 0]);
	await expect
		.poll(async () => (await store.model('one')).why, { timeout: 30_000 })
		.toContain('sent nothing of "onnx/big.onnx" for 2 seconds');
	hub.misbehave({ path: /big/, ignoreRange: true });
	if ((await store.state('one')) === 'failed') expect(await store.call('download', 'one')).toBe('');
	await ready(store, 'one');
	expect(await store.call('remove', 'one')).toBe('');
	hub.misbehave({ path: /big/, cutAt: CHUNK + 7, times: 1 }, { path: /big/, noRangeHeader: true });
	expect(await store.call('download', 'one')).toBe('');
	await ready(store, 'one');
	expect(await store.files('one')).toEqual({ files: promised(one) });
});

test('a flipped byte on the disk is found when the model is first opened, and its chunk alone is fetched again', async ({
	page,
	site,
	shelf: { hub, one },
}) => {
	const store = await openStore(page, site.companion.origin, [one]);
	expect(await store.call('download', 'one')).toBe('');
	await ready(store, 'one');
	const big = one.files[0];
	await flip(page, big?.sha256 ?? '', CHUNK + 5);
	hub.forget();
	const again = await openStore(page, site.companion.origin, [one]);
	await expect.poll(() => again.state('one')).toBe('damaged');
	expect((await again.model('one')).why).toContain('Chunk 2 of "onnx/big.onnx" is damaged');
	expect(await again.files('one')).toEqual({ why: expect.stringContaining('damaged') as unknown });
	expect(await again.call('download', 'one')).toBe('');
	await ready(again, 'one');
	expect(hub.asked).toEqual([{ path: 'one/onnx/big.onnx', range: `bytes=${CHUNK}-${2 * CHUNK - 1}` }]);
	expect(hub.sent).toBe(CHUNK);
	expect(await again.files('one')).toEqual({ files: promised(one) });
});

test('pause keeps what is verified through a reload, resume goes on, cancel gives it back', async ({ page, site, shelf: { hub, one } }) => {
	hub.misbehave({ path: /big/, slow: 6_000_000 });
	const store = await openStore(page, site.companion.origin, [one]);
	expect(await store.call('download', 'one')).toBe('');
	await expect.poll(async () => (await store.model('one')).speed).toBeGreaterThan(0);
	expect((await store.model('one')).etaMs).toBeGreaterThan(0);
	await expect.poll(async () => (await store.model('one')).haveBytes, { timeout: 30_000 }).toBeGreaterThanOrEqual(CHUNK);
	expect(await store.call('pause', 'one')).toBe('');
	const { haveBytes } = await store.model('one');
	await expect.poll(() => store.state('one')).toBe('paused');
	hub.forget();
	const again = await openStore(page, site.companion.origin, [one]);
	await expect.poll(async () => [await again.state('one'), (await again.model('one')).haveBytes]).toEqual(['paused', haveBytes]);
	expect(hub.asked, 'a paused download does not go on by itself').toEqual([]);
	hub.misbehave();
	expect(await again.call('download', 'one')).toBe('');
	await ready(again, 'one');
	expect(hub.sent).toBe(one.bytes - haveBytes);
	expect(await again.call('cancel', 'one')).toBe('');
	await expect.poll(async () => (await again.view()).usedBytes).toBe(0);
});

test('with its share of the disk full a download stops with a sentence, loses nothing, and goes on when there is room', async ({
	page,
	site,
	shelf: { one },
}) => {
	const store = await openStore(page, site.companion.origin, [one]);
	const cdp = await page.context().newCDPSession(page);
	const { origin } = new URL(page.url());
	await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: CHUNK + 500_000 });
	const refused = await store.call('download', 'one');
	// A browser that tells its quota is believed before the start; one that does not is met when it refuses.
	if (refused === '') {
		await expect.poll(() => store.state('one'), { timeout: 30_000 }).toBe('failed');
		const { why, haveBytes } = await store.model('one');
		expect(why).toMatch(/full|free \d+/);
		expect(haveBytes % CHUNK).toBe(0);
	} else expect(refused).toMatch(/free [\d.]+ [KMG]B first/);
	await cdp.send('Storage.overrideQuotaForOrigin', { origin });
	expect(await store.call('download', 'one')).toBe('');
	await ready(store, 'one');
	expect(await store.files('one')).toEqual({ files: promised(one) });
});

test('what is dropped is taken in by its hashes: a folder, a zip, a manifest of its own, a GGUF, an ONNX', async ({
	page,
	site,
	shelf: { hub, one, folder },
}) => {
	const store = await openStore(page, site.companion.origin, [one]);
	const big = readFileSync(join(folder, 'one', 'onnx', 'big.onnx'));
	expect(await store.drop({ 'stick/renamed.bin': big, 'stick/config.json': Buffer.from('{"a":1}') })).toBe('');
	await ready(store, 'one');
	expect(await store.files('one')).toEqual({ files: promised(one) });
	expect(await store.call('remove', 'one')).toBe('');

	const zip = zipSync({
		'one/onnx/big.onnx': [big, { level: 0 }],
		'one/config.json': Buffer.from('{"a":1}'),
		'__MACOSX/x': Buffer.from('x'),
	});
	expect(await store.drop({ 'one.zip': zip })).toBe('');
	await ready(store, 'one');
	expect(await store.files('one')).toEqual({ files: promised(one) });
	expect(await store.call('remove', 'one')).toBe('');

	const own = makeModel(join(folder, 'two'), 'two', { 'net.onnx': madeUp('two', 5000) });
	expect(
		await store.drop({ 'two/two.json': Buffer.from(JSON.stringify(own)), 'two/net.onnx': readFileSync(join(folder, 'two', 'net.onnx')) }),
	).toBe('');
	await ready(store, 'two');
	expect(await store.files('two')).toEqual({ files: promised(own) });

	const gguf = Buffer.concat([Buffer.from('GGUF'), madeUp('chat', 9000)]);
	const onnx = Buffer.concat([Buffer.from([8, 10]), madeUp('det', 9000)]);
	expect(await store.drop({ 'chat.gguf': gguf, 'det.onnx': onnx })).toBe('');
	await ready(store, 'chat');
	await ready(store, 'det');
	expect([(await store.model('chat')).manifest.runtime, (await store.model('det')).manifest.runtime]).toEqual(['wllama', 'ort']);

	const used = (await store.view()).usedBytes;
	const broken = Buffer.from(big);
	broken[9] = (broken[9] ?? 0) ^ 1;
	for (const [files, why] of [
		[{ 'big.bin': broken }, /Nothing was kept/],
		[{ 'fake.gguf': Buffer.from('<!doctype html>') }, /named like a model and is none/],
		[{ 'cut.zip': Buffer.from(zip).subarray(0, CHUNK) }, /cut short/],
		[{ 'bomb.zip': Buffer.from(zipSync({ 'zeros.bin': new Uint8Array(64 * 1024 * 1024) })) }, /grows more than 100 times/],
		[{ 'out.zip': Buffer.from(zipSync({ '../out.onnx': onnx })) }, /leads out of it/],
	] as const)
		expect(await store.drop(files)).toMatch(why);
	await expect.poll(async () => (await store.view()).usedBytes).toBe(used);
	expect(hub.asked, 'nothing was fetched').toEqual([]);
});

test('two tabs do not fetch a model twice, and both have it', async ({ page, context, site, shelf: { hub, one } }) => {
	hub.misbehave({ path: /big/, slow: 8_000_000 });
	const first = await openStore(page, site.companion.origin, [one]);
	const second = await openStore(await context.newPage(), site.companion.origin, [one]);
	expect(await first.call('download', 'one')).toBe('');
	await expect.poll(() => first.state('one')).toBe('downloading');
	expect(await second.call('download', 'one')).toBe('');
	await expect.poll(async () => (await second.model('one')).why).toContain('Another tab');
	await ready(first, 'one');
	await ready(second, 'one');
	expect(hub.sent).toBe(one.bytes);
	expect(await second.files('one')).toEqual({ files: promised(one) });
	// Closing the tab that fetches hands the work over.
	expect(await second.call('remove', 'one')).toBe('');
	await expect.poll(() => first.state('one')).toBe('absent');
	hub.misbehave({ path: /big/, slow: 8_000_000, times: 1 });
	expect(await first.call('download', 'one')).toBe('');
	await expect.poll(async () => (await first.model('one')).haveBytes, { timeout: 30_000 }).toBeGreaterThanOrEqual(CHUNK);
	hub.forget();
	expect(await second.call('download', 'one')).toBe('');
	await page.close();
	await ready(second, 'one');
	expect(hub.sent).toBeLessThan(one.bytes);
	expect(await second.files('one')).toEqual({ files: promised(one) });
});

test('a model of a hub is listed, pinned and verified, from its mirror when one is set', async ({ page, site, shelf: { hub, one } }) => {
	const hubbed = {
		...one,
		id: 'hubbed',
		name: 'hubbed',
		sources: [],
		files: [],
		hub: { repo: 'own/hubbed', revision: 'main', pick: ['*.json', 'onnx/*'] },
	};
	const store = await openStore(page, site.companion.origin, [hubbed], { hub: 'http://127.0.0.1:9/' });
	expect(await store.call('setMirror', hub.url)).toBe('');
	expect(await store.call('download', 'hubbed')).toBe('');
	await ready(store, 'hubbed');
	expect(await store.files('hubbed')).toEqual({ files: promised(one) });
	expect((await store.model('hubbed')).manifest).toMatchObject({ revision: 'a'.repeat(40), bytes: one.bytes });
	hub.misbehave({ path: /./, status: 500 });
	const again = await openStore(page, site.companion.origin, [hubbed]);
	await ready(again, 'hubbed');
	expect(await again.files('hubbed')).toEqual({ files: promised(one) });
});

test('what the companion’s folder holds is offered, fetched from there, and gone from the list with it', async ({
	page,
	site,
	shelf: { folder },
}) => {
	const onnx = Buffer.concat([Buffer.from([8, 10]), madeUp('det', CHUNK + 9000)]);
	writeFileSync(join(folder, 'finder.onnx'), onnx);
	expect(addModel(site.companion, join(folder, 'finder.onnx'))).toContain('"added":["finder"]');
	const store = await openStore(page, site.companion.origin, [], { companion: { url: site.companion.origin } });
	await expect.poll(() => store.state('finder')).toBe('absent');
	expect((await store.model('finder')).from).toBe('the companion’s folder');
	expect(await store.call('download', 'finder')).toBe('');
	await ready(store, 'finder');
	expect((await store.model('finder')).manifest.bytes).toBe(onnx.length);
	const alone = await openStore(page, site.companion.origin, []);
	await ready(alone, 'finder');
	expect(await alone.call('remove', 'finder')).toBe('');
	expect(await alone.state('finder')).toBe('unknown');
});
