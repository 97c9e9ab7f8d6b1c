// A pack is exported, everything is erased, and the pack is imported again: the crystals are back in shadow, with every pixel as it
// was. The pictures pass the browser's own PNG encoder and decoder on the way. Seed 1, speed 2.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Page } from 'playwright/test';
import { choosePractice, expectPhase, playPractice, readCrystals, readTable, stopEverything, view } from './fixtures/falsework.ts';
import { crystalOf, provenanceOf, scopeOf } from '../src/core/crystals/crystal.fixture.ts';
import type { Rule, RuleData } from '../src/core/crystals/rule/schema.ts';
import { makePack } from '../src/core/pack.ts';
import { playSession } from '../src/tools/play-session.mjs';
import { CLI, expect, freePort, test } from './fixtures/test.ts';

const ruleData: RuleData = {
	layer: 'strategy',
	when: [{ f: 'hp', op: '<=', v: 30 }],
	unless: [],
	then: { verb: 'drink', args: {} },
	expects: [],
	until: [],
	origin: 'hand',
	from: [],
};

interface Stored {
	readonly id: string;
	readonly state: string;
	readonly stat: { readonly labels: number; readonly used: number };
	readonly provenance: unknown;
	readonly history: readonly { readonly why: string }[];
	/** With the sha256 of the bytes. */
	readonly blobs: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
}

