import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ActOutcome, ResolvedStep } from '../core/ports.ts';
import { keysymOf } from './input/keysyms.ts';
import { proofOf, tokenIdOf } from './pairing.ts';
import { companionClaim, pageClaim, PROTOCOL_VERSION } from './protocol.ts';
import { openCompanion, openPage, profile, type TestCompanion } from './testing/companion.ts';
import { startDisplay, type TestDisplay, type TestWindow, until } from './testing/display.ts';

const FRAME = { width: 640, height: 480 };

describe('control of a real window', () => {
	let display: TestDisplay;
	let companion: TestCompanion;
	let game: TestWindow;
	let page: ReturnType<typeof openPage>;
	let id = 0;
	let keyA = 0;
	let antiCheat: string | undefined;
	let sockets: WebSocket[] = [];

	beforeAll(async () => {
		display = await startDisplay();
		const rows = await display.x.keyboardMapping();
		keyA = display.x.keycodes[0] + rows.findIndex((row) => row[0] === keysymOf('a'));
	}, 20_000);
	afterAll(() => display.stop());

	beforeEach(async () => {
		antiCheat = undefined;
		companion = await openCompanion({ driver: 'xtest', env: display.env, antiCheat: () => antiCheat });
		game = await display.openWindow('Test game: level 1');
		sockets = [];
		page = openPage(companion.server.origin, companion.token(), companion.server.origin, (socket) => sockets.push(socket));
		await page.connected;
		id = 0;
	});
	afterEach(async () => {
		page.link.close();
		await companion.close();
		await game.close().catch(() => undefined);
		await until(async () => (await display.keysDown()).length === 0);
	});

	const bind = (over: object = {}) => page.link.bind({ label: `window:${game.id}:0`, frame: FRAME, profile, ...over });
	const ready = async (): Promise<void> => {
		expect(await bind()).toMatchObject({ ok: true, windowId: game.id, title: 'Test game: level 1', inFront: true });
		expect(await page.link.calibrate()).toMatchObject({ ok: true, maxErrorPx: 0 });
	};
	const act = (steps: readonly ResolvedStep[], over: { verb?: string; ageMs?: number; width?: number } = {}): Promise<ActOutcome> => {
		id += 1;
		return page.link.act({
			id,
			verb: over.verb ?? 'press',
			steps,
			frame: { width: over.width ?? 640, height: 480, ageMs: over.ageMs ?? 10 },
		});
	};

	it('says what it can do', () => {
		expect(page.link.welcome).toMatchObject({
			driver: 'xtest',
			capabilities: { bind: true, ownInput: 'xinput2', panicKey: 'Control+Shift+F12' },
		});
	});

	it('clicks at the very pixel of the frame', async () => {
		await ready();
		expect(await act([{ do: 'click', button: 'left', at: { x: 123, y: 45 }, holdMs: 0 }], { verb: 'click' })).toEqual({ done: true });
		await until(() => game.got.some((line) => line === 'button 1 up 123,45'));
		expect(game.got).toContain('button 1 down 123,45');
	});

	it('loses no click when the window manager holds one back', async () => {
		await ready();
		const goOn = display.freezeManager();
		const clicks = [20, 60].map((x) => act([{ do: 'click', button: 'left', at: { x, y: 45 }, holdMs: 0 }], { verb: 'click' }));
		await sleep(200);
		goOn();
		expect(await Promise.all(clicks)).toEqual([{ done: true }, { done: true }]);
		await until(() => game.got.filter((line) => line.startsWith('button')).length >= 4);
		expect(game.got.filter((line) => line.startsWith('button'))).toEqual(
			[20, 60].flatMap((x) => [`button 1 down ${x},45`, `button 1 up ${x},45`]),
		);
	});

	it('presses keys, types text with Shift and lets go', async () => {
		await ready();
		expect(await act([{ do: 'key', keys: ['Shift', 'a'], holdMs: 0 }])).toEqual({ done: true });
		expect(await act([{ do: 'text', text: 'hello' }], { verb: 'say' })).toEqual({ done: true });
		await until(() => game.got.filter((line) => line.startsWith('key')).length >= 14);
		expect(page.events.filter((e) => e.type === 'takeover')).toEqual([]);
	});

	it('refuses keys outside the profile, keys that leave the game, long text and unknown verbs', async () => {
		await ready();
		const refused: readonly (readonly [ResolvedStep, string?])[] = [
			[{ do: 'key', keys: ['z'], holdMs: 0 }],
			[{ do: 'hold', key: 'z' }],
			[{ do: 'key', keys: ['Meta'], holdMs: 0 }],
			[{ do: 'key', keys: ['F12'], holdMs: 0 }],
			[{ do: 'key', keys: ['Alt', 'Tab'], holdMs: 0 }],
			[{ do: 'key', keys: ['Alt', 'F4'], holdMs: 0 }],
			[{ do: 'key', keys: ['Control', 'Alt', 'a'], holdMs: 0 }],
			[{ do: 'key', keys: ['Control', 'v'], holdMs: 0 }],
			[{ do: 'text', text: 'a'.repeat(65) }],
			[{ do: 'text', text: 'other words' }],
			[{ do: 'click', button: 'right', at: { x: 1, y: 1 }, holdMs: 0 }],
			[{ do: 'key', keys: ['a'], holdMs: 0 }, 'fly'],
			[{ do: 'move', to: { x: 640, y: 10 } }],
		];
		for (const [step, verb] of refused)
			expect(await act([step], verb === undefined ? {} : { verb })).toMatchObject({ done: false, reason: 'not-allowed' });
		// In two acts as in one: Alt is still down when Tab comes.
		expect(await act([{ do: 'hold', key: 'Alt' }])).toEqual({ done: true });
		expect(await act([{ do: 'key', keys: ['Tab'], holdMs: 0 }])).toMatchObject({ done: false, reason: 'not-allowed' });
		await page.link.releaseAll();
		await until(async () => (await display.keysDown()).length === 0);
		expect(game.got.filter((line) => line.startsWith('button'))).toEqual([]);
	});

	it('refuses old frames, frames of another size and acts without calibration', async () => {
		await bind();
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).toMatchObject({
			reason: 'not-allowed',
			detail: expect.stringContaining('calibrated'),
		});
		await page.link.calibrate();
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }], { ageMs: 501 })).toMatchObject({ reason: 'stale-frame' });
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }], { width: 641 })).toMatchObject({ reason: 'wrong-size' });
		await game.resize(500, 480);
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).toMatchObject({ reason: 'wrong-size' });
		expect(game.got.filter((line) => line.startsWith('key'))).toEqual([]);
	});

	it('carries an act out once, however often it is asked for', async () => {
		await ready();
		const request = { id: 7, verb: 'press', steps: [{ do: 'key', keys: ['a'], holdMs: 0 } as const], frame: { ...FRAME, ageMs: 0 } };
		expect(await page.link.act(request)).toEqual({ done: true });
		expect(await page.link.act(request)).toMatchObject({ done: false, detail: expect.stringContaining('once') });
		await until(() => game.got.includes(`key ${keyA} up`));
		expect(game.got.filter((line) => line === `key ${keyA} down`)).toHaveLength(1);
	});

	it('follows the window when it moves, and releases all when another comes to the front', async () => {
		await ready();
		display.x.client.ConfigureWindow(game.id, { x: 400, y: 300 });
		await display.x.sync();
		await until(async () => (await display.x.placement(game.id)).x >= 400);
		expect(await act([{ do: 'click', button: 'left', at: { x: 9, y: 8 }, holdMs: 0 }], { verb: 'click' })).toEqual({ done: true });
		await until(() => game.got.includes('button 1 up 9,8'));
		expect(await act([{ do: 'hold', key: 'a' }])).toEqual({ done: true });
		await until(async () => (await display.keysDown()).includes(keyA));
		const other = await display.openWindow('Bank', 300, 200, [700, 20]);
		await until(async () => (await display.keysDown()).length === 0, 600);
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).toMatchObject({ done: false, reason: 'not-in-front' });
		await until(() => page.events.some((e) => e.type === 'front' && !e.inFront));
		expect(other.got.filter((line) => line.includes('down'))).toEqual([]);
		await other.close();
	});

	it('is brought back in front of what comes up by itself, where nobody is at the desk', async () => {
		expect(await bind({ raise: true })).toMatchObject({ ok: true, inFront: true });
		expect(await page.link.calibrate()).toMatchObject({ ok: true });
		const other = await display.openWindow('Update available', 300, 200, [700, 20]);
		await until(async () => (await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).done, 5000, 100);
		expect(companion.logged.join()).toContain('Another window came in front of "Test game: level 1"');
		expect(other.got.filter((line) => line.includes('down'))).toEqual([]);
		await other.close();
	});

	it('stays behind what the person put in front, and behind all else where a person plays', async () => {
		expect(await bind({ raise: true })).toMatchObject({ ok: true });
		await display.personMove(10, 10);
		await until(() => page.events.some((e) => e.type === 'takeover' && e.on));
		const other = await display.openWindow('Mail', 300, 200, [700, 20]);
		await sleep(700);
		expect(await display.x.cardinal(display.x.root, '_NET_ACTIVE_WINDOW')).toBe(other.id);
		await other.close();
		expect(await bind()).toMatchObject({ ok: true });
		const another = await display.openWindow('Bank', 300, 200, [700, 20]);
		await sleep(700);
		expect(await display.x.cardinal(display.x.root, '_NET_ACTIVE_WINDOW')).toBe(another.id);
		expect(companion.logged.join()).not.toContain('came in front');
		await another.close();
	});

	it('lets go within 300 ms when the heartbeat stops', async () => {
		await ready();
		await act([
			{ do: 'hold', key: 'a' },
			{ do: 'hold', key: 'b' },
			{ do: 'hold', key: 'Space' },
		]);
		await until(async () => (await display.keysDown()).length === 3);
		// A frozen page: its socket stays, its timers do not run.
		const speakAgain = silenceHeartbeats();
		const ms = await until(async () => (await display.keysDown()).length === 0);
		speakAgain();
		expect(ms).toBeLessThanOrEqual(300);
		await until(async () => (await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).done);
	});

	it('lets go within 300 ms when the page goes away with a key down', async () => {
		await ready();
		await act([{ do: 'hold', key: 'a' }]);
		await until(async () => (await display.keysDown()).includes(keyA));
		page.link.close();
		expect(await until(async () => (await display.keysDown()).length === 0)).toBeLessThanOrEqual(300);
	});

	it('pauses for the person, tells what they did without their text, and goes on after 3 s', async () => {
		await ready();
		const key = display.x.keycodes[0] + (await display.x.keyboardMapping()).findIndex((row) => row[0] === keysymOf('q'));
		const running = act([{ do: 'key', keys: ['a'], holdMs: 2000 }]);
		await until(async () => (await display.keysDown()).includes(keyA));
		await display.personKey(key, true);
		await display.personKey(key, false);
		expect(await running).toMatchObject({ done: false, reason: 'takeover' });
		await until(async () => (await display.keysDown()).length === 0);
		await display.personKey(keyA, true);
		await display.personKey(keyA, false);
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).toMatchObject({ done: false, reason: 'takeover' });
		await until(() => page.events.some((e) => e.type === 'takeover' && !e.on), 5000);
		const told = page.events.flatMap((e) => (e.type === 'takeover' ? e.what : []));
		expect(told).toContainEqual({ kind: 'key', key: 'other' });
		expect(told).toContainEqual({ kind: 'key', key: 'a' });
		expect(JSON.stringify(told)).not.toContain('"q"');
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).toEqual({ done: true });
	}, 15_000);

	it('takes a moved mouse for the person', async () => {
		await ready();
		await display.personMove(10, 10);
		await until(() => page.events.some((e) => e.type === 'takeover' && e.on));
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).toMatchObject({ reason: 'takeover' });
	});

	it('takes none of its own moves for the person’s, however fast they follow each other', async () => {
		await ready();
		for (let i = 0; i < 40; i++) expect(await page.link.calibrate()).toMatchObject({ ok: true });
		await display.x.sync();
		expect(page.events.filter((e) => e.type === 'takeover')).toEqual([]);
	});

	it('stops at the panic key until the page resumes', async () => {
		await ready();
		await act([{ do: 'hold', key: 'a' }]);
		const rows = await display.x.keyboardMapping();
		const codeOf = (name: string): number => display.x.keycodes[0] + rows.findIndex((row) => row[0] === keysymOf(name));
		const chord = ['Control', 'Shift', 'F12'].map(codeOf);
		for (const code of chord) await display.personKey(code, true);
		await until(() => page.events.some((e) => e.type === 'panic' && e.on));
		for (const code of chord) await display.personKey(code, false);
		await until(async () => (await display.keysDown()).length === 0);
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).toMatchObject({ reason: 'panic' });
		page.link.resume();
		await until(() => page.events.some((e) => e.type === 'panic' && !e.on));
		await until(async () => (await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).done, 6000, 200);
	}, 15_000);

	it('tells when the window closes in mid-play', async () => {
		await ready();
		await act([{ do: 'hold', key: 'a' }]);
		await game.close();
		await until(() => page.events.some((e) => e.type === 'window-closed'));
		// The key was let go before the page was told, but the X server hears of it on another connection than we ask on.
		await until(async () => (await display.keysDown()).length === 0);
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).toMatchObject({ done: false, reason: 'not-in-front' });
		expect(await bind()).toMatchObject({ ok: false, reason: 'window-gone' });
	});

	it('refuses to bind what it may not play', async () => {
		expect(await bind({ label: 'screen:0:0' })).toMatchObject({ reason: 'monitor' });
		expect(await bind({ label: 'web-contents-media-stream://1:2' })).toMatchObject({ reason: 'tab' });
		expect(await bind({ label: 'something' })).toMatchObject({ reason: 'unknown-source' });
		expect(await bind({ label: 'window:4294967295:0' })).toMatchObject({ reason: 'window-gone' });
		expect(await bind({ profile: { ...profile, window: { title: 'Another game' } } })).toMatchObject({ reason: 'wrong-title' });
		expect(await bind({ profile: { ...profile, botsAllowed: false } })).toMatchObject({ reason: 'bots-not-allowed' });
		expect(await bind({ profile: { ...profile, safety: { keys: [], buttons: [], ratePerSecond: 99 } } })).toMatchObject({
			reason: 'bad-profile',
		});
		expect(await bind({ frame: { width: 640, height: 600 } })).toMatchObject({ reason: 'wrong-size' });
		antiCheat = 'Easy Anti-Cheat';
		expect(await bind()).toMatchObject({ reason: 'anti-cheat' });
		expect(await act([{ do: 'key', keys: ['a'], holdMs: 0 }])).toMatchObject({ done: false, reason: 'not-in-front' });
	});

	it('holds the rate of the profile', async () => {
		await page.link.bind({
			label: `window:${game.id}:0`,
			frame: FRAME,
			profile: { ...profile, safety: { ...profile.safety, ratePerSecond: 2 } },
		});
		await page.link.calibrate();
		const outcomes = await Promise.all(Array.from({ length: 8 }, () => act([{ do: 'move', to: { x: 5, y: 5 } }])));
		expect(outcomes.filter((o) => o.done).length).toBeLessThanOrEqual(3);
		expect(outcomes.some((o) => !o.done && o.reason === 'rate')).toBe(true);
	});

	it('carries every act out once at most over forced disconnects, and reports each', async () => {
		await ready();
		const outcomes: ActOutcome[] = [];
		for (let n = 0; n < 40; n++) {
			const outcome = act([{ do: 'click', button: 'left', at: { x: 10 + n, y: 20 }, holdMs: 0 }], { verb: 'click' });
			if (n % 8 === 5) {
				// At another moment of the act each time.
				await new Promise((resolve) => setTimeout(resolve, n));
				for (const socket of sockets.splice(0)) socket.terminate();
			}
			outcomes.push(await outcome);
			if (n % 8 === 5) {
				const before = page.events.filter((e) => e.type === 'rebound').length;
				await until(() => page.events.filter((e) => e.type === 'rebound').length > before, 10_000);
			}
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		await display.x.sync();
		outcomes.forEach((outcome, n) => {
			const clicks = game.got.filter((line) => line === `button 1 down ${10 + n},20`).length;
			expect([n, outcome, clicks], `the window got ${game.got.join('; ')}`).toEqual([
				n,
				outcome,
				outcome.done ? 1 : expect.toSatisfy((c: number) => c <= 1),
			]);
			if (!outcome.done) expect(['disconnected', 'rate']).toContain(outcome.reason);
		});
		expect(outcomes.filter((o) => o.done).length).toBeGreaterThan(30);
	}, 60_000);

	it('has one controller; a second is told so', async () => {
		const second = openPage(companion.server.origin, companion.token());
		await until(() => second.events.some((e) => e.type === 'disconnected' && e.reason === 'in-use'));
		second.link.close();
		expect(page.link.connected).toBe(true);
	});
});

