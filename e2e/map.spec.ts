// The map on the practice game: rooms that were walked through stand on it with the ways between them. A click goes to one; the way
// there may cost a question the first time, and never again. Seed 1; the teacher is scripted.
import type { Page } from 'playwright/test';
import { choosePractice, playPractice, questions, readLedger, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

/** Goes there by the map, and waits until it is there. @returns what was asked on the way */
async function goTo(page: Page, name: string) {
	const map = page.getByRole('region', { name: 'Map' });
	const asked = questions(await readLedger(page)).filter((e) => e.ask === 'route').length;
	const place = map.getByRole('region', { name: 'Places' }).getByRole('button', { name: new RegExp(`^${name}\\b(?! \\d)`) });
	await place.click();
	await map.getByRole('button', { name: 'Go there' }).click();
	const arrived = place.getByText('here', { exact: true });
	await expect.poll(async () => await arrived.count(), { timeout: 120_000, intervals: [100] }).toBe(1);
	await expect(map.locator('[data-travel]')).toHaveCount(0, { timeout: 60_000 });
	return questions(await readLedger(page))
		.filter((e) => e.ask === 'route')
		.slice(asked);
}

test('a click on the map goes there, and the second time nobody is asked the way', async ({ page, site }) => {
	test.setTimeout(540_000);
	await choosePractice(page, { seed: 1, speed: 4 });
	await page.goto(site.url);
	await playPractice(page);
	await view(page, 'Map');
	const list = page.getByRole('region', { name: 'Map' }).getByRole('region', { name: 'Places' });
	for (const room of ['Village', 'Meadow', 'Crypt']) await expect(list.getByText(room, { exact: true })).toBeVisible({ timeout: 240_000 });
	await page.screenshot({ path: 'test-results/screens/map-play.png' });

	for (const room of ['Village', 'Meadow', 'Village']) await goTo(page, room);
	const again = [await goTo(page, 'Meadow'), await goTo(page, 'Village')].flat();
	expect(again.length).toBeGreaterThan(0);
	expect(again.map((e) => [e.tier, e.calls])).toEqual(again.map(() => ['crystal', 0]));
});
