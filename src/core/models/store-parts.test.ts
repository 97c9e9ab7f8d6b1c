// The pure pieces of the model store: what to fetch, how fast it comes, when to try again, what to make of an answer or of files.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJunk, kindOf, manifestFor, matchFiles, readGguf, refuseName, type Taken } from './bring.ts';
import { bytesHad, chunkOf, missingRuns } from './chunks.ts';
import { type Answer, type Asked, judgeAnswer } from './faults.ts';
import { readListing } from './hub.ts';
import { CHUNK_BYTES, chunkCount, chunkSpan, type ModelManifest, readManifest } from './manifest.ts';
import { backoffMs, PATIENCE, retryAfterMs } from './patience.ts';
import { nextOf } from './queue.ts';
import { lackOfRoom, RESERVE_BYTES, sizeOf } from './room.ts';
import { addressesOf, noAddress, readMirror } from './sources.ts';
import { etaMs, makeSpeedMeter } from './speed.ts';

const sum = (letter: string): string => letter.repeat(64);
function manifest(part: Partial<ModelManifest> = {}): ModelManifest {
	const read = readManifest({
		falsework: 1,
		id: 'm',
		name: 'M',
		what: '',
		purpose: 'embed',
		runtime: 'ort',
		licence: 'MIT',
		origin: '',
		revision: '1',
		sources: [],
		files: [{ path: 'model.onnx', bytes: 10, sha256: sum('a'), chunks: [sum('b')] }],
		bytes: 10,
		needs: { memoryBytes: 1 },
		verified: false,
		...part,
	});
	if ('fault' in read) throw new Error(read.fault);
	return read.manifest;
}

describe('chunks', () => {
	it('that are missing are exactly those of the runs, in order, and together with what is there make the file', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 12 * CHUNK_BYTES }), fc.array(fc.boolean(), { minLength: 13, maxLength: 13 }), (bytes, has) => {
				const there = (chunk: number): boolean => has[chunk] === true;
				const runs = missingRuns(bytes, there);
				let missing = 0;
				let last = -1;
				for (const run of runs) {
					expect(run.first).toBeGreaterThan(last + (last < 0 ? 0 : 1));
					expect(run.from).toBe(chunkSpan(bytes, run.first).from);
					for (let chunk = run.first; chunk <= run.last; chunk++) expect(there(chunk)).toBe(false);
					missing += run.to - run.from;
					last = run.last;
				}
				expect(missing + bytesHad(bytes, there)).toBe(bytes);
			}),
		);
	});

	it('of an empty file need not be fetched', () => {
		expect([chunkCount(0), missingRuns(0, () => false)]).toEqual([1, []]);
		expect([chunkOf(0), chunkOf(CHUNK_BYTES - 1), chunkOf(CHUNK_BYTES)]).toEqual([0, 0, 1]);
	});
});

describe('the speed', () => {
	it('is that of the last five seconds, and 0 once nothing came for so long', () => {
		const meter = makeSpeedMeter();
		expect(meter.speed(0)).toBe(0);
		for (let ms = 0; ms <= 10_000; ms += 100) meter.add(100_000, ms);
		expect(meter.speed(10_000)).toBeCloseTo(1_000_000, -5);
		expect(meter.speed(12_500)).toBeLessThan(600_000);
		expect(meter.speed(15_001)).toBe(0);
		expect(etaMs(1000, 0)).toBeUndefined();
		expect(etaMs(0, 0)).toBe(0);
		expect(etaMs(2_000_000, 1_000_000)).toBe(2000);
	});

	it('begins anew after a pause', () => {
		const meter = makeSpeedMeter();
		meter.add(1_000_000, 0);
		meter.reset();
		meter.add(1000, 60_000);
		expect(meter.speed(61_000)).toBe(1000);
	});
});

describe('patience', () => {
	it('doubles, spread by chance, up to its bound, and obeys what a server asks for', () => {
		for (const tries of [1, 2, 3, 10]) {
			const full = Math.min(PATIENCE.longestMs, PATIENCE.firstMs * 2 ** (tries - 1));
			expect(backoffMs(PATIENCE, tries, 0)).toBe(full / 2);
			expect(backoffMs(PATIENCE, tries, 0.999)).toBeGreaterThan(full * 0.99);
		}
		expect(backoffMs(PATIENCE, 1, 0, 90_000)).toBe(90_000);
		expect(backoffMs(PATIENCE, 1, 0, 9e9)).toBe(600_000);
	});

	it('reads Retry-After in seconds and as a date', () => {
		const now = Date.UTC(2026, 0, 1);
		expect([
			retryAfterMs('7', now),
			retryAfterMs(new Date(now + 5000).toUTCString(), now),
			retryAfterMs('soon', now),
			retryAfterMs(null, now),
		]).toEqual([7000, 5000, 0, 0]);
	});
});

