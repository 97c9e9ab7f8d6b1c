// Three strikes in the real page: a model that answers the same question three times with nothing that can be kept is asked about, the
// card stays over every view and a reload, and what was declined is quiet. The game is seed 1.
import { expectPhase, readLedger, stopEverything, view } from './fixtures/falsework.ts';
import { startTeacher } from './fixtures/teacher.ts';
import { expect, test } from './fixtures/test.ts';
import { playWithTeacher, SHARES_THE_GAME } from './fixtures/window.ts';

test.use({ launchOptions: SHARES_THE_GAME });

test('the third call that left nothing asks for an automation, and declined it is quiet', async ({ page, context, site }) => {
	const teacher = await startTeacher();
	teacher.answerWith(() => ({
		status: 200,
		body: {
			model: 'stub-1',
			choices: [{ message: { role: 'assistant', content: JSON.stringify({ screen: 'unknown', elements: [], facts: [] }) } }],
			usage: { prompt_tokens: 10, completion_tokens: 5 },
		},
	}));
	await playWithTeacher(page, context, site, teacher);
	const card = page.locator('[data-strike="call"]');
	await expect(card).toBeVisible({ timeout: 90_000 });
	await expect(card.getByRole('heading', { name: 'The third time' })).toBeVisible();
	await expect(card).toContainText('answer-unknown');
	const asked = (await readLedger(page)).filter((e) => e.type === 'strike');
	expect(asked.map((e) => e.event)).toContain('asked');
	const near = (await readLedger(page)).filter((e) => e.type === 'question' && asked[0]?.evidence.includes(e.n));
	expect(near).toHaveLength(3);
	await view(page, 'Reports');
	await expect(card).toBeVisible();
	await card.getByRole('button', { name: 'Decline' }).click();
	await expect(card).toHaveCount(0);
	await expect
		.poll(async () => (await readLedger(page)).filter((e) => e.type === 'strike').map((e) => e.event))
		.toEqual(['asked', 'declined']);
	await view(page, 'Play');
	await stopEverything(page);
	await expectPhase(page, 'stopped');
	await view(page, 'Reports');
	await expect(page.getByRole('heading', { name: 'Three strikes' })).toBeVisible();
	await teacher.close();
});
