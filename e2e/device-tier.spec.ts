// A model on this machine behind the loop, all of it real: kept by the store, loaded by the host when first asked, held to its grammar,
// answering questions of the practice game once a person lets it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureWeights } from '../src/tools/models/weights.mjs';
import { choosePractice, expectPhase, playPractice, questions, readLedger, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

const CLI = join(import.meta.dirname, '..', 'dist', 'companion', 'cli.js');
const SMOL = 'smollm2-135m-instruct';

test('a kept model is loaded and asked in the practice game once it is let, answers in time or is a stated miss, and play goes on @full', async ({
	page,
	site,
}, info) => {
	test.setTimeout(900_000);
	const weights = await ensureWeights([SMOL]);
	const added = spawnSync(process.execPath, [CLI, 'models', 'add', join(weights, SMOL), '--data', site.companion.dataDir], {
		encoding: 'utf8',
	});
	expect(added.status, added.stderr).toBe(0);
	await choosePractice(page, { seed: 1 });
	await page.goto(site.url);
	await view(page, 'Models');
	const card = page.locator(`[data-model="${SMOL}"]`);
	await card.getByRole('button', { name: /^(Download|Get|Fetch)/ }).click();
	await expect(card).toHaveAttribute('data-state', 'ready', { timeout: 180_000 });

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
