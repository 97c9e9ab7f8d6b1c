// Which driver a machine gets. None is a fine answer: then the page gives advice, and says so.
import { findDisplay } from '../x-display.ts';
import type { Driver } from './driver.ts';
import { openDryRun } from './dry-run.ts';
import { openRobotjs } from './robotjs.ts';
import { XTestDriver } from './xtest.ts';

export const DRIVER_NAMES = ['auto', 'xtest', 'robotjs', 'dry-run', 'none'] as const;
export type DriverName = (typeof DRIVER_NAMES)[number];

export interface Chosen {
	readonly driver: Driver | undefined;
	/** Why there is none, or what is missing; for the person. */
	readonly notes: readonly string[];
}

export async function chooseDriver(name: DriverName, log: (line: string) => void, env: NodeJS.ProcessEnv = process.env): Promise<Chosen> {
	if (name === 'none') return { driver: undefined, notes: ['Input is switched off (--driver none): the page gives advice only.'] };
	if (name === 'dry-run') return { driver: openDryRun(log), notes: ['Dry run: acts are checked and written down, nothing is pressed.'] };
	const display = findDisplay(env);
	const x11 = process.platform === 'linux';
	if (name === 'auto' && x11 && env.XDG_SESSION_TYPE === 'wayland') {
		const note =
			'This is a Wayland session, where input for other windows needs a portal that is not supported yet: advice only. A game under XWayland can be tried with --driver xtest.';
		return { driver: undefined, notes: [note] };
	}
	const wanted = name === 'auto' ? (x11 ? 'xtest' : 'robotjs') : name;
	if (x11 && display === undefined) return { driver: undefined, notes: ['No display (DISPLAY is not set): advice only.'] };
	try {
		if (wanted === 'xtest') {
			if (display === undefined) return { driver: undefined, notes: ['XTEST needs an X11 display: advice only.'] };
			return { driver: await XTestDriver.open(display), notes: [] };
		}
		return { driver: openRobotjs(display), notes: [] };
	} catch (error) {
		return {
			driver: undefined,
			notes: [`Input through ${wanted} is not possible here (${error instanceof Error ? error.message : String(error)}): advice only.`],
		};
	}
}
