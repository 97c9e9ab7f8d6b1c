// Everything out as one zip, everything erased, everything back: one's own backup comes back to the last byte, anybody else's in
// shadow. Room is freed by a click, and what the browser promises is told as it is. Seed 1, speed 2.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Page } from 'playwright/test';
import { choosePractice, expectPhase, playPractice, readLedger, readTable, stopEverything, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

/** One hash over all crystals as they lie on disk, read without Falsework. */
async function hashOfCrystals(page: Page): Promise<{ readonly hash: string; readonly count: number }> {
	const rows = (await readTable(page, 'crystals')) as readonly { readonly scope: string; readonly id: string; readonly json: string }[];
	const lines = rows.map(({ scope, id, json }) => `${scope}\n${id}\n${json}`).sort();
	return { hash: createHash('sha256').update(lines.join('\n')).digest('hex'), count: rows.length };
}
const storage = (page: Page) => page.getByRole('region', { name: 'Storage' });
const offer = (page: Page) => storage(page).locator('[data-backup]');

async function exported(page: Page, path: string): Promise<Uint8Array> {
	const download = page.waitForEvent('download');
	await storage(page).getByRole('button', { name: 'Export everything' }).click();
	const file = await download;
	expect(file.suggestedFilename()).toMatch(/^falsework-backup-\d{4}-\d\d-\d\d\.zip$/);
	await file.saveAs(path);
	return new Uint8Array(readFileSync(path));
}
async function erase(page: Page, forget = false): Promise<void> {
	await storage(page).getByRole('button', { name: 'Erase everything' }).click();
	const loaded = page.waitForEvent('load');
	await page.getByLabel('Type “erase” to go on').fill('erase');
	if (forget) await page.getByLabel(/^Also forget which backups were made here/).check();
	await page.getByRole('button', { name: 'Erase it all' }).click();
	await loaded;
	await view(page, 'Storage');
}
async function offered(page: Page, file: string): Promise<void> {
	await storage(page).getByLabel('Restore a backup').setInputFiles(file);
	await expect(offer(page)).toBeVisible();
}

test('a backup restores to the last byte what was erased, and anybody else’s comes in shadow', async ({ page, site }, info) => {
	test.setTimeout(240_000);
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	await expect.poll(async () => (await hashOfCrystals(page)).count, { timeout: 90_000 }).toBeGreaterThan(5);
	// On a quick machine the crystals are there before much was written down.
	await expect.poll(async () => (await readLedger(page)).length, { timeout: 90_000 }).toBeGreaterThan(10);
	await stopEverything(page);
	await view(page, 'Storage');
	const before = await hashOfCrystals(page);
	const path = info.outputPath('backup.zip');
	const bytes = await exported(page, path);

	const files = unzipSync(bytes);
	expect(Object.keys(files)[0]).toBe('backup.json');
	expect(Object.keys(files)).toEqual(expect.arrayContaining(['packs/practice-960x540.falsework', 'settings.json', 'models.json']));
	expect(Object.keys(unzipSync(files['packs/practice-960x540.falsework'] ?? new Uint8Array()))).toContain('pack.json');

	// What a model said too late is still written down after the stop; the backup has what was there when it was made.
	const ledger = strFromU8(files['ledger/0001.jsonl'] ?? new Uint8Array())
		.trim()
		.split('\n');
	expect(ledger.length).toBeGreaterThan(10);

	await erase(page);
	expect(await hashOfCrystals(page)).toMatchObject({ count: 0 });
	expect(await readLedger(page)).toEqual([]);
	await offered(page, path);
	await expect(offer(page)).toContainText('This installation made it, so everything comes back as it was.');
	await expect(offer(page)).toContainText('Relic Hollow');
	expect(await hashOfCrystals(page), 'nothing comes in by being looked at').toMatchObject({ count: 0 });
	await offer(page).getByRole('button', { name: 'Restore', exact: true }).click();
	await expect(offer(page)).toContainText('to the last byte');
	expect(await hashOfCrystals(page)).toEqual(before);
	// A model's answer has its number before what came of it is written down, so the order of writing is another than that of numbers.
	const numbered = ledger.map((line) => JSON.parse(line) as { readonly n: number }).toSorted((a, b) => a.n - b.n);
	expect((await readLedger(page)).toSorted((a, b) => a.n - b.n)).toEqual(numbered);
	await view(page, 'Reports');
	await expect(page.getByRole('region', { name: 'Reports' }).getByText('Ended: Stop everything was pressed')).toBeVisible();
	await view(page, 'Storage');
	await offer(page).getByRole('button', { name: 'Close' }).click();

	// Once more: everything is here.
	await offered(page, path);
	await expect(offer(page).getByRole('button', { name: 'Nothing to restore' })).toBeDisabled();
	await offer(page).getByRole('button', { name: 'Leave it' }).click();

	// What was restored is played with.
	await view(page, 'Play');
	await playPractice(page);
	await view(page, 'Storage');
	await offered(page, path);
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');

	// Forgotten, or changed by a byte, it is anybody's.
	await erase(page, true);
	await offered(page, path);
	await expect(offer(page)).toContainText('It is not known to have been made here');
	await offer(page).getByRole('button', { name: 'Restore', exact: true }).click();
	await expect(offer(page)).toContainText(/Restored \d+ crystals?, in shadow/);
	const rows = (await readTable(page, 'crystals')) as readonly { readonly state: string }[];
	expect(rows.length).toBeGreaterThan(0);
	expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['shadow']));
	expect(await readLedger(page)).toEqual([]);
	expect((await readTable(page, 'setAside')).length).toBe(0);
});

