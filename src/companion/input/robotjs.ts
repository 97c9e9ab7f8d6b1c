// Input on Windows and macOS (and X11, when asked for) through robotjs, which sends scan codes: many games read nothing else.
import { createRequire } from 'node:module';
import type { Point, ScreenPoint } from '../../core/geometry.ts';
import type { Button, Driver } from './driver.ts';
import { robotNameOf } from './keysyms.ts';

/** The part of robotjs that is used. */
interface Robot {
	setKeyboardDelay(ms: number): void;
	setMouseDelay(ms: number): void;
	keyToggle(key: string, down: 'down' | 'up'): void;
	mouseToggle(down: 'down' | 'up', button: Button): void;
	moveMouse(x: number, y: number): void;
	scrollMouse(x: number, y: number): void;
	getMousePos(): Point;
	setXDisplayName(name: string): void;
}

/** The shifted level of a US keyboard and the keys it stands on; robotjs and uiohook both think in that layout. */
const UPPER = '~!@#$%^&*()_+{}|:"<>?';
const LOWER = "`1234567890-=[]\\;',./";

/**
 * @param display  the X display; robotjs would take `:0` before `$DISPLAY`, which may be somebody else's desktop
 * @throws when the native part is not there for this platform, or there is no desktop
 */
export function openRobotjs(display?: string): Driver {
	// Loaded only when chosen: on a machine without a desktop loading alone complains on stderr.
	const robot = createRequire(import.meta.url)('robotjs') as Robot;
	if (display !== undefined) robot.setXDisplayName(display);
	// The delays are waits inside the native call, which would stop every timer here.
	robot.setKeyboardDelay(0);
	robot.setMouseDelay(0);
	const nameOf = (key: string): string => {
		const name = robotNameOf(key);
		if (name === undefined) throw new RangeError(`robotjs has no key "${key}"`);
		return name;
	};
	robot.getMousePos();
	return {
		name: 'robotjs',
		knows: (key) => robotNameOf(key) !== undefined,
		shifted: (key) => /^[A-Z]$/.test(key) || (key.length === 1 && UPPER.includes(key)),
		eventName: (key) =>
			key.length === 1 && UPPER.includes(key) ? (LOWER[UPPER.indexOf(key)] ?? key) : key.length === 1 ? key.toLowerCase() : key,
		keyDown: (key) => robot.keyToggle(nameOf(key), 'down'),
		keyUp: (key) => robot.keyToggle(nameOf(key), 'up'),
		buttonDown: (button) => robot.mouseToggle('down', button),
		buttonUp: (button) => robot.mouseToggle('up', button),
		scroll: (direction) => robot.scrollMouse(0, direction === 'up' ? 1 : -1),
		moveTo: (point: ScreenPoint) => robot.moveMouse(point.x, point.y),
		pointer: () => Promise.resolve(robot.getMousePos()),
		settle: () => Promise.resolve(),
		close: () => undefined,
	};
}
