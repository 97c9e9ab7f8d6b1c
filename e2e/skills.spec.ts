// Skills as cards on the practice game: brought in as SKILL.md, run at a person's word, named, approved, pinned, retired, taken back and
// saved; a bad file is refused with its place. Axe finds nothing on the card, big and small, light and dark. The plan's goal is shown. Seed 1.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright/test';
import { freshStat } from '../src/core/crystals/crystal.ts';
import { writeSkillDocument } from '../src/core/crystals/skill/document.ts';
import type { SkillData } from '../src/core/crystals/skill/schema.ts';
import { checkLooks } from './fixtures/axe.ts';
import { choosePractice, expectPhase, playPractice, questions, readCrystals, readLedger, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

const data: SkillData = {
	description: 'Stands still for a moment, twice.',
	goal: 'wait and see',
	words: [],
	params: [],
	when: [],
	unless: [{ f: 'hp', op: '<=', v: 0 }],
	steps: [{ act: { verb: 'wait', args: { ms: 150 } } }, { act: { verb: 'wait', args: { ms: 250 } } }],
	expects: [],
	until: [],
	layer: 'idle',
	origin: 'file',
	from: [],
	version: 1,
};
const scope = { game: 'practice', gameVersion: 'any', language: 'en', layout: 'any' };
const good = writeSkillDocument({ name: 'wait-and-see', data, stat: freshStat(), scope }, 'practice');

interface StoredSkill {
	readonly name: string;
	readonly kind: string;
	readonly state: string;
	readonly pinned?: boolean;
}
async function stored(page: Page): Promise<StoredSkill | undefined> {
	return (await readCrystals<StoredSkill>(page)).find((c) => c.kind === 'skill' && c.name.startsWith('wait'));
}

test('a skill is brought in, run, named, approved, pinned, retired and saved, and all of it is taken back', async ({ page, site }) => {
	test.setTimeout(300_000);
	await choosePractice(page, { seed: 1, speed: 1 });
	await page.goto(site.url);
	await playPractice(page);
	await expect(page.getByTitle('The goal of the plan that is pursued now')).toBeVisible({ timeout: 60_000 });
	await view(page, 'Crystals');
	const gallery = page.getByRole('region', { name: 'Crystals', exact: true });
	const file = gallery.getByLabel('Import SKILL.md');
	const bring = (text: string) => file.setInputFiles({ name: 'SKILL.md', mimeType: 'text/markdown', buffer: Buffer.from(text) });

	await bring(good.replace('name: wait-and-see', 'name: ../wait-and-see'));
	await expect(page.getByRole('alert').filter({ hasText: 'The skill cannot be used: ' })).toBeVisible();
	await bring(good.replace('---\n', '---\nrun: rm\n'));
	await expect(page.getByRole('alert').filter({ hasText: 'run' })).toBeVisible();
	await bring(good.replace('metadata:', 'license: &a ["x"]\ncompatibility: [*a, *a, *a, *a]\nmetadata:'));
	await expect(page.getByRole('alert').filter({ hasText: 'anchors are not taken' })).toBeVisible();
	await bring(good.replace('"goal":', '"__proto__": {}, "goal":'));
	await expect(page.getByRole('alert').filter({ hasText: 'it has the key "__proto__"' })).toBeVisible();
	await bring(`${good}${' '.repeat(2_000_000)}`);
	await expect(page.getByRole('alert').filter({ hasText: 'SKILL.md is too long: a SKILL.md has at most 1 MB.' })).toBeVisible();
	await bring(good.replaceAll('"verb": "wait"', '"verb": "fly"'));
	await expect(page.getByRole('alert').filter({ hasText: 'step 1: verb "fly" is not an action of this game' })).toBeVisible();
	expect(await stored(page)).toBeUndefined();
	await bring(good);
	await expect.poll(async () => (await stored(page))?.state).toBe('shadow');
	await bring(good.replace('name: wait-and-see', 'name: wait-again'));
	await expect(page.getByRole('alert').filter({ hasText: 'it does what "wait-and-see" does, which is here already' })).toBeVisible();

	await gallery.getByRole('group', { name: 'Kind of crystal' }).getByRole('button', { name: 'Skills' }).click();
	await gallery.getByRole('button', { name: 'Details of wait-and-see' }).click();
	const panel = gallery.locator('[data-detail]');
	await expect(panel.getByText('wait(ms: 150)', { exact: true })).toBeVisible();
	const run = panel.getByRole('button', { name: 'Run wait-and-see now' });
	const waits = async () => {
		const entries = await readLedger(page);
		const from = entries.findIndex((e) => e.type === 'intervention' && e.what === 'run');
		return entries.slice(Math.max(0, from)).flatMap((e) => (from >= 0 && e.type === 'act' && e.done ? [e.act.args['ms']] : []));
	};
	// Where the screen changes under a step that is still on its way, the run is given up.
	await expect(async () => {
		await run.click({ timeout: 5000 });
		await expect.poll(waits, { timeout: 10_000 }).toEqual(expect.arrayContaining([150, 250]));
	}).toPass({ timeout: 60_000 });
	// A person's word is no decision.
	expect(questions(await readLedger(page)).filter((q) => q.used.some((id) => id.startsWith('skill-')))).toEqual([]);

	await page.getByRole('button', { name: 'Pause' }).click();
	await expectPhase(page, 'paused');
	await expect(run).toBeDisabled();
	await expect(run).toHaveAccessibleDescription(/Not now: play is paused/);
	for (const [width, height] of [
		[1440, 900],
		[390, 844],
	] as const) {
		await page.setViewportSize({ width, height });
		await checkLooks(page, 'skill', String(width));
	}
	await page.setViewportSize({ width: 1440, height: 900 });

	const saving = page.waitForEvent('download');
	await panel.getByRole('button', { name: 'Save wait-and-see as SKILL.md' }).click();
	const saved = readFileSync(await (await saving).path(), 'utf8');
	expect(saved.split('\n').slice(0, 2)).toEqual(['---', 'name: wait-and-see']);
	expect(saved).toMatch(/"ms":\s*250/);

	await panel.getByRole('textbox', { name: 'Name' }).fill('wait-a-while');
	await panel.getByRole('button', { name: 'Rename wait-and-see' }).click();
	await expect.poll(async () => (await stored(page))?.name).toBe('wait-a-while');
	await panel.getByRole('button', { name: 'Approve wait-a-while' }).click();
	await expect.poll(async () => (await stored(page))?.state).toBe('autonomous');
	await panel.getByRole('button', { name: 'Pin wait-a-while' }).click();
	await expect.poll(async () => (await stored(page))?.pinned).toBe(true);
	await panel.getByRole('button', { name: 'Retire wait-a-while' }).click();
	await expect.poll(async () => (await stored(page))?.state).toBe('retired');
	await expect(panel.getByRole('button', { name: 'Run wait-a-while now' })).toBeDisabled();

	const undo = gallery.getByRole('button', { name: /^Undo:/ });
	for (let left = 4; left > 0; left--) await undo.click();
	await expect.poll(async () => await stored(page)).toMatchObject({ name: 'wait-and-see', state: 'shadow', pinned: false });
	await gallery.getByRole('button', { name: 'Undo: took 1 skill of a SKILL.md' }).click();
	await expect.poll(async () => (await stored(page))?.state).toBe('retired');
});
