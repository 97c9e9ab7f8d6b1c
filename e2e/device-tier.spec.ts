// A model on this machine behind the loop, all of it real: kept by the store, loaded by the host when first asked, held to its grammar,
// answering questions of the practice game once a person lets it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { ensureWeights } from '../src/tools/models/weights.mjs';
import { choosePractice, expectPhase, playPractice, questions, readLedger, view } from './fixtures/falsework.ts';
import { colourDetector } from './fixtures/onnx.ts';
import { makeModel } from './fixtures/store.ts';
import { startTeacher } from './fixtures/teacher.ts';
import { addModel, expect, test } from './fixtures/test.ts';
import { addTier, consentDialog, dropProfile, openGame, SHARES_THE_GAME } from './fixtures/window.ts';

const SMOL = 'smollm2-135m-instruct';

async function fetchModel(page: Page, id: string, timeout: number): Promise<void> {
	await view(page, 'Models');
	const card = page.locator(`[data-model="${id}"]`);
	await card.getByRole('button', { name: /^(Download|Get|Fetch)/ }).click();
	await expect(card).toHaveAttribute('data-state', 'ready', { timeout });
}

test.use({ launchOptions: SHARES_THE_GAME });

test('a kept model is loaded and asked in the practice game once it is let, answers in time or is a stated miss, and play goes on @full', async ({
	page,
	site,
}, info) => {
	test.setTimeout(900_000);
	const weights = await ensureWeights([SMOL]);
	addModel(site.companion, join(weights, SMOL));
	await choosePractice(page, { seed: 1 });
	await page.goto(site.url);
	await fetchModel(page, SMOL, 180_000);

	await view(page, 'Play');
	await playPractice(page);
	await view(page, 'Models');
	const tier = page.locator(`[data-tier-id="device:${SMOL}"]`);
	await expect(tier).toContainText('Off in the practice game, whose teacher answers at once.');
	await expect(tier.getByRole('switch', { name: 'Speaks' })).not.toBeChecked();
	// Off means off: the teacher has answered, and nothing was asked of the model.
	await expect.poll(async () => questions(await readLedger(page)).filter((q) => q.tier === 'local').length).toBeGreaterThan(1);
	await expect(tier).toContainText('0 calls');

	// A decision may take longer than a line, and the first ones only wait for the weights.
	await tier.getByRole('switch', { name: 'Decides' }).click();
	await tier.getByRole('switch', { name: 'Speaks' }).click();
	await expect(tier).toContainText('You switched it on.');
	await expect(tier).not.toContainText('0 calls', { timeout: 120_000 });
	const tick = async () => Math.max(0, ...questions(await readLedger(page)).map((q) => q.tick));
	const before = await tick();
	// Loading goes on although the first questions are given up.
	await expect(tier).toContainText('on the CPU of this machine', { timeout: 300_000 });
	const tried = async () =>
		questions(await readLedger(page)).filter(
			(q) => q.tier === 'device' || q.misses.some((m) => m.tier === 'device' && m.reason !== 'skipped'),
		);
	await expect.poll(async () => (await tried()).length, { timeout: 120_000, intervals: [2000] }).toBeGreaterThan(1);
	// How fast it is is the machine's affair: in time it answers, else it is a miss that says why, and the teacher answers.
	for (const q of await tried()) {
		const miss = q.misses.find((m) => m.tier === 'device');
		if (q.tier === 'device') expect(q).toMatchObject({ model: SMOL, usd: 0, simulated: false, violation: false });
		else expect(miss?.detail).toContain('SmolLM2 135M Instruct');
		info.annotations.push({
			type: 'measured',
			description: `${q.ask}: ${q.tier === 'device' ? 'answered' : (miss?.reason ?? '')} after ${Math.round(q.latencyMs)} ms`,
		});
	}
	// The loop went on while it thought.
	expect(await tick()).toBeGreaterThan(before + 5);
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');
});

test('a shared game whose profile names a detector has it asked beside the model, and what it finds stands in the same answer @full', async ({
	page,
	context,
	site,
}) => {
	test.setTimeout(180_000);
	const folder = mkdtempSync(join(tmpdir(), 'falsework-detector-'));
	const model = makeModel(
		folder,
		'patches',
		{ 'model.onnx': Buffer.from(colourDetector('yolo-v8')) },
		{ name: 'Patches', what: 'Finds red and blue patches.', purpose: 'detect', options: { layout: 'yolo-v8' } },
	);
	writeFileSync(join(folder, 'model.json'), JSON.stringify(model));
	addModel(site.companion, folder);
	rmSync(folder, { recursive: true });
	const teacher = await startTeacher();
	try {
		await page.goto(site.url);
		await fetchModel(page, 'patches', 60_000);
		await addTier(page, { base: teacher.base });
		await view(page, 'Play');
		const own = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'public', 'profiles', 'practice.json'), 'utf8')) as object;
		const named = {
			...own,
			id: 'hollow',
			name: 'Hollow',
			detector: { model: 'patches', labels: ['red-patch', 'blue-patch'], threshold: 0.1 },
		};
		await dropProfile(page, 'hollow.json', JSON.stringify(named));
		await openGame(context, site.companion.origin, teacher);
		await page.getByLabel('Game profile for the shared window').selectOption('hollow');
		await page.getByRole('button', { name: 'Share game window' }).click();
		await expectPhase(page, 'playing');
		await consentDialog(page).getByRole('button', { name: 'This session' }).click();

		const beside = async () =>
			questions(await readLedger(page)).filter((q) => q.ask === 'perception' && q.tries?.some(({ who }) => who.startsWith('Patches')));
		await expect.poll(async () => (await beside()).length, { timeout: 60_000 }).toBeGreaterThan(0);
		const [first] = await beside();
		// The model server names the screen; the detector is counted beside it, and what it found was looked at like all the rest.
		expect(first).toMatchObject({ tier: 'local', screen: 'title', violation: false });
		expect(first?.tries?.map(({ tier, outcome, usd }) => [tier, outcome, usd])).toEqual([
			['local', 'first', 0],
			['device', 'first', 0],
		]);
		expect(first?.why).toMatch(/(red|blue)-patch/);
		await view(page, 'Models');
		await expect(page.locator('[data-tier-id="device:patches"]')).toContainText('Patches on the');
	} finally {
		await teacher.close();
	}
});
