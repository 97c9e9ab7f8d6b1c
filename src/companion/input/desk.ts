// Everything of the desktop that one companion has: a driver, the windows, the person's own input and the sibling that releases.
// The control session uses it; `openDesk` decides what there is on this machine and says what is missing.
import { findDisplay } from '../x-display.ts';
import type { WindowSystem } from '../window.ts';
import { openX11Windows } from '../window-x11.ts';
import { chooseDriver, type DriverName } from './choose.ts';
import type { Driver } from './driver.ts';
import { noOwnInput, type OwnInput, type Seen, watchPointer, watchUiohook, watchXInput } from './own-input.ts';
import { noWatchdog, startWatchdog, type Watchdog } from './watchdog.ts';

export interface Desk {
	readonly driver: Driver | undefined;
	readonly windows: WindowSystem | undefined;
	readonly own: OwnInput;
	readonly watchdog: Watchdog;
	readonly notes: readonly string[];
	/** Set by the control session; called for each thing the person did with their own hands. */
	onOwn: (seen: Seen) => void;
	/** Set by the control session; called when the display is gone. */
	onGone: () => void;
	close(): void;
}

export interface DeskOptions {
	readonly driver: DriverName;
	/** The companion's own program, for the sibling; without it there is none. */
	readonly entry: string | undefined;
	readonly log: (line: string) => void;
	readonly env?: NodeJS.ProcessEnv;
}

export async function openDesk(options: DeskOptions): Promise<Desk> {
	const env = options.env ?? process.env;
	const notes: string[] = [];
	const chosen = await chooseDriver(options.driver, options.log, env);
	notes.push(...chosen.notes);
	const { driver } = chosen;
	const display = findDisplay(env);
	const real = driver !== undefined && driver.name !== 'dry-run';

	let windows: WindowSystem | undefined;
	if (display !== undefined) {
		try {
			windows = await openX11Windows(display, () => desk.onGone());
		} catch (error) {
			notes.push(`Windows cannot be found on display ${display}: ${messageOf(error)}. Advice only.`);
		}
	} else if (driver && process.platform !== 'linux') {
		notes.push('Binding to the shared window is not supported on this system yet, so nothing is pressed: advice only.');
	}

	let own: OwnInput = noOwnInput;
	if (driver && real) own = await watchOwn(driver, display, (seen) => desk.onOwn(seen), notes);

	let watchdog = noWatchdog;
	if (driver && real && options.entry !== undefined) {
		watchdog = await startWatchdog(options.entry, driver.name, (line) => {
			notes.push(line);
			options.log(line);
		});
	}

	const desk: Desk = {
		driver,
		windows,
		own,
		watchdog,
		notes,
		onOwn: () => undefined,
		onGone: () => undefined,
		close() {
			own.close();
			watchdog.close();
			windows?.close();
			driver?.close();
		},
	};
	return desk;
}

async function watchOwn(driver: Driver, display: string | undefined, onOwn: (seen: Seen) => void, notes: string[]): Promise<OwnInput> {
	if (display !== undefined && driver.name === 'xtest') {
		try {
			return await watchXInput(display, onOwn);
		} catch (error) {
			notes.push(`XInput 2 is missing (${messageOf(error)}).`);
		}
	} else {
		try {
			return watchUiohook(onOwn);
		} catch (error) {
			notes.push(`The global keyboard hook does not load here (${messageOf(error)}).`);
		}
	}
	notes.push('Only the pointer shows when you take over, and there is no panic key: use Stop everything on the page.');
	return watchPointer(driver, onOwn);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
