/* eslint-disable no-eval, no-new-func -- what is attacked with */
// The built page, as the companion serves it, attacked in a real browser: what the policy in its headers is worth, not how it reads.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCompanion, type TestCompanion } from '../companion/testing/companion.ts';
import { findBrowser } from './browser.mjs';
import { root } from './files.mjs';

/** Each sets `globalThis.hit` where it is run. */
const payloads = ['<script>hit=1</script>', '<img src=x onerror=hit=1>', '<svg onload=hit=1>', '<a href="javascript:hit=1">x</a>'].flatMap(
	(payload) => [
		payload,
		payload.toUpperCase().replaceAll('HIT', 'hit'),
		payload.replace('<', '<\u0000'),
		`"'>${payload}`,
		`</title></style></textarea>${payload}`,
		`<template>${payload}</template>`,
		`<iframe srcdoc='${payload}'></iframe>`,
		`{{constructor.constructor("hit=1")()}}${payload}`,
		`<math><mtext></p><style><!--</style>${payload}`,
		`<details open ontoggle=hit=1>${payload}`,
		`&lt;script&gt;${payload}`,
		`<base href=//evil.example>${payload}`,
		`<form action=//evil.example><button formaction=javascript:hit=1>${payload}`,
		`<meta http-equiv=refresh content="0;url=javascript:hit=1">${payload}`,
		`<object data="javascript:hit=1">${payload}`,
		`<embed src="data:text/html,${payload}">`,
		`<input autofocus onfocus=hit=1>${payload}`,
		`<video><source onerror=hit=1>${payload}`,
		`<style>@import "//evil.example"</style>${payload}`,
		`\u202e${payload}`,
		`<svg><animate onbegin=hit=1 attributeName=x>${payload}`,
		`<svg><script href="data:,hit=1"/>${payload}`,
		`<body onload=hit=1>${payload}`,
		`<link rel=stylesheet href=//evil.example>${payload}`,
		`${payload}<!--`,
	],
);

describe('the built page in a browser', () => {
	let browser: Browser;
	let companion: TestCompanion;
	let page: Page;
	let elsewhere: Server;
	let foreign = '';
	const reached: string[] = [];

	beforeAll(async () => {
		companion = await openCompanion({ pageDir: join(root, 'dist', 'page') });
		elsewhere = createServer((request, response) => {
			reached.push(request.url ?? '');
			response.writeHead(200, { 'Content-Type': 'text/html', 'Access-Control-Allow-Origin': '*' });
			response.end(`<!doctype html><iframe src="${companion.server.origin}/"></iframe>`);
		});
		await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
		foreign = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
		browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
		page = await browser.newPage();
		await page.goto(companion.server.origin);
	});
	afterAll(async () => {
		await browser.close();
		elsewhere.close();
		await companion.close();
	});

	it('runs no string as a program, and loads, sends and frames nothing from elsewhere', async () => {
		const seen = await page.evaluate(async (url) => {
			// Until its first wait a call from the test may eval whatever the policy says.
			await new Promise((resolve) => setTimeout(resolve));
			const fault = async (what: () => unknown): Promise<string> => {
				try {
					await what();
					return 'done';
				} catch (error) {
					return (error as Error).name;
				}
			};
			const script = (text: string): void => {
				const element = document.createElement('script');
				element.append(text);
				document.body.append(element);
			};
			return {
				eval: await fault(() => (0, eval)('1')),
				function: await fault(() => new Function('return 1')()),
				html: await fault(() => Object.assign(document.createElement('div'), { ['inner' + 'HTML']: '<b>x</b>' })),
				inline: [await fault(() => script('globalThis.hit = 1')), (globalThis as { hit?: number }).hit ?? 'not run'].at(-1),
				fetch: await fault(() => fetch(`${url}/fetched`)),
				socket: await new Promise((resolve) => {
					try {
						const socket = new WebSocket(url.replace('http', 'ws'));
						socket.onerror = () => resolve('refused');
						socket.onopen = () => resolve('open');
					} catch {
						resolve('refused');
					}
				}),
				worker: await fault(() => new Worker(URL.createObjectURL(new Blob(['1'])))),
				policy: await fault(() =>
					(window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }).trustedTypes.createPolicy(
						'mine',
						{},
					),
				),
				isolated: crossOriginIsolated,
			};
		}, foreign);
		expect(seen).toEqual({
			eval: 'EvalError',
			function: 'EvalError',
			html: 'TypeError',
			inline: 'not run',
			fetch: 'TypeError',
			socket: 'refused',
			worker: 'TypeError',
			policy: 'TypeError',
			isolated: true,
		});
		expect(reached).toEqual([]);
	});

	it('shows itself in nobody’s frame', async () => {
		const other = await browser.newPage();
		await other.goto(foreign);
		const frame = other.frames().find((inner) => inner !== other.mainFrame());
		expect(frame?.url()).toMatch(/^chrome-error:|^about:blank|^$/);
		await other.close();
	});

	it('lets none of 100 payloads in, as markup they are refused and as text they are text', async () => {
		expect(new Set(payloads).size).toBe(100);
		const seen = await page.evaluate(async (texts) => {
			await new Promise((resolve) => setTimeout(resolve));
			const place = document.createElement('div');
			document.body.append(place);
			let taken = 0;
			let shown = 0;
			for (const text of texts) {
				place.replaceChildren(text);
				if (place.childElementCount === 0 && place.firstChild?.nodeValue === text) shown++;
				for (const sink of ['innerHTML', 'outerHTML'] as const) {
					try {
						const inner = document.createElement('p');
						place.replaceChildren(inner);
						inner[sink] = text;
						taken++;
					} catch {
						// As it should be.
					}
				}
			}
			await new Promise((resolve) => setTimeout(resolve, 200));
			return { taken, shown, hit: (globalThis as { hit?: number }).hit ?? 0 };
		}, payloads);
		expect(seen).toEqual({ taken: 0, shown: 100, hit: 0 });
	});
});
