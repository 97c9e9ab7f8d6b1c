// A MaaFramework project, zipped or as a folder: shown node by node, imported in shadow with the profile of its game, and drawn to
// the size of the window once that is played. The pictures pass the browser's own decoder.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { PNG } from 'pngjs';
import type { Page } from 'playwright/test';
import { readCrystals, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

const WIDTH = 24;
const HEIGHT = 16;

/** Noise of a seed; its left third is the green that means "not this". */
function picture(): Uint8Array {
	const png = new PNG({ width: WIDTH, height: HEIGHT });
	let state = 7;
	for (let y = 0, at = 0; y < HEIGHT; y++) {
		for (let x = 0; x < WIDTH; x++, at += 4) {
			state = (Math.imul(state, 1103515245) + 12345) >>> 0;
			const level = (state >>> 16) & 255;
			png.data.set(x < WIDTH / 3 ? [0, 255, 0, 255] : [level, 255 - level, level >> 1, 255], at);
		}
	}
	return new Uint8Array(PNG.sync.write(png));
}
const json = (value: object): Uint8Array => strToU8(JSON.stringify(value));
const project: Record<string, Uint8Array> = {
	'商店/interface.json': json({
		name: 'Shop Keeper',
		controller: [{ type: 'Win32', win32: { window_regex: 'Shop Keeper' } }],
		resource: [{ name: 'all', path: ['{PROJECT_DIR}/resource'] }],
		task: [{ name: '买东西', entry: 'Start' }],
	}),
	'商店/resource/pipeline/主.json': strToU8(`{
		// the shop
		"Start": { "next": ["Buy", "[JumpBack]Own"] },
		"Buy": { "recognition": "TemplateMatch", "template": "按钮/buy.png", "green_mask": true, "roi": [0, 0, 640, 720], "action": "Click" },
		"Own": { "recognition": "Custom", "custom_recognition": "Mine" },
	}`),
	'商店/resource/image/按钮/buy.png': picture(),
	'商店/run.exe': new Uint8Array(50_000),
};
const storage = (page: Page) => page.getByRole('region', { name: 'Storage' });

interface Stored {
	readonly id: string;
	readonly kind: string;
	readonly state: string;
	readonly data: {
		readonly roi?: readonly number[];
		readonly exemplars?: readonly { readonly mask?: string; readonly deviation: number }[];
	};
	readonly blobs: Readonly<Record<string, { readonly bytes: number }>>;
}
async function stored(page: Page): Promise<readonly Stored[]> {
	return (await readCrystals<Stored>(page)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

test('a zipped MaaFramework project is looked over, imported in shadow, and its profile stays', async ({ page, site }, info) => {
	const file = info.outputPath('shop-main.zip');
	writeFileSync(file, zipSync(project));
	await page.goto(site.url);
	await view(page, 'Storage');
	await storage(page).getByLabel('Import pack').setInputFiles(file);
	const offer = storage(page).locator('[data-pack]');
	await expect(offer.getByRole('heading')).toHaveText('MaaFramework project shop-main.zip');
	await expect(offer.locator('[data-project]')).toContainText('recognition Custom');
	await expect(offer).toContainText('1 template, 1 skill');
	expect(await stored(page), 'nothing comes in by being looked at').toEqual([]);

	const download = page.waitForEvent('download');
	await offer.getByRole('button', { name: 'Save the report' }).click();
	const report = info.outputPath('report.md');
	await (await download).saveAs(report);
	expect(readFileSync(report, 'utf8')).toMatch(/3 nodes: 1 whole, 1 in part, 1 not\.[\s\S]*\| Own \|[\s\S]*\| Start \|[\s\S]*\| Buy \|/);

	await offer.getByRole('button', { name: 'Import', exact: true }).click();
	await expect(offer).toContainText('Imported 2 crystals of Shop Keeper, in shadow.');
	const crystals = await stored(page);
	expect(crystals.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['skill shadow', 'template shadow']);
	const template = crystals.find(({ kind }) => kind === 'template');
	expect(template?.data.roi).toEqual([0, 0, 640, 720]);
	// Grey levels of the noise alone, as the browser decoded it.
	expect(template?.data.exemplars?.[0]?.deviation).toBeCloseTo(17.6, 1);
	expect(template?.blobs[template.data.exemplars?.[0]?.mask ?? '']?.bytes).toBe(WIDTH * HEIGHT);

	await page.reload();
	await view(page, 'Play');
	await expect(page.getByLabel('Game profile for the shared window')).toContainText('Shop Keeper (imported)');
	await view(page, 'Storage');
	await storage(page).getByLabel('Import pack').setInputFiles(file);
	await expect(offer.getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
});

test('the folder of a project is taken as its zip is, and a zip that is neither says so', async ({ page, site }, info) => {
	const root = info.outputPath('folder');
	for (const [path, bytes] of Object.entries(project)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), bytes);
	}
	const other = info.outputPath('other.zip');
	writeFileSync(other, zipSync({ 'notes.txt': strToU8('hello') }));
	await page.goto(site.url);
	await view(page, 'Storage');
	await storage(page).getByLabel('Import project folder').setInputFiles(join(root, '商店'));
	await expect(storage(page).getByRole('heading', { name: 'MaaFramework project 商店' })).toBeVisible();
	await expect(storage(page).locator('[data-project]')).toContainText('Nodes');
	await storage(page).getByRole('button', { name: 'Leave it' }).click();
	await storage(page).getByLabel('Import pack').setInputFiles(other);
	await expect(page.getByText('it has no pack.json, so it is no pack of Falsework')).toBeVisible();
});
