// The scorecard on other people's pages: the element, an iframe and htmx hear the same feed within a second, live through its loss,
// show no nonsense, and stand over nothing at both sizes of a stream. Leaves pictures in test-results/embed.
import { gzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import type { Frame, Page } from 'playwright/test';
import { expectNoFaults } from './fixtures/axe.ts';
import { choosePractice, playPractice, view } from './fixtures/falsework.ts';
import { type OtherSite, type Player, scoreOf, startOtherSite, startPlayer } from './fixtures/feed.ts';
import { expect, startCompanion, test } from './fixtures/test.ts';

/** From the moment a number was told to the moment it stands on the page. */
const WITHIN_MS = 1000;
const decisions = (n: number) => `${700 + n} of ${(900 + n).toLocaleString('en')} decisions`;

/** What the pages are made of, as docs/embed.md says. */
function writePages(site: OtherSite, feed: string): void {
	const page = (head: string, body: string) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title>${head}<body>${body}`;
	const ws = feed.replace('http', 'ws');
	site.pages['/plain'] = page(
		`<script type="module" src="${feed}/embed/scorecard.js"></script>`,
		`<falsework-scorecard src="${feed}" stale-after="1500"></falsework-scorecard>`,
	);
	site.pages['/iframe'] = page('', `<iframe src="${feed}/embed/scorecard" width="400" height="220" style="border: 0"></iframe>`);
	site.pages['/htmx'] = page(
		`<link rel="stylesheet" href="${feed}/embed/scorecard.css"><meta name="htmx-config" content='{"selfRequestsOnly":false}'>
		<script src="/htmx.js"></script><script src="/sse.js"></script><script src="/ws.js"></script>`,
		`<div hx-get="${feed}/embed/scorecard.html" hx-trigger="load" id="once"></div>
		<div hx-ext="sse" sse-connect="${feed}/embed/scorecard/events" id="stream" hx-on:htmx:sse-error="this.classList.add('lost')"
		hx-on:htmx:sse-open="this.classList.remove('lost')"><div sse-swap="scorecard" id="whole"></div><p sse-swap="decision" id="one"></p></div>
		<div hx-ext="ws" ws-connect="${ws}/embed/scorecard/ws" id="socket"><div id="falsework-scorecard"></div></div>`,
	);
}

/** When a text came to stand there, by a clock that no page can set. */
async function seenAt(where: Page | Frame, selector: string, text: string): Promise<number> {
	const handle = await where.waitForFunction(
		([css, wanted]) => {
			const [outer = '', inner] = css.split(' >>> ');
			const found = document.querySelector(outer);
			const part = inner === undefined ? found : found?.shadowRoot?.querySelector(inner);
			return part?.textContent?.includes(wanted) === true ? performance.timeOrigin + performance.now() : undefined;
		},
		[selector, text] as const,
		{ polling: 20, timeout: 15_000 },
	);
	return (await handle.jsonValue()) ?? 0;
}

test('the element, an iframe and htmx hear within a second, live through the loss of the feed, and show no nonsense', async ({
	browser,
}) => {
	test.setTimeout(90_000);
	let companion = await startCompanion();
	const site = await startOtherSite();
	let player: Player = await startPlayer(companion);
	try {
		writePages(site, companion.origin);
		const context = await browser.newContext();
		const open = async (path: string) => {
			const page = await context.newPage();
			await page.goto(`${site.url}${path}`);
			return page;
		};
		const [plain, framed, htmx] = [await open('/plain'), await open('/iframe'), await open('/htmx')];
		const iframe = () => framed.frames().find((f) => f.url().includes('/embed/scorecard')) as Frame;
		const places: readonly (readonly [string, () => Page | Frame, string])[] = [
			['element', () => plain, 'falsework-scorecard >>> .fw-row-decision'],
			['iframe', iframe, 'falsework-scorecard >>> .fw-row-decision'],
			['htmx over SSE', () => htmx, '#whole .fw-row-decision'],
			['one metric', () => htmx, '#one'],
			['htmx over WebSocket', () => htmx, '#socket .fw-row-decision'],
		];
		/** Tells a number and says how long each place took to show it. */
		async function hear(n: number): Promise<Readonly<Record<string, number>>> {
			player.tell(scoreOf(n - 1));
			await Promise.all(places.map(([, where, css]) => seenAt(where(), css, decisions(n - 1))));
			const waiting = places.map(async ([name, where, css]) => [name, await seenAt(where(), css, decisions(n))] as const);
			const toldAt = Date.now();
			player.tell(scoreOf(n));
			return Object.fromEntries((await Promise.all(waiting)).map(([name, at]) => [name, Math.round(at - toldAt)]));
		}
		const took = await hear(2);
		console.log(`ms from told to shown: ${JSON.stringify(took)}`);
		for (const [name, ms] of Object.entries(took)) expect(ms, name).toBeLessThan(WITHIN_MS);
		await htmx.reload();
		await expect(htmx.locator('#once')).toContainText(decisions(2));

		// Nonsense from the page that plays is refused where it comes in; the last good one stays, for those who come later too.
		for (const bad of [
			null,
			'numbers',
			{ falsework: 1 },
			{ ...scoreOf(3), wrong: { checked: 1, wrong: 2, acted: 0 } },
			scoreOf(3, { playedMs: Number.NaN }),
		])
			player.tell(bad);
		player.tell({ ...scoreOf(3), secret: 'a line of chat', metrics: { ...scoreOf(3).metrics, chat: 'x' } });
		await seenAt(plain, 'falsework-scorecard >>> .fw-row-decision', decisions(3));
		const told = await (await fetch(`${companion.origin}/scorecard.json`)).text();
		expect(JSON.parse(told)).toMatchObject({ metrics: { decision: { local: 703 } } });
		expect(told).not.toMatch(/chat/);
		// The embedding page cannot talk it into anything.
		await framed.evaluate(() => {
			for (let i = 0; i < 50; i++)
				document.querySelector('iframe')?.contentWindow?.postMessage({ snapshot: i, type: 'scorecard', src: '/' }, '*');
		});
		expect(await iframe().evaluate(() => [self.origin, document.querySelector('falsework-scorecard')?.getAttribute('src')])).toEqual([
			'null',
			'../scorecard',
		]);
		// A clock set a year ahead makes nothing stale.
		await plain.evaluate(() => {
			const now = Date.now;
			Date.now = () => now() + 365 * 86_400_000;
		});
		player.tell(scoreOf(4, { updatedAt: 1 }));
		await seenAt(plain, 'falsework-scorecard >>> .fw-row-decision', decisions(4));
		await expect(plain.locator('falsework-scorecard .fw-stale')).toHaveCount(0);

		await companion.kill('SIGKILL');
		const card = plain.locator('falsework-scorecard .fw-card');
		await expect(card.locator('.fw-stale')).toHaveText(/^stale since \d\d:\d\d:\d\d$/);
		await expect(card).toContainText(decisions(4));
		await plain.locator('falsework-scorecard').screenshot({ path: 'test-results/embed/stale.png' });
		for (const [, where, css] of places) await seenAt(where(), css, decisions(4));
		await expect(htmx.locator('#stream')).toHaveClass(/lost/);
		player.close();
		companion = await startCompanion({ port: companion.port });
		player = await startPlayer(companion);
		const back = await hear(10);
		console.log(`after the feed came back: ${JSON.stringify(back)}`);
		await expect(card.locator('.fw-stale')).toHaveCount(0);
		await expect(htmx.locator('#stream')).not.toHaveClass(/lost/);
		await context.close();
	} finally {
		player.close();
		await companion.kill();
		await site.close();
	}
});

test('a feed that lies is refused by the element, which keeps the last good numbers', async ({ page }) => {
	const companion = await startCompanion();
	const site = await startOtherSite();
	try {
		site.pages['/'] =
			`<!doctype html><title>x</title><script type="module" src="${companion.origin}/embed/scorecard.js"></script><falsework-scorecard src="/liar/events"></falsework-scorecard>`;
		await page.goto(site.url);
		await expect.poll(() => site.liars.length).toBe(1);
		await page.evaluate(() => {
			document.addEventListener(
				'falsework-refused',
				(event) => void (globalThis as unknown as { refused: string[] }).refused.push((event as CustomEvent<string>).detail),
				true,
			);
			(globalThis as unknown as { refused: string[] }).refused = [];
		});
		const [liar] = site.liars;
		liar?.write(`data: ${JSON.stringify({ ...scoreOf(1), ageMs: 0 })}\n\n`);
		const card = page.locator('falsework-scorecard .fw-card');
		await expect(card).toContainText(decisions(1));
		const lies: readonly string[] = [
			'',
			'{',
			'null',
			'{"session":"<img src=x onerror=alert(1)>"}',
			JSON.stringify({
				...scoreOf(2),
				ageMs: 0,
				metrics: { ...scoreOf(2).metrics, perception: { value: 1, local: 9, total: 8, target: [] } },
			}),
			JSON.stringify({ ...scoreOf(2), ageMs: -1 }),
			JSON.stringify({ ...scoreOf(2), ageMs: 0, idle: { value: 0, idle: 5, acts: 10 } }),
			'x'.repeat(100_000),
		];
		for (const lie of lies) liar?.write(`data: ${lie}\n\n`);
		liar?.write(`data: ${JSON.stringify({ ...scoreOf(5), ageMs: 60_000 })}\n\n`);
		await expect(card).toContainText(decisions(5));
		// What it says itself is a minute old is stale at once.
		await expect(card.locator('.fw-stale')).toBeVisible();
		expect(await page.evaluate(() => (globalThis as unknown as { refused: string[] }).refused)).toHaveLength(lies.length);
	} finally {
		await companion.kill();
		await site.close();
	}
});

const SIZES = [
	{ width: 400, height: 220, letters: 11 },
	{ width: 1920, height: 1080, letters: 40 },
] as const;
const QUERIES = ['theme=dark', 'theme=light', 'bg=panel&title=Tonight%27s%20run', 'metrics=decision,cost&scale=0.5&place=bottom-right'];
test('the script is small, and a frame is transparent on a dark page too', async ({ page }) => {
	const companion = await startCompanion();
	const site = await startOtherSite();
	try {
		const script = await (await fetch(`${companion.origin}/embed/scorecard.js`)).text();
		expect(gzipSync(script).length).toBeLessThanOrEqual(15_000);
		site.pages['/'] =
			`<!doctype html><meta name="color-scheme" content="dark"><title>x</title><style>body{margin:0;background:#204060}</style><iframe src="${companion.origin}/embed/scorecard" width="400" height="220" style="border: 0; color-scheme: light"></iframe>`;
		await page.goto(site.url);
		await expect(page.frameLocator('iframe').locator('.fw-waiting')).toHaveText('waiting for numbers');
		const { data } = PNG.sync.read(await page.screenshot({ path: 'test-results/embed/dark-host.png' }));
		expect([...data.subarray(0, 3)]).toEqual([0x20, 0x40, 0x60]);
	} finally {
		await companion.kill();
		await site.close();
	}
});

