// The last frames that a model explained, with what it saw where: what templates are learnt from besides the frame at hand, what
// shows where they are absent, and what a threshold is tried on. In memory only: no picture of a game is ever stored.
import type { Box } from '../geometry.ts';
import type { Frame } from '../ports.ts';
import { hashLuma, keepFrame } from './pixels.ts';

/** A frame and what an answer said of it. */
export interface Explained {
	readonly frame: Frame;
	/** Everything the answer named, whether its box could be read or not: what is not in here is absent. */
	readonly names: ReadonlySet<string>;
	/** Where, in frame pixels; absent when nobody kept that. */
	readonly places?: ReadonlyMap<string, readonly Box[]>;
}
export interface KeptFrame extends Explained {
	readonly screen: string;
	readonly places: ReadonlyMap<string, readonly Box[]>;
}

export interface FrameMemory {
	/** Copies the frame and keeps it; the same picture again takes the newer answer. */
	add(seen: KeptFrame): void;
	/** Oldest first. */
	frames(): readonly KeptFrame[];
	/** Bytes of the pixels kept. */
	readonly bytes: number;
	clear(): void;
}

/** Enough for four observations of what stands on each of some ten screens; of 720p frames 33 MB. */
const FRAMES_MAX = 24;
const BYTES_MAX = 40_000_000;

const bytesOf = (frame: Frame): number => frame.luma.length + (frame.u?.length ?? 0) + (frame.v?.length ?? 0);

export function makeFrameMemory(limits: { readonly frames?: number; readonly bytes?: number } = {}): FrameMemory {
	const framesMax = limits.frames ?? FRAMES_MAX;
	const bytesMax = limits.bytes ?? BYTES_MAX;
	let kept: { readonly seen: KeptFrame; readonly hash: number }[] = [];
	let bytes = 0;

	/** The oldest of the screen that has most: a screen seen once is not pushed out by one that is seen all the time. */
	function drop(): void {
		const counts = new Map<string, number>();
		for (const { seen } of kept) counts.set(seen.screen, (counts.get(seen.screen) ?? 0) + 1);
		const most = Math.max(...counts.values());
		const at = kept.findIndex(({ seen }) => counts.get(seen.screen) === most);
		const [gone] = kept.splice(at, 1);
		if (gone !== undefined) bytes -= bytesOf(gone.seen.frame);
	}

	return {
		add(seen) {
			const hash = hashLuma(seen.frame);
			const same = kept.findIndex((k) => k.hash === hash && k.seen.frame.width === seen.frame.width);
			const before = kept[same];
			if (before !== undefined) {
				kept[same] = { seen: { ...seen, frame: before.seen.frame }, hash };
				return;
			}
			// A frame that alone is more than all may hold is not kept.
			if (bytesOf(seen.frame) > bytesMax) return;
			kept.push({ seen: { ...seen, frame: keepFrame(seen.frame) }, hash });
			bytes += bytesOf(seen.frame);
			while (kept.length > framesMax || bytes > bytesMax) drop();
		},
		frames: () => kept.map((k) => k.seen),
		get bytes() {
			return bytes;
		},
		clear() {
			kept = [];
			bytes = 0;
		},
	};
}
