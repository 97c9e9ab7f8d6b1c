// The practice game's interface is drawn larger while it is played, and smaller again: what was known is found again by one factor and
// answers at the new size without a model. Seed 1, speed 1.
import type { Page } from 'playwright/test';
import type { QuestionEntry } from '../src/core/ledger.ts';
import { choosePractice, expectPhase, playPractice, questions, readLedger, view, wrongActedOn } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

/** Answers running by crystals that count as knowing the screen. */
const LOCAL = 8;
/** Ten seconds of the practice game's frames: a busy machine shows fewer of them in the time that four readings take. */
const TICKS_MOST = 150;
/** What was trusted may be asked about so often all the same: a value may be new just then, or the screen another one. */
const CALLS_MOST = 2;

const perceptions = async (page: Page) => questions(await readLedger(page)).filter((e) => e.ask === 'perception' && e.tier !== null);

/** Draws the game at another size, as a person does, in the settings. @returns when, by the page's clock */
async function draw(page: Page, scale: '100 %' | '150 %'): Promise<number> {
	await view(page, 'Settings');
	const at = await page.evaluate(() => Date.now());
	await page.getByRole('group', { name: 'Scale' }).getByRole('button', { name: scale }).click();
	await view(page, 'Play');
	return at;
}

/**
 * Waits until crystals answer at the new size, and an act has been checked there.
 *
 * @param here  whether a crystal belongs to that size, by its id
 */
async function localAgain(page: Page, since: number, here: (id: string) => boolean): Promise<void> {
	const answers = async () => (await perceptions(page)).filter((e) => e.at >= since && e.tier === 'crystal' && e.used.some(here));
	await expect.poll(async () => (await answers()).length, { timeout: 30_000, message: 'local answers' }).toBeGreaterThanOrEqual(LOCAL);
	const [first] = (await answers()) as [QuestionEntry];
	expect(first.tick, 'ticks until the first local answer').toBeLessThanOrEqual(TICKS_MOST);
	// Ticks are counted anew at each size, so an answer that was asked for at the size before has a higher one.
	const asked = (await perceptions(page)).filter((e) => e.at >= since && e.at < first.at && e.tick < first.tick && e.calls > 0);
	expect(asked.length, JSON.stringify(asked.map((e) => e.misses))).toBeLessThanOrEqual(CALLS_MOST);
	const checked = async () =>
		(await readLedger(page)).filter((e) => e.at >= first.at && e.type === 'verdict' && e.by === 'truth' && e.ask === 'perception');
	await expect.poll(async () => (await checked()).length, { timeout: 30_000, message: 'acts held against truth' }).toBeGreaterThan(0);
}

test('an interface drawn larger, and smaller again, is found again and answered without a model', async ({ page, site }) => {
	test.setTimeout(180_000);
	await choosePractice(page, { seed: 1, speed: 1 });
	await page.goto(site.url);
	await playPractice(page);
	await expect
		.poll(async () => (await perceptions(page)).slice(-LOCAL).filter((e) => e.tier === 'crystal').length, { timeout: 60_000 })
		.toBe(LOCAL);

	const larger = await draw(page, '150 %');
	const notice = page.locator('[data-notice="resized"]');
	await expect(notice).toContainText(/The window is 1440 × 810 now\s+\d+ of \d+ elements found again at 1\.50 ×/, { timeout: 30_000 });
	await localAgain(page, larger, (id) => id.endsWith('.1440x810'));

	const smaller = await draw(page, '100 %');
	await expect(notice).toContainText('960 × 540 now');
	await localAgain(page, smaller, (id) => !id.endsWith('.1440x810'));

	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');
	expect(wrongActedOn(await readLedger(page)), 'wrong perceptions acted upon').toEqual([]);
});
