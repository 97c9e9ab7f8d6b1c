// `--dry-run`: everything is checked as if it were real, and only written down.
import type { Point, ScreenPoint } from '../../core/geometry.ts';
import type { Driver } from './driver.ts';
import { keysymOf } from './keysyms.ts';

export function openDryRun(log: (line: string) => void): Driver {
	let at: Point = { x: 0, y: 0 };
	const say = (what: string): void => log(`dry run: ${what}`);
	return {
		name: 'dry-run',
		knows: (key) => keysymOf(key) !== undefined,
		shifted: () => false,
		eventName: (key) => key,
		keyDown: (key) => say(`${key} down`),
		keyUp: (key) => say(`${key} up`),
		buttonDown: (button) => say(`${button} button down`),
		buttonUp: (button) => say(`${button} button up`),
		scroll: (direction) => say(`scroll ${direction}`),
		moveTo: (point: ScreenPoint) => {
			at = { x: point.x, y: point.y };
			say(`pointer to ${point.x}, ${point.y}`);
		},
		pointer: () => Promise.resolve(at),
		settle: () => Promise.resolve(),
		close: () => undefined,
	};
}
