// The Models page on the real model host, against a hub on this machine: what is said before a byte is fetched, progress with pause and
// resume, what is damaged and how it is mended, a mirror, files of one's own, and bytes that are free again. Made-up bytes stand for
// models where bytes are bytes; the last test fetches and tries real ones.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { ensureWeights } from '../src/tools/models/weights.mjs';
import { expectNoFaults } from './fixtures/axe.ts';
import { expectPhase, playPractice, view } from './fixtures/falsework.ts';
import { type Hub, startHub } from './fixtures/hub.mjs';
import { CHUNK, madeUp, makeModel } from './fixtures/store.ts';
import { expect, test as base } from './fixtures/test.ts';

const BIG = 2 * CHUNK + 5000;
/** The small set of a machine without a GPU. */
const REAL = ['ppocr-v6-tiny', 'minilm-l6-v2-int8', 'smollm2-135m-instruct', 'kokoro-82m-v1.0-int8'] as const;

/** A hub with four models, and a page that knows of them and no others. */
const test = base.extend<{ hub: Hub; models: Page }>({
	hub: async ({}, use) => {
		const hub = await startHub({ models: { big: dir('big'), small: dir('small'), bound: dir('bound'), gpu: dir('gpu') } });
		await use(hub);
		await hub.close();
	},
	models: async ({ page, hub, site }, use) => {
		const at = (id: string) => ({ sources: [`${hub.url}${id}/`] });
		const list = [
			makeModel(dir('big'), 'big', { 'model.onnx': madeUp('big', BIG) }, { ...at('big'), name: 'Big one', purpose: 'embed' }),
			makeModel(dir('small'), 'small', { 'voice.bin': madeUp('small', 400_000) }, { ...at('small'), name: 'Small one', purpose: 'speak' }),
			makeModel(
				dir('bound'),
				'bound',
				{ 'model.gguf': madeUp('bound', 900) },
				{
					...at('bound'),
					name: 'Bound one',
					purpose: 'think',
					terms: 'Only for those who say please.',
				},
			),
			makeModel(
				dir('gpu'),
				'gpu',
				{ 'model.onnx': madeUp('gpu', 700) },
				{
					...at('gpu'),
					name: 'Hungry one',
					purpose: 'see',
					runtime: 'web-llm',
					needs: { memoryBytes: 1e9, webgpu: { features: ['shader-f16'], limits: {}, optional: false } },
				},
			),
		];
		await page
			.context()
			.route('**/models/index.json', (route) => route.fulfill({ json: list, headers: { 'cross-origin-resource-policy': 'same-origin' } }));
		await page.goto(site.url);
		await view(page, 'Models');
		await expect(card(page, 'big')).toBeVisible();
		await use(page);
	},
});

const folders = new Map<string, string>();
function dir(name: string): string {
	const known = folders.get(name) ?? mkdtempSync(join(tmpdir(), `falsework-${name}-`));
	folders.set(name, known);
	return known;
}
const card = (page: Page, id: string) => page.locator(`[data-model="${id}"]`);
const press = (page: Page, id: string, name: RegExp) => card(page, id).getByRole('button', { name }).click();
const expectState = (page: Page, id: string, state: string) =>
	expect(card(page, id)).toHaveAttribute('data-state', state, { timeout: 60_000 });
const share = async (page: Page, id: string) => Number(await card(page, id).getByRole('progressbar').getAttribute('aria-valuenow'));

test('before a byte is fetched each model says what it is, whether it runs here, and what it asks of a person', async ({ models, hub }) => {
	const list = models.getByRole('list', { name: 'What this machine can run' });
	await expect(list).toContainText(/\d+ cores?; /);
	await expect(list).toContainText(/WebGPU/);
	for (const [id, ...words] of [
		['big', 'Big one', '16.8 MB', 'MIT', 'runs well here', 'Kept in', 'not verified on this build', 'recommended'],
		['bound', 'Only for those who say please.'],
		['gpu', 'cannot run here'],
	] as const)
		for (const word of words) await expect(card(models, id)).toContainText(word);
	await expect(card(models, 'gpu').getByRole('button', { name: /^Get it/ })).toBeDisabled();
	await expect(card(models, 'bound').getByRole('button', { name: /^Get it/ })).toBeDisabled();
	await expect(models.getByText('Has terms to be read first, below: decides and writes.').first()).toBeVisible();
	await expectNoFaults(models, 'nothing fetched');
	await card(models, 'bound').getByLabel('I have read these terms and agree to them').check();
	await press(models, 'bound', /^Get it \(900 B\)/);
	await expectState(models, 'bound', 'ready');
	// What needs a tick is in no set; what cannot run is in none either.
	await expect(models.getByRole('button', { name: /^Get the small set/ })).toContainText('(17.2 MB)');
	await expect(models.getByText('No model for this runs here: looks at pictures.')).toBeVisible();
	expect(hub.asked.map(({ path }) => path)).toEqual(['bound/model.gguf']);
});

