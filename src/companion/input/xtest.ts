// Input on X11 through the XTEST extension, in plain JavaScript. Keysyms are looked up in the server's own keyboard mapping, so a
// key is found wherever the person's layout has it.
import type { XTest } from 'x11';
import type { Point, ScreenPoint } from '../../core/geometry.ts';
import { XDisplay } from '../x-display.ts';
import type { Button, Driver } from './driver.ts';
import { keysymOf, nameOfKeysym } from './keysyms.ts';

/** Button1Mask of the X protocol. */
const FIRST_BUTTON_MASK = 0x100;
const BUTTON_NUMBER: Readonly<Record<Button, number>> = { left: 1, middle: 2, right: 3 };

export class XTestDriver implements Driver {
	readonly name = 'xtest';
	readonly display: XDisplay;
	private readonly xtest: XTest;
	/** keysym → keycode, and whether it stands on the shifted level. */
	private readonly codes = new Map<number, { readonly code: number; readonly shifted: boolean }>();
	private readonly names = new Map<number, string>();

	private constructor(display: XDisplay, xtest: XTest, mapping: readonly (readonly number[])[]) {
		this.display = display;
		this.xtest = xtest;
		for (const level of [0, 1]) {
			mapping.forEach((row, i) => {
				const keysym = row[level];
				const code = display.keycodes[0] + i;
				if (keysym === undefined || keysym === 0) return;
				if (!this.codes.has(keysym)) this.codes.set(keysym, { code, shifted: level === 1 });
				const name = nameOfKeysym(keysym);
				if (level === 0 && name !== undefined) this.names.set(code, name);
			});
		}
		// Latin letters: a key's row may hold the capital alone, or both.
		for (const [keysym, found] of [...this.codes]) {
			if (keysym >= 0x61 && keysym <= 0x7a && !this.codes.has(keysym - 32))
				this.codes.set(keysym - 32, { code: found.code, shifted: true });
		}
	}

	static async open(displayName: string): Promise<XTestDriver> {
		const display = await XDisplay.open(displayName);
		try {
			return new XTestDriver(display, await display.xtest(), await display.keyboardMapping());
		} catch (error) {
			display.close();
			throw error;
		}
	}

	private find(key: string): { readonly code: number; readonly shifted: boolean } | undefined {
		const keysym = keysymOf(key);
		return keysym === undefined ? undefined : this.codes.get(keysym);
	}

	/** The keycode of a key. */
	codeOf(key: string): number {
		const found = this.find(key);
		if (!found) throw new RangeError(`This keyboard has no key "${key}"`);
		return found.code;
	}

	eventName(key: string): string {
		return this.names.get(this.codeOf(key)) ?? key;
	}

	knows(key: string): boolean {
		return this.find(key) !== undefined;
	}

	shifted(key: string): boolean {
		return this.find(key)?.shifted ?? false;
	}

	keyDown(key: string): void {
		this.xtest.FakeInput(this.xtest.KeyPress, this.codeOf(key), 0, 0, 0, 0);
	}

	keyUp(key: string): void {
		this.xtest.FakeInput(this.xtest.KeyRelease, this.codeOf(key), 0, 0, 0, 0);
	}

	buttonDown(button: Button): void {
		this.xtest.FakeInput(this.xtest.ButtonPress, BUTTON_NUMBER[button], 0, 0, 0, 0);
	}

	buttonUp(button: Button): void {
		this.xtest.FakeInput(this.xtest.ButtonRelease, BUTTON_NUMBER[button], 0, 0, 0, 0);
	}

	scroll(direction: 'up' | 'down'): void {
		const wheel = direction === 'up' ? 4 : 5;
		this.xtest.FakeInput(this.xtest.ButtonPress, wheel, 0, 0, 0, 0);
		this.xtest.FakeInput(this.xtest.ButtonRelease, wheel, 0, 0, 0, 0);
	}

	moveTo(point: ScreenPoint): void {
		this.xtest.FakeInput(this.xtest.MotionNotify, 0, 0, this.display.root, point.x, point.y);
	}

	pointer(): Promise<Point> {
		return this.display.pointer();
	}

	async isDown(button: Button): Promise<boolean> {
		return ((await this.display.pointerOn(this.display.root)).mask & (FIRST_BUTTON_MASK << (BUTTON_NUMBER[button] - 1))) !== 0;
	}

	settle(): Promise<void> {
		return this.display.sync();
	}

	close(): void {
		this.display.close();
	}
}
