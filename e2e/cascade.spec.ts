// Who is asked, on the page: the dial outlives a reload and keeps questions from the cloud; what was learnt about a model is
// shown, forgotten and taken back. The teacher is the scripted one of the practice game, seed 1.
import type { Page } from 'playwright/test';
import { choosePractice, expectPhase, playPractice, questions, readLedger, readTable, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

const dial = (page: Page) => page.getByRole('slider', { name: 'How many questions may reach the cloud' });

test('the dial is turned, outlives a reload, and an ask may have a share of its own', async ({ page, site }) => {
	await page.goto(site.url);
	await view(page, 'Models');
	await expect(dial(page)).toHaveAttribute('aria-valuetext', 'As many as are needed');
	await dial(page).focus();
	await page.keyboard.press('Home');
	await expect(dial(page)).toHaveAttribute('aria-valuetext', 'None: the cloud is never asked');
	await page.getByLabel('What to say that may reach the cloud').selectOption('At most 5 %');
	await expect.poll(async () => JSON.stringify(await readTable(page, 'settings'))).toMatch(/"all":0,"asks":\{"narration":0\.05\}/);
	await page.reload();
	await view(page, 'Models');
	await expect(dial(page)).toHaveAttribute('aria-valuetext', 'None: the cloud is never asked');
	await expect(page.getByLabel('What to say that may reach the cloud')).toHaveValue('3');
	await expect(page.getByLabel('What to do that may reach the cloud')).toHaveValue('all');
});

test('what is turned while the page still starts is kept', async ({ page, site }) => {
	// What the page looks for before it starts its worker takes so long.
	await page.addInitScript(() => {
		const { fetch } = globalThis;
		globalThis.fetch = async (...request) => {
			await new Promise((resolve) => setTimeout(resolve, 1500));
			return await fetch(...request);
		};
	});
	await page.goto(site.url);
	await view(page, 'Models');
	await dial(page).focus();
	await page.keyboard.press('Home');
	await expect.poll(async () => JSON.stringify(await readTable(page, 'settings'))).toMatch(/"all":0,/);
	await expect(dial(page)).toHaveAttribute('aria-valuetext', 'None: the cloud is never asked');
});

test('what was learnt about a model is shown, forgotten and taken back', async ({ page, site }) => {
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	await expect
		.poll(async () => questions(await readLedger(page)).filter((q) => q.tries !== undefined).length, { timeout: 90_000 })
		.toBeGreaterThan(3);
	// What came of asking is put down once for each model that was asked, apart from the artefacts of the call.
	for (const q of questions(await readLedger(page)).filter((e) => e.calls > 0)) {
		expect(q.tries?.reduce((sum, t) => sum + t.calls, 0)).toBe(q.calls);
		expect(q.made.filter((id) => id.startsWith('cascade'))).toEqual([]);
	}
	await page.getByRole('button', { name: 'Pause' }).click();
	await expectPhase(page, 'paused');
	await view(page, 'Models');
	const rows = page.locator('tr[data-routed]');
	await expect(rows.first()).toContainText('practice-teacher');
	await expect(rows.first()).toContainText('simulated');
	// A question that was under way when play paused is still put down, and the page is told once a second.
	await expect
		.poll(async () => {
			const before = (await readLedger(page)).length;
			await page.waitForTimeout(1500);
			return (await readLedger(page)).length - before;
		})
		.toBe(0);
	const shown = await rows.count();
	await page.getByRole('button', { name: 'Forget all of it' }).click();
	await page.getByRole('button', { name: 'Forget it: ask cheapest first' }).click();
	await expect(rows).toHaveCount(0);
	await expect(page.getByText('Nothing is learnt about models yet')).toBeVisible();
	await page.getByRole('button', { name: 'Undo: forgot what was learnt about 1 model' }).click();
	await expect(rows).toHaveCount(shown);
	const acts = (await readLedger(page)).filter((e) => e.type === 'intervention').map((e) => e.what);
	expect(acts).toEqual(expect.arrayContaining(['forget', 'undo']));
});
