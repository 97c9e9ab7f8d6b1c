// Noticing the person's own hands. An event is ours when we announced it just before, or when it leaves the pointer where we put
// it; anything else is theirs and pauses our input. On X11 the raw events also name the device, and only our way in (XTEST) can be
// ours at all.
import { createRequire } from 'node:module';
import type { Point } from '../../core/geometry.ts';
import { XDisplay } from '../x-display.ts';
import type { Button, Driver } from './driver.ts';
import { nameOfKeysym } from './keysyms.ts';

export type Seen =
	| { readonly kind: 'key'; readonly key: string; readonly down: boolean }
	| { readonly kind: 'button'; readonly button: Button; readonly down: boolean; readonly at: Point }
	| { readonly kind: 'scroll'; readonly at: Point }
	| { readonly kind: 'move'; readonly at: Point };

/** What an injected event will look like when it comes back. */
export type Announced = `key ${string} ${'down' | 'up'}` | `button ${Button} ${'down' | 'up'}` | 'scroll';

export interface OwnInput {
	readonly how: 'xinput2' | 'uiohook' | 'polling' | 'none';
	/** Whether keys are seen, so that a panic hotkey works. */
	readonly seesKeys: boolean;
	/** Called before each injected event. */
	announce(what: Announced): void;
	/** Called before each injected move, with where it goes. */
	announceMove(to: Point): void;
	close(): void;
}

/** An announced event that has not come back after this long never will; a busy machine takes more than a second. */
const ANNOUNCED_MS = 3000;
/** A pointer this near to where we put it has not been moved by anybody. */
const NEAR_PX = 2;

/** Keeps what was announced, and takes each off once. */
export class Expected {
	private readonly list: { readonly what: Announced; readonly until: number }[] = [];
	private readonly held = new Set<string>();
	/** Several: when word of one move comes, the next may have been announced and not yet made. */
	private moves: { readonly point: Point; readonly until: number }[] = [];
	private resting: Point | undefined;

	announce(what: Announced): void {
		this.list.push({ what, until: performance.now() + ANNOUNCED_MS });
		const [kind, name, direction] = what.split(' ');
		if (direction === 'down') this.held.add(`${kind} ${name}`);
		else if (direction === 'up') this.held.delete(`${kind} ${name}`);
	}

	announceMove(to: Point): void {
		this.moves.push({ point: to, until: performance.now() + ANNOUNCED_MS });
		this.resting = to;
	}

	/** True when the event was announced; each announcement serves once. A key we hold repeats as often as it likes, and what we hold
	 *  may be let go by our sibling, which announces nothing. */
	takes(what: Announced): boolean {
		const now = performance.now();
		while (this.list[0] && this.list[0].until < now) this.list.shift();
		const index = this.list.findIndex((e) => e.what === what);
		if (index >= 0) {
			this.list.splice(index, 1);
			return true;
		}
		const [kind, name, direction] = what.split(' ');
		return this.held.has(`${kind} ${name}`) && (kind === 'key' || direction === 'up');
	}

	/** True when the pointer is where we put it, now or a moment ago. */
	explains(at: Point): boolean {
		const now = performance.now();
		const near = (p: Point): boolean => Math.abs(p.x - at.x) <= NEAR_PX && Math.abs(p.y - at.y) <= NEAR_PX;
		this.moves = this.moves.filter((move) => move.until > now);
		if (this.moves.some((move) => near(move.point))) return true;
		if (this.resting !== undefined && near(this.resting)) return true;
		this.resting = at;
		return false;
	}
}

/** Raw events of XInput 2: every key, button and motion, whoever has the focus, with the device it came from. */
export async function watchXInput(displayName: string, onOwn: (seen: Seen) => void): Promise<OwnInput> {
	const display = await XDisplay.open(displayName);
	const expected = new Expected();
	const xinput = await display.xinput();
	if (!xinput.xi2) {
		display.close();
		throw new Error('this X server has no XInput 2');
	}
	const [rows, names] = await Promise.all([display.keyboardMapping(), display.devices(xinput)]);
	const keyOf = (code: number): string => nameOfKeysym(rows[code - display.keycodes[0]]?.[0] ?? 0) ?? `code-${code}`;
	const BUTTONS: Readonly<Record<number, Button>> = { 1: 'left', 2: 'middle', 3: 'right' };
	xinput.XISelectEvents(display.root, {
		deviceId: xinput.AllMasterDevices,
		mask: ['RawKeyPress', 'RawKeyRelease', 'RawButtonPress', 'RawButtonRelease', 'RawMotion'],
	});
	let asking = false;
	display.onEvent((event) => {
		// A device that is not an XTEST one is somebody's hand, whatever was announced.
		const injected = (names.get(event.sourceId ?? 0) ?? 'XTEST').includes('XTEST');
		const down = event.name.endsWith('Press');
		const detail = event.detail ?? 0;
		if (event.name === 'XIRawKeyPress' || event.name === 'XIRawKeyRelease') {
			const key = keyOf(detail);
			if (injected && expected.takes(`key ${key} ${down ? 'down' : 'up'}`)) return;
			onOwn({ kind: 'key', key, down });
		} else if (event.name === 'XIRawButtonPress' || event.name === 'XIRawButtonRelease') {
			const button = BUTTONS[detail];
			if (button === undefined) {
				if (!down || (injected && expected.takes('scroll'))) return;
			} else if (injected && expected.takes(`button ${button} ${down ? 'down' : 'up'}`)) return;
			display.pointer().then(
				(at) => onOwn(button === undefined ? { kind: 'scroll', at } : { kind: 'button', button, down, at }),
				() => undefined, // the server is gone: the window port tells that
			);
		} else if (event.name === 'XIRawMotion' && !asking) {
			asking = true;
			display.pointer().then(
				(at) => {
					asking = false;
					if (!expected.explains(at)) onOwn({ kind: 'move', at });
				},
				() => {
					asking = false;
				},
			);
		}
	});
	await display.sync();
	return {
		how: 'xinput2',
		seesKeys: true,
		announce: (what) => expected.announce(what),
		announceMove: (to) => expected.announceMove(to),
		close: () => display.close(),
	};
}

