// What the server, the CSP and the licences rely on in the built page.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { listKept, SERVICE_WORKER } from './service-worker.mjs';
import { ENGINE_MARKS } from './shared-engines.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const page = join(root, 'dist', 'page');
const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
let files: string[] = [];

beforeAll(() => {
	const done = node('-e', "import('./src/tools/build.mjs').then((m) => m.ensureBuilt())");
	if (done.status !== 0) throw new Error(done.stderr);
	files = readdirSync(page, { recursive: true, encoding: 'utf8' })
		.filter((name) => statSync(join(page, name)).isFile())
		.map((name) => name.replaceAll('\\', '/'));
}, 120_000);

describe('the built page', () => {
	it('holds the page, the practice window and every worker under its own name', () => {
		expect(files).toEqual(expect.arrayContaining(['index.html', 'practice-window.html', 'profiles/practice.json']));
		for (const name of ['agent', 'models', 'ocr', 'practice'])
			expect(files.filter((file) => file.startsWith(`assets/${name}.worker-`))).toHaveLength(1);
	});

	it('holds one ONNX runtime for the CPU, one for WebGPU, llama.cpp, and no other WebAssembly', () => {
		expect(files.filter((file) => file.endsWith('.wasm')).sort()).toEqual([
			'ort/ort-wasm-simd-threaded.jspi.wasm',
			'ort/ort-wasm-simd-threaded.wasm',
			'wllama/wllama.wasm',
		]);
		for (const file of ['ort/ort-wasm-simd-threaded.mjs', 'ort/ort-wasm-simd-threaded.jspi.mjs']) expect(files).toContain(file);
	});

	it('holds one copy of onnxruntime’s and of transformers’ code, which every worker imports by address', () => {
		const scripts = files.filter((file) => /\.m?js$/.test(file)).map((file) => [file, readFileSync(join(page, file), 'utf8')] as const);
		for (const [engine, mark] of Object.entries(ENGINE_MARKS)) {
			const copies = scripts.filter(([, code]) => code.includes(mark)).map(([file]) => file);
			expect(copies, engine).toEqual([expect.stringMatching(new RegExp(`^assets/${engine}-[\\w-]{8}\\.js$`))]);
			// Twice in one file would be a copy too.
			expect(scripts.find(([file]) => file === copies[0])?.[1].split(mark), engine).toHaveLength(2);
		}
		const ocr = scripts.find(([file]) => file.startsWith('assets/ocr.worker-'))?.[1];
		expect(ocr).toContain(files.find((file) => file.startsWith('assets/onnxruntime-'))?.replace('assets/', './'));
		expect(scripts.filter(([, code]) => code.includes('falsework-engine:'))).toEqual([]);
	});

	it('lists the files of each runtime, so that they can be kept beside its models', () => {
		const engines = JSON.parse(readFileSync(join(page, 'engines.json'), 'utf8')) as Record<string, string[]>;
		expect(Object.keys(engines).sort()).toEqual(['kokoro', 'ort', 'transformers', 'web-llm', 'wllama']);
		expect(engines.wllama).toContain('wllama/wllama.wasm');
		for (const runtime of ['ort', 'transformers', 'kokoro']) expect(engines[runtime]).toContain('ort/ort-wasm-simd-threaded.wasm');
		for (const url of Object.values(engines).flat()) expect(files).toContain(url);
	});

	it('holds the committed models with their licence', () => {
		const model = readdirSync(join(root, 'models', 'ppocr-v6-tiny')).map((name) => `models/ppocr-v6-tiny/${name}`);
		expect(files).toEqual(expect.arrayContaining(model));
		expect(model.some((file) => file.endsWith('/LICENSE'))).toBe(true);
	});

	it('has no script or style inside its HTML, and nothing from elsewhere', () => {
		const pages = files.filter((file) => file.endsWith('.html'));
		expect(pages.length).toBeGreaterThan(0);
		for (const file of pages) {
			const html = readFileSync(join(page, file), 'utf8');
			expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|="javascript:/i);
			for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
				// Nothing from the root: the same build lies in a folder of a static host.
				expect(attributes).toMatch(/\ssrc="\.\//);
				expect(body).toBe('');
			}
			expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
		}
	});

	it('has a service worker that keeps the whole shell by its hashes, and no model', () => {
		const { shell, parts, late } = listKept(page);
		const worker = readFileSync(join(page, SERVICE_WORKER), 'utf8');
		for (const { url, integrity } of [...shell, ...parts, ...late]) {
			expect(worker, url).toContain(integrity);
			expect(integrity).toBe(
				`sha256-${createHash('sha256')
					.update(readFileSync(join(page, url)))
					.digest('base64')}`,
			);
		}
		const inShell = shell.map(({ url }) => url);
		const wanted = files.filter(
			(file) =>
				/^(index\.html|practice-window\.html|profiles\/|assets\/)/.test(file) && ![...parts, ...late].some(({ url }) => url === file),
		);
		expect(inShell).toEqual(expect.arrayContaining(wanted));
		expect(
			inShell.filter((url) =>
				/\.(onnx|wasm|gguf)$|^models\/(?!index\.json$)|^ort|^wllama|opencv|transformers-|onnxruntime-|screenshots|sw\.js/.test(url),
			),
		).toEqual([]);
		expect(parts.map(({ url }) => url)).toContain('ort/ort-wasm-simd-threaded.wasm');
		expect([...shell, ...parts, ...late].map(({ url }) => url).filter((url) => url.startsWith('models/'))).toEqual(['models/index.json']);
		expect(parts.filter(({ url }) => /jspi|wllama|transformers/.test(url))).toEqual([]);
		expect(late.map(({ url }) => url)).toEqual(
			expect.arrayContaining(['ort/ort-wasm-simd-threaded.jspi.mjs', 'ort/ort-wasm-simd-threaded.jspi.wasm', 'wllama/wllama.wasm']),
		);
		expect(shell.every(({ url, revision }) => (revision === null) === url.startsWith('assets/'))).toBe(true);
	});

	it('leaves a big file that nobody named to the moment it is fetched', () => {
		const folder = mkdtempSync(join(tmpdir(), 'falsework-kept-'));
		mkdirSync(join(folder, 'assets'));
		for (const [name, size] of [
			['index.html', 100],
			['assets/app-AbCd1234.js', 5000],
			['assets/runtime-AbCd1234.js', 2_000_000],
			['small.wasm', 10],
		] as const)
			writeFileSync(join(folder, name), Buffer.alloc(size));
		const { shell, parts, late } = listKept(folder);
		rmSync(folder, { recursive: true });
		expect(shell.map(({ url, revision }) => [url, revision === null])).toEqual([
			['assets/app-AbCd1234.js', true],
			['index.html', false],
		]);
		expect(late.map(({ url }) => url)).toEqual(['assets/runtime-AbCd1234.js', 'small.wasm']);
		expect(parts).toEqual([]);
	});

	it('has a shell of at most 1 MB compressed, before any model or OpenCV', () => {
		const bytes = [SERVICE_WORKER, ...listKept(page).shell.map(({ url }) => url)]
			.map((url) => gzipSync(readFileSync(join(page, url))).length)
			.reduce((sum, size) => sum + size, 0);
		expect(bytes).toBeLessThan(1_000_000);
	});

	it('keeps every file under 16 MB, and the first load without the big ones', () => {
		for (const file of files) expect(statSync(join(page, file)).size, file).toBeLessThan(16 * 2 ** 20);
		const first = files
			.filter((file) => /^assets\/index-.*\.(js|css)$/.test(file))
			.reduce((sum, file) => sum + statSync(join(page, file)).size, 0);
		expect(first).toBeLessThan(600_000);
	});
});

describe('a command', () => {
	it('with a wrong bench or proof exits 2 with the list', () => {
		for (const [tool, word] of [
			['bench.mjs', 'bench'],
			['prove.mjs', 'proof'],
		] as const) {
			const done = node(join('src', 'tools', tool), 'no-such-thing');
			expect(done.status).toBe(2);
			expect(done.stderr).toContain(`There is no ${word} "no-such-thing".`);
			expect(done.stderr).toContain('NAME is one of');
		}
	});

	it('with --help says how, on stdout, and exits 0', () => {
		for (const tool of ['bench.mjs', 'prove.mjs', 'test.mjs']) {
			const done = node(join('src', 'tools', tool), '--help');
			expect(done.status).toBe(0);
			expect(done.stdout).toContain('npm ');
		}
	});

	it('of the tests with a part that does not exist exits 2', () => {
		expect(node('src/tools/test.mjs', '--only', 'nonsense').status).toBe(2);
	});
});
