// A covered game must not slow down. Plain Chromium, started and spoken to by hand: Playwright switches the throttling of hidden
// pages off, so its pages would pass for the wrong reason. Seed 1, speed 1.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { ensureBrowser, QUIET_SWITCHES } from '../src/tools/browser.mjs';
import { openDisplay } from '../src/tools/display.mjs';
import { expect, test } from './fixtures/test.ts';

/** Frames and ticks that a game standing still has a second (practice.protocol.ts, heartbeat of the profile). */
const STILL_PER_SECOND = 4;
const VISIBLE_MS = 12_000;
const HIDDEN_MS = 22_000;

interface Chrome {
	/** Evaluates in the page and gives the value back. */
	ask<T>(expression: string): Promise<T>;
	/** Opens a tab in front of the page. */
	cover(): Promise<void>;
	close(): Promise<void>;
}

async function openPlainChrome(url: string, display: string): Promise<Chrome> {
	const profile = mkdtempSync(join(tmpdir(), 'falsework-chrome-'));
	const child: ChildProcess = spawn(
		ensureBrowser(),
		[...QUIET_SWITCHES, `--user-data-dir=${profile}`, '--remote-debugging-port=0', '--password-store=basic', url],
		{
			env: { ...process.env, DISPLAY: display },
			stdio: ['ignore', 'ignore', 'pipe'],
		},
	);
	const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const address = await new Promise<string>((resolve, reject) => {
		let said = '';
		const timer = setTimeout(() => reject(new Error(`Chromium did not say where it listens: ${said}`)), 30_000);
		child.stderr?.on('data', (chunk: Buffer) => {
			said += chunk.toString();
			const found = /DevTools listening on ws:\/\/([^/\s]+)/.exec(said)?.[1];
			if (found === undefined) return;
			clearTimeout(timer);
			resolve(found);
		});
	});
	const targets = async () =>
		(await (await fetch(`http://${address}/json`)).json()) as { type: string; url: string; webSocketDebuggerUrl: string }[];
	let page: string | undefined;
	await expect
		.poll(
			async () =>
				(page = (await targets()).find((t) => t.type === 'page' && t.url.startsWith(url.split('#')[0] ?? url))?.webSocketDebuggerUrl),
			{ timeout: 20_000 },
		)
		.toBeDefined();
	const socket = new WebSocket(page ?? '');
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	let next = 1;
	const waiting = new Map<number, (answer: { result?: { result?: { value?: unknown } } }) => void>();
	socket.on('message', (data: Buffer) => {
		const answer = JSON.parse(data.toString()) as { id?: number };
		waiting.get(answer.id ?? 0)?.(answer as never);
	});
	return {
		ask: <T>(expression: string) =>
			new Promise<T>((resolve) => {
				const id = next++;
				waiting.set(id, (answer) => resolve(answer.result?.result?.value as T));
				socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, awaitPromise: true, returnByValue: true } }));
			}),
		async cover() {
			await fetch(`http://${address}/json/new?about:blank`, { method: 'PUT' });
		},
		async close() {
			socket.close();
			child.kill();
			await gone;
			rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

/** Newest tick in the ledger on disk, and when. Read in the page, since there is no Playwright here. */
const NEWEST_TICK = `new Promise((resolve) => {
	const opening = indexedDB.open('falsework');
	opening.onsuccess = () => {
		const reading = opening.result.transaction('ledger').objectStore('ledger').getAll();
		reading.onsuccess = () => {
			opening.result.close();
			const entries = reading.result.map((r) => r.entry);
			const rested = entries.filter((e) => e.type === 'rested').reduce((sum, e) => sum + e.ticks, 0);
			const asked = new Set(entries.flatMap((e) => 'tick' in e ? [e.tick] : [])).size;
			resolve({ ticks: Math.max(0, rested + asked, ...entries.map((e) => e.tick ?? 0)), at: Date.now() });
		};
	};
})`;
const FPS = `Number(/ (\\d+) fps/.exec(document.querySelector('header').textContent)?.[1] ?? -1)`;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const middle = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Watches for a while: frames a second as the page tells them, ticks a second from the ledger, page timers a second. */
async function watch(chrome: Chrome, forMs: number): Promise<{ fps: number; leastFps: number; ticks: number; timers: number }> {
	await chrome.ask('void (window.beats = 0)');
	const from = await chrome.ask<{ ticks: number; at: number }>(NEWEST_TICK);
	const fps: number[] = [];
	const end = Date.now() + forMs;
	while (Date.now() < end) {
		await pause(1000);
		fps.push(await chrome.ask<number>(FPS));
	}
	const to = await chrome.ask<{ ticks: number; at: number }>(NEWEST_TICK);
	const seconds = (to.at - from.at) / 1000;
	return {
		fps: middle(fps),
		leastFps: Math.min(...fps),
		ticks: (to.ticks - from.ticks) / seconds,
		timers: (await chrome.ask<number>('window.beats')) / seconds,
	};
}

test('a hidden page keeps the rate of the game and of the loop @full', async ({ site }) => {
	const display = await openDisplay({ fresh: process.env.DISPLAY === undefined || process.env.DISPLAY === '' });
	test.skip(display === undefined, 'no display: install Xvfb');
	if (!display) return;
	const chrome = await openPlainChrome(site.url, display.display);
	try {
		await expect
			.poll(() =>
				chrome.ask<boolean>(`[...document.querySelectorAll('button')].some((b) => b.textContent.includes('Play the practice game'))`),
			)
			.toBe(true);
		await chrome.ask(`void [...document.querySelectorAll('button')].find((b) => b.textContent.includes('Play the practice game')).click()`);
		await chrome.ask('void (window.beats = 0, setInterval(() => window.beats++, 50))');
		await expect.poll(() => chrome.ask<string>(`document.querySelector('[data-phase]').dataset.phase`)).toBe('playing');
		await expect.poll(() => chrome.ask<number>(FPS)).toBeGreaterThanOrEqual(STILL_PER_SECOND);
		const seen = await watch(chrome, VISIBLE_MS);
		expect(await chrome.ask('document.visibilityState')).toBe('visible');

		await chrome.cover();
		await expect.poll(() => chrome.ask('document.visibilityState')).toBe('hidden');
		// What is told of the first seconds is still of the time before.
		await pause(2500);
		const hidden = await watch(chrome, HIDDEN_MS);
		expect(await chrome.ask('document.visibilityState')).toBe('hidden');

		// The page itself is throttled, or this test would show nothing.
		expect(seen.timers).toBeGreaterThan(15);
		expect(hidden.timers).toBeLessThan(3);
		// How many frames there are depends on what moves in the game; a game that stands still is the least, before and after.
		expect(hidden.leastFps, `frames a second, ${JSON.stringify({ seen, hidden })}`).toBeGreaterThanOrEqual(
			0.95 * Math.min(seen.leastFps, STILL_PER_SECOND),
		);
		expect(hidden.fps).toBeGreaterThanOrEqual(0.95 * Math.min(seen.fps, STILL_PER_SECOND));
		expect(hidden.ticks, `ticks a second, ${JSON.stringify({ seen, hidden })}`).toBeGreaterThanOrEqual(
			0.95 * Math.min(seen.ticks, STILL_PER_SECOND),
		);
		expect(await chrome.ask<string>(`document.querySelector('[data-phase]').dataset.phase`)).toBe('playing');
		test.info().annotations.push({ type: 'measured', description: JSON.stringify({ seen, hidden }) });
		console.log(JSON.stringify({ seen, hidden }));
	} finally {
		await chrome.close();
		display.close();
	}
});