test('over nothing, at both sizes of a stream, all of it stands inside and can be read', async ({ browser }) => {
	const companion = await startCompanion();
	const player = await startPlayer(companion);
	try {
		for (const { width, height, letters } of SIZES) {
			for (const query of QUERIES.filter((_, i) => width === 400 || i % 3 === 0)) {
				const context = await browser.newContext({ viewport: { width, height } });
				const page = await context.newPage();
				player.tell(scoreOf(1));
				await page.goto(`${companion.origin}/embed/scorecard?${query}`);
				await expect(page.locator('.fw-row-decision')).toContainText(decisions(1));
				await expect(page.locator('.fw-simulated')).toHaveText('simulated');
				await expect(page.locator('.fw-wrong')).toHaveText('Wrong <1 % of 388 checked');
				await expect(page.locator('.fw-idle')).toHaveText('Idle 11 % of 196 acts');
				const faults = await page.evaluate(
					([least]) => {
						const root = document.querySelector('falsework-scorecard')?.shadowRoot;
						const texts = [...(root?.querySelectorAll('.fw-title, .fw-mark, .fw-name, .fw-of, .fw-value, .fw-wrong, .fw-idle') ?? [])];
						const boxes = texts.map((e) => [e, e.getBoundingClientRect()] as const);
						const out = boxes.filter(([, b]) => b.left < 0 || b.top < 0 || b.right > innerWidth + 0.5 || b.bottom > innerHeight + 0.5);
						const small = texts.filter((e) => Number.parseFloat(getComputedStyle(e).fontSize) < least);
						const over = boxes.filter(([a, x]) =>
							boxes.some(
								([b, y]) => a !== b && x.left < y.right - 1 && y.left < x.right - 1 && x.top < y.bottom - 1 && y.top < x.bottom - 1,
							),
						);
						const scrolls = document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight;
						return {
							out: out.map(([e]) => e.className),
							small: small.map((e) => e.className),
							over: over.map(([e]) => e.className),
							scrolls,
						};
					},
					[query.includes('scale=0.5') ? letters / 2 : letters] as const,
				);
				expect(faults, `${query} at ${width}×${height}`).toEqual({ out: [], small: [], over: [], scrolls: false });
				const name = query.replaceAll(/[^a-z0-9]+/g, '-');
				const png = PNG.sync.read(
					await page.screenshot({ omitBackground: true, path: `test-results/embed/${width}x${height}-${name}.png` }),
				);
				const alpha = (at: number) => png.data[4 * at + 3] ?? 255;
				expect(alpha(0), `${query}: the corner is transparent`).toBe(0);
				// Every seventh pixel tells as much.
				const some = Array.from({ length: Math.floor((width * height) / 7) }, (_, i) => alpha(7 * i));
				expect(some.includes(255), 'something is drawn').toBe(true);
				if (!query.includes('panel')) expect(some.filter((a) => a === 0).length / some.length, 'see-through').toBeGreaterThan(0.15);
				await context.close();
			}
		}
	} finally {
		player.close();
		await companion.kill();
	}
});

