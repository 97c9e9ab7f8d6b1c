// The sibling that lets everything go when the companion cannot: killed, stopped or stuck with a key down. The companion tells it
// what it is about to press *before* pressing, and speaks every 100 ms while something is down; the end of the pipe or silence
// makes the sibling release all that it knows of, through a connection of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { chooseDriver, DRIVER_NAMES, type DriverName } from './choose.ts';
import { BUTTONS, type Driver, type Held } from './driver.ts';

/** Silence with something down for this long, and the sibling releases. */
const SILENCE_MS = 250;
const BEAT_MS = 100;

const line = v.strictObject({ keys: v.array(v.string()), buttons: v.array(v.picklist(BUTTONS)) });

export function releaseAll(driver: Driver, held: Held): void {
	for (const button of held.buttons) driver.buttonUp(button);
	for (const key of held.keys) driver.keyUp(key);
}

export interface Sibling {
	/** One line of what the companion says is down. */
	hear(text: string): void;
	/** Something is down, and the companion has said nothing for too long. */
	readonly silent: boolean;
	/** Releases all that it knows of. */
	letGo(): void;
}

/** What the sibling knows and does, without its process. */
export function makeSibling(driver: Driver, now: () => number): Sibling {
	let held: Held = { keys: [], buttons: [] };
	let heardAt = now();
	return {
		hear(text) {
			heardAt = now();
			try {
				held = v.parse(line, JSON.parse(text));
			} catch {
				// A line cut short by the companion's death: what was known before it still holds.
			}
		},
		get silent() {
			return held.keys.length + held.buttons.length > 0 && now() - heardAt > SILENCE_MS;
		},
		letGo() {
			releaseAll(driver, held);
			held = { keys: [], buttons: [] };
		},
	};
}

/** The sibling's whole life; it ends when its standard input does. */
export async function runWatchdog(driverName: string): Promise<number> {
	const name = DRIVER_NAMES.find((known) => known === driverName) ?? 'none';
	// A Ctrl+C in the terminal reaches this process too; it has work to do after it.
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
	const { driver, notes } = await chooseDriver(name, () => undefined);
	if (!driver) {
		process.stderr.write(`watchdog: ${notes.join(' ')}\n`);
		return 1;
	}
	const sibling = makeSibling(driver, () => performance.now());
	const timer = setInterval(() => {
		// On a busy machine it may be this process that had no turn: what waits in the pipe is read before it is called silence.
		if (sibling.silent) setImmediate(() => sibling.silent && sibling.letGo());
	}, 25);
	process.stdout.write('ready\n');
	const lines = createInterface({ input: process.stdin });
	for await (const text of lines) sibling.hear(text);
	clearInterval(timer);
	sibling.letGo();
	await driver.settle().catch(() => undefined);
	driver.close();
	return 0;
}

export interface Watchdog {
	readonly running: boolean;
	/** Tells what is down, or about to be. */
	tell(held: Held): void;
	close(): void;
}

/** What there is without a sibling, in tests of other parts and for the dry run. */
export const noWatchdog: Watchdog = { running: false, tell: () => undefined, close: () => undefined };

/**
 * Starts the sibling and waits until it can release.
 *
 * @param entry  the companion's own program, which runs the sibling as `watchdog NAME`
 */
export async function startWatchdog(entry: string, driver: DriverName, warn: (line: string) => void): Promise<Watchdog> {
	// Detached: a signal to the companion's process group must not take the sibling along.
	const child: ChildProcess = spawn(process.execPath, [entry, 'watchdog', driver], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
	const ready = await new Promise<boolean>((resolve) => {
		const timer = setTimeout(() => resolve(false), 5000);
		const settle = (value: boolean) => (): void => {
			clearTimeout(timer);
			resolve(value);
		};
		child.stdout?.once('data', settle(true));
		child.once('error', settle(false));
		child.once('exit', settle(false));
	});
	if (!ready) {
		child.kill('SIGKILL');
		warn('The sibling process that releases keys if this one dies could not start.');
		return noWatchdog;
	}
	let running = true;
	child.once('exit', () => {
		if (running) warn('The sibling process that releases keys has ended.');
		running = false;
	});
	child.stdin?.on('error', () => {
		running = false; // told by the exit above
	});
	const teller = makeTeller((text) => {
		if (running) child.stdin?.write(text);
	});
	child.unref();
	return {
		get running() {
			return running;
		},
		tell: teller.tell,
		close() {
			running = false;
			teller.close();
			child.stdin?.end();
		},
	};
}

/** The companion's end of the pipe: tells at each change, and every 100 ms while something is down. */
export function makeTeller(write: (text: string) => void): Pick<Watchdog, 'tell' | 'close'> {
	let held: Held = { keys: [], buttons: [] };
	const send = (): void => write(`${JSON.stringify(held)}\n`);
	const beat = setInterval(() => {
		if (held.keys.length + held.buttons.length > 0) send();
	}, BEAT_MS);
	beat.unref();
	return {
		tell(next) {
			held = next;
			send();
		},
		close: () => clearInterval(beat),
	};
}
