// The part of the pure-JavaScript X client that is used here; the package brings no types of its own.
declare module 'x11' {
	export interface XError extends Error {
		readonly error?: number;
	}
	type Reply<T> = (error: XError | null | undefined, value: T) => void;
	export interface XTest {
		readonly KeyPress: 2;
		readonly KeyRelease: 3;
		readonly ButtonPress: 4;
		readonly ButtonRelease: 5;
		readonly MotionNotify: 6;
		FakeInput(type: number, detail: number, time: number, window: number, x: number, y: number): void;
	}
	export interface XInput {
		readonly AllMasterDevices: number;
		readonly AllDevices: number;
		readonly xi2: { readonly majorVersion: number; readonly minorVersion: number } | null;
		XISelectEvents(window: number, masks: { readonly deviceId: number; readonly mask: readonly string[] | number }): void;
		XIQueryDevice(
			deviceId: number,
			reply: Reply<readonly { readonly deviceId: number; readonly name: string; readonly attachment: number }[]>,
		): void;
	}
	export interface XEvent {
		readonly name: string;
		readonly type: number;
		readonly wid?: number;
		readonly deviceId?: number;
		readonly sourceId?: number;
		readonly detail?: number;
		readonly keycode?: number;
		readonly x?: number;
		readonly y?: number;
	}
	export interface XClient {
		atoms: Readonly<Record<string, number>>;
		readonly resource_base?: number;
		require(name: 'xtest', reply: Reply<XTest>): void;
		require(name: 'xinput', reply: Reply<XInput>): void;
		on(event: 'event', listener: (event: XEvent) => void): void;
		on(event: 'error', listener: (error: XError) => void): void;
		on(event: 'end', listener: () => void): void;
		AllocID(): number;
		InternAtom(onlyIfExists: boolean, name: string, reply: Reply<number>): void;
		GetProperty(
			del: 0 | 1,
			wid: number,
			name: number,
			type: number,
			offset: number,
			length: number,
			reply: Reply<{ readonly type: number; readonly format: number; readonly data: Buffer }>,
		): void;
		ChangeProperty(
			mode: number,
			wid: number,
			name: number,
			type: number,
			format: number,
			data: Buffer | string | number | readonly number[],
		): void;
		GetGeometry(
			wid: number,
			reply: Reply<{ readonly width: number; readonly height: number; readonly xPos: number; readonly yPos: number }>,
		): void;
		GetWindowAttributes(wid: number, reply: Reply<{ readonly mapState: number }>): void;
		QueryTree(wid: number, reply: Reply<{ readonly root: number; readonly parent: number; readonly children: readonly number[] }>): void;
		QueryPointer(
			wid: number,
			reply: Reply<{
				readonly child: number;
				readonly rootX: number;
				readonly rootY: number;
				readonly childX: number;
				readonly childY: number;
				readonly keyMask: number;
			}>,
		): void;
		TranslateCoordinates(
			from: number,
			to: number,
			x: number,
			y: number,
			reply: Reply<{ readonly child: number; readonly destX: number; readonly destY: number }>,
		): void;
		QueryKeymap(reply: Reply<Buffer>): void;
		GetKeyboardMapping(first: number, count: number, reply: Reply<readonly (readonly number[])[]>): void;
		GetInputFocus(reply: Reply<{ readonly focus: number }>): void;
		SetInputFocus(wid: number, revertTo: number): void;
		CreateWindow(
			wid: number,
			parent: number,
			x: number,
			y: number,
			width: number,
			height: number,
			border: number,
			depth: number,
			kind: number,
			visual: number,
			values: Readonly<Record<string, number>>,
		): void;
		ConfigureWindow(wid: number, options: Readonly<Record<string, number>>): void;
		MapWindow(wid: number): void;
		DestroyWindow(wid: number): void;
		SendClientMessage(destination: number, wid: number, type: number, format: number, data: readonly number[]): void;
		terminate(): void;
	}
	export interface XDisplayInfo {
		readonly client: XClient;
		readonly screen: readonly {
			readonly root: number;
			readonly pixel_width: number;
			readonly pixel_height: number;
			readonly white_pixel: number;
		}[];
		readonly min_keycode: number;
		readonly max_keycode: number;
		readonly resource_mask: number;
		readonly resource_base?: number;
	}
	const x11: {
		createClient(options: { readonly display: string }, ready: (error: Error | null | undefined, display: XDisplayInfo) => void): XClient;
		readonly eventMask: Readonly<Record<string, number>>;
		readonly keySyms: Readonly<Record<string, { readonly code: number }>>;
	};
	export default x11;
}
