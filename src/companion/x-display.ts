// One connection to the X server with promises, deadlines and errors as values where a window may vanish between two requests.
import x11, { type XClient, type XDisplayInfo, type XEvent, type XInput, type XTest } from 'x11';
import type { Placement, Point } from '../core/geometry.ts';

/** The X server did not answer in time, or the connection is gone. */
export class DisplayError extends Error {
	override readonly name = 'DisplayError';
}

const ANSWER_LIMIT_MS = 2000;
/** WM_TRANSIENT_FOR, the last atom that every server has under the same number (X protocol, appendix B). */
const LAST_PREDEFINED_ATOM = 68;

export class XDisplay {
	readonly client: XClient;
	readonly root: number;
	readonly size: { readonly width: number; readonly height: number };
	readonly keycodes: readonly [min: number, max: number];
	/** The bits of an id that a client chooses; the rest say which client made it. */
	readonly idMask: number;
	private readonly atoms = new Map<string, number>();
	private readonly ended: (() => void)[] = [];
	private over = false;

	private constructor(info: XDisplayInfo) {
		this.client = info.client;
		// The library keeps the atoms it was told in one table for all connections, but numbers above 68 are each server's own:
		// a second server would be asked with the first one's.
		this.client.atoms = Object.fromEntries(Object.entries(info.client.atoms).filter(([, number]) => number <= LAST_PREDEFINED_ATOM));
		const screen = info.screen[0];
		if (!screen) throw new DisplayError('the X server has no screen');
		this.root = screen.root;
		this.size = { width: screen.pixel_width, height: screen.pixel_height };
		this.keycodes = [info.min_keycode, info.max_keycode];
		this.idMask = info.resource_mask;
		const end = (): void => {
			if (this.over) return;
			this.over = true;
			for (const listener of this.ended) listener();
		};
		this.client.on('end', end);
		// X errors of requests without a reply (a window that closed meanwhile) arrive here; the replies tell us what matters.
		this.client.on('error', (error) => {
			if (error.error === undefined) end();
		});
	}

