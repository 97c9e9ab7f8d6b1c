// The store over a disk in memory and a network in memory: every promise that does not need a browser. The browser's own disk, tabs,
// kills and quotas are in e2e/store.spec.ts.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, type ModelManifest } from '../../core/models/manifest.ts';
import { DiskError } from './disk.ts';
import type { Environment, Tabs } from './environment.ts';
import { makeMemoryDisk, type MemoryDisk } from './memory-disk.ts';
import { makeModelStore, type ModelStore, type StoreOptions } from './store.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const git = (bytes: Uint8Array): string => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
/** Bytes that differ from chunk to chunk. */
function bytesOf(seed: number, length: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(length);
	for (let i = 0; i < length; i += 4096) bytes.fill((seed + i / 4096) & 255, i, Math.min(length, i + 4096));
	return bytes;
}
function manifest(id: string, files: Readonly<Record<string, Uint8Array>>, part: Partial<ModelManifest> = {}): ModelManifest {
	const listed = Object.entries(files).map(([path, bytes]) => ({
		path,
		bytes: bytes.length,
		sha256: sha256(bytes),
		chunks: Array.from({ length: Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES)) }, (_, i) =>
			sha256(bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)),
		),
	}));
	return {
		falsework: 1,
		id,
		name: id,
		what: '',
		purpose: 'embed',
		runtime: 'ort',
		licence: 'MIT',
		terms: '',
		copyright: '',
		origin: '',
		revision: '1',
		sources: [`https://a.example/${id}/`],
		files: listed,
		bytes: listed.reduce((sum, { bytes }) => sum + bytes, 0),
		needs: { memoryBytes: 1 },
		options: {},
		verified: false,
		embedded: false,
		...part,
	};
}

type Serve = (url: string, range: readonly [number, number] | undefined, signal: AbortSignal) => Response | Promise<Response>;
/** An honest server of files by address. */
function honest(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>): Serve {
	return (url, range) => {
		const bytes = files[url];
		if (bytes === undefined) return new Response('no', { status: 404 });
		if (range === undefined) return new Response(bytes, { headers: { 'content-length': String(bytes.length) } });
		const [from, to] = range;
		return new Response(bytes.subarray(from, to + 1), { status: 206, headers: { 'content-range': `bytes ${from}-${to}/${bytes.length}` } });
	};
}

