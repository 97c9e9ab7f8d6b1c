// Three strikes in the real page: the third of each sort stops and asks, over every view; what it drafts is edited, accepted, and works;
// what is declined is quiet. The game is seed 1.
import type { Page } from 'playwright/test';
import type { QuestionEntry } from '../src/core/ledger.ts';
import {
	choosePractice,
	expectPhase,
	playPractice,
	questions,
	readCrystals,
	readLedger,
	type Stored,
	stopEverything,
	view,
} from './fixtures/falsework.ts';
import { takeOver } from './fixtures/hands.ts';
import { startTeacher, type StubTeacher } from './fixtures/teacher.ts';
import { expect, test } from './fixtures/test.ts';
import { playWithTeacher, SHARES_THE_GAME } from './fixtures/window.ts';

test.use({ launchOptions: SHARES_THE_GAME });

type Crystal = Stored<{ readonly fixed?: boolean; readonly places?: readonly (readonly number[])[] }>;
const strikes = async (page: Page) => (await readLedger(page)).flatMap((e) => (e.type === 'strike' ? [e] : []));
const card = (page: Page, sort: string) => page.locator(`[data-strike="${sort}"]`);
const looked = (teacher: StubTeacher) => teacher.asked.filter(({ ask }) => ask === 'perception').length;

/** A model that does not know any screen. */
function knowNothing(teacher: StubTeacher): void {
	teacher.answerWith(() => ({
		status: 200,
		body: {
			model: 'stub-1',
			choices: [{ message: { role: 'assistant', content: JSON.stringify({ screen: 'unknown', elements: [], facts: [] }) } }],
			usage: { prompt_tokens: 10, completion_tokens: 5 },
		},
	}));
}

test('the third call that left nothing stops: no fourth leaves until the card over every view is answered', async ({
	page,
	context,
	site,
}) => {
	const teacher = await startTeacher();
	knowNothing(teacher);
	await playWithTeacher(page, context, site, teacher);
	const asked = card(page, 'call');
	await expect(asked).toBeVisible({ timeout: 90_000 });
	await expect(asked.getByRole('heading', { name: 'The third time' })).toBeVisible();
	await expect(asked).toContainText('answer-unknown');
	const [strike] = await strikes(page);
	expect(strike?.event).toBe('asked');
	const near = questions(await readLedger(page)).filter((e) => strike?.evidence.includes(e.n) === true);
	expect(near).toHaveLength(3);
	const sent = looked(teacher);
	// It would be asked every two seconds.
	await page.waitForTimeout(6000);
	expect(looked(teacher), 'calls while the card waits').toBe(sent);
	const held = questions(await readLedger(page)).filter((e) => e.misses.some(({ reason }) => reason === 'held'));
	expect(held.length).toBeGreaterThan(0);
	expect(held.every((e) => e.calls === 0 && e.tier === null)).toBe(true);
	await view(page, 'Reports');
	await expect(asked).toBeVisible();

	// Its draft, under another name: the picture is known from now on, and no model was needed for it.
	await asked.getByLabel('Drafted screen: its name').fill('Title page');
	await asked.getByRole('button', { name: 'Accept as edited' }).click();
	await expect(asked).toHaveCount(0);
	const byItself = async () =>
		questions(await readLedger(page)).filter((e) => e.ask === 'perception' && e.tier === 'crystal' && e.screen === 'title-page');
	await expect.poll(async () => (await byItself()).length, { timeout: 20_000 }).toBeGreaterThan(0);
	const marks = (await readCrystals<Crystal>(page)).filter((c) => c.kind === 'template');
	expect(marks.length).toBeGreaterThan(0);
	expect(marks.every((c) => c.name.startsWith('title-page-mark') && c.state === 'autonomous')).toBe(true);
	expect((await strikes(page)).map((e) => e.event).slice(0, 2)).toEqual(['asked', 'accepted']);
	await view(page, 'Play');
	await stopEverything(page);
	await expectPhase(page, 'stopped');
	await view(page, 'Reports');
	await expect(page.getByRole('heading', { name: 'Three strikes' })).toBeVisible();
	await teacher.close();
});

