// Page modules of src/tools/bench, built and run in a real browser.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureJsPeers } from './bench/peers/setup-js.mjs';
import { ensureBrowser, QUIET_SWITCHES } from './browser.mjs';
import { root } from './files.mjs';
import { ensureWeights } from './models/weights.mjs';
import { serveFolder } from './serve.mjs';
import { log } from './setup.mjs';

/** Tesseract talks to itself on the console. */
const PEER_TALK =
	/^(Error in (box|pix)|Warning: ?(guessing|Invalid resolution)|Estimating resolution|Parameter not found|Image too small|Line cannot)/i;

/**
 * Builds the page modules, serves them and opens one in a page of its own.
 *
 * @param {string} name  of the module, without its ending
 * @param {{ weights?: readonly string[], peers?: string, mode?: string }} wants  real weights under /weights/, the peers of that
 *   bench that run in a browser under /peers-js/; `mode` is the one of vite.config.ts that builds it
 * @returns {Promise<{ peers: boolean, version: string, call: (what: string, ...given: any[]) => Promise<any>, close: () => Promise<void> }>}
 *   `call` runs an export of the module; its state stays from one call to the next
 */
export async function openModule(name, { weights, peers: wanted, mode = 'bench' } = {}) {
	const built = spawnSync(
		process.execPath,
		[join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--mode', mode, '--logLevel', 'warn'],
		{ cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' } },
	);
	if (built.status !== 0) throw new Error(`The bench "${name}" could not be built (see above).`);
	const also = weights === undefined ? {} : { '/weights/': await ensureWeights(weights, { log }) };
	const peers = wanted === undefined ? {} : await ensureJsPeers(wanted);
	if (peers.why !== undefined) log(`Without peers in the browser: ${peers.why}.`);
	if (peers.folder !== undefined) also['/peers-js/'] = peers.folder;
	const { chromium } = await import('playwright');
	const site = await serveFolder(join(root, '.cache', mode), { also });
	// Timers finer than the default 0.1 ms, and a page that is never slowed down for standing in the background.
	const browser = await chromium.launch({
		executablePath: ensureBrowser(),
		args: [
			...QUIET_SWITCHES,
			'--disable-renderer-backgrounding',
			'--disable-background-timer-throttling',
			'--disable-backgrounding-occluded-windows',
		],
	});
	const close = async () => {
		await browser.close();
		await site.close();
	};
	try {
		log(`Browser ${browser.version()}.`);
		const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
		page.on('console', (message) => message.type() === 'error' && !PEER_TALK.test(message.text()) && log(`page: ${message.text()}`));
		page.on('pageerror', (error) => log(`page: ${error.message}`));
		const session = await browser.newBrowserCDPSession();
		await page.exposeFunction('falseworkProcesses', () => processTimes(session));
		await page.exposeFunction('falseworkLog', (line) => log(String(line)));
		await page.goto(`${site.origin}/empty.html`);
		return {
			peers: peers.folder !== undefined,
			version: browser.version(),
			call: (what, ...given) =>
				page.evaluate(async ([module, fn, args]) => (await import(module))[fn](...args), [`/${name}.js`, what, given]),
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

async function processTimes(session) {
	const { processInfo } = await session.send('SystemInfo.getProcessInfo');
	return processInfo.map(({ id, type, cpuTime }) => ({ pid: id, type, cpuSeconds: cpuTime, threads: threadsOf(id) }));
}

/** CPU time by thread from /proc, in seconds; empty on systems without it. */
function threadsOf(pid) {
	const tasks = `/proc/${pid}/task`;
	if (!existsSync(tasks)) return [];
	const sums = new Map();
	for (const task of readdirSync(tasks)) {
		try {
			const stat = readFileSync(join(tasks, task, 'stat'), 'utf8');
			const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
			const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			// utime and stime, in clock ticks: 100 a second on every Linux that runs this.
			sums.set(name, (sums.get(name) ?? 0) + (Number(fields[11]) + Number(fields[12])) / 100);
		} catch {
			// The thread ended while we looked.
		}
	}
	return [...sums].map(([name, cpuSeconds]) => ({ name, cpuSeconds }));
}
