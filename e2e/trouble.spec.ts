// What goes wrong around the page: companion, storage, browser, other pages. Each has one clear message, and the play goes on
// where it can. Seed 1.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import { calls, choosePractice, expectPhase, playPractice, questions, readLedger, readTable, view } from './fixtures/falsework.ts';
import { expect, test } from './fixtures/test.ts';
import { addTier, dropProfile, openGame, shareGame, SHARES_THE_GAME } from './fixtures/window.ts';

test.use({ launchOptions: SHARES_THE_GAME });
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist', 'companion', 'cli.js');

test('a companion killed in mid-play leaves advice and a notice, and the practice game does not mind', async ({ page, context, site }) => {
	await page.goto(site.url);
	await openGame(context, site.companion.origin);
	await shareGame(page);
	await site.companion.kill('SIGKILL');
	const notice = page.locator('[data-notice="companion"]');
	await expect(notice).toContainText('The companion is away');
	await expect(notice).toContainText('what I would do is shown instead');
	await expect(notice.getByRole('button', { name: 'Connect the companion' })).toBeVisible();
	await expectPhase(page, 'playing');
	await expect(page.locator('[data-advice]')).toBeVisible();
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');
	await expect(page.getByRole('button', { name: 'Read its report' })).toBeVisible();

	await playPractice(page);
	await expect.poll(async () => (await readLedger(page)).filter((e) => e.type === 'act' && e.done).length).toBeGreaterThan(1);
	await expect(page.getByText('Practice input')).toBeVisible();
});

test('without a companion the page says what works and the practice game plays', async ({ page, site }) => {
	// A static host: the same page with nothing behind it.
	await page.route(/\/(health|pair|tiers)$/, (route) => route.fulfill({ status: 404, body: 'not here' }));
	await page.goto(site.bare);
	await page.getByRole('button', { name: 'How to let it act' }).click();
	const screen = page.locator('[data-trouble="companion-absent"]');
	await expect(screen).toContainText('npm start');
	await screen.getByRole('button', { name: 'Open the practice game' }).click();
	await expectPhase(page, 'playing');
	await expect(page.getByRole('region', { name: 'Decisions' }).locator('li[data-decision]').first()).toBeVisible();
});

test('a wrong token is not believed, a wrong code neither, and six digits from the terminal pair the page', async ({ page, site }) => {
	await page.addInitScript(() => {
		if (!sessionStorage.getItem('once')) localStorage.setItem('falsework-companion-token', 'f'.repeat(64));
		sessionStorage.setItem('once', '1');
	});
	await page.goto(site.bare);
	await page.getByRole('button', { name: 'Pair it' }).click();
	expect(await page.evaluate(() => localStorage.getItem('falsework-companion-token'))).toBeNull();
	await page.getByRole('button', { name: 'Show a code in its terminal' }).click();
	await expect.poll(() => /Pairing code: (\d{6})/.exec(site.companion.log())?.[1]).toBeDefined();
	const code = /Pairing code: (\d{6})/.exec(site.companion.log())?.[1] ?? '';
	const field = page.getByLabel('Six-digit code, shown by the companion');
	await field.fill(String((Number(code) + 1) % 1_000_000).padStart(6, '0'));
	await page.getByRole('button', { name: 'Pair', exact: true }).click();
	await expect(page.getByRole('alert')).toContainText('not the code');
	await field.fill(code);
	await page.getByRole('button', { name: 'Pair', exact: true }).click();
	await expect(page.locator('[data-pairing="paired"]')).toBeVisible();
	await page.reload();
	await view(page, 'Settings');
	await expect(page.locator('[data-pairing="paired"]')).toBeVisible();
});

