// From no model at all to everything on this machine, and then without a network. The weights are real, the hub is one on this machine:
// it is cut when half of them are here, the browser is killed, and what was verified is not fetched again. Then every server is gone, the
// browser is started anew, and the practice game plays with its text reader, a language model, sentence vectors and a voice, while
// whatever reaches for the network is written down. Seed 1; the practice game's own teacher is scripted.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright/test';
import { ensureWeights } from '../src/tools/models/weights.mjs';
import { CHUNK_BYTES } from '../src/core/models/manifest.ts';
import { choosePractice, expectPhase, playPractice, questions, readLedger, view } from './fixtures/falsework.ts';
import { startHub } from './fixtures/hub.mjs';
import { openProfile, startSilence } from './fixtures/static-host.ts';
import { expect, startCompanion, test } from './fixtures/test.ts';

const MODELS = ['minilm-l6-v2-int8', 'ppocr-v6-small', 'smollm2-135m-instruct', 'kokoro-82m-v1.0-int8'] as const;
type Id = (typeof MODELS)[number];
/** Downloads that may be cut at once. */
const AT_ONCE = 2;
/** Of each, a chunk that was under way, and what the hub had sent and the browser not yet taken: both ends of a connection hold some MB. */
const UNDER_WAY_BYTES = 2 * CHUNK_BYTES;

const bytesOf = (id: Id): number =>
	(JSON.parse(readFileSync(new URL(`../models/${id}.json`, import.meta.url), 'utf8')) as { readonly bytes: number }).bytes;
const card = (page: Page, id: Id) => page.locator(`[data-model="${id}"]`);

/** The models of a purpose beside the recommended one are behind a button. */
async function openModels(page: Page): Promise<void> {
	await view(page, 'Models');
	await expect(page.locator('[data-model]').first()).toBeVisible({ timeout: 60_000 });
	const more = page.getByRole('button', { name: /^Show \d+ other/ });
	while ((await more.count()) > 0) await more.first().click();
}