interface World {
	readonly disk: MemoryDisk;
	readonly asked: string[];
	readonly environment: Environment;
	readonly tabs: Set<(id: string) => void>;
	serve: Serve;
	now: number;
}
/** Locks and messages are shared by every store of a world, as by the tabs of a browser. */
function makeWorld(serve: Serve, disk = makeMemoryDisk()): World {
	const held = new Map<string, Promise<unknown>>();
	const asked: string[] = [];
	const world: World = {
		disk,
		asked,
		tabs: new Set(),
		serve,
		now: 1_000_000,
		environment: {
			clock: { now: () => world.now, monotonic: () => world.now },
			random: () => 0.5,
			fetch: async (input, init) => {
				const url = String(input);
				const range = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init?.headers).get('range') ?? '');
				asked.push(`${url}${range === null ? '' : ` ${range[1]}-${range[2]}`}`);
				init?.signal?.throwIfAborted();
				return await world.serve(
					url,
					range === null ? undefined : [Number(range[1]), Number(range[2])],
					init?.signal ?? new AbortController().signal,
				);
			},
			locks: {
				async hold(name, signal, busy, work) {
					if (held.has(name)) busy();
					while (held.has(name)) {
						const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve));
						await Promise.race([held.get(name)?.catch(() => undefined), stopped]);
						signal.throwIfAborted();
					}
					const done = work();
					held.set(name, done);
					try {
						return await done;
					} finally {
						held.delete(name);
					}
				},
				async tryHold(name, work) {
					return held.has(name) ? undefined : await world.environment.locks.hold(name, new AbortController().signal, () => undefined, work);
				},
			},
			tabs: { tell: () => undefined, onTold: () => undefined },
			sleep: async (_, signal) => {
				await new Promise((resolve) => setTimeout(resolve, 1));
				signal.throwIfAborted();
			},
		},
	};
	return world;
}
async function openStore(world: World, builtIn: readonly ModelManifest[], part: Partial<StoreOptions> = {}): Promise<ModelStore> {
	// A tab hears all but itself.
	let mine: ((id: string) => void) | undefined;
	const tabs: Tabs = {
		tell(id) {
			for (const listener of world.tabs) if (listener !== mine) listener(id);
		},
		onTold(listener) {
			mine = listener;
			world.tabs.add(listener);
		},
	};
	const store = makeModelStore({
		openDisk: async () => world.disk,
		builtIn,
		base: 'https://page.example/',
		hub: 'https://hub.example/',
		patience: { tries: 4, stallMs: 200 },
		environment: { ...world.environment, tabs },
		onChange: () => undefined,
		...part,
	});
	await store.open();
	return store;
}
const model = (store: ModelStore, id: string) => {
	const found = store.view().models.find(({ manifest }) => manifest.id === id);
	if (found === undefined) throw new Error(`no ${id}`);
	return found;
};
async function until(done: () => boolean): Promise<void> {
	for (let i = 0; i < 2000; i++) {
		if (done()) return;
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
	throw new Error('it did not come about');
}
const settled = (store: ModelStore, id: string) => until(() => !['queued', 'downloading', 'checking'].includes(model(store, id).state));
async function fetched(store: ModelStore, id: string): Promise<void> {
	expect(await store.download(id)).toBe('');
	await settled(store, id);
}
async function sums(store: ModelStore, id: string): Promise<Record<string, string>> {
	const files = await store.files(id);
	const found: Record<string, string> = {};
	for (const [path, blob] of Object.entries(files)) found[path] = sha256(new Uint8Array(await blob.arrayBuffer()));
	return found;
}
const file = (path: string, bytes: Uint8Array<ArrayBuffer>) => ({ path, file: new File([bytes], path) });

const big = bytesOf(1, 2 * CHUNK_BYTES + 100);
const small = new TextEncoder().encode('{"a":1}');
const one = manifest('one', { 'big.onnx': big, 'small.json': small });
const oneFiles = { 'https://a.example/one/big.onnx': big, 'https://a.example/one/small.json': small };
const promised = (m: ModelManifest) => Object.fromEntries(m.files.map(({ path, sha256: sum }) => [path, sum]));

describe('a download', () => {
	it('is ready when every byte was hashed, and gives those bytes', async () => {
		const store = await openStore(makeWorld(honest(oneFiles)), [one]);
		expect(model(store, 'one')).toMatchObject({ state: 'absent', haveBytes: 0, totalBytes: one.bytes });
		await fetched(store, 'one');
		expect(model(store, 'one')).toMatchObject({
			state: 'ready',
			haveBytes: one.bytes,
			freesBytes: one.bytes,
			checkedAt: 1_000_000,
			why: '',
		});
		expect(await sums(store, 'one')).toEqual(promised(one));
		expect(store.view().usedBytes).toBe(one.bytes);
	});

	it('goes on at the first chunk that is missing, from another store over the same disk', async () => {
		const world = makeWorld(async (url, range, signal) => {
			if (!url.endsWith('big.onnx') || range !== undefined) return honest(oneFiles)(url, range, signal);
			const cutAt = CHUNK_BYTES + 5000;
			let sent = 0;
			const body = new ReadableStream<Uint8Array>({
				pull(controller) {
					if (sent >= cutAt) return controller.error(new TypeError('network error'));
					const piece = big.subarray(sent, Math.min(cutAt, sent + 1_000_000));
					sent += piece.length;
					controller.enqueue(piece);
				},
			});
			return new Response(body, { headers: { 'content-length': String(big.length) } });
		});
		const first = await openStore(world, [one]);
		expect(await first.download('one')).toBe('');
		await until(() => model(first, 'one').haveBytes >= CHUNK_BYTES);
		await first.pause('one');
		expect(model(first, 'one')).toMatchObject({ state: 'paused', haveBytes: CHUNK_BYTES });
		world.serve = honest(oneFiles);
		world.asked.length = 0;
		const second = await openStore(world, [one]);
		expect(model(second, 'one')).toMatchObject({ state: 'paused', haveBytes: CHUNK_BYTES });
		await fetched(second, 'one');
		expect(world.asked[0]).toBe(`https://a.example/one/big.onnx ${CHUNK_BYTES}-${big.length - 1}`);
		expect(await sums(second, 'one')).toEqual(promised(one));
	});

	it('that was under way goes on by itself when the page is opened again; a paused one does not', async () => {
		const world = makeWorld(() => new Promise<Response>(() => undefined));
		const first = await openStore(world, [one], { patience: { stallMs: 100_000 } });
		expect(await first.download('one')).toBe('');
		await until(() => world.asked.length === 1);
		world.serve = honest(oneFiles);
		// The first tab is gone, and its locks with it.
		world.disk.die();
		const again = makeWorld(world.serve, world.disk);
		const second = await openStore(again, [one]);
		await settled(second, 'one');
		expect(model(second, 'one').state).toBe('ready');
	});

	it('takes the next address when one is of no use, and says which failed when none is', async () => {
		const m = manifest('m', { 'x.bin': small }, { sources: ['https://a.example/m/', 'https://b.example/m/'] });
		const world = makeWorld(honest({ 'https://b.example/m/x.bin': small }));
		const store = await openStore(world, [m]);
		await fetched(store, 'm');
		expect(model(store, 'm').state).toBe('ready');
		expect(world.asked).toEqual(['https://a.example/m/x.bin', 'https://b.example/m/x.bin']);
		await store.remove('m');
		world.serve = () => new Response('no', { status: 404 });
		await fetched(store, 'm');
		expect(model(store, 'm')).toMatchObject({ state: 'failed', haveBytes: 0 });
		expect(model(store, 'm').why).toContain('a.example has no "x.bin" (HTTP 404). b.example has no');
	});

	it('asks the mirror before all, once one is set', async () => {
		const world = makeWorld(honest({ 'https://mirror.example/w/one/big.onnx': big, 'https://a.example/one/small.json': small }));
		const store = await openStore(world, [one]);
		expect(await store.setMirror('mirror')).toContain('is no address of a mirror');
		expect(await store.setMirror('https://mirror.example/w')).toBe('');
		await fetched(store, 'one');
		expect(world.asked).toEqual([
			'https://mirror.example/w/one/big.onnx',
			'https://mirror.example/w/one/small.json',
			'https://a.example/one/small.json',
		]);
		expect((await openStore(world, [one])).view().mirror).toBe('https://mirror.example/w/');
	});

	const faults: readonly (readonly [string, string, Serve])[] = [
		[
			'a flipped byte',
			'does not have the SHA-256 promised',
			(u, r, s) => honest({ ...oneFiles, 'https://a.example/one/big.onnx': big.map((b, i) => (i === 9_000_000 ? b ^ 1 : b)) })(u, r, s),
		],
		[
			'a file cut short',
			'stopped sending',
			(url, range) =>
				new Response((oneFiles[url as keyof typeof oneFiles] ?? small).subarray(range?.[0] ?? 0, 8_400_000), { status: range ? 206 : 200 }),
		],
		['a length that is a lie', 'were promised', () => new Response(big, { headers: { 'content-length': '5' } })],
		['a web page', 'sends a web page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
		['404', 'HTTP 404', () => new Response('', { status: 404 })],
		['a login', 'wants a login', () => new Response('', { status: 401 })],
		['an error without end', 'HTTP 500', () => new Response('', { status: 500 })],
		['no answer', 'cannot be reached', () => Promise.reject(new TypeError('Failed to fetch'))],
		[
			'silence',
			'sent nothing',
			(_, __, signal) =>
				new Promise((__, reject) => signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))),
		],
	];
	it.each(faults)('with %s fails, names it, and loads nothing', async (_, why, serve) => {
		const store = await openStore(makeWorld(serve), [one]);
		await fetched(store, 'one');
		expect(model(store, 'one').state).toBe('failed');
		expect(model(store, 'one').why).toContain(why);
		await expect(store.files('one')).rejects.toThrow();
		expect([...(makeMemoryDisk().files.get('blobs')?.keys() ?? [])]).toEqual([]);
		await store.cancel('one');
		expect(store.view().usedBytes).toBe(0);
	});

	it('from a server with a longer file takes the bytes that were promised, and no others', async () => {
		const store = await openStore(
			makeWorld((url) => new Response(new Blob([oneFiles[url as keyof typeof oneFiles], new Uint8Array(10)]).stream())),
			[one],
		);
		await fetched(store, 'one');
		expect(await sums(store, 'one')).toEqual(promised(one));
	});

	it('from a server that ignores Range still goes on, and one that is busy is waited for', async () => {
		let busy = 2;
		const world = makeWorld((url) => {
			if (busy-- > 0) return new Response('', { status: 503, headers: { 'retry-after': '1' } });
			return new Response(oneFiles[url as keyof typeof oneFiles]);
		});
		const store = await openStore(world, [one]);
		await fetched(store, 'one');
		expect(model(store, 'one').state).toBe('ready');
	});

	it('that finds no room says so before it starts, and one that fills the disk keeps what it has', async () => {
		const world = makeWorld(honest(oneFiles), makeMemoryDisk(1000));
		const store = await openStore(world, [one]);
		expect(await store.download('one')).toContain('free 8');
		expect([world.asked, model(store, 'one').state]).toEqual([[], 'absent']);
		// The browser promised more than the disk has.
		world.disk.freeBytes = async () => 1e12;
		world.disk.limitBytes = CHUNK_BYTES + 5000;
		await fetched(store, 'one');
		expect(model(store, 'one')).toMatchObject({ state: 'failed', haveBytes: CHUNK_BYTES });
		expect(model(store, 'one').why).toContain('full');
		world.disk.limitBytes = Number.POSITIVE_INFINITY;
		world.asked.length = 0;
		await fetched(store, 'one');
		expect(model(store, 'one').state).toBe('ready');
		expect(world.asked[0]).toContain(` ${CHUNK_BYTES}-`);
	});

	it('without any address says what to do', async () => {
		const store = await openStore(makeWorld(honest({})), [manifest('m', { 'x.bin': small }, { sources: ['companion:m/'] })]);
		expect(await store.download('m')).toContain('connect the companion');
		store.setCompanion('http://127.0.0.1:4953', []);
		expect(await store.download('m')).toBe('');
		await settled(store, 'm');
		expect(model(store, 'm').why).toContain('the companion has no "x.bin"');
	});

	it('runs beside one other, and the rest wait their turn', async () => {
		const open: (() => void)[] = [];
		const many = ['a', 'b', 'c', 'd'].map((id) => manifest(id, { 'x.bin': bytesOf(id.charCodeAt(0), 100) }));
		const world = makeWorld(async (url) => {
			await new Promise<void>((resolve) => open.push(resolve));
			const found = many.find(({ id }) => url.includes(`/${id}/`));
			return new Response(bytesOf(found?.id.charCodeAt(0) ?? 0, 100));
		});
		const store = await openStore(world, many, { patience: { stallMs: 100_000 } });
		for (const { id } of many) await store.download(id);
		await until(() => open.length === 2);
		expect(many.map(({ id }) => model(store, id).state)).toEqual(['downloading', 'downloading', 'queued', 'queued']);
		expect([model(store, 'c').ahead, model(store, 'd').ahead]).toEqual([0, 1]);
		await store.cancel('c');
		open.shift()?.();
		await until(() => model(store, 'd').state === 'downloading');
		await until(() => open.length === 2);
		for (const go of open) go();
		await until(() => ['a', 'b', 'd'].every((id) => model(store, id).state === 'ready'));
		expect(model(store, 'c').state).toBe('absent');
	});
});

