// A browser of play's own: its profile folder holds the crystals, and its picker is told beforehand which window to share.
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'brave-browser', 'microsoft-edge'];
const PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
	darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
	win32: ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe'],
};

/** The browser's program: `$CHROME`, else the first that the system has. */
export function findChrome(env: NodeJS.ProcessEnv = process.env): string | undefined {
	if (env.CHROME) return existsSync(env.CHROME) ? env.CHROME : undefined;
	for (const name of NAMES) {
		for (const dir of (env.PATH ?? '').split(delimiter)) {
			const path = join(dir, name);
			try {
				accessSync(path, constants.X_OK);
				return path;
			} catch {
				// not there
			}
		}
	}
	return PLACES[process.platform]?.find((path) => existsSync(path));
}

export interface ChromeOptions {
	readonly program: string;
	readonly userDataDir: string;
	readonly url: string;
	/** Exact title of the window to share. */
	readonly share: string | undefined;
	readonly headless: boolean;
	readonly env: NodeJS.ProcessEnv;
}

export function chromeArgs(options: Omit<ChromeOptions, 'program' | 'env'>, root: boolean): readonly string[] {
	return [
		`--user-data-dir=${options.userDataDir}`,
		// Chromium's sandbox refuses to start as root; that is the one case.
		...(root ? ['--no-sandbox'] : []),
		'--disable-quic',
		'--no-first-run',
		'--no-default-browser-check',
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync',
		// Keyrings ask the person; nothing here is kept in one.
		'--password-store=basic',
		...(options.share === undefined ? [] : [`--auto-select-desktop-capture-source=${options.share}`]),
		...(options.headless ? ['--headless=new'] : []),
		'--window-size=1280,900',
		`--app=${options.url}`,
	];
}

export interface Chrome {
	readonly exited: Promise<number | null>;
	close(): Promise<void>;
}

/** Starts it; `close` asks first and insists after three seconds, so that the store is written out. */
export function startChrome(options: ChromeOptions): Chrome {
	const root = process.getuid?.() === 0;
	const child: ChildProcess = spawn(options.program, chromeArgs(options, root), {
		stdio: 'ignore',
		env: options.env,
		detached: process.platform !== 'win32',
	});
	const exited = new Promise<number | null>((resolve) => {
		child.once('exit', (code) => resolve(code));
		child.once('error', () => resolve(null));
	});
	return {
		exited,
		async close() {
			if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
			child.kill('SIGTERM');
			const timer = setTimeout(() => killGroup(child), 3000);
			await exited;
			clearTimeout(timer);
		},
	};
}

function killGroup(child: ChildProcess): void {
	try {
		if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
		else child.kill('SIGKILL');
	} catch {
		// it went by itself
	}
}
