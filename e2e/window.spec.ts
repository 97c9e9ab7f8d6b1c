// The practice game as a window like any other: shared through the browser's own getDisplayMedia, played in advice mode, and
// lost in every way a window can be lost. Seed 1.
import { expectPhase, readLedger, view } from './fixtures/falsework.ts';
import { startTeacher } from './fixtures/teacher.ts';
import { expect, test } from './fixtures/test.ts';
import { addTier, consentDialog, type Fake, fake, openGame, shareCanvas, shareGame, SHARES_THE_GAME } from './fixtures/window.ts';

test.use({ launchOptions: SHARES_THE_GAME });

test('a shared tab is perceived and advised on; resized, nothing acts on old places; closed, it ends within two seconds', async ({
	page,
	context,
	site,
}) => {
	const teacher = await startTeacher();
	await page.goto(site.url);
	await view(page, 'Models');
	await addTier(page, { base: teacher.base });
	await view(page, 'Play');
	const game = await openGame(context, site.companion.origin, teacher);
	await shareGame(page);
	await expect(page.getByText('960 × 540', { exact: false }).first()).toBeVisible();
	await consentDialog(page).getByRole('button', { name: 'This session' }).click();

	const region = page.getByRole('region', { name: 'Game', exact: true });
	await expect(region.locator('[data-advice]')).toContainText('advice');
	const screen = region.getByTitle('The screen it believes to see');
	await expect(screen).toHaveText('Screen: title');
	await expect.poll(async () => Number(await region.locator('svg[data-boxes]').getAttribute('data-boxes'))).toBeGreaterThan(2);
	await expect(region.locator('[data-intent]')).toContainText('would click start');

	// The person follows the advice.
	await game.locator('#game').click({ position: { x: 480, y: 345 } });
	await expect(screen).toHaveText('Screen: play', { timeout: 20_000 });
	const acts = (await readLedger(page)).filter((e) => e.type === 'act');
	expect(acts.length).toBeGreaterThan(0);
	expect(acts.filter((e) => e.done || !e.reason.startsWith('advice-only'))).toEqual([]);

	await game.setViewportSize({ width: 1200, height: 676 });
	// First that it changed, then what of the old size was found again.
	await expect(page.locator('[data-notice="resized"]')).toContainText(/changed its size|The window is 1200 × 67\d now/);

	const closedAt = Date.now();
	await game.close();
	await expectPhase(page, 'stopped', 2000);
	await expect(page.locator('[data-notice="source"]')).toContainText('Sharing has ended. Share the game window again to go on.');
	await expect(page.locator('[data-notice="source"]').getByRole('button', { name: 'Share again' })).toBeVisible();
	await expect(page.getByRole('button', { name: 'Read its report' })).toBeVisible();
	const entries = await readLedger(page);
	const ended = entries.find((e) => e.type === 'session' && e.event === 'ended');
	expect(ended?.at).toBeLessThan(closedAt + 2000);
	expect(entries.filter((e) => e.type === 'act' && e.at > closedAt + 2000)).toEqual([]);
	await teacher.close();
});

test('a frozen, muted, resized and ended window are told apart, each in time', async ({ page, site }) => {
	await shareCanvas(page);
	await page.goto(site.url);
	await shareGame(page);
	const banner = page.locator('[data-source-state]');
	await expect(page.getByText(/960 × 540 · [1-9]/)).toBeVisible();
	await expect(banner).toHaveCount(0);

	// Two seconds until acting has stopped, and a second for the page to draw it on a busy machine.
	await fake(page, 'freeze');
	await expect(banner).toHaveAttribute('data-source-state', 'frozen', { timeout: 3000 });
	await expect(banner).toContainText('The picture stands still. Nothing acts meanwhile.');
	await expect(banner).toContainText(/No new frame for [12]\.\d s/);
	await expect(banner.getByRole('button', { name: 'Share the window again' })).toBeVisible();
	await fake(page, 'thaw');
	await expect(banner).toHaveCount(0);

	await fake(page, 'mute');
	await expect(banner).toHaveAttribute('data-source-state', 'muted', { timeout: 1000 });
	await expect(banner).toContainText('Bring it back to go on.');
	await fake(page, 'unmute');
	await expect(banner).toHaveCount(0);

	await fake(page, 'resize');
	await expect(page.locator('[data-notice="resized"]')).toContainText('It is 1280 × 720 now.', { timeout: 2000 });

	await fake(page, 'ended');
	await expectPhase(page, 'stopped', 2000);
	await expect(page.locator('[data-notice="source"]')).toContainText('Sharing has ended');
});

test('a whole screen is let go at once', async ({ page, site }) => {
	await shareCanvas(page, 'monitor');
	await page.goto(site.url);
	await page.getByRole('button', { name: 'Share game window' }).click();
	await expect(page.locator('[data-trouble="monitor-refused"]')).toContainText('A whole screen was chosen');
	expect(await page.evaluate(() => (window as unknown as { fake: Fake }).fake.track.readyState)).toBe('ended');
	await page.getByRole('button', { name: 'Open the practice game' }).click();
	await expectPhase(page, 'playing');
});

for (const { error, trouble, title } of [
	{ error: 'NotAllowedError', trouble: 'picker-denied', title: 'No window was shared' },
	{ error: 'NotReadableError', trouble: 'not-readable', title: 'The window could not be read' },
] as const) {
	test(`a picker that ends in ${error} has its screen, and the next click works`, async ({ page, site }) => {
		await page.addInitScript((name) => {
			navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException('refused in this test', name));
		}, error);
		await page.goto(site.url);
		await page.getByRole('button', { name: 'Share game window' }).click();
		const screen = page.locator(`[data-trouble="${trouble}"]`);
		await expect(screen.getByRole('heading', { name: title })).toBeVisible();
		await expect(screen.getByText('What works here')).toBeVisible();
		await expect(screen.getByRole('button', { name: 'Share again' })).toBeVisible();
		await screen.getByRole('button', { name: 'Open the practice game' }).click();
		await expectPhase(page, 'playing');
	});
}
