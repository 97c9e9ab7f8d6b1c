import { defineConfig } from 'playwright/test';
import { ensureBrowser, QUIET_SWITCHES } from '../src/tools/browser.mjs';

const report = process.env.PLAYWRIGHT_JSON_OUTPUT_NAME;
const full = process.env.FALSEWORK_FULL === '1';

export default defineConfig({
	testDir: '.',
	testMatch: '**/*.spec.ts',
	outputDir: '../test-results',
	workers: 1,
	fullyParallel: false,
	// A test that passes at the second try hides something; none of ours may.
	retries: 0,
	forbidOnly: true,
	timeout: 120_000,
	expect: { timeout: 15_000 },
	// Some 8 minutes on two quiet cores, 20 with the long ones; a busy machine may take three times as long.
	globalTimeout: (full ? 60 : 30) * 60_000,
	reporter: [['list'], ...(report === undefined ? [] : ([['json', { outputFile: report }]] as ['json', { outputFile: string }][]))],
	use: {
		browserName: 'chromium',
		headless: true,
		viewport: { width: 1280, height: 800 },
		trace: 'off',
		screenshot: 'only-on-failure',
		// Specs look at the page as the server sends it, by routes that a service worker would answer past; its own specs open their
		// browsers themselves (fixtures/static-host.ts).
		serviceWorkers: 'block',
		// A click that waits for longer waits for something that does not come.
		actionTimeout: 15_000,
		launchOptions: { executablePath: ensureBrowser(), args: [...QUIET_SWITCHES] },
	},
});