test('a page of another origin reaches neither the companion nor its socket, and a rebound host is refused', async ({ page, site }) => {
	const foreign = createServer((_, response) =>
		response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Foreign</title>'),
	);
	await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
	const { port } = foreign.address() as AddressInfo;
	await page.goto(`http://127.0.0.1:${port}/`);
	const outcome = await page.evaluate(async (origin) => {
		const tries: Record<string, string> = {};
		for (const [path, init] of [
			['/tiers', {}],
			['/pair', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"code":"000000"}' }],
			['/pair/show', { method: 'POST', mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body: '{}' }],
		] as const) {
			tries[path] = await fetch(`${origin}${path}`, init).then(
				(r) => `${r.type} ${r.status}`,
				() => 'failed',
			);
		}
		tries.socket = await new Promise<string>((resolve) => {
			const socket = new WebSocket(`${origin.replace('http', 'ws')}/control`);
			socket.onopen = () => resolve('open');
			socket.onerror = () => resolve('refused');
		});
		return tries;
	}, site.companion.origin);
	expect(outcome).toEqual({
		'/tiers': 'failed',
		'/pair': 'failed',
		'/pair/show': expect.stringMatching(/^(failed|opaque 0)$/),
		socket: 'refused',
	});
	// What a page may send without asking first was refused all the same: no code was shown.
	expect(site.companion.log()).not.toContain('Pairing code');
	foreign.close();

	const refused = await new Promise<string>((resolve) => {
		const socket = new WebSocket(`ws://127.0.0.1:${site.companion.port}/control`, {
			origin: `http://rebound.example:${site.companion.port}`,
			headers: { host: `rebound.example:${site.companion.port}` },
		});
		socket.on('error', (error) => resolve(error.message));
		socket.on('open', () => resolve('open'));
	});
	expect(refused).toContain('403');
});

test('a profile with a wrong field is refused with its field and line', async ({ page, site }) => {
	await page.goto(site.url);
	const good = JSON.parse(readFileSync(join(root, 'public', 'profiles', 'practice.json'), 'utf8')) as Record<string, unknown>;
	const wrong = JSON.stringify({ ...good, heartbeatMs: 'soon' }, null, '\t');
	const line = wrong.split('\n').findIndex((l) => l.includes('heartbeatMs')) + 1;
	await dropProfile(page, 'wrong.json', wrong);
	const faults = page.locator('[data-profile-faults]');
	await expect(faults).toContainText('wrong.json is not a profile yet');
	await expect(faults).toContainText('heartbeatMs');
	await expect(faults).toContainText(`line ${line}`);
});

test('a taken port is named with its owner, and exit 1', async ({ site }) => {
	const child = spawn(process.execPath, [cli, 'serve', '--driver', 'dry-run', '--data', site.companion.dataDir], {
		env: { ...process.env, FALSEWORK_PORT: String(site.companion.port) },
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let said = '';
	child.stderr.on('data', (chunk: Buffer) => {
		said += chunk.toString();
	});
	const code = await new Promise((resolve) => child.once('exit', resolve));
	expect(code).toBe(1);
	expect(said).toContain(String(site.companion.port));
	expect(said).toMatch(/Falsework/i);
	expect(said).toMatch(/\d+/);
});

for (const how of ['throws', 'errors'] as const) {
	test(`storage that ${how} is said, and the play goes on in memory`, async ({ page, context, site }) => {
		// The store is opened in a worker, out of an init script's reach: its script is served with a few lines more in front.
		const breaks = (kind: string) => {
			const refused = () => {
				if (kind === 'throws') throw new DOMException('refused in this test', 'SecurityError');
				const request = new EventTarget() as EventTarget & { error?: DOMException; onerror?: (event: Event) => void };
				request.error = new DOMException('refused in this test', 'UnknownError');
				setTimeout(() => {
					const event = new Event('error', { cancelable: true });
					request.onerror?.(event);
					request.dispatchEvent(event);
				});
				return request as unknown as IDBOpenDBRequest;
			};
			IDBFactory.prototype.open = refused;
		};
		await page.addInitScript(breaks, how);
		await context.route(/\/assets\/agent\.worker[^/]*\.js$/, async (route) => {
			const response = await route.fetch();
			await route.fulfill({ response, body: `(${breaks.toString()})(${JSON.stringify(how)});\n${await response.text()}` });
		});
		await page.goto(site.url);
		const screen = page.locator('[data-trouble="storage-refused"]');
		await expect(screen).toContainText('Nothing can be stored here');
		await expect(screen).toContainText('Playing works');
		await screen.getByRole('button', { name: 'Open the practice game' }).click();
		await expectPhase(page, 'playing');
		await expect(page.locator('[data-notice="storage"]')).toContainText('Nothing is being stored');
		await expect(page.getByRole('region', { name: 'Decisions' }).locator('li[data-decision]').nth(2)).toBeVisible({ timeout: 20_000 });
		await view(page, 'Crystals');
		await expect(page.locator('li[data-crystal]').first()).toBeVisible();
		await page.getByRole('button', { name: 'Stop everything' }).click();
		await view(page, 'Reports');
		await expect(page.getByText('Ended: Stop everything was pressed')).toBeVisible();
	});
}

test('a full disk is said, and the play goes on in memory', async ({ page, site }) => {
	const devtools = await page.context().newCDPSession(page);
	// Before the page is opened: the browser remembers for half a minute how much room there was.
	await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.companion.origin, quotaSize: 1 });
	await page.goto(site.url);
	await page.getByRole('button', { name: /^(Play|Open) the practice game$/ }).click();
	await expectPhase(page, 'playing');
	await expect(page.locator('[data-notice="storage"]')).toContainText('no room left', { timeout: 30_000 });
	await expectPhase(page, 'playing');
	const shown = page.getByRole('region', { name: 'Decisions' }).locator('li[data-decision]').first();
	const newest = await shown.getAttribute('data-decision');
	await expect(shown).not.toHaveAttribute('data-decision', newest ?? '', { timeout: 20_000 });
	// Room again: what waited in memory goes to disk.
	await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.companion.origin });
	await expect(page.locator('[data-notice="storage"]')).toHaveCount(0, { timeout: 20_000 });
	const numbers = (await readLedger(page)).map((e) => e.n);
	expect(
		numbers.every((n, i) => i === 0 || n === (numbers[i - 1] ?? 0) + 1),
		'no entry is missing',
	).toBe(true);
});