test('a file that is no backup, or a broken one, is refused with its reason and nothing comes in', async ({ page, site }, info) => {
	await page.goto(site.url);
	await view(page, 'Storage');
	await expect(storage(page).locator('[data-kind="Crystals"]')).toBeVisible();
	const good = unzipSync(await exported(page, info.outputPath('empty.zip')));
	const choose = (buffer: Uint8Array) =>
		storage(page)
			.getByLabel('Restore a backup')
			.setInputFiles({ name: 'x.zip', mimeType: 'application/zip', buffer: Buffer.from(buffer) });
	const pack = zipSync({ 'pack.json': strToU8('{}') });
	// The same contents in other bytes: what was not written here is not known to be one's own.
	const whole = zipSync(good, { level: 0 });
	for (const [buffer, why] of [
		[strToU8('This is no zip, whatever its name says.'), 'is no backup of Falsework'],
		[pack, 'A pack of one game is brought in by “Import pack”'],
		[whole.subarray(0, whole.length - 20), 'is no zip, or was cut short'],
		[zipSync({ ...good, 'settings.json': strToU8('{}') }), '"settings.json" does not fit its hash'],
		[
			zipSync({
				...good,
				'backup.json': strToU8(strFromU8(good['backup.json'] ?? new Uint8Array()).replace('"backup": 1', '"backup": 2')),
			}),
			'made by a newer Falsework',
		],
	] as const) {
		await choose(buffer);
		await expect(page.getByRole('alert').getByText(why)).toBeVisible();
		await expect(offer(page)).toHaveCount(0);
	}
	// The share sheet hands over any zip; a backup is known by its first bytes and looked over as one.
	writeFileSync(info.outputPath('shared.falsework'), whole);
	await storage(page).getByLabel('Import pack').setInputFiles(info.outputPath('shared.falsework'));
	await expect(offer(page)).toContainText('It is not known to have been made here');
});

test('bytes are told by kind, and what the browser promises as it is', async ({ page, site }) => {
	await page.goto(site.url);
	await view(page, 'Storage');
	const page_ = storage(page);
	for (const kind of ['Crystals', 'Ledger', 'Reports', 'Settings', 'Models', 'Begun downloads', 'The page', 'Its parts'])
		await expect(page_.locator(`[data-kind="${kind}"]`)).toBeVisible();
	const learnt = page_.locator('[data-bucket="learnt"]');
	const promised = await page.evaluate(() => navigator.storage.persisted());
	await expect(learnt).toContainText(promised ? 'kept' : 'not promised');
	if (!promised) {
		await learnt.getByRole('button', { name: /^Ask to keep it/ }).click();
		const now = await page.evaluate(() => navigator.storage.persisted());
		await expect(learnt).toContainText(now ? 'kept' : 'The browser says no for now.');
	}
	await page_.getByRole('button', { name: '1 GB' }).click();
	await expect(page_.locator('[data-plan="short"]')).toContainText('There is nothing to free');
});
