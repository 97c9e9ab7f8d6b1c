// Lines of a session said aloud on the real page: the switch, the host, the worker's turn, the loudspeaker and its silence. The voice
// itself is a stand-in that hums: what the real one says is read back in voice.spec.ts.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { choosePractice, playPractice, view } from './fixtures/falsework.ts';
import { startHub } from './fixtures/hub.mjs';
import { makeVersion, startStaticHost } from './fixtures/static-host.ts';
import { madeUp, makeModel } from './fixtures/store.ts';
import { expect, test } from './fixtures/test.ts';

/** Speaks the worker's protocol in the few words of comlink's that it takes; a line of n characters hums for n / 20 seconds. */
const HUM = `
onmessage = ({ data: { id, path, argumentList } }) => {
	const [, pieces] = argumentList.map(({ value }) => value);
	if (path[0] === 'load') postMessage({ id, type: 'RAW', value: ['af_heart', 'bm_george'] });
	else if (path[0] === 'speak') {
		const samples = Float32Array.from({ length: pieces.join(' ').length * 1200 }, (_, i) => Math.sin(i / 20) / 10);
		postMessage({ id, type: 'RAW', value: { samples, rate: 24000, ms: 5 } }, [samples.buffer]);
	} else postMessage({ id, type: 'RAW', value: undefined });
};`;

const card = (page: Page) => page.getByText('Say lines aloud').locator('..');

test('lines are said aloud when a person wants that, and the page works without the voice’s script', async ({ page }) => {
	test.setTimeout(180_000);
	const folder = mkdtempSync(join(tmpdir(), 'falsework-voice-'));
	const hub = await startHub({ models: { hum: folder } });
	const model = makeModel(
		folder,
		'hum',
		Object.fromEntries(
			[
				'config.json',
				'tokenizer.json',
				'tokenizer_config.json',
				'onnx/model_quantized.onnx',
				'voices/af_heart.bin',
				'voices/bm_george.bin',
			].map((path) => [path, madeUp(path, 1000)]),
		),
		{
			sources: [`${hub.url}hum/`],
			name: 'A hum',
			purpose: 'speak',
			runtime: 'kokoro',
			options: { dtype: 'q8', voices: ['af_heart', 'bm_george'] },
		},
	);
	const headers = { 'cross-origin-resource-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
	await page.context().route('**/models/index.json', (route) => route.fulfill({ json: [model], headers }));
	// A build without the voice's script, as someone may serve it who wants nothing under the GPL.
	const version = makeVersion('voiceless');
	const assets = join(version.folder, 'assets');
	const script = readdirSync(assets).find((name) => /^kokoro\.worker-.*\.js$/.test(name)) ?? '';
	rmSync(join(assets, script));
	const host = await startStaticHost(headers);
	host.serve(version.folder);
	await choosePractice(page, { seed: 1, speed: 4 });
	await page.goto(host.url);

	await view(page, 'Settings');
	await expect(card(page).getByText('No voice is on this machine yet.')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Hear it' })).toBeDisabled();
	await view(page, 'Models');
	await page
		.locator('[data-model="hum"]')
		.getByRole('button', { name: /^Get it/ })
		.click();
	await expect(page.locator('[data-model="hum"]')).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });

	// The script is a file of its own: without it everything else goes on, and the page says what is missing.
	await view(page, 'Settings');
	await page.getByRole('button', { name: 'Hear it' }).click();
	await expect(page.getByRole('alert').filter({ hasText: /worker of A hum failed/ })).toBeVisible({ timeout: 30_000 });
	writeFileSync(join(assets, script), HUM);

	await expect(card(page).getByText('Off. Lines are shown as captions.')).toBeVisible();
	await page.getByRole('switch', { name: 'Voice' }).click();
	await page.getByRole('button', { name: 'British English' }).click();
	await page.getByLabel('Which voice').selectOption('bm_george');
	await page.getByRole('button', { name: 'Hear it' }).click();
	await expect(page.getByRole('alert')).toHaveCount(0);
	await view(page, 'Play');
	await playPractice(page);
	await view(page, 'Settings');
	await expect(card(page).getByText(/On\. \d+ lines? said/)).toBeVisible({ timeout: 90_000 });
	await view(page, 'Models');
	await expect(page.locator('[data-model="hum"] dd', { hasText: 'real time' }).first()).toBeVisible();
	// Chosen once, kept: the next opening speaks without being told.
	await page.reload();
	await view(page, 'Settings');
	await expect(page.getByRole('switch', { name: 'Voice' })).toBeChecked();
	await expect(page.getByLabel('Which voice')).toHaveValue('bm_george');
	await hub.close();
	await host.close();
	version.remove();
});
