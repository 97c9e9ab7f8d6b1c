// Model servers outside: nothing leaves before consent, masks are black in what leaves, every picture is listed, and a server
// that fails costs an answer and not the play. The server is a stub on the wire of the real ones; the game is seed 1.
import { answerChat } from '../src/practice/teacher.ts';
import { type Fault, makeFaulty } from '../src/practice/faulty.ts';
import { expectPhase, questions, readLedger, readTable, stopEverything, view } from './fixtures/falsework.ts';
import { blackShare, startTeacher } from './fixtures/teacher.ts';
import { expect, test } from './fixtures/test.ts';
import { addTier, consentDialog, openGame, shareGame, SHARES_THE_GAME } from './fixtures/window.ts';

test.use({ launchOptions: SHARES_THE_GAME });

test('a picture leaves only after it was seen and allowed, masked, and is listed; never and always hold', async ({
	page,
	context,
	site,
}) => {
	const teacher = await startTeacher();
	await page.goto(site.url);
	await view(page, 'Models');
	await addTier(page, { base: teacher.base });
	await expect(page.locator('[data-tier-id="local"]')).toContainText('Consent not decided');
	await view(page, 'Play');
	await openGame(context, site.companion.origin, teacher);
	await shareGame(page);

	const dialog = consentDialog(page);
	await expect(dialog.getByRole('img', { name: 'The picture that would leave, 960 by 540 pixels' })).toBeVisible();
	await expect(dialog).toContainText(teacher.host);
	await expect(dialog).toContainText('stub-1');
	await expect(dialog).toContainText('free of charge');
	// It is asked for while nobody decides, and written down once; none of it leaves.
	await expect.poll(async () => questions(await readLedger(page)).length).toBeGreaterThan(0);
	expect(teacher.asked).toEqual([]);
	for (const q of questions(await readLedger(page))) expect(q.misses.map((m) => m.reason)).toContain('no-consent');

	await dialog.getByLabel('Mask an edge of the picture').selectOption('top');
	await dialog.getByRole('button', { name: 'This session' }).click();
	await expect.poll(() => teacher.asked.filter((a) => a.picture).length).toBeGreaterThan(0);
	for (const { picture } of teacher.asked.filter((a) => a.picture)) {
		expect([picture?.width, picture?.height]).toEqual([960, 540]);
		if (picture === undefined) continue;
		expect(blackShare(picture, [0, 0, 960, 108])).toBe(1);
		expect(blackShare(picture, [0, 108, 960, 432])).toBeLessThan(0.5);
	}
	await stopEverything(page);
	const sent = (await readLedger(page)).filter((e) => e.type === 'sent');
	const received = teacher.asked.filter((a) => a.picture).length;
	expect(sent.length).toBe(received);
	await view(page, 'Models');
	await expect(page.locator('[data-tier-id="local"]')).toContainText('This session');
	await expect(page.getByRole('region', { name: 'Pictures that left this page' }).locator('tbody tr')).toHaveCount(received);

	// A session's yes ends with the session.
	await view(page, 'Play');
	await shareGame(page);
	await expect(dialog).toBeVisible();
	expect(teacher.asked.filter((a) => a.picture).length).toBe(received);
	await dialog.getByRole('button', { name: 'Never' }).click();
	const refused = async () =>
		questions(await readLedger(page)).filter((q) => q.misses.some(({ detail }) => detail.includes('may not see pictures')));
	await expect.poll(async () => (await refused()).length).toBeGreaterThan(0);
	// It would be tried every two seconds, and is written down once.
	await page.waitForTimeout(5000);
	expect(await refused()).toHaveLength(1);
	expect(teacher.asked.filter((a) => a.picture).length).toBe(received);
	await expect(dialog).toHaveCount(0);
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');

	// Another server is another question, and always outlives the page.
	const other = await startTeacher();
	await view(page, 'Models');
	await page
		.locator('[data-tier-id="local"]')
		.getByRole('button', { name: /^Remove stub-1/ })
		.click();
	await page.getByRole('button', { name: 'Remove it and its key' }).click();
	await expect(page.locator('[data-tier-id="local"]')).toHaveCount(0);
	await addTier(page, { base: other.base, model: 'stub-2' });
	await view(page, 'Play');
	await shareGame(page);
	await dialog.getByRole('button', { name: 'Always' }).click();
	await expect.poll(() => other.asked.length).toBeGreaterThan(0);
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');
	await page.reload();
	const sofar = other.asked.length;
	await shareGame(page);
	// This server knows nothing of the game: asked the same three times it is held, until the person says that it may go on.
	const decline = page.getByRole('button', { name: /^Decline/ }).first();
	await expect
		.poll(async () => {
			if (await decline.isVisible()) await decline.click();
			return other.asked.length;
		})
		.toBeGreaterThan(sofar);
	await expect(dialog).toHaveCount(0);
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await teacher.close();
	await other.close();
});