describe('what is on the disk', () => {
	it('is hashed again after the page was opened, and a flipped byte costs its chunk alone', async () => {
		const world = makeWorld(honest(oneFiles));
		await fetched(await openStore(world, [one]), 'one');
		const blob = world.disk.files.get('blobs')?.get(sha256(big));
		if (blob) blob[CHUNK_BYTES + 3] = (blob[CHUNK_BYTES + 3] ?? 0) ^ 1;
		world.asked.length = 0;
		const store = await openStore(world, [one]);
		await settled(store, 'one');
		expect(model(store, 'one')).toMatchObject({ state: 'damaged', haveBytes: one.bytes - CHUNK_BYTES });
		expect(model(store, 'one').why).toContain('Chunk 2 of "big.onnx" is damaged');
		await expect(store.files('one')).rejects.toThrow('damaged');
		await fetched(store, 'one');
		expect(world.asked).toEqual([`https://a.example/one/big.onnx ${CHUNK_BYTES}-${2 * CHUNK_BYTES - 1}`]);
		expect(await sums(store, 'one')).toEqual(promised(one));
	});

	it('that was cut or is gone is found too', async () => {
		const world = makeWorld(honest(oneFiles));
		await fetched(await openStore(world, [one]), 'one');
		world.disk.files.get('blobs')?.delete(sha256(small));
		const store = await openStore(world, [one]);
		await settled(store, 'one');
		expect(model(store, 'one')).toMatchObject({ state: 'damaged', haveBytes: big.length });
		await fetched(store, 'one');
		expect(await store.check('one')).toBe('');
		expect(model(store, 'one').state).toBe('ready');
	});

	it('of an embedded model is fetched when it is asked for, and mended by itself', async () => {
		const reader = manifest('reader', { 'rec.onnx': big }, { embedded: true, sources: ['page:reader/'] });
		const world = makeWorld(honest({ 'https://page.example/models/reader/rec.onnx': big }));
		expect(await sums(await openStore(world, [reader]), 'reader')).toEqual(promised(reader));
		const blob = world.disk.files.get('blobs')?.get(sha256(big));
		if (blob) blob[5] = 255;
		const store = await openStore(world, [reader]);
		expect(await sums(store, 'reader')).toEqual(promised(reader));
		world.serve = () => Promise.reject(new TypeError('offline'));
		expect(await sums(await openStore(world, [reader]), 'reader'), 'and then needs nobody').toEqual(promised(reader));
	});

	it('that two models share is kept once, and freed with the last', async () => {
		const two = manifest('two', { 'same.onnx': big, 'own.json': bytesOf(9, 50) });
		const world = makeWorld(honest({ ...oneFiles, 'https://a.example/two/own.json': bytesOf(9, 50) }));
		const store = await openStore(world, [one, two]);
		await fetched(store, 'one');
		world.asked.length = 0;
		await fetched(store, 'two');
		expect(world.asked).toEqual(['https://a.example/two/own.json']);
		expect(store.view().usedBytes).toBe(one.bytes + 50);
		expect([model(store, 'one').freesBytes, model(store, 'two').freesBytes]).toEqual([small.length, 50]);
		const used = store.view().usedBytes;
		const { freesBytes } = model(store, 'one');
		expect(await store.remove('one')).toBe('');
		expect(used - store.view().usedBytes).toBe(freesBytes);
		expect(await sums(store, 'two')).toEqual(promised(two));
		expect(await store.remove('two')).toBe('');
		expect(store.view().usedBytes).toBe(0);
	});

	it('out of reach is said to be elsewhere, not gone, and is back when it is', async () => {
		const world = makeWorld(honest(oneFiles));
		await fetched(await openStore(world, [one]), 'one');
		let away = true;
		const store = await openStore(world, [one], {
			openDisk: async () => {
				if (away) throw new DiskError('unreachable', 'The storage cannot be reached now.');
				return world.disk;
			},
		});
		expect([model(store, 'one').state, store.view().trouble]).toEqual(['elsewhere', 'The storage cannot be reached now.']);
		await expect(store.files('one')).rejects.toThrow('cannot be reached');
		away = false;
		expect(await store.check('one')).toBe('');
		await settled(store, 'one');
		expect([model(store, 'one').state, store.view().trouble.includes('reached')]).toEqual(['ready', false]);
	});

	it('is erased altogether', async () => {
		const world = makeWorld(honest(oneFiles));
		const store = await openStore(world, [one]);
		await fetched(store, 'one');
		await store.setMirror('https://mirror.example/');
		expect(await store.eraseEverything()).toBe('');
		expect([store.view().usedBytes, store.view().mirror, model(store, 'one').state]).toEqual([0, '', 'absent']);
		expect([...world.disk.files.values()].every((folder) => folder.size === 0)).toBe(true);
	});

	it('of a record cut short is no loss', async () => {
		const world = makeWorld(honest(oneFiles));
		await fetched(await openStore(world, [one]), 'one');
		world.disk.files.get('records')?.set('one.json', new TextEncoder().encode('{"falsework":1,'));
		const store = await openStore(world, [one]);
		await settled(store, 'one');
		expect(model(store, 'one').state).toBe('ready');
	});
});