interface Hook {
	on(event: string, listener: (event: { keycode: number; button: unknown; x: number; y: number }) => void): void;
	start(): void;
	stop(): void;
}

/** uiohook's global hook, for Windows and macOS. @throws when its native part does not load here */
export function watchUiohook(onOwn: (seen: Seen) => void): OwnInput {
	const { uIOhook, UiohookKey } = createRequire(import.meta.url)('uiohook-napi') as { uIOhook: Hook; UiohookKey: Record<string, number> };
	const expected = new Expected();
	const names = new Map<number, string>();
	for (const [name, code] of Object.entries(UiohookKey))
		names.set(code, UIOHOOK_NAMES[name] ?? (name.length === 1 ? name.toLowerCase() : name));
	const BUTTONS: Readonly<Record<number, Button>> = { 1: 'left', 2: 'right', 3: 'middle' };
	for (const [event, down] of [
		['keydown', true],
		['keyup', false],
	] as const) {
		uIOhook.on(event, ({ keycode }) => {
			const key = names.get(keycode) ?? `code-${keycode}`;
			if (!expected.takes(`key ${key} ${down ? 'down' : 'up'}`)) onOwn({ kind: 'key', key, down });
		});
	}
	for (const [event, down] of [
		['mousedown', true],
		['mouseup', false],
	] as const) {
		uIOhook.on(event, ({ button, x, y }) => {
			const name = BUTTONS[Number(button)];
			if (name !== undefined && !expected.takes(`button ${name} ${down ? 'down' : 'up'}`))
				onOwn({ kind: 'button', button: name, down, at: { x, y } });
		});
	}
	uIOhook.on('wheel', ({ x, y }) => {
		if (!expected.takes('scroll')) onOwn({ kind: 'scroll', at: { x, y } });
	});
	uIOhook.on('mousemove', ({ x, y }) => {
		if (!expected.explains({ x, y })) onOwn({ kind: 'move', at: { x, y } });
	});
	uIOhook.start();
	return {
		how: 'uiohook',
		seesKeys: true,
		announce: (what) => expected.announce(what),
		announceMove: (to) => expected.announceMove(to),
		close: () => uIOhook.stop(),
	};
}

/** uiohook's names where they differ from `KeyboardEvent.key`. */
const UIOHOOK_NAMES: Readonly<Record<string, string>> = {
	Ctrl: 'Control',
	CtrlRight: 'Control',
	AltRight: 'Alt',
	ShiftRight: 'Shift',
	MetaRight: 'Meta',
	PrintScreen: 'Print',
	Semicolon: ';',
	Equal: '=',
	Comma: ',',
	Minus: '-',
	Period: '.',
	Slash: '/',
	Backquote: '`',
	BracketLeft: '[',
	Backslash: '\\',
	BracketRight: ']',
	Quote: "'",
};

/** Last resort: a pointer that is not where we left it was moved by somebody. Keys are not seen. */
export function watchPointer(driver: Driver, onOwn: (seen: Seen) => void): OwnInput {
	const expected = new Expected();
	let first = true;
	const timer = setInterval(() => {
		driver.pointer().then(
			(at) => {
				const ours = expected.explains(at);
				if (!ours && !first) onOwn({ kind: 'move', at });
				first = false;
			},
			() => undefined, // no display any more: nothing can be injected either
		);
	}, 100);
	timer.unref();
	return {
		how: 'polling',
		seesKeys: false,
		announce: () => undefined,
		announceMove: (to) => expected.announceMove(to),
		close: () => clearInterval(timer),
	};
}

export const noOwnInput: OwnInput = {
	how: 'none',
	seesKeys: false,
	announce: () => undefined,
	announceMove: () => undefined,
	close: () => undefined,
};
