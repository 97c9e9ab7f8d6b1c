// Our side in a worker of the browser: the same turns as in Node, and the hot path, which only a browser has: a VideoFrame as the
// capture hands it over, copied into the engine's memory, its changes mapped, fifty known places checked.
import { makeBestEngine } from '../../../adapters/engine.ts';
import { makeChangeTracker } from '../../../core/perception/change.ts';
import { makeFrame, type RawPicture } from '../../../core/perception/pixels.ts';
import { makeContender, type Order, type Outcome, type Scene } from './contender.ts';

/** A scene with addresses in place of bytes. */
export interface SceneAddresses extends Omit<Scene, 'frames' | 'cuts'> {
	readonly frames: Readonly<Record<string, string>>;
	readonly cuts: string;
}
export interface HotOrder {
	readonly format: 'I420' | 'RGBX';
	readonly n: number;
	readonly pad: number;
	readonly times: number;
}
/** Milliseconds, one a frame: what each stage of the hot path took, and all of it together. */
export interface HotOutcome {
	readonly copy: readonly number[];
	readonly frame: readonly number[];
	readonly change: readonly number[];
	readonly verify: readonly number[];
	readonly all: readonly number[];
	readonly held: number;
}
export type Request =
	| { readonly do: 'init'; readonly scene: SceneAddresses }
	| { readonly do: 'run'; readonly order: Order }
	| { readonly do: 'hot'; readonly order: HotOrder };
export type Answer = { readonly ok: true; readonly value: Outcome | HotOutcome | null } | { readonly ok: false; readonly why: string };

const engine = makeBestEngine();
const stand = { engine, buffers: engine.frameBuffers() };
const contender = makeContender(stand, () => performance.now());
let pictures: Record<string, Uint8Array> = {};
let size = { width: 0, height: 0 };

self.onmessage = async ({ data }: MessageEvent<Request>) => {
	let answer: Answer;
	try {
		answer = { ok: true, value: await serve(data) };
	} catch (error) {
		answer = { ok: false, why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
	}
	self.postMessage(answer);
};

async function serve(request: Request): Promise<Outcome | HotOutcome | null> {
	if (request.do === 'run') return contender.run(request.order);
	if (request.do === 'hot') return runHot(request.order);
	const { scene } = request;
	pictures = {};
	for (const [name, address] of Object.entries(scene.frames)) pictures[name] = await bytesAt(address);
	size = { width: scene.width, height: scene.height };
	contender.init({ ...scene, frames: pictures, cuts: await bytesAt(scene.cuts) });
	return null;
}

async function bytesAt(address: string): Promise<Uint8Array> {
	const response = await fetch(address);
	if (!response.ok) throw new Error(`${address} is not there.`);
	return new Uint8Array(await response.arrayBuffer());
}

async function runHot({ format, n, pad, times }: HotOrder): Promise<HotOutcome> {
	const { width, height } = size;
	const sources = Object.values(pictures).map((rgba) => videoBytes(rgba, width, height, format));
	const wanted = contender.patches.slice(0, n);
	const change = makeChangeTracker(engine.hashTiles);
	const out = { copy: [] as number[], frame: [] as number[], change: [] as number[], verify: [] as number[], all: [] as number[], held: 0 };
	// The first rounds let the compiler see what is coming; they are not counted.
	const warm = Math.ceil(times / 4);
	for (let i = -warm; i < times; i++) {
		const bytes = sources[(i + warm) % sources.length] as Uint8Array<ArrayBuffer>;
		const video = new VideoFrame(bytes, { format, codedWidth: width, codedHeight: height, timestamp: (i + warm) * 33_333 });
		const t0 = performance.now();
		const data = stand.buffers.raw(video.allocationSize());
		const layout = await video.copyTo(data as Uint8Array<ArrayBuffer>);
		const t1 = performance.now();
		const raw: RawPicture = { format, width, height, data, planes: layout.map(({ offset, stride }) => ({ offset, stride })) };
		const frame = makeFrame(raw, String(i), t0, stand.buffers);
		const t2 = performance.now();
		change.update(frame);
		const t3 = performance.now();
		const places = engine.verifyAll(frame, wanted, pad);
		const t4 = performance.now();
		video.close();
		if (i < 0) continue;
		out.copy.push(t1 - t0);
		out.frame.push(t2 - t1);
		out.change.push(t3 - t2);
		out.verify.push(t4 - t3);
		out.all.push(t4 - t0);
		out.held += places.filter((place) => place.score >= 0.8).length;
	}
	return out;
}

/** BT.601 limited range, as a capture delivers it; chroma of a block is that of its mean. */
function videoBytes(rgba: Uint8Array, width: number, height: number, format: HotOrder['format']): Uint8Array<ArrayBuffer> {
	if (format === 'RGBX') return rgba.slice();
	const half = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
	const out = new Uint8Array(width * height + 2 * half.width * half.height);
	const at = (x: number, y: number, channel: number): number =>
		rgba[(Math.min(y, height - 1) * width + Math.min(x, width - 1)) * 4 + channel] as number;
	for (let y = 0, to = 0; y < height; y++) {
		for (let x = 0; x < width; x++, to++) out[to] = 16 + (66 * at(x, y, 0) + 129 * at(x, y, 1) + 25 * at(x, y, 2) + 128) / 256;
	}
	for (let y = 0, to = width * height; y < half.height; y++) {
		for (let x = 0; x < half.width; x++, to++) {
			const mean = (c: number): number =>
				(at(2 * x, 2 * y, c) + at(2 * x + 1, 2 * y, c) + at(2 * x, 2 * y + 1, c) + at(2 * x + 1, 2 * y + 1, c)) / 4;
			const [r, g, b] = [mean(0), mean(1), mean(2)];
			out[to] = 128 + (-38 * r - 74 * g + 112 * b) / 256;
			out[to + half.width * half.height] = 128 + (112 * r - 94 * g - 18 * b) / 256;
		}
	}
	return out;
}
