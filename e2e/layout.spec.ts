// The practice game's interface is drawn larger while it is played, and smaller again: what was known is found again by one factor and
// answers at the new size without a model. Seed 1, speed 1.
import type { Page } from 'playwright/test';
import type { QuestionEntry } from '../src/core/ledger.ts';
import {
	choosePractice,
	playPractice,
	questions,
	readCrystals,
	readLedger,
	stopEverything,
	view,
	wrongActedOn,
} from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';

/** Answers running by crystals that count as knowing the screen. */
const LOCAL = 5;
/** Twenty seconds of the practice game's frames. The game goes on, and what is new in it is asked about as at any size. */
const TICKS_MOST = 300;
/** What was trusted may be asked about so often all the same: a text may say something new just then. */
const ASKED_MOST = 2;

const perceptions = async (page: Page) => questions(await readLedger(page)).filter((e) => e.ask === 'perception' && e.tier !== null);

/** Draws the game at another size, as a person does, in the settings. @returns when, by the page's clock */
async function draw(page: Page, scale: '100 %' | '150 %'): Promise<number> {
	await view(page, 'Settings');
	const at = await page.evaluate(() => Date.now());
	await page.getByRole('group', { name: 'Scale' }).getByRole('button', { name: scale }).click();
	await view(page, 'Play');
	return at;
}

interface Stored {
	readonly kind: string;
	readonly state: string;
	readonly scope: { readonly layout: string };
	readonly data: { readonly element?: string; readonly fact?: string };
}

/** Elements, and facts as `fact NAME`, that crystals answer for at a size. */
async function trustedAt(page: Page, layout: string): Promise<ReadonlySet<string>> {
	const here = (await readCrystals<Stored>(page)).filter((c) => c.scope.layout === layout && c.state === 'autonomous');
	return new Set(
		here.flatMap(({ kind, data }) =>
			kind === 'template' ? (data.element ?? []) : kind === 'region' && data.fact !== undefined ? `fact ${data.fact}` : [],
		),
	);
}

/** Whether a model was asked about what was known before, and not about something new that the game showed. */
function asksAgain({ misses, calls }: QuestionEntry, trusted: ReadonlySet<string>): boolean {
	const [miss] = misses;
	if (calls === 0 || miss === undefined) return false;
	if (miss.reason === 'shadow') {
		const names = / not trusted yet$/.test(miss.detail) ? miss.detail.replace(/…? not trusted yet$/, '').split(', ') : undefined;
		return names === undefined || names.some((name) => trusted.has(name));
	}
	return miss.reason === 'no-crystal' || (miss.detail.startsWith('fact ') && !miss.detail.includes('unknown text'));
}

/**
 * Waits until crystals answer at the new size, and an act has been checked there.
 *
 * @param here     whether a crystal belongs to that size, by its id
 * @param trusted  what was known before
 */
async function localAgain(page: Page, since: number, here: (id: string) => boolean, trusted: ReadonlySet<string>): Promise<void> {
	const answers = async () => (await perceptions(page)).filter((e) => e.at >= since && e.tier === 'crystal' && e.used.some(here));
	await expect.poll(async () => (await answers()).length, { timeout: 60_000, message: 'local answers' }).toBeGreaterThanOrEqual(LOCAL);
	const [first] = (await answers()) as [QuestionEntry];
	expect(first.tick, 'ticks until the first local answer').toBeLessThanOrEqual(TICKS_MOST);
	const checked = async () =>
		(await readLedger(page)).filter((e) => e.at >= first.at && e.type === 'verdict' && e.by === 'truth' && e.ask === 'perception');
	await expect.poll(async () => (await checked()).length, { timeout: 60_000, message: 'acts held against truth' }).toBeGreaterThan(0);
	const again = (await perceptions(page)).filter((e) => e.at >= since && asksAgain(e, trusted));
	expect(again.length, JSON.stringify(again.map((e) => e.misses))).toBeLessThanOrEqual(ASKED_MOST);
}

test('an interface drawn larger, and smaller again, is found again and answered without a model', async ({ page, site }) => {
	// Some 45 s where both cores are free, and ten times as long where eight others want them.
	test.setTimeout(480_000);
	await choosePractice(page, { seed: 1, speed: 1 });
	await page.goto(site.url);
	await playPractice(page);
	await expect
		.poll(async () => (await perceptions(page)).slice(-LOCAL).filter((e) => e.tier === 'crystal').length, { timeout: 180_000 })
		.toBe(LOCAL);

	const trusted = await trustedAt(page, '960x540');
	expect(trusted.size).toBeGreaterThan(8);
	const larger = await draw(page, '150 %');
	const notice = page.locator('[data-notice="resized"]');
	await expect(notice).toContainText(/The window is 1440 × 810 now\s+\d+ of \d+ elements found again at 1\.50 ×/, { timeout: 60_000 });
	await localAgain(page, larger, (id) => id.endsWith('.1440x810'), trusted);

	const smaller = await draw(page, '100 %');
	await expect(notice).toContainText('960 × 540 now');
	await localAgain(page, smaller, (id) => !id.endsWith('.1440x810'), trusted);

	await stopEverything(page);
	expect(wrongActedOn(await readLedger(page)), 'wrong perceptions acted upon').toEqual([]);
});