describe('another tab', () => {
	it('that fetches a model is waited for, and its bytes are there then', async () => {
		let go: () => void = () => undefined;
		const gate = new Promise<void>((resolve) => {
			go = resolve;
		});
		const world = makeWorld(async (url, range, signal) => {
			await gate;
			return honest(oneFiles)(url, range, signal);
		});
		const [first, second] = [await openStore(world, [one], { patience: { stallMs: 100_000 } }), await openStore(world, [one])];
		expect(await first.download('one')).toBe('');
		await until(() => world.asked.length === 1);
		expect(await second.download('one')).toBe('');
		await until(() => model(second, 'one').why.includes('Another tab'));
		expect(await second.remove('one')).toContain('Another tab');
		expect(await second.download('one')).toBe('');
		go();
		await until(() => model(first, 'one').state === 'ready' && model(second, 'one').state === 'ready');
		expect(world.asked.filter((url) => url.includes('big.onnx'))).toHaveLength(1);
		expect(await second.remove('one')).toBe('');
		await until(() => model(first, 'one').state === 'absent');
	});
});

describe('a model of a hub', () => {
	const hubbed = manifest(
		'hubbed',
		{},
		{ files: [], bytes: 1000, sources: [], hub: { repo: 'own/it', revision: 'main', pick: ['*.json', 'onnx/*.onnx'] } },
	);
	const listing = [
		{ type: 'file', path: 'config.json', size: small.length, oid: git(small) },
		{ type: 'file', path: 'onnx/m.onnx', size: 134, oid: 'a'.repeat(40), lfs: { oid: sha256(big), size: big.length, pointerSize: 134 } },
		{ type: 'file', path: 'README.md', size: 3, oid: 'b'.repeat(40) },
	];
	const COMMIT = 'c'.repeat(40);
	function hub(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>): Serve {
		return (url, range, signal) => {
			if (url === 'https://hub.example/api/models/own/it/tree/main?recursive=1') return Response.json(listing);
			if (url === 'https://hub.example/api/models/own/it/revision/main') return Response.json({ sha: COMMIT });
			return honest(
				Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`https://hub.example/own/it/resolve/${COMMIT}/${path}`, bytes])),
			)(url, range, signal);
		};
	}
	it('is listed, pinned to the commit, verified by either hash, and needs no listing again', async () => {
		const world = makeWorld(hub({ 'config.json': small, 'onnx/m.onnx': big }));
		const store = await openStore(world, [hubbed]);
		await fetched(store, 'hubbed');
		expect(model(store, 'hubbed')).toMatchObject({
			state: 'ready',
			totalBytes: big.length + small.length,
			manifest: { revision: COMMIT, bytes: big.length + small.length },
		});
		const { files } = model(store, 'hubbed').manifest;
		expect(files.map(({ path, chunks }) => [path, chunks.length])).toEqual([
			['config.json', 1],
			['onnx/m.onnx', 3],
		]);
		world.serve = () => Promise.reject(new TypeError('offline'));
		const again = await openStore(world, [hubbed]);
		expect(await sums(again, 'hubbed')).toEqual({ 'config.json': sha256(small), 'onnx/m.onnx': sha256(big) });
	});

	it.each([
		['a small file', { 'config.json': new TextEncoder().encode('{"b":2}'), 'onnx/m.onnx': big }],
		['the weights', { 'config.json': small, 'onnx/m.onnx': bytesOf(77, big.length) }],
	])('whose hub changed %s since is refused', async (_, files) => {
		const store = await openStore(makeWorld(hub(files)), [hubbed]);
		await fetched(store, 'hubbed');
		expect(model(store, 'hubbed').state).toBe('failed');
		expect(model(store, 'hubbed').why).toContain('is not the file that its hub listed');
	});

	it('that the hub does not list fails with its answer', async () => {
		const store = await openStore(
			makeWorld(() => new Response('', { status: 404 })),
			[hubbed],
		);
		await fetched(store, 'hubbed');
		expect(model(store, 'hubbed').why).toContain('hub.example does not list own/it: HTTP 404');
	});

	it('with a program from elsewhere keeps what came first', async () => {
		const program = bytesOf(4, 999);
		const m = { ...hubbed, extra: [{ path: 'lib.wasm', url: 'https://code.example/lib.wasm' }] };
		const world = makeWorld((url, range, signal) =>
			url.startsWith('https://code.example/')
				? new Response(program)
				: hub({ 'config.json': small, 'onnx/m.onnx': big })(url, range, signal),
		);
		const store = await openStore(world, [m]);
		await fetched(store, 'hubbed');
		expect(await sums(store, 'hubbed')).toMatchObject({ 'lib.wasm': sha256(program) });
	});
});

