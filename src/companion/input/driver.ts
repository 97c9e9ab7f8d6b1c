// The port to the desktop's input. A driver presses and moves; it decides nothing: what may be pressed is `safety.ts`, when is
// `injector.ts`.
import type { Point, ScreenPoint } from '../../core/geometry.ts';

export const BUTTONS = ['left', 'right', 'middle'] as const;
export type Button = (typeof BUTTONS)[number];

export interface Driver {
	readonly name: 'xtest' | 'robotjs' | 'dry-run';
	/** Whether this keyboard has the key, by its `KeyboardEvent.key` name (`Space` for the blank). */
	knows(key: string): boolean;
	/** Whether typing this character takes Shift, so that Shift is held around it. */
	shifted(key: string): boolean;
	/** The name under which the global hook tells this key: that of its unshifted level. */
	eventName(key: string): string;
	keyDown(key: string): void;
	keyUp(key: string): void;
	buttonDown(button: Button): void;
	buttonUp(button: Button): void;
	/** One notch of the wheel. */
	scroll(direction: 'up' | 'down'): void;
	moveTo(point: ScreenPoint): void;
	/** Where the pointer is, once everything sent before has happened. */
	pointer(): Promise<Point>;
	/** Whether a button is down for the programs on the desktop; absent where nobody can tell. */
	isDown?(button: Button): Promise<boolean>;
	/** Resolves when everything sent before has happened. */
	settle(): Promise<void>;
	close(): void;
}

/** What is down, as told to the watchdog: enough for another process to let it all go. */
export interface Held {
	readonly keys: readonly string[];
	readonly buttons: readonly Button[];
}
