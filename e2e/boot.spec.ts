// What `npm run bench -- boot` and `-- regions` measure, held: the weight of the page, and that resting pixels cost nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isShell, SHELL_BYTES, shellOf } from '../src/tools/bench/boot/shell.mjs';
import { root } from '../src/tools/files.mjs';
import { serveFolder } from '../src/tools/serve.mjs';
import { expect, test } from './fixtures/runtime-page.ts';
import { openProfile } from './fixtures/static-host.ts';

const BUILT = join(root, 'dist', 'page');

test('a first visit and the files kept for offline weigh at most 1 MB compressed, and hold no engine and no model; play fetches each of those once @full', async () => {
	const profile = mkdtempSync(join(tmpdir(), 'falsework-shell-'));
	const sent = new Map<string, number>();
	const times = new Map<string, number>();
	const site = await serveFolder(BUILT, {
		sent(path, bytes) {
			sent.set(path, bytes);
			times.set(path, (times.get(path) ?? 0) + 1);
		},
	});
	const context = await openProfile(profile);
	try {
		const page = context.pages()[0] ?? (await context.newPage());
		// A host on the web: what comes from 127.0.0.1 is taken for the companion's, and its parts are kept at once since that costs nothing.
		await page.goto(`${site.origin.replace('127.0.0.1', 'localhost')}/`);
		await expect(page.getByRole('button', { name: 'Play the practice game' })).toBeEnabled();
		await page.evaluate(async () => void (await navigator.serviceWorker.ready));
		await page.waitForTimeout(2000);
		expect(
			[...sent.keys()].filter((path) => !isShell(path)),
			'engines and models before any use',
		).toEqual([]);
		const visit = [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);
		expect(visit).toBeGreaterThan(100_000);
		expect(visit).toBeLessThanOrEqual(SHELL_BYTES);
		const shell = shellOf(BUILT);
		expect(shell.files).toBeGreaterThan(10);
		expect(shell.bytes).toBeLessThanOrEqual(SHELL_BYTES);
		// Several workers want the text reader's engine at once, and the service worker keeps it after play: one download serves them all.
		await page.getByRole('button', { name: 'Play the practice game' }).click();
		await expect.poll(() => [...times.keys()].filter((path) => /\.wasm$/.test(path)), { timeout: 60_000 }).toHaveLength(1);
		await page.getByRole('button', { name: 'Stop everything' }).click();
		await expect.poll(() => [...times.keys()].filter((path) => /opencv/.test(path)), { timeout: 60_000 }).toHaveLength(1);
		expect([...times].filter(([path, n]) => !isShell(path) && n > 1)).toEqual([]);
	} finally {
		await context.close();
		await site.close();
		rmSync(profile, { recursive: true, force: true });
	}
});

test('a region whose pixels rest, or come back, is not read again @full', async ({ page, site }) => {
	const reads = await page.evaluate(async ([at, texts]) => ((await import(at)) as typeof import('./pages/regions.ts')).readFrames(texts), [
		`${site.origin}/regions.js`,
		['HP 45/60', 'HP 45/60', 'HP 44/60', 'HP 44/60', 'HP 45/60'],
	] as const);
	expect(reads.map(({ reading }) => reading)).toEqual([
		{ hit: true, value: 45, rested: false },
		{ hit: true, value: 45, rested: true },
		{ hit: true, value: 44, rested: false },
		{ hit: true, value: 44, rested: true },
		{ hit: true, value: 45, rested: true },
	]);
	expect(reads.map(({ asked }) => asked)).toEqual([1, 1, 2, 2, 2]);
});
