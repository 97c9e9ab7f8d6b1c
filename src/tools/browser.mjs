// Finds a Chrome or Chromium, or gets one.
import { existsSync } from 'node:fs';
import { ensurePrograms, which } from './setup.mjs';

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome'];
const ELSEWHERE = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => `${process.env[name]}\\Google\\Chrome\\Application\\chrome.exe`),
];

/** Switches for every browser the tests start: nothing of its own goes out to the network. */
export const QUIET_SWITCHES = [
	'--no-sandbox',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** @returns {string | undefined} path of the browser: $CHROME when set, else the system's */
export function findBrowser() {
	const named = process.env.CHROME;
	if (named !== undefined && named !== '') return existsSync(named) ? named : which(named);
	for (const name of NAMES) {
		const path = which(name);
		if (path !== undefined) return path;
	}
	return ELSEWHERE.find((path) => existsSync(path));
}

/** @returns {string} path of a browser, installed first if that can be done without asking; throws the line a person needs */
export function ensureBrowser() {
	const found = findBrowser();
	if (found !== undefined) return found;
	ensurePrograms({ chromium: 'chromium' });
	const installed = findBrowser();
	if (installed !== undefined) return installed;
	throw new Error(
		'No Chrome or Chromium found. Install one (Debian, Ubuntu: "sudo apt install chromium"; elsewhere: https://www.google.com/chrome), or put its path in CHROME.',
	);
}
