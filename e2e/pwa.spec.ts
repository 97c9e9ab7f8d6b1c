// The page as an app: its manifest as the browser reads it, one service worker that waits with a new version until play has ended,
// isolation where the host sends no headers, packs that come from outside, and the companion seen from another address. Seed 1.
import { request as httpRequest, createServer } from 'node:http';
import type { BrowserContext, Page } from 'playwright/test';
import { faded, faultsOf } from './fixtures/axe.ts';
import { choosePractice, expectPhase, playPractice, readTable, view } from './fixtures/falsework.ts';
import { makeVersion, openProfile, startStaticHost, type StaticHost } from './fixtures/static-host.ts';
import { expect, freePort, startCompanion, test as base } from './fixtures/test.ts';

const ISOLATING = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** A static host that isolates by itself, so that no reload comes between; and a browser with nothing in it. */
const test = base.extend<{ host: StaticHost; profile: BrowserContext; app: Page }>({
	host: async ({}, use) => {
		const host = await startStaticHost(ISOLATING);
		await use(host);
		await host.close();
	},
	profile: async ({}, use, info) => {
		const profile = await openProfile(info.outputPath('profile'));
		await use(profile);
		await profile.close();
	},
	app: async ({ profile, host }, use) => {
		const page = profile.pages()[0] ?? (await profile.newPage());
		await choosePractice(page, { seed: 1, speed: 2 });
		await page.goto(host.url);
		await use(page);
	},
});

const storedFor = async (page: Page): Promise<void> => {
	await page.evaluate(async () => void (await navigator.serviceWorker.ready));
};
const version = (page: Page) => page.locator('meta[name="version"]').getAttribute('content', { timeout: 5000 });
/** A mark that no reload survives. */
const mark = (page: Page) => page.evaluate(() => ((window as { mark?: boolean }).mark = true));
const marked = (page: Page) => page.evaluate(() => (window as { mark?: boolean }).mark === true);
const installOffer = (page: Page) => page.locator('[data-offer="install"]');
const updateOffer = (page: Page) => page.locator('[data-offer="update"]');

/** What axe finds on the page as it is now, in both themes. */
async function expectNoFaults(page: Page, what: string): Promise<void> {
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await faded(page);
		expect(await faultsOf(page), `${what}, ${colorScheme}`).toEqual([]);
	}
}

