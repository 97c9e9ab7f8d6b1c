// The gallery on the practice game: crystals are found by kind and name, a threshold is tried on the frames a model explained, a
// box is corrected, a crystal approved and retired, and everything is taken back. Each act by hand stands in the ledger. Seed 1.
import type { Page } from 'playwright/test';
import { choosePractice, expectPhase, playPractice, readCrystals, readLedger, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

interface Stored {
	readonly id: string;
	readonly kind: string;
	readonly name: string;
	readonly state: string;
	readonly data: { readonly fixed?: boolean; readonly threshold?: number; readonly places?: readonly (readonly number[])[] };
	readonly history: readonly { readonly to: string; readonly why: string }[];
}

const crystals = (page: Page) => readCrystals<Stored>(page);

async function byHand(page: Page) {
	const whats = ['approve', 'retire', 'threshold', 'correct', 'undo'];
	return (await readLedger(page)).filter((e) => e.type === 'intervention').filter((e) => whats.includes(e.what));
}

test('a person tries, corrects, approves and retires crystals, and takes it back', async ({ page, site }) => {
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	const fixed = async () => (await crystals(page)).filter((c) => c.kind === 'template' && c.data.fixed === true && c.state !== 'retired');
	await expect.poll(async () => (await fixed()).length, { timeout: 60_000 }).toBeGreaterThan(1);
	// Each is a frame that a model explained, to try a threshold on.
	const explained = async () =>
		(await readLedger(page)).filter((e) => e.type === 'question' && e.ask === 'perception' && e.made.length > 0);
	await expect.poll(async () => (await explained()).length, { timeout: 60_000 }).toBeGreaterThan(1);
	// What is compared below must not change by itself meanwhile.
	await page.getByRole('button', { name: 'Pause' }).click();
	await expectPhase(page, 'paused');
	await view(page, 'Crystals');
	const gallery = page.getByRole('region', { name: 'Crystals', exact: true });
	const cards = gallery.locator('li[data-crystal]');
	await expect(cards.first()).toBeVisible();
	const undo = gallery.getByRole('button', { name: /^Undo:/ });
	await expect(undo).toHaveCount(0);

	await gallery.getByRole('group', { name: 'Kind of crystal' }).getByRole('button', { name: 'Templates' }).click();
	const templates = (await crystals(page)).filter((c) => c.kind === 'template');
	await expect(cards).toHaveCount(templates.length);
	await expect(cards.first().getByRole('img')).toBeVisible();
	const [subject, other] = (await fixed()).toSorted((a, b) => (a.name < b.name ? -1 : 1)) as [Stored, Stored];
	await gallery.getByRole('searchbox', { name: 'Search crystals' }).fill(subject.name);
	await expect(gallery.locator(`li[data-crystal="${subject.id}"]`)).toBeVisible();
	expect(await cards.count()).toBeLessThanOrEqual(templates.length);
	await gallery.getByRole('searchbox', { name: 'Search crystals' }).fill('nothing is called so');
	await expect(cards).toHaveCount(0);
	await gallery.getByRole('searchbox', { name: 'Search crystals' }).fill('');

	const open = (name: string) =>
		gallery
			.getByRole('button', { name: `Details of ${name}`, exact: true })
			.first()
			.click();
	await open(subject.name);
	const panel = gallery.getByRole('region', { name: `Crystal ${subject.name}`, exact: true });
	await expect(panel.getByRole('img', { name: new RegExp(`^${subject.name}, look first`) })).toBeVisible();

	// The threshold: tried on every frame a model explained, and on the one of this moment.
	const slider = panel.getByRole('slider', { name: 'Threshold' });
	const tried = panel.locator('[data-trials]');
	await expect.poll(async () => Number(await tried.getAttribute('data-trials')), { timeout: 20_000 }).toBeGreaterThan(2);
	const before = subject.data.threshold ?? 0;
	await slider.fill('0.99');
	await slider.fill('0.66');
	await expect(panel.locator('[data-verdict="hit"]').first()).toBeVisible();
	expect((await crystals(page)).find((c) => c.id === subject.id)?.data.threshold, 'trying changes nothing').toBe(before);
	await panel.getByRole('button', { name: 'Keep this threshold' }).click();
	await expect(undo).toHaveText(`Undo: threshold of ${subject.name} set to 0.66`);
	await expect.poll(async () => (await crystals(page)).find((c) => c.id === subject.id)?.data.threshold).toBe(0.66);
	await slider.focus();
	await page.keyboard.press('Control+z');
	await expect(undo).toHaveCount(0);
	await expect.poll(async () => (await crystals(page)).find((c) => c.id === subject.id)?.data.threshold).toBe(before);

	// The box: refused in words where nothing can be learnt, saved where something can.
	await panel.getByRole('button', { name: `Correct the box of ${subject.name}` }).click();
	const dialog = page.getByRole('dialog');
	const trial = dialog.locator('[data-box-trial]');
	// The screen it was learnt on may be gone by now: its own frame is in the list.
	const frames = dialog.getByLabel('Frame', { exact: true });
	for (const value of await frames.locator('option').evaluateAll((all) => all.map((o) => (o as HTMLOptionElement).value))) {
		await frames.selectOption(value);
		await expect(trial).not.toHaveAttribute('data-box-trial', 'asking');
		if ((await trial.getAttribute('data-box-trial')) === 'good') break;
	}
	await expect(trial).toHaveAttribute('data-box-trial', 'good');
	const number = async (name: string) => Number(await dialog.getByLabel(name, { exact: true }).inputValue());
	const width = await number('width');
	const set = async (name: string, value: number) => {
		await dialog.getByLabel(name, { exact: true }).fill(String(value));
		await dialog.getByLabel(name, { exact: true }).blur();
	};
	const drawn = { x: await number('x'), y: await number('y'), width, height: await number('height') };
	for (const [name, value] of Object.entries({ x: 0, y: 0, width: 9999, height: 9999 })) await set(name, value);
	await expect(trial).toContainText('takes more than half of the frame');
	await expect(dialog.getByRole('button', { name: 'Save the box' })).toBeDisabled();
	for (const name of ['width', 'height', 'x', 'y'] as const) await set(name, drawn[name]);
	await expect(trial).toHaveAttribute('data-box-trial', 'good');
	const box = dialog.locator('[data-box]');
	await box.focus();
	await page.keyboard.press('Shift+ArrowRight');
	await page.keyboard.press('Shift+ArrowRight');
	expect(await number('width')).toBe(width + 2);
	const x = await number('x');
	const at = await box.boundingBox();
	if (at === null) throw new Error('the box is not shown');
	await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
	await page.mouse.down();
	await page.mouse.move(at.x + at.width / 2 + 12, at.y + at.height / 2, { steps: 4 });
	await page.mouse.up();
	expect(await number('x')).toBeGreaterThan(x);
	await set('x', x);
	await expect(trial).toHaveAttribute('data-box-trial', 'good');
	await dialog.getByRole('button', { name: 'Save the box' }).click();
	await expect(dialog).toHaveCount(0);
	await expect(undo).toHaveText(`Undo: corrected the box of ${subject.name}`);
	await expect(panel.getByRole('list', { name: 'History' })).toContainText('box corrected by hand');
	await expect.poll(async () => (await crystals(page)).find((c) => c.id === subject.id)?.state).toBe('shadow');

	// Approved, it answers; another is retired; both are taken back, the newest first.
	await panel.getByRole('button', { name: `Approve ${subject.name}` }).click();
	await expect.poll(async () => (await crystals(page)).find((c) => c.id === subject.id)?.state).toBe('autonomous');
	await open(other.name);
	const state = (await crystals(page)).find((c) => c.id === other.id)?.state;
	await gallery.getByRole('button', { name: `Retire ${other.name}`, exact: true }).click();
	await expect.poll(async () => (await crystals(page)).find((c) => c.id === other.id)?.state).toBe('retired');
	await expect(undo).toHaveText(`Undo: retired ${other.name}`);
	await undo.click();
	await expect.poll(async () => (await crystals(page)).find((c) => c.id === other.id)?.state).toBe(state);
	await expect(undo).toHaveText(`Undo: approved ${subject.name}`);
	await undo.click();
	await expect(undo).toHaveText(`Undo: corrected the box of ${subject.name}`);
	await undo.click();
	await expect(undo).toHaveCount(0);
	const back = (await crystals(page)).find((c) => c.id === subject.id);
	expect(back?.data.places).toEqual(subject.data.places);
	expect(back?.history.at(-1)?.why).toBe('taken back: box corrected by hand');

	const acts = await byHand(page);
	expect(acts.map((e) => e.what)).toEqual(['threshold', 'undo', 'correct', 'approve', 'retire', 'undo', 'undo', 'undo']);
	expect(acts[0]).toMatchObject({ crystal: subject.id, before, after: 0.66 });
	expect(acts[1]).toMatchObject({ crystal: subject.id, before: 0.66, after: before });
	expect(acts[2]).toMatchObject({ crystal: subject.id, before: subject.data.places?.[0] });
	expect(acts[4]).toMatchObject({ crystal: other.id, after: 'retired' });
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');
});
