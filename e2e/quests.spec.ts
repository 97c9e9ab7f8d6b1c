// Quests and people on the practice game: what Mira says is read and asked about once, and in the next round nobody is asked. The log,
// the person and a decision that knows of the quest are on the page; a person corrects, approves, pins and disables, and takes it back.
// Axe finds nothing, big and small, light and dark. Seed 1; the teacher is scripted.
import type { Page } from 'playwright/test';
import { checkLooks } from './fixtures/axe.ts';
import { choosePractice, expectPhase, playPractice, questions, readCrystals, readLedger, type Stored, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

type Crystal = Stored<{ readonly says?: { readonly quest: string; readonly stage: string } | null; readonly attitude?: number }>;
const stored = async (page: Page, kind: string) => (await readCrystals<Crystal>(page)).filter((c) => c.kind === kind);
const heard = async (page: Page) => questions(await readLedger(page)).filter((e) => e.ask === 'quest' || e.ask === 'npc');

async function check(page: Page, screen: string): Promise<void> {
	// What the pointer rests on changes its colour.
	await page.mouse.move(0, 0);
	for (const [size, width, height] of [
		['desktop', 1440, 900],
		['phone', 390, 844],
	] as const) {
		await page.setViewportSize({ width, height });
		await checkLooks(page, screen, size);
	}
	await page.setViewportSize({ width: 1440, height: 900 });
}

test('a talk is asked about once, its quest decides, and a person puts right what was read', async ({ page, site }) => {
	// Two rounds of the game; a busy machine plays slowly.
	test.setTimeout(600_000);
	await choosePractice(page, { seed: 1, speed: 4 });
	await page.goto(site.url);
	await playPractice(page);
	// The next round of the game: the order is given again after the thanks were said.
	const givenAgain = async (): Promise<boolean> => {
		const [order, thanks] = ['1', '2'].map(async (at) => (await stored(page, 'quest')).find((q) => q.data.says?.stage === at)?.id);
		const [first, second] = [await order, await thanks];
		const all = (await heard(page)).filter((e) => e.ask === 'quest');
		const thanked = all.find((e) => second !== undefined && e.made.includes(second));
		return thanked !== undefined && all.some((e) => e.n > thanked.n && first !== undefined && e.used.includes(first));
	};
	await expect.poll(givenAgain, { timeout: 420_000 }).toBe(true);
	const knowing = async () =>
		questions(await readLedger(page)).filter((e) => e.ask === 'decision' && e.facts?.['quest.active'] === 'The relic');
	await expect.poll(async () => (await knowing()).length, { timeout: 60_000 }).toBeGreaterThan(0);
	await page.getByRole('button', { name: 'Pause' }).click();
	await expectPhase(page, 'paused');

	// One call for each text and ask, every one of which left something; what was met again asked nobody.
	const entries = await heard(page);
	const asked = entries.filter((e) => e.calls > 0);
	const known = entries.filter((e) => e.tier === 'crystal');
	expect(asked.every((e) => !e.violation && e.simulated && (e.made.length > 0 || e.why !== ''))).toBe(true);
	const quests = await stored(page, 'quest');
	expect(asked.filter((e) => e.ask === 'quest').length).toBe(quests.length);
	expect(quests.some((q) => q.data.says?.quest === 'The relic')).toBe(true);
	expect(known.every((e) => e.n > Math.min(...asked.map((a) => a.n)))).toBe(true);

	// A decision that knew of the quest says so.
	const decision = (await knowing()).at(-1);
	const line = page.locator(`li[data-decision="${decision?.n}"]`);
	await line.getByRole('button', { name: `Details of entry ${decision?.n}` }).click();
	await line.getByRole('button', { name: 'Why did it do that?' }).click();
	const why = page.getByRole('dialog', { name: 'Why did it do that?' });
	await expect(why.getByText('quest.active').first()).toBeAttached();
	await page.keyboard.press('Escape');

	await view(page, 'Crystals');
	const gallery = page.getByRole('region', { name: 'Crystals', exact: true });
	const kinds = gallery.getByRole('group', { name: 'Kind of crystal' });
	await kinds.getByRole('button', { name: 'Quests' }).click();
	const log = gallery.getByRole('list', { name: 'Quest log' });
	const quest = log.locator('li[data-quest="The relic"]');
	await expect(quest).toBeVisible();
	await expect(quest.getByText('given by Mira')).toBeVisible();
	await expect(quest.getByRole('list', { name: 'Stages of The relic' }).locator('blockquote').first()).toContainText('Mira');
	await check(page, 'quests');

	const subject = quests.find((q) => q.data.says?.quest === 'The relic') as Crystal;
	await quest
		.locator(`li[data-crystal="${subject.id}"]`)
		.getByRole('button', { name: /^Details of/ })
		.click();
	const panel = gallery.locator(`[data-detail="${subject.id}"]`);
	const undo = gallery.getByRole('button', { name: /^Undo:/ });
	await panel.getByRole('button', { name: /^Edit/ }).click();
	await panel.getByRole('textbox', { name: 'Quest' }).fill('');
	await panel.getByRole('button', { name: 'Save' }).click();
	await expect(panel.getByRole('form').getByRole('status')).not.toBeEmpty();
	await panel.getByRole('textbox', { name: 'Quest' }).fill('The lost relic');
	await check(page, 'quest-editor');
	await panel.getByRole('button', { name: 'Save' }).click();
	await expect(log.locator('li[data-quest="The lost relic"]')).toBeVisible();
	await undo.click();
	await expect(log.locator('li[data-quest="The lost relic"]')).toHaveCount(0);
	await panel.getByRole('button', { name: /^Approve/ }).click();
	await expect.poll(async () => (await stored(page, 'quest')).find((q) => q.id === subject.id)?.state).toBe('autonomous');
	await panel.getByRole('button', { name: /^Pin/ }).click();
	await panel.getByRole('button', { name: /^Disable/ }).click();
	await expect.poll(async () => (await stored(page, 'quest')).find((q) => q.id === subject.id)?.state).toBe('retired');
	await undo.click();
	await undo.click();
	await expect.poll(async () => (await stored(page, 'quest')).find((q) => q.id === subject.id)?.pinned).toBe(false);
	await panel.getByRole('button', { name: 'Close details' }).click();

	await kinds.getByRole('button', { name: 'People' }).click();
	const mira = gallery.getByRole('list', { name: 'People' }).locator('li', { hasText: 'Mira' });
	await expect(mira.getByRole('meter', { name: 'Attitude of Mira' })).toBeVisible();
	await check(page, 'people');
	await mira.getByRole('button', { name: 'Details of Mira' }).click();
	const person = gallery.getByRole('region', { name: 'Crystal Mira' });
	await expect(person.getByRole('list', { name: 'What moved it' }).getByRole('listitem').first()).toContainText('said');
	await person.getByRole('slider', { name: 'Attitude' }).fill('-0.5');
	await person.getByRole('button', { name: 'Set', exact: true }).click();
	await expect.poll(async () => (await stored(page, 'person')).find((p) => p.name === 'Mira')?.data.attitude).toBe(-0.5);
	await check(page, 'person');
	await undo.click();
	await expect.poll(async () => (await stored(page, 'person')).find((p) => p.name === 'Mira')?.data.attitude).toBeGreaterThan(0);
});
