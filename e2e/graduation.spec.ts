// The arch without its falsework. A model server that counts is asked nothing while the falsework is pulled; and what was played is
// told as a chain: its head goes out, and the certificate is recomputed from nothing but the file. The game is seed 1.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { choosePractice, playPractice, questions, readLedger, readTable, stopEverything, view } from './fixtures/falsework.ts';
import { startTeacher } from './fixtures/teacher.ts';
import { expect, test } from './fixtures/test.ts';
import { playWithTeacher, SHARES_THE_GAME } from './fixtures/window.ts';

test.use({ launchOptions: SHARES_THE_GAME });

test('nothing is asked outside while the falsework is pulled: zero requests reach the server', async ({ page, context, site }) => {
	const teacher = await startTeacher();
	await playWithTeacher(page, context, site, teacher);
	await expect.poll(() => teacher.asked.length, { timeout: 60_000 }).toBeGreaterThan(2);

	const pull = page.getByRole('region', { name: 'Pull the falsework' });
	await pull.getByRole('button', { name: 'Pull the falsework' }).click();
	await expect(pull).toContainText('no model outside is asked');
	const pulled = async () => questions(await readLedger(page)).filter((q) => q.misses.some((m) => m.reason === 'pulled'));
	// What was on its way when the cord was pulled has arrived once a question was refused for it and the count stands still.
	await expect.poll(async () => (await pulled()).length, { timeout: 30_000 }).toBeGreaterThan(0);
	const before = teacher.asked.length;
	const refused = (await pulled()).length;
	await expect.poll(async () => (await pulled()).length, { timeout: 60_000 }).toBeGreaterThan(refused + 3);
	expect(teacher.asked.length).toBe(before);
	for (const q of await pulled()) expect([q.calls, q.tier]).toEqual([0, null]);

	await pull.getByRole('button', { name: 'Put it back' }).click();
	await expect(pull).toContainText('without a model outside');
	await expect.poll(() => teacher.asked.length, { timeout: 60_000 }).toBeGreaterThan(before);
	await stopEverything(page);
	const drills = (await readLedger(page)).filter((e) => e.type === 'drill');
	expect(drills.map((d) => d.event)).toEqual(['pulled', 'restored']);
	await teacher.close();
});

test('the head of the chain goes out, and the certificate is recomputed from the file alone', async ({ page, site }, info) => {
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	await expect.poll(async () => questions(await readLedger(page)).length, { timeout: 60_000 }).toBeGreaterThan(10);
	await stopEverything(page);
	const told = async () =>
		(await (await fetch(`${site.companion.origin}/graduation.json`)).json()) as { evaluated: boolean; head: { link: number } | null };
	// What was on its way when play stopped may still be written down.
	const unlinked = async () => (await readLedger(page)).length - (await readTable(page, 'chain')).length;
	await expect.poll(unlinked).toBe(0);
	const links = (await readTable(page, 'chain')).length;
	await expect.poll(async () => (await told()).head?.link).toBe(links);
	expect(await told()).toMatchObject({ evaluated: true, graduated: false, simulated: true });

	await view(page, 'Reports');
	const region = page.getByRole('region', { name: 'Graduation' });
	await expect(region.getByRole('listitem')).toHaveCount(5);
	await expect(region).toContainText('no movement of sats stands in the ledger');
	const download = page.waitForEvent('download');
	await region.getByRole('button', { name: 'Certificate' }).click();
	const file = info.outputPath('certificate.jsonl.gz');
	await (await download).saveAs(file);
	const verify = (path: string) =>
		spawnSync(process.execPath, [join(import.meta.dirname, '..', 'src', 'tools', 'run.mjs'), 'graduation', 'verify', path], {
			encoding: 'utf8',
		});
	const found = verify(file);
	expect(found.stderr).toContain('Holds:');
	expect(found.stdout).toMatch(/\*\*Not yet\*\*: [0-3] of 5 conditions are met/);
	expect(found.status).toBe(0);
	// Unpacked it is as good; one byte of either changed is refused.
	const plain = info.outputPath('certificate.jsonl');
	writeFileSync(plain, gunzipSync(readFileSync(file)));
	expect(verify(plain).status).toBe(0);
	for (const path of [file, plain]) expect(verify(spoilt(path))).toMatchObject({ status: 1, stderr: expect.stringContaining('Refused') });
});

function spoilt(file: string): string {
	const bytes = readFileSync(file);
	const middle = Math.floor(bytes.length / 2);
	bytes[middle] = (bytes[middle] as number) ^ 1;
	writeFileSync(file, bytes);
	return file;
}
