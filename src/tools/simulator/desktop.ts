// The desktop: one window of the game, the keys and the pointer as the system has them, and the ports through which the companion
// and its sibling reach them. Whoever presses, the desktop remembers.
import type { Placement, ScreenPoint } from '../../core/geometry.ts';
import type { Button, Driver } from '../../companion/input/driver.ts';
import type { WindowSystem } from '../../companion/window.ts';
import type { Kernel } from './kernel.ts';

export const WINDOW = { id: 7, title: 'Lamps' } as const;

export interface Press {
	readonly what: string;
	readonly at: ScreenPoint;
	readonly size: string;
}

export interface Desktop {
	placement: Placement;
	inFront: boolean;
	/** What is down, and since when. */
	readonly down: Map<string, number>;
	/** When the window had its size changed last. */
	resizedAt: number;
	resize(width: number, height: number): void;
	/** A connection to the desktop: of the companion, or of the sibling. */
	driver(): Driver;
	windows(): WindowSystem;
	onPress: (press: Press) => void;
	/** Just before something goes up. */
	onLift: () => void;
}

/** The system answers a question within this. */
const ANSWER_MS = 0.3;

export function makeDesktop(kernel: Kernel): Desktop {
	let pointer: ScreenPoint = { x: 0, y: 0 } as ScreenPoint;
	const answer = <T>(value: () => T): Promise<T> =>
		new Promise((resolve) => {
			kernel.after(ANSWER_MS, () => resolve(value()));
		});
	const press = (what: string): void => {
		kernel.note(`down ${what} ${pointer.x},${pointer.y}`);
		desktop.down.set(what, kernel.now);
		desktop.onPress({ what, at: pointer, size: `${desktop.placement.width}x${desktop.placement.height}` });
	};
	const lift = (what: string): void => {
		if (!desktop.down.has(what)) return;
		desktop.onLift();
		desktop.down.delete(what);
		kernel.note(`up ${what}`);
	};
	const desktop: Desktop = {
		placement: { x: 100, y: 80, width: 192, height: 128 },
		inFront: true,
		down: new Map(),
		resizedAt: -Infinity,
		resize(width, height) {
			desktop.placement = { ...desktop.placement, width, height };
			desktop.resizedAt = kernel.now;
			kernel.note(`resized ${width}x${height}`);
		},
		onPress: () => undefined,
		onLift: () => undefined,
		driver: () => ({
			name: 'xtest',
			knows: () => true,
			shifted: () => false,
			eventName: (key) => key,
			keyDown: (key) => press(`key ${key}`),
			keyUp: (key) => lift(`key ${key}`),
			buttonDown: (button: Button) => press(`button ${button}`),
			buttonUp: (button: Button) => lift(`button ${button}`),
			scroll: () => undefined,
			moveTo: (to) => {
				pointer = to;
			},
			pointer: () => answer(() => pointer),
			settle: () => answer(() => undefined),
			close: () => undefined,
		}),
		windows: () => ({
			name: 'x11',
			find: (id) => answer(() => (id === WINDOW.id ? { id, title: WINDOW.title, pid: 1, placement: desktop.placement } : undefined)),
			findByTitle: () => answer(() => []),
			inFront: () => answer(() => desktop.inFront),
			underPointer: () => answer(() => desktop.inFront),
			pointerInside: () => answer(() => ({ x: pointer.x - desktop.placement.x, y: pointer.y - desktop.placement.y })),
			raise: async () => {
				desktop.inFront = true;
			},
			close: () => undefined,
		}),
	};
	return desktop;
}
