import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPortOwner } from './port-owner.ts';
import { bundleProgram, openPage, profile, tempDir } from './testing/companion.ts';
import { startDisplay, type TestDisplay, type TestWindow, until } from './testing/display.ts';

interface Program {
	readonly child: ChildProcess;
	readonly out: () => string;
	readonly err: () => string;
	readonly exit: Promise<number | null>;
}

let program = '';
/** Ended when the file is done, also after a test that failed half-way. */
const children: ChildProcess[] = [];
afterAll(() => {
	for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
});

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
	const { DISPLAY: _, FALSEWORK_PORT: __, ...rest } = process.env;
	const child = spawn(process.execPath, [program, ...args], { env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
	children.push(child);
	let out = '';
	let err = '';
	child.stdout?.on('data', (data: Buffer) => {
		out += data.toString();
	});
	child.stderr?.on('data', (data: Buffer) => {
		err += data.toString();
	});
	const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
	return { child, out: () => out, err: () => err, exit };
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** Starts `serve` and pairs with it. */
async function serve(env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<Program & { origin: string; token: string }> {
	const running = run(['serve', '--data', tempDir(), ...args], env);
	await until(() => running.out().includes('\n'), 10_000);
	const { origin, code } = JSON.parse(running.out()) as { origin: string; code: string };
	const response = await fetch(`${origin}/pair`, {
		method: 'POST',
		headers: { Origin: origin, 'Content-Type': 'application/json' },
		body: JSON.stringify({ code }),
	});
	const { token } = (await response.json()) as { token: string };
	return { ...running, origin, token };
}

beforeAll(async () => {
	program = await bundleProgram();
}, 60_000);

describe('the command line', () => {
	it('shows its help', async () => {
		const help = run(['--help']);
		expect(await help.exit).toBe(0);
		expect(help.out()).toContain('falsework play --profile FILE --window TITLE');
		expect(help.out()).not.toContain('watchdog');
	});

	it.each([
		[['fly'], 'There is no command "fly"'],
		[['--fly'], 'fly'],
		[['start', '--feed-origin', 'example.org'], '--feed-origin example.org'],
		[['relay', '--from', 'ftp://x'], '--from ftp://x'],
		[['relay', '--delay', 'soon'], '--delay soon'],
		[['relay', '--delay', '4000'], '3600 seconds at most'],
		[['relay', '--port', '70000'], 'no port'],
		[['relay', '--new-key', '--no-key'], 'exclude each other'],
		[['play'], 'needs --profile'],
		[['play', '--profile', 'x.json'], 'needs --window'],
		[['play', '--profile', 'practice', '--minutes', 'ten'], '--minutes ten'],
		[['play', '--profile', 'practice', '--driver', 'magic'], '--driver magic'],
		[['start', 'now'], 'now'],
	])('answers %j with its usage and exit 2', async (args, says) => {
		const wrong = run(args);
		expect(await wrong.exit).toBe(2);
		expect(wrong.err()).toContain(says);
		expect(wrong.err()).toContain('Usage:');
		expect(wrong.out()).toBe('');
	});

	it('refuses to move the port of start', async () => {
		const moved = run(['start', '--no-open', '--data', tempDir()], { FALSEWORK_PORT: '5000' });
		expect(await moved.exit).toBe(2);
		expect(moved.err()).toContain('another port would open an empty library');
	});

	it('names who has the port, and how to stop it', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const { port } = other.address() as AddressInfo;
		expect(findPortOwner(port)).toMatchObject({ pid: process.pid });
		const late = run(['serve', '--data', tempDir()], { FALSEWORK_PORT: String(port) });
		expect(await late.exit).toBe(1);
		expect(late.err()).toContain(`Port ${port} is taken: it is used by`);
		expect(late.err()).toContain(`kill ${process.pid}`);
		await new Promise((resolve) => other.close(resolve));
	});

	it('says when Falsework itself has it', async () => {
		const port = await freePort();
		const first = await serve({ FALSEWORK_PORT: String(port) });
		const second = run(['serve', '--data', tempDir()], { FALSEWORK_PORT: String(port) });
		expect(await second.exit).toBe(1);
		expect(second.err()).toContain('Falsework is running already');
		first.child.kill('SIGTERM');
		expect(await first.exit).toBe(0);
	});

	it('does not fail without a display', async () => {
		const bare = await serve({});
		expect(bare.err()).toContain('advice only');
		bare.child.kill('SIGINT');
		expect(await bare.exit).toBe(0);
	});
});

describe('a companion that dies with keys down', () => {
	let display: TestDisplay;
	let game: TestWindow;
	beforeAll(async () => {
		display = await startDisplay();
		game = await display.openWindow('Test game');
	}, 20_000);
	afterAll(() => display.stop());

	const holding = async (driver = 'xtest'): Promise<Awaited<ReturnType<typeof serve>> & { page: ReturnType<typeof openPage> }> => {
		await game.focus();
		const running = await serve(display.env, ['--driver', driver]);
		const page = openPage(running.origin, running.token);
		await page.connected;
		expect(page.link.welcome).toMatchObject({
			driver,
			capabilities: { watchdog: true, ownInput: driver === 'xtest' ? 'xinput2' : 'uiohook' },
		});
		expect(await page.link.bind({ label: `window:${game.id}:0`, frame: { width: 640, height: 480 }, profile })).toMatchObject({ ok: true });
		expect(await page.link.calibrate()).toMatchObject({ ok: true });
		const steps = ['a', 'b', 'Space', 'Shift'].map((key) => ({ do: 'hold', key }) as const);
		expect(await page.link.act({ id: 1, verb: 'press', steps, frame: { width: 640, height: 480, ageMs: 0 } })).toEqual({ done: true });
		await until(async () => (await display.keysDown()).length === 4);
		return { ...running, page };
	};

	it.each(['xtest', 'robotjs'])(
		'is cleaned up after within 300 ms of kill -9, with %s',
		async (driver) => {
			const running = await holding(driver);
			running.child.kill('SIGKILL');
			expect(await until(async () => (await display.keysDown()).length === 0)).toBeLessThanOrEqual(300);
			running.page.link.close();
		},
		20_000,
	);

	it('is cleaned up after within 300 ms of being stopped', async () => {
		const running = await holding();
		running.child.kill('SIGSTOP');
		const ms = await until(async () => (await display.keysDown()).length === 0);
		running.child.kill('SIGCONT');
		expect(ms).toBeLessThanOrEqual(300);
		running.page.link.close();
		running.child.kill('SIGTERM');
		await running.exit;
	}, 20_000);

	it.each(['SIGINT', 'SIGTERM'] as const)(
		'lets go itself on %s',
		async (signal) => {
			const running = await holding();
			running.child.kill(signal);
			expect(await until(async () => (await display.keysDown()).length === 0)).toBeLessThanOrEqual(300);
			expect(await running.exit).toBe(0);
			running.page.link.close();
		},
		20_000,
	);

	it('sees the person through uiohook too, and not itself', async () => {
		const running = await holding('robotjs');
		await new Promise((resolve) => setTimeout(resolve, 700));
		expect(running.page.events.filter((e) => e.type === 'takeover')).toEqual([]);
		await display.personMove(700, 400);
		await until(() => running.page.events.some((e) => e.type === 'takeover' && e.on));
		await until(async () => (await display.keysDown()).length === 0);
		running.page.link.close();
		running.child.kill('SIGTERM');
		expect(await running.exit).toBe(0);
	}, 20_000);

	it('binds and plays again after a restart on the same token', async () => {
		const port = await freePort();
		const data = tempDir();
		await game.focus();
		const first = run(['serve', '--data', data], { ...display.env, FALSEWORK_PORT: String(port) });
		await until(() => first.out().includes('\n'), 10_000);
		const { origin, code } = JSON.parse(first.out()) as { origin: string; code: string };
		const { token } = (await (
			await fetch(`${origin}/pair`, {
				method: 'POST',
				headers: { Origin: origin, 'Content-Type': 'application/json' },
				body: JSON.stringify({ code }),
			})
		).json()) as { token: string };
		const page = openPage(origin, token);
		await page.connected;
		await page.link.bind({ label: `window:${game.id}:0`, frame: { width: 640, height: 480 }, profile });
		await page.link.calibrate();
		first.child.kill('SIGKILL');
		await until(() => !page.link.connected);
		expect(await page.link.act({ id: 1, verb: 'press', steps: [], frame: { width: 640, height: 480, ageMs: 0 } })).toMatchObject({
			done: false,
			reason: 'disconnected',
		});
		const second = run(['serve', '--data', data], { ...display.env, FALSEWORK_PORT: String(port) });
		await until(() => page.events.some((e) => e.type === 'rebound' && e.bind.ok && e.calibrated?.ok === true), 15_000);
		expect(
			await page.link.act({
				id: 2,
				verb: 'press',
				steps: [{ do: 'key', keys: ['a'], holdMs: 0 }],
				frame: { width: 640, height: 480, ageMs: 0 },
			}),
		).toEqual({ done: true });
		page.link.close();
		second.child.kill('SIGTERM');
		await second.exit;
	}, 30_000);
});

describe('play', () => {
	let display: TestDisplay;
	const dir = tempDir();
	/** A browser in twenty lines: it opens the address it is given, pairs and does as its order says. */
	const browser = join(dir, 'browser.mjs');
	beforeAll(async () => {
		display = await startDisplay();
		writeFileSync(
			browser,
			`#!${process.execPath}
import { appendFileSync } from 'node:fs';
const args = process.argv.slice(2);
const url = new URL(args.find((a) => a.startsWith('--app=')).slice(6));
appendFileSync(process.env.SEEN, JSON.stringify(args) + '\\n');
if (process.env.HOW === 'die') process.exit(3);
const code = /^#code=([0-9a-f]{32})&play$/.exec(url.hash)[1];
const call = (path, body, token) => fetch(url.origin + path, { method: body ? 'POST' : 'GET', headers: { Origin: url.origin, 'Content-Type': 'application/json', Authorization: 'Bearer ' + token }, ...(body ? { body: JSON.stringify(body) } : {}) }).then((r) => r.json());
const { token } = await call('/pair', { code });
const order = await call('/play', null, token);
await call('/play/begin', {}, token);
await call('/play/progress', { line: 'playing' }, token);
if (process.env.HOW === 'give-up') await call('/play/ended', { reason: 'the share was cancelled' }, token);
else await call('/play/report', { files: { 'report.json': JSON.stringify(order), 'report.md': '# Report', 'ticks.jsonl': '{}', 'pack.falsework': Buffer.from('zip').toString('base64') } }, token);
setInterval(() => {}, 1000);
`,
		);
		chmodSync(browser, 0o755);
	}, 20_000);
	afterAll(() => display.stop());

	const file = (): string => {
		const path = join(dir, 'profile.json');
		writeFileSync(path, JSON.stringify(profile));
		return path;
	};
	const start = async (
		args: readonly string[],
		how: string,
		env: NodeJS.ProcessEnv = display.env,
	): Promise<Program & { seen: string; port: number }> => {
		const seen = join(tempDir(), 'seen');
		const port = await freePort();
		return { ...run(['play', ...args], { ...env, CHROME: browser, SEEN: seen, HOW: how, FALSEWORK_PORT: String(port) }), seen, port };
	};

	it('shares the window, hands the order over and writes the report', async () => {
		const game = await display.openWindow('Test game: level 3');
		const report = join(dir, 'report');
		const store = join(dir, 'store');
		const teacher = 'http://127.0.0.1:9/v1';
		const playing = await start(
			[
				'--profile',
				file(),
				'--window',
				'level',
				'--minutes',
				'2',
				'--report',
				report,
				'--store',
				store,
				'--teacher',
				teacher,
				'--model',
				'm',
				'--option',
				'speed=2',
			],
			'play',
		);
		expect([await playing.exit, playing.err()]).toMatchObject([0, expect.stringContaining('Report written')]);
		expect(JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'))).toMatchObject({
			window: 'Test game: level 3',
			practice: false,
			minutes: 2,
			teacher: 'local',
			profile: { id: 'test-game' },
			restarts: 0,
			alwaysAsk: false,
			options: { speed: '2' },
		});
		expect(readFileSync(join(report, 'pack.falsework'), 'utf8')).toBe('zip');
		expect(existsSync(join(report, 'ticks.jsonl'))).toBe(true);
		const args = JSON.parse(readFileSync(playing.seen, 'utf8')) as string[];
		expect(args).toContain('--auto-select-desktop-capture-source=Test game: level 3');
		expect(args).toContain(`--user-data-dir=${join(store, 'chrome')}`);
		expect(args.join(' ')).not.toContain('use-fake-ui');
		await game.close();
	}, 30_000);

	it('plays the practice game with its scripted teacher, marked as simulated', async () => {
		const report = join(dir, 'practice');
		const playing = await start(
			['--profile', 'practice', '--headless', '--minutes', '1', '--report', report, '--store', join(dir, 'store2')],
			'play',
			{},
		);
		expect(await playing.exit).toBe(0);
		expect(JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'))).toMatchObject({
			practice: true,
			window: null,
			profile: null,
			teacher: 'cloud',
		});
		const tiers = JSON.parse(readFileSync(join(dir, 'store2', 'companion', 'tiers.json'), 'utf8')) as { tiers: unknown[] };
		expect(tiers.tiers).toMatchObject([{ id: 'cloud', base: `http://127.0.0.1:${playing.port}/practice/v1`, simulated: true }]);
	}, 30_000);

	it("exits 1 with the page's reason when it gives up", async () => {
		const playing = await start(['--profile', 'practice', '--headless', '--store', join(dir, 's3')], 'give-up');
		expect(await playing.exit).toBe(1);
		expect(playing.err()).toContain('the share was cancelled');
	}, 30_000);

	it('starts a browser that dies three times more, then says so', async () => {
		const playing = await start(['--profile', 'practice', '--headless', '--store', join(dir, 's4')], 'die');
		expect(await playing.exit).toBe(1);
		expect(playing.err()).toContain('ended (3) 4 times');
		expect(readFileSync(playing.seen, 'utf8').trim().split('\n')).toHaveLength(4);
	}, 30_000);

	it.each<readonly [string, () => readonly string[], NodeJS.ProcessEnv | undefined, string]>([
		['no display', () => ['--profile', file(), '--window', 'x'], {}, 'There is no display'],
		[
			'no such window',
			() => ['--profile', file(), '--window', 'Nowhere', '--wait', '0.3'],
			undefined,
			'No window whose title holds "Nowhere"',
		],
		['no such profile', () => ['--profile', join(dir, 'none.json'), '--window', 'x'], undefined, 'cannot be read'],
		[
			'a foreign teacher without a price',
			() => ['--profile', file(), '--window', 'x', '--teacher', 'https://api.example/v1', '--model', 'm'],
			undefined,
			'--price IN,OUT',
		],
		[
			'a profile that forbids bots',
			() => {
				writeFileSync(join(dir, 'no-bots.json'), JSON.stringify({ ...profile, botsAllowed: false }));
				return ['--profile', join(dir, 'no-bots.json'), '--window', 'x'];
			},
			undefined,
			'bots are not allowed',
		],
		[
			'a wrong field, by name and line',
			() => {
				writeFileSync(join(dir, 'bad.json'), JSON.stringify({ ...profile, heartbeatMs: 'often' }, null, 1));
				return ['--profile', join(dir, 'bad.json'), '--window', 'x'];
			},
			undefined,
			'bad.json:9 heartbeatMs',
		],
	])(
		'exits 1 on %s',
		async (_, args, env, says) => {
			mkdirSync(dir, { recursive: true });
			const playing = await start([...args(), '--store', join(dir, 's5')], 'play', env ?? display.env);
			expect(await playing.exit).toBe(1);
			expect(playing.err()).toContain(says);
		},
		15_000,
	);
});