test('a session of play is on the stream within a second, and its address is made on the page', async ({ context, page, site }) => {
	await choosePractice(page, { seed: 1, speed: 2 });
	await page.goto(site.url);
	await playPractice(page);
	const stream = await context.newPage();
	await stream.addInitScript(() => {
		const late = new Map<number, number>();
		Object.assign(globalThis, { late });
		const hear = (event: Event) => {
			const { updatedAt } = (event as CustomEvent<{ updatedAt: number }>).detail;
			// Said again while nothing changes, it is no news.
			if (!late.has(updatedAt)) late.set(updatedAt, Date.now() - updatedAt);
		};
		document.addEventListener('falsework-update', hear, true);
	});
	await stream.goto(`${site.companion.origin}/embed/scorecard`);
	const late = () => stream.evaluate(() => [...(globalThis as unknown as { late: Map<number, number> }).late.values()].slice(1));
	await expect.poll(async () => (await late()).length, { timeout: 30_000 }).toBeGreaterThan(8);
	const times = (await late()).sort((a, b) => a - b);
	console.log(`ms from sums to stream: median ${times[times.length >> 1]}, most ${times.at(-1)}`);
	expect(times[times.length >> 1]).toBeLessThan(WITHIN_MS);

	await page.bringToFront();
	await page.getByRole('region', { name: 'Scorecard' }).getByRole('button', { name: 'Embed on your stream' }).click();
	const preview = page.locator('falsework-scorecard');
	await expect(preview.locator('.fw-card:not([data-stale]) .fw-simulated')).toBeVisible();
	await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Light' }).click();
	await page.getByRole('group', { name: 'Metrics' }).getByLabel('Narration').uncheck();
	await page.getByLabel('Title', { exact: true }).fill('Tonight & tomorrow');
	await expect(preview.locator('.fw-card')).toHaveAttribute('data-theme', 'light');
	await expect(preview.getByRole('meter')).toHaveCount(4);
	await page.setViewportSize({ width: 1440, height: 900 });
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await page.screenshot({ path: `test-results/embed/builder-${colorScheme}.png` });
		await expectNoFaults(page, `builder, ${colorScheme}`);
	}
	await page.setViewportSize({ width: 390, height: 844 });
	await page.screenshot({ path: 'test-results/embed/builder-phone.png' });
	await expectNoFaults(page, 'builder, phone');
	expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);

	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.getByRole('button', { name: 'Copy' }).click();
	await expect(page.getByText('Copied.')).toBeVisible();
	const address = await page.evaluate(() => navigator.clipboard.readText());
	expect(address).toBe(
		`${site.companion.origin}/embed/scorecard?theme=light&metrics=perception,decision,cost,skills&title=Tonight%20%26%20tomorrow`,
	);
	await stream.goto(address);
	await expect(stream.locator('.fw-title')).toHaveText('Tonight & tomorrow');
	await expect(stream.getByRole('meter')).toHaveCount(4);
	for (const [way, part] of [
		['iframe', '<iframe src='],
		['HTML', '<falsework-scorecard src='],
		['htmx', 'sse-swap="scorecard"'],
	] as const) {
		await page.getByRole('group', { name: 'Where to' }).getByRole('button', { name: way }).click();
		await expect(page.getByLabel('Snippet')).toHaveValue(new RegExp(part));
	}
	// Stopped is not stale: the page stands by its numbers.
	await view(page, 'Play');
	await page.getByRole('button', { name: 'Stop everything' }).click();
	await expect(stream.locator('.fw-card:not([data-stale])')).toBeVisible();
});
