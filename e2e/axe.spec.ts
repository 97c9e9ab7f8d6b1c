// Every screen, big and small, light and dark: axe finds nothing, the names of contracts §7 are there by role, and each chart has
// its table. Leaves a picture of each screen in test-results/screens. Seed 1.
import type { Page } from 'playwright/test';
import { checkLooks } from './fixtures/axe.ts';
import { choosePractice, expectPhase, METERS, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';
import { addTier, consentDialog, shareCanvas, shareGame } from './fixtures/window.ts';

const SIZES = [
	{ name: 'desktop', tag: '', width: 1440, height: 900 },
	{ name: 'phone', tag: ' @full', width: 390, height: 844 },
] as const;

for (const { name: size, tag, ...viewport } of SIZES) {
	test.describe(`${size}${tag}`, () => {
		test.use({ viewport });

		const check = (page: Page, screen: string) => checkLooks(page, screen, size);

		test('axe finds nothing on any screen, and the promised names are there', async ({ page, site }) => {
			// A busy machine takes seconds for each of the twenty analyses: two minutes were all but used up once.
			test.setTimeout(300_000);
			await choosePractice(page, { seed: 1, speed: 2 });
			await page.goto(site.url);
			for (const name of ['Share game window', 'Play the practice game', 'Start', 'Pause', 'Stop everything']) {
				await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
			}
			for (const name of ['Scorecard', 'Game', 'Decisions']) await expect(page.getByRole('region', { name, exact: true })).toBeVisible();
			for (const name of METERS) await expect(page.getByRole('meter', { name })).toBeVisible();
			await check(page, 'welcome');
			await page.getByRole('button', { name: 'Play the practice game' }).click();
			await expectPhase(page, 'playing');
			await expect(page.getByRole('region', { name: 'Decisions' }).locator('li[data-tier="crystal"]').first()).toBeAttached({
				timeout: 30_000,
			});
			await expect(page.getByRole('button', { name: 'Stop everything' })).toBeInViewport();

			const chart = page.getByRole('region', { name: 'Scorecard' }).getByRole('img', { name: /minutes: calls a minute/ });
			await expect(chart).toBeVisible();
			await check(page, 'playing');
			await page.getByRole('button', { name: 'Show as table' }).click();
			const table = page.getByRole('table', { name: 'Calls and local share for each minute of play' });
			await expect(table.getByRole('row')).not.toHaveCount(1);
			await expect(table.getByRole('columnheader')).toHaveText(['Minute', 'Calls', 'Local share']);
			await expect(chart).toHaveCount(0);
			await check(page, 'playing-table');
			for (const name of ['Map', 'Crystals', 'Models', 'Storage', 'Settings'] as const) {
				await view(page, name);
				await expect(page.getByRole('region', { name, exact: true })).toBeVisible();
				await expect(page.getByRole('button', { name: 'Stop everything' })).toBeInViewport();
				if (name === 'Map') {
					await page.getByRole('button', { name: /^Screens/ }).click();
					await page.locator('[data-place]').first().click();
					await expect(page.getByRole('button', { name: 'Go there' })).toBeVisible();
				}
				if (name === 'Crystals') {
					await page.getByRole('group', { name: 'Kind of crystal' }).getByRole('button', { name: 'Templates' }).click();
					await check(page, 'gallery');
					await page
						.getByRole('button', { name: /^Details of/ })
						.first()
						.click();
					await expect(page.locator('[data-verdict]').first()).toBeVisible();
				}
				if (name === 'Models') await page.getByRole('button', { name: 'Add a model server' }).click();
				await check(page, name.toLowerCase());
				if (name === 'Crystals') {
					await page.getByRole('button', { name: /^Correct the box/ }).click();
					await expect(page.locator('[data-box-trial="good"], [data-box-trial="bad"]')).toBeVisible();
					await check(page, 'correct-box');
					await page.getByRole('button', { name: 'Cancel' }).click();
				}
				if (name === 'Storage') {
					await page.getByRole('button', { name: 'Erase everything' }).click();
					await expect(page.getByRole('alertdialog')).toBeVisible();
					await check(page, 'erase');
					await page.getByRole('button', { name: 'Keep everything' }).click();
				}
			}
			await page.getByRole('button', { name: 'Stop everything' }).click();
			await expectPhase(page, 'stopped');
			await view(page, 'Reports');
			await expect(page.getByRole('region', { name: 'Reports' }).getByText('Ended: Stop everything was pressed')).toBeVisible();
			await check(page, 'reports');
			await view(page, 'Play');
			await expect(page.getByRole('button', { name: 'Read its report' })).toBeVisible();
			await check(page, 'stopped');
		});

		test('axe finds nothing on the question of consent, in advice, on a frozen picture and on a trouble screen', async ({ page, site }) => {
			await shareCanvas(page);
			await page.goto(site.url);
			await view(page, 'Models');
			await addTier(page, { base: 'http://127.0.0.1:9/v1' });
			await view(page, 'Play');
			await shareGame(page);
			await expect(consentDialog(page)).toBeVisible();
			await check(page, 'consent');
			await consentDialog(page).getByRole('button', { name: 'Never' }).click();
			await page.evaluate(() => ((window as unknown as { fake: { drawing: boolean } }).fake.drawing = false));
			await expect(page.locator('[data-source-state="frozen"]')).toBeVisible();
			await check(page, 'frozen');
			await page.getByRole('button', { name: 'Stop everything' }).click();
			await expectPhase(page, 'stopped');
			await page.evaluate(() => {
				navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException('refused in this test', 'NotAllowedError'));
			});
			await page.getByRole('button', { name: 'Share game window' }).click();
			await expect(page.locator('[data-trouble="picker-denied"]')).toBeVisible();
			await check(page, 'trouble');
		});
	});
}