test('what a person does by hand a third time stops too; a skill, places and an approval are drafted, and work @full', async ({
	page,
	site,
}) => {
	test.setTimeout(240_000);
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	const fixed = async () =>
		(await readCrystals<Crystal>(page)).filter((c) => c.kind === 'template' && c.data.fixed === true && c.state !== 'retired');
	await expect.poll(async () => (await fixed()).length, { timeout: 60_000 }).toBeGreaterThan(1);

	// The same two keys on the same screen. Play waits for the answer after the third.
	for (let i = 0; i < 3; i++) {
		await expectPhase(page, 'playing');
		await expect(page.getByRole('region', { name: 'Game' })).toContainText('Screen: play', { timeout: 30_000 });
		await takeOver(page, [
			{ kind: 'key', key: 'i' },
			{ kind: 'key', key: 'i' },
			{ kind: 'key', key: 'q' },
		]);
	}
	const shown = card(page, 'takeover');
	await expect(shown).toBeVisible({ timeout: 15_000 });
	await expectPhase(page, 'paused');
	await shown.getByLabel('Drafted skill: its name').fill('peek-and-drink');
	await shown.getByRole('button', { name: 'Accept as edited' }).click();
	await expect(shown).toHaveCount(0);
	await expectPhase(page, 'playing');
	const skill = async () => (await readCrystals<Crystal>(page)).find((c) => c.kind === 'skill' && c.name === 'peek-and-drink');
	await expect.poll(async () => (await skill())?.state).toBe('shadow');
	await view(page, 'Crystals');
	const gallery = page.getByRole('region', { name: 'Crystals', exact: true });
	await gallery.getByRole('searchbox', { name: 'Search crystals' }).fill('peek-and-drink');
	await gallery.getByRole('button', { name: 'Details of peek-and-drink' }).click();
	await gallery.getByRole('button', { name: 'Run peek-and-drink now' }).click();
	await expect
		.poll(async () => (await readLedger(page)).some((e) => e.type === 'intervention' && e.what === 'run'), { timeout: 15_000 })
		.toBe(true);
	const ran = async () => {
		const entries = await readLedger(page);
		const run = entries.find((e) => e.type === 'intervention' && e.what === 'run')?.n;
		return entries.flatMap((e) => (e.type === 'act' && e.of === run && e.done ? [e.act.verb] : []));
	};
	await expect.poll(ran, { timeout: 20_000 }).toContain('open-bag');

	// The box of one element, put to one place, to another and back, and approved each time.
	await page.getByRole('button', { name: 'Pause' }).click();
	await expectPhase(page, 'paused');
	const search = gallery.getByRole('searchbox', { name: 'Search crystals' });
	const panelOf = (name: string) => gallery.getByRole('region', { name: `Crystal ${name}`, exact: true });
	/** @returns false where no remembered frame bears such a box out */
	const correct = async ({ id, name }: { id: string; name: string }, by: number): Promise<boolean> => {
		await panelOf(name)
			.getByRole('button', { name: `Correct the box of ${name}` })
			.click();
		const dialog = page.getByRole('dialog');
		const width = dialog.getByLabel('width', { exact: true });
		const wanted = String(Number(await width.inputValue()) + by);
		const frames = dialog.getByLabel('Frame', { exact: true });
		for (const value of await frames.locator('option').evaluateAll((all) => all.map((o) => (o as HTMLOptionElement).value))) {
			await frames.selectOption(value);
			await width.fill(wanted);
			await width.blur();
			const good = await expect(dialog.locator('[data-box-trial="good"]'))
				.toBeVisible({ timeout: 4000 })
				.then(
					() => true,
					() => false,
				);
			if (!good) continue;
			await dialog.getByRole('button', { name: 'Save the box' }).click();
			await expect(dialog).toHaveCount(0);
			await expect.poll(async () => (await readCrystals<Crystal>(page)).find((c) => c.id === id)?.state).toMatch(/^(shadow|autonomous)$/);
			return true;
		}
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		return false;
	};
	// Which elements can take another width depends on the frames that play has left behind.
	let chosen: Crystal | undefined;
	for (const one of (await fixed()).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
		await search.fill(one.name);
		await gallery
			.getByRole('button', { name: `Details of ${one.name}`, exact: true })
			.first()
			.click();
		if (await correct(one, 2)) {
			chosen = one;
			break;
		}
	}
	if (chosen === undefined) throw new Error('No element takes another box.');
	const subject = chosen;
	const panel = panelOf(subject.name);
	const now = async () => (await readCrystals<Crystal>(page)).find((c) => c.id === subject.id);
	const approve = async (): Promise<void> => {
		await panel.getByRole('button', { name: `Approve ${subject.name}` }).click();
		await expect.poll(async () => (await now())?.state).toBe('autonomous');
	};
	await approve();
	for (const by of [-2, 2]) {
		expect(await correct(subject, by)).toBe(true);
		await approve();
	}
	const correction = card(page, 'correction');
	await expect(correction).toBeVisible();
	await correction.getByRole('button', { name: /^Accept/ }).click();
	await expect(correction).toHaveCount(0);
	await expect.poll(async () => (await now())?.pinned).toBe(true);
	const approval = card(page, 'approval');
	await expect(approval).toBeVisible();
	await expect(approval.getByLabel(/^Drafted approval/)).toHaveValue(`template ${subject.name}`);
	await approval.getByRole('button', { name: 'Accept' }).click();
	await expect(approval).toHaveCount(0);
	// Corrected once more it is approved without being asked.
	expect(await correct(subject, -2)).toBe(true);
	await expect.poll(async () => (await now())?.state, { timeout: 10_000 }).toBe('autonomous');
	expect((await readLedger(page)).filter((e) => e.type === 'intervention' && e.what === 'approve')).toHaveLength(3);
	const told = await strikes(page);
	expect(told.filter((e) => e.event === 'accepted').map((e) => e.sort)).toEqual(
		expect.arrayContaining(['takeover', 'correction', 'approval']),
	);

	// Every call's six answers can be opened, from the stream and in the report.
	await view(page, 'Play');
	const decisions = page.getByRole('region', { name: 'Decisions' });
	const left = questions(await readLedger(page)).filter((e): e is QuestionEntry => (e.tries ?? []).some((t) => t.tier !== 'device'));
	expect(left.length).toBeGreaterThan(3);
	for (const { n } of left) {
		const line = decisions.locator('li').filter({ has: page.getByRole('button', { name: `Details of entry ${n}`, exact: true }) });
		await line.getByRole('button', { name: `Details of entry ${n}`, exact: true }).click();
		await expect(line.getByRole('region', { name: 'Falsework checklist' }).locator('dd')).toHaveCount(6);
	}
});