describe('room', () => {
	it('is looked for before the start, with a reserve, and the sentence says how much has to go', () => {
		expect(lackOfRoom(1000, undefined)).toBe('');
		expect(lackOfRoom(1e9, 1e9 + RESERVE_BYTES)).toBe('');
		expect(lackOfRoom(2e9, 1e9)).toBe(
			'It needs 2.0 GB more, and this browser has 1.0 GB left for this page: free 1.1 GB first, by deleting a model below or files on the disk.',
		);
	});

	it('is said as hubs and disks say it', () => {
		expect([0, 999, 1000, 3_126_369, 98_362_432, 999_600_000, 1.5e9, 2e12].map(sizeOf)).toEqual([
			'0 bytes',
			'999 bytes',
			'1.0 KB',
			'3.1 MB',
			'98 MB',
			'1.0 GB',
			'1.5 GB',
			'2.0 TB',
		]);
	});
});

describe('the queue', () => {
	it('lets two at a time, what the page needs first, then in turn', () => {
		const waiting = [
			{ id: 'b', embedded: false, turn: 2 },
			{ id: 'a', embedded: false, turn: 1 },
			{ id: 'reader', embedded: true, turn: 3 },
		];
		expect(nextOf(waiting, 0)).toEqual(['reader', 'a']);
		expect(nextOf(waiting, 1)).toEqual(['reader']);
		expect(nextOf(waiting, 2)).toEqual([]);
	});
});

describe('an answer', () => {
	const asked: Asked = { from: 'hub.example', path: 'a/model.onnx', fileBytes: 100, range: { from: 40, to: 100 } };
	const good: Answer = {
		status: 206,
		type: 'application/octet-stream',
		contentLength: '60',
		contentRange: 'bytes 40-99/100',
		contentEncoding: null,
		retryAfterMs: 0,
	};
	it('that is what was asked for begins where it was asked to', () => {
		expect(judgeAnswer(good, asked)).toEqual({ startsAt: 40 });
		expect(judgeAnswer({ ...good, contentRange: null }, asked), 'hidden by CORS').toEqual({ startsAt: 40 });
		expect(judgeAnswer({ ...good, status: 200, contentLength: '100' }, asked), 'Range ignored').toEqual({ startsAt: 0 });
		expect(judgeAnswer({ ...good, status: 200, contentLength: '35', contentEncoding: 'gzip' }, asked)).toEqual({ startsAt: 0 });
	});

	it.each([
		['status', 'never', { status: 404 }],
		['status', 'never', { status: 403 }],
		['status', 'never', { status: 302 }],
		['wrong-length', 'never', { status: 416 }],
		['status', 'again', { status: 500 }],
		['busy', 'again', { status: 429, retryAfterMs: 3000 }],
		['busy', 'again', { status: 503 }],
		['html', 'never', { type: 'text/html; charset=utf-8' }],
		['wrong-length', 'never', { contentRange: 'bytes 40-99/101' }],
		['wrong-length', 'never', { status: 200, contentLength: '99' }],
		['wrong-part', 'never', { contentRange: 'bytes 0-59/100' }],
		['wrong-part', 'never', { contentRange: 'bytes 40-140/100' }],
		['wrong-part', 'never', { contentRange: 'lines 1-2' }],
		['too-long', 'never', { contentRange: null, contentLength: '61' }],
	] as const)('with fault %s (try %s) is named: %j', (kind, retry, part) => {
		const judged = judgeAnswer({ ...good, ...part }, asked);
		expect(judged).toMatchObject({ kind, retry });
		if ('why' in judged) expect(judged.why).toMatch(/^hub\.example .*\.$/);
	});
});

