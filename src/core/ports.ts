// What the core needs from outside. Each port has one adapter per outside thing, and a scripted one in the tests.
import type { FramePoint, Size } from './geometry.ts';
import type { Answers, LiveAsk, Questions } from './question.ts';

export interface Clock {
	/** Milliseconds since 1970, for records that people read. May jump when the person sets the clock. */
	now(): number;
	/** Milliseconds since some start, never going back: the only clock for durations. */
	monotonic(): number;
}

export interface Random {
	/** Uniform in [0, 1). */
	next(): number;
}

/** The part of `AbortSignal` the core reads. */
export interface Cancel {
	readonly aborted: boolean;
	addEventListener(type: 'abort', listener: () => void): void;
	removeEventListener(type: 'abort', listener: () => void): void;
}

/** Where an act goes: literal frame pixels and milliseconds, every argument of the profile's action filled in. */
export type ResolvedStep =
	| { readonly do: 'click'; readonly button: 'left' | 'right' | 'middle'; readonly at: FramePoint; readonly holdMs: number }
	| {
			readonly do: 'drag';
			readonly button: 'left' | 'right' | 'middle';
			readonly from: FramePoint;
			readonly to: FramePoint;
			readonly holdMs: number;
	  }
	| { readonly do: 'move'; readonly to: FramePoint }
	| { readonly do: 'scroll'; readonly direction: 'up' | 'down'; readonly at?: FramePoint; readonly times: number }
	| { readonly do: 'key'; readonly keys: readonly string[]; readonly holdMs: number }
	| { readonly do: 'hold'; readonly key: string }
	| { readonly do: 'release'; readonly key: string }
	| { readonly do: 'text'; readonly text: string }
	| { readonly do: 'wait'; readonly ms: number };

export interface ActRequest {
	/** Rises by one with each act of a session; an act is carried out at most once. */
	readonly id: number;
	readonly verb: string;
	readonly steps: readonly ResolvedStep[];
	/** The frame that the act was decided on: its age and size are checked again by whoever injects. */
	readonly frame: Size & { readonly ageMs: number };
}
export type ActOutcome =
	| { readonly done: true }
	| {
			readonly done: false;
			readonly reason:
				| 'advice-only'
				| 'not-in-front'
				| 'not-allowed'
				| 'rate'
				| 'stale-frame'
				| 'wrong-size'
				| 'takeover'
				| 'disconnected'
				| 'panic'
				| 'failed';
			readonly detail: string;
	  };

/** Carries acts out: the companion, the practice game, or nobody (advice). */
export interface InputDriver {
	readonly kind: 'companion' | 'practice' | 'advice';
	act(request: ActRequest): Promise<ActOutcome>;
	/** Every key and button up, now. Safe to call at any time, any number of times. */
	releaseAll(): Promise<void>;
}

/** A captured frame as plain pixels. `luma` is row-major with `stride` bytes a row, 0 black to 255 white. */
export interface Frame extends Size {
	/** Named by the source; opaque to the loop, sent to models as `frame.id`. */
	readonly id: string;
	/** Clock.monotonic() when it was captured. */
	readonly at: number;
	readonly luma: Uint8Array;
	readonly stride: number;
	/** Chroma at half resolution in both directions, 128 = grey, rows of `chromaStride` bytes; absent for grey sources. */
	readonly u?: Uint8Array;
	readonly v?: Uint8Array;
	readonly chromaStride?: number;
}

/** Reads one line of text from a crop of a frame. */
export interface TextReader {
	/**
	 * @param key   a newer request under one key may take the place of an older one that still waits
	 * @param hint  what can stand there; a reader may do without
	 * @returns the text as read, its mean character confidence in [0, 1], and that of its least certain character where it is
	 *  known; empty text when nothing is there
	 */
	readLine(
		crop: Crop,
		cancel: Cancel,
		key?: string,
		hint?: TextHint,
	): Promise<{ readonly text: string; readonly confidence: number; readonly least?: number }>;
}
/** What is known of a text before it is read. */
export interface TextHint {
	/** The only characters that may stand there, besides blanks; empty or absent: any of the language. */
	readonly charset?: string;
	/** BCP 47 tag of what is written there; absent: any. */
	readonly language?: string;
}
/** A cut-out of a frame in grey, row-major without padding. */
export interface Crop extends Size {
	readonly luma: Uint8Array;
}

/** The picture and words of a question as a model tier gets them. */
export interface ModelRequest<A extends LiveAsk = LiveAsk> {
	readonly ask: A;
	readonly instruction: string;
	readonly question: Questions[A];
	/** PNG of the frame or of `question.frame.roi`; perception only. */
	readonly png?: Uint8Array;
	/** What was wrong with the previous answer to the same question, when this is the second try. */
	readonly fault?: string;
	/** So long an answer is worth waiting for, from now on; a tier gives up with `timed-out` then. Never longer than its `budgetMs`. */
	readonly withinMs?: number;
}
export interface ModelReply {
	/** The answer's text as the model wrote it; parsed and checked by the seam, never by the tier. */
	readonly text: string;
	/** What the server says answered. */
	readonly model: string;
	readonly promptTokens: number;
	readonly completionTokens: number;
}
export type { Answers };
