// The law by imports: the boundary check is shown a tree that breaks each rule, and must say so.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const tree = mkdtempSync(join(tmpdir(), 'falsework-rooms-'));
let broken: string[] = [];

beforeAll(() => {
	cpSync(join(root, 'src', 'lint', 'fixtures', 'rooms'), tree, { recursive: true });
	mkdirSync(join(tree, 'src'), { recursive: true });
	symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
	const cli = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
	const done = spawnSync(
		process.execPath,
		[cli, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'src', 'workers'],
		{
			cwd: tree,
			encoding: 'utf8',
			maxBuffer: 64 * 1024 * 1024,
		},
	);
	const report = JSON.parse(done.stdout) as { summary: { violations: { from: string; to: string; rule: { name: string } }[] } };
	broken = report.summary.violations.map(
		({ from, to, rule }) => `${rule.name}: ${from} → ${to.replace(/^.*node_modules\/([^/]+).*$/, '$1')}`,
	);
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

describe('the boundary check', () => {
	it.each([
		'core-is-pure: src/core/loop.ts → workers/ocr.worker.ts',
		'core-is-pure: src/core/loop.ts → src/ui/show.ts',
		'core-is-pure: src/core/loop.ts → fs',
		'core-and-ui-know-no-game: src/core/loop.ts → src/practice/world.ts',
		'workers-are-started-not-imported: src/core/loop.ts → workers/ocr.worker.ts',
		'ui-only-shows: src/ui/show.ts → src/adapters/store.ts',
		'embed-is-one-small-file: src/embed/element.ts → src/adapters/store.ts',
		'adapters-face-inwards: src/adapters/ocr.ts → onnxruntime-web',
		'model-runtimes-in-workers-only: src/adapters/ocr.ts → onnxruntime-web',
		'one-door-to-the-database: src/adapters/ocr.ts → dexie',
		'lists-of-words-behind-the-filter: src/adapters/ocr.ts → cuss',
		'the-test-has-a-list-of-its-own: src/adapters/ocr.ts → badwords-list',
		'practice-is-a-game-not-a-library: src/adapters/ocr.ts → src/practice/world.ts',
		'companion-is-node: src/companion/server.ts → src/adapters/store.ts',
		'protocols-are-types: workers/ocr.protocol.ts → src/adapters/store.ts',
	])('refuses %s', (expected) => {
		expect(broken).toContain(expected);
	});

	it('refuses files that import each other', () => {
		expect(broken.some((line) => line.startsWith('no-cycles: src/core/cycle-'))).toBe(true);
	});

	it('lets pass what keeps to its room', () => {
		expect(broken.filter((line) => /fine\.ts →|ocr\.worker\.ts →|→ http$/.test(line))).toEqual([]);
	});
});
