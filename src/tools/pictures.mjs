// `npm run pictures`: the pictures of the web manifest, made of the page as it is built. Screenshots for the browser's install
// dialog, wide and narrow, after a minute of the practice game; and the small maskable icon, from the big one.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser, QUIET_SWITCHES } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { startCompanion } from './companion.mjs';
import { root } from './files.mjs';
import { log } from './setup.mjs';

const PLAY_MS = 60_000;
/** A busy machine lets the picture stand still now and then; it is taken once play goes on. */
const LIMIT_MS = 5 * 60_000;
const SIZES = [
	{ name: 'wide', viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
	{ name: 'narrow', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
];
const folder = join(root, 'public', 'screenshots');

async function screenshots(browser) {
	mkdirSync(folder, { recursive: true });
	for (const { name, ...size } of SIZES) {
		const dataDir = mkdtempSync(join(tmpdir(), 'falsework-pictures-'));
		const site = await startCompanion({ dataDir });
		const context = await browser.newContext({ ...size, colorScheme: 'light', reducedMotion: 'reduce', serviceWorkers: 'block' });
		try {
			const page = await context.newPage();
			await page.addInitScript(() => localStorage.setItem('falsework-settings', JSON.stringify({ practice: { seed: 1, speed: 2 } })));
			await page.goto(site.url);
			await page.getByRole('button', { name: 'Play the practice game' }).click();
			await page.locator('[data-phase="playing"]').waitFor();
			await page.waitForTimeout(PLAY_MS);
			await untilItPlays(page);
			await page.screenshot({ path: join(folder, `play-${name}.png`) });
			await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Crystals' }).click();
			await page.locator('li[data-crystal] canvas').first().waitFor();
			await page.locator('[data-notice]').waitFor({ state: 'detached', timeout: LIMIT_MS });
			await page.screenshot({ path: join(folder, `crystals-${name}.png`) });
			log(`public/screenshots: play-${name}.png, crystals-${name}.png`);
		} finally {
			await context.close();
			await site.close();
			rmSync(dataDir, { recursive: true, force: true });
		}
	}
}

/** Resolves when most is answered by crystals and nothing stands in the way. A picture that stands still is opened anew. */
async function untilItPlays(page) {
	const meter = page.getByRole('meter', { name: 'Perception sovereignty' });
	const anew = page.getByRole('button', { name: 'Open the practice game anew' });
	for (const until = Date.now() + LIMIT_MS; Date.now() < until; await page.waitForTimeout(1000)) {
		if (await anew.isVisible()) await anew.click();
		else if (Number(await meter.getAttribute('aria-valuenow')) >= 60 && (await page.locator('[data-notice]').count()) === 0) return;
	}
	throw new Error('The practice game did not settle; is this machine busy with something else?');
}

/** Draws a PNG smaller. @returns {Promise<Buffer>} */
async function shrink(browser, png, side) {
	const page = await browser.newPage();
	const url = await page.evaluate(
		async ([base64, to]) => {
			const image = new Image();
			image.src = `data:image/png;base64,${base64}`;
			await image.decode();
			const canvas = Object.assign(document.createElement('canvas'), { width: to, height: to });
			const context = canvas.getContext('2d');
			context.imageSmoothingQuality = 'high';
			context.drawImage(image, 0, 0, to, to);
			return canvas.toDataURL('image/png');
		},
		[png.toString('base64'), side],
	);
	await page.close();
	return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

await ensureBuilt();
const { chromium } = await import('playwright');
const browser = await chromium.launch({ executablePath: ensureBrowser(), args: [...QUIET_SWITCHES] });
try {
	const icon = (side) => join(root, 'public', `icon-maskable-${side}.png`);
	writeFileSync(icon(192), await shrink(browser, readFileSync(icon(512)), 192));
	await screenshots(browser);
} finally {
	await browser.close();
}
