// After one visit the page needs nobody: the server is gone, the browser is started anew, and the practice game is played with its
// text reader. Whatever still reaches for the network is written down: by the browser for the page and its workers, and by
// what stands where the server was. Seed 1.
import type { BrowserContext, Page } from 'playwright/test';
import { choosePractice, expectPhase, playPractice, readLedger, view } from './fixtures/falsework.ts';
import { openProfile, startSilence, startStaticHost } from './fixtures/static-host.ts';
import { expect, startCompanion, test } from './fixtures/test.ts';

/** Requests of pages and workers that were not answered by the service worker. */
function watchRequests(context: BrowserContext): { readonly all: string[]; readonly outside: string[] } {
	const all: string[] = [];
	const outside: string[] = [];
	context.on('request', (request) => all.push(request.url()));
	context.on('requestfailed', (request) => outside.push(`${request.url()} (${request.failure()?.errorText})`));
	context.on('requestfinished', (request) => {
		void request.response().then((response) => {
			// A `blob:` or `data:` address never leaves the page.
			if (response?.fromServiceWorker() === false && request.url().startsWith('http')) outside.push(request.url());
		});
	});
	return { all, outside };
}

async function expectKept(page: Page): Promise<void> {
	await view(page, 'Settings');
	await expect(page.getByText('Yes, with the practice game and its text reader.')).toBeVisible({ timeout: 60_000 });
	await view(page, 'Play');
}

/** Plays until questions were settled and acted upon, with the text reader at hand. */
async function playAWhile(page: Page): Promise<void> {
	await playPractice(page);
	const done = async () => (await readLedger(page)).filter((e) => e.type === 'act' && e.done).length;
	await expect.poll(done, { timeout: 90_000 }).toBeGreaterThan(1);
	await expect(page.locator('[data-notice="ocr"]')).toHaveCount(0);
}

test('with the companion ended and the browser started anew, the page opens and plays without a request', async ({}, info) => {
	test.setTimeout(240_000);
	const profile = info.outputPath('profile');
	const companion = await startCompanion();
	const first = await openProfile(profile);
	try {
		const page = first.pages()[0] ?? (await first.newPage());
		await page.goto(`${companion.origin}/#code=${companion.code}`);
		await expectKept(page);
	} finally {
		await first.close();
	}
	await companion.kill();

	const silence = await startSilence(companion.port);
	const second = await openProfile(profile);
	try {
		const { all, outside } = watchRequests(second);
		const page = second.pages()[0] ?? (await second.newPage());
		await choosePractice(page, { seed: 1, speed: 2 });
		await page.goto(`${companion.origin}/`);
		expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
		await playAWhile(page);
		await page.getByRole('button', { name: 'Stop everything' }).click();
		await expectPhase(page, 'stopped');
		expect(all.length, 'requests were seen at all').toBeGreaterThan(5);
		expect(
			all.some((url) => url.endsWith('.wasm')),
			'the text reader was loaded',
		).toBe(true);
		expect(outside).toEqual([]);
		// At each opening a browser looks for a newer service worker by itself; nothing else may knock.
		expect(silence.asked.filter((path) => path !== '/sw.js')).toEqual([]);
		await view(page, 'Settings');
		await expect(page.locator('[data-lack="not-running"]')).toBeVisible();
	} finally {
		await second.close();
		await silence.close();
	}
});

test('from a folder of a static host the same, after one visit that played', async ({}, info) => {
	test.setTimeout(240_000);
	const profile = info.outputPath('profile');
	const host = await startStaticHost();
	const first = await openProfile(profile);
	try {
		const page = first.pages()[0] ?? (await first.newPage());
		await choosePractice(page, { seed: 1, speed: 2 });
		// A script run from outside counts as a person's touch, and a page in use is not reloaded: so nothing is asked of it before.
		const reloaded = page.waitForEvent('load', { predicate: () => host.asked.includes('sw.js') });
		await page.goto(host.url);
		await reloaded;
		expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
		const loaded = (part: string) => host.asked.some((path) => path.startsWith(part));
		expect([loaded('ort/'), loaded('models/ppocr')], 'models are not fetched ahead').toEqual([false, false]);
		await playAWhile(page);
		await page.getByRole('button', { name: 'Stop everything' }).click();
		await expectPhase(page, 'stopped');
		await expectKept(page);
	} finally {
		await first.close();
		await host.close();
	}

	const silence = await startSilence(host.port);
	const second = await openProfile(profile);
	try {
		const { outside } = watchRequests(second);
		const page = second.pages()[0] ?? (await second.newPage());
		await page.goto(host.url);
		expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
		await playAWhile(page);
		expect(outside).toEqual([]);
		expect(silence.asked.filter((path) => !path.endsWith('/sw.js'))).toEqual([]);
	} finally {
		await second.close();
		await silence.close();
	}
});
