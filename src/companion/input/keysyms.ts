// `KeyboardEvent.key` names and what each platform calls them. A printable character stands for itself.
import x11 from 'x11';

/** Keys with a name; the value is the X keysym's name without `XK_`. */
const NAMED: Readonly<Record<string, string>> = {
	Enter: 'Return',
	Escape: 'Escape',
	Tab: 'Tab',
	Backspace: 'BackSpace',
	Delete: 'Delete',
	Insert: 'Insert',
	Home: 'Home',
	End: 'End',
	PageUp: 'Page_Up',
	PageDown: 'Page_Down',
	ArrowUp: 'Up',
	ArrowDown: 'Down',
	ArrowLeft: 'Left',
	ArrowRight: 'Right',
	Shift: 'Shift_L',
	Control: 'Control_L',
	Alt: 'Alt_L',
	CapsLock: 'Caps_Lock',
	NumLock: 'Num_Lock',
	ScrollLock: 'Scroll_Lock',
	Pause: 'Pause',
	Space: 'space',
};

/** The X keysym of a key's name; undefined for a name that no keyboard has. */
export function keysymOf(key: string): number | undefined {
	const name = Object.hasOwn(NAMED, key) ? NAMED[key] : /^F([1-9]|1\d|2[0-4])$/.test(key) ? key : undefined;
	if (name !== undefined) return x11.keySyms[`XK_${name}`]?.code;
	if ([...key].length !== 1) return undefined;
	const point = key.codePointAt(0) ?? 0;
	// Latin 1 is its own keysym; the rest of Unicode has bit 24 set (X protocol, appendix A).
	return (point >= 0x20 && point <= 0x7e) || (point >= 0xa0 && point <= 0xff) ? point : point > 0xff ? 0x0100_0000 + point : undefined;
}

/** The name of a keysym, for telling which key a person pressed. */
export function nameOfKeysym(keysym: number): string | undefined {
	for (const [key, name] of Object.entries(NAMED)) {
		const code = x11.keySyms[`XK_${name}`]?.code;
		if (code === keysym) return key;
	}
	const right: Readonly<Record<number, string>> = {
		0xffe2: 'Shift',
		0xffe4: 'Control',
		0xffea: 'Alt',
		0xffeb: 'Meta',
		0xffec: 'Meta',
		0xffe7: 'Meta',
		0xffe8: 'Meta',
	};
	if (right[keysym]) return right[keysym];
	if (keysym >= 0xffbe && keysym <= 0xffd5) return `F${keysym - 0xffbe + 1}`;
	if ((keysym >= 0x20 && keysym <= 0x7e) || (keysym >= 0xa0 && keysym <= 0xff)) return String.fromCodePoint(keysym);
	return keysym > 0x0100_0000 && keysym <= 0x0110_ffff ? String.fromCodePoint(keysym - 0x0100_0000) : undefined;
}

/** robotjs's names; characters stand for themselves in lower case. */
const ROBOT: Readonly<Record<string, string>> = {
	Enter: 'enter',
	Escape: 'escape',
	Tab: 'tab',
	Backspace: 'backspace',
	Delete: 'delete',
	Insert: 'insert',
	Home: 'home',
	End: 'end',
	PageUp: 'pageup',
	PageDown: 'pagedown',
	ArrowUp: 'up',
	ArrowDown: 'down',
	ArrowLeft: 'left',
	ArrowRight: 'right',
	Shift: 'shift',
	Control: 'control',
	Alt: 'alt',
	Space: 'space',
};

export function robotNameOf(key: string): string | undefined {
	if (Object.hasOwn(ROBOT, key)) return ROBOT[key];
	if (/^F([1-9]|1\d|2[0-4])$/.test(key)) return key.toLowerCase();
	return /^[\x21-\x7e]$/.test(key) ? key.toLowerCase() : undefined;
}
