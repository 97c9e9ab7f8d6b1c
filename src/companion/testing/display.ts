// An X server of the test's own, with a window manager and windows that write down what reaches them. Nothing here is skipped:
// without Xvfb and openbox the tests fail and say what to install.
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import x11 from 'x11';
import { XDisplay } from '../x-display.ts';

export interface TestWindow {
	readonly id: number;
	/** What the window got: `key 38 down`, `button 1 up`, `at 10,20`. */
	readonly got: string[];
	/** Brings it to the front and waits until it is. */
	focus(): Promise<void>;
	resize(width: number, height: number): Promise<void>;
	close(): Promise<void>;
}

export interface TestDisplay {
	readonly name: string;
	readonly env: NodeJS.ProcessEnv;
	/** A connection of the test's own, to look and to play the person. */
	readonly x: XDisplay;
	openWindow(title: string, width?: number, height?: number, at?: readonly [number, number]): Promise<TestWindow>;
	keysDown(): Promise<readonly number[]>;
	/** Presses as a person would: through another client than the companion's. */
	personKey(keycode: number, down: boolean): Promise<void>;
	personMove(x: number, y: number): Promise<void>;
	/** The window manager stands still, as on a machine that is taken up, until the function given back is called. */
	freezeManager(): () => void;
	stop(): Promise<void>;
}

function ended(child: ChildProcess): Promise<void> {
	return new Promise((resolve) => {
		if (child.exitCode !== null || child.signalCode !== null) resolve();
		else child.once('exit', () => resolve());
	});
}

export async function startDisplay(size = '1280x1024x24'): Promise<TestDisplay> {
	const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '-noreset'], {
		stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
	});
	const number = await new Promise<string>((resolve, reject) => {
		server.once('error', () => reject(new Error('Xvfb is missing: apt-get install xvfb openbox')));
		server.once('exit', (code) => reject(new Error(`Xvfb ended at once (${code})`)));
		server.stdio[3]?.once('data', (data: Buffer) => resolve(data.toString().trim()));
	});
	const name = `:${number}`;
	const env: NodeJS.ProcessEnv = { ...process.env, DISPLAY: name, XDG_SESSION_TYPE: 'x11', XAUTHORITY: '/dev/null' };
	let manager: ChildProcess | undefined;
	let managerLost = '';
	let stopping = false;
	// A loaded machine can make openbox give up as it starts; it is started again rather than the test failed.
	const manage = (tries: number): void => {
		const child = spawn('openbox', ['--sm-disable'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
		manager = child;
		child.stderr.on('data', (data: Buffer) => {
			managerLost = data.toString();
		});
		child.once('error', () => {
			managerLost = 'it is missing: apt-get install xvfb openbox';
		});
		child.once('exit', () => {
			if (!stopping && tries > 1) manage(tries - 1);
		});
	};
	manage(5);
	const x = await XDisplay.open(name);
	const ready = async (): Promise<void> => {
		for (let i = 0; i < 200; i++) {
			if ((await x.cardinal(x.root, '_NET_SUPPORTING_WM_CHECK')) !== undefined) return;
			await sleep(25);
		}
		throw new Error(`openbox did not start: ${managerLost}`);
	};
	await ready();
	const xtest = await x.xtest();

	const windows = new Map<number, string[]>();
	x.onEvent((event) => {
		const got = windows.get(event.wid ?? 0);
		if (!got) return;
		if (event.name === 'KeyPress' || event.name === 'KeyRelease')
			got.push(`key ${event.keycode} ${event.name === 'KeyPress' ? 'down' : 'up'}`);
		else if (event.name === 'ButtonPress' || event.name === 'ButtonRelease') {
			got.push(`button ${event.keycode} ${event.name === 'ButtonPress' ? 'down' : 'up'} ${event.x},${event.y}`);
		} else if (event.name === 'MotionNotify') got.push(`at ${event.x},${event.y}`);
	});

	return {
		name,
		env,
		x,
		async openWindow(title, width = 640, height = 480, at = [200, 150]) {
			const id = x.client.AllocID();
			const mask = ['KeyPress', 'KeyRelease', 'ButtonPress', 'ButtonRelease', 'PointerMotion'].reduce(
				(bits, event) => bits | (x11.eventMask[event] ?? 0),
				0,
			);
			x.client.CreateWindow(id, x.root, at[0], at[1], width, height, 0, 0, 1, 0, { backgroundPixel: 0x336699, eventMask: mask });
			const wmName = await x.atom('_NET_WM_NAME');
			const utf8 = await x.atom('UTF8_STRING');
			const pid = await x.atom('_NET_WM_PID');
			x.client.ChangeProperty(0, id, wmName, utf8, 8, Buffer.from(title));
			x.client.ChangeProperty(0, id, await x.atom('WM_NAME'), await x.atom('STRING'), 8, Buffer.from(title));
			x.client.ChangeProperty(0, id, pid, await x.atom('CARDINAL'), 32, [process.pid]);
			const got: string[] = [];
			windows.set(id, got);
			x.client.MapWindow(id);
			const front = async (): Promise<boolean> => (await x.cardinal(x.root, '_NET_ACTIVE_WINDOW')) === id;
			const focus = async (): Promise<void> => {
				for (let i = 0; i < 100; i++) {
					if ((await x.viewable(id)) && (await front())) return;
					x.client.SendClientMessage(x.root, id, await x.atom('_NET_ACTIVE_WINDOW'), 32, [2, 0, 0]);
					await sleep(30);
				}
				throw new Error(`"${title}" did not come to the front`);
			};
			await focus();
			return {
				id,
				got,
				focus,
				async resize(w, h) {
					x.client.ConfigureWindow(id, { width: w, height: h });
					for (let i = 0; i < 100 && (await x.placement(id)).width !== w; i++) await sleep(20);
				},
				async close() {
					windows.delete(id);
					x.client.DestroyWindow(id);
					await x.sync();
				},
			};
		},
		keysDown: () => x.keysDown(),
		async personKey(keycode, down) {
			xtest.FakeInput(down ? xtest.KeyPress : xtest.KeyRelease, keycode, 0, 0, 0, 0);
			await x.sync();
		},
		async personMove(px, py) {
			xtest.FakeInput(xtest.MotionNotify, 0, 0, x.root, px, py);
			await x.sync();
		},
		freezeManager() {
			const frozen = manager;
			frozen?.kill('SIGSTOP');
			return () => void frozen?.kill('SIGCONT');
		},
		async stop() {
			x.close();
			stopping = true;
			if (manager) {
				manager.kill('SIGTERM');
				await ended(manager);
			}
			server.kill('SIGTERM');
			await ended(server);
		},
	};
}

/** Tries until it holds. @returns how long that took, in ms @throws when it never does */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 3000, stepMs = 5): Promise<number> {
	const started = performance.now();
	while (!(await holds())) {
		if (performance.now() - started > limitMs) throw new Error(`still not so after ${limitMs} ms: ${holds.toString()}`);
		await sleep(stepMs);
	}
	return performance.now() - started;
}
