// Rules on the practice game: a person asks why a decision was made, and rewrites, pins and disables a rule. Nonsense is refused at its
// place, nothing is lost, and every act is taken back. Axe finds nothing on either screen. Seed 1.
import type { Page } from 'playwright/test';
import { expectNoFaults } from './fixtures/axe.ts';
import { choosePractice, expectPhase, playPractice, questions, readCrystals, readLedger, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

interface StoredRule {
	readonly id: string;
	readonly kind: string;
	readonly name: string;
	readonly state: string;
	readonly pinned?: boolean;
	readonly data: { readonly origin?: string; readonly earlier?: readonly { readonly text: string }[] };
}

async function rules(page: Page): Promise<readonly StoredRule[]> {
	return (await readCrystals<StoredRule>(page)).filter((c) => c.kind === 'rule');
}

test('a person asks why, and rewrites, pins and disables a rule, and takes it back', async ({ page, site }) => {
	// A busy machine plays slowly.
	test.setTimeout(360_000);
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	const local = async () => questions(await readLedger(page)).filter((e) => e.ask === 'decision' && e.tier === 'crystal');
	// A person's approval is worth the labels that a rule still lacks: it decides from now on.
	await expect.poll(async () => (await rules(page)).filter((r) => r.state === 'shadow').length, { timeout: 120_000 }).toBeGreaterThan(3);
	await view(page, 'Crystals');
	const gallery = page.getByRole('region', { name: 'Crystals', exact: true });
	await gallery.getByRole('group', { name: 'Kind of crystal' }).getByRole('button', { name: 'Rules' }).click();
	for (const { id, name } of (await rules(page)).filter((r) => r.state === 'shadow')) {
		await gallery
			.locator(`li[data-crystal="${id}"]`)
			.getByRole('button', { name: /^Details of/ })
			.click();
		const approve = gallery.locator(`[data-detail="${id}"]`).getByRole('button', { name: `Approve ${name}` });
		if (await approve.isEnabled()) await approve.click();
	}
	await view(page, 'Play');
	await expect.poll(async () => (await local()).length, { timeout: 120_000 }).toBeGreaterThan(0);
	await page.getByRole('button', { name: 'Pause' }).click();
	await expectPhase(page, 'paused');

	// From a local decision to its rule, its facts and the words of the model.
	const decision = (await local()).at(-1);
	const line = page.locator(`li[data-decision="${decision?.n}"]`);
	await line.getByRole('button', { name: `Details of entry ${decision?.n}` }).click();
	await line.getByRole('button', { name: 'Why did it do that?' }).click();
	const why = page.getByRole('dialog', { name: 'Why did it do that?' });
	const followed = why.locator(`li[data-rule="${decision?.used[0]}"]`);
	await expect(followed.locator('li[data-truth="true"]').first()).toBeVisible();
	await expect(followed.locator('li[data-truth="false"]')).toHaveCount(await followed.getByText('unless', { exact: true }).count());
	await expect(why.locator('li[data-answer] blockquote').first()).not.toBeEmpty();
	await expect(why.getByText('What was known at that moment')).toBeVisible();
	await expectNoFaults(page, 'why');
	await page.keyboard.press('Escape');
	await expect(why).toHaveCount(0);

	await view(page, 'Crystals');
	const subject = (await rules(page)).find((r) => r.id === decision?.used[0]) as StoredRule;
	const row = gallery.locator(`li[data-crystal="${subject.id}"]`);
	await gallery.getByRole('group', { name: 'Kind of crystal' }).getByRole('button', { name: 'Rules' }).click();
	await row.getByRole('button', { name: /^Details of/ }).click();
	const panel = gallery.locator(`[data-detail="${subject.id}"]`);
	const undo = gallery.getByRole('button', { name: /^Undo:/ });

	// Nonsense is refused where it stands.
	await panel.getByRole('button', { name: `Edit ${subject.name}` }).click();
	const text = panel.getByRole('textbox', { name: 'Text of the rule' });
	const was = await text.inputValue();
	await text.fill(was.replace(' then ', ' and nonsense > 3 then '));
	await expect(panel.getByText(`column ${was.indexOf(' then ') + 6}: there is no fact "nonsense"`)).toBeVisible();
	await expect(panel.locator('mark')).toHaveText('nonsense');
	await expect(text).toHaveAttribute('aria-invalid', 'true');
	await expect(panel.getByRole('button', { name: 'Save the rule' })).toBeDisabled();
	await expectNoFaults(page, 'rule editor');

	// A good text is kept, in shadow, with the old one beside it.
	const layer = was.slice(0, was.indexOf(':'));
	const moved = was.replace(`${layer}:`, layer === 'idle' ? 'travel:' : 'idle:');
	await text.fill(moved);
	await expect(panel.getByText(/Its condition (holds|does not hold) now/)).toBeVisible();
	await text.press('Control+Enter');
	await expect(text).toHaveCount(0);
	await expect(row).toHaveAttribute('data-state', 'shadow');
	await expect(panel.getByRole('list', { name: 'Earlier versions' })).toContainText(was);
	const stored = async () => (await rules(page)).find((r) => r.id === subject.id);
	await expect.poll(async () => (await stored())?.data).toMatchObject({ origin: 'hand', earlier: [{ text: was }] });
	await undo.click();
	await expect(row).toHaveAttribute('data-state', subject.state);
	await expect.poll(async () => (await stored())?.name).toBe(subject.name);

	await panel.getByRole('button', { name: `Pin ${subject.name}` }).click();
	await expect(row.getByText('pinned', { exact: true })).toBeVisible();
	await expect.poll(async () => (await stored())?.pinned).toBe(true);
	await undo.click();
	await expect(row.getByText('pinned', { exact: true })).toHaveCount(0);

	await panel.getByRole('button', { name: `Disable ${subject.name}` }).click();
	await expect(row).toHaveAttribute('data-state', 'retired');
	await panel.getByRole('button', { name: `Put ${subject.name} back in service` }).click();
	await expect(row).toHaveAttribute('data-state', 'shadow');
	await undo.click();
	await undo.click();
	await expect(row).toHaveAttribute('data-state', subject.state);

	const whats = (await readLedger(page)).flatMap((e) => (e.type === 'intervention' && e.crystal === subject.id ? [e.what] : []));
	expect(whats.filter((what) => what !== 'approve')).toEqual(['edit', 'undo', 'pin', 'undo', 'retire', 'revive', 'undo', 'undo']);

	// The rules go out as a file and come back; a file with a fault changes nothing.
	const download = page.waitForEvent('download');
	await gallery.getByRole('button', { name: 'Export rules.txt' }).click();
	expect((await download).suggestedFilename()).toBe('rules.txt');
	const before = (await rules(page)).length;
	await gallery
		.getByLabel('Rules file')
		.setInputFiles({ name: 'rules.txt', mimeType: 'text/plain', buffer: Buffer.from(`${was}\nnonsense`) });
	await expect(page.getByText('No rule was taken. line 2, column 1:')).toBeVisible();
	expect((await rules(page)).length).toBe(before);

	// Far too many are refused while play goes on; a thousand are taken, and all of them go with one undo.
	await page.getByRole('button', { name: 'Start', exact: true }).click();
	await expectPhase(page, 'playing');
	const many = (n: number) => ({
		name: 'rules.txt',
		mimeType: 'text/plain',
		buffer: Buffer.from(Array.from({ length: n }, (_, i) => `idle: if hp <= ${i} then wait(ms: 1)`).join('\n')),
	});
	await gallery.getByLabel('Rules file').setInputFiles(many(100_000));
	await expect(page.getByText('No rule was taken. line 5001, column 1: there are more than 5000 rules; split the file.')).toBeVisible();
	expect((await rules(page)).filter(({ data }) => data.origin === 'hand')).toHaveLength(0);
	await gallery.getByLabel('Rules file').setInputFiles(many(1000));
	await expect(gallery.getByRole('button', { name: 'Undo: took 1000 rules of a rules.txt' })).toBeVisible({ timeout: 60_000 });
	const tick = async () => questions(await readLedger(page)).at(-1)?.tick ?? 0;
	const then = await tick();
	await expect.poll(tick, { timeout: 60_000 }).toBeGreaterThan(then + 5);
	await undo.click();
	await expect
		.poll(async () => (await rules(page)).filter(({ data, state }) => data.origin === 'hand' && state === 'retired').length, {
			timeout: 60_000,
		})
		.toBe(1000);
	await expectPhase(page, 'playing');
});