describe('addresses', () => {
	const places = { base: 'https://page.example/f/', mirror: '', hub: 'https://hub.example/' };
	it('are tried mirror first, then as the manifest says, then the hub', () => {
		const m = manifest({
			sources: ['page:m/', 'companion:m/', 'https://files.example/x/'],
			hub: { repo: 'own/m', revision: 'main' },
		});
		const file = { path: 'a/model.onnx', at: 'other name.onnx' };
		expect(
			addressesOf(m, file, { ...places, mirror: 'https://mirror.example/', companion: 'http://127.0.0.1:4953' }, 'c0ffee').map(
				({ url }) => url,
			),
		).toEqual([
			'https://mirror.example/own/m/resolve/c0ffee/a/model.onnx',
			'https://mirror.example/m/a/model.onnx',
			'https://page.example/f/models/m/a/model.onnx',
			'http://127.0.0.1:4953/weights/m/a/model.onnx',
			'https://files.example/x/other%20name.onnx',
			'https://hub.example/own/m/resolve/c0ffee/a/model.onnx',
		]);
		expect(addressesOf(m, { path: 'x' }, places).map(({ from }) => from)).toEqual(['this page', 'files.example', 'hub.example']);
	});

	it('that do not exist are explained', () => {
		expect(noAddress(manifest({ sources: ['companion:m/'] }))).toContain('connect the companion');
		expect(noAddress(manifest())).toContain('set a mirror, or drop its files here');
	});

	it('of a mirror are checked', () => {
		expect(readMirror('  https://mirror.example/models ')).toEqual({ address: 'https://mirror.example/models/' });
		expect(readMirror('http://10.0.0.2:8080//')).toEqual({ address: 'http://10.0.0.2:8080/' });
		expect(readMirror('')).toEqual({ address: '' });
		for (const wrong of ['mirror', 'ftp://x/', 'https://a b/', 'https://u:p@host/', 'javascript:alert(1)', 'https://h/?q', 'https://'])
			expect(readMirror(wrong)).toHaveProperty('why');
	});
});

describe('the listing of a hub', () => {
	const m = manifest({ files: [], hub: { repo: 'own/m', revision: 'main', pick: ['config.json', 'onnx/*.onnx'] } });
	const entry = (path: string, lfs = false) => ({
		type: 'file',
		path,
		size: 5,
		oid: 'a'.repeat(40),
		...(lfs ? { lfs: { oid: sum('c'), size: 500, pointerSize: 134 } } : {}),
	});
	it('gives sizes and hashes of what the manifest picks', () => {
		const listing = [
			{ type: 'directory', path: 'onnx', size: 0, oid: 'b'.repeat(40) },
			entry('onnx/q8.onnx', true),
			entry('onnx/sub/x.onnx', true),
			entry('config.json'),
			entry('.gitattributes'),
			entry('README.md'),
		];
		expect(readListing(m, listing, 'hub.example')).toEqual({
			files: [
				{ path: 'config.json', bytes: 5, git: 'a'.repeat(40) },
				{ path: 'onnx/q8.onnx', bytes: 500, sha256: sum('c') },
			],
		});
	});

	it.each([
		['no list', { error: 'gone' }, 'did not send a list'],
		['a file without its hash', [{ type: 'file', path: 'config.json', size: 3 }], 'without a hash'],
		['a file without its size', [{ type: 'file', path: 'config.json' }], 'without its size and hash'],
		['a path that leads out', [entry('onnx/../../x.onnx')], 'lists no file'],
		['nothing of it', [entry('other.txt')], 'lists no file'],
	])('with %s is refused', (_, listing, why) => {
		const read = readListing(m, listing, 'hub.example');
		expect('why' in read && read.why).toContain(why);
	});

	it('that lost the weights is refused by their name', () => {
		const exact = manifest({ files: [], hub: { repo: 'own/m', revision: 'main', pick: ['onnx/q8.onnx', 'chat.json'] } });
		expect(readListing(exact, [entry('chat.json')], 'hub.example')).toEqual({
			why: 'hub.example no longer lists "onnx/q8.onnx" of own/m.',
		});
		expect(readListing(exact, [entry('onnx/q8.onnx', true)], 'hub.example'), 'a small file may be missing').toHaveProperty('files');
	});
});

