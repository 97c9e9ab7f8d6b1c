// Sharing a game's window: the request, what is refused, and the frames' way to the agent's worker. The page's own thread only
// hands the stream of frames over; it never sees one.

// TypeScript's DOM library does not know these three; only what is used here is described.
interface TrackProcessor {
	readonly readable: ReadableStream<VideoFrame>;
}
declare const MediaStreamTrackProcessor: new (init: { readonly track: MediaStreamTrack; readonly maxBufferSize: number }) => TrackProcessor;
interface CaptureControl {
	setFocusBehavior(behaviour: 'focus-captured-surface' | 'no-focus-change'): void;
}
declare const CaptureController: (new () => CaptureControl) | undefined;

export interface SharedWindow {
	readonly kind: 'window' | 'tab';
	readonly label: string;
	/** Transfer it; it works once. */
	readonly frames: ReadableStream<VideoFrame>;
	/** For the page's own picture. */
	readonly stream: MediaStream;
	/** Hears `mute`, `unmute` and `ended`, which a worker cannot. */
	onEvent(listener: (event: 'mute' | 'unmute' | 'ended') => void): void;
	stop(): void;
}
export type ShareRefusal =
	| 'insecure'
	| 'no-display-capture'
	| 'no-track-processor'
	| 'picker-denied'
	| 'not-readable'
	| 'monitor-refused'
	| 'share-failed';
export type ShareResult =
	| { readonly ok: true; readonly shared: SharedWindow }
	| { readonly ok: false; readonly reason: ShareRefusal; readonly detail: string };

export function canCaptureDisplay(): boolean {
	return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}
export function canProcessTracks(): boolean {
	return 'MediaStreamTrackProcessor' in globalThis;
}

/** Opens the browser's picker; must be called from a click. Refusals are values, each with a screen of its own. */
export async function shareWindow(): Promise<ShareResult> {
	if (!isSecureContext) return refusal('insecure');
	if (!canCaptureDisplay()) return refusal('no-display-capture');
	if (!canProcessTracks()) return refusal('no-track-processor');
	let stream: MediaStream;
	try {
		stream = await navigator.mediaDevices.getDisplayMedia(request());
	} catch (error) {
		return refusal(reasonOf(error), error instanceof Error ? error.message : String(error));
	}
	const track = stream.getVideoTracks()[0];
	if (!track) {
		stop(stream);
		return refusal('share-failed', 'The browser shared no picture.');
	}
	const surface = track.getSettings().displaySurface;
	// `monitorTypeSurfaces: 'exclude'` is a wish; not every browser and no command-line switch has to keep to it.
	if (surface === 'monitor') {
		stop(stream);
		return refusal('monitor-refused');
	}
	await wakeStillPictures(track);
	const processor = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
	return {
		ok: true,
		shared: {
			kind: surface === 'browser' ? 'tab' : 'window',
			label: track.label,
			frames: processor.readable,
			stream,
			onEvent(listener) {
				for (const event of ['mute', 'unmute', 'ended'] as const) track.addEventListener(event, () => listener(event));
			},
			stop: () => stop(stream),
		},
	};
}

function request(): DisplayMediaStreamOptions {
	const options = {
		video: { frameRate: { ideal: 15, max: 30 }, cursor: 'never' },
		audio: false,
		selfBrowserSurface: 'exclude',
		surfaceSwitching: 'include',
		monitorTypeSurfaces: 'exclude',
	} as const;
	if (typeof CaptureController === 'undefined') return options as DisplayMediaStreamOptions;
	const controller = new CaptureController();
	// One gesture both shares the game and puts it in front.
	controller.setFocusBehavior('focus-captured-surface');
	return { ...options, controller } as DisplayMediaStreamOptions;
}

/**
 * A tab that shows a still picture sends no frames at all, which looks like a frozen one. With a least rate the browser sends
 * the same frame again. It may only be asked of a track that is there already: in the request itself `min` is an error.
 */
async function wakeStillPictures(track: MediaStreamTrack): Promise<void> {
	try {
		await track.applyConstraints({ frameRate: { min: 2, ideal: 15, max: 30 } });
	} catch {
		// A browser that promises no least rate is watched as it is: a still picture then pauses play, and says so.
	}
}

function stop(stream: MediaStream): void {
	for (const track of stream.getTracks()) track.stop();
}

function refusal(reason: ShareRefusal, detail = ''): ShareResult {
	return { ok: false, reason, detail };
}

function reasonOf(error: unknown): ShareRefusal {
	const name = error instanceof Error ? error.name : '';
	if (name === 'NotAllowedError' || name === 'AbortError') return 'picker-denied';
	if (name === 'NotReadableError' || name === 'NotFoundError') return 'not-readable';
	return 'share-failed';
}

const PLAY_LOCK = 'falsework-playing';

/** Whether a tab of this origin plays; works in a worker too. */
export async function somebodyPlays(): Promise<boolean> {
	if (!('locks' in navigator)) return false;
	return ((await navigator.locks.query()).held ?? []).some(({ name }) => name === PLAY_LOCK);
}

/**
 * Held while playing: one tab plays at a time, and a page that holds a lock is not frozen when hidden.
 *
 * @returns how to let go, or undefined when another tab holds it
 */
export async function takePlayLock(): Promise<(() => void) | undefined> {
	if (!('locks' in navigator)) return () => undefined;
	return await new Promise((resolve) => {
		void navigator.locks.request(PLAY_LOCK, { ifAvailable: true }, async (lock) => {
			if (!lock) return resolve(undefined);
			await new Promise<void>((letGo) => resolve(letGo));
		});
	});
}