test('a download shows its progress, is paused, queued, resumed and deleted, and nothing of it blocks the play', async ({
	models,
	hub,
}) => {
	test.setTimeout(180_000);
	const title = await models.title();
	hub.misbehave({ path: /big/, slow: 1_500_000, stallAt: CHUNK + 2_000_000 }, { path: /small/, slow: 40_000, times: 1 });
	await models.getByRole('button', { name: /^Get the small set/ }).click();
	await expectState(models, 'big', 'downloading');
	// Two come at once; a third waits.
	await card(models, 'bound').getByLabel('I have read these terms and agree to them').check();
	await press(models, 'bound', /^Get it/);
	await expect(card(models, 'bound')).toContainText('next in line');
	await expect.poll(() => share(models, 'big')).toBeGreaterThan(5);
	await expect(card(models, 'big')).toContainText(/\d [kM]B\/s/);
	await expect(card(models, 'big')).toContainText(/left/);
	await expect(models).toHaveTitle(/^\d+ % · /);
	await expectNoFaults(models, 'while one comes');

	// Play begins meanwhile.
	await view(models, 'Play');
	await playPractice(models);
	await models.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(models, 'stopped');
	await view(models, 'Models');

	// The first piece has landed; the second does not come to its end before the pause.
	await expect.poll(() => share(models, 'big'), { timeout: 60_000 }).toBeGreaterThan(50);
	await press(models, 'big', /^Pause/);
	await expectState(models, 'big', 'paused');
	await expectState(models, 'small', 'ready');
	await expect(models).toHaveTitle(title);
	const before = hub.sent;
	hub.misbehave();
	await models.reload();
	await view(models, 'Models');
	await expectState(models, 'big', 'paused');
	await press(models, 'big', /^Resume/);
	await expectState(models, 'big', 'ready');
	await expect(card(models, 'big')).toContainText('Here, checked');
	expect(hub.sent - before, 'what was here is not fetched again').toBeLessThan(BIG);
	expect(hub.sent).toBeLessThanOrEqual(BIG + 400_900 + CHUNK);

	const kept = models.getByText('Models here').locator('..');
	await expect(kept).toContainText('17.2 MB');
	await press(models, 'big', /^Delete: Big one/);
	await expect(card(models, 'big')).toContainText('Frees 16.8 MB; crystals stay.');
	await expect(card(models, 'big').getByRole('button', { name: 'Keep' })).toBeFocused();
	await press(models, 'big', /^Delete it/);
	await expectState(models, 'big', 'absent');
	await expect(kept).toContainText('401 kB');
	await view(models, 'Storage');
	await expect(models.locator('[data-kind="Models"]')).toContainText('401 kB');

	// Room is made by a click, with its bytes beforehand.
	await models.getByRole('button', { name: '100 MB', exact: true }).click();
	await expect(models.locator('[data-plan]')).toContainText('Small one');
	await models.getByRole('button', { name: 'Delete these, free 401 kB' }).click();
	await expect(models.locator('[data-kind="Models"]')).toContainText('none is here');
});

test('what stalls says so, what fails names the fault and the next click, and cancel gives the bytes back', async ({ models, hub }) => {
	hub.misbehave({ path: /big/, stallAt: CHUNK + 1000 });
	await press(models, 'big', /^Get it/);
	await expect(card(models, 'big')).toContainText('no bytes are coming', { timeout: 30_000 });
	await expect(models).toHaveTitle(/^waiting, /);
	await press(models, 'big', /^Cancel/);
	await expectState(models, 'big', 'absent');
	await expect(models.getByText('Models here').locator('..')).toContainText('0 B');

	hub.misbehave({ path: /small/, status: 404 });
	await press(models, 'small', /^Get it/);
	await expectState(models, 'small', 'failed');
	await expect(card(models, 'small')).toContainText('404');
	await expect(models.getByRole('navigation').getByRole('button', { name: /Models/ })).toContainText('needs attention');
	await expectNoFaults(models, 'one has failed');
	hub.misbehave();
	await press(models, 'small', /^Try again/);
	await expectState(models, 'small', 'ready');
});

