// What the companion writes down while the page plays: all of the ledger and what is counted of it, also past a kill.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright/test';
import { sessionsOf } from '../src/core/history.ts';
import { choosePractice, playPractice, readLedger, stopEverything, view } from './fixtures/falsework.ts';
import { expect, startCompanion, test } from './fixtures/test.ts';

async function exported(page: Page, table: string): Promise<Record<string, unknown>[]> {
	await page.getByLabel('Table', { exact: true }).selectOption(table);
	const download = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Export as JSONL' }).click();
	const text = await readFile(await (await download).path(), 'utf8');
	return text
		.split('\n')
		.filter(Boolean)
		.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('the companion has all of the ledger and its sums, though it was killed in the middle', async ({ page, site }) => {
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	await page.waitForTimeout(6000);
	await site.companion.kill('SIGKILL', true);
	await page.waitForTimeout(4000);
	const again = await startCompanion({ port: site.companion.port, dataDir: site.companion.dataDir });
	await expect(page.locator('[data-notice="companion"]')).toHaveCount(0);
	await page.waitForTimeout(4000);
	await stopEverything(page);

	await view(page, 'Storage');
	const records = page.getByRole('region', { name: 'Records of the companion' });
	await expect(records).toContainText('0 rows set aside');
	const own = await readLedger(page);
	await expect
		.poll(async () => {
			await records.getByRole('button', { name: 'Read again' }).click();
			return (await exported(page, 'ledger')).length;
		})
		.toBe(own.length);
	const kept = await exported(page, 'ledger');
	const byNumber = kept.map(({ entry }) => entry as { n: number }).toSorted((a, b) => a.n - b.n);
	expect(byNumber).toEqual(own);

	const [line] = sessionsOf(own);
	const [session] = await exported(page, 'metrics_session');
	expect(session).toMatchObject({
		session: line?.session,
		game: 'practice',
		ended_by: 'Stop everything was pressed',
		perception_total: line?.perception.total,
		decision_local: line?.decision.local,
		calls: line?.calls,
		acts: line?.idle.acts,
		simulated: 1,
	});
	const minutes = await exported(page, 'metrics_minute');
	expect(minutes.reduce((sum, minute) => sum + Number(minute['perception_total']), 0)).toBe(line?.perception.total);
	const commands = await exported(page, 'commands');
	expect(commands).toHaveLength(line?.idle.acts ?? 0);
	for (const command of commands) expect(command['frame']).toBeTruthy();
	await again.kill();
});
