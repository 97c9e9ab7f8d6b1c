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
		for (const name of ['agent', 'ocr', 'practice'])
			expect(files.filter((file) => file.startsWith(`assets/${name}.worker-`))).toHaveLength(1);
	});

	it('holds exactly one ONNX runtime, where the worker looks for it', () => {
		expect(files.filter((file) => /ort-wasm.*\.wasm$/.test(file))).toEqual(['ort/ort-wasm-simd-threaded.wasm']);
		expect(files.filter((file) => file.endsWith('.wasm'))).toEqual(['ort/ort-wasm-simd-threaded.wasm']);
		expect(files).toContain('ort/ort-wasm-simd-threaded.mjs');
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
		expect(inShell.filter((url) => /\.(onnx|wasm|gguf)$|^models|^ort|opencv|screenshots|sw\.js/.test(url))).toEqual([]);
		expect(parts.map(({ url }) => url)).toEqual(
			expect.arrayContaining(['ort/ort-wasm-simd-threaded.wasm', 'models/ppocr-v6-tiny/rec.onnx']),
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
