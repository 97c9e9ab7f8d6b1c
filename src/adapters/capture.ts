// VideoFrames → Frames, in a worker and without a canvas. A VideoFrame holds a buffer of the capturer until it is closed, and a
// capturer with no free buffer stops, so each is closed in a finally and the open ones are counted.
import type { Clock } from '../core/ports.ts';
import {
	type Colour,
	type FrameBuffers,
	makeFrame,
	PIXEL_FORMATS,
	type PictureFrame,
	type PixelFormat,
} from '../core/perception/pixels.ts';
import type { PracticeFrame, PracticeWant } from '../../workers/practice.protocol.ts';

export type NextFrame =
	| {
			readonly ended: false;
			/** Valid until two more frames were taken; `keepFrame` copies it. */
			readonly frame: PictureFrame;
			/** Time the copy out of the capturer took, milliseconds. */
			readonly copyMs: number;
	  }
	| { readonly ended: true; readonly reason: string };

export interface FrameSource {
	/** For people: what is captured. */
	readonly name: string;
	/** The newest frame not taken yet; waits for one. Older ones are dropped. @throws the signal's reason when aborted */
	next(signal: AbortSignal): Promise<NextFrame>;
	/** VideoFrames not closed yet: at most 2 (one waiting, one being copied). */
	readonly open: number;
	readonly taken: number;
	readonly dropped: number;
	/** Frames that could not be read, with the last reason. */
	readonly failed: number;
	readonly lastFault: string | undefined;
	close(): void;
}

export interface SourceOptions {
	readonly clock: Clock;
	readonly name: string;
	/** What frames are copied into: the engine's own memory, so that they are compared where they lie. */
	readonly buffers: FrameBuffers;
}

interface Arrived {
	readonly video: VideoFrame;
	readonly id: string;
	readonly at: number;
}

/** A queue of one: what is not taken when the next arrives is closed and dropped. */
function makeQueue({ clock, name, buffers }: SourceOptions, onClose: () => void) {
	let waiting: Arrived | undefined;
	let ended: string | undefined;
	let wake: (() => void) | undefined;
	let open = 0;
	let taken = 0;
	let dropped = 0;
	let failed = 0;
	let lastFault: string | undefined;

	function discard(arrived: Arrived): void {
		arrived.video.close();
		open--;
	}
	function offer(video: VideoFrame, id: string): void {
		open++;
		if (ended !== undefined) {
			discard({ video, id, at: 0 });
			return;
		}
		if (waiting !== undefined) {
			discard(waiting);
			dropped++;
		}
		waiting = { video, id, at: clock.monotonic() };
		wake?.();
	}
	function end(reason: string): void {
		ended ??= reason;
		if (waiting !== undefined) discard(waiting);
		waiting = undefined;
		wake?.();
	}

	const source: FrameSource = {
		name,
		async next(signal) {
			for (;;) {
				signal.throwIfAborted();
				if (ended !== undefined) return { ended: true, reason: ended };
				const arrived = waiting;
				if (arrived === undefined) {
					await new Promise<void>((resolve) => {
						wake = resolve;
						signal.addEventListener('abort', wake, { once: true });
					});
					if (wake !== undefined) signal.removeEventListener('abort', wake);
					wake = undefined;
					continue;
				}
				waiting = undefined;
				const begun = clock.monotonic();
				try {
					const frame = await readVideoFrame(arrived.video, arrived.id, arrived.at, buffers);
					taken++;
					return { ended: false, frame, copyMs: clock.monotonic() - begun };
				} catch (error) {
					// One frame that cannot be read is lost, not the stream; a stream of them shows as frozen.
					failed++;
					lastFault = error instanceof Error ? error.message : String(error);
				} finally {
					discard(arrived);
				}
			}
		},
		get open() {
			return open;
		},
		get taken() {
			return taken;
		},
		get dropped() {
			return dropped;
		},
		get failed() {
			return failed;
		},
		get lastFault() {
			return lastFault;
		},
		close() {
			end('The capture was closed.');
			onClose();
		},
	};
	return { source, offer, end };
}

const known = new Set<string>(PIXEL_FORMATS);

/** Copies a VideoFrame's pixels as they come; only a format we do not know is converted by the browser. Does not close it. */
export async function readVideoFrame(video: VideoFrame, id: string, at: number, buffers: FrameBuffers): Promise<PictureFrame> {
	const rect = video.visibleRect;
	if (rect === null) throw new Error('The frame was closed before it was read.');
	const given = video.format as string | null;
	// I420A and the like carry what nobody needs; a null format lives on the GPU. RGBX is a conversion, and slower (1.2 ms at 720p).
	const direct = given !== null && known.has(given);
	const format = (direct ? given : 'RGBX') as PixelFormat;
	// Odd corners cannot be cut from half-size chroma.
	const options = {
		rect: { x: rect.x & ~1, y: rect.y & ~1, width: rect.width, height: rect.height },
		...(direct ? {} : { format: format as VideoPixelFormat }),
	};
	const data = buffers.raw(video.allocationSize(options));
	const layout = await video.copyTo(data, options);
	const { matrix, fullRange } = video.colorSpace;
	const yuv = format === 'I420' || format === 'NV12';
	const colour: Colour | undefined = yuv ? { matrix: matrix === 'bt709' ? 'bt709' : 'bt601', fullRange: fullRange === true } : undefined;
	return makeFrame(
		{
			format,
			width: rect.width,
			height: rect.height,
			data,
			planes: layout.map(({ offset, stride }) => ({ offset, stride })),
			...(colour ? { colour } : {}),
		},
		id,
		at,
		buffers,
	);
}

/** Frames of a shared window: `readable` is that of a MediaStreamTrackProcessor, transferred from the page. */
export function makeCaptureSource(readable: ReadableStream<VideoFrame>, options: SourceOptions): FrameSource {
	const reader = readable.getReader();
	const queue = makeQueue(options, () => void reader.cancel('closed').catch(() => {}));
	let n = 0;
	void (async () => {
		try {
			for (;;) {
				const { done, value } = await reader.read();
				if (done) break;
				queue.offer(value, `${options.name}#${n++}`);
			}
			queue.end('Sharing has ended.');
		} catch (error) {
			queue.end(`The capture failed: ${error instanceof Error ? error.message : String(error)}`);
		}
	})();
	return queue.source;
}

/** Frames of the practice game, which hands one over for each want. */
export function makePracticeSource(port: MessagePort, options: SourceOptions): FrameSource {
	const queue = makeQueue(options, () => port.close());
	const want: PracticeWant = { want: true };
	port.onmessage = ({ data }: MessageEvent<PracticeFrame>) => {
		queue.offer(data.frame, data.id);
		// Wanted again at once: the queue keeps the newest, so a slow loop never decides on an old picture.
		port.postMessage(want);
	};
	port.onmessageerror = () => queue.end('A frame of the practice game could not be received.');
	port.postMessage(want);
	return queue.source;
}