test('the browser finds the manifest sound and the page installable', async ({ app, profile }) => {
	await storedFor(app);
	const cdp = await profile.newCDPSession(app);
	const { errors, data } = await cdp.send('Page.getAppManifest');
	expect(errors).toEqual([]);
	expect((JSON.parse(data ?? '{}') as { id: string }).id).toBe('falsework');
	const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
	// A browser without a window of its own installs nothing; every other reason would be ours.
	expect(installabilityErrors.map((e) => e.errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
	expect((await cdp.send('Page.getAppId')).appId).toBe(new URL('/falsework', app.url()).href);
});

test('a new version waits until play has ended in every tab, and the offer to install until something was learnt @full', async ({
	app,
	profile,
	host,
}) => {
	test.setTimeout(180_000);
	await storedFor(app);
	const next = makeVersion('next');
	try {
		await playPractice(app);
		await mark(app);
		host.serve(next.folder);
		await view(app, 'Settings');
		await app.getByRole('button', { name: 'Look for a new version' }).click();
		await expect(app.getByText('It waits until play has ended.')).toBeVisible();
		await expect(app.getByRole('button', { name: 'Load the new version' })).toBeDisabled();
		await view(app, 'Play');
		await expect(updateOffer(app)).toHaveCount(0);
		await expectPhase(app, 'playing');
		await expect.poll(async () => (await readTable(app, 'crystals')).length, { timeout: 60_000 }).toBeGreaterThan(0);
		await expect(app.getByTitle('Time played, pauses left out')).toHaveText(/0:3[1-9]|0:[45]|[1-9]:/, { timeout: 60_000 });
		await expect(installOffer(app)).toHaveCount(0);
		await app.getByRole('button', { name: 'Stop everything' }).click();
		await expectPhase(app, 'stopped');
		await expect(updateOffer(app)).toBeVisible();
		expect(await marked(app), 'nothing was reloaded').toBe(true);
		await expect(installOffer(app)).toBeVisible();
		await expectNoFaults(app, 'both offers');
		await view(app, 'Settings');
		await expectNoFaults(app, 'Settings with a new version');
		await view(app, 'Play');
		await installOffer(app).getByRole('button', { name: 'No, thanks' }).click();
		await expect(installOffer(app)).toHaveCount(0);

		// Another tab plays: it would lose its page.
		const second = await profile.newPage();
		await choosePractice(second, { seed: 1 });
		await second.goto(host.url);
		await playPractice(second);
		await mark(second);
		await app.bringToFront();
		await updateOffer(app).getByRole('button', { name: 'Load it' }).click();
		await expect(app.getByRole('alert')).toContainText('waits until play has ended, here and in every other tab');
		expect([await marked(app), await marked(second)]).toEqual([true, true]);
		await expectPhase(second, 'playing');
		await second.getByRole('button', { name: 'Stop everything' }).click();
		await expectPhase(second, 'stopped');

		const reloaded = [app, second].map((page) => page.waitForEvent('load'));
		await updateOffer(app).getByRole('button', { name: 'Load it' }).click();
		await Promise.all(reloaded);
		for (const page of [app, second]) {
			expect(await version(page)).toBe('next');
			expect(await marked(page)).toBe(false);
			await expect(updateOffer(page)).toHaveCount(0);
		}
		const registrations = await app.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map((r) => r.scope));
		expect(registrations).toEqual([host.url]);
		await playPractice(app);
	} finally {
		next.remove();
	}
});

test('a host that serves files of two versions mixed leaves the old one in place', async ({ app, host }) => {
	await storedFor(app);
	const next = makeVersion('half');
	const other = makeVersion('other half');
	try {
		// The worker of one upload, the page of another: its hash cannot fit.
		const { cpSync } = await import('node:fs');
		cpSync(`${other.folder}/index.html`, `${next.folder}/index.html`);
		host.serve(next.folder);
		await view(app, 'Settings');
		await app.getByRole('button', { name: 'Look for a new version' }).click();
		await expect.poll(() => host.asked.filter((name) => name === 'index.html').length).toBeGreaterThan(1);
		await app.reload();
		expect(await app.locator('meta[name="version"]').count()).toBe(0);
		await expect(updateOffer(app)).toHaveCount(0);
		await expect(app.getByRole('button', { name: 'Play the practice game' })).toBeVisible();
	} finally {
		next.remove();
		other.remove();
	}
});

test('a host that sends no headers is isolated by one reload, and never by a second', async ({ profile }) => {
	const host = await startStaticHost();
	try {
		const page = profile.pages()[0] ?? (await profile.newPage());
		let loads = 0;
		page.on('load', () => loads++);
		const again = page.waitForEvent('load', { predicate: () => loads > 1 });
		await page.goto(host.url);
		await again;
		expect(await page.evaluate(() => [crossOriginIsolated, typeof SharedArrayBuffer])).toEqual([true, 'function']);
		await view(page, 'Settings');
		await expect(page.getByText('Uses several threads').locator('..')).toContainText('Yes.');
		expect(loads).toBe(2);

		// A browser in which headers from a service worker isolate nothing.
		const stubborn = await profile.newPage();
		let turns = 0;
		stubborn.on('load', () => turns++);
		await stubborn.addInitScript(() => Object.defineProperty(window, 'crossOriginIsolated', { value: false }));
		const twice = stubborn.waitForEvent('load', { predicate: () => turns > 1 });
		await stubborn.goto(host.url);
		await twice;
		await view(stubborn, 'Settings');
		await expect(stubborn.getByText('No. Text is read with one thread')).toBeVisible();
		await stubborn.reload();
		await view(stubborn, 'Settings');
		await expect(stubborn.getByText('No. Text is read with one thread')).toBeVisible();
		expect(turns, 'one opening, one try, one reload by hand').toBe(3);
		await view(stubborn, 'Play');
		await playPractice(stubborn);
	} finally {
		await host.close();
	}
});

test('a pack from the share sheet or the desktop is looked over, and comes in only by a click', async ({ app, host }) => {
	test.setTimeout(180_000);
	await storedFor(app);
	await playPractice(app);
	await expect.poll(async () => (await readTable(app, 'crystals')).length, { timeout: 90_000 }).toBeGreaterThan(0);
	await app.getByRole('button', { name: 'Stop everything' }).click();
	await expectPhase(app, 'stopped');
	await view(app, 'Storage');
	const download = app.waitForEvent('download');
	await app.getByRole('button', { name: 'Export pack' }).click();
	const { readFileSync } = await import('node:fs');
	const pack = [...readFileSync(await (await download).path())];
	const before = await readTable(app, 'crystals');

	// As the share sheet does it: a form with a file.
	const share = async (bytes: readonly number[], name: string): Promise<void> => {
		const loaded = app.waitForEvent('load');
		await app.evaluate(
			([data, file]) => {
				const form = Object.assign(document.createElement('form'), {
					method: 'post',
					enctype: 'multipart/form-data',
					action: './share-pack',
				});
				const input = Object.assign(document.createElement('input'), { type: 'file', name: 'pack' });
				const files = new DataTransfer();
				files.items.add(new File([new Uint8Array(data)], file));
				input.files = files.files;
				form.append(input);
				document.body.append(form);
				form.submit();
			},
			[bytes, name] as const,
		);
		await loaded;
	};
	await share(pack, 'shared.falsework');
	await expect(app).toHaveURL(host.url);
	const offer = app.locator('[data-pack="offered"]');
	await expect(offer).toContainText('Pack shared.falsework');
	await expect(offer).toContainText('Here already');
	await expect(offer.getByRole('button', { name: 'Import', exact: true })).toBeVisible();
	expect(await readTable(app, 'crystals')).toEqual(before);
	expect(host.asked).not.toContain('share-pack');
	await app.reload();
	await expect(offer).toHaveCount(0);

	await share([1, 2, 3], 'no-pack.zip');
	await expect(app.getByRole('alert')).toContainText('no zip');
	await expect(offer).toHaveCount(0);

	// As the system does it when a pack is opened from the desktop: through the launch queue of a page that runs already.
	await app.addInitScript(() => {
		let consumer: (params: unknown) => void = () => undefined;
		Object.defineProperty(window, 'launchQueue', { value: { setConsumer: (next: typeof consumer) => (consumer = next) } });
		Object.assign(window, {
			launchWith: (data: readonly number[]) =>
				consumer({
					targetURL: `${location.href}?do=review`,
					files: [{ getFile: () => Promise.resolve(new File([new Uint8Array(data)], 'desktop.falsework')) }],
				}),
		});
	});
	await app.reload();
	await expect(app.getByRole('button', { name: 'Play the practice game' })).toBeVisible();
	await app.evaluate((data) => (window as unknown as { launchWith(data: readonly number[]): void }).launchWith(data), pack);
	await expect(offer).toContainText('Pack desktop.falsework');
	expect(await readTable(app, 'crystals')).toEqual(before);
	await offer.getByRole('button', { name: 'Leave it' }).click();
	expect(await readTable(app, 'crystals')).toEqual(before);
});

test('the shortcuts lead to sharing and the scorecard, and stop what plays in another tab', async ({ app, profile, host }) => {
	await playPractice(app);
	const second = await profile.newPage();
	await second.goto(`${host.url}?do=share`);
	await expect(second.getByRole('button', { name: 'Share game window' })).toBeFocused();
	await expect(second).toHaveURL(host.url);
	await second.goto(`${host.url}?do=scorecard`);
	await expect(second.getByRole('region', { name: 'Scorecard' })).toBeFocused();
	await expectPhase(app, 'playing');
	await second.goto(`${host.url}?do=stop`);
	await expectPhase(app, 'stopped');
});

test('the companion is looked for from another address by a click, and each way that ends is told', async ({}, info) => {
	test.setTimeout(180_000);
	const host = await startStaticHost(ISOLATING);
	const page4953 = await freePort();
	// The page counts as one of the public network; the companion's one port is led to a free one.
	const profile = await openProfile(info.outputPath('away'), [
		`--ip-address-space-overrides=127.0.0.1:${host.port}=public`,
		`--host-resolver-rules=MAP 127.0.0.1:4953 127.0.0.1:${page4953}`,
	]);
	try {
		const page = profile.pages()[0] ?? (await profile.newPage());
		const asked: string[] = [];
		profile.on('request', (request) => {
			if (request.url().includes('4953')) asked.push(request.url());
		});
		const cdp = (await profile.browser()?.newBrowserCDPSession()) ?? (await profile.newCDPSession(page));
		const allow = (setting: 'granted' | 'denied' | 'prompt') =>
			cdp.send('Browser.setPermission', { permission: { name: 'loopback-network' }, setting, origin: new URL(host.url).origin });
		const lack = (name: string) => page.locator(`[data-lack="${name}"]`);

		await page.goto(host.url);
		await page.getByRole('button', { name: 'How to let it act' }).click();
		await expect(lack('not-asked')).toContainText('choose “Allow”');
		expect(asked, 'nothing is asked for without a click').toEqual([]);

		await allow('prompt');
		await page.getByRole('button', { name: 'Look for it on this computer' }).click();
		await expect(lack('unanswered')).toContainText('choose “Allow” when the browser asks');
		await allow('denied');
		await page.getByRole('button', { name: 'Look again' }).click();
		await expect(lack('denied')).toContainText('Apps on device');
		await allow('granted');
		await page.getByRole('button', { name: 'Look again' }).click();
		await expect(lack('silent')).toContainText(`npm start -- --origin ${new URL(host.url).origin}`);

		// Behind the port stands in turn somebody else, a companion that was not told, and one that was.
		let behind: number | undefined;
		const door = createServer((request, response) => {
			if (behind === undefined) return void response.writeHead(200, { 'access-control-allow-origin': '*' }).end('"somebody else"');
			const { host: _, ...headers } = request.headers;
			const passed = httpRequest(
				{
					port: behind,
					host: '127.0.0.1',
					method: request.method,
					path: request.url,
					headers: { ...headers, host: `127.0.0.1:${behind}` },
				},
				(answer) => {
					response.writeHead(answer.statusCode ?? 500, answer.headers);
					answer.pipe(response);
				},
			);
			// A companion that has just been ended: so does the request.
			passed.on('error', () => response.destroy());
			request.pipe(passed);
		});
		await new Promise<void>((resolve) => door.listen(page4953, '127.0.0.1', resolve));
		const strict = await startCompanion();
		const told = await startCompanion({ args: ['--driver', 'dry-run', '--origin', new URL(host.url).origin] });
		try {
			await page.getByRole('button', { name: 'Look again' }).click();
			await expect(lack('stranger')).toContainText('Another program answers');
			behind = strict.port;
			await page.getByRole('button', { name: 'Look again' }).click();
			await expect(lack('not-told')).toContainText(`--origin ${new URL(host.url).origin}`);
			behind = told.port;
			await page.getByRole('button', { name: 'Look again' }).click();
			const field = page.getByLabel('Six-digit code, shown by the companion');
			await page.getByRole('button', { name: 'Show a code in its terminal' }).click();
			await expect.poll(() => /Pairing code: (\d{6})/.exec(told.log())?.[1]).toBeDefined();
			await field.fill(/Pairing code: (\d{6})/.exec(told.log())?.[1] ?? '');
			await page.getByRole('button', { name: 'Pair', exact: true }).click();
			await expect(page.locator('[data-pairing="paired"]')).toBeVisible();
			// Allowed and paired once, it is found again by itself.
			await page.reload();
			await view(page, 'Settings');
			await expect(page.locator('[data-pairing="paired"]')).toBeVisible();
		} finally {
			await strict.kill();
			await told.kill();
			door.closeAllConnections();
			await new Promise((resolve) => door.close(resolve));
		}
	} finally {
		await profile.close();
		await host.close();
	}
});