/** Kills the browser as a power cut would: no tab is closed, nothing is written any more. */
function kill(profile: string): void {
	const mine = readdirSync('/proc').filter((pid) => {
		if (!/^\d+$/.test(pid)) return false;
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--user-data-dir=${profile}`);
		} catch {
			// It ended meanwhile.
			return false;
		}
	});
	expect(mine.length, 'the browser was found').toBeGreaterThan(0);
	execFileSync('kill', ['-9', ...mine]);
}

/** Requests that were answered by neither the service worker nor the page itself. */
function watchOutside(context: BrowserContext): { readonly seen: string[]; readonly outside: string[] } {
	const [seen, outside]: [string[], string[]] = [[], []];
	context.on('request', (request) => seen.push(request.url()));
	context.on('requestfailed', (request) => outside.push(`${request.url()} (${request.failure()?.errorText})`));
	context.on('requestfinished', (request) => {
		void request.response().then((response) => {
			if (response?.fromServiceWorker() === false && request.url().startsWith('http')) outside.push(request.url());
		});
	});
	return { seen, outside };
}

/** Each model is put to work by hand, while the game plays on. */
async function tryEach(page: Page): Promise<void> {
	await openModels(page);
	const open = async (id: Id) => {
		await card(page, id)
			.getByRole('button', { name: /^Test it/ })
			.click();
		return card(page, id).getByRole('form');
	};
	const sentences = await open('minilm-l6-v2-int8');
	await sentences.getByLabel('One sentence').fill('Drink a healing potion.');
	await sentences.getByLabel('Another one').fill('Heal yourself.');
	await sentences.getByRole('button', { name: 'Compare' }).click();
	await expect(sentences.locator('[data-trial="said"]')).toBeVisible({ timeout: 120_000 });
	const answer = await open('smollm2-135m-instruct');
	await answer.getByLabel('Ask it something').fill('Say hello.');
	await answer.getByRole('button', { name: 'Ask', exact: true }).click();
	await expect(answer.locator('[data-trial="said"]')).toBeVisible({ timeout: 180_000 });
	const speech = await open('kokoro-82m-v1.0-int8');
	await speech.getByLabel('Say a sentence').fill('Low health.');
	await speech.getByRole('button', { name: 'Say it' }).click();
	await expect(speech.locator('[data-trial="said"]')).toBeVisible({ timeout: 180_000 });
}

/** Lines come from SmolLM2 instead of the scripted teacher, as long as they take, and are said by Kokoro. */
async function letSpeak(page: Page): Promise<void> {
	await openModels(page);
	const speaks = (tier: string) => page.locator(`[data-tier-id="${tier}"]`).getByRole('switch', { name: 'Speaks' });
	const set = async (tier: string, on: boolean) => {
		if ((await speaks(tier).isChecked()) !== on) await speaks(tier).click();
		await expect(speaks(tier)).toBeChecked({ checked: on });
	};
	await set('practice', false);
	await set('device:smollm2-135m-instruct', true);
	await view(page, 'Settings');
	const voice = page.getByRole('switch', { name: 'Voice' });
	if (!(await voice.isChecked())) await voice.click();
}

/** Lines that SmolLM2 made in this session, and what Kokoro did about them: said, or made too late to be said. */
async function expectSpeech(page: Page): Promise<void> {
	const lines = async () =>
		(await readLedger(page)).filter((e) => e.type === 'question' && e.ask === 'narration' && e.tier === 'device' && e.calls > 0);
	await expect.poll(async () => (await lines()).length, { timeout: 300_000, intervals: [1000] }).toBeGreaterThan(0);
	expect((await lines())[0]).toMatchObject({ model: 'smollm2-135m-instruct', violation: false, simulated: false });
	await view(page, 'Settings');
	await expect(page.getByText(/^On\. (?!The next line)/)).toBeVisible({ timeout: 120_000 });
}

/** Plays the practice game with its text reader, its lines by the models of this machine, and puts each model to work meanwhile. */
async function playWithAll(page: Page): Promise<void> {
	// So many that some are left once it is this machine's turn to write them.
	await view(page, 'Settings');
	const lines = page.getByRole('textbox', { name: 'Lines an hour by a model' });
	await lines.fill('60');
	await lines.blur();
	await view(page, 'Play');
	await playPractice(page);
	await letSpeak(page);
	const done = async () => (await readLedger(page)).filter((e) => e.type === 'act' && e.done).length;
	const before = await done();
	await tryEach(page);
	await expectSpeech(page);
	await view(page, 'Play');
	await expect.poll(done, { timeout: 120_000 }).toBeGreaterThan(before + 1);
	await expect(page.locator('[data-notice="ocr"]')).toHaveCount(0);
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');
}

test('@full from an empty browser to everything on this machine, and then without a network', async ({}, info) => {
	test.setTimeout(1_500_000);
	const weights = await ensureWeights([...MODELS]);
	const hub = await startHub({ models: Object.fromEntries(MODELS.map((id) => [id, join(weights, id)])) });
	const companion = await startCompanion();
	const profile = info.outputPath('profile');
	const total = MODELS.reduce((sum, id) => sum + bytesOf(id), 0);

	const first = await openProfile(profile);
	const page = first.pages()[0] ?? (await first.newPage());
	await page.goto(`${companion.origin}/#code=${companion.code}`);
	await view(page, 'Models');
	const mirror = page.getByRole('form', { name: 'Mirror' });
	await mirror.getByRole('textbox').fill(hub.url);
	await mirror.getByRole('button').first().click();
	await openModels(page);
	for (const id of MODELS)
		await card(page, id)
			.getByRole('button', { name: /^Get it/ })
			.click();
	await expect.poll(() => hub.sent, { timeout: 120_000, intervals: [50] }).toBeGreaterThan(total / 2);
	kill(profile);
	const cutAt = hub.sent;
	expect(cutAt).toBeLessThan(total);

	const second = await openProfile(profile);
	try {
		const again = second.pages()[0] ?? (await second.newPage());
		await choosePractice(again, { seed: 1, speed: 2 });
		await again.goto(`${companion.origin}/`);
		await openModels(again);
		for (const id of MODELS) {
			await expect(card(again, id)).not.toHaveAttribute('data-state', 'checking', { timeout: 60_000 });
			const go = card(again, id).getByRole('button', { name: /^(Resume|Get it|Try again)/ });
			if ((await go.count()) > 0) await go.click();
		}
		for (const id of MODELS) await expect(card(again, id)).toHaveAttribute('data-state', 'ready', { timeout: 300_000 });
		// What was verified before the cut was not fetched again; what was under way was.
		expect(hub.sent, `${cutAt} bytes before the cut`).toBeLessThanOrEqual(total + AT_ONCE * UNDER_WAY_BYTES);
		await playWithAll(again);
		await view(again, 'Settings');
		await expect(again.getByText('Yes, with the practice game and its text reader.')).toBeVisible({ timeout: 60_000 });
	} finally {
		await second.close();
	}
	await companion.kill();
	await hub.close();

	const silence = await startSilence(companion.port);
	const third = await openProfile(profile);
	try {
		const { seen, outside } = watchOutside(third);
		const alone = third.pages()[0] ?? (await third.newPage());
		await choosePractice(alone, { seed: 1, speed: 2 });
		await alone.goto(`${companion.origin}/`);
		await openModels(alone);
		for (const id of MODELS) await expect(card(alone, id)).toHaveAttribute('data-state', 'ready', { timeout: 120_000 });
		await playWithAll(alone);
		expect(questions(await readLedger(alone)).length).toBeGreaterThan(1);
		expect(seen.length, 'requests were seen at all').toBeGreaterThan(5);
		expect(outside).toEqual([]);
		expect(silence.asked.filter((path) => path !== '/sw.js')).toEqual([]);
	} finally {
		await third.close();
		await silence.close();
	}
});