test('a flipped byte is found by a check, shown, and that piece alone is fetched again', async ({ models, hub }) => {
	await press(models, 'big', /^Get it/);
	await expectState(models, 'big', 'ready');
	await models.evaluate(async () => {
		type Buckets = { open(name: string): Promise<{ getDirectory(): Promise<FileSystemDirectoryHandle> }> };
		const buckets = (navigator as unknown as { storageBuckets: Buckets }).storageBuckets;
		const root = await (await buckets.open('models')).getDirectory();
		const blobs = await root.getDirectoryHandle('blobs');
		for await (const handle of (blobs as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values()) {
			const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
			bytes[9_000_000] = (bytes[9_000_000] ?? 0) ^ 1;
			const writer = await handle.createWritable();
			await writer.write(bytes);
			await writer.close();
		}
	});
	hub.forget();
	await press(models, 'big', /^Check again/);
	await expectState(models, 'big', 'damaged');
	await expectNoFaults(models, 'one is damaged');
	await press(models, 'big', /^Fetch the damaged part again/);
	await expectState(models, 'big', 'ready');
	expect(hub.sent).toBeLessThanOrEqual(CHUNK);
});

test('a mirror is checked as it is typed, asked first, and forgotten when it is emptied', async ({ models, hub }) => {
	const mirror = await startHub({ models: { small: dir('small') } });
	try {
		const form = models.getByRole('form', { name: 'Mirror' });
		const field = form.getByLabel(/^Mirror/);
		const save = form.getByRole('button', { name: 'Save the mirror' });
		for (const [typed, why] of [
			['models.example', 'That is no address'],
			['https://me:secret@models.example/', 'No name or password'],
		] as const) {
			await field.fill(typed);
			await save.click();
			await expect(form.getByRole('alert')).toContainText(why);
		}
		await field.fill(mirror.url);
		await save.click();
		await expect(form.getByRole('status')).toContainText('asked first');
		await press(models, 'small', /^Get it/);
		await expectState(models, 'small', 'ready');
		expect([mirror.asked.length > 0, hub.asked.length]).toEqual([true, 0]);
		await models.reload();
		await view(models, 'Models');
		await expect(field).toHaveValue(mirror.url);
		await field.fill('');
		await save.click();
		await expect(form.getByRole('status')).toContainText('No mirror');
	} finally {
		await mirror.close();
	}
});

test('files of one’s own are taken in by the picker and by a drop; what is no model is refused by name', async ({ models, hub }) => {
	const drop = models.getByRole('region', { name: 'Models you have already' });
	await drop.getByLabel('Choose files').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
	await expect(drop.getByRole('status')).not.toBeEmpty();
	await expect(drop.getByRole('status').locator('p')).toHaveClass(/danger/);
	const voice = [...readFileSync(join(dir('small'), 'voice.bin'))];
	await models.evaluate((bytes) => {
		const transfer = new DataTransfer();
		transfer.items.add(new File([new Uint8Array(bytes)], 'voice.bin'));
		const zone = document.querySelector('[data-drop="models"]');
		zone?.dispatchEvent(new DragEvent('dragover', { dataTransfer: transfer, bubbles: true, cancelable: true }));
		zone?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
	}, voice);
	await expectState(models, 'small', 'ready');
	expect(hub.asked).toEqual([]);
});

base('real models are fetched by one click, tried by hand, and tell their speed on this machine @full', async ({ page, site }) => {
	base.setTimeout(600_000);
	const weights = await ensureWeights(REAL);
	const hub = await startHub({
		models: Object.fromEntries(REAL.map((id) => [id, join(weights, id)])),
	});
	try {
		await page.goto(site.url);
		await view(page, 'Models');
		const mirror = page.getByRole('form', { name: 'Mirror' });
		await mirror.getByLabel(/^Mirror/).fill(hub.url);
		await mirror.getByRole('button', { name: 'Save the mirror' }).click();
		await expect(mirror.getByRole('status')).toContainText('asked first');
		// With a mirror the models that were tried by this build can be had, and stand before those of the hub.
		for (const id of REAL) await expect(card(page, id)).toContainText('recommended');
		await page.getByRole('button', { name: /^Get the small set/ }).click();
		for (const id of REAL) await expect(card(page, id)).toHaveAttribute('data-state', 'ready', { timeout: 180_000 });

		const tried = async (id: string, go: string): Promise<string> => {
			const form = card(page, id).locator('form');
			await form.getByRole('button', { name: go, exact: true }).click();
			const said = form.locator('[data-trial]');
			await expect(said).toBeVisible({ timeout: 180_000 });
			await expect(said).toHaveAttribute('data-trial', 'said');
			return (await said.textContent()) ?? '';
		};
		await press(page, 'minilm-l6-v2-int8', /^Test it/);
		expect(await tried('minilm-l6-v2-int8', 'Compare')).toMatch(/alike by 0\.\d+.*ms a text/s);
		await press(page, 'ppocr-v6-tiny', /^Test it/);
		await card(page, 'ppocr-v6-tiny').getByLabel('Choose a picture').setInputFiles('public/screenshots/play-wide.png');
		expect(await tried('ppocr-v6-tiny', 'Read this picture')).toContain('Falsework');
		await press(page, 'smollm2-135m-instruct', /^Test it/);
		await card(page, 'smollm2-135m-instruct').getByRole('textbox', { name: 'Ask it something' }).fill('Say hello.');
		expect(await tried('smollm2-135m-instruct', 'Ask')).toMatch(/tokens\/s/);
		await expect(card(page, 'smollm2-135m-instruct')).toContainText('loaded now');
		await press(page, 'smollm2-135m-instruct', /^Unload/);
		await expect(card(page, 'smollm2-135m-instruct')).not.toContainText('loaded now');
		await press(page, 'kokoro-82m-v1.0-int8', /^Test it/);
		await card(page, 'kokoro-82m-v1.0-int8').getByRole('textbox', { name: 'Say a sentence' }).fill('Low health.');
		expect(await tried('kokoro-82m-v1.0-int8', 'Say it')).toMatch(/× real time/);
		await expect(card(page, 'kokoro-82m-v1.0-int8')).toContainText(/real time/);
	} finally {
		await hub.close();
	}
});
