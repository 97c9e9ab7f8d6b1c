// Key codes of MaaFramework's controllers as names of KeyboardEvent.key. Sources: Microsoft, "Virtual-Key Codes"; Android,
// `KeyEvent` constants.
import type { MaaProject } from './project.ts';

const WIN32: Readonly<Record<number, string>> = {
	8: 'Backspace',
	9: 'Tab',
	13: 'Enter',
	16: 'Shift',
	17: 'Control',
	18: 'Alt',
	27: 'Escape',
	32: 'Space',
	33: 'PageUp',
	34: 'PageDown',
	35: 'End',
	36: 'Home',
	37: 'ArrowLeft',
	38: 'ArrowUp',
	39: 'ArrowRight',
	40: 'ArrowDown',
	45: 'Insert',
	46: 'Delete',
	160: 'Shift',
	161: 'Shift',
	162: 'Control',
	163: 'Control',
	164: 'Alt',
	165: 'Alt',
	...range(48, 10, (i) => String(i)),
	...range(65, 26, (i) => String.fromCharCode(97 + i)),
	...range(96, 10, (i) => String(i)),
	...range(112, 12, (i) => `F${i + 1}`),
};
/** `Back` is what a game under an emulator gets for Escape. */
const ADB: Readonly<Record<number, string>> = {
	4: 'Escape',
	19: 'ArrowUp',
	20: 'ArrowDown',
	21: 'ArrowLeft',
	22: 'ArrowRight',
	61: 'Tab',
	62: 'Space',
	66: 'Enter',
	67: 'Backspace',
	111: 'Escape',
	...range(7, 10, (i) => String(i)),
	...range(29, 26, (i) => String.fromCharCode(97 + i)),
};

export function keyOf(code: unknown, keys: MaaProject['keys']): string | undefined {
	return typeof code !== 'number' || keys === 'unknown' ? undefined : (keys === 'win32' ? WIN32 : ADB)[code];
}

function range(from: number, count: number, name: (i: number) => string): Record<number, string> {
	return Object.fromEntries(Array.from({ length: count }, (_, i) => [from + i, name(i)]));
}