describe('what a person drops', () => {
	it('is taken in by its hashes: files under any name, with what is already here', async () => {
		const world = makeWorld(honest({}));
		const store = await openStore(world, [one]);
		expect(await store.sideload([file('stick/weights.bin', big)])).toContain('"one" lacks "small.json"');
		expect(model(store, 'one')).toMatchObject({ state: 'paused', haveBytes: big.length });
		expect(await store.sideload([file('x', small)])).toBe('');
		await settled(store, 'one');
		expect(await sums(store, 'one')).toEqual(promised(one));
		expect([...(world.disk.files.get('partials')?.keys() ?? [])]).toEqual([]);
	});

	it('brings a model of its own by its manifest, or as a bare GGUF or ONNX', async () => {
		const world = makeWorld(honest({}));
		const store = await openStore(world, []);
		const own = manifest('own', { 'net.onnx': big });
		expect(await store.sideload([file('own/own.json', new TextEncoder().encode(JSON.stringify(own))), file('own/net.onnx', big)])).toBe('');
		expect(model(store, 'own')).toMatchObject({ from: 'own', state: 'ready' });
		const gguf = new Uint8Array([0x47, 0x47, 0x55, 0x46, ...bytesOf(5, 3000)]);
		expect(await store.sideload([file('chat.gguf', gguf)])).toBe('');
		expect(model(store, 'chat')).toMatchObject({ from: 'chat.gguf', state: 'ready', manifest: { runtime: 'wllama' } });
		// It outlives the page, and is gone for good when deleted.
		const again = await openStore(world, []);
		for (const id of ['own', 'chat']) await settled(again, id);
		expect([model(again, 'chat').state, model(again, 'own').state]).toEqual(['ready', 'ready']);
		expect(await again.remove('chat')).toBe('');
		expect(again.view().models.map(({ manifest }) => manifest.id)).toEqual(['own']);
	});

	it('and is nothing, damaged or a lie is refused by name, and leaves nothing behind', async () => {
		const world = makeWorld(honest({}));
		const store = await openStore(world, [one]);
		const bad = big.slice();
		bad[1] = 99;
		expect(await store.sideload([file('big.onnx', bad)])).toContain('named like a model and is none');
		expect(
			await store.sideload([
				file(
					'notes.txt',
					small.map((b) => b + 1),
				),
			]),
		).toContain('Nothing was kept');
		expect(await store.sideload([file('.DS_Store', small)])).toContain('Nothing was dropped');
		const wrong = { ...one, bytes: 3 };
		expect(await store.sideload([file('m.json', new TextEncoder().encode(JSON.stringify(wrong)))])).toContain(
			'The manifest "m.json" is wrong: its files add up',
		);
		expect(store.view().usedBytes).toBe(0);
	});
});