describe('the opening', () => {
	let companion: TestCompanion;
	beforeEach(async () => {
		companion = await openCompanion();
	});
	afterEach(() => companion.close());

	const raw = async (token: string): Promise<{ socket: WebSocket; messages: Record<string, unknown>[]; epoch: number }> => {
		const socket = new WebSocket(`${companion.server.origin.replace('http', 'ws')}/control`, { origin: companion.server.origin });
		const messages: Record<string, unknown>[] = [];
		socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Record<string, unknown>));
		await new Promise((resolve) => socket.once('open', resolve));
		const nonce = '0'.repeat(32);
		socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, nonce, tokenId: tokenIdOf(token) }));
		await until(() => messages.length === 1);
		const challenge = messages[0] as { nonce: string; proof: string };
		expect(challenge.proof).toBe(proofOf(token, companionClaim(nonce, challenge.nonce)));
		socket.send(JSON.stringify({ type: 'auth', proof: proofOf(token, pageClaim(nonce, challenge.nonce)) }));
		await until(() => messages.length === 2);
		return { socket, messages, epoch: (messages[1] as { epoch: number }).epoch };
	};

	it('refuses a wrong token for good', async () => {
		const page = openPage(companion.server.origin, 'f'.repeat(64));
		await until(() => page.events.length > 0);
		expect(page.events).toMatchObject([{ type: 'disconnected', reason: 'wrong-token', retryInMs: null }]);
	});

	it('refuses a token of another origin', async () => {
		const other = companion.pairing.pair('https://app.evil', companion.pairing.makeOneTimeCode());
		const page = openPage(companion.server.origin, other.ok ? other.token : '');
		await until(() => page.events.some((e) => e.type === 'disconnected' && e.reason === 'wrong-token'));
	});

	it.each([
		['a replayed number', (epoch: number) => ({ type: 'heartbeat', epoch, seq: 5 }), 'old-seq'],
		['an old epoch', (epoch: number) => ({ type: 'heartbeat', epoch: epoch - 1, seq: 9 }), 'old-epoch'],
		['an unknown message', (epoch: number) => ({ type: 'shell', epoch, seq: 9, command: 'ls' }), 'bad-message'],
		['an extra field', (epoch: number) => ({ type: 'heartbeat', epoch, seq: 9, role: 'admin' }), 'bad-message'],
		['a number that is none', (epoch: number) => ({ type: 'heartbeat', epoch, seq: 'x' }), 'bad-message'],
	])('ends the session on %s', async (_, make, reason) => {
		const { socket, messages, epoch } = await raw(companion.token());
		const closed = new Promise((resolve) => socket.once('close', resolve));
		socket.send(JSON.stringify({ type: 'heartbeat', epoch, seq: 5 }));
		socket.send(JSON.stringify(make(epoch)));
		await closed;
		expect(messages.at(-1)).toMatchObject({ type: 'refused', reason });
	});

	it('refuses __proto__ in any spelling, messages over 4 KB and floods of a megabyte', async () => {
		for (const text of [
			'{"type":"heartbeat","epoch":E,"seq":9,"__proto__":{"x":1}}',
			'{"type":"heartbeat","epoch":E,"seq":9,"__prot\\u006f__":1}',
			`{"type":"heartbeat","epoch":E,"seq":9}${' '.repeat(5000)}`,
		]) {
			const { socket, messages, epoch } = await raw(companion.token());
			const closed = new Promise((resolve) => socket.once('close', resolve));
			socket.send(text.replace('E', String(epoch)));
			await closed;
			expect(messages.at(-1)).toMatchObject({ type: 'refused', reason: 'bad-message' });
		}
		const { socket } = await raw(companion.token());
		const closed = new Promise<number>((resolve) => socket.once('close', resolve));
		socket.send('x'.repeat(1_000_000));
		expect(await closed).toBe(1009);
		expect(({} as { x?: number }).x).toBeUndefined();
	});

	it('refuses a proof that was recorded in an earlier session', async () => {
		const token = companion.token();
		const first = await raw(token);
		const old = proofOf(token, pageClaim('0'.repeat(32), (first.messages[0] as { nonce: string }).nonce));
		first.socket.close();
		await until(() => !companion.control.connected);
		const socket = new WebSocket(`${companion.server.origin.replace('http', 'ws')}/control`, { origin: companion.server.origin });
		const messages: { reason?: string }[] = [];
		socket.on('message', (data) => messages.push(JSON.parse(String(data)) as { reason?: string }));
		await new Promise((resolve) => socket.once('open', resolve));
		socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, nonce: '0'.repeat(32), tokenId: tokenIdOf(token) }));
		await until(() => messages.length === 1);
		socket.send(JSON.stringify({ type: 'auth', proof: old }));
		await until(() => messages.at(-1)?.reason === 'wrong-token');
	});

	it('gives every session a higher epoch, also after a restart', async () => {
		const token = companion.token();
		const first = await raw(token);
		first.socket.close();
		const { dataDir } = companion;
		await companion.close();
		companion = await openCompanion({ dataDir, port: 0 });
		const second = await raw(companion.token());
		expect(second.epoch).toBeGreaterThan(first.epoch);
		second.socket.close();
	});

	it('lets in ten connections a minute', async () => {
		const tries = Array.from(
			{ length: 14 },
			() =>
				new Promise<string>((resolve) => {
					const socket = new WebSocket(`${companion.server.origin.replace('http', 'ws')}/control`, { origin: companion.server.origin });
					socket.once('open', () => {
						resolve('open');
						socket.terminate();
					});
					socket.once('error', (error) => resolve(error.message));
				}),
		);
		const results = await Promise.all(tries);
		expect(results.filter((r) => r === 'open')).toHaveLength(10);
		expect(results.filter((r) => r.includes('429'))).toHaveLength(4);
	});

	it('is found out by the page when something else listens there', async () => {
		const { WebSocketServer } = await import('ws');
		const fake = new WebSocketServer({ port: 0, host: '127.0.0.1' });
		await new Promise((resolve) => fake.once('listening', resolve));
		const heard: string[] = [];
		fake.on('connection', (socket) =>
			socket.on('message', (data) => {
				heard.push(String(data));
				socket.send(JSON.stringify({ type: 'challenge', nonce: '1'.repeat(32), proof: '2'.repeat(64) }));
			}),
		);
		const token = companion.token();
		const page = openPage(`http://127.0.0.1:${(fake.address() as { port: number }).port}`, token);
		await until(() => page.events.length > 0);
		expect(page.events).toMatchObject([{ type: 'disconnected', reason: 'wrong-companion', retryInMs: null }]);
		expect(heard.join()).not.toContain(token);
		expect(heard).toHaveLength(1);
		fake.close();
	});

	it('says plainly that it gives advice only when there is no input', async () => {
		const page = openPage(companion.server.origin, companion.token());
		await page.connected;
		expect(page.link.welcome).toMatchObject({ driver: 'none', capabilities: { bind: false } });
		expect(await page.link.act({ id: 1, verb: 'press', steps: [], frame: { ...FRAME, ageMs: 0 } })).toMatchObject({
			done: false,
			reason: 'advice-only',
		});
		expect(await page.link.bind({ label: 'window:1:0', frame: FRAME, profile })).toMatchObject({ ok: false, reason: 'no-input' });
		page.link.close();
	});

	it('ends every session when devices are forgotten', async () => {
		const page = openPage(companion.server.origin, companion.token());
		await page.connected;
		await fetch(`${companion.server.origin}/forget`, { method: 'POST', headers: companion.headers(), body: '{}' });
		await until(() => page.events.some((e) => e.type === 'disconnected' && e.reason === 'forgotten' && e.retryInMs === null));
	});
});

/** Stops the page's heartbeats as a frozen page would; returns what starts them again. */
function silenceHeartbeats(): () => void {
	const { send } = WebSocket.prototype;
	WebSocket.prototype.send = function (this: WebSocket, ...args: Parameters<typeof send>) {
		if (typeof args[0] === 'string' && args[0].includes('"heartbeat"')) return;
		send.apply(this, args);
	} as typeof send;
	return () => {
		WebSocket.prototype.send = send;
	};
}