for (const { lacks, trouble, title } of [
	{ lacks: 'MediaStreamTrackProcessor', trouble: 'no-track-processor', title: 'This browser cannot hand the picture to the agent' },
	{ lacks: 'getDisplayMedia', trouble: 'no-display-capture', title: 'This browser cannot share a window' },
] as const) {
	test(`a browser without ${lacks} has its screen, and the practice game plays`, async ({ page, site }) => {
		await page.addInitScript((name) => {
			if (name === 'getDisplayMedia') Reflect.deleteProperty(MediaDevices.prototype, name);
			else Reflect.deleteProperty(globalThis, name);
		}, lacks);
		await page.goto(site.url);
		await page.getByRole('button', { name: 'Share game window' }).click();
		const screen = page.locator(`[data-trouble="${trouble}"]`);
		await expect(screen.getByRole('heading', { name: title })).toBeVisible();
		await screen.getByRole('button', { name: 'Open the practice game' }).click();
		await expectPhase(page, 'playing');
	});
}

test('a second tab does not play against the first', async ({ page, context, site }) => {
	await page.goto(site.url);
	await playPractice(page);
	const second = await context.newPage();
	await second.goto(site.bare);
	await second.getByRole('button', { name: 'Play the practice game' }).click();
	await expect(second.locator('[data-trouble="other-tab"]')).toContainText('Another tab is playing');
	await expectPhase(page, 'playing');
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');
	await second.locator('[data-trouble="other-tab"]').getByRole('button', { name: 'Try again' }).click();
	await playPractice(second);
});