test('a model outside whose price is unknown is refused until the price is typed in', async ({ page, site }) => {
	await page.goto(site.url);
	await view(page, 'Models');
	const cloud = { base: 'https://models.invalid/v1', model: 'nobody-knows-1', runs: 'cloud' } as const;
	await addTier(page, cloud);
	await expect(page.getByRole('alert')).toContainText('Type in the price first');
	await expect(page.locator('[data-tier-id="cloud"]')).toHaveCount(0);
	await page.getByRole('button', { name: 'Cancel' }).click();
	await addTier(page, { ...cloud, prices: ['0.25', '1.5'] });
	await expect(page.locator('[data-tier-id="cloud"]')).toContainText('$0.25 in, $1.5 out per million tokens');
});

test('a server that fails in any way is a stated miss, and the play goes on', async ({ page, context, site }) => {
	const teacher = await startTeacher();
	await page.goto(site.url);
	await view(page, 'Models');
	await addTier(page, { base: teacher.base });
	await view(page, 'Play');
	await openGame(context, site.companion.origin, teacher);
	teacher.answerWith(makeFaulty('half-json'));
	await shareGame(page);
	await consentDialog(page).getByRole('button', { name: 'This session' }).click();

	/** What the stream says of the questions asked since; each fault has to name itself there. */
	async function expectReason(fault: string, reason: RegExp, ask = 'perception'): Promise<void> {
		await expect
			.poll(
				async () =>
					questions(await readLedger(page))
						.filter((e) => e.ask === ask && e.tier === null)
						.flatMap((e) => e.misses.map((m) => `${m.reason}: ${m.detail}`)),
				{ message: fault, timeout: 30_000 },
			)
			.toEqual(expect.arrayContaining([expect.stringMatching(reason)]));
		await expectPhase(page, 'playing');
		await expect(page.locator('[data-notice="tick"]')).toHaveCount(0);
	}
	await expectReason('half-json', /^bad-answer: .*JSON/i);
	await expect(page.getByRole('region', { name: 'Decisions' }).locator('li[data-tier="nobody"]').first()).toContainText(/bad-answer/);
	const only = (fault: Fault, ask: string) => {
		const spoil = makeFaulty(fault);
		return (body: unknown) => (JSON.stringify(body).includes(`\\"ask\\":\\"${ask}\\"`) ? spoil(body) : answerChat(body));
	};
	teacher.answerWith(makeFaulty('boxes-outside'));
	await expectReason('boxes-outside', /^bad-answer: .*(box|frame|outside)/i);
	teacher.answerWith(only('unknown-verb', 'decision'));
	await expectReason('unknown-verb', /^bad-answer: .*(verb|teleport)/i, 'decision');
	teacher.answerWith(only('429', 'decision'));
	await expectReason('429', /too many calls/, 'decision');
	teacher.answerWith();
	await expect
		.poll(async () => questions(await readLedger(page)).filter((e) => e.ask === 'decision' && e.tier === 'local').length, {
			timeout: 30_000,
		})
		.toBeGreaterThan(0);

	// Nothing learnt is lost, and nothing is shown as an act that was not advised.
	const learnt = (await readTable(page, 'crystals')).length;
	expect(learnt).toBeGreaterThan(3);
	await teacher.close();
	await stopEverything(page);
	expect((await readTable(page, 'crystals')).length).toBeGreaterThanOrEqual(learnt);
	expect(questions(await readLedger(page)).filter((e) => e.violation)).toEqual([]);
});

test('a slow server is given up after its time, one that is down is left alone, and the page says so @full', async ({
	page,
	context,
	site,
}) => {
	const teacher = await startTeacher();
	await page.goto(site.url);
	await view(page, 'Models');
	await addTier(page, { base: teacher.base });
	await view(page, 'Play');
	await openGame(context, site.companion.origin, teacher);
	teacher.answerWith(makeFaulty('slow', { ms: 60_000 }));
	await shareGame(page);
	await consentDialog(page).getByRole('button', { name: 'This session' }).click();
	await expect(page.getByText('asking a model: perception')).toBeVisible();
	const misses = async () => questions(await readLedger(page)).flatMap((e) => e.misses.map((m) => `${m.reason}: ${m.detail}`));
	await expect.poll(misses, { timeout: 30_000 }).toEqual(expect.arrayContaining([expect.stringMatching(/^timed-out: /)]));
	await expectPhase(page, 'playing');
	await teacher.close();
	await expect.poll(misses, { timeout: 30_000 }).toEqual(expect.arrayContaining([expect.stringMatching(/^breaker-open: /)]));
	await expectPhase(page, 'playing');
	await view(page, 'Models');
	const card = page.locator('[data-tier-id="local"]');
	await expect(card).toContainText('Resting after failures');
	await expect(card).toContainText(teacher.host);
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');
});
