// The nine rows of the crystallisation protocol, measured where they are used: two sessions of the practice game in a real browser on one
// store, then one in which somebody sends the hero about by the map, and what the ledger of all says that each answer took. Nothing is
// looked up for the bench's own sake.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser, QUIET_SWITCHES } from '../browser.mjs';
import { ensureBuilt } from '../build.mjs';
import { startCompanion } from '../companion.mjs';
import { playPractice } from '../play-session.mjs';
import { log } from '../setup.mjs';

const MINUTES = [4, 2];
const SEED = 7;
const PORT = 5967;
/** The Hollow's rooms from end to end: each journey leads through others. */
const ROOMS = ['Village', 'Crypt', 'Meadow', 'Crypt', 'Village', 'Meadow'];
const JOURNEYS = 30;
/** Game seconds a second. */
const SPEED = 2;
/** A journey that takes longer came to nothing. */
const JOURNEY_MS = 60_000;

/**
 * A session of the same store in which a person clicks on the map.
 *
 * @returns {Promise<{ report: any, made: number }>} its report, and how many journeys were set out on
 */
async function travel(store) {
	const { chromium } = await import('playwright');
	const companion = await startCompanion({ dataDir: join(store, 'companion'), port: PORT });
	const context = await chromium.launchPersistentContext(join(store, 'chrome'), {
		executablePath: ensureBrowser(),
		args: [...QUIET_SWITCHES, '--password-store=basic'],
		viewport: { width: 1280, height: 900 },
	});
	try {
		const page = context.pages()[0] ?? (await context.newPage());
		await page.addInitScript((practice) => localStorage.setItem('falsework-settings', JSON.stringify({ practice })), {
			seed: SEED,
			speed: SPEED,
		});
		// What `play --teacher` says for the person, they say themselves here: the same scripted teacher may be asked.
		const consents = page.getByRole('button', { name: 'This session' });
		await page.addLocatorHandler(consents, () => consents.click());
		await page.goto(companion.url);
		await page.getByRole('button', { name: 'Play the practice game' }).click();
		await page.locator('[data-phase="playing"]').waitFor();
		await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Map' }).click();
		const map = page.getByRole('region', { name: 'Map' });
		const places = map.getByRole('region', { name: 'Places' });
		await places.getByRole('button').first().waitFor({ timeout: JOURNEY_MS });
		const under = map.locator('[data-travel]');
		let made = 0;
		for (let i = 0; made < JOURNEYS && i < 2 * JOURNEYS; i++) {
			// A room that was seen twice before it was known for one has a number as well.
			const place = places.getByRole('button', { name: new RegExp(`^${ROOMS[i % ROOMS.length]}\\b(?! \\d)`) });
			if ((await place.count()) === 0) continue;
			await place.click();
			const go = map.getByRole('button', { name: 'Go there' });
			await go.click();
			await under.waitFor({ timeout: 5000 }).catch(() => undefined);
			await under.waitFor({ state: 'detached', timeout: JOURNEY_MS }).catch(() => map.getByRole('button', { name: 'Cancel' }).click());
			made++;
		}
		await page.getByRole('button', { name: 'Stop everything' }).click();
		return { report: await reportOf(page), made };
	} finally {
		await context.close();
		await companion.close();
	}
}

/** The report of the session that ends now, once it is in the store. */
async function reportOf(page) {
	await page.locator('[data-phase="stopped"]').waitFor();
	for (let tries = 0; tries < 60; tries++, await page.waitForTimeout(500)) {
		const rows = await page.evaluate(
			() =>
				new Promise((resolve, reject) => {
					const opening = indexedDB.open('falsework');
					opening.onerror = () => reject(opening.error);
					opening.onsuccess = () => {
						const reading = opening.result.transaction('reports').objectStore('reports').getAll();
						reading.onerror = () => reject(reading.error);
						reading.onsuccess = () => {
							opening.result.close();
							resolve(reading.result);
						};
					};
				}),
		);
		if (rows.length > MINUTES.length) return JSON.parse(rows.toSorted((a, b) => b.endedAt - a.endedAt)[0].report.json);
	}
	throw new Error('The session that travelled left no report.');
}

export async function run() {
	await ensureBuilt({ log });
	const store = mkdtempSync(join(tmpdir(), 'falsework-protocol-'));
	try {
		for (const minutes of MINUTES) {
			log(`Playing ${minutes} minutes …`);
			const played = await playPractice({ minutes, store, port: PORT, options: { seed: SEED } });
			if (played.code !== 0) throw new Error(`The session ended with code ${played.code}: ${played.said}`);
		}
		log(`Sending the hero about, ${JOURNEYS} times …`);
		const { report, made } = await travel(store);
		const lines = report.protocol;
		const told = (line) => {
			if (line.p50Ms === null) return 'never used here';
			return `median ${line.p50Ms <= line.targetMs ? 'within' : 'over'} ${line.targetMs} ms, 99 % ${line.p99Ms <= line.targetMs ? 'within' : 'over'}`;
		};
		return {
			rows: lines
				.filter((line) => line.p50Ms !== null)
				.map((line) => ({
					what: line.file,
					who: 'falsework',
					unit: 'ms',
					n: line.replaced,
					p10: line.p10Ms,
					median: line.p50Ms,
					p99: line.p99Ms,
				})),
			ratios: [],
			accuracy: Object.fromEntries(
				lines.flatMap((line) => [
					[`${line.file}: held`, line.held],
					[`${line.file}: calls replaced`, line.replaced],
				]),
			),
			notes: [
				'The teacher is scripted. Times are of whole answers that used such a crystal: one that reads a text and finds elements is in both rows.',
				`Journeys by the map in the last session: ${made}.`,
				...lines.map(
					(line) => `${line.output} → ${line.becomes} (${line.file}): ${line.held} held, ${line.replaced} calls replaced; ${told(line)}`,
				),
			],
		};
	} finally {
		rmSync(store, { recursive: true, force: true });
	}
}
