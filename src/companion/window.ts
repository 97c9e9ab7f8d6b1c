// The port to the desktop's windows: finding the one that was shared, and knowing whether it is in front.
import type { Placement, Point } from '../core/geometry.ts';

export interface WindowFacts {
	readonly id: number;
	readonly title: string;
	readonly pid: number | null;
	/** The window's inside in screen pixels. */
	readonly placement: Placement;
}

export interface WindowSystem {
	readonly name: 'x11';
	/** Undefined when there is no such window, or it is not shown. */
	find(id: number): Promise<WindowFacts | undefined>;
	/** Windows whose title holds the text, frontmost last where the order is known. */
	findByTitle(part: string): Promise<readonly WindowFacts[]>;
	/** True when this window, or one inside it or around it, is the active one. */
	inFront(id: number): Promise<boolean>;
	/** True when the pointer stands on this window or on another of the same program, not on something lying over it. */
	underPointer(id: number): Promise<boolean>;
	/** Where the pointer is, from the window's inside corner. */
	pointerInside(id: number): Promise<Point>;
	/** Asks the window manager to bring it to the front. */
	raise(id: number): Promise<void>;
	close(): void;
}

export type Source =
	| { readonly kind: 'window'; readonly id: number }
	| { readonly kind: 'refused'; readonly reason: 'monitor' | 'tab' | 'unknown-source'; readonly detail: string };

/** Reads `MediaStreamTrack.label` of a shared source as Chromium writes it. */
export function readTrackLabel(label: string): Source {
	const window = /^window:(\d{1,10}):\d+$/.exec(label);
	if (window) return { kind: 'window', id: Number(window[1]) };
	if (/^screen:/.test(label)) {
		return {
			kind: 'refused',
			reason: 'monitor',
			detail: "A whole screen is shared. Share the game's window: input goes to one window only.",
		};
	}
	if (/^web-contents-media-stream:|^current-web-contents/.test(label)) {
		return {
			kind: 'refused',
			reason: 'tab',
			detail: "A browser tab is shared. Share the game's window: a tab cannot be told from its neighbours.",
		};
	}
	return {
		kind: 'refused',
		reason: 'unknown-source',
		detail: `The shared source "${label.slice(0, 80)}" does not say which window it is.`,
	};
}