	static open(display: string): Promise<XDisplay> {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new DisplayError(`display ${display} did not answer`)), 5000);
			const fail = (error: unknown): void => {
				clearTimeout(timer);
				reject(new DisplayError(`display ${display} cannot be opened: ${error instanceof Error ? error.message : String(error)}`));
			};
			try {
				const client = x11.createClient({ display }, (error, info) => {
					if (error) return fail(error);
					clearTimeout(timer);
					try {
						resolve(new XDisplay(info));
					} catch (cause) {
						fail(cause);
					}
				});
				client.on('error', fail);
			} catch (error) {
				fail(error);
			}
		});
	}

	get alive(): boolean {
		return !this.over;
	}

	onEnd(listener: () => void): void {
		this.ended.push(listener);
	}

	onEvent(listener: (event: XEvent) => void): void {
		this.client.on('event', listener);
	}

	close(): void {
		if (this.over) return;
		this.over = true;
		this.client.terminate();
	}

	/** Runs one request; rejects with DisplayError when the server refuses it, is gone or is silent. */
	private ask<T>(what: string, send: (reply: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
		return new Promise((resolve, reject) => {
			if (this.over) return reject(new DisplayError(`${what}: the X server is gone`));
			const timer = setTimeout(() => reject(new DisplayError(`${what}: the X server is silent`)), ANSWER_LIMIT_MS);
			try {
				send((error, value) => {
					clearTimeout(timer);
					if (error) reject(new DisplayError(`${what}: ${error.message}`));
					else resolve(value);
					return true; // the library would throw an error that nobody claims
				});
			} catch (error) {
				clearTimeout(timer);
				reject(new DisplayError(`${what}: ${error instanceof Error ? error.message : String(error)}`));
			}
		});
	}

	async atom(name: string): Promise<number> {
		const known = this.atoms.get(name);
		if (known !== undefined) return known;
		const atom = await this.ask<number>(`atom ${name}`, (r) => this.client.InternAtom(false, name, r));
		this.atoms.set(name, atom);
		return atom;
	}

	async property(window: number, name: string): Promise<{ readonly type: number; readonly data: Buffer } | undefined> {
		const atom = await this.atom(name);
		const value = await this.ask<{ type: number; data: Buffer }>(`property ${name}`, (r) =>
			this.client.GetProperty(0, window, atom, 0, 0, 16_384, r),
		);
		return value.type === 0 ? undefined : value;
	}

	async cardinal(window: number, name: string): Promise<number | undefined> {
		const value = await this.property(window, name);
		return value && value.data.length >= 4 ? value.data.readUInt32LE(0) : undefined;
	}

	async title(window: number): Promise<string> {
		const modern = await this.property(window, '_NET_WM_NAME');
		if (modern && modern.data.length > 0) return modern.data.toString('utf8');
		const old = await this.property(window, 'WM_NAME');
		if (!old) return '';
		return old.type === (await this.atom('UTF8_STRING')) ? old.data.toString('utf8') : old.data.toString('latin1');
	}

	tree(window: number): Promise<{ readonly root: number; readonly parent: number; readonly children: readonly number[] }> {
		return this.ask('tree', (r) => this.client.QueryTree(window, r));
	}

	/** The window's inside, in screen pixels. */
	async placement(window: number): Promise<Placement> {
		const [size, corner] = await Promise.all([
			this.ask<{ width: number; height: number }>('geometry', (r) => this.client.GetGeometry(window, r)),
			this.ask<{ destX: number; destY: number }>('position', (r) => this.client.TranslateCoordinates(window, this.root, 0, 0, r)),
		]);
		return { x: corner.destX, y: corner.destY, width: size.width, height: size.height };
	}

	async viewable(window: number): Promise<boolean> {
		const attributes = await this.ask<{ mapState: number }>('attributes', (r) => this.client.GetWindowAttributes(window, r));
		return attributes.mapState === 2;
	}

	/** `child` is the window of `window` right under the pointer, 0 for none; `at` is on the screen, `inside` on `window`; `mask` says
	 *  which modifiers and buttons are down. */
	async pointerOn(window: number): Promise<{ readonly at: Point; readonly inside: Point; readonly child: number; readonly mask: number }> {
		const p = await this.ask<{ child: number; rootX: number; rootY: number; childX: number; childY: number; keyMask: number }>(
			'pointer',
			(r) => this.client.QueryPointer(window, r),
		);
		return { at: { x: p.rootX, y: p.rootY }, inside: { x: signed(p.childX), y: signed(p.childY) }, child: p.child, mask: p.keyMask };
	}

	async pointer(): Promise<Point> {
		return (await this.pointerOn(this.root)).at;
	}

	/** The keycodes that are down. */
	async keysDown(): Promise<readonly number[]> {
		const bits = await this.ask<Buffer>('keymap', (r) => this.client.QueryKeymap(r));
		const down: number[] = [];
		for (let code = 0; code < 256; code++) if (((bits[code >> 3] ?? 0) >> (code & 7)) & 1) down.push(code);
		return down;
	}

	keyboardMapping(): Promise<readonly (readonly number[])[]> {
		const [min, max] = this.keycodes;
		return this.ask('keyboard', (r) => this.client.GetKeyboardMapping(min, max - min + 1, r));
	}

	focus(): Promise<number> {
		return this.ask<{ focus: number }>('focus', (r) => this.client.GetInputFocus(r)).then((f) => f.focus);
	}

	/** Resolves when the server has done everything sent before. */
	async sync(): Promise<void> {
		await this.focus();
	}

	xtest(): Promise<XTest> {
		return this.ask('XTEST', (r) => this.client.require('xtest', r));
	}

	xinput(): Promise<XInput> {
		return this.ask('XInput', (r) => this.client.require('xinput', r));
	}

	/** Names of the input devices by id. */
	async devices(xinput: XInput): Promise<ReadonlyMap<number, string>> {
		const list = await this.ask<readonly { deviceId: number; name: string }[]>('devices', (r) =>
			xinput.XIQueryDevice(xinput.AllDevices, r),
		);
		return new Map(list.map((d) => [d.deviceId, d.name]));
	}

	/** The windows that the window manager lists, or that stand right under the root without one. */
	async windows(): Promise<readonly number[]> {
		const listed = await this.property(this.root, '_NET_CLIENT_LIST');
		if (!listed) return (await this.tree(this.root)).children;
		const ids: number[] = [];
		for (let at = 0; at + 4 <= listed.data.length; at += 4) ids.push(listed.data.readUInt32LE(at));
		return ids;
	}
}

function signed(value: number): number {
	return value > 0x7fff ? value - 0x1_0000 : value;
}

/** The display that input and windows are on, or why there is none. */
export function findDisplay(env: NodeJS.ProcessEnv = process.env): string | undefined {
	return process.platform === 'linux' ? env.DISPLAY || undefined : undefined;
}