test('eval is refused everywhere on the page; one worker’s script alone is served with it allowed', async ({
	page,
	context,
	site,
	request,
}) => {
	const policy = (await request.get(site.bare)).headers()['content-security-policy'] ?? '';
	const tries = `const attempt = (work) => { try { work(); return 'ran'; } catch (error) { return error.name; } };
		export const tried = { eval: attempt(() => (0, eval)('1')), function: attempt(() => new Function('return 1')()),
			timeout: attempt(() => setTimeout('1')), markup: attempt(() => { document.createElement('p').innerHTML = '<b>1</b>'; }) };`;
	await context.route('**/assets/tries-eval.js', (route) =>
		route.fulfill({ contentType: 'text/javascript', headers: { 'content-security-policy': policy }, body: tries }),
	);
	let inWorker = '';
	await page.exposeFunction('workerTried', (name: string) => {
		inWorker = name;
	});
	await page.addInitScript(() => {
		new BroadcastChannel('tries-eval').onmessage = ({ data }: MessageEvent<string>) =>
			(window as unknown as { workerTried(name: string): void }).workerTried(data);
	});
	await context.route(/\/assets\/agent\.worker[^/]*\.js$/, async (route) => {
		const response = await route.fetch();
		const first = `let tried = 'ran'; try { (0, eval)('1'); } catch (error) { tried = error.name; } new BroadcastChannel('tries-eval').postMessage(tried);`;
		await route.fulfill({ response, body: `{ ${first} }\n${await response.text()}` });
	});
	const policies = new Map<string, string>();
	page.on('response', (response) => policies.set(new URL(response.url()).pathname, response.headers()['content-security-policy'] ?? ''));
	await page.goto(site.url);
	await playPractice(page);
	// Tried by real scripts of this origin, since what a test evaluates is let through by the developer tools.
	expect(await page.evaluate((path) => import(path).then((m: { tried: object }) => m.tried), '/assets/tries-eval.js')).toEqual({
		eval: 'EvalError',
		function: 'EvalError',
		timeout: 'TypeError',
		markup: 'TypeError',
	});
	await expect.poll(() => inWorker).toBe('EvalError');

	const served = readdirSync(join(root, 'dist', 'page', 'assets')).filter((name) => name.endsWith('.js'));
	const allowed: string[] = [];
	const blobs: string[] = [];
	for (const name of served) {
		const policy = (await request.get(`${site.companion.origin}/assets/${name}`)).headers()['content-security-policy'] ?? '';
		expect(policy).toContain("default-src 'none'");
		if (policy.includes("'unsafe-eval'")) allowed.push(name);
		if (policy.includes("worker-src 'self' blob:")) blobs.push(name);
	}
	expect(allowed).toEqual([expect.stringMatching(/^opencv\.worker/)]);
	expect(blobs).toEqual([expect.stringMatching(/^llm-cpu\.worker/)]);
	expect(policies.get('/')).not.toContain("'unsafe-eval'");
	expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('Erase everything leaves nothing in the browser and no key with the companion; no frame was ever kept', async ({ page, site }) => {
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	await expect.poll(async () => (await readTable(page, 'crystals')).length, { timeout: 30_000 }).toBeGreaterThan(5);
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(page, 'stopped');

	await view(page, 'Models');
	await addTier(page, { base: 'http://127.0.0.1:9/v1' });
	const keys = join(site.companion.dataDir, 'tiers.json');
	await expect.poll(() => existsSync(keys)).toBe(true);

	// An exemplar is a patch; half a frame's pixels, at a byte each, is far more than any patch has.
	const blobs = (await readTable(page, 'blobs')) as readonly { name: string; bytes: Uint8Array }[];
	expect(blobs.length).toBeGreaterThan(0);
	const biggest = Math.max(...blobs.map((b) => Object.keys(b.bytes).length));
	expect(biggest).toBeLessThan((960 * 540) / 2);
	for (const table of ['ledger', 'reports', 'settings', 'crystals']) {
		expect(JSON.stringify(await readTable(page, table)), `no picture in ${table}`).not.toMatch(/data:image|iVBORw0KGgo/);
	}
	expect(calls(await readLedger(page))).toBeGreaterThan(0);

	await view(page, 'Storage');
	await page.getByRole('button', { name: 'Erase everything' }).click();
	const dialog = page.getByRole('alertdialog', { name: 'Erase everything?' });
	await expect(dialog.getByRole('button', { name: 'Erase it all' })).toBeDisabled();
	await dialog.getByLabel(/^Type/).fill('erase');
	const reloaded = page.waitForEvent('load');
	await dialog.getByRole('button', { name: 'Erase it all' }).click();
	await reloaded;
	await expect(page.getByRole('button', { name: 'Play the practice game' })).toBeVisible();
	for (const table of ['crystals', 'blobs', 'vectors', 'ledger', 'sessions', 'reports', 'settings', 'setAside']) {
		expect(await readTable(page, table), table).toEqual([]);
	}
	expect(
		await page.evaluate(async () => [await caches.keys(), Object.keys(localStorage).filter((k) => k !== 'falsework-settings')]),
	).toEqual([[], []]);
	expect(existsSync(keys)).toBe(false);
	await expect(page.locator('[data-pairing="paired"]')).toHaveCount(0);
	expect(questions(await readLedger(page))).toEqual([]);
});
