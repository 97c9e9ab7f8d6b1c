// Our side of the perception bench, the same code in Node and in a browser's worker: the frame lies ready in the engine's memory,
// as it lies ready in one channel for opencv, and the clock runs from there to the answers.
import { makeChangeTracker } from '../../../core/perception/change.ts';
import { type Patch, preparePatch } from '../../../core/perception/match.ts';
import { makeFrame, makeFrameBuffers, type PictureFrame } from '../../../core/perception/pixels.ts';
import type { Box } from '../../../core/geometry.ts';
import { loadFrame, type Stand } from './engine.ts';

export interface Scene {
	readonly width: number;
	readonly height: number;
	/** Name → raw RGBA. */
	readonly frames: Readonly<Record<string, Uint8Array>>;
	/** Where each template was cut from: its known place. */
	readonly boxes: readonly Box[];
	/** The templates' raw RGBA, one after the other. */
	readonly cuts: Uint8Array;
}
/** The last two are parts of the first two, timed alone: the change map of a frame, and the search by anchors without a careful look. */
export type Mode = 'known' | 'whole' | 'change' | 'anchors';
export interface Order {
	readonly mode: Mode;
	readonly frame: string;
	/** The first n templates take part. */
	readonly n: number;
	/** How far from its known place an element may have moved, pixels. */
	readonly pad: number;
	readonly threshold: number;
	readonly times: number;
}
/** Score and top left corner; null below the threshold. */
export type Found = readonly [score: number, x: number, y: number] | null;
export interface Outcome {
	/** Milliseconds, one a time. */
	readonly wall: readonly number[];
	readonly cpu: readonly number[];
	/** Of the last time. */
	readonly found: readonly Found[];
}
export interface Contender {
	/** Takes a scene in and forgets the one before. */
	init(scene: Scene): void;
	run(order: Order): Outcome;
	readonly patches: readonly { readonly patch: Patch; readonly box: Box }[];
}

/**
 * @param now  milliseconds
 * @param cpuNow  CPU milliseconds of this process; where the platform does not tell, undefined
 */
export function makeContender(stand: Stand, now: () => number, cpuNow?: () => number): Contender {
	const { engine } = stand;
	const change = makeChangeTracker(engine.hashTiles);
	let frames = new Map<string, PictureFrame>();
	let patches: { patch: Patch; box: Box }[] = [];
	return {
		get patches() {
			return patches;
		},
		init({ width, height, frames: pictures, boxes, cuts }) {
			frames = new Map(Object.entries(pictures).map(([name, data]) => [name, frameOf(data, width, height, name)]));
			let from = 0;
			patches = boxes.map((box) => {
				const [, , w, h] = box;
				const cut = frameOf(cuts.subarray(from, (from += w * h * 4)), w, h, 'cut');
				return { patch: preparePatch({ width: w, height: h, luma: cut.luma }), box };
			});
		},
		run({ mode, frame, n, pad, threshold, times }) {
			const wanted = patches.slice(0, n);
			const lost = wanted.map(({ patch }) => patch);
			const wall: number[] = [];
			const cpu: number[] = [];
			let found: Found[] = [];
			for (let i = 0; i < times; i++) {
				// A frame of its own each time: nothing that was worked out for the one before may be left.
				const ready = loadFrame(stand, getFrame(frames, frame));
				const cpuBegun = cpuNow?.() ?? 0;
				const begun = now();
				let places: readonly ({ readonly score: number; readonly box: Box } | undefined)[];
				if (mode === 'known' || mode === 'change') {
					change.update(ready);
					places = mode === 'known' ? engine.verifyAll(ready, wanted, pad) : [];
				} else {
					places = engine.searchLost(ready, lost, undefined, mode === 'whole' ? undefined : 0).map(({ best }) => best);
				}
				wall.push(now() - begun);
				if (cpuNow !== undefined) cpu.push(cpuNow() - cpuBegun);
				found = places.map((place) => (place !== undefined && place.score >= threshold ? [place.score, place.box[0], place.box[1]] : null));
			}
			return { wall, cpu, found };
		},
	};
}

function frameOf(data: Uint8Array, width: number, height: number, id: string): PictureFrame {
	return makeFrame({ format: 'RGBX', width, height, data, planes: [{ offset: 0, stride: width * 4 }] }, id, 0, makeFrameBuffers(1));
}

function getFrame(frames: ReadonlyMap<string, PictureFrame>, name: string): PictureFrame {
	const frame = frames.get(name);
	if (frame === undefined) throw new Error(`There is no frame ${name}.`);
	return frame;
}
