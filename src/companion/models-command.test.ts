// The companion's folder of models: what `falsework models` adds, lists and finds damaged, and how the page reads it.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '../core/models/manifest.ts';
import { ModelsUsageError, runModels } from './models-command.ts';
import { serveWeights } from './serve-weights.ts';
import { Weights } from './weights.ts';

const root = mkdtempSync(join(tmpdir(), 'falsework-models-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const gguf = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(2000, 7)]);
const onnx = Buffer.concat([Buffer.from([8, 9]), Buffer.alloc(CHUNK_BYTES + 10, 3)]);
let n = 0;
/** A folder with these files. */
function folder(files: Readonly<Record<string, Uint8Array | string>>): string {
	const at = join(root, `folder-${n++}`);
	mkdirSync(at, { recursive: true });
	for (const [path, bytes] of Object.entries(files)) {
		mkdirSync(dirname(join(at, path)), { recursive: true });
		writeFileSync(join(at, path), bytes);
	}
	return at;
}
function manifest(id: string, files: Readonly<Record<string, Uint8Array>>) {
	const listed = Object.entries(files).map(([path, bytes]) => ({
		path,
		bytes: bytes.length,
		sha256: sha256(bytes),
		chunks: Array.from({ length: Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES)) }, (_, i) =>
			sha256(bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)),
		),
	}));
	const bytes = listed.reduce((sum, file) => sum + file.bytes, 0);
	return {
		falsework: 1,
		id,
		name: id,
		what: '',
		purpose: 'detect',
		runtime: 'ort',
		licence: 'MIT',
		origin: '',
		revision: '1',
		sources: [],
		files: listed,
		bytes,
		needs: { memoryBytes: 1 },
		verified: true,
	};
}
async function models(words: readonly string[], dataDir: string, known: readonly object[] = []) {
	const said: string[] = [];
	const logged: string[] = [];
	const pageDir = folder({ 'models/index.json': JSON.stringify(known) });
	const status = await runModels({
		words,
		json: true,
		dataDir,
		pageDir,
		entry: join(root, 'nowhere', 'dist', 'companion', 'cli.js'),
		out: (line) => said.push(line),
		log: (line) => logged.push(line),
	});
	return { status, json: JSON.parse(said[0] ?? '{}') as Record<string, unknown>, logged: logged.join('\n') };
}
const data = () => join(root, `data-${n++}`);