describe('brought files', () => {
	const taken = (path: string, sha256: string, head: readonly number[] = []): Taken => ({
		path,
		bytes: 10,
		sha256,
		chunks: [sum('b')],
		head: Uint8Array.from(head),
	});
	const two = manifest({
		files: [
			{ path: 'big.onnx', bytes: 100, sha256: sum('a'), chunks: [sum('1')] },
			{ path: 'small.json', bytes: 2, sha256: sum('c'), chunks: [sum('2')] },
		],
		bytes: 102,
	});
	it('belong to a model by their hashes alone', () => {
		expect(matchFiles([taken('whatever', sum('a')), taken('x', sum('c'))], [two], () => false)).toMatchObject([{ lacks: [] }]);
		expect(matchFiles([taken('big.onnx', sum('a'))], [two], () => false)).toMatchObject([{ lacks: ['small.json'] }]);
		expect(matchFiles([taken('big.onnx', sum('a'))], [two], (s) => s === sum('c'))).toMatchObject([{ lacks: [] }]);
		expect(
			matchFiles([taken('small.json', sum('c'))], [two], () => false),
			'a shared small file makes no model',
		).toEqual([]);
		expect(
			matchFiles([taken('big.onnx', sum('d'))], [two], () => false),
			'the name says nothing',
		).toEqual([]);
	});

	it('alone are known by their first bytes', () => {
		const gguf = [0x47, 0x47, 0x55, 0x46];
		expect(kindOf({ path: 'a/M.GGUF', head: Uint8Array.from(gguf) })).toBe('gguf');
		expect(kindOf({ path: 'a/m.onnx', head: Uint8Array.from([8, 9, 18]) })).toBe('onnx');
		for (const [path, head] of [
			['m.gguf', [0x3c, 0x21]],
			['m.onnx', [0x3c, 0x21]],
			['m.bin', gguf],
			['m.onnx', []],
		] as const)
			expect(kindOf({ path, head: Uint8Array.from(head) })).toBeUndefined();
	});

	it('get a manifest that reads back, with what a GGUF says of itself', () => {
		const text = (s: string) => [...new Uint8Array(new BigUint64Array([BigInt(s.length)]).buffer), ...new TextEncoder().encode(s)];
		const head = [
			...new TextEncoder().encode('GGUF'),
			...[3, 0, 0, 0],
			...new Uint8Array(new BigUint64Array([1n, 4n]).buffer),
			...text('general.architecture'),
			8,
			0,
			0,
			0,
			...text('llama'),
			...text('general.count'),
			4,
			0,
			0,
			0,
			...[1, 0, 0, 0],
			...text('general.name'),
			8,
			0,
			0,
			0,
			...text('Tiny Llama'),
			...text('general.license'),
			8,
			0,
			0,
			0,
			...text('apache-2.0'),
		];
		expect(readGguf(Uint8Array.from(head))).toEqual({ name: 'Tiny Llama', license: 'apache-2.0', architecture: 'llama' });
		expect(readGguf(Uint8Array.from(head.slice(0, 60)))).toEqual({});
		const made = manifestFor({ ...taken('dir/tiny llama (1).gguf', sum('a'), head), bytes: 10 }, 'gguf', () => false);
		expect(made).toMatchObject({
			id: 'tiny-llama',
			licence: 'apache-2.0',
			runtime: 'wllama',
			verified: false,
			files: [{ path: 'tiny-llama-1-.gguf' }],
		});
		expect('manifest' in readManifest(made)).toBe(true);
		expect(manifestFor(taken('x.onnx', sum('a')), 'onnx', () => true).id).toBe('x-aaaaaaaa');
		fc.assert(
			fc.property(
				fc.string({ maxLength: 300 }),
				(name) => 'manifest' in readManifest(manifestFor(taken(`${name}.onnx`, sum('a')), 'onnx', () => false)),
			),
		);
	});

	it('in a zip have names that stay inside it', () => {
		for (const name of ['/etc/x', '../x', 'a/../x', 'a/./b', 'C:x', 'a\\b', 'x\0'].concat('n'.repeat(401)))
			expect(refuseName(name, new Set())).not.toBe('');
		expect(refuseName('A/b.onnx', new Set(['a/b.onnx']))).toContain('twice');
		expect(refuseName('a/b.onnx', new Set())).toBe('');
		expect([isJunk('.DS_Store'), isJunk('a/.git/x'), isJunk('__MACOSX/a'), isJunk('a/model.onnx')]).toEqual([true, false, true, false]);
	});
});