async function crystals(page: Page): Promise<readonly Stored[]> {
	return (await readCrystals<Stored>(page)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

test('a pack that was exported brings everything back in shadow after an erasure', async ({ page, site }, info) => {
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	await expect
		.poll(async () => (await crystals(page)).filter((c) => c.state === 'autonomous').length, { timeout: 60_000 })
		.toBeGreaterThan(2);
	await expect.poll(async () => (await crystals(page)).some((c) => Object.keys(c.blobs).length > 1), { timeout: 30_000 }).toBe(true);

	await view(page, 'Storage');
	const storage = page.getByRole('region', { name: 'Storage' });
	// While the game is played its pack may be looked at, but not brought in.
	const early = await exported(page, info.outputPath('early.falsework'));
	await storage.getByLabel('Import pack').setInputFiles(early);
	await expect(storage.locator('[data-pack="offered"]')).toContainText('Here already');
	await storage.getByRole('button', { name: 'Leave it' }).click();

	await stopEverything(page);
	const file = await exported(page, info.outputPath('practice.falsework'));
	const before = (await crystals(page)).filter((c) => c.state !== 'retired');
	expect(before.length).toBeGreaterThan(4);

	await storage.getByRole('button', { name: 'Erase everything' }).click();
	const loaded = page.waitForEvent('load');
	await page.getByLabel('Type “erase” to go on').fill('erase');
	await page.getByRole('button', { name: 'Erase it all' }).click();
	await loaded;
	await expect.poll(async () => (await crystals(page)).length).toBe(0);

	await view(page, 'Storage');
	await storage.getByLabel('Import pack').setInputFiles(file);
	const offer = storage.locator('[data-pack]');
	await expect(offer).toContainText('(practice)');
	await expect(offer).toContainText('Falsework contributors');
	await expect(offer).toContainText(/\d+ templates?/);
	expect(await crystals(page), 'nothing comes in by being looked at').toEqual([]);

	// Not while the game is played either: play would write its own over them.
	await view(page, 'Play');
	await playPractice(page);
	await view(page, 'Storage');
	await storage.getByLabel('Import pack').setInputFiles(file);
	const bringIn = offer.getByRole('button', { name: 'Import', exact: true });
	await bringIn.click();
	await expect(page.getByText('Stop it first, then import the pack.')).toBeVisible();
	await stopEverything(page);
	const own = new Set((await crystals(page)).map(({ id }) => id));
	expect(before.some(({ id }) => own.has(id))).toBe(false);
	await bringIn.click();
	await expect(offer).toContainText(`Imported ${before.length} crystals`);

	const after = (await crystals(page)).filter(({ id }) => !own.has(id));
	expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
	for (const [i, crystal] of after.entries()) {
		expect(crystal.blobs, crystal.id).toEqual(before[i]?.blobs);
		expect(crystal.provenance, crystal.id).toEqual(before[i]?.provenance);
		expect(crystal.state, crystal.id).toBe('shadow');
		expect(crystal.stat, crystal.id).toMatchObject({ labels: 0, used: 0 });
		expect(crystal.history.map(({ why }) => why).join(), crystal.id).toContain('came with a pack');
	}

	// They are on the page at once, and the next session begins with them.
	await view(page, 'Crystals');
	const shown = page.getByRole('region', { name: 'Crystals' }).locator('li[data-crystal]');
	const listed = async () =>
		(await shown.evaluateAll((cards) => cards.map((card) => (card as HTMLElement).dataset.crystal ?? ''))).toSorted();
	// What a session judges while it ends may reach the disk after its report: the page and the store agree all the same.
	await expect.poll(listed).toEqual((await crystals(page)).map(({ id }) => id));
	expect(await listed()).toEqual(expect.arrayContaining([...own, ...after.map(({ id }) => id)]));
	await expect(shown.and(page.locator(`[data-crystal="${after[0]?.id}"]`))).toHaveAttribute('data-state', 'shadow');
	await view(page, 'Play');
	await playPractice(page);
	await view(page, 'Crystals');
	await expect(page.getByRole('region', { name: 'Crystals' }).locator('li[data-state="shadow"]').first()).toBeVisible();
	await expect.poll(async () => (await readTable(page, 'setAside')).length).toBe(0);
});

test('a broken pack, or a file that is none, is refused with its reason and nothing comes in', async ({ page, site }) => {
	await page.goto(site.url);
	await view(page, 'Storage');
	const storage = page.getByRole('region', { name: 'Storage' });
	const offer = async (buffer: Uint8Array): Promise<void> =>
		storage.getByLabel('Import pack').setInputFiles({ name: 'x.falsework', mimeType: 'application/zip', buffer: Buffer.from(buffer) });
	for (const [buffer, why] of [
		[strToU8('This is no zip, whatever its name says.'), 'is no zip'],
		[zipSync({ '../pack.json': strToU8('{}') }), 'odd name'],
		[zipSync({ 'pack.json': new Uint8Array(1_000_000) }), 'grows more than 100 times'],
		[zipSync({ 'pack.json': strToU8('{"falsework":1,"schema":2}') }), 'made by a newer Falsework'],
	] as const) {
		await offer(buffer);
		await expect(page.getByText(why)).toBeVisible();
		await expect(storage.locator('[data-pack]')).toHaveCount(0);
	}
	expect(await crystals(page)).toEqual([]);
});

test('play begins with the pack it is given, and not at all with a broken one', async ({ page, site }, info) => {
	test.setTimeout(180_000);
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	await expect.poll(async () => (await crystals(page)).length, { timeout: 60_000 }).toBeGreaterThan(4);
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');
	await view(page, 'Storage');
	const file = await exported(page, info.outputPath('practice.falsework'));
	const bytes = new Uint8Array(readFileSync(file));
	const inside = unzipSync(bytes);
	const ids = ['templates', 'regions', 'screens', 'rules'].flatMap((key) => listOf(inside[`${key}.json`], key)).map(({ id }) => id);
	expect(ids.length).toBeGreaterThan(3);

	const play = async (pack: string) =>
		await playSession({
			args: ['--profile', 'practice', '--headless', '--minutes', '0.2', '--store', info.outputPath('store'), '--pack', pack],
			port: await freePort(),
			limitMs: 90_000,
		});
	const broken = info.outputPath('broken.falsework');
	writeFileSync(broken, bytes.subarray(0, bytes.length - 30));
	const refused = await play(broken);
	expect(refused.said).toContain('The pack cannot be opened: it is no zip, or was cut short.');
	expect(refused.code).toBe(1);

	const played = await play(file);
	expect(played.code).toBe(0);
	const known = (played.report as { crystals: readonly { id: string }[] }).crystals.map(({ id }) => id);
	expect(known).toEqual(expect.arrayContaining(ids));
});

test('the command line brings a pack in and hands it out again, and refuses what is broken', async ({}, info) => {
	test.setTimeout(180_000);
	const port = await freePort();
	/** As typed; every run has the same port, so that they are of one origin. */
	const pack = async (...args: readonly string[]) => {
		const env = { ...process.env, FALSEWORK_PORT: String(port) };
		const child = spawn(process.execPath, [CLI, 'pack', ...args, '--store', info.outputPath('store')], { env });
		let said = '';
		child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
		const code = await new Promise((resolve) => child.once('exit', resolve));
		return { code, said };
	};
	const rules = ['r1', 'r2'].map((id) =>
		crystalOf<Rule>({
			id,
			kind: 'rule',
			scope: scopeOf('320x200', 'gamma'),
			state: 'autonomous',
			data: ruleData,
			provenance: provenanceOf(),
		}),
	);
	const about = {
		name: 'Gamma',
		game: 'gamma',
		gameVersion: 'any',
		language: 'en',
		encoder: null,
		art: { holder: 'H', licence: 'L', source: 'S' },
		madeAt: 1,
	};
	const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
	const files = await makePack(rules, about, { sha256, encodePng: () => new Uint8Array() });
	const write = (name: string, bytes: Uint8Array): string => {
		writeFileSync(info.outputPath(name), bytes);
		return info.outputPath(name);
	};
	const out = info.outputPath('out.falsework');
	expect(await pack('export', out)).toMatchObject({ code: 1, said: expect.stringContaining('Nothing has been learnt here yet.') });

	const good = write('gamma.falsework', zipSync(files));
	for (const [bytes, why] of [
		[readFileSync(good).subarray(0, 900), 'is no zip, or was cut short'],
		[zipSync({ ...files, '../rules.json': strToU8('{}') }), 'odd name'],
		[zipSync({ ...files, 'rules.json': strToU8('{}') }), 'does not fit its sha256'],
	] as const)
		expect(await pack('import', write('bad.falsework', bytes))).toMatchObject({ code: 1, said: expect.stringContaining(why) });

	expect(await pack('import', good)).toMatchObject({ code: 0, said: expect.stringContaining('2 rules of Gamma (gamma), in shadow') });
	expect(await pack('import', good)).toMatchObject({ code: 0, said: expect.stringContaining('2 were here already') });
	expect(await pack('export', out, '--game', 'delta')).toMatchObject({ code: 1, said: expect.stringContaining('there are gamma') });
	expect(await pack('export', out)).toMatchObject({ code: 0, said: expect.stringContaining('2 crystals of gamma') });
	const back = JSON.parse(strFromU8(unzipSync(new Uint8Array(readFileSync(out)))['rules.json'] as Uint8Array)) as { rules: Rule[] };
	expect(back.rules.map(({ id, state, data }) => ({ id, state, data }))).toEqual(
		['r1', 'r2'].map((id) => ({ id, state: 'shadow', data: ruleData })),
	);
});

function listOf(bytes: Uint8Array | undefined, key: string): readonly { readonly id: string }[] {
	return (JSON.parse(strFromU8(bytes ?? strToU8('{}'))) as Record<string, readonly { readonly id: string }[]>)[key] ?? [];
}

/** Presses `Export pack`. @returns the file's path */
async function exported(page: Page, path: string): Promise<string> {
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Export pack' }).click();
	await (await download).saveAs(path);
	expect(Object.keys(unzipSync(new Uint8Array(readFileSync(path))))).toContain('pack.json');
	return path;
}