describe('falsework models', () => {
	it('adds what a known manifest promises, whatever the files are called, and lists it', async () => {
		const known = manifest('finder', { 'onnx/model.onnx': onnx, 'keys.txt': Buffer.from('abc') });
		const dir = data();
		const added = await models(['add', folder({ 'weights.bin': onnx, 'deep/list.txt': 'abc', 'README.md': 'hello' })], dir, [known]);
		expect(added).toMatchObject({ status: 0, json: { added: ['finder'], faults: [] } });
		const listed = await models(['list'], dir);
		expect(listed.json.models).toMatchObject([{ id: 'finder', bytes: onnx.length + 3 }]);
		expect(new Weights(dir).pathOf('finder', 'onnx/model.onnx')).toMatch(new RegExp(`${sha256(onnx)}$`));
		for (const part of ['weights', 'weights/blobs', 'weights/models']) expect(statSync(join(dir, part)).mode & 0o777).toBe(0o700);
	});

	it('makes a manifest for a GGUF or ONNX file alone', async () => {
		const dir = data();
		const place = folder({ 'My Model.Q4.gguf': gguf, 'det.onnx': onnx });
		expect((await models(['add', join(place, 'My Model.Q4.gguf')], dir)).json.added).toEqual(['my-model-q4']);
		expect((await models(['add', place], dir)).json.added).toEqual(['my-model-q4', 'det']);
		expect((await models(['list'], dir)).json.models).toMatchObject([
			{ id: 'det', runtime: 'ort', purpose: 'detect', verified: false },
			{ id: 'my-model-q4', runtime: 'wllama', purpose: 'think', files: [{ path: 'My-Model.Q4.gguf', sha256: sha256(gguf) }] },
		]);
	});

	it('refuses what its own list or manifest does not promise, and names it', async () => {
		const dir = data();
		const list = JSON.stringify({
			models: [
				{
					id: 'm',
					files: [
						{ path: 'm/model.gguf', sha256: sha256(Buffer.from('another')) },
						{ path: 'm/gone.bin', sha256: sha256(onnx) },
					],
				},
			],
		});
		const broken = await models(['add', folder({ 'manifest.json': list, 'm/model.gguf': gguf })], dir);
		expect(broken).toMatchObject({ status: 1, json: { added: [] } });
		expect(broken.logged).toContain('m/model.gguf has SHA-256');
		expect(broken.logged).toContain('m/gone.bin, which is not there');
		const flipped = Buffer.from(onnx);
		flipped[5] = (flipped[5] ?? 0) ^ 1;
		const own = await models(['add', folder({ 'it.json': JSON.stringify(manifest('it', { 'a.bin': onnx })), 'a.bin': flipped })], dir);
		expect(own).toMatchObject({ status: 1, json: { added: [] } });
		expect(own.logged).toContain('none of its files is here with the SHA-256');
		const half = manifest('half', { 'big.onnx': onnx, 'small.txt': Buffer.from('abc') });
		const lacking = await models(['add', folder({ 'big.onnx': onnx })], dir, [half]);
		expect(lacking.status).toBe(1);
		expect(lacking.logged).toContain('half is not whole: small.txt');
		const fake = await models(['add', folder({ 'fake.gguf': '<!doctype html>' })], dir);
		expect(fake).toMatchObject({ status: 1, json: { added: [] } });
		expect(fake.logged).toContain('named like a model and is none');
		expect((await models(['add', folder({ 'notes.txt': 'hello' })], dir)).logged).toContain('put a manifest');
		expect((await models(['add', join(root, 'nothing-there')], dir)).status).toBe(1);
		expect((await models(['list'], dir)).json.models).toEqual([]);
	});

	it('finds a flipped byte, by file and chunk', async () => {
		const dir = data();
		await models(['add', folder({ 'det.onnx': onnx })], dir);
		expect((await models(['verify'], dir)).status).toBe(0);
		const blob = join(dir, 'weights', 'blobs', sha256(onnx));
		const bytes = readFileSync(blob);
		bytes[CHUNK_BYTES + 1] = (bytes[CHUNK_BYTES + 1] ?? 0) ^ 1;
		chmodSync(blob, 0o600);
		writeFileSync(blob, bytes);
		const found = await models(['verify'], dir);
		expect(found.status).toBe(1);
		expect(String(found.json.faults)).toContain('det/det.onnx: damaged in chunk 2 of 2');
	});

	it.each([[[]], [['add']], [['add', 'a', 'b']], [['get']], [['list', 'x']], [['frob']]])(
		'refuses %j as wrong arguments',
		async (words) => {
			await expect(models(words, data())).rejects.toThrow(ModelsUsageError);
		},
	);

	it('says that get wants a clone where there is none', async () => {
		const got = await models(['get', 'minilm-l6-v2-int8'], data());
		expect([got.status, got.logged]).toEqual([1, expect.stringContaining('clone')]);
	});
});

describe('the folder as the page reads it', () => {
	it('is listed, sent whole and in parts, and names nothing outside', async () => {
		const dir = data();
		await models(['add', folder({ 'det.onnx': onnx })], dir);
		const weights = new Weights(dir);
		const server = createServer((request, response) => {
			if (!serveWeights(weights, (request.url ?? '').split('?')[0] ?? '', request, response, {})) response.writeHead(500).end();
		});
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights/`;
		try {
			expect((await (await fetch(`${at}index.json`)).json()) as unknown[]).toMatchObject([{ id: 'det' }]);
			const whole = await fetch(`${at}det/det.onnx`);
			expect([whole.status, whole.headers.get('cross-origin-resource-policy'), whole.headers.get('etag')]).toEqual([
				200,
				'same-origin',
				`"${sha256(onnx)}"`,
			]);
			expect(sha256(new Uint8Array(await whole.arrayBuffer()))).toBe(sha256(onnx));
			const part = await fetch(`${at}det/det.onnx`, { headers: { Range: `bytes=${CHUNK_BYTES}-` } });
			expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${CHUNK_BYTES}-${onnx.length - 1}/${onnx.length}`]);
			expect((await part.arrayBuffer()).byteLength).toBe(12);
			expect((await fetch(`${at}det/det.onnx`, { headers: { Range: `bytes=${onnx.length}-` } })).status).toBe(416);
			for (const path of ['det/other', 'det/%2e%2e/models/det.json', 'blobs/x', '', '../health'])
				expect((await fetch(`${at}${path}`)).status).not.toBe(200);
		} finally {
			server.close();
			server.closeAllConnections();
		}
	});
});
